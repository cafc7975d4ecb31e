TITLE Plain C in VERBATIM: types, loops, jumps, arrays, functions, macros

NEURON {
    POINT_PROCESS CPlain
    RANGE s, n, m, k, primes, e
    NONSPECIFIC_CURRENT i
}

PARAMETER { e = 0 (mV)  tau = 7.5 (ms)  NRN = 3 }

VERBATIM
#include <math.h>
#define SQUARE(x) ((x)*(x))
#define LIMIT 12
#ifndef CORENEURON_BUILD
# define STEPS 5
#else
# define STEPS nonsense here
#endif
#if defined(NOTHERE) || !NRN_VERSION_GTEQ(8,2,0)
this is no C
#elif 1
static const double table[4] = {0.5, 1.25, -0.75, 2.};
#endif
static double half = 1./2;

/* the largest j with j*j <= x, by trial */
static int root(double x) {
    int j = 0;
    while (1) {
        if (SQUARE(j + 1) > x) break;
        j++;
        if (j > 100000) { return -1; }
    }
    return j;
}

static double collatz(int number) {
    double steps = 0;
    do {
        number = number % 2 ? 3*number + 1 : number/2;
        steps += 1;
    } while (number != 1 && steps < 200);
    return steps;
}

static int isprime(int cand)
{
    int j;
    if (cand < 2) return 0;
    for (j = 2; j*j <= cand; j++)
        if (cand % j == 0) return 0;
    return 1;
}
static void both(double x, double* lo, double* hi) { *lo = floor(x); *hi = ceil(x); }
ENDVERBATIM

ASSIGNED { v (mV) i (nA) n m k primes buf[6] }

STATE { s }

INITIAL {
    s = 0
    n = 0
    VERBATIM
    {   int q;
        for (q = 0; q < 6; q++) buf[q] = table[q % 4]*(q + 1);
        m = k = 0.;
        primes = 0;
    }
    ENDVERBATIM
}

BREAKPOINT {
    SOLVE decay METHOD cnexp
    i = s*(v - e)*gain(v)
}

DERIVATIVE decay { s' = -s/tau }

FUNCTION gain(x (mV)) {
    VERBATIM
    double y = fabs(_lx)/100., sum = half;
    int j;
    for (j = 0; j < STEPS; ++j) {
        if (j == 1) continue;
        sum += y/(j + 1);
    }
    _lgain = sum*(_lx > -60 ? 1e-3 : 2e-3);
    ENDVERBATIM
}

FUNCTION pick(w) {
    VERBATIM
    int idx = (int)(_lw*10) % 6;
    double lo, hi;
    if (idx < 0) { return -1; }
    both(buf[idx], &lo, &hi);
    return buf[idx] + 0.25*lo - 0.125*hi;
    ENDVERBATIM
}

PROCEDURE count() {
    LOCAL c
    VERBATIM
    int c, found = 0;
    for (c = (int)n; ; c++) {
        found += isprime(c);
        if (found >= 3 || c > n + LIMIT) break;
    }
    primes = c;
    _lc = found;
    ENDVERBATIM
    k = k + c
}

NET_RECEIVE (w, last (ms)) {
    LOCAL step
    INITIAL { last = -1 }
    n = n + 1
    step = t - last
    if (w > 5) {
        VERBATIM
        m = -m;
        return;
        ENDVERBATIM
    }
    VERBATIM
    if (_lstep > 4.) {
        int twice = root(_args[0]*50);
        while (twice--) {
            if (twice == 2) break;
    ENDVERBATIM
            s = s + 0.01*w
    VERBATIM
        }
        m += collatz((int)(_lstep*3));
    } else {
        m -= 1;
    ENDVERBATIM
        s = s + pick(w)/100
    VERBATIM
    }
    ENDVERBATIM
    count()
    last = t
}
