package morph

import (
	"cmp"
	"slices"
)

// EndArea is the area [um2] that a node of no membrane counts as, so that its
// equation is in nA and uS where others are in mA/cm2 and S/cm2.
const EndArea = 100

// Tree is the cell's unknowns and how they are coupled, indexed by node. A
// node's parent comes before it, and the order is NEURON's: first the near
// ends of the root sections, then section by section as SectionOrder says,
// each from its near side to its end node. The equations of node i with
// parent p get the axial terms A[i]*(v[i]-v[p]) in row p and
// B[i]*(v[p]-v[i]) in row i (both coefficients are negative).
type Tree struct {
	Parent  []int32   // node towards the root, -1 for a root's near end
	Section []int32   // section whose node it is (a root's near end: the root)
	CV      []int32   // CV whose centre it is, -1 for nodes of no area
	Area    []float64 // membrane area [um2], EndArea for nodes of no area
	Rinv    []float64 // axial conductance to the parent [uS], 0 for roots
	A       []float64 // coupling in the parent's row [S/cm2; uS where its area is EndArea]
	B       []float64 // coupling in the own row [S/cm2; uS where the area is EndArea]
}

// Ri returns NEURON's ri() of a node: the axial resistance [MOhm] to its
// parent, 1e30 for a root's near end.
func (t *Tree) Ri(node int) float64 {
	if t.Rinv[node] == 0 {
		return 1e30
	}
	return 1 / t.Rinv[node]
}

// Geometry is a morphology discretised: one SectionGeometry per section and
// the tree of nodes.
type Geometry struct {
	Sections []SectionGeometry
	Order    []int // the sections in the order of their nodes; parents come first
	Tree     Tree

	m    *Morphology
	at   Offset
	rank []int // place of each section in Order
}

// Of says whether a geometry is of this morphology.
func (g *Geometry) Of(m *Morphology) bool { return g.m == m }

// Geometry discretises m with its points moved by at. m must have passed
// Check.
func (m *Morphology) Geometry(at Offset) *Geometry {
	g := &Geometry{m: m, at: at, Sections: make([]SectionGeometry, len(m.Sections)), Order: m.SectionOrder()}
	g.rank = make([]int, len(m.Sections))
	nodes := 0
	for i := range m.Sections {
		g.Sections[i] = m.Sections[i].geometry(at)
		if m.Sections[i].Parent < 0 {
			g.Sections[i].Attach = nodes
			nodes++
		}
	}
	for rank, i := range g.Order {
		g.rank[i] = rank
		g.Sections[i].Base = nodes
		nodes += m.Sections[i].NSeg + 1
	}
	t := &g.Tree
	idx := make([]int32, 3*nodes)
	t.Parent, t.Section, t.CV = idx[:nodes:nodes], idx[nodes:2*nodes:2*nodes], idx[2*nodes:]
	val := make([]float64, 4*nodes)
	t.Area, t.Rinv, t.A, t.B = val[:nodes:nodes], val[nodes:2*nodes:2*nodes], val[2*nodes:3*nodes:3*nodes], val[3*nodes:]
	for _, i := range g.Order {
		m.layOut(g, i)
	}
	for nd, p := range t.Parent {
		if p >= 0 {
			t.A[nd] = -1e2 * t.Rinv[nd] / t.Area[p]
			t.B[nd] = -1e2 * t.Rinv[nd] / t.Area[nd]
		}
	}
	return g
}

// layOut fills the nodes of section i; its parents' are there already.
func (m *Morphology) layOut(g *Geometry, i int) {
	s, t, sg := &m.Sections[i], &g.Tree, &g.Sections[i]
	if s.Parent < 0 {
		nd := sg.Attach
		t.Parent[nd], t.Section[nd], t.CV[nd] = -1, int32(i), -1
		t.Area[nd] = EndArea
	} else {
		sg.Attach = g.Sections[s.Parent].NodeAt(s.ParentX)
	}
	parent, before := sg.Attach, 0.0 // the resistance of the parent's half is not counted
	for k := range s.NSeg {
		nd, cv := sg.Base+k, k
		if sg.Reversed {
			cv = s.NSeg - 1 - k
		}
		t.Parent[nd], t.Section[nd], t.CV[nd] = int32(parent), int32(i), int32(cv)
		t.Area[nd] = sg.Area[cv]
		t.Rinv[nd] = 1 / (sg.Near[cv] + before)
		parent, before = nd, sg.Far[cv]
	}
	nd := sg.EndNode()
	t.Parent[nd], t.Section[nd], t.CV[nd] = int32(parent), int32(i), -1
	t.Area[nd] = EndArea
	t.Rinv[nd] = 1 / before
}

// SectionOrder returns the sections in NEURON's order: for each root in turn
// the root, its children, their children and so on. Children are ranked by their
// place along the parent from its near end; of two at one place the one
// connected later comes first. Connecting a section by its end 1 reverses the
// order of the children that it has by then.
func (m *Morphology) SectionOrder() []int {
	n := len(m.Sections)
	turn := make([]int, n) // when each section was connected, from 1
	order := m.ConnectOrder
	if order == nil {
		for i := range m.Sections {
			if m.Sections[i].Parent >= 0 {
				order = append(order, i)
			}
		}
	}
	children := make([][]int, n)
	for k, i := range order {
		turn[i] = k + 1
		p := m.Sections[i].Parent
		children[p] = append(children[p], i)
	}
	for p, c := range children {
		reversed := m.Sections[p].Parent >= 0 && m.Sections[p].ChildX == 1
		slices.SortFunc(c, func(i, j int) int {
			x, y := m.Sections[i].ParentX, m.Sections[j].ParentX
			if reversed {
				x, y = 1-x, 1-y
			}
			return cmp.Or(cmp.Compare(x, y), cmp.Compare(precedence(turn[i], turn[p], reversed), precedence(turn[j], turn[p], reversed)))
		})
	}
	out := make([]int, 0, n)
	for i := range m.Sections {
		if m.Sections[i].Parent < 0 {
			k := len(out)
			for out = append(out, i); k < len(out); k++ {
				out = append(out, children[out[k]]...)
			}
		}
	}
	return out
}

// precedence ranks a section among those at its place on their parent, by
// when it and the parent were connected.
func precedence(child, parent int, parentReversed bool) int {
	if parentReversed && child < parent {
		return child
	}
	return -child
}

// TotalArea returns the membrane area [um2] of a section, summed from arc 0.
func (g *Geometry) TotalArea(sec int) float64 {
	sum := 0.0
	for _, a := range g.Sections[sec].Area {
		sum += a
	}
	return sum
}

// CVLength returns the length [um] of the section's CVs.
func (g *SectionGeometry) CVLength() float64 { return g.L / float64(len(g.Area)) }
