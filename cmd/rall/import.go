package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rallsim/rall"
	"github.com/rallsim/rall/ir/diag"
)

func importCommand() *cobra.Command {
	var mods, args, path []string
	var template, out, label string
	var quiet, force, system bool
	c := &cobra.Command{
		Use:   "import FILE.hoc... [--template NAME] [--args A,B,...] -o CELL.json",
		Short: "Take over a cell from HOC: run its program and write the cell as a spec",
		Long: `Run HOC files and write the cell that they build as a spec that rall run takes:
a rule of cellParams with NetPyNE's keys, and a population of one cell. With
--template an object of that template is the cell, made from --args; without,
all sections are. Values that differ along a section are lists, one per CV.

What a rule cannot hold (POINTERs, NetCons, handlers, streams of random
numbers) is listed as warnings. Shell commands are not run but with
--allow-system, and no files are written. A spec can name the file itself: cellParams: {C: {hoc: cell.hoc,
template: NAME, args: [...]}}.`,
		Example: `  rall import corpus/hoc-cells/ball_stick.hoc --template BallStick -o cell.json
  rall run cell.json -o out/cell`,
		Args: func(c *cobra.Command, a []string) error {
			if len(a) == 0 {
				return errors.New("which HOC file? (see rall import --help)")
			}
			return nil
		},
		RunE: func(c *cobra.Command, files []string) error {
			if out == "" {
				return &exit{exitUsage, errors.New("-o FILE is needed: where the cell goes (- for the terminal)")}
			}
			o := rall.HocSettings{Mods: mods, Template: template, Path: path, System: system}
			if !quiet {
				o.Out = os.Stderr
			}
			for _, a := range args {
				o.Args = append(o.Args, rall.HocArg(a))
			}
			var diags diag.List
			cell := rall.ReadHoc(files, o, &diags)
			if cell != nil {
				for _, d := range cell.Lost {
					d.Msg = "not taken over: " + d.Msg
					diags.Add(d)
				}
			}
			report(os.Stderr, &diags, quiet)
			if cell == nil {
				return &exit{code: exitModel}
			}
			name := label
			if name == "" {
				name = template
			}
			if name == "" {
				name = strings.TrimSuffix(filepath.Base(files[len(files)-1]), filepath.Ext(files[len(files)-1]))
			}
			text := rall.HocSpec(cell, name).JSON()
			if out == "-" {
				os.Stdout.Write(text)
				return nil
			}
			if _, err := os.Stat(out); err == nil && !force {
				return &exit{exitUsage, fmt.Errorf("%s is there already; --force replaces it", out)}
			}
			if err := os.WriteFile(out, text, 0o666); err != nil {
				return &exit{exitRun, err}
			}
			points := fmt.Sprintf("%d point processes", len(cell.Points))
			cvs := 0
			for _, s := range cell.Sections {
				cvs += s.NSeg()
			}
			fmt.Printf("%s: %s, %s, %s\n", out, plural(len(cell.Sections), "section"), plural(cvs, "CV"), points)
			return nil
		},
	}
	f := c.Flags()
	f.StringArrayVar(&mods, "mod", nil, "`DIR` of .mod files, or one file (repeatable; default: mod, mods, mechanisms and modfiles beside the program)")
	f.StringVar(&template, "template", "", "`NAME` of the template to make (default: all sections are the cell)")
	f.StringSliceVar(&args, "args", nil, "arguments of the template: numbers and strings, with commas between them")
	f.StringArrayVar(&path, "path", nil, "`DIR` in which files that the program loads are looked for too (repeatable)")
	f.StringVar(&label, "label", "", "`NAME` of the rule (default: the template's)")
	f.StringVarP(&out, "out", "o", "", "`FILE` to write, - for the terminal")
	f.BoolVar(&system, "allow-system", false, "let the program run shell commands (system)")
	f.BoolVar(&force, "force", false, "replace the file")
	f.BoolVarP(&quiet, "quiet", "q", false, "no notes, and nothing of what the program prints")
	return c
}
