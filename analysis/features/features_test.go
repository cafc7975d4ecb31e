package features

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rallsim/rall/internal/npy"
)

const golden = "testdata/efel-5.7.34" // made by tools/oracle/features_golden.py

type goldenFile struct {
	Settings map[string]map[string]any
	Traces   map[string]struct {
		Start    float64 `json:"stim_start"`
		End      float64 `json:"stim_end"`
		Current  float64
		Step     float64
		Features map[string]map[string][]float64
	}
}

func readGolden(t *testing.T) *goldenFile {
	text, err := os.ReadFile(filepath.Join(golden, "features.json"))
	if err != nil {
		t.Fatal(err)
	}
	var g goldenFile
	if err := json.Unmarshal(text, &g); err != nil {
		t.Fatal(err)
	}
	return &g
}

func readTrace(t *testing.T, name string, step float64) (at, v []float64) {
	f, err := os.Open(filepath.Join(golden, name+".npy"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	data, shape, err := npy.Read(f, 1<<24)
	if err != nil {
		t.Fatal(err)
	}
	if len(shape) == 2 {
		return data[:shape[1]], data[shape[1]:]
	}
	for i := range data {
		at = append(at, float64(i)*step)
	}
	return at, data
}

// set gives settings by eFEL's names.
func set(t *testing.T, s *Settings, values map[string]any) {
	for k, v := range values {
		if k == "strict_stiminterval" || k == "ignore_first_ISI" {
			b := v.(bool)
			if k == "ignore_first_ISI" {
				s.IgnoreFirstISI = b
			} else {
				s.StrictStimInterval = b
			}
			continue
		}
		x := v.(float64)
		switch k {
		case "Threshold":
			s.Threshold = x
		case "interp_step":
			s.InterpStep = x
		case "DerivativeThreshold":
			s.DerivativeThreshold = x
		case "DownDerivativeThreshold":
			s.DownDerivativeThreshold = x
		case "DerivativeWindow":
			s.DerivativeWindow = int(x)
		case "rise_start_perc":
			s.RiseStart = x
		case "rise_end_perc":
			s.RiseEnd = x
		case "burst_factor":
			s.BurstFactor = x
		case "strict_burst_factor":
			s.StrictBurstFactor = x
		case "spike_skipf":
			s.SpikeSkipFraction = x
		case "max_spike_skip":
			s.MaxSpikeSkip = int(x)
		case "initburst_freq_threshold":
			s.InitBurstFrequency = x
		case "initial_perc":
			s.InitialFraction = x
		default:
			t.Fatalf("no setting %s", k)
		}
	}
}

// tolerance is relative to the value: the same operations on the same samples,
// with sums and logarithms rounded otherwise. What is fitted to logarithms
// magnifies that.
func tolerance(name string) float64 {
	switch name {
	case "time_constant", "ISI_log_slope", "ISI_semilog_slope", "ISI_log_slope_skip", "sag_time_constant", "decay_time_constant_after_stim":
		return 1e-7
	}
	return 1e-9
}

// TestEFEL compares every feature of every trace with eFEL's.
func TestEFEL(t *testing.T) {
	g := readGolden(t)
	if len(g.Traces) < 20 {
		t.Fatalf("%d traces", len(g.Traces))
	}
	with := map[string]int{} // how many traces have a feature
	vary := map[string]map[float64]bool{}
	for name, tr := range g.Traces {
		at, v := readTrace(t, name, tr.Step)
		for label, want := range tr.Features {
			s := Default()
			set(t, &s, g.Settings[label])
			x, err := New(Trace{T: at, V: v, StimStart: tr.Start, StimEnd: tr.End, Current: tr.Current}, s)
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range List() {
				w, ok := want[f.Name]
				if !ok {
					t.Fatalf("eFEL has no %s", f.Name)
				}
				got, err := x.Get(f.Name)
				isi := len(want["all_ISI_values"])
				if label != "strict" {
					isi--
				}
				if differs[name+" "+f.Name] != "" || unfit(f.Name, isi) {
					continue
				}
				if msg := compare(f.Name, got, w); msg != "" {
					t.Errorf("%s, %s: %s: %s (%v)", name, label, f.Name, msg, err)
				}
				if len(w) > 0 {
					with[f.Name]++
					if vary[f.Name] == nil {
						vary[f.Name] = map[float64]bool{}
					}
					vary[f.Name][w[0]] = true
				}
			}
		}
	}
	for _, f := range List() {
		if with[f.Name] == 0 {
			t.Errorf("no trace has %s", f.Name)
		}
		if n := len(vary[f.Name]); n < 2 && f.Name != "trace_check" && f.Name != "is_not_stuck" && f.Name != "depol_block" {
			t.Errorf("%s is the same in all traces", f.Name)
		}
	}
}

// differs names what is not compared, and why.
var differs = map[string]string{
	"noise_alone spike_half_width":             "eFEL takes the peak of a spike before the stimulus for its rise",
	"noise_alone AP1_width":                    "likewise",
	"before_and_after spike_half_width":        "likewise",
	"before_and_after AP1_width":               "likewise",
	"from_zero depol_block":                    "eFEL fails where the trace ends with the stimulus",
	"from_zero depol_block_bool":               "likewise",
	"unfinished AP_duration_half_width":        "eFEL gives the second spike, which has no end, a negative width",
	"unfinished AP_duration_half_width_change": "likewise",
}

// unfit says that a value of eFEL's is none: one interval has no slope.
func unfit(name string, intervals int) bool {
	return intervals < 2 && (name == "ISI_semilog_slope" || name == "ISI_log_slope" || name == "ISI_log_slope_skip")
}

func compare(name string, got, want []float64) string {
	if len(got) != len(want) {
		return fmt.Sprintf("%d values, eFEL has %d: %v, %v", len(got), len(want), got, want)
	}
	for i := range want {
		if d := math.Abs(got[i] - want[i]); d > tolerance(name)*max(math.Abs(want[i]), 1) {
			return fmt.Sprintf("value %d is %.12g, eFEL's %.12g", i, got[i], want[i])
		}
	}
	return ""
}

// TestDiffers holds what is not compared to being different.
func TestDiffers(t *testing.T) {
	g := readGolden(t)
	for key := range differs {
		name, feature, _ := strings.Cut(key, " ")
		tr := g.Traces[name]
		at, v := readTrace(t, name, tr.Step)
		differ := false
		for label, want := range tr.Features {
			s := Default()
			set(t, &s, g.Settings[label])
			x, err := New(Trace{T: at, V: v, StimStart: tr.Start, StimEnd: tr.End, Current: tr.Current}, s)
			if err != nil {
				t.Fatal(err)
			}
			got, _ := x.Get(feature)
			differ = differ || compare(feature, got, want[feature]) != ""
		}
		if !differ {
			t.Errorf("%s does not differ", key)
		}
	}
}

func TestRefused(t *testing.T) {
	at, v := []float64{0, 1, 2, 3}, []float64{-70, -70, -70, -70}
	for _, c := range []struct {
		what string
		tr   Trace
	}{
		{"4 times and 3 potentials", Trace{T: at, V: v[:3]}},
		{"three are needed", Trace{T: at[:2], V: v[:2]}},
		{"sample 2", Trace{T: []float64{0, 1, 1, 2}, V: v}},
		{"sample 3", Trace{T: at, V: []float64{0, 0, 0, math.NaN()}}},
		{"sample 0", Trace{T: []float64{math.Inf(-1), 0, 1, 2}, V: v}},
		{"stimulus from 3 to 2", Trace{T: at, V: v, StimStart: 3, StimEnd: 2}},
		{"stimulus from NaN", Trace{T: at, V: v, StimStart: math.NaN(), StimEnd: 2}},
		{"at most", Trace{T: []float64{0, 1, 2, 1e300}, V: v}},
	} {
		if _, err := New(c.tr, Default()); err == nil || !strings.Contains(err.Error(), c.what) {
			t.Errorf("%s: %v", c.what, err)
		}
	}
	x, err := New(Trace{T: at, V: v, StimStart: 1, StimEnd: 2, Current: math.NaN()}, Default())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := x.Get("AP_widths"); !errors.Is(err, ErrUnknown) {
		t.Error(err)
	}
	for name, why := range map[string]string{"AP_width": "no spike", "ohmic_input_resistance": "current", "sag_ratio1": "does not leave"} {
		if _, err := x.Get(name); err == nil || !strings.Contains(err.Error(), why) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestNames finds names that stand twice, and features without a description.
func TestNames(t *testing.T) {
	known := map[string]bool{}
	for _, f := range List() {
		if known[f.Name] || f.Doc == "" {
			t.Errorf("%s stands twice or says nothing", f.Name)
		}
		known[f.Name] = true
	}
	if len(known) < 110 {
		t.Errorf("%d features", len(known))
	}
}

// FuzzFeatures looks for traces that no feature survives.
func FuzzFeatures(f *testing.F) {
	f.Add([]byte{10, 200, 10, 200, 10, 10, 10}, uint8(1), uint8(5), uint8(3))
	f.Add([]byte{0, 255, 0, 255, 0, 255, 0, 255, 0, 255}, uint8(0), uint8(200), uint8(1))
	f.Add([]byte{100, 90, 80, 75, 70, 70, 70, 70, 70, 90, 100}, uint8(3), uint8(8), uint8(100))
	f.Add([]byte{255, 255, 0, 0, 255, 1, 255, 0}, uint8(2), uint8(2), uint8(10))
	f.Fuzz(func(t *testing.T, b []byte, start, end, step uint8) {
		tr := Trace{StimStart: float64(start), StimEnd: float64(end), Current: .1}
		for i, x := range b {
			tr.T = append(tr.T, float64(i)*(float64(step)+1)/10)
			tr.V = append(tr.V, float64(x)-150)
		}
		for _, strict := range []bool{false, true} {
			s := Default()
			s.StrictStimInterval = strict
			x, err := New(tr, s)
			if err != nil {
				return
			}
			for _, name := range Names() {
				if v, err := x.Get(name); err == nil && len(v) == 0 {
					t.Errorf("%s: neither values nor an error", name)
				}
			}
		}
	})
}
