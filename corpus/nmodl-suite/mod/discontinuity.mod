TITLE Events into a state of derivimplicit and by state_discontinuity; CONSTRUCTOR, DESTRUCTOR

NEURON {
    POINT_PROCESS discontinuity
    NONSPECIFIC_CURRENT i
    RANGE g, b
}
UNITS { (mV) = (millivolt) (mA) = (milliamp) (nA) = (nanoamp) (S) = (siemens) (uS) = (microsiemens) (um) = (micron) (molar) = (1/liter) (mM) = (millimolar) }

ASSIGNED { v (mV)  i (nA)  born (uS) }
STATE { g (uS)  b (uS) }

CONSTRUCTOR { born = 0.0003 }
DESTRUCTOR { born = 0 }
INITIAL { g = 0  b = born }

BREAKPOINT {
    SOLVE s METHOD derivimplicit
    i = (g + b)*(v - 10)
}

DERIVATIVE s {
    g' = -g/(2 + 100*g)
    b' = (g - b)/5
}

NET_RECEIVE(w (uS)) { state_discontinuity(g, g + w)  b = b + 0.1*w }
