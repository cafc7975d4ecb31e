package opt_test

import (
	"strings"
	"testing"

	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/mech"
	"github.com/rallsim/rall/ir/mech/opt"
	"github.com/rallsim/rall/ir/mech/solve"
	"github.com/rallsim/rall/nmodl"
)

const head = `NEURON { POINT_PROCESS X RANGE k, w, u RANDOM r }
PARAMETER { k = 1 }
ASSIGNED { v (mV) w u arr[4] }
`

func compile(t *testing.T, src string) *mech.Def {
	t.Helper()
	var l diag.List
	def := nmodl.Compile("x.mod", []byte(head+src), nil, &l)
	if def == nil {
		t.Fatalf("%v\n%s", l.Err(), src)
	}
	return def
}

// inlined returns INITIAL after unroll, solve, inline and, if asked, fold.
func inlined(t *testing.T, src string, fold bool) (string, *diag.List) {
	t.Helper()
	var l diag.List
	m := opt.Inline(solve.Solve(opt.Unroll(compile(t, src)), &l), &l)
	if fold {
		m = opt.Fold(m)
	}
	return strings.TrimSpace(m.Def.Format(*m.Init)), &l
}

func TestInline(t *testing.T) {
	tests := []struct{ name, src, want string }{
		{"function", "FUNCTION f(x) { f = x*k }\nINITIAL { w = 2 + f(u)*f(3) }", `x = u
f = 0
f = x*k
x = 3
f = 0
f = x*k
w = 2 + f*f`},
		{"argument changed inside", "FUNCTION f(x) { x = x + 1\n f = x }\nINITIAL { w = f(u) }", `x = u
f = 0
x = x + 1
f = x
w = f`},
		{"procedure in a procedure", "PROCEDURE p(x) { q(x, 2) }\nPROCEDURE q(a, b) { w = a + b }\nINITIAL { p(u) }", `x = u
a = x
b = 2
w = a + b`},
		{"argument is a call", "FUNCTION f(x) { f = x }\nFUNCTION g(x) { g = 2*x }\nINITIAL { w = f(g(u)) }", `x = u
g = 0
g = 2*x
x = g
f = 0
f = x
w = f`},
		{"condition of while", "FUNCTION f(x) { f = x < 3 }\nINITIAL { w = 0 while (f(w)) { w = w + 1 } }", `w = 0
x = w
f = 0
f = x < 3
test = f
while (test) {
  w = w + 1
  x = w
  f = 0
  f = x < 3
  test = f
}`},
		{"draw beside a call", "FUNCTION f() { f = random_negexp(r) }\nINITIAL { w = random_uniform(r) - f() }", `draw = random_uniform(r)
f = 0
f = random_negexp(r)
w = draw - f`},
	}
	for _, c := range tests {
		got, l := inlined(t, c.src, false)
		if len(l.All()) > 0 {
			t.Errorf("%s: %v", c.name, l.All())
		}
		if got != c.want {
			t.Errorf("%s: %s\ngives\n%s\nwant\n%s", c.name, c.src, got, c.want)
		}
	}
}

func TestUnroll(t *testing.T) {
	tests := []struct{ src, want string }{
		{"INITIAL { FROM i = 0 TO 2 { arr[i] = i*k } }", "arr[0] = 0*k\narr[1] = k\narr[2] = 2*k"},
		{"INITIAL { FROM i = 0 TO 3 BY 2 { arr[i] = k } }", "arr[0] = k\narr[2] = k"},
		{"INITIAL { FROM i = 0 TO 1 { FROM j = 0 TO i { w = w + i + j } } }", "w = w + 0 + 0\nw = w + 1 + 0\nw = w + 1 + 1"},
		{"INITIAL { FROM i = 0 TO u { w = w + i } }", "i = 0\nwhile (i <= ((u < 0 ? ceil(u) : floor(u)))) {\n  w = w + i\n  i = i + 1\n}"},
	}
	for _, c := range tests {
		if got, _ := inlined(t, c.src, false); got != c.want {
			t.Errorf("%s\ngives\n%s\nwant\n%s", c.src, got, c.want)
		}
	}
}

func TestFold(t *testing.T) {
	tests := []struct{ expr, want string }{
		{"2*3 + k", "6 + k"},
		{"k*1", "k"},
		{"1*k/1", "k"},
		{"k - 0", "k"},
		{"k + 0", "k + 0"}, // -0 + 0 is +0
		{"k*0", "k*0"},     // NaN and -0
		{"-(-k)", "k"},
		{"(2 < 3)*k", "k"},
		{"exp(0)", "exp(0)"},
	}
	for _, c := range tests {
		if got, _ := inlined(t, "INITIAL { w = "+c.expr+" }", true); got != "w = "+c.want {
			t.Errorf("%s folds to %s, want %s", c.expr, got, c.want)
		}
	}
	if got, _ := inlined(t, "INITIAL { if (1 > 2) { w = 1 } else { w = 2 } }", true); got != "w = 2" {
		t.Errorf("constant condition: %s", got)
	}
}

