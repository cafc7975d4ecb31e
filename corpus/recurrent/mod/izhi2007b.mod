TITLE Izhikevich's simple model of 2007 on the potential of a section

COMMENT
Izhikevich EM (2007) Dynamical systems in neuroscience. MIT Press, chapter 8: cell types 1 (regular spiking), 4 (low
threshold), 5 (fast spiking), 6 (thalamocortical). The section has a capacitance of 1 uF/cm2 and is charged as C pF.
ENDCOMMENT

NEURON {
	POINT_PROCESS Izhi2007b
	NONSPECIFIC_CURRENT i
	RANGE C, k, vr, vt, vpeak, u, a, b, c, d, Iin, celltype, alive, factor
}

UNITS { (nA) = (nanoamp) (mV) = (millivolt) (uS) = (microsiemens) }

PARAMETER {
	C = 100
	k = 0.7
	vr = -60 (mV)
	vt = -40 (mV)
	vpeak = 35 (mV)
	a = 0.03
	b = -2
	c = -50 (mV)
	d = 100
	Iin = 0.07 (nA)
	celltype = 1
	alive = 1
	factor = 0.125
}

ASSIGNED { v (mV) i (nA) u tlast (ms) }

INITIAL {
	u = 0
	tlast = t
	net_send(0, 1)
}

BREAKPOINT {
	if (alive > 0.5) {
		i = -factor*((1e-3)*(k*(v - vr)*(v - vt) - u) + Iin)
	} else {
		i = 0
	}
}

NET_RECEIVE (w) {
	if (flag == 1) {
		if (celltype == 4) {
			WATCH (v > (vpeak - 0.1*u)) 2
		} else if (celltype == 6) {
			WATCH (v > (vpeak + 0.1*u)) 2
		} else {
			WATCH (v > vpeak) 2
		}
		net_send(0.1, 3)
	} else if (flag == 2) {
		net_event(t)
		if (celltype == 4) {
			v = c + 0.04*u
			if (u + d < 670) { u = u + d } else { u = 670 }
		} else if (celltype == 5) {
			v = c
		} else if (celltype == 6) {
			v = c - 0.1*u
			u = u + d
		} else {
			v = c
			u = u + d
		}
	} else if (flag == 3) {
		relax()
		net_send(0.1, 3)
	} else {
		v = v + w
	}
}

PROCEDURE relax() {
	: u' = a*(b*(v - vr) - u), for the time since the last call
	LOCAL x
	x = b*(v - vr)
	if (celltype == 5) {
		if (v < -55) { x = 0 } else { x = 0.025*(v + 55)^3 }
	} else if (celltype == 6 && v > -65) {
		x = 0
	}
	u = x + (u - x)*exp(-a*(t - tlast))
	tlast = t
}
