TITLE Every function of one opcode, over the range of the voltage

NEURON {
    SUFFIX mathfuncs
    RANGE a, b, c, d, e, f
}
ASSIGNED { v (mV)  a b c d e f }

BREAKPOINT {
    LOCAL x
    x = v/50
    a = exp(x) + log(x*x + 1) + log10(x*x + 2) + sqrt(fabs(x))
    b = sin(x) + cos(x) + tan(x/2) + asin(x/4) + acos(x/4) + atan(x)
    c = sinh(x) + cosh(x) + tanh(x)
    d = floor(10*x) + ceil(10*x) + fmod(10*x, 3) + fabs(x)
    e = pow(x*x + 1, 1.5) + (x*x + 1)^x + atan2(x, 2)
    f = fabs(x)*exp(-x*x)
}
