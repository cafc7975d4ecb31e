TITLE The derivative of a state, read by another equation and by BREAKPOINT

NEURON {
    SUFFIX odeprime
    NONSPECIFIC_CURRENT i
    RANGE a, b, slope, seen
}
UNITS { (mV) = (millivolt) (mA) = (milliamp) (nA) = (nanoamp) (S) = (siemens) (uS) = (microsiemens) (um) = (micron) (molar) = (1/liter) (mM) = (millimolar) }

ASSIGNED { v (mV)  i (mA/cm2)  slope (/ms)  seen (/ms) }
STATE { a b }

INITIAL { a = 0.2  b = 0  seen = a' }

BREAKPOINT {
    SOLVE s METHOD derivimplicit
    slope = a'
    i = 0.0001*(a + b)*(v + 60) + 1e-5*a'
}

DERIVATIVE s {
    LOCAL x
    x = 1/(1 + exp(-(v + 40)/8))
    a' = (x - a)*(0.2 + a)
    b' = 2*a' - 0.3*b
}
