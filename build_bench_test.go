//go:build unix

package rall

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/runtime/sim"
)

// Networks of about a million connections, each between 2,000 cells: as rules
// of connParams, and what the cells are.
var builds = []struct{ name, cells, rule string }{
	{"points-probability", pointCells, `"probability": 0.25, "weight": 0.001, "delay": 2`},
	{"points-convergence", pointCells, `"convergence": 500, "weight": 0.001, "delay": 2`},
	{"points-delays", pointCells, `"probability": 0.25, "weight": 0.001, "delay": "uniform(1, 5)"`},
	{"points-distance", pointCells, `"probability": "exp(-dist_3D/150)", "weight": "0.001*exp(-dist_3D/500)", "delay": "1+dist_3D/propVelocity"`},
	{"synapses-probability", hhCells, `"probability": 0.25, "weight": 0.001, "delay": 2, "synMech": "syn", "sec": "soma", "loc": 0.5`},
	{"synapses-distance", hhCells, `"probability": "exp(-dist_3D/150)", "weight": "0.001*exp(-dist_3D/500)", "delay": "1+dist_3D/propVelocity", "synMech": "syn", "sec": "soma", "loc": 0.5`},
}

const (
	pointCells = `"popParams": {"P": {"cellModel": "IntFire1", "numCells": 2000, "params": {"tau": 10, "refrac": 5}}}`
	hhCells    = `"popParams": {"P": {"cellType": "C", "numCells": 2000}},
		"cellParams": {"C": {"secs": {"soma": {"geom": {"L": 20, "diam": 20}, "mechs": {"hh": {}}}}}},
		"synMechParams": {"syn": {"mod": "ExpSyn", "tau": 2, "e": 0}}`
)

// BenchmarkBuild takes a network from the text of its spec to the first step,
// and reports the processor time of one connection, the bytes that the network at
// work holds for it, synapse and all, and what the model holds beside: of the
// whole, and of one of four ranks, for which connections of all are counted.
func BenchmarkBuild(b *testing.B) {
	for _, n := range builds {
		for _, ranks := range []int{1, 4} {
			b.Run(fmt.Sprintf("%s/ranks-%d", n.name, ranks), func(b *testing.B) { benchmarkBuild(b, n.cells, n.rule, ranks) })
		}
	}
}

func benchmarkBuild(b *testing.B, cells, rule string, ranks int) {
	path := filepath.Join(b.TempDir(), "net.json")
	text := fmt.Sprintf(`{"netParams": {%s, "sizeX": 500, "sizeY": 500, "sizeZ": 500, "propVelocity": 300, "connParams": {"P->P": {"preConds": {"pop": "P"}, "postConds": {"pop": "P"}, %s}}},
				"simConfig": {"duration": 1}}`, cells, rule)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	before := float64(heap())
	var p *Project
	var s *sim.Sim
	start, runs := processorTime(b), 0
	for b.Loop() {
		p, s = nil, nil
		var diags diag.List
		if p = Load([]string{path}, Settings{Rank: ranks - 1, Ranks: ranks}, &diags); p == nil {
			b.Fatal(diags.Error())
		}
		s = sim.New(p.Net, sim.Options{Threads: 1})
		if err := s.Init(); err != nil {
			b.Fatal(err)
		}
		runs++
	}
	edges := float64(p.Net.NumConns)
	b.ReportMetric((processorTime(b)-start)/float64(runs)/edges*1e9, "cpu-ns/edge")
	b.ReportMetric(edges, "edges")
	all := float64(heap())
	p.Model = nil
	at := float64(heap())
	b.ReportMetric((at-before)/edges, "B/edge")
	b.ReportMetric((all-at)/edges, "model-B/edge")
	runtime.KeepAlive(p)
	runtime.KeepAlive(s)
}

// BenchmarkPoints runs 2,000 IntFire1, and cells of a user's mechanism, with 500 inputs each, which trains make fire at
// 20 Hz, and reports the processor time of one delivery.
func BenchmarkPoints(b *testing.B) {
	const off, on = "uniform(1, 5)", "0.1*discunif(10, 50)"
	for _, n := range []struct{ name, model, params, delay string }{
		{"unrounded", "IntFire1", `{"tau": 10, "refrac": 5}`, off}, {"grid", "IntFire1", `{"tau": 10, "refrac": 5}`, on},
		{"mod-unrounded", "AdaptLIF", `{"tau": 10, "refrac": 5, "jump": 0}`, off}, {"mod-grid", "AdaptLIF", `{"tau": 10, "refrac": 5, "jump": 0}`, on},
	} {
		b.Run(n.name, func(b *testing.B) {
			const cells = 2000
			var trains, pairs []string
			for i := range cells {
				first := float64(i*i*7%500) / 10
				trains = append(trains, fmt.Sprintf("[%g, %g, %g, %g]", first, first+50, first+100, first+150))
				pairs = append(pairs, fmt.Sprintf("[%d, %d]", i, i))
			}
			path := filepath.Join(b.TempDir(), "net.json")
			text := fmt.Sprintf(`{"netParams": {"popParams": {"P": {"cellModel": %q, "numCells": %d, "params": %s}, "D": {"cellModel": "VecStim", "numCells": %d, "spkTimes": [%s]}},
				"connParams": {"in": {"preConds": {"pop": "D"}, "postConds": {"pop": "P"}, "connList": [%s], "weight": 1.5, "delay": 1},
				"net": {"preConds": {"pop": "P"}, "postConds": {"pop": "P"}, "convergence": 500, "weight": 1e-5, "delay": "%s"}}}, "simConfig": {"duration": 200, "dt": 0.1}}`,
				n.model, cells, n.params, cells, strings.Join(trains, ", "), strings.Join(pairs, ", "), n.delay)
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				b.Fatal(err)
			}
			var diags diag.List
			p := Load([]string{path}, Settings{Mods: []string{"corpus/net6-hybrid/mod"}, Threads: 1}, &diags)
			if p == nil {
				b.Fatal(diags.Error())
			}
			s := sim.New(p.Net, sim.Options{Threads: 1, Backend: backend("")})
			run := func() {
				if err := s.Init(); err != nil {
					b.Fatal(err)
				}
				if err := s.Run(context.Background(), nil); err != nil {
					b.Fatal(err)
				}
			}
			run() // queues have their size now
			start, runs, least := processorTime(b), 0, math.Inf(1)
			for b.Loop() {
				from := processorTime(b)
				run()
				least = min(least, processorTime(b)-from)
				runs++
			}
			spikes := 0
			for _, e := range s.Events() {
				if e.Source < cells {
					spikes++
				}
			}
			deliveries := float64(500 * spikes)
			b.ReportMetric((processorTime(b)-start)/float64(runs)/deliveries*1e9, "cpu-ns/delivery")
			b.ReportMetric(least/deliveries*1e9, "least-cpu-ns/delivery")
			b.ReportMetric(deliveries, "deliveries")
		})
	}
}

// processorTime returns that of the process [s].
func processorTime(b *testing.B) float64 {
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		b.Fatal(err)
	}
	return float64(r.Utime.Nano()+r.Stime.Nano()) / 1e9
}
