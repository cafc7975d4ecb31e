package codegen

import (
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"sort"

	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/mech"
	"github.com/rallsim/rall/runtime/kernel"
)

const (
	// branchWeight is the cost from which an arm of an if is skipped where no
	// lane takes it; below it both arms are computed and one is selected.
	branchWeight        = 40
	branchWeightUniform = 8
	defaultLoopLimit    = 1000000
)

func (b *builder) stmts(e *env, body []mech.Stmt) {
	for _, s := range body {
		b.stmt(e, s)
	}
}

func (b *builder) stmt(e *env, s mech.Stmt) {
	switch x := s.(type) {
	case mech.Assign:
		if x.Once && b.second {
			return
		}
		b.assign(e, mech.Target{Var: x.Var, Local: x.Local, At: x.At}, x.X, x.Pos)
	case mech.If:
		b.branch(e, x)
	case mech.While:
		b.while(e, x)
	case mech.Newton:
		b.newton(e, x)
	case mech.Linear:
		b.linear(e, x)
	case mech.Lookup:
		b.lookup(e, x)
	case mech.Send:
		d := b.expr(e, x.Delay)
		b.effect(ins{op: kernel.Send, dst: none, a: d, c: b.expr(e, x.Flag), b: b.maskVal(e.mask), place: b.text(where(x.Pos))})
	case mech.Move:
		b.effect(ins{op: kernel.MoveEv, dst: none, a: b.expr(e, x.At), b: b.maskVal(e.mask), c: none, place: b.text(where(x.Pos))})
	case mech.Emit:
		b.effect(ins{op: kernel.Emit, dst: none, a: b.expr(e, x.At), b: b.maskVal(e.mask), c: none, place: b.text(where(x.Pos))})
	case mech.SetSeq:
		b.effect(ins{op: kernel.SetSeq, dst: none, a: b.expr(e, x.Seq), b: b.maskVal(e.mask), c: none,
			place: place{inIndex, b.lay.streamOf[x.Stream], 0}, aux: int32(x.ID)})
	case mech.Watch:
		rising := int32(0)
		if x.Rising {
			rising = 1
		}
		// The runtime looks at the condition's value when it is armed.
		w, m := int32(b.lay.watch(x)), b.maskVal(e.mask)
		b.effect(ins{op: kernel.StoreC, dst: none, a: b.watched(e, x), b: m, c: none, place: place{inWatch, w, 0}})
		b.effect(ins{op: kernel.ArmWatch, dst: none, a: none, c: b.expr(e, x.Flag), b: m, place: place{inIndex, w, 0}, aux: rising})
	case mech.Fail:
		b.effect(ins{op: kernel.Fail, dst: none, a: none, b: b.maskVal(e.mask), c: none, place: b.text(x.Text)})
	case mech.Printf:
		var args []val
		for _, a := range x.Args {
			args = append(args, b.expr(e, a))
		}
		b.effect(ins{op: kernel.Print, dst: none, a: none, c: none, b: b.maskVal(e.mask), args: args, place: b.text(x.Format), aux: int32(len(args))})
	default:
		b.diags.Errorf(diag.Unsupported, b.def.Pos, "%T in %s is not supported here", s, b.entry)
	}
}

// text is the place of a text of the program.
func (b *builder) text(s string) place {
	b.texts = append(b.texts, s)
	return place{inIndex, int32(len(b.texts) - 1), 0}
}

// where is a place in a source whatever folder that is in.
func where(pos diag.Pos) string {
	pos.File = path.Base(filepath.ToSlash(pos.File))
	return pos.String()
}

// watched is positive while the condition of a WATCH holds, in NEURON's terms.
func (b *builder) watched(e *env, x mech.Watch) val {
	d := b.emit(kernel.Sub, b.expr(e, x.X), b.expr(e, x.Y), none)
	if !x.Rising {
		d = b.emit(kernel.Neg, d, none, none)
	}
	return d
}

