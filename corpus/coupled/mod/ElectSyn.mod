: Half of a gap junction: the other cell's potential comes as vpeer.
NEURON {
    POINT_PROCESS ElectSyn
    NONSPECIFIC_CURRENT i
    RANGE g, vpeer, weight, i
}
UNITS {
    (nA) = (nanoamp)
    (mV) = (millivolt)
    (uS) = (microsiemens)
}
PARAMETER {
    g = 1e-3 (uS)
    weight = 1
}
ASSIGNED {
    v (mV)
    vpeer (mV)
    i (nA)
}
BREAKPOINT {
    i = weight*g*(v - vpeer)
}
