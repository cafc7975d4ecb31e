TITLE A point process with two ions and a nonspecific current
NEURON {
    POINT_PROCESS PPIon
    USEION na READ ena WRITE ina
    USEION ca READ cai, ica WRITE ica
    NONSPECIFIC_CURRENT i
    RANGE g, p, s, seen, i, count
}
PARAMETER { g = 0.002 p = 3e-4 }
ASSIGNED { v (mV) ena (mV) ina (nA) cai (mM) ica (nA) i (nA) seen count }
STATE { s }
INITIAL { s = 0.5  seen = ica  count = 0 }
BREAKPOINT {
    SOLVE st METHOD cnexp
    seen = ica
    count = count + 1
    ina = g*s*(v - ena)
    ica = p*s*s*(v - 100*exp(-v/80)*(1 + cai))
    i = g*0.1*(v + 60)
}
DERIVATIVE st { s' = (1/(1 + exp(-(v + 50)/5)) - s)/2 + 0.001*ica }
