package kernels_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/mech/codegen"
	"github.com/rallsim/rall/ir/mech/codegen/gogen"
	"github.com/rallsim/rall/nmodl"
	"github.com/rallsim/rall/runtime/kernel"
	"github.com/rallsim/rall/runtime/kernels"
)

var update = flag.Bool("update", false, "write the generated files")

// TestGenerated compares the files here with what is generated now. After a
// change of the compiler: go generate ./runtime/kernels
func TestGenerated(t *testing.T) {
	files, err := filepath.Glob("../../nmodl/builtin/*.mod")
	if err != nil || len(files) < 10 {
		t.Fatalf("%d built-ins, %v", len(files), err)
	}
	want := map[string][]byte{}
	var all []*kernel.Program
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var l diag.List
		def := nmodl.Compile(filepath.Base(file), src, nil, &l)
		if def == nil {
			t.Fatal(l.Error())
		}
		p := codegen.Compile(def, codegen.Options{}, &l)
		if p == nil {
			t.Fatal(l.Error())
		}
		all = append(all, p)
		want[gogen.File(p.Mech)] = gogen.Kernel(p, "kernels", gogen.Own)
		if !*update && !kernels.New(kernels.All(), nil).Has(p) {
			t.Errorf("%s: there is no code for the program as it is compiled now", p.Mech)
		}
	}
	want["all.gen.go"] = gogen.Table(all, "kernels", "// All returns the built-in mechanisms.", gogen.Own)
	have, err := filepath.Glob("*.gen.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range have {
		if want[name] == nil {
			if *update {
				os.Remove(name)
			} else {
				t.Errorf("%s is generated from nothing", name)
			}
		}
	}
	for name, text := range want {
		if *update {
			if err := os.WriteFile(name, text, 0o666); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if old, err := os.ReadFile(name); err != nil || !bytes.Equal(old, text) {
			t.Errorf("%s is not what is generated now (%v): go generate ./runtime/kernels", name, err)
		}
	}
}
