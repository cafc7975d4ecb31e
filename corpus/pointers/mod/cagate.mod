TITLE Conductance that another section's calcium or a synapse's conductance opens

NEURON {
    POINT_PROCESS CaGate
    NONSPECIFIC_CURRENT i
    RANGE g, e, half, i
    POINTER by
}
UNITS {
    (nA) = (nanoamp)
    (mV) = (millivolt)
    (uS) = (microsiemens)
}
PARAMETER {
    g = 0.004 (uS)
    e = -85 (mV)
    half = 0.001
}
ASSIGNED {
    v (mV)
    i (nA)
    by
}
STATE { n }
INITIAL { n = by/(by + half) }
BREAKPOINT {
    SOLVE open METHOD cnexp
    i = g*n*(v - e)
}
DERIVATIVE open {
    n' = (by/(by + half) - n)/3(ms)
}
NET_RECEIVE(w) {
    by = by + w
}
