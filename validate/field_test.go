package validate

import (
	"math"
	"path/filepath"
	"testing"

	"github.com/rallsim/rall"
	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/layout"
	"github.com/rallsim/rall/validate/golden"
)

// TestNEURONFieldThreshold: the current of a point source that just makes an axon
// fire, by its distance, is NEURON's: the same bisection ends between the same
// two currents.
func TestNEURONFieldThreshold(t *testing.T) {
	var want struct {
		Distance []float64   `json:"distance_um"`
		Between  [][]float64 `json:"between_uA"`
	}
	if err := golden.Read(needGolden(t, "extracellular/golden/neuron-9.0.2/thresholds"), "thresholds.json", &want); err != nil {
		t.Fatal(err)
	}
	m := model{name: "field", spec: []string{filepath.Join(corpus, "extracellular", "field.json")}}
	p := m.load(t, `simConfig.recordTraces={"v":{"sec":"axon","loc":0.05,"var":"v"}}`)
	fires := func(dist, amp float64) bool {
		net := *p.Net
		net.Groups = []layout.Group{p.Net.Groups[0]}
		g := &net.Groups[0]
		g.Plays = nil
		n := len(p.Net.Groups[0].Plays)
		for k, play := range p.Net.Groups[0].Plays {
			x := float64(2*k+1)/float64(2*n)*2000 - 1000
			v := amp / (4 * math.Pi * .3 * math.Sqrt(x*x+dist*dist)) * 1e3
			play.Values = []float64{0, -v, v * .5, 0}
			g.Plays = append(g.Plays, play)
		}
		q := *p
		q.Net = &net
		for _, v := range m.run(t, &q, rall.Settings{Threads: 1}).Reports[0].Data {
			if v > 0 {
				return true
			}
		}
		return false
	}
	for i, dist := range want.Distance {
		lo, hi := 0.0, 1.0
		for !fires(dist, hi) {
			lo, hi = hi, hi*1.25
		}
		for range 16 {
			if mid := (lo + hi) / 2; fires(dist, mid) {
				hi = mid
			} else {
				lo = mid
			}
		}
		if w := want.Between[i]; !(math.Abs(lo-w[0]) <= 1e-9*w[1] && math.Abs(hi-w[1]) <= 1e-9*w[1]) {
			t.Errorf("%g um away: between %.10g and %.10g uA, want %.10g and %.10g", dist, lo, hi, w[0], w[1])
		}
		t.Logf("%g um: %.6g uA", dist, hi)
	}
}

// TestLayersInvariance: cells with and without extracellular layers in lanes of eight and
// alone give the same bits in every division.
func TestLayersInvariance(t *testing.T) {
	m := model{name: "layers", spec: []string{"testdata/layers.yaml"}, mods: []string{filepath.Join(corpus, "coupled", "mod")}}
	p := m.load(t)
	full := false
	for i := range p.Net.Groups {
		for _, b := range p.Net.Groups[i].Blocks {
			full = full || b.Layers && b.Lanes == layout.Lanes
		}
	}
	if !full {
		t.Error("no block of eight lanes has layers")
	}
	m.invariant(t, p)
}

// TestLayersSecondOrder: what does not go together is an error.
func TestLayersSecondOrder(t *testing.T) {
	var diags diag.List
	if p := rall.Load([]string{filepath.Join(corpus, "extracellular", "cable.json")}, rall.Settings{Set: []string{"simConfig.hParams={secondorder: 1}"}}, &diags); p != nil || !diags.HasErrors() {
		t.Error("extracellular with secondorder 1 is accepted")
	}
}
