TITLE Hyperpolarisation-activated cation current

: Kole MHP, Hallermann S, Stuart GJ (2006) J Neurosci 26:1677 (rates at 34 degC).

NEURON {
    SUFFIX ih
    NONSPECIFIC_CURRENT i
    RANGE gbar, g, ehcn
}

UNITS {
    (mV) = (millivolt)
    (mA) = (milliamp)
    (S)  = (siemens)
}

PARAMETER {
    gbar = 0.0   (S/cm2)
    ehcn = -45.0 (mV)
}

ASSIGNED {
    v (mV)
    i (mA/cm2)
    g (S/cm2)
}

STATE { m }

INITIAL {
    m = opening(v)/(opening(v) + closing(v))
}

BREAKPOINT {
    SOLVE state METHOD cnexp
    g = gbar*m
    i = g*(v - ehcn)
}

DERIVATIVE state {
    LOCAL a, b
    a = opening(v)
    b = closing(v)
    m' = a - (a + b)*m
}

FUNCTION opening(u (mV)) (/ms) {
    UNITSOFF
    if (fabs(u + 154.9) < 1e-4) {
        opening = 0.001*6.43*11.9
    } else {
        opening = 0.001*6.43*(u + 154.9)/(exp((u + 154.9)/11.9) - 1)
    }
    UNITSON
}

FUNCTION closing(u (mV)) (/ms) {
    UNITSOFF
    closing = 0.001*193*exp(u/33.1)
    UNITSON
}
