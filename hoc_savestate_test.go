package rall

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/rallsim/rall/ir/diag"
)

// TestHocSaveState: what SaveState brings back, in the middle of a run, after
// finitialize, from a file, and without events. What NEURON 9.0.2 prints.
func TestHocSaveState(t *testing.T) {
	hocPrints(t, nil, `load_file("stdrun.hoc")
create a, b
access a
{ L=20 diam=20 insert hh }
b { L=100 diam=2 nseg=3 insert pas }
connect b(0), a(1)
objref nil, ns, nc, syn, ic, pv, pt, ss, n2, ifc, sp, n3, vr, vd, cu, ct, f, fi
ns = new NetStim()
{ ns.number = 1e9  ns.interval = 2  ns.start = 1  ns.noise = 1 }
ns.noiseFromRandom123(1, 2, 3)
ifc = new IntFire1()
ifc.tau = 20
nc = new NetCon(ns, ifc, 0, 1.5, .4)
ic = new IClamp(.5)
{ ic.del = 3 ic.dur = 10 ic.amp = .3 }
b syn = new Exp2Syn(.5)
n2 = new NetCon(ifc, syn, 0, .5, .02)
sp = new Vector()
n3 = new NetCon(ns, nil)
n3.record(sp)
pv = new Vector()
pt = new Vector()
{ pt.append(0, 2, 6, 9) pv.append(.2, .1, .4, .01) }
pv.play(&ic.amp, pt)
{ vr = new Vector() vd = new Vector() }
vr.record(&a.v(.5))
vd.record(&a.m_hh(.5), .5)
cu = new Vector()
ct = new Vector()
{ ct.append(1, 4, 7, 8, 11) cu.append(1, 2, 3, 4, 5) }
cu.play("said = $1 printf(\"played %g at %g\\n\", said, t)", ct)
fi = new FInitializeHandler("cvode.event(7, \"late()\")")
proc late() { print "late ", t }
proc show() {
	print t, a.v, b.v(.9), a.m_hh, a.gna_hh, a.ina, a.nai, a.ena, ifc.m, syn.g, syn.tau1, ic.amp, ic.i
	print nc.weight, n2.delay, n2.threshold, sp.size, vr.size, vd.size
}
finitialize(-65)
continuerun(5)
show()
ss = new SaveState()
print ss.save()
continuerun(12)
show()
{ ic.amp = 5 a.ena = 60 a.nai = 11 a.gnabar_hh = .1 b.g_pas = .002 }
{ n2.delay = .7 n2.threshold = 3 nc.weight = .9 syn.tau1 = 3 ns.interval = 7 ic.dur = 20 }
print ss.restore()
show()
fcurrent()
show()
print ns.interval, ic.dur, a.gnabar_hh, b.g_pas
{ a.ena = 50 a.nai = 10 a.gnabar_hh = .12 b.g_pas = .001 n2.delay = .5 }
continuerun(12)
show()
finitialize(-60)
show()
ss.restore()
show()
continuerun(12)
show()
f = new File("state.dat")
print ss.fwrite(f)
finitialize(-60)
objref other
other = new SaveState()
print other.fread(f), f.isopen()
other.restore()
show()
continuerun(12)
show()
ns.number = 0
finitialize(-60)
other.restore(1)
show()
continuerun(8)
show()
`, `	1 
	1 
	0 
	Vector[1] 
	Vector[3] 
	Vector[4] 
	Vector[5] 
	1 
played 1 at 1
played 2 at 4
5 -60.642136 -61.039116 0.081485781 3.7815754e-05 -0.0041861208 10 50 0.4 0 0.1 0.1 0.1 
0.4 0.5 0 2 201 11 
1 
played 3 at 7
late 7 
played 4 at 8
played 5 at 11
12 -60.338803 -55.398896 0.083882364 1.5410831e-05 -0.0017012832 10 50 2 0.017633482 0.1 0.01 0.01 
0.4 0.5 0 3 481 24 
played 2 at 5
1 
5 -60.642136 -61.039116 0.081485781 1.5410831e-05 -0.0017012832 11 60 0.4 0 0.1 0.1 0.01 
0.4 0.7 3 3 481 24 
	1 
5 -60.642136 -61.039116 0.081485781 3.2104182e-05 -0.003873117 11 60 0.4 0 0.1 0.1 0.1 
0.4 0.7 3 3 481 24 
2 20 0.1 0.002 
played 3 at 7
late 7 
played 4 at 8
played 5 at 11
12 -60.338803 -55.398896 0.083882364 1.5410831e-05 -0.0017012832 10 50 2 0.017633482 0.1 0.01 0.01 
0.4 0.5 3 9 761 37 
	1 
0 -60 -60 0.093641951 4.120266e-05 -0.0045322926 10 50 0 0 0.1 0.2 0 
0.4 0.5 3 0 1 1 
played 2 at 5
	1 
5 -60.642136 -61.039116 0.081485781 4.120266e-05 -0.0045322926 10 50 0.4 0 0.1 0.1 0 
0.4 0.5 3 0 1 1 
played 3 at 7
late 7 
played 4 at 8
played 5 at 11
12 -60.338803 -55.398896 0.083882364 1.5410831e-05 -0.0017012832 10 50 2 0.017633482 0.1 0.01 0.01 
0.4 0.5 3 2 281 14 
1 
	1 
1 0 
played 2 at 5
	1 
5 -60.642136 -61.039116 0.081485781 4.120266e-05 -0.0045322926 10 50 0.4 0 0.1 0.1 0 
0.4 0.5 3 0 1 1 
played 3 at 7
late 7 
played 4 at 8
played 5 at 11
12 -60.338803 -55.398896 0.083882364 1.5410831e-05 -0.0017012832 10 50 2 0.017633482 0.1 0.01 0.01 
0.4 0.5 3 2 281 14 
	1 
	1 
5 -60.642136 -61.039116 0.081485781 4.120266e-05 -0.0045322926 10 50 0.4 0 0.1 0.2 0 
0.4 0.5 3 0 1 1 
played 1 at 1
played 2 at 4
played 3 at 7
late 7 
played 4 at 8
8 11.405312 10.319997 0.99213427 0.019460774 -0.72602943 10 50 0.4 0 0.1 0.4 0.4 
0.4 0.5 3 0 121 17 
`)
}

