package merge

import (
	"maps"
	"slices"

	"github.com/rallsim/rall/ir/mech"
)

// flow is what entries do with variables: which they read as they found them,
// which they set, and to which they do nothing but add what does not depend on
// it. prints are those that they read to print them, which changes nothing. It
// leaves out locals.
type flow struct {
	reads, sets, adds, prints map[mech.VarID]bool
}

func newFlow() flow {
	return flow{map[mech.VarID]bool{}, map[mech.VarID]bool{}, map[mech.VarID]bool{}, map[mech.VarID]bool{}}
}

func (f *flow) writes(v mech.VarID) bool { return f.sets[v] || f.adds[v] }

// block takes an entry in; nil is one that does nothing.
func (f *flow) block(b *mech.Block) {
	if b != nil {
		f.body(b.Body, map[mech.VarID]bool{})
	}
}

// body takes statements in. set are the variables that were certainly set
// before, which it adds to.
func (f *flow) body(body []mech.Stmt, set map[mech.VarID]bool) {
	target := func(t mech.Target) {
		if t.Var < 0 {
			return
		}
		f.sets[t.Var] = true
		if t.At == nil {
			set[t.Var] = true
		} else {
			f.expr(t.At, set)
		}
	}
	for _, s := range body {
		switch x := s.(type) {
		case mech.Assign:
			if terms, ok := increment(x); ok && !set[x.Var] {
				for _, e := range terms {
					f.expr(e, set)
				}
				f.adds[x.Var] = true
				continue
			}
			f.expr(x.X, set)
			target(mech.Target{Var: x.Var, Local: x.Local, At: x.At})
		case mech.If:
			f.expr(x.Cond, set)
			then, other := maps.Clone(set), maps.Clone(set)
			f.body(x.Then, then)
			f.body(x.Else, other)
			for v := range then {
				if other[v] {
					set[v] = true
				}
			}
		case mech.While:
			f.expr(x.Cond, set)
			f.body(x.Body, maps.Clone(set))
		case mech.Newton:
			for _, t := range x.X {
				f.expr(ref(t), set)
			}
			f.body(x.Body, maps.Clone(set))
			for _, r := range x.R {
				f.expr(r, set)
			}
			for _, t := range x.X {
				target(t)
			}
		case mech.Linear:
			for _, e := range x.M {
				f.expr(e, set)
			}
			for _, e := range x.R {
				f.expr(e, set)
			}
			for _, t := range x.X {
				target(t)
			}
		case mech.Lookup:
			f.expr(x.Arg, set)
			f.body(x.Direct, maps.Clone(set))
			for _, t := range x.Outputs {
				target(t)
			}
		case mech.Printf:
			p := newFlow()
			for _, a := range x.Args {
				p.expr(a, set)
			}
			maps.Copy(f.prints, p.reads)
		default:
			mech.WalkExprs([]mech.Stmt{s}, func(e mech.Expr) { f.node(e, set) })
		}
	}
}

func ref(t mech.Target) mech.Expr {
	switch {
	case t.Var < 0:
		return mech.Local{Slot: t.Local}
	case t.At != nil:
		return mech.Index{Var: t.Var, At: t.At}
	}
	return mech.Ref{Var: t.Var}
}

func (f *flow) expr(e mech.Expr, set map[mech.VarID]bool) {
	mech.WalkExpr(e, func(e mech.Expr) { f.node(e, set) })
}

func (f *flow) node(e mech.Expr, set map[mech.VarID]bool) {
	switch x := e.(type) {
	case mech.Ref:
		if !set[x.Var] {
			f.reads[x.Var] = true
		}
	case mech.Index:
		f.reads[x.Var] = true
	}
}

