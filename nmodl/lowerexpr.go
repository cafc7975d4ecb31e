package nmodl

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"

	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/mech"
)

// builtin is a function of NMODL itself.
type builtin struct {
	fn   mech.Builtin
	args int
	stmt bool   // only as a statement
	old  bool   // one of the old random functions
	scop bool   // a function of scop.mod
	why  string // not to be had, and why
}

var builtins = map[string]builtin{
	"exp": {fn: mech.Exp, args: 1}, "log": {fn: mech.Log, args: 1}, "log10": {fn: mech.Log10, args: 1},
	"sqrt": {fn: mech.Sqrt, args: 1}, "fabs": {fn: mech.Fabs, args: 1}, "abs": {fn: mech.Fabs, args: 1},
	"floor": {fn: mech.Floor, args: 1}, "ceil": {fn: mech.Ceil, args: 1},
	"sin": {fn: mech.Sin, args: 1}, "cos": {fn: mech.Cos, args: 1}, "tan": {fn: mech.Tan, args: 1},
	"asin": {fn: mech.Asin, args: 1}, "acos": {fn: mech.Acos, args: 1}, "atan": {fn: mech.Atan, args: 1},
	"atan2": {fn: mech.Atan2, args: 2}, "sinh": {fn: mech.Sinh, args: 1}, "cosh": {fn: mech.Cosh, args: 1},
	"tanh": {fn: mech.Tanh, args: 1}, "pow": {fn: mech.PowFn, args: 2}, "fmod": {fn: mech.FmodFn, args: 2},
	"fmin": {fn: mech.MinFn, args: 2}, "fmax": {fn: mech.MaxFn, args: 2},
	"exprelr": {fn: mech.Exprelr, args: 1}, "at_time": {fn: mech.AtTime, args: 1}, "nrn_ghk": {fn: mech.GHK, args: 4},
	"rall_train": {fn: mech.Train, args: 1},

	"net_send": {args: 2, stmt: true}, "net_event": {args: 1, stmt: true}, "net_move": {args: 1, stmt: true},
	"state_discontinuity": {args: 2, stmt: true}, "printf": {args: -1, stmt: true}, "prterr": {args: -1, stmt: true},
	"random_setseq": {args: 2, stmt: true},

	"random_uniform": {args: -1}, "random_negexp": {args: -1}, "random_normal": {args: -1}, "random_dpick": {args: -1},
	"random_ipick":  {args: -1},
	"random_setids": {why: "the model gives every instance its stream"},

	"exprand": {args: 1, old: true}, "normrand": {args: 2, old: true}, "poisrand": {args: 1, old: true},
	"scop_random": {args: 0, old: true}, "set_seed": {args: 1, stmt: true}, "setseed": {args: 1, stmt: true},
	"nrn_random_play": {why: "its random numbers come from hoc"}, "nrn_pointing": {args: 1},

	"erf": {scop: true}, "factorial": {scop: true}, "gauss": {scop: true}, "poisson": {scop: true}, "hyperbol": {scop: true},
	"revhyperbol": {scop: true}, "sigmoid": {scop: true}, "revsigmoid": {scop: true}, "harmonic": {scop: true}, "squarewave": {scop: true},
	"sawtooth": {scop: true}, "revsawtooth": {scop: true}, "ramp": {scop: true}, "pulse": {scop: true}, "perpulse": {scop: true},
	"step": {scop: true}, "perstep": {scop: true}, "threshold": {args: 3},

	"force": {why: ownFile}, "stepforce": {why: ownFile},
	"error": {why: gone}, "first_time": {why: gone}, "deflate": {why: gone}, "expfit": {why: gone}, "derivs": {why: gone}, "spline": {why: gone},
	"boundary": {why: gone}, "romberg": {why: gone}, "legendre": {why: gone}, "invert": {why: gone}, "schedule": {why: gone},
}

const (
	ownFile = "it reads a file of the SCoP library's own; give the values by a FUNCTION_TABLE"
	gone    = "NEURON 9 cannot compile it either; write it out"
)

