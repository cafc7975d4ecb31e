TITLE Count of upward threshold crossings of the local voltage

: n counts the crossings of thresh, time is that of the latest one. The test runs
: after each voltage step; a new crossing needs the voltage to have been below
: thresh in between.

NEURON {
    POINT_PROCESS APCount
    THREADSAFE
    RANGE n, thresh, time, firing
}

UNITS {
    (mV) = (millivolt)
}

PARAMETER {
    n
    thresh = -20 (mV)
    time   (ms)
}

ASSIGNED {
    v (mV)
    firing
}

INITIAL {
    n = 0
    firing = 0
    check()
}

BREAKPOINT {
    SOLVE check METHOD after_cvode
}

PROCEDURE check() {
    if (v >= thresh && firing == 0) {
        firing = 1
        time = t
        n = n + 1
    }
    if (firing && v < thresh && t > time) {
        firing = 0
    }
}
