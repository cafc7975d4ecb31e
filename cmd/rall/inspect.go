package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/rallsim/rall"
)

func inspectCommand() *cobra.Command {
	var f modelFlags
	var cell cellFlags
	var asJSON, all, memory bool
	c := &cobra.Command{
		Use:   "inspect MODEL [MODEL2] | CELL",
		Short: "Show what a model, or a cell, is made of",
		Long: `Build a model and show it: populations, cell types with their sections, CVs and
mechanisms, connections by rule, how cells are grouped and why, and how much
memory a run needs; with --merge which synapses go together, and why others do not.
Warns where a CV is longer than 0.3 lambda at 100 Hz.

With --memory the network is made ready to run and what it holds is measured: by
part (a mechanism is one), and what a cell, a CV, a synapse and a connection need. From
that follows what a larger network of the kind will need (doc/performance.md).

Of a cell (a morphology in .swc, .asc or .h5, a HOC program, or a cell type of a model
with --cell) the tree is shown: lengths, areas, diameters, branch orders, and how
far its ends are, in um and in lambda.`,
		Example: `  rall inspect corpus/net4-ring/ring.json
  rall inspect corpus/swc-cell/cell.swc
  rall inspect corpus/hoc-cells/ball_stick.hoc --template BallStick
  rall inspect corpus/net2-layers/layers.json --json
  rall inspect --memory corpus/net2-layers/layers.json
  rall inspect --merge corpus/net3-gamma/gamma.json`,
		Args: needModel,
		RunE: func(c *cobra.Command, args []string) error {
			s, err := f.settings(c)
			if err != nil {
				return err
			}
			if rall.IsCell(args[0]) || cell.name != "" {
				if memory {
					return &exit{exitUsage, errors.New("--memory measures models, not cells")}
				}
				p, err := cell.load(args, s, &f, os.Stderr)
				if err != nil {
					return err
				}
				tree, err := p.Tree(cell.name)
				if err != nil {
					return &exit{exitUsage, err}
				}
				if asJSON {
					printJSON(tree)
				} else if all {
					tree.Print(os.Stdout, 0)
				} else {
					tree.Print(os.Stdout, 40)
				}
				return nil
			}
			if err := cell.none(args); err != nil {
				return err
			}
			p, _, err := load(args, s, f.quiet, os.Stderr)
			if err != nil {
				return err
			}
			m, err := p.Memory(s)
			if err != nil {
				return &exit{exitRun, err}
			}
			if memory {
				if asJSON {
					printJSON(m)
				} else {
					m.Print(os.Stdout)
				}
				return nil
			}
			ins := p.Inspect()
			ins.Memory = m
			if asJSON {
				printJSON(ins)
				return nil
			}
			for _, w := range ins.Warnings {
				fmt.Fprintln(os.Stderr, w)
			}
			ins.Print(os.Stdout)
			return nil
		},
	}
	f.add(c)
	cell.addName(c)
	cell.add(c)
	c.Flags().BoolVar(&asJSON, "json", false, "print as JSON")
	c.Flags().BoolVar(&memory, "memory", false, "measure what the model holds in memory, by part")
	c.Flags().BoolVar(&all, "all", false, "list all sections of a cell, not the first 40")
	return c
}
