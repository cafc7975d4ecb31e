package gogen

import (
	"bytes"
	"fmt"
	"io/fs"
	"path"
	"reflect"
	"strings"

	"github.com/rallsim/rall/runtime/kernel"
	"github.com/rallsim/rall/runtime/vec"
)

// Package returns a Go module for ps by file name: the kernels, what the
// programs declare, and plain-Go copies of runtime/kernel and runtime/vec, so
// that it builds with the standard library alone. module is its path and
// license the text under which the copies are.
func Package(ps []*kernel.Program, module string, license []byte) (map[string][]byte, error) {
	name := path.Base(module)
	from := Imports{module + "/kernel", module + "/vec"}
	out := map[string][]byte{
		"go.mod":  []byte("module " + module + "\n\ngo 1.26\n"),
		"LICENSE": license,
		"all.gen.go": Table(ps, name, `// All returns the mechanisms as Go code. For each,
//
//	p := Programs()[i] // the same i
//	f := kernel.NewFrame(p, n)
//
// makes a frame of n instances, whose Columns (parameters and states), Ports
// (the potential, the right-hand side, …) and Uniforms are in p's order; give
// it a Host if the mechanism asks for one. All()[i].Build(p, f) makes its
// tables, and All()[i].Entries["state"](f, &solver, 0, n) runs an entry.`, from),
		"programs.gen.go": programs(ps, name, from),
	}
	seen := map[string]string{}
	for _, p := range ps {
		file := File(p.Mech)
		for seen[strings.ToLower(file)] != "" { // some file systems do not tell A from a
			file = "also_" + file
		}
		seen[strings.ToLower(file)] = p.Mech
		out[file] = Kernel(p, name, from)
	}
	for dir, src := range map[string]fs.FS{"kernel": kernel.Source, "vec": vec.Source} {
		if err := carry(out, dir, src); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// carry copies the sources of a package: those that every machine compiles,
// without the constraint that says so.
func carry(out map[string][]byte, dir string, src fs.FS) error {
	return fs.WalkDir(src, ".", func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(src, file)
		if err != nil {
			return err
		}
		var kept []byte
		for line := range bytes.Lines(text) {
			if !bytes.HasPrefix(line, []byte("//go:")) {
				kept = append(kept, line...)
			}
		}
		out[dir+"/"+file] = source(kept)
		return nil
	})
}

// programs writes what programs declare, without their code.
func programs(ps []*kernel.Program, pkg string, from Imports) []byte {
	var body bytes.Buffer
	body.WriteString("// Programs returns what the mechanisms of All declare, in the same order.\nfunc Programs() []*kernel.Program {\nreturn []*kernel.Program{\n")
	for _, p := range ps {
		bare := kernel.Program{Mech: p.Mech, Kind: p.Kind, Fingerprint: p.Fingerprint, Columns: p.Columns, Uniforms: p.Uniforms, Ports: p.Ports,
			Ions: p.Ions, Streams: p.Streams, Series: p.Series, Pointers: p.Pointers, NArgs: p.NArgs, Watches: p.Watches, WatchCol: p.WatchCol, Diffusion: p.Diffusion, Grids: p.Grids}
		for _, t := range p.Tables {
			t.From, t.To = nil, nil
			bare.Tables = append(bare.Tables, t)
		}
		literal(&body, reflect.ValueOf(bare), true)
		body.WriteString(",\n")
	}
	body.WriteString("}\n}\n")
	var b bytes.Buffer
	fmt.Fprintf(&b, header, "a list of programs", pkg)
	b.WriteString("import (\n")
	if bytes.Contains(body.Bytes(), []byte("math.")) {
		b.WriteString("\"math\"\n\n")
	}
	fmt.Fprintf(&b, "%q\n)\n\n", from.Kernel)
	b.Write(body.Bytes())
	return source(b.Bytes())
}

// literal writes v as a composite literal, without the fields that are zero;
// within a list the type goes without saying.
func literal(b *bytes.Buffer, v reflect.Value, inList bool) {
	switch v.Kind() {
	case reflect.Struct:
		if !inList {
			b.WriteString(v.Type().String())
		}
		b.WriteByte('{')
		for i := range v.NumField() {
			if v.Field(i).IsZero() {
				continue
			}
			b.WriteString(v.Type().Field(i).Name + ": ")
			literal(b, v.Field(i), false)
			b.WriteString(", ")
		}
		b.WriteByte('}')
	case reflect.Pointer:
		b.WriteByte('&')
		literal(b, v.Elem(), false)
	case reflect.Slice:
		b.WriteString(v.Type().String() + "{")
		for i := range v.Len() {
			if i == 0 || v.Index(i).Kind() == reflect.Struct {
				b.WriteByte('\n')
			}
			literal(b, v.Index(i), true)
			b.WriteString(",")
		}
		b.WriteString("\n}")
	case reflect.Float64:
		b.WriteString(number(v.Float()))
	case reflect.String:
		fmt.Fprintf(b, "%q", v.String())
	case reflect.Bool:
		fmt.Fprint(b, v.Bool())
	case reflect.Int:
		fmt.Fprint(b, v.Int())
	case reflect.Uint8:
		fmt.Fprint(b, v.Uint()) // not by name
	default:
		panic("BUG: no literal for a " + v.Type().String())
	}
}
