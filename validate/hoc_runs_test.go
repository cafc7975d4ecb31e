package validate

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/rallsim/rall"
	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/validate/golden"
)

// hocRun is a cell of tools/oracle/hoc_runs.py, and what NEURON made of it.
type hocRun struct {
	Name, Template, Modfolder, Path string
	Files                           []string
	Args                            []any
	Section, Sections, CVs          int
	Duration, Delay, Dur            float64
	Amps                            []float64
	Spikes                          [][]float64
}

// TestHocRuns: cells read from HOC, SWC and ASC files of published packages
// fire when NEURON's do, to the step, under three current steps, and their
// potentials up to the first spike are NEURON's. The files belong to the
// packages; tools/oracle/hoc_runs.py makes what this test needs.
func TestHocRuns(t *testing.T) {
	root := os.Getenv("RALL_HOC_RUNS")
	if root == "" {
		t.Skip("RALL_HOC_RUNS is not set: python tools/oracle/hoc_runs.py PACKAGES DIR makes what this test needs from unpacked packages")
	}
	jobs, err := filepath.Glob(filepath.Join(root, "*", "job.json"))
	if err != nil || len(jobs) == 0 {
		t.Fatalf("no runs in %s: %v", root, err)
	}
	for _, path := range jobs {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var job hocRun
		if err := json.Unmarshal(text, &job); err != nil {
			t.Fatal(err)
		}
		t.Run(job.Name, func(t *testing.T) { job.compare(t, filepath.Dir(path)) })
	}
}

func (r *hocRun) compare(t *testing.T, dir string) {
	spec := r.spec(t)
	rows, err := golden.Rows(filepath.Join(dir, "v.npy"))
	if err != nil || len(rows) != len(r.Amps) {
		t.Fatalf("%d rows for %d steps: %v", len(rows), len(r.Amps), err)
	}
	worst, spikes, total := 0.0, 0, 0
	for i, amp := range r.Amps {
		want := rows[i]
		v, times := r.run(t, spec, amp)
		total += len(r.Spikes[i])
		first := math.Inf(1)
		if len(r.Spikes[i]) > 0 {
			first = r.Spikes[i][0]
		}
		for k := range min(len(times), len(r.Spikes[i])) {
			if math.Abs(times[k]-r.Spikes[i][k]) > .025/2 {
				t.Errorf("%g nA: spike %d at %.10g ms, NEURON's at %.10g", amp, k, times[k], r.Spikes[i][k])
				break
			}
			spikes++
		}
		if len(times) != len(r.Spikes[i]) {
			t.Errorf("%g nA: %d spikes, NEURON has %d", amp, len(times), len(r.Spikes[i]))
		}
		if d := len(v) - len(want); d < -1 || d > 1 {
			t.Fatalf("%d samples, NEURON has %d", len(v), len(want))
		}
		for k := range min(len(v), len(want)) {
			if float64(k)*.025 >= first-.5*.025 {
				break
			}
			d := math.Abs(v[k] - want[k])
			if !(d <= 1e-6) {
				t.Errorf("%g nA: %.12g mV at step %d, NEURON %.12g", amp, v[k], k, want[k])
				break
			}
			worst = max(worst, d)
		}
	}
	t.Logf("%d CVs, %g ms: %d of %d spikes at NEURON's steps, worst difference %.1e mV before the first", r.CVs, r.Duration, spikes, total, worst)
}

// spec reads the cell and writes it as a spec, as rall import does.
func (r *hocRun) spec(t *testing.T) map[string]any {
	var diags diag.List
	o := rall.HocSettings{Template: r.Template}
	o.Args = append(o.Args, r.Args...)
	if r.Modfolder != "" {
		o.Mods = []string{r.Modfolder}
	}
	if r.Path != "" {
		o.Path = []string{r.Path}
	}
	c := rall.ReadHoc(r.Files, o, &diags)
	if c == nil {
		t.Fatal(diags.Error())
	}
	for _, d := range c.Lost {
		t.Logf("not taken over: %s", d.Msg)
	}
	var spec map[string]any
	if err := json.Unmarshal(rall.HocSpec(c, "cell").JSON(), &spec); err != nil {
		t.Fatal(err)
	}
	net, cfg := spec["netParams"].(map[string]any), spec["simConfig"].(map[string]any)
	at := c.Names[r.Section]
	rule := net["cellParams"].(map[string]any)["cell"].(map[string]any)
	sec := rule["secs"].(map[string]any)[at].(map[string]any)
	sec["spikeGenLoc"], sec["threshold"] = .5, 0
	net["stimSourceParams"] = map[string]any{"step": map[string]any{"type": "IClamp", "del": r.Delay, "dur": r.Dur, "amp": 0}}
	net["stimTargetParams"] = map[string]any{"step": map[string]any{"source": "step", "conds": map[string]any{"pop": "cell"}, "sec": at, "loc": .5}}
	cfg["duration"], cfg["dt"], cfg["recordStep"] = r.Duration, .025, .025
	cfg["recordTraces"] = map[string]any{"v": map[string]any{"sec": at, "loc": .5, "var": "v"}}
	cfg["recordCells"] = []any{"all"}
	return spec
}

func (r *hocRun) run(t *testing.T, spec map[string]any, amp float64) (v, spikes []float64) {
	spec["netParams"].(map[string]any)["stimSourceParams"].(map[string]any)["step"].(map[string]any)["amp"] = amp
	text, err := json.Marshal(spec)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "cell.json")
	if err := os.WriteFile(path, text, 0o666); err != nil {
		t.Fatal(err)
	}
	m := model{name: r.Name, folder: filepath.Dir(path), spec: []string{path}}
	if r.Modfolder != "" {
		m.mods = []string{r.Modfolder}
	}
	res := m.run(t, m.load(t), rall.Settings{})
	for _, e := range res.Spikes {
		spikes = append(spikes, e.T)
	}
	return res.Reports[0].Column(0), spikes
}
