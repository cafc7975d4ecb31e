TITLE C: goto forward and back, pointers that count

NEURON {
    SUFFIX cgoto
    NONSPECIFIC_CURRENT i
    RANGE code, tries, found, back, outer, copied, walked, strided, between, ahead
}
UNITS { (mV) = (millivolt) (mA) = (milliamp) }
ASSIGNED { v (mV)  i (mA/cm2)  code  tries  found  back  outer  copied  walked  strided  between  ahead }

VERBATIM
static int checked(double x, double* out) {
    int status = -1;
    double y;
    *out = 0;
    if (x < -75) goto fail;
    y = x * 0.5;
    status = -2;
    if (y > 10) {
        *out = 3;
        goto fail;
    }
    while (1) {
        if (y > -20) goto fail;
        y -= 7;
        if (y < -33) goto done;
    }
done:
    *out = y;
    return 1;
fail:
    *out += 0.25;
    return status;
}
static double total(const double* x, int n) {
    double s = 0;
    while (n--) s = 0.75 * s + *x++;
    return s;
}
static int search(double* x, int n, double least) {
    double *p, *end = x + n;
    for (p = x; p < end; ++p) if (*p > least) return p - x;
    return -1;
}
static void reverse(double* first, double* last) {
    while (first < last) {
        double x = *first;
        *first++ = *last;
        *last-- = x;
    }
}
ENDVERBATIM

INITIAL { code = 0 }
BREAKPOINT { SOLVE jumps
    i = 1e-6*(tries + walked) }

PROCEDURE jumps() {
    VERBATIM
    double a[6], b[6], m[3][4], x, *p, *q;
    int k, j, n = 0;
    code = checked(v, &x) + x;
    k = 0;
again:
    k++;
    x = v + 13 * k;
    if (x < -20) goto again;
    if (k < 3) {
        n += 10;
        goto again;
    }
    tries = k + n;
    found = -1;
    for (k = 0; k < 5; k++) {
        for (j = 0; j < 5; j++) {
            n++;
            if (k * j + v / 10 > 2) { found = 10 * k + j; goto out; }
            if (j == 3 && k == 2) goto next;
        }
        next: ;
        n += 100;
    }
out:
    back = n;
    outer = 0;
    j = 0;
first:
    k = 0;
second:
    outer = outer * 0.9 + k + j;
    if (++k < 4) {
        for (n = 0; n < 3; n++) {
            if (outer > 7) goto first_again;
            if (n == 1) goto second;
        }
    }
first_again:
    if (++j < 3) goto first;
    p = a;
    for (k = 0; k < 6; k++) *p++ = v + k * k;
    p = a;
    q = b + 6;
    while (q > b) *--q = *p++;
    copied = b[0] + 10 * b[5] + (p - a);
    walked = total(a, 6) + total(b + 2, 3) + search(a, 6, -30);
    reverse(a, a + 5);
    walked += a[0] * 0.01 + a[2];
    p = &m[0][0];
    for (k = 0; k < 12; k++, p++) *p = k * v;
    q = m[1];
    p = q + 2;
    strided = *q + *p * 0.1 + p[-1] + *(m[2] + 1) + (p - m[1]) * 1000;
    k = 2;
    q = &a[k];
    k = 5;
    *q += 1000;
    q += 2;
    q -= 1;
    between = a[2] + *q + (q == a + 3) + 2 * (q != &a[3]) + 4 * (p >= m[1]);
    if (v > -60) p = a; else p = a + 3;
    ahead = *p++;
    if (t > 10) p++;
    ahead += *p;
    if (v < -80) goto end;
    ahead += 0.5;
end: ;
    ENDVERBATIM
}
