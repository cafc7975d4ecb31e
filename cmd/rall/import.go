package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/rallsim/rall"
	"github.com/rallsim/rall/ir/diag"
)

func importCommand() *cobra.Command {
	var mods []string
	var out, label string
	var quiet, force bool
	var f cellFlags
	c := &cobra.Command{
		Use:   "import CELL -o CELL.json",
		Short: "Take over a cell from HOC, SWC, ASC or Blue Brain HDF5 and write it as a spec",
		Long: `Read a cell and write it as a spec that rall run takes: a rule of cellParams with
NetPyNE's keys, and a population of one cell. CELL is HOC files, which are run, or one
morphology (.swc, .asc, .h5).

Of HOC, --template names the template that the cell is an object of, made from --args;
without, all sections are the cell, or if there are none, an object of the only template. Values that differ along a section are lists, one
per CV. What a rule cannot hold (POINTERs, NetCons, handlers, streams of random
numbers) is listed as warnings. Shell commands are not run but with --allow-system,
and no files are written.

Of a morphology, sections are cut into CVs of at most 0.1 lambda at 100 Hz; --axon puts a
stub in place of the axon, --insert puts mechanisms in.

A spec can name the file itself: cellParams: {C: {hoc: cell.hoc, template: NAME, args: [...]}}, or
{C: {morphology: cell.swc, axon: bbp, regions: {all: {mechs: {pas: {}}}}}}.`,
		Example: `  rall import corpus/hoc-cells/ball_stick.hoc --template BallStick -o cell.json
  rall import corpus/swc-cell/cell.swc --axon bbp --insert pas:g=1e-4 --insert somatic/hh -o traced.json
  rall run cell.json -o out/cell`,
		Args: func(c *cobra.Command, a []string) error {
			if len(a) == 0 {
				return errors.New("which file? (see rall import --help)")
			}
			return nil
		},
		RunE: func(c *cobra.Command, files []string) error {
			if !rall.IsCell(files[0]) {
				return &exit{exitUsage, fmt.Errorf("%s is no cell: expected .hoc, .swc, .asc or .h5", files[0])}
			}
			if out == "" {
				return &exit{exitUsage, errors.New("-o FILE is needed: where the cell goes (- for the terminal)")}
			}
			if _, err := os.Stat(out); out != "-" && err == nil && !force {
				return &exit{exitUsage, fmt.Errorf("%s is there already; --force replaces it", out)}
			}
			o, err := f.settings(mods, quiet, os.Stderr)
			if err != nil {
				return err
			}
			ctx, stop := interruptible(false, "")
			defer stop()
			o.Stop = ctx
			var diags diag.List
			cell := rall.ImportCell(files, label, o, rall.Settings{Mods: mods}, &diags)
			report(os.Stderr, &diags, quiet)
			if cell == nil {
				return &exit{code: endedBy(ctx)}
			}
			text := cell.Spec.JSON()
			if out == "-" {
				os.Stdout.Write(text)
				return nil
			}
			if err := os.WriteFile(out, text, 0o666); err != nil {
				return &exit{exitRun, err}
			}
			fmt.Printf("%s: %s, %s, %d point processes\n", out, plural(cell.Sections, "section"), plural(cell.CVs, "CV"), cell.Points)
			return nil
		},
	}
	fl := c.Flags()
	fl.StringArrayVar(&mods, "mod", nil, "`DIR` of .mod files, or one file (repeatable; default: mod, mods, mechanisms and modfiles beside the cell, and its own folder)")
	f.add(c)
	fl.StringVar(&label, "label", "", "`NAME` of the rule (default: the template's, or the file's)")
	fl.StringVarP(&out, "out", "o", "", "`FILE` to write, - for the terminal")
	fl.BoolVar(&force, "force", false, "replace the file")
	fl.BoolVarP(&quiet, "quiet", "q", false, "no notes, and nothing of what the program prints")
	return c
}
