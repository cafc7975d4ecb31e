package rall

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/rallsim/rall/ir/diag"
)

// miscMod has functions and variables for programs, and makes no mechanism.
const miscMod = `NEURON { SUFFIX nothing GLOBAL scale, last, hist }
PARAMETER { scale = 2 other = 7 }
ASSIGNED { last hist[3] }
LOCAL count
FUNCTION gauss2(x, s) { LOCAL z z = x/s gauss2 = scale*exp(-z*z/2) last = gauss2 count = count + 1 }
FUNCTION calls() { calls = count }
FUNCTION fact(n) { if (n <= 1) { fact = 1 } else { fact = n*fact(n-1) } }
PROCEDURE put(i, x) { hist[i] = x }
FUNCTION warm() { warm = celsius + 1 }
FUNCTION tab(x) { TABLE DEPEND scale FROM 0 TO 10 WITH 10 tab = scale*x*x }
FUNCTION engine() {
VERBATIM
  _lengine = (double)nrn_threads->_t;
ENDVERBATIM
}
`

// TestHocLibrary: functions and variables of a file of SUFFIX nothing, by their
// bare names. What NEURON 9.0.2 prints.
func TestHocLibrary(t *testing.T) {
	hocPrints(t, map[string]string{"misc": miscMod}, `print gauss2(1,2), last, scale, other
scale = 3
print gauss2(1,2), last, calls()
print fact(5), fact(0)
print put(1, 4.5), hist[0], hist[1], hist[2]
hist[2] = 7
celsius = 20
print warm(), hist[2]
print tab(2.5), tab(20)
scale = 1
print tab(2.5)
begintemplate T
public f
func f() { scale = 9 return gauss2($1, 1) + scale }
endtemplate T
objref o
o = new T()
print o.f(0), scale
other = 3
print other
`, `1.7649938 1.7649938 2 7 
2.6474907 2.6474907 2 
120 1 
1 0 4.5 0 
21 7 
19.5 300 
6.5 
18 9 
3 
`)
}

// TestHocExternal: a mechanism that reads the GLOBALs of another one, which the
// program changes between steps. What NEURON 9.0.2 prints.
func TestHocExternal(t *testing.T) {
	mods := map[string]string{"owner": `NEURON { SUFFIX owner NONSPECIFIC_CURRENT i GLOBAL gain, asg RANGE g }
PARAMETER { gain = 2 g = 0.0001 e = -60 plain = 4 }
ASSIGNED { v i asg }
BREAKPOINT { i = g*(v - e)*gain }
`, "reader": `NEURON { SUFFIX reader NONSPECIFIC_CURRENT i EXTERNAL gain_owner, plain_owner, asg_owner RANGE g, seen }
PARAMETER { g = 0.0001 e = -50 }
ASSIGNED { v i seen }
INITIAL { seen = gain_owner }
BREAKPOINT { seen = gain_owner + 10*plain_owner + 100*asg_owner i = g*(v - e)*gain_owner }
`}
	hocPrints(t, mods, `create s
access s
L = 20
diam = 20
insert owner
insert reader
{ finitialize(-65) }
print seen_reader
for k=0,2 fadvance()
print seen_reader, v
gain_owner = 5
asg_owner = 3
for k=0,2 fadvance()
print seen_reader, v
`, "42 \n42 -64.705901 \n345 -64.012894 \n")
}

// TestHocTwoVectors: a reader of times and weights, both given by one call; what
// they hold counts when a run begins. What NEURON 9.0.2 prints.
func TestHocTwoVectors(t *testing.T) {
	hocPrints(t, map[string]string{"vw": `NEURON { ARTIFICIAL_CELL VW
 RANGE count, weight, total
 POINTER times, amounts }
ASSIGNED { index following weight total count times amounts }
INITIAL { index = 0 count = 0 total = 0 advance() if (index > 0) { net_send(following - t, 1) } }
NET_RECEIVE (w) {
 if (flag == 1) { count = count + 1 total = total + weight if (weight > 0) { net_event(t) }
  advance() if (index > 0) { net_send(following - t, 1) } }
}
PROCEDURE advance() {
VERBATIM
 void* tv = *((void**)(&_p_times)); void* wv = *((void**)(&_p_amounts)); int i = (int)index;
 if (i >= 0 && tv && wv && i < vector_capacity((IvocVect*)tv)) {
  following = vector_vec((IvocVect*)tv)[i];
  weight = i < vector_capacity((IvocVect*)wv) ? vector_vec((IvocVect*)wv)[i] : 0.;
  index += 1.;
 } else { index = -1.; }
ENDVERBATIM
}
PROCEDURE play() {
VERBATIM
 void** pt = (void**)(&_p_times); void** pw = (void**)(&_p_amounts);
 *pt = NULL; *pw = NULL;
 if (ifarg(1)) { *pt = vector_arg(1); }
 if (ifarg(2)) { *pw = vector_arg(2); }
ENDVERBATIM
}
`}, `load_file("stdrun.hoc")
create s
access s
objref c, nc, sp, tv, wv, nil
{ c = new VW()
tv = new Vector(4)
wv = new Vector(4)
tv.indgen(1, 2)
wv.indgen(-1, .75)
sp = new Vector()
nc = new NetCon(c, nil)
nc.record(sp)
c.play(tv, wv)
tstop = 6
run() }
print c.count, c.total, sp.size(), sp.x[0]
{ wv.x[0] = 5
run() }
print c.count, c.total, sp.size(), sp.x[0]
{ c.play(tv)
run() }
print c.count, c.total
`, "\t1 \n3 -0.75 1 5 \n3 5.25 2 1 \n0 0 \n")
}

