package opt

import (
	"slices"
	"strings"

	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/mech"
)

// A TABLE into which variables go that the mechanism itself assigns is made anew
// in NEURON at the next call after one that DEPEND names has changed: it always
// belongs to the values at the call. The two points of such a table between
// which the argument lies are computed at the call therefore, and no table is kept.
// That is so where NEURON takes the mechanism for one that only one thread may
// run. Where it does not, it looks at its tables at the beginning of a step, for all
// instances with the values of the first: what a block assigns in the midst of a
// run cannot be followed then.

// live says whether the TABLE of function f is computed at the call.
func (in *inliner) live(f int) bool {
	if is, known := in.lives[f]; known {
		return is
	}
	if in.lives == nil {
		in.lives = map[int]bool{}
	}
	fn := &in.def.Funcs[f]
	always, atStart := in.assignedOutside(f)
	var running, starting []string // that go into it, by when they are assigned
	name := func(v mech.VarID) string { return strings.TrimPrefix(in.def.Vars[v].Name, "LOCAL.") }
	for _, v := range in.goesInto(f) {
		switch {
		case always[v]:
			running = append(running, name(v))
		case atStart[v]:
			starting = append(starting, name(v))
		}
	}
	is := false
	switch {
	case in.onThreads():
		if len(running) > 0 {
			in.diags.ErrorHint(diag.Unsupported, fn.Pos, "without TABLE, or with usetable_"+in.def.Name+" = 0 in NEURON, it has a meaning for every instance",
				"the TABLE of %s depends on %s, which the mechanism assigns while it runs: NEURON looks at it once a step, and gives all instances the table of the first",
				fn.Name, strings.Join(running, ", "))
		}
	default:
		is = len(running)+len(starting) > 0
		for _, x := range running {
			if v := in.def.Lookup(x); !slices.Contains(fn.Table.Depend, v) {
				in.diags.Warnf(diag.NrnCompat, fn.Pos, "%s goes into the TABLE of %s and changes while it runs, and DEPEND does not name it: NEURON keeps the table of its first value; here it counts as it is", x, fn.Name)
			}
		}
	}
	in.lives[f] = is
	return is
}

// onThreads says whether NEURON takes the mechanism for one that several threads may run.
func (in *inliner) onThreads() bool {
	if in.def.ThreadSafe {
		return true
	}
	for i := range in.def.Vars {
		if v := &in.def.Vars[i]; v.Storage == mech.Global && v.Written || v.Extern {
			return false
		}
	}
	return true
}

// inside are function f and those that it calls.
func (in *inliner) inside(f int) map[int]bool {
	seen := map[int]bool{f: true}
	for todo := []int{f}; len(todo) > 0; todo = todo[1:] {
		for g := range in.sites(todo[0]) {
			if !seen[g] {
				seen[g] = true
				todo = append(todo, g)
			}
		}
	}
	return seen
}

// goesInto lists the variables that go into the TABLE of f: DEPEND's and those
// that its text reads.
func (in *inliner) goesInto(f int) []mech.VarID {
	fn := &in.def.Funcs[f]
	found := map[mech.VarID]bool{}
	for _, v := range fn.Table.Depend {
		found[v] = true
	}
	note := func(e mech.Expr) {
		switch e := e.(type) {
		case mech.Ref:
			found[e.Var] = true
		case mech.Index:
			found[e.Var] = true
		}
	}
	for g := range in.inside(f) {
		mech.WalkExprs(in.def.Funcs[g].Body, note)
	}
	mech.WalkExpr(fn.Table.From, note)
	mech.WalkExpr(fn.Table.To, note)
	var out []mech.VarID
	for i := range in.def.Vars {
		v := mech.VarID(i)
		if s := in.def.Vars[i].Storage; found[v] && (s == mech.Global || s == mech.Instance) && !slices.Contains(fn.Table.Outputs, v) {
			out = append(out, v)
		}
	}
	return out
}

