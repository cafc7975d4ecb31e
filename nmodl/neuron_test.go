package nmodl_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rallsim/rall"
	"github.com/rallsim/rall/internal/random"
	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/runtime/record"
)

// scenario is one file of testdata/neuron: one mechanism on one CV, or one
// artificial cell, with events, as testdata/neuron/oracle.py runs it.
type scenario struct {
	Mod, Mechanism, Kind string
	Params, Globals      map[string]float64
	Events               [][2]json.RawMessage // times [ms] and weight
	IDs                  map[string][3]uint32 // of the streams
	Record               []string
	Clamp                [][3]float64 // delay [ms], duration [ms], amplitude [nA]
	Duration, Dt         float64      // [ms]
	Celsius, VInit       float64
	Tolerance            float64 // of the largest value of a row; 0: 1e-12
	Why                  string  // the reason for another tolerance
}

// TestNEURON compares the mechanisms of testdata/neuron with NEURON 9.0.2:
// every recorded variable at every step, and the events sent.
func TestNEURON(t *testing.T) {
	dirs := []string{"testdata/neuron"}
	if more := os.Getenv("RALL_NMODL_SCENARIOS"); more != "" {
		dirs = []string{more}
	}
	for _, dir := range dirs {
		files, _ := filepath.Glob(dir + "/*.json")
		if len(files) == 0 {
			t.Fatal("no scenarios")
		}
		for _, f := range files {
			t.Run(strings.TrimSuffix(filepath.Base(f), ".json"), func(t *testing.T) { compare(t, f) })
		}
	}
}

