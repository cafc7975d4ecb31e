package sonata

import (
	"fmt"
	"strings"

	"github.com/rallsim/rall/ir/morph"
)

// SWCText draws a cell as an SWC file, for viewers and for readers that ask
// for a morphology. Sections without 3-D points are drawn as NEURON's
// define_shape draws them. The cell's JSON is what counts: SWC knows no
// sections, nor cylinders, nor where along its parent one is joined.
func SWCText(m *morph.Morphology) []byte {
	geom := m.Geometry(morph.Offset{})
	shape := geom.Shape(true)
	var b strings.Builder
	b.WriteString("# A drawing of the cell; the JSON of the same name holds its exact geometry.\n# id type x y z radius parent\n")
	first := make([]int, len(m.Sections)) // sample at arc 0
	step := make([]int, len(m.Sections))  // from a sample to the next along the arc
	next := 1
	for _, i := range geom.Order {
		s := &m.Sections[i]
		points := shape.Points(i)
		n := len(points)
		parent := -1
		if s.Parent >= 0 {
			k := nearest(shape.Points(s.Parent), s.ParentX)
			parent = first[s.Parent] + k*step[s.Parent]
		}
		first[i], step[i] = next, 1
		if geom.Sections[i].Reversed {
			first[i], step[i] = next+n-1, -1
		}
		for k := range n {
			p := points[k]
			if step[i] < 0 {
				p = points[n-1-k]
			}
			fmt.Fprintf(&b, "%d %d %s %s %s %s %d\n", next, swcType(s.Name), number(p.X), number(p.Y), number(p.Z), number(p.D/2), parent)
			parent = next
			next++
		}
	}
	return []byte(b.String())
}

// nearest returns the point of a section nearest to arc position x, counted
// in points: a drawing needs no more.
func nearest(points []morph.Point, x float64) int {
	return min(int(float64(x*float64(len(points)-1))+.5), len(points)-1)
}

// swcType guesses the type of a section from its name.
func swcType(name string) int {
	for i, prefix := range []string{"soma", "axon", "dend", "apic"} {
		if strings.HasPrefix(strings.ToLower(name), prefix) {
			return i + 1
		}
	}
	return 0
}
