package codegen_test

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/rallsim/rall/ir/mech/codegen"
	"github.com/rallsim/rall/runtime/kernels"
	"github.com/rallsim/rall/runtime/vm"
)

// Every mechanism gives the same bits in all backends, with contiguous nodes
// and with nodes shared by two instances.
func TestBackendsAgree(t *testing.T) {
	all := builtins(t)
	hasGo := 0
	for _, name := range names(all) {
		for _, fd := range []bool{false, true} {
			p := compile(t, name, all[name], codegen.Options{ConductanceFD: fd})
			block := vm.NewBlock()
			generated := kernels.New(kernels.All(), nil)
			if generated.Has(p) {
				hasGo++
			}
			for _, n := range []int{1, 3, 17, 600} {
				for _, shared := range []bool{false, true} {
					if shared && p.Kind == 0 {
						continue // a density mechanism is once on a CV
					}
					a, b := frame(p, sequence(n), shared), frame(p, sequence(n), shared)
					steps(vm.Interp{}, p, a, 4)
					steps(block, p, b, 4)
					if x, y := bits(a), bits(b); x != y {
						t.Errorf("%s, %d instances, shared %v: backends differ\n%s", name, n, shared, firstDifference(x, y))
					}
					if generated.Has(p) {
						c := frame(p, sequence(n), shared)
						steps(generated, p, c, 4)
						if x, y := bits(a), bits(c); x != y {
							t.Errorf("%s, %d instances, shared %v: generated code differs\n%s", name, n, shared, firstDifference(x, y))
						}
					}
				}
			}
		}
	}
	if hasGo < 14 {
		t.Errorf("generated code for %d programs only", hasGo)
	}
}

func firstDifference(x, y string) string {
	for i := 0; i < min(len(x), len(y)); i++ {
		if x[i] != y[i] {
			from := max(0, i-200)
			return "interp: …" + x[from:min(len(x), i+60)] + "\nblock: …" + y[from:min(len(y), i+60)]
		}
	}
	return "lengths differ"
}

// What an instance does, events and watches too, depends on the instance
// alone, not on its neighbours, its place, or how many are run at a time.
func TestPermutation(t *testing.T) {
	all := builtins(t)
	events := 0
	for _, name := range names(all) {
		p := compile(t, name, all[name], codegen.Options{})
		const n = 300
		ids := sequence(n)
		shuffled := sequence(n)
		rand.New(rand.NewPCG(1, 2)).Shuffle(n, func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		a := frame(p, ids, false)
		steps(vm.NewBlock(), p, a, 4)
		for _, piece := range []int{1, 7, 64, n} {
			b := frame(p, shuffled, false)
			stepsInPieces(vm.NewBlock(), p, b, 4, piece)
			for c := range a.Columns {
				for k, id := range shuffled {
					if x, y := a.Columns[c][id], b.Columns[c][k]; x != y && (x == x || y == y) {
						t.Fatalf("%s: column %d of instance %d is %v, in another place %v", name, c, id, x, y)
					}
				}
			}
			for q := range a.Ports {
				for k, id := range shuffled {
					if x, y := a.Ports[q].Data[3+id], b.Ports[q].Data[3+k]; x != y && (x == x || y == y) {
						t.Fatalf("%s: port %d of instance %d is %v, in another place %v", name, q, id, x, y)
					}
				}
			}
			if x, y := a.Host.(*journal).edges, b.Host.(*journal).edges; !reflect.DeepEqual(x, y) {
				t.Errorf("%s: weights of edges %v and %v", name, x, y)
			}
			x, y := a.Host.(*journal).lines, b.Host.(*journal).lines
			for id := range ids {
				if !slices.Equal(x[id], y[id]) {
					t.Fatalf("%s: instance %d asks for %q, in another place for %q", name, id, x[id], y[id])
				}
				events += len(x[id])
			}
		}
	}
	if events < 1000 {
		t.Errorf("only %d requests of instances were compared", events)
	}
}
