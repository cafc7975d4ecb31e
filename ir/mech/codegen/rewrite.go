package codegen

import (
	"math"
	"slices"

	"github.com/rallsim/rall/runtime/kernel"
)

// Rewriting the graph of an entry: passes between building and hoisting, each a
// row of the table, that make the entries of a step cheaper. Those marked
// inexact change roundings, so that they are part of the program and all
// backends have them: a rewritten operation is off by an ulp or two of what the
// author wrote, as are exp and its kin from another library's.
//
// No inexact rule touches a value on which a jump depends (a comparison, a
// floor, an index, the time of an event): there an ulp would be a step. The
// exceptions are the guard of a removable singularity, |x| < small, on both sides
// of which the author's expressions agree, and the question whether a value is
// finite, |x| <= the largest number.

// rewrites are run in this order on the entries named in rewritten.
var rewrites = []struct {
	name    string
	inexact bool
	run     func(*rewriter)
}{
	{"signs", false, (*rewriter).signs},
	{"powers", true, (*rewriter).powers},
	{"ratios", true, (*rewriter).ratios},
	{"reciprocals", true, (*rewriter).reciprocals},
	{"scales", true, (*rewriter).scales},
	{"rates", true, (*rewriter).rates},
	{"exps", true, (*rewriter).exps},
	{"divisions", true, (*rewriter).divisions},
	{"signs", false, (*rewriter).signs},
	{"values", false, (*rewriter).values},
}

// rewritten are the entries that run in every step for all instances. Those
// that answer events or start a run keep the author's operations.
var rewritten = []string{"current", "state"}

// rewriter rewrites one entry.
type rewriter struct {
	b     *builder
	root  *region
	exact []bool        // values on which a jump depends
	uses  []int         // how often a value is read
	made  []making      // where a value is made; see where
	wrote []int         // where a mutable is written for the last time
	from  map[val][]val // what a mutable is written with

	// readers are the instructions and the control flow that read a value, or
	// have read it: found when a pass first asks, and followed from then on.
	readers  [][]*ins
	controls map[val][]*val

	changed bool // the program, since look
	// more waits for a pass to have walked over all: what goes right before an
	// instruction.
	more map[*region]map[*ins][]item
}

// making says where a value is made.
type making struct {
	by  *ins
	in  *region
	pos int // in the order of the text, from 1; 0: in the prologue, by a pass
}

// where says where v is made.
func (r *rewriter) where(v val) making {
	if int(v) < len(r.made) {
		return r.made[v]
	}
	return making{}
}

// forever is later than every place.
const forever = math.MaxInt

// rewrite runs the passes on all entries. The few instances of an electrode are
// not worth them, and their amplifiers magnify roundings.
func (g *generator) rewrite(all map[string]*built) {
	electrode := len(g.def.Currents) > 0 && g.def.Currents[0].Electrode
	rewriters := map[string]*rewriter{}
	for _, name := range rewritten {
		if e := all[name]; e != nil {
			rewriters[name] = &rewriter{b: e.b, root: e.root, changed: true}
		}
	}
	for _, pass := range rewrites {
		if pass.inexact && (g.opts.AsWritten || electrode) {
			continue
		}
		for _, name := range rewritten {
			r := rewriters[name]
			if r == nil {
				continue
			}
			e := all[name]
			if r.changed {
				r.look(e.results)
			}
			pass.run(r)
			r.place()
			if r.changed {
				e.b.settle()
				e.b.revive([]*region{e.b.pre, e.root})
				e.b.prune(e.root, e.results)
			}
		}
		g.dump(pass.name, all)
	}
}

// settle puts what a pass has added to the end of the prologue, numbers mostly,
// before what reads it there.
func (b *builder) settle() {
	made := make([]*ins, len(b.vals)) // and not yet placed
	pure := func(x *ins) bool { return x.dst != none && !b.vals[x.dst].mutable }
	for _, i := range b.pre.items {
		if x, ok := i.(*ins); ok && pure(x) {
			made[x.dst] = x
		}
	}
	out := make([]item, 0, len(b.pre.items))
	var place func(x *ins)
	operand := func(o val) {
		if o != none && made[o] != nil {
			place(made[o])
		}
	}
	place = func(x *ins) {
		if pure(x) {
			if made[x.dst] == nil {
				return
			}
			made[x.dst] = nil
		}
		operand(x.a)
		operand(x.b)
		operand(x.c)
		for _, o := range x.args {
			operand(o)
		}
		out = append(out, x)
	}
	for _, i := range b.pre.items {
		if x, ok := i.(*ins); ok {
			place(x)
		} else {
			out = append(out, i)
		}
	}
	b.pre.items = out
}

