package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rallsim/rall"
	"github.com/rallsim/rall/analysis/features"
	"github.com/rallsim/rall/export/results"
	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/protocol"
)

// protocolFlags say what is done to a cell.
type protocolFlags struct {
	model modelFlags
	cell  cellFlags

	steps, ramps, fi, vclamp []string
	passive, rheobase, bap   bool
	amp, resolution, most    string
	bapTo, bapAmp            string
	at, hold                 string
	record                   []string
	delay, dur, tail, total  string
	holdV, settle            string
	rs, threshold            float64
	celsius, vInit           float64
	features                 []string
	list, asJSON, asCSV      bool
	force                    bool
	out                      string
}

func protocolCommand() *cobra.Command {
	f := protocolFlags{model: modelFlags{pulses: true}, rs: .01, threshold: -20}
	c := &cobra.Command{
		Use:   "protocol CELL",
		Short: "Characterise one cell: steps, ramps, f-I, rheobase, input resistance, voltage clamp, back-propagation",
		Long: `Run experiments on one cell and measure what it does: CELL is a morphology (.swc,
.asc, .h5) with --insert, a HOC program with --template (needed if there are several), or a model with --cell. Protocols
are given by flags, several at once; without any, passive properties, rheobase and an
f-I curve around it are measured.

Quantities carry their units: 0.2nA, 200pA, -80mV, 100ms, 0.5s, 34degC, 5MOhm. Plain numbers
are nA, mV, ms, degC and MOhm. A stimulus is written as its currents, its duration, its delay:

  0.2nA                  one step, as long as --duration, after --delay
  0.1nA,0.2nA,300ms      two steps (two runs) of 300 ms
  -0.1:0.3:0.1,1s,50ms   steps from -0.1 to 0.3 nA by 0.1, of 1 s, after 50 ms

A unit tells what a number is; a plain one is a current. Features are eFEL's (--features
NAME,… or all; --list-features explains them). Runs are independent of each other, go
side by side on all threads, and yield the same bits on any number of them.`,
		Example: `  rall protocol corpus/hoc-cells/ball_stick.hoc --template BallStick
  rall protocol corpus/hoc-cells/ball_stick.hoc --template BallStick --step 0.1nA,0.3nA,300ms -o out/steps
  rall protocol corpus/swc-cell/swc-cell.json --cell PYR --fi 0:1:0.1,500ms --celsius 34
  rall protocol corpus/swc-cell/swc-cell.json --cell PYR --bap -o out/bap
  rall protocol corpus/swc-cell/cell.swc --insert hh --insert pas:g=1e-4,e=-70 --vclamp -80mV:40mV:20mV,30ms
  rall protocol corpus/hoc-cells/ball_stick.hoc --template BallStick --ramp 0nA:0.5nA,500ms --json`,
		Args: func(c *cobra.Command, args []string) error {
			if f.list && len(args) == 0 {
				return nil
			}
			return needModel(c, args)
		},
		RunE: func(c *cobra.Command, args []string) error {
			if f.list {
				return listFeatures()
			}
			return f.run(c, args)
		},
	}
	fl := c.Flags()
	fl.StringArrayVar(&f.steps, "step", nil, "current steps: `AMP,…[,DURATION[,DELAY]]`; AMP is one, or FROM:TO:BY (repeatable)")
	fl.StringArrayVar(&f.ramps, "ramp", nil, "a current ramp: `FROM:TO[,DURATION[,DELAY]]` (repeatable)")
	fl.StringArrayVar(&f.fi, "fi", nil, "an f-I curve: `FROM:TO:BY[,DURATION[,DELAY]]`, or auto: around the rheobase; cut finer where firing begins")
	fl.BoolVar(&f.rheobase, "rheobase", false, "the smallest step that makes a spike")
	fl.BoolVar(&f.passive, "passive", false, "resting potential, input resistance, sag, membrane time constant")
	fl.StringArrayVar(&f.vclamp, "vclamp", nil, "a family of voltage-clamp steps: `V,…[,DURATION[,DELAY]]`; V is one, or FROM:TO:BY [mV]")
	fl.BoolVar(&f.bap, "bap", false, "back-propagation: a spike's amplitude against distance")
	fl.StringVar(&f.at, "at", "", "`PLACE` of the stimulus, such as soma(0.5) (default: the soma's middle)")
	fl.StringArrayVar(&f.record, "record", nil, "another `PLACE` whose potential is kept (repeatable)")
	fl.StringVar(&f.hold, "hold", "0nA", "`CURRENT` injected all the time")
	fl.StringVar(&f.delay, "delay", "200ms", "`TIME` before a stimulus")
	fl.StringVar(&f.dur, "duration", "500ms", "`TIME` of a stimulus (--bap: 5 ms)")
	fl.StringVar(&f.tail, "tail", "100ms", "`TIME` after a stimulus")
	fl.StringVar(&f.total, "total", "", "`TIME` of the whole run (default: delay, duration and tail)")
	fl.StringVar(&f.amp, "passive-amp", "-0.01nA", "`CURRENT` of --passive")
	fl.StringVar(&f.resolution, "resolution", "1pA", "`CURRENT` to which --rheobase is found")
	fl.StringVar(&f.most, "max", "10nA", "`CURRENT` up to which --rheobase and --bap look")
	fl.StringVar(&f.bapTo, "bap-to", "", "`PLACE` to which --bap follows the spike, or all (default: the farthest apical end)")
	fl.StringVar(&f.bapAmp, "bap-amp", "", "`CURRENT` of --bap (default: the first of 0.1, 0.2, 0.4 … nA that makes a spike)")
	fl.StringVar(&f.holdV, "hold-v", "-70mV", "`V` before and after a step of --vclamp")
	fl.Var(flagOf{&resistance, &f.rs}, "rs", "series `RESISTANCE` of --vclamp")
	fl.StringVar(&f.settle, "settle", "0.5ms", "`TIME` after a step of --vclamp whose capacitive current is not looked at")
	fl.Var(flagOf{&potential, &f.threshold}, "threshold", "`V` that a spike crosses")
	fl.Var(flagOf{&warmth, &f.celsius}, "celsius", "`TEMPERATURE` of the runs (default: the cell's)")
	fl.Var(flagOf{&potential, &f.vInit}, "v-init", "`V` that runs begin with (default: the cell's)")
	fl.Var(flagOf{&duration, &f.model.dt}, "dt", "`TIME` of a step (default: the cell's)")
	fl.StringSliceVar(&f.features, "features", []string{"all"}, "`NAME`s of features to measure and print, or all, which go to files and --json only")
	fl.BoolVar(&f.list, "list-features", false, "list the features that there are")
	fl.StringArrayVar(&f.model.mods, "mod", nil, "`DIR` of .mod files, or one file (repeatable; default: mod, mods, mechanisms and modfiles beside the cell, and its own folder)")
	fl.StringArrayVar(&f.model.set, "set", nil, "`PATH=VALUE`: change the spec before it is read (repeatable)")
	fl.IntVar(&f.model.threads, "threads", 0, "threads (default: one per processor)")
	fl.StringVar(&f.model.backend, "backend", "", "kernels' `NAME`: "+strings.Join(rall.Backends, ", "))
	fl.BoolVar(&f.model.fd, "conductance-fd", false, "take every conductance by finite difference, as NEURON does")
	fl.BoolVarP(&f.model.quiet, "quiet", "q", false, "no notes and no progress")
	fl.BoolVar(&f.asJSON, "json", false, "print all as JSON")
	fl.BoolVar(&f.asCSV, "csv", false, "print values and tables as CSV")
	fl.StringVarP(&f.out, "out", "o", "", "`DIR` for traces, features, tables and pictures")
	fl.BoolVar(&f.force, "force", false, "write into a folder that is in use")
	f.cell.addName(c)
	f.cell.add(c)
	return c
}

