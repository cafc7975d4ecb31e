package rall

import (
	"strings"
	"testing"
)

// TestHocRandoms: what mechanisms draw from Randoms of the program, which draws from them too:
// every distribution, both deviates of a pair of normal ones, two generators. Streams go on when
// a new run begins, and when the model changes.
func TestHocRandoms(t *testing.T) {
	hocPrints(t, map[string]string{"rpick": `NEURON { POINT_PROCESS RPick
 POINTER rng
 RANGE x, n }
ASSIGNED { rng x n }
VERBATIM
#ifndef CORENEURON_BUILD
double nrn_random_pick(Rand* r);
Rand* nrn_random_arg(int argpos);
#endif
ENDVERBATIM
INITIAL { n = 0  x = 0 }
BREAKPOINT { SOLVE adv }
PROCEDURE adv() { x = pick() n = n + 1
 VERBATIM
return 0;
ENDVERBATIM
}
PROCEDURE setRNG() {
VERBATIM
 {
  Rand** pv = (Rand**)(&_p_rng);
  if (ifarg(1)) { *pv = nrn_random_arg(1); } else { *pv = (Rand*)0; }
 }
ENDVERBATIM
}
FUNCTION pick() {
VERBATIM
  if (_p_rng) { _lpick = nrn_random_pick((Rand*)_p_rng); } else { _lpick = 0.5; }
ENDVERBATIM
}
`, "rran": `NEURON { POINT_PROCESS RRan
 RANDOM rv
 RANGE x }
ASSIGNED { x }
INITIAL { x = 0 }
BREAKPOINT { SOLVE adv }
PROCEDURE adv() { x = random_uniform(rv) }
`}, `create s
access s
objref p, q, r, r2, rr
dt = 0.025
p = new RPick(.5)
q = new RPick(.5)
rr = new RRan(.5)
r = new Random()
r2 = new Random()
proc three() { local i
 for i=0,2 { fadvance()
 print p.x, q.x, rr.x }
}
{ r.Random123(3,4,5) }
{ r2.MCellRan4(7,8) }
print r.normal(2, 9)
print r2.normal(0, 1)
{ p.setRNG(r) }
{ q.setRNG(r2) }
{ finitialize(-65) }
three()
print r.repick()
three()
{ finitialize(-65) }
three()
{ r.seq(0) }
{ r2.seq(7) }
{ finitialize(-65) }
three()
print r.negexp(3)
three()
print r2.uniform(-1, 5)
three()
{ q.setRNG(r) }
{ p.setRNG(r2) }
three()
{ r2.Random123(9,9,9) }
print r2.lognormal(1, 2), r.erlang(2, 1)
three()
create another
three()
`, `4.0326625 
0.52290422 
-2.4108732 0.5236714 0.47589958 
5.1432737 0.78359425 0.35835311 
6.773149 0.26530363 0.39849443 
1.4805776 
4.1962511 -2.2684278 0.87636546 
2.3882109 -1.597879 0.55424941 
-1.4913851 0.87880883 0.95240708 
4.1741012 0.34755985 0.3167988 
7.760627 1.0757881 0.2885253 
-0.35465372 0.86384851 0.76367158 
2.1100989 0.52290422 0.86108964 
4.0326625 0.5236714 0.8485022 
-2.4108732 0.78359425 0.43615749 
1.4780237 
1.2079703 0.26530363 0.67220143 
2.7480884 -2.2684278 0.93679625 
0.24238202 -1.597879 0.95159144 
4.2315033 
1.852899 2.8825366 0.51120036 
5.7462498 3.4534148 0.70957339 
1.7309504 3.1670794 0.36675038 
1.7591592 1.2320715 0.46602705 
2.5532777 7.894075 0.069113502 
1.3158181 1.9617025 0.77132014 
2.9227637 0.33513979 
0.54250466 2.5497156 0.77473528 
0.075726097 1.6637391 0.14317863 
1.3496509 0.77350352 0.61977326 
0.64287131 1.7428045 0.12375174 
2.7429366 3.5551448 0.89038185 
0.78989019 0.7815146 0.15200725 
`)
}

