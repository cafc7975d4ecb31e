package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/rallsim/rall"
	"github.com/rallsim/rall/export/results"
	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/runtime/record"
)

// liveFlags are about a run while it lasts.
type liveFlags struct {
	flush       time.Duration
	checkpoints time.Duration
	profile     bool
}

func (l *liveFlags) add(c *cobra.Command) {
	f := c.Flags()
	f.DurationVar(&l.flush, "flush-every", 2*time.Second, "put what was computed on disk this often, `TIME`: what rall recover makes results of")
	f.BoolVar(&l.profile, "profile", false, "say where the time went, phase by phase and mechanism by mechanism, and write profile.csv")
	f.DurationVar(&l.checkpoints, "checkpoint-every", 0, "write a checkpoint this often, `TIME` such as 10m: where rall resume goes on (0: only when stopped)")
}

func (l *liveFlags) check() error {
	if l.flush <= 0 {
		return &exit{exitUsage, fmt.Errorf("--flush-every %v: expected a time above 0, e.g. 2s", l.flush)}
	}
	if l.checkpoints < 0 {
		return &exit{exitUsage, fmt.Errorf("--checkpoint-every %v: expected a time of 0 or more, e.g. 10m", l.checkpoints)}
	}
	return nil
}

// restart is what it takes to load a model again and go on with its run.
type restart struct {
	Files    []string
	Carried  bool // by the program that ran it
	Settings rall.Settings
	Trial    int
	NoPlots  bool
	Conns    bool // a table of connections
	Keep     bool // connections, for that or for plots
}

// absolute makes paths that hold wherever the program is started.
func absolute(paths []string) []string {
	var out []string
	for _, p := range paths {
		if a, err := filepath.Abs(p); err == nil {
			p = a
		}
		out = append(out, p)
	}
	return out
}

// job is a model with its part in a run of one or more ranks.
type job struct {
	*liveFlags
	comm   rall.Transport
	quiet  bool
	printf io.Writer
	p      *rall.Project
	s      rall.Settings
	diags  *diag.List
	built  time.Duration
}

// newJob joins the other ranks, if there are any.
func newJob(l *liveFlags, quiet, json bool) (*job, error) {
	t, err := rall.World()
	if err != nil {
		return nil, &exit{exitUsage, err}
	}
	j := &job{liveFlags: l, comm: t, quiet: quiet || t.Rank() > 0, printf: os.Stdout}
	if json {
		j.printf = os.Stderr
	}
	if t.Size() > 1 && os.Getenv("GOMAXPROCS") == "" {
		// The ranks of a machine share its processors, and wait for each
		// other by looking all the time.
		here := t.Size()
		if n, err := strconv.Atoi(os.Getenv("OMPI_COMM_WORLD_LOCAL_SIZE")); err == nil && n > 0 {
			here = n
		}
		runtime.GOMAXPROCS(max(runtime.NumCPU()/here, 1))
	}
	return j, nil
}

func (j *job) rank() int { return j.comm.Rank() }

func (j *job) close() { j.comm.Close() }

// agree gives all ranks the same outcome; a rank whose own is another's keeps
// quiet about it.
func (j *job) agree(err error) error {
	if aerr := rall.Agree(j.comm, err); err == nil && aerr != nil {
		return j.foreign(aerr)
	}
	return err
}

// foreign is how a rank ends because of another: that one says why.
func (j *job) foreign(error) error { return &exit{code: exitRun} }

// ofFirst is what rank 0 says, on all ranks.
func (j *job) ofFirst(yes bool) bool {
	b := []byte{0}
	if yes {
		b[0] = 1
	}
	all, err := j.comm.Share(b)
	return err == nil && len(all[0]) == 1 && all[0][0] == 1
}

// first does something on rank 0 that all have to wait for.
func (j *job) first(f func() error) error {
	var err error
	if j.rank() == 0 {
		err = f()
	}
	return j.agree(err)
}

// load loads this rank's part of the model.
func (j *job) load(files []string, s rall.Settings, carried *rall.Carried) error {
	start := time.Now()
	j.s = s
	j.s.Rank, j.s.Ranks = j.rank(), j.comm.Size()
	// Other ranks find the same errors as rank 0, and some in their own parts.
	var found bytes.Buffer
	say := io.Writer(&found)
	if j.rank() == 0 {
		say = os.Stderr
	}
	var err error
	if carried != nil {
		j.p, j.diags, err = loadCarried(carried, j.s, j.quiet, say)
	} else {
		j.p, j.diags, err = load(files, j.s, j.quiet, say)
	}
	ferr := j.first(func() error { return err })
	if ferr == nil && err != nil {
		os.Stderr.Write(found.Bytes())
	}
	if err := j.agree(err); err != nil {
		return err
	}
	j.built = time.Since(start)
	return nil
}

