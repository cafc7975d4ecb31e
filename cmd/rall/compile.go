package main

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rallsim/rall"
	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/mech"
	"github.com/rallsim/rall/ir/mech/codegen"
	"github.com/rallsim/rall/runtime/kernel"
)

func compileCommand() *cobra.Command {
	var emit string
	var opts codegen.Options
	c := &cobra.Command{
		Use:   "compile FILE.mod... [DIR]",
		Short: "Compile NMODL files and show what comes of them",
		Long: `Compile NMODL files (or all those of a folder) and print what there is to say of
them, or with --emit what they become: ir (the mechanism as rall understands it),
passes (after every pass), merge (the parts into which a synapse is taken where
several on a CV go together, or why it is not) or program (the kernel program). With --emit go the last
argument is a folder that is to hold them as a Go package: it builds with the
standard library alone and gives the bits that rall gives. Exit code 1 if a file
does not compile.`,
		Example: `  rall compile corpus/net6-hybrid/mod
  rall compile nmodl/builtin/hh.mod --emit ir
  rall compile nmodl/builtin/*.mod --emit program
  rall compile nmodl/builtin/Exp2Syn.mod --emit merge
  rall compile nmodl/builtin/hh.mod nmodl/builtin/pas.mod --emit go out/channels`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				return errors.New("rall compile needs .mod files, for example: rall compile mod/kdr.mod (see rall compile --help)")
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			switch emit {
			case "", "ir", "passes", "merge", "program":
			case "go":
				dir := args[len(args)-1]
				switch args = args[:len(args)-1]; {
				case len(args) == 0:
					return &exit{exitUsage, errors.New("--emit go needs a folder to write to as the last argument, for example: rall compile mod/kdr.mod --emit go channels")}
				case strings.HasSuffix(dir, ".mod"):
					return &exit{exitUsage, fmt.Errorf("--emit go: the last argument is the folder to write to, not %s", dir)}
				}
				return compileGo(args, dir, opts)
			default:
				return &exit{exitUsage, fmt.Errorf("--emit %s: expected ir, passes, merge, program or go", emit)}
			}
			_, err := compileAll(args, emit, opts)
			return err
		},
	}
	c.Flags().StringVar(&emit, "emit", "", "give `WHAT` the file becomes: ir, passes, merge, program, or go (a package in the folder named last)")
	c.Flags().BoolVar(&opts.ConductanceFD, "conductance-fd", false, "take every conductance by finite difference, as NEURON does")
	c.Flags().BoolVar(&opts.AsWritten, "as-written", false, "keep the operations as written, without sharing divisions and exponentials")
	return c
}

// compileAll compiles files and folders, and returns the programs or says why
// there are not all.
func compileAll(args []string, emit string, opts codegen.Options) ([]*kernel.Program, error) {
	var missing diag.List
	files := rall.ReadMods(args, &missing)
	report(os.Stderr, &missing, false)
	var programs []*kernel.Program
	compiled := 0
	for _, m := range files {
		p, ok := compileOne(m, emit, opts)
		if ok {
			compiled++
		}
		if p != nil {
			programs = append(programs, p)
		}
	}
	n := len(files) + missing.Count(diag.Error)
	switch failed := n - compiled; {
	case failed > 0 && n > 1:
		return nil, &exit{exitModel, fmt.Errorf("%d of %d files did not compile", failed, n)}
	case failed > 0:
		return nil, &exit{code: exitModel}
	case n == 0:
		return nil, &exit{exitModel, errors.New("there are no .mod files")}
	}
	return programs, nil
}

// compileGo writes the mechanisms of files as a Go package.
func compileGo(args []string, dir string, opts codegen.Options) error {
	programs, err := compileAll(args, "go", opts)
	if err != nil {
		return err
	}
	n, err := rall.WriteGo(programs, dir)
	switch {
	case errors.Is(err, rall.ErrTwice):
		return &exit{exitModel, err}
	case errors.Is(err, rall.ErrFolderInUse):
		return &exit{exitUsage, fmt.Errorf("--emit go: %w", err)}
	case err != nil:
		return &exit{exitRun, err}
	}
	fmt.Printf("wrote %s to %s (%s); go build there needs the standard library alone\n", plural(len(programs), "mechanism"), dir, plural(n, "file"))
	return nil
}

// compileOne takes one file to its kernel program, reports, and prints what
// was asked for. ok is false if the file does not compile; one of functions for
// HOC alone becomes no program.
func compileOne(m *rall.ModFile, emit string, opts codegen.Options) (prog *kernel.Program, ok bool) {
	var diags diag.List
	diags.Append(&m.Diags)
	diags.Append(&m.Units)
	library := m.Def != nil && m.Def.Kind == mech.Library
	if m.Def != nil && !library {
		if emit == "passes" {
			opts.Dump = func(pass, text string) { fmt.Printf("==== %s: %s ====\n%s\n", m.Path, pass, text) }
		}
		diag.Contain(m.Def.Pos, &diags, func() { prog = codegen.Compile(m.Def, opts, &diags) })
	}
	report(os.Stderr, &diags, false)
	if prog == nil && !library {
		return nil, false
	}
	if library && emit != "" && emit != "ir" {
		return nil, true
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
	case "merge":
		printMerge(m.Def, opts)
	case "program":
		fmt.Print(prog.String())
	}
	return prog, true
}

// printMerge prints the parts of a mechanism of which several can go together.
func printMerge(def *mech.Def, opts codegen.Options) {
	m, why := codegen.Merge(def, opts)
	if m == nil {
		fmt.Printf("%s: not merged: %s\n", def.Name, why)
		return
	}
	fmt.Printf("%s: merged\n%s", def.Name, m.Split)
}
