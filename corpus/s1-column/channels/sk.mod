TITLE Small-conductance calcium-activated potassium current

: Koehler M et al. (1996) Science 273:1709: half activation at 0.43 uM, Hill coefficient 4.8.

NEURON {
    SUFFIX sk
    USEION k READ ek WRITE ik
    USEION ca READ cai
    RANGE gbar, zinf
}

UNITS {
    (mV) = (millivolt)
    (mA) = (milliamp)
    (S)  = (siemens)
    (mM) = (milli/liter)
}

PARAMETER { gbar = 0 (S/cm2) }

ASSIGNED {
    v    (mV)
    ek   (mV)
    ik   (mA/cm2)
    cai  (mM)
    zinf
}

STATE { z }

INITIAL {
    rates(cai)
    z = zinf
}

BREAKPOINT {
    SOLVE states METHOD cnexp
    ik = gbar*z*(v - ek)
}

DERIVATIVE states {
    rates(cai)
    z' = zinf - z
}

PROCEDURE rates(ca) {
    LOCAL c
    UNITSOFF
    c = ca
    if (c < 1e-7) { c = c + 1e-7 }
    zinf = 1/(1 + (0.00043/c)^4.8)
    UNITSON
}