// variable resolves a name that is no local one, making what is made on first
// use; -1 after an error.
func (l *lowerer) variable(id Ident) mech.VarID {
	if t, ok := l.tops[id.Name]; ok {
		v, made := l.syms["LOCAL."+t.Name]
		if !made {
			v = l.add(mech.Var{Name: "LOCAL." + t.Name, Storage: mech.Global, Array: t.Array, Pos: t.Pos})
			l.syms["LOCAL."+t.Name] = v
		}
		return v
	}
	if v, ok := l.syms[id.Name]; ok {
		return v
	}
	if s, ok := specials[id.Name]; ok {
		if l.d.Kind == mech.ArtificialCell && (s.storage == mech.Voltage || s.storage == mech.AreaOf || s.storage == mech.DiamOf) {
			l.rep.errorf(diag.BadMech, id.Pos, "an ARTIFICIAL_CELL has no %s", id.Name)
		}
		pos := id.Pos
		if d := l.decls[id.Name]; d != nil {
			pos = d.Pos
		}
		v := l.add(mech.Var{Name: id.Name, Storage: s.storage, Unit: s.unit, Pos: pos})
		l.syms[id.Name] = v
		return v
	}
	if c, ok := l.consts[id.Name]; ok {
		v := l.add(mech.Var{Name: id.Name, Storage: mech.Constant, Default: c.value, Unit: c.unit, Pos: c.pos})
		l.syms[id.Name] = v
		return v
	}
	if l.isState0(id.Name) {
		state := strings.TrimSuffix(id.Name, "0")
		v := l.add(mech.Var{Name: id.Name, Storage: mech.Uniform, Default: l.start[state], Pos: l.decls[state].Pos})
		l.syms[id.Name] = v
		return v
	}
	if id.Name == "usetable" {
		return l.useTable(id.Pos)
	}
	if why, ok := l.extern[id.Name]; ok {
		l.rep.errorf(diag.Unsupported, id.Pos, "%s %s", id.Name, why)
		return -1
	}
	if _, ok := l.funcs[id.Name]; ok {
		l.rep.hintf(diag.BadMech, id.Pos, id.Name+"(…)", "%s is a function and wants its arguments", id.Name)
		return -1
	}
	if l.rep.errors > maxErrors {
		return -1
	}
	if l.c.words[id.Name] {
		l.rep.errorf(diag.Unsupported, id.Pos, "%s is declared by a VERBATIM, in C", id.Name)
		return -1
	}
	if at, ok := l.f.Defines[id.Name]; ok {
		l.rep.hintf(diag.BadMech, id.Pos, "make it a PARAMETER or ASSIGNED", "%s is the DEFINE of line %d, a number that nothing changes", id.Name, at.Line)
		return -1
	}
	var names []string
	for n := range l.decls {
		names = append(names, n)
	}
	for n := range l.consts {
		names = append(names, n)
	}
	for n := range specials {
		names = append(names, n)
	}
	hint := nearest(id.Name, names)
	if named := func(n Ident) bool { return n.Name == id.Name }; len(id.Name) == 1 &&
		(slices.ContainsFunc(l.f.Neuron.Range, named) || slices.ContainsFunc(l.f.Neuron.Global, named)) {
		hint = "declare it in PARAMETER or ASSIGNED" // NEURON names it: it is no slip of the pen
	}
	if hint == "" && len(id.Name) < 3 {
		hint = l.nearState(id.Name)
	}
	for _, ion := range []string{"ca", "na", "k", "cl", "mg"} {
		if id.Name == "e"+ion || id.Name == "i"+ion || id.Name == ion+"i" || id.Name == ion+"o" {
			hint = "USEION " + ion + " READ " + id.Name + " in NEURON makes it known"
		}
	}
	if hint == "" {
		hint = "declare it in PARAMETER, ASSIGNED or STATE, or as LOCAL"
	}
	l.rep.hintf(diag.UnknownName, id.Pos, hint, "nothing declares %s", id.Name)
	return -1
}

