TITLE cnexp where the state stands in a divisor: NEURON falls back on derivimplicit

NEURON {
    SUFFIX odefallback
    NONSPECIFIC_CURRENT i
    RANGE x, m
}
UNITS { (mV) = (millivolt) (mA) = (milliamp) (nA) = (nanoamp) (S) = (siemens) (uS) = (microsiemens) (um) = (micron) (molar) = (1/liter) (mM) = (millimolar) }

ASSIGNED { v (mV)  i (mA/cm2) }
STATE { x m }

INITIAL { x = 0.5  m = 0 }

BREAKPOINT {
    SOLVE s METHOD cnexp
    i = 0.0001*x*m*(v + 60)
}

DERIVATIVE s {
    m' = (1/(1 + exp(-(v + 40)/8)) - m)/3
    x' = m/(1 + x) - 0.2*x
}
