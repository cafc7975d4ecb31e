package validate

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rallsim/rall"
	"github.com/rallsim/rall/runtime/record"
)

// A synapse that reads a GLOBAL and elements of an array of another mechanism
// (EXTERNAL): the same traces as one in which the numbers are written, alone and
// where synapses go together.
func TestExternals(t *testing.T) {
	const owner = `NEURON { SUFFIX owner GLOBAL gain, list }
PARAMETER { gain = 3 }
ASSIGNED { v (mV) list[2] }
`
	const synapse = `NEURON { POINT_PROCESS NAME NONSPECIFIC_CURRENT i RANGE u EXTERNS }
PARAMETER { tau = 3 (ms) }
ASSIGNED { v (mV) i (nA) u ARRAY }
STATE { g (uS) }
INITIAL { g = 0 u = 0.2 }
BREAKPOINT { SOLVE d METHOD cnexp i = GAIN*g*v }
DERIVATIVE d { g' = -g/tau }
NET_RECEIVE(w (uS)) { u = u + 0.1*(1 - u) g = g + w*u }
`
	const spec = `{"netParams": {
 "popParams": {"cell": {"cellType": "C", "numCells": 1}, "source": {"cellModel": "NetStim", "numCells": 2, "rate": 300, "noise": 0, "start": 1}},
 "cellParams": {"C": {"secs": {"soma": {"geom": {"L": 20, "diam": 20, "Ra": 100, "cm": 1}, "mechs": {"pas": {"g": 0.0002, "e": -65}, "owner": {}}}}}},
 "synMechParams": {"s": {"mod": "NAME"}},
 "connParams": {"a": {"preConds": {"pop": "source"}, "postConds": {"pop": "cell"}, "synMech": "s", "weight": 0.002, "delay": 1, "synsPerConn": 3, "probability": 1}}},
"simConfig": {"duration": 20, "recordTraces": {"v": {"sec": "soma", "loc": 0.5, "var": "v"}}, "recordCells": ["all"], "recordStep": 0.5, "mergeSynapses": MERGE}}`
	run := func(name, merge string) *record.Result {
		dir := t.TempDir()
		write := func(file, text string, swap ...string) {
			swap = append(swap, "NAME", name, "MERGE", merge)
			if err := os.WriteFile(filepath.Join(dir, file), []byte(strings.NewReplacer(swap...).Replace(text)), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		write("spec.json", spec)
		write("owner.mod", owner)
		write("reads.mod", synapse, "NAME", "Reads", "EXTERNS", "EXTERNAL gain_owner, list_owner", "ARRAY", "gain_owner list_owner[2]", "GAIN", "(gain_owner + list_owner[1])")
		write("has.mod", synapse, "NAME", "Has", "EXTERNS", "", "ARRAY", "", "GAIN", "3")
		m := &model{name: name, spec: []string{filepath.Join(dir, "spec.json")}, mods: []string{dir}}
		return m.run(t, m.load(t), rall.Settings{})
	}
	for _, merge := range []string{"false", "true"} {
		got, want := run("Reads", merge).Reports[0].Data, run("Has", merge).Reports[0].Data
		for i, x := range want {
			if got[i] != x {
				t.Fatalf("merging %s: sample %d is %g, with the number written %g", merge, i, got[i], x)
			}
		}
		if last := want[len(want)-1]; !(last > -60) {
			t.Errorf("merging %s: the potential ends at %g, so that the synapses do nothing", merge, last)
		}
	}
}
