TITLE KINETIC by runge: volumes, a flux, CONSERVE, which NEURON leaves out then

NEURON {
    SUFFIX kinrunge
    NONSPECIFIC_CURRENT i
    RANGE a, b, c, sum, flux
}
UNITS { (mV) = (millivolt) (mA) = (milliamp) (nA) = (nanoamp) (S) = (siemens) (uS) = (microsiemens) (um) = (micron) (molar) = (1/liter) (mM) = (millimolar) }

ASSIGNED { v (mV)  i (mA/cm2)  sum  flux }
STATE { a b c }

INITIAL { a = 1  b = 0.3  c = 0 }

BREAKPOINT {
    SOLVE s METHOD runge
    sum = a + b + c
    i = 0.0001*b*(v + 60)
}

KINETIC s {
    LOCAL k
    COMPARTMENT 2 { a b }
    k = 0.3/(1 + exp(-(v + 40)/10))
    ~ a <-> b (k, 0.2)
    flux = f_flux - b_flux
    ~ 2 b <-> c (0.1, 0.15)
    ~ c << (0.01)
    ~ b -> (0.02)
    CONSERVE a + b + c = 1.7
}
