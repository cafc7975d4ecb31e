package hoc

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rallsim/rall/internal/fixture"
	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/mech"
	"github.com/rallsim/rall/nmodl"
	mods "github.com/rallsim/rall/nmodl/builtin"
)

// builtins compiles the mechanisms that come with rall.
func builtins(t testing.TB) *mech.Catalogue {
	t.Helper()
	cat := mech.NewCatalogue()
	for _, name := range []string{"pas", "IClamp", "ExpSyn", "Exp2Syn", "SEClamp", "hh", "NetStim", "APCount"} {
		src, err := mods.FS.ReadFile(name + ".mod")
		if err != nil {
			t.Fatal(err)
		}
		var l diag.List
		def := nmodl.Compile(name+".mod", src, nil, &l)
		if def == nil {
			t.Fatal(l.Error())
		}
		cat.Add(def)
	}
	return cat
}

// TestPrograms runs the files of testdata/run and compares what they print
// with what NEURON printed (tools/oracle/hoc_golden.py).
func TestPrograms(t *testing.T) {
	files, _ := filepath.Glob("testdata/run/*.hoc")
	if len(files) == 0 {
		t.Fatal("no programs")
	}
	cat := builtins(t)
	for _, f := range files {
		t.Run(filepath.Base(f), func(t *testing.T) {
			want, err := os.ReadFile(strings.TrimSuffix(f, ".hoc") + ".out")
			if err != nil {
				t.Fatal(err)
			}
			var out bytes.Buffer
			var l diag.List
			in := New(Options{Mechs: cat, Out: &out, Dir: filepath.Dir(f), Write: t.TempDir()}, &l)
			if !in.Load(f) {
				t.Error(l.Error())
			}
			in.Close()
			fixture.SameLines(t, out.String(), string(want))
		})
	}
}