func read(t *testing.T, file string, to any) {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err == nil {
		err = json.Unmarshal(raw, to)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func compare(t *testing.T, file string) {
	s := scenario{Celsius: 6.3, VInit: -65, Tolerance: 1e-12}
	read(t, file, &s)
	var want struct {
		Rows   map[string][]float64
		Spikes []float64
	}
	read(t, filepath.Join(filepath.Dir(file), "golden", filepath.Base(file)), &want)
	for _, backend := range []string{"vm", "interp"} {
		got := run(t, &s, filepath.Join(filepath.Dir(file), s.Mod), backend)
		rows := map[string][]float64{}
		for _, r := range got.Reports {
			rows[r.Label] = r.Data
		}
		for label, ref := range want.Rows {
			if label == "v" && s.Kind == "cell" {
				continue
			}
			row := rows[label]
			if len(row) < len(ref) {
				t.Errorf("%s has %d values, NEURON %d", label, len(row), len(ref))
				continue
			}
			size, worst, at := 0.0, 0.0, 0
			lo, hi := ref[0], ref[0]
			for k, x := range ref {
				size = math.Max(size, math.Abs(x))
				lo, hi = math.Min(lo, x), math.Max(hi, x)
				if d := math.Abs(row[k] - x); !(d <= worst) {
					worst, at = d, k
				}
			}
			if lo == hi {
				t.Errorf("the reference of %s does not vary", label)
				continue
			}
			if backend == "vm" {
				t.Logf("%-12s %.2g", label, worst/size)
			}
			if os.Getenv("RALL_DBG") != "" {
				n := 0
				for k, x := range ref {
					if d := math.Abs(row[k] - x); !(d <= s.Tolerance*size) && n < 6 {
						n++
						t.Logf("DBG %s step %d: %.17g, NEURON %.17g", label, k, row[k], x)
					}
				}
			}
			if !(worst <= s.Tolerance*size) {
				t.Errorf("%s: %s differs by %.3g of its largest value at step %d: %.17g, NEURON has %.17g", backend, label, worst/size, at, row[at], ref[at])
			}
		}
		if len(want.Spikes) > 0 {
			var times []float64
			for _, sp := range got.Spikes {
				if sp.Gid == 1+len(s.Events) {
					times = append(times, sp.T)
				}
			}
			if s.Kind != "cell" {
				continue
			}
			if len(times) != len(want.Spikes) {
				t.Errorf("%d events, NEURON has %d", len(times), len(want.Spikes))
				continue
			}
			for k := range times {
				if d := math.Abs(times[k] - want.Spikes[k]); d > 1e-9 {
					t.Errorf("event %d is at %.12g, NEURON's at %.12g", k, times[k], want.Spikes[k])
					break
				}
			}
		}
	}
}

// run builds the scenario as a spec and runs it with the streams' ids set.
func run(t *testing.T, s *scenario, mod, backend string) *record.Result {
	t.Helper()
	type obj = map[string]any
	soma := obj{"geom": obj{"L": 20, "diam": 20, "Ra": 35.4, "cm": 1}, "mechs": obj{"pas": obj{"g": 0.0002, "e": -65}}}
	params := obj{}
	for k, x := range s.Params {
		params[k] = x
	}
	pops := obj{"cell": obj{"cellType": "C", "numCells": 1}}
	conns, syns, traces := obj{}, obj{}, obj{"v": obj{"sec": "soma", "loc": 0.5, "var": "v"}}
	stims, targets := obj{}, obj{}
	rule := obj{"secs": obj{"soma": soma}}
	if len(s.Globals) > 0 {
		g := obj{}
		for k, x := range s.Globals {
			g[k+"_"+s.Mechanism] = x
		}
		rule["globals"] = g
	}
	trace := func(k string) obj { return obj{"sec": "soma", "loc": 0.5, "pointp": "x", "var": k} }
	switch s.Kind {
	case "density":
		soma["mechs"].(obj)[s.Mechanism] = params
		trace = func(k string) obj { return obj{"sec": "soma", "loc": 0.5, "mech": s.Mechanism, "var": k} }
	case "cell":
		pop := obj{"cellModel": s.Mechanism, "numCells": 1}
		for k, x := range params {
			pop[k] = x
		}
		pops["x"] = pop
		trace = func(k string) obj { return obj{"var": k, "conds": obj{"pop": "x"}} }
	default:
		if len(s.Events) == 0 {
			params["mod"], params["loc"] = s.Mechanism, 0.5
			soma["pointps"] = obj{"x": params}
			break
		}
		params["mod"] = s.Mechanism
		syns["x"] = params
		trace = func(k string) obj { return obj{"sec": "soma", "loc": 0.5, "synMech": "x", "var": k} }
	}
	for i, e := range s.Events {
		name := fmt.Sprintf("in%d", i)
		pops[name] = obj{"cellModel": "VecStim", "numCells": 1, "spkTimes": e[0]}
		c := obj{"preConds": obj{"pop": name}, "postConds": obj{"pop": "cell"}, "weight": e[1], "delay": 0, "sec": "soma", "loc": 0.5, "synMech": "x"}
		if s.Kind == "cell" {
			c = obj{"preConds": obj{"pop": name}, "postConds": obj{"pop": "x"}, "weight": e[1], "delay": 0}
		}
		conns[name] = c
	}
	for i, c := range s.Clamp {
		name := fmt.Sprintf("clamp%d", i)
		stims[name] = obj{"type": "IClamp", "del": c[0], "dur": c[1], "amp": c[2]}
		targets[name] = obj{"source": name, "sec": "soma", "loc": 0.5, "conds": obj{"pop": "cell"}}
	}
	watched := []any{"cell"}
	if s.Kind == "cell" && len(s.Record) > 0 {
		watched = append(watched, "x")
	}
	for _, k := range s.Record {
		traces[k] = trace(k)
	}
	spec := obj{
		"netParams": obj{"popParams": pops, "cellParams": obj{"C": rule}, "synMechParams": syns, "connParams": conns,
			"stimSourceParams": stims, "stimTargetParams": targets},
		"simConfig": obj{"duration": s.Duration, "dt": s.Dt, "recordStep": s.Dt, "hParams": obj{"celsius": s.Celsius, "v_init": s.VInit},
			"recordTraces": traces, "recordCells": watched, "simLabel": "x"},
	}
	raw, err := json.Marshal(spec)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "spec.json")
	if err := os.WriteFile(file, raw, 0o644); err != nil {
		t.Fatal(err)
	}
	var diags diag.List
	set := rall.Settings{Mods: []string{mod}, Threads: 1, Backend: backend}
	p := rall.Load([]string{file}, set, &diags)
	if p == nil {
		t.Fatalf("%v", &diags)
	}
	for g := range p.Net.Groups {
		// every rule of the spec has made a synapse of its own; all events go to the first
		e := &p.Net.Groups[g].Edges
		for k := range e.Row {
			if p.Net.Mechs[p.Net.Groups[g].Instances[e.Set[k]].Mech].Program.Mech == s.Mechanism {
				e.Row[k] = 0
			}
		}
		for k := range p.Net.Groups[g].Instances {
			in := &p.Net.Groups[g].Instances[k]
			prog := p.Net.Mechs[in.Mech].Program
			if prog.Mech != s.Mechanism {
				continue
			}
			for i, name := range prog.Streams {
				ids, ok := s.IDs[name]
				if !ok {
					t.Fatalf("no ids for stream %s", name)
				}
				for row := range in.Streams[i] {
					in.Streams[i][row] = random.New(ids[0], ids[1], ids[2])
				}
			}
		}
	}
	res, err := p.Run(context.Background(), set, rall.RunOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return res
}
