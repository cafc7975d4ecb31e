package validate

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rallsim/rall"
	"github.com/rallsim/rall/runtime/record"
	"github.com/rallsim/rall/validate/golden"
)

// The passive Rallpacks have an exact answer: a finite cable of electrotonic
// length l with sealed ends and a current step at its start obeys
//
//	V - E = I R (cosh(l-X)/sinh(l) - exp(-T)/l
//	        - (2/l) sum_n exp(-T (1+a^2)) cos(a X)/(1+a^2)),  a = n pi/l
//
// where X is the place in units of the length constant, T the time in units of
// the membrane's time constant, and R = (2/pi) sqrt(Rm Ra) d^-1.5 the input
// resistance of the endless cable (Rall W, 1969, Biophys J 9:1483). The tree of
// Rallpack 2 follows the 3/2 law, so that it is the cable of its root's
// diameter whose length is the sum of the levels' electrotonic lengths.
type cable struct {
	length float64 // electrotonic
	tau    float64 // [ms]
	r      float64 // [MOhm]
}

// newCable makes the cable of pieces (length, diameter) [um] laid end to end.
func newCable(pieces [][2]float64) cable {
	const rm, ra, cm = 40000, 100, 1 // [ohm cm2], [ohm cm], [uF/cm2]
	c := cable{tau: rm * cm * 1e-3}
	for _, p := range pieces {
		c.length += p[0] / (1e4 * math.Sqrt(p[1]*1e-4*rm/(4*ra)))
	}
	c.r = 2 / math.Pi * math.Sqrt(rm*ra) * math.Pow(pieces[0][1]*1e-4, -1.5) * 1e-6
	return c
}

// v returns the potential [mV] at time t [ms], infinite for the steady state,
// at the start (x = 0) or the end (x = 1).
func (c cable) v(t, x float64) float64 {
	const e, i = -65, .1 // [mV], [nA]
	l, big := c.length, t/c.tau
	sum := math.Cosh(l*(1-x)) / math.Sinh(l)
	if !math.IsInf(t, 1) {
		sum -= math.Exp(-big) / l
		for n := 1.; ; n++ {
			a := n * math.Pi / l
			if big*(1+a*a) > 745 {
				break
			}
			sum -= 2 / l * math.Exp(-big*(1+a*a)) * math.Cos(a*x*l) / (1 + a*a)
		}
	}
	return e + i*c.r*sum
}

var cables = map[string]cable{
	"rallpack1": newCable([][2]float64{{1000, 1}}),
	"rallpack2": newCable(func() (p [][2]float64) {
		for k := 0.; k < 10; k++ {
			p = append(p, [2]float64{32 * math.Pow(2, -k/3), 16 * math.Pow(2, -2*k/3)})
		}
		return p
	}()),
}

// variant runs a model's spec with another number of CVs in every section.
func variant(t *testing.T, name string, nseg int, set ...string) *record.Result {
	t.Helper()
	path := filepath.Join(corpus, name, name+".json")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	i := strings.Index(string(text), `"nseg": `) + len(`"nseg": `)
	j := i + strings.IndexAny(string(text[i:]), ",} ")
	old := string(text[i-len(`"nseg": `) : j])
	changed := strings.ReplaceAll(string(text), old+"}", fmt.Sprintf(`"nseg": %d}`, nseg))
	path = filepath.Join(t.TempDir(), name+".json")
	if err := os.WriteFile(path, []byte(changed), 0o666); err != nil {
		t.Fatal(err)
	}
	m := model{name: name, spec: []string{path}}
	return m.run(t, m.load(t, set...), rall.Settings{})
}

func set(path string, x float64) string {
	return "simConfig." + path + "=" + strconv.FormatFloat(x, 'g', -1, 64)
}

