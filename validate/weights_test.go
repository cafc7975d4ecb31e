package validate

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rallsim/rall"
	"github.com/rallsim/rall/ir/diag"
)

// TestWeightIndex has a synapse of two weights. NetPyNE sets the first of a
// synMech whatever weightIndex is, which is said; with rng: rall it is obeyed.
// An INITIAL of NET_RECEIVE keeps the other weights even if it does nothing;
// without one they begin with 0. Both are NEURON's.
func TestWeightIndex(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	const text = `
NEURON { POINT_PROCESS twofold RANGE a, b NONSPECIFIC_CURRENT i }
ASSIGNED { v (millivolt) i (nanoamp) a b }
BREAKPOINT { i = 0 }
NET_RECEIVE(w, u) {
	INITIAL { }
	a = a + w b = b + u
}
`
	write("twofold.mod", text)
	write("without.mod", strings.NewReplacer("twofold", "without", "INITIAL { }", "").Replace(text))
	for _, c := range []struct {
		mod   string
		rng   string
		index int
		a, b  float64
		says  string
	}{
		{"twofold", "netpyne", 0, 1, 0, ""},
		{"twofold", "netpyne", 1, 1, 0, "weight sets the first weight of synMech \"s\", as NetPyNE has it"},
		{"twofold", "rall", 0, 1, 0, ""},
		{"twofold", "rall", 1, 0, 1, ""},
		{"twofold", "rall", 2, 0, 0, "weightIndex is 2, but \"twofold\" has 2 weights"},
		{"without", "rall", 1, 0, 0, ""},
	} {
		spec := write("spec.json", fmt.Sprintf(`{"netParams": {
			"popParams": {"c": {"cellType": "C", "numCells": 1}, "p": {"cellModel": "VecStim", "numCells": 1, "spkTimes": [1, 2]}},
			"cellParams": {"C": {"secs": {"soma": {"geom": {"L": 20, "diam": 20}}}}},
			"synMechParams": {"s": {"mod": %q}},
			"connParams": {"r": {"preConds": {"pop": "p"}, "postConds": {"pop": "c"}, "synMech": "s", "weight": 0.5, "weightIndex": %d}}},
			"simConfig": {"rng": %q, "duration": 5, "dt": 0.025, "recordCells": ["c"], "recordStep": 5, "recordTraces": {
			"a": {"sec": "soma", "synMech": "s", "var": "a"}, "b": {"sec": "soma", "synMech": "s", "var": "b"}}}}`, c.mod, c.index, c.rng))
		set := rall.Settings{Mods: []string{dir}}
		var diags diag.List
		p := rall.Load([]string{spec}, set, &diags)
		said := ""
		for _, d := range diags.Sorted() {
			if strings.Contains(d.Msg, "weightIndex") {
				said += d.Msg
			}
		}
		if c.says == "" && said != "" || !strings.Contains(said, c.says) {
			t.Errorf("%s, rng %s, index %d: says %q, want %q", c.mod, c.rng, c.index, said, c.says)
		}
		if c.index == 2 {
			if p != nil {
				t.Errorf("index 2 of two weights is taken")
			}
			continue
		}
		if p == nil {
			t.Fatal(diags.Error())
		}
		res, err := p.Run(context.Background(), set, rall.RunOptions{})
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range res.Reports {
			if want := map[string]float64{"a": c.a, "b": c.b}[r.Label]; r.Data[len(r.Data)-1] != want {
				t.Errorf("%s, rng %s, index %d: %s is %g at the end, want %g", c.mod, c.rng, c.index, r.Label, r.Data[len(r.Data)-1], want)
			}
		}
	}
}