// dump gives Options.Dump the program as it is now.
func (g *generator) dump(pass string, all map[string]*built) {
	if g.opts.Dump == nil {
		return
	}
	g.lay.number()
	diags := *g.diags // assembling reports: once is enough
	text := g.assemble(all).String()
	*g.diags = diags
	g.opts.Dump(pass, text)
}

// look finds where live values are made and how often they are used, and marks
// the exact ones.
func (r *rewriter) look(results []val) {
	b := r.b
	r.changed, r.readers, r.controls = false, nil, nil
	r.exact, r.uses = fresh(r.exact, len(b.vals)), fresh(r.uses, len(b.vals))
	r.made, r.wrote = fresh(r.made, len(b.vals)), fresh(r.wrote, len(b.vals))
	r.from = map[val][]val{}
	r.sources(b.pre)
	r.sources(r.root)
	pos, loops := 0, 0
	write := func(vs ...val) {
		for _, v := range vs {
			if r.wrote[v] = pos; loops > 0 {
				r.wrote[v] = forever
			}
		}
	}
	use := func(vs ...val) {
		for _, v := range vs {
			if v != none {
				r.uses[v]++
			}
		}
	}
	var regions func(rg *region)
	regions = func(rg *region) {
		for _, i := range rg.items {
			switch x := i.(type) {
			case *ins:
				if !x.live {
					continue
				}
				pos++
				switch {
				case x.dst == none:
				case x.op == kernel.Lookup:
					for k := range x.aux {
						write(x.dst + val(k))
					}
				case b.vals[x.dst].mutable:
					write(x.dst)
				default:
					r.made[x.dst] = making{x, rg, pos}
				}
				use(x.a, x.b, x.c)
				use(x.args...)
				r.jumps(x)
			case *branchItem:
				if x.live {
					use(x.mask)
					r.mark(x.mask)
					regions(x.then)
				}
			case *whileItem:
				if x.live {
					use(x.mask, x.test)
					r.mark(x.mask)
					r.mark(x.test)
					loops++
					write(x.mask)
					regions(x.cond)
					regions(x.body)
					loops--
				}
			case *linearItem:
				if x.live {
					pos++
					use(x.mask)
					use(x.m...)
					use(x.x...)
					r.mark(x.mask)
					write(x.x...)
				}
			case *newtonItem:
				if x.live {
					use(x.mask)
					use(x.x...)
					use(x.r...)
					r.mark(x.mask)
					loops++
					write(x.x...)
					regions(x.f)
					loops--
				}
			}
		}
	}
	regions(b.pre)
	regions(r.root)
	use(results...)
}

// fresh returns n zeros, where a was if there is room.
func fresh[T any](a []T, n int) []T {
	if cap(a) < n {
		return make([]T, n, n+n/4)
	}
	a = a[:n]
	clear(a)
	return a
}

// sources notes what the moves and look-ups of a region write. The loop of a
// solver ends where little changes: its rounds are no jump of the author's.
func (r *rewriter) sources(rg *region) {
	for _, i := range rg.items {
		switch x := i.(type) {
		case *ins:
			switch {
			case !x.live || x.dst == none:
			case x.op == kernel.Lookup:
				for k := range x.aux {
					r.from[x.dst+val(k)] = append(r.from[x.dst+val(k)], x.a)
				}
			case r.b.vals[x.dst].mutable:
				r.from[x.dst] = append(r.from[x.dst], x.a)
			}
		case *branchItem:
			r.sources(x.then)
		case *whileItem:
			if x.limit == defaultLoopLimit {
				r.sources(x.cond)
				r.sources(x.body)
			}
		case *newtonItem:
			r.sources(x.f)
		}
	}
}

// smallGuard is the largest bound of a guard of a removable singularity.
const smallGuard = 1e-3

