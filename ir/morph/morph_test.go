package morph

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/rallsim/rall/ir/diag"
)

// cable is a plain section: a cylinder of 100 x 2 um on the far end of parent.
func cable(name string, parent int) Section {
	s := Section{Name: name, L: 100, Diam: []float64{2}, Ra: 100, Cm: []float64{1}, NSeg: 1, Parent: parent}
	if parent >= 0 {
		s.ParentX = 1
	}
	return s
}

func TestCheck(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(m *Morphology)
		want   string
	}{
		{"sound", func(m *Morphology) {}, ""},
		{"none", func(m *Morphology) { m.Sections = nil }, "without sections"},
		{"no name", func(m *Morphology) { m.Sections[1].Name = "" }, "section 1 has no name"},
		{"twice", func(m *Morphology) { m.Sections[2].Name = "soma" }, `section "soma" is there already`},
		{"no such parent", func(m *Morphology) { m.Sections[1].Parent = 7 }, "no section 7 to be its parent"},
		{"own parent", func(m *Morphology) { m.Sections[1].Parent = 1 }, "dend -> dend"},
		{"cycle", func(m *Morphology) { m.Sections[1].Parent = 2 }, "dend -> axon -> dend"},
		{"parentX", func(m *Morphology) { m.Sections[1].ParentX = 1.5 }, "joined to its parent at 1.5"},
		{"parentX NaN", func(m *Morphology) { m.Sections[1].ParentX = math.NaN() }, "joined to its parent at NaN"},
		{"childX", func(m *Morphology) { m.Sections[1].ChildX = .5 }, "only its ends"},
		{"root's end", func(m *Morphology) { m.Sections[0].ChildX = 1 }, "has no parent"},
		{"L", func(m *Morphology) { m.Sections[1].L = 0 }, "length 0 um"},
		{"diam", func(m *Morphology) { m.Sections[1].Diam = []float64{-1} }, "diameter -1 um"},
		{"diams", func(m *Morphology) { m.Sections[1].Diam = []float64{1, 2} }, "2 diameters for 1 CVs"},
		{"cms", func(m *Morphology) { m.Sections[1].Cm = []float64{1, 2} }, "2 values of cm for 1 CVs"},
		{"cm", func(m *Morphology) { m.Sections[1].Cm = []float64{-1} }, "capacitance -1"},
		{"Ra", func(m *Morphology) { m.Sections[1].Ra = 0 }, "resistivity 0"},
		{"nseg", func(m *Morphology) { m.Sections[1].NSeg = 0 }, "0 CVs"},
		{"too many", func(m *Morphology) { m.Sections[1].NSeg = 40000 }, "40000 CVs"},
		{"one point", func(m *Morphology) { m.Sections[1].Points = []Point{{D: 1}} }, "one 3-D point"},
		{"one place", func(m *Morphology) { m.Sections[1].Points = []Point{{D: 1}, {D: 1}} }, "lie in one place"},
		{"thread", func(m *Morphology) { m.Sections[1].Points = []Point{{}, {X: 9}} }, "diameter is 0 all along"},
		{"NaN point", func(m *Morphology) { m.Sections[1].Points = []Point{{D: 1}, {X: math.NaN()}} }, "3-D point 1"},
		{"list", func(m *Morphology) { m.Lists = []List{{"all", []int{0, 3}}} }, "names section 3 of 3"},
		{"order short", func(m *Morphology) { m.ConnectOrder = []int{2} }, "leaves out 1"},
		{"order twice", func(m *Morphology) { m.ConnectOrder = []int{2, 2} }, "comes twice"},
		{"order of a root", func(m *Morphology) { m.ConnectOrder = []int{0, 1, 2} }, "has no parent or comes twice"},
	} {
		m := &Morphology{Sections: []Section{cable("soma", -1), cable("dend", 0), cable("axon", 1)}}
		c.change(m)
		var list diag.List
		ok := m.Check(&list)
		if ok != (c.want == "") || !strings.Contains(list.Error(), c.want) {
			t.Errorf("%s: %v, %v", c.name, ok, &list)
		}
		if n := len(list.All()); c.want != "" && n != 1 {
			t.Errorf("%s: %d errors: %v", c.name, n, &list)
		}
	}
}

func TestNSegRule(t *testing.T) {
	s := cable("s", -1)
	for _, c := range []struct {
		rule NSegRule
		l    float64
		want int
	}{
		{NSegRule{}, 100, 1},
		{NSegRule{N: 4}, 100, 4},
		{NSegRule{MaxLength: 100}, 100, 1},
		{NSegRule{MaxLength: 99}, 100, 3},
		{NSegRule{MaxLength: 40}, 100, 3},
		{NSegRule{MaxLength: 25}, 100, 5},
		{NSegRule{MaxLength: 20}, 100, 5},
		{NSegRule{MaxLength: 19}, 100, 7},
		{NSegRule{MaxLength: 1e-9}, 100, 32769},
		{NSegRule{DLambda: .1, Freq: 100}, 100, 3}, // lambda_f(100) of 2 um at 100 ohm cm is 398.9 um
		{NSegRule{DLambda: .1, Freq: 100}, 40, 1},
		{NSegRule{DLambda: .1, Freq: 100}, 1000, 25},
		{NSegRule{DLambda: 1e-9, Freq: 100}, 1000, 32769},
	} {
		s.L = c.l
		if got := c.rule.Count(&s); got != c.want {
			t.Errorf("%+v on %g um: %d, want %d", c.rule, c.l, got, c.want)
		}
	}
	for _, bad := range []NSegRule{{N: -1}, {N: 1, MaxLength: 3}, {DLambda: .1}, {Freq: 100}, {DLambda: -1, Freq: 100}, {MaxLength: math.NaN()}, {N: 40000}} {
		var list diag.List
		if bad.Check(&list, diag.Pos{}); !list.HasErrors() {
			t.Errorf("%+v passes", bad)
		}
	}
}

