TITLE TABLE that DEPENDs on a RANGE variable

NEURON {
    SUFFIX tabrange
    USEION k READ ek WRITE ik
    RANGE gbar, vhalf, n
}

PARAMETER { gbar = 0.003 (S/cm2)  vhalf = -50 (mV)  ek (mV) }

ASSIGNED { v (mV) ik (mA/cm2) ninf ntau (ms) }

STATE { n }

INITIAL {
    rates(v)
    n = ninf
}

BREAKPOINT {
    SOLVE st METHOD cnexp
    ik = gbar*n*(v - ek)
}

DERIVATIVE st {
    rates(v)
    n' = (ninf - n)/ntau
}

PROCEDURE rates(v (mV)) {
    TABLE ninf, ntau DEPEND vhalf FROM -100 TO 100 WITH 200
    ninf = 1/(1 + exp(-(v - vhalf)/9))
    ntau = 1 + 4/(1 + exp((v - vhalf)/12))
}
