TITLE A synapse that draws from a Random123 stream in VERBATIM

NEURON {
    THREADSAFE
    POINT_PROCESS RngSyn
    RANGE g, p, u, z, x, e
    NONSPECIFIC_CURRENT i
    BBCOREPOINTER state
}

PARAMETER { p = 0.6  e = 0 (mV)  tau = 4 (ms) }

ASSIGNED { v (mV) i (nA) state u z x fast }

STATE { g (uS) }

VERBATIM
#include "nrnran123.h"
ENDVERBATIM

INITIAL {
    g = 0
    u = 0
    z = 0
    x = 0
    VERBATIM
    if (fast) {
        nrnran123_setseq((nrnran123_State*)_p_state, 0, 0);
    }
    ENDVERBATIM
}

BREAKPOINT {
    SOLVE decay METHOD cnexp
    i = g*(v - e)
}

DERIVATIVE decay { g' = -g/tau }

NET_RECEIVE (w) {
    u = uniform()
    VERBATIM
    if (u < p && uniform(_threadargs_) < 0.9) {
        z = nrnran123_normal((nrnran123_State*)_p_state);
        x = nrnran123_negexp((nrnran123_State*)_p_state)*2;
        g += weight(_threadargscomma_ _args[0]);
    } else {
        x = -1 - (double)(nrnran123_ipick((nrnran123_State*)_p_state) % 1000);
    }
    ENDVERBATIM
}

FUNCTION weight(w) {
    weight = w*0.001*(1 + 0.1*z*z)
}

FUNCTION uniform() {
    VERBATIM
    double value;
    if (fast) {
        value = nrnran123_dblpick((nrnran123_State*)_p_state);
    } else if (_p_state) {
        value = nrn_random_pick((Rand*)_p_state);
    } else {
        value = 0.5;
    }
    _luniform = value;
    ENDVERBATIM
}

PROCEDURE setRNG() {
    VERBATIM
    nrnran123_State** pv = (nrnran123_State**)(&_p_state);
    uint32_t second = 0;
    if (*pv) {
        nrnran123_deletestream(*pv);
        *pv = (nrnran123_State*)0;
    }
    if (ifarg(2)) { second = (uint32_t)*getarg(2); }
    *pv = nrnran123_newstream3((uint32_t)*getarg(1), second, 0);
    fast = 1;
    ENDVERBATIM
}

VERBATIM
static void bbcore_write(double* reals, int* d, int* x_offset, int* d_offset, _threadargsproto_) {
    if (d) {
        char which;
        uint32_t* di = ((uint32_t*)d) + *d_offset;
        nrnran123_State** pv = (nrnran123_State**)(&_p_state);
        nrnran123_getids3(*pv, di, di + 1, di + 2);
        nrnran123_getseq(*pv, di + 3, &which);
        di[4] = (int)which;
    }
    *d_offset += 5;
}

static void bbcore_read(double* reals, int* d, int* x_offset, int* d_offset, _threadargsproto_) {
    *d_offset += 5;
}
ENDVERBATIM
