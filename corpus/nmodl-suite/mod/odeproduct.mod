TITLE cnexp where a state multiplies itself: NEURON drops what its equation adds

NEURON {
    SUFFIX odeproduct
    NONSPECIFIC_CURRENT i
    RANGE x, m, n
}
UNITS { (mV) = (millivolt) (mA) = (milliamp) (nA) = (nanoamp) (S) = (siemens) (uS) = (microsiemens) (um) = (micron) (molar) = (1/liter) (mM) = (millimolar) }

ASSIGNED { v (mV)  i (mA/cm2) }
STATE { x m n }

INITIAL { x = 0.5  m = 0  n = 0.3 }

BREAKPOINT {
    SOLVE s METHOD cnexp
    i = 0.0001*x*m*(v + 60)
}

DERIVATIVE s {
    m' = (1/(1 + exp(-(v + 40)/8)) - m)/3
    x' = 0.2*m - 0.1*x*x
    n' = m*(1 - n)*(0.2*n + 0.1*x)
}
