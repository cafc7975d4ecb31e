TITLE KINETIC: 40 states, each of which turns into every other, by rates that the potential changes

NEURON {
    SUFFIX kindense40
    NONSPECIFIC_CURRENT i
    RANGE first, last, mid, total
}
UNITS { (mV) = (millivolt) (mA) = (milliamp) (nA) = (nanoamp) (S) = (siemens) (uS) = (microsiemens) (um) = (micron) (molar) = (1/liter) (mM) = (millimolar) }

DEFINE N 40
PARAMETER { g = 0.0003 (S/cm2)  e = -30 (mV) }
ASSIGNED { v (mV)  i (mA/cm2)  first  last  mid  total  up (/ms)  down (/ms) }
STATE { s[N] }

INITIAL {
    FROM k = 0 TO N-1 { s[k] = 0 }
    s[0] = 1
}

BREAKPOINT {
    SOLVE kin METHOD sparse
    total = 0
    FROM k = 0 TO N-1 { total = total + s[k] }
    first = s[0]
    mid = s[5]
    last = s[N-1]
    i = g*last*N*(v - e)
}

KINETIC kin {
    up = 0.02*exp(v/30)
    down = 0.03*exp(-v/40)
    FROM k = 0 TO N-2 {
        FROM j = k+1 TO N-1 {
            ~ s[k] <-> s[j] ((1 + fmod(7*k + j, 5))*up, (0.5 + fmod(3*k + 2*j, 7))*down)
        }
    }
}
