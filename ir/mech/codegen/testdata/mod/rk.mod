TITLE Runge-Kutta with explicit time
NEURON {
    SUFFIX rk
    NONSPECIFIC_CURRENT i
    RANGE gl, a, b
}
PARAMETER { gl = 1e-5 }
ASSIGNED { v (mV) i (mA/cm2) }
STATE { a b }
INITIAL { a = 1 b = 0.5 }
BREAKPOINT {
    SOLVE st METHOD runge
    i = gl*(v + 65)
}
DERIVATIVE st {
    LOCAL z
    z = a*sin(b)
    a' = b - a*0.1 + t/50 - 0.1*z
    b' = -a*0.3 - b*0.05 + v/200
}
