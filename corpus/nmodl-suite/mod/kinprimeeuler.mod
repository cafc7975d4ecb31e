TITLE KINETIC by euler: the derivatives of its states, which belong to the new states

NEURON {
    SUFFIX kinprimeeuler
    RANGE x, w, dx
}
STATE { x  w }
ASSIGNED { v (mV)  k  dx }

INITIAL {
    x = 0.3
    w = 1.2
}

BREAKPOINT {
    SOLVE scheme METHOD euler
    dx = x' + w'/3
}

KINETIC scheme {
    k = 0.1*exp(-v/80)
    COMPARTMENT 2 { x }
    ~ x <-> w (k, 0.1)
}
