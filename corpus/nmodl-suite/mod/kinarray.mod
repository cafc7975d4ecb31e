TITLE KINETIC: arrays of states, FROM loops around reactions, COMPARTMENT with an index

DEFINE N 5
NEURON {
    SUFFIX kinarray
    USEION ca READ ica, cai WRITE cai
    GLOBAL D
    RANGE first, last, mid
}
UNITS { (mV) = (millivolt) (mA) = (milliamp) (nA) = (nanoamp) (S) = (siemens) (uS) = (microsiemens) (um) = (micron) (molar) = (1/liter) (mM) = (millimolar) }

UNITS { F = (faraday) (coulomb) }
PARAMETER { D = 0.05  kb = 4  ku = 0.01 }
ASSIGNED { v (mV)  ica (mA/cm2)  cai (mM)  vol[N]  between[N]  i  first  last  mid }
STATE { ca[N] (mM)  b[N]  cb[N] }

INITIAL {
    FROM k = 0 TO N-1 {
        vol[k] = 1/(1 + k)
        between[k] = D/(1 + k)
        ca[k] = cai
        b[k] = 0.02
        cb[k] = 0
    }
}

BREAKPOINT {
    SOLVE shells METHOD sparse
    first = ca[0]
    last = ca[N-1]
    mid = cb[2]
}

KINETIC shells {
    COMPARTMENT k, vol[k] { ca b cb }
    ~ ca[0] << (0.0005*(v + 95) - 0.5*ica/F*1e3)
    FROM k = 0 TO N-2 {
        ~ ca[k] <-> ca[k+1] (between[k], between[k])
    }
    FROM k = 0 TO N-1 {
        ~ ca[k] + b[k] <-> cb[k] (kb*vol[k], ku*vol[k])
    }
    cai = ca[0]
}
