TITLE Calcium in a thin shell below the membrane

: Destexhe A, Contreras D, Sejnowski TJ, Steriade M (1994) J Neurophysiol 72:803.

NEURON {
    SUFFIX cadyn
    USEION ca READ ica WRITE cai
    RANGE gamma, tau, depth, rest
}

UNITS {
    (mV) = (millivolt)
    (mA) = (milliamp)
    (um) = (micron)
    (mM) = (milli/liter)
}

PARAMETER {
    gamma = 0.05
    tau   = 80   (ms)
    depth = 0.1  (um)
    rest  = 1e-4 (mM)
}

ASSIGNED {
    ica (mA/cm2)
}

STATE { cai (mM) }

INITIAL { cai = rest }

BREAKPOINT {
    SOLVE pool METHOD cnexp
}

DERIVATIVE pool {
    UNITSOFF
    cai' = -10000*gamma*ica/(2*96485.3321233100184*depth) - (cai - rest)/tau
    UNITSON
}
