: Calcium beneath the membrane, which all currents of calcium fill.
NEURON {
    SUFFIX capool
    USEION ca READ ica WRITE cai
    RANGE tau, depth
}
UNITS { (mA) = (milliamp) (mM) = (milli/liter) (um) = (micron) FARADAY = (faraday) (coulomb) }
PARAMETER { tau = 30 (ms) depth = 0.5 (um) }
ASSIGNED { ica (mA/cm2) }
STATE { cai (mM) }
INITIAL { cai = 5e-5 }
BREAKPOINT { SOLVE pool METHOD cnexp }
DERIVATIVE pool { cai' = -(1e4)*ica/(2*FARADAY*depth) - (cai - 5e-5)/tau }
