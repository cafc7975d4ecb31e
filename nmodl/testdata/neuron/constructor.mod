TITLE CONSTRUCTOR and what the model sets afterwards

NEURON {
    SUFFIX constructor
    RANGE a, b, c, d, n, seen
    NONSPECIFIC_CURRENT i
}

PARAMETER { a = 2 b = 3 c = 4 d = 5 }

ASSIGNED { v (mV) i (mA/cm2) n hidden seen }

CONSTRUCTOR {
    b = a*7
    c = a*11
    hidden = 0.25*d
}

INITIAL { n = n + 1 + hidden }

BREAKPOINT {
    i = 1e-5*(b + c + n)*(v + 60)
    seen = a + 10*b + 100*c + 1000*d + 10000*n + v
}
