TITLE One synaptic conductance transient of alpha shape at a fixed time

: From onset on, g = gmax*x*exp(1 - x) with x = (t - onset)/tau: it peaks at gmax
: when t = onset + tau. Beyond ten time constants it is cut to zero. It takes no
: events.

NEURON {
    POINT_PROCESS AlphaSynapse
    THREADSAFE
    NONSPECIFIC_CURRENT i
    RANGE onset, tau, gmax, e, i
}

UNITS {
    (mV) = (millivolt)
    (nA) = (nanoamp)
    (uS) = (microsiemens)
}

PARAMETER {
    onset = 0  (ms)
    tau   = .1 (ms) <1e-3,1e6>
    gmax  = 0  (uS) <0,1e9>
    e     = 0  (mV)
}

ASSIGNED {
    v (mV)
    i (nA)
    g (uS)
}

BREAKPOINT {
    if (gmax) {
        at_time(onset)
    }
    g = gmax*shape((t - onset)/tau)
    i = g*(v - e)
}

FUNCTION shape(x) {
    if (x < 0 || x > 10) {
        shape = 0
    } else {
        shape = x*exp(1 - x)
    }
}
