package lint

import (
	"go/build"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const root = "../.."

// resultTrees are the folders whose arithmetic reaches a result, with all
// below them. Of analysis only what measures: pictures are exempt.
var resultTrees = []string{"runtime", "ir", "internal/random", "spec", "nmodl", "rxd", "import", "export", "corpus", "analysis/features"}

// packagesBelow lists the folders with Go files (beyond tests) below trees.
func packagesBelow(t *testing.T, trees []string) []string {
	var dirs []string
	for _, tree := range trees {
		err := filepath.WalkDir(filepath.Join(root, tree), func(path string, d fs.DirEntry, err error) error {
			switch {
			case os.IsNotExist(err):
				return nil // not begun yet
			case err != nil:
				return err
			case !d.IsDir():
				return nil
			case d.Name() == "testdata":
				return fs.SkipDir
			}
			if _, err := os.Stat(filepath.Join(path, "go.mod")); err == nil {
				return fs.SkipDir // a module of its own: a generator, no part of the program
			}
			if bp, err := build.ImportDir(path, 0); err == nil && len(bp.GoFiles) > 0 {
				rel, err := filepath.Rel(root, path)
				if err != nil {
					return err
				}
				dirs = append(dirs, rel)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return dirs
}

func TestResultsHaveTheSameBitsEverywhere(t *testing.T) {
	dirs := packagesBelow(t, resultTrees)
	if len(dirs) < 5 {
		t.Fatalf("only found %v", dirs)
	}
	dirs = append(dirs, ".")
	said := map[string]bool{}
	for _, arch := range []string{"amd64", "arm64"} {
		findings, err := Check(root, arch, dirs)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range findings {
			if !said[f.String()] {
				said[f.String()] = true
				t.Error(f)
			}
		}
	}
}

var wantPattern = regexp.MustCompile(`// want "([^"]*)"`)

func TestFindings(t *testing.T) {
	const dir = "internal/lint/testdata/fused"
	findings, err := Check(root, "", []string{dir})
	if err != nil {
		t.Fatal(err)
	}
	src, err := os.ReadFile("testdata/fused/fused.go")
	if err != nil {
		t.Fatal(err)
	}
	wants := map[int]string{}
	for i, line := range strings.Split(string(src), "\n") {
		if m := wantPattern.FindStringSubmatch(line); m != nil {
			wants[i+1] = m[1]
		}
	}
	for _, f := range findings {
		want, ok := wants[f.Pos.Line]
		if !ok || !strings.Contains(f.Message, want) {
			t.Errorf("unexpected: %v", f)
			continue
		}
		delete(wants, f.Pos.Line)
	}
	for line, want := range wants {
		t.Errorf("line %d: no finding %q", line, want)
	}
}

// What is built for another processor is read when that is asked for.
func TestOtherProcessors(t *testing.T) {
	for arch, want := range map[string]int{"amd64": 0, "arm64": 1} {
		findings, err := Check(root, arch, []string{"internal/lint/testdata/arch"})
		if err != nil || len(findings) != want {
			t.Errorf("%s: %v, %v", arch, findings, err)
		}
	}
}
