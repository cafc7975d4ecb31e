TITLE DERIVATIVE, METHOD euler: forward steps

NEURON {
    SUFFIX odeeuler
    NONSPECIFIC_CURRENT i
    RANGE x, w
}
UNITS { (mV) = (millivolt) (mA) = (milliamp) (nA) = (nanoamp) (S) = (siemens) (uS) = (microsiemens) (um) = (micron) (molar) = (1/liter) (mM) = (millimolar) }

ASSIGNED { v (mV)  i (mA/cm2) }
STATE { x w }

INITIAL { x = 0.5  w = 0.1 }

BREAKPOINT {
    SOLVE both METHOD euler
    i = 0.0001*x*(v + 60)
}

DERIVATIVE both {
    LOCAL drive
    drive = 1/(1 + exp(-(v + 40)/8))
    x' = 0.3*(x - x*x*x/3 - w + drive)
    w' = 0.05*(x + 0.7 - 0.8*w)
}