// TestHocRandomVariables: RANDOM variables as a program sees them, before a run, in its midst, and
// after the model has changed. What NEURON 9.0.2 prints.
func TestHocRandomVariables(t *testing.T) {
	hocPrints(t, map[string]string{"rnoise": `NEURON { POINT_PROCESS RNoise RANGE mu, sig, tau, x, u, e3 NONSPECIFIC_CURRENT i RANDOM rg, rq }
UNITS { (nA)=(nanoamp) }
PARAMETER { mu=0 sig=0.05 tau=5 (ms) dt (ms) }
ASSIGNED { i (nA) x u e3 }
INITIAL { x = 0 u = random_uniform(rq, 2, 5) e3 = random_negexp(rq, 3) + random_dpick(rq) + random_ipick(rq) }
BEFORE BREAKPOINT { x = x*exp(-dt/tau) + sig*sqrt(1-exp(-2*dt/tau))*random_normal(rg) }
BREAKPOINT { i = -(mu + x) }
`}, `create z
access z
objref rn, q, rr, vec, nil
z { L=10 diam=31.8309886 nseg=3 insert pas rn = new RNoise(0.5) q = new RNoise(0.5) }
print rn.rg
print rn.rg.set_ids(1,2,3)
vec = rn.rg.get_ids()
vec.printf("%g ")
print rn.rg.get_seq(), rn.rg.uniform(), rn.rg.get_seq(), rn.rg.uniform(), rn.rg.uniform()
print rn.rg.set_seq(7).get_seq(), rn.rg.uniform(), rn.rg.set_ids(4,5,6).get_seq(), rn.rg.uniform()
print rn.rg.set_seq(-3).get_seq(), rn.rg.set_seq(2^40).get_seq()
print rn.rg.set_seq(1000000.5).get_seq(), rn.rg.uniform(), rn.rg.get_seq()
rr = rn.rg
print rr.set_ids(9,9,9).set_seq(0).uniform(), rn.rg.uniform(), rr.get_seq(), rn.rg.get_seq()
print object_id(rr) == object_id(rn.rg)
vec = q.rg.get_ids()
vec.printf("%g ")
vec = q.rq.get_ids()
vec.printf("%g ")
print q.rg.uniform(), q.rg.get_seq(), q.rq.uniform()
finitialize(-65)
print rn.u, rn.e3, rn.x, q.u, q.e3, q.x, rn.rg.get_seq(), rn.rq.get_seq()
for i=0,3 { fadvance() print rn.x, q.x, rn.rg.get_seq(), q.rg.get_seq() }
{ rn.rg.set_seq(20) q.rq.set_ids(3,4,5) }
for i=0,3 { fadvance() print rn.x, q.x, rn.rg.get_seq(), q.rg.get_seq(), rn.rg.uniform() }
finitialize(-65)
print rn.u, rn.e3, rn.x, q.u, q.e3, q.x
create other
rn.rg.set_seq(3)
for i=0,3 { fadvance() print rn.x, q.x, rn.rg.get_seq(), q.rg.get_seq() }
rr = q.rg.set_ids(77,3,1)
finitialize(-65)
print rn.u, rn.e3, rn.x, q.u, q.e3, q.x
for i=0,1 { fadvance() print rn.x, q.x, rn.rg.get_seq(), q.rg.get_seq() }
`, `NMODLRandom[0] 
NMODLRandom[0] 
1 2 3 	3 
0 0.47589958 1 0.35835311 0.39849443 
7 0.81903489 8 0.69690588 
0 0 
1000000 0.7219995 1000001 
0.77435636 0.48946912 2 2 
0 
1 0 3 	3 
1 0 4 	3 
0.49689274 1 0.85092308 
	1 
4.5119116 3.1749413e+09 -0.0096659076 4.2289139 2.423771e+09 0.0016879366 6 4 
-0.0091061901 0.0090438355 8 5 
-0.0075692701 0.0076710747 10 7 
-0.017205814 0.0065348714 12 9 
-0.020739325 0.010628161 14 11 
-0.020063975 0.013878789 22 13 0.06532424 
-0.026241395 0.010640045 27 17 0.98563666 
-0.030945167 0.010838104 30 19 0.7115209 
-0.029233866 0.012807743 33 21 0.17204442 
	1 
2.047477 3.1927276e+09 0.002523719 3.7567137 1.7184358e+09 0.0047712379 
	NMODLRandom[33] 
0.0079002355 0.010741061 5 25 
0.021375171 0.0071826043 7 27 
0.026908688 0.0034493561 9 29 
0.022414565 0.00554194 11 31 
	1 
3.2877023 2.4452593e+09 0.0011389359 4.767151 2.4120101e+09 -0.010031091 
0.00068031005 -0.011897864 17 39 
0.0025237621 -0.0037644171 19 41 
`)
}

