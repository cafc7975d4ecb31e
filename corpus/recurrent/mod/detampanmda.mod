TITLE AMPA and NMDA receptors, release without chance

COMMENT
Tsodyks MV, Markram H (1997) PNAS 94:719-723, as Fuhrmann et al. (2002) write it; Jahr and Stevens (1990).
ENDCOMMENT

NEURON {
	THREADSAFE
	POINT_PROCESS DetAMPANMDA
	RANGE tau_r_AMPA, tau_d_AMPA, tau_r_NMDA, tau_d_NMDA, Use, Dep, Fac, u0, mg, NMDA_ratio, i, i_AMPA, i_NMDA, g_AMPA, g_NMDA, g, e, gmax
	NONSPECIFIC_CURRENT i
}

UNITS { (nA) = (nanoamp) (mV) = (millivolt) (uS) = (microsiemens) (mM) = (milli/liter) }

PARAMETER {
	tau_r_AMPA = 0.2 (ms)
	tau_d_AMPA = 1.7 (ms)
	tau_r_NMDA = 0.29 (ms)
	tau_d_NMDA = 43 (ms)
	Use = 0.5
	Dep = 100 (ms)
	Fac = 10 (ms)
	u0 = 0
	mg = 1 (mM)
	NMDA_ratio = 0.71
	e = 0 (mV)
	gmax = 0.001 (uS)
}

ASSIGNED { v (mV) i (nA) i_AMPA (nA) i_NMDA (nA) g_AMPA (uS) g_NMDA (uS) g (uS) factor_AMPA factor_NMDA mgblock }

STATE { A B C D }

INITIAL {
	LOCAL tp
	A = 0
	B = 0
	C = 0
	D = 0
	tp = (tau_r_AMPA*tau_d_AMPA)/(tau_d_AMPA - tau_r_AMPA)*log(tau_d_AMPA/tau_r_AMPA)
	factor_AMPA = 1/(exp(-tp/tau_d_AMPA) - exp(-tp/tau_r_AMPA))
	tp = (tau_r_NMDA*tau_d_NMDA)/(tau_d_NMDA - tau_r_NMDA)*log(tau_d_NMDA/tau_r_NMDA)
	factor_NMDA = 1/(exp(-tp/tau_d_NMDA) - exp(-tp/tau_r_NMDA))
}

BREAKPOINT {
	SOLVE state METHOD cnexp
	mgblock = 1/(1 + exp(-0.062(/mV)*v)*(mg/3.57(mM)))
	g_AMPA = gmax*(B - A)
	g_NMDA = gmax*(D - C)*mgblock
	g = g_AMPA + g_NMDA
	i_AMPA = g_AMPA*(v - e)
	i_NMDA = g_NMDA*(v - e)
	i = i_AMPA + i_NMDA
}

DERIVATIVE state {
	A' = -A/tau_r_AMPA
	B' = -B/tau_d_AMPA
	C' = -C/tau_r_NMDA
	D' = -D/tau_d_NMDA
}

NET_RECEIVE (weight, weight_AMPA, weight_NMDA, R, Pr, u, tsyn (ms)) {
	INITIAL {
		R = 1
		u = u0
		tsyn = t
		weight_AMPA = weight
		weight_NMDA = weight*NMDA_ratio
	}
	if (Fac > 0) { u = u*exp(-(t - tsyn)/Fac) } else { u = Use }
	if (Fac > 0) { u = u + Use*(1 - u) }
	R = 1 - (1 - R)*exp(-(t - tsyn)/Dep)
	Pr = u*R
	R = R - u*R
	tsyn = t
	A = A + Pr*weight_AMPA*factor_AMPA
	B = B + Pr*weight_AMPA*factor_AMPA
	C = C + Pr*weight_NMDA*factor_NMDA
	D = D + Pr*weight_NMDA*factor_NMDA
}
