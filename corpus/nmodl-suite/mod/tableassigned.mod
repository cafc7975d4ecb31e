TITLE TABLE of ASSIGNED variables: RANGE ones, each instance's own, one that only blocks see, and one of a state's flux

NEURON {
    SUFFIX tableassigned
    NONSPECIFIC_CURRENT i
    RANGE m, h, minf, mtau, shift, gate, slow
}
UNITS { (mV) = (millivolt) (mA) = (milliamp) (S) = (siemens) }

PARAMETER { shift = 3 (mV)  gbar = 0.0002 (S/cm2) }
ASSIGNED { v (mV)  i (mA/cm2)  minf  mtau (ms)  hinf  gate  slow }
STATE { m h }

INITIAL { rates(v)  m = minf  h = hinf  slow = minf }

BREAKPOINT {
    SOLVE s METHOD cnexp
    weigh(m*10)
    i = gbar*gate*h*(v + 70)
}

DERIVATIVE s { rates(v)  m' = (minf - m)/mtau  h' = (hinf - h)/(4*mtau)  slow = 0.99*slow + 0.01*minf }

PROCEDURE rates(v (mV)) {
    TABLE minf, mtau, hinf FROM -75 TO 15 WITH 90
    minf = 1/(1 + exp(-(v + 38)/7))
    mtau = 0.4 + 5/(1 + exp((v + 45)/9))
    hinf = 1/(1 + exp((v + 55)/6))
}

PROCEDURE weigh(x) {
    TABLE gate FROM 0 TO 8 WITH 40
    gate = x*x/(4 + x*x)
}
