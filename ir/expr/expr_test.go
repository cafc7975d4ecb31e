package expr

import (
	"bufio"
	"fmt"
	"math"
	"math/rand/v2"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"github.com/rallsim/rall/ir/diag"
)

func parse(t testing.TB, src string) *Expr {
	t.Helper()
	var l diag.List
	e := Parse(src, diag.Pos{File: "t", Path: "p"}, &l)
	if e == nil || l.HasErrors() {
		t.Fatalf("%q: %v", src, l.Err())
	}
	return e
}

func compile(t testing.TB, src string, slots ...string) *Prog {
	t.Helper()
	p, err := parse(t, src).Compile(slots, map[string]float64{"k": 4})
	if err != nil {
		t.Fatalf("%q: %v", src, err)
	}
	return p
}

// TestEval holds Python's answers (CPython 3.11, NumPy's functions).
func TestEval(t *testing.T) {
	for _, c := range []struct {
		src  string
		want float64
	}{
		{"1", 1}, {" 1e3 ", 1000}, {".5", 0.5}, {"5.", 5}, {"1_000", 1000}, {"0x10", 16}, {"1E-3", 0.001},
		{"1/2", 0.5}, {"7//2", 3}, {"-7//2", -4}, {"7//-2", -4}, {"7.5//2", 3}, {"-7%3", 2}, {"7%-3", -2}, {"-7.5%2", 0.5}, {"5.5%-2", -0.5},
		{"remainder(-7, 3)", 2}, {"0.3%0.1", 0.09999999999999998}, {"1//0.1", 9},
		{"2**3**2", 512}, {"-2**2", -4}, {"2**-1", 0.5}, {"(-2)**2", 4}, {"-2**-2", -0.25}, {"2**-2**2", 0.0625}, {"2*3**2", 18},
		{"1+2*3", 7}, {"(1+2)*3", 9}, {"10-4-3", 3}, {"100/10/2", 5}, {"--3", 3}, {"-+-3", 3}, {"1 - -1", 2}, {"2*-3", -6},
		{"1<2", 1}, {"1<2<3", 1}, {"1<3<2", 0}, {"3>2>1", 1}, {"3>2>2", 0}, {"1<2>1", 1}, {"2==2.0", 1}, {"1!=1", 0}, {"1<=1", 1}, {"2>=3", 0}, {"1<2<3<4<3", 0},
		{"not 0", 1}, {"not 3", 0}, {"not 1 < 2", 0}, {"not not 5", 1}, {"3 and 5", 5}, {"0 and 5", 0}, {"3 or 5", 3}, {"0 or 5", 5}, {"0 or 0.0 or 7", 7},
		{"1 or 0 and 0", 1}, {"1 < 2 and 3 < 2", 0}, {"True + True", 2}, {"False", 0}, {"2 if 1 else 3", 2}, {"2 if 0 else 3", 3},
		{"1 if 0 else 2 if 0 else 3", 3}, {"(1 if 1 else 2) + 1", 2}, {"1 if 1 else 2 + 1", 1}, {"5*(3>2)", 5},
		{"abs(-3)", 3}, {"min(3,1,2)", 1}, {"max(3,1,2)", 3}, {"max([1,5,2])", 5}, {"min([4,3])", 3}, {"sum([1,2,3.5])", 6.5}, {"mean([1,2,6])", 3},
		{"int(3.9)", 3}, {"int(-3.9)", -3}, {"round(2.5)", 2}, {"round(3.5)", 4}, {"round(-2.5)", -2}, {"round(2.675, 2)", 2.67}, {"round(0.15, 1)", 0.1}, {"round(1234.5, -2)", 1200},
		{"ceil(1.2)", 2}, {"floor(-1.2)", -2}, {"sqrt(16)", 4}, {"exp(0)", 1}, {"log(1)", 0}, {"log10(1000)", 3}, {"cos(0)", 1}, {"sin(pi/2)", 1}, {"arctan2(1,1)*4/pi", 1},
		{"pow(2,10)", 1024}, {"float(2)", 2}, {"bool(0.1)", 1}, {"pi", math.Pi}, {"1/inf", 0}, {"exp(-1/0)", 0}, {"k*2", 8},
		{"max(1,\n 2)", 2}, {"((((1))))", 1}, {"mean([5])", 5},
	} {
		p := compile(t, c.src)
		if got := p.Eval(nil, nil); math.Abs(got-c.want) > 1e-15*math.Abs(c.want) {
			t.Errorf("%s = %v, want %v", c.src, got, c.want)
		}
	}
}

