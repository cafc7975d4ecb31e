package rall

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/runtime/kernel"
)

// mixed is a network of large cells with channels everywhere, small passive
// ones, some with many synapses, and artificial cells.
func mixed(large, small, points int) string {
	var secs []string
	for i := range 40 {
		parent := "soma"
		if i > 2 {
			parent = fmt.Sprintf("dend%d", (i-1)/2)
		}
		secs = append(secs, fmt.Sprintf(`"dend%d": {"geom": {"L": 100, "diam": 2, "nseg": 5}, "topol": {"parentSec": %q, "parentX": 1, "childX": 0}, "mechs": {"hh": {}}}`, i, parent))
	}
	return fmt.Sprintf(`{"netParams": {
		"popParams": {"L": {"cellType": "L", "numCells": %d}, "S": {"cellType": "S", "numCells": %d}, "M": {"cellType": "M", "numCells": %d}, "P": {"cellModel": "IntFire1", "numCells": %d}},
		"cellParams": {
			"L": {"conds": {"cellType": "L"}, "secs": {"soma": {"geom": {"L": 20, "diam": 20}, "mechs": {"hh": {}}}, %s}},
			"S": {"conds": {"cellType": "S"}, "secs": {"soma": {"geom": {"L": 20, "diam": 20, "nseg": 3}, "mechs": {"pas": {}}}}},
			"M": {"conds": {"cellType": "M"}, "secs": {"soma": {"geom": {"L": 20, "diam": 20}, "mechs": {"hh": {}}}, "d": {"geom": {"L": 300, "diam": 1, "nseg": 11}, "topol": {"parentSec": "soma", "parentX": 1, "childX": 0}, "mechs": {"pas": {}}}}}},
		"synMechParams": {"syn": {"mod": "Exp2Syn", "tau1": 1, "tau2": 5, "e": 0}},
		"connParams": {"P->M": {"preConds": {"pop": "P"}, "postConds": {"pop": "M"}, "convergence": 60, "weight": 0.001, "delay": "uniform(2, 4)", "synMech": "syn", "sec": "d"}},
		"stimSourceParams": {"drive": {"type": "NetStim", "rate": 40, "noise": 0.5}},
		"stimTargetParams": {"drive->P": {"source": "drive", "conds": {"pop": "P"}, "weight": 2, "delay": 1}, "drive->L": {"source": "drive", "conds": {"pop": "L"}, "sec": "soma", "synMech": "syn", "weight": 0.02, "delay": 1}}},
		"simConfig": {"duration": 50, "dt": 0.025, "simLabel": "mixed"}}`, large, small, small/4, points, strings.Join(secs, ", "))
}

// Groups of a mixed network can be dealt out to threads evenly, whatever they are
// made of: the heaviest first, each to the thread that has the least to do.
func TestGroupsAreEven(t *testing.T) {
	path := filepath.Join(t.TempDir(), "mixed.json")
	if err := os.WriteFile(path, []byte(mixed(25, 800, 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	for threads := 2; threads <= 4; threads++ {
		var diags diag.List
		p := Load([]string{path}, Settings{Threads: threads}, &diags)
		if p == nil {
			t.Fatal(diags.Error())
		}
		costs := groupCosts(p)
		load, total := make([]int, threads), 0
		for _, c := range costs {
			least := 0
			for k := range load {
				if load[k] < load[least] {
					least = k
				}
			}
			load[least] += c
			total += c
		}
		if over := float64(slices.Max(load)*threads) / float64(total); over > 1.05 {
			t.Errorf("%d threads: the busiest has %.3f of its share; groups cost %v", threads, over, costs)
		}
	}
}

// Ranks have about equal shares of a mixed network.
func TestRanksAreEven(t *testing.T) {
	path := filepath.Join(t.TempDir(), "mixed.json")
	if err := os.WriteFile(path, []byte(mixed(25, 800, 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	for ranks := 2; ranks <= 3; ranks++ {
		most, total := 0, 0
		for r := range ranks {
			var diags diag.List
			p := Load([]string{path}, Settings{Threads: 1, Rank: r, Ranks: ranks}, &diags)
			if p == nil {
				t.Fatal(diags.Error())
			}
			share := 0
			for _, c := range groupCosts(p) {
				share += c
			}
			most, total = max(most, share), total+share
		}
		if over := float64(most*ranks) / float64(total); over > 1.05 {
			t.Errorf("%d ranks: the busiest has %.3f of its share", ranks, over)
		}
	}
}

// groupCosts estimates what a step of every group costs, the heaviest first.
func groupCosts(p *Project) []int {
	var costs []int
	for g := range p.Net.Groups {
		grp := &p.Net.Groups[g]
		cost := 8 * len(grp.VInit)
		for i := range grp.Instances {
			in := &grp.Instances[i]
			prog := p.Net.Mechs[in.Mech].Program
			for _, c := range []*kernel.Code{prog.State, prog.Current} {
				if c != nil {
					cost += in.N * kernel.Cost(c)
				}
			}
		}
		costs = append(costs, cost)
	}
	slices.SortFunc(costs, func(a, b int) int { return b - a })
	return costs
}
