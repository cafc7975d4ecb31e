TITLE Small-conductance calcium-activated potassium current

: Koehler M et al. (1996) Science 273:1709: half activation at 0.43 uM, Hill
: coefficient 4.8. Reads cai of this step, which the pool has moved already.

NEURON {
    SUFFIX sk
    THREADSAFE
    USEION k READ ek WRITE ik
    USEION ca READ cai
    RANGE gbar, g, zinf
}

UNITS {
    (mV) = (millivolt)
    (mA) = (milliamp)
    (S)  = (siemens)
    (mM) = (milli/liter)
}

PARAMETER {
    gbar = 0.0     (S/cm2)
    half = 0.00043 (mM)
    hill = 4.8
    ztau = 1       (ms)
}

ASSIGNED {
    v    (mV)
    ek   (mV)
    cai  (mM)
    ik   (mA/cm2)
    g    (S/cm2)
    zinf
}

STATE { z <1e-4> }

INITIAL {
    bind(cai)
    z = zinf
}

BREAKPOINT {
    SOLVE gate METHOD cnexp
    g = gbar*z
    ik = g*(v - ek)
}

DERIVATIVE gate {
    bind(cai)
    z' = (zinf - z)/ztau
}

PROCEDURE bind(ca (mM)) {
    if (ca < 1e-7) {
        ca = ca + 1e-7
    }
    zinf = 1/(1 + (half/ca)^hill)
}
