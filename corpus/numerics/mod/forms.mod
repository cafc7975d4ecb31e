TITLE The forms that cnexp meets, each with constant coefficients

: p relaxes, q opens and closes, r decays, s grows by a constant (its coefficient
: is literally 0, so one step adds dt times the rate), u has its state in two
: terms, w is relaxed to v.

NEURON {
    SUFFIX forms
    RANGE inf, tau, open, close, rate
}

UNITS {
    (mV) = (millivolt)
}

PARAMETER {
    inf   = 0.731
    tau   = 3.7   (ms)
    open  = 0.217 (/ms)
    close = 0.083 (/ms)
    rate  = 0.019 (/ms)
}

ASSIGNED {
    v (mV)
}

STATE { p q r s u w (mV) }

INITIAL {
    p = 0.1
    q = 0.2
    r = 0.9
    s = 0.3
    u = 0.7
    w = v
}

BREAKPOINT {
    SOLVE change METHOD cnexp
}

DERIVATIVE change {
    p' = (inf - p)/tau
    q' = open*(1 - q) - close*q
    r' = -r/tau
    s' = rate*inf
    u' = -open*u - u/tau + rate
    w' = (v - w)/tau
}
