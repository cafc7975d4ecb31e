TITLE NONLINEAR: two equations, by Newton's method

NEURON {
    SUFFIX nonlinearblock
    NONSPECIFIC_CURRENT i
    RANGE x, p
}
UNITS { (mV) = (millivolt) (mA) = (milliamp) (nA) = (nanoamp) (S) = (siemens) (uS) = (microsiemens) (um) = (micron) (molar) = (1/liter) (mM) = (millimolar) }

ASSIGNED { v (mV)  i (mA/cm2) }
STATE { x p }

INITIAL { x = 1.5  p = 0.6 }

BREAKPOINT {
    SOLVE curve
    i = 0.0001*x*(v + 60)
}

NONLINEAR curve {
    ~ x*x + p*p = 4 + v/100
    ~ x*p = 1
}
