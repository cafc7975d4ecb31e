TITLE Squid axon membrane after Hodgkin and Huxley, J. Physiol. 117:500 (1952)

: The classical sodium, delayed-rectifier potassium and leak conductances, with
: voltages in absolute mV (rest near -65 mV). The three gates relax to their
: steady states with time constants that are divided by 3^((celsius-6.3)/10).
: The rates come from a table over -100..100 mV in steps of 1 mV, linearly
: interpolated. The table is part of the model: evaluating the formulas instead
: moves spikes.

NEURON {
    SUFFIX hh
    THREADSAFE
    USEION na READ ena WRITE ina
    USEION k READ ek WRITE ik
    NONSPECIFIC_CURRENT il
    RANGE gnabar, gkbar, gl, el
    RANGE gna, gk
    RANGE minf, hinf, ninf
    RANGE mtau, htau, ntau
}

UNITS {
    (mV) = (millivolt)
    (mA) = (milliamp)
    (S)  = (siemens)
}

PARAMETER {
    gnabar = .12   (S/cm2) <0,1e9>
    gkbar  = .036  (S/cm2) <0,1e9>
    gl     = .0003 (S/cm2) <0,1e9>
    el     = -54.3 (mV)
}

ASSIGNED {
    v       (mV)
    celsius (degC)
    ena     (mV)
    ek      (mV)
    gna     (S/cm2)
    gk      (S/cm2)
    ina     (mA/cm2)
    ik      (mA/cm2)
    il      (mA/cm2)
    minf
    hinf
    ninf
    mtau    (ms)
    htau    (ms)
    ntau    (ms)
}

STATE { m h n }

INITIAL {
    rates(v)
    m = minf
    h = hinf
    n = ninf
}

BREAKPOINT {
    SOLVE gates METHOD cnexp
    gna = gnabar*m*m*m*h
    gk = gkbar*n*n*n*n
    ina = gna*(v - ena)
    ik = gk*(v - ek)
    il = gl*(v - el)
}

DERIVATIVE gates {
    rates(v)
    m' = (minf - m)/mtau
    h' = (hinf - h)/htau
    n' = (ninf - n)/ntau
}

PROCEDURE rates(vm (mV)) {
    LOCAL open, close, total, speed
    TABLE minf, mtau, hinf, htau, ninf, ntau DEPEND celsius FROM -100 TO 100 WITH 200

    UNITSOFF
    speed = 3^((celsius - 6.3)/10)

    open = .1*vtrap(-(vm + 40), 10)
    close = 4*exp(-(vm + 65)/18)
    total = open + close
    minf = open/total
    mtau = 1/(speed*total)

    open = .07*exp(-(vm + 65)/20)
    close = 1/(exp(-(vm + 35)/10) + 1)
    total = open + close
    hinf = open/total
    htau = 1/(speed*total)

    open = .01*vtrap(-(vm + 55), 10)
    close = .125*exp(-(vm + 65)/80)
    total = open + close
    ninf = open/total
    ntau = 1/(speed*total)
    UNITSON
}

: x/(exp(x/y) - 1), by its series where the quotient would be 0/0.
FUNCTION vtrap(x, y) {
    UNITSOFF
    if (fabs(x/y) < 1e-6) {
        vtrap = y*(1 - x/y/2)
    } else {
        vtrap = x/(exp(x/y) - 1)
    }
    UNITSON
}