func (b *builder) assign(e *env, t mech.Target, x mech.Expr, pos diag.Pos) {
	if t.Var < 0 {
		b.write(e, slot{-1, int32(t.Local)}, b.expr(e, x))
		return
	}
	v := &b.def.Vars[t.Var]
	if !b.assignable(v, pos) {
		return
	}
	if t.At == nil {
		b.write(e, slot{t.Var, 0}, b.expr(e, x))
		return
	}
	at := b.expr(e, t.At)
	if v.Storage == mech.EachEdge {
		b.effect(ins{op: kernel.StoreEdge, dst: none, a: b.expr(e, x), b: b.maskVal(e.mask), c: at, place: b.argument(t.Var)})
		b.version++
		return
	}
	n, isConst := b.isNum(at)
	if isConst && !b.inRange(n, v, pos) {
		return
	}
	y := b.expr(e, x)
	switch {
	case isConst && !b.memory[t.Var]:
		b.write(e, slot{t.Var, int32(n)}, y)
		return
	case isConst:
		b.effect(ins{op: kernel.StoreC, dst: none, a: y, b: b.maskVal(e.mask), c: none, place: place{inVar, int32(t.Var), int32(n)}})
	default:
		b.effect(ins{op: kernel.StoreCX, dst: none, a: y, b: b.maskVal(e.mask), c: at, place: place{inVar, int32(t.Var), 0}, aux: int32(v.Array)})
	}
	b.version++
}

// assignable reports an assignment that has no meaning.
func (b *builder) assignable(v *mech.Var, pos diag.Pos) bool {
	switch v.Storage {
	case mech.Instance, mech.Global, mech.Temp, mech.IonField, mech.Edge, mech.EachEdge, mech.Time, mech.Voltage, mech.Pointer, mech.Common:
		return true // t and v are changed for the statements that follow only
	}
	b.diags.Errorf(diag.BadMech, pos, "%s is a %s and cannot be assigned", v.Name, v.Storage)
	return false
}

// branch runs both arms and selects; an arm that is dear, loops or has
// effects is skipped where no lane takes it.
func (b *builder) branch(e *env, x mech.If) {
	c := b.expr(e, x.Cond)
	if n, ok := b.isNum(c); ok {
		if n != 0 {
			b.stmts(e, x.Then)
		} else {
			b.stmts(e, x.Else)
		}
		return
	}
	if x.Rare && len(x.Else) == 0 {
		b.rare(e, c, x.Then)
		return
	}
	then, other := e.branch(c, false), e.branch(c, true)
	b.arm(then, x.Then)
	b.arm(other, x.Else)
	for _, s := range changed(then, other) {
		p, q := b.read(then, s), b.read(other, s)
		if p != q {
			p = b.emit(kernel.Select, c, p, q)
		}
		e.vals[s] = p
		if then.dirty[s] || other.dirty[s] {
			e.dirty[s] = true
		}
	}
}

// rare skips an arm where no lane takes it, and makes what it assigns registers, so
// that nothing has to be selected then.
func (b *builder) rare(e *env, c val, body []mech.Stmt) {
	carried := b.assigned(body)
	regs := make([]val, len(carried))
	for i, s := range carried {
		regs[i] = b.mutable()
		b.move(regs[i], b.read(e, s))
		b.write(e, s, regs[i])
	}
	in := e.branch(c, false)
	m := b.maskVal(in.mask)
	b.push()
	b.stmts(in, body)
	for i, s := range carried {
		b.move(regs[i], b.emit(kernel.Select, m, b.read(in, s), regs[i]))
	}
	r := b.pop()
	t := b.top()
	t.items = append(t.items, &branchItem{mask: m, then: r})
	t.loops = t.loops || r.loops
}

// changed lists what some of the arms have set, in an order.
func changed(arms ...*env) []slot {
	var out []slot
	for _, a := range arms {
		for s := range a.vals {
			out = append(out, s)
		}
	}
	sort.Slice(out, func(i, j int) bool {
		if out[i].v != out[j].v {
			return out[i].v < out[j].v
		}
		return out[i].at < out[j].at
	})
	return slices.Compact(out)
}

