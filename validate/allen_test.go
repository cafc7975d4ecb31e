package validate

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/rallsim/rall"
	"github.com/rallsim/rall/validate/golden"
)

// TestAllen: the Allen Institute's fit 472363762 on its reconstruction, with
// its own mechanisms, is NEURON's: geometry, voltages and states at every step
// and the spikes of the whole second. Its files belong to the package bmtk, so
// they and NEURON's results are made when the test is run, by
// tools/oracle/allen_golden.py.
func TestAllen(t *testing.T) {
	root := os.Getenv("RALL_ALLEN_DIR")
	if root == "" {
		t.Skip("RALL_ALLEN_DIR is not set: python tools/oracle/allen_golden.py DIR makes what this test needs from an installed bmtk")
	}
	folder := filepath.Join(root, "allen-472363762")
	m := model{name: "allen-472363762", folder: folder, golden: filepath.Join(folder, "golden"),
		spec: []string{filepath.Join(folder, "allen-472363762.json")}, mods: []string{filepath.Join(folder, "mod")}}
	var meta golden.Meta
	if err := golden.Read(m.golden, "meta.json", &meta); err != nil {
		t.Fatal(err)
	}
	if meta.TraceMs < 100 {
		t.Errorf("traces of %g ms, want 100 or more", meta.TraceMs)
	}
	p := m.load(t)
	m.compareGeometry(t, p)
	res := m.run(t, p, rall.Settings{})
	m.compareRows(t, &meta, res)
	m.compareSpikes(t, res)
	if len(res.Spikes) < 10 {
		t.Errorf("only %d spikes", len(res.Spikes))
	}
}
