//go:build linux

package main

// The fixed parts of the C programs.

const common = `#include <immintrin.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct frame { long n; double **column, **port, *uniform; };
static double *numbers(FILE *in, long n) {
	double *x = aligned_alloc(64, (n * 8 + 127) / 64 * 64);
	if (fread(x, 8, n, in) != (size_t)n) exit(1);
	return x;
}
`

// plain is for the compiler to vectorise.
const plain = `typedef double V;
#define set1(x) (x)
#define load(p) (*(p))
#define store(p, x) (*(p) = (x))
#define absolute(x) fabs(x)
#define vexp(x) exp(x)
#define most(x, y) ((x) > (y) ? (x) : (y))
#define both(x, y) ((x) != 0 && (y) != 0 ? 1. : 0.)
#define either(x, y) ((x) != 0 || (y) != 0 ? 1. : 0.)
#define negated(x) ((x) == 0 ? 1. : 0.)
#define any(x) ((x) != 0)
#define choose(m, x, y) ((m) != 0 ? (x) : (y))
#define flushed(x) (fabs(x) < 1e-290 ? 0. : (x))
`

// intrinsics is by hand. A mask is a vector of 1 and 0 in the program; here it
// stays a comparison's result, as somebody who writes by hand would keep it.
const intrinsics = `static double slow_exp(double x) { return exp(x); }

#ifdef WIDE
#define W 8
typedef double V __attribute__((vector_size(64)));
#define set1(x) _mm512_set1_pd(x)
#define load(p) _mm512_loadu_pd(p)
#define store(p, x) _mm512_storeu_pd(p, x)
#define absolute(x) _mm512_abs_pd(x)
#define compare(a, b, how) _mm512_castsi512_pd(_mm512_movm_epi64(_mm512_cmp_pd_mask(a, b, how)))
#define both(a, b) _mm512_and_pd(a, b)
#define either(a, b) _mm512_or_pd(a, b)
#define negated(a) _mm512_xor_pd(a, _mm512_castsi512_pd(_mm512_set1_epi64(-1)))
#define any(a) (_mm512_movepi64_mask(_mm512_castpd_si512(a)) != 0)
#define choose(m, a, b) _mm512_mask_blend_pd(_mm512_movepi64_mask(_mm512_castpd_si512(m)), b, a)
#define most(a, b) _mm512_max_pd(a, b)
static inline V flushed(V x) {
	return _mm512_maskz_mov_pd(_mm512_cmp_pd_mask(_mm512_abs_pd(x), set1(1e-290), _CMP_NLT_UQ), x);
}
static inline V vexp(V x) {
	x = _mm512_max_pd(_mm512_min_pd(set1(710), x), set1(-746));
	V s = _mm512_fmadd_pd(x, set1(INV), set1(SHIFT));
	V n = s - set1(SHIFT);
	V r = _mm512_fnmadd_pd(n, set1(L2), _mm512_fnmadd_pd(n, set1(L1), x));
	V z = r * r;
	V p = _mm512_fmadd_pd(z, _mm512_fmadd_pd(z, _mm512_fmadd_pd(r, set1(C7), set1(C6)), _mm512_fmadd_pd(r, set1(C5), set1(C4))),
		_mm512_fmadd_pd(r, set1(C3), set1(C2)));
	V q = _mm512_fmadd_pd(z, p, r);
	__m512i i = _mm512_castpd_si512(s);
	V t = _mm512_permutexvar_pd(i, _mm512_load_pd(T));
	V y = t + _mm512_fmadd_pd(t, q, _mm512_permutexvar_pd(i, _mm512_load_pd(TAIL)));
	return _mm512_scalef_pd(y, n * set1(0.125));
}
#else
#define W 4
typedef double V __attribute__((vector_size(32)));
#define set1(x) _mm256_set1_pd(x)
#define load(p) _mm256_loadu_pd(p)
#define store(p, x) _mm256_storeu_pd(p, x)
#define absolute(x) _mm256_andnot_pd(set1(-0.0), x)
#define compare(a, b, how) _mm256_cmp_pd(a, b, how)
#define both(a, b) _mm256_and_pd(a, b)
#define either(a, b) _mm256_or_pd(a, b)
#define negated(a) _mm256_xor_pd(a, _mm256_castsi256_pd(_mm256_set1_epi64x(-1)))
#define any(a) (_mm256_movemask_pd(a) != 0)
#define choose(m, a, b) _mm256_blendv_pd(b, a, m)
#define most(a, b) _mm256_max_pd(a, b)
static inline V flushed(V x) { return _mm256_and_pd(x, _mm256_cmp_pd(absolute(x), set1(1e-290), _CMP_NLT_UQ)); }
static inline V pick(const unsigned *low, const unsigned *high, __m256i i) {
	__m256i a = _mm256_permutevar8x32_epi32(_mm256_load_si256((const __m256i *)low), i);
	__m256i b = _mm256_permutevar8x32_epi32(_mm256_load_si256((const __m256i *)high), i);
	return _mm256_castsi256_pd(_mm256_blend_epi32(a, b, 0xaa));
}
static __attribute__((noinline)) V edge(V x) {
	for (int k = 0; k < W; k++) x[k] = slow_exp(x[k]);
	return x;
}
static inline V vexp(V x) {
	V in = _mm256_and_pd(_mm256_cmp_pd(x, set1(-708), _CMP_GE_OQ), _mm256_cmp_pd(x, set1(709), _CMP_LE_OQ));
	if (__builtin_expect(_mm256_movemask_pd(in) != 15, 0)) return edge(x);
	V s = _mm256_fmadd_pd(x, set1(INV), set1(SHIFT));
	V n = s - set1(SHIFT);
	V r = _mm256_fnmadd_pd(n, set1(L2), _mm256_fnmadd_pd(n, set1(L1), x));
	V z = r * r;
	V p = _mm256_fmadd_pd(z, _mm256_fmadd_pd(z, _mm256_fmadd_pd(r, set1(C7), set1(C6)), _mm256_fmadd_pd(r, set1(C5), set1(C4))),
		_mm256_fmadd_pd(r, set1(C3), set1(C2)));
	V q = _mm256_fmadd_pd(z, p, r);
	__m256i i = _mm256_castpd_si256(_mm256_castps_pd(_mm256_moveldup_ps(_mm256_castpd_ps(s))));
	V t = pick(T_low, T_high, i);
	V y = t + _mm256_fmadd_pd(t, q, pick(TAIL_low, TAIL_high, i));
	__m256i k = _mm256_slli_epi64(_mm256_andnot_si256(_mm256_set1_epi64x(7), _mm256_castpd_si256(s)), 49);
	return _mm256_castsi256_pd(_mm256_add_epi64(_mm256_castpd_si256(y), k));
}
#endif
`

