package sim

import (
	"slices"

	"github.com/rallsim/rall/ir/layout"
	"github.com/rallsim/rall/runtime/cable"
)

// layers are the extracellular layers of a group. The mechanism that stands for
// them has no code; its columns hold parameters, which may be played, and
// potentials, which are recorded and kept in checkpoints.
type layers struct {
	x      *cable.Layers
	node   []int32
	vext   [2][]float64
	xg, xc [2][]float64
	axial  [2][]float64
	was    [2][]float64 // the resistances that x's couplings have been made of
	lay    *layout.Layers
	e      []float64
	kept   []float64 // potentials across the membrane, while those inside stand in their place
}

func (g *group) newLayers() *layers {
	lay := g.lay.Layers
	if lay == nil {
		return nil
	}
	m := &g.mechs[lay.Set]
	col := map[string]int{}
	for i, c := range m.prog.Columns {
		col[c.Name] = m.prog.Row(i)
	}
	l := &layers{x: cable.NewLayers(len(g.nodes.V)), node: m.lay.Node, e: m.frame.Columns[col["e"]], kept: make([]float64, len(m.lay.Node)), lay: lay}
	for k := range 2 {
		l.vext[k] = m.frame.Columns[col["vext"]+k]
		l.xg[k], l.xc[k], l.axial[k] = m.frame.Columns[col["xg"]+k], m.frame.Columns[col["xc"]+k], m.frame.Columns[col["xraxial"]+k]
		l.was[k] = make([]float64, len(m.lay.Node))
	}
	for i := range m.steady {
		m.steady[i] = false
	}
	for _, n := range l.node {
		l.x.Has[n] = true
	}
	return l
}

// couple computes the conductances along a layer, where resistances are not what
// they were: half a CV's on either side of a border.
func (l *layers) couple(k int) {
	axial, was := l.axial[k][:len(l.node)], l.was[k]
	if slices.Equal(axial, was) {
		return
	}
	copy(was, axial)
	half := func(i int) float64 { return float64(1e-4 * axial[i] * l.lay.Half[i]) } // [MOhm]
	for i, n := range l.node {
		r := half(i)
		if b := l.lay.Before[i]; b >= 0 {
			r += half(int(b))
		}
		l.x.A[k][n], l.x.B[k][n] = 0, 0
		if l.lay.AreaAbove[i] > 0 {
			l.x.A[k][n], l.x.B[k][n] = -1e2/(r*l.lay.AreaAbove[i]), -1e2/(r*l.lay.Area[i])
		}
	}
}

// load takes parameters and potentials from the mechanism's columns.
func (l *layers) load() {
	for k := range 2 {
		l.couple(k)
	}
	for i, n := range l.node {
		l.x.E[n] = l.e[i]
		for k := range 2 {
			l.x.V[k][n], l.x.G[k][n], l.x.C[k][n] = l.vext[k][i], l.xg[k][i], l.xc[k][i]
		}
	}
}

// inside puts the potentials inside into v, as electrodes see them; across
// puts those across the membrane back.
func (l *layers) inside(v []float64) {
	for i, n := range l.node {
		l.kept[i] = v[n]
		v[n] += l.vext[0][i]
	}
}

func (l *layers) across(v []float64) {
	for i, n := range l.node {
		v[n] = l.kept[i]
	}
}

// move takes the layers' potentials, and with them those across the membrane,
// to the end of the step: v has been moved by what the inside has.
func (l *layers) move(n *cable.Nodes) {
	for i, nd := range l.node {
		dv := l.x.Rhs[0][nd]
		l.vext[0][i] += dv
		l.vext[1][i] += l.x.Rhs[1][nd]
		n.V[nd] -= dv
		n.Rhs[nd] -= dv
	}
}

// assemble and solve work block by block, where some have layers.
func (g *group) assemble(cfac float64) {
	for k := range g.lay.Blocks {
		b := &g.lay.Blocks[k]
		if b.Layers {
			cable.AssembleLayers(b, &g.nodes, g.layers.x, g.membrane.rhs, g.membrane.d, cfac)
		} else {
			cable.Assemble(b, &g.nodes, cfac)
		}
	}
}

func (g *group) solve() {
	if g.layers == nil {
		cable.SolveAll(g.lay.Blocks, &g.nodes)
		return
	}
	for k := range g.lay.Blocks {
		b := &g.lay.Blocks[k]
		if b.Layers {
			cable.SolveLayers(b, &g.nodes, g.layers.x)
		} else {
			cable.Solve(b, &g.nodes)
		}
	}
}

// vextOf returns where the first layer's potential outside a node is, nil where
// there is none.
func (g *group) vextOf(v layout.Var) *float64 {
	if g.layers == nil || v.What != layout.NodeV {
		return nil
	}
	for i, n := range g.layers.node {
		if n == v.Row {
			return &g.layers.vext[0][i]
		}
	}
	return nil
}
