package validate

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rallsim/rall"
	"github.com/rallsim/rall/ir/diag"
)

const recursive = `
NEURON { SUFFIX recursive NONSPECIFIC_CURRENT i RANGE n, product, number, sum }
PARAMETER { n = 5 }
ASSIGNED { i product number sum v (mV) }
INITIAL { product = fact(n) number = fib(6) sum = 0 down(5) }
BREAKPOINT { product = through(n) i = 0 }
FUNCTION through(k) { through = fact(k) }
FUNCTION fact(k) {
	if (k <= 1) { fact = 1 } else { fact = k*fact(k - 1) }
}
FUNCTION fib(k) {
	if (k < 2) { fib = k } else { fib = fib(k - 1) + fib(k - 2) }
}
PROCEDURE down(k) {
	sum = sum + k
	if (k > 0) { down(k - 1) }
}
`

// TestRecursion has functions that call themselves: in both backends they
// give what they should, and an error at the run where they go too deep.
func TestRecursion(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	write("recursive.mod", recursive)
	spec := write("spec.json", `{"netParams": {"popParams": {"c": {"cellType": "C", "numCells": 3}},
		"cellParams": {"C": {"secs": {"soma": {"geom": {"L": 20, "diam": 20}, "mechs": {"recursive": {"n": 5}}}}}}},
		"simConfig": {"duration": 0.1, "dt": 0.025, "recordCells": ["all"], "recordStep": 0.1, "recordTraces": {
		"product": {"sec": "soma", "loc": 0.5, "mech": "recursive", "var": "product"},
		"number": {"sec": "soma", "loc": 0.5, "mech": "recursive", "var": "number"},
		"sum": {"sec": "soma", "loc": 0.5, "mech": "recursive", "var": "sum"}}}}`)
	for _, backend := range []string{"", "interp"} {
		set := rall.Settings{Mods: []string{dir}, Backend: backend}
		var diags diag.List
		p := rall.Load([]string{spec}, set, &diags)
		if p == nil {
			t.Fatal(diags.Error())
		}
		res, err := p.Run(context.Background(), set, rall.RunOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if len(res.Reports) != 3 {
			t.Fatalf("%d reports", len(res.Reports))
		}
		for _, r := range res.Reports {
			for _, x := range r.Data {
				if want := map[string]float64{"product": 120, "number": 8, "sum": 15}[r.Label]; x != want {
					t.Errorf("backend %q: %s is %g, want %g", backend, r.Label, x, want)
				}
			}
		}
		set.Set = []string{"netParams.cellParams.C.secs.soma.mechs.recursive.n=30"}
		if p = rall.Load([]string{spec}, set, &diags); p == nil {
			t.Fatal(diags.Error())
		}
		if _, err := p.Run(context.Background(), set, rall.RunOptions{}); err == nil || !strings.Contains(err.Error(), "fact calls itself more than 24 times over") {
			t.Errorf("backend %q: 30 calls deep: %v", backend, err)
		}
	}
}
