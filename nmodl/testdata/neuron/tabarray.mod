TITLE A table that holds arrays

NEURON {
	SUFFIX tabarray
	NONSPECIFIC_CURRENT i
	RANGE m, h, g
}
UNITS { (mV) = (millivolt) (mA) = (milliamp) (S) = (siemens) }
PARAMETER { g = 1e-4 (S/cm2) }
ASSIGNED { v (mV) i (mA/cm2) inf[2] tau[2] (ms) celsius (degC) }
STATE { m h }
INITIAL {
	rates(v)
	m = inf[0]
	h = inf[1]
}
BREAKPOINT {
	SOLVE states METHOD cnexp
	i = g*m*m*h*(v - 40(mV))
}
DERIVATIVE states {
	rates(v)
	m' = (inf[0] - m)/tau[0]
	h' = (inf[1] - h)/tau[1]
}
PROCEDURE rates(v (mV)) {
	TABLE inf, tau DEPEND celsius FROM -100 TO 100 WITH 150
	FROM k = 0 TO 1 {
		inf[k] = 1/(1 + exp((v + 40(mV) + 12(mV)*k)/((20(mV))*k - 7(mV))))
		tau[k] = 0.3(ms) + 4(ms)*k + exp(-((v + 30(mV))/25(mV))^2)*(1(ms))*(celsius/10(degC))
	}
}
