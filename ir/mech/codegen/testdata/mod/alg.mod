TITLE Two linear systems, one of them for the start too, with a zero on the diagonal
NEURON {
    SUFFIX alg
    NONSPECIFIC_CURRENT i
    RANGE g, x, w, z, p, q, sum
}
PARAMETER { g = 1e-5 }
ASSIGNED { v (mV) i (mA/cm2) k sum }
STATE { x w z p q }
INITIAL {
    rate(v)
    SOLVE start
    p = 0
    q = 0
}
BREAKPOINT {
    SOLVE each
    SOLVE start
    i = g*(x + p)*(v + 65)
}
LINEAR start {
    ~ w*k + z = 3
    ~ x + w - 2*z*k = 0.5
    ~ x + w + z = 1
}
LINEAR each {
    rate(v)
    ~ q = 0.1*v
    ~ p*(1 + k) - q/3 = k
    sum = p + q
}
PROCEDURE rate(u (mV)) { k = exp(u/40) }