// TestHocStandardObjects: what files of NEURON's library declare is there for
// programs that do not, and their objects count when they are loaded. What
// NEURON 9.0.2 prints.
func TestHocStandardObjects(t *testing.T) {
	hocPrints(t, nil, `objref before, a, b, c, d, nc
before = new List()
{load_file("nrngui.hoc") load_file("stdrun.hoc") load_file("import3d.hoc")}
begintemplate Cell
public soma, syn
create soma
objref syn
proc init() { create soma  soma syn = new ExpSyn(.5) }
endtemplate Cell
a = new List()
b = new Vector()
c = new StringFunctions()
print before, a, b, c
graphList[0].append(b)
print graphList[0].count(), temp_string_, object_id(graphItem) == 0
a = new Cell()
d = new Cell()
a.soma nc = new NetCon(&v(.5), d.syn)
print nc.precell, nc.postcell
d = new NetStim()
nc = new NetCon(d, a.syn)
print nc.precell, nc.postcell
create soma
soma nc = new NetCon(&v(.5), nil)
print nc.precell, nc.postcell
tobj = a
print tobj, nc.syn
`, `List[0] List[9] Vector[3] StringFunctions[2] 
	1 
1 t1 
Cell[0] Cell[1] 
NULLobject Cell[0] 
NULLobject NULLobject 
Cell[0] NULLobject 
`)
}

// TestHocInterface: what calls of the graphical interface return where there
// is none, shown when they are statements. What NEURON 9.0.2 prints.
func TestHocInterface(t *testing.T) {
	hocPrints(t, nil, `load_file("nrngui.hoc")
create soma
access soma
{insert hh L=20 diam=20}
objref st, g, vb, sh, pp, d
st = new IClamp(.5)
{st.del=1 st.dur=.5 st.amp=2}
g = new Graph()
g.size(0,5,-80,40)
g.addvar("v(.5)", 2, 1)
graphList[0].append(g)
xpanel("Params")
xvalue("amp", "st.amp", 1, "", 1, 1)
xbutton("Run", "run()")
xpanel(100, 100)
vb = new VBox()
vb.intercept(1)
{xpanel("") xlabel("hi") xpanel()}
vb.intercept(0)
vb.map("x", 1,2,3,4)
sh = new Shape()
sh.show(0)
d = new Deck()
g.exec_menu("View = plot")
g.label(.5,.5,"x")
g.begin()
g.line(1,2)
g.flush()
nrncontrolmenu()
nrnmainmenu()
run()
print t, v(.5)
forall { print secname() }
proc plotit() { localobj x, y
  x = new Vector() x.indgen(0,1,.1)
  y = x.c.mul(2)
  y.plot(g, x)
  y.line(g, x)
  y.mark(g, x)
  y.plot(g)
  print y.sum
}
plotit()
st.amp = 3
doNotify()
doEvents()
run()
print v(.5)
`, `	1 
	0 
	1 
	1 
	0 
	0 
	0 
	0 
	1 
	0 
	1 
	1 
	0 
	1 
	1 
	1 
	1 
5 -76.082626 
soma
11 
	1 
	1 
-76.058628 
`)
}

