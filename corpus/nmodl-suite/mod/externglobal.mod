TITLE EXTERNAL: the GLOBAL of another mechanism, read in INITIAL and in every step

NEURON {
    SUFFIX externglobal
    NONSPECIFIC_CURRENT i
    EXTERNAL half_externowner, gain_externowner
    RANGE m, first
}
UNITS { (mV) = (millivolt) (mA) = (milliamp) }

ASSIGNED { v (mV)  i (mA/cm2)  half_externowner (mV)  gain_externowner  first }
STATE { m }

INITIAL { first = half_externowner*2  m = gain_externowner/10 }

BREAKPOINT {
    SOLVE s METHOD cnexp
    i = 0.0001*m*(v + 60)
}

DERIVATIVE s { m' = (gain_externowner/(1 + exp(-(v - half_externowner)/8)) - m)/2 }
