TITLE Calcium in a thin shell below the membrane

: Inflow and exponential return to rest, after Destexhe A, Contreras D, Sejnowski
: TJ, Steriade M (1994) J Neurophysiol 72:803:
:     d[Ca]i/dt = -gamma*ica/(2*F*depth) - ([Ca]i - rest)/tau
: gamma is the part of the inflow that no buffer binds. 1e4 turns mA/cm2/um/C into
: mM/ms.

NEURON {
    SUFFIX cadyn
    USEION ca READ ica WRITE cai
    RANGE gamma, tau, depth, rest
}

UNITS {
    (mV) = (millivolt)
    (mA) = (milliamp)
    (um) = (micron)
    (molar) = (1/liter)
    (mM) = (millimolar)
    FARADAY = (faraday) (coulomb)
}

PARAMETER {
    gamma = 0.05
    tau   = 80   (ms) <1e-3,1e9>
    depth = 0.1  (um)
    rest  = 1e-4 (mM)
}

ASSIGNED {
    ica (mA/cm2)
}

STATE {
    cai (mM)
}

INITIAL {
    cai = rest
}

BREAKPOINT {
    SOLVE pool METHOD cnexp
}

DERIVATIVE pool {
    cai' = -(1e4)*gamma*ica/(2*FARADAY*depth) - (cai - rest)/tau
}
