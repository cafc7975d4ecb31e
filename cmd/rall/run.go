package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"

	"github.com/rallsim/rall"
	"github.com/rallsim/rall/export/results"
	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/runtime/record"
)

type runFlags struct {
	modelFlags
	out     string
	force   bool
	trials  int
	dryRun  bool
	json    bool
	tables  bool
	float32 bool
	simData bool
	noPlots bool
	conns   bool
}

func runCommand() *cobra.Command {
	var f runFlags
	c := &cobra.Command{
		Use:   "run SPEC [SPEC2]",
		Short: "Run a model and write its results and plots",
		Long: `Run a model: one spec with netParams and simConfig (JSON or YAML), or the two
files that NetPyNE's netParams.save and cfg.save write. Results go to a folder:
spikes and traces as SONATA, tables as CSV, the plots that simConfig.analysis
names as PNG and SVG, the resolved model, and run.json that ties them together.`,
		Example: `  rall run corpus/net3-gamma/gamma.json
  rall run corpus/net1-sensory-motor/sensory_motor.json -o out/sm --duration 200 --seed stim=7
  rall run corpus/net4-ring/ring.json --trials 3 --json
  rall run corpus/net1-sensory-motor/sensory_motor.json --set simConfig.recordStep=0.05 --dry-run`,
		Args: cobra.RangeArgs(1, 2),
		RunE: func(c *cobra.Command, args []string) error { return run(c, args, &f) },
	}
	f.add(c)
	fl := c.Flags()
	fl.StringVarP(&f.out, "out", "o", "", "folder for the results (default: saveFolder of the spec, else out, with the simLabel or the spec's name)")
	fl.BoolVar(&f.force, "force", false, "replace results that the folder holds")
	fl.IntVar(&f.trials, "trials", 1, "runs of the same network, each with stim seeds of its own, in folders trial_000, …")
	fl.BoolVar(&f.dryRun, "dry-run", false, "build everything, say what would run, write nothing")
	fl.BoolVar(&f.json, "json", false, "print the summary as JSON on standard output")
	fl.BoolVar(&f.tables, "csv", false, "CSV and .npy instead of HDF5")
	fl.BoolVar(&f.float32, "float32", false, "traces with 7 digits, in half the size")
	fl.BoolVar(&f.simData, "simdata", false, "NetPyNE's simData JSON too")
	fl.BoolVar(&f.noPlots, "no-plots", false, "do not draw the plots of simConfig.analysis")
	fl.BoolVar(&f.conns, "connections", false, "write connections.csv (also written when a plot needs it)")
	return c
}

// summary is what a run ends with.
type summary struct {
	Trial       int                `json:"trial"`
	Folder      string             `json:"folder"`
	Cells       int                `json:"cells"`
	CVs         int                `json:"cvs"`
	Connections int                `json:"connections"`
	Synapses    int                `json:"synapses"`
	Spikes      int                `json:"spikes"`
	Rates       map[string]float64 `json:"rates_Hz"`
	order       []string
	Build       float64  `json:"build_s"`
	Run         float64  `json:"run_s"`
	Reached     float64  `json:"reached_ms"`
	Ratio       float64  `json:"model_time_per_wall_time"`
	Files       []string `json:"files"`
}

