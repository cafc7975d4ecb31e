package lower

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/rallsim/rall/ir/layout"
)

// Edges come out by source, delay and order, whether delays are all different,
// a few, one, or far apart, and take what is theirs with them.
func TestEdgeOrder(t *testing.T) {
	type edge struct {
		source int32
		delay  float64
		order  int64
		row    int32
		value  float64
	}
	for seed := range uint64(40) {
		r := rand.New(rand.NewPCG(seed, 8))
		delay := []func() float64{
			func() float64 { return 1 + 4*r.Float64() },
			func() float64 { return 0.1 * float64(10+r.IntN(40)) },
			func() float64 { return 2 },
			func() float64 { return 1 / (1e-6 + r.Float64()*r.Float64()*r.Float64()) },
		}[seed%4]
		var e layout.Edges
		var from []int32
		var want []edge
		for i := range 900 {
			x := edge{int32(r.IntN(7)), delay(), int64(3 * i), int32(i), r.Float64()}
			if seed%8 > 3 { // not in model order
				x.order = int64(i*i%907)<<10 + int64(i)
			}
			from = append(from, x.source)
			e.Order, e.Delay = append(e.Order, x.order), append(e.Delay, x.delay)
			e.Set, e.Row = append(e.Set, int32(i%2)), append(e.Row, x.row)
			e.Value = append(e.Value, x.value)
			if seed%3 == 0 {
				e.Element = append(e.Element, uint8(i))
			}
			want = append(want, x)
		}
		slices.SortFunc(want, func(a, b edge) int {
			return cmp.Or(cmp.Compare(a.source, b.source), cmp.Compare(a.delay, b.delay), cmp.Compare(a.order, b.order))
		})
		newSorter(9).bySource(&e, from)
		for k, x := range want {
			s, found := slices.BinarySearch(e.First, int32(k))
			if !found {
				s--
			}
			if e.Sources[s] != x.source || e.Delay[k] != x.delay || e.Order[k] != x.order || e.Row[k] != x.row || e.Set[k] != x.row%2 || e.Value[k] != x.value || e.Element != nil && e.Element[k] != uint8(x.row) {
				t.Fatalf("seed %d: edge %d is of source %d after %g, order %d, row %d, weight %g; want %+v", seed, k, e.Sources[s], e.Delay[k], e.Order[k], e.Row[k], e.Value[k], x)
			}
		}
	}
}
