package spec

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rallsim/rall/ir/diag"
)

// refused are errors that fixtures made for NetPyNE have on purpose: rules for
// a population or a section that does not exist, which NetPyNE passes over.
var refused = map[string]string{
	"conn-conds.json":   `unknown population "nobody"`,
	"syn-sections.json": `section or secList "apical"`,
}

// TestCorpus reads every spec of the corpus: none may have an error, but for
// those that are refused on purpose.
func TestCorpus(t *testing.T) {
	files, err := filepath.Glob("../corpus/*/*.json")
	if err != nil {
		t.Fatal(err)
	}
	yamls, _ := filepath.Glob("../corpus/*/*.yaml")
	saved, _ := filepath.Glob("../corpus/*/saved/netParams.json")
	files = append(append(files, yamls...), saved...)
	n := 0
	for _, f := range files {
		base := filepath.Base(f)
		if base == "manifest.json" || strings.HasSuffix(base, "-cfg.json") {
			continue
		}
		list := []string{f}
		switch {
		case base == "netParams.json":
			list = append(list, filepath.Join(filepath.Dir(f), "cfg.json"))
		case strings.HasSuffix(base, "-netParams.json"):
			list = append(list, strings.TrimSuffix(f, "-netParams.json")+"-cfg.json")
		}
		if text, err := os.ReadFile(f); err == nil && !strings.Contains(string(text), "popParams") {
			continue
		}
		n++
		t.Run(f, func(t *testing.T) {
			var l diag.List
			s := Load(list, Options{IsArtificial: func(mech string) bool { return mech == "cellular" || mech == "AdaptLIF" }}, &l)
			for _, d := range l.All() {
				switch d.Severity {
				case diag.Error:
					if r := refused[base]; r == "" || !strings.Contains(d.Msg, r) {
						t.Error(d.Error())
					}
				default:
					t.Log(d.Error())
				}
			}
			if s == nil || len(s.Net.Pops) == 0 {
				t.Fatal("nothing was read")
			}
			text, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			if base[len(base)-5:] == ".json" { // JSON is YAML too
				if j, y := readJSON(f, text, &l), readYAML(f, text, &l); j == nil || y == nil || !j.same(y) {
					t.Error("the YAML reader reads something else")
				}
			}
		})
	}
	if n < 10 {
		t.Fatalf("only %d specs were found", n)
	}
}
