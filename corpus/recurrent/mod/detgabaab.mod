TITLE GABAA and GABAB receptors, release without chance

COMMENT
Tsodyks and Markram (1997) PNAS 94:719-723; the two kinds of receptor as sums of two exponentials.
ENDCOMMENT

NEURON {
	THREADSAFE
	POINT_PROCESS DetGABAAB
	RANGE tau_r_A, tau_d_A, tau_r_B, tau_d_B, Use, Dep, Fac, ratio, e_A, e_B, gmax, i, i_A, i_B, g_A, g_B
	NONSPECIFIC_CURRENT i
}

UNITS { (nA) = (nanoamp) (mV) = (millivolt) (uS) = (microsiemens) }

PARAMETER {
	tau_r_A = 0.2 (ms)
	tau_d_A = 8 (ms)
	tau_r_B = 3.5 (ms)
	tau_d_B = 26.09 (ms)
	Use = 0.25
	Dep = 706 (ms)
	Fac = 21 (ms)
	ratio = 0.4
	e_A = -80 (mV)
	e_B = -97 (mV)
	gmax = 0.01 (uS)
}

ASSIGNED { v (mV) i (nA) i_A (nA) i_B (nA) g_A (uS) g_B (uS) factor_A factor_B }

STATE { a b c d }

INITIAL {
	LOCAL tp
	tp = tau_r_A*tau_d_A/(tau_d_A - tau_r_A)*log(tau_d_A/tau_r_A)
	factor_A = 1/(exp(-tp/tau_d_A) - exp(-tp/tau_r_A))
	tp = tau_r_B*tau_d_B/(tau_d_B - tau_r_B)*log(tau_d_B/tau_r_B)
	factor_B = 1/(exp(-tp/tau_d_B) - exp(-tp/tau_r_B))
	a = 0
	b = 0
	c = 0
	d = 0
}

BREAKPOINT {
	SOLVE decay METHOD cnexp
	g_A = gmax*(b - a)
	g_B = gmax*(d - c)
	i_A = g_A*(v - e_A)
	i_B = g_B*(v - e_B)
	i = i_A + i_B
}

DERIVATIVE decay {
	a' = -a/tau_r_A
	b' = -b/tau_d_A
	c' = -c/tau_r_B
	d' = -d/tau_d_B
}

NET_RECEIVE (weight, R, u, tsyn (ms)) {
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
	a = a + x*factor_A
	b = b + x*factor_A
	c = c + x*ratio*factor_B
	d = d + x*ratio*factor_B
}
