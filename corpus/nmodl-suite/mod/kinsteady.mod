TITLE KINETIC: SOLVE STEADYSTATE in INITIAL

NEURON {
    SUFFIX kinsteady
    NONSPECIFIC_CURRENT i
    RANGE g, c, o, d
}
UNITS { (mV) = (millivolt) (mA) = (milliamp) (nA) = (nanoamp) (S) = (siemens) (uS) = (microsiemens) (um) = (micron) (molar) = (1/liter) (mM) = (millimolar) }

PARAMETER { g = 0.0005 (S/cm2)  e = -80 (mV) }
ASSIGNED { v (mV)  i (mA/cm2)  a (/ms)  b (/ms) }
STATE { c o d }

INITIAL { SOLVE scheme STEADYSTATE sparse }

BREAKPOINT {
    SOLVE scheme METHOD sparse
    i = g*o*o*(v - e)
}

KINETIC scheme {
    rates(v)
    ~ c <-> o (a, b)
    ~ o <-> d (0.02, 0.003)
    CONSERVE c + o + d = 1
}

PROCEDURE rates(v (mV)) {
    a = 0.3*exp((v + 50)/20)
    b = 0.1*exp(-(v + 50)/25)
}
