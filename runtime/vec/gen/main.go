// Command gen writes the assembly twins of the block functions of runtime/vec.
//
// In: the table of functions (arith.go, masks.go, funcs.go), each a few lines
// that make one vector of results from vectors of operands. Out: *_amd64.s
// with both the AVX-512 and the AVX2 form of every function, and the Go
// declarations. Next: runtime/vec calls them where the processor has the
// instructions; its Go loops are the definition that they are tested against.
//
// It is a module of its own so that the generator's needs are no needs of the
// program; `go generate` in runtime/vec runs it.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"go/format"
	"log"
	"os"
	"path/filepath"

	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/buildtags"
	"github.com/mmcloughlin/avo/pass"
	"github.com/mmcloughlin/avo/printer"
)

// files are what is written: one assembly file a list of functions.
var files = []struct {
	name  string
	funcs []function
}{
	{"arith", arith},
	{"masks", masks},
	{"funcs", funcs},
}

func main() {
	log.SetFlags(0)
	out := flag.String("o", "..", "the folder of package vec")
	flag.Parse()
	var all []function
	for _, f := range files {
		text, err := assembly(f.name, f.funcs)
		if err != nil {
			log.Fatalf("%s: %v", f.name, err)
		}
		write(*out, f.name+"_amd64.s", text)
		all = append(all, f.funcs...)
	}
	write(*out, "twins.gen.go", declarations(all, "amd64 && !noasm", "//go:noescape\nfunc %s%s\n\n"))
	write(*out, "twins_plain.gen.go", declarations(all, "!amd64 || noasm", "func %s%s { panic(noTwin) }\n\n"))
}

func write(dir, name string, text []byte) {
	if err := os.WriteFile(filepath.Join(dir, name), text, 0o666); err != nil {
		log.Fatal(err)
	}
}

var config = printer.Config{Argv: []string{"go", "generate"}, Pkg: "vec"}

// assembly returns the text of one file.
func assembly(name string, funcs []function) ([]byte, error) {
	c := build.NewContext()
	c.Constraint(buildtags.Not("noasm"))
	pool := newPool(name + "Constants")
	for _, f := range funcs {
		f.emit(c, pool)
	}
	pool.define(c)
	file, err := c.Result()
	if err != nil {
		return nil, err
	}
	if err := pass.Compile.Execute(file); err != nil {
		return nil, err
	}
	if err := lint(file); err != nil {
		return nil, err
	}
	return printer.NewGoAsm(config).Print(file)
}

// declarations returns a Go file with every function's declaration, by the
// format of one.
func declarations(funcs []function, constraint, one string) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "// %s\n\n//go:build %s\n\npackage vec\n\n", config.GeneratedWarning(), constraint)
	for _, f := range funcs {
		fmt.Fprintf(&b, one, f.symbol(), f.signature())
	}
	text, err := format.Source(b.Bytes())
	if err != nil {
		panic("BUG: " + err.Error())
	}
	return text
}
