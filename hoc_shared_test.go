package rall

import (
	"strings"
	"testing"

	"github.com/rallsim/rall/ir/diag"
)

// TestHocOneForAll: what NEURON has once for all instances (GLOBALs, variables of C that are static or
// stand outside of blocks, the low index of mcell_ran4), TABLEs and what they depend on, and WATCH behind
// an assignment to v. What NEURON 9.0.2 prints.
func TestHocOneForAll(t *testing.T) {
	hocPrints(t, map[string]string{"dcount": `NEURON { SUFFIX dcount GLOBAL count RANGE me, cme }
ASSIGNED { v (millivolt) count me cme }
VERBATIM
static int made;
ENDVERBATIM
INITIAL { count = count + 1 me = count
VERBATIM
 made = made + 1; cme = made;
ENDVERBATIM
}
`, "gcount": `NEURON { POINT_PROCESS GCount GLOBAL count, last RANGE me, seen, cme, sme, arr }
ASSIGNED { v (millivolt) count last me seen cme sme arr }
VERBATIM
static int made = 10;
static double hist[3] = {1, 2, 3};
static int next(void) { static int n; n += 2; return n; }
ENDVERBATIM
INITIAL { count = count + 1 me = count
VERBATIM
 made++; cme = made; sme = next(); hist[1] += 1; arr = hist[1];
ENDVERBATIM
}
BREAKPOINT { SOLVE stp }
PROCEDURE stp() { seen = last last = me
VERBATIM
 made += 1; cme = made;
ENDVERBATIM
}
`, "ran": `NEURON { POINT_PROCESS Ran RANGE x, low }
ASSIGNED { v (millivolt) x low }
INITIAL {
VERBATIM
 { uint32_t hi = 5; mcell_ran4_init((uint32_t) low); mcell_ran4(&hi, &x, 1, 1.); }
ENDVERBATIM
}
BREAKPOINT { SOLVE dr }
PROCEDURE dr() {
VERBATIM
 { uint32_t hi = 5; mcell_ran4(&hi, &x, 1, 1.); }
ENDVERBATIM
}
`, "tdep": `NEURON { SUFFIX tdep NONSPECIFIC_CURRENT i GLOBAL a, b RANGE inf, tau }
PARAMETER { a = 1 b = 2 }
ASSIGNED { v (millivolt) i (milliamp/cm2) inf tau }
INITIAL { rates(v) }
BREAKPOINT { SOLVE st i = 0 }
PROCEDURE st() { rates(v) }
PROCEDURE rates(v) { TABLE inf, tau DEPEND a FROM -100 TO 100 WITH 200
 inf = a*v + b
 tau = b*v }
`, "wat": `NEURON { POINT_PROCESS Wat RANGE hits, when NONSPECIFIC_CURRENT i }
ASSIGNED { v (millivolt) i (nanoamp) hits when }
INITIAL { hits = 0 when = -1 net_send(0, 1) }
BREAKPOINT { i = 0 }
NET_RECEIVE(w) { if (flag == 1) { WATCH (v > -40) 2 net_send(2, 3) }
 if (flag == 2) { hits = hits + 1 when = t }
 if (flag == 3) { v = -20 WATCH (v > -40) 2 }
}
`}, `create z, y
objref g[4], w, r[2]
forall nseg = 1
z insert dcount
y { insert dcount nseg = 3 }
z { g[0] = new GCount(.5) g[1] = new GCount(.5) }
y { g[2] = new GCount(.1) g[3] = new GCount(.9) }
z { insert tdep w = new Wat(.5)  r[0] = new Ran(.5) r[1] = new Ran(.5) }
r[0].low = 3
r[1].low = 8
dt = 0.1
proc show() { local k
 printf("t %g count %g last %g: ", t, count_GCount, last_GCount)
 for k=0,3 printf("(%g %g %g %g %g) ", g[k].me, g[k].seen, g[k].cme, g[k].sme, g[k].arr)
 printf(" d %g: %g %g %g %g | %g %g %g %g\n", count_dcount, z.me_dcount(.5), y.me_dcount(.1), y.me_dcount(.5), y.me_dcount(.9), z.cme_dcount(.5), y.cme_dcount(.1), y.cme_dcount(.5), y.cme_dcount(.9))
}
finitialize(-65)
show()
for i=0,1 { fadvance() show() }
finitialize(-65)
show()
for i=0,1 { fadvance() show() }
print "table"
finitialize(-65)
print z.inf_tdep, z.tau_tdep
b_tdep = 5
fadvance()
print z.inf_tdep, z.tau_tdep
a_tdep = 3
fadvance()
print z.inf_tdep, z.tau_tdep
b_tdep = 7
usetable_tdep = 0
fadvance()
print z.inf_tdep, z.tau_tdep
usetable_tdep = 1
fadvance()
print z.inf_tdep, z.tau_tdep
finitialize(-65)
print z.inf_tdep, z.tau_tdep
finitialize(-65)
while (t < 3) fadvance()
print "watch", w.hits, w.when, z.v
print "ran"
finitialize(-65)
print r[0].x, r[1].x
fadvance()
print r[0].x, r[1].x
finitialize(-65)
fadvance()
fadvance()
`, `	1 
t 0 count 4 last 0: (2 0 12 4 4) (1 0 11 2 3) (3 0 13 6 5) (4 0 14 8 6)  d 4: 1 2 3 4 | 1 2 3 4
t 0.1 count 4 last 4: (2 1 16 4 4) (1 0 15 2 3) (3 2 17 6 5) (4 3 18 8 6)  d 4: 1 2 3 4 | 1 2 3 4
t 0.2 count 4 last 4: (2 1 20 4 4) (1 4 19 2 3) (3 2 21 6 5) (4 3 22 8 6)  d 4: 1 2 3 4 | 1 2 3 4
	1 
t 0 count 8 last 4: (6 1 24 12 8) (5 4 23 10 7) (7 2 25 14 9) (8 3 26 16 10)  d 8: 5 6 7 8 | 5 6 7 8
t 0.1 count 8 last 8: (6 5 28 12 8) (5 4 27 10 7) (7 6 29 14 9) (8 7 30 16 10)  d 8: 5 6 7 8 | 5 6 7 8
t 0.2 count 8 last 8: (6 5 32 12 8) (5 8 31 10 7) (7 6 33 14 9) (8 7 34 16 10)  d 8: 5 6 7 8 | 5 6 7 8
table
	1 
-63 -130 
	1 
-63 -130 
	1 
-190 -325 
	1 
-188 -455 
	1 
-190 -325 
	1 
-190 -325 
	1 
watch0 -1 -65 
ran
	1 
0.52449274 0.80739054 
	1 
0.52449274 0.52449274 
	1 
	1 
	1 
`)
}

