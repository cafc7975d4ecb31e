TITLE The functions of the SCoP library that NEURON still has, over time and the range of the voltage

NEURON {
    SUFFIX scopfuncs
    RANGE a, b, c, d, e, f, g
}
ASSIGNED { v (mV)  a  b  c  d  e  f  g }

BREAKPOINT {
    LOCAL x
    x = v/25
    a = erf(x) + erf(x/8) + 10*erf(2*x)
    b = log(factorial(floor(fabs(v)/2))) + factorial(fabs(x)) + poisson(3, fabs(x))
    c = gauss(v, -40, 12) + sigmoid(v*v, 2, 900, 1.5) + revsigmoid(v*v, 3, 500, 2.5)
    d = hyperbol(fabs(v), 2, 20) + revhyperbol(fabs(v), 3, 7) + harmonic(t, 7, 2, 0.5)
    e = squarewave(t, 3.3, 2) + sawtooth(t, 5.1, 0.5) + revsawtooth(t, 2.7, 0.1)
    f = ramp(t, 10.04, 3, 20) + pulse(t, 5.03, 0.7, 31.2) + step(t, 44.02, 0.11)
    g = perpulse(t, 3.01, 2, 1.52, 0.77) + perstep(t, 8.03, 3.17, 0.2) + threshold(v, -30, "max") + 3*threshold(v, -10, "min")
}
