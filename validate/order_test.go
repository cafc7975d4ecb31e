package validate

import (
	"fmt"
	"math"
	"path/filepath"
	"testing"

	"github.com/rallsim/rall"
	"github.com/rallsim/rall/runtime/record"
)

// TestOrderOfConvergence: with secondorder 0 the error of the potential halves
// with dt, with 1 and 2 it falls to a quarter; the sodium current, taken as
// that of the middle of the step before, is of second order with 2 alone. The
// cell fires; errors are those on the spike's rise, against a run of a far
// smaller step.
func TestOrderOfConvergence(t *testing.T) {
	const when, fine = 2.8, .05 / 256 // [ms]
	m := model{name: "secondorder", spec: []string{filepath.Join(corpus, "secondorder", "order-0.json")}}
	run := func(order int, dt float64) *record.Result {
		// TABLEs have errors of their own, which do not shrink with dt.
		return m.run(t, m.load(t, fmt.Sprintf("simConfig.dt=%g", dt), fmt.Sprintf("simConfig.recordStep=%g", dt), "simConfig.duration=3",
			fmt.Sprintf("simConfig.hParams.secondorder=%d", order), "simConfig.hParams.usetable_hh=0"), rall.Settings{})
	}
	sample := func(res *record.Result, label string, t, dt float64) float64 {
		return report(res, label).Column(0)[int(math.Round(t/dt))]
	}
	exact := run(2, fine)
	for _, c := range []struct {
		order  int
		label  string
		lag    float64 // of the variable's time behind the sample's, in steps
		first  float64 // step [ms]
		expect float64 // order of convergence
	}{{0, "v", 0, .0125, 1}, {1, "v", 0, .05, 2}, {2, "v", 0, .05, 2}, {1, "ina", .5, .0125, 1}, {2, "ina", .5, .05, 2}} {
		var errs []float64
		for k := range 4 {
			dt := c.first / float64(int(1)<<k)
			at := when - c.lag*dt
			want := sample(exact, c.label, at, fine)
			if c.lag > 0 { // samples of the fine run lag by half of its step
				want = (want + sample(exact, c.label, at+fine, fine)) / 2
			}
			errs = append(errs, math.Abs(sample(run(c.order, dt), c.label, when, dt)-want))
		}
		for k := 1; k < len(errs); k++ {
			if p := math.Log2(errs[k-1] / errs[k]); !(math.Abs(p-c.expect) < .25) {
				t.Errorf("secondorder %d: errors %.3g of %s are of order %.2f between step %d and %d, want %g", c.order, errs, c.label, p, k-1, k, c.expect)
			}
		}
		t.Logf("secondorder %d: errors of %s %.3g", c.order, c.label, errs)
	}
}
