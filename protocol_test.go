package rall

import (
	"context"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rallsim/rall/analysis/features"
	"github.com/rallsim/rall/ir"
	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/protocol"
)

// protocolGolden is what NEURON yields (tools/oracle/protocol_golden.py).
type protocolGolden struct {
	Celsius, VInit      float64
	Delay, Duration, Dt float64
	Tail                float64
	Every               int
	Steps               []struct {
		Amp    float64
		Spikes []int
		V      []float64
	}
	Passive struct {
		Amp, Rest, Rin, Tau float64
		PeakRin             float64 `json:"peak_rin"`
		TauError            float64 `json:"tau_error"`
	}
	Rheobase float64 `json:"rheobase_pA"`
	Ramp     struct {
		From, To, Hold float64
		Spikes         []int
		V              []float64
	}
	VClamp []struct {
		Command, Inward, Outward, Steady, Before float64
		InwardAt                                 float64 `json:"inward_at"`
	}
	Bap struct {
		Amp   float64
		Sites []struct {
			Section                 string
			X, Distance, Rest, Peak float64
			Step                    int
		}
	}
}

func benchCell(t *testing.T, name string, s Settings) *Project {
	var diags diag.List
	var p *Project
	switch name {
	case "ball_stick":
		p = LoadCell([]string{"corpus/hoc-cells/ball_stick.hoc"}, HocSettings{Template: "BallStick"}, s, &diags)
	case "emodel":
		s.Mods = []string{"corpus/swc-cell/mod"}
		p = LoadCell([]string{"corpus/hoc-cells/emodel.hoc"}, HocSettings{Template: "Emodel", Args: []any{".", "traced.asc"}, Mods: s.Mods}, s, &diags)
	case "pyramidal":
		p = Load([]string{"corpus/swc-cell/swc-cell.json"}, s, &diags)
	}
	if p == nil {
		t.Fatalf("%s: %v", name, diags.Error())
	}
	return p
}

// protocolDir has the goldens, or what has just been computed.
func protocolDir() string {
	if dir := os.Getenv("RALL_PROTOCOL_DIR"); dir != "" {
		return dir
	}
	return filepath.Join("protocol", "testdata", "neuron-9.0.2")
}

