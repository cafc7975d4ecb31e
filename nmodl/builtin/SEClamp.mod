TITLE Single-electrode voltage clamp with three levels

: A voltage source vc behind the series resistance rs: i = (vc - v)/rs, with vc =
: amp1, amp2, amp3 for dur1, dur2 and dur3 in turn, and nothing after that.
:
: The current is computed in two places. The BREAKPOINT gives the implicit step
: its current and slope; the solved procedure `settle` runs after the voltage has
: moved, so that the i one records is (vc - v)/rs with the new v.

NEURON {
    POINT_PROCESS SEClamp
    ELECTRODE_CURRENT i
    RANGE dur1, amp1, dur2, amp2, dur3, amp3
    RANGE rs, vc, i
}

UNITS {
    (mV) = (millivolt)
    (nA) = (nanoamp)
}

PARAMETER {
    rs   = 1 (megohm) <1e-9,1e9>
    dur1 (ms)
    amp1 (mV)
    dur2 (ms) <0,1e9>
    amp2 (mV)
    dur3 (ms) <0,1e9>
    amp3 (mV)
}

ASSIGNED {
    v    (mV)
    i    (nA)
    vc   (mV)
    end2 (ms)
    end3 (ms)
    on
}

INITIAL {
    on = 0
    end2 = dur1 + dur2
    end3 = end2 + dur3
}

BREAKPOINT {
    SOLVE settle METHOD after_cvode
    command()
    settle()
}

PROCEDURE command() {
    if (dur1) {
        at_time(dur1)
    }
    if (dur2) {
        at_time(end2)
    }
    if (dur3) {
        at_time(end3)
    }
    on = 1
    if (t < dur1) {
        vc = amp1
    } else if (t < end2) {
        vc = amp2
    } else if (t < end3) {
        vc = amp3
    } else {
        vc = 0
        on = 0
    }
}

PROCEDURE settle() {
    if (on) {
        i = (vc - v)/rs
    } else {
        i = 0
    }
}
