TITLE C: enums, typedefs, structures in structures, structures that stay

NEURON {
    SUFFIX ctypes
    NONSPECIFIC_CURRENT i
    RANGE phase, slope, packed, nest, kept, seen, sizes, table, mixed
}
UNITS { (mV) = (millivolt) (mA) = (milliamp) }
ASSIGNED { v (mV)  i (mA/cm2)  phase  slope  packed  nest  kept  seen  sizes  table  mixed }

VERBATIM
enum Phase { REST, RISING = 3, FALLING, LATE = FALLING * 10 + 1, LAST };
enum { NEGATIVE = -2, ROWS = 3 };
typedef double real;
typedef unsigned char byte;
typedef real triple[ROWS];
typedef enum { LOW, MIDDLE, HIGH } Level;
typedef struct { real x, y; } Point;
typedef struct Line { Point from, to; int marks[4]; struct { byte a; double b; } tag; } Line;
typedef Line Segment;
static Point origin = {1.5, -0.25};
static struct Tally { long count; double sum, hits[3]; } tally = {10, 0.5, {1, 2}};
static const Segment unit = {{0, 0}, {3, 4}, {7, 8}, {9, 2.5}};
static double weights[ROWS] = {0.5, 0.25, 4};
static double history[2][ROWS] = {{1, 2, 3}, {4}};
static enum Phase current = RISING;
static void keep(double* x, int n, double by) { int k; for (k = 0; k < n; k++) x[k] = 0.5*x[k] + by; }
static enum Phase next_phase(enum Phase p) {
    switch (p) {
    case REST: return RISING;
    case RISING: return FALLING;
    case FALLING: return LATE;
    default: return REST;
    }
}
static real span(Line l) {
    l.to.x -= l.from.x;
    l.to.y -= l.from.y;
    return sqrt(l.to.x*l.to.x + l.to.y*l.to.y);
}
static Level level(real x) { return x < -70 ? LOW : x < 0 ? MIDDLE : HIGH; }
static void move(Point* p, real dx) { p->x += dx; (*p).y -= dx; }
static int calls(void) { static int n = 5; return ++n % 17; }
ENDVERBATIM

INITIAL { phase = 0 kept = 0 }
BREAKPOINT { SOLVE types
    i = 1e-6*(slope + nest) }

PROCEDURE types() {
    VERBATIM
    enum Phase p = (enum Phase) ((int) (v + 100) % 2 ? RISING : FALLING);
    enum { SMALL = 1, BIG = SMALL << 4 } size = BIG;
    typedef struct { int n; Point at; } Mark;
    typedef int whole;
    typedef const double* numbers;
    struct Pair { double a; whole b; } pair = {0.75, 3};
    Mark mark = {2, {v, t}}, other;
    Line line = {{1, 2}, {v, t}, {1, 2, 3}}, copy;
    triple three = {1, 2};
    numbers w = weights;
    whole k, sum = 0;
    static Point drift = {0.5, 0};
    p = next_phase(p);
    phase = p + 10 * next_phase(p) + 100 * LAST + NEGATIVE;
    slope = level(v) + 3 * (p > RISING) + (p == LATE) * 0.5 + size + sizeof(three);
    copy = line;
    copy.marks[3] = 5;
    copy.tag.b = v * 0.5;
    copy.tag.a = (byte) (k = 300);
    move(&copy.from, 0.125);
    move(&mark.at, 1);
    other = mark;
    other.n += 4;
    for (k = 0; k < 4; k++) sum += copy.marks[k] - line.marks[k] * 2;
    nest = span(copy) + span(unit) + 1000 * sum + copy.tag.a + copy.tag.b + other.n * other.at.x - mark.at.y + unit.marks[1] + unit.tag.b;
    packed = pair.a * pair.b + three[1] + three[2] + (real) 7 / 2 + (whole) 2.9;
    tally.count += calls();
    tally.sum = 0.5 * tally.sum + v;
    tally.hits[tally.count % 3] += 1;
    move(&origin, 0.25);
    drift.x *= -1;
    drift.y += drift.x + 1;
    kept = tally.count + tally.sum + origin.x * 10 + origin.y * 100 + drift.y + calls();
    seen = tally.hits[0] + 2 * tally.hits[1] + 5 * tally.hits[2];
    current = next_phase(current);
    sizes = sizeof(Line) + 1000.0 * sizeof(Mark) + 1e6 * sizeof(struct Tally) + 1e9 * sizeof(Level) + 1e10 * sizeof pair + 1e12 * sizeof(byte) + 1e13 * sizeof(numbers) + current;
    keep(history[1], ROWS, v * 0.01);
    table = w[0] * v + w[2] + history[0][1] + history[1][0] + 10 * history[1][2];
    {
        enum { SMALL = 7 };
        typedef float whole;
        whole f = 0.1;
        mixed = SMALL + f;
    }
    mixed += SMALL * 100;
    ENDVERBATIM
}
