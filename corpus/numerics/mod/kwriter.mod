TITLE A potassium pool that does not say where it starts

: Writes ki without setting it in INITIAL: it starts at the global ki0.

NEURON {
    SUFFIX kwriter
    USEION k READ ik, ki WRITE ki
    RANGE f
}

UNITS {
    (mA) = (milliamp)
    (mM) = (milli/liter)
}

PARAMETER { f = 0.5 (mM cm2/mA/ms) }

ASSIGNED {
    ik (mA/cm2)
}

STATE { ki (mM) }

BREAKPOINT {
    SOLVE flow METHOD cnexp
}

DERIVATIVE flow {
    ki' = -f*ik
}
