package codegen

import (
	"math"
	"slices"

	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/mech"
	"github.com/rallsim/rall/ir/mech/opt"
	"github.com/rallsim/rall/runtime/kernel"
)

// builder runs a block of statements symbolically. Variables become values,
// a branch becomes selects of the values that its arms leave (if-conversion),
// and every operation is looked up before it is made (hash-consing), so that
// what is computed twice in the text is computed once in the kernel. Loads
// happen once, before everything else, and stores once, at the end.
type builder struct {
	m     *opt.Module
	def   *mech.Def
	diags *diag.List
	lay   *layout
	entry string

	vals    []value
	pre     *region   // prologue: loads and what is uniform
	regions []*region // open regions, innermost last
	reach   *reach    // the scopes of the prologue and of all open regions
	spare   []ins     // instructions yet to be made
	memory  map[mech.VarID]bool
	version int32 // counts stores to arrays in memory
	groups  int32
	texts   []string
	tables  map[int]int // function to table
	second  bool        // the second evaluation of a current: what is done once has been done
}

// slot is a variable's element, or a local (v < 0).
type slot struct {
	v  mech.VarID
	at int32
}

// env is what the variables hold at one place of the program. That of an arm or
// a loop knows what differs from the one around it, so that what an if costs
// does not depend on how much there is besides.
type env struct {
	outer *env
	vals  map[slot]val
	dirty map[slot]bool // assigned, in the outermost one: since the entry began
	mask  *mask         // nil: all lanes
}

// mask is the condition under which a statement runs, as a chain from the
// inside out.
type mask struct {
	outer *mask
	cond  val
	not   bool
	made  val // its value where it was needed last; none at first
}

func (e *env) branch(cond val, not bool) *env {
	f := newEnv()
	f.outer, f.mask = e, e.mask
	if cond != none {
		f.mask = &mask{e.mask, cond, not, none}
	}
	return f
}

// get returns what a variable was found or set to hold.
func (e *env) get(s slot) (val, bool) {
	for ; e != nil; e = e.outer {
		if v, ok := e.vals[s]; ok {
			return v, true
		}
	}
	return none, false
}

// newBuilder makes the builder of an entry for about n operations.
func newBuilder(m *opt.Module, lay *layout, diags *diag.List, entry string, n int) *builder {
	b := &builder{vals: make([]value, 0, n), m: m, def: m.Def, diags: diags, lay: lay, entry: entry, pre: newRegion(), reach: newReach(n), tables: map[int]int{}}
	b.regions = []*region{newRegion()}
	for i, t := range m.Tables {
		b.tables[t.Func] = i
	}
	return b
}

func (b *builder) top() *region { return b.regions[len(b.regions)-1] }

func (b *builder) push() *region {
	r := newRegion()
	b.regions = append(b.regions, r)
	return r
}

func (b *builder) pop() *region {
	r := b.top()
	b.regions = b.regions[:len(b.regions)-1]
	for _, v := range r.scope {
		k := b.vals[v].key()
		b.reach.remove(&k)
	}
	return r
}

// enter opens a region again.
func (b *builder) enter(r *region) {
	b.regions = append(b.regions, r)
	for _, v := range r.scope {
		k := b.vals[v].key()
		b.reach.put(&k, v)
	}
}

// share makes a value findable in r, which is open, and in what is inside of it.
// A value in reach is not made again: no two scopes in reach hold the same key.
func (b *builder) share(r *region, v val) {
	r.scope = append(r.scope, v)
	k := b.vals[v].key()
	b.reach.put(&k, v)
}

// instruction makes an instruction, many at a time.
func (b *builder) instruction(i ins) *ins {
	if len(b.spare) == 0 {
		b.spare = make([]ins, 64)
	}
	x := &b.spare[0]
	b.spare = b.spare[1:]
	*x = i
	return x
}

func (b *builder) num(x float64) val {
	return b.intern(value{op: kernel.Const, a: none, b: none, c: none, num: x, uniform: true, early: true})
}

func (b *builder) isNum(v val) (float64, bool) {
	if v != none && b.vals[v].op == kernel.Const {
		return b.vals[v].num, true
	}
	return 0, false
}

// load makes a load of the prologue.
func (b *builder) load(op kernel.Op, p place, uniform bool) val {
	return b.intern(value{op: op, a: none, b: none, c: none, place: p, uniform: uniform, early: true})
}

func (b *builder) port(q kernel.Quantity, ion int) place {
	return place{inIndex, int32(b.lay.port(q, ion)), 0}
}

// pointed is the port of a POINTER.
func (b *builder) pointed(v mech.VarID) place {
	return place{inIndex, int32(b.lay.portOf(kernel.Port{Quantity: kernel.Pointed, Ion: -1, Pointer: b.lay.pointers[v]})), 0}
}