// driver reads frames, makes some steps and writes what is left, then times
// chunks of steps and prints the nanoseconds of the fastest step.
const driver = `
static double now(void) {
	struct timespec t;
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return t.tv_sec * 1e9 + t.tv_nsec;
}
int main(int argc, char **argv) {
	FILE *in = fopen(argv[1], "rb");
	long head[3], mechs;
	if (argc < 5 || !in || fread(&mechs, 8, 1, in) != 1) return 1;
	struct frame *f = malloc(mechs * sizeof *f);
	long *shape = malloc(mechs * 3 * 8);
	double *shared[16] = {0};
	for (long m = 0; m < mechs; m++) {
		if (fread(head, 8, 3, in) != 3) return 1;
		long n, columns = head[0], ports = head[1], uniforms = head[2];
		memcpy(shape + 3 * m, head, sizeof head);
		if (fread(&n, 8, 1, in) != 1) return 1;
		f[m].n = n;
		f[m].column = malloc(columns * 8 + 8);
		f[m].port = malloc(ports * 8 + 8);
		for (long c = 0; c < columns; c++) f[m].column[c] = numbers(in, n);
		for (long p = 0; p < ports; p++) {
			long id;
			if (fread(&id, 8, 1, in) != 1) return 1;
			double *x = numbers(in, n);
			if (!shared[id]) shared[id] = x; /* mechanisms meet on the same nodes */
			f[m].port[p] = shared[id];
		}
		f[m].uniform = numbers(in, uniforms);
	}
	grow(in, shared);
	int steps = atoi(argv[3]), chunks = atoi(argv[4]);
	for (int k = 0; k < steps; k++) step(f);
	FILE *out = fopen(argv[2], "wb");
	for (long m = 0; m < mechs; m++) {
		for (long c = 0; c < shape[3 * m]; c++) fwrite(f[m].column[c], 8, f[m].n, out);
		for (long p = 0; p < shape[3 * m + 1]; p++) fwrite(f[m].port[p], 8, f[m].n, out);
	}
	fclose(out);
	double best = 1e300;
	for (int c = 0; c < chunks; c++) {
		double t = now();
		for (int k = 0; k < 20; k++) step(f);
		t = (now() - t) / 20;
		if (t < best) best = t;
	}
	printf("%.1f\n", best);
	return 0;
}
`

const noSolver = `
static void grow(FILE *in, double **shared) { (void)in; (void)shared; }
static void prepare(void) {}
static void solve(void) {}
`

// solver is runtime/cable's on blocks of eight cells, operation for operation.
// Its loops over the lanes are the compiler's to vectorise: all are as wide as a
// register or two.
const solver = `
static long nodes, blocks;
static int *parent;
static double *v, *rhs, *d, *cm, *a, *b;
static void grow(FILE *in, double **shared) {
	long head[5];
	if (fread(head, 8, 5, in) != 5) exit(1);
	nodes = head[0], blocks = head[1];
	parent = malloc(nodes * sizeof *parent);
	if (fread(parent, sizeof *parent, nodes, in) != (size_t)nodes) exit(1);
	v = shared[head[2]], rhs = shared[head[3]], d = shared[head[4]];
	cm = numbers(in, 8 * nodes * blocks), a = numbers(in, 8 * nodes * blocks), b = numbers(in, 8 * nodes * blocks);
}
static void prepare(void) {
	memset(rhs, 0, 64 * nodes * blocks);
	memset(d, 0, 64 * nodes * blocks);
}
typedef double L __attribute__((vector_size(64)));
#define at(x, k) (*(L *)((x) + first + 8 * (k)))
static __attribute__((noinline)) void solve(void) {
	const double cfac = 0.04;
	for (long first = 0; first < 8 * nodes * blocks; first += 8 * nodes) {
		for (long k = 0; k < nodes; k++) {
			L dk = at(d, k) + cfac * at(cm, k);
			int p = parent[k];
			if (p < 0) { at(d, k) = dk; continue; }
			L dv = at(v, p) - at(v, k);
			at(rhs, k) -= at(b, k) * dv;
			at(rhs, p) += at(a, k) * dv;
			at(d, k) = dk - at(b, k);
			at(d, p) -= at(a, k);
		}
		for (long k = nodes - 1; k > 0; k--) {
			int p = parent[k];
			if (p < 0) continue;
			L f = at(a, k) / at(d, k);
			at(d, p) -= f * at(b, k);
			at(rhs, p) -= f * at(rhs, k);
		}
		for (long k = 0; k < nodes; k++) {
			int p = parent[k];
			L r = at(rhs, k);
			if (p >= 0) r -= at(b, k) * at(rhs, p);
			at(rhs, k) = r / at(d, k);
			at(v, k) += at(rhs, k);
		}
	}
}
`
