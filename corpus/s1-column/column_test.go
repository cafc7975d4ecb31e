package main

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"github.com/rallsim/rall"
	"github.com/rallsim/rall/internal/h5"
	"github.com/rallsim/rall/internal/random"
	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/runtime/comm"
	"github.com/rallsim/rall/runtime/record"
	"github.com/rallsim/rall/runtime/sim"
)

func TestMain(m *testing.M) {
	h5.MaybeChild()
	os.Exit(m.Run())
}

// circuit writes a column and returns the path of its simulation.
func circuit(t *testing.T, o options) (string, *size) {
	t.Helper()
	if !h5.Available {
		t.Skip(h5.ErrNoHDF5)
	}
	o.dir = filepath.Join(t.TempDir(), "column")
	s, err := write(o)
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(o.dir, configName), s
}

// spikes are those of all ranks of a run, in the order of time and gid.
func spikes(t *testing.T, path string, ranks, threads int) []record.Event {
	t.Helper()
	all := make([][]record.Event, ranks)
	errs := make([]error, ranks)
	var wg sync.WaitGroup
	for r, tr := range comm.Local(ranks) {
		wg.Add(1)
		go func() {
			defer wg.Done()
			errs[r] = func() error {
				var diags diag.List
				p := rall.Load([]string{path}, rall.Settings{Rank: r, Ranks: ranks}, &diags)
				if p == nil {
					return diags.Err()
				}
				if err := p.Net.Check(); err != nil {
					return err
				}
				if rows := 0; ranks > 1 {
					for _, t := range p.Model.Points {
						rows += len(t.Gid)
					}
					if p.Model.Part == nil || rows == 0 || rows > p.Net.NumSyns*2/3 {
						return fmt.Errorf("a rank of %d holds %d of %d synapses", ranks, rows, p.Net.NumSyns)
					}
				}
				s := sim.New(p.Net, sim.Options{Threads: threads, Comm: tr})
				if err := s.Init(); err != nil {
					return err
				}
				err := s.Run(context.Background(), nil)
				all[r] = s.Events()
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
			t.Fatalf("rank %d of %d: %v", r, ranks, err)
		}
	}
	whole := slices.Concat(all...)
	slices.SortFunc(whole, func(a, b record.Event) int {
		if a.T != b.T && a.T < b.T || a.T == b.T && a.Source < b.Source {
			return -1
		}
		return 1
	})
	return whole
}

// TestColumnRuns: a small column is written, read, run, fires, and does so
// alike on any number of threads and ranks.
func TestColumnRuns(t *testing.T) {
	path, s := circuit(t, options{size: .0006, seed: 3, duration: 20, dt: .025, rate: 100})
	want := spikes(t, path, 1, 1)
	t.Logf("%+v, %d spikes", *s, len(want))
	if len(want) < 5 {
		t.Fatalf("%d spikes of %d cells", len(want), s.cells)
	}
	for _, c := range [][2]int{{1, 2}, {2, 1}} {
		if got := spikes(t, path, c[0], c[1]); !slices.Equal(got, want) {
			t.Errorf("%d ranks of %d threads: %d spikes %v, on one %d %v", c[0], c[1], len(got), got, len(want), want)
		}
	}
}

// TestColumnIsOneOfItsSeed: the same files from the same seed, others from another.
func TestColumnIsOneOfItsSeed(t *testing.T) {
	edges := func(seed int64) []float64 {
		path, _ := circuit(t, options{size: .0003, seed: seed, duration: 10, dt: .025, rate: 20})
		root, err := h5.ReadAll(filepath.Join(filepath.Dir(path), "network", "column__column_edges.h5"), h5.ReadOptions{})
		if err != nil {
			t.Fatal(err)
		}
		x, err := root.At("edges", "column__column", "0", "delay").Value.Floats()
		if err != nil {
			t.Fatal(err)
		}
		return x
	}
	a, b, c := edges(1), edges(1), edges(2)
	if !slices.Equal(a, b) || slices.Equal(a, c) {
		t.Errorf("%d delays of seed 1, %d again, %d of seed 2", len(a), len(b), len(c))
	}
}

// TestWholeColumn: what the whole column has, without writing it.
func TestWholeColumn(t *testing.T) {
	mes, err := meTypes(wholeColumn)
	if err != nil {
		t.Fatal(err)
	}
	cells, types := 0, 0
	morphologies := map[string]bool{}
	byLayer := make([]int, len(layers))
	for _, me := range mes {
		cells += me.count
		byLayer[me.m.layer] += me.count
		for _, k := range me.morphology[:min(me.count, len(me.morphology))] {
			types++
			morphologies[fmt.Sprint(me.m.name, k)] = true
		}
	}
	if cells != wholeColumn || len(mes) != 207 || len(morphologies) < 900 || len(morphologies) > 1035 || types < len(morphologies) {
		t.Errorf("%d cells of %d types with %d morphologies", cells, types, len(morphologies))
	}
	for i, want := range []int{338, 7524, 4656, 6114, 12651} {
		if math.Abs(float64(byLayer[i]-want)) > .005*float64(want) {
			t.Errorf("layer %s: %d cells, published %d", layers[i].name, byLayer[i], want)
		}
	}
}

// TestMorphologies: sections and dendritic lengths are those of such cells.
func TestMorphologies(t *testing.T) {
	for _, m := range mtypes() {
		sections, long, cvs := 0., 0., 0.
		const n = 20
		for k := range int64(n) {
			r := random.Keyed(1, "test/"+m.name, k)
			g := grow(&m.form, &r)
			var diags diag.List
			if !g.Check(&diags) {
				t.Fatal(diags.Err())
			}
			for i := range g.Sections {
				if kind := kindOf(&g.Sections[i]); kind == "dend" || kind == "apic" {
					sections++
					long += length(&g.Sections[i])
					cvs += float64(g.Sections[i].NSeg)
				}
			}
		}
		sections, long, cvs = sections/n, long/n, cvs/n
		lo, hi, least, most := 15., 60., 1200., 4500.
		if m.excite {
			lo, hi, least, most = 40, 150, 3000, 11000
		}
		if sections < lo || sections > hi || long < least || long > most {
			t.Errorf("%s: %.0f dendritic sections of %.0f um, %.0f CVs", m.name, sections, long, cvs)
		}
	}
}

// TestOptions: what makes no column is refused.
func TestOptions(t *testing.T) {
	for _, o := range []options{{size: 0, duration: 1, dt: 1, rate: 1}, {size: 2, duration: 1, dt: 1, rate: 1}, {size: .1, dt: 1, rate: 1}} {
		if _, err := newColumn(o); err == nil {
			t.Errorf("%+v is taken", o)
		}
	}
}
