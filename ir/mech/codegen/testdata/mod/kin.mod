TITLE A linear scheme of three states with conservation, steady at the start
NEURON {
    SUFFIX kin
    NONSPECIFIC_CURRENT i
    RANGE g, c, o, p, i, net
}
PARAMETER { g = 1e-5 }
ASSIGNED { v (mV) i (mA/cm2) a b net }
STATE { c o p }
INITIAL { SOLVE scheme STEADYSTATE sparse }
BREAKPOINT {
    SOLVE scheme METHOD sparse
    i = g*o*(v + 65)
}
KINETIC scheme {
    rates(v)
    ~ c <-> o (a, b)
    net = f_flux - b_flux
    ~ o <-> p (0.3, 0.1*exp(-v/60))
    ~ p <-> c (0.05, 0.01)
    CONSERVE c + o + p = 1
}
PROCEDURE rates(u (mV)) {
    a = 0.4*exp((u + 40)/25)
    b = 0.2*exp(-(u + 40)/30)
}