// nearState suggests a STATE for a name of one or two letters.
func (l *lowerer) nearState(name string) string {
	var states []string
	for n, d := range l.decls {
		if d.Kind == inState {
			states = append(states, n)
		}
	}
	sort.Strings(states)
	if near := diag.Nearest(name, states, 1); near != "" {
		return fmt.Sprintf("did you mean %q?", near)
	}
	return ""
}

// bad stands for an expression with an error.
var bad = mech.Num{}

func (b *body) expr(e Expr) mech.Expr {
	l := b.l
	switch e := e.(type) {
	case *NumExpr:
		return mech.Num{V: e.V, Text: e.Text}
	case *NameExpr:
		return b.read(e.Ident, e.Primes, nil)
	case *ElemExpr:
		return b.read(e.Ident, e.Primes, e.At)
	case *UnaryExpr:
		switch e.Op {
		case "-":
			return mech.Unary{Op: mech.Neg, X: b.expr(e.X)}
		case "!":
			return mech.Unary{Op: mech.Not, X: b.expr(e.X)}
		}
		if n, ok := e.X.(*NameExpr); ok {
			if s, ok := b.find(n.Name); ok && s.integer {
				return mech.Local{Slot: s.slot}
			}
		}
		return b.bounded(truncate(b.expr(e.X)), e.Pos)
	case *BinaryExpr:
		if (e.Op == "&&" || e.Op == "||") && l.effects(e.Y) {
			return b.shortCut(e)
		}
		x, y := b.expr(e.X), b.expr(e.Y)
		op := binaryOps[e.Op]
		if e.Int {
			return b.bounded(intOp(op, x, y), e.Pos)
		}
		return mech.Binary{Op: op, X: x, Y: y}
	case *CallExpr:
		return b.call(e)
	case *StrExpr:
		l.rep.errorf(diag.BadType, e.Pos, "a text where a number is wanted")
		return bad
	}
	panic("BUG: an expression of unknown type")
}

// shortCut lowers X && Y and X || Y where Y draws or sets something, so that
// Y is evaluated only when X leaves it open, as in C.
func (b *body) shortCut(e *BinaryExpr) mech.Expr {
	if b.noPre {
		b.l.rep.hintf(diag.Unsupported, e.Pos, "compute it inside the loop", "the right side of %s has effects, and there is no place for them in this condition", e.Op)
		return bad
	}
	x := b.expr(e.X)
	slot := b.scratch()
	v := mech.Local{Slot: slot}
	set := func(x mech.Expr) mech.Stmt {
		return mech.Assign{Var: -1, Local: slot, X: mech.Binary{Op: mech.Ne, X: x, Y: mech.Num{}}, Pos: e.Pos}
	}
	before := append(b.pre, set(x))
	b.pre = nil
	y := b.expr(e.Y)
	then := append(b.pre, set(y))
	var open mech.Expr = v
	if e.Op == "||" {
		open = mech.Unary{Op: mech.Not, X: v}
	}
	b.pre = append(before, mech.If{Cond: open, Then: then, Pos: e.Pos})
	return v
}

var binaryOps = map[string]mech.Op{"+": mech.Add, "-": mech.Sub, "*": mech.Mul, "/": mech.Div, "^": mech.Pow, "<": mech.Lt,
	"<=": mech.Le, ">": mech.Gt, ">=": mech.Ge, "==": mech.Eq, "!=": mech.Ne, "&&": mech.And, "||": mech.Or}

// truncate is C's conversion to an integer.
func truncate(x mech.Expr) mech.Expr {
	if n, ok := x.(mech.Num); ok {
		return mech.Num{V: math.Trunc(n.V)}
	}
	return mech.Select{
		Cond: mech.Binary{Op: mech.Lt, X: x, Y: mech.Num{}},
		Then: mech.Call{Fn: mech.Ceil, Args: []mech.Expr{x}},
		Else: mech.Call{Fn: mech.Floor, Args: []mech.Expr{x}},
	}
}