// TestIEEE: where Python raises, the result is infinite or NaN.
func TestIEEE(t *testing.T) {
	for src, want := range map[string]float64{"1/0": math.Inf(1), "-1/0": math.Inf(-1), "0/0": math.NaN(), "1%0": math.NaN(),
		"1//0": math.Inf(1), "log(0)": math.Inf(-1), "sqrt(-1)": math.NaN(), "(-8)**0.5": math.NaN(), "0**-1": math.Inf(1), "-inf": math.Inf(-1)} {
		got := compile(t, src).Eval(nil, nil)
		if got != want && !(math.IsNaN(got) && math.IsNaN(want)) {
			t.Errorf("%s = %v, want %v", src, got, want)
		}
	}
}

func TestErrors(t *testing.T) {
	for _, c := range []struct{ src, msg, hint string }{
		{"", "empty string", ""},
		{"1+", "ends too early at character 3", ""},
		{"(1+2", "never closed", ""},
		{"1)", `unexpected ")"`, ""},
		{"blah(1)", `unknown function "blah"`, "the functions are"},
		{"epx(1)", `unknown function "epx"`, `did you mean "exp"?`},
		{"unifrom(0,1)", "unknown function", `did you mean "uniform"?`},
		{"uniform(1)", "uniform takes 2 argument(s), not 1", ""},
		{"uniform", "needs its arguments in brackets", ""},
		{"exp", "needs its arguments in brackets", ""},
		{"exp(1,2)", "exp takes 1 argument(s), not 2", ""},
		{"max(1)", "two or more arguments or a list", ""},
		{"mean(1,2)", "mean takes a list", "mean([a, b])"},
		{"round(1, ndigits=2)", "named arguments", ""},
		{"x.__class__", "attribute access", ""},
		{"np.exp(1)", "attribute access", "write the function's name alone"},
		{"(1).real", "attribute access", ""},
		{"rand.foo(1)", "unknown random variate", ""},
		{"rand.uniform", "needs its arguments", ""},
		{"x[0]", "subscripts", ""},
		{"max([1,2])[0]", "subscripts", ""},
		{"[1,2]", "a list is only possible", ""},
		{"lambda: 1", `"lambda"`, ""},
		{"__import__('os').system('ls')", `"__import__" is not allowed`, ""},
		{"eval('1')", `"eval" is not allowed`, ""},
		{"open(1)", "is not allowed", ""},
		{"'a'", "text is not part", ""},
		{"1^2", "bitwise", "**"},
		{"1 & 2", "bitwise", ""},
		{"~1", "bitwise", ""},
		{"x = 1", "", "=="},
		{"x := 1", "assignments", ""},
		{"1 if 2", "the else of a conditional is missing", ""},
		{"2x", `"2x" is not a number`, "multiplication"},
		{"2 x", `unexpected "x"`, ""},
		{"1__0", "not a number", ""},
		{"(2)(3)", "only functions can be called", ""},
		{"x(3)", "unknown function", ""},
		{"1;2", `unexpected ";"`, ""},
		{"None", "None is not a number", ""},
		{"x in y", `"in" is not part`, ""},
		{"max(*x)", `unexpected "*"`, ""},
		{"1 # c", "comments", ""},
		{"a§b", "is not part of string functions", ""},
		{"sum([x for x in y])", `"for" is not part`, ""},
		{"mean([])", "an empty list", ""},
		{strings.Repeat("(", 200) + "1" + strings.Repeat(")", 200), "levels of nesting", ""},
		{strings.Repeat("-", 2000) + "1", "levels of nesting", ""},
		{strings.Repeat("1+", 6000) + "1", "more than 10000 characters", ""},
		{"array([1,2])", "makes an array", ""},
	} {
		var l diag.List
		if e := Parse(c.src, diag.Pos{Path: "p"}, &l); e != nil || l.Count(diag.Error) != 1 {
			t.Errorf("%q: parsed, or %d errors", c.src, l.Count(diag.Error))
			continue
		}
		d := l.All()[0]
		if !strings.Contains(d.Msg, c.msg) || !strings.Contains(d.Hint, c.hint) || d.Pos.Path != "p" {
			t.Errorf("%q: %s (hint %q), want %q (%q)", c.src, d.Msg, d.Hint, c.msg, c.hint)
		}
	}
}

