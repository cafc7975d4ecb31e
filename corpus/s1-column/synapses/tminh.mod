TITLE GABAA receptors of a Tsodyks-Markram synapse, without chance

COMMENT
Tsodyks MV, Markram H (1997) PNAS 94:719-723, with use as Fuhrmann G et al. (2002) J Neurophysiol 87:140-148 write it.
tau_d differs from one kind of interneuron to another (Gupta A, Wang Y, Markram H (2000) Science 287:273-278).
ENDCOMMENT

NEURON {
	THREADSAFE
	POINT_PROCESS TMInh
	RANGE Use, Dep, Fac, tau_d, i
	GLOBAL tau_r, e
	NONSPECIFIC_CURRENT i
}

UNITS { (nA) = (nanoamp) (mV) = (millivolt) (uS) = (microsiemens) }

PARAMETER {
	Use = 0.25
	Dep = 706 (ms)
	Fac = 21 (ms)
	tau_r = 0.2 (ms)
	tau_d = 8.3 (ms)
	e = -80 (mV)
}

ASSIGNED { v (mV) i (nA) }

STATE { A (uS) B (uS) }

INITIAL {
	A = 0
	B = 0
}

BREAKPOINT {
	SOLVE decay METHOD cnexp
	i = (B - A)*(v - e)
}

DERIVATIVE decay {
	A' = -A/tau_r
	B' = -B/tau_d
}

NET_RECEIVE (weight (uS), R, u, tsyn (ms)) {
	LOCAL x, tp
	INITIAL {
		R = 1
		u = 0
		tsyn = t
	}
	u = u*exp(-(t - tsyn)/Fac)
	u = u + Use*(1 - u)
	R = 1 - (1 - R)*exp(-(t - tsyn)/Dep)
	tp = tau_r*tau_d/(tau_d - tau_r)*log(tau_d/tau_r)
	x = u*R*weight/(exp(-tp/tau_d) - exp(-tp/tau_r))
	R = R*(1 - u)
	tsyn = t
	A = A + x
	B = B + x
}
