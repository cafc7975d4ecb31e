TITLE WATCH in both directions, and what its events do

NEURON {
    POINT_PROCESS watched
    NONSPECIFIC_CURRENT i
    RANGE up, down, lastup, level, g
}
UNITS { (mV) = (millivolt) (mA) = (milliamp) (nA) = (nanoamp) (S) = (siemens) (uS) = (microsiemens) (um) = (micron) (molar) = (1/liter) (mM) = (millimolar) }

PARAMETER { level = -55 (mV) }
ASSIGNED { v (mV)  i (nA)  up  down  lastup (ms)  g (uS) }

INITIAL { up = 0  down = 0  lastup = -1  g = 0  net_send(0, 1) }

BREAKPOINT { i = g*(v + 90) }

NET_RECEIVE(w) {
    if (flag == 1) {
        WATCH (v > level) 2, (v < level - 8) 3.0
    } else if (flag == 2) {
        up = up + 1
        lastup = t
        g = 0.004
        net_event(t)
    } else if (flag == 3) {
        down = down + 1
        g = 0
    } else {
        g = g + w
    }
}
