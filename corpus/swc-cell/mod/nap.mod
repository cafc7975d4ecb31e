TITLE Persistent sodium current

: Steady states and inactivation rates of Magistretti J, Alonso A (1999) J Gen
: Physiol 114:491 (21 degC); activation six times slower than that of the fast
: current.

NEURON {
    SUFFIX nap
    USEION na READ ena WRITE ina
    RANGE gbar, g, ina_nap
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
    ena     (mV)
    ina     (mA/cm2)
    ina_nap (mA/cm2)
    g       (S/cm2)
}

STATE {
    m
    h
}

INITIAL {
    m = minf(v)
    h = hinf(v)
}

BREAKPOINT {
    SOLVE states METHOD cnexp
    g = gbar*m*m*m*h
    ina_nap = g*(v - ena)
    ina = ina_nap
}

DERIVATIVE states {
    m' = (minf(v) - m)/mtau(v)
    h' = (hinf(v) - h)/htau(v)
}

FUNCTION speed() {
    speed = 2.3^((celsius - 21(degC))/10(degC))
}

FUNCTION minf(u (mV)) {
    minf = 1/(1 + exp(-(u + 52.6(mV))/4.6(mV)))
}

FUNCTION hinf(u (mV)) {
    hinf = 1/(1 + exp((u + 48.8(mV))/10(mV)))
}

FUNCTION mtau(u (mV)) (ms) {
    LOCAL x, sum
    UNITSOFF
    x = u + 38
    if (fabs(x) < 1e-5) {
        sum = 6*(0.182 + 0.124)
    } else {
        sum = 0.182*x/(1 - exp(-x/6)) - 0.124*x/(1 - exp(x/6))
    }
    mtau = 6/sum/speed()
    UNITSON
}

FUNCTION htau(u (mV)) (ms) {
    LOCAL a, b
    UNITSOFF
    a = 2.88e-6*line(u + 17, 4.63)
    b = 6.94e-6*line(-(u + 64.4), 2.63)
    htau = 1/(a + b)/speed()
    UNITSON
}

: -x/(1 - exp(x/k)), k at x = 0
FUNCTION line(x, k) {
    UNITSOFF
    if (fabs(x/k) < 1e-6) {
        line = k - x/2
    } else {
        line = -x/(1 - exp(x/k))
    }
    UNITSON
}
