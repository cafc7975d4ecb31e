TITLE Leaky integrate-and-fire cell driven by weighted jumps

: m decays to 0 with time constant tau and jumps by the weight of each event.
: When an event takes it above 1 the cell fires and ignores its input for
: refrac, after which m is 0 again. m is brought up to date at events only; M()
: gives its value at any time (2 in the first half millisecond after a spike and
: -1 in the rest of the refractory period, which makes a visible trace).

NEURON {
    ARTIFICIAL_CELL IntFire1
    THREADSAFE
    RANGE tau, refrac, m
}

PARAMETER {
    tau    = 10 (ms)
    refrac = 5  (ms)
}

ASSIGNED {
    m
    t0 (ms)
    resting
}

INITIAL {
    t0 = t
    m = 0
    resting = 0
}

: resting is 1 while the cell is refractory; the event with flag 1 ends that
NET_RECEIVE (w) {
    if (resting == 0) {
        m = m*exp(-(t - t0)/tau)
        m = m + w
        t0 = t
        if (m > 1) {
            resting = 1
            m = 2
            net_send(refrac, 1)
            net_event(t)
        }
    } else if (flag == 1) {
        resting = 0
        m = 0
        t0 = t
    }
}

FUNCTION M() {
    if (resting == 0) {
        M = m*exp(-(t - t0)/tau)
    } else {
        if (t - t0 < .5) {
            M = 2
        } else {
            M = -1
        }
    }
}
