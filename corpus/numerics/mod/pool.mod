TITLE A calcium pool that starts where it is told

NEURON {
    SUFFIX pool
    USEION ca READ ica WRITE cai
    RANGE start, k, tau
}

UNITS {
    (mA) = (milliamp)
    (mM) = (milli/liter)
}

PARAMETER {
    start = 3e-4 (mM)
    k     = 0.02 (mM cm2/mA/ms)
    tau   = 15   (ms)
}

ASSIGNED {
    ica (mA/cm2)
}

STATE { cai (mM) }

INITIAL {
    cai = start
}

BREAKPOINT {
    SOLVE flow METHOD cnexp
}

DERIVATIVE flow {
    cai' = -k*ica - (cai - start)/tau
}