// TestHocNetConsAndStreams: the order of FOR_NETCONS, and a stream that is a Random or has ids
// (usingR123). What NEURON 9.0.2 prints.
func TestHocNetConsAndStreams(t *testing.T) {
	hocPrints(t, map[string]string{"fnc": `NEURON { POINT_PROCESS Fnc RANGE code, n }
ASSIGNED { v (millivolt) code n }
INITIAL { code = 0 n = 0 }
NET_RECEIVE(w, id) { INITIAL { } n = 0
 FOR_NETCONS(w1, id1) { n = n + 1 code = code*10 + id1 w1 = w1 + 1 }
}
`, "r123": `NEURON { POINT_PROCESS R123 RANGE x, y POINTER rng }
ASSIGNED { v (millivolt) x y rng usingR123 }
VERBATIM
#define RANDCAST (Rand*)
#ifndef NRN_VERSION_GTEQ_8_2_0
extern double nrn_random_pick(void* r);
extern void* nrn_random_arg(int argpos);
#endif
ENDVERBATIM
INITIAL {
VERBATIM
 if (usingR123) { nrnran123_setseq((nrnran123_State*)_p_rng, 0, 0); }
ENDVERBATIM
 x = pick() y = 0 }
BREAKPOINT { SOLVE st }
PROCEDURE st() { x = pick() y = y + x }
FUNCTION pick() {
VERBATIM
 if (usingR123) { _lpick = nrnran123_dblpick((nrnran123_State*)_p_rng); }
 else if (_p_rng) { _lpick = nrn_random_pick(RANDCAST _p_rng); } else { _lpick = 0.125; }
ENDVERBATIM
}
PROCEDURE setRNG() {
VERBATIM
 usingR123 = 0;
 if (ifarg(1) && hoc_is_double_arg(1)) {
   nrnran123_State** pv = (nrnran123_State**)(&_p_rng);
   uint32_t a2 = 0;
   if (ifarg(2)) { a2 = (uint32_t)*getarg(2); }
   *pv = nrnran123_newstream((uint32_t)*getarg(1), a2);
   usingR123 = 1;
 } else if (ifarg(1)) {
   void** pv = (void**)(&_p_rng);
   *pv = nrn_random_arg(1);
 } else { void** pv = (void**)(&_p_rng); *pv = (void*)0; }
ENDVERBATIM
}
`}, `create z, y
objref f[3], nc[6], ns[3], r[3], ran
z { f[0] = new Fnc(.5) r[0] = new R123(.5) r[1] = new R123(.5) }
for i=0,2 ns[i] = new NetStim()
nc[0] = new NetCon(ns[1], f[0], 0, 1, 1)
nc[1] = new NetCon(ns[0], f[0], 0, 1, 1)
nc[2] = new NetCon(ns[1], f[0], 0, 2, 1)
nc[3] = new NetCon(ns[2], f[0], 0, 1, 1)
z nc[4] = new NetCon(&v(.5), f[0], 10, 1, 1)
nc[5] = new NetCon(ns[0], f[0], 0, 1.5, 1)
for i=0,5 nc[i].weight[1] = i + 1
ns[0].number = 1
ns[0].start = 0
ns[1].number = 0
ns[2].number = 0
dt = 0.1
r[0].setRNG(7, 9)
ran = new Random()
ran.MCellRan4(3, 4)
ran.uniform(0, 1)
r[1].setRNG(ran)
finitialize(-65)
for i=0,3 { fadvance() printf("%.9g %.9g %.9g %.9g\n", r[0].x, r[0].y, r[1].x, r[1].y) }
while (t < 2.5) fadvance()
print f[0].code, f[0].n, nc[0].weight, nc[1].weight, nc[2].weight, nc[3].weight, nc[4].weight, nc[5].weight
finitialize(-65)
fadvance()
printf("%.9g %.9g\n", r[0].x, r[1].x)
`, `	1 
	3 
	0.51733041 
	1 
	1 
0.00101700146 0.00101700146 0.0678278024 0.0678278024
0.155237589 0.15625459 0.194519187 0.262346989
0.79896925 0.95522384 0.318988734 0.581335723
0.367468161 1.322692 0.776078887 1.35741461
1.3264513e+11 6 3 3 3 3 3 3 
	1 
	1 
0.00101700146 0.224041242
	26 
`)
}

// TestArraysOfCThatStay: an array of C with computed subscripts that keeps what it has is told, since each
// instance has its own.
func TestArraysOfCThatStay(t *testing.T) {
	dir := folder(t, map[string]string{"mod/arrs.mod": `NEURON { SUFFIX arrs RANGE me }
ASSIGNED { v (millivolt) me }
VERBATIM
static double hist[5];
static int at;
ENDVERBATIM
BREAKPOINT {
VERBATIM
	hist[at] += 1; at = (at + 1) % 5; me = hist[at];
ENDVERBATIM
}
`, "x.hoc": "create z\naccess z\ninsert arrs\nfinitialize(-65)\n"})
	var diags diag.List
	var out strings.Builder
	RunHoc([]string{dir + "/x.hoc"}, HocSettings{Out: &out}, Settings{}, &diags)
	found := false
	for _, d := range diags.All() {
		found = found || d.Pos.Line == 4 && strings.Contains(d.Msg, "the array hist of C, where it is read before it is set, carries a value")
	}
	if !found {
		t.Errorf("%v", diags.All())
	}
}
