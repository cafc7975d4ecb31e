TITLE FUNCTION_TABLE of three and four arguments, which NEURON does not interpolate, and a constant

NEURON {
    SUFFIX functable3
    RANGE a, b, c
}
ASSIGNED { v (mV)  a  b  c }

BREAKPOINT {
    a = three(v, fabs(v)/10, t)
    b = four(t, v, v/2, -v)
    c = same(v, v, v)*v
}

FUNCTION_TABLE three(v (mV), x, t (ms))
FUNCTION_TABLE four(t (ms), x, y, z)
FUNCTION_TABLE same(x, y, z)
