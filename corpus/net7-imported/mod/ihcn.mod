TITLE Hyperpolarisation-activated cation current

COMMENT
Rates: Kole MHP, Hallermann S, Stuart GJ (2006) Single Ih channels in pyramidal neuron dendrites: properties,
distribution, and impact on action potential output. J Neurosci 26:1677-1687. Q10 = 3 about 34 degC.
ENDCOMMENT

NEURON {
    SUFFIX ihcn
    NONSPECIFIC_CURRENT i
    RANGE gbar, g
    GLOBAL erev, q10
}

UNITS {
    (mV) = (millivolt)
    (mA) = (milliamp)
    (S)  = (siemens)
}

PARAMETER {
    gbar = 0.0001 (S/cm2)
    erev = -45    (mV)
    q10 = 3
}

ASSIGNED {
    v       (mV)
    celsius (degC)
    i       (mA/cm2)
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
    SOLVE states METHOD cnexp
    g = gbar*m
    i = g*(v - erev)
}

DERIVATIVE states {
    rates(v)
    m' = (minf - m)/mtau
}

PROCEDURE rates(v (mV)) { LOCAL a, b, x
    x = (v + 154.9)/11.9
    if (fabs(x) < 1e-6) {
        a = 0.00643*11.9*(1 - x/2)
    } else {
        a = 0.00643*(v + 154.9)/(exp(x) - 1)
    }
    b = 0.193*exp(v/33.1)
    minf = a/(a + b)
    mtau = 1/((a + b)*q10^((celsius - 34)/10))
}
