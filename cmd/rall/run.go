package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rallsim/rall"
	"github.com/rallsim/rall/export/results"
	"github.com/rallsim/rall/ir/diag"
)

type runFlags struct {
	modelFlags
	out        string
	force      bool
	trials     int
	trial      int
	dryRun     bool
	json       bool
	tables     bool
	float32    bool
	simData    bool
	noPlots    bool
	conns      bool
	system     bool
	statements int // limit of those of a HOC program
	live       liveFlags
	carried    *rall.Carried // the model, when this program carries one
}

func runCommand() *cobra.Command { return new(runFlags).command() }

func (f *runFlags) command() *cobra.Command {
	c := &cobra.Command{
		Use:   "run MODEL [MODEL2]",
		Short: "Run a model and write its results and plots",
		Long: `Run a model: one spec with netParams and simConfig (JSON or YAML), the two
files that NetPyNE's netParams.save and cfg.save write, or the simulation config
of a SONATA circuit. Results go to a folder: spikes and traces as SONATA, tables
as CSV, the plots that simConfig.analysis names as PNG, SVG and CSV, the resolved
model, and run.json that ties them together. Ctrl-C (or SIGTERM) stops the run and
writes what was computed so far; rall resume goes on from there. While a run lasts,
what it computes goes to DIR/unfinished: rall recover makes results of it if the
run is killed. Under mpirun, ranks share the work (see doc/long-runs.md).

A HOC program (MODEL.hoc) builds its model, runs it with run() or loops of
fadvance, prints and writes files itself; the files it writes go below DIR. When it is stopped,
what it printed and wrote so far is there.`,
		Example: `  rall run corpus/net3-gamma/gamma.json
  rall run corpus/net1-sensory-motor/sensory_motor.json -o out/sm --duration 200 --seed stim=7
  rall run corpus/net3-gamma/gamma.json --trials 3 -o out/trials
  rall run corpus/net4-ring/ring.json --set netParams.connParams.next.weight=0.01 --dry-run
  rall run corpus/net6-hybrid/hybrid.json --mod corpus/net6-hybrid/mod --json --force
  rall run corpus/hoc-models/ring.hoc`,
		Args: needModel,
		RunE: func(c *cobra.Command, args []string) error { return run(c, args, f) },
	}
	f.add(c)
	fl := c.Flags()
	fl.StringVarP(&f.out, "out", "o", "", "`DIR` for the results (default: saveFolder of the spec, else out, with the simLabel or the model's name)")
	fl.BoolVar(&f.force, "force", false, "write into a folder that is in use, and replace the results there")
	fl.IntVar(&f.trials, "trials", 1, "run `N` times: one network, the seeds of its event streams moved on by one each time; folders trial_000, …")
	fl.IntVar(&f.trial, "trial", 0, "number `K` of the first trial: --trial 2 runs the third of a series again, by itself")
	fl.BoolVar(&f.dryRun, "dry-run", false, "build everything, say what would run, write nothing")
	fl.BoolVar(&f.json, "json", false, "print the summary as JSON on standard output")
	fl.BoolVar(&f.tables, "csv", false, "CSV and .npy instead of HDF5")
	fl.BoolVar(&f.float32, "float32", false, "traces with 7 digits, in half the size")
	fl.BoolVar(&f.simData, "simdata", false, "NetPyNE's simData JSON too")
	fl.BoolVar(&f.noPlots, "no-plots", false, "do not draw the plots of simConfig.analysis")
	fl.BoolVar(&f.system, "allow-system", false, "let a HOC program run shell commands (system)")
	addStatements(fl, &f.statements, "100 million")
	fl.BoolVar(&f.conns, "connections", false, "write connections.csv (also written when a plot needs it)")
	f.live.add(c)
	fl.IntVar(&f.threads, "threads", 0, "`N` threads; results do not depend on it (0: one per processor)")
	fl.StringVar(&f.backend, "backend", rall.Backends[0], "how kernels run, `NAME` "+strings.Join(rall.Backends, ", ")+"; results do not depend on it")
	fl.StringVar(&f.simd, "simd", rall.SIMDs[0], "the instructions for blocks of numbers, `NAME` "+strings.Join(rall.SIMDs, ", ")+"; results do not depend on it")
	return c
}

func run(c *cobra.Command, args []string, f *runFlags) error {
	if f.carried == nil && isHoc(args) {
		return runHoc(c, args, f)
	}
	if f.trials < 1 || f.trials > 1000 {
		return &exit{exitUsage, fmt.Errorf("--trials %d: expected 1 to 1000", f.trials)}
	}
	if f.trial < 0 || f.trial > 1e6 {
		return &exit{exitUsage, fmt.Errorf("--trial %d: expected 0 or more", f.trial)}
	}
	if err := f.live.check(); err != nil {
		return err
	}
	s, err := f.settings(c)
	if err != nil {
		return err
	}
	j, err := newJob(&f.live, f.quiet, f.json)
	if err != nil {
		return err
	}
	defer j.close()
	s.Whole = f.conns
	if err := j.load(args, s, f.carried); err != nil {
		return err
	}
	p := j.p
	out := f.folder(p, args[0])
	if f.dryRun {
		if j.rank() > 0 {
			return nil
		}
		return f.announce(p, s, out)
	}
	if err := j.first(func() error { return f.checkFolder(out) }); err != nil {
		return err
	}
	ctx, stop := interruptible(j.rank() == 0, "what was computed will be written")
	defer stop()
	old := oldTrials(out)
	again := restart{Files: absolute(args), Carried: f.carried != nil, Settings: s, NoPlots: f.noPlots, Conns: f.conns, Keep: f.conns || !f.noPlots && p.WantsConns()}
	again.Settings.Mods = absolute(s.Mods)
	if f.trials > 1 {
		return f.runTrials(ctx, j, out, old, again)
	}
	again.Trial = f.trial
	log := results.Join(out)
	err = j.first(func() (err error) {
		if log, err = results.Start(out, f.options(p, j.diags), again); err != nil {
			err = &exit{exitRun, err}
		}
		return err
	})
	if err != nil {
		return err
	}
	sum, failed := j.carryOut(ctx, log, again, f.progress(f.trial), false)
	if sum == nil || !sum.written {
		return failed // or it is rank 0 that goes on
	}
	if f.json {
		printJSON(sum)
	} else {
		sum.print(os.Stdout)
	}
	removeStale(out, old, []summary{*sum})
	return failed
}

