package rall

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rallsim/rall/ir/diag"
)

// TestHocPointerToScale: a variable of a synapse that another mechanism changes, by what NEURON
// 9.0.2 prints.
func TestHocPointerToScale(t *testing.T) {
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
}

var weightMods = map[string]string{
	"stdpw": `NEURON { POINT_PROCESS STDPW POINTER wsyn RANGE npre, npost, tlp, tld, wmax }
PARAMETER { aLTP = 0.2 aLTD = 0.15 tp = 15 (ms) td = 25 (ms) wmax = 3 }
ASSIGNED { wsyn tlp (ms) tld (ms) npre npost }
INITIAL { tlp = -1000 tld = -1000 npre = 0 npost = 0 }
NET_RECEIVE(w) {
  if (w >= 0) {
    npre = npre + 1
    tlp = t
    wsyn = wsyn - aLTD*wsyn*exp(-(t - tld)/td)
  } else {
    npost = npost + 1
    tld = t
    wsyn = wsyn + aLTP*(wmax - wsyn)*exp(-(t - tlp)/tp)
  }
}
`,
	"wdrift": `NEURON { SUFFIX wdrift POINTER w RANGE rate, seen }
PARAMETER { rate = 0.01 }
ASSIGNED { w seen v (mV) }
INITIAL { seen = w }
BREAKPOINT { SOLVE p METHOD after_cvode }
PROCEDURE p() { w = w + rate*(1 - w)*dt  seen = w }
`,
	"wtwo": `NEURON { POINT_PROCESS WTwo RANGE g, fac, last NONSPECIFIC_CURRENT i }
ASSIGNED { i (nA) v (mV) fac last (ms) }
STATE { g (uS) }
INITIAL { g = 0 fac = 0 last = 0 }
BREAKPOINT { SOLVE s METHOD cnexp  i = g*v }
DERIVATIVE s { g' = -g/2 }
NET_RECEIVE(weight (uS), scale, tl (ms)) {
 INITIAL { scale = 0.5 tl = -10 }
 g = g + weight*scale
 tl = t
 fac = scale  last = tl
}
`,
}

// TestHocPointerToWeight: two STDP rules and a density mechanism change weights of NetCons, the second
// element of a vector too, while the program changes them as well, gives the mechanisms other parameters,
// and connects more in the middle of a run. The numbers are those of NEURON 9.0.2.
func TestHocPointerToWeight(t *testing.T) {
	program := `create s, q
objref ns, n3, syn, two, p, p2, nc, nc2, pre, post, pre2, fih
s { insert pas insert hh L = 20 diam = 20 }
q { insert wdrift L = 10 diam = 10 }
connect q(0), s(1)
dt = 0.025
ns = new NetStim()
{ ns.start = 1 ns.number = 30 ns.interval = 4.3 ns.noise = 0 }
access s
syn = new ExpSyn(.5)
two = new WTwo(.5)
p = new STDPW(.5)
p2 = new STDPW(0)
nc = new NetCon(ns, syn, 0, 0.5, 0.01)
nc2 = new NetCon(ns, two, 0, 1.5, 0.004)
pre = new NetCon(ns, p, 0, 0.25, 1)
pre2 = new NetCon(ns, p2, 0, 0.75, 1)
post = new NetCon(&s.v(.5), p, -10, 0.3, -1)
n3 = new NetCon(&s.v(.5), p2, -10, 1, -1)
p.wmax = 0.02
setpointer p.wsyn, nc.weight
setpointer p2.wsyn, nc2.weight[1]
setpointer q.w_wdrift(.5), nc.weight[0]
proc show() { printf("%g %.8g %.8g %.8g %.8g %g %g %.8g\n", t, v, syn.g, nc.weight, nc2.weight[1], p.npre, p.npost, q.seen_wdrift(.5)) }
proc go() { local j
 finitialize(-65)
 show()
 for j = 1, 1600 { fadvance()
 if (j%200 == 0) show()
 if (j == 800) { nc.weight = 0.015 }
 if (j == 1200 && $1) { q.nseg = 1 p2.wmax = 1 } } }
go(0)
nc.weight = 0.012
go(1)
objref late
proc grow() { local j
 for j = 1, 200 { fadvance() }
 show()
 late = new NetCon(ns, syn, 0, 0.1, 0.002)
 for j = 1, 400 { fadvance() }
 show()
 printf("%.8g\n", late.weight)
}
{ finitialize(-65) }
grow()
`
	hocPrints(t, weightMods, program, `0 -65 0 0.01 0.5 0 0 0.01
5 -65.390944 1.5599495e-17 0.058288756 0.5 1 0 0.058288756
10 -75.113813 3.7828019e-20 0.081573442 0.94346022 3 1 0.081573442
15 -50.853272 0.00026687667 0.11300437 0.72222514 4 1 0.11300437
20 20.617879 2.9746701e-07 0.12072886 0.65273277 5 2 0.12072886
25 -69.522497 7.9492372e-11 0.057606939 0.93149741 6 2 0.057606939
30 -65.668536 1.3240612e-13 0.095211649 0.82610681 7 2 0.095211649
35 -71.396198 1.7045788e-16 0.11352526 1.1503272 8 3 0.11352526
40 -69.759338 1.6493064e-19 0.12556459 0.99497705 10 3 0.12556459
0 -65 0 0.012 0.5 0 0 0.012
5 -65.415275 1.6841742e-17 0.060191203 0.5 1 0 0.060191203
10 -75.108307 3.8913119e-20 0.082892506 0.94419993 3 1 0.082892506
15 -50.396587 0.00026968449 0.11413035 0.72299807 4 1 0.11413035
20 20.597418 2.9971654e-07 0.12153166 0.65350086 5 2 0.12153166
25 -69.507316 7.9492372e-11 0.057606939 0.93204237 6 2 0.057606939
30 -65.661969 1.3240612e-13 0.095211649 0.82659011 7 2 0.095211649
35 -71.395233 1.7045788e-16 0.11352526 0.79294934 8 3 0.11352526
40 -70.291143 1.6493064e-19 0.12556459 0.68586258 10 3 0.12556459
5 -74.849545 8.7379367e-17 0.14544609 0.59200444 1 1 0.14544609
15 -68.358019 0.00034796354 0.14548503 0.47944915 4 2 0.14548503
0.002
`)
}

// TestHocPointerToLostWeight: what a POINTER needs of the NetCon is told.
func TestHocPointerToLostWeight(t *testing.T) {
	const start = `create s
access s
objref ns, syn, two, p, nc
{ syn = new ExpSyn(.5) two = new WTwo(.5) p = new STDPW(.5) ns = new NetStim() }
nc = new NetCon(ns, syn)
setpointer p.wsyn, nc.weight
`
	for _, then := range []string{"objref nc", "nc.setpost(two)"} {
		dir := t.TempDir()
		if err := os.Mkdir(filepath.Join(dir, "mod"), 0o777); err != nil {
			t.Fatal(err)
		}
		files := map[string]string{"x.hoc": start + then + "\n{ finitialize(-65) }\n"}
		for name, text := range weightMods {
			files[filepath.Join("mod", name+".mod")] = text
		}
		for name, text := range files {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		var diags diag.List
		var out strings.Builder
		want := "x.hoc:6:1: error[bad-value]: POINTER wsyn points to the weight of a NetCon that has gone"
		if RunHoc([]string{filepath.Join(dir, "x.hoc")}, HocSettings{Out: &out}, Settings{}, &diags) == nil || !strings.Contains(diags.Error(), want) {
			t.Errorf("%s: got %s\nwant %s", then, diags.Error(), want)
		}
	}
}
