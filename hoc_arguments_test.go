package rall

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rallsim/rall/ir/diag"
)

const vfun = `NEURON { SUFFIX vfun RANGE g RANDOM rv }
PARAMETER { g = 2 }
ASSIGNED { last }
VERBATIM
#ifndef NRN_VERSION_GTEQ_8_2_0
extern double* vector_vec();
extern int vector_capacity();
extern void* vector_arg();
#endif
static double total(double* x, int n) {
  double s = 0;
  int i;
  for (i = 0; i < n; i++) s += x[i];
  return s;
}
ENDVERBATIM
FUNCTION mean() {
VERBATIM
  IvocVect* vv = vector_arg(1);
  double* x = vector_vec(vv);
  int n = vector_capacity(vv);
  _lmean = n ? total(x, n)/n : 0;
ENDVERBATIM
}
FUNCTION dot() {
VERBATIM
  double *x, *y;
  int i, nx, ny;
  nx = vector_instance_px(vector_arg(1), &x);
  ny = vector_instance_px(vector_arg(2), &y);
  if (nx != ny) { hoc_execerror("dot: sizes differ", 0); }
  double s = ifarg(3) ? *getarg(3) : 0;
  for (i = 0; i < nx; ++i) { s += x[i]*y[i]; y[i] -= g; }
  _ldot = s;
ENDVERBATIM
}
PROCEDURE slope() {
VERBATIM
  void* vv = vector_arg(1);
  double* x = vector_vec((IvocVect*)vv);
  for (int i = 0; i < vector_capacity((IvocVect*)vv); i++) { x[i] = i * *getarg(2); }
ENDVERBATIM
}
FUNCTION kind() {
VERBATIM
  _lkind = ifarg(2) + 10*hoc_is_object_arg(1) + 100*hoc_is_double_arg(1);
ENDVERBATIM
}
FUNCTION pick() {
  pick = random_uniform(rv, 2, 5) + random_negexp(rv)
}
FUNCTION gau(mu, sig) {
  gau = random_normal(rv, mu, sig)
}
`

// TestHocArguments: functions of mechanisms that a program gives Vectors, and such as draw from
// RANDOM variables and from a Random, before a run and in its midst. What NEURON 9.0.2 prints.
func TestHocArguments(t *testing.T) {
	hocPrints(t, map[string]string{"vfun": vfun, "rpk": `NEURON { POINT_PROCESS RPk
 POINTER rng
 RANDOM rr
 RANGE x }
ASSIGNED { rng x }
VERBATIM
#ifndef CORENEURON_BUILD
double nrn_random_pick(Rand* r);
Rand* nrn_random_arg(int argpos);
#endif
ENDVERBATIM
INITIAL { x = 0 }
BREAKPOINT { SOLVE adv }
PROCEDURE adv() { x = pick() + random_uniform(rr) }
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
FUNCTION other() { other = random_normal(rr) }
`, "lib": `NEURON { SUFFIX nothing }
VERBATIM
static double biggest(double* x, int n) {
  int i; double m = x[0];
  for (i = 1; i < n; i++) { if (x[i] > m) m = x[i]; }
  return m;
}
ENDVERBATIM
FUNCTION libmax() {
VERBATIM
  int n = vector_capacity(vector_arg(1));
  if (n < 1) return -1.;
  _llibmax = biggest(vector_vec(vector_arg(1)), n);
ENDVERBATIM
}
PROCEDURE libscale() {
VERBATIM
  double* x; int n = vector_instance_px(vector_arg(1), &x);
  while (n--) { *x *= *getarg(2); x[n] += 1; }
ENDVERBATIM
}
`}, `create s
access s
objref a, b, e, p, r
{ insert vfun }
{ setdata_vfun(.5) }
dt = 0.025
a = new Vector()
b = new Vector()
e = new Vector()
{ a.append(1, 2.5, -3, 7) }
{ b.append(.5, 4, 1, 2) }
print mean_vfun(a), mean_vfun(b), mean_vfun(e)
print dot_vfun(a, b), dot_vfun(a, b, 100)
b.printf("%g ")
g_vfun = 3
print dot_vfun(b, b)
b.printf("%g ")
print slope_vfun(a, 1.5)
a.printf("%g ")
print kind_vfun(a), kind_vfun(3), kind_vfun(a.x[1], 1)
print libmax(a), libmax(e), libmax(b)
{ libscale(a, 2) }
a.printf("%g ")
print pick_vfun(), gau_vfun(10, 2), rv_vfun.get_seq()
print rv_vfun.set_ids(3, 2, 1).set_seq(5).get_seq(), pick_vfun(), gau_vfun(1, .5), rv_vfun.get_seq()
p = new RPk(.5)
print p.other(), p.rr.get_seq()
r = new Random()
{ r.Random123(1, 2, 3) r.negexp(4) }
{ p.setRNG(r) }
print p.pick(), r.repick(), p.pick()
finitialize(-65)
for i=0,2 { fadvance() print p.x, p.pick(), p.other(), p.rr.get_seq(), pick_vfun() }
print r.repick(), p.other(), p.rr.get_seq()
`, `1.875 1.875 0 
21.5 106.5 
-3.5 0 -3 -2 	4 
25.25 
-6.5 -3 -6 -5 	4 
1 
0 1.5 3 4.5 	4 
10 100 101 
4.5 -1 -3 
1 2.5 4 5.5 	4 
4.4539352 9.480314 4 
5 3.9859282 1.8301298 11 
0.73360771 2 
5.894336 8.3219178 8.2683046 
	1 
1.2570124 1.6879948 -1.3756022 7 3.0462161 
1.2828702 0.79851438 -0.29880993 10 5.2780635 
2.400488 6.7819377 0.038879207 13 5.6686844 
5.5572619 3.2381877 15 
`)
}

// TestHocArgumentErrors: arguments that are no Vectors, and draws from nothing.
func TestHocArgumentErrors(t *testing.T) {
	for _, c := range []struct{ call, want string }{
		{"print mean_vfun(3)", "argument 1 is no Vector"},
		{"print mean_vfun()", "argument 1 is no Vector"},
		{"print dot_vfun(a, b)", "dot: sizes differ"},
		{"print beyond_vfun(a)", "index 2 of argument1 is outside of 0..1"},
		{"print mean_vfun(h)", "mean_vfun: argument 1 is an object, not a number"},
		{"uninsert vfun\nprint pick_vfun()", "it draws from rv of an instance: call setdata_vfun(x) before"},
	} {
		dir := t.TempDir()
		if err := os.Mkdir(filepath.Join(dir, "mod"), 0o777); err != nil {
			t.Fatal(err)
		}
		more := "FUNCTION beyond() {\nVERBATIM\n _lbeyond = vector_vec(vector_arg(1))[2];\nENDVERBATIM\n}\n"
		for name, text := range map[string]string{"mod/vfun.mod": vfun + more, "x.hoc": "create s\naccess s\ninsert vfun\nsetdata_vfun(.5)\nobjref a, b, h\na = new Vector(2)\nb = new Vector(3)\nh = new List()\n" + c.call + "\n"} {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		var diags diag.List
		var out strings.Builder
		if RunHoc([]string{filepath.Join(dir, "x.hoc")}, HocSettings{Out: &out}, Settings{}, &diags) == nil || !strings.Contains(diags.Error(), c.want) {
			t.Errorf("%s: printed %q, and said\n%s\nwant %s", c.call, out.String(), diags.Error(), c.want)
		}
	}
}
