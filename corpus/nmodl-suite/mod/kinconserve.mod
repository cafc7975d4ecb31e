TITLE KINETIC: three states in a row, CONSERVE, rates of the block's own locals

NEURON {
    SUFFIX kinconserve
    NONSPECIFIC_CURRENT i
    RANGE g, c, o, d
}
UNITS { (mV) = (millivolt) (mA) = (milliamp) (nA) = (nanoamp) (S) = (siemens) (uS) = (microsiemens) (um) = (micron) (molar) = (1/liter) (mM) = (millimolar) }

PARAMETER { g = 0.0005 (S/cm2)  e = -80 (mV) }
ASSIGNED { v (mV)  i (mA/cm2) }
STATE { c o d }

INITIAL { c = 1  o = 0  d = 0 }

BREAKPOINT {
    SOLVE scheme METHOD sparse
    i = g*o*(v - e)
}

KINETIC scheme {
    LOCAL a, b
    a = 0.3*exp((v + 30)/20)
    b = 0.1*exp(-(v + 30)/25)
    ~ c <-> o (a, b)
    ~ o <-> d (0.2, 0.03)
    CONSERVE c + o + d = 1
}
