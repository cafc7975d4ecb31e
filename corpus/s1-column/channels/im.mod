TITLE Slow muscarine-sensitive potassium current

: Adams PR, Brown DA, Constanti A (1982) J Physiol 330:537, sped up by 2.3^1.3.

NEURON {
    SUFFIX im
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
    LOCAL a, b
    UNITSOFF
    a = 3.3e-3*exp(0.1*(u + 35))
    b = 3.3e-3*exp(-0.1*(u + 35))
    minf = a/(a + b)
    mtau = 1/(a + b)/2.9529
    UNITSON
}
