package validate

import (
	"context"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/rallsim/rall"
	"github.com/rallsim/rall/ir/diag"
)

// silentSynapse is one that gets two events and then silence.
type silentSynapse struct {
	mod     string
	seconds int      // of model time
	decayed []string // what has decayed to nothing at the end
	going   []string // and to something that is still there
}

var silentSynapses = []silentSynapse{
	{mod: "ExpSyn", seconds: 10, decayed: []string{"g"}},
	{mod: "Exp2Syn", seconds: 10, decayed: []string{"A", "B"}},
	{mod: "DetAMPANMDA", seconds: 10, decayed: []string{"A", "B", "C"}, going: []string{"D"}},
	{mod: "DetGABAAB", seconds: 10, decayed: []string{"a", "b", "c"}, going: []string{"d"}},
	{mod: "ProbAMPANMDA", seconds: 40, decayed: []string{"A", "B", "C", "D"}},
	{mod: "ProbGABAAB", seconds: 40, decayed: []string{"a", "b", "c", "d"}},
	{mod: "ProbUDFsyn", seconds: 10, decayed: []string{"A", "B"}},
	{mod: "GluSynapse", seconds: 3, decayed: []string{"A", "B"}, going: []string{"C", "D", "effcai"}},
}

// load makes its model: eight cells with one each.
func (c *silentSynapse) load(t testing.TB, set ...string) (*rall.Project, rall.Settings) {
	t.Helper()
	traces := map[string]any{}
	for _, v := range append(slices.Clone(c.decayed), c.going...) {
		traces[v] = map[string]any{"sec": "soma", "loc": 0.5, "synMech": "syn", "var": v}
	}
	text, err := json.Marshal(map[string]any{
		"netParams": map[string]any{
			"popParams": map[string]any{
				"in": map[string]any{"cellModel": "VecStim", "numCells": 1, "spkTimes": []float64{5.3, 9.3}},
				"c":  map[string]any{"cellType": "C", "numCells": 8}},
			"cellParams": map[string]any{"C": map[string]any{"secs": map[string]any{"soma": map[string]any{
				"geom": map[string]any{"L": 20, "diam": 20}, "mechs": map[string]any{"pas": map[string]any{"g": 1e-4, "e": -65}}}}}},
			"synMechParams": map[string]any{"syn": map[string]any{"mod": c.mod}},
			"connParams": map[string]any{"e": map[string]any{"preConds": map[string]any{"pop": "in"}, "postConds": map[string]any{"pop": "c"},
				"sec": "soma", "loc": 0.5, "synMech": "syn", "weight": 0.7, "delay": 1}}},
		"simConfig": map[string]any{"duration": 1000 * c.seconds, "dt": 1, "recordStep": 1, "recordCells": []string{"c"}, "recordTraces": traces}})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "spec.json")
	if err := os.WriteFile(path, text, 0o644); err != nil {
		t.Fatal(err)
	}
	s := rall.Settings{Mods: []string{filepath.Join(corpus, "recurrent", "mod")}, Threads: 1, Set: set}
	var diags diag.List
	p := rall.Load([]string{path}, s, &diags)
	if p == nil {
		t.Fatal(diags.Error())
	}
	return p, s
}

// TestSilentSynapse: what decays ends in 0, and never passes through numbers
// so small that processors are slow with them.
func TestSilentSynapse(t *testing.T) {
	for _, c := range silentSynapses {
		t.Run(c.mod, func(t *testing.T) {
			p, s := c.load(t)
			res, err := p.Run(context.Background(), s, rall.RunOptions{})
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range res.Reports {
				n, heard := len(r.Elements), false
				for k, x := range r.Data {
					heard = heard || math.Abs(x) > 1e-9
					if x != 0 && math.Abs(x) < 1e-290 {
						t.Fatalf("%s is %g at %g ms", r.Label, x, r.Time[k/n])
					}
				}
				if !heard {
					t.Errorf("%s of nobody was ever more than nothing", r.Label)
				}
				for _, x := range r.Data[len(r.Data)-n:] {
					if x != 0 && slices.Contains(c.decayed, r.Label) {
						t.Errorf("%s ends at %g", r.Label, x)
					}
				}
			}
		})
	}
}
