TITLE Tables in a procedure and in a function
NEURON {
    SUFFIX tab
    NONSPECIFIC_CURRENT i
    RANGE gl, m, n, f
    GLOBAL vhalf, minf, mtau
}
PARAMETER { gl = 1e-5 vhalf = -41.3 }
ASSIGNED { v (mV) i (mA/cm2) minf mtau f celsius (degC) }
STATE { m n }
INITIAL {
    rates(v)
    m = minf
    n = act(v)
}
BREAKPOINT {
    SOLVE st METHOD cnexp
    f = act(v/2)
    i = gl*m*(v + 65)
}
DERIVATIVE st {
    rates(v)
    m' = (minf - m)/mtau
    n' = act(v) - n/3
}
PROCEDURE rates(u (mV)) {
    TABLE minf, mtau DEPEND celsius, vhalf FROM -70.5 TO 33.3 WITH 57
    minf = 1/(1 + exp(-(u - vhalf)/8.1))
    mtau = 0.3 + 5/(exp((u + 40)/17) + exp(-(u + 40)/23))*3^((celsius - 20)/10)
}
FUNCTION act(u (mV)) {
    TABLE DEPEND vhalf FROM -100 TO 50 WITH 200
    act = 1/(1 + exp(-(u - vhalf)/11))
}
