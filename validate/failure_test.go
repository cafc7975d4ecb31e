package validate

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rallsim/rall"
	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/lower"
	"github.com/rallsim/rall/runtime/record"
	"github.com/rallsim/rall/runtime/sim"
)

// fuse.mod tells of its spikes and blows at a time of its own.
const fuseMod = `NEURON { SUFFIX fuse NONSPECIFIC_CURRENT i RANGE at, id, told }
PARAMETER { at = 1e9 (ms) id = 0 }
ASSIGNED { i (mA/cm2) v (mV) told }
INITIAL { told = 0 printf("%g begins\n", id) }
BREAKPOINT {
	i = 0
	if (t > at) { i = log(at - t) }
	if (v > 0 && told == 0) { told = 1 printf("%g fires at %g\n", id, t) }
	if (v < -20) { told = 0 }
}
`

// late.mod fails when an event comes after a time of its own: it sends one to the past.
const lateMod = `NEURON { POINT_PROCESS late RANGE at NONSPECIFIC_CURRENT i }
PARAMETER { at = 1e9 (ms) }
ASSIGNED { i (nA) }
BREAKPOINT { i = 0 }
NET_RECEIVE(w) {
	printf("event at %g\n", t)
	if (t > at) { net_send(at - t, 1) }
}
`

const fuseSpec = `{"netParams": {
 "popParams": {"A": {"cellType": "A", "numCells": 11}, "B": {"cellType": "B", "numCells": 7}},
 "cellParams": {
  "A": {"secs": {"soma": {"geom": {"L": 20, "diam": 20}, "mechs": {"hh": {}, "fuse": {"id": 1, "at": 9.4}}}}},
  "B": {"secs": {"soma": {"geom": {"L": 20, "diam": 20}, "mechs": {"hh": {}}},
                 "dend": {"geom": {"L": 200, "diam": 2, "nseg": 3}, "topol": {"parentSec": "soma", "parentX": 1}, "mechs": {"hh": {}, "fuse": {"id": 2, "at": 14.15}}}}}},
 "synMechParams": {"exc": {"mod": "ExpSyn", "tau": 2}, "late": {"mod": "late", "at": 1e9}},
 "stimSourceParams": {"step": {"type": "IClamp", "del": 1, "dur": 30, "amp": 0.3}},
 "stimTargetParams": {"step->A": {"source": "step", "conds": {"pop": "A"}, "sec": "soma", "loc": 0.5}},
 "connParams": {"A->B": {"preConds": {"pop": "A"}, "postConds": {"pop": "B"}, "sec": "dend", "loc": 0.8, "synMech": "exc", "weight": 0.01, "delay": 1.3},
  "A->A": {"preConds": {"pop": "A"}, "postConds": {"pop": "A"}, "sec": "soma", "loc": 0.5, "synMech": "late", "weight": 1, "delay": "1.1 + 0.01*uniform(0, 1)"}}},
"simConfig": {"duration": 30, "recordCells": ["all"], "recordTraces": {"v": {"sec": "soma", "loc": 0.5, "var": "v"}}}}
`

