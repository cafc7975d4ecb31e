package protocol

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/rallsim/rall/analysis/features"
)

// drawn is a cell whose potential is drawn by hand: spikes at times before the
// stimulus, and one behind it; within, as many as the current has tenths of a nA.
type drawn struct {
	before []float64
	behind float64
}

func (d drawn) Run(_ context.Context, inputs []Input, record []Place, duration float64) ([]Recording, error) {
	var out []Recording
	for _, in := range inputs {
		c := in.Currents[0]
		at := slices.Clone(d.before)
		for i := range int(math.Round(c.From * 10)) {
			at = append(at, c.Delay+10+20*float64(i))
		}
		if d.behind > 0 {
			at = append(at, c.Delay+c.Dur+d.behind)
		}
		var r Recording
		v := []float64{}
		for i := range int(duration/.025) + 1 {
			t := float64(i) * .025
			x := -70.0
			if t > c.Delay && t < c.Delay+c.Dur {
				x += 10 * c.From
			}
			for _, p := range at {
				if gone := t - p; math.Abs(gone) < 1 {
					x = 30 - 97*math.Abs(gone)
				} else if gone >= 1 && gone < 5 { // the AHP
					x = -70 - 10*math.Sin(math.Pi*(gone-1)/4)
				}
			}
			r.T, v = append(r.T, t), append(v, x)
		}
		for range record {
			r.V = append(r.V, v)
		}
		out = append(out, r)
	}
	return out, nil
}

func (drawn) Sites(Place, *Place) ([]Site, error) { return nil, nil }

func bench() *Setup {
	return &Setup{At: Place{"soma", .5}, Delay: 100, Duration: 100, Tail: 50, Settings: features.Default(), Features: []string{"Spikecount", "time_to_first_spike"}, Own: "AlphaSynapse at dend(0.3)"}
}

// cell of a table by its column's name.
func cellOf(t *testing.T, r *Report, row int, column string) float64 {
	t.Helper()
	for k, c := range r.Table.Columns {
		if c.Name == column {
			return r.Table.Rows[row][k]
		}
	}
	t.Fatalf("there is no column %s", column)
	return 0
}

// TestSpikesOutside: spikes before and behind the stimulus are in no column, and told;
// features by name are eFEL's, of all spikes.
func TestSpikesOutside(t *testing.T) {
	s, ctx := bench(), context.Background()
	amps := []float64{0, .1, .3}
	quiet, err := s.Steps(ctx, drawn{}, amps, Pulse{})
	if err != nil {
		t.Fatal(err)
	}
	busy, err := s.Steps(ctx, drawn{before: []float64{5, 30}, behind: 8}, amps, Pulse{})
	if err != nil {
		t.Fatal(err)
	}
	if len(quiet.Notes) != 0 {
		t.Errorf("%q", quiet.Notes)
	}
	for i := range amps {
		for k, c := range busy.Table.Columns {
			a, b := busy.Table.Rows[i][k], quiet.Table.Rows[i][k]
			if a != b && !(math.IsNaN(a) && math.IsNaN(b)) {
				t.Errorf("%s at %g nA: %g, without spikes outside %g", c.Name, amps[i], a, b)
			}
		}
	}
	if n, l := cellOf(t, busy, 2, "spikes"), cellOf(t, busy, 2, "latency"); n != 3 || math.Abs(l-10) > .11 {
		t.Errorf("%g spikes, the first after %g ms", n, l)
	}
	for _, c := range []string{"latency", "half width above AHP", "first AHP", "AP amplitude"} {
		if x := cellOf(t, busy, 0, c); !math.IsNaN(x) {
			t.Errorf("no spike, and %s is %g", c, x)
		}
	}
	if f := busy.Sweeps[0].Features; f[0].X[0] != 3 || math.Abs(f[1].X[0]+95) > .11 {
		t.Errorf("of all spikes: %+v", f)
	}
	if n := strings.Join(busy.Notes, "\n"); !strings.Contains(n, "before the stimulus in 3 of 3 runs, first at 5 ms") || !strings.Contains(n, "AlphaSynapse at dend(0.3)") || !strings.Contains(n, "behind the stimulus in 3 of 3 runs, first 8 ms after its end") {
		t.Errorf("%q", busy.Notes)
	}
}

// TestFIWithinTheStep: intervals are between spikes of the step, so that of a single
// one there is none to draw.
func TestFIWithinTheStep(t *testing.T) {
	s := bench()
	r, err := s.FI(context.Background(), drawn{before: []float64{5}}, []float64{0, .1}, 0, Pulse{})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []string{"first interval", "last interval"} {
		if x := cellOf(t, r, 1, c); !math.IsNaN(x) {
			t.Errorf("%s of one spike is %g", c, x)
		}
	}
	if f := cellOf(t, r, 1, "frequency"); f != 10 || len(r.Charts[0].Curves) != 1 {
		t.Errorf("%g Hz; %d curves", f, len(r.Charts[0].Curves))
	}
	var text strings.Builder
	r.Print(&text, 0)
	for _, want := range []string{"latency = time_to_first_spike", "before the stimulus in 2 of 2 runs"} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("%q is not in\n%s", want, text.String())
		}
	}
}

// TestRheobaseOfOwn: a cell that spikes by itself has none above 0; one that spikes
// before or behind the step says so.
func TestRheobaseOfOwn(t *testing.T) {
	for name, x := range map[string]struct {
		cell drawn
		note string
	}{
		"before": {drawn{before: []float64{5}}, "before the stimulus, first at 5 ms"},
		"behind": {drawn{behind: 8}, "without a stimulus; of its own it has AlphaSynapse"},
	} {
		r, err := bench().Rheobase(context.Background(), x.cell, .05, 1, Pulse{})
		if err != nil {
			t.Fatal(err)
		}
		if n := strings.Join(r.Notes, "\n"); !strings.Contains(n, x.note) {
			t.Errorf("%s: %q", name, n)
		}
	}
}

// TestPassiveIsSeen: the picture's range is that of the step, whatever comes before it.
func TestPassiveIsSeen(t *testing.T) {
	r, err := bench().Passive(context.Background(), drawn{before: []float64{5}}, -.01, Pulse{})
	if err != nil {
		t.Fatal(err)
	}
	if w := r.Charts[0].Within; w == nil || *w != [2]float64{100, 200} {
		t.Errorf("the range is that of %v", w)
	}
}

// TestPassiveOfSpikes: a cell that spikes during the step has no passive numbers.
func TestPassiveOfSpikes(t *testing.T) {
	r, err := bench().Passive(context.Background(), drawn{}, .1, Pulse{})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Values) > 0 || len(r.Charts) != 1 || len(r.Sweeps) != 1 || !strings.Contains(strings.Join(r.Notes, "\n"), "spikes during the step") {
		t.Errorf("%+v, %q", r.Values, r.Notes)
	}
}
