package main

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

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
		if !slices.Contains([]string{"mod", "out", "quiet", "backend", "simd", "threads", "force", "allow-system"}, g.Name) {
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
	print := bufio.NewWriter(os.Stdout)
	var diags diag.List
	ok := rall.RunHoc(files, rall.HocSettings{Mods: s.Mods, Out: print, Write: out, System: f.system}, s, &diags)
	err = print.Flush()
	report(os.Stderr, &diags, f.quiet)
	switch {
	case !ok:
		return &exit{code: exitModel}
	case err != nil:
		return &exit{exitRun, err}
	}
	return nil
}
