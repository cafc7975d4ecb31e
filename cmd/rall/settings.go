package main

import (
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rallsim/rall"
	"github.com/rallsim/rall/ir/diag"
)

// modelFlags are what every command that loads a model understands.
type modelFlags struct {
	mods     []string
	set      []string
	seeds    []string
	duration float64
	dt       float64
	threads  int
	backend  string
	fd       bool
	quiet    bool
}

func (m *modelFlags) add(c *cobra.Command) {
	f := c.Flags()
	f.StringArrayVar(&m.mods, "mod", nil, "folder of .mod files (repeatable); default: mod, mods, mechanisms, modfiles beside the spec")
	f.StringArrayVar(&m.set, "set", nil, "PATH=VALUE: change the spec before it is read (repeatable), e.g. netParams.connParams.E->E.weight=0.01")
	f.StringArrayVar(&m.seeds, "seed", nil, "NAME=N: change a seed (conn, stim, loc, cell)")
	f.Float64Var(&m.duration, "duration", 0, "model time to run [ms]")
	f.Float64Var(&m.dt, "dt", 0, "time step [ms]")
	f.IntVar(&m.threads, "threads", 0, "threads; results do not depend on it (0: one per processor)")
	f.StringVar(&m.backend, "backend", "block", "how kernels run: block or interp; results do not depend on it")
	f.BoolVar(&m.fd, "conductance-fd", false, "take every conductance by finite difference, as NEURON does, not only where the current is not affine in v")
	f.BoolVarP(&m.quiet, "quiet", "q", false, "no notes and no progress")
}

func (m *modelFlags) settings(c *cobra.Command) (rall.Settings, error) {
	s := rall.Settings{Mods: m.mods, Set: m.set, Threads: m.threads, Backend: m.backend, ConductanceFD: m.fd, Seeds: map[string]int64{}}
	for _, v := range []struct {
		flag string
		x    float64
	}{{"duration", m.duration}, {"dt", m.dt}} {
		if c.Flags().Changed(v.flag) {
			s.Set = append(s.Set, fmt.Sprintf("simConfig.%s=%s", v.flag, strconv.FormatFloat(v.x, 'g', -1, 64)))
		}
	}
	for _, a := range m.seeds {
		name, text, ok := strings.Cut(a, "=")
		n, err := strconv.ParseInt(text, 10, 64)
		if !ok || err != nil {
			return s, &exit{exitUsage, fmt.Errorf("--seed %s: expected NAME=N, e.g. stim=7", a)}
		}
		s.Seeds[name] = n
	}
	if m.threads < 0 {
		return s, &exit{exitUsage, fmt.Errorf("--threads %d: expected 0 or more", m.threads)}
	}
	return s, nil
}

// report prints diagnostics and a closing count.
func report(w io.Writer, diags *diag.List, quiet bool) {
	for _, d := range diags.Sorted() {
		if quiet && d.Severity == diag.Note {
			continue
		}
		fmt.Fprintln(w, d.Error())
	}
	e, n := diags.Count(diag.Error), diags.Count(diag.Warning)
	if e > 0 {
		fmt.Fprintf(w, "%s, %s\n", plural(e, "error"), plural(n, "warning"))
	}
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// load loads a model and prints what there is to say of it.
func load(files []string, s rall.Settings, quiet bool) (*rall.Project, *diag.List, error) {
	var diags diag.List
	p := rall.Load(files, s, &diags)
	report(os.Stderr, &diags, quiet)
	if p == nil {
		return nil, &diags, &exit{code: exitModel}
	}
	return p, &diags, nil
}

func terminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
