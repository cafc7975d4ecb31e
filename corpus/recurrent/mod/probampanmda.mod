TITLE AMPA and NMDA receptors behind several vesicles that are released at random

COMMENT
Fuhrmann et al. (2002) J Neurophysiol 87:140-148, with a pool of Nrrp vesicles that recover each by itself (Loebel et
al. 2009, Front Comput Neurosci 3:27); magnesium block by Jahr CE, Stevens CF (1990) J Neurosci 10:3178-3182.
ENDCOMMENT

NEURON {
	THREADSAFE
	POINT_PROCESS ProbAMPANMDA
	RANGE tau_r_AMPA, tau_d_AMPA, tau_r_NMDA, tau_d_NMDA, Use, Dep, Fac, u0, Nrrp, mg, NMDA_ratio, e
	RANGE i, i_AMPA, i_NMDA, g_AMPA, g_NMDA, g, u, unoccupied, occupied, tsyn
	NONSPECIFIC_CURRENT i
	BBCOREPOINTER rng
}

UNITS { (nA) = (nanoamp) (mV) = (millivolt) (uS) = (microsiemens) (mM) = (milli/liter) }

PARAMETER {
	tau_r_AMPA = 0.2 (ms)
	tau_d_AMPA = 1.7 (ms)
	tau_r_NMDA = 0.29 (ms)
	tau_d_NMDA = 43 (ms)
	Use = 0.5
	Dep = 40 (ms)
	Fac = 10 (ms)
	u0 = 0
	Nrrp = 3
	mg = 1 (mM)
	NMDA_ratio = 0.71
	e = 0 (mV)
	gmax = 0.001 (uS)
}

ASSIGNED {
	v (mV) dt (ms)
	i (nA) i_AMPA (nA) i_NMDA (nA) g_AMPA (uS) g_NMDA (uS) g (uS)
	factor_AMPA factor_NMDA
	step_A step_B step_C step_D
	rng u tsyn (ms) unoccupied occupied block
}

STATE { A B C D }

VERBATIM
#include <stdlib.h>
#include <stdio.h>
#include <math.h>
#ifndef NRN_VERSION_GTEQ_8_2_0
#include "nrnran123.h"
double nrn_random_pick(void* r);
void* nrn_random_arg(int argpos);
#define RANDCAST
#else
#define RANDCAST (Rand*)
#endif
ENDVERBATIM

INITIAL {
	LOCAL tp
	VERBATIM
	if (_p_rng) {
		nrnran123_setseq((nrnran123_State*)_p_rng, 0, 0);
	}
	ENDVERBATIM
	tsyn = 0
	u = u0
	unoccupied = 0
	occupied = Nrrp
	A = 0
	B = 0
	C = 0
	D = 0
	tp = tau_r_AMPA*tau_d_AMPA/(tau_d_AMPA - tau_r_AMPA)*log(tau_d_AMPA/tau_r_AMPA)
	factor_AMPA = 1/(exp(-tp/tau_d_AMPA) - exp(-tp/tau_r_AMPA))
	tp = tau_r_NMDA*tau_d_NMDA/(tau_d_NMDA - tau_r_NMDA)*log(tau_d_NMDA/tau_r_NMDA)
	factor_NMDA = 1/(exp(-tp/tau_d_NMDA) - exp(-tp/tau_r_NMDA))
	step_A = exp(-dt/tau_r_AMPA)
	step_B = exp(-dt/tau_d_AMPA)
	step_C = exp(-dt/tau_r_NMDA)
	step_D = exp(-dt/tau_d_NMDA)
}

BREAKPOINT {
	SOLVE state
	block = 1/(1 + exp(-0.062(/mV)*v)*(mg/3.57(mM)))
	g_AMPA = gmax*(B - A)
	g_NMDA = gmax*(D - C)*block
	g = g_AMPA + g_NMDA
	i_AMPA = g_AMPA*(v - e)
	i_NMDA = g_NMDA*(v - e)
	i = i_AMPA + i_NMDA
}

PROCEDURE state() {
	A = A*step_A
	B = B*step_B
	C = C*step_C
	D = D*step_D
}

NET_RECEIVE (weight, weight_AMPA, weight_NMDA, Psurv) {
	LOCAL result, ves, occ, k
	INITIAL {
		weight_AMPA = weight
		weight_NMDA = weight*NMDA_ratio
	}
	if (weight <= 0) {
		VERBATIM
		return;
		ENDVERBATIM
	}
	if (Fac > 0) {
		u = u*exp(-(t - tsyn)/Fac)
		u = u + Use*(1 - u)
	} else {
		u = Use
	}
	occ = 0
	FROM counter = 0 TO (unoccupied - 1) {
		Psurv = exp(-(t - tsyn)/Dep)
		result = urand()
		if (result > Psurv) { occ = occ + 1 }
	}
	occupied = occupied + occ
	unoccupied = unoccupied - occ
	ves = 0
	FROM counter = 0 TO (occupied - 1) {
		result = urand()
		if (result < u) { ves = ves + 1 }
	}
	occupied = occupied - ves
	unoccupied = unoccupied + ves
	tsyn = t
	A = A + ves/Nrrp*weight_AMPA*factor_AMPA
	B = B + ves/Nrrp*weight_AMPA*factor_AMPA
	C = C + ves/Nrrp*weight_NMDA*factor_NMDA
	D = D + ves/Nrrp*weight_NMDA*factor_NMDA
}

PROCEDURE setRNG() {
VERBATIM
	#ifndef CORENEURON_BUILD
	nrnran123_State** pv = (nrnran123_State**)(&_p_rng);
	if (*pv) {
		nrnran123_deletestream(*pv);
		*pv = (nrnran123_State*)0;
	}
	if (ifarg(3)) {
		*pv = nrnran123_newstream3((uint32_t)*getarg(1), (uint32_t)*getarg(2), (uint32_t)*getarg(3));
	} else if (ifarg(2)) {
		*pv = nrnran123_newstream((uint32_t)*getarg(1), (uint32_t)*getarg(2));
	}
	#endif
ENDVERBATIM
}

FUNCTION urand() {
VERBATIM
	double value = 0.0;
	if (_p_rng) {
		value = nrnran123_dblpick((nrnran123_State*)_p_rng);
	} else {
		value = 0.0;
	}
	_lurand = value;
ENDVERBATIM
}

VERBATIM
static void bbcore_write(double* x, int* d, int* x_offset, int* d_offset, _threadargsproto_) {
	if (d) {
		uint32_t* di = (uint32_t*)d + *d_offset;
		if (_p_rng) {
			nrnran123_getids3((nrnran123_State*)_p_rng, di, di + 1, di + 2);
		}
	}
	*d_offset += 3;
}
static void bbcore_read(double* x, int* d, int* x_offset, int* d_offset, _threadargsproto_) {
	*d_offset += 3;
}
ENDVERBATIM