// carryOut runs a model, or goes on with it, and writes the results. Rank 0
// alone returns a summary, if there is something to sum up.
func (j *job) carryOut(ctx context.Context, log *results.Unfinished, r restart, bar *progress, resume bool) (*summary, error) {
	if j.rank() > 0 {
		bar.out = nil
	}
	var spent *[]rall.Spent
	if j.profile {
		spent = new([]rall.Spent)
	}
	if !r.Keep {
		j.p.Release()
	}
	start := time.Now()
	res, err := j.p.Trial(r.Trial).Run(ctx, j.s, rall.RunOptions{Profile: spent, Print: j.printf, Progress: bar.update, Args: os.Args, BuildTime: j.built,
		KeepConns: r.Keep, Log: log, FlushEvery: j.flush, CheckpointEvery: j.checkpoints, Resume: resume, Comm: j.comm})
	bar.done()
	var sum summary
	var werr error
	if res != nil {
		// What was computed up to an interruption or a failure is worth having.
		sum, werr = j.write(res, log, r)
		if spent != nil && werr == nil {
			werr = writeProfile(&sum, *spent, res, time.Since(start))
		}
	}
	switch {
	case j.rank() > 0:
		werr = j.agree(nil)
	case res == nil:
		werr = j.agree(&exit{exitRun, unwritten(log, err, resume)})
	default:
		if werr != nil {
			werr = &exit{exitRun, unwritten(log, werr, resume)}
		}
		werr = j.agree(werr)
	}
	stopped := errors.Is(err, context.Canceled)
	if werr != nil {
		if own := j.rank() > 0 && err != nil && !stopped && !rall.OfOtherRank(err); own {
			return nil, &exit{exitRun, fmt.Errorf("rank %d: %w", j.rank(), err)}
		}
		return nil, werr
	}
	if j.rank() > 0 {
		switch {
		case stopped:
			return nil, &exit{code: exitInterrupted}
		case err != nil && rall.OfOtherRank(err):
			return nil, &exit{code: exitRun}
		case err != nil:
			return nil, &exit{exitRun, fmt.Errorf("rank %d: %w", j.rank(), err)}
		}
		return nil, nil
	}
	sum.written, sum.Stopped = true, err != nil
	if !stopped {
		log.Remove()
	}
	switch {
	case stopped:
		return &sum, &exit{exitInterrupted, fmt.Errorf("interrupted at %g ms; what was computed is in %s, and rall resume %[2]s goes on", round(res.Run.Reached), log.Dir())}
	case err != nil:
		return &sum, &exit{exitRun, fmt.Errorf("the run stopped at %g ms (what was computed is in %s): %w", round(res.Run.Reached), log.Dir(), err)}
	case sum.plotError != nil:
		return &sum, &exit{exitRun, fmt.Errorf("the results are complete, but not the plots: %w", sum.plotError)}
	}
	return &sum, nil
}

// unwritten says what became of a run whose results could not be written: they
// stay in its log, if anything got there.
func unwritten(log *results.Unfinished, err error, resumed bool) error {
	if !resumed && log.Empty() {
		log.Remove()
		return err
	}
	return fmt.Errorf("%w; what was computed before is kept: rall recover %s writes it", err, log.Dir())
}

// write writes a result with its plots.
func (j *job) write(res *record.Result, log *results.Unfinished, r restart) (summary, error) {
	if r.Conns && res.Conns == nil {
		res.Conns = []record.Conn{} // a table without rows, as asked for
	}
	dir := log.Dir()
	files, err := log.Write(res)
	if err != nil {
		return summary{}, err
	}
	sum := summarize(res, dir, files)
	if r.NoPlots {
		return sum, nil
	}
	drawn, warns, err := j.p.Plots(res, dir)
	for _, w := range warns {
		if !j.quiet && res.Run.Trial == 0 {
			fmt.Fprintln(os.Stderr, "warning: "+w)
		}
	}
	sum.Files = append(sum.Files, drawn...)
	sum.plotError = errors.Join(err, results.AddFiles(dir, drawn))
	return sum, nil
}
