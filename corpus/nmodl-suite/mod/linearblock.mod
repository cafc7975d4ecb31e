TITLE LINEAR: three equations for what is in equilibrium at every step

NEURON {
    SUFFIX linearblock
    NONSPECIFIC_CURRENT i
    RANGE a, b, c
}
UNITS { (mV) = (millivolt) (mA) = (milliamp) (nA) = (nanoamp) (S) = (siemens) (uS) = (microsiemens) (um) = (micron) (molar) = (1/liter) (mM) = (millimolar) }

ASSIGNED { v (mV)  i (mA/cm2) }
STATE { a b c }

INITIAL { SOLVE equil }

BREAKPOINT {
    SOLVE equil
    i = 0.0001*c*(v + 60)
}

LINEAR equil {
    LOCAL up, down
    up = exp((v + 40)/30)
    down = exp(-(v + 40)/40)
    ~ a + b + c = 1
    ~ up*a - down*b = 0
    ~ 2*b - 3*down*c = 0
}
