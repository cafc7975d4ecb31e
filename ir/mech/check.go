package mech

import (
	"errors"
	"fmt"
	"math"
)

// Check says what is wrong with the structure of a mechanism: references out
// of range, statements in blocks where they mean nothing, variables used
// against their storage. It is run after every front end and every pass, in
// tests always; a failure is a bug of ours, never of the user's input.
func Check(d *Def) error {
	c := &checker{d: d}
	c.def()
	return errors.Join(c.errs...)
}

type checker struct {
	d    *Def
	errs []error
}

// where says what a block may hold.
type where struct {
	name   string
	locals []string
	system bool // DerivEq, Reaction, Conserve, Compartment, Equation
	events bool // Move, Emit, Watch, and the potential may be set
	send   bool
	args   bool // Edge variables and the flag
	solve  bool // SolveNow
}

func (c *checker) errf(w where, format string, args ...any) {
	if len(c.errs) < 20 {
		c.errs = append(c.errs, fmt.Errorf("%s: %s: %s", c.d.Name, w.name, fmt.Sprintf(format, args...)))
	}
}

func (c *checker) def() {
	d := c.d
	top := where{name: "definition"}
	if d.Name == "" {
		c.errf(top, "no name")
	}
	if d.Kind > Library {
		c.errf(top, "kind %d", d.Kind)
	}
	names := map[string]bool{}
	for i := range d.Vars {
		v := &d.Vars[i]
		if v.Name == "" || names[v.Name] {
			c.errf(top, "variable %d has the name %q of none or another", i, v.Name)
		}
		names[v.Name] = true
		if int(v.Storage) >= len(storageNames) {
			c.errf(top, "variable %s has storage %d", v.Name, v.Storage)
			continue
		}
		if v.Array < 0 {
			c.errf(top, "variable %s has %d elements", v.Name, v.Array)
		}
		if math.IsNaN(v.Default) || math.IsInf(v.Default, 0) {
			c.errf(top, "variable %s has the default %v", v.Name, v.Default)
		}
		switch v.Storage {
		case IonField:
			if v.Ion < 0 || v.Ion >= len(d.Ions) || v.Field > Amperage {
				c.errf(top, "variable %s belongs to no field of an ion", v.Name)
			}
			if v.Array > 0 {
				c.errf(top, "variable %s of an ion is an array", v.Name)
			}
		case Constant, Uniform:
			if v.Written {
				c.errf(top, "%s %s is written", v.Storage, v.Name)
			}
		case Voltage, Time, Step, Celsius, AreaOf, DiamOf, Stream, Series:
			if v.Written || v.State || v.Array > 0 {
				c.errf(top, "%s %s is written, a state or an array", v.Storage, v.Name)
			}
		case Given:
			if v.Arg < 1 || v.State || v.Array > 0 || v.Visible {
				c.errf(top, "%s %s is argument %d, a state, an array or visible", v.Storage, v.Name, v.Arg)
			}
		}
		if v.State && v.Storage != Instance && v.Storage != IonField && v.Storage != Edge {
			c.errf(top, "state %s has storage %s", v.Name, v.Storage)
		}
	}
	for _, x := range d.Currents {
		if !c.varOK(x.Var) {
			c.errf(top, "a current is variable %d", x.Var)
		} else if d.Vars[x.Var].Array > 0 {
			c.errf(top, "current %s is an array", d.Vars[x.Var].Name)
		}
		if x.Ion < -1 || x.Ion >= len(d.Ions) {
			c.errf(top, "a current has ion %d", x.Ion)
		}
	}
	for i := range d.Funcs {
		f := &d.Funcs[i]
		w := where{name: f.Name, locals: f.Locals, args: true, send: true}
		for _, slot := range f.Asked {
			if slot < 0 || slot >= len(f.Locals) {
				c.errf(w, "local %d of %d for an argument", slot, len(f.Locals))
			}
		}
		if f.NArgs < 0 || f.NArgs > len(f.Locals) || f.Result < -1 || f.Result >= len(f.Locals) {
			c.errf(w, "%d arguments and result %d of %d locals", f.NArgs, f.Result, len(f.Locals))
		}
		c.stmts(f.Body, w)
		if t := f.Table; t != nil {
			for _, v := range append(append([]VarID(nil), t.Outputs...), t.Depend...) {
				if !c.varOK(v) {
					c.errf(w, "the table names variable %d", v)
				}
			}
			if t.N < 1 || f.NArgs != 1 || (f.Result >= 0) != (len(t.Outputs) == 0) || t.Use < -1 || t.Use >= 0 && !c.varOK(t.Use) {
				c.errf(w, "a table of %d intervals over %d arguments with %d outputs", t.N, f.NArgs, len(t.Outputs))
			}
			bounds := where{name: f.Name + " table"}
			c.expr(t.From, bounds)
			c.expr(t.To, bounds)
		}
	}
	for i := range d.Systems {
		s := &d.Systems[i]
		w := where{name: s.Name, locals: s.Locals, system: true}
		c.stmts(s.Body, w)
		for _, v := range s.Only {
			if !c.varOK(v) || !d.Vars[v].State {
				c.errf(w, "variable %d as an unknown", v)
			}
		}
		if s.When != nil {
			c.expr(s.When, w)
		}
	}
	for _, x := range d.Derivs {
		if !c.varOK(x.State) || !d.Vars[x.State].State || !c.varOK(x.Value) || d.Vars[x.Value].Storage != Instance || d.Vars[x.Value].Array != d.Vars[x.State].Array {
			c.errf(top, "variable %d as the derivative of %d", x.Value, x.State)
		}
	}
	for _, s := range d.Seedings {
		c.stream(s.Stream, top)
	}
	for _, p := range d.Players {
		if !c.varOK(p.Series) || d.Vars[p.Series].Storage != Series {
			c.errf(top, "%s plays into variable %d, which is no series", p.Proc, p.Series)
		}
	}
	for _, s := range d.Solves {
		if (s.System < 0) == (s.Proc < 0) || s.System >= len(d.Systems) || s.Proc >= len(d.Funcs) {
			c.errf(top, "a solve of system %d and procedure %d", s.System, s.Proc)
		}
	}
	c.block("initial", d.Initial, where{send: true, solve: true})
	c.block("breakpoint", d.Breakpoint, where{})
	for _, set := range []map[string]Block{d.Before, d.After} {
		for _, k := range sortedKeys(set) {
			c.block(k, set[k], where{})
		}
	}
	if r := d.Receive; r != nil {
		w := where{name: "receive", args: true}
		if len(r.Args) == 0 {
			c.errf(w, "no weight")
		}
		for _, a := range r.Args {
			if !c.varOK(a) || d.Vars[a].Storage != Edge {
				c.errf(w, "argument %d is no edge variable", a)
			}
		}
		for _, a := range r.Each {
			if !c.varOK(a) || d.Vars[a].Storage != EachEdge {
				c.errf(w, "argument %d of FOR_NETCONS is no variable of edges", a)
			}
		}
		if len(r.Each) > len(r.Args) {
			c.errf(w, "%d arguments of FOR_NETCONS for %d weights", len(r.Each), len(r.Args))
		}
		if r.Flag >= 0 && (!c.varOK(r.Flag) || d.Vars[r.Flag].Storage != Temp) {
			c.errf(w, "the flag is variable %d", r.Flag)
		}
		c.block("receive", r.Block, where{args: true, events: true, send: true})
		if r.Initial != nil {
			c.block("receive initial", *r.Initial, where{args: true, events: true, send: true})
		}
	}
	for i, x := range d.Conditions {
		w := where{name: fmt.Sprintf("condition %d", i), locals: x.Locals}
		c.expr(x.Test, w)
		if x.When != nil {
			c.expr(x.When, w)
		}
		c.block(w.name, x.Block, where{events: true, send: true})
	}
}

