package rall

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/layout"
	"github.com/rallsim/rall/ir/lower"
	"github.com/rallsim/rall/runtime/record"
	"github.com/rallsim/rall/runtime/sim"
)

// Instances of a cell whose self-events are due at one time, and which change
// one variable through POINTERs, take turns alike whatever cells are in the
// group: where they stand among its instances depends on those.
func TestTiesOfInstances(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	write("Held.mod", "NEURON { POINT_PROCESS Held RANGE s }\nASSIGNED { s }\nINITIAL { s = 0 }\n")
	write("Poke.mod", `NEURON { POINT_PROCESS Poke RANGE id POINTER p }
PARAMETER { id = 1 }
ASSIGNED { p }
INITIAL { net_send(1, 1) }
NET_RECEIVE (w) { if (flag == 1) { p = 0.7*p + id  net_send(1, 1) } }
`)
	poke := func(id int, loc float64) string {
		return fmt.Sprintf(`"poke%d": {"mod": "Poke", "loc": %g, "id": %[1]d, "p": {"sec": "soma", "pointp": "held", "var": "s"}}`, id, loc)
	}
	path := write("net.json", fmt.Sprintf(`{"netParams": {"popParams": {"P": {"cellType": "C", "numCells": 24}},
		"cellParams": {"C": {"conds": {"cellType": "C"}, "secs": {
			"soma": {"geom": {"L": 20, "diam": 20}, "mechs": {"pas": {}}, "pointps": {"held": {"mod": "Held", "loc": 0.5}}},
			"dend": {"geom": {"L": 100, "diam": 2, "nseg": 3}, "topol": {"parentSec": "soma", "parentX": 1, "childX": 0}, "mechs": {"pas": {}},
				"pointps": {%s, %s, %s, %s}}}}}},
		"simConfig": {"duration": 5, "dt": 0.1, "recordStep": 0.1, "recordCells": ["all"],
			"recordTraces": {"s": {"sec": "soma", "pointp": "held", "var": "s"}}}}`, poke(1, 0.8), poke(10, 0.5), poke(100, 0.5), poke(1000, 0.2)))
	var diags diag.List
	p := Load([]string{path}, Settings{Mods: []string{dir}}, &diags)
	if p == nil {
		t.Fatal(diags.Error())
	}
	run := func(nodes int) []record.Report {
		t.Helper()
		net := lower.Lower(p.Model, lower.Options{GroupNodes: nodes}, &diags)
		if net == nil {
			t.Fatal(diags.Error())
		}
		return reports(t, net)
	}
	want := run(1)
	if len(want) != 1 || len(want[0].Elements) != 24 || want[0].Data[len(want[0].Data)-1] < 100 {
		t.Fatal("nothing was recorded, or nothing happens")
	}
	if got := run(1000); !reflect.DeepEqual(want, got) {
		t.Error("cells in one group and in several do not agree")
	}
}

// A source that fires often at one time has more events due then than are looked
// ahead for: all arrive, once each.
func TestManyTies(t *testing.T) {
	var times []string
	for _, at := range []string{"5", "9"} {
		for range 40 {
			times = append(times, at)
		}
	}
	path := filepath.Join(t.TempDir(), "ties.json")
	text := fmt.Sprintf(`{"netParams": {"popParams": {"V": {"cellModel": "VecStim", "numCells": 1, "spkTimes": [%s, 12]}, "P": {"cellType": "C", "numCells": 1000}},
		"cellParams": {"C": {"secs": {"soma": {"geom": {"L": 10, "diam": 10}, "mechs": {"pas": {}}}}}},
		"synMechParams": {"syn": {"mod": "ExpSyn", "tau": 1e9}},
		"connParams": {"all": {"preConds": {"pop": "V"}, "postConds": {"pop": "P"}, "synMech": "syn", "weight": 0.001, "delay": 1}}},
		"simConfig": {"duration": 15, "dt": 0.1, "recordStep": 0.1, "recordCells": [1, 1000], "recordTraces": {"g": {"sec": "soma", "synMech": "syn", "var": "g"}}}}`,
		strings.Join(times, ", "))
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	var diags diag.List
	p := Load([]string{path}, Settings{}, &diags)
	if p == nil {
		t.Fatal(diags.Error())
	}
	data := reports(t, p.Net)[0].Data
	if len(data) < 2 {
		t.Fatal("nothing was recorded")
	}
	for _, g := range data[len(data)-2:] {
		if math.Abs(float64(g)-0.081) > 1e-6 {
			t.Errorf("conductance %g uS of 81 events of 0.001", g)
		}
	}
}

// reports runs a network on one thread and returns what it has recorded.
func reports(t *testing.T, net *layout.Network) []record.Report {
	t.Helper()
	s := sim.New(net, sim.Options{Threads: 1})
	if err := s.Init(); err != nil {
		t.Fatal(err)
	}
	if err := s.Run(context.Background(), nil); err != nil {
		t.Fatal(err)
	}
	res, err := s.Result(nil)
	if err != nil {
		t.Fatal(err)
	}
	return res.Reports
}
