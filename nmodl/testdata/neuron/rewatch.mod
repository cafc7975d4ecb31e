TITLE A delivery that arms WATCH conditions ends those armed before it

NEURON {
    POINT_PROCESS ReWatch
    RANGE up, down, n1, n2, n3
}

PARAMETER { up = -55 (mV)  down = -60 (mV) }

ASSIGNED { v (mV) n1 n2 n3 }

INITIAL {
    n1 = 0
    n2 = 0
    n3 = 0
    net_send(0, 1)
}

NET_RECEIVE (w) {
    if (flag == 1) {
        WATCH (v > up) 2
        WATCH (v > -50) 3
    } else if (flag == 2) {
        n1 = n1 + 1
        if (n1 < 3) {
            WATCH (v < down) 4
        }
    } else if (flag == 3) {
        n2 = n2 + 1
    } else if (flag == 4) {
        n3 = n3 + 1
        WATCH (v > up) 2, (v < -62) 3
    }
}
