// Package deps holds the table of which package may import which. The table
// is policy: an import that it refuses is to be rethought, not added.
package deps

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/rallsim/rall"

// allowed lists, for every package of ours, the packages of ours that it may
// import; "x/..." allows everything below x. The façade (".") is missing: it
// knows every format and may import all.
var allowed = map[string][]string{
	"analysis/features":     {"runtime/vec"},
	"analysis/plot":         {"runtime/record", "internal/wholefile", "runtime/vec"},
	"bench/kernels":         {"ir/diag", "ir/layout", "ir/mech/codegen", "nmodl", "runtime/cable", "runtime/kernel", "runtime/kernels", "runtime/vec", "runtime/vm"},
	"bench/run":             {".", "internal/h5", "ir/diag", "runtime/kernels", "runtime/sim", "runtime/vm"},
	"cmd/rall":              {".", "analysis/features", "export/results", "internal/h5", "ir/diag", "ir/mech", "ir/mech/codegen", "protocol", "runtime/kernel", "runtime/record"},
	"corpus/s1-column":      {"export/sonata", "internal/h5", "internal/random", "ir", "ir/diag", "ir/expr", "ir/morph", "runtime/vec"},
	"export/netpyne":        {"runtime/record"},
	"export/results":        {"export/...", "internal/h5", "internal/npy", "internal/wholefile", "runtime/record"},
	"export/sonata":         {"ir", "ir/...", "internal/h5", "internal/npy", "internal/wholefile", "internal/random", "runtime/record", "export/table"},
	"export/table":          {"internal/npy", "runtime/record"},
	"import/hoc":            {"import/hoc/...", "import/swc", "internal/random", "ir/diag", "ir/mech", "ir/mech/eval", "ir/morph", "runtime/kernel", "runtime/vec"},
	"import/hoc/syntax":     {"ir/diag"},
	"import/hoc/tree":       {"internal/random", "ir/diag", "ir/mech", "ir/morph", "runtime/vec"},
	"import/sonata":         {"ir", "ir/...", "internal/h5", "internal/random"},
	"import/swc":            {"internal/h5", "ir/diag", "ir/morph", "runtime/vec"},
	"internal/bundle":       {"internal/wholefile"},
	"internal/fakerun":      {"runtime/record"},
	"internal/fixture":      {"ir/diag", "ir/mech", "nmodl", "nmodl/builtin"},
	"internal/h5":           {"internal/wholefile"},
	"internal/held":         {},
	"internal/npy":          {},
	"internal/random":       {"runtime/vec"},
	"internal/sealed":       {},
	"internal/wholefile":    {},
	"ir":                    {"internal/random", "ir/diag", "ir/expr", "ir/mech", "ir/morph"},
	"ir/diag":               {},
	"ir/expr":               {"ir/diag", "runtime/vec"},
	"ir/layout":             {"internal/random", "runtime/kernel"},
	"ir/lower":              {"internal/random", "ir/...", "ir", "runtime/kernel", "runtime/vec"},
	"ir/mech":               {"ir/diag"},
	"ir/mech/codegen":       {"ir/diag", "ir/mech", "ir/mech/merge", "ir/mech/opt", "ir/mech/solve", "runtime/kernel", "runtime/vec"},
	"ir/mech/codegen/gogen": {"runtime/kernel", "runtime/vec"},
	"ir/mech/eval":          {"ir/diag", "ir/mech", "runtime/kernel", "runtime/vec"},
	"ir/mech/merge":         {"ir/mech", "ir/mech/opt", "ir/mech/solve"},
	"ir/mech/opt":           {"ir/diag", "ir/mech", "ir/mech/solve", "runtime/vec"},
	"ir/mech/solve":         {"ir/diag", "ir/mech"},
	"ir/morph":              {"ir/diag", "runtime/vec"},
	"ir/unit":               {},
	"nmodl":                 {"ir/diag", "ir/mech", "ir/unit", "runtime/vec"},
	"nmodl/builtin":         {},
	"protocol":              {"analysis/features", "runtime/vec"},
	"runtime/cable":         {"ir/layout", "runtime/vec"},
	"runtime/comm":          {},
	"runtime/event":         {"runtime/kernel"},
	"runtime/kernel":        {},
	"runtime/kernels":       {"runtime/kernel", "runtime/vec"},
	"runtime/record":        {"internal/sealed"},
	"runtime/sim":           {"internal/held", "internal/random", "internal/sealed", "ir/layout", "runtime/..."},
	"runtime/vec":           {},
	"runtime/vm":            {"runtime/kernel", "runtime/vec"},
	"spec":                  {"ir/diag", "ir/expr", "ir/unit"},
	"spec/build":            {"import/swc", "internal/random", "ir", "ir/diag", "ir/expr", "ir/mech", "ir/morph", "ir/unit", "runtime/vec", "spec"},
	"tools/hocdump":         {".", "import/hoc", "import/hoc/tree", "ir/diag"},
	"validate":              {"."},
	"validate/alone":        {".", "internal/random", "ir/diag", "ir/layout", "runtime/kernel", "runtime/record"},
	"validate/golden":       {"internal/npy"},
	"validate/mechrun":      {".", "runtime/record", "validate/alone"},
}

