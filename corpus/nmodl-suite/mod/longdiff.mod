TITLE LONGITUDINAL_DIFFUSION along a branched cell: a concentration, an array, cross sections of our own

DEFINE N 3
NEURON {
    SUFFIX longdiff
    USEION ca READ ica WRITE cai, ica
    RANGE near, far, dye, buf, first, mid, vol, gate
    GLOBAL D
}
UNITS { (mV) = (millivolt) (mA) = (milliamp) (nA) = (nanoamp) (S) = (siemens) (uS) = (microsiemens) (um) = (micron) (molar) = (1/liter) (mM) = (millimolar) }

UNITS { F = (faraday) (coulomb)  PI = (pi) (1) }
PARAMETER { D = 0.6 (um2/ms)  kon = 20 (/mM/ms)  koff = 0.02 (/ms) }
ASSIGNED { v (mV)  ica (mA/cm2)  diam (um)  vol (um2)  gate  first  mid  near  far }
STATE { cai (mM)  buf (mM)  dye (mM)  shell[N] (mM) }

INITIAL {
    vol = PI*diam*diam/4
    cai = 1e-4
    buf = 0.05
    dye = 0
    FROM k = 0 TO N-1 { shell[k] = 0.01*k }
    first = 0
    mid = 0
}

BREAKPOINT {
    SOLVE pool METHOD sparse
    ica = -1e-4*(v + 70)/(1 + exp(-(v + 30)/6))
    first = shell[0]
    mid = shell[N-2]
}

KINETIC pool {
    LOCAL rate
    rate = 0.05 + 0.001*diam
    COMPARTMENT vol { cai buf }
    COMPARTMENT 2 { dye }
    COMPARTMENT k, vol*(0.5 + 0.25*k) { shell }
    LONGITUDINAL_DIFFUSION D*vol { cai }
    LONGITUDINAL_DIFFUSION 0.05*vol { dye }
    LONGITUDINAL_DIFFUSION k, D*(k + 1) { shell }
    ~ cai << (-(1e4)*ica*PI*diam/(2*F))
    ~ cai + buf <-> dye (kon, koff)
    FROM k = 0 TO N-2 { ~ shell[k] <-> shell[k+1] (rate, 0.05) }
}
