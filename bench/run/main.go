// Command run times one spec: what it takes to read and build it, and the steps
// alone. It prints a line of JSON with the spikes, for bench/paired.py.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"os"
	"runtime"
	"runtime/pprof"
	"time"

	"github.com/rallsim/rall"
	"github.com/rallsim/rall/internal/h5"
	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/runtime/kernels"
	"github.com/rallsim/rall/runtime/sim"
	"github.com/rallsim/rall/runtime/vm"
)

func main() {
	h5.MaybeChild()
	log.SetFlags(0)
	threads := flag.Int("threads", 1, "threads")
	mods := flag.String("mod", "", "folder of .mod files")
	merge := flag.Bool("merge", false, "step synapses of equal kinetics on one CV as one")
	duration := flag.Float64("duration", 0, "model time [ms]; 0: the model's")
	parts := flag.Int("parts", 1, "give the processor time of each of so many equal parts of the run")
	prof := flag.String("cpuprofile", "", "write a profile of the steps to this `FILE`")
	flag.Parse()
	runtime.GOMAXPROCS(max(*threads, 1))
	s := rall.Settings{Threads: *threads}
	if *mods != "" {
		s.Mods = []string{*mods}
	}
	if *merge {
		s.Set = append(s.Set, rall.MergeSynapses)
	}
	if *duration > 0 {
		s.Set = append(s.Set, fmt.Sprintf("simConfig.duration=%g", *duration))
	}
	var diags diag.List
	start, c0 := time.Now(), cpu()
	p := rall.Load(flag.Args(), s, &diags)
	if p == nil {
		log.Fatal(diags.Error())
	}
	build, buildCPU := time.Since(start).Seconds(), cpu()-c0
	x := sim.New(p.Net, sim.Options{Threads: *threads, Backend: kernels.NewReceivers(kernels.All(), vm.NewBlock())})
	if err := x.Init(); err != nil {
		log.Fatal(err)
	}
	runtime.GC()
	if *prof != "" {
		f, err := os.Create(*prof)
		if err != nil {
			log.Fatal(err)
		}
		if err := pprof.StartCPUProfile(f); err != nil {
			log.Fatal(err)
		}
	}
	start, c0 = time.Now(), cpu()
	partCPU, last := []float64{}, c0
	err := x.Run(context.Background(), func(t float64) {
		if n := len(partCPU) + 1; n < *parts && t >= p.Net.Duration*float64(n)/float64(*parts) {
			now := cpu()
			partCPU, last = append(partCPU, now-last), now
		}
	})
	if err != nil {
		log.Fatal(err)
	}
	partCPU = append(partCPU, cpu()-last)
	run, runCPU := time.Since(start).Seconds(), cpu()-c0
	pprof.StopCPUProfile()
	var mem runtime.MemStats
	runtime.ReadMemStats(&mem)
	var spikes [][2]float64
	for _, e := range x.Events() {
		if e.Source >= 0 {
			spikes = append(spikes, [2]float64{e.T, float64(e.Source)})
		}
	}
	err = json.NewEncoder(os.Stdout).Encode(map[string]any{"build_s": build, "build_cpu_s": buildCPU, "run_s": run, "cpu_s": runCPU, "parts_cpu_s": partCPU, "cvs": p.Net.NumCVs,
		"steps": x.Steps(), "conns": p.Net.NumConns, "heap": mem.HeapAlloc, "spikes": spikes})
	if err != nil {
		log.Fatal(err)
	}
}
