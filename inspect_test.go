package rall

import (
	"context"
	"runtime"
	"testing"

	"github.com/rallsim/rall/ir/diag"
)

// The estimate of memory is within a third of what the heap holds in the
// middle of a run.
func TestMemoryEstimate(t *testing.T) {
	for _, file := range []string{"bench/ring.json", "corpus/net2-layers/layers.json", "corpus/net3-gamma/gamma.json", "bench/projection.json"} {
		before := heap()
		var diags diag.List
		p := Load([]string{file}, Settings{Set: []string{"simConfig.duration=20"}}, &diags)
		if p == nil {
			t.Fatal(diags.Error())
		}
		during := 0
		if _, err := p.Run(context.Background(), Settings{}, RunOptions{Progress: func(at, until float64) {
			if during == 0 {
				during = heap()
			}
		}}); err != nil {
			t.Fatal(err)
		}
		m := p.Inspect().Memory
		ratio := float64(m.Model+m.Nodes+m.Instances+m.Edges+m.Recorded) / float64(during-before)
		t.Logf("%s: %d bytes, estimated %s", file, during-before, m)
		if !(ratio > .66 && ratio < 1.5) {
			t.Errorf("%s: the estimate is %.2f of what is held", file, ratio)
		}
	}
}

// heap returns what is alive [bytes].
func heap() int {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc)
}