// jumps marks the operands on which a jump of x depends.
func (r *rewriter) jumps(x *ins) {
	b := r.b
	switch x.op {
	case kernel.Lt, kernel.Le, kernel.Gt, kernel.Ge:
		size, bound := x.a, x.b
		if x.op == kernel.Gt || x.op == kernel.Ge {
			size, bound = bound, size
		}
		if c, ok := b.isNum(bound); ok && b.vals[size].op == kernel.Abs && (c <= smallGuard || c == math.MaxFloat64) {
			return
		}
		r.mark(x.a)
		r.mark(x.b)
	case kernel.Eq, kernel.Ne, kernel.And, kernel.Or, kernel.Mod, kernel.BitAnd, kernel.BitOr, kernel.BitXor, kernel.Ran4:
		r.mark(x.a)
		r.mark(x.b)
	case kernel.Not, kernel.Floor, kernel.Ceil, kernel.Single, kernel.AtTime, kernel.LoadCX, kernel.Select, kernel.Train:
		r.mark(x.a)
	case kernel.StoreCX:
		r.mark(x.b)
		r.mark(x.c)
	case kernel.Send, kernel.MoveEv, kernel.Emit, kernel.ArmWatch, kernel.SetSeq, kernel.Print, kernel.Draw, kernel.Fail:
		r.mark(x.a)
		r.mark(x.b)
		r.mark(x.c)
		for _, a := range x.args {
			r.mark(a)
		}
	case kernel.StoreC, kernel.StoreP, kernel.AddP, kernel.StoreU, kernel.StoreArg:
		r.mark(x.b)
	}
}

func (r *rewriter) mark(v val) {
	if v == none || r.exact[v] {
		return
	}
	r.exact[v] = true
	for _, w := range r.from[v] {
		r.mark(w)
	}
	x := &r.b.vals[v]
	if x.op == kernel.Lt || x.op == kernel.Le || x.op == kernel.Gt || x.op == kernel.Ge {
		return // jumps has decided on its operands
	}
	r.mark(x.a)
	r.mark(x.b)
	r.mark(x.c)
}

// each calls f for every live pure operation, in order.
func (r *rewriter) each(f func(v val, x *ins)) {
	r.b.walk([]*region{r.b.pre, r.root}, func(x *ins) {
		if x.dst != none && x.op.Pure() && !r.b.vals[x.dst].mutable {
			f(x.dst, x)
		}
	})
	r.place()
}

// find makes the table of who reads what.
func (r *rewriter) find() {
	if r.readers != nil {
		return
	}
	r.readers = make([][]*ins, len(r.b.vals), len(r.b.vals)+len(r.b.vals)/4)
	total := 0
	for _, n := range r.uses {
		total += n
	}
	all := make([]*ins, total)
	for v, n := range r.uses {
		r.readers[v], all = all[:0:n], all[n:]
	}
	r.b.walk([]*region{r.b.pre, r.root}, r.reads)
	for _, of := range r.more {
		for _, list := range of {
			for _, i := range list {
				r.reads(i.(*ins))
			}
		}
	}
}

// control makes the table of what control flow reads.
func (r *rewriter) control() {
	if r.controls != nil {
		return
	}
	r.controls = map[val][]*val{}
	r.b.changeControls([]*region{r.b.pre, r.root}, func(v *val) { r.controls[*v] = append(r.controls[*v], v) })
}

// readersOf are the instructions that read v, or have read it.
func (r *rewriter) readersOf(v val) []*ins {
	if int(v) >= len(r.readers) {
		return nil
	}
	return r.readers[v]
}

// reads notes what x reads.
func (r *rewriter) reads(x *ins) {
	if r.readers == nil {
		return
	}
	r.note(x.a, x)
	r.note(x.b, x)
	r.note(x.c, x)
	for _, v := range x.args {
		r.note(v, x)
	}
}

func (r *rewriter) note(v val, x *ins) {
	if v == none {
		return
	}
	if n := int(v) + 1 - len(r.readers); n > 0 {
		r.readers = append(r.readers, make([][]*ins, n)...)
	}
	if l := r.readers[v]; len(l) == 0 || l[len(l)-1] != x {
		r.readers[v] = append(l, x)
	}
}

// set makes value v another operation on values that are made before it.
func (r *rewriter) set(x *ins, op kernel.Op, a, b val) {
	r.changed = true
	x.op, x.a, x.b, x.c, x.num = op, a, b, none, 0
	v := &r.b.vals[x.dst]
	v.op, v.a, v.b, v.c, v.num = op, a, b, none, 0
	r.reads(x)
}

