TITLE Two nonlinear gates, solved implicitly
NEURON {
    SUFFIX dimp
    NONSPECIFIC_CURRENT i
    RANGE g, k, w, a, b, i
}
PARAMETER { g = 1e-5  k = 0.7 }
ASSIGNED { v (mV) i (mA/cm2) w }
STATE { b a }
INITIAL { a = 0.3  b = 0.1 }
BREAKPOINT {
    SOLVE st METHOD derivimplicit
    i = g*a*b*(v + 65)
}
DERIVATIVE st {
    LOCAL z
    rates(v)
    z = exp(v/40)*a
    a' = -a*a*k + b*z + w*(1 - a)
    b' = a - b*w*(1 + b)
}
PROCEDURE rates(u (mV)) { w = 0.2/(1 + exp(-(u + 40)/9)) }