// increment says whether an assignment adds to its variable what does not
// depend on it, and returns the terms added.
func increment(x mech.Assign) (terms []mech.Expr, ok bool) {
	if x.Var < 0 || x.At != nil {
		return nil, false
	}
	found, sound := 0, true
	var sum func(e mech.Expr, plus bool)
	sum = func(e mech.Expr, plus bool) {
		if b, ok := e.(mech.Binary); ok && (b.Op == mech.Add || b.Op == mech.Sub) {
			sum(b.X, plus)
			sum(b.Y, plus == (b.Op == mech.Add))
			return
		}
		if r, ok := e.(mech.Ref); ok && r.Var == x.Var {
			found++
			sound = sound && plus
			return
		}
		mech.WalkExpr(e, func(e mech.Expr) {
			if r, ok := e.(mech.Ref); ok && r.Var == x.Var {
				sound = false
			}
		})
		terms = append(terms, e)
	}
	sum(x.X, true)
	return terms, sound && found == 1
}

// source is a variable, or (v < 0) a local.
type source struct {
	v     mech.VarID
	local int
}

// dependence says from what each variable and local is computed, whenever that
// is.
type dependence map[source]map[source]bool

func (d dependence) body(body []mech.Stmt, under []mech.Expr) {
	note := func(t mech.Target, from ...mech.Expr) {
		to := source{t.Var, t.Local}
		if t.Var >= 0 {
			to.local = 0
		}
		if d[to] == nil {
			d[to] = map[source]bool{}
		}
		for _, e := range append(from, under...) {
			mech.WalkExpr(e, func(e mech.Expr) {
				switch x := e.(type) {
				case mech.Ref:
					d[to][source{x.Var, 0}] = true
				case mech.Index:
					d[to][source{x.Var, 0}] = true
				case mech.Local:
					d[to][source{-1, x.Slot}] = true
				}
			})
		}
	}
	within := func(e ...mech.Expr) []mech.Expr { return append(under[:len(under):len(under)], e...) }
	for _, s := range body {
		switch x := s.(type) {
		case mech.Assign:
			note(mech.Target{Var: x.Var, Local: x.Local}, x.X, x.At)
		case mech.If:
			d.body(x.Then, within(x.Cond))
			d.body(x.Else, within(x.Cond))
		case mech.While:
			d.body(x.Body, within(x.Cond))
		case mech.Newton:
			d.body(x.Body, under)
			for _, t := range x.X {
				note(t, x.R...)
			}
		case mech.Linear:
			for _, t := range x.X {
				note(t, slices.Concat(x.M, x.R)...)
			}
		case mech.Lookup:
			note(mech.Target{Var: -1, Local: x.Slot}, x.Arg)
			d.body(x.Direct, under)
			for _, t := range x.Outputs {
				note(t, x.Arg)
			}
		}
	}
}

// close returns the variables that each variable depends on, by way of locals
// and of others.
func (d dependence) close() map[mech.VarID]map[mech.VarID]bool {
	out := map[mech.VarID]map[mech.VarID]bool{}
	for to := range d {
		if to.v < 0 {
			continue
		}
		out[to.v] = map[mech.VarID]bool{}
		for from := range d.reach(to) {
			if from.v >= 0 {
				out[to.v][from.v] = true
			}
		}
	}
	return out
}

// reach returns all that a variable or local depends on.
func (d dependence) reach(to source) map[source]bool {
	seen := map[source]bool{}
	var walk func(s source)
	walk = func(s source) {
		for from := range d[s] {
			if !seen[from] {
				seen[from] = true
				walk(from)
			}
		}
	}
	walk(to)
	return seen
}

// localsFor returns the locals that variables depend on, not by way of other
// variables.
func (d dependence) localsFor(vars map[mech.VarID]bool) map[int]bool {
	out := map[int]bool{}
	var walk func(s source)
	walk = func(s source) {
		for from := range d[s] {
			if from.v < 0 && !out[from.local] {
				out[from.local] = true
				walk(from)
			}
		}
	}
	for v := range vars {
		walk(source{v, 0})
	}
	return out
}
