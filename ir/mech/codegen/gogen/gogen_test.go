package gogen

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/mech/codegen"
	"github.com/rallsim/rall/nmodl"
	"github.com/rallsim/rall/runtime/kernel"
	"github.com/rallsim/rall/runtime/vm"
)

// compileAll compiles every mechanism that there is.
func compileAll(t *testing.T) []*kernel.Program {
	t.Helper()
	var out []*kernel.Program
	seen := map[string]bool{}
	for _, pattern := range []string{"../../../../nmodl/builtin/*.mod", "../../../../corpus/*/*.mod", "../../../../corpus/*/*/*.mod",
		"../../../../nmodl/testdata/*/*.mod", "../testdata/mod/*.mod"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			src, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var l diag.List
			def := nmodl.Compile(file, src, nil, &l)
			if def == nil || l.HasErrors() || seen[def.Name] {
				continue
			}
			p := codegen.Compile(def, codegen.Options{ConductanceFD: len(out)%5 == 4}, &l)
			if p == nil {
				continue
			}
			seen[p.Mech] = true
			out = append(out, p)
		}
	}
	if len(out) < 40 {
		t.Fatalf("only %d mechanisms compile", len(out))
	}
	return out
}

const mainText = `package main

import (
	"fmt"

	mechs "example.org/mechs"
	"example.org/mechs/kernel"
)

func main() {
	for i, g := range mechs.All() {
		p := mechs.Programs()[i]
		if p.Fingerprint != g.Fingerprint {
			panic(g.Mech)
		}
		var s kernel.Solver
		fmt.Print(drive(p, 7, func(f *kernel.Frame) { g.Build(p, f) }, func(entry string, f *kernel.Frame, lo, hi int) {
			if e := g.Entries[entry]; e != nil {
				e(f, &s, lo, hi)
			}
		}))
	}
}
`

// TestPackage writes all mechanisms as a package by itself, builds it with
// nothing but the standard library, at a level of the architecture that lets
// the compiler fuse products into sums, and runs it: the bits are the
// interpreter's.
func TestPackage(t *testing.T) {
	if testing.Short() {
		t.Skip("runs the Go compiler")
	}
	ps := compileAll(t)
	files, err := Package(ps, "example.org/mechs", []byte("free"))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	files["drive/main.go"] = []byte(mainText)
	own, err := os.ReadFile("drive_test.go")
	if err != nil {
		t.Fatal(err)
	}
	files["drive/drive.go"] = []byte(strings.NewReplacer("package gogen", "package main", Own.Kernel, "example.org/mechs/kernel").Replace(string(own)))
	for name, text := range files {
		if bytes.Contains(text, []byte("rallsim")) {
			t.Errorf("%s names a package outside", name)
		}
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, text, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	var want strings.Builder
	for _, p := range ps {
		codes := map[string]*kernel.Code{}
		p.Codes(func(name string, c *kernel.Code) { codes[name] = c })
		want.WriteString(drive(p, 7, func(f *kernel.Frame) { vm.BuildTables(p, f) }, func(entry string, f *kernel.Frame, lo, hi int) {
			if c := codes[entry]; c != nil {
				vm.Interp{}.Run(p, c, f, lo, hi)
			}
		}))
	}
	t.Logf("%d mechanisms, %d bytes of results", len(ps), want.Len())
	c := exec.Command("go", "run", "./drive")
	c.Dir = dir
	c.Env = append(os.Environ(), "GOPROXY=off", "GOFLAGS=-mod=mod", "GOWORK=off", "CGO_ENABLED=0", "GOAMD64=v3")
	var errs bytes.Buffer
	c.Stderr = &errs
	got, err := c.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, errs.String())
	}
	a, b := strings.Split(string(got), "\n"), strings.Split(want.String(), "\n")
	mech := ""
	for i := range b {
		if !strings.Contains(b[i], " ") {
			mech = b[i]
		}
		if i >= len(a) || a[i] != b[i] {
			t.Fatalf("%s: line %d differs", mech, i)
		}
	}
}