// maxIndex is the largest integer expression, in nodes. Truncation repeats its
// operand, so that nested quotients grow threefold with every level.
const maxIndex = 1000

func (b *body) bounded(x mech.Expr, pos diag.Pos) mech.Expr {
	n := 0
	mech.WalkExpr(x, func(mech.Expr) { n++ })
	if n > maxIndex {
		b.l.rep.hintf(diag.Unsupported, pos, "compute it in steps, with a LOCAL", "an integer expression as involved as this is not done")
		return bad
	}
	return x
}

// intOp is arithmetic of integers; both sides are integers already.
func intOp(op mech.Op, x, y mech.Expr) mech.Expr {
	a, okA := x.(mech.Num)
	c, okC := y.(mech.Num)
	if okA && okC {
		switch op {
		case mech.Add:
			return mech.Num{V: a.V + c.V}
		case mech.Sub:
			return mech.Num{V: a.V - c.V}
		case mech.Mul:
			return mech.Num{V: float64(a.V * c.V)}
		case mech.Div:
			if c.V != 0 {
				return mech.Num{V: math.Trunc(a.V / c.V)}
			}
		}
	}
	e := mech.Binary{Op: op, X: x, Y: y}
	if op == mech.Div {
		return truncate(e)
	}
	return e
}

// read lowers the use of a variable.
func (b *body) read(id Ident, primes int, at Expr) mech.Expr {
	l := b.l
	if primes > 0 {
		return b.derivative(id, primes, at)
	}
	v := mech.VarID(-1)
	s, ok := b.find(id.Name)
	if !ok && !l.knows(id.Name) {
		if x, ok := b.fromC(id, at); ok {
			return x
		}
	}
	if s.edge {
		if _, ok := b.subscript(id, at, 0); !ok {
			return bad
		}
		return mech.Index{Var: s.v, At: mech.Local{Slot: s.slot}, Pos: id.Pos}
	}
	if ok {
		if v = s.v; v < 0 {
			if _, ok := b.subscript(id, at, 0); !ok {
				return bad
			}
			return mech.Local{Slot: s.slot}
		}
	} else if v = l.variable(id); v < 0 {
		return bad
	}
	switch l.d.Vars[v].Storage {
	case mech.Stream:
		l.rep.errorf(diag.BadMech, id.Pos, "%s is a random stream; it can only be the first argument of a random_ function", id.Name)
		return bad
	case mech.Series:
		l.rep.errorf(diag.BadMech, id.Pos, "%s is a list of numbers that C reads; it is no variable of NMODL", id.Name)
		return bad
	}
	if l.d.Vars[v].Storage == mech.IonField {
		b.checkIon(v, id.Pos, false)
	}
	x, ok := b.subscript(id, at, l.d.Vars[v].Array)
	if !ok {
		return bad
	}
	if x != nil {
		return mech.Index{Var: v, At: x, Pos: id.Pos}
	}
	return mech.Ref{Var: v}
}

// derivative is x' where it is read: what its equation has given it last.
func (b *body) derivative(id Ident, primes int, at Expr) mech.Expr {
	l := b.l
	d := l.decls[id.Name]
	if d == nil || d.Kind != inState {
		l.rep.errorf(diag.BadMech, id.Pos, "%s' is read, and %s is no STATE", id.Name, id.Name)
		return bad
	}
	if primes > 1 {
		l.rep.hintf(diag.Unsupported, id.Pos, "make the first derivative a state of its own", "derivatives of order %d are not to be had", primes)
		return bad
	}
	x, ok := b.subscript(id, at, d.Array)
	if !ok {
		return bad
	}
	v := l.variable(id)
	value := mech.VarID(-1)
	for _, y := range l.d.Derivs {
		if y.State == v {
			value = y.Value
		}
	}
	if value < 0 {
		value = l.add(mech.Var{Name: "D" + id.Name, Storage: mech.Instance, Array: d.Array, Written: true, Pos: id.Pos})
		l.d.Derivs = append(l.d.Derivs, mech.Deriv{State: v, Value: value})
	}
	if x != nil {
		return mech.Index{Var: value, At: x, Pos: id.Pos}
	}
	return mech.Ref{Var: value}
}

