package validate

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rallsim/rall"
	"github.com/rallsim/rall/internal/npy"
	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/lower"
	"github.com/rallsim/rall/runtime/record"
	"github.com/rallsim/rall/validate/alone"
)

// recurrent is a golden of corpus/recurrent: job.json, as
// tools/oracle/mech_golden.py writes it.
type recurrent struct {
	Mech    string
	Streams map[string][3]uint32
	Series  map[string][]float64
	Class   string
	Every   int // steps between two samples of a golden row
	Cases   []struct {
		Name   string
		Labels []string
		Sizes  []float64 // largest value of each row
		Bound  float64   // of the difference, in parts of the largest value
		Until  int       // steps up to the fifth spike [free]
		Frames []int     // of a statistic: the frame of each row
		Spikes []float64 // [ms]
	}
	dir string
}

func recurrents(t *testing.T) map[string]*recurrent {
	t.Helper()
	dirs, _ := filepath.Glob(filepath.Join(needGolden(t, "recurrent"), "golden", "neuron-9.0.2", "*"))
	out := map[string]*recurrent{}
	for _, dir := range dirs {
		r := &recurrent{dir: dir}
		text, err := os.ReadFile(filepath.Join(dir, "job.json"))
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(text, r); err != nil {
			t.Fatalf("%s: %v", dir, err)
		}
		out[filepath.Base(dir)] = r
	}
	mods, _ := filepath.Glob(filepath.Join(corpus, "recurrent", "mod", "*.mod"))
	for _, m := range mods {
		if out[strings.TrimSuffix(filepath.Base(m), ".mod")] == nil {
			t.Errorf("%s has no golden", m)
		}
	}
	return out
}

func (r *recurrent) job(name string) *alone.Job {
	return &alone.Job{Spec: filepath.Join(r.dir, name+".json"), Mods: []string{"../tools/oracle/mech", filepath.Join(corpus, "recurrent", "mod")},
		FD: name == "clamped", Mech: r.Mech, Streams: r.Streams, Series: r.Series, Sink: "MechSink"}
}

// TestRecurrent runs the mechanisms of corpus/recurrent alone: with equal draws
// every row is NEURON's, and those that NEURON draws for from its one old
// generator have its distributions.
func TestRecurrent(t *testing.T) {
	for name, r := range recurrents(t) {
		t.Run(name, func(t *testing.T) {
			for i := range r.Cases {
				c := &r.Cases[i]
				res, err := r.job(c.Name).Run(rall.Settings{})
				if err != nil {
					t.Fatal(err)
				}
				var rows []float64
				var shape []int
				if len(c.Labels) > 0 {
					f, err := os.Open(filepath.Join(r.dir, c.Name+".npy"))
					if err != nil {
						t.Fatal(err)
					}
					rows, shape, err = npy.Read(f, 1<<24)
					f.Close()
					if err != nil || len(shape) != 2 || shape[0] != len(c.Labels) {
						t.Fatalf("%s: %v, shape %v", c.Name, err, shape)
					}
				}
				worst, where := 0.0, ""
				for k, label := range c.Labels {
					want := rows[k*shape[1] : (k+1)*shape[1]]
					got := report(res, label)
					if got == nil {
						t.Errorf("%s: no report %s", c.Name, label)
						continue
					}
					if slices.Min(want) == slices.Max(want) {
						t.Errorf("%s: %s does not vary", c.Name, label)
					}
					var d float64
					if r.Class == "statistics" {
						n := len(got.Elements)
						d = ksDistance(want, got.Data[c.Frames[k]*n:(c.Frames[k]+1)*n])
					} else {
						d = r.difference(want, got.Data, c.Until) / c.Sizes[k]
					}
					if !(d <= worst) {
						worst, where = d, label
					}
				}
				bound, what := c.Bound, "in parts of the largest value"
				switch {
				case r.Class == "statistics":
					// one chance in a thousand for the largest of all distances
					bound = math.Sqrt(-0.5*math.Log(0.001/2/float64(len(c.Labels)))) * math.Sqrt(2/float64(shape[1]))
					what = "between the distributions"
				case c.Name == "free": // a short run, in which rounding stays small
					bound = 1e-9
				}
				t.Logf("%s %s: worst difference %.1e %s (%s), allowed %.1e", r.Mech, c.Name, worst, what, where, bound)
				if !(worst <= bound) {
					t.Errorf("%s: %s differs by %g, allowed %g", c.Name, where, worst, bound)
				}
				var spikes []float64
				for _, s := range res.Spikes {
					if s.Gid == 0 {
						spikes = append(spikes, s.T)
					}
				}
				if c.Spikes != nil && !slices.EqualFunc(spikes, c.Spikes, func(a, b float64) bool { return math.Abs(a-b) <= 1e-9 }) {
					t.Errorf("%s: %d spikes, NEURON %d: %v\n%v", c.Name, len(spikes), len(c.Spikes), spikes, c.Spikes)
				}
			}
		})
	}
}

