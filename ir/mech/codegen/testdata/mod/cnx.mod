TITLE Linear equations of many shapes
NEURON {
    SUFFIX cnx
    NONSPECIFIC_CURRENT i
    RANGE gl, k, tau, a, b, c, d, e, f, h, q, r, u, x, yy
}
PARAMETER { gl = 1e-5 k = 0.03 tau = 7 }
ASSIGNED { v (mV) i (mA/cm2) }
STATE { a b c d e f h q r u x yy }
INITIAL { a = .1 b = .2 c = .3 d = .4 e = .5 f = .6 h = .7 q = .8 r = .9 u = .25 x = .35 yy = .45 }
BREAKPOINT {
    SOLVE st METHOD cnexp
    i = gl*(v + 65)
}
FUNCTION al(p) { al = 0.1*exp(p/50) }
FUNCTION be(p, s) { if (p < -40) { be = s/(1 + exp(-p/30)) } else { be = s*0.3 } }
DERIVATIVE st {
    LOCAL z
    z = al(v)
    a' = al(v)*(1 - a) - be(v, 2)*a
    b' = k
    c' = (1 - c)*z - c/tau + 0*3
    d' = -(d*k + z)
    e' = k - 2*e*z/tau
    f' = (tau*(k - f))/3
    h' = -h
    q' = (q - v/100)*(k + z)/2/(-tau)
    r' = (z - r)/tau*3
    u' = -be(v, 1)*u - 3.5e-2 + 7e-2
    if (v < -50) {
        x' = (0.5 - x)/tau
    } else {
        x' = -x/3
    }
    yy' = k*a - (k + x)*yy
}
