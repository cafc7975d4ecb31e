TITLE Reads the sodium concentrations, so that ena comes from them

NEURON {
    SUFFIX nareader
    USEION na READ nai, nao, ena WRITE ina
    RANGE g
}

UNITS {
    (mV) = (millivolt)
    (mA) = (milliamp)
    (mM) = (milli/liter)
}

PARAMETER { g = 1e-6 (mho/cm2) }

ASSIGNED {
    v   (mV)
    nai (mM)
    nao (mM)
    ena (mV)
    ina (mA/cm2)
}

BREAKPOINT {
    ina = g*(v - ena)*nai/10
}
