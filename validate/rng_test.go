package validate

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/rallsim/rall"
	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/runtime/record"
)

// The rall scheme of random streams: none of NetPyNE's defects.

const scattered = `{"netParams": {
 "popParams": {%s"A": {"cellType": "C", "numCells": 30}, "B": {"cellType": "C", "numCells": 30},
  "N": {"cellModel": "NetStim", "numCells": 3, "rate": 100, "noise": 1}},
 "cellParams": {"C": {"secs": {
  "soma": {"geom": {"L": 20, "diam": "18 + uniform(0, 4)"}, "mechs": {"hh": {}}},
  "dend": {"geom": {"L": 90, "diam": 2}, "topol": {"parentSec": "soma", "parentX": 1, "childX": 0}, "mechs": {"pas": {}}},
  "tuft": {"geom": {"L": 90, "diam": 1}, "topol": {"parentSec": "dend", "parentX": 1, "childX": 0}, "mechs": {"pas": {}}}},
  "secLists": {"all": ["soma", "dend", "tuft"]}}},
 "synMechParams": {"exc": {"mod": "ExpSyn", "tau": 2, "e": 0}, "slow": {"mod": "ExpSyn", "tau": 9, "e": 0}},
 "stimSourceParams": {"s": {"type": "NetStim", "rate": 100, "noise": 1}, "u": {"type": "NetStim", "rate": 100, "noise": 1}},
 "stimTargetParams": {
  "t": {"source": "s", "conds": {"pop": "A"}, "weight": 0.001, "delay": 1, "synMech": ["exc", "slow"], "synsPerConn": 2, "sec": "soma"},
  "v": {"source": "u", "conds": {"pop": "A"}, "weight": 0.001, "delay": 1, "synMech": "exc", "sec": "soma"}},
 "connParams": {%s
  "p": {"preConds": {"pop": "A"}, "postConds": {"pop": "B"}, "probability": 0.5, "weight": "uniform(0.001, 0.002)", "delay": 2, "synMech": "exc", "sec": "all"},
  "q": {"preConds": {"pop": "A"}, "postConds": {"pop": "B"}, "probability": 0.5, "weight": "uniform(0.001, 0.002)", "delay": 2, "synMech": "exc", "sec": "all"},
  "c": {"preConds": {"pop": "A"}, "postConds": {"pop": "B"}, "convergence": 5, "weight": 0.001, "delay": "uniform(1, 3)", "synMech": "exc"}}},
 "simConfig": {"duration": 60, "dt": 0.025, "recordStim": true, "rng": %q, "seeds": {"conn": %d, "stim": 1, "loc": 1, "cell": 1}}}`

// scatter runs the network, with what is put before its populations and rules.
func scatter(t *testing.T, pops, rules, rng string, seed int) (*record.Result, []diag.Diag) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "net.json")
	if err := os.WriteFile(path, fmt.Appendf(nil, scattered, pops, rules, rng, seed), 0o666); err != nil {
		t.Fatal(err)
	}
	var diags diag.List
	p := rall.Load([]string{path}, rall.Settings{}, &diags)
	if p == nil {
		t.Fatal(diags.Error())
	}
	m := model{name: "scattered"}
	return m.run(t, p, rall.Settings{Threads: 1}), diags.All()
}

// pairsOf returns a rule's connections as text, in order.
func pairsOf(res *record.Result, rule string) (pairs map[[2]int]record.Conn, all []string) {
	pairs = map[[2]int]record.Conn{}
	for _, c := range res.Conns {
		if c.Rule == rule {
			pairs[[2]int{c.PreGid, c.PostGid}] = c
			all = append(all, fmt.Sprint(c))
		}
	}
	return pairs, all
}

