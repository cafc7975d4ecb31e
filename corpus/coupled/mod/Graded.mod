: A graded synapse: its transmitter follows the calcium of another cell, and
: its state the potential there as it is when states advance.
NEURON {
    POINT_PROCESS Graded
    NONSPECIFIC_CURRENT i
    RANGE gmax, e, source, half, slope, tau, s, i
}
UNITS {
    (nA) = (nanoamp)
    (mV) = (millivolt)
    (uS) = (microsiemens)
}
PARAMETER {
    gmax = 5e-3 (uS)
    e = 0 (mV)
    half = -50 (mV)
    slope = 4 (mV)
    tau = 3 (ms)
}
ASSIGNED {
    v (mV)
    source (mV)
    i (nA)
    drive
}
STATE { s }
INITIAL { s = 1/(1 + exp((half - source)/slope)) }
BREAKPOINT {
    SOLVE change METHOD cnexp
    i = gmax*s*(v - e)
}
DERIVATIVE change {
    drive = 1/(1 + exp((half - source)/slope))
    s' = (drive - s)/tau
}