func (b *builder) arm(e *env, body []mech.Stmt) {
	if len(body) == 0 {
		return
	}
	// The mask is made out here first: arms inside of this one build on it.
	t := b.top()
	weight := t.weight
	m := b.maskVal(e.mask)
	t.weight = weight
	b.push()
	b.stmts(e, body)
	r := b.pop()
	limit := branchWeight
	if b.vals[e.mask.cond].uniform {
		limit = branchWeightUniform
	}
	if r.weight < limit && !r.loops {
		b.splice(r)
		return
	}
	t.items = append(t.items, &branchItem{mask: m, then: r})
	t.weight += r.weight
	t.loops = t.loops || r.loops
}

// splice makes a closed region a part of the open one, its values usable by
// what follows.
func (b *builder) splice(r *region) {
	t := b.top()
	t.items = append(t.items, r.items...)
	t.weight += r.weight
	t.loops = t.loops || r.loops
	for _, v := range r.scope {
		b.share(t, v)
	}
}

// assigned lists the variables and locals that statements may assign.
func (b *builder) assigned(body []mech.Stmt) []slot {
	seen := map[slot]bool{}
	var out []slot
	add := func(s slot) {
		if !seen[s] && (s.v < 0 || !b.memory[s.v]) && !b.sharedArg(s) {
			seen[s] = true
			out = append(out, s)
		}
	}
	target := func(t mech.Target) {
		switch at := t.At.(type) {
		case nil:
			if t.Var < 0 {
				add(slot{-1, int32(t.Local)})
			} else {
				add(slot{t.Var, 0})
			}
		case mech.Num:
			add(slot{t.Var, int32(at.V)})
		}
	}
	mech.WalkStmts(body, func(s mech.Stmt) {
		switch x := s.(type) {
		case mech.Assign:
			target(mech.Target{Var: x.Var, Local: x.Local, At: x.At})
		case mech.Newton:
			for _, t := range x.X {
				target(t)
			}
		case mech.Linear:
			for _, t := range x.X {
				target(t)
			}
		case mech.Lookup:
			add(slot{-1, int32(x.Slot)})
			for _, t := range x.Outputs {
				target(t)
			}
		}
	})
	return out
}

// while makes every variable that the loop assigns a register of its own,
// which each round changes for the lanes that are still in the loop.
func (b *builder) while(e *env, x mech.While) {
	b.top().loops = true
	carried := b.assigned(x.Body)
	regs := make([]val, len(carried))
	for i, s := range carried {
		regs[i] = b.mutable()
		b.move(regs[i], b.read(e, s))
		b.write(e, s, regs[i])
	}
	running := b.mutable()
	m := b.maskVal(e.mask)
	if m == none {
		m = b.num(1)
	}
	b.move(running, m)

	b.version++ // memory may differ from one round to the next
	b.push()
	test := b.expr(e, x.Cond)
	cond := b.pop()
	b.enter(cond) // the body sees what the condition computed
	b.push()
	in := e.branch(none, false)
	in.mask = &mask{nil, running, false, none}
	b.stmts(in, x.Body)
	next := make([]val, len(carried))
	for i, s := range carried {
		next[i] = b.emit(kernel.Select, running, b.read(in, s), regs[i])
	}
	for i := range carried {
		if next[i] != regs[i] {
			b.move(regs[i], next[i])
		}
	}
	body := b.pop()
	b.pop()
	b.version++
	limit := x.Limit
	if limit <= 0 {
		limit = defaultLoopLimit
	}
	t := b.top()
	failure := x.What
	if failure == "" {
		failure = fmt.Sprintf("the loop in line %d of %s has not ended after %d rounds", x.Pos.Line, path.Base(filepath.ToSlash(x.Pos.File)), limit)
	}
	if x.What != "" && !x.Pos.IsZero() {
		failure = kernel.At(where(x.Pos), failure)
	}
	t.items = append(t.items, &whileItem{mask: running, test: test, cond: cond, body: body, limit: limit, failure: failure, must: !x.Ends})
	t.weight += 10 * (cond.weight + body.weight)
}

