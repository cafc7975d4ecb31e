: A synapse of two time constants with short-term depression, of whose current a
: part is carried by calcium.
NEURON {
    POINT_PROCESS CalSyn
    USEION ca WRITE ica
    NONSPECIFIC_CURRENT i
    RANGE tau_r, tau_d, e, part, U, tau_rec, i, ica, g
}
UNITS { (nA) = (nanoamp) (mV) = (millivolt) (uS) = (microsiemens) }
PARAMETER {
    tau_r = 0.5 (ms)
    tau_d = 6 (ms)
    e = 0 (mV)
    part = 0.1
    U = 0.5
    tau_rec = 100 (ms)
}
ASSIGNED { v (mV) i (nA) ica (nA) g (uS) }
STATE { A (uS) B (uS) }
INITIAL { A = 0 B = 0 }
BREAKPOINT {
    LOCAL all
    SOLVE states METHOD cnexp
    g = (B - A)/(1 + exp(-0.062(/mV)*v)/3.57)
    all = g*(v - e)
    ica = part*all
    i = all - ica
}
DERIVATIVE states {
    A' = -A/tau_r
    B' = -B/tau_d
}
NET_RECEIVE(weight (uS), R, last (ms)) {
    INITIAL { R = 1 last = t }
    R = 1 - (1 - R)*exp(-(t - last)/tau_rec)
    A = A + weight*U*R
    B = B + weight*U*R
    R = R*(1 - U)
    last = t
}
