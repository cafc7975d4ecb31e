package main

import (
	"context"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rallsim/rall"
	"github.com/rallsim/rall/ir/diag"
)

// cellFlags say which cell of a file is meant, and what is done to a
// morphology.
type cellFlags struct {
	name, template, axon string
	args, path, insert   []string
	exact, system        bool
	statements           int
}

// add adds those flags that every command that takes cells understands.
func (f *cellFlags) add(c *cobra.Command) {
	fl := c.Flags()
	fl.StringVar(&f.template, "template", "", "`NAME` of the template that a HOC program makes the cell of (default: all sections are the cell, or else the only template)")
	fl.StringSliceVar(&f.args, "args", nil, "arguments of the template: numbers and strings, with commas between them")
	fl.StringArrayVar(&f.path, "path", nil, "`DIR` in which files that a HOC program loads are looked for too (repeatable)")
	fl.BoolVar(&f.system, "allow-system", false, "let a HOC program run shell commands (system)")
	addStatements(fl, &f.statements, "50 million")
	fl.StringArrayVar(&f.insert, "insert", nil, "put a mechanism into a morphology: `[REGION/]MECH[:NAME=VALUE,…]` with REGION all, somatic, axonal, basal, apical or a section (repeatable; the last counts)")
	fl.BoolVar(&f.exact, "exact", false, "take the numbers of a morphology as they are in the file, not rounded to 8 digits as NEURON's Import3d does")
	ways := ""
	for _, w := range rall.AxonWays() {
		ways += fmt.Sprintf("\n  %-27s%s", w.Name, w.Doc)
	}
	fl.StringVar(&f.axon, "axon", "", "`WAY` in which a stub replaces the axon of a morphology:"+ways)
}

// addName adds the flag that names a cell of a model.
func (f *cellFlags) addName(c *cobra.Command) {
	c.Flags().StringVar(&f.name, "cell", "", "cell type `NAME` of the model (of a cell's file: its only one)")
}

// settings reads them.
func (f *cellFlags) settings(mods []string, quiet bool, w io.Writer) (rall.HocSettings, error) {
	o := rall.HocSettings{Mods: mods, Template: f.template, Path: f.path, System: f.system, Axon: f.axon, Exact: f.exact, Steps: f.statements, Slow: slowNote(quiet)}
	if !quiet {
		o.Out = w
	}
	for _, a := range f.args {
		o.Args = append(o.Args, rall.HocArg(a))
	}
	for _, text := range f.insert {
		in, err := insertion(text)
		if err != nil {
			return o, &exit{exitUsage, fmt.Errorf("--insert %s: %w", text, err)}
		}
		o.Insert = append(o.Insert, in)
	}
	return o, nil
}

// insertion reads [REGION/]MECH[:NAME=VALUE,…].
func insertion(text string) (in rall.Insert, err error) {
	in.Text, in.Region = text, "all"
	name, params, _ := strings.Cut(text, ":")
	if region, mech, ok := strings.Cut(name, "/"); ok {
		in.Region, name = region, mech
	}
	in.Mech = name
	wrong := fmt.Errorf("expected [REGION/]MECH:NAME=VALUE,…, for example pas:g=1e-4,e=-70")
	if name == "" || in.Region == "" {
		return in, wrong
	}
	for _, a := range strings.Split(params, ",") {
		if strings.TrimSpace(a) == "" {
			continue
		}
		key, value, ok := strings.Cut(a, "=")
		key = strings.TrimSpace(key)
		x, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
		if !ok || err != nil || key == "" || math.IsNaN(x) || math.IsInf(x, 0) {
			return in, wrong
		}
		if slices.ContainsFunc(in.Params, func(p rall.Assignment) bool { return p.Name == key }) {
			return in, fmt.Errorf("%s is given twice", key)
		}
		in.Params = append(in.Params, rall.Assignment{Name: key, Value: x})
	}
	return in, nil
}

// load loads the cell's file, or a model.
func (f *cellFlags) load(files []string, s rall.Settings, m *modelFlags, w io.Writer) (*rall.Project, error) {
	if rall.IsCell(files[0]) {
		o, err := f.settings(m.mods, m.quiet, w)
		if err != nil {
			return nil, err
		}
		ctx, stop := interruptible(false, "")
		defer stop()
		o.Stop = ctx
		var diags diag.List
		p := rall.LoadCell(files, o, s, &diags)
		report(w, &diags, m.quiet)
		if p == nil {
			return nil, &exit{code: endedBy(ctx)}
		}
		return p, nil
	}
	if err := f.none(files); err != nil {
		return nil, err
	}
	p, _, err := load(files, s, m.quiet, w)
	return p, err
}

// endedBy is the exit code of what has ended early, by Ctrl-C or by errors.
func endedBy(ctx context.Context) int {
	if ctx.Err() != nil {
		return exitInterrupted
	}
	return exitModel
}

// none says which flag has no meaning for a model.
func (f *cellFlags) none(files []string) error {
	for _, g := range []struct {
		name  string
		given bool
	}{{"args", f.args != nil}, {"template", f.template != ""}, {"path", f.path != nil}, {"axon", f.axon != ""}, {"exact", f.exact}, {"insert", f.insert != nil}, {"allow-system", f.system}, {"statements", f.statements != 0}} {
		if g.given {
			return &exit{exitUsage, fmt.Errorf("--%s is for the file of a cell; the model %s says itself what its cells are", g.name, files[0])}
		}
	}
	return nil
}
