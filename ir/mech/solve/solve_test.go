package solve_test

import (
	"strings"
	"testing"

	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/mech"
	"github.com/rallsim/rall/ir/mech/solve"
	"github.com/rallsim/rall/nmodl"
)

// entries solves a mechanism with the given DERIVATIVE body.
func entries(t *testing.T, method, body string) (*solve.Entries, *diag.List) {
	t.Helper()
	src := `NEURON { SUFFIX x NONSPECIFIC_CURRENT i RANGE k, tau, g, w }
PARAMETER { k = 1 tau = 5 g = 2 }
ASSIGNED { v (mV) i (mA/cm2) w }
STATE { a b }
BREAKPOINT { SOLVE st METHOD ` + method + `
 i = g*v }
FUNCTION ff(x) { ff = x*2 }
INITIAL { a = 0 b = 0 }
DERIVATIVE st { ` + body + ` }
`
	var l diag.List
	def := nmodl.Compile("x.mod", []byte(src), nil, &l)
	if def == nil {
		t.Fatal(l.Err())
	}
	return solve.Solve(def, &l), &l
}

func state(e *solve.Entries) string {
	return strings.TrimSpace(e.Def.Format(*e.State))
}

// The expressions are those that nocmodl 9.0.2 writes for the same lines.
func TestCNExp(t *testing.T) {
	tests := []struct{ eq, want string }{
		{"a' = ff(v)*(1-a) - k*a", "a = a + (1 - exp(dt*(ff(v)*-1 - k*1)))*(-(ff(v)*1)/(ff(v)*-1 - k*1) - a)"},
		{"a' = w", "a = a - dt*-w"},
		{"a' = (1-a)*ff(v) - a/tau + 0*3", "a = a + (1 - exp(dt*(-1*ff(v) - 1/tau)))*(-(1*ff(v))/(-1*ff(v) - 1/tau) - a)"},
		{"a' = -(a*g + k)", "a = a + (1 - exp(dt*-(1*g)))*(--k/-(1*g) - a)"},
		{"a' = k - 2*a*g/tau", "a = a + (1 - exp(dt*-(2*1*g/tau)))*(-k/-(2*1*g/tau) - a)"},
		{"a' = (tau*(k - a))/g", "a = a + (1 - exp(dt*(tau*-1/g)))*(-(tau*k/g)/(tau*-1/g) - a)"},
		{"a' = -a", "a = a + (1 - exp(dt*-1))*(-0/-1 - a)"},
		{"a' = (a - v)*(k + g)/2/tau", "a = a + (1 - exp(dt*(1*(k + g)/2/tau)))*(-(-v*(k + g)/2/tau)/(1*(k + g)/2/tau) - a)"},
		{"a' = a*0", "a = a + (1 - exp(dt*(1*0)))*(-0/0 - a)"},
		{"a' = -a/tau", "a = a + (1 - exp(dt*(-1/tau)))*(-0/(-1/tau) - a)"},
		{"a' = (0 - a)/tau", "a = a + (1 - exp(dt*(-1/tau)))*(-0/(-1/tau) - a)"},
		{"a' = (w - a)/tau*k", "a = a + (1 - exp(dt*(-1/tau*k)))*(-(w/tau*k)/(-1/tau*k) - a)"},
		{"a' = k - -a", "a = a + (1 - exp(dt*--1))*(-k/--1 - a)"},
		{"a' = -2*k - 3 - a*3", "a = a + (1 - exp(dt*-(1*3)))*(-(-2*k - 3)/-(1*3) - a)"},
		{"a' = w*0.0 - a", "a = a + (1 - exp(dt*-1))*(-0/-1 - a)"},
		// one equation after the other, each with the new values of those before
		{"a' = -a/tau\nb' = a - b", "a = a + (1 - exp(dt*(-1/tau)))*(-0/(-1/tau) - a)\nb = b + (1 - exp(dt*-1))*(-a/-1 - b)"},
		{"if (v > 0) { a' = k } else { a' = 2 }\nw = a", "if (v > 0) {\n  a = a - dt*-k\n} else {\n  a = a - dt*-2\n}\nw = a"},
	}
	for _, c := range tests {
		e, l := entries(t, "cnexp", c.eq)
		if len(l.All()) > 0 {
			t.Errorf("%s: %v", c.eq, l.All())
		}
		if state(e) != c.want {
			t.Errorf("%s\n gives %s\n  want %s", c.eq, state(e), c.want)
		}
	}
}

// What is not linear in its own state falls back, with a warning.
func TestCNExpFallsBack(t *testing.T) {
	for _, eq := range []string{"a' = tau/a", "a' = exp(a)", "a' = ff(a)", "a' = k*(a > 0)", "a' = a^2",
		"b' = -b\na' = 1 - a*a - exp(a)"} {
		e, l := entries(t, "cnexp", eq)
		if l.Count(diag.Warning) != 1 || l.HasErrors() {
			t.Errorf("%s: %v", eq, l.All())
		}
		if !strings.Contains(state(e), "newton") {
			t.Errorf("%s: no Newton iteration in\n%s", eq, state(e))
		}
	}
}

