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
	Steps    int      // limit of executed statements; 0: a large one
	Axon     string   // what replaces the axon of a morphology that is read by itself; "": nothing
	Insert   []Insert // what is put into such a morphology
	Write    string   // the folder below which the program may write files; "": it may not
	System   bool     // the program may run shell commands
}

// ReadHoc runs a HOC program and returns the cell that it builds; nil if diags
// got an error.
func ReadHoc(files []string, o HocSettings, diags *diag.List) *hoc.Cell {
	in := runFiles(files, o, nil, diags)
	if in == nil {
		return nil
	}
	var obj *hoc.Object
	if o.Template != "" {
		if obj = in.Make(o.Template, o.Args...); obj == nil {
			return nil
		}
	}
	return in.Cell(obj)
}

// RunHoc executes HOC programs that build models and run them: what they
// record they keep, print and write themselves. It returns false if diags got an
// error.
func RunHoc(files []string, o HocSettings, s Settings, diags *diag.List) bool {
	be := backend(s.Backend)
	if be == nil {
		diags.Errorf(diag.BadValue, diag.Pos{}, "no kernel backend %q: there are %s", s.Backend, strings.Join(Backends, ", "))
		return false
	}
	e := &hocEngine{backend: be, opt: s.lowering(), print: o.Out}
	return runFiles(files, o, e, diags) != nil
}

// runFiles executes HOC files, nil after an error.
func runFiles(files []string, o HocSettings, e *hocEngine, diags *diag.List) *hoc.Interp {
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
	opt := hoc.Options{Mechs: cat, Out: o.Out, Dir: dir, Path: o.Path, Write: o.Write, System: o.System, Steps: o.Steps}
	if e != nil {
		e.mechs = cat
		opt.Engine = e
	}
	in := hoc.New(opt, diags)
	ok := true
	for i := 0; ok && i < len(files); i++ {
		ok = in.Load(files[i])
	}
	if !in.Close() || !ok {
		return nil
	}
	return in
}

// HocArg reads an argument of a template from the command line: a number, or
// else a string.
func HocArg(s string) any {
	if x, err := strconv.ParseFloat(s, 64); err == nil {
		return x
	}
	return strings.Trim(s, `"`)
}
