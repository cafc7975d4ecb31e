TITLE SOLVEFOR: some states of a LINEAR and a NONLINEAR block, the others as they are

NEURON {
    SUFFIX solvelinear
    RANGE p, q, r, s, u
}
STATE { p  q  r  s  u }
ASSIGNED { v (mV) }

INITIAL {
    p = 0
    q = 1
    r = 2
    s = 1
    u = 1
}

BREAKPOINT {
    r = 2 + v/100
    SOLVE two
    SOLVE three
}

LINEAR two SOLVEFOR q, p {
    ~ p + 2*q = r
    ~ 3*p - q = 0.1*r
}

NONLINEAR three SOLVEFOR s, u {
    ~ s*s + u = r + 3
    ~ s - u = p
}
