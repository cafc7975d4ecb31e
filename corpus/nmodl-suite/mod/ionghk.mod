TITLE The current of Goldman, Hodgkin and Katz by nrn_ghk

NEURON {
    SUFFIX ionghk
    USEION ca READ cai, cao WRITE ica
    RANGE p
}
UNITS { (mV) = (millivolt) (mA) = (milliamp) (nA) = (nanoamp) (S) = (siemens) (uS) = (microsiemens) (um) = (micron) (molar) = (1/liter) (mM) = (millimolar) }

PARAMETER { p = 1e-5 (cm/s) }
ASSIGNED { v (mV)  cai (mM)  cao (mM)  ica (mA/cm2) }

BREAKPOINT { ica = p*nrn_ghk(v, cai, cao, 2) }
