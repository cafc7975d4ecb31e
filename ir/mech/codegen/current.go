package codegen

import (
	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/mech"
	"github.com/rallsim/rall/runtime/kernel"
)

// deltaV [mV] is the step of NEURON's finite difference.
const deltaV = 0.001

// current builds the entry that adds the mechanism's currents to the matrix.
// Where every current is affine in v it evaluates the BREAKPOINT once and
// uses the exact derivative; otherwise, and with ConductanceFD, it evaluates
// at v+0.001 and then at v, one after the other over the same variables, as
// NEURON does.
func (g *generator) current(blk mech.Block, diags *diag.List) *built {
	if !g.opts.ConductanceFD {
		trial := &diag.List{}
		ports := g.lay.ports
		if e := g.exactCurrent(blk, trial); e != nil {
			diags.Append(trial)
			return e
		}
		g.lay.ports = ports
	}
	b := g.builder("current", blk.Body, diags)
	e := newEnv()
	v := b.loadPort(kernel.V, -1)
	at := g.voltage()
	if at >= 0 {
		e.vals[slot{at, 0}] = b.emit(kernel.Add, v, b.num(deltaV), none)
	}
	b.stmts(e, blk.Body)
	ahead := make([]val, len(g.def.Currents))
	for i, c := range g.def.Currents {
		ahead[i] = b.read(e, slot{c.Var, 0})
	}
	if at >= 0 {
		e.vals[slot{at, 0}] = v
	}
	b.second = true
	b.stmts(e, blk.Body)
	now, slopes := make([]val, len(ahead)), make([]val, len(ahead))
	for i, c := range g.def.Currents {
		now[i] = b.read(e, slot{c.Var, 0})
		slopes[i] = none
		if now[i] != ahead[i] {
			slopes[i] = b.slope(ahead[i], now[i])
		}
	}
	i1, i0 := b.total(ahead), b.total(now)
	g1 := none
	if i1 != i0 {
		g1 = b.slope(i1, i0)
	}
	return g.contribute(b, e, now, slopes, i0, g1)
}

// slope is (ahead - now)/0.001.
func (b *builder) slope(ahead, now val) val {
	return b.emit(kernel.Div, b.emit(kernel.Sub, ahead, now, none), b.num(deltaV), none)
}

// total sums the currents in NEURON's order.
func (b *builder) total(is []val) val {
	sum := is[0]
	for _, x := range is[1:] {
		sum = b.emit(kernel.Add, sum, x, none)
	}
	return sum
}

func (g *generator) voltage() mech.VarID {
	for i := range g.def.Vars {
		if g.def.Vars[i].Storage == mech.Voltage {
			return mech.VarID(i)
		}
	}
	return -1
}

// exactCurrent is nil when some current is not affine in v, or when the
// BREAKPOINT does something that evaluating it twice does twice.
func (g *generator) exactCurrent(blk mech.Block, diags *diag.List) *built {
	if g.remembers(blk) {
		return nil
	}
	b := g.builder("current", blk.Body, diags)
	e := newEnv()
	v := b.loadPort(kernel.V, -1)
	b.stmts(e, blk.Body)
	d := newAffine(b, v)
	now, slopes := make([]val, len(g.def.Currents)), make([]val, len(g.def.Currents))
	total := none
	for i, c := range g.def.Currents {
		now[i] = b.read(e, slot{c.Var, 0})
		dx, ok := d.of(now[i])
		if !ok {
			return nil
		}
		slopes[i] = dx
		switch {
		case dx == none:
		case total == none:
			total = dx
		default:
			total = b.emit(kernel.Add, total, dx, none)
		}
	}
	return g.contribute(b, e, now, slopes, b.total(now), total)
}