// Where a run fails, and what it printed and computed until then, does not
// depend on who stepped what.
func TestFailureIsTheSame(t *testing.T) {
	dir := t.TempDir()
	spec := filepath.Join(dir, "fuse.json")
	for name, text := range map[string]string{spec: fuseSpec, filepath.Join(dir, "mod", "fuse.mod"): fuseMod, filepath.Join(dir, "mod", "late.mod"): lateMod} {
		if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o777), os.WriteFile(name, []byte(text), 0o666)); err != nil {
			t.Fatal(err)
		}
	}
	type outcome struct {
		err    *sim.Error
		text   string
		result *record.Result
	}
	for _, c := range []struct {
		first string // how it starts to fail
		set   []string
	}{
		{"the membrane potential has become NaN at t = 9.6 ms, cell 0, soma(0.5)", nil},
		{"the membrane potential has become NaN at t = 14.4 ms, cell 11, soma(0.5)", []string{"netParams.cellParams.A.secs.soma.mechs.fuse.at=1e9"}},
		{"late: late.mod:7:16: net_send for t = 2 ms, which is past at t = ", []string{"netParams.synMechParams.late.at=2", "simConfig.recordCells=[0]"}},
	} {
		try := func(o lower.Options, epoch, threads int) outcome {
			var diags diag.List
			p := rall.Load([]string{spec}, rall.Settings{Set: c.set}, &diags)
			if p == nil {
				t.Fatal(diags.Error())
			}
			if p.Net = lower.Lower(p.Model, o, &diags); p.Net == nil {
				t.Fatal(diags.Error())
			}
			net := *p.Net
			net.Epoch = min(net.Epoch, epoch)
			p.Net = &net
			var printed bytes.Buffer
			res, err := p.Run(context.Background(), rall.Settings{Threads: threads}, rall.RunOptions{Print: &printed, KeepConns: true})
			var e *sim.Error
			if !errors.As(err, &e) || res == nil {
				t.Fatalf("%v", err)
			}
			return outcome{e, printed.String(), res}
		}
		want := try(lower.Options{}, 1000, 1)
		if !strings.HasPrefix(want.err.Error(), c.first) {
			t.Errorf("%v\nwant %s", want.err, c.first)
		}
		if n := strings.Count(want.text, "fires"); n == 0 || len(want.result.Spikes) == 0 || want.result.Run.Reached != want.err.T {
			t.Errorf("%d lines of spikes, %d spikes, reached %g ms", n, len(want.result.Spikes), want.result.Run.Reached)
		}
		for _, o := range []lower.Options{{}, {GroupNodes: 1}, {GroupNodes: 1, Shuffle: 5}, {GroupNodes: 60, Shuffle: 2}} {
			for _, epoch := range []int{1000, 7, 1} {
				for threads := 1; threads <= 2; threads++ {
					got := try(o, epoch, threads)
					if *got.err != *want.err {
						t.Errorf("%+v, epochs of %d, %d threads: %v, not %v", o, epoch, threads, got.err, want.err)
					}
					if got.text != want.text {
						t.Errorf("%+v, epochs of %d, %d threads: printed\n%s\nnot\n%s", o, epoch, threads, got.text, want.text)
					}
					same(t, "until it failed", got.result, want.result)
				}
			}
		}
	}
}

// An index of C outside of its array ends the run at its line, read or written,
// behind a pointer or not; one inside does not.
func TestIndexOutsideOfItsArray(t *testing.T) {
	for body, want := range map[string]string{
		"x[k] = 3;":                     "line 7 of edge.mod: an element outside of x, an array of 3 at t = 0.3 ms, cell 0, soma(0.5)",
		"r = x[2-k];":                   "line 7 of edge.mod: an element outside of x, an array of 3 at t = 0.3 ms",
		"p = &x[1]; r = p[k];":          "line 7 of edge.mod: an element outside of x, an array of 3 at t = 0.2 ms",
		"p = &x[k]; if (k < 3) r = *p;": "",
		"if (k < 3 && x[k] > 1) r = 2;": "",
		"x[k < 3 ? k : 0] += 1;":        "",
	} {
		dir := t.TempDir()
		spec := filepath.Join(dir, "edge.json")
		for name, text := range map[string]string{
			spec: `{"netParams": {"popParams": {"A": {"cellType": "A", "numCells": 1}}, "cellParams": {"A": {"secs": {"soma": {"geom": {"L": 20, "diam": 20}, "mechs": {"edge": {}}}}}}},
"simConfig": {"duration": 1, "dt": 0.1, "recordCells": ["all"], "recordTraces": {"v": {"sec": "soma", "loc": 0.5, "var": "v"}}}}`,
			filepath.Join(dir, "mod", "edge.mod"): "NEURON { SUFFIX edge RANGE a }\nASSIGNED { v a t }\nBREAKPOINT { a = f(t) }\nFUNCTION f(x) {\nVERBATIM\n" +
				"int x[3] = {1, 2, 3}, k = (int)(_lx*10 + 0.3); double r = 0; int* p;\n" + body + "\nreturn r + x[1];\nENDVERBATIM\n}\n",
		} {
			if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o777), os.WriteFile(name, []byte(text), 0o666)); err != nil {
				t.Fatal(err)
			}
		}
		var diags diag.List
		p := rall.Load([]string{spec}, rall.Settings{}, &diags)
		if p == nil {
			t.Fatal(diags.Error())
		}
		if p.Net = lower.Lower(p.Model, lower.Options{}, &diags); p.Net == nil {
			t.Fatal(diags.Error())
		}
		_, err := p.Run(context.Background(), rall.Settings{}, rall.RunOptions{})
		if got := fmt.Sprint(err); want == "" && err != nil || want != "" && !strings.HasPrefix(got, "edge: "+want) {
			t.Errorf("%s: %s, not %q", body, got, want)
		}
	}
}
