package rall

import "testing"

// TestHocVerbatim: local structures of C, copied, cleared, and passed by value and by pointer; a
// CONSTRUCTOR that clears the pointer to a stream; and the values of calls that seed one. What
// NEURON 9.0.2 prints.
func TestHocVerbatim(t *testing.T) {
	hocPrints(t, map[string]string{"cstruct": `NEURON { POINT_PROCESS CStruct RANGE a, b, c, d, n NONSPECIFIC_CURRENT i }
ASSIGNED { v (mV) i (nA) a b c d n }
VERBATIM
typedef struct { unsigned count; double sum; } Tally;
struct Hist { int bins[4]; float last; unsigned char total; };
typedef struct Pair { double x, y; } Pair;
static void note(Tally* w, double x) { w->count++; w->sum += x; }
static void bin(struct Hist* h, double x) { h->bins[(int)x & 3] += 1; h->last = x; (*h).total += 100; }
static double length(Pair p) { p.x *= p.x; p.y *= p.y; return sqrt(p.x + p.y); }
ENDVERBATIM
INITIAL { a = 0 b = 0 c = 0 d = 0 n = 0 }
BREAKPOINT { SOLVE work
 i = 0 }
PROCEDURE work() {
VERBATIM
 Tally tl;
 struct Hist h;
 Pair p = {3., 0.}, q, r = p;
 Tally *pt = &tl;
 int k;
 memset(&h, 0, sizeof(struct Hist));
 tl.count = 0; pt->sum = 0;
 for (k = 0; k < 5; k++) { note(&tl, 0.1 * k + t); bin(&h, 10. * t + k); if (k % 2) { note(pt, 1.); } }
 p.y = 4; q = p; q.x += tl.count;
 a = tl.sum; b = tl.count + length(q) + p.x + r.y; c = h.bins[0] + 10 * h.bins[1] + 100 * h.bins[2] + 1000 * h.bins[3]; d = h.last + h.total;
 n += 1;
ENDVERBATIM
}
`, "cnull": `NEURON { POINT_PROCESS CNull RANGE r, n NONSPECIFIC_CURRENT i POINTER rng THREADSAFE }
ASSIGNED { v (mV) i (nA) rng r n }
VERBATIM
#include "nrnran123.h"
ENDVERBATIM
CONSTRUCTOR {
VERBATIM
 _p_rng = 0;
ENDVERBATIM
}
DESTRUCTOR {
VERBATIM
 if (_p_rng) { nrnran123_deletestream((nrnran123_State*)_p_rng); _p_rng = 0; }
ENDVERBATIM
}
PROCEDURE setR() {
VERBATIM
 nrnran123_State** pv = (nrnran123_State**)(&_p_rng);
 if (*pv) { nrnran123_deletestream(*pv); *pv = 0; }
 *pv = nrnran123_newstream3((uint32_t)*getarg(1), (uint32_t)*getarg(2), (uint32_t)*getarg(3));
ENDVERBATIM
}
FUNCTION setF() {
VERBATIM
 nrnran123_State** pv = (nrnran123_State**)(&_p_rng);
 if (*pv) { nrnran123_deletestream(*pv); *pv = 0; }
 *pv = nrnran123_newstream3((uint32_t)*getarg(1), (uint32_t)*getarg(2), 0);
 _lsetF = 7.5;
ENDVERBATIM
}
INITIAL { n = 0 r = 0 }
BREAKPOINT { SOLVE draw
 i = 0 }
PROCEDURE draw() {
VERBATIM
 r = nrnran123_dblpick((nrnran123_State*)_p_rng); n += 1;
 return 0.;
ENDVERBATIM
}
`}, `create z
access z
objref s, u, u2
s = new CStruct(.5)
u = new CNull(.5)
u2 = new CNull(.5)
print u.setR(3, 4, 5)
u.setR(3, 4, 5)
{ u.setR(3, 4, 5) }
print u2.setF(7, 8)
dt = 0.125
finitialize(-65)
for i=0,3 { fadvance() print s.a, s.b, s.c, s.d, s.n, u.r, u.n, u2.r }
`, `1 
	1 
7.5 
	1 
3.625 20.77033 1121 249.25 1 0.17305871 1 0.42836747 
4.25 20.77033 1211 250.5 2 0.026836062 2 0.15726608 
4.875 20.77033 2111 251.75 3 0.1146659 3 0.57487275 
5.5 20.77033 1121 253 4 0.16603331 4 0.64870987 
`)
}
