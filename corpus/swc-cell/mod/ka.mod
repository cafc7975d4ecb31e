TITLE A-type potassium current of pyramidal dendrites

: Hoffman DA, Magee JC, Colbert CM, Johnston D (1997) Nature 387:869, in the form
: of Migliore M, Hoffman DA, Magee JC, Johnston D (1999) J Comput Neurosci 7:5,
: proximal variant: one activation gate n and one inactivation gate l, both given
: by Boltzmann rates whose slope zeta depends on voltage for n.

NEURON {
    SUFFIX ka
    USEION k READ ek WRITE ik
    RANGE gkabar, gka
    GLOBAL ninf, linf, taul, taun, lmin
}

UNITS {
    (mA) = (milliamp)
    (mV) = (millivolt)
}

PARAMETER {
    gkabar = 0    (mho/cm2)
    vhalfn = 11   (mV)
    vhalfl = -56  (mV)
    a0n    = 0.05 (/ms)
    zetan  = -1.5 (1)
    zetal  = 3    (1)
    gmn    = 0.55 (1)
    lmin   = 2    (ms)
    nmin   = 0.1  (ms)
    pw     = -1   (1)
    tq     = -40  (mV)
    qq     = 5    (mV)
    q10    = 5
}

ASSIGNED {
    v       (mV)
    celsius (degC)
    ek      (mV)
    ik      (mA/cm2)
    gka     (mho/cm2)
    ninf
    linf
    taun    (ms)
    taul    (ms)
}

STATE { n l }

INITIAL {
    rates(v)
    n = ninf
    l = linf
}

BREAKPOINT {
    SOLVE gates METHOD cnexp
    gka = gkabar*n*l
    ik = gka*(v - ek)
}

DERIVATIVE gates {
    rates(v)
    n' = (ninf - n)/taun
    l' = (linf - l)/taul
}

FUNCTION slope(u (mV)) {
    slope = zetan + pw/(1 + exp((u - tq)/qq))
}

FUNCTION alpn(u (mV)) {
    alpn = exp(1e-3*slope(u)*(u - vhalfn)*9.648e4/(8.315*(273.16 + celsius)))
}

FUNCTION betn(u (mV)) {
    betn = exp(1e-3*slope(u)*gmn*(u - vhalfn)*9.648e4/(8.315*(273.16 + celsius)))
}

FUNCTION alpl(u (mV)) {
    alpl = exp(1e-3*zetal*(u - vhalfl)*9.648e4/(8.315*(273.16 + celsius)))
}

PROCEDURE rates(u (mV)) {
    LOCAL a, qt
    UNITSOFF
    qt = q10^((celsius - 24)/10)
    a = alpn(u)
    ninf = 1/(1 + a)
    taun = betn(u)/(qt*a0n*(1 + a))
    if (taun < nmin) { taun = nmin }
    a = alpl(u)
    linf = 1/(1 + a)
    taul = 0.26*(u + 50)
    if (taul < lmin) { taul = lmin }
    UNITSON
}
