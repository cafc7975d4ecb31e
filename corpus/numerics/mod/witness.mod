TITLE What INITIAL sees

: Copies v, the calcium concentration and its reversal potential as they are when
: INITIAL runs (v0, ca0, e0), and t. An initialised density mechanism sees v set,
: concentrations set by their writers, and reversal potentials from them.

NEURON {
    SUFFIX witness
    USEION ca READ cai, eca
    RANGE v0, ca0, e0, t0, seen
}

UNITS {
    (mV) = (millivolt)
    (mM) = (milli/liter)
}

ASSIGNED {
    v    (mV)
    cai  (mM)
    eca  (mV)
    v0   (mV)
    ca0  (mM)
    e0   (mV)
    t0   (ms)
    seen (mM)
}

INITIAL {
    v0 = v
    ca0 = cai
    e0 = eca
    t0 = t
    seen = cai
}

BREAKPOINT {
    SOLVE look
}

: runs with the states, so it sees the concentration that a pool has just moved
PROCEDURE look() {
    seen = cai
}
