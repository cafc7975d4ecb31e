TITLE C: types of numbers, conversions, division, wrapping, comparisons, arithmetic of bits

NEURON {
    SUFFIX cnums
    NONSPECIFIC_CURRENT i
    RANGE lcg, park, shifted, mixed, single, small, quotient, compared, counted, bits, long64, sizes
}
UNITS { (mV) = (millivolt) (mA) = (milliamp) }
ASSIGNED { v (mV)  i (mA/cm2)  lcg  park  shifted  mixed  single  small  quotient  compared  counted  bits  long64  sizes }

VERBATIM
static unsigned int next_lcg(unsigned int s) { return 1664525u * s + 1013904223u; }
static int next_park(int s) {
    int hi = s / 127773, lo = s % 127773;
    int x = 16807 * lo - 2836 * hi;
    return x > 0 ? x : x + 2147483647;
}
static uint32_t next_shift(uint32_t x) {
    x ^= x << 13;
    x ^= x >> 17;
    x ^= x << 5;
    return x;
}
static void split(double x, int* whole, float* part) {
    *whole = (int) x;
    *part = x - *whole;
}
ENDVERBATIM

INITIAL { numbers(t, v) }
BREAKPOINT {
    numbers(t, v)
    i = (1e-9)*(lcg + park)
}

PROCEDURE numbers(t (ms), v (mV)) {
    VERBATIM
    unsigned int u = (unsigned int) (_lt * 1000.0 + 0.5), count = 0;
    int s = 1 + (int) (_lt * 977.0), n, k;
    uint32_t x = 2463534242u + u;
    long product;
    unsigned long big;
    float f = 0.1f, g, part;
    double d;
    char c;
    unsigned char byte;
    short h;
    bool yes;
    for (n = 0; n < 20; ++n) {
        u = next_lcg(u);
        s = next_park(s);
        x = next_shift(x);
        count += u > 2147483648u;
        count -= 2;
    }
    lcg = u / 4294967296.0;
    park = s * (1.0 / 2147483647);
    shifted = x * 2.3283064365386963e-10;
    counted = count;                                 /* wraps below 0 */
    n = (int) (_lv * 3);
    k = (int) -_lv;
    mixed = n / 7 + 0.5 * (n % 7) + n / 7.0 + (n - 1) / 2 * 2 + 1 / 2 + -7 / 2 + -7 % 3 + 7u / 2 + (n << 2) - (n >> 1);
    g = f * 3 + _lv / 3.0f;
    split(_lv / 7, &n, &part);
    single = g + (double) part + 16777217.0f + sqrt(f) + (float) 1e-50 + f * f;
    byte = (unsigned char) (int) (1000 + _lv);
    c = byte;
    h = byte * 300;
    yes = 0.3;
    small = byte + 1000.0 * c + 1e6 * (h + yes) + 'a' - '\n' + 010 + 0x1F + true;
    quotient = x / 1000 % 77 + (x - u) % 1000 - (int) (u % 10) / 3 + (x / 3u) * 1e-9 + ~0u / 65536;
    compared = (k < u) + 2 * (-1 < 1u) + 4 * (k < 5) + 8 * (k - 40 < sizeof(double)) + 16 * ((unsigned) k > 100) + 32 * (!k) + 64 * (k && u)
        + 128 * ((long) -1 < 1u) + 256 * (0.1f == 0.1) + 512 * (-1 < (unsigned short) 1);
    bits = (x & 0xFF) + ((u | 0x10) & ~7u) * 1e-6 + (k ^ 0x55) * 1e3 + (~k) * 1e-3 + (x >> 28) * 1e7 + (-k >> 3) + (1 << (u % 20)) * 1e-5;
    product = (long) s * 1000;
    big = 3;
    big *= x;
    long64 = product / 1024 % 1000 + (double) (big % 1000003) + (big - product > 0) + (product ^ 0x5555) % 1009 - (big >> 20);
    k = n = 5;
    sizes = sizeof(int) + 10 * sizeof big + 100 * sizeof(f) + sizeof(short) * 1000 + sizeof c * 10000 + (k++ + 3 * --n) * 1e6 + k * 1e7 + n * 1e8;
    d = 7;
    d /= 2;
    k /= 2;
    k *= 1.6;
    k -= 0.5;
    k %= 4;
    k <<= 3;
    k |= 1;
    s -= k;
    sizes += d * 1e9 + k * 1e10 + (s > 0 ? 1u : -1) * 1e11;
    ENDVERBATIM
}