func run(c *cobra.Command, args []string, f *runFlags) error {
	if f.trials < 1 {
		return &exit{exitUsage, fmt.Errorf("--trials %d: expected 1 or more", f.trials)}
	}
	s, err := f.settings(c)
	if err != nil {
		return err
	}
	start := time.Now()
	p, diags, err := load(args, s, f.quiet)
	if err != nil {
		return err
	}
	built := time.Since(start)
	out := f.folder(p, args[0])
	if f.dryRun {
		fmt.Printf("would run %g ms of %s, %s, %s and write %s\n", p.Net.Duration, plural(len(p.Net.Cells), "cell"),
			plural(p.Net.NumCVs, "CV"), plural(p.Net.NumConns, "connection"), out)
		return nil
	}
	for k := 0; k < f.trials; k++ {
		if err := results.CheckFolder(f.trialFolder(out, k)); err != nil && !(f.force && errors.Is(err, results.ErrExists)) {
			return &exit{exitUsage, fmt.Errorf("%w; --force replaces it", err)}
		}
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var all []summary
	interrupted := false
	for k := 0; k < f.trials && !interrupted; k++ {
		if k > 0 {
			p.Reseed(k)
		}
		bar := f.progress(k)
		res, runErr := p.Run(ctx, s, rall.RunOptions{Print: os.Stdout, Progress: bar.update, Args: os.Args, BuildTime: built, Trial: k, KeepConns: f.conns || p.WantsConns()})
		bar.done()
		interrupted = errors.Is(runErr, context.Canceled)
		if runErr != nil && !interrupted {
			// What was computed up to the failure is worth having.
			defer fmt.Fprintln(os.Stderr, "rall: the run stopped at", res.Run.Reached, "ms")
		}
		sum, err := f.write(p, res, f.trialFolder(out, k), diags)
		if err != nil {
			return &exit{exitRun, err}
		}
		all = append(all, sum)
		if !f.json {
			sum.print(os.Stdout)
		}
		if runErr != nil && !interrupted {
			return &exit{exitRun, runErr}
		}
	}
	if f.json {
		var v any = all[0]
		if f.trials > 1 {
			v = all
		}
		text, _ := json.MarshalIndent(v, "", " ")
		fmt.Println(string(text))
	} else if len(all) > 1 {
		printTrials(os.Stdout, all)
	}
	if interrupted {
		return &exit{exitInterrupted, errors.New("interrupted; what was computed has been written")}
	}
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

func (f *runFlags) trialFolder(out string, k int) string {
	if f.trials == 1 {
		return out
	}
	return filepath.Join(out, fmt.Sprintf("trial_%03d", k))
}

// write writes a result with its plots.
func (f *runFlags) write(p *rall.Project, res *record.Result, dir string, diags *diag.List) (summary, error) {
	var warnings []string
	for _, d := range diags.All() {
		if d.Severity == diag.Warning {
			warnings = append(warnings, d.Error())
		}
	}
	opt := results.Options{Tables: f.tables, Float32: f.float32, SimData: f.simData || p.Spec != nil && p.Spec.Cfg.SaveJSON, Force: f.force,
		Texts: p.Texts(), Warnings: warnings}
	files, err := results.WriteFolder(dir, res, opt)
	if err != nil {
		return summary{}, err
	}
	if !f.noPlots {
		drawn, warns := p.Plots(res, dir)
		for _, w := range warns {
			fmt.Fprintln(os.Stderr, "warning: "+w)
		}
		files = append(files, drawn...)
	}
	return summarize(res, dir, files), nil
}

func summarize(res *record.Result, dir string, files []string) summary {
	r := &res.Run
	s := summary{Trial: r.Trial, Folder: dir, Cells: r.Cells, CVs: r.CVs, Connections: r.Connections, Synapses: r.Synapses,
		Spikes: len(res.Spikes), Rates: map[string]float64{}, Build: r.BuildTime, Run: r.RunTime, Reached: r.Reached, Files: files}
	if r.RunTime > 0 {
		s.Ratio = r.Reached / 1000 / r.RunTime
	}
	pop := map[int]int{}
	for k := range res.Pops {
		for _, g := range res.Pops[k].Gids {
			pop[g] = k
		}
	}
	count := make([]int, len(res.Pops))
	for _, sp := range res.Spikes {
		count[pop[sp.Gid]]++
	}
	for k := range res.Pops {
		rate := 0.0
		if n := len(res.Pops[k].Gids); n > 0 && r.Reached > 0 {
			rate = float64(count[k]) / float64(n) / (r.Reached / 1000)
		}
		s.Rates[res.Pops[k].Name] = rate
		s.order = append(s.order, res.Pops[k].Name)
	}
	return s
}

func (s *summary) print(w io.Writer) {
	fmt.Fprintf(w, "%s, %s, %s, %s\n", plural(s.Cells, "cell"), plural(s.CVs, "CV"), plural(s.Connections, "connection"), plural(s.Synapses, "synapse"))
	fmt.Fprintf(w, "%s in %g ms\n", plural(s.Spikes, "spike"), round(s.Reached))
	for _, name := range s.order {
		fmt.Fprintf(w, "  %-20s %8.3f Hz\n", name, s.Rates[name])
	}
	fmt.Fprintf(w, "built in %.3f s, ran in %.3f s (%.2f s of model time per second)\n", s.Build, s.Run, s.Ratio)
	fmt.Fprintf(w, "wrote %s:\n", s.Folder)
	for _, file := range s.Files {
		fmt.Fprintln(w, "  "+filepath.Base(file))
	}
}

func round(x float64) float64 { return math.Round(x*1e6) / 1e6 }

// printTrials prints mean and standard deviation of the rates over trials.
func printTrials(w io.Writer, all []summary) {
	fmt.Fprintf(w, "%d trials: rate [Hz], mean and standard deviation\n", len(all))
	for _, name := range all[0].order {
		mean, sq := 0.0, 0.0
		for i := range all {
			mean += all[i].Rates[name]
		}
		mean /= float64(len(all))
		for i := range all {
			d := all[i].Rates[name] - mean
			sq += d * d
		}
		fmt.Fprintf(w, "  %-20s %8.3f ± %.3f\n", name, mean, math.Sqrt(sq/float64(len(all)-1)))
	}
}

// progressBar shows model time and what is left, on a terminal only.
type progressBar struct {
	p    *mpb.Progress
	bar  *mpb.Bar
	last time.Time
}

func (f *runFlags) progress(trial int) *progressBar {
	b := &progressBar{}
	if f.quiet || !terminal(os.Stderr) {
		return b
	}
	name := "run"
	if f.trials > 1 {
		name = fmt.Sprintf("trial %d of %d", trial+1, f.trials)
	}
	b.p = mpb.New(mpb.WithOutput(os.Stderr), mpb.WithWidth(48))
	b.bar = b.p.AddBar(1000,
		mpb.PrependDecorators(decor.Name(name+" "), decor.Percentage()),
		mpb.AppendDecorators(decor.AverageETA(decor.ET_STYLE_GO, decor.WC{W: 8}), decor.Name(" left")))
	return b
}

func (b *progressBar) update(t, until float64) {
	if b.bar == nil || time.Since(b.last) < 100*time.Millisecond {
		return
	}
	b.last = time.Now()
	b.bar.SetCurrent(int64(1000 * t / until))
}

func (b *progressBar) done() {
	if b.bar == nil {
		return
	}
	b.bar.SetCurrent(1000)
	b.p.Wait()
}
