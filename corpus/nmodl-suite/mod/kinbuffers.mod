TITLE KINETIC: calcium and two buffers in ten shells, more than one state on a side

COMMENT
Shells, buffers and a pump as in De Schutter E, Smolen P (1998) in Methods in Neuronal Modeling, chapter 6.
ENDCOMMENT

NEURON {
    SUFFIX kinbuffers
    NONSPECIFIC_CURRENT i
    RANGE outer, inner, bound, slow
}
UNITS { (mV) = (millivolt) (mA) = (milliamp) (nA) = (nanoamp) (S) = (siemens) (uS) = (microsiemens) (um) = (micron) (molar) = (1/liter) (mM) = (millimolar) }

DEFINE N 10
PARAMETER { D = 0.6  kf = 100  kb = 0.1  ks = 2  kr = 0.004  tb = 0.03  rest = 5e-5 }
ASSIGNED { v (mV)  i (mA/cm2)  outer  inner  bound  slow  vol[N]  flow[N] }
STATE { ca[N]  b[N]  cb[N]  m[N]  cm[N]  pump  cap }

INITIAL {
    FROM k = 0 TO N-1 {
        vol[k] = (N - k - 0.5)/(N*N)*2
        flow[k] = 20*D*(N - k - 1)/N
        ca[k] = rest
        b[k] = tb/(1 + kf/kb*rest)
        cb[k] = tb - b[k]
        m[k] = 0.01/(1 + ks/kr*rest)
        cm[k] = 0.01 - m[k]
    }
    pump = 0.002
    cap = 0
}

BREAKPOINT {
    SOLVE s METHOD sparse
    outer = ca[0]
    inner = ca[N-1]
    bound = cb[4]
    slow = cm[7]
    i = 0.02*(outer - rest)*(v + 40)
}

KINETIC s {
    COMPARTMENT k, vol[k] { ca b cb m cm }
    ~ ca[0] << (2e-4*exp(v/25))
    FROM k = 0 TO N-2 { ~ ca[k] <-> ca[k+1] (flow[k], flow[k]) }
    FROM k = 0 TO N-1 {
        ~ ca[k] + b[k] <-> cb[k] (kf*vol[k], kb*vol[k])
        ~ ca[k] + m[k] <-> cm[k] (ks*vol[k], kr*vol[k])
    }
    ~ ca[0] + pump <-> cap (50, 0.02)
    ~ cap <-> pump (1, 0)
}
