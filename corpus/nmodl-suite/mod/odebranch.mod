TITLE cnexp in branches, with locals and with a rate that is literally zero

NEURON {
    SUFFIX odebranch
    NONSPECIFIC_CURRENT i
    RANGE m, s
}
UNITS { (mV) = (millivolt) (mA) = (milliamp) (nA) = (nanoamp) (S) = (siemens) (uS) = (microsiemens) (um) = (micron) (molar) = (1/liter) (mM) = (millimolar) }

ASSIGNED { v (mV)  i (mA/cm2) }
STATE { m s }

INITIAL { m = 0  s = 0 }

BREAKPOINT {
    SOLVE st METHOD cnexp
    i = 0.0001*m*(v + 60)
}

DERIVATIVE st {
    LOCAL inf, tau
    inf = 1/(1 + exp(-(v + 40)/8))
    if (v > -30) {
        tau = 2
    } else if (v > -70) {
        tau = 5
    } else {
        tau = 9
    }
    m' = (inf - m)/tau
    s' = 0.01*m
}
