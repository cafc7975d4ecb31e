TITLE Synapse whose NetCons learn from the nearest spikes, with falls of the potential as a second WATCH

COMMENT
Izhikevich EM, Desai NS (2003) Neural Comput 15:1511-1523, nearest neighbours: each presynaptic spike pairs with the last postsynaptic
one, and each postsynaptic one with the last presynaptic one of a NetCon alone. The weight vector is the conductance, what has been learnt
and the time of the latest spike.
ENDCOMMENT

NEURON {
	POINT_PROCESS STDPNearest
	RANGE tau, e, ltp, ltd, taultp, taultd, tpost, spikes, width, learnt
	NONSPECIFIC_CURRENT i
}

UNITS { (nA) = (nanoamp) (mV) = (millivolt) (uS) = (microsiemens) }

PARAMETER {
	tau = 3 (ms)
	e = 0 (mV)
	ltp = 0.35
	ltd = 0.21
	taultp = 14.8 (ms)
	taultd = 33.8 (ms)
}

ASSIGNED { v (mV) i (nA) tpost (ms) spikes width (ms) learnt }

STATE { g (uS) }

INITIAL {
	g = 0
	tpost = -1
	spikes = 0
	width = 0
	learnt = 0
	net_send(0, 5)
}

BREAKPOINT {
	SOLVE fade METHOD cnexp
	i = g*(v - e)
}

DERIVATIVE fade { g' = -g/tau }

NET_RECEIVE (w (uS), plus, last (ms)) {
	INITIAL { plus = 0 last = -1 }
	if (flag == 0) {
		if (tpost >= 0 && last <= tpost) {
			plus = plus - ltd*exp((tpost - t)/taultd)
			if (plus < -1) { plus = -1 }
		}
		last = t
		g = g + w*(1 + plus)
		learnt = plus
	} else if (flag == 5) {
		WATCH (v > -10) 6
	} else if (flag == 6) {
		spikes = spikes + 1
		FOR_NETCONS (wk, plusk, lastk) {
			if (lastk >= 0 && (tpost < 0 || lastk > tpost)) {
				plusk = plusk + ltp*exp((lastk - t)/taultp)
			}
			learnt = plusk
		}
		tpost = t
		WATCH (v < -30) 7
	} else if (flag == 7) {
		width = t - tpost
		WATCH (v > -10) 6
	}
}
