package merge_test

import (
	"strings"
	"testing"

	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/mech/merge"
	"github.com/rallsim/rall/ir/mech/opt"
	"github.com/rallsim/rall/ir/mech/solve"
	"github.com/rallsim/rall/nmodl"
)

// of takes a mechanism of NMODL apart.
func of(t testing.TB, src string) (*merge.Split, string) {
	t.Helper()
	var l diag.List
	def := nmodl.Compile("x.mod", []byte(src), nil, &l)
	if def == nil {
		t.Fatalf("%v\n%s", l.Err(), src)
	}
	m := opt.Fold(opt.Inline(solve.Solve(opt.Unroll(def), &l), &l))
	if l.HasErrors() {
		t.Fatalf("%v\n%s", l.Err(), src)
	}
	return merge.Of(m)
}

// A synapse with depression, of two states of which one drives the other; a
// factor that INITIAL computes for NET_RECEIVE, once from kinetics and once from
// what is of one instance.
const depressing = `NEURON { POINT_PROCESS S NONSPECIFIC_CURRENT i RANGE tau, tr, e, U, u0, rec, R, g, last, scale RANDOM r }
PARAMETER { tau = 2 tr = 1 e = 0 U = 0.5 u0 = 1 rec = 100 }
ASSIGNED { v i g R last factor scale tp unused }
STATE { A B }
INITIAL {
	LOCAL x
	A = 0
	B = 0
	tp = tau*tr/(tau + tr)
	factor = 1/tp
	x = u0*tp
	scale = 2*x
	R = 1
	last = -1e9
	random_setseq(r, 0)
}
BREAKPOINT {
	SOLVE state METHOD cnexp
	g = A + B
	i = g*block(v)*(v - e)
}
DERIVATIVE state {
	A' = -A/tr
	B' = A - B/tau
}
FUNCTION block(v) { block = 1/(1 + exp(-v)) }
NET_RECEIVE (w) {
	R = 1 - (1 - R)*exp(-(t - last)/rec)
	last = t
	if (random_uniform(r) < U) {
		A = A + w*R*factor
		R = R*(1 - U)
	}
	unused = scale
}
`

const apart = `events add to: A
a class has one value of: tau, tr, e, factor
each instance has: U, u0, rec, scale
and changes: R, last, r
-- shared
init {
A = 0
B = 0
A = 0
B = 0
tp = tau*tr/(tau + tr)
factor = 1/tp
x = u0*tp
}
current {
g = A + B
v = v
block = 0
block = 1/(1 + exp(-v))
i = g*block*(v - e)
}
state {
A = A + (1 - exp(dt*(-1/tr)))*(-0/(-1/tr) - A)
B = B + (1 - exp(dt*-(1/tau)))*(-A/-(1/tau) - B)
}
-- own
init {
x = u0*tp
scale = 2*x
R = 1
last = -1e+09
random_setseq(r, 0)
}
receive {
R = 1 - (1 - R)*exp(-(t - last)/rec)
last = t
if (random_uniform(r) < U) {
  A = A + w*R*factor
  R = R*(1 - U)
}
unused = scale
}
`

func TestSplit(t *testing.T) {
	// tp is set by INITIAL, which the own part must not read before it is done.
	s, why := of(t, depressing)
	if s != nil || why != "INITIAL sets what is of one instance from tp, which it sets too" {
		t.Errorf("%v %q", s, why)
	}
	s, why = of(t, strings.Replace(depressing, "x = u0*tp", "x = u0*tau", 1))
	if s == nil {
		t.Fatal(why)
	}
	want := strings.ReplaceAll(apart, "x = u0*tp", "x = u0*tau")
	if got := s.String(); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	if s.Whole() {
		t.Error("nothing tells instances apart")
	}
	for name, v := range map[string]string{"A": "common", "factor": "common", "tau": "common", "B": "temp", "g": "temp", "U": "instance", "R": "instance", "unused": "temp"} {
		if got := s.Own.Def.Vars[s.Own.Def.Lookup(name)].Storage.String(); got != v {
			t.Errorf("own: %s is %s, want %s", name, got, v)
		}
	}
	for name, v := range map[string]string{"A": "instance", "factor": "instance", "g": "instance", "U": "temp", "R": "temp", "r": "temp"} {
		if got := s.Shared.Def.Vars[s.Shared.Def.Lookup(name)].Storage.String(); got != v {
			t.Errorf("shared: %s is %s, want %s", name, got, v)
		}
	}
}

