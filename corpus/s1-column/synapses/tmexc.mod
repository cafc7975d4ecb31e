TITLE AMPA and NMDA receptors of a Tsodyks-Markram synapse, without chance

COMMENT
Tsodyks MV, Markram H (1997) PNAS 94:719-723, with use as Fuhrmann G et al. (2002) J Neurophysiol 87:140-148 write it;
the block by magnesium of Jahr CE, Stevens CF (1990) J Neurosci 10:3178-3182. What all synapses share is GLOBAL, what
belongs to one connection stands in its weight vector, so that an instance is as small as its equations allow.
ENDCOMMENT

NEURON {
	THREADSAFE
	POINT_PROCESS TMExc
	RANGE Use, Dep, Fac, i
	GLOBAL tau_r_AMPA, tau_d_AMPA, tau_r_NMDA, tau_d_NMDA, NMDA_ratio, mg, e
	NONSPECIFIC_CURRENT i
}

UNITS { (nA) = (nanoamp) (mV) = (millivolt) (uS) = (microsiemens) (mM) = (milli/liter) }

PARAMETER {
	Use = 0.5
	Dep = 671 (ms)
	Fac = 17 (ms)
	tau_r_AMPA = 0.2 (ms)
	tau_d_AMPA = 1.74 (ms)
	tau_r_NMDA = 0.29 (ms)
	tau_d_NMDA = 43 (ms)
	NMDA_ratio = 0.7
	mg = 1 (mM)
	e = 0 (mV)
}

ASSIGNED { v (mV) i (nA) }

STATE { A (uS) B (uS) C (uS) D (uS) }

INITIAL {
	A = 0
	B = 0
	C = 0
	D = 0
}

BREAKPOINT {
	SOLVE decay METHOD cnexp
	i = (B - A + (D - C)/(1 + exp(-0.062(/mV)*v)*(mg/3.57(mM))))*(v - e)
}

DERIVATIVE decay {
	A' = -A/tau_r_AMPA
	B' = -B/tau_d_AMPA
	C' = -C/tau_r_NMDA
	D' = -D/tau_d_NMDA
}

: what makes the greatest difference of the two exponentials 1
FUNCTION scale(rise (ms), fall (ms)) {
	LOCAL tp
	tp = rise*fall/(fall - rise)*log(fall/rise)
	scale = 1/(exp(-tp/fall) - exp(-tp/rise))
}

NET_RECEIVE (weight (uS), R, u, tsyn (ms)) {
	LOCAL x
	INITIAL {
		R = 1
		u = 0
		tsyn = t
	}
	u = u*exp(-(t - tsyn)/Fac)
	u = u + Use*(1 - u)
	R = 1 - (1 - R)*exp(-(t - tsyn)/Dep)
	x = u*R*weight
	R = R*(1 - u)
	tsyn = t
	A = A + x*scale(tau_r_AMPA, tau_d_AMPA)
	B = B + x*scale(tau_r_AMPA, tau_d_AMPA)
	C = C + x*NMDA_ratio*scale(tau_r_NMDA, tau_d_NMDA)
	D = D + x*NMDA_ratio*scale(tau_r_NMDA, tau_d_NMDA)
}
