package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rallsim/rall"
)

func buildCommand() *cobra.Command {
	var f modelFlags
	var out string
	c := &cobra.Command{
		Use:   "build MODEL [MODEL2] -o BIN",
		Short: "Write a program that runs a model by itself",
		Long: `Write an executable that runs a model on a machine that has neither rall nor the
model's files: a copy of this program with the files that the model reads and its
compiled programs behind it, checksummed (unzip -l lists them). It takes the flags
of rall run. No compiler is needed. --set, --seed, --duration, --dt,
--conductance-fd, --as-written and --merge are packed too.`,
		Example: `  rall build corpus/net3-gamma/gamma.json -o out/gamma-run
  rall build corpus/net6-hybrid/hybrid.json --mod corpus/net6-hybrid/mod -o out/hybrid-run --duration 100`,
		Args: needModel,
		RunE: func(c *cobra.Command, args []string) error {
			if out == "" {
				return errors.New("rall build needs -o BIN, the executable to write (see rall build --help)")
			}
			if info, err := os.Stat(out); err == nil && info.IsDir() {
				return &exit{exitUsage, fmt.Errorf("-o %s: there is a folder of that name", out)}
			}
			if isHoc(args) {
				return &exit{exitUsage, fmt.Errorf("rall build takes specs; the HOC program %s is run as it is: rall run %[1]s", args[0])}
			}
			s, err := f.settings(c)
			if err != nil {
				return err
			}
			p, _, err := load(args, s, f.quiet, os.Stderr)
			if err != nil {
				return err
			}
			if err := p.Build(args, s, out); err != nil {
				return &exit{exitRun, err}
			}
			info, err := os.Stat(out)
			if err != nil {
				return &exit{exitRun, err}
			}
			fmt.Printf("wrote %s (%.1f MB): run it with the flags of rall run\n", out, float64(info.Size())/1e6)
			return nil
		},
	}
	f.add(c)
	c.Flags().StringVarP(&out, "out", "o", "", "the `BIN` to write")
	return c
}

// carriedCommand is the command of an executable that rall build has written:
// rall run without a model to name.
func carriedCommand(model *rall.Carried) *cobra.Command {
	f := runFlags{}
	f.carried = model
	name := strings.TrimSuffix(filepath.Base(os.Args[0]), ".exe")
	c := f.command()
	c.Use = name
	c.Long = "Run the model that this program carries; it was written by rall build.\n" + c.Long[strings.Index(c.Long, "Results go"):]
	c.Example = fmt.Sprintf("  %[1]s -o out/first\n  %[1]s --duration 100 --threads 2", name)
	c.Args = func(_ *cobra.Command, args []string) error {
		if len(args) > 0 {
			return fmt.Errorf("%s carries its model and takes flags only, not %q", name, args[0])
		}
		return nil
	}
	own := []string{"mod", "conductance-fd", "as-written", "merge"} // decided when the model was packed
	c.RunE = func(c *cobra.Command, _ []string) error {
		for _, flag := range own {
			if c.Flags().Changed(flag) {
				return fmt.Errorf("--%s is for rall build: the model and its programs are packed", flag)
			}
		}
		return run(c, model.Files(), &f)
	}
	c.AddCommand(recoverCommand(), resumeCommand(model))
	c.Version = rall.Version
	c.SetFlagErrorFunc(flagError)
	c.SilenceUsage, c.SilenceErrors = true, true
	for _, flag := range own {
		c.Flags().Lookup(flag).Hidden = true
	}
	return c
}
