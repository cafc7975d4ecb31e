TITLE An inhomogeneous Poisson process by thinning

COMMENT
Muller E, Buesing L, Schemmel J, Meier K (2007) Spike-frequency adapting neural ensembles. Neural Comput 19:2958-3010.
The rate is constant between the times of a Vector; candidates come at the rate rmax and are kept by chance.
ENDCOMMENT

NEURON {
	THREADSAFE
	ARTIFICIAL_CELL InhPoisson
	RANGE rmax, duration, curRate, candidates, kept
	BBCOREPOINTER uniform_rng, exp_rng, vecRate, vecTbins
}

PARAMETER {
	rmax = 200 (Hz)
	duration = 1e6 (ms)
}

ASSIGNED { uniform_rng exp_rng vecRate vecTbins index curRate (Hz) start (ms) event (ms) candidates kept }

VERBATIM
#ifndef NRN_VERSION_GTEQ_8_2_0
#include "nrnran123.h"
extern int ifarg(int iarg);
extern double* getarg(int iarg);
extern double* vector_vec(void* vv);
extern int vector_capacity(void* vv);
extern void* vector_arg(int iarg);
#endif
ENDVERBATIM

INITIAL {
	index = 0
	event = 0
	candidates = 0
	kept = 0
	curRate = 0
	VERBATIM
	if (_p_exp_rng) { nrnran123_setseq((nrnran123_State*)_p_exp_rng, 0, 0); }
	if (_p_uniform_rng) { nrnran123_setseq((nrnran123_State*)_p_uniform_rng, 0, 0); }
	ENDVERBATIM
	update()
	event = erand()*1000/rmax
	net_send(event, 0)
}

PROCEDURE update() {
VERBATIM
	void* vvTbins = *((void**)(&_p_vecTbins));
	void* vvRate = *((void**)(&_p_vecRate));
	if (vvTbins && vvRate) {
		int size = vector_capacity((IvocVect*)vvTbins);
		double* px = vector_vec((IvocVect*)vvTbins);
		double* rates = vector_vec((IvocVect*)vvRate);
		int k = (int)index;
		while (k < size - 1 && px[k + 1] <= t) {
			k++;
		}
		index = k;
		curRate = k < size ? rates[k] : 0.;
		if (curRate > rmax) {
			curRate = rmax;
		}
	}
ENDVERBATIM
}

NET_RECEIVE (w) {
	LOCAL u
	if (flag == 0) {
		update()
		candidates = candidates + 1
		u = urand()
		if (u < curRate/rmax) {
			kept = kept + 1
			net_event(t)
		}
		event = erand()*1000/rmax
		if (t + event < duration) { net_send(event, 0) }
	}
}

FUNCTION urand() {
VERBATIM
	if (_p_uniform_rng) {
		_lurand = nrnran123_dblpick((nrnran123_State*)_p_uniform_rng);
	} else {
		_lurand = 1.;
	}
ENDVERBATIM
}

FUNCTION erand() {
VERBATIM
	if (_p_exp_rng) {
		_lerand = nrnran123_negexp((nrnran123_State*)_p_exp_rng);
	} else {
		_lerand = 1.;
	}
ENDVERBATIM
}

PROCEDURE setRate() {
VERBATIM
	void** pv = (void**)(&_p_vecRate);
	void* ptr = NULL;
	if (ifarg(1)) {
		ptr = vector_arg(1);
	}
	*pv = ptr;
ENDVERBATIM
}

PROCEDURE setTbins() {
VERBATIM
	void** pv = (void**)(&_p_vecTbins);
	void* ptr = NULL;
	if (ifarg(1)) {
		ptr = vector_arg(1);
	}
	*pv = ptr;
ENDVERBATIM
}

PROCEDURE setRNGs() {
VERBATIM
	nrnran123_State** pv = (nrnran123_State**)(&_p_exp_rng);
	nrnran123_State** qv = (nrnran123_State**)(&_p_uniform_rng);
	if (*pv) {
		nrnran123_deletestream(*pv);
		*pv = (nrnran123_State*)0;
	}
	if (*qv) {
		nrnran123_deletestream(*qv);
		*qv = (nrnran123_State*)0;
	}
	*pv = nrnran123_newstream3((uint32_t)*getarg(1), (uint32_t)*getarg(2), (uint32_t)*getarg(3));
	*qv = nrnran123_newstream3((uint32_t)*getarg(4), (uint32_t)*getarg(5), (uint32_t)*getarg(6));
ENDVERBATIM
}

VERBATIM
static void bbcore_write(double* x, int* d, int* xx, int* offset, _threadargsproto_) {
}
static void bbcore_read(double* x, int* d, int* xx, int* offset, _threadargsproto_) {
}
ENDVERBATIM
