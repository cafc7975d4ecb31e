package sim

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"sort"

	"github.com/rallsim/rall/ir/layout"
	"github.com/rallsim/rall/runtime/kernel"
)

// Continuous couplings. A step has two halves: the first ends when the
// potentials are new, the second begins with what is then taken from other
// places. What is given lies in slots of the Sim, one value each; a group
// reads only slots that were written before the barrier between the halves.
// There are two sets of slots for even and odd steps, so that a group may be in
// the first half of the next step while another still takes.

// give copies a variable into a slot.
type give struct {
	slot int32
	from *float64
	plus *float64 // added to it, nil: nothing: outside a membrane with layers
}

// take copies a slot into a variable.
type take struct {
	slot int32
	to   *float64
}

// pointed is one POINTER of the instances of a mechanism: what its port reads
// and writes are copies, taken from where they point before an entry runs and
// put back behind it.
type pointed struct {
	copies []float64
	from   []*float64 // by instance; nil where a take writes the copy
	used   map[*kernel.Code]access
	order  []int32 // rows in the order of their identity

	written bool // by some entry
}

// access says what an entry does with a POINTER.
type access struct{ reads, writes bool }

// address returns where a variable of the group is.
func (g *group) address(v layout.Var) *float64 {
	switch v.What {
	case layout.NodeV:
		return &g.nodes.V[v.Row]
	case layout.NodeDiam:
		return &g.lay.Diam[v.Row]
	case layout.NodeIMem:
		return &g.membrane.i[v.Row]
	case layout.Zero:
		return new(float64)
	case layout.Column:
		return g.mechs[v.Set].look(v.Col, v.Row)
	case layout.IonE:
		return &g.ions[v.Set].e[v.Row]
	case layout.IonIn:
		return &g.ions[v.Set].in[v.Row]
	case layout.IonOut:
		return &g.ions[v.Set].out[v.Row]
	case layout.IonI:
		return &g.ions[v.Set].cur[v.Row]
	case layout.Shared:
		return &g.shared[v.Row]
	case layout.Weight:
		return &g.weights[g.lay.Edges.Weight[v.Row]+v.Col]
	}
	panic(fmt.Sprintf("BUG: no address of variable kind %d", v.What))
}

// makePointers prepares the POINTERs of a mechanism, whose ports hold the
// copies made here.
func (g *group) makePointers(m *instances) {
	for k := range m.prog.Pointers {
		p := pointed{copies: make([]float64, m.lay.N), from: make([]*float64, m.lay.N), used: map[*kernel.Code]access{}}
		m.prog.Codes(func(_ string, c *kernel.Code) {
			var a access
			kernel.Walk(c.Body, func(in *kernel.Instr) {
				switch in.Op {
				case kernel.LoadP, kernel.StoreP, kernel.AddP:
					if q := m.prog.Ports[in.Imm]; q.Quantity == kernel.Pointed && q.Pointer == k {
						a.reads = true
						a.writes = a.writes || in.Op != kernel.LoadP
					}
				}
			})
			p.used[c] = a
			p.written = p.written || a.writes
		})
		m.pointers = append(m.pointers, p)
	}
}

// bind finds what POINTERs stand for, and what the group gives and takes.
func (g *group) bind() {
	for i := range g.mechs {
		m := &g.mechs[i]
		for k := range m.pointers {
			p := &m.pointers[k]
			for row, v := range m.lay.Bound[k] {
				if v.Row < 0 {
					continue
				}
				p.from[row] = g.address(v)
				if p.written && v.What == layout.Column {
					g.mechs[v.Set].steady[v.Col] = false
				}
			}
			p.order = byIdentity(m.lay.Order, m.lay.N)
			if len(m.prog.Shared) > 0 {
				g.byNode(m.lay, p.order)
			}
		}
	}
	for _, x := range g.lay.Gives {
		g.gives = append(g.gives, give{slot: x.Slot, from: g.address(x.Var), plus: g.vextOf(x.Var)})
	}
	for _, x := range g.lay.Takes {
		m := &g.mechs[x.Set]
		t := take{slot: x.Slot}
		if x.Pointer >= 0 {
			t.to = &m.pointers[x.Pointer].copies[x.Row]
		} else {
			t.to = m.look(x.Col, x.Row)
			m.steady[x.Col] = false
		}
		g.takes = append(g.takes, t)
	}
}

