package lower

import "github.com/rallsim/rall/ir/layout"

// diffusion finds the neighbours between which a mechanism's states spread, by
// NEURON's rules: the instance on the parent node; where there is none, on the
// node before that; else on the parent section's CV nearest the root.
func (f *filler) diffusion(list []inst) *layout.Diffusion {
	n := len(list)
	d := &layout.Diffusion{Parent: make([]int32, n), A: make([]float64, n), B: make([]float64, n)}
	row := make(map[int32]int32, n)
	for i := range list {
		d.Parent[i] = -1
		row[list[i].node] = int32(i)
	}
	for i := range list {
		c := list[i].c
		tree := &c.geom.Tree
		at := func(node int32) (int32, bool) {
			if node < 0 || tree.CV[node] < 0 {
				return 0, false
			}
			r, ok := row[c.flat(int(node))]
			return r, ok
		}
		node := int32(c.typ.treeOf(int(list[i].cv)))
		to := tree.Parent[node]
		parent, ok := at(to)
		if !ok {
			if to = tree.Parent[to]; to >= 0 {
				parent, ok = at(to)
			}
			if s := c.typ.Morph.Sections[tree.Section[node]].Parent; !ok && s >= 0 {
				to = int32(c.geom.Sections[s].Base)
				parent, ok = at(to)
			}
		}
		if !ok {
			continue
		}
		d.Parent[i] = parent
		length := func(node int32) float64 { // [um] of a CV
			s := &c.geom.Sections[tree.Section[node]]
			return s.L / float64(len(s.Area))
		}
		own, its := length(node), length(to)
		d.A[i] = 2 / its / (own + its)
		d.B[i] = 2 / own / (own + its)
	}
	return d
}
