package main

import (
	"fmt"
	"io"
	"math"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/spf13/cobra"

	"github.com/rallsim/rall"
	"github.com/rallsim/rall/ir/diag"
)

// modelFlags are what every command that loads a model understands.
type modelFlags struct {
	mods      []string
	set       []string
	seeds     []string
	duration  float64
	dt        float64
	threads   int
	backend   string
	simd      string
	fd        bool
	asWritten bool
	merge     bool
	quiet     bool

	pulses bool // --duration is that of a stimulus
}

func (m *modelFlags) add(c *cobra.Command) {
	f := c.Flags()
	f.StringArrayVar(&m.mods, "mod", nil, "`DIR` of .mod files, or one file (repeatable; default: mod, mods, mechanisms and modfiles beside the model, and its own folder)")
	f.StringArrayVar(&m.set, "set", nil, "`PATH=VALUE`: change the spec before it is read (repeatable)")
	f.StringArrayVar(&m.seeds, "seed", nil, "`NAME=N`: change the seed conn, stim, loc or cell (repeatable)")
	f.Var(flagOf{&duration, &m.duration}, "duration", "model `TIME` to run, 500ms or 2s; a plain number is ms (default: the model's)")
	f.Var(flagOf{&duration, &m.dt}, "dt", "`TIME` of a step, 0.025ms or 25us; a plain number is ms (default: the model's)")
	f.BoolVar(&m.fd, "conductance-fd", false, "take every conductance by finite difference, as NEURON does")
	f.BoolVar(&m.asWritten, "as-written", false, "keep the operations of mechanisms as written, without sharing divisions and exponentials")
	f.BoolVar(&m.merge, "merge", false, "step synapses of equal kinetics on one CV as one; results differ by roundings")
	f.BoolVarP(&m.quiet, "quiet", "q", false, "no notes and no progress")
}

// seedNames are the seeds of a spec.
var seedNames = []string{"conn", "stim", "loc", "cell"}

func (m *modelFlags) settings(c *cobra.Command) (rall.Settings, error) {
	s := rall.Settings{Mods: m.mods, Set: m.set, Threads: m.threads, Backend: m.backend, ConductanceFD: m.fd, AsWritten: m.asWritten, Seeds: map[string]int64{}}
	for _, v := range []struct {
		flag string
		x    float64
	}{{"duration", m.duration}, {"dt", m.dt}} {
		if !c.Flags().Changed(v.flag) || v.flag == "duration" && m.pulses {
			continue
		}
		if !(v.x > 0) || math.IsInf(v.x, 1) {
			return s, &exit{exitUsage, fmt.Errorf("--%s %g: expected a time above 0 ms", v.flag, v.x)}
		}
		s.Set = append(s.Set, fmt.Sprintf("simConfig.%s=%s", v.flag, strconv.FormatFloat(v.x, 'g', -1, 64)))
	}
	if m.merge {
		s.Set = append(s.Set, rall.MergeSynapses)
	}
	for _, a := range m.seeds {
		name, text, ok := strings.Cut(a, "=")
		n, err := strconv.ParseInt(text, 10, 64)
		if !ok || err != nil || n < 0 || n > math.MaxUint32 {
			return s, &exit{exitUsage, fmt.Errorf("--seed %s: expected NAME=N with N from 0 to 2^32-1, e.g. stim=7", a)}
		}
		if !slices.Contains(seedNames, name) {
			return s, &exit{exitUsage, fmt.Errorf("--seed %s: there is no seed %q; there are %s", a, name, strings.Join(seedNames, ", "))}
		}
		s.Seeds[name] = n
	}
	if m.backend != "" && !slices.Contains(rall.Backends, m.backend) {
		return s, &exit{exitUsage, fmt.Errorf("--backend %s: expected %s", m.backend, strings.Join(rall.Backends, ", "))}
	}
	if err := rall.UseSIMD(m.simd); err != nil {
		return s, &exit{exitUsage, fmt.Errorf("--simd %w", err)}
	}
	if m.threads < 0 {
		return s, &exit{exitUsage, fmt.Errorf("--threads %d: expected 0 or more", m.threads)}
	}
	return s, nil
}

// report prints diagnostics and a closing count.
func report(w io.Writer, diags *diag.List, quiet bool) {
	for _, d := range diags.Sorted() {
		if quiet && d.Severity == diag.Note {
			continue
		}
		fmt.Fprintln(w, d.Error())
	}
	if e := diags.Count(diag.Error); e > 0 {
		fmt.Fprintf(w, "%s, %s\n", plural(e, "error"), plural(diags.Count(diag.Warning), "warning"))
	}
}

// needModel wants one file, the two that NetPyNE saves, or a HOC program in any
// number of files.
func needModel(c *cobra.Command, args []string) error {
	switch len(args) {
	case 0:
		return fmt.Errorf("%s needs a model, for example: rall %[2]s corpus/net4-ring/ring.json (see rall %[2]s --help)", c.CommandPath(), c.Name())
	case 1, 2:
		return nil
	}
	if isHoc(args) {
		return nil
	}
	return fmt.Errorf("%s takes one model (a file, or netParams and simConfig in two files), not %d files", c.CommandPath(), len(args))
}

// loadCarried loads the model that this program carries. What there was to
// warn of was said when it was packed.
func loadCarried(c *rall.Carried, s rall.Settings, quiet bool, say io.Writer) (*rall.Project, *diag.List, error) {
	var diags, shown diag.List
	p := rall.Load(c.Files(), c.Settings(s), &diags)
	for _, d := range diags.All() {
		d.Pos.File = c.Place(d.Pos.File)
		shown.Add(d)
	}
	if p == nil {
		report(say, &shown, quiet)
		return nil, &shown, &exit{code: exitModel}
	}
	if err := c.Check(p); err != nil {
		return nil, &shown, &exit{exitRun, err}
	}
	return p, &shown, nil
}

// collectSeldom lets the heap grow to five times what it holds between
// collections, since building makes little that it does not keep, until it
// holds so much that this would be most of a machine's memory, which ranks
// share. Call what it returns when all is built.
func collectSeldom(ranks int) (done func()) {
	large := uint64(256<<20) / uint64(max(ranks, 1)) // [bytes]
	old := debug.SetGCPercent(400)
	var ended atomic.Bool
	var watch func()
	watch = func() {
		// runs after a collection
		runtime.SetFinalizer(new([2]*byte), func(*[2]*byte) {
			var m runtime.MemStats
			if runtime.ReadMemStats(&m); ended.Load() {
				return
			}
			if m.HeapAlloc > large {
				debug.SetGCPercent(old)
				return
			}
			watch()
		})
	}
	watch()
	return func() {
		ended.Store(true)
		debug.SetGCPercent(old)
	}
}

// load loads a model and prints what there is to say of it.
func load(files []string, s rall.Settings, quiet bool, say io.Writer) (*rall.Project, *diag.List, error) {
	var diags diag.List
	if os.Getenv("GOGC") == "" {
		defer collectSeldom(s.Ranks)()
	}
	p := rall.Load(files, s, &diags)
	report(say, &diags, quiet)
	if p == nil {
		return nil, &diags, &exit{code: exitModel}
	}
	return p, &diags, nil
}