func TestTables(t *testing.T) {
	src := `PROCEDURE p(x) {
 TABLE w, u DEPEND k FROM -10 TO g(2) WITH 20
 w = x*k
 u = x + k
}
FUNCTION g(x) { g = x*x }
INITIAL { p(v/2) }`
	var l diag.List
	m := opt.Inline(solve.Solve(compile(t, src), &l), &l)
	if len(l.All()) > 0 || len(m.Tables) != 1 {
		t.Fatalf("%d tables, %v", len(m.Tables), l.All())
	}
	want := "lookup w, u = p(x = v/2) else {\n  w = x*k\n  u = x + k\n}"
	if got := strings.TrimSpace(m.Def.Format(*m.Init)); got != want {
		t.Errorf("gives\n%s\nwant\n%s", got, want)
	}
	if got, want := m.Def.Format(m.Tables[0].To), "x = 2\ng = 0\ng = x*x\nbound = g\n"; got != want {
		t.Errorf("bound is\n%s\nwant\n%s", got, want)
	}
}

// Functions that call themselves, or each other in a circle, are written out
// to a depth.
func TestRecursion(t *testing.T) {
	f, g := mech.CallStmt{Func: 0}, mech.CallStmt{Func: 1}
	def := func(body ...mech.Stmt) *mech.Def {
		return &mech.Def{Name: "x", Funcs: []mech.Func{{Name: "f", Result: -1, Body: body}, {Name: "g", Result: -1, Body: []mech.Stmt{f}}},
			Initial: mech.Block{Body: []mech.Stmt{f}}}
	}
	var l diag.List
	for _, c := range []struct{ circle, want int }{{1, 1}, {2, 8}} {
		m := opt.Inline(solve.Solve(def([]mech.Stmt{g, g}[:c.circle]...), &l), &l)
		if fails := fails(m); fails != c.want || len(l.All()) > 0 {
			t.Errorf("a circle of %d: %d ends of the depth, want %d; %v", c.circle, fails, c.want, l.All())
		}
	}
	for calls, want := range []int{0, 1, 64, 81} {
		l = diag.List{}
		m := opt.Inline(solve.Solve(def([]mech.Stmt{f, f, f}[:calls]...), &l), &l)
		if fails := fails(m); fails != want || len(l.All()) > 0 {
			t.Errorf("%d calls of itself: %d ends of the depth, want %d; %v", calls, fails, want, l.All())
		}
	}
}

func fails(m *opt.Module) (n int) {
	mech.WalkStmts(m.Init.Body, func(st mech.Stmt) {
		if _, ok := st.(mech.Fail); ok {
			n++
		}
	})
	return n
}

// A mechanism whose functions double at each level is refused in time.
func TestTooLarge(t *testing.T) {
	def := &mech.Def{Name: "x", Vars: []mech.Var{{Name: "a", Storage: mech.Instance}}}
	for i := 0; i < 30; i++ {
		f := mech.Func{Name: "f", Result: -1, Body: []mech.Stmt{mech.CallStmt{Func: i + 1}, mech.CallStmt{Func: i + 1}}}
		def.Funcs = append(def.Funcs, f)
	}
	def.Funcs = append(def.Funcs, mech.Func{Name: "leaf", Result: -1, Body: []mech.Stmt{mech.Assign{Var: 0, X: mech.Num{V: 1}}}})
	def.Initial.Body = []mech.Stmt{mech.CallStmt{Func: 0}}
	var l diag.List
	opt.Inline(solve.Solve(def, &l), &l)
	if l.Count(diag.Error) != 1 {
		t.Errorf("findings: %v", l.All())
	}
}

// A loop of equations is written out however long it is, for the states in it
// have to be known.
func TestUnrollEquations(t *testing.T) {
	var l diag.List
	d := nmodl.Compile("x.mod", []byte("NEURON { SUFFIX x }\nSTATE { c[600] }\nBREAKPOINT { SOLVE k METHOD sparse }\n"+
		"KINETIC k { FROM i = 0 TO 598 { ~ c[i] <-> c[i+1] (1, 2) } }\n"), nil, &l)
	if got := strings.Count(opt.Unroll(d).String(), "<->"); got != 599 || l.HasErrors() {
		t.Errorf("%d reactions; %v", got, l.All())
	}
}

// Loops in loops are written out only as far as there is room: the inner two
// here, and the outermost stays one.
func TestUnrollInBounds(t *testing.T) {
	const loops = "INITIAL { FROM i = 0 TO 255 { FROM j = 0 TO 255 { FROM k2 = 0 TO 15 { w = w + i*j*k2 } } } }"
	got, l := inlined(t, loops, false)
	if len(l.All()) > 0 || strings.Count(got, "while") != 1 || strings.Count(got, "w = w +") != 256*16 {
		t.Errorf("%d loops and %d sums are left; %v", strings.Count(got, "while"), strings.Count(got, "w = w +"), l.All())
	}
}