// runTrials runs the model several times, into folders of their own below out.
func (f *runFlags) runTrials(ctx context.Context, j *job, out string, old []string, again restart) error {
	options := f.options(j.p, j.diags)
	kept := options
	kept.Texts, kept.Force = nil, true // of the series' own folders
	t := &trials{Folder: out, Series: &series{First: f.trial, N: f.trials, Restart: again, Options: kept}}
	t, failed := j.goOn(ctx, t, options, false, f.progress, func(sum *summary, first bool) {
		if !f.json {
			sum.printTrial(os.Stdout, first)
		}
	})
	if len(t.Each) == 0 || !t.Each[len(t.Each)-1].written {
		return failed
	}
	removeStale(out, old, t.Each)
	if f.json {
		printJSON(t)
	} else {
		t.print(os.Stdout)
	}
	return failed
}

// checkFolder says whether results may go into out.
func (f *runFlags) checkFolder(out string) error {
	err := results.CheckFolder(out)
	switch {
	case err == nil, f.force && errors.Is(err, results.ErrExists):
		return nil
	case errors.Is(err, results.ErrExists):
		err = fmt.Errorf("%w; --force replaces results", err)
	}
	return &exit{exitUsage, err}
}

// interruptible returns a context that the first Ctrl-C (or another of
// stopSignals) cancels; the second ends the process at once.
func interruptible(say bool, kept string) (ctx context.Context, stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	c := make(chan os.Signal, 1)
	signal.Notify(c, stopSignals...)
	go func() {
		select {
		case <-c:
			signal.Stop(c)
			if say {
				fmt.Fprintln(os.Stderr, "rall: stopping; "+kept+" (once more to quit at once)")
			}
			cancel()
		case <-ctx.Done():
		}
	}()
	return ctx, func() { signal.Stop(c); cancel() }
}

// announce says what would run.
func (f *runFlags) announce(p *rall.Project, s rall.Settings, out string) error {
	m, err := p.Memory(s)
	if err != nil {
		return &exit{exitRun, err}
	}
	c := p.Model.Conditions
	d := struct {
		DryRun      bool         `json:"dryRun"`
		Folder      string       `json:"folder"`
		Trials      int          `json:"trials"`
		Duration    float64      `json:"duration_ms"`
		Dt          float64      `json:"dt_ms"`
		Cells       int          `json:"cells"`
		CVs         int          `json:"cvs"`
		Connections int          `json:"connections"`
		Synapses    int          `json:"synapses"`
		Memory      *rall.Memory `json:"memory"`
	}{true, out, f.trials, c.Duration, c.Dt, len(p.Net.Cells), p.Net.NumCVs, p.Net.NumConns, p.Net.NumSyns, m}
	if f.json {
		printJSON(d)
		return nil
	}
	times := ""
	if f.trials > 1 {
		times = fmt.Sprintf("%d times ", f.trials)
	}
	fmt.Printf("would run %s%g ms at dt %g ms of %s, %s, %s, %s, in about %s of memory, and write %s\n", times, d.Duration, d.Dt,
		plural(d.Cells, "cell"), plural(d.CVs, "CV"), plural(d.Connections, "connection"), plural(d.Synapses, "synapse"), d.Memory, out)
	return nil
}

// folder chooses where results go.
func (f *runFlags) folder(p *rall.Project, specFile string) string {
	if f.out != "" {
		return f.out
	}
	name := p.Model.Conditions.Label
	if name == "" {
		name = strings.TrimSuffix(filepath.Base(specFile), filepath.Ext(specFile))
	}
	base := "out"
	if p.Spec != nil && p.Spec.Cfg.SaveFolder.S != "" {
		base = p.Spec.Cfg.SaveFolder.S
	}
	return filepath.Join(base, name)
}

// options say how the results are to be written.
func (f *runFlags) options(p *rall.Project, diags *diag.List) results.Options {
	var warnings []string
	for _, d := range diags.All() {
		if d.Severity == diag.Warning {
			warnings = append(warnings, d.Error())
		}
	}
	return results.Options{Tables: f.tables, Float32: f.float32, SimData: f.simData || p.Spec != nil && p.Spec.Cfg.SaveJSON, Force: f.force,
		Texts: p.Texts(), Warnings: warnings}
}
