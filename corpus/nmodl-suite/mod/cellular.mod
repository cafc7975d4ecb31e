TITLE An ARTIFICIAL_CELL that integrates, fires, and moves its own events

NEURON {
    ARTIFICIAL_CELL cellular
    RANGE tau, m, refrac
}
PARAMETER { tau = 10 (ms)  refrac = 4 (ms) }
ASSIGNED { m  t0 (ms)  quiet }

INITIAL { m = 0  t0 = t  quiet = 0  net_send(2, 7) }

NET_RECEIVE(w) {
    if (flag == 0) {
        if (!quiet) {
            m = m*exp(-(t - t0)/tau) + w
            t0 = t
            if (m > 1) {
                quiet = 1
                net_send(refrac, 1)
                net_event(t + 0.3)
            }
        } else {
            net_move(t + 2*refrac)
        }
    } else if (flag == 1) {
        quiet = 0
        m = 0
        t0 = t
    } else if (flag == 7) {
        m = m + 0.05
        net_send(5.5, 7)
    }
}
