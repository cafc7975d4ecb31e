package rall

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rallsim/rall/ir/diag"
)

// folder returns a new folder with files of these texts.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// hocPrints runs a program beside mechanisms; what it prints is NEURON 9.0.2's
// for the same files.
func hocPrints(t *testing.T, mods map[string]string, program, want string) {
	t.Helper()
	files := map[string]string{"x.hoc": program}
	for name, text := range mods {
		files["mod/"+name+".mod"] = text
	}
	dir := folder(t, files)
	var diags diag.List
	var out strings.Builder
	if RunHoc([]string{filepath.Join(dir, "x.hoc")}, HocSettings{Out: &out, Write: filepath.Join(dir, "out")}, Settings{}, &diags) != nil || out.String() != want {
		t.Errorf("%s\n got:\n%s\nwant:\n%s", diags.Error(), out.String(), want)
	}
}

// TestHocFunctionTables: table_NAME_MECHANISM with a constant, Vectors, and
// pointers into Vectors and arrays.
func TestHocFunctionTables(t *testing.T) {
	mods := map[string]string{}
	for _, name := range []string{"functable", "functable3"} {
		text, err := os.ReadFile("corpus/nmodl-suite/mod/" + name + ".mod")
		if err != nil {
			t.Fatal(err)
		}
		mods[name] = string(text)
	}
	hocPrints(t, mods, `create s
access s
L = 20
diam = 20
insert pas
insert functable
insert functable3
objref x, y, z
x = new Vector(4)
y = new Vector(4)
for i = 0, 3 { x.x[i] = -80 + 30*i
 y.x[i] = i*i + 1 }
{ table_minf_functable(y, x) }
double e[3]
for i = 0, 2 { e[i] = 2 + i }
{ table_even_functable(&e[0], 3, -100, 20) }
z = new Vector(12)
for i = 0, 11 { z.x[i] = (i*5) % 7 }
{ table_both_functable(&z.x[0], 4, &x.x[0], 3, 0, 5) }
{ table_grid_functable(&z.x[1], 2, 0, 60, 3, -80, 40) }
{ table_always_functable(0.75) }
{ table_three_functable3(&z.x[0], 2, -100, 0, 3, &e[0], 2, 0, 10) }
{ table_four_functable3(2) }
{ table_same_functable3(3) }
{ finitialize(-65) }
for i = 0, 3 { fadvance()
 print v, m_functable, a_functable, b_functable, c_functable, d_functable, e_functable, a_functable3, b_functable3, c_functable3 }
`, `-65.103281 1.4999668 3.75 2.5833333 3.5 5.25 1.125 6 2 -195.30984 
-65.203675 1.4999017 3.744836 2.581612 3.4965573 5.255164 1.1249751 6 2 -195.61103 
-65.301265 1.4998057 3.7398162 2.5799387 3.4932108 5.2601838 1.1249263 6 2 -195.9038 
-65.396129 1.4996801 3.7349367 2.5783122 3.4899578 5.2650633 1.1248543 6 2 -196.18839 
`)
}

// TestHocTableFollows: a TABLE is made anew when a variable that its DEPEND
// names is set in the midst of a run, with all that goes into it, and for no
// other variable.
func TestHocTableFollows(t *testing.T) {
	hocPrints(t, map[string]string{"dep": `NEURON {
	SUFFIX dep
	RANGE half, slope, y, z
}
PARAMETER { half = -40 slope = 9 }
ASSIGNED { v y z inf }
BREAKPOINT { rates(v) y = inf z = other(v) }
PROCEDURE rates(v) {
	TABLE inf DEPEND half FROM -100 TO 100 WITH 50
	inf = 1/(1 + exp(-(v - half)/slope))
}
FUNCTION other(v) {
	TABLE FROM -90 TO 80 WITH 40
	other = exp(v/50)*half
}
`}, `create s
access s
insert pas
insert dep
{ finitialize(-60) }
proc show() {
	fadvance()
	fadvance()
	print y_dep, z_dep
}
show()
half_dep = -55
show()
slope_dep = 5
show()
half_dep = -50
show()
half_dep = -40
show()
`, `0.093820967 -11.934389 
0.34209041 -11.828972 
0.33165334 -11.728635 
0.091472978 -11.633133 
0.01261264 -11.542233 
`)
}
