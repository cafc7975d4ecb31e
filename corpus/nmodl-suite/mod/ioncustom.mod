TITLE An ion of our own, VALENCE 2: reversal potential by Nernst from the concentration that is written

NEURON {
    SUFFIX ioncustom
    USEION mg READ emg, mgo WRITE img, mgi VALENCE 2
    RANGE e, seen
}
UNITS { (mV) = (millivolt) (mA) = (milliamp) (nA) = (nanoamp) (S) = (siemens) (uS) = (microsiemens) (um) = (micron) (molar) = (1/liter) (mM) = (millimolar) }

UNITS { F = (faraday) (coulomb) }
PARAMETER { g = 0.0002 (S/cm2) }
ASSIGNED { v (mV)  emg (mV)  mgo (mM)  img (mA/cm2)  e (mV)  seen }
STATE { mgi (mM) }

INITIAL { mgi = 0.5 }

BREAKPOINT {
    SOLVE s METHOD cnexp
    e = emg
    seen = mgo
    img = g*(v - emg)
}

DERIVATIVE s { mgi' = -(1e4)*img/(2*F*0.1) + (0.5 - mgi)/20 }
