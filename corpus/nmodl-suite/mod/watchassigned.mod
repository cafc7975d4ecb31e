TITLE WATCH behind v that NET_RECEIVE assigned: of an event's own v nothing is left

NEURON {
    POINT_PROCESS watchassigned
    NONSPECIFIC_CURRENT i
    RANGE up, own, given, g
}
UNITS { (mV) = (millivolt) (mA) = (milliamp) (nA) = (nanoamp) (uS) = (microsiemens) }

ASSIGNED { v (mV)  i (nA)  up  own (mV)  given  g (uS) }

INITIAL { up = 0  own = 0  given = 0  g = 0  net_send(0, 1) }

BREAKPOINT { i = g*(v + 90) }

NET_RECEIVE(w) {
    if (flag == 1) {
        WATCH (v > -58) 2
    } else if (flag == 2) {
        up = up + 1
        g = g*0.5
        own = v
        net_send(3, 4)
    } else if (flag == 4) {
        v = v - 3
        own = v
        WATCH (v > -61) 2
    } else {
        g = g + w
        given = given + 1
    }
}
