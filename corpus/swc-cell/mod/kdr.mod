TITLE Fast delayed-rectifier potassium current (Kv3.1)

: Rettig J et al. (1992) EMBO J 11:2473. The rates come from a table that is
: remade when the temperature changes.

NEURON {
    SUFFIX kdr
    THREADSAFE
    USEION k READ ek WRITE ik
    RANGE gbar, g
    GLOBAL minf, mtau
}

UNITS {
    (mV) = (millivolt)
    (mA) = (milliamp)
    (S)  = (siemens)
}

PARAMETER {
    gbar = 0.0 (S/cm2) <0,1e9>
}

ASSIGNED {
    v       (mV)
    celsius (degC)
    ek      (mV)
    ik      (mA/cm2)
    g       (S/cm2)
    minf
    mtau    (ms)
}

STATE { m }

INITIAL {
    rates(v)
    m = minf
}

BREAKPOINT {
    SOLVE gate METHOD cnexp
    g = gbar*m
    ik = g*(v - ek)
}

DERIVATIVE gate {
    rates(v)
    m' = (minf - m)/mtau
}

PROCEDURE rates(u (mV)) {
    TABLE minf, mtau DEPEND celsius FROM -120 TO 80 WITH 400
    UNITSOFF
    minf = 1/(1 + exp((u - 18.7)/(-9.7)))
    mtau = 0.2*20/(1 + exp((u + 46.56)/(-44.14)))/3^((celsius - 34)/10)
    UNITSON
}