// call lowers a call inside an expression.
func (b *body) call(c *CallExpr) mech.Expr {
	l := b.l
	if i, ok := l.funcs[c.Name]; ok {
		args, ok := b.args(c, l.d.Funcs[i].NArgs)
		if !ok {
			return bad
		}
		if l.d.Funcs[i].Result < 0 {
			// a PROCEDURE has the value 0
			if b.noPre {
				l.rep.errorf(diag.BadMech, c.Pos, "PROCEDURE %s has no value", c.Name)
				return bad
			}
			l.rep.add(diag.Warning, diag.OddValue, c.Pos, "make it a FUNCTION", "%s is a PROCEDURE: its value is 0", c.Name)
			b.pre = append(b.pre, mech.CallStmt{Func: i, Args: args, Pos: c.Pos})
			return mech.Num{}
		}
		return mech.FuncCall{Func: i, Args: args, Pos: c.Pos}
	}
	f, ok := builtins[c.Name]
	switch {
	case !ok && l.c.funcs[c.Name] != nil:
		return b.callC(c)
	case !ok:
		b.unknownCall(c)
		return bad
	case f.why != "":
		b.notToBeHad(c, f)
		return bad
	case f.stmt:
		l.rep.errorf(diag.BadMech, c.Pos, "%s has no value; it is a statement", c.Name)
		return bad
	case strings.HasPrefix(c.Name, "random_"):
		return b.random(c)
	case c.Name == "nrn_pointing":
		return b.pointing(c)
	case c.Name == "threshold":
		return b.threshold(c)
	}
	if f.old {
		var args []mech.Expr
		for _, a := range c.Args {
			args = append(args, b.expr(a))
		}
		if x, ok := b.legacy(c.Name, args, c.Pos); ok {
			return x
		}
		return bad
	}
	args, ok := b.args(c, f.args)
	if !ok {
		return bad
	}
	return mech.Call{Fn: f.fn, Args: args, Pos: c.Pos}
}

// threshold lowers threshold(x, limit, "min" or "max"): whether x has at
// least, or at most, that value.
func (b *body) threshold(c *CallExpr) mech.Expr {
	if len(c.Args) == 3 {
		if mode, ok := c.Args[2].(*StrExpr); ok {
			op := map[string]mech.Op{"min": mech.Ge, "max": mech.Le}[mode.Text]
			if op == 0 {
				b.l.rep.errorf(diag.BadValue, mode.Pos, `%q is neither "min" nor "max"`, mode.Text)
				return bad
			}
			return mech.Binary{Op: op, X: b.expr(c.Args[0]), Y: b.expr(c.Args[1])}
		}
	}
	b.l.rep.errorf(diag.BadMech, c.Pos, `threshold wants a value, its limit, and "min" or "max"`)
	return bad
}

func (b *body) notToBeHad(c *CallExpr, f builtin) {
	b.l.rep.errorf(diag.Unsupported, c.Pos, "%s: %s", c.Name, f.why)
}

