package rall

import (
	"path/filepath"
	"runtime"
	"testing"

	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/runtime/sim"
)

// TestMemory: what is measured is within a fifth of what the heap grows by.
func TestMemory(t *testing.T) {
	for _, path := range []string{"corpus/net2-layers/layers.json", "bench/ring.json"} {
		t.Run(filepath.Base(path), func(t *testing.T) {
			load := func() (*Project, *sim.Sim) {
				var diags diag.List
				p := Load([]string{path}, Settings{}, &diags)
				if p == nil {
					t.Fatal(diags.Err())
				}
				s := sim.New(p.Net, sim.Options{Threads: 1, Backend: backend("")})
				if err := s.Init(); err != nil {
					t.Fatal(err)
				}
				return p, s
			}
			load() // what is compiled once in a process
			before := heap()
			p, s := load()
			grown := int64(heap() - before)
			runtime.KeepAlive(s)
			m, err := p.Memory(Settings{})
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("measured %d bytes, the heap grew by %d", m.Total, grown)
			if d := float64(m.Total-grown) / float64(grown); d < -.2 || d > .2 {
				m.Print(t.Output())
				t.Errorf("measured %d bytes, the heap grew by %d: %.0f %%", m.Total, grown, 100*d)
			}
			sum := int64(0)
			for _, part := range m.Parts {
				sum += part.Bytes
			}
			if sum != m.Total || len(m.Per) < 4 {
				t.Errorf("parts sum to %d of %d; per %v", sum, m.Total, m.Per)
			}
			runtime.KeepAlive(p)
		})
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
