package validate

import (
	"strings"
	"testing"

	"github.com/rallsim/rall"
	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/lower"
)

// TestSuite runs the mechanisms of corpus/nmodl-suite, which TestNEURON
// compares with NEURON, in both backends, and a row of cells that have them
// shuffled over lanes and groups: always the same bits.
func TestSuite(t *testing.T) {
	seen := 0
	for _, m := range models(t, "neuron-9.0.2") {
		name, ok := strings.CutPrefix(m.name, "nmodl-suite/")
		if !ok {
			continue
		}
		seen++
		t.Run(name, func(t *testing.T) {
			p := m.load(t, "netParams.popParams.cell.numCells=11", "simConfig.duration=30")
			want := m.run(t, p, rall.Settings{Threads: 1})
			if len(want.Reports) == 0 || len(want.Reports[0].Data) == 0 {
				t.Fatal("nothing is recorded")
			}
			same(t, "interp", m.run(t, p, rall.Settings{Backend: "interp"}), want)
			for _, o := range []lower.Options{{Shuffle: 7}, {Shuffle: 12, GroupNodes: 4}} {
				q := *p
				var diags diag.List
				if q.Net = lower.Lower(p.Model, o, &diags); q.Net == nil {
					t.Fatal(diags.Error())
				}
				same(t, "shuffled", m.run(t, &q, rall.Settings{Threads: 2}), want)
			}
		})
	}
	if seen < 45 && goldenRoot() == corpus {
		t.Errorf("%d mechanisms found", seen)
	}
}
