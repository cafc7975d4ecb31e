TITLE Constants that UNITS computes from names

NEURON {
    SUFFIX unitconsts
    USEION ca READ cai, cao WRITE ica
    RANGE e, pot, perm, f1, f2, r1, k1
}
UNITS { (mV) = (millivolt) (mA) = (milliamp) (nA) = (nanoamp) (S) = (siemens) (uS) = (microsiemens) (um) = (micron) (molar) = (1/liter) (mM) = (millimolar) }

UNITS {
    FARADAY = (faraday) (coulomb)
    KF = (faraday) (kilocoulombs)
    F2 = (faraday) (10000 coulomb)
    R = (k-mole) (joule/degC)
    K = (k) (joule/degC)
    ten = 10 (mV)
    m2um = (m) -> (micron)
}
PARAMETER { perm = 1e-5 (cm/s)  celsius (degC) }
CONSTANT { zero = 273.15 (degC) }
ASSIGNED { v (mV)  ica (mA/cm2)  cai (mM)  cao (mM)  e (mV)  pot  f1  f2  r1  k1 }

BREAKPOINT {
    e = (1000)*R*(celsius + zero)/(2*FARADAY)*log(cao/cai)
    f1 = KF*t
    f2 = F2*t + m2um
    r1 = R*K*1e23*t
    ica = perm*ghk(v, cai, cao)
    pot = (v - e)/ten
}

FUNCTION ghk(v (mV), ci (mM), co (mM)) (.001 coul/cm3) {
    LOCAL z
    z = (0.001)*2*FARADAY*v/(R*(celsius + zero))
    ghk = (.001)*2*FARADAY*(ci*efun(-z) - co*efun(z))
}

FUNCTION efun(z) {
    if (fabs(z) < 1e-4) {
        efun = 1 - z/2
    } else {
        efun = z/(exp(z) - 1)
    }
}
