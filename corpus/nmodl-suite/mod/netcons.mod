TITLE FOR_NETCONS: all weights of the target change with an event, those of the event's own NetCon too

NEURON {
    POINT_PROCESS netcons
    NONSPECIFIC_CURRENT i
    RANGE g, sum, order, count, seen
}
UNITS { (mV) = (millivolt) (mA) = (milliamp) (nA) = (nanoamp) (S) = (siemens) (uS) = (microsiemens) (um) = (micron) (molar) = (1/liter) (mM) = (millimolar) }

PARAMETER { tau = 4 (ms)  e = 0 (mV) }
ASSIGNED { v (mV)  i (nA)  sum  order  count  seen }
STATE { g (uS) }

INITIAL {
    g = 0
    count = 0
    net_send(6.5, 3)
}

BREAKPOINT {
    SOLVE s METHOD cnexp
    i = g*(v - e)
}

DERIVATIVE s { g' = -g/tau }

NET_RECEIVE(w, n, last (ms)) {
    LOCAL k
    INITIAL { n = 0  last = -1 }
    if (flag == 3) {
        net_send(7.5, 3)
    } else {
        n = n + 1
        last = t
        g = g + 0.01*w
    }
    sum = 0
    order = 0
    k = 0
    FOR_NETCONS (u, mine, when (ms)) {
        k = k + 1
        if (when == t) { u = u*1.25 } else if (flag == 3) { mine = mine*0.5 } else { u = u*0.9 - 0.001*mine }
        sum = sum + u
        order = order + k*u
    }
    if (flag != 3) { seen = w }
    count = 0
    FOR_NETCONS (x, y, z) { if (x > 0.3 && y > 1) { count = count + 1 } }
}
