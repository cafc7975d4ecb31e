: A synapse that fails at random, and whose releases differ in size.
NEURON {
    POINT_PROCESS Unreliable
    NONSPECIFIC_CURRENT i
    RANGE tau, e, p, i, releases
    RANDOM release, size
}
UNITS {
    (nA) = (nanoamp)
    (mV) = (millivolt)
    (uS) = (microsiemens)
}
PARAMETER {
    tau = 3 (ms)
    e = 0 (mV)
    p = 0.4
}
ASSIGNED {
    v (mV)
    i (nA)
    releases
}
STATE { g (uS) }
INITIAL {
    g = 0
    releases = 0
}
BREAKPOINT {
    SOLVE decay METHOD cnexp
    i = g*(v - e)
}
DERIVATIVE decay { g' = -g/tau }
NET_RECEIVE(weight (uS)) {
    if (random_uniform(release) < p) {
        releases = releases + 1
        g = g + weight*random_negexp(size)
    }
}