// never lists what no row of the table may allow, whoever writes it: packages,
// with all below them, and what they must not import.
var never = map[string][]string{
	"runtime":         {".", "nmodl", "spec", "ir/mech", "ir", "import", "export", "analysis", "validate"},
	"runtime/kernel":  {"runtime/vec"},
	"runtime/kernels": {"runtime/sim", "runtime/vm", "ir/layout"},
	"nmodl":           {".", "runtime", "spec", "import", "ir"},
	"spec":            {".", "runtime/sim", "export", "nmodl"},
	"import":          {".", "runtime/sim", "export", "spec", "nmodl"},
	"export":          {".", "import", "spec", "nmodl", "runtime/sim"},
	"ir":              {".", "import", "export", "spec", "nmodl", "runtime/sim", "runtime/vm"},
	"analysis":        {".", "runtime/sim"},
	"protocol":        {".", "runtime/sim", "spec", "import", "export", "ir"},
	"rxd":             {".", "runtime/sim"},
	"internal":        {".", "spec", "import", "export", "runtime/sim"},
}

// but lists exceptions: arithmetic that is the same everywhere is nobody's.
var but = map[string]string{
	"nmodl runtime/vec": "constants are folded with the functions that kernels use",
}

// TestNever holds the table to the rules that are not to be changed with it.
func TestNever(t *testing.T) {
	within := func(p, tree string) bool { return p == tree || tree != "." && strings.HasPrefix(p, tree+"/") }
	for pkg, may := range allowed {
		for tree, forbidden := range never {
			if !within(pkg, tree) {
				continue
			}
			for _, m := range may {
				m = strings.TrimSuffix(m, "/...")
				for _, f := range forbidden {
					// "ir" alone is the root of ir, other names are trees.
					if m == f || f != "ir" && within(m, f) {
						if but[tree+" "+m] == "" {
							t.Errorf("the table lets %s import %s, which nothing below %s may", pkg, m, tree)
						}
					}
				}
			}
		}
	}
}

func TestImports(t *testing.T) {
	root := filepath.Join("..", "..")
	err := filepath.WalkDir(root, func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (strings.HasPrefix(d.Name(), ".") && file != root || d.Name() == "testdata" || d.Name() == "out") {
			return fs.SkipDir
		}
		if !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") {
			return nil
		}
		rel, err := filepath.Rel(root, filepath.Dir(file))
		if err != nil {
			return err
		}
		pkg := filepath.ToSlash(rel)
		if pkg == "." {
			return nil
		}
		may, known := allowed[pkg]
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, spec := range f.Imports {
			p, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			if p == "math" || !strings.HasPrefix(p, module) {
				if strings.HasPrefix(pkg, "runtime/kernel") && strings.Contains(strings.SplitN(p, "/", 2)[0], ".") {
					t.Errorf("%s imports %s: the kernels' contract stands on the standard library alone", file, p)
				}
				continue
			}
			want := strings.TrimPrefix(strings.TrimPrefix(p, module), "/")
			if want == "" {
				want = "."
			}
			if !known {
				t.Errorf("package %s is missing from the table of imports", pkg)
				return nil
			}
			if !allows(may, want) {
				t.Errorf("%s imports %s, which the table of imports does not allow", file, want)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestTable finds rows of packages that no longer exist.
func TestTable(t *testing.T) {
	for pkg := range allowed {
		if _, err := os.Stat(filepath.Join("..", "..", filepath.FromSlash(pkg))); err != nil {
			t.Errorf("the table has a row for %s: %v", pkg, err)
		}
	}
}

func allows(may []string, want string) bool {
	for _, m := range may {
		if m == want || strings.HasSuffix(m, "/...") && strings.HasPrefix(want, path.Dir(m)+"/") {
			return true
		}
	}
	return false
}
