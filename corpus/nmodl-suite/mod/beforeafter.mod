TITLE BEFORE and AFTER blocks

NEURON {
    SUFFIX beforeafter
    NONSPECIFIC_CURRENT i
    RANGE m, bb, as, bs, ai
}
UNITS { (mV) = (millivolt) (mA) = (milliamp) (nA) = (nanoamp) (S) = (siemens) (uS) = (microsiemens) (um) = (micron) (molar) = (1/liter) (mM) = (millimolar) }

ASSIGNED { v (mV)  i (mA/cm2)  bb  as  bs  ai }
STATE { m }

BEFORE INITIAL { bb = 1  as = 1 }
INITIAL { m = 0.1 + ai  bs = 0 }
AFTER INITIAL { ai = bb + v }
BEFORE BREAKPOINT { bb = v*t }
AFTER SOLVE { as = m*v }
BEFORE STEP { bs = bs + v*0.001 }

BREAKPOINT {
    SOLVE s METHOD cnexp
    i = 0.0001*m*(v + 60) + bb*1e-9
}

DERIVATIVE s { m' = (1/(1 + exp(-(v + 40)/8)) - m)/3 }
