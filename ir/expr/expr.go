// Package expr is the safe expression language of string functions
// ("0.9*exp(-dist_3D/150)", "max(1, normal(5,2))"): Python's syntax and
// arithmetic for numbers, an allow-list of functions, and random variates. A
// string is parsed and compiled, never evaluated as code.
//
// In: a string with its place. Out: an Expr, and from it a Prog bound to the
// columns of whoever evaluates it, for one row or for a batch of rows. Next:
// spec checks names, spec/build and ir/lower evaluate.
//
// All numbers are float64. That is Python's result wherever Python's integers
// stay below 2^53: / is true division, // and % round towards minus infinity,
// round() rounds half to even, ** binds tighter than a minus on its left,
// comparisons chain, and/or yield an operand. Where Python would raise
// (division by zero, log of zero) the result is IEEE's infinity or NaN, as
// NumPy's is; the caller reports a result that is not finite.
package expr

import (
	"sort"

	"github.com/rallsim/rall/ir/diag"
)

// Expr is a parsed expression. It is immutable.
type Expr struct {
	src  string
	pos  diag.Pos
	root *node
	vars []string
	at   map[string]int // offset of the first use of each variable
	rand bool
}

// Dist is a distribution of random variates, by the names and arguments of
// NEURON's Random.
type Dist uint8

const (
	Uniform   Dist = iota // (low, high)
	Normal                // (mean, variance)
	LogNormal             // (mean, variance)
	NegExp                // (mean)
	Poisson               // (mean)
	DiscUnif              // (low, high), both included
	Binomial              // (n, p)
	Erlang                // (mean, variance)
	Geometric             // (mean)
	HyperGeo              // (mean, variance)
	Weibull               // (alpha, beta)
)

var distNames = [...]string{"uniform", "normal", "lognormal", "negexp", "poisson",
	"discunif", "binomial", "erlang", "geometric", "hypergeo", "weibull"}

// String is the function's name in expressions.
func (d Dist) String() string { return distNames[d] }

// Args is the number of arguments that d takes.
func (d Dist) Args() int {
	switch d {
	case NegExp, Poisson, Geometric:
		return 1
	}
	return 2
}

// Rand draws variates. Calls come in the order in which Python would make
// them; b is 0 for distributions of one argument.
type Rand interface {
	Draw(d Dist, a, b float64) float64
}

// Parse parses src. Syntax errors, unknown functions and constructs that the
// language does not have go to diags at pos; the result is nil then.
func Parse(src string, pos diag.Pos, diags *diag.List) *Expr {
	p := &parser{src: src, pos: pos, diags: diags}
	root := p.parse()
	if root == nil {
		return nil
	}
	e := &Expr{src: src, pos: pos, root: root, at: map[string]int{}}
	e.collect(root)
	return e
}

// ParseList parses "[a, b, c]", which VClamp's dur and amp may be, into its
// elements; any other text is a single element.
func ParseList(src string, pos diag.Pos, diags *diag.List) []*Expr {
	p := &parser{src: src, pos: pos, diags: diags, listOK: true}
	root := p.parse()
	if root == nil {
		return nil
	}
	elems := []*node{root}
	if root.op == opList {
		elems = root.args
	}
	out := make([]*Expr, len(elems))
	for i, n := range elems {
		out[i] = &Expr{src: src, pos: pos, root: n, at: map[string]int{}}
		out[i].collect(n)
	}
	return out
}

func (e *Expr) collect(n *node) {
	switch n.op {
	case opName:
		if _, seen := e.at[n.name]; !seen {
			e.at[n.name] = n.pos
			e.vars = append(e.vars, n.name)
		}
	case opDraw:
		e.rand = true
	}
	for _, a := range n.args {
		e.collect(a)
	}
}

// String is the source text.
func (e *Expr) String() string { return e.src }

// Pos is the place of the string.
func (e *Expr) Pos() diag.Pos { return e.pos }

// Vars lists the variables, each once, in order of appearance.
func (e *Expr) Vars() []string { return e.vars }

// Uses says whether name is among the variables.
func (e *Expr) Uses(name string) bool { _, ok := e.at[name]; return ok }

// UsesRand says whether evaluation draws random variates.
func (e *Expr) UsesRand() bool { return e.rand }

// Const returns the value of an expression without variables and draws.
func (e *Expr) Const() (float64, bool) {
	if len(e.vars) > 0 || e.rand {
		return 0, false
	}
	p, err := e.Compile(nil, nil)
	if err != nil {
		return 0, false
	}
	return p.Eval(nil, nil), true
}

// Check reports variables that allowed does not hold, each with a suggestion,
// and says whether all are known. more holds further names, such as a user's
// constants.
func (e *Expr) Check(allowed, more []string, diags *diag.List) bool {
	ok := true
	for _, v := range e.vars {
		if contains(allowed, v) || contains(more, v) {
			continue
		}
		ok = false
		cands := append(append([]string(nil), allowed...), more...)
		hint := diag.DidYouMean(v, cands)
		if hint == "" {
			hint = namesHint(allowed)
		}
		diags.ErrorHint(diag.UnknownName, e.pos, hint, "unknown variable %q at character %d of %q", v, e.at[v]+1, clip(e.src))
	}
	return ok
}

func namesHint(allowed []string) string {
	if len(allowed) == 0 {
		return "only numbers, functions and random variates can be used here"
	}
	s := append([]string(nil), allowed...)
	sort.Strings(s)
	hint := "the variables here are " + s[0]
	for _, n := range s[1:] {
		hint += ", " + n
	}
	return hint
}

func contains(list []string, s string) bool {
	for _, l := range list {
		if l == s {
			return true
		}
	}
	return false
}

// clip shortens a source text for messages.
func clip(s string) string {
	const most = 80
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}
