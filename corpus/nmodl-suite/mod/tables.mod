TITLE TABLE of a PROCEDURE and of a FUNCTION, DEPEND, a range that the voltage leaves

NEURON {
    SUFFIX tables
    NONSPECIFIC_CURRENT i
    RANGE m, out
    GLOBAL minf, mtau, half
}
UNITS { (mV) = (millivolt) (mA) = (milliamp) (nA) = (nanoamp) (S) = (siemens) (uS) = (microsiemens) (um) = (micron) (molar) = (1/liter) (mM) = (millimolar) }

PARAMETER { half = -40 (mV)  celsius (degC) }
ASSIGNED { v (mV)  i (mA/cm2)  minf  mtau (ms)  out }
STATE { m }

INITIAL { rates(v)  m = minf }

BREAKPOINT {
    SOLVE s METHOD cnexp
    out = block(v)
    i = 0.0001*m*out*(v + 60)
}

DERIVATIVE s { rates(v)  m' = (minf - m)/mtau }

PROCEDURE rates(v (mV)) {
    TABLE minf, mtau DEPEND celsius, half FROM -80 TO 20 WITH 50
    minf = 1/(1 + exp(-(v - half)/8))
    mtau = (1 + 6/(1 + exp((v + 50)/10)))/2.3^((celsius - 22)/10)
}

FUNCTION block(v (mV)) {
    TABLE DEPEND half FROM -100 TO 50 WITH 300
    block = 1/(1 + exp(0.062*v)*0.2)
}
