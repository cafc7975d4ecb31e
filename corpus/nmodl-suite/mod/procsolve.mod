TITLE SOLVE of a PROCEDURE that steps its states by itself, in the ways of old files

NEURON {
    SUFFIX procsolve
    NONSPECIFIC_CURRENT i
    RANGE m, h, minf, count
}
UNITS { (mV) = (millivolt) (mA) = (milliamp) (nA) = (nanoamp) (S) = (siemens) (uS) = (microsiemens) (um) = (micron) (molar) = (1/liter) (mM) = (millimolar) }

INDEPENDENT { t FROM 0 TO 1 WITH 1 (ms) }
PARAMETER { v (mV)  dt (ms)  celsius = 6.3 (degC)  g = 0.0003 (S/cm2) <0, 1e9> }
ASSIGNED { i (mA/cm2)  minf  mexp  hinf  hexp  count }
STATE { m h }
LOCAL q10, calls

INITIAL {
    rates(v)
    m = minf
    h = hinf
    count = 0
    calls = 0
}

BREAKPOINT {
    SOLVE states
    i = g*m*h*(v + 77)
}

UNITSOFF
PROCEDURE states() {
    rates(v)
    m = m + mexp*(minf - m)
    h = h + hexp*(hinf - h)
    count = count + 1
}

PROCEDURE rates(v) {
    q10 = 3^((celsius - 6.3)/10)
    minf = 1/(1 + exp(-(v + 40)/9))
    mexp = 1 - exp(-dt*q10/2)
    hinf = 1/(1 + exp((v + 55)/7))
    hexp = 1 - exp(-dt*q10/8)
}
UNITSON