// TestHocSaveStateIons: concentrations that mechanisms write come back, other
// variables of ions and mechanisms do not. What NEURON 9.0.2 prints.
func TestHocSaveStateIons(t *testing.T) {
	mods := map[string]string{"cad": `NEURON { SUFFIX cad USEION ca READ ica WRITE cai RANGE tau, k, seen }
PARAMETER { tau = 20 k = 10 }
ASSIGNED { ica seen }
STATE { cai }
INITIAL { cai = 1e-4 seen = 1 }
BREAKPOINT { SOLVE d METHOD cnexp }
DERIVATIVE d { cai' = -k*ica - (cai - 1e-4)/tau }
`, "cal": `NEURON { SUFFIX cal USEION ca READ cai, eca WRITE ica RANGE g }
PARAMETER { g = .0001 }
STATE { m }
ASSIGNED { v ica cai eca }
INITIAL { m = 0 }
BREAKPOINT { SOLVE d METHOD cnexp ica = g*m*(v - 50) }
DERIVATIVE d { m' = (1/(1+exp(-(v+40)/5)) - m)/3 }
`}
	hocPrints(t, mods, `load_file("stdrun.hoc")
create a, b
access a
{ L=20 diam=20 insert hh insert cad insert cal g_cal=.001 }
b { L=20 diam=20 insert hh insert cal }
objref ss, ic
ic = new IClamp(.5)
{ ic.dur = 100 ic.amp = .3 }
finitialize(-65)
continuerun(5)
proc show() { print t, v, m_cal, cai, cao, eca, ica, ek, seen_cad, nai }
show()
ss = new SaveState()
ss.save()
continuerun(12)
show()
{ cao = 3 ek = -70 seen_cad = 4 nai = 12 }
ss.restore()
show()
fcurrent()
show()
continuerun(12)
show()
`, `	1 
	1 
5 -67.601569 0.32289129 1.1489074 2 6.7601755 -0.038301419 -77 1 10 
	1 
12 -52.996668 0.058930734 1.6542883 2 2.2810022 -0.006067049 -77 1 10 
	1 
5 -67.601569 0.32289129 1.1489074 2 2.2810022 -0.006067049 -70 4 12 
	1 
5 -67.601569 0.32289129 1.1489074 2 6.6745177 -0.037972523 -70 4 12 
12 -10.56361 0.24063223 1.7361338 2 1.7140292 -0.014701604 -70 4 12 
`)
}

// TestHocSaveStateRefused: states of other models, and files that are none.
func TestHocSaveStateRefused(t *testing.T) {
	const begin = "objref s, f\ncreate a\naccess a\ns = new SaveState()\nfinitialize(-65)\ns.save()\n"
	for _, c := range []struct{ src, want string }{
		{"create b\ns.restore()", "that of another model"},
		{"insert hh\ns.restore()", "that of another model"},
		{"nseg = 3\ns.restore()", "that of another model"},
		{"f = new File(\"neuron.dat\")\ns.fread(f)", "is no state that rall has written"},
		{"f = new File(\"cut.dat\")\ns.fread(f)", "cut.dat: unexpected EOF"},
		{"f = new File(\"none.dat\")\ns.fread(f)", "cannot open none.dat"},
		{"f = new File(\"s.dat\")\ns.fwrite(f)\nobjref w\nw = new Vector()\nw.record(&v(.5))\ns.fread(f)", "0 Vectors were recorded"},
	} {
		dir := folder(t, map[string]string{"x.hoc": begin + c.src + "\n", "neuron.dat": "SaveState binary file\n", "cut.dat": "rall SaveState 1\n\x40"})
		var diags diag.List
		if RunHoc([]string{filepath.Join(dir, "x.hoc")}, HocSettings{Write: filepath.Join(dir, "out")}, Settings{}, &diags) == nil || !strings.Contains(diags.Error(), c.want) {
			t.Errorf("%s\n got: %s\nwant: %s", c.src, diags.Error(), c.want)
		}
	}
}