// TestHocRandomVariablesOfDensities: RANDOM variables of density mechanisms, which are numbered as
// instances are made (a section's from its end, those that more CVs ask for from the start, their
// mechanisms the other way round), as a program sees them. What NEURON 9.0.2 prints.
func TestHocRandomVariablesOfDensities(t *testing.T) {
	dens := `NEURON { SUFFIX rdens RANGE x, u RANDOM rg, rq }
ASSIGNED { x u }
INITIAL { x = 0 u = random_uniform(rq) }
BREAKPOINT { SOLVE adv }
PROCEDURE adv() { x = random_normal(rg) }
`
	hocPrints(t, map[string]string{"rdens": dens, "rden2": strings.Replace(dens, "rdens", "rden2", 1), "rpp": `NEURON { POINT_PROCESS RPP RANGE x, u RANDOM rg }
ASSIGNED { x u }
INITIAL { x = 0 }
BREAKPOINT { SOLVE adv }
PROCEDURE adv() { x = random_normal(rg) }
`}, `create z, y
access z
objref vv, p, q, r
dt = 0.025
proc ids() { local x
 for (x, 0) {
 vv = rg_rdens(x).get_ids()
 vv.printf("%g ")
 vv = rq_rdens(x).get_ids()
 vv.printf("%g ") }
}
{ z.nseg = 3 }
{ insert rdens }
ids()
p = new RPP(.5)
vv = p.rg.get_ids()
vv.printf("%g ")
{ y insert rdens }
y ids()
z nseg = 5
ids()
z nseg = 1
ids()
z nseg = 3
ids()
uninsert rdens
insert rden2
insert rdens
ids()
for (x, 0) { vv = rg_rden2(x).get_ids() vv.printf("%g ") }
print rg_rdens
print rg_rdens(.5).uniform()
print rg_rdens.set_ids(1,2,3).uniform()
rg_rdens(0.1).set_ids(4,5,6)
print y.rg_rdens(.5).uniform(), y.rg_rdens.get_seq()
r = z.rg_rdens(.1)
print r.uniform(), r.get_seq(), rg_rdens(.1).uniform(), r.get_seq()
z { rg_rdens.set_ids(7,8,9) }
z rg_rdens(.9).set_seq(4)
print rg_rdens(.9).get_seq()
z nseg = 9
ids()
for (x, 0) { vv = rg_rden2(x).get_ids() vv.printf("%g ") }
proc show() { for (x,0) printf("%g %.8g %.8g %.8g %.8g\n", x, u_rdens(x), x_rdens(x), x_rden2(x), y.x_rdens(.5)) }
finitialize(-65)
show()
fadvance()
show()
{ rg_rdens(.1).set_ids(8,8,8) }
{ rg_rden2(.9).set_seq(1000) }
print rg_rdens(.1).get_seq(), rg_rdens(.3).get_seq(), r.get_seq(), rg_rdens(.3).uniform()
fadvance()
show()
nseg = 3
fadvance()
show()
ids()
nseg = 5
fadvance()
show()
ids()
finitialize(-65)
fadvance()
show()
`, `1 0 5 1 0 6 1 0 3 1 0 4 1 0 1 1 0 2 1 0 7 	3 
1 0 8 1 0 9 1 0 5 1 0 6 1 0 10 1 0 11 1 0 3 1 0 4 1 0 12 1 0 13 1 0 1 1 0 2 1 0 3 1 0 4 1 0 14 1 0 15 1 0 3 1 0 4 1 0 16 1 0 17 1 0 28 1 0 29 1 0 26 1 0 27 1 0 24 1 0 25 1 0 22 1 0 20 1 0 18 NMODLRandom[0] 
0.94633552 
0.80907501 
	NMODLRandom[0] 
0.37800084 1 
0.10649253 1 0.34290297 2 
4 
1 0 30 1 0 31 4 5 6 1 0 29 1 0 34 1 0 35 1 0 38 1 0 39 7 8 9 1 0 27 1 0 42 1 0 43 1 0 46 1 0 47 1 0 24 1 0 25 1 0 50 1 0 51 1 0 32 1 0 22 1 0 36 1 0 40 1 0 20 1 0 44 1 0 48 1 0 18 1 0 52 	1 
0.0555556 0.97500991 0 0 0
0.166667 0.0710257 0 0 0
0.277778 0.15911781 0 0 0
0.388889 0.31569803 0 0 0
0.5 0.70104557 0 0 0
0.611111 0.013332889 0 0 0
0.722222 0.36750575 0 0 0
0.833333 0.48457752 0 0 0
0.944444 0.46134657 0 0 0
	1 
0.0555556 0.97500991 2.1335099 -0.35240938 -0.57399938
0.166667 0.0710257 -0.23814889 -0.96461516 -0.57399938
0.277778 0.15911781 0.08938275 0.93852737 -0.57399938
0.388889 0.31569803 -1.6421441 -0.81607616 -0.57399938
0.5 0.70104557 0.3118599 -3.2904683 -0.57399938
0.611111 0.013332889 -0.4132953 1.3292144 -0.57399938
0.722222 0.36750575 1.5388201 -0.83090628 -0.57399938
0.833333 0.48457752 0.13403469 1.2368289 -0.57399938
0.944444 0.46134657 -0.67813067 -1.4258457 -0.57399938
2 2 6 0.79933591 
	1 
0.0555556 0.97500991 1.3687526 -0.28359576 -1.3337625
0.166667 0.0710257 0.17279546 0.38565902 -1.3337625
0.277778 0.15911781 -0.38508912 2.4990977 -1.3337625
0.388889 0.31569803 1.0636305 0.024076049 -1.3337625
0.5 0.70104557 -0.22713178 0.66312328 -1.3337625
0.611111 0.013332889 0.91683529 -2.7671992 -1.3337625
0.722222 0.36750575 1.0631061 0.44292808 -1.3337625
0.833333 0.48457752 -0.92786151 -0.22540293 -1.3337625
0.944444 0.46134657 0.78685679 -0.71625687 -1.3337625
	1 
0.166667 0.0710257 -0.58925678 -0.73846597 -0.049705146
0.5 0.70104557 -0.13386064 0.29955293 -0.049705146
0.833333 0.48457752 -1.1945437 0.65059333 -0.049705146
4 5 6 1 0 29 7 8 9 1 0 27 1 0 24 1 0 25 	1 
0.1 0.0710257 -0.53581415 -0.47700185 0.6936679
0.3 0.0710257 -0.84283151 -1.3528037 0.6936679
0.5 0.70104557 -0.38666737 -0.013603842 0.6936679
0.7 0.48457752 1.8734477 1.6005479 0.6936679
0.9 0.48457752 0.0045385581 -0.48716257 0.6936679
4 5 6 1 0 29 1 0 54 1 0 55 7 8 9 1 0 27 1 0 58 1 0 59 1 0 24 1 0 25 	1 
	1 
0.1 0.12370056 0.61043675 -1.117745 -0.13778518
0.3 0.73120872 0.46598351 0.26145342 -0.13778518
0.5 0.92272701 -1.8797073 2.2247578 -0.13778518
0.7 0.3535477 0.068493866 -0.19835191 -0.13778518
0.9 0.74619801 -1.8974178 0.43632082 -0.13778518
`)
}

