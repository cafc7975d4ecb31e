TITLE Izhikevich's simple spiking cell as a point process with a potential of its own

COMMENT
Izhikevich EM (2003) Simple model of spiking neurons. IEEE Trans Neural Netw 14:1569-1572. V and u are advanced by
forward Euler, one step a time step; an event adds its first weight (mV) to V and takes its second away.
The cell's events are the crossings of V (NetPyNE: vref); the section it sits in plays no part.
ENDCOMMENT

NEURON {
    POINT_PROCESS Izhi
    RANGE a, b, c, d, Iin, V, u
}

PARAMETER {
    a = 0.02 (/ms)
    b = 0.2
    c = -65 (mV)
    d = 8
    Iin = 0
}

ASSIGNED {
    V (mV)
    u
    old (mV)
}

INITIAL {
    V = -65
    u = b*V
}

BREAKPOINT {
    SOLVE advance METHOD after_cvode
}

PROCEDURE advance() {
    if (V >= 30) {
        V = c
        u = u + d
    } else {
        old = V
        V = V + dt*(0.04*old*old + 5*old + 140 - u + Iin)
        u = u + dt*a*(b*old - u)
        if (V > 30) { V = 30 }
    }
}

NET_RECEIVE (wex, winh) {
    V = V + wex - winh
}
