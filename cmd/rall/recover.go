package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/rallsim/rall/export/results"
)

func unfinished(dir string) bool {
	_, err := results.Open(dir)
	return err == nil
}

func recoverCommand() *cobra.Command {
	asJSON := false
	c := &cobra.Command{
		Use:   "recover DIR",
		Short: "Write the results of a run that was ended before it could",
		Long: `Write the results of a run that was killed, or could not write them because the
disk was full: everything up to the moment, every two seconds, when it last put
what it had computed into its log (DIR/unfinished). They have the form that the
run was asked for; plots are drawn by rall plot. A log whose end is torn or
damaged counts as far as it is whole. If there is a checkpoint, the run can go on
from there all the same: rall resume.`,
		Example: `  rall recover out/gamma`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) != 1 {
				return errors.New("rall recover needs the folder of one run, for example: rall recover out/gamma (see rall recover --help)")
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			if t := readTrials(args[0]); t != nil && t.Series != nil {
				for k := range t.Asked {
					if dir := trialFolder(args[0], t.Series.First+k); unfinished(dir) {
						return &exit{exitUsage, fmt.Errorf("%s holds several trials; name one: rall recover %s, or go on with them all: rall resume %[1]s", args[0], dir)}
					}
				}
				return &exit{exitUsage, fmt.Errorf("%s holds several trials, of which none is unfinished", args[0])}
			}
			u, err := results.Open(args[0])
			if err != nil {
				return &exit{exitUsage, err}
			}
			res, notes, err := u.Result()
			if err != nil {
				return &exit{exitRun, err}
			}
			for _, n := range notes {
				fmt.Fprintln(os.Stderr, "note: "+n)
			}
			files, err := u.Write(res)
			if err != nil {
				return &exit{exitRun, err}
			}
			if c, err := u.Checkpoint(); err == nil && c != nil {
				fmt.Fprintf(os.Stderr, "note: rall resume %s goes on from %g ms; remove %s if it need not\n", args[0], round(c.T), filepath.Join(args[0], "unfinished"))
			} else {
				u.Remove()
			}
			sum := summarize(res, args[0], files)
			if asJSON {
				printJSON(sum)
			} else {
				sum.print(os.Stdout)
			}
			return nil
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print the summary as JSON on standard output")
	return c
}
