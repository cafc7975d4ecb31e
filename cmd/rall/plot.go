package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/rallsim/rall"
	"github.com/rallsim/rall/export/results"
)

func plotCommand() *cobra.Command {
	var kinds []string
	var out string
	var force bool
	c := &cobra.Command{
		Use:   "plot RESULT",
		Short: "Draw the plots of a result folder again, without running",
		Long: `Draw plots of a result folder: those that its model names in simConfig.analysis,
or those given with --plot, by NetPyNE's names. They replace those in the folder,
or go to a folder of their own with -o.`,
		Example: `  rall plot out/gamma
  rall plot out/gamma --plot plotRaster --plot plotSpikeHist -o out/pictures`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) != 1 {
				return errors.New("rall plot needs the folder of one result, for example: rall plot out/gamma (see rall plot --help)")
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			dir := args[0]
			if oldTrials(dir) != nil {
				return &exit{exitUsage, fmt.Errorf("%s holds several trials; name one, for example: rall plot %s", dir, filepath.Join(dir, "trial_000"))}
			}
			if out == "" {
				out = dir
			} else if err := results.CheckFolder(out); err != nil && !force {
				return &exit{exitUsage, fmt.Errorf("%w; --force replaces files there", err)}
			}
			files, warnings, err := rall.Replot(dir, kinds, out)
			for _, w := range warnings {
				fmt.Fprintln(os.Stderr, "warning: "+w)
			}
			if len(files) > 0 {
				fmt.Printf("wrote %s: %s\n", out, fileList(files))
			}
			if err != nil {
				return &exit{exitRun, err}
			}
			return nil
		},
	}
	c.Flags().StringArrayVar(&kinds, "plot", nil, "draw this plot, by NetPyNE's `NAME` (repeatable)")
	c.Flags().StringVarP(&out, "out", "o", "", "`DIR` for the pictures (default: the result's)")
	c.Flags().BoolVar(&force, "force", false, "write into a folder that is in use")
	return c
}
