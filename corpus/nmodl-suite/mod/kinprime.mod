TITLE KINETIC by sparse: the derivatives of its states, scalars and an array

NEURON {
    SUFFIX kinprime
    RANGE a, b, da, dp
}
STATE { a  b  p[2] }
ASSIGNED { v (mV)  da  dp }

INITIAL {
    a = 1
    b = 0.2
    p[0] = 0.5
    p[1] = 0
}

BREAKPOINT {
    SOLVE scheme METHOD sparse
    da = a' - 2*b'
    dp = p'[0] + 4*p'[1]
}

KINETIC scheme {
    LOCAL k
    k = 0.2*exp(v/60)
    ~ a <-> b (k, 0.3)
    ~ b <-> p[0] (0.1, k)
    ~ p[0] <-> p[1] (0.2, 0.05)
}
