package main

import (
	"fmt"
	"io"
	"math"
	"os"
	"sync/atomic"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/cwriter"
	"github.com/vbauerster/mpb/v8/decor"
)

// progress shows how far a run is and how long it will take: a bar on a
// terminal, that goes when it is done; elsewhere, where every line stays, one in half a
// minute. Short runs show nothing.
type progress struct {
	name     string
	out      io.Writer // nil: say nothing
	terminal bool
	now      func() time.Time

	start, last time.Time
	t0          float64      // [ms] of model time at the first update: not 0 when a run goes on
	t           float64      // [ms] at the last update
	begun       bool         // t0 is known
	left        atomic.Int64 // seconds, for the bar, which draws in a goroutine of its own
	rate        atomic.Uint64
	pool        *mpb.Progress
	bar         *mpb.Bar
}

const (
	barAfter  = time.Second
	lineAfter = 30 * time.Second // and so often
)

func (f *runFlags) progress(trial int) *progress {
	name := "run"
	if f.trials > 1 {
		name = fmt.Sprintf("trial %d of %d", trial+1, f.trials)
	}
	return newProgress(name, f.quiet)
}

func newProgress(name string, quiet bool) *progress {
	p := &progress{name: name, out: os.Stderr, terminal: isTerminal(os.Stderr), now: time.Now}
	if quiet {
		p.out = nil
	}
	p.start = p.now()
	p.last = p.start
	return p
}

func isTerminal(f *os.File) bool { return cwriter.IsTerminal(int(f.Fd())) }

// update is called as the run goes on, with the model time and its end [ms].
func (p *progress) update(t, until float64) {
	if p.out == nil || t <= 0 {
		return
	}
	now := p.now()
	if !p.begun || t < p.t { // of several runs, each is one by itself
		if p.begun {
			p.last = now
		}
		p.begun, p.t0, p.t, p.start = true, t, t, now
		return
	}
	p.t = t
	every := lineAfter
	if p.terminal {
		every = 100 * time.Millisecond
	}
	gone := now.Sub(p.start)
	if now.Sub(p.last) < every || p.terminal && gone < barAfter {
		return
	}
	p.last = now
	left := time.Duration(float64(gone) * (until - t) / max(t-p.t0, 1e-9)).Round(time.Second)
	rate := (t - p.t0) / 1000 / gone.Seconds()
	if !p.terminal {
		fmt.Fprintf(p.out, "%s: %.0f %% (%.0f of %g ms), %.2g times real time, %v left\n", p.name, 100*t/until, t, until, rate, left)
		return
	}
	p.rate.Store(math.Float64bits(rate))
	p.left.Store(int64(left / time.Second))
	if p.bar == nil {
		p.pool = mpb.New(mpb.WithOutput(p.out), mpb.WithWidth(40))
		p.bar = p.pool.AddBar(1000, mpb.BarRemoveOnComplete(),
			mpb.PrependDecorators(decor.Name(p.name+" "), decor.Percentage()),
			mpb.AppendDecorators(decor.Any(func(decor.Statistics) string {
				return fmt.Sprintf("%.2g times real time, %v left", math.Float64frombits(p.rate.Load()), time.Duration(p.left.Load())*time.Second)
			})))
	}
	p.bar.SetCurrent(int64(1000 * t / until))
}

func (p *progress) done() {
	if p.bar == nil {
		return
	}
	p.bar.Abort(true)
	p.pool.Wait()
}