// TestRallpackPassive: Rallpack 1 and 2 against their sums. At each dt and nseg
// the error is NEURON's, it is of order 1 in dt and, for the cable, of order 2
// in dx.
func TestRallpackPassive(t *testing.T) {
	for name, c := range cables {
		t.Run(name, func(t *testing.T) {
			var want struct {
				InDt []struct {
					Dt  float64   `json:"dt_ms"`
					N   int       `json:"nseg"`
					Err []float64 `json:"max_error_mV"`
				} `json:"in_dt"`
				InDx []struct {
					Dt       float64   `json:"dt_ms"`
					Duration float64   `json:"duration_ms"`
					N        int       `json:"nseg"`
					Err      []float64 `json:"steady_error_mV"`
				} `json:"in_dx"`
			}
			if err := golden.Read(needGolden(t, name, "golden", "neuron-9.0.2", "order"), "order.json", &want); err != nil {
				t.Fatal(err)
			}
			near := func(what string, got, want float64) {
				t.Logf("%s: error %.9g mV, NEURON's %.9g", what, got, want)
				if math.Abs(got-want) > 1e-6*want+1e-10 {
					t.Errorf("%s: error %.12g mV, NEURON's is %.12g", what, got, want)
				}
			}
			ends := []string{"v_start", "v_end"}
			last := []float64{}
			for _, w := range want.InDt {
				res := variant(t, name, w.N, set("dt", w.Dt), set("recordStep", 1))
				var errs []float64
				for e, label := range ends {
					v, worst := report(res, label).Column(0), 0.0
					for k := 1; k <= 250 && k < len(v); k++ {
						worst = math.Max(worst, math.Abs(v[k]-c.v(float64(k), float64(e))))
					}
					near(fmt.Sprintf("dt %g, %s", w.Dt, label), worst, w.Err[e])
					errs = append(errs, worst)
				}
				for e := range last {
					if q := last[e] / errs[e]; !(q > 1.6 && q < 2.4) {
						t.Errorf("dt %g, %s: half the dt leaves 1/%g of the error", w.Dt, ends[e], q)
					}
				}
				last = errs
			}
			last = nil
			n := 0
			for _, w := range want.InDx {
				res := variant(t, name, w.N, set("dt", w.Dt), set("recordStep", w.Dt), set("duration", w.Duration))
				var errs []float64
				for e, label := range ends {
					v := report(res, label).Column(0)
					errs = append(errs, math.Abs(v[len(v)-1]-c.v(math.Inf(1), float64(e))))
					near(fmt.Sprintf("nseg %d, %s", w.N, label), errs[e], w.Err[e])
				}
				for e := range last {
					if q := last[e] / errs[e]; name == "rallpack1" && w.N == 2*n && !(q > 3.8 && q < 4.2) {
						t.Errorf("nseg %d, %s: half the dx leaves 1/%g of the error", w.N, ends[e], q)
					}
				}
				last, n = errs, w.N
			}
		})
	}
}

// TestRallpackActive: the spikes of Rallpack 3 at both ends come when NEURON's
// do at each dt and nseg; in dt they converge at order 1 to a limit of our own
// extrapolation, in dx at order 2.
func TestRallpackActive(t *testing.T) {
	var want struct {
		Duration float64 `json:"duration_ms"`
		Rows     []struct {
			Dt    float64   `json:"dt_ms"`
			N     int       `json:"nseg"`
			Start []float64 `json:"start_ms"`
			End   []float64 `json:"end_ms"`
		} `json:"crossings_of_0_mV"`
	}
	if err := golden.Read(needGolden(t, "rallpack3", "golden", "neuron-9.0.2", "order"), "order.json", &want); err != nil {
		t.Fatal(err)
	}
	type at struct {
		dt float64
		n  int
	}
	got := map[at][][]float64{}
	worst := 0.0
	for _, w := range want.Rows {
		res := variant(t, "rallpack3", w.N, set("dt", w.Dt), set("recordStep", w.Dt), set("duration", want.Duration))
		for e, ref := range [][]float64{w.Start, w.End} {
			rep := report(res, []string{"v_start", "v_end"}[e])
			times := crossings(rep.Time, rep.Column(0))
			if len(times) != len(ref) {
				t.Fatalf("dt %g, nseg %d: %d spikes, NEURON has %d", w.Dt, w.N, len(times), len(ref))
			}
			for i := range ref {
				worst = math.Max(worst, math.Abs(times[i]-ref[i]))
			}
			got[at{w.Dt, w.N}] = append(got[at{w.Dt, w.N}], times)
		}
	}
	t.Logf("spikes at both ends: within %.2g ms of NEURON's", worst)
	if worst > 1e-7 {
		t.Errorf("spikes are %g ms from NEURON's", worst)
	}
	order := func(what string, series []at, low, high float64) {
		for e := range 2 {
			for i := range got[series[0]][e] {
				x := make([]float64, len(series))
				for k, s := range series {
					x[k] = got[s][e][i]
				}
				for k := 2; k < len(x); k++ {
					if q := (x[k-2] - x[k-1]) / (x[k-1] - x[k]); !(q > low && q < high) {
						t.Errorf("%s, end %d, spike %d: differences shrink by %g", what, e, i, q)
					}
				}
				n := len(x)
				limit := x[n-1] + (x[n-1]-x[n-2])/(math.Sqrt(low*high)-1)
				if e == 1 {
					t.Logf("%s, spike %d at the end: %v, limit %.6g ms", what, i, x, limit)
				}
			}
		}
	}
	order("in dt", []at{{.05, 1000}, {.025, 1000}, {.0125, 1000}, {.00625, 1000}}, 1.6, 2.5)
	order("in dx", []at{{.025, 100}, {.025, 200}, {.025, 400}, {.025, 800}}, 3.2, 5)
}

// crossings returns the times at which v rises through 0, linear between
// samples.
func crossings(t, v []float64) []float64 {
	var out []float64
	for k := 0; k+1 < len(v); k++ {
		if v[k] < 0 && v[k+1] >= 0 {
			out = append(out, t[k]-v[k]*(t[k+1]-t[k])/(v[k+1]-v[k]))
		}
	}
	return out
}
