package sim

import (
	"math"
	"testing"

	"github.com/rallsim/rall/ir/layout"
)

// TestRenewReversals compares the reversal potentials of blocks with those of
// one slot, where there are concentrations and where there are none.
func TestRenewReversals(t *testing.T) {
	for _, z := range []float64{-1, 0, 1, 2} {
		in := []float64{5e-5, 140, 0, 1e-300, -1, 10, math.NaN(), 3, 7e-5, 2}
		out := []float64{2, 5, 1, 1e300, 1, 0, 1, -2, 2, 2}
		ion := ionState{def: &layout.Ion{Valence: z}, in: in, out: out, e: make([]float64, len(in)), renew: [][2]int{{0, 3}, {4, 10}}}
		ion.e[3] = -77
		ion.renewReversals(34)
		for i := range in {
			want := nernst(in[i], out[i], z, 34)
			if i == 3 {
				want = -77 // belongs to no run
			}
			if math.Float64bits(ion.e[i]) != math.Float64bits(want) && want == want {
				t.Errorf("z %v, in %v, out %v: %v, want %v", z, in[i], out[i], ion.e[i], want)
			}
		}
	}
}
