package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/rallsim/rall"
	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/mech/codegen"
	"github.com/rallsim/rall/runtime/kernel"
)

func compileCommand() *cobra.Command {
	var emit string
	var fd bool
	c := &cobra.Command{
		Use:   "compile FILE.mod...",
		Short: "Compile NMODL files and show what comes of them",
		Long: `Compile NMODL files and print all diagnostics, or with --emit what they become:
ir (the mechanism as rall understands it), passes (after every pass) or program
(the kernel program). Exit code 1 if a file does not compile.`,
		Example: `  rall compile corpus/net6-hybrid/mod/*.mod
  rall compile nmodl/builtin/hh.mod --emit program`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			switch emit {
			case "", "ir", "passes", "program":
			default:
				return &exit{exitUsage, fmt.Errorf("--emit %s: expected ir, passes or program", emit)}
			}
			failed := 0
			for _, path := range args {
				m := rall.ReadMod(path)
				diags := m.Diags
				var prog *kernel.Program
				if m.Def != nil {
					opts := codegen.Options{ConductanceFD: fd}
					if emit == "passes" {
						opts.Dump = func(pass, text string) { fmt.Printf("==== %s: %s ====\n%s\n", path, pass, text) }
					}
					prog = codegen.Compile(m.Def, opts, &diags)
				}
				report(os.Stderr, &diags, false)
				if prog == nil {
					failed++
					continue
				}
				switch emit {
				case "":
					fmt.Printf("%s: %s %s, %s\n", path, m.Def.Kind, m.Def.Name, plural(diags.Count(diag.Warning), "warning"))
				case "ir":
					fmt.Print(m.Def.String())
				case "program":
					fmt.Print(prog.String())
				}
			}
			if failed > 0 {
				return &exit{exitModel, fmt.Errorf("%d of %s did not compile", failed, plural(len(args), "file"))}
			}
			return nil
		},
	}
	c.Flags().StringVar(&emit, "emit", "", "print ir, passes or program")
	c.Flags().BoolVar(&fd, "conductance-fd", false, "take every conductance by finite difference, as NEURON does")
	return c
}
