TITLE LAG: the voltage and an array of it some time ago, by a parameter and by a constant

NEURON {
    SUFFIX lagged
    RANGE a, b, c, x, y, z
}
INDEPENDENT { t FROM 0 TO 1 WITH 1 (ms) }
PARAMETER { behind = 3.37 (ms) }
CONSTANT { back = 11.2 (ms) }
ASSIGNED { v (mV)  a  b  c  x  y[2]  z }

BREAKPOINT {
    SOLVE past
    c = x - v
}

PROCEDURE past() {
    x = v
    y[0] = v/2
    y[1] = t*v
    LAG x BY behind
    LAG y BY back
    a = lag_x_behind
    b = lag_y_back[1] + 0.1*lag_y_back[0]
}
