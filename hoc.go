package rall

import (
	"io"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/rallsim/rall/import/hoc"
	"github.com/rallsim/rall/ir/diag"
)

// HocSettings say how a cell is read from HOC.
type HocSettings struct {
	Mods     []string // folders or files of .mod files; none: those beside the program
	Template string   // "": all sections make the cell
	Args     []any    // of the template: float64 and string
	Path     []string // folders in which files are looked for
	Out      io.Writer
}

// ReadHoc runs a HOC program and returns the cell that it builds; nil if diags
// got an error.
func ReadHoc(files []string, o HocSettings, diags *diag.List) *hoc.Cell {
	dir := "."
	if len(files) > 0 {
		dir = filepath.Dir(files[0])
	}
	var found diag.List
	mods := ReadMods(ModFolders(o.Mods, dir), &found)
	cat := catalogue(Builtins(), mods, nil, &found)
	for _, f := range mods {
		if f.Def == nil && cat.Get(f.Name) == nil {
			cat.AddBroken(f.Name)
		}
	}
	for _, d := range found.All() { // a file that does not compile matters when it is inserted
		if d.Code != diag.BadMech {
			diags.Add(d)
		}
	}
	in := hoc.New(hoc.Options{Mechs: cat, Out: o.Out, Dir: dir, Path: o.Path}, diags)
	for _, f := range files {
		if !in.Load(f) {
			return nil
		}
	}
	var obj *hoc.Object
	if o.Template != "" {
		if obj = in.Make(o.Template, o.Args...); obj == nil {
			return nil
		}
	}
	return in.Cell(obj)
}

// HocArg reads an argument of a template from the command line: a number, or
// else a string.
func HocArg(s string) any {
	if x, err := strconv.ParseFloat(s, 64); err == nil {
		return x
	}
	return strings.Trim(s, `"`)
}
