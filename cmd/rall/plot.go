package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/rallsim/rall"
)

func plotCommand() *cobra.Command {
	var kinds []string
	var out string
	c := &cobra.Command{
		Use:   "plot RESULT",
		Short: "Draw the plots of a result folder again, without running",
		Long: `Draw plots of a result folder: those that its model names in simConfig.analysis,
or those given with --plot, with NetPyNE's names and keywords.`,
		Example: `  rall plot out/gamma
  rall plot out/gamma --plot plotRaster --plot plotSpikeHist`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if out == "" {
				out = args[0]
			}
			files, warnings, err := rall.Replot(args[0], kinds, out)
			for _, w := range warnings {
				fmt.Fprintln(os.Stderr, "warning: "+w)
			}
			for _, f := range files {
				fmt.Println(f)
			}
			if err != nil {
				return &exit{exitRun, err}
			}
			return nil
		},
	}
	c.Flags().StringArrayVar(&kinds, "plot", nil, "a plot to draw, by NetPyNE's name (repeatable)")
	c.Flags().StringVarP(&out, "out", "o", "", "folder for the pictures (default: the result's)")
	return c
}