func (b *body) unknownCall(c *CallExpr) {
	l := b.l
	if why, ok := l.extern[c.Name]; ok {
		l.rep.errorf(diag.Unsupported, c.Pos, "%s %s", c.Name, why)
		return
	}
	if blk, ok := l.blocks[c.Name]; ok {
		l.rep.hintf(diag.BadMech, c.Pos, "SOLVE "+c.Name, "%s is a %s block and cannot be called", c.Name, blk.Kind)
		return
	}
	if _, ok := b.find(c.Name); ok || l.syms[c.Name] > 0 || l.decls[c.Name] != nil {
		l.rep.errorf(diag.BadMech, c.Pos, "%s is a variable and cannot be called", c.Name)
		return
	}
	if l.rep.errors > maxErrors {
		return
	}
	var names []string
	for n := range l.funcs {
		names = append(names, n)
	}
	for n := range builtins {
		names = append(names, n)
	}
	hint := nearest(c.Name, names)
	if hint == "" && l.c.words[c.Name] {
		l.rep.errorf(diag.Unsupported, c.Pos, "%s is a function of a VERBATIM block, in C", c.Name)
		return
	}
	switch c.Name {
	case "elif", "elseif", "elsif":
		hint = "else if (…) { … }"
	case "nernst":
		hint = "USEION x READ ex gives the reversal potential of an ion x; else write out R*T/(z*F)*log(xo/xi)"
	case "ln":
		hint = "log is the natural logarithm"
	case "min", "max":
		hint = "f" + c.Name + "(x, y)"
	}
	l.rep.hintf(diag.UnknownName, c.Pos, hint, "there is no function %s", c.Name)
}

// argCount is a number of arguments in words.
func argCount(n int) string {
	if n == 1 {
		return "1 argument"
	}
	return fmt.Sprintf("%d arguments", n)
}

// args lowers arguments and checks their number.
func (b *body) args(c *CallExpr, want int) ([]mech.Expr, bool) {
	args := make([]mech.Expr, 0, len(c.Args))
	for _, a := range c.Args {
		args = append(args, b.expr(a))
	}
	if len(args) != want {
		b.l.rep.errorf(diag.BadMech, c.Pos, "%s wants %s and has %d", c.Name, argCount(want), len(args))
		return nil, false
	}
	return args, true
}

// stream takes the first argument of a random_ function.
func (b *body) stream(c *CallExpr) (mech.VarID, bool) {
	if len(c.Args) > 0 {
		if n, ok := c.Args[0].(*NameExpr); ok && b.l.randoms[n.Name] {
			return b.l.syms[n.Name], true
		}
	}
	b.l.rep.hintf(diag.BadMech, c.Pos, "RANDOM name in NEURON, then "+c.Name+"(name)", "%s wants a random stream as its first argument", c.Name)
	return 0, false
}

// random lowers a draw; scaling it is plain arithmetic.
func (b *body) random(c *CallExpr) mech.Expr {
	v, ok := b.stream(c)
	if !ok {
		return bad
	}
	rest := &CallExpr{c.Ident, c.Args[1:]}
	draw := func(fn mech.Builtin) mech.Expr {
		return mech.Call{Fn: fn, Args: []mech.Expr{mech.Ref{Var: v}}, Pos: c.Pos}
	}
	wrong := func(n int) bool { return len(rest.Args) != 0 && len(rest.Args) != n }
	n := 2
	if c.Name == "random_negexp" {
		n = 1
	} else if c.Name == "random_dpick" || c.Name == "random_ipick" {
		n = 0
	}
	if wrong(n) {
		b.l.rep.errorf(diag.BadMech, c.Pos, "%s wants its stream and %d numbers, or its stream alone", c.Name, n)
		return bad
	}
	var a []mech.Expr
	for _, x := range rest.Args {
		a = append(a, b.expr(x))
	}
	switch c.Name {
	case "random_ipick":
		// the 32 bits n of which random_uniform makes (n + 1)/(2^32 + 1)
		scaled := mech.Binary{Op: mech.Mul, X: draw(mech.RandUnif), Y: mech.Num{V: 1<<32 + 1}}
		return mech.Call{Fn: mech.Floor, Args: []mech.Expr{mech.Binary{Op: mech.Sub, X: scaled, Y: mech.Num{V: 0.5}}}, Pos: c.Pos}
	case "random_negexp":
		if len(a) == 0 {
			return draw(mech.RandExp)
		}
		return mech.Binary{Op: mech.Mul, X: draw(mech.RandExp), Y: a[0]}
	case "random_normal":
		if len(a) == 0 {
			return draw(mech.RandNorm)
		}
		return mech.Binary{Op: mech.Add, X: a[0], Y: mech.Binary{Op: mech.Mul, X: draw(mech.RandNorm), Y: a[1]}}
	}
	if len(a) == 0 {
		return draw(mech.RandUnif)
	}
	return mech.Binary{Op: mech.Add, X: a[0],
		Y: mech.Binary{Op: mech.Mul, X: draw(mech.RandUnif), Y: mech.Binary{Op: mech.Sub, X: a[1], Y: a[0]}}}
}

