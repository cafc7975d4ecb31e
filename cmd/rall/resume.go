package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rallsim/rall"
	"github.com/rallsim/rall/export/results"
)

func resumeCommand(carried *rall.Carried) *cobra.Command {
	var f struct {
		live          liveFlags
		threads       int
		backend       string
		quiet, asJSON bool
	}
	c := &cobra.Command{
		Use:   "resume DIR",
		Short: "Go on with a run that was stopped",
		Long: `Go on with the run whose results were to go to DIR, from its last checkpoint:
one is written when a run is stopped by Ctrl-C or SIGTERM, and as often as
--checkpoint-every says. The results are the same bits as those of a run that was
never stopped, with any number of threads or ranks. The model and the settings are
those that the run was started with; if the model has changed since, that is an
error. Of several trials, the one that was stopped is gone on with, and those that
have not begun are run.`,
		Example: `  rall resume out/gamma
  rall resume out/gamma --threads 1 --checkpoint-every 10m`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) != 1 {
				return errors.New("rall resume needs the folder of one run, for example: rall resume out/gamma (see rall resume --help)")
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			if err := f.live.check(); err != nil {
				return err
			}
			j, err := newJob(&f.live, f.quiet, f.asJSON)
			if err != nil {
				return err
			}
			defer j.close()
			var r restart
			var log *results.Unfinished
			several := readTrials(args[0])
			if several != nil && several.Series == nil {
				several = nil
			}
			if several != nil {
				r = several.Series.Restart
				if several.N == several.Asked {
					err = fmt.Errorf("the trials in %s have all reached their end: there is nothing unfinished", args[0])
				}
			} else if log, err = results.Open(args[0]); err == nil {
				err = log.Restart(&r)
			}
			if err := j.agree(usage(err)); err != nil {
				return err
			}
			if r.Carried != (carried != nil) {
				return j.first(func() error {
					if r.Carried {
						return usage(fmt.Errorf("the model of %s is carried by the program that ran it: go on with that program's resume", args[0]))
					}
					return usage(fmt.Errorf("%s is a run of another model: rall resume goes on with it", args[0]))
				})
			}
			r.Settings.Threads = f.threads
			if f.backend != "" {
				r.Settings.Backend = f.backend
			}
			if err := j.load(r.Files, r.Settings, carried); err != nil {
				return err
			}
			ctx, stop := interruptible(j.rank() == 0, "what was computed will be written")
			defer stop()
			if several != nil {
				return resumeTrials(ctx, j, several, f.quiet, f.asJSON)
			}
			sum, err := j.carryOut(ctx, log, r, newProgress("run", f.quiet), true)
			if sum != nil {
				if terr := refreshTrials(sum); terr != nil && err == nil {
					err = &exit{exitRun, terr}
				}
			}
			switch {
			case sum == nil:
			case f.asJSON:
				printJSON(sum)
			default:
				sum.print(os.Stdout)
			}
			return err
		},
	}
	fl := c.Flags()
	f.live.add(c)
	fl.IntVar(&f.threads, "threads", 0, "`N` threads; results do not depend on it (0: one per processor)")
	fl.StringVar(&f.backend, "backend", "", "how kernels run, `NAME` "+strings.Join(rall.Backends, ", ")+" (default: as before); results do not depend on it")
	fl.BoolVarP(&f.quiet, "quiet", "q", false, "no notes and no progress")
	fl.BoolVar(&f.asJSON, "json", false, "print the summary as JSON on standard output")
	return c
}

// resumeTrials goes on with a series of trials.
func resumeTrials(ctx context.Context, j *job, t *trials, quiet, asJSON bool) error {
	options := t.Series.Options
	options.Texts = j.p.Texts()
	bar := func(k int) *progress { return newProgress(fmt.Sprintf("trial %d", k), quiet) }
	t, failed := j.goOn(ctx, t, options, true, bar, func(sum *summary, first bool) {
		if !asJSON {
			sum.printTrial(os.Stdout, first)
		}
	})
	if j.rank() > 0 {
		return failed
	}
	if asJSON {
		printJSON(t)
	} else {
		t.print(os.Stdout)
	}
	return failed
}

func usage(err error) error {
	if err == nil {
		return nil
	}
	return &exit{exitUsage, err}
}
