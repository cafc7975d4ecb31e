TITLE Persistent potassium current

: Korngreen A, Sakmann B (2000) J Physiol 525:621, junction potential of -10 mV, sped up by 2.3^1.3.

NEURON {
    SUFFIX kp
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
    ik = gbar*m*m*h*(v - ek)
}

DERIVATIVE states {
    rates(v)
    m' = (minf - m)/mtau
    h' = (hinf - h)/htau
}

PROCEDURE rates(u) {
    LOCAL x
    UNITSOFF
    minf = 1/(1 + exp(-(u + 11)/12))
    if (u < -60) { x = 1.25 + 175.03*exp(0.026*(u + 10)) } else { x = 1.25 + 13*exp(-0.026*(u + 10)) }
    mtau = x/2.9529
    hinf = 1/(1 + exp((u + 64)/11))
    htau = (360 + (1010 + 24*(u + 65))*exp(-((u + 85)/48)*((u + 85)/48)))/2.9529
    UNITSON
}
