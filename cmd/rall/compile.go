package main

import (
	"errors"
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
		Long: `Compile NMODL files (or all those of a folder) and print what there is to say of
them, or with --emit what they become: ir (the mechanism as rall understands it),
passes (after every pass) or program (the kernel program). Exit code 1 if a file
does not compile.`,
		Example: `  rall compile corpus/net6-hybrid/mod
  rall compile nmodl/builtin/hh.mod --emit ir
  rall compile nmodl/builtin/*.mod --emit program`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				return errors.New("rall compile needs .mod files, for example: rall compile mod/kdr.mod (see rall compile --help)")
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			switch emit {
			case "", "ir", "passes", "program":
			default:
				return &exit{exitUsage, fmt.Errorf("--emit %s: expected ir, passes or program", emit)}
			}
			var missing diag.List
			files := rall.ReadMods(args, &missing)
			report(os.Stderr, &missing, false)
			failed := missing.Count(diag.Error)
			for _, m := range files {
				if !compileOne(m, emit, fd) {
					failed++
				}
			}
			if n := len(files) + missing.Count(diag.Error); failed > 0 && n > 1 {
				return &exit{exitModel, fmt.Errorf("%d of %d files did not compile", failed, n)}
			} else if failed > 0 {
				return &exit{code: exitModel}
			} else if n == 0 {
				return &exit{exitModel, errors.New("there are no .mod files")}
			}
			return nil
		},
	}
	c.Flags().StringVar(&emit, "emit", "", "print `WHAT` the file becomes: ir, passes or program")
	c.Flags().BoolVar(&fd, "conductance-fd", false, "take every conductance by finite difference, as NEURON does")
	return c
}

// compileOne takes one file to its kernel program, reports, and prints what
// was asked for.
func compileOne(m *rall.ModFile, emit string, fd bool) bool {
	var diags diag.List
	diags.Append(&m.Diags)
	var prog *kernel.Program
	if m.Def != nil {
		opts := codegen.Options{ConductanceFD: fd}
		if emit == "passes" {
			opts.Dump = func(pass, text string) { fmt.Printf("==== %s: %s ====\n%s\n", m.Path, pass, text) }
		}
		prog = codegen.Compile(m.Def, opts, &diags)
	}
	report(os.Stderr, &diags, false)
	if prog == nil {
		return false
	}
	switch emit {
	case "":
		fmt.Printf("%s: %s %s", m.Path, m.Def.Kind, m.Def.Name)
		if n := diags.Count(diag.Warning); n > 0 {
			fmt.Printf(", %s", plural(n, "warning"))
		}
		fmt.Println()
	case "ir":
		fmt.Print(m.Def.String())
	case "program":
		fmt.Print(prog.String())
	}
	return true
}
