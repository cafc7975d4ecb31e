package rall

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/runtime/record"
	"github.com/rallsim/rall/runtime/sim"
)

// Events that are delivered many at a time do what they do one by one (the
// interpreter's way): where cells fire of what they receive, where delays are on
// the grid and off it, shorter and longer than an epoch, where samples come in
// between, and on any number of threads and groups. Mechanisms are built-in, or of
// the user's own, which send events to themselves, move them, and make cells fire.
func TestManyDeliveries(t *testing.T) {
	for _, m := range []struct{ point, syn, weight string }{
		{"IntFire1", `{"mod": "ExpSyn", "tau": 2, "e": 0}`, "[0.002, 0.001]"}, {"AdaptLIF", `{"mod": "DepSyn"}`, "[0.004, 0.001]"}, {"AdaptLIF", `{"mod": "receive"}`, "[0.01, 0.001]"},
	} {
		for _, cells := range []int{60, 18} { // the fewer are one group, whose own spikes need not wait for an exchange
			t.Run(fmt.Sprint(m.point, m.syn, cells), func(t *testing.T) { manyDeliveries(t, cells, m.point, m.syn, m.weight) })
		}
	}
}

func manyDeliveries(t *testing.T, cells int, point, syn, weight string) {
	params := map[string]string{"IntFire1": `{"tau": 10, "refrac": 2}`, "AdaptLIF": `{"tau": 10, "refrac": 2, "jump": 0.1, "tauth": 5}`}[point]
	for _, delay := range []string{"uniform(0.3, 4)", "0.1*discunif(3, 40)", "0.1*discunif(5, 8)", "0.5"} {
		var trains, pairs []string
		for i := range cells {
			trains = append(trains, fmt.Sprintf("[%g, %g, %g]", float64(i%7), 9+float64(i)/10, 21.05+float64(i*i%13)))
			pairs = append(pairs, fmt.Sprintf("[%d, %d]", i, i))
		}
		path := filepath.Join(t.TempDir(), "net.json")
		text := fmt.Sprintf(`{"netParams": {"popParams": {"P": {"cellModel": %[4]q, "numCells": %[8]d, "params": %[5]s}, "Q": {"cellModel": "IntFire4", "numCells": %[9]d},
				"C": {"cellType": "C", "numCells": %[10]d}, "D": {"cellModel": "VecStim", "numCells": %[8]d, "spkTimes": [%[1]s]}},
			"cellParams": {"C": {"conds": {"cellType": "C"}, "secs": {"soma": {"geom": {"L": 20, "diam": 20}, "mechs": {"hh": {}}}}}},
			"synMechParams": {"e": %[6]s, "i": {"mod": "Exp2Syn", "tau1": 1, "tau2": 4, "e": -80}},
			"connParams": {"in": {"preConds": {"pop": "D"}, "postConds": {"pop": "P"}, "connList": [%[2]s], "weight": 1.5, "delay": 1},
				"PP": {"preConds": {"pop": "P"}, "postConds": {"pop": "P"}, "convergence": 20, "weight": "uniform(0, 0.2)", "delay": %[3]q},
				"PQ": {"preConds": {"pop": "P"}, "postConds": {"pop": "Q"}, "convergence": 20, "weight": 0.05, "delay": %[3]q},
				"PC": {"preConds": {"pop": ["P", "Q", "C"]}, "postConds": {"pop": "C"}, "convergence": 15, "weight": %[7]s, "delay": %[3]q, "synMech": ["e", "i"]}}},
			"simConfig": {"duration": 40, "dt": 0.1, "recordStep": 0.25, "recordCells": ["all"],
				"recordTraces": {"v": {"sec": "soma", "loc": 0.5, "var": "v"}, "g": {"sec": "soma", "loc": 0.5, "synMech": "e", "var": "g"}}}}`,
			strings.Join(trains, ", "), strings.Join(pairs, ", "), delay, point, params, syn, weight, cells, cells/3, cells/5)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		var want *record.Result
		for i, how := range []struct {
			backend string
			threads int
			shuffle uint64
		}{{"interp", 1, 0}, {"vm", 1, 0}, {"vm", 2, 0}, {"go", 2, 7}} {
			var diags diag.List
			p := Load([]string{path}, Settings{Mods: []string{"corpus/net6-hybrid/mod", "corpus/nmodl-suite/mod/receive.mod"}, Threads: how.threads, Shuffle: how.shuffle}, &diags)
			if p == nil {
				t.Fatal(diags.Error())
			}
			s := sim.New(p.Net, sim.Options{Threads: how.threads, Backend: backend(how.backend)})
			if err := s.Init(); err != nil {
				t.Fatal(err)
			}
			if err := s.Run(context.Background(), nil); err != nil {
				t.Fatal(err)
			}
			got, err := s.Result(nil)
			if err != nil {
				t.Fatal(err)
			}
			if i == 0 {
				want = got
				if len(s.Events()) < 6*cells || cells < 20 && p.Net.Epoch < 50 {
					t.Fatalf("delay %s: only %d events, or an epoch of %d steps only", delay, len(s.Events()), p.Net.Epoch)
				}
				continue
			}
			if !slices.Equal(got.Spikes, want.Spikes) {
				t.Errorf("delay %s, %v: other spikes, %d for %d", delay, how, len(got.Spikes), len(want.Spikes))
			}
			for k := range want.Reports {
				if fmt.Sprint(got.Reports[k].Data) != fmt.Sprint(want.Reports[k].Data) {
					t.Errorf("delay %s, %v: other samples of %s", delay, how, want.Reports[k].Label)
				}
			}
		}
	}
}
