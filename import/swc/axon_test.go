package swc

import (
	"encoding/json"
	"flag"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/morph"
)

var moreAxons = flag.String("axon", "", "a file written by tools/oracle/axon_golden.py")

// replaced is a cell that a published program has given another axon.
type replaced struct {
	File, Way, Fails string
	Sections         []struct {
		Name, Parent   string
		X, L           float64
		NSeg           int
		Diam, Area, Ri []float64
	}
	Lists map[string][]string
}

// TestAxon compares stubs, and the cells that they are on, with those of the
// originals in NEURON.
func TestAxon(t *testing.T) {
	compareAxons(t, "testdata", filepath.Join("testdata", "axon.json"), 50)
	if *moreAxons != "" {
		compareAxons(t, "", *moreAxons, 1)
	}
}

func compareAxons(t *testing.T, dir, golden string, least int) {
	text, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	var cases []replaced
	if err := json.Unmarshal(text, &cases); err != nil {
		t.Fatal(err)
	}
	if len(cases) < least {
		t.Fatalf("%d cases in %s, expected %d", len(cases), golden, least)
	}
	failed := 0
	for _, c := range cases {
		t.Run(filepath.Base(c.File)+"/"+c.Way, func(t *testing.T) {
			var list diag.List
			m := load(t, filepath.Join(dir, c.File), &list)
			if m == nil {
				t.Fatal(list.Error())
			}
			before := *m
			way, _, _ := strings.Cut(c.Way, " ")
			m, made := ReplaceAxon(m, way, diag.Pos{File: "here", Line: 3}, &list)
			if c.Fails != "" {
				failed++
				if m != nil || !strings.HasPrefix(list.Error(), "here:3: error") {
					t.Errorf("the original says %q: %v", c.Fails, list.Error())
				}
				return
			}
			if m == nil || !m.Check(&list) {
				t.Fatal(list.Error())
			}
			if old := before.Index("axon_0"); old >= 0 && m.Index("axon_0") == old && before.Sections[old].L == m.Sections[old].L {
				t.Error("the morphology that was given has changed")
			}
			c.compare(t, m, made)
		})
	}
	t.Logf("%d cases; %d that the originals refuse", len(cases), failed)
}

func (c *replaced) compare(t *testing.T, m *morph.Morphology, made []int) {
	var nseg []int
	if len(m.Sections) != len(c.Sections) {
		t.Fatalf("%d sections, NEURON has %d", len(m.Sections), len(c.Sections))
	}
	for i, w := range c.Sections {
		if slices.Contains(made, i) && m.Sections[i].NSeg != w.NSeg {
			t.Errorf("%s has %d CVs, NEURON %d", w.Name, m.Sections[i].NSeg, w.NSeg)
		}
		nseg = append(nseg, w.NSeg)
	}
	m = m.WithNSeg(nseg)
	g := m.Geometry(morph.Offset{})
	near := func(a, b float64) bool { return a == b || math.Abs(a-b) <= 1e-12*math.Max(math.Abs(a), math.Abs(b)) }
	for i, w := range c.Sections {
		s, sg := &m.Sections[i], &g.Sections[i]
		parent := ""
		if s.Parent >= 0 {
			parent = m.Sections[s.Parent].Name
		}
		if s.Name != w.Name || parent != w.Parent || s.ParentX != w.X {
			t.Fatalf("section %d is %s on %s(%g); NEURON has %s on %s(%g)", i, s.Name, parent, s.ParentX, w.Name, w.Parent, w.X)
		}
		if !near(sg.L, w.L) {
			t.Errorf("%s is %.17g um long, NEURON's %.17g", s.Name, sg.L, w.L)
		}
		for k := range w.Diam {
			// NEURON keeps a diameter that is within 1e-9 um of its points', and computes
			// with those.
			if math.Abs(sg.Diam[k]-w.Diam[k]) > 1e-9 || !near(sg.Area[k], w.Area[k]) {
				t.Errorf("%s CV %d: diameter %.17g, area %.17g; NEURON %.17g, %.17g", s.Name, k, sg.Diam[k], sg.Area[k], w.Diam[k], w.Area[k])
			}
			if ri := g.Tree.Ri(sg.Base + k); !near(ri, w.Ri[k]) {
				t.Errorf("%s CV %d: ri %.17g, NEURON %.17g", s.Name, k, ri, w.Ri[k])
			}
		}
	}
	for name, want := range c.Lists {
		ours, _ := m.List(name)
		var names []string
		for _, i := range ours {
			names = append(names, m.Sections[i].Name)
		}
		if !slices.Equal(names, want) && len(names)+len(want) > 0 {
			t.Errorf("list %s: %v, NEURON %v", name, names, want)
		}
	}
}