func (c *checker) block(name string, b Block, w where) {
	w.name, w.locals = name, b.Locals
	c.stmts(b.Body, w)
}

func (c *checker) varOK(v VarID) bool { return v >= 0 && int(v) < len(c.d.Vars) }

// use checks a variable with or without a subscript.
func (c *checker) use(v VarID, at Expr, w where) {
	if !c.varOK(v) {
		c.errf(w, "variable %d of %d", v, len(c.d.Vars))
		return
	}
	x := &c.d.Vars[v]
	if (x.Array > 0 || x.Storage == EachEdge || x.Storage == Given) != (at != nil) {
		c.errf(w, "%s has %d elements and subscript %v", x.Name, x.Array, at != nil)
	}
	if x.Storage == Edge && !w.args {
		c.errf(w, "%s of an edge is used outside of an event", x.Name)
	}
	if at != nil {
		c.expr(at, w)
	}
}

// set checks what is assigned.
func (c *checker) set(v VarID, local int, at Expr, w where) {
	if v < 0 {
		if local < 0 || local >= len(w.locals) {
			c.errf(w, "local %d of %d is set", local, len(w.locals))
		}
		return
	}
	c.use(v, at, w)
	if !c.varOK(v) {
		return
	}
	switch x := &c.d.Vars[v]; x.Storage {
	case Voltage:
		if !w.events {
			c.errf(w, "%s %s is set", x.Storage, x.Name)
		}
	case Constant, Uniform, Stream, Series, Time, Step, Celsius, AreaOf, DiamOf:
		c.errf(w, "%s %s is set", x.Storage, x.Name)
	default:
		if !x.Written && x.Storage != Edge && x.Storage != EachEdge && x.Storage != Temp {
			c.errf(w, "%s is set and not marked so", x.Name)
		}
	}
}

