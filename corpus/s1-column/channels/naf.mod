TITLE Fast transient sodium current of the soma

: Colbert CM, Pan E (2002) Nat Neurosci 5:533, sped up by 2.3^1.3 to 34 degC.

NEURON {
    SUFFIX naf
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
    x = u + 38
    if (x < 1e-6 && x > -1e-6) { a = 0.182*6 } else { a = 0.182*x/(1 - exp(-x/6)) }
    if (x < 1e-6 && x > -1e-6) { b = 0.124*6 } else { b = 0.124*x/(exp(x/6) - 1) }
    mtau = 1/(a + b)/2.9529
    minf = a/(a + b)
    x = u + 66
    if (x < 1e-6 && x > -1e-6) { a = 0.015*6 } else { a = 0.015*x/(exp(x/6) - 1) }
    if (x < 1e-6 && x > -1e-6) { b = 0.015*6 } else { b = 0.015*x/(1 - exp(-x/6)) }
    htau = 1/(a + b)/2.9529
    hinf = a/(a + b)
    UNITSON
}
