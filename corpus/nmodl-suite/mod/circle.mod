TITLE Functions that call each other in a circle

NEURON {
    SUFFIX circle
    RANGE a, b
}
ASSIGNED { v (mV)  a  b }

BREAKPOINT {
    a = even(fabs(v)/10)
    b = odd(fabs(v)/12)
}

FUNCTION even(n) {
    if (n <= 0) {
        even = 1
    } else {
        even = 0.5*odd(n - 1) + n
    }
}

FUNCTION odd(n) {
    if (n <= 0) {
        odd = 0
    } else {
        odd = 1.5*even(n - 1) - n
    }
}
