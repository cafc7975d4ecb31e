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

// TestHocArrays: arrays of C with several dimensions, their rows as pointers and arguments, and
// their first values. What NEURON 9.0.2 prints.
func TestHocArrays(t *testing.T) {
	hocPrints(t, map[string]string{"carrays": `TITLE C: arrays of several dimensions, their rows as pointers and arguments, first values

NEURON {
    SUFFIX carrays
    NONSPECIFIC_CURRENT i
    RANGE trace, picked, product, ragged, cube, row, kept
}
UNITS { (mV) = (millivolt) (mA) = (milliamp) }
ASSIGNED { v (mV)  i (mA/cm2)  trace  picked  product  ragged  cube  row  kept }

VERBATIM
#define SIDE 3
static double rates[SIDE][SIDE] = {{0.1, 0.2, 0.3}, {0.4, 0.5, 0.6}, {0.7, 0.8, 0.9}};
static int steps[][2] = {{1}, {2, 3}, {4, 5}};
static double diagonal(double a[SIDE][SIDE]) {
    double s = 0;
    int k;
    for (k = 0; k < SIDE; k++) s += a[k][k];
    return s;
}
static void scale(double* x, int n, double by) {
    int k;
    for (k = 0; k < n; k++) x[k] *= by;
}
static void multiply(double a[][SIDE], double b[][SIDE], double c[][SIDE]) {
    int p, q, r;
    for (p = 0; p < SIDE; p++) for (q = 0; q < SIDE; q++) {
        c[p][q] = 0;
        for (r = 0; r < SIDE; r++) c[p][q] += a[p][r]*b[r][q];
    }
}
ENDVERBATIM

UNITSOFF

INITIAL { tables(t, v) }

BREAKPOINT {
    SOLVE arrays
    i = 1e-5*(trace - kept) + 1e-6*(v + 65)
}

PROCEDURE arrays() { tables(t, v) }

PROCEDURE tables(at, u) {
VERBATIM
{
    double m[SIDE][SIDE], n[SIDE][SIDE] = {1, 0, 0, 0, 2}, c[2][2][3];
    int p, q, r, which = (int) fabs(_lu)%SIDE;
    for (p = 0; p < SIDE; p++)
        for (q = 0; q < SIDE; q++)
            m[p][q] = rates[p][q]*_lu + (p == q)*_lat;
    n[2][2] = _lat;
    trace = diagonal(m);
    picked = m[which][(which + 1)%SIDE] + rates[which][0];
    double out[SIDE][SIDE];
    multiply(m, n, out);
    product = out[0][1] + 2*out[which][2];
    ragged = steps[0][1] + steps[which][1]*10 + steps[2][which%2]*100 + sizeof(steps)/sizeof(int)*1000;
    for (p = 0; p < 2; p++) for (q = 0; q < 2; ++q) for (r = 0; r < 3; r++) c[p][q][r] = p*100 + q*10 + r + _lat;
    cube = c[which%2][1][which] - c[0][which%2][2];
    double* x = m[which];
    scale(x, SIDE, 0.5);
    scale(m[(which + 1)%SIDE], 2, -1);
    row = x[0] + *m[2] + m[(which + 1)%SIDE][1];
    m[1][1] += 3;
    m[1][1]++;
    kept = m[1][1];
}
ENDVERBATIM
}

UNITSON
`}, `create s
access s
insert carrays
proc show() { print trace_carrays, picked_carrays, product_carrays, ragged_carrays, cube_carrays, row_carrays, kept_carrays }
finitialize(-65)
show()
for i=0,3 { v(.5) = -64 - 7*i fadvance() show() }
`, `	1 
-97.5 -44.8 -26 6450 10 -32.5 -28.5 
-95.899163 -12.696555 -26.552852 6400 8 -16.008194 35.966388 
-106.30033 -42.180131 -32.644767 6530 99 92.25695 -13.716721 
-116.73979 -53.883571 -41.706193 6450 10 -38.988265 -34.913265 
-127.16857 -16.895809 -39.09036 6400 8 -21.294761 46.389522 
`)
}