func TestRallStreams(t *testing.T) {
	one, found := scatter(t, "", "", "rall", 1)
	for _, d := range found {
		if d.Code == diag.Compat {
			t.Errorf("warns of %s", d.Msg)
		}
	}
	again, _ := scatter(t, "", "", "rall", 1)
	if !reflect.DeepEqual(one.Conns, again.Conns) || !reflect.DeepEqual(one.Spikes, again.Spikes) || !reflect.DeepEqual(one.Stims, again.Stims) {
		t.Error("a second run is another")
	}
	// Two rules between the same cells: independent pairs, and for pairs of
	// both, other weights and places.
	p, _ := pairsOf(one, "p")
	q, _ := pairsOf(one, "q")
	both, weights, secs := 0, 0, 0
	for k, c := range p {
		if d, ok := q[k]; ok {
			both++
			if c.Weight == d.Weight {
				weights++
			}
			if c.Section == d.Section {
				secs++
			}
		}
	}
	// 900 pairs: 450 +- 15 each, 225 +- 13 in both, a third of them in one section.
	if n := len(p); n < 380 || n > 520 || both < 160 || both > 290 {
		t.Errorf("%d and %d of 900 pairs, %d in both", n, len(q), both)
	}
	if weights > 0 || secs < both/6 || secs > both/2 {
		t.Errorf("of %d pairs %d have one weight and %d one section for two rules", both, weights, secs)
	}
	// In NetPyNE's scheme they are the same pairs and the same draws.
	compat, found := scatter(t, "", "", "netpyne", 1)
	cp, _ := pairsOf(compat, "p")
	cq, _ := pairsOf(compat, "q")
	if len(cp) != len(cq) || len(found) == 0 {
		t.Errorf("NetPyNE's scheme: %d and %d pairs, %d warnings", len(cp), len(cq), len(found))
	}
	// All trains of all stimulators and artificial cells differ.
	trains := map[string]bool{}
	n := 0
	for _, s := range one.Stims {
		trains[fmt.Sprint(s.T)] = true
		n++
	}
	if n != 150 || len(trains) != n { // one stays silent for 60 ms
		t.Errorf("%d trains of which %d differ, want 5 for each of 30 cells", n, len(trains))
	}
	// Mean rate 100 Hz within five standard errors.
	events := 0
	for _, s := range one.Stims {
		events += len(s.T)
	}
	if mean := 150 * .1 * 60; math.Abs(float64(events)-mean) > 5*math.Sqrt(mean) {
		t.Errorf("%d events, want about %g", events, mean)
	}
	// What else there is does not matter to a rule, nor its order.
	more, _ := scatter(t, "", `"z": {"preConds": {"pop": "A"}, "postConds": {"pop": "A"}, "probability": 0.2, "weight": "uniform(0, 0.001)", "delay": 1, "synMech": "slow"},`, "rall", 1)
	for _, rule := range []string{"p", "q", "c"} {
		_, a := pairsOf(one, rule)
		_, b := pairsOf(more, rule)
		if strings.Join(a, "\n") != strings.Join(b, "\n") {
			t.Errorf("rule %s changes with another rule before it", rule)
		}
	}
	if !reflect.DeepEqual(one.Stims, more.Stims) {
		t.Error("trains change with another rule")
	}
	first, _ := scatter(t, `"Z": {"cellType": "C", "numCells": 2},`, "", "rall", 1)
	for i, c := range one.Cells {
		if d := first.Cells[i+2]; c.X != d.X || c.Y != d.Y || c.Z != d.Z {
			t.Errorf("cell %d moves with another population before it", i)
			break
		}
	}
	// Other seeds are other networks.
	other, _ := scatter(t, "", "", "rall", 2)
	o, _ := pairsOf(other, "p")
	shared := 0
	for k := range p {
		if _, ok := o[k]; ok {
			shared++
		}
	}
	if shared > 290 {
		t.Errorf("%d pairs of %d are those of another seed", shared, len(p))
	}
	if !reflect.DeepEqual(one.Stims, other.Stims) {
		t.Error("the seed of connections changes the stimulators")
	}
}
