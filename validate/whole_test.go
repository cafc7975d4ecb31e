package validate

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/rallsim/rall"
	"github.com/rallsim/rall/internal/random"
	"github.com/rallsim/rall/validate/golden"
)

// TestWhole: whole cells of published packages, with their own mechanisms, are
// NEURON's: geometry, every recorded variable at every step, every spike. The
// files belong to the packages, so the specs and NEURON's results are made
// when the test is run, by tools/oracle/{allen_fits,hnn_golden,sscx_golden}.py.
func TestWhole(t *testing.T) {
	root := os.Getenv("RALL_WHOLE_DIR")
	if root == "" {
		t.Skip("RALL_WHOLE_DIR is not set: python tools/oracle/allen_fits.py DIR makes what this test needs from an installed bmtk")
	}
	folders, err := filepath.Glob(filepath.Join(root, "*", "golden"))
	if err != nil || len(folders) == 0 {
		t.Fatalf("no cells in %s: %v", root, err)
	}
	for _, dir := range folders {
		folder := filepath.Dir(dir)
		name := filepath.Base(folder)
		t.Run(name, func(t *testing.T) {
			m := model{name: name, folder: folder, golden: dir,
				spec: []string{filepath.Join(folder, name+".json")}, mods: []string{filepath.Join(folder, "mod")}}
			var meta golden.Meta
			if err := golden.Read(m.golden, "meta.json", &meta); err != nil {
				t.Fatal(err)
			}
			if meta.TraceMs < 100 || meta.Spikes < 1 {
				t.Errorf("traces of %g ms and %d spikes show little", meta.TraceMs, meta.Spikes)
			}
			p := m.load(t)
			m.compareGeometry(t, p)
			m.seedStreams(t, p)
			res := m.run(t, p, rall.Settings{})
			m.compareRows(t, &meta, res)
			m.compareSpikes(t, res)
		})
	}
}

// seedStreams gives the synapses of the event trains "in" the Random123
// streams that the oracle's have: meta.json's streams, by train and name, hold
// the three ids and the global index.
func (m *model) seedStreams(t *testing.T, p *rall.Project) {
	var meta struct{ Streams []map[string][4]uint32 }
	if err := golden.Read(m.golden, "meta.json", &meta); err != nil {
		t.Fatal(err)
	}
	if len(meta.Streams) == 0 {
		return
	}
	set := 0
	for g := range p.Net.Groups {
		e := &p.Net.Groups[g].Edges
		for k, src := range e.Sources {
			i := p.Net.Sources[src].Gid - 1 // gid 0 is the cell
			for edge := e.First[k]; edge < e.First[k+1]; edge++ {
				in := &p.Net.Groups[g].Instances[e.Set[edge]]
				for s, name := range p.Net.Mechs[in.Mech].Program.Streams {
					ids, ok := meta.Streams[i][name]
					if !ok {
						t.Fatalf("no ids for stream %s of train %d", name, i)
					}
					in.Streams[s][e.Row[edge]] = random.NewIndexed(ids[0], ids[1], ids[2], ids[3])
					set++
				}
			}
		}
	}
	if set != len(meta.Streams) {
		t.Errorf("%d streams for %d synapses", set, len(meta.Streams))
	}
}
