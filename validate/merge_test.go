package validate

import (
	"math"
	"path/filepath"
	"testing"

	"github.com/rallsim/rall"
	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/lower"
	"github.com/rallsim/rall/runtime/record"
	"github.com/rallsim/rall/runtime/sim"
)

// mergeNet has many synapses of seven mechanisms on few CVs.
func mergeNet() *model {
	return &model{name: "merge", spec: []string{"testdata/merge.yaml"}, mods: []string{filepath.Join(corpus, "recurrent", "mod")}}
}

// calciumNet has synapses that carry a current of an ion.
func calciumNet() *model {
	return &model{name: "calcium", spec: []string{"testdata/calcium/calcium.yaml"}, mods: []string{"testdata/calcium"}}
}

// mergedApart is how far results with and without merging may be from each other,
// relative above 1: sums are rounded otherwise, and the potential hands that on. A
// spike's upstroke makes a hundred times of it.
const mergedApart = 1e-9

// TestMerge: synapses of equal kinetics that are stepped as one give the same
// spikes, to the step, and the same traces to rounding. Those that are recorded
// or played stay alone.
func TestMerge(t *testing.T) {
	type of struct {
		instances, stepped, own int
		alone                   map[string]int
	}
	for _, c := range []struct {
		m    *model
		set  []string
		want map[string]of
	}{
		{mergeNet(), nil, map[string]of{
			"ExpSyn":       {120, 24, 0, map[string]int{"recorded": 5}},
			"Exp2Syn":      {76, 14, 0, nil},
			"DetAMPANMDA":  {324, 28, 248, nil}, // of two kinetics; one has two kinds of release
			"DetGABAAB":    {58, 14, 0, nil},
			"ProbAMPANMDA": {392, 19, 392, nil},
			"ProbGABAAB":   {58, 14, 58, nil},
			"ProbUDFsyn":   {46, 10, 41, map[string]int{"played": 5}},
		}},
		{calciumNet(), nil, map[string]of{"CalSyn": {480, 24, 342, nil}}},
		{&model{name: "gamma", spec: []string{filepath.Join(corpus, "net3-gamma", "gamma.json")}},
			[]string{"simConfig.duration=150"}, map[string]of{"Exp2Syn": {2157, 200, 0, nil}}},
		{&model{name: "layers", spec: []string{filepath.Join(corpus, "net2-layers", "layers.json")}},
			[]string{"simConfig.duration=60", `simConfig.recordTraces={"v":{"sec":"soma","loc":0.5,"var":"v"}}`},
			map[string]of{"Exp2Syn": {19436, 820, 0, map[string]int{"the only one on its CV": 50}}}},
	} {
		t.Run(c.m.name, func(t *testing.T) {
			plain := c.m.load(t, c.set...)
			if len(plain.Net.Merging) > 0 {
				t.Errorf("merged without being asked: %v", plain.Net.Merging)
			}
			merged := c.m.load(t, append(c.set, rall.MergeSynapses)...)
			if err := merged.Net.Check(); err != nil {
				t.Fatal(err)
			}
			for _, m := range merged.Inspect().Merging {
				w := c.want[m.Mech]
				if m.Why != "" || m.Instances != w.instances || m.Stepped != w.stepped || m.Own != w.own || len(m.Alone) != len(w.alone) {
					t.Errorf("%+v, want %+v", m, w)
				}
				for why, n := range w.alone {
					if m.Alone[why] != n {
						t.Errorf("%s: %v alone, want %d %s", m.Mech, m.Alone, n, why)
					}
				}
			}
			if n := len(merged.Net.Merging); n != len(c.want) {
				t.Errorf("%d mechanisms, want %d", n, len(c.want))
			}
			want, got := c.m.run(t, plain, rall.Settings{Threads: 2}), c.m.run(t, merged, rall.Settings{Threads: 2})
			sameButRounded(t, got, want)
		})
	}
}

// sameButRounded wants the same spikes, and samples that differ, but by roundings.
func sameButRounded(t *testing.T, got, want *record.Result) {
	t.Helper()
	if len(want.Spikes) < 50 || len(got.Spikes) != len(want.Spikes) {
		t.Fatalf("%d spikes, want the same %d", len(got.Spikes), len(want.Spikes))
	}
	for i := range want.Spikes {
		if got.Spikes[i] != want.Spikes[i] {
			t.Fatalf("spike %d is %+v, want %+v", i, got.Spikes[i], want.Spikes[i])
		}
	}
	worst, differ := 0., 0
	for k := range want.Reports {
		for i, x := range want.Reports[k].Data {
			d := math.Abs(got.Reports[k].Data[i]-x) / max(1, math.Abs(x))
			worst = max(worst, d)
			if d > 0 {
				differ++
			}
		}
	}
	t.Logf("%d samples differ, by %.2g at most", differ, worst)
	if !(worst <= mergedApart) || differ == 0 {
		t.Errorf("%d samples differ, by up to %g, want %g", differ, worst, mergedApart)
	}
}

// TestMergeInvariance: with merging as without, however the network is divided.
func TestMergeInvariance(t *testing.T) {
	for _, m := range []*model{mergeNet(), calciumNet()} {
		m.invariant(t, m.load(t, "simConfig.duration=60", rall.MergeSynapses))
	}
}

// TestMergeFingerprint: a run goes on with merging as it began.
func TestMergeFingerprint(t *testing.T) {
	m := mergeNet()
	seen := map[string]string{}
	for what, set := range map[string][]string{"plain": nil, "merged": {rall.MergeSynapses},
		"one more alone": {rall.MergeSynapses, `simConfig.recordTraces={"v":{"sec":"soma","loc":0.5,"var":"v"}}`}} {
		print, err := sim.Fingerprint(m.load(t, set...).Net, nil)
		if err != nil {
			t.Fatal(err)
		}
		if seen[print] != "" {
			t.Errorf("%s and %s have one fingerprint", what, seen[print])
		}
		seen[print] = what
	}
}

// TestMergeTells says why a mechanism is not merged.
func TestMergeTells(t *testing.T) {
	m := &model{name: "stochastic", spec: []string{"testdata/merge.yaml"}, mods: []string{filepath.Join(corpus, "recurrent", "mod")}}
	var diags diag.List
	p := m.load(t, "netParams.synMechParams.udf.mod=GluSynapse", "netParams.playParams={}", rall.MergeSynapses)
	if p == nil {
		t.Fatal(diags.Error())
	}
	net := lower.Lower(p.Model, lower.Options{}, &diags)
	for _, x := range net.Merging {
		if x.Mech == "GluSynapse" && x.N == x.Steps && x.Why == "it watches a condition (WATCH)" {
			return
		}
	}
	t.Errorf("%+v", net.Merging)
}
