package rall

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rallsim/rall/internal/h5"
	"github.com/rallsim/rall/ir/diag"
)

// Every feature of specs that the corpus has survives the way through a
// SONATA circuit: 40 ms give the same spikes and samples, bit for bit, also on
// another number of threads.
func TestSonataFeatures(t *testing.T) {
	if !h5.Available {
		t.Skip(h5.ErrNoHDF5)
	}
	mods := map[string]string{"cell-pointps.json": "corpus/np-features/mod-izhi"}
	compared, spikes := 0, 0
	for _, pattern := range []string{"np-features", "numerics", "event-ties", "ball-and-stick", "mechanisms/*"} {
		files, err := filepath.Glob(filepath.Join("corpus", pattern, "*.json"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			name := filepath.Base(file)
			// the latter are two files each; circuits have no place for plasticity
			if name == "manifest.json" || strings.HasPrefix(name, "saved-") || name == "conn-plast.json" {
				continue
			}
			o := Settings{Set: []string{"simConfig.duration=40"}}
			switch {
			case mods[name] != "":
				o.Mods = []string{mods[name]}
			case pattern == "mechanisms/*":
				o.Mods = []string{"corpus/swc-cell/mod"}
			case pattern == "numerics" && name == "pool-order.json":
				o.Mods = []string{"corpus/numerics/mod", "corpus/swc-cell/mod"}
			}
			t.Run(file, func(t *testing.T) {
				var diags diag.List
				direct := Load([]string{file}, o, &diags)
				if direct == nil {
					t.Fatal(diags.Error())
				}
				written := filepath.Join(t.TempDir(), "written")
				if _, err := direct.WriteSonata(written, false); err != nil {
					t.Fatal(err)
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
				compareResults(t, runFor(t, again, 2), want)
				compared++
				spikes += len(want.Spikes)
			})
		}
	}
	if compared < 80 || spikes < 500 {
		t.Errorf("%d models with %d spikes were compared: too few to tell anything", compared, spikes)
	}
}
