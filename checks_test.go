package rall

import (
	"path/filepath"
	"testing"

	"github.com/rallsim/rall/ir/diag"
)

// Every network of the corpus gives a sound model and a sound layout, with
// cells in order and shuffled over lanes.
func TestStagesAreSound(t *testing.T) {
	for _, spec := range []string{"net1-sensory-motor/sensory_motor", "net4-ring/ring", "net6-hybrid/hybrid", "net7-imported/imported"} {
		for _, shuffle := range []uint64{0, 1} {
			var diags diag.List
			p := Load([]string{filepath.Join("corpus", spec+".json")}, Settings{Shuffle: shuffle}, &diags)
			if p == nil {
				t.Fatalf("%s: %v", spec, diags.Error())
			}
			if !p.Model.Check(&diags) {
				t.Errorf("%s: %v", spec, diags.Error())
			}
			if err := p.Net.Check(); err != nil {
				t.Errorf("%s: %v", spec, err)
			}
			if len(p.Net.String()) < 100 {
				t.Errorf("%s: the network prints as %q", spec, p.Net)
			}
		}
	}
}
