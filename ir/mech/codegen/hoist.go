package codegen

import (
	"github.com/rallsim/rall/runtime/kernel"
)

// Invariants: what the entries of a step compute from parameters, from what
// INITIAL leaves behind and nothing later changes, from uniforms other than t
// and from the geometry of the node, they compute alike in every step. Such
// values move to a new entry, prepare, which leaves them in hidden columns,
// or in hidden uniforms where all instances have the same. The operations and
// their order stay, so the bits do too: a hidden column is stored as it is,
// without the flush to zero that other stores have.

// hoistFrom are the entries that run in every step and from which values may
// move. Those that answer events keep theirs: one of them runs for one
// instance at a time, where a column's cache miss costs what it would save.
var hoistFrom = []string{"current", "state", "beforestep", "aftersolve", "watch"}

// hoistWeight is the cost from which a value is worth a column: that of a
// division.
const hoistWeight = 3

// hoist moves the invariants of all entries.
func (g *generator) hoist(all map[string]*built) {
	changed := changedAfterInit(all)
	for _, name := range g.opts.Varying {
		if v := g.def.Lookup(name); v >= 0 {
			changed[place{inVar, int32(v), 0}] = true
		}
	}
	h := &hoister{lay: g.lay, changed: changed, prepare: g.builder("prepare", nil, g.diags), place: map[val]place{}}
	for _, name := range hoistFrom {
		if e := all[name]; e != nil {
			h.entry(e)
		}
	}
	if len(h.place) > 0 {
		all["prepare"] = g.done(h.prepare, nil, none)
	}
}

type hoister struct {
	lay     *layout
	changed map[place]bool
	prepare *builder
	place   map[val]place // of prepare's values that have a hidden column or uniform
}

// changedAfterInit finds the variables (columns, by element 0) and uniforms
// that an entry other than INITIAL stores.
func changedAfterInit(all map[string]*built) map[place]bool {
	out := map[place]bool{}
	for name, e := range all {
		if name == "init" {
			continue
		}
		e.b.walk([]*region{e.b.pre, e.root}, func(x *ins) {
			switch x.op {
			case kernel.StoreC, kernel.StoreCX:
				out[place{x.place.kind, x.place.id, 0}] = true
			case kernel.StoreU:
				out[place{inIndex, x.place.id, 0}] = true
			}
		})
	}
	return out
}

// entry moves what is invariant in e.
func (h *hoister) entry(e *built) {
	b := e.b
	invariant := h.invariants(b)
	// Wanted are the invariants that something else than an invariant reads.
	wanted := make([]bool, len(b.vals))
	want := func(vs ...val) {
		for _, v := range vs {
			if v != none && invariant[v] {
				wanted[v] = true
			}
		}
	}
	b.controls([]*region{b.pre, e.root}, want)
	b.walk([]*region{b.pre, e.root}, func(x *ins) {
		if x.dst == none || !invariant[x.dst] {
			want(x.a, x.b, x.c)
			want(x.args...)
		}
	})
	want(e.results...)
	var moved []*ins
	var to []place
	copied := map[val]val{}
	b.walk([]*region{b.pre, e.root}, func(x *ins) {
		if x.dst != none && wanted[x.dst] && b.weight(x.dst, map[val]bool{}, hoistWeight) >= hoistWeight {
			moved = append(moved, x)
			to = append(to, h.keep(h.copy(b, x.dst, copied), b.vals[x.dst].uniform))
		}
	})
	for i, x := range moved { // when all are copied: one may be a part of another
		op := kernel.LoadC
		if b.vals[x.dst].uniform {
			op = kernel.LoadU
		}
		*x = ins{op: op, dst: x.dst, a: none, b: none, c: none, place: to[i]}
		v := &b.vals[x.dst]
		v.op, v.a, v.b, v.c, v.place, v.aux = op, none, none, none, to[i], 0
	}
	b.revive([]*region{b.pre, e.root})
	b.prune(e.root, e.results)
}

