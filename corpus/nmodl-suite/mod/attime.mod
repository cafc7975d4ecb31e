TITLE A clamp of our own: ELECTRODE_CURRENT, at_time, an alternating current

NEURON {
    POINT_PROCESS attime
    ELECTRODE_CURRENT i
    RANGE del, dur, amp, i
}
UNITS { (mV) = (millivolt) (mA) = (milliamp) (nA) = (nanoamp) (S) = (siemens) (uS) = (microsiemens) (um) = (micron) (molar) = (1/liter) (mM) = (millimolar) }

PARAMETER { del = 5.03 (ms)  dur = 20 (ms)  amp = 0.2 (nA) }
ASSIGNED { i (nA) }

INITIAL { i = 0 }

BREAKPOINT {
    at_time(del)
    at_time(del + dur)
    if (t < del + dur && t >= del) {
        i = amp*(1 + 0.5*sin(6.28*(t - del)/10))
    } else {
        i = 0
    }
}
NET_RECEIVE(w) { amp = amp + 10*w }
