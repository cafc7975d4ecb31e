package swc

import (
	"encoding/json"
	"flag"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/morph"
)

var more = flag.String("swc", "", "a folder of more SWC files with their golden.json, written by tools/oracle/swc_golden.py")

// imported is what NEURON made of a file (tools/oracle/swc_golden.py).
type imported struct {
	Error    string
	Sections []struct {
		Name, Parent    string
		ParentX, ChildX float64
		L, Area, Ri     float64
		Node            int
		Points          [][4]float64
	}
	Lists map[string][]string
}

// TestNeuron compares whole imports with NEURON's: names, order, parents,
// points, lengths, areas, node numbers and lists, all exactly.
func TestNeuron(t *testing.T) {
	compareAll(t, "testdata", "neuron.json", 35)
	if *more != "" {
		compareAll(t, *more, "golden.json", 1)
	}
}

func compareAll(t *testing.T, dir, golden string, least int) {
	text, err := os.ReadFile(filepath.Join(dir, golden))
	if err != nil {
		t.Fatal(err)
	}
	var files map[string]imported
	if err := json.Unmarshal(text, &files); err != nil {
		t.Fatal(err)
	}
	if len(files) < least {
		t.Fatalf("%d files in %s, expected %d", len(files), golden, least)
	}
	sections := 0
	for name, want := range files {
		if want.Error != "" {
			if dir == "testdata" {
				t.Errorf("%s: %s", name, want.Error)
			}
			t.Logf("%s: %s", name, want.Error)
			continue
		}
		sections += len(want.Sections)
		t.Run(name, func(t *testing.T) {
			var list diag.List
			m := load(t, filepath.Join(dir, name), &list)
			if m == nil {
				t.Fatalf("not imported: %v", &list)
			}
			compare(t, m, want)
		})
	}
	t.Logf("%d files, %d sections", len(files), sections)
}

func compare(t *testing.T, m *morph.Morphology, want imported) {
	if len(m.Sections) != len(want.Sections) {
		t.Fatalf("%d sections, NEURON has %d", len(m.Sections), len(want.Sections))
	}
	g := m.Geometry(morph.Offset{})
	for i, w := range want.Sections {
		s, sg := &m.Sections[i], &g.Sections[i]
		parent := ""
		if s.Parent >= 0 {
			parent = m.Sections[s.Parent].Name
		}
		if s.Name != w.Name || parent != w.Parent || s.ParentX != w.ParentX || s.ChildX != w.ChildX {
			t.Fatalf("section %d is %s(%g) on %s(%g); NEURON has %s(%g) on %s(%g)", i,
				s.Name, s.ChildX, parent, s.ParentX, w.Name, w.ChildX, w.Parent, w.ParentX)
		}
		if len(s.Points) != len(w.Points) {
			t.Fatalf("%s has %d points, NEURON %d", s.Name, len(s.Points), len(w.Points))
		}
		for k, q := range w.Points {
			if p := s.Points[k]; [4]float64{p.X, p.Y, p.Z, p.D} != q {
				t.Errorf("%s point %d: %v, NEURON %v", s.Name, k, p, q)
			}
		}
		node := sg.Node(0)
		for _, v := range []struct {
			what       string
			ours, want float64
		}{{"L", sg.L, w.L}, {"area", sg.Area[0], w.Area}, {"ri", g.Tree.Ri(node), w.Ri}, {"node", float64(node), float64(w.Node)}} {
			if v.ours != v.want {
				t.Errorf("%s %s: %.17g, NEURON %.17g (relative %.2g)", s.Name, v.what, v.ours, v.want, math.Abs(v.ours/v.want-1))
			}
		}
	}
	for name, secs := range want.Lists {
		ours, _ := m.List(name)
		var names []string
		for _, i := range ours {
			names = append(names, m.Sections[i].Name)
		}
		if !slices.Equal(names, secs) && len(names)+len(secs) > 0 {
			t.Errorf("list %s: %v, NEURON %v", name, names, secs)
		}
	}
}