// difference is the largest between a golden row and what was recorded at
// every step, up to a step unless that is 0.
func (r *recurrent) difference(want, got []float64, until int) float64 {
	worst := 0.0
	for k, w := range want {
		at := k * r.Every
		if until > 0 && at >= until {
			break
		}
		if at >= len(got) {
			return math.Inf(1)
		}
		if d := math.Abs(got[at] - w); !(d <= worst) {
			worst = d
		}
	}
	return worst
}

// ksDistance is that of Kolmogorov and Smirnov of two samples of one size.
func ksDistance(a, b []float64) float64 {
	a, b = slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b))
	i, j, far := 0, 0, 0.0
	for i < len(a) && j < len(b) {
		x := min(a[i], b[j])
		for i < len(a) && a[i] == x {
			i++
		}
		for j < len(b) && b[j] == x {
			j++
		}
		far = max(far, math.Abs(float64(i)/float64(len(a))-float64(j)/float64(len(b))))
	}
	return far
}

// TestRecurrentPermuted has eleven of each, with streams by the instances'
// identity, in both backends, shuffled over lanes and cut into groups: always
// the same bits, of what draws, of what NET_RECEIVE and WATCH set, and of
// what is sent.
func TestRecurrentPermuted(t *testing.T) {
	for name, r := range recurrents(t) {
		t.Run(name, func(t *testing.T) {
			j := r.job(r.Cases[len(r.Cases)-1].Name)
			j.Streams = nil
			set := rall.Settings{Threads: 1, Set: []string{"netParams.popParams.cell.numCells=11", "simConfig.duration=40", "simConfig.recordStep=0.5"}}
			p, err := j.Load(set)
			if err != nil {
				t.Fatal(err)
			}
			m := model{name: name}
			run := func(q *rall.Project, s rall.Settings) *record.Result {
				s.ConductanceFD = j.FD
				return m.run(t, q, s)
			}
			want := run(p, set)
			if len(want.Reports) == 0 && len(want.Spikes) == 0 {
				t.Fatal("nothing is recorded")
			}
			if len(p.Net.Groups) > 0 && len(r.Streams) > 0 && !differ(want) {
				t.Error("instances with streams of their own are all alike")
			}
			same(t, "interp", run(p, rall.Settings{Backend: "interp"}), want)
			for _, o := range []lower.Options{{Shuffle: 7}, {Shuffle: 12, GroupNodes: 4}} {
				q := *p
				var diags diag.List
				if q.Net = lower.Lower(p.Model, o, &diags); q.Net == nil {
					t.Fatal(diags.Error())
				}
				j.Bind(q.Net)
				same(t, "shuffled", run(&q, rall.Settings{Threads: 2}), want)
			}
		})
	}
}

// differ says whether a report's elements are not all alike, or cells do not
// all fire together.
func differ(res *record.Result) bool {
	for _, r := range res.Reports {
		n := len(r.Elements)
		for k := range r.Data {
			if r.Data[k] != r.Data[k-k%n] {
				return true
			}
		}
	}
	for i := range res.Spikes {
		if res.Spikes[i].T != res.Spikes[0].T {
			return true
		}
	}
	return false
}