// A state that multiplies itself makes NEURON's cnexp drop what the equation
// adds, which is warned of.
func TestCNExpLosesTerms(t *testing.T) {
	for eq, want := range map[string]string{
		"a' = k - a*(0.5*b*a)": "a = a + (1 - exp(dt*-(1*(0.5*b*a) + a*(0.5*b*1))))*-a",
		"a' = k/2 + a*a":       "a = a + (1 - exp(dt*(1*a + a*1)))*-a",
	} {
		e, l := entries(t, "cnexp", eq)
		if l.Count(diag.Warning) != 1 || l.HasErrors() || !strings.Contains(l.All()[0].Msg, "drops every other term") {
			t.Errorf("%s: %v", eq, l.All())
		}
		if state(e) != want {
			t.Errorf("%s\n gives %s\n  want %s", eq, state(e), want)
		}
	}
}

func TestOtherMethods(t *testing.T) {
	tests := []struct{ method, eq, want string }{
		{"euler", "a' = b\nb' = -a", `Da = b
Db = -a
a = a + dt*Da
b = b + dt*Db`},
		{"derivimplicit", "LOCAL z\nz = a*b\na' = z - a\nb' = k", `a0 = a
b0 = b
newton a, b {
  z = a*b
  Da = z - a
  Db = k
  0 = Da - (a - a0)/dt
  0 = Db - (b - b0)/dt
}
z = a*b
Da = z - a
Db = k`},
		{"runge", "a' = -a", `Da = -a
a0 = a
step = dt/2*Da
a = a + step
a1 = a0 + step/3
Da = -a
step = dt*Da
a = a0 + step/2
a1 = a1 + step/3
Da = -a
step = dt*Da
a = a0 + step
a1 = a1 + step/3
Da = -a
a = a1 + dt/6*Da`},
	}
	for _, c := range tests {
		e, l := entries(t, c.method, c.eq)
		if len(l.All()) > 0 {
			t.Errorf("%s: %v", c.method, l.All())
		}
		if state(e) != c.want {
			t.Errorf("%s %s\ngives\n%s\nwant\n%s", c.method, c.eq, state(e), c.want)
		}
	}
}

// A mechanism without a current runs its BREAKPOINT with the states.
func TestNoCurrent(t *testing.T) {
	x := mech.Ref{Var: 0}
	def := &mech.Def{Name: "x", Vars: []mech.Var{{Name: "a", Storage: mech.Instance}},
		Breakpoint: mech.Block{Body: []mech.Stmt{mech.Assign{Var: 0, X: mech.Binary{Op: mech.Mul, X: x, Y: x}}}}}
	var l diag.List
	e := solve.Solve(def, &l)
	if e.Current != nil || e.State == nil || state(e) != "a = a*a" {
		t.Errorf("entries are\n%s", e)
	}
	def.Currents = []mech.Current{{Var: 0, Ion: -1}}
	if e = solve.Solve(def, &l); e.Current == nil || e.State != nil {
		t.Errorf("entries are\n%s", e)
	}
}

// What is known and not done is said.
func TestUnsupported(t *testing.T) {
	def := &mech.Def{Name: "x", Conditions: []mech.Condition{{}}}
	var l diag.List
	solve.Solve(def, &l)
	if l.Count(diag.Error) != 1 {
		t.Errorf("%d errors: %v", l.Count(diag.Error), l.Error())
	}
	for _, d := range l.All() {
		if d.Code != diag.Unsupported {
			t.Errorf("code %s", d.Code)
		}
	}
}

// NEURON does not find the steady state of a DERIVATIVE block either.
func TestSteadyDerivative(t *testing.T) {
	var l diag.List
	def := nmodl.Compile("x.mod", []byte("NEURON { SUFFIX x }\nASSIGNED { v }\nSTATE { p }\nINITIAL { SOLVE e STEADYSTATE derivimplicit }\n"+
		"BREAKPOINT { SOLVE e METHOD derivimplicit }\nDERIVATIVE e { p' = 1 - p }\n"), nil, &l)
	if def == nil {
		t.Fatal(l.Err())
	}
	solve.Solve(def, &l)
	if all := l.All(); len(all) != 1 || all[0].Code != diag.Unsupported || all[0].Pos.Line != 4 || !strings.Contains(all[0].Msg, "steady state of DERIVATIVE e") {
		t.Errorf("%v", l.Err())
	}
}

// An index that is not constant is reported once at a place, however often it
// stands there and however many entries solve the block.
func TestIndexIsReportedOnce(t *testing.T) {
	for _, block := range []string{"f }\nNONLINEAR f {\n ~ x[k]*x[k] + x[k] = 3\n}", "f METHOD sparse }\nKINETIC f {\n ~ x[k] <-> x[k] (1, 1)\n}"} {
		var l diag.List
		def := nmodl.Compile("x.mod", []byte("NEURON { SUFFIX x RANGE k }\nASSIGNED { v k }\nSTATE { x[3] }\nINITIAL { x[0] = 1 }\nBREAKPOINT { SOLVE "+block+"\n"), nil, &l)
		if def == nil {
			t.Fatal(l.Err())
		}
		solve.Solve(def, &l)
		n := 0
		for _, d := range l.All() {
			if strings.Contains(d.Msg, "the index of x") {
				n++
			}
		}
		if n != 1 {
			t.Errorf("%s: reported %d times: %v", block, n, l.Err())
		}
	}
}
