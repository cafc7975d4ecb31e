TITLE A reversal potential that is written, beside a mechanism that reads it

NEURON {
    SUFFIX ionerev
    USEION k READ ki, ko WRITE ek
    RANGE shift
}
UNITS { (mV) = (millivolt) (mA) = (milliamp) (nA) = (nanoamp) (S) = (siemens) (uS) = (microsiemens) (um) = (micron) (molar) = (1/liter) (mM) = (millimolar) }

PARAMETER { shift = 0.3 (mV) }
ASSIGNED { ki (mM)  ko (mM)  ek (mV) }

INITIAL { ek = -80 }

BREAKPOINT { ek = 25*log(ko/ki) + shift*t }
