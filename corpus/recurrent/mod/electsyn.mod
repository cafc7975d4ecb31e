TITLE Electrical synapse: the other cell's potential is given to a RANGE variable

COMMENT
Galarreta M, Hestrin S (1999) Nature 402:72-75.
ENDCOMMENT

NEURON {
	POINT_PROCESS ElectSyn
	ELECTRODE_CURRENT i
	RANGE g, i, weight, vpeer
}

UNITS { (nA) = (nanoamp) (mV) = (millivolt) (uS) = (microsiemens) }

PARAMETER { g = 0.0007 (uS) weight = 1 vpeer = -65 (mV) }
ASSIGNED { v (mV) i (nA) }

BREAKPOINT { i = weight*g*(vpeer - v) }
