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
	var asJSON bool
	c := &cobra.Command{
		Use:   "check MODEL [MODEL2]",
		Short: "Find all errors in a model without running it",
		Long: `Take a model through every stage short of running: reading, names and units,
mechanisms, building the network, lowering. Errors name the place and suggest
the mend; exit code 1 if there is one. Takes what rall run takes.`,
		Example: `  rall check corpus/net2-layers/layers.json
  rall check corpus/net1-sensory-motor/saved/netParams.json corpus/net1-sensory-motor/saved/cfg.json`,
		Args: needModel,
		RunE: func(c *cobra.Command, args []string) error {
			s, err := f.settings(c)
			if err != nil {
				return err
			}
			diags := rall.Check(args, s)
			if asJSON {
				printDiags(diags)
				if diags.HasErrors() {
					return &exit{code: exitModel}
				}
				return nil
			}
			report(os.Stderr, diags, f.quiet)
			if diags.HasErrors() {
				return &exit{code: exitModel}
			}
			fmt.Printf("no errors, %s\n", plural(diags.Count(diag.Warning), "warning"))
			return nil
		},
	}
	f.add(c)
	c.Flags().BoolVar(&asJSON, "json", false, "print the findings as JSON on standard output")
	return c
}

// printDiags prints findings for tools.
func printDiags(diags *diag.List) {
	type finding struct {
		Severity string `json:"severity"`
		Code     string `json:"code"`
		File     string `json:"file,omitempty"`
		Line     int    `json:"line,omitempty"`
		Col      int    `json:"col,omitempty"`
		Path     string `json:"path,omitempty"`
		Message  string `json:"message"`
		Hint     string `json:"hint,omitempty"`
	}
	out := []finding{}
	for _, d := range diags.Sorted() {
		out = append(out, finding{d.Severity.String(), string(d.Code), d.Pos.File, d.Pos.Line, d.Pos.Col, d.Pos.Path, d.Msg, d.Hint})
	}
	printJSON(out)
}
