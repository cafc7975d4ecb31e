TITLE FUNCTION_TABLE: of one argument at points and evenly, of two arguments both ways, and a constant

NEURON {
    SUFFIX functable
    NONSPECIFIC_CURRENT i
    RANGE m, a, b, c, d, e
}
UNITS { (mV) = (millivolt) (mA) = (milliamp) (nA) = (nanoamp) (S) = (siemens) (uS) = (microsiemens) (um) = (micron) (molar) = (1/liter) (mM) = (millimolar) }

ASSIGNED { v (mV)  i (mA/cm2)  a  b  c  d  e }
STATE { m }

INITIAL { m = minf(v) }

BREAKPOINT {
    SOLVE s METHOD cnexp
    a = minf(v/2)
    b = even(v)
    c = both(v, 10*m)
    d = grid(fabs(v) - 20, v)
    e = always(v)*m
    i = 0.0001*m*(v + 60)
}

DERIVATIVE s { m' = (minf(v) - m)/even(v) }

FUNCTION_TABLE minf(v (mV))
FUNCTION_TABLE even(v (mV)) (ms)
FUNCTION_TABLE both(v (mV), x)
FUNCTION_TABLE grid(x, v (mV))
FUNCTION_TABLE always(v (mV))
