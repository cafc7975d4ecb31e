package validate

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/rallsim/rall"
	"github.com/rallsim/rall/ir"
	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/layout"
	"github.com/rallsim/rall/ir/lower"
	"github.com/rallsim/rall/runtime/comm"
	"github.com/rallsim/rall/runtime/record"
	"github.com/rallsim/rall/runtime/sim"
	"github.com/rallsim/rall/spec/build"
)

// partAs makes one rank's part of a spec's network, and lowers it.
func partAs(t *testing.T, p *rall.Project, spec string, o lower.Options) *layout.Network {
	t.Helper()
	var diags diag.List
	open := func(name string) ([]byte, error) { return os.ReadFile(filepath.Join(filepath.Dir(spec), name)) }
	m := build.BuildPart(p.Spec, p.Mechs, open, func(m *ir.Model) func(gid int) bool { return lower.Own(m, o, &diags) }, &diags)
	if m == nil {
		t.Fatal(diags.Error())
	}
	net := lower.Lower(m, o, &diags)
	if net == nil {
		t.Fatal(diags.Error())
	}
	return net
}

// onRanks runs a network on n ranks, goroutines of this process of which each
// makes its own part, from the beginning or from a checkpoint. It stops at
// the end of the epoch that passes stop (0: at the end of the run), and leaves
// a checkpoint then.
func onRanks(t *testing.T, p *rall.Project, spec string, o lower.Options, n, threads int, from []string, stop float64, into *outcome) (checkpoint []string, stopped float64) {
	t.Helper()
	dir := t.TempDir()
	parts := make([]outcome, n)
	columns := make([][]int, n)
	errs := make([]error, n)
	checkpoint = make([]string, n)
	var wg sync.WaitGroup
	for r, tr := range comm.Local(n) {
		o := o
		o.Rank, o.Ranks = r, n
		net := partAs(t, p, spec, o)
		if err := net.Check(); err != nil {
			t.Fatal(err)
		}
		wg.Add(1)
		go func() {
			defer wg.Done()
			errs[r] = func() error {
				print, err := sim.Fingerprint(net, tr)
				if err != nil {
					return err
				}
				ctx, cancel := context.WithCancel(context.Background())
				defer cancel()
				var s *sim.Sim
				path := filepath.Join(dir, fmt.Sprint(r))
				s = sim.New(net, sim.Options{Threads: threads, Comm: tr, Sink: parts[r].take, Checkpoint: func() error {
					checkpoint[r] = path
					return s.WriteCheckpoint(path, print)
				}})
				columns[r] = s.Columns()
				if from == nil {
					err = s.Init()
				} else {
					err = s.Restore(from, print)
				}
				if err == nil {
					err = s.Run(ctx, func(now float64) {
						if stop > 0 && now >= stop && r == 0 {
							cancel()
						}
					})
				}
				if r == 0 {
					stopped = s.T()
				}
				if err == context.Canceled {
					return nil
				}
				checkpoint[r] = ""
				return err
			}()
			if errs[r] != nil {
				tr.Abort(1)
			}
		}()
	}
	wg.Wait()
	for r, err := range errs {
		if err != nil {
			t.Fatalf("rank %d of %d: %v", r, n, err)
		}
	}
	for r := range parts {
		into.events = append(into.events, parts[r].events...)
		if into.data == nil {
			into.data = make([][]float64, len(p.Net.Records))
		}
		for i, k := range columns[r] {
			into.data[k] = append(into.data[k], parts[r].data[i]...)
		}
	}
	return checkpoint, stopped
}

