package diag_test

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"github.com/rallsim/rall"
	"github.com/rallsim/rall/ir/diag"
)

// Every constant of type Code is explained.
func TestCodesAreExplained(t *testing.T) {
	f, err := parser.ParseFile(token.NewFileSet(), "codes.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	found := map[diag.Code]bool{}
	ast.Inspect(f, func(n ast.Node) bool {
		v, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if id, ok := v.Type.(*ast.Ident); !ok || id.Name != "Code" {
			return true
		}
		text, err := strconv.Unquote(v.Values[0].(*ast.BasicLit).Value)
		if err != nil {
			t.Fatal(err)
		}
		found[diag.Code(text)] = true
		info, ok := diag.Codes[diag.Code(text)]
		if !ok || info.Meaning == "" || info.Example == "" {
			t.Errorf("%s (%s) is not explained", v.Names[0].Name, text)
		}
		return true
	})
	if len(found) < 15 {
		t.Errorf("only %d codes found", len(found))
	}
	for c := range diag.Codes {
		if !found[c] {
			t.Errorf("%q is explained but is no constant", c)
		}
	}
}

const sound = `
netParams:
  popParams: {E: {cellType: C, numCells: 2}}
  cellParams: {C: {secs: {soma: {geom: {L: 20, diam: 20}, mechs: {pas: {}}}}}}
  synMechParams: {exc: {mod: ExpSyn}}
  connParams: {r: {preConds: {pop: E}, postConds: {pop: E}, probability: 0.5, weight: 0.01, delay: 1, synMech: exc}}
simConfig: {duration: 1}
`

// Every example brings up its code, and a sound spec brings up none.
func TestExamples(t *testing.T) {
	if list, _ := load(t, diag.Info{Form: diag.NetPart, Example: "{}"}); len(list.All()) > 0 {
		t.Fatalf("the sound spec: %s", list.Error())
	}
	for code, info := range diag.Codes {
		if info.Form == diag.Words {
			continue
		}
		list, warnings := load(t, info)
		if info.Form == diag.ModBody {
			list = &checkMod(t, info.Example).Units
		}
		ok := false
		for _, d := range list.All() {
			ok = ok || d.Code == code
		}
		for _, w := range warnings {
			ok = ok || strings.Contains(w, "["+string(code)+"]")
		}
		if !ok {
			t.Errorf("%s: %s gives\n%s", code, info.Example, list.Error())
		}
	}
}

const declarations = `NEURON { SUFFIX x NONSPECIFIC_CURRENT i RANGE g }
UNITS { (mV) = (millivolt) (mA) = (milliamp) (uA) = (microamp) (S) = (siemens) }
PARAMETER { g = .001 (S/cm2) }
ASSIGNED { v (mV) i (mA/cm2) }
STATE { m n }
`

// checkMod compiles the declarations with what an example has more; an
// example with a NEURON block is a whole file.
func checkMod(t *testing.T, body string) *rall.ModFile {
	t.Helper()
	text := declarations + body
	if strings.HasPrefix(body, "NEURON") {
		text = body
	}
	file := filepath.Join(t.TempDir(), "x.mod")
	if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	return rall.ReadMod(file)
}

// load loads an example, with what rall inspect warns of.
func load(t *testing.T, info diag.Info) (*diag.List, []string) {
	t.Helper()
	dir := t.TempDir()
	write := func(name, text string) {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	base := tree(t, sound)
	net, cfg := base["netParams"].(map[string]any), base["simConfig"].(map[string]any)
	cell := net["cellParams"].(map[string]any)["C"].(map[string]any)
	switch info.Form {
	case diag.NetPart:
		merge(net, tree(t, info.Example))
	case diag.CfgPart:
		merge(cfg, tree(t, info.Example))
	case diag.Mod:
		write("mod/example.mod", info.Example)
		soma := cell["secs"].(map[string]any)["soma"].(map[string]any)
		merge(soma, map[string]any{"mechs": map[string]any{"example": map[string]any{}}})
	case diag.SWC:
		write("example.swc", info.Example)
		net["cellParams"] = map[string]any{"C": map[string]any{"morphology": "example.swc"}}
	}
	text, err := json.Marshal(base)
	if err != nil {
		t.Fatal(err)
	}
	if info.Form == diag.JSON {
		text = []byte(info.Example)
	}
	write("spec.json", string(text))
	var list diag.List
	var warnings []string
	if p := rall.Load([]string{filepath.Join(dir, "spec.json")}, rall.Settings{}, &list); p != nil {
		warnings = p.Inspect().Warnings
	}
	return &list, warnings
}

func tree(t *testing.T, text string) map[string]any {
	t.Helper()
	m := map[string]any{}
	if err := yaml.Unmarshal([]byte(text), &m); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return m
}

// merge puts b over a, object by object.
func merge(a, b map[string]any) {
	for k, v := range b {
		x, ok := a[k].(map[string]any)
		y, too := v.(map[string]any)
		if ok && too {
			merge(x, y)
		} else {
			a[k] = v
		}
	}
}

// Of a long line there is what stands around the caret, which points at the same
// character as in the whole.
func TestExcerpt(t *testing.T) {
	line := strings.Repeat("ä ", 3000) + "!" + strings.Repeat(" x", 3000)
	for _, col := range []int{1, 2, 100, 6001, 11000, 12001, 12002} {
		parts := strings.Split(diag.Diag{Pos: diag.Pos{File: "f", Line: 1, Col: col}, Source: line}.Error(), "\n")
		if len(parts) != 3 {
			t.Fatalf("%q", parts)
		}
		shown, caret := []rune(parts[1]), strings.IndexByte(parts[2], '^')
		whole := []rune(line + " ")
		got := ' '
		if caret < len(shown) {
			got = shown[caret]
		}
		if len(shown) > 200 || got != whole[col-1] {
			t.Errorf("column %d of %d: %q below %q", col, len(whole), parts[2], parts[1])
		}
	}
	short := diag.Diag{Pos: diag.Pos{File: "f", Line: 1, Col: 3}, Source: "a\tb c"}.Error()
	if !strings.HasSuffix(short, "\n    a b c\n      ^") {
		t.Errorf("%q", short)
	}
}
