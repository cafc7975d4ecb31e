TITLE Synaptic conductance with a jump and a single exponential decay

: An event of weight w [uS] raises g by w; g then decays with time constant tau.

NEURON {
    POINT_PROCESS ExpSyn
    THREADSAFE
    NONSPECIFIC_CURRENT i
    RANGE tau, e, i
}

UNITS {
    (mV) = (millivolt)
    (nA) = (nanoamp)
    (uS) = (microsiemens)
}

PARAMETER {
    tau = 0.1 (ms) <1e-9,1e9>
    e   = 0   (mV)
}

ASSIGNED {
    v (mV)
    i (nA)
}

STATE { g (uS) }

INITIAL {
    g = 0
}

BREAKPOINT {
    SOLVE decay METHOD cnexp
    i = g*(v - e)
}

DERIVATIVE decay {
    g' = -g/tau
}

NET_RECEIVE (weight (uS)) {
    g = g + weight
}
