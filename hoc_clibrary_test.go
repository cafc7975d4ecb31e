package rall

import (
	"strings"
	"testing"

	"github.com/rallsim/rall/ir/diag"
)

// TestHocCLibrary: functions of C's library in VERBATIM, memcpy and memset of parts of
// arrays and of structures. What NEURON 9.0.2 prints.
func TestHocCLibrary(t *testing.T) {
	hocPrints(t, map[string]string{"lib": `NEURON { POINT_PROCESS Lib RANGE res NONSPECIFIC_CURRENT i }
ASSIGNED { v (mV) i (nA) res[46] }
VERBATIM
#include <assert.h>
#include <string.h>
#include <algorithm>
static void note(double* a, double x) {
  int k; double b[4] = {1,2,3,4}, c[4]; float f = x; struct P { double x; int n[3]; } p = {1, {2, 3}}, q;
  memcpy(c, b, sizeof(b));
  memcpy(c, b+1, 2*sizeof(double));
  a[0] = c[0] + 10*c[3]; a[1] = rint(x); a[2] = nearbyint(x); a[3] = hypot(x, 2); a[4] = cbrt(x); a[5] = exp2(x/10);
  a[6] = log2(fabs(x)+1); a[7] = log1p(fabs(x)); a[8] = expm1(x/50); a[9] = isinf(x/0.) ? 1 : 0; a[10] = std::isfinite(x); a[11] = fdim(x, 2);
  a[12] = lround(x); a[13] = copysign(3, x); a[14] = std::max(x, 3.); a[15] = std::min(x, 3.); a[16] = fabsf(f); a[17] = asinh(x); a[18] = acosh(fabs(x)+1); a[19] = atanh(x/1000);
  a[20] = log2(1024.) + log2(0.125) + cbrt(27.) + cbrt(x - x) + cbrt(1e-9); a[21] = log1p(1e-12*x); a[22] = expm1(1e-12*x); a[23] = expm1(x*3); a[24] = roundf(f) + cbrtf(f); a[25] = lrint(x + 0.5) + 0.25;
  a[26] = std::abs(x) + std::abs((int) x) * 100; a[27] = signbit(x) != 0; a[28] = round(x); a[29] = trunc(x); a[30] = isnan(x); a[31] = fmax(x, 2) + fmin(x, 7); a[32] = log10(fabs(x)+1); a[33] = fmod(x, 7); a[34] = ceil(x) - floor(x); a[35] = std::isnan(x); 
  a[36] = asinh(1e-9*x) + acosh(1 + 1e-9);
  assert(x < 1e9);
  memset(b, 0, 2*sizeof(double)); a[37] = b[0] + b[1] + b[2] + b[3]; memset(b, 0, sizeof b); a[38] = b[3];
  memcpy(&q, &p, sizeof(p)); memset(&p, 0, sizeof(p)); a[39] = q.x + q.n[1] * 10 + p.n[1];
  a[40] = rint(0.5) + rint(1.5) + rint(2.5)*10 + rint(-2.5)*100 + rint(-3.5)*1000; a[41] = hypot(3., 4.) + hypot(0., 0.) + hypot(1e200, 1e200)*1e-200;
  a[42] = 1/rint(-0.3) < 0; a[43] = std::max(3, (int) x);
}
ENDVERBATIM
INITIAL { work(v) }
BREAKPOINT { SOLVE w
 i = 0 }
PROCEDURE w() { work(v + t) }
PROCEDURE work(x) {
VERBATIM
  note(&res[0], _lx);
ENDVERBATIM
}
`}, `create z
access z
objref s
s = new Lib(.5)
dt = 0.125
proc show() { local k  for k=0,43 printf("%.12g ", s.res[k]+0)  print "" }
finitialize(-65.5)
show()
finitialize(20.5)
show()
finitialize(-0.3)
show()
`, `	1 
42 -66 -66 65.5305272373 -4.03100898946 0.0106721895059 6.0552824355 4.19720194766 -0.730179943615 1 1 0 -66 -3 3 -65.5 65.5 -4.87525558977 4.89029259112 -0.0655939123215 10.001 -6.55000000021e-11 -6.54999999979e-11 -1 -70.0310058594 -64.75 6565.5 1 -66 -65 0 -63.5 1.8228216453 -2.5 1 0 4.46558613964e-05 7 0 31 -4178 6.41421356237 1 3 
	1 
42 20 20 20.597329924 2.7368518374 4.14105969537 4.4262647547 3.06805293513 0.506817785113 1 1 18.5 21 3 20.5 3 20.5 3.71416642057 3.76065884353 0.0205028724327 10.001 2.04999999998e-11 2.05000000002e-11 5.11812203718e+26 23.7368526459 21.25 2020.5 0 21 20 0 27.5 1.33243845992 6.5 1 0 4.47418613964e-05 7 0 31 -4178 6.41421356237 1 20 
	1 
42 0 0 2.02237484162 -0.669432950082 0.979420297587 0.378511623254 0.262364264467 -0.00598203594606 1 1 0 0 -3 3 -0.3 0.300000011921 -0.295673047563 0.756432910857 -0.000300000009 10.001 -3e-13 -3e-13 -0.593430340259 -0.669432938099 0.25 0.3 1 0 0 0 1.7 0.113943352307 -0.3 1 0 4.47210613964e-05 7 0 31 -4178 6.41421356237 1 3 
`)
}

