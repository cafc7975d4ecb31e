package swc

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/morph"
)

// TestErrors: what cannot be read says where and why.
func TestErrors(t *testing.T) {
	const head = "1 1 0 0 0 5 -1\n2 1 0 5 0 5 1\n"
	for _, c := range []struct {
		name, text string
		want       string // substrings of the errors, in order, separated by |
	}{
		{"empty", "", "no points"},
		{"comments only", "# nothing\n\n", "no points"},
		{"cut off", head + "3 3 0 26 0", "f.swc:3:11: error[syntax]: 5 of 7 fields|cut off"},
		{"cut off in a line", head + "3 3 0 26\n4 3 0 30 0 1 2\n", "f.swc:3:9: error[syntax]: 4 of 7 fields"},
		{"text", head + "3 3 0 five 0 .5 2\n", `f.swc:3:7: error[syntax]: y is "five"`},
		{"not a number", head + "3 3 nan 0 0 .5 2\n", `f.swc:3:5: error[syntax]: x is "nan"`},
		{"infinite", head + "3 3 inf 0 0 .5 2\n", `x is "inf"`},
		{"hexadecimal", head + "3 3 0x1p4 0 0 .5 2\n", `x is "0x1p4"`},
		{"too large", head + "3 3 1e39 0 0 .5 2\n", `x is "1e39"`},
		{"binary", head + "\x00\x01\x02\n", "id is"},
		{"commas", "1,1,0,0,0,5,-1\n", "id is"},
		{"id with a fraction", head + "3.5 3 0 0 0 .5 2\n", "f.swc:3:1: error[bad-value]: id is 3.5"},
		{"negative id", head + "-3 3 0 0 0 .5 2\n", "id is -3"},
		{"negative radius", head + "3 3 0 0 0 -.5 2\n", "f.swc:3:11: error[bad-value]: radius is -0.5"},
		{"duplicate", head + "2 3 0 0 0 .5 1\n", "f.swc:3:1: error[duplicate-name]: id 2 is there already, in line 2"},
		{"missing parent", head + "3 3 0 9 0 .5 7\n", "f.swc:3:1: error[bad-tree]: point 3 has parent 7, but there is no such point"},
		{"own parent", head + "3 3 0 9 0 .5 3\n", "f.swc:3:1: error[bad-tree]: point 3 is its own ancestor, through a cycle of 1 points"},
		{"cycle", head + "3 3 0 9 0 .5 5\n4 3 0 9 0 .5 3\n5 3 0 9 0 .5 4\n", "f.swc:3:1: error[bad-tree]: point 3 is its own ancestor, through a cycle of 3 points"},
		{"parent after", head + "3 3 0 9 0 .5 4\n4 3 0 19 0 .5 2\n", "f.swc:3:1: error[bad-tree]: point 3 has the larger parent 4"},
		{"two errors", head + "3 3 0 x 0 .5 2\n4 3 0 9 y .5 3\n", "y is|z is"},
		{"no diameter", head + "3 3 0 9 0 0 2\n4 3 0 19 0 0 3\n", "f.swc:3: error[bad-value]: section \"dend_0\": the diameter is 0"},
		{"no length", "1 3 1 1 1 1 -1\n2 3 1 1 1 1 1\n3 3 1 1 1 1 2\n", "f.swc:1: error[bad-value]: section \"dend_0\": all of its 3 3-D points lie in one place"},
	} {
		var list diag.List
		f := Parse("f.swc", []byte(c.text), &list)
		if f != nil {
			if m := f.Import(&list); m != nil {
				t.Errorf("%s: imported", c.name)
				continue
			}
		}
		text := list.Error()
		for _, want := range strings.Split(c.want, "|") {
			if !strings.Contains(text, want) {
				t.Errorf("%s: no %q in\n%s", c.name, want, text)
			}
		}
	}
}

// load imports a file.
func load(t *testing.T, path string, list *diag.List) *morph.Morphology {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return Import(path, text, false, list)
}

// TestManyErrors: reading stops after a screenful.
func TestManyErrors(t *testing.T) {
	var list diag.List
	if Parse("f.swc", []byte(strings.Repeat("rubbish\n", 10000)), &list) != nil || list.Count(diag.Error) != maxErrors {
		t.Errorf("%d errors", list.Count(diag.Error))
	}
}

// TestRepairs: what was not taken literally is said.
func TestRepairs(t *testing.T) {
	for _, c := range []struct{ file, want string }{
		{"two_roots", "two_roots.swc:5: warning[repaired]: point 5 is another root"},
		{"connect_prox_later", "connect_prox_later.swc:6: warning[repaired]: point 6 leaves the first point of a section"},
		{"connect_prox_gap", "point 4 was joined to point 3, which is not its parent, as in NEURON (point 1 is)"},
		{"zero_length_chain", "the section that ends with point 9 has no length and was removed"},
		{"single_soma", "single_soma.swc:2: note[repaired]: a section of one point was read as a sphere"},
		{"three_point_soma", "a soma of three points of one diameter"},
	} {
		var list diag.List
		if load(t, "testdata/"+c.file+".swc", &list) == nil {
			t.Fatalf("%s: %v", c.file, &list)
		}
		found := false
		for _, d := range list.All() {
			found = found || strings.Contains(d.Error(), c.want)
		}
		if !found {
			t.Errorf("%s: no %q in %v", c.file, c.want, list.All())
		}
	}
	var list diag.List
	load(t, "testdata/line_soma.swc", &list)
	if len(list.All()) != 0 {
		t.Errorf("a plain file: %v", list.All())
	}
}

