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
	var asJSON, all bool
	c := &cobra.Command{
		Use:   "check MODEL [MODEL2] | FILE.mod... | FOLDER... | 'PATTERN'...",
		Short: "Find all errors in a model, or in NMODL files, without running anything",
		Long: `Take a model through every stage short of running: reading, names and units,
mechanisms, building the network, lowering. Errors name the place and suggest
the mend; exit code 1 if there is one. Takes what rall run takes.

With .mod files, folders of them or patterns (** stands for any folders) it
prints a table of what compiles, how many warnings it has of units and others,
what each mechanism needs, and why a file does not compile. Of a single file, or
with --all, every finding is shown.`,
		Example: `  rall check corpus/net2-layers/layers.json
  rall check corpus/net1-sensory-motor/saved/netParams.json corpus/net1-sensory-motor/saved/cfg.json
  rall check corpus/swc-cell/mod/kdr.mod
  rall check 'corpus/**/*.mod'`,
		Args: func(c *cobra.Command, args []string) error {
			if areMods(args) {
				return nil
			}
			return needModel(c, args)
		},
		RunE: func(c *cobra.Command, args []string) error {
			if areMods(args) {
				return checkMods(args, asJSON, all, f.quiet)
			}
			s, err := f.settings(c)
			if err != nil {
				return err
			}
			diags := rall.Check(args, s)
			if asJSON {
				printJSON(findings(diags))
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
	c.Flags().BoolVar(&all, "all", false, "with .mod files: print the findings of every file")
	return c
}

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

// findings are diagnostics for tools.
func findings(diags *diag.List) []finding {
	out := []finding{}
	for _, d := range diags.Sorted() {
		out = append(out, finding{d.Severity.String(), string(d.Code), d.Pos.File, d.Pos.Line, d.Pos.Col, d.Pos.Path, d.Msg, d.Hint})
	}
	return out
}