func (c *checker) slot(s int, w where) {
	if s < 0 || s >= len(w.locals) {
		c.errf(w, "local %d of %d", s, len(w.locals))
	}
}

func (c *checker) stmts(list []Stmt, w where) {
	only := func(ok bool, s Stmt) {
		if !ok {
			c.errf(w, "%T does not belong here", s)
		}
	}
	terms := func(ts []Term) {
		for _, t := range ts {
			c.use(t.State, t.At, w)
			if t.Coef < 1 {
				c.errf(w, "coefficient %d", t.Coef)
			}
		}
	}
	for _, s := range list {
		switch x := s.(type) {
		case Assign:
			c.set(x.Var, x.Local, x.At, w)
			c.expr(x.X, w)
		case If:
			c.expr(x.Cond, w)
			c.stmts(x.Then, w)
			c.stmts(x.Else, w)
		case While:
			c.expr(x.Cond, w)
			c.stmts(x.Body, w)
		case For:
			c.slot(x.Slot, w)
			c.expr(x.From, w)
			c.expr(x.To, w)
			if x.By != nil {
				c.expr(x.By, w)
			}
			c.stmts(x.Body, w)
		case CallStmt:
			c.call(x.Func, x.Args, w)
		case DerivEq:
			only(w.system, s)
			c.set(x.Var, -1, x.At, w)
			if c.varOK(x.Var) && !c.d.Vars[x.Var].State {
				c.errf(w, "%s is no state and has a derivative", c.d.Vars[x.Var].Name)
			}
			c.expr(x.X, w)
		case Reaction:
			only(w.system, s)
			terms(x.Left)
			terms(x.Right)
			c.expr(x.Forward, w)
			if x.Backward != nil {
				c.expr(x.Backward, w)
			}
		case Conserve:
			only(w.system, s)
			terms(x.Sum)
			c.expr(x.Total, w)
		case Equation:
			only(w.system, s)
			c.expr(x.X, w)
			c.expr(x.Y, w)
		case Compartment:
			only(w.system, s)
			if x.Slot >= 0 {
				c.slot(x.Slot, w)
			}
			c.expr(x.Volume, w)
			for _, v := range x.States {
				if !c.varOK(v) {
					c.errf(w, "a compartment of variable %d", v)
				}
			}
		case Diffusion:
			only(w.system, s)
			if x.Slot >= 0 {
				c.slot(x.Slot, w)
			}
			c.expr(x.Area, w)
			for _, v := range x.States {
				if !c.varOK(v) || !c.d.Vars[v].State {
					c.errf(w, "diffusion of variable %d", v)
				}
			}
		case Send:
			only(w.send, s)
			c.expr(x.Delay, w)
			c.expr(x.Flag, w)
		case Move:
			only(w.events, s)
			c.expr(x.At, w)
		case Emit:
			only(w.events, s)
			c.expr(x.At, w)
		case Watch:
			only(w.events, s)
			c.expr(x.X, w)
			c.expr(x.Y, w)
			c.expr(x.Flag, w)
		case SetSeq:
			c.stream(x.Stream, w)
			c.expr(x.Seq, w)
		case Printf:
			for _, a := range x.Args {
				c.expr(a, w)
			}
		case Fail:
		case SolveNow:
			only(w.solve, s)
			if x.System < 0 || x.System >= len(c.d.Systems) {
				c.errf(w, "system %d of %d", x.System, len(c.d.Systems))
			}
		case Newton:
			for _, t := range x.X {
				c.set(t.Var, t.Local, t.At, w)
			}
			if len(x.X) != len(x.R) {
				c.errf(w, "%d unknowns and %d residuals", len(x.X), len(x.R))
			}
			c.stmts(x.Body, w)
			for _, r := range x.R {
				c.expr(r, w)
			}
		case Linear:
			n := len(x.X)
			if len(x.R) != n || len(x.M) != n*n {
				c.errf(w, "%d unknowns, %d equations and a matrix of %d", n, len(x.R), len(x.M))
			}
			for _, t := range x.X {
				c.set(t.Var, t.Local, t.At, w)
			}
			for _, e := range x.M {
				if e != nil {
					c.expr(e, w)
				}
			}
			for _, e := range x.R {
				c.expr(e, w)
			}
		case Lookup:
			if x.Func < 0 || x.Func >= len(c.d.Funcs) || c.d.Funcs[x.Func].Table == nil {
				c.errf(w, "a look-up in function %d, which has no table", x.Func)
			}
			c.slot(x.Slot, w)
			c.expr(x.Arg, w)
			for _, t := range x.Outputs {
				if t.Var >= 0 && t.At == nil && c.varOK(t.Var) && c.d.Vars[t.Var].Array > 0 {
					continue // a whole array is looked up
				}
				c.set(t.Var, t.Local, t.At, w)
			}
			c.stmts(x.Direct, w)
		default:
			c.errf(w, "a statement of type %T", s)
		}
	}
}

