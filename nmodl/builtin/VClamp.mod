TITLE Two-electrode voltage clamp with three levels

: A control amplifier of the given gain and time constant tau2 compares the
: command amp[j] (for dur[j], j = 0, 1, 2) with the output of a voltage follower
: of time constant tau1, and drives current into the cell through rstim. fac is
: the part of the output that is fed back to compensate the series resistance.
: The state of the circuit is
:     e   error at the amplifier's input [mV]
:     vo  output of the amplifier [mV]
:     vi  output of the follower [mV]
: and e0, vo0, vi0 are their values at the start of the step. Discretised by
: backward Euler with a1 = tau1/dt, a2 = tau2/dt, the circuit reads
:     vi - fac*vo           = v - fac*v
:     (1 + a2)*vo + gain*e  = a2*vo0
:     (1 + a1)*vi - (2 + a1)*e = stim + a1*(vi0 - e0)
: which `circuit` solves by elimination in the order vi, vo, e with the larger
: pivot first. The circuit is stiff, so the current the user sees is the one that
: `settle` computes after the voltage has moved.

DEFINE LEVELS 3

NEURON {
    POINT_PROCESS VClamp
    ELECTRODE_CURRENT i
    RANGE dur, amp, gain, rstim, tau1, tau2, fac
    RANGE e, vo, vi, e0, vo0, vi0, i
}

UNITS {
    (mV) = (millivolt)
    (nA) = (nanoamp)
}

PARAMETER {
    dur[LEVELS] (ms) <0,1e9>
    amp[LEVELS] (mV)
    gain  = 1e5         <0,1e9>
    rstim = 1  (megohm) <1e-9,1e9>
    tau1  = .001 (ms)   <0,1e9>
    tau2  = 0    (ms)   <0,1e9>
    fac   = 0           <1,10>
}

ASSIGNED {
    v    (mV)
    dt   (ms)
    i    (nA)
    stim (mV)
    off  (ms)
    e    (mV)
    vo   (mV)
    vi   (mV)
    e0   (mV)
    vo0  (mV)
    vi0  (mV)
}

INITIAL {
    e = 0
    e0 = 0
    vo = v
    vo0 = v
    vi = v
    vi0 = v
}

BREAKPOINT {
    SOLVE settle METHOD after_cvode
    command()
    i = drive()
}

: The level must not change between the two evaluations of a step, so this is
: called from the BREAKPOINT and not from settle. The clamp counts as off once
: t > off, hence it is still on at the very end of the last level.
PROCEDURE command() {
    LOCAL searching
    searching = 1
    off = 0
    FROM j = 0 TO LEVELS-1 {
        if (searching) {
            stim = amp[j]
            off = off + dur[j]
            if (t < off) {
                off = off + 100
                searching = 0
            }
        }
    }
}

FUNCTION drive() (nA) {
    if (t > off) {
        e0 = 0
        vo0 = 0
        drive = 0
    } else {
        circuit()
        drive = (vo - v)/rstim
    }
}

PROCEDURE settle() {
    i = drive()
    e0 = e
    vo0 = vo
    vi0 = vi
}

PROCEDURE circuit() {
    LOCAL a1, a2, q, qe, qr, r, pe, pr
    a1 = tau1/dt
    a2 = tau2/dt

    : third row, divided by -(1 + a1), eliminates vi from the first
    q = -1 - a1
    qe = (2 + a1)/q
    qr = (-stim - a1*(vi0 - e0))/q
    r = (fac*v - v) + qr

    : now fac*vo + qe*e = r and (1 + a2)*vo + gain*e = a2*vo0
    q = -a2 - 1
    if (fabs(fac) > fabs(q)) {
        pe = qe/fac
        pr = r/fac
        e = (-a2*vo0 - pr*q)/(-gain - pe*q)
    } else {
        pe = -gain/q
        pr = -a2*vo0/q
        e = (r - pr*fac)/(qe - pe*fac)
    }
    vo = pr - pe*e
    vi = qr - qe*e
}
