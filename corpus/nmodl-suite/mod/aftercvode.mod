TITLE METHOD after_cvode: a PROCEDURE behind the states, with the new v

NEURON {
    SUFFIX aftercvode
    NONSPECIFIC_CURRENT i
    RANGE m, seen, at
}
UNITS { (mV) = (millivolt) (mA) = (milliamp) (nA) = (nanoamp) (S) = (siemens) (uS) = (microsiemens) (um) = (micron) (molar) = (1/liter) (mM) = (millimolar) }

ASSIGNED { v (mV)  i (mA/cm2)  seen (mV)  at (ms) }
STATE { m }

INITIAL { m = 0  seen = v  at = t }

BREAKPOINT {
    SOLVE s METHOD cnexp
    SOLVE look METHOD after_cvode
    i = 0.0001*m*(v + 60)
}

DERIVATIVE s { m' = (1/(1 + exp(-(v + 40)/8)) - m)/3 }

PROCEDURE look() {
    seen = v*(1 + m)
    at = t
}
