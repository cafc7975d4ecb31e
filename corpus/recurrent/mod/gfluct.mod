TITLE Fluctuating conductances: two Ornstein-Uhlenbeck processes, each instance with its own stream

COMMENT
Destexhe A, Rudolph M, Fellous JM, Sejnowski TJ (2001) Fluctuating synaptic conductances recreate in vivo-like
activity in neocortical neurons. Neuroscience 107:13-24. The exact update of Gillespie (1996), Phys Rev E 54:2084.
ENDCOMMENT

NEURON {
	THREADSAFE
	POINT_PROCESS Gfluct
	NONSPECIFIC_CURRENT i
	RANGE ge, gi, Ee, Ei, ge0, gi0, ge1, gi1, stde, stdi, taue, taui
	BBCOREPOINTER stream
}

UNITS { (nA) = (nanoamp) (mV) = (millivolt) (umho) = (micromho) }

PARAMETER {
	Ee = 0 (mV)
	Ei = -75 (mV)
	ge0 = 0.0121 (umho)
	gi0 = 0.0573 (umho)
	stde = 0.003 (umho)
	stdi = 0.0066 (umho)
	taue = 2.728 (ms)
	taui = 10.49 (ms)
}

ASSIGNED {
	v (mV)
	i (nA)
	ge (umho)
	gi (umho)
	ge1 (umho)
	gi1 (umho)
	dt (ms)
	stream
}

VERBATIM
#ifndef NRN_VERSION_GTEQ_8_2_0
#include "nrnran123.h"
#endif
ENDVERBATIM

INITIAL {
	ge1 = 0
	gi1 = 0
	VERBATIM
	if (_p_stream) {
		nrnran123_setseq((nrnran123_State*)_p_stream, 0, 0);
	}
	ENDVERBATIM
}

BREAKPOINT {
	SOLVE walk
	ge = ge0 + ge1
	if (ge < 0) { ge = 0 }
	gi = gi0 + gi1
	if (gi < 0) { gi = 0 }
	i = ge*(v - Ee) + gi*(v - Ei)
}

PROCEDURE walk() {
	ge1 = ge1*exp(-dt/taue) + stde*sqrt(1 - exp(-2*dt/taue))*normal()
	gi1 = gi1*exp(-dt/taui) + stdi*sqrt(1 - exp(-2*dt/taui))*normal()
}

FUNCTION normal() {
VERBATIM
	if (_p_stream) {
		_lnormal = nrnran123_normal((nrnran123_State*)_p_stream);
	} else {
		_lnormal = 0.;
	}
ENDVERBATIM
}

PROCEDURE noiseFromRandom123() {
VERBATIM
	nrnran123_State** pv = (nrnran123_State**)(&_p_stream);
	if (*pv) {
		nrnran123_deletestream(*pv);
		*pv = (nrnran123_State*)0;
	}
	if (ifarg(3)) {
		*pv = nrnran123_newstream3((uint32_t)*getarg(1), (uint32_t)*getarg(2), (uint32_t)*getarg(3));
	}
ENDVERBATIM
}

VERBATIM
static void bbcore_write(double* x, int* d, int* xx, int* offset, _threadargsproto_) {
}
static void bbcore_read(double* x, int* d, int* xx, int* offset, _threadargsproto_) {
}
ENDVERBATIM
