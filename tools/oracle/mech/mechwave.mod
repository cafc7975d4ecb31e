TITLE A number that changes with time alone, for POINTERs that want a potential

NEURON { POINT_PROCESS MechWave RANGE w }
ASSIGNED { w (mV) }
INITIAL { w = wave(t) }
BREAKPOINT { w = wave(t) }

FUNCTION wave(x (ms)) (mV) {
	LOCAL u
	u = x
	while (u >= 14) { u = u - 14 }
	if (u < 9) {
		wave = -71.3 + 4.7*u
	} else {
		wave = -29 - 8.46*(u - 9)
	}
}
