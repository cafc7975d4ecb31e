TITLE A glutamatergic synapse whose strength calcium changes

COMMENT
Plasticity of Graupner M, Brunel N (2012) PNAS 109:3991-3996, with the calcium of NMDA receptors (Jahr and Stevens 1990)
and of voltage-dependent channels in a spine (Chindemi et al. 2022, Nat Commun 13:3038, in outline); release as Fuhrmann
et al. (2002).
ENDCOMMENT

NEURON {
	THREADSAFE
	POINT_PROCESS GluSynapse
	GLOBAL theta_d, theta_p, tau_rho
	RANGE depressing, potentiating, gmax_AMPA, gmax_NMDA, Use, Dep, Fac, rho, cai, effcai, ica_NMDA, ica_VDCC, g_AMPA, g_NMDA, i, u, vsyn, full, gbar
	NONSPECIFIC_CURRENT i
	BBCOREPOINTER rng
}

UNITS { (nA) = (nanoamp) (mV) = (millivolt) (uS) = (microsiemens) (nS) = (nanosiemens) (um) = (micron) (mM) = (milli/liter) FARADAY = (faraday) (coulomb) PI = (pi) (1) }

PARAMETER {
	tau_r_AMPA = 0.2 (ms)
	tau_d_AMPA = 1.7 (ms)
	tau_r_NMDA = 0.7 (ms)
	tau_d_NMDA = 70 (ms)
	gmax_AMPA = 0.001 (uS)
	gmax_NMDA = 0.00055 (uS)
	mg = 1 (mM)
	e = -3 (mV)
	Use = 0.6
	Dep = 30 (ms)
	Fac = 15 (ms)
	volume = 0.087 (um3)
	tau_ca = 12 (ms)
	min_cai = 7e-5 (mM)
	gbar_VDCC = 0.0744 (nS/um2)
	eca = 122 (mV)
	fraction = 0.4
	tau_eff = 200 (ms)
	gamma_d = 600
	gamma_p = 1900
	theta_d = 0.006 (mM)
	theta_p = 0.02 (mM)
	tau_rho = 70000 (ms)
	rho_star = 0.5
}

ASSIGNED { v (mV) i (nA) g_AMPA (uS) g_NMDA (uS) ica_NMDA (nA) ica_VDCC (nA) factor_AMPA factor_NMDA full u tlast (ms) vsyn (mV) depressing potentiating rng gbar (uS) }

STATE { A B C D m h cai (mM) effcai (mM) rho }

VERBATIM
#ifndef NRN_VERSION_GTEQ_8_2_0
#include "nrnran123.h"
extern int ifarg(int iarg);
extern double* getarg(int iarg);
#endif
ENDVERBATIM

INITIAL {
	LOCAL tp
	VERBATIM
	if (_p_rng) { nrnran123_setseq((nrnran123_State*)_p_rng, 0, 0); }
	ENDVERBATIM
	A = 0
	B = 0
	C = 0
	D = 0
	m = minf(v)
	h = hinf(v)
	cai = min_cai
	effcai = 0
	rho = 0.3
	u = 0
	full = 1
	tlast = 0
	depressing = 0
	potentiating = 0
	gbar = gmax_AMPA
	tp = (tau_r_AMPA*tau_d_AMPA)/(tau_d_AMPA - tau_r_AMPA)*log(tau_d_AMPA/tau_r_AMPA)
	factor_AMPA = 1/(exp(-tp/tau_d_AMPA) - exp(-tp/tau_r_AMPA))
	tp = (tau_r_NMDA*tau_d_NMDA)/(tau_d_NMDA - tau_r_NMDA)*log(tau_d_NMDA/tau_r_NMDA)
	factor_NMDA = 1/(exp(-tp/tau_d_NMDA) - exp(-tp/tau_r_NMDA))
	net_send(0, 1)
}

BREAKPOINT {
	LOCAL area_spine
	SOLVE state METHOD derivimplicit
	g_AMPA = gbar*(0.5 + rho)*(B - A)
	g_NMDA = gmax_NMDA*(D - C)/(1 + exp(-0.062(/mV)*v)*(mg/3.57(mM)))
	area_spine = 4*PI*((3/4*volume/PI)^(2/3))
	ica_NMDA = 0.1*g_NMDA*(v - eca)
	ica_VDCC = (1e-3)*gbar_VDCC*area_spine*m*m*h*(v - eca)
	vsyn = v
	i = (g_AMPA + g_NMDA)*(v - e) + ica_VDCC
}

DERIVATIVE state {
	A' = -A/tau_r_AMPA
	B' = -B/tau_d_AMPA
	C' = -C/tau_r_NMDA
	D' = -D/tau_d_NMDA
	m' = minf(v) - m
	h' = (hinf(v) - h)/27
	cai' = -(1e-9)*(ica_NMDA + ica_VDCC)*fraction/((1e-15)*volume*2*FARADAY) - (cai - min_cai)/tau_ca
	effcai' = -effcai/tau_eff + (cai - min_cai)
	rho' = (-rho*(1 - rho)*(rho_star - rho) + potentiating*gamma_p*(1 - rho) - depressing*gamma_d*rho)/tau_rho
}

FUNCTION minf(v (mV)) { minf = 1/(1 + exp((-5.9 - v)/9.5)) }
FUNCTION hinf(v (mV)) { hinf = 1/(1 + exp((v + 39)/9.2)) }

NET_RECEIVE (weight, psurv) {
	LOCAL x
	if (flag == 1) {
		WATCH (effcai > theta_d) 2
		WATCH (effcai < theta_d) 3
		WATCH (effcai > theta_p) 4
		WATCH (effcai < theta_p) 5
	} else if (flag == 2) {
		depressing = 1
	} else if (flag == 3) {
		depressing = 0
	} else if (flag == 4) {
		potentiating = 1
	} else if (flag == 5) {
		potentiating = 0
	} else if (weight > 0) {
		u = u*exp(-(t - tlast)/Fac)
		u = u + Use*(1 - u)
		if (full == 0) {
			psurv = exp(-(t - tlast)/Dep)
			x = urand()
			if (x > psurv) { full = 1 }
		}
		tlast = t
		if (full == 1) {
			x = urand()
			if (x < u) {
				full = 0
				A = A + weight*factor_AMPA
				B = B + weight*factor_AMPA
				C = C + weight*factor_NMDA
				D = D + weight*factor_NMDA
			}
		}
	}
}

FUNCTION urand() {
VERBATIM
	double value;
	if (_p_rng) {
		value = nrnran123_dblpick((nrnran123_State*)_p_rng);
	} else {
		value = 0.0;
	}
	_lurand = value;
ENDVERBATIM
}

PROCEDURE setRNG() {
VERBATIM
	#ifndef CORENEURON_BUILD
	nrnran123_State** pv = (nrnran123_State**)(&_p_rng);
	if (*pv) {
		nrnran123_deletestream(*pv);
		*pv = (nrnran123_State*)0;
	}
	if (ifarg(2)) {
		uint32_t a2 = 0;
		if (ifarg(3)) {
			a2 = (uint32_t)*getarg(3);
		}
		*pv = nrnran123_newstream3((uint32_t)*getarg(1), (uint32_t)*getarg(2), a2);
	}
	#endif
ENDVERBATIM
}

VERBATIM
static void bbcore_write(double* x, int* d, int* x_offset, int* d_offset, _threadargsproto_) {
	*d_offset += 3;
}
static void bbcore_read(double* x, int* d, int* x_offset, int* d_offset, _threadargsproto_) {
	*d_offset += 3;
}
ENDVERBATIM
