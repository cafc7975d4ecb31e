package rall

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/mech/codegen"
	"github.com/rallsim/rall/runtime/kernel"
	"github.com/rallsim/rall/runtime/sim"
)

// A benchmark runs a whole network and reports what a step of it costs, per
// CV and, where there are synapses, per synapse. What is built before the
// first step does not count.
func benchmarkNetwork(b *testing.B, path string, duration float64) {
	var diags diag.List
	p := Load([]string{filepath.FromSlash(path)}, Settings{}, &diags)
	if p == nil {
		b.Fatal(diags.Error())
	}
	net := *p.Net
	net.Duration = duration
	net.Records = nil
	cvs, points := 0, 0
	for _, c := range net.Cells {
		cvs += int(c.NumCVs)
	}
	for g := range net.Groups {
		for _, in := range net.Groups[g].Instances {
			if net.Mechs[in.Mech].Program.Kind == kernel.PointProcess {
				points += in.N
			}
		}
	}
	s := sim.New(&net, sim.Options{Threads: 1})
	run := func() {
		if err := s.Init(); err != nil {
			b.Fatal(err)
		}
		if err := s.Run(context.Background(), nil); err != nil {
			b.Fatal(err)
		}
	}
	run() // queues and buffers have their size now
	steps := float64(s.Steps())
	b.ReportAllocs()
	for b.Loop() {
		run()
	}
	perStep := float64(b.Elapsed().Nanoseconds()) / float64(b.N) / steps
	b.ReportMetric(perStep/float64(cvs), "ns/CV-step")
	if points > 0 {
		b.ReportMetric(perStep/float64(points), "ns/point-step")
	}
	b.ReportMetric(float64(len(s.Events())), "events")
}

func BenchmarkRing(b *testing.B)   { benchmarkNetwork(b, "bench/ring.json", 50) }
func BenchmarkLayers(b *testing.B) { benchmarkNetwork(b, "corpus/net2-layers/layers.json", 50) }
func BenchmarkGamma(b *testing.B)  { benchmarkNetwork(b, "corpus/net3-gamma/gamma.json", 100) }

// BenchmarkCompile takes every .mod file of a folder (RALL_MODS, such as
// out/mods; else those of the project) from text to program, on one thread.
func BenchmarkCompile(b *testing.B) {
	root := os.Getenv("RALL_MODS")
	if root == "" {
		root = "."
	}
	var paths []string
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && strings.HasSuffix(path, ".mod") {
			paths = append(paths, path)
		}
		return err
	})
	if err != nil || len(paths) == 0 {
		b.Fatal(len(paths), err)
	}
	var compiled int
	var slowest time.Duration
	var which string
	for b.Loop() {
		compiled, slowest = 0, 0
		for _, path := range paths {
			start := time.Now()
			var diags diag.List
			if m := ReadMod(path); m.Def != nil && codegen.Compile(m.Def, codegen.Options{}, &diags) != nil {
				compiled++
			}
			if d := time.Since(start); d > slowest {
				slowest, which = d, path
			}
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/1e3/float64(b.N)/float64(len(paths)), "ms/file")
	b.ReportMetric(float64(slowest.Microseconds())/1e3, "ms/slowest")
	b.Logf("%d of %d files compile; the slowest is %s", compiled, len(paths), which)
}
