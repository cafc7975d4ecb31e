package rall

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/rallsim/rall/internal/h5"
	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/runtime/record"
)

func TestMain(m *testing.M) {
	h5.MaybeChild()
	os.Exit(m.Run())
}

// A network written as a SONATA circuit, moved to another folder and read
// back without its spec gives the same spikes and samples, bit for bit, with
// one thread and with two.
func TestSonataRoundTrip(t *testing.T) {
	if !h5.Available {
		t.Skip(h5.ErrNoHDF5)
	}
	for _, m := range []struct {
		spec     string
		duration string
	}{
		{"net1-sensory-motor/sensory_motor", "1000"}, {"net4-ring/ring", "500"}, {"net2-layers/layers", "60"}, {"net3-gamma/gamma", "200"},
		{"net6-hybrid/hybrid", "300"}, {"net7-imported/imported", "200"}, {"swc-cell/swc-cell", "50"},
	} {
		if testing.Short() && m.spec != "net4-ring/ring" && m.spec != "net6-hybrid/hybrid" {
			continue
		}
		t.Run(m.spec, func(t *testing.T) {
			var diags diag.List
			direct := Load([]string{filepath.Join("corpus", m.spec+".json")}, Settings{Set: []string{"simConfig.duration=" + m.duration}}, &diags)
			if direct == nil {
				t.Fatal(diags.Error())
			}
			written := filepath.Join(t.TempDir(), "written")
			if _, err := direct.WriteSonata(written, false); err != nil {
				t.Fatal(err)
			}
			if _, err := direct.WriteSonata(written, false); err == nil {
				t.Error("a second circuit is written over the first without force")
			}
			moved := filepath.Join(t.TempDir(), "moved")
			if err := os.Rename(written, moved); err != nil {
				t.Fatal(err)
			}
			again := Load([]string{filepath.Join(moved, "simulation_config.json")}, Settings{}, &diags)
			if again == nil {
				t.Fatal(diags.Error())
			}
			want := runFor(t, direct, 1)
			if len(want.Spikes) == 0 {
				t.Fatal("the network is silent: nothing is compared")
			}
			for _, threads := range []int{1, 2} {
				compareResults(t, runFor(t, again, threads), want)
			}
		})
	}
}

func runFor(t *testing.T, p *Project, threads int) *record.Result {
	t.Helper()
	res, err := p.Run(context.Background(), Settings{Threads: threads}, RunOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return res
}

func compareResults(t *testing.T, got, want *record.Result) {
	t.Helper()
	if len(got.Spikes) != len(want.Spikes) {
		t.Fatalf("%d spikes, want %d", len(got.Spikes), len(want.Spikes))
	}
	for i := range got.Spikes {
		if got.Spikes[i] != want.Spikes[i] {
			t.Fatalf("spike %d is %v, want %v", i, got.Spikes[i], want.Spikes[i])
		}
	}
	type key struct {
		label, section string
		gid            int
		pos            float64
		nth            int
	}
	columns := func(r *record.Result) map[key][]float64 {
		out := map[key][]float64{}
		for i := range r.Reports {
			rep := &r.Reports[i]
			for e := range rep.Elements {
				el := &rep.Elements[e]
				k := key{rep.Label, el.Section, el.Gid, el.Pos, 0}
				for out[k] != nil {
					k.nth++
				}
				out[k] = rep.Column(e)
			}
		}
		return out
	}
	g, w := columns(got), columns(want)
	if len(g) != len(w) {
		t.Errorf("%d recorded variables, want %d", len(g), len(w))
	}
	for k, x := range w {
		y := g[k]
		if len(y) != len(x) {
			t.Errorf("%v: %d samples, want %d", k, len(y), len(x))
			continue
		}
		for i := range x {
			if x[i] != y[i] {
				t.Errorf("%v: sample %d is %v, want %v", k, i, y[i], x[i])
				break
			}
		}
	}
}
