// Package eval executes a function of a mechanism for one instance, statement
// by statement, for who calls it from outside of a simulation.
//
// In: a Def, a function and its arguments, and the Memory in which the
// variables are. Out: the function's value. Next: a HOC program gets it.
// Kernels never come from here; what is computed has the bits that theirs have,
// since both use vec.
package eval

import (
	"fmt"
	"math"

	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/mech"
	"github.com/rallsim/rall/runtime/kernel"
	"github.com/rallsim/rall/runtime/vec"
)

// Memory is where variables are, by element (0 of a scalar).
type Memory interface {
	Load(v mech.VarID, k int) (float64, error)
	Store(v mech.VarID, k int, x float64) error
	Len(v mech.VarID) int // of what is Given: how many numbers it has, -1 if the argument is none
	Draw(v mech.VarID, fn mech.Builtin) (float64, error)
	SetSeq(v mech.VarID, id int, x float64) error // see mech.SetSeq
	Grid(i int, args []float64) (float64, error)  // a FUNCTION_TABLE
	Celsius() (float64, error)                    // the temperature, of nernst() and ghk() [degC]
	Print(text string)
	Work(n int) error // counts n operations; an error ends the call
}

// Error is what ends a call, with its place in the mechanism's source.
type Error struct {
	Pos diag.Pos
	Err error
}

func (e *Error) Error() string {
	if e.Pos.IsZero() {
		return e.Err.Error()
	}
	return fmt.Sprintf("%s: %v", e.Pos, e.Err)
}

func (e *Error) Unwrap() error { return e.Err }

// maxDepth is how deep calls may nest.
const maxDepth = 200

// Call calls function f, which may have more arguments than it names. A procedure's value is 1, as in NEURON.
func Call(d *mech.Def, f int, args []float64, m Memory) (x float64, err error) {
	e := &evaluator{d: d, m: m, given: args}
	defer func() {
		if r := recover(); r != nil {
			stop, ok := r.(*Error)
			if !ok {
				panic(r)
			}
			err = stop
		}
	}()
	fn := &d.Funcs[f]
	x = e.call(f, args, fn.Pos)
	if fn.Result < 0 {
		x = 1
	}
	return x, nil
}

// evaluator is a call under way; what ends it is a panic of an *Error.
type evaluator struct {
	d      *mech.Def
	m      Memory
	given  []float64 // by the program's call
	locals []float64
	depth  int
	filled map[int]bool // functions whose table is being filled
}

func (e *evaluator) stop(pos diag.Pos, format string, args ...any) {
	panic(&Error{pos, fmt.Errorf(format, args...)})
}

func (e *evaluator) check(pos diag.Pos, err error) {
	if err != nil {
		panic(&Error{pos, err})
	}
}

func (e *evaluator) call(f int, args []float64, pos diag.Pos) float64 {
	fn := &e.d.Funcs[f]
	if e.depth++; e.depth > maxDepth {
		e.stop(pos, "calls nest more than %d deep", maxDepth)
	}
	e.check(pos, e.m.Work(1+len(fn.Body)/16))
	was := e.locals
	e.locals = make([]float64, len(fn.Locals))
	copy(e.locals[:fn.NArgs], args)
	for k, slot := range fn.Asked {
		switch {
		case k == 0:
			e.locals[slot] = float64(len(e.given))
		case k <= len(e.given):
			e.locals[slot] = e.given[k-1]
		}
	}
	if t := fn.Table; t != nil && !e.filled[f] && (t.Use < 0 || e.load(t.Use, 0, pos) != 0) {
		e.lookUp(f)
	} else {
		e.stmts(fn.Body)
	}
	x := 0.0
	if fn.Result >= 0 {
		x = e.locals[fn.Result]
	}
	e.locals = was
	e.depth--
	return x
}

// lookUp is a function of a TABLE: between two points of it the outputs lie on
// a line, beyond its ends they are those of the ends.
func (e *evaluator) lookUp(f int) {
	fn := &e.d.Funcs[f]
	t := fn.Table
	x := e.locals[0]
	lo := e.expr(t.From)
	dx := (e.expr(t.To) - lo) / float64(t.N)
	at := float64((1 / dx) * (x - lo))
	i, part := 0, 0.0
	switch {
	case at != at:
		e.setOutputs(f, func(int) float64 { return at })
		return
	case at <= 0:
	case at >= float64(t.N):
		i = t.N
	default:
		i = int(at)
		part = at - float64(i)
	}
	point := lo
	e.check(fn.Pos, e.m.Work(i/64))
	for range i {
		point += dx
	}
	y := e.outputs(f, point)
	if part > 0 {
		for k, next := range e.outputs(f, point+dx) {
			y[k] += float64(part * (next - y[k]))
		}
	}
	e.setOutputs(f, func(k int) float64 { return y[k] })
}

