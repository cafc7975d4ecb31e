TITLE Holds a sum that others write into, and drives the cell by it

NEURON {
    POINT_PROCESS Keeper
    ELECTRODE_CURRENT i
    RANGE sum, k, i, seen
    POINTER total, gate
}
PARAMETER {
    k = 0.5
}
ASSIGNED {
    v (mV)
    sum (nA)
    total (nA)
    gate
    i (nA)
    seen (nA)
    last (nA)
}
BEFORE INITIAL {
    sum = 0
    total = 0
}
BEFORE BREAKPOINT {
    seen = sum + total
    sum = 0
    total = 0
}
BREAKPOINT {
    i = k*seen*gate
}
