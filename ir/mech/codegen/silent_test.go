package codegen_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/rallsim/rall/ir/mech/codegen"
	"github.com/rallsim/rall/runtime/kernel"
	"github.com/rallsim/rall/runtime/vm"
)

// synapses are mechanisms whose states decay to nothing after an event.
var synapses = []string{"../../../nmodl/builtin/ExpSyn.mod", "../../../nmodl/builtin/Exp2Syn.mod",
	"../../../corpus/net6-hybrid/mod/depsyn.mod", "../../../nmodl/testdata/neuron/rngsyn.mod"}

// quietened steps a synapse that got one event at the beginning.
type quietened struct {
	p *kernel.Program
	f *kernel.Frame
	b *vm.Block
}

func newSilent(tb testing.TB, file string, n int) *quietened {
	s := &quietened{p: compile(tb, file, sources(tb, file)[file], codegen.Options{}), b: vm.NewBlock()}
	s.f = frame(s.p, sequence(n), false)
	s.run(s.p.Init)
	s.run(s.p.Prepare)
	for k := 0; k < n && s.p.Receive != nil; k++ {
		s.b.Run(s.p, s.p.Receive, s.f, k, k+1)
	}
	return s
}

func (s *quietened) run(c *kernel.Code) {
	if c != nil {
		s.b.Run(s.p, c, s.f, 0, s.f.N)
	}
}

func (s *quietened) step() {
	for i, q := range s.p.Ports {
		switch q.Quantity {
		case kernel.Rhs, kernel.D, kernel.IonI, kernel.IonDI:
			clear(s.f.Ports[i].Data)
		}
	}
	s.run(s.p.Current)
	s.f.Uniforms[kernel.UniformT] += s.f.Uniforms[kernel.UniformDt]
	s.run(s.p.State)
}

const tenSeconds = 400000 // steps of 0.025 ms

func subnormal(x float64) bool { return x != 0 && math.Abs(x) < 0x1p-1022 }

// TestNoDenormals: a synapse that was silent for ten seconds holds no
// denormal number, which would make every step of it some ten times as slow
// from then on, and gives none to its node; nor does it on the way.
func TestNoDenormals(t *testing.T) {
	for _, file := range synapses {
		s := newSilent(t, file, 3)
		fell := false // a state went from something to nothing
		before := make([]float64, len(s.f.Columns))
		for k := range tenSeconds {
			s.step()
			if k%97 != 0 && k < tenSeconds-100 {
				continue
			}
			for c, col := range s.f.Columns {
				if subnormal(col[0]) {
					t.Fatalf("%s: column %d is %g at step %d", file, c, col[0], k)
				}
				fell = fell || before[c] != 0 && col[0] == 0
				before[c] = col[0]
			}
			for i := range s.f.Ports {
				for _, x := range s.f.Ports[i].Data {
					if subnormal(x) {
						t.Fatalf("%s: port %d gets %g at step %d", file, i, x, k)
					}
				}
			}
		}
		if !fell {
			t.Errorf("%s: nothing fell silent", file)
		}
	}
}

// BenchmarkSilent times a step of synapses at the beginning and after ten
// seconds of silence: the figures are to be the same.
func BenchmarkSilent(b *testing.B) {
	for _, file := range synapses[:2] {
		for _, steps := range []int{0, tenSeconds} {
			b.Run(fmt.Sprintf("%s/after%d", file[len(file)-11:], steps), func(b *testing.B) {
				s := newSilent(b, file, 64)
				for range steps {
					s.step()
				}
				for b.Loop() {
					s.step()
				}
			})
		}
	}
}