func listFeatures() error {
	for _, x := range features.List() {
		unit := ""
		if x.Unit != "" {
			unit = " [" + x.Unit + "]"
		}
		fmt.Printf("%s%s: %s\n", x.Name, unit, x.Doc)
	}
	return nil
}

// experiment is one of the protocols that were asked for.
type experiment struct {
	flag string
	do   func(ctx context.Context, b *rall.Bench) (*protocol.Report, error)
}

func (f *protocolFlags) run(c *cobra.Command, args []string) error {
	if f.asJSON && f.asCSV {
		return &exit{exitUsage, errors.New("--json or --csv, not both")}
	}
	setup, todo, err := f.plan(c)
	if err != nil {
		return &exit{exitUsage, err}
	}
	if f.out != "" && !f.force {
		if err := results.CheckFolder(f.out); err != nil {
			return &exit{exitUsage, fmt.Errorf("%w; --force replaces files there", err)}
		}
	}
	s, err := f.model.settings(c)
	if err != nil {
		return err
	}
	p, err := f.cell.load(args, s, &f.model, os.Stderr)
	if err != nil {
		return err
	}
	bar := newProgress("protocol", f.model.quiet)
	opt := rall.BenchOptions{Dt: f.model.dt, Print: os.Stderr, Progress: bar.update}
	if c.Flags().Changed("celsius") {
		opt.Celsius = &f.celsius
	}
	if c.Flags().Changed("v-init") {
		opt.VInit = &f.vInit
	}
	b, err := p.Bench(f.cell.name, s, opt)
	var named rall.UsageError
	if errors.As(err, &named) {
		return &exit{exitUsage, err}
	}
	if err != nil {
		return &exit{exitModel, err}
	}
	if err := f.places(b, setup); err != nil {
		return &exit{exitUsage, err}
	}
	ctx, stop := signal.NotifyContext(context.Background(), stopSignals...)
	defer stop()
	all := &rall.Protocols{Cell: b.Cell.Name, File: args[0], Version: rall.Version, Args: os.Args[1:], Celsius: b.Celsius(), VInit: b.VInit(), Dt: b.Dt(), At: setup.At.String()}
	for i, e := range todo {
		bar.name = fmt.Sprintf("%s (%d of %d)", e.flag, i+1, len(todo))
		bar.begun = false
		r, err := e.do(ctx, b)
		var asked protocol.UsageError
		switch {
		case errors.As(err, &asked), errors.As(err, &named):
			bar.done()
			return &exit{exitUsage, fmt.Errorf("--%s: %w", e.flag, err)}
		case errors.Is(err, context.Canceled):
			bar.done()
			return &exit{code: exitInterrupted}
		case err != nil:
			bar.done()
			return &exit{exitRun, fmt.Errorf("--%s: %w", e.flag, err)}
		}
		all.Add(r)
		if !f.asJSON && !f.asCSV {
			if i == 0 {
				fmt.Printf("%s at %g degC from %g mV, dt %g ms\n", all.Cell, all.Celsius, all.VInit, all.Dt)
			}
			fmt.Println()
			r.Print(os.Stdout, 25)
		}
	}
	bar.done()
	switch {
	case f.asJSON:
		err = all.JSON(os.Stdout)
	case f.asCSV:
		err = all.CSV(os.Stdout)
	}
	if err != nil {
		return &exit{exitRun, err}
	}
	if f.out != "" {
		files, err := all.Write(f.out)
		if err != nil {
			return &exit{exitRun, err}
		}
		if !f.asJSON && !f.asCSV {
			fmt.Printf("\nwrote %s: %s\n", f.out, fileList(files))
		}
	}
	return nil
}

