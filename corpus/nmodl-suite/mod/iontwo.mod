TITLE One ion, read and written by several: a current and a pool here, other currents and a sensor beside

NEURON {
    SUFFIX iontwo
    USEION ca READ eca WRITE ica
    RANGE total, e
}
UNITS { (mV) = (millivolt) (mA) = (milliamp) (nA) = (nanoamp) (S) = (siemens) (uS) = (microsiemens) (um) = (micron) (molar) = (1/liter) (mM) = (millimolar) }

ASSIGNED { v (mV)  eca (mV)  ica (mA/cm2)  e (mV)  total }

BREAKPOINT {
    e = eca
    ica = 0.00001*(v - eca)
}
