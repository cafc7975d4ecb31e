TITLE x' read before its equation: what it was at the evaluation before

NEURON {
    SUFFIX odeearly
    RANGE a, b, y
}
STATE { a  b }
ASSIGNED { v (mV)  y }

INITIAL {
    a = 1
    b = 2
}

BREAKPOINT {
    SOLVE first METHOD euler
}

DERIVATIVE first {
    y = a'
    a' = 0.2*(b - a) + v/1000
    b' = -0.1*b*y
}
