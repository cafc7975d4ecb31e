package lower

import (
	"math"
	"testing"

	"github.com/rallsim/rall/ir/layout"
)

// TestCompact: columns of one value are kept once, others as they are.
func TestCompact(t *testing.T) {
	in := layout.Instances{N: 3, Columns: [][]float64{{1, 1, 1}, {1, 2, 1}, {0, math.Copysign(0, -1), 0}, {math.NaN(), math.NaN(), math.NaN()}}}
	compact(&in)
	for c, want := range []int{1, 3, 3, 1} {
		if len(in.Columns[c]) != want {
			t.Errorf("column %d keeps %v", c, in.Columns[c])
		}
	}
	if in.Value(0, 2) != 1 || in.Value(1, 1) != 2 || in.Value(2, 1) != 0 {
		t.Errorf("values %v", in.Columns)
	}
	one := layout.Instances{N: 1, Columns: [][]float64{{7}}}
	if compact(&one); one.Value(0, 0) != 7 {
		t.Error(one.Columns)
	}
}