// TestHocAssert: an assertion that does not hold ends the run, with its line; in NEURON it ends
// the process.
func TestHocAssert(t *testing.T) {
	dir := folder(t, map[string]string{"mod/sure.mod": `NEURON { SUFFIX sure RANGE n }
ASSIGNED { v (millivolt) n }
INITIAL {
VERBATIM
	assert(v < 0);
	n = 3;
ENDVERBATIM
}
`, "x.hoc": `create z
access z
insert sure
finitialize(-65)
print n_sure
finitialize(1)
print n_sure
`})
	var diags diag.List
	var out strings.Builder
	err := RunHoc([]string{dir + "/x.hoc"}, HocSettings{Out: &out}, Settings{}, &diags)
	if out.String() != "\t1 \n3 \n" || err == nil && diags.Count(diag.Error) == 0 || !strings.Contains(diags.Error(), "line 5 of sure.mod: what is asserted does not hold") {
		t.Errorf("%v %v\n%s", err, diags.Error(), out.String())
	}
}

// TestHocVectorsInInitial: INITIAL reads two Vectors of the instance, by pointers that count. What
// NEURON 9.0.2 prints.
func TestHocVectorsInInitial(t *testing.T) {
	hocPrints(t, map[string]string{"two": `NEURON { POINT_PROCESS TwoVec POINTER amps, times RANGE total, n, now NONSPECIFIC_CURRENT i }
ASSIGNED { v (millivolt) i (nanoamp) amps times total n now }
VERBATIM
ENDVERBATIM
INITIAL {
VERBATIM
  { IvocVect* va = (IvocVect*)(_p_amps); IvocVect* vt = (IvocVect*)(_p_times); int k; total = 0; n = 0;
  if (va && vt) { double *px = vector_vec(va), *t0 = vector_vec(vt); n = vector_capacity(va); for (k = 0; k < n; k++) total += *px++ * *t0++; }
  }
ENDVERBATIM
}
BREAKPOINT {
VERBATIM
  { double* px; int m = vector_instance_px((void*)_p_amps, &px); now = px[(int)(t) % m]; }
ENDVERBATIM
  i = 0 }
PROCEDURE give() {
VERBATIM
  { IvocVect** a = (IvocVect**)(&_p_amps); IvocVect** b = (IvocVect**)(&_p_times); *a = vector_arg(1); *b = vector_arg(2); }
ENDVERBATIM
}
`}, `create z
access z
objref s, a, b
a = new Vector(4)
a.indgen(1)
b = new Vector(4)
b.indgen(0.5)
s = new TwoVec(.5)
s.give(a, b)
dt = 0.5
finitialize(-65)
print s.total, s.n
for i=0,5 { fadvance() print s.now }
a.x[2] = 10
finitialize(-65)
print s.total, s.n
`, `	Vector[0] 
	Vector[1] 
	1 
	1 
7 4 
0 
0 
1 
1 
2 
2 
	1 
15 4 
`)
}