// TestHocNotCompiled: what a file that does not compile would have brought is
// missed with the reason.
func TestHocNotCompiled(t *testing.T) {
	bad := "NEURON { SUFFIX nothing }\nFUNCTION fac(n) { fac = nosuch*n }\n"
	badHH := "NEURON { SUFFIX hh RANGE g }\nPARAMETER { g = 1 }\nBREAKPOINT { g = nosuch }\n"
	badDense := "NEURON { SUFFIX dense RANGE g }\nPARAMETER { g = 1 }\nBREAKPOINT { g = nosuch }\n"
	inC := `NEURON { SUFFIX nothing }
VERBATIM
static double twice(void* vv) {
  int i, n; double* x;
  n = vector_instance_px(vv, &x);
  for (i = 0; i < n; i++) x[i] *= 2;
  return n;
}
ENDVERBATIM
PROCEDURE install() {
VERBATIM
  install_vector_method("twice", twice);
ENDVERBATIM
}
`
	toDiam := "NEURON { SUFFIX writes POINTER other }\nASSIGNED { other }\nINITIAL { other = 3 }\n"
	for _, one := range []struct {
		mods          map[string]string
		program, want string
	}{
		{map[string]string{"misc": bad}, "print fac(3)\n", `x.hoc:1:10: error.*no procedure or function "fac".*not compiled: .*misc.mod:2:\d+ \(.*nosuch.*\)`},
		{map[string]string{"misc": bad}, "x = fac + 1\n", `x.hoc:1:5: error.*"fac" is not defined.*misc.mod:2`},
		{map[string]string{"a": badDense, "b": bad}, "create s\ns { insert dense }\n", `x.hoc:2:.*"dense" does not compile.*a.mod:3:.*nosuch`},
		{map[string]string{"a": badDense}, "create s\nprint s.g_dense\n", `x.hoc:2:.*no range variable "g_dense".*a.mod:3:.*nosuch`},
		{map[string]string{"hh": badHH}, "create s\ns { insert hh }\n", `hh.mod:3:.*warning.*built-in "hh" serves instead of .*hh.mod, which does not compile: .*nosuch`},
		{map[string]string{"more": inC}, "objref w\nw = new Vector(3)\ninstall()\nw.fill(2)\nw.twice()\n", `x.hoc:5:2: error.*Vector.twice is written in C, in line 12 of .*more.mod`},
		{map[string]string{"writes": toDiam}, "create s\naccess s\ninsert writes\nsetpointer other_writes(0.5), diam(0.5)\nfinitialize(-65)\n",
			`x.hoc:4:1: error.*POINTER other: mechanism "writes" changes it, and a diameter stays`},
		{map[string]string{"a": bad, "b": bad, "c": bad, "d": bad, "e": bad}, "fac(3)\n", `c.mod:2:.*, and 2 files more`},
	} {
		dir := t.TempDir()
		if err := os.Mkdir(filepath.Join(dir, "mod"), 0o777); err != nil {
			t.Fatal(err)
		}
		for name, text := range one.mods {
			if err := os.WriteFile(filepath.Join(dir, "mod", name+".mod"), []byte(text), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		file := filepath.Join(dir, "x.hoc")
		if err := os.WriteFile(file, []byte(one.program), 0o666); err != nil {
			t.Fatal(err)
		}
		var diags diag.List
		RunHoc([]string{file}, HocSettings{}, Settings{}, &diags)
		got := ""
		for _, d := range diags.All() {
			got += d.Error() + "\n"
		}
		if !regexp.MustCompile("(?s)" + one.want).MatchString(got) {
			t.Errorf("%s\n got: %s\nwant: %s", one.program, got, one.want)
		}
	}
}

// TestHocElements: an index outside of a mechanism's array ends the program.
func TestHocElements(t *testing.T) {
	mod := "NEURON { POINT_PROCESS Arr RANGE arr }\nASSIGNED { arr[4] }\nFUNCTION idx(i) { idx = arr[i] }\nPROCEDURE seti(i, x) { arr[i] = x }\n"
	begin := "create s\naccess s\nobjref a\na = new Arr(.5)\n{ a.seti(3, 5) }\nprint a.idx(3), a.idx(3.7), a.idx(-.5)\n"
	hocPrints(t, map[string]string{"arr": mod}, begin, "5 5 0 \n")
	for _, call := range []string{"a.idx(7)", "a.idx(4)", "a.idx(-1)", "a.seti(9, 1)"} {
		dir := t.TempDir()
		for name, text := range map[string]string{"arr.mod": mod, "x.hoc": begin + call + "\n"} {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		var diags diag.List
		RunHoc([]string{filepath.Join(dir, "x.hoc")}, HocSettings{Mods: []string{dir}}, Settings{}, &diags)
		if got := diags.Error(); !regexp.MustCompile(`x.hoc:7:.*arr.mod:[34]:.*index -?\d of arr is outside of 0..3`).MatchString(got) {
			t.Errorf("%s: %s", call, got)
		}
	}
}

// TestHocConditions: what of a run an imported cell's spec has.
func TestHocConditions(t *testing.T) {
	file := filepath.Join(t.TempDir(), "x.hoc")
	for program, want := range map[string]string{
		"dt = 0.1\ntstop = 70\nsecondorder = 2\n": "70 0.1 2",
		"tstop = 5\n": "5 0.025 0",
		"":            "500 0.025 0",
	} {
		if err := os.WriteFile(file, []byte("create s\naccess s\n"+program), 0o666); err != nil {
			t.Fatal(err)
		}
		var diags diag.List
		p := LoadCell([]string{file}, HocSettings{}, Settings{}, &diags)
		if p == nil {
			t.Fatal(diags.Error())
		}
		c := p.Model.Conditions
		if got := fmt.Sprint(c.Duration, c.Dt, c.SecondOrder); got != want {
			t.Errorf("%s%s, want %s", program, got, want)
		}
	}
}
