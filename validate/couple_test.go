package validate

import (
	"cmp"
	"context"
	"errors"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/rallsim/rall"
	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/lower"
	"github.com/rallsim/rall/runtime/comm"
	"github.com/rallsim/rall/runtime/record"
	"github.com/rallsim/rall/runtime/sim"
)

// TestCouplingCoefficient: of two passive cells with a gap junction the one
// that gets no current follows the other's steady change of potential by
// g/(g + gm), gm its membrane's conductance.
func TestCouplingCoefficient(t *testing.T) {
	m := model{name: "two-cells", spec: []string{filepath.Join(corpus, "coupled", "two-cells.json")}, mods: []string{filepath.Join(corpus, "coupled", "mod")}}
	res := m.run(t, m.load(t), rall.Settings{})
	v := report(res, "v")
	last := len(v.Time) - 1
	a, b := v.Column(0)[last]+65, v.Column(1)[last]+65
	g := .8e-3                        // [uS]
	gm := 1e-4 * math.Pi * 900 * 1e-2 // [uS]
	if want := g / (g + gm); !(math.Abs(b/a-want) <= 1e-9) {
		t.Errorf("the coupling coefficient is %.12g, want %.12g", b/a, want)
	}
	// The first cell's input conductance is its own and the other's in series.
	if want := .1 / (gm + g*gm/(g+gm)); !(math.Abs(a-want) <= 1e-9*want) {
		t.Errorf("the first cell changes by %.12g mV, want %.12g", a, want)
	}
}

// coupledNet has gap junctions by RANGE and by POINTER, and stochastic
// synapses.
func coupledNet() *model {
	return &model{name: "coupled", spec: []string{"testdata/stochastic/net.yaml"},
		mods: []string{"testdata/stochastic", filepath.Join(corpus, "coupled", "mod")}}
}

// TestCoupledInvariance: gap junctions within a group and between groups, and
// stochastic synapses, give the same bits however the network is divided.
func TestCoupledInvariance(t *testing.T) {
	m := coupledNet()
	p := m.load(t)
	if n := len(p.Model.Couplings); n < 100 {
		t.Fatalf("%d couplings", n)
	}
	tied := m.invariant(t, p)
	if !tied[0] || len(tied) < 3 {
		t.Errorf("numbers of groups that take one step at a time: %v; some division should have none, others several", tied)
	}
	var diags diag.List
	net := lower.Lower(p.Model, lower.Options{GroupNodes: 20}, &diags)
	if text := strings.Join(net.Coupled, "\n"); !strings.Contains(text, "gapAB: ") || !strings.Contains(text, "groups take one step at a time") {
		t.Errorf("it is not told what couplings do:\n%s", text)
	}
}

// TestCoupledRanks: a network whose groups are stepped by two and by three
// ranks, which hand on each other's potentials in every step, gives the same
// spikes.
func TestCoupledRanks(t *testing.T) {
	m := coupledNet()
	p := m.load(t)
	want := m.run(t, p, rall.Settings{Threads: 1}).Spikes
	if len(want) == 0 {
		t.Fatal("no spikes")
	}
	for _, ranks := range []int{2, 3} {
		var diags diag.List
		net := lower.Lower(p.Model, lower.Options{GroupNodes: 20}, &diags)
		transports := comm.Local(ranks)
		got := make([][]record.Spike, ranks)
		errs := make([]error, ranks)
		var wg sync.WaitGroup
		for r := range ranks {
			part := *net
			part.Records = nil
			part.Groups = slices.Clone(net.Groups)
			for i := range part.Groups {
				part.Groups[i].Foreign = i%ranks != r
			}
			wg.Add(1)
			go func() {
				defer wg.Done()
				s := sim.New(&part, sim.Options{Threads: 1, Comm: transports[r]})
				if errs[r] = s.Init(); errs[r] == nil {
					errs[r] = s.Run(context.Background(), nil)
				}
				for _, e := range s.Events() {
					if e.Source >= 0 {
						got[r] = append(got[r], record.Spike{T: e.T, Gid: int(e.Source)})
					}
				}
			}()
		}
		wg.Wait()
		if err := errors.Join(errs...); err != nil {
			t.Fatal(err)
		}
		all := slices.Concat(got...)
		slices.SortFunc(all, func(a, b record.Spike) int { return cmp.Or(cmp.Compare(a.T, b.T), cmp.Compare(a.Gid, b.Gid)) })
		if !slices.Equal(all, want) {
			t.Errorf("%d ranks: %d spikes, want the same %d", ranks, len(all), len(want))
		}
	}
}
