TITLE C: random streams that the equations make, of numbers of the instance

NEURON {
    SUFFIX streaminit
    NONSPECIFIC_CURRENT i
    RANGE seed, first, second, steps, made
    POINTER kept, fresh
}
VERBATIM
#include "nrnran123.h"
ENDVERBATIM
UNITS { (mV) = (millivolt) (mA) = (milliamp) }
PARAMETER { seed = 11 }
ASSIGNED { v (mV)  i (mA/cm2)  first  second  steps  made  kept  fresh }

INITIAL {
    steps = 0
    made = 0
    VERBATIM
    if (_p_kept) {
        nrnran123_setseq((nrnran123_State*) _p_kept, 8, 0);
    } else {
        _p_kept = (void*) nrnran123_newstream((uint32_t) seed, 4294967295u);
        made = 1;
    }
    ENDVERBATIM
    renew(seed, 2, -3)
    first = draw()
    second = normal()
}
BREAKPOINT {
    SOLVE advance
    i = 1e-6*first
}
PROCEDURE advance() {
    steps = steps + 1
    if (steps == 150) {
        renew(seed + 1, 0, 5)
    }
    first = draw()
    second = normal()
}
FUNCTION draw() {
    VERBATIM
    _ldraw = nrnran123_dblpick((nrnran123_State*) _p_kept);
    ENDVERBATIM
}
FUNCTION normal() {
    VERBATIM
    if (_p_fresh) {
        _lnormal = nrnran123_normal((nrnran123_State*) _p_fresh);
    } else {
        _lnormal = -9;
    }
    ENDVERBATIM
}
PROCEDURE renew(a, b, c) {
    VERBATIM
    nrnran123_State** pv = (nrnran123_State**) (&_p_fresh);
    if (*pv) {
        nrnran123_deletestream(*pv);
        *pv = (nrnran123_State*) 0;
    }
    *pv = nrnran123_newstream3((uint32_t) _la, (uint32_t) _lb, (uint32_t) (int) _lc);
    ENDVERBATIM
}
