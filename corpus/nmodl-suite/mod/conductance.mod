TITLE CONDUCTANCE and old habits: two currents, one of an ion

NEURON {
    SUFFIX conductance
    USEION k READ ek WRITE ik
    NONSPECIFIC_CURRENT il
    RANGE m
    THREADSAFE
}
UNITS { (mV) = (millivolt) (mA) = (milliamp) (nA) = (nanoamp) (S) = (siemens) (uS) = (microsiemens) (um) = (micron) (molar) = (1/liter) (mM) = (millimolar) }

ASSIGNED { v (mV)  ek (mV)  ik (mA/cm2)  il (mA/cm2)  g (S/cm2)  gl (S/cm2) }
STATE { m FROM 0 TO 1 START 0.2 <1e-4> }

BREAKPOINT {
    CONDUCTANCE g USEION k
    CONDUCTANCE gl
    SOLVE s METHOD cnexp
    g = 0.001*m*m
    gl = 0.0001
    ik = g*(v - ek)
    il = gl*(v + 60)
}

INITIAL { m = m0 }

DERIVATIVE s { m' = (1/(1 + exp(-(v + 40)/8)) - m)/3 }
