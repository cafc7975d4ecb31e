TITLE Potassium channels counted one by one

COMMENT
Two states; in each step every closed channel opens, and every open one closes, with a chance (Diba K, Lester HA, Koch
C 2004, J Neurosci 24:9723-9733; Cannon RC, O'Donnell C, Nolan MF 2010, PLoS Comput Biol 6:e1000886), rates as Mainen ZF,
Sejnowski TJ (1995) Science 268:1503-1506.
ENDCOMMENT

NEURON {
	THREADSAFE
	SUFFIX StochKv
	USEION k READ ek WRITE ik
	RANGE N, eta, gk, gamma, deterministic, gkbar, N0, N1, n01, n10, P_a, P_b, ninf, ntau
	GLOBAL q10, temp
	POINTER rng
}

UNITS { (mA) = (milliamp) (mV) = (millivolt) (pS) = (picosiemens) (S) = (siemens) (um) = (micron) }

PARAMETER {
	gamma = 30 (pS)
	eta = 0.8 (1/um2)
	gkbar = 0.01 (S/cm2)
	tha = -40 (mV)
	qa = 9
	Ra = 0.02 (/ms)
	Rb = 0.002 (/ms)
	temp = 23 (degC)
	q10 = 2.3
	deterministic = 0
	vmin = -120 (mV)
	vmax = 100 (mV)
}

ASSIGNED {
	v (mV) celsius (degC) dt (ms) area (um2)
	a (/ms) b (/ms) ik (mA/cm2) gk (S/cm2) ek (mV) ninf ntau (ms) tadj
	N scale_dens (pS/um2) P_a P_b N0 N1 n01 n10 rng
}

STATE { n }

VERBATIM
#include <stdlib.h>
#include <math.h>
#ifndef NRN_VERSION_GTEQ_8_2_0
double nrn_random_pick(void* r);
void* nrn_random_arg(int argpos);
#define RANDCAST
#else
#define RANDCAST (Rand*)
#endif
ENDVERBATIM

INITIAL {
	eta = (gkbar/gamma)*(10000)
	N = floor(eta*area + 0.5)
	scale_dens = gamma*N/area
	rates(v)
	n = ninf
	N1 = floor(n*N + 0.5)
	N0 = N - N1
}

BREAKPOINT {
	SOLVE states METHOD cnexp
	gk = N1*gamma/area*(1e-4)
	if (deterministic) { gk = n*scale_dens*tadj*(1e-4) }
	ik = gk*(v - ek)
}

DERIVATIVE states {
	rates(v)
	n' = a - (a + b)*n
	P_a = strap(a*dt)
	P_b = strap(b*dt)
	n01 = binomial(P_a, N0)
	n10 = binomial(P_b, N1)
	N0 = strap(N0 - n01 + n10)
	N1 = N - N0
}

PROCEDURE rates(v (mV)) {
	TABLE a, b, ntau, ninf, tadj DEPEND dt, Ra, Rb, tha, qa, q10, temp, celsius FROM vmin TO vmax WITH 199
	tadj = q10^((celsius - temp)/(10 (degC)))
	a = tadj*trap0(v, tha, Ra, qa)
	b = tadj*trap0(-v, -tha, Rb, qa)
	ntau = 1/(a + b)
	ninf = a*ntau
}

FUNCTION trap0(v (mV), th (mV), a (/ms), q) (/ms) {
	if (fabs((v - th)/q) > 1e-6) {
		trap0 = a*(v - th)/(1 - exp(-(v - th)/q))
	} else {
		trap0 = a*q
	}
}

FUNCTION strap(x) {
	if (x < 0) {
		strap = 0
	} else {
		strap = x
	}
}

FUNCTION urand() {
VERBATIM
	double value = 0.5;
	if (_p_rng) {
		value = nrn_random_pick(RANDCAST _p_rng);
	}
	_lurand = value;
ENDVERBATIM
}

FUNCTION binomial(p, count) {
	LOCAL u, q, term, sum, k
	: inversion: the smallest k whose distribution function exceeds a uniform draw
	binomial = 0
	if (p > 0 && count > 0) {
		u = urand()
		q = 1 - p
		if (q < 1e-9) { q = 1e-9 }
		term = exp(count*log(q))
		sum = term
		k = 0
		while (u > sum && k < count) {
			term = term*(count - k)/(k + 1)*p/q
			sum = sum + term
			k = k + 1
		}
		binomial = k
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
