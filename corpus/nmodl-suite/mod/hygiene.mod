TITLE Line ends of other systems, letters beyond ASCII in comments, comments of all kinds

COMMENT
units: um2, degC
COMMENT inside
ENDCOMMENT

? an old comment
NEURON {
    SUFFIX hygiene
    NONSPECIFIC_CURRENT i : ein Strom
    RANGE m
}
UNITS { (mV) = (millivolt) (mA) = (milliamp) (nA) = (nanoamp) (S) = (siemens) (uS) = (microsiemens) (um) = (micron) (molar) = (1/liter) (mM) = (millimolar) }

ASSIGNED { v (mV)  i (mA/cm2) }
STATE { m }
INITIAL { m = 0 }
BREAKPOINT { SOLVE s METHOD cnexp
    i = 0.0001*m*(v + 60) }
DERIVATIVE s { m' = (1/(1 + exp(-(v + 40)/8)) - m)/3 }