func TestCheck(t *testing.T) {
	e := parse(t, "0.01*dist_3d + myK + dist_y")
	if got := strings.Join(e.Vars(), " "); got != "dist_3d myK dist_y" {
		t.Errorf("Vars: %s", got)
	}
	var l diag.List
	if e.Check([]string{"dist_3D", "dist_y"}, []string{"myK"}, &l) {
		t.Error("dist_3d passed")
	}
	if d := l.All()[0]; d.Hint != `did you mean "dist_3D"?` || d.Code != diag.UnknownName || !strings.Contains(d.Msg, "character 6") {
		t.Errorf("%s (%s)", d.Msg, d.Hint)
	}
	if _, err := e.Compile([]string{"dist_y"}, nil); err == nil {
		t.Error("an unknown variable compiled")
	}
	if parse(t, "uniform(0,1)+x").UsesRand() != true || parse(t, "x").UsesRand() {
		t.Error("UsesRand")
	}
	if _, ok := parse(t, "x").Const(); ok {
		t.Error("x is no constant")
	}
	if x, ok := parse(t, "2*exp(0)").Const(); !ok || x != 2 {
		t.Error("2*exp(0) is a constant")
	}
	if l := ParseList(" [1, x, uniform(0,1)]", diag.Pos{}, &l); len(l) != 3 || !l[2].UsesRand() || l[1].Vars()[0] != "x" {
		t.Error("ParseList")
	}
}

// counter hands out 1, 2, 3 … and writes down what was asked for.
type counter struct {
	n   float64
	log []string
}

func (c *counter) Draw(d Dist, a, b float64) float64 {
	c.n++
	c.log = append(c.log, fmt.Sprintf("%s(%g,%g)", d, a, b))
	return c.n
}

// TestDraws: variates are drawn in Python's order, and only where Python
// evaluates them.
func TestDraws(t *testing.T) {
	for _, c := range []struct {
		src  string
		want float64
		log  string
	}{
		{"uniform(0,1) - 10*normal(5,2)", 1 - 20, "uniform(0,1) normal(5,2)"},
		{"max(1, rand.normal(5,2))", 1, "normal(5,2)"},
		{"negexp(3) if uniform(0,1) > 5 else poisson(4)", 2, "uniform(0,1) poisson(4,0)"},
		{"negexp(3) if uniform(0,1) < 5 else poisson(4)", 2, "uniform(0,1) negexp(3,0)"},
		{"0 and uniform(0,1)", 0, ""},
		{"2 or uniform(0,1)", 2, ""},
		{"1 < 0 < uniform(0,1)", 0, ""},
		{"0 < uniform(0,1) < 1.5", 1, "uniform(0,1)"},
		{"uniform(uniform(0,1), 7)", 2, "uniform(0,1) uniform(1,7)"},
		{"lognormal(1,2)+binomial(3,.5)+discunif(1,6)+erlang(1,2)+geometric(.5)+hypergeo(1,2)+weibull(1,2)", 28,
			"lognormal(1,2) binomial(3,0.5) discunif(1,6) erlang(1,2) geometric(0.5,0) hypergeo(1,2) weibull(1,2)"},
	} {
		r := &counter{}
		if got := compile(t, c.src).Eval(nil, r); got != c.want || strings.Join(r.log, " ") != c.log {
			t.Errorf("%s = %v by %q, want %v by %q", c.src, got, r.log, c.want, c.log)
		}
	}
	out := make([]float64, 3)
	compile(t, "x + uniform(0,1)", "x").EvalBatch(out, [][]float64{{10, 20, 30}}, &counter{})
	if out[0] != 11 || out[1] != 22 || out[2] != 33 {
		t.Errorf("a batch with draws: %v", out)
	}
}

// random makes expressions whose values Python can compute.
func random(r *rand.Rand, depth int) string {
	if depth == 0 || r.IntN(6) == 0 {
		switch r.IntN(4) {
		case 0:
			return strconv.Itoa(r.IntN(7))
		case 1:
			return strconv.FormatFloat(math.Round(r.Float64()*1000)/100, 'g', -1, 64)
		case 2:
			return "x"
		}
		return "y"
	}
	a := func() string { return random(r, depth-1) }
	switch r.IntN(16) {
	case 0, 1:
		return a() + []string{" + ", "-", "*"}[r.IntN(3)] + a()
	case 2:
		return a() + "/" + a()
	case 3:
		return a() + []string{"//", "%"}[r.IntN(2)] + a()
	case 4:
		return "-" + a()
	case 5:
		return "(" + a() + ")"
	case 6:
		return "abs(" + a() + ")**" + []string{"2", "0.5", "3", "-1"}[r.IntN(4)]
	case 7:
		return "(" + a() + []string{"<", "<=", ">", ">=", "==", "!="}[r.IntN(6)] + a() + ")"
	case 8:
		return "(" + a() + "<" + a() + "<=" + a() + ")"
	case 9:
		return "(" + a() + []string{" and ", " or "}[r.IntN(2)] + a() + ")"
	case 10:
		return "(not " + a() + ")"
	case 11:
		return "(" + a() + " if " + a() + " else " + a() + ")"
	case 12:
		return []string{"max(", "min("}[r.IntN(2)] + a() + ", " + a() + ")"
	case 13:
		return "exp(-abs(" + a() + "))"
	case 14:
		return []string{"sqrt(abs(", "int((", "round((", "ceil((", "sin((", "log(1+abs("}[r.IntN(6)] + a() + "))"
	}
	return "round(" + a() + ", 2)"
}

