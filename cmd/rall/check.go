package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/rallsim/rall"
	"github.com/rallsim/rall/ir/diag"
)

func checkCommand() *cobra.Command {
	var f modelFlags
	c := &cobra.Command{
		Use:   "check SPEC [SPEC2]",
		Short: "Find all errors in a model without running it",
		Long: `Take a model through every stage short of running: reading, names and units,
mechanisms, building the network, lowering. Errors name the place and suggest
the mend; exit code 1 if there is one.`,
		Example: `  rall check corpus/net2-layers/layers.json
  rall check corpus/net1-sensory-motor/saved/netParams.json corpus/net1-sensory-motor/saved/cfg.json`,
		Args: cobra.RangeArgs(1, 2),
		RunE: func(c *cobra.Command, args []string) error {
			s, err := f.settings(c)
			if err != nil {
				return err
			}
			diags := rall.Check(args, s)
			report(os.Stderr, diags, f.quiet)
			if diags.HasErrors() {
				return &exit{code: exitModel}
			}
			fmt.Printf("no errors, %s\n", plural(diags.Count(diag.Warning), "warning"))
			return nil
		},
	}
	f.add(c)
	return c
}
