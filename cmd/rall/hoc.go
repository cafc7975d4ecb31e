package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/rallsim/rall"
	"github.com/rallsim/rall/ir/diag"
)

// isHoc says whether files are a HOC program.
func isHoc(files []string) bool {
	return len(files) > 0 && !slices.ContainsFunc(files, func(f string) bool { return !rall.IsHoc(f) })
}

// runHoc runs a HOC program: it builds its model, runs it, prints and writes
// as it says itself.
func runHoc(c *cobra.Command, files []string, f *runFlags) error {
	var wrong []string
	c.Flags().Visit(func(g *pflag.Flag) {
		if !slices.Contains([]string{"mod", "out", "quiet", "backend", "simd", "threads", "force", "allow-system", "statements"}, g.Name) {
			wrong = append(wrong, "--"+g.Name)
		}
	})
	if len(wrong) > 0 {
		return &exit{exitUsage, fmt.Errorf("%s: a HOC program says itself what is run and written", strings.Join(wrong, ", "))}
	}
	s, err := f.settings(c)
	if err != nil {
		return err
	}
	out := f.out
	if out == "" {
		last := files[len(files)-1]
		out = filepath.Join("out", strings.TrimSuffix(filepath.Base(last), filepath.Ext(last)))
	}
	if out, err = filepath.Abs(out); err != nil {
		return &exit{exitRun, err}
	}
	if err := f.checkFolder(out); err != nil {
		return err
	}
	ctx, stop := interruptible(true, "what the program printed and wrote is kept")
	defer stop()
	print := newPrinter(os.Stdout, isTerminal(os.Stdout))
	var diags diag.List
	ran := rall.RunHoc(files, rall.HocSettings{Mods: s.Mods, Out: print, Write: out, System: f.system, Stop: ctx, Slow: slowNote(f.quiet), Steps: f.statements}, s, &diags)
	err = print.Flush()
	report(os.Stderr, &diags, f.quiet)
	switch {
	case ran == rall.ErrProgram:
		return &exit{code: exitModel}
	case err != nil:
		return &exit{exitRun, err}
	case ran != nil:
		return &exit{exitInterrupted, fmt.Errorf("%w; what it printed and wrote until then is there", ran)}
	}
	return nil
}

// slowNote says on the terminal where a program is that gets on slowly.
func slowNote(quiet bool) func(at diag.Pos) {
	began := time.Now()
	return func(at diag.Pos) {
		if !quiet {
			fmt.Fprintf(os.Stderr, "rall: still executing %s after %.0f s (Ctrl-C ends it)\n", at, time.Since(began).Seconds())
		}
	}
}

// addStatements adds the flag that bounds a program which takes no step.
func addStatements(fl *pflag.FlagSet, to *int, most string) {
	fl.IntVar(to, "statements", 0, "let a HOC program execute `N` statements without a step of its model, before it is taken for endless (default "+most+")")
}

// printer passes on what a program prints: line by line to a terminal, else
// soon. It is for more than one goroutine.
type printer struct {
	mu    sync.Mutex
	b     *bufio.Writer
	lines bool
	timer *time.Timer // flushes what is waiting; nil: nothing is
}

// printAfter is how long what was printed waits for more.
const printAfter = 500 * time.Millisecond

func newPrinter(w io.Writer, lines bool) *printer {
	return &printer{b: bufio.NewWriter(w), lines: lines}
}

func (p *printer) Write(text []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	n, err := p.b.Write(text)
	switch {
	case err != nil:
	case p.lines && bytes.IndexByte(text, '\n') >= 0:
		err = p.b.Flush()
	case p.timer == nil:
		p.timer = time.AfterFunc(printAfter, func() { p.Flush() })
	}
	return n, err
}

// Flush passes on all that was printed. An error stays, for the next one too.
func (p *printer) Flush() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.timer != nil {
		p.timer.Stop()
		p.timer = nil
	}
	return p.b.Flush()
}
