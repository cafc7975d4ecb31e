package build_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/rallsim/rall/internal/fixture"
	"github.com/rallsim/rall/ir"
	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/lower"
	"github.com/rallsim/rall/spec"
	"github.com/rallsim/rall/spec/build"
)

// What makes a network large is left out: what is tried must be quick.
var large = regexp.MustCompile(`[0-9][0-9_]{2}|[0-9.]e\+?[0-9]|gridSpacing|\*\*`)

// FuzzBuild takes specs to models and on to networks: each stage yields
// something sound or says why not.
func FuzzBuild(f *testing.F) {
	files, _ := filepath.Glob("testdata/*")
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		in, _, _ := strings.Cut(string(text), "\n====")
		f.Add(in)
	}
	if len(files) == 0 {
		f.Fatal("no specs to begin with")
	}
	noFiles := func(string) ([]byte, error) { return nil, fs.ErrNotExist }
	cat := fixture.Catalogue(f, "pas", "IClamp", "ExpSyn", "Exp2Syn", "hh", "NetStim", "IntFire1", "VecStim")
	f.Fuzz(func(t *testing.T, in string) {
		if len(in) > 4000 || large.MatchString(in) {
			return
		}
		var diags diag.List
		s := spec.Parse([]spec.Source{{Name: "spec.yaml", Text: []byte(in)}}, spec.Options{IsArtificial: func(name string) bool { return name == "NetStim" || name == "VecStim" || name == "IntFire1" }}, &diags)
		if s == nil && !diags.HasErrors() {
			t.Fatal("no spec and no error")
		}
		if diags.HasErrors() {
			if s != nil {
				build.CheckNames(s, cat, &diags)
			}
			return
		}
		m := build.Build(s, cat, noFiles, &diags)
		if (m == nil) != diags.HasErrors() {
			t.Fatalf("model %v, errors %v", m != nil, diags.Error())
		}
		if m == nil {
			return
		}
		net := lower.Lower(m, lower.Options{}, &diags)
		if (net == nil) != diags.HasErrors() {
			t.Fatalf("network %v, errors %v", net != nil, diags.Error())
		}
		if net == nil {
			return
		}
		if err := net.Check(); err != nil {
			t.Fatal(err)
		}
		// Ranks have between them what the whole network has.
		edges, synapses := 0, 0
		for rank := range 2 {
			var found diag.List
			part := build.BuildPart(s, cat, noFiles, func(*ir.Model) func(int) bool { return func(gid int) bool { return gid%2 == rank } }, &found)
			if part == nil {
				t.Fatalf("no part of it: %v", found.Error())
			}
			for _, p := range part.Projs {
				edges += len(p.Edges(0, 1<<30).Order)
			}
			synapses = 0
			for _, load := range part.Part.Load {
				for _, n := range load {
					synapses += int(n)
				}
			}
			if part.Part.Links.Conns != net.NumConns {
				t.Fatalf("%d connections, a part finds %d", net.NumConns, part.Part.Links.Conns)
			}
		}
		if edges != net.NumConns || synapses != net.NumSyns {
			t.Fatalf("%d connections and %d synapses, in parts %d and %d", net.NumConns, net.NumSyns, edges, synapses)
		}
	})
}