// common is the port of a variable of the instance that stands for several. Its
// row is known when that one's program is made: until then it is the variable.
func (b *builder) common(v mech.VarID) place {
	return place{inIndex, int32(b.lay.portOf(kernel.Port{Quantity: kernel.Common, Ion: -1, Row: int(v)})), 0}
}

func (b *builder) loadPort(q kernel.Quantity, ion int) val {
	return b.load(kernel.LoadP, b.port(q, ion), false)
}

// intern returns the value like v that is in reach, or makes it where v.early
// and the open region say.
func (b *builder) intern(v value) val {
	v.version = 0
	if v.op == kernel.LoadCX || v.op == kernel.LoadEdge || (v.op == kernel.LoadC || v.op == kernel.LoadArg) && !v.early {
		v.version = b.version
	}
	k := v.key()
	if old, ok := b.reach.get(&k); ok {
		return old
	}
	r := b.top()
	if v.early {
		r = b.pre
	}
	id := b.add(v)
	b.share(r, id)
	r.items = append(r.items, b.instruction(ins{op: v.op, dst: id, a: v.a, b: v.b, c: v.c, place: v.place, aux: v.aux, num: v.num}))
	r.weight += cost(v.op)
	return id
}

func (b *builder) add(v value) val {
	b.vals = append(b.vals, v)
	return val(len(b.vals) - 1)
}

// emit makes a pure operation, or finds that it needs none. The identities
// used hold for every operand, bit for bit.
func (b *builder) emit(op kernel.Op, x, y, z val) val {
	p, isP := b.isNum(x)
	q, isQ := b.isNum(y)
	r, isR := b.isNum(z)
	if (x == none || isP) && (y == none || isQ) && (z == none || isR) {
		if c, ok := constant(op, p, q, r); ok {
			return b.num(c)
		}
	}
	switch op {
	case kernel.Mul:
		if isP && !isQ {
			x, y, q, isQ = y, x, p, true
		}
		switch {
		case isQ && q == 1:
			return x
		case isQ && q == -1:
			return b.emit(kernel.Neg, x, none, none)
		}
		if !isQ && x > y {
			x, y = y, x
		}
	case kernel.Add:
		if x > y {
			x, y = y, x
		}
	case kernel.Sub:
		if isQ && q == 0 && !math.Signbit(q) {
			return x
		}
	case kernel.Div:
		switch {
		case isQ && q == 1:
			return x
		case isQ && q == -1:
			return b.emit(kernel.Neg, x, none, none)
		case isQ && exactReciprocal(q):
			return b.emit(kernel.Mul, x, b.num(1/q), none)
		}
	case kernel.Neg:
		if b.vals[x].op == kernel.Neg {
			return b.vals[x].a
		}
	case kernel.And:
		switch {
		case isP && p == 0 || isQ && q == 0:
			return b.num(0)
		case isP && isTruth(b.vals[y].op):
			return y
		case isQ && isTruth(b.vals[x].op), x == y && isTruth(b.vals[x].op):
			return x
		}
	case kernel.Or:
		switch {
		case isP && p != 0 || isQ && q != 0:
			return b.num(1)
		case isP && isTruth(b.vals[y].op):
			return y
		case isQ && isTruth(b.vals[x].op):
			return x
		}
	case kernel.Select:
		switch {
		case y == z:
			return y
		case isP && p != 0:
			return y
		case isP:
			return z
		}
	}
	v := value{op: op, a: x, b: y, c: z}
	v.uniform, v.early = true, true
	for _, o := range []val{x, y, z} {
		if o != none {
			v.uniform = v.uniform && b.vals[o].uniform
			v.early = v.early && b.vals[o].early
		}
	}
	// A uniform operation moves to the prologue, unless it is dear and may
	// turn out not to be needed.
	v.early = v.early && v.uniform && (len(b.regions) == 1 || cost(op) < 10)
	return b.intern(v)
}

// exactReciprocal: x/q and x*(1/q) round alike when q is a power of two
// whose reciprocal is a normal number.
func exactReciprocal(q float64) bool {
	frac, exp := math.Frexp(q)
	return (frac == 0.5 || frac == -0.5) && exp > -1000 && exp < 1000
}

// effect appends an instruction that must stay.
func (b *builder) effect(i ins) {
	r := b.top()
	r.items = append(r.items, b.instruction(i))
	r.weight += cost(i.op)
}

// maskVal makes the value of a mask; none for all lanes.
func (b *builder) maskVal(m *mask) val {
	if m == nil {
		return none
	}
	if m.made != none {
		k := b.vals[m.made].key()
		if v, ok := b.reach.get(&k); ok && v == m.made {
			return v
		}
	}
	c := m.cond
	if m.not {
		c = b.emit(kernel.Not, c, none, none)
	}
	if outer := b.maskVal(m.outer); outer != none {
		c = b.emit(kernel.And, outer, c, none)
	}
	m.made = c
	return c
}

