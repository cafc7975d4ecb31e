package codegen_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/rallsim/rall/ir/mech/codegen"
	"github.com/rallsim/rall/runtime/kernel"
	"github.com/rallsim/rall/runtime/kernels"
	"github.com/rallsim/rall/runtime/vm"
)

// Many deliveries at once leave in every instance and every weight, and ask of
// the Host for every instance, what they do one after the other.
func TestDeliver(t *testing.T) {
	all := builtins(t)
	block, generated, sent := 0, 0, 0
	for _, name := range names(all) {
		p := compile(t, name, all[name], codegen.Options{})
		for _, v := range []kernel.Deliverer{vm.NewBlock(), kernels.New(kernels.All(), vm.NewBlock())} {
			d, abreast := v.Deliver(p)
			if d == nil {
				continue
			}
			if abreast {
				block++
			} else {
				generated++
			}
			for _, shared := range []bool{false, true} {
				if shared && p.Kind == kernel.Density {
					continue
				}
				for _, rows := range []int{3, 40, 500} { // to one instance again and again, or hardly
					f, g := frame(p, sequence(rows), shared), frame(p, sequence(rows), shared)
					steps(vm.Interp{}, p, f, 1)
					steps(vm.Interp{}, p, g, 1)
					r := rand.New(rand.NewPCG(uint64(rows), 3))
					w := make([]float64, 300*max(p.NArgs, 1))
					for i := range w {
						w[i] = float64(r.IntN(4)) * r.Float64() * math.Pow(2, -float64(1000*r.IntN(2)))
					}
					one, many := slices.Clone(w), slices.Clone(w)
					weights := many
					if p.NArgs <= 1 && !kernel.UsesIn(p.Receive, kernel.StoreArg) && rows == 40 {
						weights = nil // carried along
					}
					place := r.Perm(max(rows, 300))
					var due []kernel.Delivery
					at := 0.4
					for range 600 {
						e := r.IntN(300)
						at += 0.02 * math.Floor(r.Float64()*r.Float64()*20)
						args := e * max(p.NArgs, 1)
						due = append(due, kernel.Delivery{At: at, Weight: w[args], Row: int32(place[e] % rows), Args: int32(args)})
					}
					for i := range due {
						x := &due[i]
						f.Args, f.Flag, f.Uniforms[kernel.UniformT] = one[x.Args:int(x.Args)+p.NArgs], 0, x.At
						vm.Interp{}.Run(p, p.Receive, f, int(x.Row), int(x.Row)+1)
					}
					for rest := due; len(rest) > 0; {
						n := d(g, rest, weights)
						if n < 1 || n > len(rest) {
							t.Fatalf("%s: %d of %d deliveries are done", name, n, len(rest))
						}
						rest = rest[n:]
					}
					what := fmt.Sprintf("%s, %d instances, abreast %v", name, rows, abreast)
					if a, b := left(f, one), left(g, many); a != b {
						t.Errorf("%s: many deliveries leave something else\n%s", what, firstDifference(a, b))
					}
					sent += len(g.Host.(*journal).order)
				}
			}
		}
	}
	if block < 30 || generated < 5 || sent < 10000 {
		t.Errorf("deliveries of %d programs by blocks, of %d by generated code, which ask for something %d times", block, generated, sent)
	}
}

// left is what deliveries leave: variables, weights, and what each instance has
// asked for.
func left(f *kernel.Frame, weights []float64) string {
	var b strings.Builder
	for k, c := range append(slices.Clone(f.Columns), weights) {
		fmt.Fprintf(&b, "column %d", k)
		for _, x := range c {
			if x != x {
				x = math.NaN()
			}
			fmt.Fprintf(&b, " %x", math.Float64bits(x))
		}
		b.WriteByte('\n')
	}
	j := f.Host.(*journal)
	for id := range f.N {
		fmt.Fprintln(&b, id, strings.Join(j.lines[id], ", "))
	}
	return b.String()
}
