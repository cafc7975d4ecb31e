package rall

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/mech"
	"github.com/rallsim/rall/nmodl"
	"github.com/rallsim/rall/nmodl/builtin"
)

// builtinOrder is NEURON's order of registration of the mechanisms that are
// built in; VecStim is not built into NEURON and comes last.
var builtinOrder = []string{"pas", "extracellular", "IClamp", "AlphaSynapse", "ExpSyn", "Exp2Syn", "SEClamp", "VClamp", "APCount", "hh", "NetStim",
	"IntFire1", "IntFire2", "IntFire4", "VecStim"}

// mechFolders are looked for beside a model when no --mod is given.
var mechFolders = []string{"mod", "mods", "mechanisms", "modfiles"}

// Builtins returns the mechanisms that rall ships; each is compiled when it is
// first asked for.
func Builtins() *mech.Catalogue {
	cat := mech.NewCatalogue()
	for _, name := range builtinOrder {
		cat.AddLazy(name, func() *mech.Def { return compileBuiltin(name) })
	}
	return cat
}

func compileBuiltin(name string) *mech.Def {
	src, err := builtin.FS.ReadFile(name + ".mod")
	if err != nil {
		panic("BUG: " + err.Error())
	}
	var diags diag.List
	def := nmodl.Compile(name+".mod", src, nil, &diags)
	if def == nil || diags.HasErrors() {
		panic("BUG: built-in " + name + " does not compile: " + diags.Error())
	}
	return def
}

// ModFile is one .mod file of a folder, compiled as far as it goes.
type ModFile struct {
	Path  string
	Name  string    // of the mechanism; the file's name if the text does not say
	Def   *mech.Def // nil when it does not compile
	Diags diag.List
	Units diag.List // findings of the check of dimensions: warnings

	includes []string
}

// modInputs lists the files of mechanisms that compile, with what they include.
func modInputs(mods []*ModFile) []string {
	var out []string
	for _, m := range mods {
		if m.Def != nil {
			out = append(append(out, m.Path), m.includes...)
		}
	}
	return out
}

// ModFolders returns the folders of .mod files of a model: those given, else
// those of the usual names beside it and its own, where nrnivmodl is called for
// most published models, if that has some.
func ModFolders(given []string, modelDir string) []string {
	if len(given) > 0 {
		return given
	}
	var out []string
	for _, name := range mechFolders {
		dir := filepath.Join(modelDir, name)
		if info, err := os.Stat(dir); err == nil && info.IsDir() {
			out = append(out, dir)
		}
	}
	if paths, err := modPaths(modelDir); err == nil && len(paths) > 0 {
		out = append(out, modelDir)
	}
	return out
}

// ReadMods compiles every .mod file of the folders (or files), in order of
// name within a folder.
func ReadMods(folders []string, diags *diag.List) []*ModFile {
	var out []*ModFile
	for _, dir := range folders {
		paths, err := modPaths(dir)
		if err != nil {
			diags.Errorf(diag.FileMissing, diag.Pos{File: dir}, "%v", err)
			continue
		}
		for _, path := range paths {
			out = append(out, ReadMod(path))
		}
	}
	return out
}

func modPaths(dir string) ([]string, error) {
	info, err := os.Stat(dir)
	if err != nil {
		var pe *fs.PathError
		if errors.As(err, &pe) {
			return nil, fmt.Errorf("folder of .mod files: %v", pe.Err)
		}
		return nil, err
	}
	if !info.IsDir() {
		return []string{dir}, nil
	}
	entries, err := os.ReadDir(dir) // in order of name
	if err != nil {
		return nil, err
	}
	var paths []string
	for _, e := range entries {
		if filepath.Ext(e.Name()) == ".mod" && !e.IsDir() {
			paths = append(paths, filepath.Join(dir, e.Name()))
		}
	}
	return paths, nil
}

// ReadMod compiles one .mod file; what it includes is looked for beside it.
func ReadMod(path string) *ModFile {
	m := &ModFile{Path: path, Name: filepath.Base(path)}
	src, err := os.ReadFile(path)
	if err != nil {
		m.Diags.Errorf(diag.FileMissing, diag.Pos{File: path}, "%v", err)
		return m
	}
	open := func(from, name string) (string, []byte, error) {
		p := filepath.Join(filepath.Dir(from), name)
		text, err := os.ReadFile(p)
		m.includes = append(m.includes, p)
		return p, text, err
	}
	diag.Contain(diag.Pos{File: path, Line: 1, Col: 1}, &m.Diags, func() {
		f := nmodl.Parse(path, src, open, &m.Diags)
		if s := f.Neuron.Suffix.Name; s != "" && s != "nothing" {
			m.Name = f.Neuron.Suffix.Name
		}
		if m.Def = nmodl.Lower(f, &m.Diags); m.Def != nil {
			nmodl.Dimensions(f, &m.Units)
		}
	})
	if m.Diags.Count(diag.Error) > 0 {
		m.Def = nil
	}
	return m
}