// mutable makes a register that moves write.
func (b *builder) mutable() val {
	return b.add(value{op: kernel.Nop, a: none, b: none, c: none, mutable: true})
}

// mutables makes n registers that follow each other.
func (b *builder) mutables(n int) []val {
	b.groups++
	out := make([]val, n)
	for i := range out {
		out[i] = b.mutable()
		b.vals[out[i]].group = b.groups
	}
	return out
}

func (b *builder) move(dst, src val) {
	b.effect(ins{op: kernel.Move, dst: dst, a: src, b: none, c: none})
}

// read returns what a variable or local holds.
func (b *builder) read(e *env, s slot) val {
	if b.sharedArg(s) {
		return b.intern(value{op: kernel.LoadArg, a: none, b: none, c: none, place: b.argument(s.v), uniform: true})
	}
	if v, ok := e.get(s); ok {
		return v
	}
	return b.initial(s)
}

// initial is what a variable holds when the entry begins.
func (b *builder) initial(s slot) val {
	if s.v < 0 {
		return b.num(0) // a LOCAL that was never set
	}
	v := &b.def.Vars[s.v]
	switch v.Storage {
	case mech.Constant:
		return b.num(v.Default)
	case mech.Uniform:
		return b.load(kernel.LoadU, place{inIndex, b.lay.uniform[s.v] + s.at, 0}, true)
	case mech.Global:
		// What one entry leaves in a GLOBAL for another is kept per instance;
		// INITIAL starts from what the user sets.
		if b.entry != "init" && b.entry != "table" && v.Written {
			return b.load(kernel.LoadC, place{inVar, int32(s.v), s.at}, false)
		}
		return b.load(kernel.LoadU, place{inIndex, b.lay.uniform[s.v] + s.at, 0}, true)
	case mech.Temp:
		if b.isFlag(s.v) {
			return b.load(kernel.LoadFlag, place{}, true)
		}
		return b.num(0)
	case mech.Instance:
		return b.load(kernel.LoadC, place{inVar, int32(s.v), s.at}, false)
	case mech.IonField:
		if q, ok := b.lay.loadsIon(s.v); ok {
			return b.loadPort(q, v.Ion)
		}
		return b.load(kernel.LoadC, place{inVar, int32(s.v), s.at}, false)
	case mech.Edge:
		return b.load(kernel.LoadArg, b.argument(s.v), true)
	case mech.Voltage:
		return b.loadPort(kernel.V, -1)
	case mech.Time:
		return b.load(kernel.LoadU, place{inIndex, kernel.UniformT, 0}, true)
	case mech.Step:
		return b.load(kernel.LoadU, place{inIndex, kernel.UniformDt, 0}, true)
	case mech.Celsius:
		return b.load(kernel.LoadU, place{inIndex, kernel.UniformCelsius, 0}, true)
	case mech.AreaOf:
		return b.loadPort(kernel.Area, -1)
	case mech.DiamOf:
		return b.loadPort(kernel.Diam, -1)
	case mech.Pointer:
		return b.load(kernel.LoadP, b.pointed(s.v), false)
	case mech.Common:
		return b.load(kernel.LoadP, b.common(s.v), false)
	}
	b.lay.refuse(b.diags, s.v)
	return b.num(0)
}

// argument is the place of an argument of NET_RECEIVE or FOR_NETCONS.
func (b *builder) argument(v mech.VarID) place {
	r := b.def.Receive
	i := slices.Index(r.Args, v)
	if i < 0 {
		i = slices.Index(r.Each, v)
	}
	if i < 0 {
		panic("BUG: edge variable " + b.def.Vars[v].Name + " is no argument of NET_RECEIVE")
	}
	return place{inIndex, int32(i), 0}
}

// sharedArg says whether s is an argument of NET_RECEIVE that FOR_NETCONS
// reaches too, and is read and written in place therefore.
func (b *builder) sharedArg(s slot) bool {
	return s.v >= 0 && b.def.Vars[s.v].Storage == mech.Edge && len(b.def.Receive.Each) > 0
}

func (b *builder) isFlag(v mech.VarID) bool {
	return b.def.Receive != nil && b.def.Receive.Flag == v
}

func (b *builder) write(e *env, s slot, x val) {
	if b.sharedArg(s) {
		b.effect(ins{op: kernel.StoreArg, dst: none, a: x, b: b.maskVal(e.mask), c: none, place: b.argument(s.v)})
		b.version++
		return
	}
	e.vals[s] = x
	if s.v >= 0 {
		e.dirty[s] = true
	}
}
