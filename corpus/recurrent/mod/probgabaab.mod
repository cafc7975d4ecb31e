TITLE GABAA and GABAB receptors behind one release site that fails at random

COMMENT
Fuhrmann et al. (2002) J Neurophysiol 87:140-148; the two kinds of receptor as sums of two exponentials. The stream is
a RANDOM of NMODL.
ENDCOMMENT

NEURON {
	THREADSAFE
	POINT_PROCESS ProbGABAAB
	RANGE tau_r_A, tau_d_A, tau_r_B, tau_d_B, Use, Dep, Fac, ratio, e_A, e_B, gmax
	RANGE i, i_A, i_B, g_A, g_B, u, full, tsyn
	NONSPECIFIC_CURRENT i
	RANDOM rng
}

UNITS { (nA) = (nanoamp) (mV) = (millivolt) (uS) = (microsiemens) }

PARAMETER {
	tau_r_A = 0.2 (ms)
	tau_d_A = 8 (ms)
	tau_r_B = 3.5 (ms)
	tau_d_B = 26.09 (ms)
	Use = 0.6
	Dep = 20 (ms)
	Fac = 0 (ms)
	ratio = 0.4
	e_A = -80 (mV)
	e_B = -97 (mV)
	gmax = 0.01 (uS)
}

ASSIGNED { v (mV) i (nA) i_A (nA) i_B (nA) g_A (uS) g_B (uS) factor_A factor_B u full tsyn (ms) }

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
	u = 0
	full = 1
	tsyn = 0
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

NET_RECEIVE (weight, Psurv, t_last (ms)) {
	INITIAL { t_last = t }
	if (weight > 0) {
		if (Fac > 0) { u = u*exp(-(t - tsyn)/Fac)*(1 - Use) + Use } else { u = Use }
		if (full == 0) {
			Psurv = exp(-(t - t_last)/Dep)
			if (random_uniform(rng) > Psurv) { full = 1 } else { t_last = t }
		}
		if (full == 1) {
			if (random_uniform(rng) < u) {
				full = 0
				t_last = t
				a = a + weight*factor_A
				b = b + weight*factor_A
				c = c + weight*ratio*factor_B
				d = d + weight*ratio*factor_B
			}
		}
		tsyn = t
	}
}
