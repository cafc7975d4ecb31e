TITLE A synapse that fails at random, releases late, and tires

: Each spike finds the synapse recovered by exp; with probability p*r it
: releases after a random latency, by a self-event that carries on the edge's
: weight. A WATCH on the potential counts the cell's own spikes.

NEURON {
    POINT_PROCESS StoSyn
    RANGE g, p, e, released, own
    NONSPECIFIC_CURRENT i
    RANDOM rel
}

PARAMETER {
    p = 0.7
    tau = 4 (ms)
    rec = 60 (ms)
    latency = 1.5 (ms)
    e = 0 (mV)
}

ASSIGNED { v (mV) i (nA) released own }

STATE { g (uS) }

INITIAL {
    g = 0
    released = 0
    own = 0
    net_send(0, 3)
}

BREAKPOINT {
    SOLVE decay METHOD cnexp
    i = g*(v - e)
}

DERIVATIVE decay { g' = -g/tau }

NET_RECEIVE (w (uS), r, last (ms)) {
    INITIAL { r = 1  last = 0 }
    if (flag == 3) {
        WATCH (v > -20) 4
    } else if (flag == 4) {
        own = own + 1
    } else if (flag == 1) {
        g = g + w*(0.5 + random_uniform(rel))
        released = released + 1
    } else {
        r = 1 - (1 - r)*exp(-(t - last)/rec)
        last = t
        if (random_uniform(rel) < p*r) {
            r = r*0.6
            net_send(latency*random_negexp(rel), 1)
        }
    }
}
