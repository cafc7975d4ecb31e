package rall

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rallsim/rall/ir/diag"
)

// TestHocPointerToWeight: no POINTER follows the weight of a NetCon. The way out that the refusal
// names, a variable of the synapse that another mechanism changes, gives what NEURON 9.0.2 prints.
func TestHocPointerToWeight(t *testing.T) {
	mods := map[string]string{
		"wsyn": `NEURON { POINT_PROCESS WSyn RANGE w, g NONSPECIFIC_CURRENT i }
PARAMETER { w = 1 }
ASSIGNED { i (nA) v (mV) }
STATE { g (uS) }
INITIAL { g = 0 }
BREAKPOINT { SOLVE s METHOD cnexp  i = g*v }
DERIVATIVE s { g' = -g/2 }
NET_RECEIVE(weight (uS)) { g = g + w*weight }
`,
		"wplast": `NEURON { POINT_PROCESS WPlast POINTER pw RANGE n }
ASSIGNED { pw n }
INITIAL { n = 0 }
NET_RECEIVE(dw) { pw = pw + dw*(3 - pw)  n = n + 1 }
`,
	}
	program := `create s
access s
objref ns, syn, p, nc, n2
{ insert pas L = 20 diam = 20 dt = 0.025 }
ns = new NetStim()
{ ns.start = 1 ns.number = 4 ns.interval = 2 ns.noise = 0 }
syn = new WSyn(.5)
p = new WPlast(.5)
nc = new NetCon(ns, syn, 0, 0.5, 0.001)
n2 = new NetCon(ns, p, 0, 1, 0.25)
setpointer p.pw, syn.w
proc go() { local j
 syn.w = 1
 finitialize(-65)
 for j = 1, 360 { fadvance()
 if (j%60 == 0) printf("%g %.8g %.8g %.8g %g\n", t, v, syn.g, syn.w, p.n) } }
go()
go()
`
	hocPrints(t, mods, program, `1.5 -68.863582 0 1 0
3 -67.066439 0.00047236655 1.5 1
4.5 -64.390032 0.0011329261 1.875 2
6 -62.580312 0.0019954079 2.15625 3
7.5 -63.35371 0.0030988139 2.15625 3
9 -60.997611 0.0014637761 2.3671875 4
1.5 -68.863582 0 1 0
3 -67.066439 0.00047236655 1.5 1
4.5 -64.390032 0.0011329261 1.875 2
6 -62.580312 0.0019954079 2.15625 3
7.5 -63.35371 0.0030988139 2.15625 3
9 -60.997611 0.0014637761 2.3671875 4
`)

	dir := t.TempDir()
	mods["x.hoc"] = strings.Replace(program, "p.pw, syn.w", "p.pw, nc.weight", 1)
	if err := os.Mkdir(filepath.Join(dir, "mod"), 0o777); err != nil {
		t.Fatal(err)
	}
	for name, text := range mods {
		if name != "x.hoc" {
			name = filepath.Join("mod", name+".mod")
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	var diags diag.List
	var out strings.Builder
	want := "x.hoc:11:1: error[unsupported]: POINTER pw points to the weight of a NetCon"
	if RunHoc([]string{filepath.Join(dir, "x.hoc")}, HocSettings{Out: &out}, Settings{}, &diags) == nil || !strings.Contains(diags.Error(), want) || !strings.Contains(diags.Error(), "setpointer p.pw, syn.w") {
		t.Errorf("got %s\nwant %s", diags.Error(), want)
	}
}
