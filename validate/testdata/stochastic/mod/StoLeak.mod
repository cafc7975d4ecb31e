TITLE A leak whose conductance is redrawn in every step

NEURON {
    SUFFIX StoLeak
    NONSPECIFIC_CURRENT i
    RANGE g, e, n
    RANDOM noise
}

PARAMETER { g = 0.0003 (S/cm2) e = -60 (mV) }

ASSIGNED { v (mV) i (mA/cm2) n }

INITIAL { n = 1 }

BREAKPOINT {
    SOLVE draw
    i = g*n*(v - e)
}

PROCEDURE draw() { n = 0.98*n + 0.02*(1 + random_normal(noise)) }