// byNode sorts rows, which are in the order of their identity, as NEURON goes
// through them: node by node, and on one node from the latest to the first.
func (g *group) byNode(lay *layout.Instances, rows []int32) {
	if lay.Node == nil {
		return
	}
	gid, node := g.nodeKeys()
	at := func(row int32) (int64, int32) { n := lay.Node[row]; return gid[n], node[n] }
	slices.Reverse(rows)
	slices.SortStableFunc(rows, func(i, j int32) int {
		gi, ni := at(i)
		gj, nj := at(j)
		return cmp.Or(cmp.Compare(gi, gj), cmp.Compare(ni, nj))
	})
}

// byIdentity returns the rows of instances in an order that does not depend
// on where the partition put them.
func byIdentity(order []int64, n int) []int32 {
	rows := make([]int32, n)
	for i := range rows {
		rows[i] = int32(i)
	}
	if len(order) == n {
		sort.SliceStable(rows, func(i, j int) bool { return order[rows[i]] < order[rows[j]] })
	}
	return rows
}

// fetch copies what POINTERs name before code runs on instances lo to hi.
func (m *instances) fetch(c *kernel.Code, lo, hi int) {
	for k := range m.pointers {
		p := &m.pointers[k]
		if !p.used[c].reads {
			continue
		}
		for row := lo; row < hi; row++ {
			if from := p.from[row]; from != nil {
				p.copies[row] = *from
			}
		}
	}
}

// writes says whether code changes what POINTERs name.
func (m *instances) writes(c *kernel.Code) bool {
	for k := range m.pointers {
		if m.pointers[k].used[c].writes {
			return true
		}
	}
	return false
}

// putBack writes what the code changed on an instance to where its POINTERs
// point.
func (m *instances) putBack(c *kernel.Code, row int) {
	for k := range m.pointers {
		if p := &m.pointers[k]; p.used[c].writes {
			p.put(row)
		}
	}
}

func (p *pointed) put(row int) {
	if from := p.from[row]; from != nil && math.Float64bits(*from) != math.Float64bits(p.copies[row]) {
		*from = p.copies[row]
	}
}

// held is what a checkpoint keeps of an instance's POINTER: the number, where
// nothing but POINTERs names it; else the copy, which a coupling may have
// written.
func (p *pointed) held(v layout.Var, row int) float64 {
	if v.Row >= 0 && v.What == layout.Shared {
		return *p.from[row]
	}
	return p.copies[row]
}

func (p *pointed) hold(v layout.Var, row int, x float64) {
	p.copies[row] = x
	if v.Row >= 0 && v.What == layout.Shared {
		*p.from[row] = x
	}
}

// handOut fills the group's slots of the step's parity.
func (g *group) handOut() {
	slots := g.sim.slots[g.parity]
	for i := range g.gives {
		x := &g.gives[i]
		v := *x.from
		if x.plus != nil {
			v += *x.plus
		}
		slots[x.slot] = v
	}
}

// takeIn reads what was handed out in this step.
func (g *group) takeIn() {
	slots := g.sim.slots[g.parity]
	for i := range g.takes {
		*g.takes[i].to = slots[g.takes[i].slot]
	}
	g.parity ^= 1
}

// shareSlots gives this rank's slots of a parity to the other ranks, and takes
// theirs.
func (s *Sim) shareSlots(parity int) error {
	if s.comm.Size() == 1 || !s.anyTied {
		return nil
	}
	slots := s.slots[parity]
	out := s.parcels[parity][:0] // others may still read the last one
	for _, g := range s.tied {
		for i := range g.gives {
			k := g.gives[i].slot
			out = binary.LittleEndian.AppendUint32(out, uint32(k))
			out = binary.LittleEndian.AppendUint64(out, math.Float64bits(slots[k]))
		}
	}
	s.parcels[parity] = out
	all, err := s.comm.Share(out)
	if err != nil {
		return err
	}
	for rank, b := range all {
		for rank != s.comm.Rank() && len(b) >= 12 {
			slots[binary.LittleEndian.Uint32(b)] = math.Float64frombits(binary.LittleEndian.Uint64(b[4:]))
			b = b[12:]
		}
	}
	return nil
}