func onBench(t *testing.T, name string, s Settings) (*protocolGolden, *Bench, *protocol.Setup) {
	text, err := os.ReadFile(filepath.Join(protocolDir(), name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	var g protocolGolden
	text = []byte(strings.Replace(string(text), `"v_init"`, `"VInit"`, 1))
	if err := json.Unmarshal(text, &g); err != nil {
		t.Fatal(err)
	}
	b, err := benchCell(t, name, s).Bench("", s, BenchOptions{Celsius: &g.Celsius, VInit: &g.VInit, Dt: g.Dt})
	if err != nil {
		t.Fatal(err)
	}
	return &g, b, &protocol.Setup{At: b.Soma(), Delay: g.Delay, Duration: g.Duration, Tail: g.Tail, Settings: features.Default(), Features: []string{"Spikecount"}}
}

// sameTrace wants the spikes at the same steps, and the potential within 1e-6 mV
// until the first one: beyond, roundings grow on every upstroke.
func sameTrace(t *testing.T, what string, v []float64, every int, want []float64, spikes []int) {
	t.Helper()
	var got []int
	for i := 1; i < len(v); i++ {
		if v[i] > -20 && v[i-1] <= -20 {
			got = append(got, i)
		}
	}
	if !slices.Equal(got, spikes) {
		t.Errorf("%s: spikes at steps %v, NEURON's at %v", what, got, spikes)
	}
	// A sample that is due as the run ends is not always taken.
	if n := (len(v) + every - 1) / every; n != len(want) && n != len(want)-1 {
		t.Fatalf("%s: %d samples, NEURON has %d", what, n, len(want))
	}
	for k, w := range want {
		if k*every >= len(v) {
			break
		}
		if len(spikes) > 0 && k*every > spikes[0] {
			break
		}
		if d := math.Abs(v[k*every] - w); !(d <= 1e-6) {
			t.Fatalf("%s: %.12g mV at step %d, NEURON has %.12g", what, v[k*every], k*every, w)
		}
	}
}

func near(t *testing.T, what string, got, want, tol float64) {
	t.Helper()
	if d := math.Abs(got - want); !(d <= tol) {
		t.Errorf("%s: %.12g, NEURON %.12g", what, got, want)
	}
}

func value(t *testing.T, r *protocol.Report, name string) float64 {
	t.Helper()
	for _, v := range r.Values {
		if v.Name == name {
			return v.Value
		}
	}
	t.Fatalf("the report has no %s: %+v", name, r)
	return 0
}

func TestProtocolsNEURON(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(protocolDir(), "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no goldens: %v", err)
	}
	for _, f := range files {
		name := strings.TrimSuffix(filepath.Base(f), ".json")
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g, b, s := onBench(t, name, Settings{})
			ctx := context.Background()
			var amps []float64
			for _, w := range g.Steps {
				amps = append(amps, w.Amp)
			}
			r, err := s.Steps(ctx, b, amps, protocol.Pulse{})
			if err != nil {
				t.Fatal(err)
			}
			for i, w := range g.Steps {
				sameTrace(t, r.Sweeps[i].Label, r.Sweeps[i].Traces[0].X, g.Every, w.V, w.Spikes)
			}

			if r, err = s.Passive(ctx, b, g.Passive.Amp, protocol.Pulse{}); err != nil {
				t.Fatal(err)
			}
			// Differences of potentials that are equal to 1e-9 mV, over 0.01 nA.
			near(t, "rest", value(t, r, "resting potential"), g.Passive.Rest, 1e-8)
			near(t, "Rin", value(t, r, "input resistance"), g.Passive.Rin, 1e-6)
			near(t, "peak Rin", value(t, r, "peak input resistance"), g.Passive.PeakRin, 1e-6)
			// scipy stops where the sum of squares does not change any more
			near(t, "tau", value(t, r, "membrane time constant"), g.Passive.Tau, 1e-6*g.Passive.Tau)
			near(t, "tau's error", value(t, r, "fit error"), g.Passive.TauError, 1e-5*g.Passive.TauError)

			if r, err = s.Rheobase(ctx, b, .001, 4, protocol.Pulse{}); err != nil {
				t.Fatal(err)
			}
			near(t, "rheobase", value(t, r, "rheobase"), g.Rheobase*.001, 1e-12)

			ramp := *s
			ramp.Hold = g.Ramp.Hold
			if r, err = ramp.Ramp(ctx, b, g.Ramp.From, g.Ramp.To, protocol.Pulse{}); err != nil {
				t.Fatal(err)
			}
			sameTrace(t, "ramp", r.Sweeps[0].Traces[0].X, g.Every, g.Ramp.V, g.Ramp.Spikes)

			var commands []float64
			for _, w := range g.VClamp {
				commands = append(commands, w.Command)
			}
			if r, err = s.VClamp(ctx, b, commands, -80, .05, .5, protocol.Pulse{Duration: 30}); err != nil {
				t.Fatal(err)
			}
			for i, w := range g.VClamp {
				row := r.Table.Rows[i]
				for k, want := range []float64{w.Command, w.Inward, w.InwardAt, w.Outward} {
					near(t, r.Table.Columns[k].Name, row[k], want, 1e-7)
				}
				near(t, "steady", row[5], w.Steady, 1e-7)
				near(t, "before", row[6], w.Before, 1e-7)
			}

			if r, err = s.BackPropagation(ctx, b, g.Bap.Amp, 10, nil, protocol.Pulse{}); err != nil {
				t.Fatal(err)
			}
			if len(r.Table.Rows) != len(g.Bap.Sites) {
				t.Fatalf("%d sites, NEURON has %d", len(r.Table.Rows), len(g.Bap.Sites))
			}
			for _, w := range g.Bap.Sites {
				at, err := b.Place(w.Section)
				if err != nil {
					t.Fatal(err)
				}
				at.Pos = w.X
				k := slices.Index(r.Table.Keys, at.String())
				if k < 0 {
					t.Fatalf("no row of %v", at)
				}
				near(t, at.String()+" distance", r.Table.Rows[k][0], w.Distance, 1e-9*w.Distance)
				near(t, at.String()+" rest", r.Table.Rows[k][1], w.Rest, 1e-6)
				near(t, at.String()+" peak", r.Table.Rows[k][2], w.Peak, 1e-6)
			}
		})
	}
}

// How runs are put together, and on how many threads, changes no bit.
func TestProtocolsAreIndependent(t *testing.T) {
	var amps []float64
	for i := range 11 {
		amps = append(amps, float64(i)*.05)
	}
	var want *protocol.Report
	for _, threads := range []int{1, 2, 5} {
		_, b, s := onBench(t, "ball_stick", Settings{Threads: threads, Backend: Backends[threads%len(Backends)]})
		r, err := s.Steps(context.Background(), b, amps, protocol.Pulse{})
		if err != nil {
			t.Fatal(err)
		}
		if want == nil {
			want = r
		}
		one, err := s.Steps(context.Background(), b, amps[7:8], protocol.Pulse{})
		if err != nil {
			t.Fatal(err)
		}
		for i := range amps {
			if !slices.Equal(r.Sweeps[i].Traces[0].X, want.Sweeps[i].Traces[0].X) {
				t.Errorf("%d threads: %g nA differs", threads, amps[i])
			}
		}
		if !slices.Equal(one.Sweeps[0].Traces[0].X, want.Sweeps[7].Traces[0].X) {
			t.Errorf("%d threads: %g nA alone differs", threads, amps[7])
		}
	}
}

