package validate

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rallsim/rall"
	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/layout"
	"github.com/rallsim/rall/ir/lower"
	"github.com/rallsim/rall/runtime/record"
	"github.com/rallsim/rall/runtime/sim"
)

// durableNets are the networks that stop and go on, and run on several ranks:
// compartmental cells with synapses, artificial cells of several kinds that
// send events to themselves, event trains, rates that are played, stochastic
// synapses and channels, gap junctions, plays in steps and continuous, membrane
// currents, second order, synapses that go together, cells of types of their own.
var durableNets = []struct {
	spec     string
	duration string
}{
	{"../corpus/net1-sensory-motor/sensory_motor.json", "60"},
	{"../corpus/net4-ring/ring.json", "80"},
	{"../corpus/net6-hybrid/hybrid.json", "80"},
	{"../corpus/np-features/pop-netstim.json", "100"},
	{"testdata/stochastic/stochastic.json", "150"},
	{"../corpus/coupled/ten-cells.json", "60"},
	{"../corpus/coupled/pointer.json", "60"},
	{"../corpus/extracellular/branched.json", "25"},
	{"../corpus/clamps/iclamp-steps.json", "30"},
	{"../corpus/clamps/seclamp-ramp.json", "30"},
	{"../corpus/membrane-currents/points.json", "30"},
	{"../corpus/secondorder/order-2.json", "30"},
	{"testdata/layers.yaml", "40"},
	{"../corpus/pointers/pointers.json", "60"},
	{"../corpus/np-features/conn-plast.json", "80"},
	{"testdata/merge.yaml", "50"},
	{"testdata/shapes.yaml", "40"},
}

func loadDurable(t *testing.T, spec, duration string, more ...string) *rall.Project {
	t.Helper()
	var diags diag.List
	set := rall.Settings{Set: append([]string{"simConfig.duration=" + duration, "simConfig.recordStep=0.11"}, more...)}
	if strings.HasSuffix(spec, "pointers.json") {
		set.Mods = append(rall.ModFolders(nil, filepath.Dir(spec)), "../corpus/swc-cell/mod")
	}
	if strings.HasSuffix(spec, "conn-plast.json") {
		set.Mods = []string{"../corpus/np-features/mod-stdp"}
		set.Set = append(set.Set, `simConfig.recordTraces={"w": {"synMech": "STDP", "var": "synweight"}, "n": {"synMech": "STDP", "var": "pres"}, "v": {"sec": "soma", "loc": 0.5, "var": "v"}}`)
	}
	if strings.HasSuffix(spec, "layers.yaml") {
		set.Mods = []string{"../corpus/coupled/mod"}
	}
	if strings.HasSuffix(spec, "merge.yaml") {
		set.Mods, set.Set = []string{"../corpus/recurrent/mod"}, append(set.Set, rall.MergeSynapses)
	}
	p := rall.Load([]string{spec}, set, &diags)
	if p == nil {
		t.Fatalf("%s: %v", spec, diags.Error())
	}
	return p
}

func lowerAs(t *testing.T, p *rall.Project, o lower.Options) *layout.Network {
	t.Helper()
	var diags diag.List
	net := lower.Lower(p.Model, o, &diags)
	if net == nil {
		t.Fatal(diags.Error())
	}
	return net
}

// outcome is what a run has yielded, in one order.
type outcome struct {
	events []record.Event
	data   [][]float64
}

func (o *outcome) take(c *record.Chunk) error {
	o.events = append(o.events, c.Events...)
	if o.data == nil {
		o.data = make([][]float64, len(c.Data))
	}
	for i, col := range c.Data {
		o.data[i] = append(o.data[i], col...)
	}
	return nil
}

func (o *outcome) result(t *testing.T, net *layout.Network) *record.Result {
	t.Helper()
	res, err := sim.Outline(net).Collect(o.events, o.data, 0)
	if err != nil {
		t.Fatal(err)
	}
	return res
}

