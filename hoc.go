package rall

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/rallsim/rall/import/hoc"
	"github.com/rallsim/rall/ir/diag"
)

// HocSettings say how a cell is read from HOC.
type HocSettings struct {
	Mods     []string // folders or files of .mod files; none: ModFolders of the program
	Template string   // "": all sections make the cell
	Choose   bool     // where none is named and there are no sections, the only template that has some makes the cell
	Args     []any    // of the template: float64 and string
	Path     []string // folders in which files are looked for
	Out      io.Writer
	Steps    int      // limit of statements executed without a step of the model; 0: a large one
	Exact    bool     // of such a morphology: numbers as in the file, not as Import3d rounds them
	Axon     string   // what replaces the axon of a morphology that is read by itself; "": nothing
	Insert   []Insert // what is put into such a morphology
	Write    string   // the folder below which the program may write files; "": it may not
	System   bool     // the program may run shell commands

	Stop context.Context   // ends the program when it is done; nil: nothing does
	Slow func(at diag.Pos) // is told where a program is that takes no step of its model for long; nil: nobody is
}

// ReadHoc runs a HOC program and returns the cell that it builds; nil if diags
// got an error.
func ReadHoc(files []string, o HocSettings, diags *diag.List) *hoc.Cell {
	in, err := runFiles(files, o, &hocEngine{backend: backend(""), print: o.Out}, true, diags)
	if stopped, ok := err.(*Interrupted); ok {
		diags.Errorf(diag.BadValue, stopped.At, "interrupted")
	}
	if in == nil {
		return nil
	}
	file := diag.Pos{}
	if len(files) > 0 {
		file.File = files[len(files)-1]
	}
	if names := in.CellTemplates(); o.Choose && o.Template == "" && !in.HasSections() && len(names) == 1 {
		o.Template = names[0]
		diags.Notef(diag.Chosen, file, "the cell is one of the template %s, the only one with sections", o.Template)
	}
	if o.Template == "" && len(o.Args) > 0 {
		diags.ErrorHint(diag.BadValue, file, "it has "+orNone(in.CellTemplates()), "arguments are for a template, and none is named")
		return nil
	}
	var obj *hoc.Object
	if o.Template != "" {
		if obj = in.Make(o.Template, o.Args...); obj == nil {
			if at, _ := in.Stopped(); at != nil {
				diags.Errorf(diag.BadValue, *at, "interrupted")
			}
			return nil
		}
	}
	return in.Cell(obj)
}

func orNone(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}

// tellLost adds to diags what of a program the description of a cell does not
// hold, but for the number at most (0: all of it).
func tellLost(c *hoc.Cell, most int, diags *diag.List) {
	for i, d := range c.Lost {
		if most > 0 && i == most {
			diags.Warnf(diag.Ignored, diag.Pos{File: d.Pos.File}, "not taken over: %d things more, which rall import lists", len(c.Lost)-most)
			break
		}
		d.Msg = "not taken over: " + d.Msg
		diags.Add(d)
	}
}

// ErrProgram is the error of a HOC program whose errors diags got.
var ErrProgram = errors.New("the program has errors")

// Interrupted is the error of a HOC program that HocSettings.Stop ended.
type Interrupted struct {
	At   diag.Pos // where it was
	Time float64  // of its model [ms]
}

func (i *Interrupted) Error() string { return fmt.Sprintf("interrupted at %g ms, in %s", i.Time, i.At) }

// RunHoc executes HOC programs that build models and run them: what they
// record they keep, print and write themselves. It returns nil, ErrProgram, or
// an Interrupted.
func RunHoc(files []string, o HocSettings, s Settings, diags *diag.List) error {
	be := backend(s.Backend)
	if be == nil {
		diags.Errorf(diag.BadValue, diag.Pos{}, "no kernel backend %q: there are %s", s.Backend, strings.Join(Backends, ", "))
		return ErrProgram
	}
	e := &hocEngine{backend: be, opt: s.lowering(), print: o.Out}
	_, err := runFiles(files, o, e, false, diags)
	return err
}

// runFiles executes HOC files, nil after an error. Building says that it is for
// the cells that they make.
func runFiles(files []string, o HocSettings, e *hocEngine, building bool, diags *diag.List) (*hoc.Interp, error) {
	dir := "."
	if len(files) > 0 {
		dir = filepath.Dir(files[0])
	}
	var found diag.List
	mods := ReadMods(ModFolders(o.Mods, dir), &found)
	cat := catalogue(Builtins(), mods, nil, &found)
	for _, f := range mods {
		switch why := firstError(&f.Diags); {
		case f.Def != nil:
		case cat.Get(f.Name) == nil:
			cat.AddBroken(f.Name, why)
		case !onlyUnsupported(&f.Diags): // else catalogue has said so
			diags.Warnf(diag.Replaced, why.Pos, "the built-in %q serves instead of %s, which does not compile: %s", f.Name, f.Path, why.Msg)
		}
	}
	for _, d := range found.All() { // a file that does not compile matters when it is inserted
		if d.Code != diag.BadMech {
			diags.Add(d)
		}
	}
	if found.HasErrors() { // a folder that is not there, two mechanisms of one name
		return nil, ErrProgram
	}
	opt := hoc.Options{Mechs: cat, Out: o.Out, Dir: dir, Path: o.Path, Write: o.Write, System: o.System, Stop: o.Stop, Slow: o.Slow, Steps: o.Steps}
	e.mechs = cat
	opt.Engine, opt.Building = e, building
	in := hoc.New(opt, diags)
	ok := true
	for i := 0; ok && i < len(files); i++ {
		ok = in.Load(files[i])
	}
	ok = in.Close() && ok
	if at, t := in.Stopped(); at != nil {
		return nil, &Interrupted{*at, t}
	}
	if !ok {
		return nil, ErrProgram
	}
	return in, nil
}

// HocArg reads an argument of a template from the command line: a number, or
// else a string.
func HocArg(s string) any {
	if x, err := strconv.ParseFloat(s, 64); err == nil && !math.IsNaN(x) && !math.IsInf(x, 0) {
		return x
	}
	return strings.Trim(s, `"`)
}
