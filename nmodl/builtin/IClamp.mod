TITLE Rectangular pulse of electrode current

: amp [nA] flows into the cell while del <= t < del + dur. As an electrode
: current it is positive inward and is no part of the membrane current.

NEURON {
    POINT_PROCESS IClamp
    THREADSAFE
    ELECTRODE_CURRENT i
    RANGE del, dur, amp, i
}

UNITS {
    (nA) = (nanoamp)
}

PARAMETER {
    del (ms)
    dur (ms) <0,1e9>
    amp (nA)
}

ASSIGNED {
    i (nA)
}

INITIAL {
    i = 0
}

BREAKPOINT {
    at_time(del)
    at_time(del + dur)
    if (t >= del && t < del + dur) {
        i = amp
    } else {
        i = 0
    }
}
