TITLE Transient potassium current

: Korngreen A, Sakmann B (2000) J Physiol 525:621, junction potential of -10 mV, sped up by 2.3^1.3.

NEURON {
    SUFFIX kt
    USEION k READ ek WRITE ik
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
    ek (mV)
    ik (mA/cm2)
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
    ik = gbar*m*m*m*m*h*(v - ek)
}

DERIVATIVE states {
    rates(v)
    m' = (minf - m)/mtau
    h' = (hinf - h)/htau
}

PROCEDURE rates(u) {
    UNITSOFF
    minf = 1/(1 + exp(-(u + 10)/19))
    mtau = (0.34 + 0.92*exp(-((u + 81)/59)*((u + 81)/59)))/2.9529
    hinf = 1/(1 + exp((u + 76)/10))
    htau = (8 + 49*exp(-((u + 83)/23)*((u + 83)/23)))/2.9529
    UNITSON
}
