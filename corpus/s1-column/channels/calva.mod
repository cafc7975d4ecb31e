TITLE Low-threshold calcium current

: Avery RB, Johnston D (1996) J Neurosci 16:5567, times of Randall AD, Tsien RW (1997) Neuropharmacology 36:879, sped up by 2.3^1.3.

NEURON {
    SUFFIX calva
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
    UNITSOFF
    minf = 1/(1 + exp(-(u + 40)/6))
    mtau = (5 + 20/(1 + exp((u + 35)/5)))/2.9529
    hinf = 1/(1 + exp((u + 90)/6.4))
    htau = (20 + 50/(1 + exp((u + 50)/7)))/2.9529
    UNITSON
}
