package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/rallsim/rall"
	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/mech"
	"github.com/rallsim/rall/ir/mech/codegen"
)

// areMods says whether the arguments of rall check name .mod files: by
// themselves, by folders that hold some, or by patterns of globs.
func areMods(args []string) bool {
	for _, a := range args {
		if info, err := os.Stat(a); err == nil && info.IsDir() {
			continue
		}
		if !strings.HasSuffix(a, ".mod") && !strings.HasSuffix(a, "*") {
			return false
		}
	}
	return len(args) > 0
}

// findMods expands folders and patterns; the files are in order of path, each
// once.
func findMods(args []string) ([]string, error) {
	var out []string
	for _, a := range args {
		if info, err := os.Stat(a); err == nil {
			if !info.IsDir() {
				out = append(out, a)
				continue
			}
			a = filepath.Join(a, "**", "*.mod")
		} else if !strings.ContainsAny(a, "*?[{") {
			return nil, fmt.Errorf("%s: no such file or folder", a)
		}
		found, err := doublestar.FilepathGlob(a, doublestar.WithFilesOnly())
		if err != nil {
			return nil, fmt.Errorf("%s: %v", a, err)
		}
		n := len(out)
		for _, f := range found {
			if strings.HasSuffix(f, ".mod") {
				out = append(out, f)
			}
		}
		if len(out) == n {
			return nil, fmt.Errorf("%s: there are no .mod files", a)
		}
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

// modRow is one file of the table.
type modRow struct {
	File      string    `json:"file"`
	Mechanism string    `json:"mechanism"`
	Kind      string    `json:"kind,omitempty"`
	Compiles  bool      `json:"compiles"`
	Needs     []string  `json:"needs,omitempty"`
	Why       string    `json:"why,omitempty"`  // not
	Twin      string    `json:"twin,omitempty"` // the file of the same folder that makes a mechanism of this name too
	Units     int       `json:"unitWarnings"`
	Findings  []finding `json:"findings"`

	diags diag.List
}

// checkMod compiles one file as far as it goes.
func checkMod(path string) *modRow {
	m := rall.ReadMod(path)
	r := &modRow{File: path, Mechanism: m.Name, Needs: m.Needs(), Units: m.Units.Count(diag.Warning)}
	r.diags.Append(&m.Diags)
	r.diags.Append(&m.Units)
	if m.Def != nil {
		r.Kind = m.Def.Kind.String()
		diag.Contain(diag.Pos{File: path, Line: 1, Col: 1}, &r.diags, func() {
			r.Compiles = m.Def.Kind == mech.Library || codegen.Compile(m.Def, codegen.Options{}, &r.diags) != nil
		})
	}
	for _, d := range r.diags.Sorted() {
		if d.Severity == diag.Error && r.Why == "" {
			r.Why = fmt.Sprintf("%d:%d: %s", d.Pos.Line, d.Pos.Col, d.Msg)
			if d.Pos.File != path {
				r.Why = fmt.Sprintf("%s: %s", d.Pos, d.Msg)
			}
		}
	}
	if n := r.diags.Count(diag.Error); n > 1 {
		r.Why += fmt.Sprintf(" (and %d more)", n-1)
	}
	r.Findings = findings(&r.diags)
	return r
}

// checkMods prints what compiles of the files that args name. The findings
// of a single file, or of all with all, are printed too.
func checkMods(args []string, asJSON, all, quiet bool) error {
	files, err := findMods(args)
	if err != nil {
		return &exit{exitModel, err}
	}
	failed := 0
	rows := []*modRow{}
	for _, f := range files {
		r := checkMod(f)
		rows = append(rows, r)
		if !r.Compiles {
			failed++
		}
	}
	checkTwins(rows)
	if asJSON {
		printJSON(rows)
	} else {
		if all || len(files) == 1 {
			for _, r := range rows {
				report(os.Stderr, &r.diags, quiet)
			}
		}
		printRows(rows)
	}
	switch {
	case failed > 0 && len(files) == 1:
		return &exit{code: exitModel}
	case failed > 0:
		return &exit{exitModel, fmt.Errorf("%d of %d files do not compile", failed, len(files))}
	case len(files) == 0:
		return &exit{exitModel, errors.New("there are no .mod files")}
	case !asJSON && len(files) > 1:
		fmt.Printf("all %d files compile\n", len(files))
	}
	return nil
}

// checkTwins warns of two files of one folder that make the same mechanism.
func checkTwins(rows []*modRow) {
	first := map[[2]string]string{} // folder and name to file
	for _, r := range rows {
		if r.Mechanism == "" || r.Kind == mech.Library.String() {
			continue
		}
		k := [2]string{filepath.Dir(r.File), r.Mechanism}
		if other, ok := first[k]; ok {
			r.diags.Add(diag.Diag{Severity: diag.Warning, Code: diag.Duplicate, Pos: diag.Pos{File: r.File, Line: 1, Col: 1},
				Msg: fmt.Sprintf("%s of the same folder makes %s too", filepath.Base(other), r.Mechanism), Hint: "give one of them another SUFFIX, or take it out of the folder"})
			r.Findings = findings(&r.diags)
			r.Twin = other
			continue
		}
		first[k] = r.File
	}
}

func printRows(rows []*modRow) {
	w := tabwriter.NewWriter(os.Stdout, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, "file\tmechanism\tkind\tcompiles\tunits\tother\tneeds, or why not")
	for _, r := range rows {
		yes, units, kind := "yes", "agree", r.Kind
		last := strings.Join(r.Needs, "; ")
		if !r.Compiles {
			yes, units = "NO", "-"
			last = r.Why
		}
		if r.Units > 0 {
			units = plural(r.Units, "warning")
		}
		other := "-"
		if n := r.diags.Count(diag.Warning) - r.Units; n > 0 {
			other = plural(n, "warning")
		}
		if kind == "" {
			kind = "-"
		}
		if last == "" {
			last = "nothing"
		}
		if r.Twin != "" && r.Compiles {
			last += "; " + filepath.Base(r.Twin) + " has this name too"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", r.File, r.Mechanism, kind, yes, units, other, last)
	}
	w.Flush()
}
