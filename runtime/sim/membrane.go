package sim

import (
	"github.com/rallsim/rall/ir/layout"
	"github.com/rallsim/rall/runtime/cable"
	"github.com/rallsim/rall/runtime/kernel"
	"github.com/rallsim/rall/runtime/vec"
)

// membrane holds, by node, what a current through the membrane is made of:
// everything that mechanisms and the capacitance add to the equations, without
// the electrode currents (NEURON's use_fast_imem).
type membrane struct {
	rhs []float64 // of electrodes; then that without the others' [mA/cm2]
	d   []float64 // of electrodes; then the others', with the capacitance
	i   []float64 // [nA], outward
}

// asksMembrane says whether a network needs membrane currents: it records
// some, has layers outside, or its mechanisms were compiled for it.
func asksMembrane(net *layout.Network) bool {
	for i := range net.Records {
		if net.Records[i].What == layout.NodeIMem {
			return true
		}
	}
	for i := range net.Groups {
		if net.Groups[i].Layers != nil {
			return true
		}
	}
	for i := range net.Mechs {
		for _, p := range net.Mechs[i].Program.Ports {
			if p.Quantity == kernel.StimRhs {
				return true
			}
		}
	}
	return false
}

func newMembrane(n int) *membrane {
	return &membrane{make([]float64, n), make([]float64, n), make([]float64, n)}
}

func (m *membrane) rhsOf() []float64 {
	if m == nil {
		return nil
	}
	return m.rhs
}

func (m *membrane) dOf() []float64 {
	if m == nil {
		return nil
	}
	return m.d
}

// at and put are for checkpoints.
func (m *membrane) at(node int) float64 {
	if m == nil {
		return 0
	}
	return m.i[node]
}

func (m *membrane) put(node int, i float64) {
	if m != nil {
		m.i[node] = i
	}
}

func (m *membrane) clear() {
	if m != nil {
		clear(m.rhs)
		clear(m.d)
	}
}

// collect takes the mechanisms' part of the equations, before the axial terms
// come to it.
func (m *membrane) collect(n *cable.Nodes, cfac float64) {
	if m == nil {
		return
	}
	for k := range m.rhs {
		m.rhs[k] -= n.Rhs[k]
		m.d[k] = n.D[k] + float64(cfac*n.Cm[k]) - m.d[k]
	}
}

// start computes the currents at t = 0, where the capacitance has none yet:
// rhs holds the axial currents too.
func (m *membrane) start(n *cable.Nodes, area []float64) {
	if m == nil {
		return
	}
	for k := range m.i {
		m.i[k] = (n.Rhs[k] + m.rhs[k]) * area[k] * .01
	}
}

// solved computes the currents when rhs is the change of potential.
func (m *membrane) solved(n *cable.Nodes, area []float64) {
	if m == nil {
		return
	}
	for k := range m.i {
		m.i[k] = (float64(m.d[k]*n.Rhs[k]) + m.rhs[k]) * area[k] * .01
	}
}

// cj is the factor of the capacitance's equation [1/ms].
func (s *Sim) cj() float64 {
	if s.net.SecondOrder != 0 {
		return 2 / s.net.Dt
	}
	return 1 / s.net.Dt
}

// update takes the potentials to the end of the step. Of second order the
// solution is the change up to the middle.
func (g *group) update() {
	so := g.sim.net.SecondOrder
	if so == 2 {
		for k := range g.ions {
			ion := &g.ions[k]
			for i, node := range ion.slots.Node {
				ion.cur[i] += float64(ion.di[i] * g.nodes.Rhs[node])
			}
		}
	}
	if so == 0 {
		vec.Add(g.nodes.V, g.nodes.V, g.nodes.Rhs)
	} else {
		for k, dv := range g.nodes.Rhs {
			g.nodes.V[k] += float64(2 * dv)
		}
	}
	if g.layers != nil {
		g.layers.move(&g.nodes)
	}
	g.membrane.solved(&g.nodes, g.lay.Area)
}
