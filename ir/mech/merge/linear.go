package merge

import (
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/rallsim/rall/ir/mech"
)

// kind is how a value depends on the states of an instance.
type kind uint8

const (
	zero   kind = iota // it is 0
	free               // not at all
	linear             // it is a sum of them, each times what does not depend on them
	other              // otherwise
)

// value is what is known of a value: how it depends on the states, and the
// first thing that varies from step to step or with the place, by which its
// coefficients vary; "" if parameters alone decide them.
type value struct {
	kind kind
	by   string
	why  string // of other
}

// either is a value that is one or the other.
func either(a, b value) value {
	v := value{kind: max(a.kind, b.kind), by: first(a.by, b.by)}
	switch {
	case a.kind == other:
		return a
	case b.kind == other:
		return b
	case v.kind == linear && min(a.kind, b.kind) == free:
		return value{kind: other, why: "it is not always proportional to them"}
	}
	return v
}

func first(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

func (v value) under(cond value) value {
	if cond.kind > free {
		return value{kind: other, why: "a condition depends on them"}
	}
	v.by = first(v.by, cond.by)
	return v
}

// reader interprets an entry over values.
type reader struct {
	x      *splitter
	step   bool // what is read runs in every step
	start  func(mech.VarID) value
	vars   map[mech.VarID]value
	locals map[int]value
}

func (x *splitter) read(b *mech.Block, step bool, start func(mech.VarID) value) *reader {
	r := &reader{x: x, step: step, start: start, vars: map[mech.VarID]value{}, locals: map[int]value{}}
	if b != nil {
		r.body(b.Body)
	}
	return r
}

func (r *reader) of(v mech.VarID) value {
	if k, ok := r.vars[v]; ok {
		return k
	}
	return r.start(v)
}

func (r *reader) set(t mech.Target, v value) {
	switch {
	case t.Var < 0:
		r.locals[t.Local] = v
	case t.At != nil:
		r.vars[t.Var] = either(r.of(t.Var), v.under(r.expr(t.At)))
	default:
		r.vars[t.Var] = v
	}
}

// branch returns a reader that goes on from here.
func (r *reader) branch() *reader {
	return &reader{x: r.x, step: r.step, start: r.start, vars: maps.Clone(r.vars), locals: maps.Clone(r.locals)}
}

// join takes over what two branches under a condition have left.
func (r *reader) join(cond value, a, b *reader) {
	for _, side := range []*reader{a, b} {
		for v := range side.vars {
			p, q := a.of(v), b.of(v)
			if p != q || p != r.of(v) {
				r.vars[v] = either(p, q).under(cond)
			}
		}
		for l := range side.locals {
			p, q := a.locals[l], b.locals[l]
			if p != q || p != r.locals[l] {
				r.locals[l] = either(p, q).under(cond)
			}
		}
	}
}

func (r *reader) body(body []mech.Stmt) {
	for _, s := range body {
		switch s := s.(type) {
		case mech.Assign:
			r.set(mech.Target{Var: s.Var, Local: s.Local, At: s.At}, r.expr(s.X))
		case mech.If:
			then, els := r.branch(), r.branch()
			then.body(s.Then)
			els.body(s.Else)
			r.join(r.expr(s.Cond), then, els)
		case mech.While:
			for range 4 { // a kind can only rise, and there are four
				round := r.branch()
				round.body(s.Body)
				r.join(r.expr(s.Cond), round, r.branch())
			}
		case mech.Newton:
			in := r.branch()
			in.body(s.Body)
			v := value{kind: free}
			for _, e := range s.R {
				if k := in.expr(e); k.kind > free {
					v = value{kind: other, why: "they are solved by Newton's iteration"}
				} else {
					v.by = first(v.by, k.by)
				}
			}
			r.join(value{kind: free}, in, r.branch())
			for _, t := range s.X {
				r.set(t, v)
			}
		case mech.Linear:
			v := value{kind: free}
			for _, e := range slices.Concat(s.M, s.R) {
				if k := r.expr(e); k.kind > free {
					v = value{kind: other, why: "they are solved as many equations together"}
					break
				} else {
					v.by = first(v.by, k.by)
				}
			}
			for _, t := range s.X {
				r.set(t, v)
			}
		case mech.Lookup:
			arg := r.expr(s.Arg)
			in := r.branch()
			in.locals[s.Slot] = arg
			in.body(s.Direct)
			for _, o := range s.Outputs {
				v := in.expr(ref(o))
				if arg.kind > free || v.kind > free {
					v = value{kind: other, why: "a TABLE depends on them"}
				}
				v.by = first(v.by, arg.by)
				in.set(o, v)
			}
			r.vars, r.locals = in.vars, in.locals
		}
	}
}

func (r *reader) expr(e mech.Expr) value {
	switch e := e.(type) {
	case nil:
		return value{kind: free}
	case mech.Num:
		if e.V == 0 {
			return value{}
		}
		return value{kind: free}
	case mech.Ref:
		return r.of(e.Var)
	case mech.Local:
		return r.locals[e.Slot]
	case mech.Index:
		return r.of(e.Var).under(r.expr(e.At))
	case mech.Unary:
		v := r.expr(e.X)
		if e.Op == mech.Neg {
			return v
		}
		return r.function(v)
	case mech.Binary:
		if size, ok := e.X.(mech.Call); ok && e.Op == mech.Le && size.Fn == mech.Fabs && e.Y == mech.Expr(mech.Num{V: math.MaxFloat64}) {
			return value{kind: free} // of numbers it always holds
		}
		return r.binary(e.Op, r.expr(e.X), r.expr(e.Y))
	case mech.Select:
		return either(r.expr(e.Then), r.expr(e.Else)).under(r.expr(e.Cond))
	case mech.Call:
		if draws(e.Fn) && r.step {
			refuse("it draws random numbers in every step")
		}
		var args []value
		for _, a := range e.Args {
			args = append(args, r.expr(a))
		}
		v := r.function(args...)
		if e.Fn == mech.AtTime {
			v.by = first(v.by, "time")
		}
		return v
	}
	return value{kind: other, why: "they are used in a way that is not known"}
}

// function is a value computed in some way from others.
func (r *reader) function(args ...value) value {
	out := value{kind: free}
	for _, a := range args {
		switch {
		case a.kind == other:
			return a
		case a.kind == linear:
			return value{kind: other, why: "a function or a condition depends on them"}
		}
		out.by = first(out.by, a.by)
	}
	return out
}

func (r *reader) binary(op mech.Op, a, b value) value {
	if a.kind == other {
		return a
	}
	if b.kind == other {
		return b
	}
	by := first(a.by, b.by)
	switch op {
	case mech.Add, mech.Sub:
		switch {
		case a.kind == zero:
			return b
		case b.kind == zero:
			return a
		case a.kind == b.kind:
			return value{kind: a.kind, by: by}
		}
		return value{kind: other, why: "there is a term without them"}
	case mech.Mul:
		switch {
		case a.kind == zero || b.kind == zero:
			return value{}
		case a.kind == linear && b.kind == linear:
			return value{kind: other, why: "they are multiplied with each other"}
		}
		return value{kind: max(a.kind, b.kind), by: by}
	case mech.Div:
		switch {
		case b.kind == linear:
			return value{kind: other, why: "something is divided by them"}
		case a.kind == zero:
			return value{}
		}
		return value{kind: a.kind, by: by}
	}
	return r.function(a, b)
}

// proveLinear wants the step to be linear in the states to which events add, and
// in those that depend on them, and all currents to be. To begin with all states
// are taken to depend on them that begin at 0; what turns out to move by itself is
// none of them then.
func (x *splitter) proveLinear() {
	end := x.read(x.m.Init, false, func(mech.VarID) value { return value{kind: free} })
	var states []mech.VarID
	for i := range x.def.Vars {
		if v := mech.VarID(i); x.step.reads[v] && x.step.writes(v) && x.kept(v) {
			states = append(states, v)
			x.linear[v] = x.linear[v] || end.of(v).kind == zero
		}
	}
	varies := map[mech.VarID]string{} // why a state is none of them
	for shrunk := true; shrunk; {
		shrunk = false
		wrong := ""
		state, current := x.read(x.m.State, true, x.start), x.read(x.m.Current, true, x.start)
		for _, v := range states {
			why := ""
			for _, end := range []value{state.of(v), current.of(v)} {
				switch {
				case end.kind == other || end.kind == linear && !x.linear[v]:
					why = fmt.Sprintf("the equation of %s is not linear in the states: %s", x.name(v), first(end.why, "there is a term without them"))
				case x.linear[v] && end.kind == free:
					why = fmt.Sprintf("%s is set to what does not depend on the states", x.name(v))
				case x.linear[v] && end.by != "":
					why = fmt.Sprintf("the kinetics of %s depend on %s", x.name(v), end.by)
				}
				if why != "" {
					break
				}
			}
			switch {
			case why == "":
			case x.linear[v] && !x.receive.adds[v]:
				delete(x.linear, v)
				varies[v] = why
				shrunk = true
			default:
				wrong = first(wrong, first(varies[v], why))
			}
		}
		if shrunk {
			continue
		}
		if wrong != "" {
			refuse("%s", wrong)
		}
		for _, c := range x.def.Currents {
			switch v := current.of(c.Var); v.kind {
			case other:
				refuse("the current %s is not linear in the states: %s", x.name(c.Var), v.why)
			case free:
				refuse("the current %s does not depend on the states", x.name(c.Var))
			}
		}
	}
	for i := range x.def.Vars {
		if v := mech.VarID(i); x.linear[v] && end.of(v).kind != zero {
			refuse("%s may begin at another value than 0", x.name(v))
		}
	}
}

// start says what a variable is when an entry of the step begins.
func (x *splitter) start(v mech.VarID) value {
	d := &x.def.Vars[v]
	switch {
	case d.Storage == mech.Voltage:
		return value{kind: free, by: "the potential"}
	case d.Storage == mech.Time:
		return value{kind: free, by: "time"}
	case d.Storage == mech.IonField:
		return value{kind: free, by: d.Name}
	case x.linear[v]:
		return value{kind: linear}
	case x.kept(v) && x.step.writes(v):
		return value{kind: free, by: d.Name}
	}
	return value{kind: free}
}
