//go:build cgo

package results

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rallsim/rall/internal/fakerun"
	"github.com/rallsim/rall/runtime/record"
)

var python = flag.String("python", os.Getenv("RALL_ORACLE_PYTHON"), "a Python with numpy, h5py and libsonata, to check written files")

// libsonata and h5py read what we write, with the same numbers.
func TestLibsonata(t *testing.T) {
	if *python == "" {
		t.Skip("no Python with libsonata: set RALL_ORACLE_PYTHON or -python")
	}
	many := fakerun.Gamma()
	many.Pops = append(many.Pops, record.Pop{Name: "silent", Gids: []int{100, 101}})
	many.Cells = append(many.Cells, record.Cell{Gid: 100, Pop: 2}, record.Cell{Gid: 101, Pop: 2, NodeID: 1})
	all := record.Report{Label: "all", Variable: "ina", Unit: "mA/cm2", Time: many.Reports[0].Time[:1500]}
	for g := 101; g >= 0; g-- {
		for s := 0; s < 3; s++ {
			all.Elements = append(all.Elements, record.Element{Gid: g, Section: "dend_" + string(rune('0'+s)), SectionID: s, Pos: float64(1+s) / 7})
		}
	}
	for k := range all.Time {
		for e := range all.Elements {
			all.Data = append(all.Data, float64(k)+float64(e)/3)
		}
	}
	many.Reports = append(many.Reports, all)
	for i, opt := range []Options{{}, {Deflate: 5}, {Float32: true}} {
		h, tab := filepath.Join(t.TempDir(), "h"), filepath.Join(t.TempDir(), "t")
		if _, err := WriteFolder(h, many, opt); err != nil {
			t.Fatal(err)
		}
		opt.Tables, opt.Float32 = true, false
		if _, err := WriteFolder(tab, many, opt); err != nil {
			t.Fatal(err)
		}
		out, err := exec.Command(*python, "../../tools/oracle/sonata_check.py", h, tab).CombinedOutput()
		if err != nil || strings.Contains(string(out), "FAIL") {
			t.Errorf("case %d: %v\n%s", i, err, out)
		}
		t.Logf("case %d: %d checks", i, strings.Count(string(out), "\nok"))
	}
}
