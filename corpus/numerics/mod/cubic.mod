TITLE A leak that is no straight line in v

: i = g*(v - e) + k*(v - e)^3: the slope that the implicit step takes is the
: difference quotient of i over 0.001 mV and not the derivative.

NEURON {
    SUFFIX cubic
    NONSPECIFIC_CURRENT i
    RANGE g, k, e, i
}

UNITS {
    (mV) = (millivolt)
    (mA) = (milliamp)
}

PARAMETER {
    g = 1e-4   (mho/cm2)
    k = 1e-7   (mho/cm2/mV2)
    e = -65    (mV)
}

ASSIGNED {
    v (mV)
    i (mA/cm2)
}

BREAKPOINT {
    i = g*(v - e) + k*(v - e)*(v - e)*(v - e)
}
