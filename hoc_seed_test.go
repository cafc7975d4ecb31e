package rall

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/rallsim/rall/ir/diag"
)

// TestHocSeedsSeveralStreams: procedures that name two streams, one after the
// other through one pointer, by ids and by Randoms of the program; ids that are
// arguments of the block, variables of the instance, and numbers. NEURON 9.0.2's
// output.
func TestHocSeedsSeveralStreams(t *testing.T) {
	hocPrints(t, map[string]string{"twostreams": `NEURON { POINT_PROCESS TwoStreams
 RANGE x, y, s1, s2
 THREADSAFE POINTER anoise, bnoise }
PARAMETER { s1 = 3 s2 = 4 }
ASSIGNED { anoise bnoise x y named }
VERBATIM
#include "nrnran123.h"
#ifndef CORENEURON_BUILD
double nrn_random_pick(Rand* r);
Rand* nrn_random_arg(int argpos);
#endif
ENDVERBATIM
INITIAL { x = 0 y = 0
VERBATIM
 if (_p_anoise && named) { nrnran123_setseq((nrnran123_State*)_p_anoise, 0, 0); }
 if (_p_bnoise && named) { nrnran123_setseq((nrnran123_State*)_p_bnoise, 0, 0); }
ENDVERBATIM
}
BREAKPOINT { SOLVE adv }
PROCEDURE adv() { x = adraw() y = bdraw()
 VERBATIM
 return 0;
 ENDVERBATIM
}
FUNCTION adraw() {
VERBATIM
 if (named) { _ladraw = nrnran123_negexp((nrnran123_State*)_p_anoise); } else { _ladraw = nrn_random_pick((Rand*)_p_anoise); }
ENDVERBATIM
}
FUNCTION bdraw() {
VERBATIM
 if (named) { _lbdraw = nrnran123_dblpick((nrnran123_State*)_p_bnoise); } else { _lbdraw = nrn_random_pick((Rand*)_p_bnoise); }
ENDVERBATIM
}
PROCEDURE setRNGs() {
VERBATIM
 named = 0;
 if (ifarg(1) && hoc_is_double_arg(1)) {
  nrnran123_State** pv = (nrnran123_State**)(&_p_anoise);
  *pv = nrnran123_newstream3((uint32_t)*getarg(1), (uint32_t)*getarg(2), (uint32_t)*getarg(3));
  pv = (nrnran123_State**)(&_p_bnoise);
  *pv = nrnran123_newstream3((uint32_t)*getarg(4), (uint32_t)*getarg(5), (uint32_t)*getarg(6));
  named = 1;
 } else {
  void** pv = (void**)(&_p_anoise);
  *pv = nrn_random_arg(1);
  pv = (void**)(&_p_bnoise);
  *pv = nrn_random_arg(2);
 }
ENDVERBATIM
}
PROCEDURE byArgs(a, b) {
VERBATIM
 uint32_t other = 17;
 if (ifarg(3)) { other = (uint32_t)*getarg(3); }
 *((nrnran123_State**)(&_p_anoise)) = nrnran123_newstream3((uint32_t)_la, (uint32_t)_lb, 5);
 *((nrnran123_State**)(&_p_bnoise)) = nrnran123_newstream3((uint32_t)_lb, other, (uint32_t)_la);
 named = 1;
ENDVERBATIM
}
PROCEDURE byVars() {
VERBATIM
 *((nrnran123_State**)(&_p_anoise)) = nrnran123_newstream3((uint32_t)s1, (uint32_t)s2, 0);
 *((nrnran123_State**)(&_p_bnoise)) = nrnran123_newstream((uint32_t)s2, (uint32_t)s1);
 named = 1;
ENDVERBATIM
}
`}, `create s
access s
objref p, q, r, r2, r3, r4
dt = 0.025
p = new TwoStreams(.5)
q = new TwoStreams(.5)
r = new Random()
r2 = new Random()
proc three() { local i
 finitialize(-65)
 for i=0,2 { fadvance()
 print p.x, p.y, q.x, q.y
 }
}
r3 = new Random()
r4 = new Random()
{ r3.Random123(1,1,1) }
{ r4.MCellRan4(5,6) }
{ r3.negexp(2) }
{ r4.normal(0, 1) }
{ r.Random123(3,4,5) }
{ r2.Random123(7,8) }
{ r.negexp(1) }
{ r2.uniform(0, 1) }
{ p.setRNGs(1,2,3,4,5,6) }
{ q.setRNGs(9,2,3,4,5,7) }
three()
{ p.setRNGs(r, r2) }
{ q.setRNGs(r3, r4) }
three()
print r.repick(), r2.repick(), r3.repick(), r4.repick()
{ p.byArgs(1, 2) }
{ q.byArgs(1, 2, 8) }
three()
q.s1 = 30
q.s2 = 4000000000
{ p.byVars() }
{ q.byVars() }
three()
`, `0.019323607 0.55221531 0.37437468 0.94125967 
1.473584 0.16593045 3.6297284 0.47524691 
2.0804794 0.97500148 1.4621841 0.093881146 
3.6180087 0.15726608 0.10249755 -0.85250152 
2.1657326 0.57487275 0.32540552 -1.3495263 
1.7955668 0.64870987 0.72412118 -0.96482849 
0.49646634 0.23427055 2.1941463 -0.46627227 
0.69393391 0.321856 0.69393391 0.030688634 
3.7648175 0.29245059 3.7648175 0.55955295 
2.6044479 0.06510485 2.6044479 0.79440065 
1.0181398 0.94218209 0.28078972 0.4560184 
0.9068726 0.021899946 0.3467033 0.57938558 
0.23282956 0.46370448 0.85904497 0.16690829 
`)
}

