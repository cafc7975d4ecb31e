TITLE Synapse whose NetCons learn from all pairs of spikes, the postsynaptic ones found by WATCH

COMMENT
Song S, Miller KD, Abbott LF (2000) Nat Neurosci 3:919-926, with traces (Morrison A, Diesmann M, Gerstner W (2008) Biol Cybern
98:459-478): every NetCon has its weight, its trace and the time of its latest spike; FOR_NETCONS reaches all of them at a spike of the cell.
ENDCOMMENT

NEURON {
	POINT_PROCESS STDPAll
	RANGE tau, e, g, d, p, taud, taup, M, tpost, wmost, potentiated
	NONSPECIFIC_CURRENT i
}

UNITS { (nA) = (nanoamp) (mV) = (millivolt) (uS) = (microsiemens) }

PARAMETER {
	tau = 2 (ms)
	e = 0 (mV)
	d = 0.12
	p = 0.1
	taud = 25 (ms)
	taup = 17 (ms)
	thresh = -20 (mV)
}

ASSIGNED { v (mV) i (nA) M tpost (ms) wmost (uS) potentiated }

STATE { g (uS) }

INITIAL {
	g = 0
	M = 0
	tpost = -1e9
	wmost = 0
	potentiated = 0
	net_send(0, 1)
}

BREAKPOINT {
	SOLVE decay METHOD cnexp
	i = g*(v - e)
}

DERIVATIVE decay { g' = -g/tau }

NET_RECEIVE (w (uS), k, P, tpre (ms)) {
	INITIAL { k = 1 P = 0 tpre = -1e9 }
	if (flag == 0) {
		g = g + w*k
		P = P*exp((tpre - t)/taup) + p
		k = k*(1 - M*exp((tpost - t)/taud))
		if (k < 0) { k = 0 }
		tpre = t
		if (w*k > wmost) { wmost = w*k }
	} else if (flag == 2) {
		M = M*exp((tpost - t)/taud) + d
		FOR_NETCONS (w1, k1, P1, tpre1) {
			k1 = k1 + P1*exp((tpre1 - t)/taup)
			if (k1 > 2) { k1 = 2 }
			potentiated = potentiated + k1
		}
		tpost = t
	} else {
		WATCH (v > thresh) 2
	}
}
