package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rallsim/rall"
	"github.com/rallsim/rall/export/results"
)

func plotCommand() *cobra.Command {
	var kinds []string
	var out, color, view string
	var force bool
	var model modelFlags
	var cell cellFlags
	c := &cobra.Command{
		Use:   "plot RESULT | CELL",
		Short: "Draw the plots of a result folder again, without running; or a cell",
		Long: `Draw plots of a result folder: those that its model names in simConfig.analysis,
or those given with --plot, by NetPyNE's names. They replace those in the folder,
or go to a folder of their own with -o.

Of a cell (a morphology in .swc, .asc or .h5, a HOC program, or a cell type of a model
with --cell) the shape is drawn, with a scale bar, into the folder -o (or the file, if it ends in .png or .svg). --color says what
its colours show: the type of section (type); what the cable is (diam, L, area, Ra, cm,
distance from the soma); the potential that a run begins with (v); an ion (ena, cai, cao);
or a parameter of a mechanism, hh.gnabar or gnabar_hh. A CSV file has the numbers.`,
		Example: `  rall plot out/gamma
  rall plot out/gamma --plot plotRaster --plot plotSpikeHist -o out/pictures
  rall plot corpus/swc-cell/cell.swc --color diam -o out/cell
  rall plot corpus/swc-cell/cell.swc --axon bbp --insert pas:g=1e-4 --insert somatic/pas:g=3e-4 --color g_pas -o out/cell
  rall plot corpus/swc-cell/swc-cell.json --cell PYR --color ih.gbar -o out/cell`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) != 1 {
				return errors.New("rall plot needs the folder of one result, for example: rall plot out/gamma (see rall plot --help)")
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			dir := args[0]
			isCell := rall.IsCell(dir) || cell.name != ""
			for _, name := range []string{"color", "view", "template", "args", "path", "mod", "axon", "exact", "insert", "allow-system", "statements"} {
				if !isCell && c.Flags().Changed(name) {
					return &exit{exitUsage, fmt.Errorf("--%s is for cells, and %s is none (a model's cell is named by --cell)", name, dir)}
				}
			}
			if isCell && len(kinds) > 0 {
				return &exit{exitUsage, fmt.Errorf("--plot is for results; of the cell in %s its shape is drawn", dir)}
			}
			if isCell {
				if out == "" {
					out = "."
				}
				return drawCell(c, args, out, color, view, force, &model, &cell)
			}
			if oldTrials(dir) != nil {
				return &exit{exitUsage, fmt.Errorf("%s holds several trials; name one, for example: rall plot %s", dir, filepath.Join(dir, "trial_000"))}
			}
			if out == "" {
				out = dir
			} else if err := results.CheckFolder(out); err != nil && !force {
				return &exit{exitUsage, fmt.Errorf("%w; --force replaces files there", err)}
			}
			files, warnings, err := rall.Replot(dir, kinds, out)
			for _, w := range warnings {
				fmt.Fprintln(os.Stderr, "warning: "+w)
			}
			if len(files) > 0 {
				fmt.Printf("wrote %s: %s\n", out, fileList(files))
			}
			var asked rall.UsageError
			if errors.As(err, &asked) {
				return &exit{exitUsage, err}
			}
			if err != nil {
				return &exit{exitRun, err}
			}
			return nil
		},
	}
	cell.addName(c)
	cell.add(c)
	c.Flags().StringArrayVar(&model.mods, "mod", nil, "`DIR` of .mod files of a cell, or one file (repeatable; default: mod, mods, mechanisms and modfiles beside it, and its own folder)")
	c.Flags().StringVar(&color, "color", "type", "what a cell's colours show: type, diam, L, area, Ra, cm, distance, v, an ion (ena, cai), or a parameter `MECH.NAME`")
	c.Flags().StringVar(&view, "view", "xy", "plane in which a cell is drawn: xy, xz or yz")
	c.Flags().StringArrayVar(&kinds, "plot", nil, "draw this plot, by NetPyNE's `NAME` (repeatable)")
	c.Flags().StringVarP(&out, "out", "o", "", "`DIR` for the pictures (default: the result's), or for a cell's also one FILE.png or FILE.svg")
	c.Flags().BoolVarP(&model.quiet, "quiet", "q", false, "no notes, and nothing of what a cell's program prints")
	c.Flags().BoolVar(&force, "force", false, "write into a folder that is in use")
	return c
}

// drawCell draws a cell's shape into a folder, as files of the cell's name, or into
// one file that ends in .png or .svg.
func drawCell(c *cobra.Command, files []string, dir, color, view string, force bool, m *modelFlags, f *cellFlags) error {
	s, err := m.settings(c)
	if err != nil {
		return err
	}
	p, err := f.load(files, s, m, os.Stderr)
	if err != nil {
		return err
	}
	drawing, err := p.Draw(f.name, color, view)
	if err != nil {
		return &exit{exitUsage, err}
	}
	if ext := strings.ToLower(filepath.Ext(dir)); ext == ".png" || ext == ".svg" {
		drawing.Formats = []string{ext[1:]}
		dir, drawing.Base = filepath.Split(strings.TrimSuffix(dir, filepath.Ext(dir)))
		dir = filepath.Clean(dir)
	}
	for _, ext := range slices.Concat(drawing.Formats, []string{"csv"}) {
		file := filepath.Join(dir, drawing.Base+"."+ext)
		if _, err := os.Stat(file); err == nil && !force {
			return &exit{exitUsage, fmt.Errorf("%s is there already; --force replaces it", file)}
		}
	}
	made, err := drawing.Write(dir)
	if err != nil {
		return &exit{exitRun, err}
	}
	fmt.Printf("wrote %s: %s\n", dir, fileList(made))
	return nil
}
