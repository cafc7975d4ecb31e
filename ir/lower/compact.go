package lower

import (
	"math"

	"github.com/rallsim/rall/ir/layout"
)

// compact keeps one value of the columns that hold the same for all instances:
// what nobody sets, and parameters that are painted alike.
func compact(in *layout.Instances) {
	for c, col := range in.Columns {
		same := len(col) > 1
		for i := 1; i < len(col) && same; i++ {
			same = math.Float64bits(col[i]) == math.Float64bits(col[0])
		}
		if same {
			in.Columns[c] = []float64{col[0]}
		}
	}
}