// is returns the operands of v if it is made by op and they are still the same
// for what reads v.
func (r *rewriter) is(v val, op kernel.Op) (a, b val, ok bool) {
	if v == none || r.b.vals[v].mutable || r.b.vals[v].op != op {
		return none, none, false
	}
	a, b = r.b.vals[v].a, r.b.vals[v].b
	return a, b, r.settled(a, v) && r.settled(b, v)
}

// settled says whether o, an operand of v, does not change after v is made.
func (r *rewriter) settled(o, v val) bool {
	if o == none || !r.b.vals[o].mutable {
		return true
	}
	return r.wrote[o] < r.where(v).pos
}

// count is how often v is read.
func (r *rewriter) count(v val) int {
	if int(v) >= len(r.uses) {
		return 1 // made by this pass, for one reader
	}
	return r.uses[v]
}

// factor returns x and c of a product of a value and a constant.
func (r *rewriter) factor(v val) (x val, c float64, ok bool) {
	a, b, isMul := r.is(v, kernel.Mul)
	if !isMul {
		return none, 0, false
	}
	if c, ok := r.b.isNum(b); ok {
		return a, c, true
	}
	if c, ok := r.b.isNum(a); ok {
		return b, c, true
	}
	return none, 0, false
}

// ordinary says whether c and 1/c are normal numbers with room.
func ordinary(c float64) bool { return math.Abs(c) > 1e-200 && math.Abs(c) < 1e200 }

// signs moves signs to where they cost nothing. Every rule holds bit for bit.
func (r *rewriter) signs() {
	r.each(func(v val, x *ins) {
		switch x.op {
		case kernel.Add: // a + -b
			if n, _, ok := r.is(x.b, kernel.Neg); ok {
				r.set(x, kernel.Sub, x.a, n)
			} else if n, _, ok := r.is(x.a, kernel.Neg); ok {
				r.set(x, kernel.Sub, x.b, n)
			}
		case kernel.Sub:
			if n, _, ok := r.is(x.b, kernel.Neg); ok { // a - -b
				r.set(x, kernel.Add, min(x.a, n), max(x.a, n))
			}
		case kernel.Mul, kernel.Div:
			p, _, okP := r.is(x.a, kernel.Neg)
			q, _, okQ := r.is(x.b, kernel.Neg)
			if okP && okQ { // -a * -b, -a / -b
				r.set(x, x.op, p, q)
			} else if c, isNum := r.b.isNum(x.b); okP && isNum { // -a * c, -a / c
				r.set(x, x.op, p, r.b.num(-c))
			}
		case kernel.Neg:
			if a, c, ok := r.factor(x.a); ok && r.count(x.a) == 1 { // -(a*c)
				r.set(x, kernel.Mul, a, r.b.num(-c))
			} else if n, _, ok := r.is(x.a, kernel.Neg); ok && r.where(n).by != nil { // --a, for whoever reads it
				r.replace(v, n)
			}
		}
	})
	// s = -a - b, used negated or as a divisor of something negated, is -(a + b):
	// so is the sum of two decay rates in an exponential relaxation.
	r.each(func(v val, x *ins) {
		if x.op != kernel.Sub || !r.negated(v) {
			return
		}
		n, _, ok := r.is(x.a, kernel.Neg)
		if !ok {
			return
		}
		sum := r.before(x, value{op: kernel.Add, a: min(n, x.b), b: max(n, x.b), c: none, uniform: r.b.vals[v].uniform})
		r.set(x, kernel.Neg, sum, none)
	})
	r.each(func(v val, x *ins) {
		if x.op != kernel.Mul && x.op != kernel.Div {
			return
		}
		p, _, okP := r.is(x.a, kernel.Neg)
		q, _, okQ := r.is(x.b, kernel.Neg)
		switch {
		case okP && okQ:
			r.set(x, x.op, p, q)
		case x.op == kernel.Mul && okQ && r.b.vals[x.a].uniform && r.b.vals[x.a].early: // dt * -a
			r.set(x, kernel.Mul, r.b.emitEarly(kernel.Neg, x.a), q)
		case x.op == kernel.Mul && okP && r.b.vals[x.b].uniform && r.b.vals[x.b].early:
			r.set(x, kernel.Mul, p, r.b.emitEarly(kernel.Neg, x.b))
		}
	})
}

