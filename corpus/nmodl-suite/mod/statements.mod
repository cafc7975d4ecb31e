TITLE Loops, arrays, integer expressions, PROTECT, MUTEXLOCK, nested names, functions as statements

DEFINE N 4
DEFINE HALF 2
NEURON {
    SUFFIX statements
    NONSPECIFIC_CURRENT i
    RANGE sum, last, low, turns
}
UNITS { (mV) = (millivolt) (mA) = (milliamp) (nA) = (nanoamp) (S) = (siemens) (uS) = (microsiemens) (um) = (micron) (molar) = (1/liter) (mM) = (millimolar) }

CONSTANT { part = 0.25 }
ASSIGNED { v (mV)  i (mA/cm2)  w[N]  sum  last  low  turns  total }

INITIAL { FROM k = 0 TO N-1 { w[k] = k*part }  turns = 0  total = 0 }

BREAKPOINT {
    LOCAL x, a[3]
    sum = 0
    FROM k = 0 TO N-1 BY HALF { sum = sum + w[k]*v }
    FROM k = 1 TO (N-1)/HALF { sum = sum + w[k*HALF]*0.5 + w[N-1-k] }
    x = v
    while (x > 0) { x = x - 7.5 }
    low = x
    { LOCAL x
      x = 3
      a[x - 1] = x*v }
    a[0] = 1
    if (v > 0 && !(v > 20) || v < -50) { last = a[2] } else if (v == 0) { last = 0 } else { last = -2^2 + -v^2*a[0] }
    PROTECT total = total + 1
    MUTEXLOCK
    note(total)
    MUTEXUNLOCK
    turns = scale(w[INT(fabs(v)/90)], 2)
    i = 0.0000001*(sum + x)
}

FUNCTION scale(x, by) { x = x*by  scale = x + half() }
FUNCTION half() { half = 0.5 }
PROCEDURE note(n) { if (n < 0) { printf("never %g\n", n) } }