// invariants marks the values of an entry that are the same in every step.
func (h *hoister) invariants(b *builder) []bool {
	out, known := make([]bool, len(b.vals)), make([]bool, len(b.vals))
	var of func(i val) bool
	of = func(i val) bool {
		if i == none {
			return true
		}
		if known[i] {
			return out[i]
		}
		v := &b.vals[i]
		switch {
		case v.mutable:
		case v.op == kernel.LoadU:
			out[i] = v.place.id != kernel.UniformT && !h.changed[place{inIndex, v.place.id, 0}]
		case v.op == kernel.LoadC || v.op == kernel.LoadCX:
			out[i] = !h.changed[place{v.place.kind, v.place.id, 0}] && of(v.a)
		case v.op == kernel.LoadP:
			switch h.lay.ports[v.place.id].Quantity {
			case kernel.Area, kernel.Diam, kernel.PointFac:
				out[i] = true
			}
		case v.op.Pure():
			out[i] = of(v.a) && of(v.b) && of(v.c)
		}
		known[i] = true
		return out[i]
	}
	for i := range b.vals {
		of(val(i))
	}
	return out
}

// weight is the cost of computing v from loads, counted until it is enough; a
// port counts as a division, for its elements are gathered.
func (b *builder) weight(v val, seen map[val]bool, enough int) int {
	if v == none || seen[v] || enough <= 0 {
		return 0
	}
	seen[v] = true
	x := &b.vals[v]
	switch x.op {
	case kernel.Const, kernel.LoadU, kernel.LoadC:
		return 0
	case kernel.LoadP:
		return cost(kernel.Div)
	}
	w := cost(x.op)
	for _, o := range []val{x.a, x.b, x.c} {
		w += b.weight(o, seen, enough-w)
	}
	return w
}

// copy makes value v of an entry a value of prepare, which is the same one
// when another entry had it before.
func (h *hoister) copy(b *builder, v val, done map[val]val) val {
	if v == none {
		return none
	}
	if c, ok := done[v]; ok {
		return c
	}
	x := b.vals[v]
	x.a, x.b, x.c = h.copy(b, x.a, done), h.copy(b, x.b, done), h.copy(b, x.c, done)
	if (x.op == kernel.Add || x.op == kernel.Mul) && x.a > x.b {
		x.a, x.b = x.b, x.a
	}
	for _, o := range []val{x.a, x.b, x.c} {
		x.early = x.early && (o == none || h.prepare.vals[o].early)
	}
	c := h.prepare.intern(x)
	done[v] = c
	return c
}

// keep returns where prepare leaves its value v.
func (h *hoister) keep(v val, uniform bool) place {
	if p, ok := h.place[v]; ok {
		return p
	}
	op, p := kernel.KeepC, place{inHidden, int32(h.lay.hidden), 0}
	if uniform {
		op, p = kernel.StoreU, place{inIndex, h.lay.nextUniform + int32(h.lay.hiddenUniforms), 0}
		h.lay.hiddenUniforms++
	} else {
		h.lay.hidden++
	}
	h.prepare.effect(ins{op: op, dst: none, a: v, b: none, c: none, place: p})
	h.place[v] = p
	return p
}

// controls calls f with the values that live control flow reads.
func (b *builder) controls(rs []*region, f func(...val)) {
	for _, r := range rs {
		for _, i := range r.items {
			switch x := i.(type) {
			case *branchItem:
				if x.live {
					f(x.mask)
					b.controls([]*region{x.then}, f)
				}
			case *whileItem:
				if x.live {
					f(x.mask, x.test)
					b.controls([]*region{x.cond, x.body}, f)
				}
			case *linearItem:
				if x.live {
					f(x.m...)
					f(x.x...)
					f(x.mask)
				}
			case *newtonItem:
				if x.live {
					f(x.x...)
					f(x.r...)
					f(x.mask)
					b.controls([]*region{x.f}, f)
				}
			}
		}
	}
}

// revive undoes what prune marked, so that it can run again.
func (b *builder) revive(rs []*region) {
	for _, r := range rs {
		for _, i := range r.items {
			switch x := i.(type) {
			case *ins:
				x.live = false
			case *branchItem:
				x.live = false
				b.revive([]*region{x.then})
			case *whileItem:
				x.live = false
				b.revive([]*region{x.cond, x.body})
			case *linearItem:
				x.live = false
			case *newtonItem:
				x.live = false
				b.revive([]*region{x.f})
			}
		}
	}
}
