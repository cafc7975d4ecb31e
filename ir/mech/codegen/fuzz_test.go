package codegen_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/mech/codegen"
	"github.com/rallsim/rall/nmodl"
	"github.com/rallsim/rall/runtime/kernel"
	"github.com/rallsim/rall/runtime/vm"
)

// FuzzProgram takes a text the whole way to a program. Whatever comes out is
// sound, prints, and does the same, bit for bit, in both backends.
func FuzzProgram(f *testing.F) {
	for _, pattern := range []string{"testdata/mod/*.mod", "../../../nmodl/builtin/*.mod", "../../../nmodl/testdata/*/*.mod",
		"../../../nmodl/testdata/lower/*.txt", "../../../corpus/*/mod/*.mod"} {
		files, _ := filepath.Glob(pattern)
		if len(files) == 0 {
			f.Fatal("no files ", pattern)
		}
		for _, name := range files {
			src, err := os.ReadFile(name)
			if err != nil {
				f.Fatal(err)
			}
			text, _, _ := strings.Cut(string(src), "-- ir --")
			f.Add(text, false)
		}
	}
	f.Fuzz(func(t *testing.T, src string, fd bool) {
		var l diag.List
		def := nmodl.Compile("x.mod", []byte(src), nil, &l)
		if def == nil {
			return
		}
		p := codegen.Compile(def, codegen.Options{ConductanceFD: fd}, &l)
		if (p == nil) != l.HasErrors() {
			t.Fatalf("a program: %v, errors: %v", p != nil, l.HasErrors())
		}
		if p == nil {
			return
		}
		if err := kernel.Check(p); err != nil {
			t.Fatal(err)
		}
		_ = p.String()
		if !small(p) {
			return
		}
		a, b := frame(p, sequence(9), false), frame(p, sequence(9), false)
		steps(vm.Interp{}, p, a, 2)
		steps(vm.NewBlock(), p, b, 2)
		if x, y := bits(a), bits(b); x != y {
			t.Fatalf("backends differ\n%s", firstDifference(x, y))
		}
	})
}

// small says whether running p takes no time worth speaking of.
func small(p *kernel.Program) bool {
	rows, n := 0, 0
	for _, c := range p.Columns {
		rows += c.Len
	}
	for _, t := range p.Tables {
		n += t.N
	}
	loops := false
	p.Codes(func(_ string, c *kernel.Code) {
		var find func(nodes []kernel.Node)
		find = func(nodes []kernel.Node) {
			for _, x := range nodes {
				switch x := x.(type) {
				case kernel.While:
					loops = true
				case kernel.Branch:
					find(x.Then)
				case kernel.Newton:
					find(x.F)
				}
			}
		}
		find(c.Body)
		n += c.NumRegs
	})
	return rows < 1000 && n < 20000 && !loops
}