// TestHocSeedsComputed: ids that the C computes are refused where it is called,
// not taken for others.
func TestHocSeedsComputed(t *testing.T) {
	const mod = `NEURON { POINT_PROCESS Computed
 RANGE x
 THREADSAFE POINTER noise }
ASSIGNED { noise x }
INITIAL { x = 0 }
BREAKPOINT { SOLVE adv }
PROCEDURE adv() {
VERBATIM
 x = nrnran123_dblpick((nrnran123_State*)_p_noise);
 return 0;
ENDVERBATIM
}
PROCEDURE setRNG() {
VERBATIM
 *((nrnran123_State**)(&_p_noise)) = nrnran123_newstream3((uint32_t)(*getarg(1) + 1), 2, 3);
ENDVERBATIM
}
`
	dir := folder(t, map[string]string{"mod/x.mod": mod, "x.hoc": "create s\naccess s\nobjref p\np = new Computed(.5)\np.setRNG(1)\n"})
	var diags diag.List
	var out strings.Builder
	if RunHoc([]string{filepath.Join(dir, "x.hoc")}, HocSettings{Out: &out}, Settings{}, &diags) == nil ||
		!strings.Contains(diags.Error(), "setRNG computes the ids of the stream noise") || !strings.Contains(diags.Error(), "x.hoc:5") {
		t.Errorf("got %s", diags.Error())
	}
}

// TestHocEachNetConInC: the arguments of FOR_NETCONS in C, under the names that
// NEURON 9.0.2 gives them, with its output.
func TestHocEachNetConInC(t *testing.T) {
	hocPrints(t, map[string]string{"eachc": `NEURON { POINT_PROCESS EachC
 RANGE x, sum }
ASSIGNED { x sum }
INITIAL { x = 0 sum = 0 }
NET_RECEIVE(w, n) {
 INITIAL { n = 0 }
 n = n + 1
 FOR_NETCONS(a, b) {
VERBATIM
  x += _fnargs1[0]*_fnargs1[1];
  if (_fnargs1[0] < 5.) { _fnargs1[0] = _fnargs1[0] + 0.5*_fnargs1[1]; }
ENDVERBATIM
 }
 FOR_NETCONS(c, d) {
  sum = sum + c
VERBATIM
  sum += 100*_fnargs2[1];
ENDVERBATIM
 }
}
`}, `create s
access s
objref p, a, b, na, nb
dt = 0.025
p = new EachC(.5)
a = new NetStim()
b = new NetStim()
{ a.interval = 1 a.number = 5 a.start = 0.5 a.noise = 0 }
{ b.interval = 1.5 b.number = 5 b.start = 0.7 b.noise = 0 }
na = new NetCon(a, p, 0, 0.1, 2)
nb = new NetCon(b, p, 0, 0.1, 3)
{ finitialize(-65) }
while (t < 4) { fadvance()
 if (int(t/dt + .5) % 20 == 0) print p.x, p.sum, na.weight[0], na.weight[1], nb.weight[0]
}
`, `0 0 2 0 3 
7.5 312 3 1 3.5 
7.5 312 3 1 3.5 
17 620 4 2 4 
33 1030 5 2 5 
58 1540 5 3 5 
58 1540 5 3 5 
123 2860 5 4 5 
`)
}

// TestHocSeedsOldGenerator: set_seed in a procedure that HOC calls, of an instance
// that nobody has given a stream: equal seeds give equal draws, others others.
func TestHocSeedsOldGenerator(t *testing.T) {
	hocPrints(t, map[string]string{"seeded": `NEURON { POINT_PROCESS Seeded RANGE x }
ASSIGNED { x }
INITIAL { x = scop_random() }
PROCEDURE seed(s) { set_seed(s) }
`}, `create a
access a
objref p
p = new Seeded(.5)
func drawn() {
	p.seed($1)
	finitialize(-65)
	return p.x
}
first = drawn(3)
second = drawn(4)
print first == drawn(3), first == second, first > 0 && first < 1
`, "1 0 1 \n")
}