// outputs computes the outputs of a function of a TABLE.
func (e *evaluator) outputs(f int, x float64) []float64 {
	fn := &e.d.Funcs[f]
	if e.filled == nil {
		e.filled = map[int]bool{}
	}
	e.filled[f] = true
	value := e.call(f, []float64{x}, fn.Pos)
	delete(e.filled, f)
	if fn.Result >= 0 {
		return []float64{value}
	}
	var out []float64
	for _, v := range fn.Table.Outputs {
		for k := range max(1, e.d.Vars[v].Array) {
			out = append(out, e.load(v, k, fn.Pos))
		}
	}
	return out
}

func (e *evaluator) setOutputs(f int, of func(k int) float64) {
	fn := &e.d.Funcs[f]
	if fn.Result >= 0 {
		e.locals[fn.Result] = of(0)
		return
	}
	n := 0
	for _, v := range fn.Table.Outputs {
		for k := range max(1, e.d.Vars[v].Array) {
			e.check(fn.Pos, e.m.Store(v, k, of(n)))
			n++
		}
	}
}

func (e *evaluator) load(v mech.VarID, k int, pos diag.Pos) float64 {
	x, err := e.m.Load(v, k)
	e.check(pos, err)
	return x
}

// element is a subscript of an array. A kernel, which cannot stop, takes the
// nearest end for one outside of it; a call ends.
func (e *evaluator) element(v mech.VarID, at mech.Expr, pos diag.Pos) int {
	if at == nil {
		return 0
	}
	x, n := e.expr(at), max(1, e.d.Vars[v].Array)
	if e.d.Vars[v].Storage == mech.Given {
		n = max(0, e.m.Len(v))
	}
	if !(x > -1 && x < float64(n)) {
		e.stop(pos, "index %g of %s is outside of 0..%d", x, e.d.Vars[v].Name, n-1)
	}
	return int(kernel.Element(x, int32(n)))
}

func (e *evaluator) stmts(list []mech.Stmt) {
	for _, s := range list {
		e.stmt(s)
	}
}

func (e *evaluator) stmt(s mech.Stmt) {
	switch s := s.(type) {
	case mech.Assign:
		x := e.expr(s.X)
		if s.Var < 0 {
			e.locals[s.Local] = x
			return
		}
		e.check(s.Pos, e.m.Store(s.Var, e.element(s.Var, s.At, s.Pos), x))
	case mech.If:
		if e.expr(s.Cond) != 0 {
			e.stmts(s.Then)
		} else {
			e.stmts(s.Else)
		}
	case mech.While:
		limit := s.Limit
		if limit == 0 {
			limit = 1e6
		}
		for n := 0; e.expr(s.Cond) != 0; n++ {
			if n >= limit {
				e.stop(s.Pos, "a loop did not end after %d rounds", limit)
			}
			e.check(s.Pos, e.m.Work(1+len(s.Body)))
			e.stmts(s.Body)
		}
	case mech.For:
		from, to, by := e.expr(s.From), e.expr(s.To), 1.0
		if s.By != nil {
			by = e.expr(s.By)
		}
		for i := from; i <= to; i += by { // down to an end there are no rounds, as in NEURON
			e.check(s.Pos, e.m.Work(1+len(s.Body)))
			e.locals[s.Slot] = i
			e.stmts(s.Body)
		}
	case mech.CallStmt:
		e.call(s.Func, e.args(s.Args), s.Pos)
	case mech.Printf:
		vals := make([]any, len(s.Args))
		for i, a := range s.Args {
			vals[i] = e.expr(a)
		}
		e.m.Print(fmt.Sprintf(s.Format, vals...))
	case mech.SetSeq:
		e.check(s.Pos, e.m.SetSeq(s.Stream, s.ID, e.expr(s.Seq)))
	case mech.Fail:
		e.stop(s.Pos, "%s", s.Text)
	default:
		e.stop(diag.Pos{}, "it holds what has a meaning within a simulation only (%s)", name(s))
	}
}

func name(s mech.Stmt) string {
	switch s.(type) {
	case mech.Send:
		return "net_send"
	case mech.Move:
		return "net_move"
	case mech.Emit:
		return "net_event"
	case mech.Watch:
		return "WATCH"
	}
	return "a system of equations"
}

func (e *evaluator) args(list []mech.Expr) []float64 {
	out := make([]float64, len(list))
	for i, a := range list {
		out[i] = e.expr(a)
	}
	return out
}

