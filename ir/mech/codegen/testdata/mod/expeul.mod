TITLE Hand-written exponential Euler in a solved PROCEDURE
NEURON {
    SUFFIX expeul
    NONSPECIFIC_CURRENT i
    RANGE gl, m, h, minf, hexp
    GLOBAL q10, htau
}
PARAMETER { gl = 1e-5 q10 = 2.3 }
ASSIGNED { v (mV) i (mA/cm2) minf mexp hinf hexp htau dt (ms) celsius (degC) }
STATE { m h }
INITIAL {
    rates(v)
    m = minf
    h = hinf
}
BREAKPOINT {
    SOLVE states
    i = gl*m*h*(v + 65)
}
PROCEDURE states() {
    rates(v)
    m = m + mexp*(minf - m)
    h = h + hexp*(hinf - h)
}
PROCEDURE rates(u (mV)) {
    LOCAL a, b, q
    q = q10^((celsius - 22)/10)
    a = trap(0.1, u + 40, 10)
    b = 4*exp(-(u + 65)/18)
    minf = a/(a + b)
    mexp = 1 - exp(-dt*q*(a + b))
    hinf = 1/(1 + exp((u + 60)/7))
    htau = 3 + 2*sin(u/40)
    hexp = 1 - exp(-dt/htau)
}
FUNCTION trap(s, x, y) {
    if (fabs(x/y) < 1e-6) {
        trap = s*y*(1 - x/y/2)
    } else {
        trap = s*x/(1 - exp(-x/y))
    }
}
