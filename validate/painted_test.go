package validate

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rallsim/rall"
	"github.com/rallsim/rall/ir/morph"
	"github.com/rallsim/rall/validate/golden"
)

// TestPainted: parameters that strings of place (dist_path, x, y, z) give to
// CVs are NEURON's, as the running network has them.
func TestPainted(t *testing.T) {
	seen := 0
	for _, m := range models(t, "neuron-9.0.2") {
		var want map[string]map[string][]float64
		if err := golden.Read(m.golden, "painted.json", &want); err != nil {
			if os.IsNotExist(err) {
				continue
			}
			t.Fatal(err)
		}
		seen++
		var traces []string
		for param, secs := range want {
			mech, name, _ := strings.Cut(param, ".")
			for sec, vals := range secs {
				for cv := range vals {
					traces = append(traces, fmt.Sprintf(`"%s.%s.%d":{"sec":%q,"loc":%.17g,"mech":%q,"var":%q}`,
						param, sec, cv, sec, morph.CVCentre(len(vals), cv), mech, name))
				}
			}
		}
		p := m.load(t, "simConfig.duration=0.1", `simConfig.recordTraces={`+strings.Join(traces, ",")+`}`)
		res := m.run(t, p, rall.Settings{})
		worst := 0.0
		for param, secs := range want {
			for sec, vals := range secs {
				for cv, x := range vals {
					rep := report(res, fmt.Sprintf("%s.%s.%d", param, sec, cv))
					if rep == nil {
						t.Errorf("%s of %s is not recorded", param, sec)
						continue
					}
					got := rep.Column(0)[0]
					d := math.Abs(got-x) / math.Max(math.Abs(x), 1e-300)
					if got == x {
						d = 0
					}
					worst = math.Max(worst, d)
					if !(d <= 1e-12) {
						t.Errorf("%s in CV %d of %s is %.17g, want %.17g", param, cv, sec, got, x)
					}
				}
			}
		}
		t.Logf("%s: %d values, worst difference %.2g relative", filepath.Base(m.name), len(traces), worst)
	}
	if seen == 0 && goldenRoot() == corpus {
		t.Error("no painted.json")
	}
}
