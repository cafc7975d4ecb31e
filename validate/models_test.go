package validate

import (
	"context"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rallsim/rall"
	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/runtime/record"
)

const corpus = "../corpus"

// manifest is what the tests need of a model's manifest.json.
type manifest struct {
	Inputs []struct {
		Form   string
		Spec   []string
		Golden string
	}
	Fixtures []struct {
		Name string
		Spec []string
	}
	Oracle struct {
		FullDtSec string `json:"fullDtSec"`
		Mods      any    // a folder of the model, or a list of folders of the corpus
	}
}

// model is one spec with its golden folder.
type model struct {
	name   string
	folder string
	spec   []string
	mods   []string
	golden string
	full   string // section of the voltages stored at every step
}

// goldenRoot is where goldens are: the corpus, or a folder of the same layout
// in which they were made anew.
func goldenRoot() string {
	if root := os.Getenv("RALL_GOLDEN_ROOT"); root != "" {
		return root
	}
	return corpus
}

// needGolden skips a test whose golden was not made in a golden root of one's
// own; in the corpus it must be there.
func needGolden(t *testing.T, parts ...string) string {
	t.Helper()
	path := filepath.Join(append([]string{goldenRoot()}, parts...)...)
	if _, err := os.Stat(path); err != nil && goldenRoot() != corpus {
		t.Skipf("not among the goldens of RALL_GOLDEN_ROOT: %v", err)
	}
	return path
}

// models lists every spec of the corpus that has a golden of an oracle.
func models(t *testing.T, oracle string) []model {
	root := goldenRoot()
	paths, err := filepath.Glob(filepath.Join(corpus, "*", "manifest.json"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no corpus: %v", err)
	}
	var out []model
	for _, path := range paths {
		var m manifest
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(text, &m); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		folder := filepath.Dir(path)
		add := func(name string, spec []string, dir string) {
			if !strings.Contains("/"+dir, "/golden/"+oracle) || len(spec) == 0 {
				return
			}
			md := model{name: name, folder: folder, golden: filepath.Join(root, filepath.Base(folder), dir), full: m.Oracle.FullDtSec}
			for _, s := range spec {
				md.spec = append(md.spec, filepath.Join(folder, s))
			}
			switch dirs := m.Oracle.Mods.(type) {
			case string:
				md.mods = []string{filepath.Join(folder, dirs)}
			case []any:
				md.mods = rall.ModFolders(nil, folder)
				for _, dir := range dirs {
					md.mods = append(md.mods, filepath.Join(corpus, dir.(string)))
				}
			}
			if _, err := os.Stat(md.golden); err == nil {
				out = append(out, md)
			} else if root == corpus {
				t.Errorf("%s: %v", name, err)
			}
		}
		base := filepath.Base(folder)
		for _, in := range m.Inputs {
			name := base
			if len(m.Inputs) > 1 && len(in.Spec) > 0 {
				name += "/" + strings.TrimSuffix(in.Spec[0], ".json")
			}
			add(name, in.Spec, in.Golden)
		}
		for _, f := range m.Fixtures {
			spec := f.Spec
			if spec == nil {
				spec = []string{f.Name + ".json"}
			}
			add(base+"/"+f.Name, spec, "golden/netpyne-1.1.1/"+f.Name)
		}
	}
	return out
}

// load loads a model; a mod-NAME folder beside a fixture belongs to it.
func (m *model) load(t *testing.T, set ...string) *rall.Project {
	t.Helper()
	var diags diag.List
	p := rall.Load(m.spec, rall.Settings{Mods: m.modFolders(), Set: set}, &diags)
	if p == nil {
		t.Fatalf("%s does not load:\n%v", m.name, diags.Error())
	}
	return p
}

func (m *model) modFolders() []string {
	if m.mods != nil {
		return m.mods
	}
	more, _ := filepath.Glob(filepath.Join(m.folder, "mod-*"))
	return rall.ModFolders(more, m.folder)
}

func (m *model) run(t *testing.T, p *rall.Project, s rall.Settings) *record.Result {
	t.Helper()
	res, err := p.Run(context.Background(), s, rall.RunOptions{KeepConns: true})
	if err != nil {
		t.Fatalf("%s: %v", m.name, err)
	}
	return res
}

// close1 says whether a and b agree to 1e-12 relative.
func close1(a, b float64) bool {
	return a == b || math.Abs(a-b) <= 1e-12*math.Max(math.Abs(a), math.Abs(b))
}

func report(res *record.Result, label string) *record.Report {
	for i := range res.Reports {
		if res.Reports[i].Label == label {
			return &res.Reports[i]
		}
	}
	return nil
}

// compareTrace wants the same number of samples, at the same times unless
// wantT is nil, and values within tolerance (absolute up to 100, relative
// above) over the first 100 ms. It returns the worst difference.
func compareTrace(t *testing.T, what string, gotT, got, wantT, want []float64, tolerance float64) float64 {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: %d samples, want %d", what, len(got), len(want))
		return math.NaN()
	}
	worst := 0.0
	for k := range got {
		if wantT != nil && gotT[k] != wantT[k] {
			t.Errorf("%s: sample %d at %.17g ms, want %.17g", what, k, gotT[k], wantT[k])
			return math.NaN()
		}
		if gotT[k] > 100.0001 {
			break
		}
		d := math.Abs(got[k]-want[k]) / math.Max(1, math.Abs(want[k])/100)
		if !(d <= worst) {
			worst = d
		}
		if !(d <= tolerance) {
			t.Errorf("%s: sample %d (%g ms) is %.17g, want %.17g", what, k, gotT[k], got[k], want[k])
			return d
		}
	}
	return worst
}