// newton makes the unknowns registers and the body the function whose root is
// sought.
func (b *builder) newton(e *env, x mech.Newton) {
	b.top().loops = true
	n := &newtonItem{mask: b.maskVal(e.mask), steps: x.Steps, place: where(x.Pos)}
	in := e.branch(none, false)
	var slots []slot
	for _, t := range x.X {
		s := slotOf(t)
		if t.Var >= 0 && b.memory[t.Var] {
			b.diags.Errorf(diag.Unsupported, x.Pos, "%s is solved for and also indexed by a value that is not constant", b.def.Vars[t.Var].Name)
		}
		r := b.mutable()
		b.move(r, b.read(e, s))
		in.vals[s] = r
		n.x = append(n.x, r)
		slots = append(slots, s)
	}
	b.push()
	b.stmts(in, x.Body)
	for _, r := range x.R {
		n.r = append(n.r, b.expr(in, r))
	}
	n.f = b.pop()
	t := b.top()
	t.items = append(t.items, n)
	t.weight += 10 * n.f.weight
	for i, s := range slots {
		b.write(e, s, n.x[i])
	}
}

// linear solves linear equations: what the right-hand sides are in becomes the
// solution.
func (b *builder) linear(e *env, x mech.Linear) {
	b.top().loops = true
	n := &linearItem{mask: b.maskVal(e.mask), place: where(x.Pos)}
	for _, m := range x.M {
		if m == nil {
			n.m = append(n.m, none)
		} else {
			n.m = append(n.m, b.expr(e, m))
		}
	}
	for _, r := range x.R {
		n.x = append(n.x, b.expr(e, r))
	}
	for i, r := range n.x {
		n.x[i] = b.mutable()
		b.move(n.x[i], r)
	}
	t := b.top()
	t.items = append(t.items, n)
	t.weight += len(n.m) * len(n.x)
	for i, to := range x.X {
		b.write(e, slotOf(to), n.x[i])
	}
}

// lookup reads the table if it is on and else computes directly; the choice
// is the same for all lanes.
func (b *builder) lookup(e *env, x mech.Lookup) {
	id, ok := b.tables[x.Func]
	if !ok {
		panic("BUG: look-up in a table that nobody made")
	}
	arg := b.expr(e, x.Arg)
	outs := b.mutables(len(x.Outputs))
	at := place{inIndex, int32(id), 0}
	read := &ins{op: kernel.Lookup, dst: outs[0], a: arg, b: none, c: none, place: at, aux: int32(len(outs))}

	on := b.intern(value{op: kernel.TableOn, a: none, b: none, c: none, place: at, uniform: true, early: true})
	t := b.top()
	t.items = append(t.items, &branchItem{mask: on, then: &region{items: []item{read}}})
	t.weight += cost(kernel.Lookup)

	off := e.branch(on, true)
	b.push()
	b.write(off, slot{-1, int32(x.Slot)}, arg)
	b.stmts(off, x.Direct)
	var slots []slot
	for i, o := range x.Outputs {
		s := slotOf(o)
		slots = append(slots, s)
		b.move(outs[i], b.read(off, s))
	}
	direct := b.pop()
	t = b.top()
	t.items = append(t.items, &branchItem{mask: b.emit(kernel.Not, on, none, none), then: direct})
	t.loops = t.loops || direct.loops
	t.weight += direct.weight

	// What the body assigns besides the table's outputs stays as it is when
	// the table is on.
	for _, s := range changed(off) {
		p, q := b.read(off, s), b.read(e, s)
		if p != q && s.v >= 0 {
			e.vals[s] = b.emit(kernel.Select, on, q, p)
			e.dirty[s] = e.dirty[s] || off.dirty[s]
		}
	}
	for i, s := range slots {
		b.write(e, s, outs[i])
	}
}
