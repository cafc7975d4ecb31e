TITLE C: arrays of two dimensions, their rows as pointers and arguments, first values by row and in a row

NEURON {
    SUFFIX carrays
    NONSPECIFIC_CURRENT i
    RANGE trace, product, ragged, row
}
UNITS { (mV) = (millivolt) (mA) = (milliamp) }

ASSIGNED { v (mV)  i (mA/cm2)  trace  product  ragged  row }

VERBATIM
#define SIDE 3
static double rates[SIDE][SIDE] = {{0.1, 0.2, 0.3}, {0.4, 0.5, 0.6}, {0.7, 0.8, 0.9}};
static int steps[][2] = {{1}, {2, 3}, {4, 5}};
static double diagonal(double a[SIDE][SIDE]) {
    double d = 0;
    int k;
    for (k = 0; k < SIDE; k++) d += a[k][k];
    return d;
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

INITIAL { fill(v) }

BREAKPOINT {
    SOLVE again
    i = 1e-5*(trace + row) + 1e-4*(v + 65)
}

PROCEDURE again() { fill(v) }

PROCEDURE fill(u) {
VERBATIM
    double m[SIDE][SIDE], n[SIDE][SIDE] = {1, 0, 0, 0, 2}, out[SIDE][SIDE];
    int p, q, which = ((int) fabs(_lu)/7)%SIDE;
    for (p = 0; p < SIDE; p++)
        for (q = 0; q < SIDE; q++)
            m[p][q] = rates[p][q]*_lu + (p == q)*10;
    n[2][2] = which;
    trace = diagonal(m);
    multiply(m, n, out);
    product = out[0][1] + 2*out[which][2];
    ragged = steps[0][1] + steps[which][1]*10 + steps[2][which%2]*100;
    double* x = m[which];
    for (p = 0; p < SIDE; p++) x[p] *= 0.5;
    row = x[0] + *m[2] + m[(which + 1)%SIDE][1];
ENDVERBATIM
}

UNITSON