// TestRanks: the same bits on any number of ranks, with any groups and
// threads; and from a checkpoint of any number of ranks on any other.
func TestRanks(t *testing.T) {
	for _, m := range durableNets {
		t.Run(filepath.Base(m.spec), func(t *testing.T) {
			p := loadDurable(t, m.spec, m.duration)
			var whole outcome
			run(t, p.Net, sim.Options{Threads: 1, Sink: whole.take})
			want := whole.result(t, p.Net)
			for _, c := range []struct {
				ranks, threads int
				o              lower.Options
			}{{2, 1, lower.Options{}}, {2, 2, lower.Options{GroupNodes: 8}}, {3, 1, lower.Options{GroupNodes: 20, Shuffle: 5}}, {5, 1, lower.Options{GroupNodes: 1}}} {
				var got outcome
				onRanks(t, p, m.spec, c.o, c.ranks, c.threads, nil, 0, &got)
				same(t, fmt.Sprintf("%d ranks", c.ranks), got.result(t, p.Net), want)
			}
			r := rand.New(rand.NewPCG(rand.Uint64(), 3))
			for _, ranks := range [][2]int{{1, 3}, {3, 1}, {2, 4}} {
				var got outcome
				state, at := onRanks(t, p, m.spec, lower.Options{GroupNodes: 16}, ranks[0], 1, nil, r.Float64()*0.9*p.Net.Duration, &got)
				if state[0] == "" {
					continue // past the last epoch
				}
				onRanks(t, p, m.spec, lower.Options{GroupNodes: 12, Shuffle: 9}, ranks[1], 1, state, 0, &got)
				same(t, fmt.Sprintf("%d ranks, from %g ms on %d", ranks[0], at, ranks[1]), got.result(t, p.Net), want)
			}
		})
	}
}

// TestMergedRanks: with synapses that go together too, the bits are the same on any
// number of ranks and threads, with any groups; gap junctions and stochastic
// synapses among them.
func TestMergedRanks(t *testing.T) {
	for _, m := range []struct{ spec, duration string }{
		{"../corpus/net1-sensory-motor/sensory_motor.json", "60"},
		{"../corpus/net3-gamma/gamma.json", "60"},
		{"../corpus/np-features/pop-netstim.json", "100"},
		{"../corpus/np-features/conn-plast.json", "100"},
		{"testdata/layers.yaml", "40"}, // has gap junctions
		{"testdata/merge.yaml", "50"},  // has stochastic synapses
	} {
		t.Run(filepath.Base(m.spec), func(t *testing.T) {
			p := loadDurable(t, m.spec, m.duration, rall.MergeSynapses)
			merged := 0
			for _, x := range p.Net.Merging {
				merged += x.N - x.Steps
			}
			if merged < 10 {
				t.Fatalf("%d synapses have gone together", merged)
			}
			var whole outcome
			run(t, p.Net, sim.Options{Threads: 1, Sink: whole.take})
			want := whole.result(t, p.Net)
			for _, c := range []struct {
				ranks, threads int
				o              lower.Options
			}{{1, 3, lower.Options{GroupNodes: 8, Shuffle: 4}}, {2, 2, lower.Options{GroupNodes: 8}}, {3, 1, lower.Options{GroupNodes: 20, Shuffle: 5}}} {
				var got outcome
				onRanks(t, p, m.spec, c.o, c.ranks, c.threads, nil, 0, &got)
				same(t, fmt.Sprintf("%d ranks", c.ranks), got.result(t, p.Net), want)
			}
		})
	}
}

// TestRankFails: what goes wrong on one rank ends all of them.
func TestRankFails(t *testing.T) {
	p := loadDurable(t, "testdata/stochastic/stochastic.json", "50")
	const n = 3
	errs := make([]error, n)
	var wg sync.WaitGroup
	for r, tr := range comm.Local(n) {
		net := lowerAs(t, p, lower.Options{GroupNodes: 8, Rank: r, Ranks: n})
		chunks := 0
		s := sim.New(net, sim.Options{Threads: 1, Comm: tr, FlushEvery: 1, Sink: func(*record.Chunk) error {
			if chunks++; r == 1 && chunks == 3 {
				return fmt.Errorf("disk of rank %d is full", r)
			}
			return nil
		}})
		wg.Add(1)
		go func() {
			defer wg.Done()
			if errs[r] = s.Init(); errs[r] == nil {
				errs[r] = s.Run(context.Background(), nil)
			}
		}()
	}
	wg.Wait()
	for r, err := range errs {
		if err == nil || rall.OfOtherRank(err) != (r != 1) {
			t.Errorf("rank %d: %v", r, err)
		}
	}
}
