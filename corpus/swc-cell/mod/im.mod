TITLE Slow muscarine-sensitive potassium current

: Adams PR, Brown DA, Constanti A (1982) J Physiol 330:537, sped up by 2.3 for
: every 10 degC above 21 degC.

NEURON {
    SUFFIX im
    USEION k READ ek WRITE ik
    RANGE gbar, g
}

UNITS {
    (mV) = (millivolt)
    (mA) = (milliamp)
    (S)  = (siemens)
}

PARAMETER {
    gbar = 0.0 (S/cm2)
}

ASSIGNED {
    v       (mV)
    celsius (degC)
    ek      (mV)
    ik      (mA/cm2)
    g       (S/cm2)
    minf
    mtau    (ms)
    qt
}

STATE { m }

INITIAL {
    qt = 2.3^((celsius - 21)/10)
    rates(v)
    m = minf
}

BREAKPOINT {
    SOLVE state METHOD cnexp
    g = gbar*m
    ik = g*(v - ek)
}

DERIVATIVE state {
    rates(v)
    m' = (minf - m)/mtau
}

PROCEDURE rates(u (mV)) {
    LOCAL a, b
    UNITSOFF
    a = 3.3e-3*exp(2.5*0.04*(u + 35))
    b = 3.3e-3*exp(-2.5*0.04*(u + 35))
    minf = a/(a + b)
    mtau = 1/(a + b)/qt
    UNITSON
}
