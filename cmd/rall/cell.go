package main

import (
	"io"

	"github.com/spf13/cobra"

	"github.com/rallsim/rall"
	"github.com/rallsim/rall/ir/diag"
)

// cellFlags say which cell of a file is meant.
type cellFlags struct {
	name, template, axon string
	args, path           []string
	insert               []rall.Insert
}

func (f *cellFlags) add(c *cobra.Command) {
	c.Flags().StringVar(&f.name, "cell", "", "cell type `NAME` of the model (of a cell's file: its only one)")
	c.Flags().StringVar(&f.axon, "axon", "", "`WAY` in which a stub replaces the axon of a morphology: none, bbp, bbp-hoc, bbp-taper, bmtk-perisomatic, bmtk-allactive, bmtk-perisomatic-directed, bmtk-allactive-directed")
	c.Flags().StringVar(&f.template, "template", "", "`NAME` of the template that a HOC program makes the cell of (default: all sections are the cell)")
	c.Flags().StringSliceVar(&f.args, "args", nil, "arguments of the template: numbers and strings, with commas between them")
	c.Flags().StringArrayVar(&f.path, "path", nil, "`DIR` in which files that a HOC program loads are looked for too (repeatable)")
}

// load loads the cell's file, or a model.
func (f *cellFlags) load(files []string, s rall.Settings, m *modelFlags, w io.Writer) (*rall.Project, error) {
	if rall.IsCell(files[0]) {
		o := rall.HocSettings{Mods: m.mods, Template: f.template, Path: f.path, Axon: f.axon, Insert: f.insert}
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
	p, _, err := load(files, s, m.quiet, w)
	return p, err
}
