: A synapse that notes when its events come, as NET_RECEIVE sees it, and sends
: one to itself a moment later.
NEURON {
    POINT_PROCESS Stamp
    NONSPECIFIC_CURRENT i
    RANGE tau, e, i, last, own, count, wait
}
UNITS {
    (nA) = (nanoamp)
    (mV) = (millivolt)
    (uS) = (microsiemens)
}
PARAMETER {
    tau = 2 (ms)
    e = 0 (mV)
    wait = 0.3141 (ms)
}
ASSIGNED {
    v (mV)
    i (nA)
    last (ms)
    own (ms)
    count
}
STATE { g (uS) }
INITIAL {
    g = 0
    last = 0
    own = 0
    count = 0
}
BREAKPOINT {
    SOLVE decay METHOD cnexp
    i = g*(v - e)
}
DERIVATIVE decay { g' = -g/tau }
NET_RECEIVE(weight (uS)) {
    if (flag == 0) {
        g = g + weight
        last = t
        count = count + 1
        net_send(wait, 1)
    } else {
        own = t
    }
}