// synapse is a plain one, with places for what is tried.
func synapse(replace ...string) string {
	const plain = `NEURON { POINT_PROCESS S NONSPECIFIC_CURRENT i RANGE tau, e, k, g /*neuron*/ }
PARAMETER { tau = 2 e = 0 k = 3 }
ASSIGNED { v i g y /*assigned*/ }
STATE { A B /*state*/ }
INITIAL { A = 0 B = 0 /*initial*/ }
BREAKPOINT { SOLVE state METHOD cnexp
	g = A - B
	i = g*(v - e) /*current*/ }
DERIVATIVE state { A' = -A/tau
	B' = -B/(2*tau) /*deriv*/ }
NET_RECEIVE (w) { A = A + w /*receive*/ }
/*more*/
`
	s := strings.NewReplacer(replace...).Replace(plain)
	for _, c := range []string{"neuron", "assigned", "state", "initial", "current", "deriv", "receive", "more"} {
		s = strings.ReplaceAll(s, "/*"+c+"*/", "")
	}
	return s
}

func TestReasons(t *testing.T) {
	for _, c := range []struct {
		why     string // "": it is merged
		replace []string
	}{
		{"", nil},
		{"", []string{"A = A + w", "A = w*k + A - w/2"}},
		{"", []string{"A = A + w", "if (w > 0) { A = A + w }", "/*receive*/", "B = B + 2*w"}},
		{"", []string{"i = g*(v - e)", "i = g*(v - e)*exp(-v)/(1 + k)"}},
		{"", []string{"/*more*/", "PROCEDURE p() { A = A + 1 }", "/*receive*/", "p()"}},
		{"", []string{"cnexp", "euler"}},
		{"", []string{"B' = -B/(2*tau)", "B' = A - B/(2*tau)"}},
		{"", []string{"/*receive*/", "net_send(2, 1) if (flag == 1) { y = y + 1 }", "A = A + w", "if (w > 0 && flag == 0) { A = A + w }"}},
		{"", []string{"/*receive*/", `printf("%g\n", A)`}},
		{"the kinetics of A depend on the potential", []string{"A' = -A/tau", "A' = -A/(tau + v)"}},
		{"the kinetics of A depend on time", []string{"A' = -A/tau", "A' = -A/(tau + t)"}},
		{"", []string{"/*state*/", "m", "/*deriv*/", "m' = 1 - m", "i = g*", "i = m*g*"}},
		{"", []string{"/*state*/", "m", "/*initial*/", "m = 0", "/*deriv*/", "m' = (1 - m)/(1 + exp(v))", "i = g*", "i = m*g*"}},
		{"the kinetics of A depend on m", []string{"/*state*/", "m", "/*initial*/", "m = 0", "/*deriv*/", "m' = 1 - m", "A' = -A/tau", "A' = -A*m", "cnexp", "euler"}},
		{"the kinetics of A depend on m", []string{"/*state*/", "m", "/*deriv*/", "m' = 1 - m", "A' = -A/tau", "A' = -A*m"}},
		{"the kinetics of A depend on the potential", []string{"A' = -A/tau", "if (v > 0) { y = 1 } else { y = 2 }\nA' = -A*y"}},
		{"the equation of A is not linear in the states: they are multiplied with each other", []string{"A' = -A/tau", "A' = -A*B", "/*receive*/", "B = B + w", "cnexp", "euler"}},
		{"the equation of A is not linear in the states: there is a term without them", []string{"A' = -A/tau", "A' = (1 - A)/tau"}},
		{"the equation of A is not linear in the states: they are solved by Newton's iteration", []string{"cnexp", "derivimplicit"}},
		{"the equation of A is not linear in the states: a condition depends on them", []string{"/*deriv*/", "A' = -A/tau\nif (A < 0.1) { A = 0 }", "A' = -A/tau\n", ""}},
		{"the equation of A is not linear in the states: a function or a condition depends on them", []string{"/*deriv*/", "A = fabs(A)"}},
		{"the current i is not linear in the states: they are multiplied with each other", []string{"i = g*(v - e)", "i = g*g*(v - e)"}},
		{"the current i is not linear in the states: there is a term without them", []string{"i = g*(v - e)", "i = (g + k)*(v - e)"}},
		{"the current i is not linear in the states: a condition depends on them", []string{"i = g*(v - e)", "if (g > k) { g = k }\ni = g*(v - e)"}},
		{"the current i does not depend on the states", []string{"i = g*(v - e)", "i = k*(v - e)"}},
		{"A may begin at another value than 0", []string{"A = 0", "A = k"}},
		{"NET_RECEIVE sets A, which the currents depend on, and does not only add to it", []string{"A = A + w", "A = A*2 + w"}},
		{"NET_RECEIVE sets A, which the currents depend on, and does not only add to it", []string{"A = A + w", "A = w - A"}},
		{"NET_RECEIVE sets A, which the currents depend on, and does not only add to it", []string{"A = A + w", "A = A + w*A"}},
		{"NET_RECEIVE reads A, to which it adds", []string{"/*receive*/", "if (A > 1) { y = y + 1 }"}},
		{"NET_RECEIVE reads B, which changes in every step", []string{"A + w", "A + w*B"}},
		{"NET_RECEIVE reads g, which changes in every step", []string{"A + w", "A + w*g"}},
		{"NET_RECEIVE sets k, which the currents depend on, and does not only add to it", []string{"/*receive*/", "k = w", "i = g*", "i = k*g*"}},
		{"INITIAL of NET_RECEIVE changes A", []string{"A = A + w", "INITIAL { A = A + 1 } A = A + w"}},
		{"no event adds to a state", []string{"A = A + w", "y = w"}},
		{"an event that it sends to itself (net_send) adds to A", []string{"/*receive*/", "if (flag == 0) { net_send(2, 1) }"}},
		{"the flag of an event that it sends to itself is not constant", []string{"/*receive*/", "net_send(2, w)"}},
		{"it watches a condition (WATCH)", []string{"/*receive*/", "WATCH (v > 0) 2"}},
		{"it draws random numbers in every step", []string{"/*neuron*/", "RANDOM r", "i = g*", "i = random_uniform(r)*g*"}},
		{"it has a POINTER (p)", []string{"/*neuron*/", "POINTER p", "/*assigned*/", "p", "i = g*", "i = p*g*"}},
		{"it writes an ion's variable (ica)", []string{"/*neuron*/", "USEION ca READ ica WRITE ica", "/*assigned*/", "ica", "/*current*/", "ica = 0.1*i"}},
		{"the current ica does not depend on the states", []string{"/*neuron*/", "USEION ca WRITE ica", "/*assigned*/", "ica", "/*current*/", "ica = 0.1*v"}},
		{"", []string{"/*neuron*/", "USEION ca READ eca", "/*assigned*/", "eca", "(v - e)", "(v - eca)"}},
		{"the kinetics of A depend on cai", []string{"/*neuron*/", "USEION ca READ cai", "/*assigned*/", "cai", "A' = -A/tau", "A' = -A*cai"}},
		{"it sets a GLOBAL (z)", []string{"/*neuron*/", "GLOBAL z", "/*assigned*/", "z", "/*receive*/", "z = w"}},
		{"its current is that of an electrode", []string{"NONSPECIFIC_CURRENT", "ELECTRODE_CURRENT"}},
		{"it receives no events", []string{"NET_RECEIVE (w) { A = A + w /*receive*/ }", ""}},
		{"it has BEFORE or AFTER blocks", []string{"/*more*/", "BEFORE STEP { y = 1 }"}},
		{"it prints or stops outside NET_RECEIVE", []string{"/*initial*/", `printf("%g\n", tau)`}},
		{"it looks at its connections (FOR_NETCONS)", []string{"/*receive*/", "FOR_NETCONS(x) { x = x + 1 }"}},
		{"NET_RECEIVE sets the potential", []string{"/*receive*/", "v = 3"}},
	} {
		s, why := of(t, synapse(c.replace...))
		if why != c.why || (s != nil) != (why == "") {
			t.Errorf("%q: %q, want %q", c.replace, why, c.why)
		}
	}
}

// FuzzOf: what the compiler takes is taken apart, or a reason is given.
func FuzzOf(f *testing.F) {
	f.Add(depressing)
	f.Add(synapse())
	f.Add(synapse("A' = -A/tau", "A' = -A/(tau + v)"))
	f.Fuzz(func(t *testing.T, src string) {
		var l diag.List
		def := nmodl.Compile("x.mod", []byte(src), nil, &l)
		if def == nil {
			return
		}
		m := opt.Fold(opt.Inline(solve.Solve(opt.Unroll(def), &l), &l))
		if l.HasErrors() {
			return
		}
		if s, why := merge.Of(m); (s == nil) == (why == "") {
			t.Errorf("%v %q", s, why)
		}
	})
}
