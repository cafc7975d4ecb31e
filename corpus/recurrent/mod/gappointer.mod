TITLE Gap junction: the other cell's potential stands behind a POINTER, and passes more one way

COMMENT
Rectification as Phelan P et al. (2008) Curr Biol 18:1955-1960, in outline.
ENDCOMMENT

NEURON {
	POINT_PROCESS GapPointer
	NONSPECIFIC_CURRENT i
	RANGE g, i, slope
	POINTER vgap
}

UNITS { (nA) = (nanoamp) (mV) = (millivolt) (uS) = (microsiemens) }

PARAMETER { g = 0.002 (uS) slope = 15 (mV) }
ASSIGNED { v (mV) vgap (mV) i (nA) }

BREAKPOINT { i = g*(v - vgap)/(1 + exp((v - vgap)/slope)) }