// TestAgainstPython compares random expressions with CPython's eval.
func TestAgainstPython(t *testing.T) {
	py, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("python3 is not installed")
	}
	r := rand.New(rand.NewPCG(1, 2))
	var src []string
	x, y := 1.75, -0.6
	for len(src) < 3000 {
		src = append(src, random(r, 4))
	}
	const program = `
import sys
from math import *
for line in sys.stdin:
    try: print(repr(float(eval(line, globals(), {"x": 1.75, "y": -0.6}))))
    except Exception: print("error")
`
	cmd := exec.Command(py, "-W", "ignore", "-c", program)
	cmd.Stdin = strings.NewReader(strings.Join(src, "\n") + "\n")
	outText, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	sc := bufio.NewScanner(strings.NewReader(string(outText)))
	compared := 0
	for _, s := range src {
		if !sc.Scan() {
			t.Fatal("Python gave up")
		}
		want, err := strconv.ParseFloat(sc.Text(), 64)
		if err != nil {
			continue // Python raised: division by zero and kin
		}
		p := compile(t, s, "x", "y")
		got := p.Eval([]float64{x, y}, nil)
		if math.Abs(got-want) > 1e-12*math.Max(math.Abs(want), 1) {
			t.Errorf("%s = %v, Python has %v", s, got, want)
		}
		compared++
	}
	if compared < 1500 {
		t.Errorf("only %d expressions were compared", compared)
	}
}

// TestBatchIsRow: a batch has the bits of its rows.
func TestBatchIsRow(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	const n = 600
	cols := [][]float64{make([]float64, n), make([]float64, n)}
	for i := range n {
		cols[0][i], cols[1][i] = r.NormFloat64()*3, math.Round(r.NormFloat64())
	}
	out := make([]float64, n)
	for range 2000 {
		s := random(r, 4)
		p := compile(t, s, "x", "y")
		p.EvalBatch(out, cols, nil)
		for i := range n {
			if want := p.Eval([]float64{cols[0][i], cols[1][i]}, nil); math.Float64bits(want) != math.Float64bits(out[i]) && !(math.IsNaN(want) && math.IsNaN(out[i])) {
				t.Fatalf("%s at x=%v y=%v: batch %v, row %v", s, cols[0][i], cols[1][i], out[i], want)
			}
		}
	}
}

func TestEvalDoesNotAllocate(t *testing.T) {
	p := compile(t, "0.9*exp(-d/150) if d < 300 and post_y > 2 else max(0, d-1)", "d", "post_y")
	vars := []float64{100, 3}
	if n := testing.AllocsPerRun(100, func() { p.Eval(vars, nil) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkBatch250k(b *testing.B) {
	p := compile(b, "0.9*exp(-d/150)", "d")
	d, out := make([]float64, 250000), make([]float64, 250000)
	for i := range d {
		d[i] = float64(i) / 1000
	}
	for b.Loop() {
		p.EvalBatch(out, [][]float64{d}, nil)
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"0.9*exp(-dist_3D/150)", "max(1, normal(5,2))", "1 if x < 2 <= y else -x**2", "not (x and 0x1F or 1_0.5e-3)", "mean([x, 1])", "rand.uniform(0,1)", "((", "1e999", "x.y[0]"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var l diag.List
		e := Parse(s, diag.Pos{}, &l)
		if (e == nil) != l.HasErrors() {
			t.Fatal("a result with an error, or none without")
		}
		ParseList(s, diag.Pos{}, &diag.List{})
		if e == nil {
			return
		}
		p, err := e.Compile(e.Vars(), nil)
		if err != nil {
			t.Fatal(err)
		}
		vars := make([]float64, len(e.Vars()))
		cols := make([][]float64, len(vars))
		for i := range vars {
			vars[i] = 1.5
			cols[i] = []float64{1.5}
		}
		a, b := p.Eval(vars, &counter{}), []float64{0}
		p.EvalBatch(b, cols, &counter{})
		if a != b[0] && !(math.IsNaN(a) && math.IsNaN(b[0])) {
			t.Fatalf("row %v, batch %v", a, b[0])
		}
	})
}
