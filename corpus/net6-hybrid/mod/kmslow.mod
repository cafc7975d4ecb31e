TITLE Slow, non-inactivating potassium current (M current)

COMMENT
Equations: Yamada WM, Koch C, Adams PR (1989) Multiple channels and calcium dynamics. In: Koch C, Segev I (eds) Methods
in Neuronal Modeling, MIT Press. Steady state and time constant of the muscarine-sensitive current, half activation
-35 mV, slope 10 mV; rates at 36 degC with Q10 = 2.3.
ENDCOMMENT

NEURON {
    SUFFIX kmslow
    USEION k READ ek WRITE ik
    RANGE gbar, g, i, vhalf
    GLOBAL q10, taumax
}

UNITS {
    (mV) = (millivolt)
    (mA) = (milliamp)
    (S)  = (siemens)
}

PARAMETER {
    gbar = 0.0002 (S/cm2)
    vhalf = -35   (mV)
    slope = 10    (mV)
    taumax = 1000 (ms)
    q10 = 2.3
}

ASSIGNED {
    v       (mV)
    celsius (degC)
    ek      (mV)
    ik      (mA/cm2)
    i       (mA/cm2)
    g       (S/cm2)
    ninf
    ntau    (ms)
    tadj
}

STATE { n }

INITIAL {
    tadj = q10^((celsius - 36)/10)
    rates(v)
    n = ninf
}

BREAKPOINT {
    SOLVE states METHOD cnexp
    g = gbar*n
    i = g*(v - ek)
    ik = i
}

DERIVATIVE states {
    rates(v)
    n' = (ninf - n)/ntau
}

PROCEDURE rates(v (mV)) { LOCAL x
    x = (v - vhalf)/(2*slope)
    ninf = 1/(1 + exp(-(v - vhalf)/slope))
    ntau = taumax/(3.3*exp(x) + exp(-x))/tadj
}
