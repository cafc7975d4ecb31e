TITLE Imposes a potential of steps, ramps and quick triangles, for comparisons of mechanisms

NEURON {
	POINT_PROCESS MechClamp
	ELECTRODE_CURRENT i
	RANGE rs, vc
}
PARAMETER { rs = 1e-6 (megohm) }
ASSIGNED { v (mV) i (nA) vc (mV) }
INITIAL { vc = wave(t) }
BREAKPOINT {
	vc = wave(t)
	i = (vc - v)/rs
}

FUNCTION wave(x (ms)) (mV) {
	LOCAL u
	if (x < 8) {
		wave = -65.13
	} else if (x < 22) {
		wave = -109.37
	} else if (x < 32) {
		wave = -12.71
	} else if (x < 40) {
		wave = 39.83
	} else if (x < 50) {
		wave = -71.19
	} else if (x < 80) {
		wave = -98.41 + 4.817*(x - 50)
	} else if (x < 90) {
		wave = 46.1 - 11.71*(x - 80)
	} else if (x < 110) {
		u = x - 90
		while (u >= 4) { u = u - 4 }
		if (u < 0.5) {
			wave = -71.1 + 201.3*u
		} else if (u < 1.5) {
			wave = 29.55 - 107.7*(u - 0.5)
		} else {
			wave = -78.15 + 2.82*(u - 1.5)
		}
	} else {
		wave = -67.31
	}
}
