TITLE A nonlinear scheme: buffer binding in two volumes, a pump, a flux, arrays
NEURON {
    SUFFIX kinca
    NONSPECIFIC_CURRENT i
    RANGE g, x0, x1, bound, i, e, d
}
DEFINE N 4
PARAMETER { g = 1e-5 vol = 1.7 }
ASSIGNED { v (mV) i (mA/cm2) x0 x1 bound vols[N] }
STATE { ca[N] e d buf[N] }
INITIAL {
    FROM k = 0 TO N-1 {
        vols[k] = vol/(k + 1)
        ca[k] = 0.1*(k + 1)
        buf[k] = 0.5
    }
    e = 1
    d = 0.2
}
BREAKPOINT {
    SOLVE scheme METHOD sparse
    x0 = ca[0]
    x1 = ca[1]
    bound = buf[N-1]
    i = g*ca[0]*(v + 65)
}
KINETIC scheme {
    LOCAL rate
    COMPARTMENT k, vols[k] { ca buf }
    COMPARTMENT 2 { e d }
    rate = 0.1*exp(v/90)
    ~ ca[0] << (0.02*rate - 0.01*ca[0])
    FROM k = 0 TO N-2 {
        ~ ca[k] <-> ca[k+1] (0.7*rate, 0.3)
    }
    FROM k = 0 TO N-1 {
        ~ 2 ca[k] + e <-> d (0.3, 0.2)
        ~ ca[k] <-> buf[k] (0.11, 0.05)
    }
    ~ buf[1] -> (0.01)
    CONSERVE e + d = 1.2
}