// callStmt lowers a call that is a statement.
func (b *body) callStmt(c *CallExpr) []mech.Stmt {
	l := b.l
	if i, ok := l.funcs[c.Name]; ok {
		args, ok := b.args(c, l.d.Funcs[i].NArgs)
		if !ok {
			return nil
		}
		return []mech.Stmt{mech.CallStmt{Func: i, Args: args, Pos: c.Pos}}
	}
	if i, ok := l.systems[c.Name]; ok && b.kind == "INITIAL" && len(c.Args) == 0 {
		// NEURON's name of a cnexp block is the function that advances it
		return []mech.Stmt{mech.SolveNow{System: i, Method: mech.CNExp, Pos: c.Pos}}
	}
	f, ok := builtins[c.Name]
	if !ok && l.c.funcs[c.Name] != nil {
		return b.dropped(b.callC(c), c.Pos)
	}
	if !ok {
		b.unknownCall(c)
		return nil
	}
	if f.why != "" {
		b.notToBeHad(c, f)
		return nil
	}
	switch c.Name {
	case "printf", "prterr":
		return b.printf(c)
	case "state_discontinuity":
		return b.discontinuity(c)
	case "random_setseq":
		if v, ok := b.stream(c); ok {
			if len(c.Args) != 2 {
				l.rep.errorf(diag.BadMech, c.Pos, "random_setseq wants a stream and a number")
				return nil
			}
			return []mech.Stmt{mech.SetSeq{Stream: v, Seq: b.expr(c.Args[1]), Pos: c.Pos}}
		}
		return nil
	case "net_send", "net_event", "net_move":
		return b.event(c)
	}
	if strings.HasPrefix(c.Name, "random_") || f.old {
		// a draw whose value nobody uses still moves the stream on
		return b.dropped(b.call(c), c.Pos)
	}
	if c.Name == "set_seed" || c.Name == "setseed" {
		if args, ok := b.args(c, 1); ok {
			return b.reseed(args[0], c.Name, c.Pos)
		}
		return nil
	}
	args, ok := b.args(c, f.args)
	if !ok {
		return nil
	}
	if c.Name != "at_time" {
		l.rep.warnf(diag.OddValue, c.Pos, "the value of %s is not used", c.Name)
	}
	// As a statement at_time only tells a variable step where to stop; the
	// fixed step has no use for it, and it changes nothing.
	_ = args
	return nil
}

// dropped evaluates x for its effects.
func (b *body) dropped(x mech.Expr, pos diag.Pos) []mech.Stmt {
	if !hasEffects(x) {
		return nil
	}
	return []mech.Stmt{setLocal(b.scratch(), x, pos)}
}

// scratch is a local without a name of the author's.
func (b *body) scratch() int {
	b.locals = append(b.locals, "_")
	return len(b.locals) - 1
}

// receives says whether the file has a NET_RECEIVE block.
func (l *lowerer) receives() bool {
	return slices.ContainsFunc(l.f.Blocks, func(b *Block) bool { return b.Kind == "NET_RECEIVE" })
}

// toReceive is the way out where events have nowhere to go.
const toReceive = "NET_RECEIVE (w) { if (flag == 1) { … } } in a POINT_PROCESS or an ARTIFICIAL_CELL gets what it sends"

