package lower

import (
	"fmt"
	"slices"
	"sort"

	"github.com/rallsim/rall/ir"
	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/layout"
	"github.com/rallsim/rall/ir/mech"
	"github.com/rallsim/rall/runtime/kernel"
)

// coupling is an ir.Coupling with its ends known.
type coupling struct {
	*ir.Coupling
	from, to *cell
	pointer  int  // index into the target's Program.Pointers, -1: a column
	slot     bool // goes by a slot of the network, not by a POINTER within the group
	joined   bool // its cells share a group for its sake
}

// targetMech returns the mechanism of which r names a variable, "" for a
// node's or an ion's.
func (l *lowering) targetMech(r *ir.Ref) string {
	switch {
	case r.Table >= 0 && int(r.Table) < len(l.m.Points):
		return l.m.Points[r.Table].Mech
	case r.Mech != "":
		return r.Mech
	}
	for _, p := range l.m.Pops {
		if i := r.Gid - p.FirstGid; i >= 0 && i < p.N {
			switch {
			case p.Artificial != nil:
				return p.Artificial.Mech
			case r.Place >= 0 && int(r.Place) < len(p.Type.Points):
				return p.Type.Points[r.Place].Mech
			}
		}
	}
	return ""
}

// varying returns the variables, by mechanism, that couplings change in every
// step.
func (l *lowering) varying() map[string][]string {
	out := map[string][]string{}
	add := func(r *ir.Ref) {
		name, _ := splitIndex(r.Var)
		if m := l.targetMech(r); !slices.Contains(out[m], name) {
			out[m] = append(out[m], name)
		}
	}
	for i := range l.m.Couplings {
		c := &l.m.Couplings[i]
		add(&c.To)
		// what a POINTER stands for may be written by who has it
		if def := l.m.Mechanisms.Get(l.targetMech(&c.To)); c.Shared == "" && def != nil {
			if id := def.Lookup(c.To.Var); id >= 0 && def.Vars[id].Storage == mech.Pointer && l.targetMech(&c.From) != "" {
				add(&c.From)
			}
		}
	}
	for i := range l.m.Plays {
		if l.m.Plays[i].Continuous {
			add(&l.m.Plays[i].To)
		}
	}
	return out
}

// collectCouplings finds the cells and the kind of every coupling. A POINTER
// to a potential that its mechanism only reads is served by a slot too: between
// two updates of the potentials nothing tells the two apart.
func (l *lowering) collectCouplings() {
	for i := range l.m.Couplings {
		c := &l.m.Couplings[i]
		k := coupling{Coupling: c, from: l.byGid.get(c.From.Gid), to: l.byGid.get(c.To.Gid), pointer: -1, slot: true}
		for _, end := range []struct {
			c   *cell
			gid int
		}{{k.from, c.From.Gid}, {k.to, c.To.Gid}} {
			if end.c == nil {
				l.diags.Errorf(diag.UnknownName, c.Pos, "%s: couples cell %d, which does not exist", c.Label, end.gid)
				return
			}
		}
		name := l.targetMech(&c.To)
		m, ok := l.mechIndex[name]
		if !ok {
			l.diags.Errorf(diag.BadValue, c.Pos, "%s: %s of cell %d is no variable of a mechanism", c.Label, c.To.Var, c.To.Gid)
			return
		}
		prog := l.net.Mechs[m].Program
		k.pointer = slices.Index(prog.Pointers, c.To.Var)
		if c.Shared != "" || c.Weight != nil {
			k.from, k.slot = k.to, false
			if k.pointer < 0 {
				l.diags.Errorf(diag.BadValue, c.Pos, "%s: %s of mechanism %q is no POINTER", c.Label, c.To.Var, name)
				return
			}
		}
		if k.pointer >= 0 && k.slot && (c.From.Mech != "" || c.From.Table >= 0 || c.From.Place >= 0 || c.From.Var != "v" || k.from.typ == nil || writesPointer(prog, k.pointer)) {
			k.slot = false
		}
		if k.pointer >= 0 && c.From.Mech == "" && c.From.Table < 0 && c.From.Place < 0 && c.From.Var == "diam" && writesPointer(prog, k.pointer) {
			l.diags.Errorf(diag.Unsupported, c.Pos, "%s: mechanism %q changes it, and a diameter stays what it is while the model runs", c.Label, name)
			return
		}
		l.couplings = append(l.couplings, k)
	}
}

// writesPointer says whether a mechanism changes what its POINTER names.
func writesPointer(p *kernel.Program, pointer int) bool {
	found := false
	p.Codes(func(_ string, c *kernel.Code) {
		kernel.Walk(c.Body, func(in *kernel.Instr) {
			if in.Op == kernel.StoreP || in.Op == kernel.AddP {
				q := p.Ports[in.Imm]
				found = found || q.Quantity == kernel.Pointed && q.Pointer == pointer
			}
		})
	})
	return found
}