// assignedOutside are the variables that something else than f and what it calls
// assigns: while the model runs, and in INITIAL alone.
func (in *inliner) assignedOutside(f int) (running, atStart map[mech.VarID]bool) {
	running, atStart = map[mech.VarID]bool{}, map[mech.VarID]bool{}
	inside := in.inside(f)
	var look func(body []mech.Stmt, to map[mech.VarID]bool, seen map[int]bool)
	look = func(body []mech.Stmt, to map[mech.VarID]bool, seen map[int]bool) {
		call := func(g int) {
			if !inside[g] && !seen[g] {
				seen[g] = true
				for _, v := range tableOutputs(&in.def.Funcs[g]) {
					to[v] = true
				}
				look(in.def.Funcs[g].Body, to, seen)
			}
		}
		mech.WalkStmts(body, func(s mech.Stmt) {
			switch s := s.(type) {
			case mech.Assign:
				if s.Var >= 0 {
					to[s.Var] = true
				}
			case mech.CallStmt:
				call(s.Func)
			case mech.DerivEq:
				to[s.Var] = true
			case mech.Reaction:
				for _, t := range append(slices.Clone(s.Left), s.Right...) {
					to[t.State] = true
				}
			}
		})
		mech.WalkExprs(body, func(e mech.Expr) {
			if c, ok := e.(mech.FuncCall); ok {
				call(c.Func)
			}
		})
	}
	d := in.def
	look(d.Initial.Body, atStart, map[int]bool{})
	seen := map[int]bool{}
	look(d.Breakpoint.Body, running, seen)
	for i := range d.Systems {
		look(d.Systems[i].Body, running, seen)
	}
	for _, s := range d.Solves {
		if s.Proc >= 0 && !inside[s.Proc] {
			look(d.Funcs[s.Proc].Body, running, seen)
		}
	}
	if d.Receive != nil {
		look(d.Receive.Body, running, seen)
	}
	for _, b := range d.Before {
		look(b.Body, running, seen)
	}
	for _, b := range d.After {
		look(b.Body, running, seen)
	}
	return running, atStart
}

func tableOutputs(f *mech.Func) []mech.VarID {
	if f.Table == nil {
		return nil
	}
	return f.Table.Outputs
}

// between appends the outputs of f at x as its TABLE has them, from the two
// points of it around x.
func (in *inliner) between(f, x int, pos diag.Pos, out *[]mech.Stmt) int {
	fn := &in.def.Funcs[f]
	t := fn.Table
	local := func(s int) mech.Expr { return mech.Local{Slot: s} }
	set := func(to *[]mech.Stmt, name string, e mech.Expr) int {
		s := in.local(name)
		*to = append(*to, mech.Assign{Var: -1, Local: s, X: e, Pos: pos})
		return s
	}
	op := func(o mech.Op, a, b mech.Expr) mech.Expr { return mech.Binary{Op: o, X: a, Y: b} }
	num := func(v float64) mech.Expr { return mech.Num{V: v} }
	read := func(t mech.Target) mech.Expr {
		switch {
		case t.Var < 0:
			return local(t.Local)
		case t.At != nil:
			return mech.Index{Var: t.Var, At: t.At}
		}
		return mech.Ref{Var: t.Var}
	}
	result := in.local(fn.Name)
	var table []mech.Stmt
	lo := set(&table, "from", in.expr(t.From, &table))
	step := set(&table, "step", op(mech.Div, op(mech.Sub, in.expr(t.To, &table), local(lo)), num(float64(t.N))))
	at := set(&table, "at", op(mech.Mul, op(mech.Div, num(1), local(step)), op(mech.Sub, local(x), local(lo))))
	last := num(float64(t.N))
	within := mech.Select{Cond: op(mech.Ge, local(at), last), Then: last, Else: mech.Select{Cond: op(mech.Le, local(at), num(0)), Then: num(0), Else: local(at)}}
	held := set(&table, "at", within)
	whole := set(&table, "point", mech.Call{Fn: mech.Floor, Args: []mech.Expr{local(held)}})
	part := set(&table, "part", op(mech.Sub, local(held), local(whole)))
	below := set(&table, "x", op(mech.Add, local(lo), op(mech.Mul, local(whole), local(step))))
	above := set(&table, "x", op(mech.Add, local(below), local(step)))
	// The upper point first: what the lower one leaves behind stays where there is nothing between.
	value := func(arg int) []mech.Target {
		body, r := in.body(f, []int{arg})
		table = append(table, body...)
		return in.outputs(fn, r)
	}
	var high []int
	for _, o := range value(above) {
		high = append(high, set(&table, "above", read(o)))
	}
	for k, o := range value(below) {
		low := set(&table, "below", read(o))
		y := mech.Select{Cond: op(mech.Gt, local(part), num(0)),
			Then: op(mech.Add, local(low), op(mech.Mul, local(part), op(mech.Sub, local(high[k]), local(low)))), Else: local(low)}
		if o.Var < 0 {
			o.Local = result
		}
		table = append(table, mech.Assign{Var: o.Var, Local: o.Local, At: o.At, X: y, Pos: pos})
	}
	if t.Use < 0 {
		*out = append(*out, table...)
		return result
	}
	direct, r := in.body(f, []int{x})
	if len(t.Outputs) == 0 {
		direct = append(direct, mech.Assign{Var: -1, Local: result, X: local(r), Pos: pos})
	}
	*out = append(*out, mech.If{Cond: op(mech.Ne, mech.Ref{Var: t.Use}, num(0)), Then: table, Else: direct})
	return result
}