// negated says whether every use of v is one that a sign costs nothing in: a
// product with a uniform factor, or the divisor of a negated value.
func (r *rewriter) negated(v val) bool {
	r.find()
	ok := r.count(v) > 0
	count := 0
	all := r.readersOf(v)
	for i, x := range all {
		if !ok {
			return false
		}
		if slices.Contains(all[:i], x) {
			continue
		}
		for _, o := range x.args {
			ok = ok && o != v
		}
		for _, o := range [...]val{x.a, x.b, x.c} {
			if o != v {
				continue
			}
			count++
			other := x.a
			if other == v {
				other = x.b
			}
			_, _, neg := r.is(x.a, kernel.Neg)
			switch {
			case x.op == kernel.Mul && other != none && r.b.vals[other].uniform && r.b.vals[other].early:
			case x.op == kernel.Div && x.b == v && neg:
			default:
				ok = false
			}
		}
	}
	return ok && count == r.count(v)
}

// emitEarly makes a uniform operation of the prologue.
func (b *builder) emitEarly(op kernel.Op, a val) val {
	if c, ok := b.isNum(a); ok && op == kernel.Neg {
		return b.num(-c)
	}
	return b.intern(value{op: op, a: a, b: none, c: none, uniform: true, early: true})
}

// replace lets everything that reads v read w.
func (r *rewriter) replace(v, w val) {
	if v == w {
		return
	}
	swap := func(o *val) {
		if *o == v {
			*o = w
		}
	}
	r.changed = true
	r.find()
	r.control()
	for _, o := range r.controls[v] {
		if *o == v {
			*o = w
			r.controls[w] = append(r.controls[w], o)
		}
	}
	for _, x := range r.readersOf(v) {
		swap(&x.a)
		swap(&x.b)
		swap(&x.c)
		if x.dst != none && !r.b.vals[x.dst].mutable {
			n := &r.b.vals[x.dst]
			swap(&n.a)
			swap(&n.b)
			swap(&n.c)
		}
		for i := range x.args {
			swap(&x.args[i])
		}
		r.reads(x)
	}
	if int(v) < len(r.readers) {
		r.readers[v] = nil
	}
	delete(r.controls, v)
}

// before makes a value right before instruction x.
func (r *rewriter) before(x *ins, v value) val {
	r.changed = true
	at := r.where(x.dst)
	rg := at.in
	v.early = rg == r.b.pre
	id := r.b.add(v)
	i := r.b.instruction(ins{op: v.op, dst: id, a: v.a, b: v.b, c: v.c, num: v.num, live: true})
	if r.more == nil {
		r.more = map[*region]map[*ins][]item{}
	}
	if r.more[rg] == nil {
		r.more[rg] = map[*ins][]item{}
	}
	r.more[rg][x] = append(r.more[rg][x], i)
	r.reads(i)
	r.made = append(r.made, make([]making, len(r.b.vals)-len(r.made))...)
	r.made[id] = making{i, rg, at.pos}
	return id
}

// place puts what before has made where it belongs.
func (r *rewriter) place() {
	for rg, of := range r.more {
		items := make([]item, 0, len(rg.items)+len(of))
		for _, i := range rg.items {
			if x, ok := i.(*ins); ok {
				items = append(items, of[x]...)
			}
			items = append(items, i)
		}
		rg.items = items
	}
	r.more = nil
}

// changeControls calls f with the places of the values that control flow reads.
func (b *builder) changeControls(rs []*region, f func(*val)) {
	for _, r := range rs {
		for _, i := range r.items {
			switch x := i.(type) {
			case *branchItem:
				f(&x.mask)
				b.changeControls([]*region{x.then}, f)
			case *whileItem:
				f(&x.mask)
				f(&x.test)
				b.changeControls([]*region{x.cond, x.body}, f)
			case *linearItem:
				f(&x.mask)
				for k := range x.m {
					f(&x.m[k])
				}
				for k := range x.x {
					f(&x.x[k])
				}
			case *newtonItem:
				f(&x.mask)
				for k := range x.x {
					f(&x.x[k])
				}
				for k := range x.r {
					f(&x.r[k])
				}
				b.changeControls([]*region{x.f}, f)
			}
		}
	}
}
