package rall

import (
	"context"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/rallsim/rall/ir/diag"
)

// TestRuleConcentrations runs a rule of a program whose sections begin with the ion's
// global concentrations, with their own in spite of a pump, and with their own
// since they have none. What NEURON 9.0.2 computes.
func TestRuleConcentrations(t *testing.T) {
	dir := folder(t, map[string]string{"mod/capool.mod": `NEURON { SUFFIX capool USEION ca READ ica WRITE cai RANGE tau }
PARAMETER { tau = 5 (ms) }
ASSIGNED { ica cai_inf }
STATE { cai }
INITIAL { cai_inf = cai }
BREAKPOINT { SOLVE st METHOD cnexp }
DERIVATIVE st { cai' = -0.5*ica - (cai - 1e-4)/tau }
`, "mod/caleak.mod": `NEURON { SUFFIX caleak USEION ca READ eca, cai, cao WRITE ica RANGE g }
PARAMETER { g = 1e-5 }
ASSIGNED { v eca ica cai cao }
BREAKPOINT { ica = g*(v - eca) + cai*cao*1e-2 }
`, "cell.hoc": `create a, b, c
connect b(0), a(1)
connect c(0), b(1)
forall { L = 50 diam = 5 insert pas insert caleak g_pas = 1e-4 e_pas = -65 }
a insert capool
b insert capool
cai0_ca_ion = 3e-4
cao0_ca_ion = 4
a.cai = 7e-4
b { cai = 8e-4 ion_style("ca_ion", 3, 2, 1, 1, 0) }
c { cai = 9e-4 cao = 3 }
`})
	var diags diag.List
	c := ReadHoc([]string{filepath.Join(dir, "cell.hoc")}, HocSettings{Mods: []string{filepath.Join(dir, "mod")}}, &diags)
	if c == nil {
		t.Fatal(diags.Error())
	}
	var tree map[string]any
	if err := json.Unmarshal(HocSpec(c, "cell").JSON(), &tree); err != nil {
		t.Fatal(err)
	}
	traces := map[string]any{}
	for _, s := range []string{"a", "b", "c"} {
		for _, v := range []string{"v", "cai"} {
			traces[s+v] = map[string]any{"sec": s, "loc": .5, "var": v}
		}
	}
	cfg := tree["simConfig"].(map[string]any)
	cfg["duration"], cfg["dt"], cfg["recordStep"], cfg["recordTraces"], cfg["recordCells"] = 5, .025, .025, traces, []any{"all"}
	text, err := json.Marshal(tree)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "cell.json")
	if err := os.WriteFile(path, text, 0o666); err != nil {
		t.Fatal(err)
	}
	set := Settings{Mods: []string{filepath.Join(dir, "mod")}}
	p := Load([]string{path}, set, &diags)
	if p == nil {
		t.Fatal(diags.Error())
	}
	res, err := p.Run(context.Background(), set, RunOptions{})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][2]float64{ // at 0 and 5 ms
		"av": {-65, -59.1443268979478}, "bv": {-65, -59.1440375787993}, "cv": {-65, -59.1431852695792},
		"acai": {0.0003, 0.00250670316517838}, "bcai": {0.0008, 0.0025819804070405}, "ccai": {0.0009, 0.0009},
	}
	for i := range res.Reports {
		r := &res.Reports[i]
		x := r.Column(0)
		if w, ok := want[r.Label]; !ok || len(x) < 201 || math.Abs(x[0]-w[0]) > 1e-12 || math.Abs(x[200]-w[1]) > 1e-11*math.Abs(w[1]) {
			t.Errorf("%s is %.15g, %.15g; NEURON's %v", r.Label, x[0], x[len(x)-1], w)
		}
	}
	if len(res.Reports) != len(want) {
		t.Errorf("%d traces", len(res.Reports))
	}
}
