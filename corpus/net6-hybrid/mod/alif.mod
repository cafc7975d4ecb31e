TITLE Leaky integrate-and-fire cell with an adapting threshold

COMMENT
An artificial cell: between events the potential (in units of the resting threshold) and the threshold's surplus decay
exponentially and are advanced in closed form. Stein RB (1967) Some models of neuronal variability. Biophys J 7:37-68
(the leaky integrator under impulses); Kobayashi R, Tsubo Y, Shinomoto S (2009) Made-to-order spiking neuron model
equipped with a multi-timescale adaptive threshold. Front Comput Neurosci 3:9 (the threshold that jumps and decays).
An event of weight w adds w to the potential, except in the refractory time, whose end comes as a self-event.
ENDCOMMENT

NEURON {
    ARTIFICIAL_CELL AdaptLIF
    RANGE tau, refrac, jump, tauth, x, th
}

PARAMETER {
    tau = 15    (ms) <1e-9, 1e9>
    refrac = 3  (ms) <0, 1e9>
    jump = 0.5
    tauth = 80  (ms) <1e-9, 1e9>
}

ASSIGNED {
    x
    th
    t0 (ms)
    resting
}

INITIAL {
    x = 0
    th = 0
    t0 = 0
    resting = 0
}

NET_RECEIVE (w) {
    x = x*exp(-(t - t0)/tau)
    th = th*exp(-(t - t0)/tauth)
    t0 = t
    if (flag == 1) {
        resting = 0
    } else if (resting == 0) {
        x = x + w
        if (x >= 1 + th) {
            net_event(t)
            x = 0
            th = th + jump
            resting = 1
            net_send(refrac, 1)
        }
    }
}
