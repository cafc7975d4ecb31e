package rall

import (
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"github.com/rallsim/rall/internal/h5"
	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/layout"
	"github.com/rallsim/rall/runtime/comm"
	"github.com/rallsim/rall/runtime/sim"
)

// fingerprintOn is the fingerprint of a model on so many ranks, each of which
// makes or reads its part, and the most rows of point processes that one holds.
func fingerprintOn(t *testing.T, path string, ranks int, set ...string) (print string, rows int) {
	t.Helper()
	var mods []string
	switch filepath.Base(path) {
	case "merge.yaml":
		mods = []string{"corpus/recurrent/mod"}
	case "conn-plast.json":
		mods = []string{"corpus/np-features/mod-stdp"}
	}
	prints, held, errs := make([]string, ranks), make([]int, ranks), make([]error, ranks)
	var wg sync.WaitGroup
	for r, tr := range comm.Local(ranks) {
		wg.Add(1)
		go func() {
			defer wg.Done()
			var diags diag.List
			p := Load([]string{path}, Settings{Rank: r, Ranks: ranks, Set: set, Mods: mods}, &diags)
			if p == nil {
				errs[r] = diags.Err()
				tr.Abort(1)
				return
			}
			for _, points := range p.Model.Points {
				held[r] += len(points.Gid)
			}
			prints[r], errs[r] = sim.Fingerprint(p.Net, tr)
		}()
	}
	wg.Wait()
	for r, err := range errs {
		if err != nil {
			t.Fatalf("rank %d of %d: %v", r, ranks, err)
		}
		if prints[r] != prints[0] {
			t.Fatalf("rank %d finds %s, rank 0 %s", r, prints[r], prints[0])
		}
		rows = max(rows, held[r])
	}
	return prints[0], rows
}

// TestSpecOnRanks: a spec is the same network on any number of ranks, each of
// which makes what is its own.
func TestSpecOnRanks(t *testing.T) {
	specs := []string{"corpus/net1-sensory-motor/sensory_motor.json", "corpus/net2-layers/layers.json", "corpus/net3-gamma/gamma.json", "corpus/net4-ring/ring.json",
		"corpus/net6-hybrid/hybrid.json", "validate/testdata/merge.yaml"}
	for _, pattern := range []string{"corpus/coupled/*.json", "corpus/np-features/conn-*.json", "corpus/np-features/stim-*.json", "corpus/np-features/syn-*.json"} {
		found, err := filepath.Glob(filepath.FromSlash(pattern))
		if err != nil || len(found) < 2 {
			t.Fatalf("%s: %d files, %v", pattern, len(found), err)
		}
		for _, path := range found {
			if filepath.Base(path) != "manifest.json" {
				specs = append(specs, path)
			}
		}
	}
	const noPlots = "simConfig.analysis={}" // which would have rank 0 keep all connections
	for _, spec := range specs {
		want, all := fingerprintOn(t, spec, 1, noPlots)
		for _, ranks := range []int{2, 3} {
			got, rows := fingerprintOn(t, spec, ranks, noPlots)
			if got != want {
				t.Errorf("%s on %d ranks: fingerprint %s, on one %s", spec, ranks, got, want)
			}
			if all > 10000 && rows > all*3/4 {
				t.Errorf("%s: one of %d ranks holds %d of %d point processes", spec, ranks, rows, all)
			}
		}
	}
}

// TestConnectionsOnRanks: rank 0 has all connections where they are asked for, in
// the partition that others have found with less.
func TestConnectionsOnRanks(t *testing.T) {
	const spec = "corpus/net2-layers/layers.json"
	var diags diag.List
	set := []string{"simConfig.analysis={}"}
	whole := Load([]string{spec}, Settings{Set: set}, &diags)
	if whole == nil {
		t.Fatal(diags.Error())
	}
	want := Connections(whole.Model)
	var nets []*Project
	for r := range 2 {
		for _, all := range []bool{true, false} {
			p := Load([]string{spec}, Settings{Set: set, Rank: r, Ranks: 2, Whole: all}, &diags)
			if p == nil {
				t.Fatal(diags.Error())
			}
			got := Connections(p.Model)
			if ok := r == 0 && all; ok && !slices.Equal(got, want) || !ok && len(got) >= len(want) {
				t.Errorf("rank %d (%v) has %d connections of %d", r, all, len(got), len(want))
			}
			nets = append(nets, p)
		}
	}
	for _, p := range nets {
		if p.Net.Epoch != nets[0].Net.Epoch || p.Net.NumConns != len(want) || p.Net.NumSyns != whole.Net.NumSyns || !slices.EqualFunc(p.Net.Cells, nets[0].Net.Cells, func(a, b layout.Cell) bool { return a.Group == b.Group && a.Block == b.Block }) {
			t.Errorf("ranks have other networks: epoch %d and %d, %d connections", p.Net.Epoch, nets[0].Net.Epoch, p.Net.NumConns)
		}
	}
}

// TestSonataOnRanks: a circuit that rall has written is the same network on any
// number of ranks, each of which reads what is its own. The fingerprint is of
// every cell, instance and edge with its identity, whoever holds it.
func TestSonataOnRanks(t *testing.T) {
	if !h5.Available {
		t.Skip(h5.ErrNoHDF5)
	}
	for _, spec := range []string{"corpus/net2-layers/layers.json", "corpus/net6-hybrid/hybrid.json", "validate/testdata/merge.yaml"} {
		t.Run(spec, func(t *testing.T) {
			o := Settings{Set: []string{"simConfig.duration=20"}}
			if filepath.Base(spec) == "merge.yaml" {
				o.Mods, o.Set = []string{"corpus/recurrent/mod"}, append(o.Set, "netParams.playParams={}")
			}
			var diags diag.List
			p := Load([]string{filepath.FromSlash(spec)}, o, &diags)
			if p == nil {
				t.Fatal(diags.Err())
			}
			dir := filepath.Join(t.TempDir(), "circuit")
			if _, err := p.WriteSonata(dir, false); err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(dir, "simulation_config.json")
			want, all := fingerprintOn(t, path, 1)
			for _, ranks := range []int{2, 3} {
				got, rows := fingerprintOn(t, path, ranks)
				if got != want {
					t.Errorf("%d ranks: fingerprint %s, on one %s", ranks, got, want)
				}
				if all > 10000 && rows > all*3/4 {
					t.Errorf("one of %d ranks holds %d of %d point processes", ranks, rows, all)
				}
			}
			if filepath.Base(spec) != "merge.yaml" {
				return
			}
			merged, _ := fingerprintOn(t, path, 1, MergeSynapses)
			if got, _ := fingerprintOn(t, path, 3, MergeSynapses); got != merged || merged == want {
				t.Errorf("the fingerprint with merged synapses is %s, on 3 ranks %s, without %s", merged, got, want)
			}
		})
	}
}