func (c *checker) call(f int, args []Expr, w where) {
	if f < 0 || f >= len(c.d.Funcs) {
		c.errf(w, "function %d of %d", f, len(c.d.Funcs))
		return
	}
	if n := c.d.Funcs[f].NArgs; n != len(args) {
		c.errf(w, "%s wants %d arguments and gets %d", c.d.Funcs[f].Name, n, len(args))
	}
	for _, a := range args {
		c.expr(a, w)
	}
}

func (c *checker) stream(v VarID, w where) {
	if !c.varOK(v) || c.d.Vars[v].Storage != Stream {
		c.errf(w, "variable %d is no random stream", v)
	}
}

// arity is the number of arguments of each builtin; draws take the stream.
var arity = map[Builtin]int{
	Exp: 1, Log: 1, Log10: 1, Sqrt: 1, Fabs: 1, Floor: 1, Ceil: 1, Sin: 1, Cos: 1, Tan: 1, Asin: 1, Acos: 1, Atan: 1,
	Atan2: 2, Sinh: 1, Cosh: 1, Tanh: 1, PowFn: 2, FmodFn: 2, MinFn: 2, MaxFn: 2, Exprelr: 1, BitAnd: 2, BitOr: 2, BitXor: 2, Single: 1, Ran4: 2, AtTime: 1, Nernst: 3, GHK: 4,
	Train: 1, SeriesLen: 1, SeriesAt: 2, EdgeCount: 0, RandUnif: 1, RandExp: 1, RandNorm: 1, PickUnif: 1, PickExp: 1, PickNorm: 1,
}

func (c *checker) expr(e Expr, w where) {
	switch x := e.(type) {
	case Num:
	case Ref:
		c.use(x.Var, nil, w)
		if c.varOK(x.Var) && (c.d.Vars[x.Var].Storage == Stream || c.d.Vars[x.Var].Storage == Series) {
			kind := "random stream"
			if c.d.Vars[x.Var].Storage == Series {
				kind = "series"
			}
			c.errf(w, "%s %s is read", kind, c.d.Vars[x.Var].Name)
		}
	case Local:
		c.slot(x.Slot, w)
	case Index:
		if x.At == nil {
			c.errf(w, "an element without a subscript")
		} else {
			c.use(x.Var, x.At, w)
		}
	case Unary:
		if x.Op != Neg && x.Op != Not {
			c.errf(w, "unary %d", x.Op)
		}
		c.expr(x.X, w)
	case Binary:
		if x.Op > Or {
			c.errf(w, "binary %d", x.Op)
		}
		c.expr(x.X, w)
		c.expr(x.Y, w)
	case Call:
		n, ok := arity[x.Fn]
		if x.Fn == GridAt && len(x.Args) > 0 {
			if g, is := x.Args[0].(Num); is && g.V >= 0 && int(g.V) < len(c.d.Grids) {
				n, ok = 1+c.d.Grids[int(g.V)].NArgs, true
			}
		}
		if !ok || n != len(x.Args) {
			c.errf(w, "%s with %d arguments", x.Fn, len(x.Args))
			return
		}
		switch x.Fn {
		case RandUnif, RandExp, RandNorm, PickUnif, PickExp, PickNorm:
			if r, ok := x.Args[0].(Ref); ok {
				c.stream(r.Var, w)
			} else {
				c.errf(w, "%s of no stream", x.Fn)
			}
			return
		}
		args := x.Args
		if x.Fn == SeriesLen || x.Fn == SeriesAt {
			if r, ok := args[0].(Ref); !ok || !c.varOK(r.Var) || c.d.Vars[r.Var].Storage != Series && (x.Fn == SeriesAt || c.d.Vars[r.Var].Storage != Given) {
				c.errf(w, "%s of no series", x.Fn)
			}
			args = args[1:]
		}
		for _, a := range args {
			c.expr(a, w)
		}
	case FuncCall:
		c.call(x.Func, x.Args, w)
		if x.Func >= 0 && x.Func < len(c.d.Funcs) && c.d.Funcs[x.Func].Result < 0 {
			c.errf(w, "procedure %s is used as a value", c.d.Funcs[x.Func].Name)
		}
	case Select:
		c.expr(x.Cond, w)
		c.expr(x.Then, w)
		c.expr(x.Else, w)
	default:
		c.errf(w, "an expression of type %T", e)
	}
}
