package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"
)

func inspectCommand() *cobra.Command {
	var f modelFlags
	var asJSON bool
	c := &cobra.Command{
		Use:   "inspect MODEL [MODEL2]",
		Short: "Show what a model is made of",
		Long: `Build a model and show it: populations, cell types with their sections, CVs and
mechanisms, connections by rule, how cells are grouped and why, and how much
memory a run needs. Warns where a CV is longer than 0.3 lambda at 100 Hz.`,
		Example: `  rall inspect corpus/net4-ring/ring.json
  rall inspect corpus/net2-layers/layers.json --json`,
		Args: needModel,
		RunE: func(c *cobra.Command, args []string) error {
			s, err := f.settings(c)
			if err != nil {
				return err
			}
			p, _, err := load(args, s, f.quiet, os.Stderr)
			if err != nil {
				return err
			}
			ins := p.Inspect()
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
	c.Flags().BoolVar(&asJSON, "json", false, "print as JSON")
	return c
}