// Needs says in words what the mechanism wants from a model: ions, other
// variables to point to, events, random streams.
func (f *ModFile) Needs() []string {
	if f.Def == nil {
		return nil
	}
	var out []string
	for _, ion := range f.Def.Ions {
		names := [4]string{mech.Reversal: "e" + ion.Name, mech.Inside: ion.Name + "i", mech.Outside: ion.Name + "o", mech.Amperage: "i" + ion.Name}
		var reads, writes []string
		for i, name := range names {
			if ion.Reads[i] {
				reads = append(reads, name)
			}
			if ion.Writes[i] {
				writes = append(writes, name)
			}
		}
		what := "ion " + ion.Name
		if len(reads) > 0 {
			what += " reads " + strings.Join(reads, " ")
		}
		if len(writes) > 0 {
			what += " writes " + strings.Join(writes, " ")
		}
		out = append(out, what)
	}
	for _, v := range f.Def.Vars {
		switch v.Storage {
		case mech.Pointer:
			out = append(out, "pointer "+v.Name)
		case mech.Stream:
			out = append(out, "random stream "+v.Name)
		case mech.Series:
			out = append(out, "numbers for "+v.Name)
		}
	}
	if f.Def.Receive != nil {
		out = append(out, "events")
	}
	return out
}

// isBuiltin says whether the file is a copy of a built-in's text, as circuits
// hold.
func (f *ModFile) isBuiltin() bool {
	text, err := builtin.FS.ReadFile(f.Name + ".mod")
	if err != nil {
		return false
	}
	own, err := os.ReadFile(f.Path)
	return err == nil && string(own) == string(text)
}

// catalogue adds the user's mechanisms to those built in. A user's file
// wins, with a note, unless it needs what is not supported yet; two files of
// one name are an error; a file that does not compile is a warning if the
// model does not use it.
func catalogue(cat *mech.Catalogue, files []*ModFile, used map[string]bool, diags *diag.List) *mech.Catalogue {
	from := map[string]string{}
	odd := 0
	for _, f := range files {
		if used[f.Name] && f.Units.Count(diag.Warning) > 0 {
			odd++
		}
		if other, ok := from[f.Name]; ok {
			if sameText(other, f.Path) { // a copy
				continue
			}
			diags.Errorf(diag.Duplicate, diag.Pos{File: f.Path}, "mechanism %q is defined by both %s and %s", f.Name, other, f.Path)
			continue
		}
		from[f.Name] = f.Path
		if f.Def != nil && f.Def.Kind == mech.Library {
			cat.AddLibrary(f.Def)
			continue
		}
		own := cat.Get(f.Name) != nil
		switch {
		case f.Def != nil && own && f.isBuiltin():
		case f.Def != nil && own:
			diags.Notef(diag.Replaced, diag.Pos{File: f.Path}, "mechanism %q of %s serves instead of the built-in one", f.Name, f.Path)
			cat.Add(f.Def)
			diags.Append(&f.Diags)
		case f.Def != nil:
			cat.Add(f.Def)
			if used[f.Name] {
				diags.Append(&f.Diags)
			}
		case own && onlyUnsupported(&f.Diags):
			d := firstError(&f.Diags)
			diags.Warnf(diag.Replaced, d.Pos, "the built-in %q serves instead of %s, which needs what is not supported yet: %s", f.Name, f.Path, d.Msg)
		case used[f.Name]:
			diags.Append(&f.Diags)
			cat.AddBroken(f.Name, firstError(&f.Diags))
		default:
			d := firstError(&f.Diags)
			diags.Warnf(diag.BadMech, d.Pos, "%s does not compile; the model does not use it (%s)", f.Path, d.Msg)
		}
	}
	if odd > 0 {
		what := "a mechanism has units that do not agree"
		if odd > 1 {
			what = fmt.Sprintf("%d mechanisms have units that do not agree", odd)
		}
		dir := filepath.ToSlash(filepath.Dir(files[0].Path))
		diags.Add(diag.Diag{Severity: diag.Note, Code: diag.Units, Pos: diag.Pos{File: dir}, Msg: what, Hint: "rall check " + dir + " --all"})
	}
	return cat
}

// sameText says whether two files hold the same.
func sameText(a, b string) bool {
	x, err := os.ReadFile(a)
	y, err2 := os.ReadFile(b)
	return err == nil && err2 == nil && string(x) == string(y)
}

func onlyUnsupported(l *diag.List) bool {
	for _, d := range l.All() {
		if d.Severity == diag.Error && d.Code != diag.Unsupported {
			return false
		}
	}
	return true
}

func firstError(l *diag.List) diag.Diag {
	for _, d := range l.Sorted() {
		if d.Severity == diag.Error {
			return d
		}
	}
	return diag.Diag{Msg: "no reason known"}
}
