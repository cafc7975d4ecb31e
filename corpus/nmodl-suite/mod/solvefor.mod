TITLE SOLVEFOR: some states of a KINETIC block, the other as it is

NEURON {
    SUFFIX solvefor
    RANGE a, b, c
}
STATE { a  b  c }
ASSIGNED { v (mV) }

INITIAL {
    a = 1
    b = 0.2
    c = 3
}

BREAKPOINT {
    SOLVE some METHOD sparse
    c = 3 + v/100
}

KINETIC some SOLVEFOR a, b {
    ~ a <-> b (0.2*exp(v/60), 0.3)
    ~ b <-> c (0.1, 0.05)
}
