TITLE Synapse with short-term depression and facilitation

COMMENT
Equations: Tsodyks M, Pawelzik K, Markram H (1998) Neural networks with dynamic synapses. Neural Comput 10:821-835.
Conductance with instantaneous rise and exponential decay; the resources R and the release probability u belong to each
connection and are advanced in closed form from one event to the next.
ENDCOMMENT

NEURON {
    POINT_PROCESS DepSyn
    NONSPECIFIC_CURRENT i
    RANGE tau, e, U, trec, tfac, g
}

UNITS {
    (nA) = (nanoamp)
    (mV) = (millivolt)
    (uS) = (microsiemens)
}

PARAMETER {
    tau = 4    (ms)   <1e-9, 1e9>
    e = 0      (mV)
    U = 0.4           <0, 1>
    trec = 300 (ms)   <1e-9, 1e9>
    tfac = 20  (ms)   <1e-9, 1e9>
}

ASSIGNED {
    v (mV)
    i (nA)
}

STATE { g (uS) }

INITIAL { g = 0 }

BREAKPOINT {
    SOLVE decay METHOD cnexp
    i = g*(v - e)
}

DERIVATIVE decay { g' = -g/tau }

NET_RECEIVE (w (uS), R, u, last (ms)) { LOCAL since
    INITIAL {
        R = 1
        u = 0
        last = -1e9
    }
    since = t - last
    u = U + u*(1 - U)*exp(-since/tfac)
    R = 1 - (1 - R)*exp(-since/trec)
    g = g + w*u*R
    R = R*(1 - u)
    last = t
}
