package codegen

import (
	"math"
	"math/bits"
	"slices"

	"github.com/rallsim/rall/runtime/kernel"
	"github.com/rallsim/rall/runtime/vec"
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

// inexact says whether the rounding of v may change.
func (r *rewriter) inexact(v val) bool { return int(v) >= len(r.exact) || !r.exact[v] }

// highestPower is the exponent up to which a power is products.
const highestPower = 8

// powers makes products of whole powers, and an exponential of a power of a
// number.
func (r *rewriter) powers() {
	r.each(func(v val, x *ins) {
		if x.op != kernel.Pow || !r.inexact(v) || r.b.vals[v].uniform || r.b.vals[x.a].mutable {
			return
		}
		if c, ok := r.b.isNum(x.a); ok && c > 0.01 && c < 100 {
			scaled := r.before(x, value{op: kernel.Mul, a: x.b, b: r.b.num(vec.Log(c)), c: none})
			r.set(x, kernel.Exp, scaled, none)
			return
		}
		n, ok := r.b.isNum(x.b)
		if !ok || n != math.Trunc(n) || n < 2 || n > highestPower {
			return
		}
		// By the bits of n from the top: square, and times the base.
		k, base, power := int(n), x.a, x.a
		for bit := bits.Len(uint(k)) - 2; bit >= 0; bit-- {
			last := bit == 0
			multiply := k>>bit&1 == 1
			if last && !multiply {
				r.set(x, kernel.Mul, power, power)
				return
			}
			power = r.before(x, value{op: kernel.Mul, a: power, b: power, c: none})
			if last {
				r.set(x, kernel.Mul, base, power)
				return
			}
			if multiply {
				power = r.before(x, value{op: kernel.Mul, a: base, b: power, c: none})
			}
		}
	})
}

// ratios cancels what two divisions have in common: (a/t)/(b/t) is a/b, a/(1/y)
// is a*y, and c/(d/y) is y*(c/d) for numbers c and d.
func (r *rewriter) ratios() {
	r.each(func(v val, x *ins) {
		if x.op != kernel.Div || !r.inexact(v) {
			return
		}
		num, negative := x.a, false
		if n, _, ok := r.is(num, kernel.Neg); ok {
			num, negative = n, true
		}
		d, y, ok := r.is(x.b, kernel.Div)
		a, t, both := r.is(num, kernel.Div)
		if !ok || !both || t != y {
			return
		}
		c, isNum := r.b.isNum(d)
		switch {
		case isNum && c == -1 && negative, isNum && c == 1 && !negative:
			r.replace(v, a)
		case isNum && (c == -1 || c == 1):
			r.set(x, kernel.Neg, a, none)
		case !negative:
			r.set(x, kernel.Div, a, d)
		}
	})
	r.each(func(v val, x *ins) {
		if x.op != kernel.Div || !r.inexact(v) {
			return
		}
		d, y, ok := r.is(x.b, kernel.Div)
		if !ok {
			return
		}
		p, isP := r.b.isNum(x.a)
		q, isQ := r.b.isNum(d)
		switch {
		case isP && isQ && p == q:
			r.replace(v, y)
		case isP && isQ && p == -q:
			r.set(x, kernel.Neg, y, none)
		case isP && isQ && ordinary(p) && ordinary(q):
			r.set(x, kernel.Mul, y, r.b.num(p/q))
		case isQ && q == 1:
			r.set(x, kernel.Mul, min(x.a, y), max(x.a, y))
		}
	})
}

// reciprocals makes a product of a division by a number or by what is the same
// for all instances.
func (r *rewriter) reciprocals() {
	r.each(func(v val, x *ins) {
		if x.op != kernel.Div || !r.inexact(v) || r.b.vals[v].uniform {
			return
		}
		d := &r.b.vals[x.b]
		if c, ok := r.b.isNum(x.b); ok {
			if ordinary(c) {
				r.set(x, kernel.Mul, x.a, r.b.num(1/c))
			}
			return
		}
		if d.uniform && d.early {
			one := r.b.num(1)
			r.set(x, kernel.Mul, x.a, r.b.intern(value{op: kernel.Div, a: one, b: x.b, c: none, uniform: true, early: true}))
		}
	})
}

// scales makes one factor of several: (a*c)*d is a*(c*d), and -(a*c) is a*(-c).
func (r *rewriter) scales() {
	r.each(func(v val, x *ins) {
		if !r.inexact(v) {
			return
		}
		a, d, ok := r.factor(v)
		if !ok {
			return
		}
		if y, _, ok := r.is(a, kernel.Neg); ok {
			a, d = y, -d
			r.set(x, kernel.Mul, a, r.b.num(d))
		}
		if y, c, ok := r.factor(a); ok && ordinary(c*d) {
			r.set(x, kernel.Mul, y, r.b.num(c*d))
		}
	})
}

// shiftMost bounds by how much, in units of the exponent, one exponential is
// made of another: the argument's rounding is multiplied by no more.
const shiftMost = 30

// linear takes a value apart as (v + shift)*scale.
func (r *rewriter) linear(x val) (v val, shift, scale float64) {
	v, scale = x, 1
	if y, c, ok := r.factor(v); ok {
		v, scale = y, c
	}
	if a, b, ok := r.is(v, kernel.Add); ok {
		if c, isNum := r.b.isNum(b); isNum {
			return a, c, scale
		}
		if c, isNum := r.b.isNum(a); isNum {
			return b, c, scale
		}
	}
	if a, b, ok := r.is(v, kernel.Sub); ok {
		if c, isNum := r.b.isNum(b); isNum {
			return a, -c, scale
		}
		if c, isNum := r.b.isNum(a); isNum { // c - v
			return b, -c, -scale
		}
	}
	return v, 0, scale
}

// exps makes one exponential of another: exp((v+a)*k) is exp((v+b)*k) times a
// number, and that of twice the slope is a square.
func (r *rewriter) exps() {
	type known struct {
		v            val // exp(of)
		shift, scale float64
		in           *region
	}
	all := map[val][]known{}
	r.each(func(v val, x *ins) {
		if x.op != kernel.Exp || r.b.vals[v].uniform || !r.inexact(v) {
			return
		}
		of, shift, scale := r.linear(x.a)
		if of == none || r.b.vals[of].uniform || r.b.vals[of].mutable {
			return
		}
		for _, k := range all[of] {
			if k.in != r.where(v).in && k.in != r.root && k.in != r.b.pre {
				continue
			}
			ratio := scale / k.scale
			if near(ratio, 1) {
				if e := (shift - k.shift) * scale; e == 0 {
					r.replace(v, k.v)
					return
				} else if math.Abs(e) <= shiftMost {
					r.set(x, kernel.Mul, k.v, r.b.num(vec.Exp(e)))
					return
				}
			}
			if near(ratio, 2) {
				if e := (shift - k.shift) * scale; math.Abs(e) <= shiftMost {
					if e == 0 {
						r.set(x, kernel.Mul, k.v, k.v)
						return
					}
					square := r.before(x, value{op: kernel.Mul, a: k.v, b: k.v, c: none})
					r.set(x, kernel.Mul, square, r.b.num(vec.Exp(e)))
					return
				}
			}
		}
		all[of] = append(all[of], known{v, shift, scale, r.where(v).in})
	})
}

// values makes one value of those that the passes before have left alike.
func (r *rewriter) values() {
	reach := newReach(len(r.b.vals)) // what is found here: what regions around have
	var walk func(rg *region)
	walk = func(rg *region) {
		var own []key
		for _, i := range rg.items {
			switch x := i.(type) {
			case *ins:
				if !x.live || x.dst == none || !x.op.Pure() || r.b.vals[x.dst].mutable || r.changes(x.a) || r.changes(x.b) || r.changes(x.c) {
					continue
				}
				a, b := x.a, x.b
				if x.op == kernel.Add || x.op == kernel.Mul {
					a, b = min(a, b), max(a, b)
				}
				k := key{op: x.op, a: a, b: b, c: x.c, place: x.place, aux: x.aux, bits: math.Float64bits(x.num)}
				if same, ok := reach.get(&k); ok {
					r.replace(x.dst, same)
				} else {
					reach.put(&k, x.dst)
					if rg != r.b.pre && rg != r.root {
						own = append(own, k)
					}
				}
			case *branchItem:
				if x.live {
					walk(x.then)
				}
			case *whileItem:
				if x.live {
					walk(x.cond)
					walk(x.body)
				}
			case *newtonItem:
				if x.live {
					walk(x.f)
				}
			}
		}
		if rg == r.b.pre {
			walk(r.root)
		}
		for i := range own {
			reach.remove(&own[i])
		}
	}
	walk(r.b.pre)
}

// changes says whether v is a register that moves write.
func (r *rewriter) changes(v val) bool { return v != none && r.b.vals[v].mutable }

// near says whether x is n but for roundings.
func near(x, n float64) bool { return math.Abs(x-n) <= 4e-16*n }

// divisions makes one division of those that have their divisor in common:
// a/t and b/t are a*(1/t) and b*(1/t).
func (r *rewriter) divisions() {
	type group struct{ all []*ins }
	groups := map[val]*group{}
	var order []val
	r.each(func(v val, x *ins) {
		if x.op != kernel.Div || !r.inexact(v) || r.b.vals[v].uniform || r.b.vals[x.b].mutable {
			return
		}
		g := groups[x.b]
		if g == nil {
			g = &group{}
			groups[x.b] = g
			order = append(order, x.b)
		}
		if len(g.all) == 0 || r.where(g.all[0].dst).in == r.where(v).in {
			g.all = append(g.all, x)
		}
	})
	for _, t := range order {
		g := groups[t]
		if len(g.all) < 2 {
			continue
		}
		first := g.all[0]
		inverse := none
		if c, ok := r.b.isNum(first.a); ok && c == 1 {
			inverse = first.dst
			g.all = g.all[1:]
		} else {
			inverse = r.before(first, value{op: kernel.Div, a: r.b.num(1), b: t, c: none})
		}
		for _, x := range g.all {
			switch c, ok := r.b.isNum(x.a); {
			case ok && c == 1:
				r.replace(x.dst, inverse)
			case ok && c == -1:
				r.set(x, kernel.Neg, inverse, none)
			default:
				r.set(x, kernel.Mul, x.a, inverse)
			}
		}
	}
}