func (e *evaluator) expr(x mech.Expr) float64 {
	switch x := x.(type) {
	case mech.Num:
		return x.V
	case mech.Ref:
		return e.load(x.Var, 0, diag.Pos{})
	case mech.Local:
		return e.locals[x.Slot]
	case mech.Index:
		return e.load(x.Var, e.element(x.Var, x.At, x.Pos), x.Pos)
	case mech.Unary:
		if x.Op == mech.Not {
			return kernel.Truth(e.expr(x.X) == 0)
		}
		return -e.expr(x.X)
	case mech.Binary:
		return binary(x.Op, e.expr(x.X), e.expr(x.Y))
	case mech.Select:
		if e.expr(x.Cond) != 0 {
			return e.expr(x.Then)
		}
		return e.expr(x.Else)
	case mech.FuncCall:
		return e.call(x.Func, e.args(x.Args), x.Pos)
	case mech.Call:
		return e.builtin(x)
	}
	panic(fmt.Sprintf("BUG: an expression of type %T", x))
}

func binary(op mech.Op, a, b float64) float64 {
	switch op {
	case mech.Add:
		return a + b
	case mech.Sub:
		return a - b
	case mech.Mul:
		return float64(a * b)
	case mech.Div:
		return a / b
	case mech.Pow:
		return vec.Pow(a, b)
	case mech.Mod:
		return math.Mod(a, b)
	case mech.Lt:
		return kernel.Truth(a < b)
	case mech.Le:
		return kernel.Truth(a <= b)
	case mech.Gt:
		return kernel.Truth(a > b)
	case mech.Ge:
		return kernel.Truth(a >= b)
	case mech.Eq:
		return kernel.Truth(a == b)
	case mech.Ne:
		return kernel.Truth(a != b)
	case mech.And:
		return kernel.Truth(a != 0 && b != 0)
	}
	return kernel.Truth(a != 0 || b != 0)
}

// builtin applies a function of NMODL's.
func (e *evaluator) builtin(c mech.Call) float64 {
	if c.Fn == mech.GridAt {
		x, err := e.m.Grid(int(c.Args[0].(mech.Num).V), e.args(c.Args[1:]))
		e.check(c.Pos, err)
		return x
	}
	if c.Fn.Draws() {
		return e.draw(c)
	}
	if f := functions[c.Fn]; f != nil {
		return f(e.expr(c.Args[0]))
	}
	celsius := func() float64 {
		x, err := e.m.Celsius()
		e.check(c.Pos, err)
		return x
	}
	switch c.Fn {
	case mech.SeriesLen:
		if r := c.Args[0].(mech.Ref).Var; e.d.Vars[r].Storage == mech.Given {
			return float64(e.m.Len(r))
		}
	case mech.Atan2, mech.PowFn, mech.FmodFn, mech.MinFn, mech.MaxFn, mech.BitAnd, mech.BitOr, mech.BitXor, mech.Ran4:
		a, b := e.expr(c.Args[0]), e.expr(c.Args[1])
		switch c.Fn {
		case mech.BitAnd:
			return vec.BitAnd(a, b)
		case mech.BitOr:
			return vec.BitOr(a, b)
		case mech.BitXor:
			return vec.BitXor(a, b)
		case mech.Ran4:
			return vec.Ran4(a, b)
		case mech.Atan2:
			return vec.Atan2(a, b)
		case mech.PowFn:
			return vec.Pow(a, b)
		case mech.FmodFn:
			return math.Mod(a, b)
		case mech.MinFn:
			return kernel.Least(a, b)
		}
		return kernel.Most(a, b)
	case mech.Nernst:
		a := e.args(c.Args)
		return vec.Nernst(a[0], a[1], a[2], celsius())
	case mech.GHK:
		a := e.args(c.Args)
		return vec.GHK(a[0], a[1], a[2], a[3], celsius())
	}
	e.stop(c.Pos, "%s has a meaning within a simulation only", c.Fn)
	return 0
}

// draw is a draw from a stream of the instance, scaled and shifted as NEURON
// does it.
func (e *evaluator) draw(c mech.Call) float64 {
	a := e.args(c.Args[1:])
	d, err := e.m.Draw(c.Args[0].(mech.Ref).Var, c.Fn)
	e.check(c.Pos, err)
	switch {
	case c.Fn == mech.RandExp && len(a) > 0:
		return float64(a[0] * d)
	case c.Fn == mech.RandUnif && len(a) > 1:
		return a[0] + float64((a[1]-a[0])*d)
	case c.Fn == mech.RandNorm && len(a) > 1:
		return a[0] + float64(a[1]*d)
	}
	return d
}

// functions are those of one number.
var functions = map[mech.Builtin]func(x float64) float64{
	mech.Exp: vec.Exp, mech.Log: vec.Log, mech.Log10: vec.Log10, mech.Sqrt: math.Sqrt, mech.Fabs: math.Abs, mech.Floor: math.Floor, mech.Ceil: math.Ceil,
	mech.Sin: vec.Sin, mech.Cos: vec.Cos, mech.Tan: vec.Tan, mech.Asin: vec.Asin, mech.Acos: vec.Acos, mech.Atan: vec.Atan,
	mech.Sinh: vec.Sinh, mech.Cosh: vec.Cosh, mech.Tanh: vec.Tanh, mech.Exprelr: vec.Exprelr, mech.Single: vec.Single,
}
