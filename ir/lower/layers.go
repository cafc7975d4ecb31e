package lower

import (
	"slices"

	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/layout"
)

// layersMech is the density mechanism that gives a section extracellular
// layers. Its equations are part of the cable's: the runtime solves them. It
// has instances on the sections' nodes of no area too.
const layersMech = "extracellular"

// hasLayers says whether a type has layers anywhere.
func (l *lowering) hasLayers(t *cellType) bool {
	k, ok := l.mechIndex[layersMech]
	return ok && t != nil && slices.ContainsFunc(t.mechs, func(m inserted) bool { return m.mech == k })
}

// layered returns where a type whose values are worked out has layers, nil: nowhere.
func (l *lowering) layered(t *cellType) *painted {
	if !l.hasLayers(t) {
		return nil
	}
	k := l.mechIndex[layersMech]
	return &t.paint[slices.IndexFunc(t.paint, func(p painted) bool { return p.mech == k })]
}

// needForLayers keeps all nodes of a cell with layers: what is the same inside
// need not be so outside.
func (l *lowering) needForLayers(c *cell) {
	if !l.hasLayers(c.typ) {
		return
	}
	if l.net.SecondOrder != 0 {
		l.diags.Errorf(diag.Unsupported, c.typ.Pos, "cell type %q: the mechanism extracellular works with secondorder 0 only", c.typ.Name)
		return
	}
	if c.needs == nil {
		c.needs = map[int]bool{}
	}
	for nd, cv := range c.typ.tree.Tree.CV {
		if cv < 0 {
			c.needs[nd] = true
		}
	}
}

// layerSections returns the sections that have layers.
func (t *cellType) layerSections(in []bool) []int {
	var out []int
	for s := range t.first {
		if in[t.first[s]] {
			out = append(out, s)
		}
	}
	return out
}

// layerEnds returns the tree nodes of no area that have layers: the far ends of
// the sections that do, and near ends of roots.
func layerEnds(t *cellType, in []bool) []int {
	var out []int
	for _, s := range t.layerSections(in) {
		g := &t.tree.Sections[s]
		out = append(out, g.EndNode())
		if t.Morph.Sections[s].Parent < 0 {
			out = append(out, g.Attach)
		}
	}
	return out
}

// layers couples the layers along the sections: half a CV's resistance on
// either side of its centre, none at ends; the half of the parent section is
// not counted, as inside.
func (f *filler) layers(in *layout.Instances, list []inst) {
	cols := f.l.colIndex[in.Mech]
	n := len(list)
	x := &layout.Layers{Set: int32(len(f.g.Instances)), Half: make([]float64, n), Before: make([]int32, n), Area: make([]float64, n), AreaAbove: make([]float64, n)}
	row := make(map[int32]int, len(list))
	for i := range list {
		row[list[i].node] = i
		if list[i].cv < 0 {
			for k := range 2 {
				in.Columns[cols["xg"].first+k][i], in.Columns[cols["xc"].first+k][i] = 0, 0
			}
		}
	}
	for _, c := range f.cells {
		p := f.l.layered(c.typ)
		if p == nil {
			continue
		}
		tree := &c.geom.Tree
		for _, s := range c.typ.layerSections(p.in) {
			g := &c.geom.Sections[s]
			n := len(g.Area)
			before := int32(-1)
			for j := 0; j <= n; j++ {
				nd := g.Base + j // from the root's side, the end node last
				i := row[c.flat(nd)]
				if j < n {
					x.Half[i] = g.L / float64(n) / 2
				}
				x.Before[i] = before
				before = int32(i)
				x.Area[i], x.AreaAbove[i] = tree.Area[nd], tree.Area[tree.Parent[nd]]
			}
		}
	}
	f.g.Layers = x
}
