TITLE Events that set the membrane potential

NEURON {
    POINT_PROCESS VSet
    RANGE kick, n
}

PARAMETER { kick = 5 (mV) }

ASSIGNED { v (mV) n }

INITIAL { n = 0 }

NET_RECEIVE (w (mV)) {
    n = n + 1
    if (w > 50) {
        v = 100
        VERBATIM
        return;
        ENDVERBATIM
    }
    if (w < 0) {
        state_discontinuity(v, -80)
    } else {
        bump(w)
    }
}

PROCEDURE bump(w) { v = v + w + kick }