// TestResume stops every network at ten random times and goes on from the
// checkpoint with other groups, lanes and threads: the same bits as without
// a stop.
func TestResume(t *testing.T) {
	for _, m := range durableNets {
		t.Run(filepath.Base(m.spec), func(t *testing.T) {
			p := loadDurable(t, m.spec, m.duration)
			print, err := sim.Fingerprint(p.Net, nil)
			if err != nil {
				t.Fatal(err)
			}
			var whole outcome
			run(t, p.Net, sim.Options{Threads: 1, Sink: whole.take})
			want := whole.result(t, p.Net)
			if len(want.Spikes) == 0 && len(whole.data) == 0 {
				t.Fatal("nothing to compare")
			}
			seed := rand.Uint64()
			r := rand.New(rand.NewPCG(seed, 1))
			variants := []lower.Options{{}, {GroupNodes: 8}, {Shuffle: 7, GroupNodes: 20}, {GroupNodes: 1 << 30, Shuffle: 3}}
			stops := 10
			if testing.Short() {
				stops = 3
			}
			for k := range stops {
				a := lowerAs(t, p, variants[r.IntN(len(variants))])
				b := lowerAs(t, p, variants[r.IntN(len(variants))])
				for _, n := range []*layout.Network{a, b} {
					if other, _ := sim.Fingerprint(n, nil); other != print {
						t.Fatalf("the fingerprint is %s, with other groups %s", print, other)
					}
				}
				at := r.Float64() * a.Duration
				path := filepath.Join(t.TempDir(), fmt.Sprint("state", k))
				var got outcome
				ctx, cancel := context.WithCancel(context.Background())
				var s *sim.Sim
				s = sim.New(a, sim.Options{Threads: 1 + r.IntN(2), Sink: got.take, Checkpoint: func() error { return s.WriteCheckpoint(path, print) }})
				if err := s.Init(); err != nil {
					t.Fatal(err)
				}
				err := s.Run(ctx, func(now float64) {
					if now >= at {
						cancel()
					}
				})
				cancel()
				if err == nil {
					continue // past the last epoch
				}
				stopped := s.T()
				s = sim.New(b, sim.Options{Threads: 1 + r.IntN(2), Sink: got.take})
				if err := s.Restore([]string{path}, print); err != nil {
					t.Fatal(err)
				}
				if s.T() != stopped {
					t.Fatalf("stopped at %v ms, goes on at %v", stopped, s.T())
				}
				if err := s.Run(context.Background(), nil); err != nil {
					t.Fatal(err)
				}
				same(t, fmt.Sprintf("stopped at %g ms (seed %d)", stopped, seed), got.result(t, b), want)
			}
		})
	}
}

func run(t *testing.T, net *layout.Network, o sim.Options) {
	t.Helper()
	s := sim.New(net, o)
	if err := s.Init(); err != nil {
		t.Fatal(err)
	}
	if err := s.Run(context.Background(), nil); err != nil {
		t.Fatal(err)
	}
}

// TestFingerprint: what changes a run changes the fingerprint.
func TestFingerprint(t *testing.T) {
	const spec = "testdata/stochastic/stochastic.json"
	seen := map[string]string{}
	for _, set := range []string{"", "simConfig.dt=0.05", "simConfig.seeds.stim=9", "netParams.connParams.E->lif.weight=0.6", "netParams.connParams.I->E.delay=0.9",
		"netParams.cellParams.PYR.secs.soma.geom.L=21", "netParams.popParams.lif.params.taue=3.5", "netParams.popParams.drive.rates=[[30,120,5,81],[0,30,70,110]]",
		"netParams.synMechParams.inh.tau1=0.6", "simConfig.recordStep=0.2", "simConfig.hParams.celsius=7", "netParams.cellParams.BAS.secs.soma.mechs.StoLeak.e=-57"} {
		var sets []string
		if set != "" {
			sets = []string{set}
		}
		var diags diag.List
		p := rall.Load([]string{spec}, rall.Settings{Set: sets}, &diags)
		if p == nil {
			t.Fatalf("%s: %v", set, diags.Error())
		}
		f, err := sim.Fingerprint(p.Net, nil)
		if err != nil {
			t.Fatal(err)
		}
		if other, ok := seen[f]; ok {
			t.Errorf("%q and %q have the same fingerprint", set, other)
		}
		seen[f] = set
	}
}
