TITLE An ion that NEURON does not know

NEURON {
    SUFFIX own
    USEION xy READ exy WRITE ixy VALENCE 2
    RANGE g
}

UNITS {
    (mV) = (millivolt)
    (mA) = (milliamp)
}

PARAMETER { g = 1e-6 (mho/cm2) }

ASSIGNED {
    v   (mV)
    exy (mV)
    ixy (mA/cm2)
}

BREAKPOINT {
    ixy = g*(v - exy)
}
