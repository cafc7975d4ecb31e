TITLE C: switch with fall-through, loops of all kinds, jumps, comma, arrays, pointers to locals

NEURON {
    SUFFIX cflow
    NONSPECIFIC_CURRENT i
    RANGE chosen, through, rounds, nested, table, sorted, outs, early
}
UNITS { (mV) = (millivolt) (mA) = (milliamp) }
ASSIGNED { v (mV)  i (mA/cm2)  chosen  through  rounds  nested  table  sorted  outs  early }

VERBATIM
static const double weights[5] = {0.5, 1.5, -2.25, 4, 8.125};
static const int primes[] = {2, 3, 5, 7, 11, 13};
static int level(double x) {
    switch ((int) floor(x / 10)) {
    case -9: return 1;
    case -7:
    case -6: return 2;
    case 0: case 1: case 2:
        return 3;
    default:
        if (x > 0) break;
        return 4;
    }
    return 5;
}
static void extremes(const double* list, int n, double* least, double* most) {
    int k;
    *least = *most = list[0];
    for (k = 1; k < n; k++) {
        if (list[k] < *least) *least = list[k];
        if (list[k] > *most) *most = list[k];
    }
}
static double until(double x) {
    while (1) {
        if (x > 100) return x;
        x = x * 2 + 10;
        if (x < -50) { x += 200; continue; }
        x += 1;
        if (x < -1000) break;
    }
    return -1;
}
ENDVERBATIM

INITIAL { flow(t, v) }
BREAKPOINT {
    flow(t, v)
    i = 1e-6*(chosen + through)
}

PROCEDURE flow(t (ms), v (mV)) {
    VERBATIM
    int n = (int) (_lt * 10 + 0.5) % 8, k, j, sum = 0;
    double a[6], least, most;
    chosen = level(_lv);
    switch (n) {
    case 0:
        sum += 1;
    case 1:
        sum += 10;
        break;
    case 5: {
        int inner = 3;
        sum += inner;
        if (_lv > 0) break;
        sum += 1000;
    }
    default:
        sum += 100;
        if (n == 6) break;
    case 7:
        sum += 10000;
    }
    through = sum;
    k = 0;
    do {
        k += 3;
        if (k % 5 == 0) continue;
        if (k > 40 + n) break;
    } while (k < 45);
    rounds = k;
    nested = 0;
    for (k = 0, j = 10; k < j; k++, j--) {
        for (;;) {
            nested += 1;
            switch (((int) nested + n) % 4) {
            case 0: continue;
            case 3: nested += 0.25; break;
            default: ;
            }
            if (nested > 3 * k) break;
        }
    }
    table = 0;
    for (k = 0; k < 6; k++) {
        a[k] = weights[(k * 3 + n) % 5] * primes[k] + _lv;
        table = table * 0.5 + a[k];
    }
    for (k = 1; k < 6; k++) {
        double x = a[k];
        j = k - 1;
        while (j >= 0 && a[j] > x) { a[j + 1] = a[j]; j--; }
        a[j + 1] = x;
    }
    sorted = a[0] + 10 * a[2] - a[5];
    extremes(a, 5, &least, &most);
    outs = most - least + (k = 7, k * 0.125) + (n > 3 ? least : most);
    early = until(_lv);
    ENDVERBATIM
}