func (b *body) event(c *CallExpr) []mech.Stmt {
	l := b.l
	inReceive := strings.HasSuffix(b.kind, "NET_RECEIVE")
	if c.Name == "net_send" && b.kind != "INITIAL" && !inReceive {
		l.rep.errorf(diag.BadMech, c.Pos, "net_send can be used in INITIAL and NET_RECEIVE, not in %s", b.kind)
		return nil
	}
	if c.Name != "net_send" && !inReceive {
		l.rep.errorf(diag.BadMech, c.Pos, "%s can be used in NET_RECEIVE only, not in %s", c.Name, b.kind)
		return nil
	}
	if !l.receives() {
		l.rep.hintf(diag.BadMech, c.Pos, toReceive, "%s in a mechanism without NET_RECEIVE, where the event would go", c.Name)
		return nil
	}
	args, ok := b.args(c, builtins[c.Name].args)
	if !ok {
		return nil
	}
	switch c.Name {
	case "net_send":
		return []mech.Stmt{mech.Send{Delay: args[0], Flag: args[1], Pos: c.Pos}}
	case "net_move":
		return []mech.Stmt{mech.Move{At: args[0], Pos: c.Pos}}
	}
	return []mech.Stmt{mech.Emit{At: args[0], Pos: c.Pos}}
}

// discontinuity lowers state_discontinuity(x, value): an assignment, which a
// BREAKPOINT does once though it is evaluated twice.
func (b *body) discontinuity(c *CallExpr) []mech.Stmt {
	l := b.l
	if len(c.Args) != 2 {
		l.rep.errorf(diag.BadMech, c.Pos, "state_discontinuity wants a state and a value")
		return nil
	}
	var t Target
	switch x := c.Args[0].(type) {
	case *NameExpr:
		t.Ident = x.Ident
	case *ElemExpr:
		t.Ident, t.At = x.Ident, x.At
	default:
		l.rep.errorf(diag.BadMech, c.Pos, "state_discontinuity wants a state as its first argument")
		return nil
	}
	if t.Name == "v" && b.kind != "NET_RECEIVE" {
		l.rep.hintf(diag.Unsupported, c.Pos, "set v in NET_RECEIVE", "setting the membrane potential in %s is not done", b.kind)
		return nil
	}
	out := b.assign(&AssignStmt{t, c.Args[1]})
	if b.kind != "NET_RECEIVE" && b.kind != "INITIAL" {
		for i, s := range out {
			if a, ok := s.(mech.Assign); ok {
				a.Once = true
				out[i] = a
			}
		}
	}
	return out
}

func (b *body) printf(c *CallExpr) []mech.Stmt {
	if len(c.Args) == 0 {
		return nil
	}
	f, ok := c.Args[0].(*StrExpr)
	if !ok {
		b.l.rep.errorf(diag.BadMech, c.Pos, "%s wants a text first", c.Name)
		return nil
	}
	if c.Name == "prterr" {
		return []mech.Stmt{mech.Fail{Text: unescape(f.Text), Pos: c.Pos}}
	}
	var xs []mech.Expr
	for _, a := range c.Args[1:] {
		if _, text := a.(*StrExpr); text {
			b.l.rep.warnf(diag.Ignored, c.Pos, "a %s with more than one text is left out", c.Name)
			return nil
		}
		xs = append(xs, b.expr(a))
	}
	return b.print(c.Pos, c.Name, unescape(f.Text), xs)
}

var cEscape = regexp.MustCompile(`\\(x[0-9a-fA-F]{1,2}|[0-3]?[0-7]{1,2}|[abfnrtv\\'"?])`)

// unescape turns the escapes of a C text into what they stand for.
func unescape(s string) string {
	return cEscape.ReplaceAllStringFunc(s, func(e string) string {
		code := e[1:]
		switch {
		case code[0] == 'x':
			n, _ := strconv.ParseUint(code[1:], 16, 8)
			return string([]byte{byte(n)})
		case code[0] <= '7' && code[0] >= '0':
			n, _ := strconv.ParseUint(code, 8, 8)
			return string([]byte{byte(n)})
		case strings.Contains("abfnrtv", code):
			return string("\a\b\f\n\r\t\v"[strings.Index("abfnrtv", code)])
		}
		return code
	})
}