// sizeof of a row is the size of the row, and a cast makes a plain pointer of
// an array of several dimensions: what NEURON 9.0.2 prints.
func TestSizesOfArrays(t *testing.T) {
	hocPrints(t, map[string]string{"sizes": `
NEURON { POINT_PROCESS Sizes RANGE out }
VERBATIM
static double tab[3][4] = {{1,2,3,4},{5,6},{9,10,11,12}};
static double sumv(double *p, int n) { double s = 0; int j; for (j = 0; j < n; j++) { s += p[j]*(j+1); } return s + 1000*sizeof(p); }
static double sumrow(double a[][4], int k) { double s = 0; int j; for (j = 0; j < 4; j++) { s += a[k][j]; } return s + 1000*sizeof(a[0]); }
ENDVERBATIM
ASSIGNED { out[11] }
INITIAL { go() }
PROCEDURE go() {
VERBATIM
{
	int i, j; double loc[2][3][2]; double *p;
	for (i = 0; i < 2; i++) for (j = 0; j < 3; j++) { loc[i][j][0] = i*10 + j; loc[i][j][1] = -loc[i][j][0]; }
	out[0] = sizeof(tab)/sizeof(tab[0]);
	out[1] = sizeof(tab[0])/sizeof(double);
	out[2] = sizeof(loc[1])/sizeof(loc[0][0]) + 100*sizeof(loc)/sizeof(loc[0]);
	out[3] = sumv((double*)loc, 12);
	out[4] = sizeof(*tab);
	p = tab[1]; out[5] = sizeof(p) + sumv(tab[2], 4);
	out[6] = sizeof(&tab[1][1]);
	out[7] = sizeof(tab[0][0]);
	out[8] = sumrow(tab, 2);
	out[9] = sizeof((double*)tab[0]);
	for (i = 0; i < sizeof(tab)/sizeof(tab[0]); i++) { out[10] = out[10] + tab[i][0]; }
}
ENDVERBATIM
}
`}, `create s
access s
objref a
a = new Sizes(0.5)
finitialize(-65)
for i = 0, 10 print a.out[i]
`, "\t1 \n3 \n4 \n203 \n7964 \n32 \n8118 \n8 \n8 \n32042 \n8 \n15 \n")
}

// TestHocNestedFirstValues: a counter that first values in inner braces move on. What NEURON 9.0.2 prints.
func TestHocNestedFirstValues(t *testing.T) {
	hocPrints(t, map[string]string{"nestfirst": `NEURON { SUFFIX nestfirst RANGE s, n }
ASSIGNED { s n }
INITIAL { s = 0 n = 0 }
PROCEDURE fill() {
VERBATIM
    int k;
    s = 0; n = 0;;
    for (k = 0; k < 6; k++) {
        double m[2][2] = {{(double) k++, 1}, {2, (double) k}};
        s += m[0][0]*10 + m[1][1];
        n += 1;
    }
ENDVERBATIM
}
`}, `create s
access s
insert nestfirst
finitialize(-65)
setdata_nestfirst(0.5)
fill_nestfirst()
print s_nestfirst, n_nestfirst
`, "\t1 \n\t1 \n\t1 \n69 3 \n")
}

// TestHocTextArguments: the texts with which HOC calls a mechanism. What NEURON 9.0.2 prints.
func TestHocTextArguments(t *testing.T) {
	hocPrints(t, map[string]string{"texts": `NEURON { SUFFIX texts RANGE mode, sum, n }
ASSIGNED { mode sum n }
INITIAL { mode = 0 sum = 0 n = 0 }

VERBATIM
static int vowels(char* s) {
    int k, found = 0;
    for (k = 0; s[k] != 0; k++) {
        switch (s[k]) { case 'a': case 'e': case 'i': case 'o': case 'u': found++; }
    }
    return found;
}
ENDVERBATIM

PROCEDURE setmode() {
VERBATIM
    char* name = gargstr(1);
    int k;
    if (strcmp(name, "fast") == 0) mode = 1;
    else if (!strcmp(name, "slow")) mode = 2;
    else if (strcmp("m", name) < 0) mode = 3;
    else mode = 4;
    sum = 0;
    for (k = 0; k < strlen(name); k++) sum += (k + 1)*name[k];
    n = ifarg(2) ? *getarg(2) : -1;
    if (*name == 'x') n = 100;
ENDVERBATIM
}

FUNCTION kind() {
VERBATIM
    if (hoc_is_str_arg(1)) return 10 + vowels(gargstr(1));
    if (hoc_is_double_arg(1)) return *getarg(1);
    return -1;
ENDVERBATIM
}
`}, `create s
access s
insert texts
objref w
w = new Vector(3)
{ finitialize(-65) }
{ setdata_texts(0.5) }
strdef a
a = "slower"
proc try() { setmode_texts($s1) print $s1, mode_texts, sum_texts, n_texts }
try("fast")
try("slow")
try(a)
try("fas")
try("")
try("x")
try("mq")
setmode_texts(a, 7)
print n_texts
print kind_texts("education"), kind_texts(a), kind_texts(4), kind_texts(w)
`, `fast1 1105 -1 
slow2 1140 -1 
slower3 2329 -1 
fas4 641 -1 
4 0 -1 
x3 120 100 
mq3 335 -1 
	1 
7 
15 12 4 -1 
`)
}
