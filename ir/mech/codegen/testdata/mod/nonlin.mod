TITLE A nonlinear equation asked for with cnexp: solved by derivimplicit
NEURON {
    SUFFIX nonlin
    NONSPECIFIC_CURRENT i
    RANGE gl, a, b
}
PARAMETER { gl = 1e-5 }
ASSIGNED { v (mV) i (mA/cm2) }
STATE { a b }
INITIAL { a = 1 b = 0.5 }
BREAKPOINT {
    SOLVE st METHOD cnexp
    i = gl*(v + 65)
}
DERIVATIVE st {
    a' = exp(-a) - 0.3*a + v/500
    b' = (a - b)/5
}
