TITLE A synapse of one release site with utilisation, depression and facilitation

COMMENT
Fuhrmann G, Segev I, Markram H, Tsodyks M (2002) Coding of temporal information by activity-dependent synapses.
J Neurophysiol 87:140-148. The site is empty or full; it recovers as a Poisson process.
ENDCOMMENT

NEURON {
	POINT_PROCESS ProbUDFsyn
	RANGE taur, taud, Use, u, Dep, Fac, e, i, g, full
	NONSPECIFIC_CURRENT i
	POINTER rng
}

UNITS { (nA) = (nanoamp) (mV) = (millivolt) (uS) = (microsiemens) }

PARAMETER {
	taur = 0.2 (ms)
	taud = 1.7 (ms)
	Use = 0.5
	Dep = 30 (ms)
	Fac = 17 (ms)
	e = 0 (mV)
}

ASSIGNED { v (mV) i (nA) g (uS) factor full u last (ms) rng }

STATE { A (uS) B (uS) }

VERBATIM
#ifndef NRN_VERSION_GTEQ_8_2_0
double nrn_random_pick(void* r);
void* nrn_random_arg(int argpos);
#define RANDCAST
#else
#define RANDCAST (Rand*)
#endif
ENDVERBATIM

INITIAL {
	LOCAL tp
	A = 0
	B = 0
	tp = taur*taud/(taud - taur)*log(taud/taur)
	factor = 1/(exp(-tp/taud) - exp(-tp/taur))
	full = 1
	u = 0
	last = -1e99
}

BREAKPOINT {
	SOLVE state METHOD cnexp
	g = B - A
	i = g*(v - e)
}

DERIVATIVE state {
	A' = -A/taur
	B' = -B/taud
}

NET_RECEIVE (weight (uS), Psurv, tsyn (ms)) {
	LOCAL result
	INITIAL { tsyn = t }
	if (Fac > 0) { u = u*exp(-(t - last)/Fac) } else { u = Use }
	if (Fac > 0) { u = u + Use*(1 - u) }
	last = t
	if (full == 0) {
		Psurv = exp(-(t - tsyn)/Dep)
		result = urand()
		if (result > Psurv) {
			full = 1
		} else {
			tsyn = t
		}
	}
	if (full == 1) {
		result = urand()
		if (result < u) {
			full = 0
			tsyn = t
			A = A + weight*factor
			B = B + weight*factor
		}
	}
}

PROCEDURE setRNG() {
VERBATIM
	{
		void** pv = (void**)(&_p_rng);
		if (ifarg(1)) {
			*pv = nrn_random_arg(1);
		} else {
			*pv = (void*)0;
		}
	}
ENDVERBATIM
}

FUNCTION urand() {
VERBATIM
	double value;
	if (_p_rng) {
		value = nrn_random_pick(RANDCAST _p_rng);
	} else {
		value = 0.5;
	}
	_lurand = value;
ENDVERBATIM
}
