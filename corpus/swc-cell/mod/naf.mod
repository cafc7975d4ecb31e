TITLE Fast transient sodium current

: Rates of Colbert CM, Pan E (2002) Nat Neurosci 5:533, measured near 21 degC.
: Three activation gates and one inactivation gate.

NEURON {
    SUFFIX naf
    THREADSAFE
    USEION na READ ena WRITE ina
    RANGE gbar, g
}

UNITS {
    (mV) = (millivolt)
    (mA) = (milliamp)
    (S)  = (siemens)
}

PARAMETER {
    gbar = 0.0 (S/cm2) <0,1e9>
    q10  = 2.3
    vm   = -38 (mV)
    vh   = -66 (mV)
}

ASSIGNED {
    v       (mV)
    celsius (degC)
    ena     (mV)
    ina     (mA/cm2)
    g       (S/cm2)
    minf
    hinf
    mtau    (ms)
    htau    (ms)
}

STATE { m h }

INITIAL {
    rates(v)
    m = minf
    h = hinf
}

BREAKPOINT {
    SOLVE gates METHOD cnexp
    g = gbar*m^3*h
    ina = g*(v - ena)
}

DERIVATIVE gates {
    rates(v)
    m' = (minf - m)/mtau
    h' = (hinf - h)/htau
}

PROCEDURE rates(u (mV)) {
    LOCAL open, shut, speed
    UNITSOFF
    speed = q10^((celsius - 21)/10)
    open = 0.182*linoid(u - vm, 6)
    shut = 0.124*linoid(vm - u, 6)
    mtau = 1/(open + shut)/speed
    minf = open/(open + shut)
    open = 0.015*linoid(vh - u, 6)
    shut = 0.015*linoid(u - vh, 6)
    htau = 1/(open + shut)/speed
    hinf = open/(open + shut)
    UNITSON
}

: x/(1 - exp(-x/k)), k at x = 0
FUNCTION linoid(x, k) {
    UNITSOFF
    if (fabs(x/k) < 1e-6) {
        linoid = k*(1 + x/k/2)
    } else {
        linoid = x/(1 - exp(-x/k))
    }
    UNITSON
}