// TestWithNSeg: values per CV go where NEURON takes them from (read there).
func TestWithNSeg(t *testing.T) {
	m := &Morphology{Sections: []Section{cable("s", -1)}}
	m.Sections[0].NSeg, m.Sections[0].Diam = 3, []float64{3, 7, 3}
	nine := m.WithNSeg([]int{9})
	if got := nine.Sections[0].Diam; !slices.Equal(got, []float64{3, 3, 3, 7, 7, 7, 3, 3, 3}) {
		t.Error(got)
	}
	if got := nine.WithNSeg([]int{4}).Sections[0].Diam; !slices.Equal(got, []float64{3, 7, 7, 3}) {
		t.Error(got)
	}
	if m.Sections[0].NSeg != 3 || len(m.Sections[0].Diam) != 3 {
		t.Error("the original changed")
	}
}

// TestBall checks the arithmetic by hand: a ball and a stick.
func TestBall(t *testing.T) {
	m := &Morphology{Sections: []Section{cable("dend", 1), cable("soma", -1)}} // the parent comes later
	m.Sections[1].L, m.Sections[1].Diam = 20, []float64{20}
	m.Sections[0].NSeg, m.Sections[0].ParentX = 2, .5
	g := m.Geometry(Offset{})
	if got := g.Order; !slices.Equal(got, []int{1, 0}) {
		t.Fatal(got)
	}
	// nodes: soma's near end, soma, its far end, then the dendrite's two and end
	if got := g.Tree.Parent; !slices.Equal(got, []int32{-1, 0, 1, 1, 3, 4}) {
		t.Fatal(got)
	}
	if got := g.Tree.CV; !slices.Equal(got, []int32{-1, 0, -1, 0, 1, -1}) {
		t.Fatal(got)
	}
	near := func(what string, got, want float64) {
		if math.Abs(got-want) > 1e-12*want {
			t.Errorf("%s: %g, want %g", what, got, want)
		}
	}
	near("soma's area", g.Tree.Area[1], math.Pi*400)
	near("dendrite's area", g.TotalArea(0), math.Pi*200)
	near("ri", g.Tree.Ri(3), .01*100*25/math.Pi) // half a CV of 50 um, 1 um in radius
	near("ri within", g.Tree.Ri(4), .01*100*50/math.Pi)
	near("a root's ri", g.Tree.Ri(0), 1e30)
	near("distance", g.DistPath(0, 1), 100)
	near("distance of a CV", g.DistPath(0, .7), 75)
	sh := g.Shape(false)
	near("straight distance", sh.DistEuclidean(0, .75), 75)
	if g.Sections[0].CVLength() != 50 {
		t.Error(g.Sections[0].CVLength())
	}
}

func TestOrigin(t *testing.T) {
	for _, c := range []struct {
		names string
		want  int
	}{{"dend soma", 1}, {"dend somatic soma_0", 1}, {"dend soma_0 soma", 2}, {"dend axon", 0}, {"soma_1 soma_0", 0}} {
		m := &Morphology{}
		for _, n := range strings.Fields(c.names) {
			m.Sections = append(m.Sections, cable(n, -1))
		}
		if got := m.Origin(); got != c.want {
			t.Errorf("%s: %d", c.names, got)
		}
	}
}

// TestUnconnected: sections without a common root are NEURON's 1e20 apart.
func TestUnconnected(t *testing.T) {
	m := &Morphology{Sections: []Section{cable("a", -1), cable("b", -1), cable("c", 1)}}
	g := m.Geometry(Offset{})
	if d := g.PathDistance(0, .5, 2, .5); d != 1e20 {
		t.Error(d)
	}
	if d := g.PathDistance(1, 0, 2, 1); d != 200 {
		t.Error(d)
	}
}

// TestNodeAt: positions meet nodes as in NEURON.
func TestNodeAt(t *testing.T) {
	m := &Morphology{Sections: []Section{cable("a", -1), cable("b", 0)}}
	m.Sections[1].NSeg, m.Sections[1].ChildX = 3, 1
	g := m.Geometry(Offset{})
	for _, c := range []struct {
		sec  int
		x    float64
		want int
	}{
		{0, 0, 0}, {0, -1, 0}, {0, .5, 1}, {0, 1, 2}, {0, 2, 2},
		{1, 1, 2}, {1, .99, 3}, {1, .5, 4}, {1, .1, 5}, {1, 0, 6}, {1, 1. / 3, 4},
	} {
		if got := g.Sections[c.sec].NodeAt(c.x); got != c.want {
			t.Errorf("section %d at %g: node %d, want %d", c.sec, c.x, got, c.want)
		}
	}
}
