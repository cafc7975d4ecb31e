TITLE Hyperpolarisation-activated cation current

: Kole MHP, Hallermann S, Stuart GJ (2006) J Neurosci 26:1677.

NEURON {
    SUFFIX ih
    NONSPECIFIC_CURRENT i
    RANGE gbar, minf, mtau, ehcn
}

UNITS {
    (mV) = (millivolt)
    (mA) = (milliamp)
    (S)  = (siemens)
}

PARAMETER {
    gbar = 0 (S/cm2)
    ehcn = -45 (mV)
}

ASSIGNED {
    v (mV)
    i (mA/cm2)
    minf
    mtau (ms)
}

STATE { m }

INITIAL {
    rates(v)
    m = minf
}

BREAKPOINT {
    SOLVE states METHOD cnexp
    i = gbar*m*(v - ehcn)
}

DERIVATIVE states {
    rates(v)
    m' = (minf - m)/mtau
}

PROCEDURE rates(u) {
    LOCAL a, b, x
    UNITSOFF
    x = u + 154.9
    if (x < 1e-6 && x > -1e-6) { a = 0.00643*11.9 } else { a = 0.00643*x/(exp(x/11.9) - 1) }
    b = 0.193*exp(u/33.1)
    minf = a/(a + b)
    mtau = 1/(a + b)
    UNITSON
}
