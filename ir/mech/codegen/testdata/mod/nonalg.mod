TITLE A nonlinear system of equations in every step
NEURON {
    SUFFIX nonalg
    NONSPECIFIC_CURRENT i
    RANGE g, a, b
}
PARAMETER { g = 1e-5 }
ASSIGNED { v (mV) i (mA/cm2) }
STATE { a b }
INITIAL { a = 1 b = 0.5 }
BREAKPOINT {
    SOLVE both
    i = g*(v + 65)
}
NONLINEAR both {
    LOCAL r
    r = exp(v/50)
    ~ a*a + b = 2 + r
    ~ a - b*r = 0.3
}
