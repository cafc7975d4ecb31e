: Half of a gap junction: vgap points at the other cell's potential.
NEURON {
    POINT_PROCESS Gap
    NONSPECIFIC_CURRENT i
    RANGE r, i
    POINTER vgap
}
UNITS {
    (nA) = (nanoamp)
    (mV) = (millivolt)
}
PARAMETER { r = 100 (megohm) }
ASSIGNED {
    v (mV)
    vgap (mV)
    i (nA)
}
BREAKPOINT { i = (v - vgap)/r }
