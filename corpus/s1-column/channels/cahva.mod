TITLE High-threshold calcium current

: Reuveni I, Friedman A, Amitai Y, Gutnick MJ (1993) J Neurosci 13:4609.

NEURON {
    SUFFIX cahva
    USEION ca READ eca WRITE ica
    RANGE gbar, minf, mtau, hinf, htau
}

UNITS {
    (mV) = (millivolt)
    (mA) = (milliamp)
    (S)  = (siemens)
}

PARAMETER {
    gbar = 0 (S/cm2)
}

ASSIGNED {
    v (mV)
    eca (mV)
    ica (mA/cm2)
    minf
    mtau (ms)
    hinf
    htau (ms)
}

STATE { m h }

INITIAL {
    rates(v)
    m = minf
    h = hinf
}

BREAKPOINT {
    SOLVE states METHOD cnexp
    ica = gbar*m*m*h*(v - eca)
}

DERIVATIVE states {
    rates(v)
    m' = (minf - m)/mtau
    h' = (hinf - h)/htau
}

PROCEDURE rates(u) {
    LOCAL a, b, x
    UNITSOFF
    x = -27 - u
    if (x < 1e-6 && x > -1e-6) { a = 0.055*3.8 } else { a = 0.055*x/(exp(x/3.8) - 1) }
    b = 0.94*exp((-75 - u)/17)
    minf = a/(a + b)
    mtau = 1/(a + b)
    a = 0.000457*exp((-13 - u)/50)
    b = 0.0065/(exp((-u - 15)/28) + 1)
    hinf = a/(a + b)
    htau = 1/(a + b)
    UNITSON
}
