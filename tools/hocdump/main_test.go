package main

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"sort"
	"testing"

	"github.com/rallsim/rall"
	"github.com/rallsim/rall/ir/diag"
)

const folder = "../../corpus/hoc-cells"

// cells are the programs of the corpus, with what they are called by.
var cells = []struct {
	name, template string
	args           []any
}{
	{"ball_stick", "BallStick", nil},
	{"branched", "Branched", nil},
	{"emodel", "Emodel", []any{".", "traced.asc"}},
	{"refs", "Refs", []any{"../swc-cell/cell.swc"}},
	{"compartments", "", nil},
}

func read(t testing.TB, name, template string, args []any) cell {
	t.Helper()
	var diags diag.List
	o := rall.HocSettings{Mods: []string{folder + "/../swc-cell/mod"}, Template: template, Args: args}
	c := rall.ReadHoc([]string{filepath.Join(folder, name+".hoc")}, o, &diags)
	if c == nil {
		t.Fatal(diags.Error())
	}
	return dump(c)
}

// TestCorpus compares every cell with NEURON's (tools/oracle/hoc_corpus.py);
// the tolerances are those of the corpus's manifest.
func TestCorpus(t *testing.T) {
	for _, k := range cells {
		t.Run(k.name, func(t *testing.T) {
			text, err := os.ReadFile(filepath.Join(folder, "golden/neuron-9.0.2", k.name+".json"))
			if err != nil {
				t.Fatal(err)
			}
			var want cell
			if err := json.Unmarshal(text, &want); err != nil {
				t.Fatal(err)
			}
			compare(t, want, read(t, k.name, k.template, k.args))
		})
	}
}

func compare(t *testing.T, want, got cell) {
	if len(want.Sections) == 0 || len(want.Sections) != len(got.Sections) {
		t.Fatalf("%d sections, NEURON %d", len(got.Sections), len(want.Sections))
	}
	for i, w := range want.Sections {
		g := got.Sections[i]
		if w.Name != g.Name || w.Parent != g.Parent || w.ParentX != g.ParentX || w.ChildX != g.ChildX || w.NSeg != g.NSeg {
			t.Errorf("section %s of %s(%g) by %g, nseg %d; NEURON %s of %s(%g) by %g, nseg %d", g.Name, g.Parent, g.ParentX, g.ChildX, g.NSeg, w.Name, w.Parent, w.ParentX, w.ChildX, w.NSeg)
			continue
		}
		same(t, w.Name+" L, Ra", []float64{w.L, w.Ra}, []float64{g.L, g.Ra})
		same(t, w.Name+" diam", w.Diam, g.Diam)
		same(t, w.Name+" cm", w.Cm, g.Cm)
		same(t, w.Name+" area", w.Area, g.Area)
		same(t, w.Name+" ri", w.Ri, g.Ri)
		if len(w.Points) != len(g.Points) {
			t.Errorf("%s: %d points, NEURON %d", w.Name, len(g.Points), len(w.Points))
			continue
		}
		for k := range w.Points {
			for j := range 4 {
				if math.Abs(w.Points[k][j]-g.Points[k][j]) > 1e-12 {
					t.Errorf("%s: point %d is %v, NEURON %v", w.Name, k, g.Points[k], w.Points[k])
				}
			}
		}
		params(t, w.Name, w.Mechs, g.Mechs)
		params(t, w.Name, w.Ions, g.Ions)
		if !reflect.DeepEqual(w.Styles, g.Styles) {
			t.Errorf("%s: ion styles %v, NEURON %v", w.Name, g.Styles, w.Styles)
		}
	}
	for name, list := range want.Lists {
		if !reflect.DeepEqual(list, got.Lists[name]) {
			t.Errorf("list %s: %v, NEURON %v", name, got.Lists[name], list)
		}
	}
	points(t, want.Points, got.Points)
}

func params(t *testing.T, sec string, want, got map[string]map[string][]float64) {
	if len(want) != len(got) {
		t.Errorf("%s: %d mechanisms, NEURON %d", sec, len(got), len(want))
	}
	for m, vars := range want {
		if len(vars) != len(got[m]) {
			t.Errorf("%s %s: %v, NEURON %v", sec, m, got[m], vars)
		}
		for v, x := range vars {
			same(t, sec+" "+v+"_"+m, x, got[m][v])
		}
	}
}

func points(t *testing.T, want, got []point) {
	order := func(p []point) {
		sort.SliceStable(p, func(i, j int) bool {
			return p[i].Section < p[j].Section || p[i].Section == p[j].Section && p[i].Mech < p[j].Mech
		})
	}
	order(want)
	order(got)
	if len(want) != len(got) {
		t.Fatalf("%d point processes, NEURON %d", len(got), len(want))
	}
	for i, w := range want {
		if g := got[i]; w.Mech != g.Mech || w.Section != g.Section || w.X != g.X {
			t.Errorf("%s at %s(%g), NEURON %s at %s(%g)", g.Mech, g.Section, g.X, w.Mech, w.Section, w.X)
		}
		for v, x := range w.Params {
			same(t, w.Mech+"."+v, []float64{x}, []float64{got[i].Params[v]})
		}
	}
}

func same(t *testing.T, what string, want, got []float64) {
	t.Helper()
	if len(want) != len(got) {
		t.Errorf("%s: %d values, NEURON %d", what, len(got), len(want))
		return
	}
	for i := range want {
		if d := math.Abs(want[i] - got[i]); !(d <= 1e-12*math.Max(math.Abs(want[i]), math.Abs(got[i]))) {
			t.Errorf("%s[%d] is %.17g, NEURON %.17g", what, i, got[i], want[i])
			return
		}
	}
}

func BenchmarkEmodel(b *testing.B) {
	for b.Loop() {
		read(b, "emodel", "Emodel", []any{".", "traced.asc"})
	}
}
