TITLE KINETIC: COMPARTMENT, a flux with <<, a reaction of one way, f_flux and b_flux, powers of a species

NEURON {
    SUFFIX kfa
    USEION ca READ ica WRITE cai
    RANGE shell, pump, bound, forward, net
}
UNITS { (mV) = (millivolt) (mA) = (milliamp) (nA) = (nanoamp) (S) = (siemens) (uS) = (microsiemens) (um) = (micron) (molar) = (1/liter) (mM) = (millimolar) }

UNITS { F = (faraday) (coulomb)  PI = (pi) (1) }
PARAMETER { depth = 0.2 (um)  k1 = 50  k2 = 0.5  out = 0.02 (/ms)  buffer = 0.2 }
ASSIGNED { ica (mA/cm2)  diam (um)  forward  net  shell }
STATE { cai (mM)  pump  bound }

INITIAL { shell = PI*depth*(diam - depth) pump = 0.1  bound = 0 }

BREAKPOINT { SOLVE pool METHOD sparse }

KINETIC pool {
    shell = PI*depth*(diam - depth)
    COMPARTMENT shell { cai }
    COMPARTMENT 2 { pump bound }
    ~ cai << (-(1e4)*ica*PI*diam/(2*F) + 0.0001)
    ~ 2 cai + pump <-> bound (k1, k2)
    forward = f_flux
    net = f_flux - b_flux
    ~ bound -> (out)
    ~ cai -> (0.1)
}
