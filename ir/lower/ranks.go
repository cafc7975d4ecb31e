package lower

import (
	"slices"

	"github.com/rallsim/rall/ir"
	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/runtime/kernel"
)

// assign gives every group to a rank: the costliest first, each to the rank that
// has the least to do. All ranks come to the same end; each fills the groups
// that are its own, and only those.
func (l *lowering) assign(cost []int) {
	if l.opt.Ranks <= 1 {
		return
	}
	load := make([]int, len(l.net.Groups))
	for _, c := range l.cells {
		load[c.group] += cost[c.source]
	}
	order := make([]int, len(load))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return load[b] - load[a] })
	done, of := make([]int, l.opt.Ranks), make([]int, len(load))
	for _, g := range order {
		least := 0
		for r := range done {
			if done[r] < done[least] {
				least = r
			}
		}
		done[least] += max(load[g], 1)
		of[g] = least
	}
	even(load, of, done)
	for g, r := range of {
		l.net.Groups[g].Foreign = r != l.opt.Rank
	}
}

// even exchanges groups between the rank that has the most to do and others, as
// long as that helps and it has a hundredth more than its share.
func even(load, of, done []int) {
	total := 0
	for _, d := range done {
		total += d
	}
	for range 8 * len(done) {
		busy := 0
		for r := range done {
			if done[r] > done[busy] {
				busy = r
			}
		}
		if float64(done[busy]*len(done)) < 1.01*float64(total) {
			return
		}
		best, give, take := done[busy], -1, -1
		for a := range load {
			if of[a] != busy {
				continue
			}
			for b := range load {
				if of[b] == busy {
					continue
				}
				d := load[a] - load[b]
				if most := max(done[busy]-d, done[of[b]]+d); most < best {
					best, give, take = most, a, b
				}
			}
		}
		if give < 0 {
			return
		}
		d, other := load[give]-load[take], of[take]
		done[busy], done[other] = done[busy]-d, done[other]+d
		of[give], of[take] = other, busy
	}
}

// eachPoint gives f the point processes on all cells, n at a time, with their
// mechanism: of a part of a model those too of which it only says how many.
func (l *lowering) eachPoint(f func(c *cell, mech, n int)) {
	part := l.m.Part
	for i := range l.points {
		if p := &l.points[i]; part == nil || p.table < 0 || !l.m.Points[p.table].Synapse {
			f(p.cell, int(p.mech), 1)
		}
	}
	if part == nil {
		return
	}
	for name, load := range part.Load {
		for _, c := range l.cells {
			if c.gid < len(load) && load[c.gid] > 0 {
				f(c, l.mechIndex[name], int(load[c.gid]))
			}
		}
	}
}

// links are what is known of the edges onto all cells, nil where the projections
// tell that themselves.
func (l *lowering) links() *ir.Links {
	if l.m.Part == nil {
		return nil
	}
	return l.m.Part.Links
}

// Own says which gids are those of opt.Rank, so that whoever makes the model
// can leave out what belongs to other ranks' cells: their edges' point processes
// (m.Part says what there is of them), and what their edges end on. It returns
// nil when diags holds an error.
func Own(m *ir.Model, opt Options, diags *diag.List) func(gid int) bool {
	l := newLowering(m, opt, diags)
	for _, stage := range []func(){l.mechanisms, l.buildCells, l.collectEdges, l.collectCouplings, l.partition} {
		stage()
		if diags.HasErrors() {
			return nil
		}
	}
	top := 0
	for _, c := range l.cells {
		top = max(top, c.gid+1)
	}
	own := make([]bool, top)
	for _, c := range l.cells {
		own[c.gid] = !l.foreign(c)
	}
	return func(gid int) bool { return gid >= 0 && gid < len(own) && own[gid] }
}

// foreign says whether a cell is another rank's.
func (l *lowering) foreign(c *cell) bool { return l.net.Groups[c.group].Foreign }

// foreignUnit returns the unit of what another rank samples. Whether it can
// be sampled is for that rank to say.
func (l *lowering) foreignUnit(r *ir.Ref, c *cell) string {
	mech := r.Mech
	switch {
	case r.Table >= 0:
		mech = l.m.Points[r.Table].Mech
	case r.Place >= 0:
		mech = c.typ.Points[r.Place].Mech
	case c.typ == nil:
		mech = l.m.Pops[c.pop].Artificial.Mech
	case mech == "" && r.Var == "v":
		return "mV"
	case mech == "" && r.Var == "diam":
		return "um"
	case mech == "" && r.Var == iMem:
		return "nA"
	case mech == "" && r.Var == "i_cap":
		return "mA/cm2"
	}
	base, _ := splitIndex(r.Var)
	if mech == "" && base == "vext" {
		mech = layersMech
	}
	if k, ok := l.mechIndex[mech]; ok {
		return columnUnit(l.net.Mechs[k].Program, base)
	}
	for i := range l.net.Ions {
		if _, unit, ok := ionVariable(l.net.Ions[i].Name, r.Var); ok {
			return unit
		}
	}
	return ""
}

// columnUnit returns the unit of a mechanism's variable.
func columnUnit(p *kernel.Program, name string) string {
	for _, c := range p.Columns {
		if c.Name == name {
			return c.Unit
		}
	}
	return ""
}
