package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/rallsim/rall"
	"github.com/rallsim/rall/ir/diag"
)

// cellFlags say which cell of a file is meant.
type cellFlags struct {
	name, template, axon string
	args, path           []string
	exact                bool
	insert               []rall.Insert
}

func (f *cellFlags) add(c *cobra.Command) {
	c.Flags().StringVar(&f.name, "cell", "", "cell type `NAME` of the model (of a cell's file: its only one)")
	c.Flags().BoolVar(&f.exact, "exact", false, "take the numbers of a morphology as they are in the file, not rounded to 8 digits as NEURON's Import3d does")
	c.Flags().StringVar(&f.axon, "axon", "", "`WAY` in which a stub replaces the axon of a morphology: none, bbp, bbp-hoc, bbp-taper, bmtk-perisomatic, bmtk-allactive, bmtk-perisomatic-directed, bmtk-allactive-directed")
	c.Flags().StringVar(&f.template, "template", "", "`NAME` of the template that a HOC program makes the cell of (default: all sections are the cell)")
	c.Flags().StringSliceVar(&f.args, "args", nil, "arguments of the template: numbers and strings, with commas between them")
	c.Flags().StringArrayVar(&f.path, "path", nil, "`DIR` in which files that a HOC program loads are looked for too (repeatable)")
}

// load loads the cell's file, or a model.
func (f *cellFlags) load(files []string, s rall.Settings, m *modelFlags, w io.Writer) (*rall.Project, error) {
	if rall.IsCell(files[0]) {
		o := rall.HocSettings{Mods: m.mods, Template: f.template, Path: f.path, Axon: f.axon, Exact: f.exact, Insert: f.insert}
		if !m.quiet {
			o.Out = w
		}
		for _, a := range f.args {
			o.Args = append(o.Args, rall.HocArg(a))
		}
		var diags diag.List
		p := rall.LoadCell(files[0], o, s, &diags)
		report(w, &diags, m.quiet)
		if p == nil {
			return nil, &exit{code: exitModel}
		}
		return p, nil
	}
	if err := f.none(files); err != nil {
		return nil, err
	}
	p, _, err := load(files, s, m.quiet, w)
	return p, err
}

// none says which flag has no meaning for a model.
func (f *cellFlags) none(files []string) error {
	for _, g := range []struct {
		name  string
		given bool
	}{{"args", f.args != nil}, {"template", f.template != ""}, {"path", f.path != nil}, {"axon", f.axon != ""}, {"exact", f.exact}} {
		if g.given {
			return &exit{exitUsage, fmt.Errorf("--%s is for the file of a cell; the model %s says itself what its cells are", g.name, files[0])}
		}
	}
	return nil
}