// places finds where stimuli and records are.
func (f *protocolFlags) places(b *rall.Bench, s *protocol.Setup) (err error) {
	s.At, s.Own = b.Soma(), b.Own()
	if f.at != "" {
		if s.At, err = b.Place(f.at); err != nil {
			return fmt.Errorf("--at: %w", err)
		}
	}
	for _, text := range f.record {
		at, err := b.Place(text)
		if err != nil {
			return fmt.Errorf("--record: %w", err)
		}
		s.Record = append(s.Record, at)
	}
	return nil
}

// plan reads all quantities, before anything is loaded.
func (f *protocolFlags) plan(c *cobra.Command) (*protocol.Setup, []experiment, error) {
	s := &protocol.Setup{Settings: features.Default(), Features: f.features}
	s.Settings.Threshold = f.threshold
	s.Named = true
	if slices.Equal(f.features, []string{"all"}) {
		s.Features, s.Named = features.Names(), false
	}
	for _, name := range s.Features {
		if names := features.Names(); !slices.Contains(names, name) {
			near := ""
			if h := diag.DidYouMean(name, names); h != "" {
				near = " (" + h + ")"
			}
			return nil, nil, fmt.Errorf("--features: there is no feature %q%s; --list-features has them all", name, near)
		}
	}
	var amp, resolution, most, bapAmp, holdV, settle float64
	for _, q := range []struct {
		flag, text string
		kind       *quantity
		to         *float64
	}{
		{"hold", f.hold, &current, &s.Hold}, {"delay", f.delay, &duration, &s.Delay}, {"duration", f.dur, &duration, &s.Duration},
		{"tail", f.tail, &duration, &s.Tail}, {"total", f.total, &duration, &s.Total}, {"passive-amp", f.amp, &current, &amp},
		{"resolution", f.resolution, &current, &resolution}, {"max", f.most, &current, &most}, {"bap-amp", f.bapAmp, &current, &bapAmp},
		{"hold-v", f.holdV, &potential, &holdV}, {"settle", f.settle, &duration, &settle},
	} {
		if q.text == "" {
			continue
		}
		var err error
		if *q.to, err = q.kind.read(q.text); err != nil {
			return nil, nil, fmt.Errorf("--%s: %w", q.flag, err)
		}
	}
	if s.Delay < 0 || s.Duration <= 0 || s.Tail < 0 || s.Total < 0 {
		return nil, nil, errors.New("--delay, --duration, --tail and --total are times above 0")
	}
	if f.model.dt < 0 {
		return nil, nil, fmt.Errorf("--dt %g: expected a time above 0 ms", f.model.dt)
	}
	var todo []experiment
	add := func(flag string, do func(ctx context.Context, b *rall.Bench) (*protocol.Report, error)) {
		todo = append(todo, experiment{flag, do})
	}
	none := len(f.steps)+len(f.ramps)+len(f.fi)+len(f.vclamp) == 0 && !f.passive && !f.rheobase && !f.bap
	if f.passive || none {
		add("passive", func(ctx context.Context, b *rall.Bench) (*protocol.Report, error) {
			return s.Passive(ctx, b, amp, protocol.Pulse{})
		})
	}
	if f.rheobase || none {
		add("rheobase", func(ctx context.Context, b *rall.Bench) (*protocol.Report, error) {
			return s.Rheobase(ctx, b, resolution, most, protocol.Pulse{})
		})
	}
	for _, text := range f.steps {
		amps, p, err := stimulus(text, &current, false)
		if err != nil {
			return nil, nil, fmt.Errorf("--step: %w", err)
		}
		add("step", func(ctx context.Context, b *rall.Bench) (*protocol.Report, error) { return s.Steps(ctx, b, amps, p) })
	}
	for _, text := range f.ramps {
		amps, p, err := stimulus(text, &current, true)
		if err != nil {
			return nil, nil, fmt.Errorf("--ramp: %w", err)
		}
		add("ramp", func(ctx context.Context, b *rall.Bench) (*protocol.Report, error) {
			return s.Ramp(ctx, b, amps[0], amps[1], p)
		})
	}
	curves := f.fi
	if none {
		curves = []string{"auto"}
	}
	for _, text := range curves {
		if rest, ok := strings.CutPrefix(text, "auto"); ok {
			_, p, err := stimulus("0"+rest, &current, false)
			if err != nil {
				return nil, nil, fmt.Errorf("--fi: %w", err)
			}
			add("fi", func(ctx context.Context, b *rall.Bench) (*protocol.Report, error) {
				return s.AutoFI(ctx, b, resolution, most, p)
			})
			continue
		}
		amps, p, err := stimulus(text, &current, false)
		if err != nil {
			return nil, nil, fmt.Errorf("--fi: %w", err)
		}
		finest := 0.0
		for i := 1; i < len(amps); i++ {
			if amps[i] <= amps[i-1] {
				return nil, nil, fmt.Errorf("--fi: %s: currents must ascend", text)
			}
			if d := amps[i] - amps[i-1]; i == 1 || d < finest {
				finest = d
			}
		}
		add("fi", func(ctx context.Context, b *rall.Bench) (*protocol.Report, error) {
			return s.FI(ctx, b, amps, finest/8, p)
		})
	}
	for _, text := range f.vclamp {
		levels, p, err := stimulus(text, &potential, false)
		if err != nil {
			return nil, nil, fmt.Errorf("--vclamp: %w", err)
		}
		add("vclamp", func(ctx context.Context, b *rall.Bench) (*protocol.Report, error) {
			return s.VClamp(ctx, b, levels, holdV, f.rs, settle, p)
		})
	}
	if f.bap {
		var p protocol.Pulse
		if c.Flags().Changed("duration") {
			p.Duration = s.Duration
		}
		add("bap", func(ctx context.Context, b *rall.Bench) (*protocol.Report, error) {
			to := b.Far(s.At)
			if f.bapTo == "all" {
				to = nil
			} else if f.bapTo != "" {
				at, err := b.Place(f.bapTo)
				if err != nil {
					return nil, err
				}
				to = &at
			}
			return s.BackPropagation(ctx, b, bapAmp, most, to, p)
		})
	}
	return s, todo, nil
}
