package morph

import (
	"encoding/json"
	"math"
	"os"
	"testing"

	"github.com/rallsim/rall/ir/diag"
)

// goldenCase is one case of testdata/neuron.json, written by
// tools/oracle/morph_golden.py.
type goldenCase struct {
	Sections []struct {
		Name    string
		NSeg    int
		Ra, Cm  float64
		L       float64
		Diam    []float64
		Points  [][4]float64
		Parent  int
		ParentX float64
		ChildX  float64
	}
	Connect []int
	Offset  [3]float64
	Neuron  struct {
		Sections []struct {
			L               float64
			Diam, Area      []float64
			Ri, A, B        []float64 // CVs, then the far end
			Node            []int
			Attach          int
			Lambda, Dlambda float64
			Shape           [][4]float64
		}
		Distance [][5]float64
		Place    [][5]float64 // section, x and where that is, before define_shape
	}
}

func (c *goldenCase) morphology() *Morphology {
	m := &Morphology{ConnectOrder: c.Connect}
	for _, s := range c.Sections {
		sec := Section{Name: s.Name, L: s.L, Diam: s.Diam, Ra: s.Ra, Cm: []float64{s.Cm}, NSeg: s.NSeg,
			Parent: s.Parent, ParentX: s.ParentX, ChildX: s.ChildX}
		for _, p := range s.Points {
			sec.Points = append(sec.Points, Point{p[0], p[1], p[2], p[3]})
		}
		m.Sections = append(m.Sections, sec)
	}
	return m
}

func loadGolden(t *testing.T) []goldenCase {
	t.Helper()
	text, err := os.ReadFile("testdata/neuron.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []goldenCase
	if err := json.Unmarshal(text, &cases); err != nil {
		t.Fatal(err)
	}
	if len(cases) < 50 {
		t.Fatalf("only %d cases", len(cases))
	}
	return cases
}

// TestNeuron compares every number with NEURON's, bit for bit.
func TestNeuron(t *testing.T) {
	compared, drift := 0, 0.0
	for n, c := range loadGolden(t) {
		m := c.morphology()
		var list diag.List
		if !m.Check(&list) {
			t.Errorf("case %d: %v", n, &list)
			continue
		}
		g := m.Geometry(Offset{c.Offset[0], c.Offset[1], c.Offset[2]})
		same := func(sec int, what string, got, want float64) {
			compared++
			if got != want {
				t.Errorf("case %d section %d %s: %.17g, NEURON has %.17g (relative %.3g)", n, sec, what, got, want, (got-want)/want)
			}
		}
		shape := g.Shape(true)
		for i, want := range c.Neuron.Sections {
			sg, tree := &g.Sections[i], &g.Tree
			same(i, "L", sg.L, want.L)
			same(i, "attach", float64(sg.Attach), float64(want.Attach))
			for k, node := range want.Node {
				nd := sg.EndNode()
				if k < len(want.Area) {
					nd = sg.Node(k)
					same(i, "area", sg.Area[k], want.Area[k])
					same(i, "area of the node", tree.Area[nd], want.Area[k])
					same(i, "diam", sg.Diam[k], want.Diam[k])
				} else {
					same(i, "area of the end", tree.Area[nd], EndArea)
				}
				same(i, "node", float64(nd), float64(node))
				same(i, "ri", tree.Ri(nd), want.Ri[k])
				same(i, "a", tree.A[nd], want.A[k])
				same(i, "b", tree.B[nd], want.B[k])
			}
			if want.Lambda != 0 {
				s := &m.Sections[i]
				same(i, "lambda_f", s.LambdaF(100), withoutOffset(c, want.Lambda, s.LambdaF(100)))
				if c.Offset == [3]float64{} {
					same(i, "nseg", float64(NSegRule{DLambda: .1, Freq: 100}.Count(s)), want.Dlambda)
				}
			}
			// NEURON draws by atan2f and cosf of whatever libm there is, which may
			// be one ulp of the angle off; everything after follows in float32.
			for k, p := range shape.Points(i) {
				q := want.Shape[k]
				drift = max(drift, math.Abs(p.X-q[0]), math.Abs(p.Y-q[1]), math.Abs(p.Z-q[2]))
				same(i, "diam3d", p.D, q[3])
			}
		}
		still := g.Shape(false)
		for _, p := range c.Neuron.Place {
			x, y, z := still.At(int(p[0]), p[1])
			same(int(p[0]), "x of a place", x, p[2])
			same(int(p[0]), "y of a place", y, p[3])
			same(int(p[0]), "z of a place", z, p[4])
		}
		for _, d := range c.Neuron.Distance {
			same(int(d[2]), "distance", g.PathDistance(int(d[0]), d[1], int(d[2]), d[3]), d[4])
		}
	}
	if drift > 2e-4 {
		t.Errorf("define_shape's points are %g um off", drift)
	}
	t.Logf("%d numbers compared, define_shape's points to %.2g um", compared, drift)
}

// withoutOffset passes over lambda_f of moved cells: it is defined at the
// origin here, but must stay within float32's rounding.
func withoutOffset(c goldenCase, neuron, ours float64) float64 {
	if c.Offset != [3]float64{} && math.Abs(ours-neuron) < 1e-3*neuron {
		return ours
	}
	return neuron
}
