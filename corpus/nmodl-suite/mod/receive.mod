TITLE NET_RECEIVE with arguments of the edge's own and INITIAL, net_send, net_move, net_event, flags

NEURON {
    POINT_PROCESS receive
    NONSPECIFIC_CURRENT i
    RANGE g, n, moved
}
UNITS { (mV) = (millivolt) (mA) = (milliamp) (nA) = (nanoamp) (S) = (siemens) (uS) = (microsiemens) (um) = (micron) (molar) = (1/liter) (mM) = (millimolar) }

PARAMETER { tau = 4 (ms)  e = 0 (mV)  U = 0.4  rec = 30 (ms) }
ASSIGNED { v (mV)  i (nA)  n  moved }
STATE { g (uS) }

INITIAL { g = 0  n = 0  moved = 0  net_send(3, 5) }

BREAKPOINT {
    SOLVE s METHOD cnexp
    i = g*(v - e)
}

DERIVATIVE s { g' = -g/tau }

NET_RECEIVE(w (uS), R, last (ms), mine) {
    INITIAL { R = 1  last = t  mine = 0 }
    if (flag == 0) {
        R = 1 - (1 - R)*exp(-(t - last)/rec)
        g = g + w*U*R
        R = R*(1 - U)
        last = t
        mine = mine + 1
        n = n + 1
        net_send(1.7, 1)
        if (mine > 2) { net_move(t + 0.6) }
    } else if (flag == 1) {
        g = g + 0.1*w
        net_event(t)
    } else if (flag == 5) {
        moved = moved + 1
        net_send(7.3, 5)
    }
}
