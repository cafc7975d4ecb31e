TITLE A channel with a syntax error

NEURON {
    SUFFIX broken
    NONSPECIFIC_CURRENT i
    RANGE g,, e
}

PARAMETER { g = 0.001  e = -70 }
ASSIGNED { v i }

BREAKPOINT { i = g*(v - e) }