// remembers says whether the block has an effect, or reads a variable that it
// also assigns before the assignment.
func (g *generator) remembers(blk mech.Block) bool {
	b := g.builder("current", blk.Body, &diag.List{})
	e := newEnv()
	b.stmts(e, blk.Body)
	changed, uniforms, ports := map[mech.VarID]bool{}, map[int32]bool{}, map[int32]bool{}
	for s := range e.dirty {
		changed[s.v] = true
		if s.v >= 0 && g.def.Vars[s.v].Storage == mech.Pointer {
			ports[b.pointed(s.v).id] = true
		}
		if u, ok := g.lay.uniform[s.v]; ok {
			uniforms[u] = true
		}
	}
	// Keep what the entry would keep, and see which loads that takes.
	for s := range e.dirty {
		b.effect(ins{op: kernel.StoreC, dst: none, a: e.vals[s], b: none, c: none, place: place{inIndex, 0, 0}})
	}
	for _, c := range g.def.Currents {
		b.effect(ins{op: kernel.StoreC, dst: none, a: b.read(e, slot{c.Var, 0}), b: none, c: none, place: place{inIndex, 0, 0}})
	}
	root := b.regions[0]
	b.prune(root, nil)
	found := false
	b.walk([]*region{b.pre, root}, func(x *ins) {
		switch {
		case x.op.Effect() && !(x.op == kernel.StoreC && x.place.kind == inIndex):
			found = true
		case (x.op == kernel.LoadC || x.op == kernel.LoadCX) && x.place.kind == inVar && changed[mech.VarID(x.place.id)]:
			found = true
		case x.op == kernel.LoadU && x.place.kind == inIndex:
			found = found || uniforms[x.place.id]
		case x.op == kernel.LoadP && x.place.kind == inIndex:
			found = found || ports[x.place.id]
		}
	})
	return found
}

// contribute adds currents and conductances to the matrix and to the ions, in
// NEURON's operations: those of a point process are scaled by 100/area, as a
// factor for the matrix and as *100/area for an ion.
func (g *generator) contribute(b *builder, e *env, now, slopes []val, total, conductance val) *built {
	point := g.def.Kind == mech.PointProcess
	electrode := g.def.Currents[0].Electrode
	for _, c := range g.def.Currents {
		if c.Electrode != electrode {
			b.diags.Errorf(diag.Unsupported, g.def.Pos, "mechanism %s has electrode currents and others; NEURON would take all of them as electrode currents", g.def.Name)
			break
		}
	}
	add := func(q kernel.Quantity, ion int, x val) {
		b.effect(ins{op: kernel.AddP, dst: none, a: x, b: none, c: none, place: b.port(q, ion)})
	}
	byArea := func(x val) val {
		if !point {
			return x
		}
		return b.emit(kernel.Div, b.emit(kernel.Mul, x, b.num(100), none), b.loadPort(kernel.Area, -1), none)
	}
	done := map[mech.VarID]bool{}
	for i, c := range g.def.Currents {
		if c.Ion < 0 || done[c.Var] {
			continue
		}
		done[c.Var] = true
		add(kernel.IonI, c.Ion, byArea(now[i]))
		if slopes[i] != none {
			add(kernel.IonDI, c.Ion, byArea(slopes[i]))
		}
	}
	scale := func(x val) val {
		if point && x != none {
			return b.emit(kernel.Mul, x, b.loadPort(kernel.PointFac, -1), none)
		}
		return x
	}
	rhs, d := scale(total), scale(conductance)
	if electrode {
		add(kernel.Rhs, -1, rhs)
		if g.opts.MembraneCurrents {
			add(kernel.StimRhs, -1, rhs)
		}
		if d != none {
			minus := b.emit(kernel.Neg, d, none, none)
			add(kernel.D, -1, minus)
			if g.opts.MembraneCurrents {
				add(kernel.StimD, -1, minus)
			}
		}
	} else {
		add(kernel.Rhs, -1, b.emit(kernel.Neg, rhs, none, none))
		if d != none {
			add(kernel.D, -1, d)
		}
	}
	g.finish(b, e)
	return g.done(b, nil, none)
}