// couple gives every coupling its slot or its binding, and looks for POINTERs
// that are left without.
func (l *lowering) couple() {
	slots := map[ir.Ref]int32{} // numbered alike on every rank
	taken := map[layout.Take]string{}
	shared := map[sharedKey]int32{}
	edges := l.pointedEdges()
	for i := range l.couplings {
		k := &l.couplings[i]
		what := k.Label
		// Of another rank's ends only the groups are known.
		from, to, ok := variable{group: k.from.group}, variable{group: k.to.group}, true
		if !l.foreign(k.from) {
			if from, ok = l.origin(k, shared, edges); !ok {
				return
			}
		}
		if !l.foreign(k.to) {
			if to, ok = l.target(k, what); !ok {
				return
			}
		}
		g := &l.net.Groups[to.group]
		if !k.slot {
			if l.foreign(k.to) {
				continue
			}
			in := &g.Instances[to.Set]
			if from.group != to.group {
				panic(fmt.Sprintf("BUG: %s: a POINTER crosses groups", what))
			}
			in.Bound[k.pointer][to.Row] = from.Var
			continue
		}
		slot, ok := slots[k.From]
		if !ok {
			slot = int32(l.net.Slots)
			slots[k.From] = slot
			l.net.Slots++
			if src := &l.net.Groups[from.group]; !src.Foreign {
				src.Gives = append(src.Gives, layout.Give{Slot: slot, Var: from.Var})
			}
		}
		if from.group != to.group {
			g.Tied, l.net.Groups[from.group].Tied = true, true
		}
		if l.foreign(k.to) {
			continue
		}
		t := layout.Take{Set: to.Set, Row: to.Row, Col: to.Col, Pointer: int32(k.pointer)}
		key := t
		key.Slot = to.group
		if other, ok := taken[key]; ok {
			l.diags.Errorf(diag.Duplicate, k.Pos, "%s: %s of an instance on cell %d follows another variable already (%s)", what, k.To.Var, k.To.Gid, other)
			return
		}
		taken[key] = what
		t.Slot = slot
		g.Takes = append(g.Takes, t)
	}
	l.shareGlobals()
	l.checkPointers()
	l.tellCoupled()
}

// shareGlobals gives GLOBALs that instances change one after another their
// numbers.
func (l *lowering) shareGlobals() {
	for gi := range l.net.Groups {
		g := &l.net.Groups[gi]
		for s := range g.Instances {
			in := &g.Instances[s]
			prog := l.net.Mechs[in.Mech].Program
			for _, name := range prog.Shared {
				v := layout.Var{What: layout.Shared, Row: int32(g.NumShared)}
				g.NumShared++
				l.globals[globalKey{in.Mech, name}] = v
				bound := in.Bound[slices.Index(prog.Pointers, name)]
				for row := range bound {
					bound[row] = v
				}
			}
		}
	}
}

// globalKey names a GLOBAL of a mechanism of the network.
type globalKey struct {
	mech int
	name string
}

// sharedKey names a number of a cell that only POINTERs name.
type sharedKey struct {
	c    *cell
	name string
}

// edgePlace is where an edge is: its group, and which of the group's it is.
type edgePlace struct {
	group, k int32
}

// pointedEdges finds the edges to whose weights POINTERs point, by their order.
func (l *lowering) pointedEdges() map[int64]edgePlace {
	var at map[int64]edgePlace
	for i := range l.couplings {
		if w := l.couplings[i].Weight; w != nil {
			if at == nil {
				at = map[int64]edgePlace{}
			}
			at[w.Order] = edgePlace{-1, int32(w.Order)}
		}
	}
	if len(at) == 0 || l.indexed {
		return at
	}
	for gi := range l.net.Groups {
		for k, order := range l.net.Groups[gi].Edges.Order {
			if _, ok := at[order]; ok {
				at[order] = edgePlace{int32(gi), int32(k)}
			}
		}
	}
	return at
}

// origin finds the variable that a coupling begins at.
func (l *lowering) origin(k *coupling, shared map[sharedKey]int32, edges map[int64]edgePlace) (variable, bool) {
	if w := k.Weight; w != nil {
		e := edges[w.Order]
		if e.group != k.to.group && !l.indexed {
			l.diags.Errorf(diag.BadValue, k.Pos, "%s: %s of cell %d points to the weight of a connection onto another cell", k.Label, k.To.Var, k.To.Gid)
			return variable{}, false
		}
		return variable{group: k.to.group, Var: layout.Var{What: layout.Weight, Row: e.k, Col: int32(w.Element)}}, true
	}
	if k.Shared == "" {
		return l.resolve(&k.From, k.from, k.Label, k.Pos)
	}
	key := sharedKey{k.to, k.Shared}
	n, ok := shared[key]
	if !ok {
		g := &l.net.Groups[k.to.group]
		n = int32(g.NumShared)
		shared[key] = n
		g.NumShared++
	}
	return variable{group: k.to.group, Var: layout.Var{What: layout.Shared, Row: n}}, true
}

