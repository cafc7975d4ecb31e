TITLE A constant calcium conductance

NEURON {
    SUFFIX caleak
    USEION ca READ eca WRITE ica
    RANGE g
}

UNITS {
    (mV) = (millivolt)
    (mA) = (milliamp)
}

PARAMETER { g = 1e-5 (mho/cm2) }

ASSIGNED {
    v   (mV)
    eca (mV)
    ica (mA/cm2)
}

BREAKPOINT {
    ica = g*(v - eca)
}
