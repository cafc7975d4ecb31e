TITLE High-threshold calcium current

? Reuveni I, Friedman A, Amitai Y, Gutnick MJ (1993) J Neurosci 13:4609: two
? activation gates and a slow inactivation. The reversal potential is Nernst's,
? because another mechanism moves cai.

NEURON {
    SUFFIX cahva
    USEION ca READ eca WRITE ica
    RANGE gbar, g
}

UNITS {
    (mV) = (millivolt)
    (mA) = (milliamp)
    (S)  = (siemens)
}

PARAMETER { gbar = 0.0 (S/cm2) }

ASSIGNED {
    v    (mV)
    eca  (mV)
    ica  (mA/cm2)
    g    (S/cm2)
    am   (/ms)
    bm   (/ms)
    ah   (/ms)
    bh   (/ms)
}

STATE { m h }

INITIAL {
    rates()
    m = am/(am + bm)
    h = ah/(ah + bh)
}

BREAKPOINT {
    SOLVE states METHOD cnexp
    g = gbar*m*m*h
    ica = g*(v - eca)
}

DERIVATIVE states {
    rates()
    m' = am*(1 - m) - bm*m
    h' = ah*(1 - h) - bh*h
}

PROCEDURE rates() {
    LOCAL x
    UNITSOFF
    x = -27 - v
    if (x < 1e-6 && x > -1e-6) {
        am = 0.055*3.8
    } else {
        am = 0.055*x/(exp(x/3.8) - 1)
    }
    bm = 0.94*exp((-75 - v)/17)
    ah = 0.000457*exp((-13 - v)/50)
    bh = 0.0065/(exp((-v - 15)/28) + 1)
    UNITSON
}