// TestUnsorted: the order of lines does not matter, and is complained of.
func TestUnsorted(t *testing.T) {
	var list diag.List
	a := Parse("a.swc", []byte("1 1 0 0 0 5 -1\n2 1 0 5 0 5 1\n3 3 0 10 0 1 2\n4 3 0 26 0 .5 3\n"), &list).Import(&list)
	if len(list.All()) != 0 {
		t.Fatal(list.All())
	}
	b := Parse("a.swc", []byte("4 3 0 26 0 .5 3\n1 1 0 0 0 5 -1\n3 3 0 10 0 1 2\n2 1 0 5 0 5 1\n"), &list).Import(&list)
	if len(list.All()) != 1 || list.All()[0].Code != diag.Repaired {
		t.Error(list.All())
	}
	for i := range a.Sections {
		if fmt.Sprint(a.Sections[i].Points) != fmt.Sprint(b.Sections[i].Points) {
			t.Errorf("%v and %v", a.Sections[i], b.Sections[i])
		}
	}
}

// TestLineEnds: every kind of line end gives the same points.
func TestLineEnds(t *testing.T) {
	const text = "# c\n1 1 0 0 0 5 -1\n2 3 0 6 0 1 1\n3 3 0 26 0 .5 2\n"
	for _, eol := range []string{"\n", "\r\n", "\r"} {
		for _, bom := range []string{"", "\ufeff"} {
			var list diag.List
			f := Parse("f.swc", []byte(bom+strings.ReplaceAll(text, "\n", eol)), &list)
			if f == nil || len(f.Points) != 3 || f.Points[2].Line != 4 || f.Points[2].R != .5 {
				t.Errorf("%q: %v %v", eol, f, &list)
			}
		}
	}
}

// FuzzParse: any text gives a morphology whose geometry is finite, or an
// error.
// TestExact: numbers are Import3d's, through eight digits and float32, or those of
// the file.
func TestExact(t *testing.T) {
	swc := "1 1 0 0 0 5 -1\n2 1 0 5.123456789012 0 5 1\n3 3 0 10 0 .1 2\n4 3 1000.123456 26 0 .5 3\n"
	asc := "((Dendrite) (0 5.123456789012 0 10) (1000.123456 26 0 .2))\n"
	for name, text := range map[string]string{"m.swc": swc, "m.asc": asc} {
		for _, exactly := range []bool{false, true} {
			var list diag.List
			m := Import(name, []byte(text), exactly, &list)
			if m == nil {
				t.Fatal(list.Error())
			}
			var got []float64
			for _, s := range m.Sections {
				for _, p := range s.Points {
					got = append(got, p.X, p.Y, p.D)
				}
			}
			for _, x := range []float64{5.123456789012, 1000.123456, .2} {
				if rounded := float64(float32(x)); slices.Contains(got, x) != exactly || slices.Contains(got, rounded) == exactly {
					t.Errorf("%s, exactly %v: %g among %v", name, exactly, x, got)
				}
			}
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("1 1 0 0 0 5 -1\n2 3 0 6 0 1 1\n3 3 0 26 0 .5 2\n")
	f.Add("1 1 0 0 0 5 -1\n2 1 0 -5 0 5 1\n3 1 0 5 0 5 1\n4 3 0 9 0 1 1\n5 2 9 9 9 1 4\n")
	f.Add("1 3 0 0 0 1 -1\r\n2 3 1 0 0 1 1\r\n3 0 1 0 0 1 2\r\n4 -7 1 0 0 1 1\r\n5 3 1 1 1 0 -1\r\n")
	f.Add("# c\n 1 1 1e30 -1e-30 0 5 -1")
	f.Add("3 3 0 9 0 .5 5\n4 3 0 9 0 .5 3\n5 3 0 9 0 .5 4\n")
	f.Fuzz(func(t *testing.T, text string) {
		var list diag.List
		file := Parse("f.swc", []byte(text), &list)
		if (file == nil) != list.HasErrors() {
			t.Fatalf("file %v, errors %v", file, &list)
		}
		if file == nil {
			return
		}
		m := file.Import(&list)
		if (m == nil) != list.HasErrors() {
			t.Fatalf("morphology %v, errors %v", m, &list)
		}
		if m == nil {
			return
		}
		sound(t, m)
	})
}

// sound wants a tree of areas above 0 with parents before their children.
func sound(t *testing.T, m *morph.Morphology) {
	t.Helper()
	g := m.Geometry(morph.Offset{})
	for i := range g.Tree.Area {
		if !(g.Tree.Area[i] > 0) || g.Tree.Parent[i] >= int32(i) {
			t.Fatalf("node %d: area %g, parent %d", i, g.Tree.Area[i], g.Tree.Parent[i])
		}
	}
}