// TestHocRandomIdsAfterRegistration: NEURON makes an instance of each mechanism with equations of
// time when it loads it, and the ids of its RANDOM variables are gone. What NEURON 9.0.2 prints.
func TestHocRandomIdsAfterRegistration(t *testing.T) {
	hocPrints(t, map[string]string{"ideq": `NEURON { SUFFIX IdEq RANGE x RANDOM a, b }
ASSIGNED { x }
STATE { n }
INITIAL { n = 1 x = random_uniform(a) + random_uniform(b) }
BREAKPOINT { SOLVE s METHOD cnexp }
DERIVATIVE s { n' = -n }
`, "idkin": `NEURON { POINT_PROCESS IdKin RANGE x RANDOM a }
ASSIGNED { x }
STATE { n m }
INITIAL { n = 1 m = 0 x = random_uniform(a) }
BREAKPOINT { SOLVE s METHOD sparse }
KINETIC s { ~ n <-> m (1, 1) }
`, "idlin": `NEURON { SUFFIX IdLin RANGE x RANDOM a }
ASSIGNED { x }
STATE { n m }
INITIAL { x = random_uniform(a) }
BREAKPOINT { SOLVE s }
LINEAR s { ~ n + m = 1
 ~ n - m = 2 }
`, "idproc": `NEURON { POINT_PROCESS IdProc RANGE x RANDOM a }
ASSIGNED { x }
STATE { n }
INITIAL { n = 0 x = random_uniform(a) }
BREAKPOINT { SOLVE s }
PROCEDURE s() { n = n + 1 }
`}, `create z
access z
objref vv, p, q
insert IdLin
vv = a_IdLin(.5).get_ids()
{ vv.printf("%g ") }
p = new IdProc(.5)
vv = p.a.get_ids()
{ vv.printf("%g ") }
insert IdEq
vv = b_IdEq(.5).get_ids()
{ vv.printf("%g ") }
q = new IdKin(.5)
vv = q.a.get_ids()
{ vv.printf("%g ") }
finitialize(-65)
print x_IdLin, p.x, x_IdEq, q.x
`, `1 0 4 1 0 5 1 0 7 1 0 8 	1 
0.85092308 0.75399624 1.6988481 0.37800084 
`)
}

