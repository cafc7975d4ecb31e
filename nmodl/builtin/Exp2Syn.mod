TITLE Synaptic conductance that rises with tau1 and decays with tau2

: g(t) is the difference of two exponentials, B - A, each a state of its own. An
: event of weight w [uS] adds w*factor to both, where factor makes the peak of g
: equal to w. The peak lies tp = tau1*tau2/(tau2 - tau1)*ln(tau2/tau1) after the
: event. tau1 must stay below tau2: INITIAL pulls it down to 0.9999 tau2 (then
: close to an alpha function), and up to 1e-9 tau2 at the other end.

NEURON {
    POINT_PROCESS Exp2Syn
    THREADSAFE
    NONSPECIFIC_CURRENT i
    RANGE tau1, tau2, e, i, g
}

UNITS {
    (mV) = (millivolt)
    (nA) = (nanoamp)
    (uS) = (microsiemens)
}

PARAMETER {
    tau1 = 0.1 (ms) <1e-9,1e9>
    tau2 = 10  (ms) <1e-9,1e9>
    e    = 0   (mV)
}

ASSIGNED {
    v (mV)
    i (nA)
    g (uS)
    factor
}

STATE {
    A (uS)
    B (uS)
}

INITIAL {
    LOCAL peak
    if (tau1/tau2 > 0.9999) {
        tau1 = 0.9999*tau2
    }
    if (tau1/tau2 < 1e-9) {
        tau1 = tau2*1e-9
    }
    peak = (tau1*tau2)/(tau2 - tau1)*log(tau2/tau1)
    factor = -exp(-peak/tau1) + exp(-peak/tau2)
    factor = 1/factor
    A = 0
    B = 0
}

BREAKPOINT {
    SOLVE decay METHOD cnexp
    g = B - A
    i = g*(v - e)
}

DERIVATIVE decay {
    A' = -A/tau1
    B' = -B/tau2
}

NET_RECEIVE (weight (uS)) {
    A = A + weight*factor
    B = B + weight*factor
}
