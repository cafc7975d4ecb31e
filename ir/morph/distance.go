package morph

import (
	"math"
	"strings"
)

// far is what NEURON's distance() says of sections without a common root.
const far = 1e20

// PathDistance returns the distance [um] along the tree between position x1
// of section s1 and position x2 of section s2, as NEURON's
// distance(s1(x1), s2(x2)): between the nodes that hold the positions, so
// from CV centres or section ends; 1e20 for sections of different trees.
// Lengths are added in NEURON's order, the section that stands later in the
// tree's order first.
func (g *Geometry) PathDistance(s1 int, x1 float64, s2 int, x2 float64) float64 {
	n1, n2 := g.Sections[s1].NodeAt(x1), g.Sections[s2].NodeAt(x2)
	d := 0.0
	climb := func(s, n *int) {
		d += g.fromNear(*s, *n)
		*n = g.Sections[*s].Attach
		*s = g.m.Sections[*s].Parent
	}
	for s1 != s2 {
		if s2 < 0 || (s1 >= 0 && g.rank[s1] > g.rank[s2]) {
			climb(&s1, &n1)
		} else {
			climb(&s2, &n2)
		}
	}
	if n1 == n2 {
		return d
	}
	if s1 < 0 {
		return far
	}
	d1, d2 := g.fromNear(s1, n1), g.fromNear(s1, n2)
	if d1 < d2 {
		return d + (d2 - d1)
	}
	return d + (d1 - d2)
}

// fromNear returns the distance [um] of a node from its section's near end.
func (g *Geometry) fromNear(sec, node int) float64 {
	s := &g.Sections[sec]
	if node == s.Attach {
		return 0
	}
	n, k := len(s.Area), node-s.Base
	if k == n {
		return s.L * 1
	}
	return float64(s.L * CVCentre(n, k))
}

// Origin returns the section from whose middle NetPyNE's dist_path and
// dist_euclidean are measured: "soma", else the first whose name begins so,
// else the first.
func (m *Morphology) Origin() int {
	if i := m.Index("soma"); i >= 0 {
		return i
	}
	for i := range m.Sections {
		if strings.HasPrefix(m.Sections[i].Name, "soma") {
			return i
		}
	}
	return 0
}

// DistPath returns NetPyNE's dist_path [um] of position x of a section.
func (g *Geometry) DistPath(sec int, x float64) float64 {
	return g.PathDistance(g.m.Origin(), .5, sec, x)
}

// DistEuclidean returns NetPyNE's dist_euclidean [um] of position x of a
// section. Where NetPyNE fails, on a section without 3-D points, the section
// lies where NEURON's define_shape draws it.
func (s *Shape) DistEuclidean(sec int, x float64) float64 {
	x0, y0, z0 := s.At(s.origin, .5)
	x1, y1, z1 := s.At(sec, x)
	dx, dy, dz := x1-x0, y1-y0, z1-z0
	return math.Sqrt(float64(float64(dx*dx)+float64(dy*dy)) + float64(dz*dz))
}