// A holding current goes on under voltage clamp, whose electrode then need not
// supply it; and the potential told is the cell's own.
func TestHoldUnderClamp(t *testing.T) {
	_, b, s := onBench(t, "ball_stick", Settings{})
	var before [2]float64
	for i, hold := range []float64{0, .25} {
		s.Hold = hold
		r, err := s.VClamp(context.Background(), b, []float64{-60}, -80, .01, .5, protocol.Pulse{Duration: 20})
		if err != nil {
			t.Fatal(err)
		}
		before[i] = r.Table.Rows[0][6]
	}
	if d := before[0] - before[1] - .25; math.Abs(d) > 1e-3 {
		t.Errorf("the clamp's current goes from %g to %g nA", before[0], before[1])
	}
	b.Cell.VInit = []ir.VInit{{Sections: []int{b.Cell.Morph.Index(b.Soma().Section)}, V: -72}}
	if v := b.VInit(); v != -72 {
		t.Errorf("it begins at %g mV", v)
	}
}

// A bench refuses what it cannot run.
func TestBenchRefuses(t *testing.T) {
	var diags diag.List
	p := LoadCell([]string{"corpus/swc-cell/cell.swc"}, HocSettings{}, Settings{}, &diags)
	if p == nil {
		t.Fatal(diags.Error())
	}
	if _, err := p.Bench("", Settings{}, BenchOptions{}); err == nil || !strings.Contains(err.Error(), "no mechanisms") {
		t.Error(err)
	}
	p = LoadCell([]string{"corpus/swc-cell/cell.swc"}, HocSettings{Insert: []Insert{{Region: "all", Mech: "pas", Params: []Assignment{{"g", 1e-4}, {"e", -70}}}}}, Settings{}, &diags)
	if p == nil {
		t.Fatal(diags.Error())
	}
	b, err := p.Bench("", Settings{}, BenchOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for text, why := range map[string]string{"somma": "did you mean", "soma_0(2)": "from 0 to 1", "soma_0(x)": "from 0 to 1", "": "there is no section"} {
		if _, err := b.Place(text); err == nil || !strings.Contains(err.Error(), why) {
			t.Errorf("%q: %v", text, err)
		}
	}
	for text, want := range map[string]protocol.Place{"soma": {Section: "soma_0", Pos: .5}, "dend[3](.25)": {Section: "dend_3", Pos: .25}, "apic_2(1)": {Section: "apic_2", Pos: 1}} {
		if at, err := b.Place(text); err != nil || at != want {
			t.Errorf("%q: %v %v", text, at, err)
		}
	}
	to := b.Far(b.Soma())
	if to == nil || !strings.HasPrefix(to.Section, "apic") {
		t.Fatalf("the farthest end is %v", to)
	}
	sites, err := b.Sites(b.Soma(), to)
	if err != nil {
		t.Fatal(err)
	}
	all, err := b.Sites(b.Soma(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(sites) < 5 || len(all) < 3*len(sites) || sites[0].Section != "soma_0" || sites[len(sites)-1].Section != to.Section {
		t.Errorf("%d sites of %d on the way: %v", len(sites), len(all), sites)
	}
	for i := 1; i < len(sites); i++ {
		if !(sites[i].Distance > sites[i-1].Distance) {
			t.Errorf("%v is not farther than %v", sites[i], sites[i-1])
		}
	}
}

// TestBenchBoundsMemory: what would be recorded is counted before.
func TestBenchBoundsMemory(t *testing.T) {
	_, b, s := onBench(t, "ball_stick", Settings{})
	_, err := b.Run(t.Context(), make([]protocol.Input, 100), []protocol.Place{s.At}, 1e7)
	if err == nil || !strings.Contains(err.Error(), "100 runs of 1e+07 ms") || !strings.Contains(err.Error(), "GiB") {
		t.Error(err)
	}
}

// TestPlaceIsExactFirst: a section's own name counts before what else it may mean.
func TestPlaceIsExactFirst(t *testing.T) {
	_, b, _ := onBench(t, "ball_stick", Settings{})
	m := *b.Cell.Morph
	m.Sections = slices.Clone(m.Sections)
	m.Sections[0].Name, m.Sections[1].Name = "a[0]", "a"
	b.Cell.Morph = &m
	for text, want := range map[string]string{"a": "a", "a[0](0.5)": "a[0]", "a_0": "a[0]"} {
		if p, err := b.Place(text); err != nil || p.Section != want {
			t.Errorf("%s: %v, %v", text, p, err)
		}
	}
}