// tellCoupled says of every rule what its couplings do to the groups.
func (l *lowering) tellCoupled() {
	type count struct{ all, within, pointed, tied int }
	counts := map[string]*count{}
	var order []string
	for i := range l.couplings {
		k := &l.couplings[i]
		if k.Weight != nil {
			continue // every rank has those of its own cells only
		}
		n := counts[k.Label]
		if n == nil {
			n = &count{}
			counts[k.Label] = n
			order = append(order, k.Label)
		}
		n.all++
		switch {
		case k.from == k.to:
			n.within++
		case !k.slot:
			n.pointed++
		case k.from.group != k.to.group:
			n.tied++
		}
	}
	groups := 0
	for i := range l.net.Groups {
		if l.net.Groups[i].Tied {
			groups++
		}
	}
	for _, label := range order {
		n := counts[label]
		text := fmt.Sprintf("%s: %d couplings", label, n.all)
		if n.within > 0 {
			text += fmt.Sprintf(", %d within a cell", n.within)
		}
		if n.pointed > 0 {
			text += fmt.Sprintf(", %d by a POINTER that reaches into another cell, which shares the group", n.pointed)
		}
		if share := n.all - n.within - n.pointed - n.tied; share > 0 {
			text += fmt.Sprintf(", %d between cells of one group", share)
		}
		if n.tied > 0 {
			text += fmt.Sprintf(", %d between groups: %d of %d groups take one step at a time, values handed on within each", n.tied, groups, len(l.net.Groups))
		}
		l.net.Coupled = append(l.net.Coupled, text)
	}
}

// target finds the instance and column, or POINTER, that a coupling ends at.
func (l *lowering) target(k *coupling, what string) (variable, bool) {
	if k.pointer < 0 {
		v, ok := l.resolve(&k.To, k.to, what, k.Pos)
		if ok && v.What != layout.Column {
			l.diags.Errorf(diag.BadValue, k.Pos, "%s: %s of cell %d is no variable of a mechanism", what, k.To.Var, k.To.Gid)
			return v, false
		}
		return v, ok
	}
	p, ok := l.place(&k.To, k.to)
	if !ok {
		node := k.to.flat(k.to.nodeAt(k.To.At.Section, k.To.At.Pos))
		if p, ok = l.densityAt(k.to.group, l.mechIndex[k.To.Mech], node); !ok {
			l.diags.Errorf(diag.UnknownName, k.Pos, "%s: cell %d has no mechanism %q there", what, k.To.Gid, k.To.Mech)
			return variable{}, false
		}
	}
	return variable{group: p.group, Var: layout.Var{Set: p.set, Row: p.row, Col: -1}}, true
}

// densityAt finds the instance of a density mechanism on a node.
func (l *lowering) densityAt(group int32, m int, node int32) (place, bool) {
	g := &l.net.Groups[group]
	for s := range g.Instances {
		in := &g.Instances[s]
		if in.Mech != m {
			continue
		}
		if row := sort.Search(len(in.Node), func(i int) bool { return in.Node[i] >= node }); row < len(in.Node) && in.Node[row] == node {
			return place{group, int32(s), int32(row)}, true
		}
	}
	return place{}, false
}

// checkPointers reports POINTERs of instances that nothing binds.
func (l *lowering) checkPointers() {
	told := map[string]bool{}
	for gi := range l.net.Groups {
		g := &l.net.Groups[gi]
		taken := map[layout.Take]bool{}
		for _, t := range g.Takes {
			if t.Pointer >= 0 {
				taken[layout.Take{Set: t.Set, Row: t.Row, Pointer: t.Pointer}] = true
			}
		}
		for s := range g.Instances {
			in := &g.Instances[s]
			prog := l.net.Mechs[in.Mech].Program
			for k, name := range prog.Pointers {
				for row := range in.N {
					if in.Bound[k][row].Row >= 0 || taken[layout.Take{Set: int32(s), Row: int32(row), Pointer: int32(k)}] || told[prog.Mech+"."+name] {
						continue
					}
					told[prog.Mech+"."+name] = true
					def := l.m.Mechanisms.Get(prog.Mech)
					l.diags.ErrorHint(diag.BadValue, def.Vars[def.Lookup(name)].Pos, fmt.Sprintf("give it as a parameter, such as %s: {sec: soma, loc: 0.5, var: v}, or by pointerParams of a synaptic mechanism", name),
						"POINTER %s of mechanism %q points nowhere: nothing in the model binds it", name, prog.Mech)
				}
			}
		}
	}
}
