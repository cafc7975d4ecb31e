package rall

import (
	"context"
	"reflect"
	"testing"

	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/runtime/record"
)

// TestRelease: a project that has let go of its model runs as before, says the
// same of itself, and holds little but the network.
func TestRelease(t *testing.T) {
	for _, path := range []string{"corpus/net6-hybrid/hybrid.json", "corpus/coupled/ten-cells.json", "corpus/net7-imported/imported.json"} {
		var diags diag.List
		p := Load([]string{path}, Settings{Set: []string{"simConfig.duration=20"}}, &diags)
		if p == nil {
			t.Fatal(diags.Error())
		}
		run := func() *record.Result {
			res, err := p.Run(context.Background(), Settings{Threads: 1}, RunOptions{})
			if err != nil {
				t.Fatal(err)
			}
			res.Run = record.Run{}
			return res
		}
		held := func() (types, model int64) {
			m, err := p.Memory(Settings{})
			if err != nil {
				t.Fatal(err)
			}
			for _, part := range m.Parts {
				switch part.Name {
				case "cell types":
					types = part.Bytes
				case "model: edges", "model: synapses and clamps", "trains of events", "populations":
					model += part.Bytes
				}
			}
			return types, model
		}
		want := run()
		types, model := held()
		p.Release()
		if got := run(); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: another result", path)
		}
		if nowTypes, now := held(); types == 0 || nowTypes != 0 || now >= model {
			t.Errorf("%s: types held %d bytes and hold %d, the model %d and %d", path, types, nowTypes, model, now)
		}
	}
}
