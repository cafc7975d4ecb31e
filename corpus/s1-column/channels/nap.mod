TITLE Persistent sodium current

: Magistretti J, Alonso A (1999) J Gen Physiol 114:491; activation six times slower than the fast current's.

NEURON {
    SUFFIX nap
    USEION na READ ena WRITE ina
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
    ena (mV)
    ina (mA/cm2)
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
    ina = gbar*m*m*m*h*(v - ena)
}

DERIVATIVE states {
    rates(v)
    m' = (minf - m)/mtau
    h' = (hinf - h)/htau
}

PROCEDURE rates(u) {
    LOCAL a, b, x
    UNITSOFF
    minf = 1/(1 + exp(-(u + 52.6)/4.6))
    hinf = 1/(1 + exp((u + 48.8)/10))
    x = u + 38
    if (x < 1e-6 && x > -1e-6) { a = 0.182*6 } else { a = 0.182*x/(1 - exp(-x/6)) }
    if (x < 1e-6 && x > -1e-6) { b = 0.124*6 } else { b = 0.124*x/(exp(x/6) - 1) }
    mtau = 6/(a + b)/2.9529
    x = u + 17
    if (x < 1e-6 && x > -1e-6) { a = 2.88e-6*4.63 } else { a = 2.88e-6*x/(exp(x/4.63) - 1) }
    x = u + 64.4
    if (x < 1e-6 && x > -1e-6) { b = 6.94e-6*2.63 } else { b = 6.94e-6*x/(1 - exp(-x/2.63)) }
    htau = 1/(a + b)/2.9529
    UNITSON
}