// TestHocStreamsOfDensities: C of density mechanisms takes a Random of the program, or ids, for the
// instance that setdata chose, before a run and in its midst. What NEURON 9.0.2 prints.
func TestHocStreamsOfDensities(t *testing.T) {
	hocPrints(t, map[string]string{"dchan": `NEURON { SUFFIX DChan THREADSAFE
 BBCOREPOINTER rng
 RANGE ux, uy, n }
ASSIGNED { rng usingR123 ux uy n }
VERBATIM
#ifndef NRN_VERSION_GTEQ_8_2_0
double nrn_random_pick(void* r);
void* nrn_random_arg(int argpos);
#define RANDCAST
#else
#define RANDCAST (Rand*)
#endif
ENDVERBATIM
INITIAL { n = 0 ux = 0 uy = 0
VERBATIM
 if (usingR123) { nrnran123_setseq((nrnran123_State*)_p_rng, 0, 0); }
ENDVERBATIM
}
BREAKPOINT { SOLVE adv }
PROCEDURE adv() { ux = urand() uy = uy + urand() n = n + 1 }
PROCEDURE setRNG() {
VERBATIM
 usingR123 = 0;
 if (ifarg(1) && hoc_is_double_arg(1)) {
  nrnran123_State** pv = (nrnran123_State**)(&_p_rng);
  uint32_t a2 = 0;
  uint32_t a3 = 0;
  if (*pv) { nrnran123_deletestream(*pv); *pv = (nrnran123_State*)0; }
  if (ifarg(2)) { a2 = (uint32_t)*getarg(2); }
  if (ifarg(3)) { a3 = (uint32_t)*getarg(3); }
  *pv = nrnran123_newstream3((uint32_t)*getarg(1), a2, a3);
  usingR123 = 1;
 } else if (ifarg(1)) {
  void** pv = (void**)(&_p_rng);
  *pv = nrn_random_arg(1);
 } else {
  void** pv = (void**)(&_p_rng);
  *pv = (void*)0;
 }
ENDVERBATIM
}
FUNCTION urand() {
VERBATIM
 double value;
 if (usingR123) { value = nrnran123_dblpick((nrnran123_State*)_p_rng); }
 else if (_p_rng) { value = nrn_random_pick(RANDCAST _p_rng); }
 else { value = 0.5; }
 _lurand = value;
ENDVERBATIM
}
VERBATIM
static void bbcore_write(double* x, int* d, int* xx, int* offset, _threadargsproto_) { }
static void bbcore_read(double* x, int* d, int* xx, int* offset, _threadargsproto_) { }
ENDVERBATIM
`, "dpick": `NEURON { SUFFIX DPick
 POINTER rng
 RANGE x, n }
ASSIGNED { rng x n }
INITIAL { n = 0 x = 0 }
BREAKPOINT { SOLVE adv }
PROCEDURE adv() { x = pick() n = n + 1 }
PROCEDURE setRNG() {
VERBATIM
 {
  void** pv = (void**)(&_p_rng);
  if (ifarg(1)) { *pv = nrn_random_arg(1); } else { *pv = (void*)0; }
 }
ENDVERBATIM
}
FUNCTION pick() {
VERBATIM
  if (_p_rng) { _lpick = nrn_random_pick((Rand*)_p_rng); } else { _lpick = 0.5; }
ENDVERBATIM
}
`}, `create s, d
access s
objref r[3], nil
dt = 0.025
s { nseg = 3 insert DChan insert DPick }
d { insert DChan insert DPick }
for i = 0, 2 { r[i] = new Random()
 r[i].Random123(1, 2, i)
 r[i].normal(i, 4) }
k = 0
for (x, 0) { setdata_DChan(x) setRNG_DChan(3, 4, k) setdata_DPick(x) setRNG_DPick(r[k]) k = k + 1 }
d { setdata_DChan(.5) print setRNG_DChan(7) setdata_DPick(.5) print setRNG_DPick(r[0]) }
proc show() { local j
 for j = 0, 2 { fadvance()
 for (x, 0) printf("%.8g %.8g %.8g ", ux_DChan(x), uy_DChan(x), x_DPick(x))
 printf("%.8g %.8g %.8g %g\n", d.ux_DChan, d.uy_DChan, d.x_DPick, r[2].seq()) } }
finitialize(-65)
show()
{ setdata_DPick(.5) }
print urand_DChan(), pick_DPick()
{ setRNG_DPick(r[2]) setdata_DChan(.5) }
print setRNG_DChan(5, 6)
show()
finitialize(-65)
show()
d { setdata_DChan(.5) setRNG_DChan(3, 4, 1) }
finitialize(-65)
show()
`, `1 
1 
	1 
0.36126633 0.40378505 0.11270923 0.72510871 0.72645886 3.7252308 0.51006143 0.76568765 2.7379982 0.82025694 0.58734353 -1.239692 2
0.7922886 0.93616055 -3.8847007 0.72838983 1.5050108 0.95110956 0.88316544 1.2904593 1.8462943 0.16943085 0.78162467 0.11247178 4
0.44079961 1.4351118 -1.2632752 0.17536505 1.749756 2.7086642 0.53608867 1.7834276 5.0241333 0.64048584 1.5449727 -1.4544826 4
0.77851925 3.2363245 
1 
0.54058682 1.6970928 1.8950591 0.55931945 2.2041895 1.3955505 0.23187772 2.4186538 1.2433707 0.48481743 2.1130403 4.9176272 6
0.65035728 2.240296 -1.8199858 0.90576682 2.7604045 2.3235603 0.77531951 3.236808 -0.54044695 0.1377858 2.5257265 2.4442378 12
0.10624782 2.9420687 4.5166751 0.56916356 3.714875 3.5014076 0.23897897 4.1740779 3.1063222 0.057303963 3.4285561 0.62679657 14
	1 
0.36126633 0.40378505 1.8070845 0.55931945 0.45443348 0.66734448 0.51006143 0.76568765 3.0663984 0.82025694 0.58734353 0.89921591 16
0.7922886 0.93616055 1.5618918 0.90576682 1.0106485 1.0846045 0.88316544 1.2904593 -0.027989171 0.16943085 0.78162467 -0.061196385 20
0.44079961 1.4351118 0.67120232 0.56916356 1.965119 0.90917786 0.53608867 1.7834276 0.56325488 0.64048584 1.5449727 3.4981279 22
	1 
0.36126633 0.40378505 -0.93684358 0.55931945 0.45443348 4.3098056 0.51006143 0.76568765 2.5370724 0.72510871 0.72645886 0.74333151 24
0.7922886 0.93616055 -0.68701287 0.90576682 1.0106485 1.7122384 0.88316544 1.2904593 0.68034338 0.72838983 1.5050108 2.3311055 26
0.44079961 1.4351118 0.16247758 0.56916356 1.965119 2.8706332 0.53608867 1.7834276 4.9774374 0.17536505 1.749756 0.4833694 28
`)
}
