package validate

import (
	"bytes"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rallsim/rall"
	"github.com/rallsim/rall/internal/fixture"
	"github.com/rallsim/rall/ir/diag"
)

// TestHocModels: whole models in HOC print and write what they do in NEURON
// (tools/oracle/hoc_models.py): what is printed to the letter, numbers in files
// to 1e-8.
func TestHocModels(t *testing.T) {
	files, _ := filepath.Glob(filepath.Join(corpus, "hoc-models", "*.hoc"))
	if len(files) == 0 {
		t.Fatal("no models")
	}
	for _, f := range files {
		name := strings.TrimSuffix(filepath.Base(f), ".hoc")
		t.Run(name, func(t *testing.T) {
			golden := needGolden(t, "hoc-models", "golden", "neuron-9.0.2")
			want, err := os.ReadFile(filepath.Join(golden, name+".out"))
			if err != nil {
				t.Fatal(err)
			}
			var out bytes.Buffer
			var diags diag.List
			dir := t.TempDir()
			if rall.RunHoc([]string{f}, rall.HocSettings{Out: &out, Write: dir}, rall.Settings{}, &diags) != nil {
				t.Fatalf("%s\n%s", out.String(), diags.Error())
			}
			fixture.SameLines(t, out.String(), string(want))
			written, _ := filepath.Glob(filepath.Join(golden, name+".dat"))
			for _, w := range written {
				compareNumbers(t, filepath.Join(dir, filepath.Base(w)), w)
			}
		})
	}
}

// compareNumbers wants two files of numbers to agree to 1e-8.
func compareNumbers(t *testing.T, got, want string) {
	t.Helper()
	a, err := os.ReadFile(got)
	if err != nil {
		t.Error(err)
		return
	}
	b, err := os.ReadFile(want)
	if err != nil {
		t.Fatal(err)
	}
	x, y := strings.Fields(string(a)), strings.Fields(string(b))
	if len(x) != len(y) {
		t.Errorf("%s has %d numbers, NEURON's %d", got, len(x), len(y))
		return
	}
	worst := 0.0
	for i := range x {
		u, err1 := strconv.ParseFloat(x[i], 64)
		v, err2 := strconv.ParseFloat(y[i], 64)
		if err1 != nil || err2 != nil {
			t.Fatalf("number %d: %v, %v", i, err1, err2)
		}
		worst = max(worst, math.Abs(u-v)/max(math.Abs(v), 1))
	}
	if !(worst <= 1e-8) {
		t.Errorf("%s: worst difference %g", filepath.Base(got), worst)
	}
	t.Logf("%d numbers, worst difference %.1e", len(x), worst)
}
