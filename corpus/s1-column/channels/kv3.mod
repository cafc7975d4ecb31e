TITLE Fast potassium current (Kv3.1)

: Rettig J et al. (1992) EMBO J 11:2473.

NEURON {
    SUFFIX kv3
    USEION k READ ek WRITE ik
    RANGE gbar, minf, mtau
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
    ek (mV)
    ik (mA/cm2)
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
    ik = gbar*m*(v - ek)
}

DERIVATIVE states {
    rates(v)
    m' = (minf - m)/mtau
}

PROCEDURE rates(u) {
    UNITSOFF
    minf = 1/(1 + exp(-(u - 18.7)/9.7))
    mtau = 4/(1 + exp(-(u + 46.56)/44.14))
    UNITSON
}
