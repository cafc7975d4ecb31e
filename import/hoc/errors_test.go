package hoc

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/nmodl"
)

// TestErrors runs programs that must fail: each with one error, at its place,
// and in bounded time and memory.
func TestErrors(t *testing.T) {
	cat := builtins(t)
	for _, c := range []struct{ src, code, want string }{
		{"x = fscan()\n", "bad-value", `1:10: .*fscan: no number is left in x\.hoc`},
		{"x = fscan()\n1\n2 y", "syntax", `3:3: .*expected the end of the line`},
		{"x = fscan()\n1\n\nx = q", "unknown-name", `4:5: .*"q" is not defined`},
		{"objref p\np = new ParallelContext()\np.take(\"k\")", "bad-value", `3:2: .*nothing is posted as "k"`},
		{"objref p\np = new ParallelContext()\n{p.post(\"k\", \"a\")\np.take(\"k\")\np.upkscalar()}", "bad-value", `5:2: .*is a string, not a number`},
		{"objref p\np = new ParallelContext()\n{p.submit(\"f\", 1)\np.working()}", "bad-value", `4:2: .*no procedure or function "f"`},
		{"objref p\np = new ParallelContext()\nproc f() { p.submit(\"f\", 1) p.working() }\nf()", "bad-value", `nest more than|stopped after`},
		{"objref p\np = new Pointer(\"q\")", "unknown-name", `2:5: .*"q" is not defined`},
		{"fit_praxis()", "unsupported", `1:11: .*fit_praxis: .*run the program once for each`},
		{"x = y", "unknown-name", `x\.hoc:1:5: .*"y" is not defined`},
		{"{printf(\"%g\", 1)}\nfoo(3)", "unknown-name", `x\.hoc:2:4: .*no procedure or function "foo"`},
		{"create soma\nsoma insert hhh", "unknown-name", `x\.hoc:2:6: .*no mechanism "hhh"(.|\n)*did you mean "hh"`},
		{"create soma\nsoma.gnabar_hh = 3", "unknown-name", `2:16: .*the mechanism hh is not inserted in soma`},
		{"create soma\nsoma insert IClamp", "bad-mechanism", `IClamp is no density mechanism`},
		{"x = L", "bad-value", `1:5: .*there is no section`},
		{"create a[3]\na[3] { L = 2 }", "bad-value", `2:1: .*index 3 of a is outside of 0\.\.2`},
		{"create a, b\nconnect a(0), b(1)\nconnect b(0), a(1)", "bad-tree", `3:1: .*connecting b to a closes a loop`},
		{"create a, b\nconnect a(.5), b(1)", "bad-tree", `only be connected by its end 0 or 1`},
		{"create soma\nsoma.diam(2) = 3", "bad-value", `2:11: .*runs from 0 to 1, not 2`},
		{"create soma\nsoma nseg = 0", "bad-value", `nseg must be positive`},
		{"proc f() { f() }\nf()", "bad-value", `calls nest more than 1000 deep(.|\n)*in f called at`},
		{"func f() { return f() + 1 }\nx = f()", "bad-value", `calls nest more than`},
		{"strdef s\ns = \"execute(s)\"\nexecute(s)", "bad-value", `calls nest|executes itself`},
		{"while (1) {}", "bad-value", `stopped after \d+ statements(.|\n)*loop that does not end`},
		{"for (i = 0; 1; i += 1) x = i", "bad-value", `stopped after`},
		{"for i = 0, 1e18 { }", "bad-value", `stopped after`},
		{"objref w\nw = new Vector(1e12)", "bad-value", `limit of \d+ values`},
		{"objref w\nw = new Vector()\nwhile (1) w.append(w.c, 1)", "bad-value", `limit of \d+ values|stopped`},
		{"create a[1e9]", "bad-value", `a\[1000000000\]|limit`},
		{"create a\nwhile (1) a nseg += 10000", "bad-value", `limit|more than \d+ CVs|stopped`},
		{"create a\na { while (1) pt3dadd(0, 0, 0, 1) }", "bad-value", `more than \d+ CVs and 3-D points|stopped`},
		{"strdef s\ns = \"ab\"\nwhile (1) sprint(s, \"%s%s\", s, s)", "bad-value", `million characters|limit`},
		{"begintemplate T\nobjref a\nproc init() { a = new T() }\nendtemplate T\nobjref u\nu = new T()", "bad-value", `nest more than`},
		{"system(\"rm -rf /\")", "unsupported", `x\.hoc:1:7: .*shell commands are not run`},
		{"objref f\nf = new File(\"/etc/x\")\nf.wopen()", "unsupported", `writing /etc/x is not allowed`},
		{"xopen(\"$(RALL_NO_SUCH_VARIABLE)nowhere.hoc\")", "file-missing", `1:6: .*cannot read \$\(RALL_NO_SUCH_VARIABLE\)nowhere\.hoc`},
		{"load_file(\"\")", "file-missing", `1:10: .*cannot read : it is not there`},
		{"load_file(\"nowhere.hoc\")\nx = y", "unknown-name", `2:5: .*"y" is not defined(.|\n)*hint: .*load_file at \S*x\.hoc:1:10 did not find nowhere\.hoc`},
		{"load_template(\"Nowhere\")\nobjref o\no = new Nowhere()", "unknown-name", `3:5: .*no template or class "Nowhere"(.|\n)*load_template at \S*x\.hoc:1:14 did not find Nowhere`},
		{"objref m\nm = new Import3d_SWC_read()\nm.input(\"nowhere.swc\")", "file-missing", `3:2: .*cannot read nowhere\.swc`},
		{"objref o\no = new Cell()", "unknown-name", `2:5: .*no template or class "Cell"`},
		{"objref o\no.x = 3", "bad-value", `"x" is asked of an objref that refers to no object`},
		{"begintemplate A\nx = 1\nendtemplate A\nobjref a\na = new A()\na.x = 3", "unknown-name", `"x" is no public name of A(.|\n)*add it to the public names`},
		{"begintemplate A\nendtemplate A\nbegintemplate A\nendtemplate A", "duplicate-name", `3:1: .*cannot be redefined`},
		{"begintemplate A\nexternal q\nendtemplate A", "unknown-name", `the top level has no such name`},
		{"begintemplate A\nproc init() { x = q }\nendtemplate A\nq = 1\nobjref a\na = new A()", "unknown-name", `external q`},
		{"x = 1/0", "bad-value", `1:6: .*division by zero`},
		{"x = log(-1)", "bad-value", `log: of -1`},
		{"x = sqrt(-1)", "bad-value", `sqrt: of -1`},
		{"strdef s\nx = s + 1", "bad-value", `2:5: .*expected a number, found the string`},
		{"proc p() { x = $2 }\np(1)", "bad-value", `argument 2 is missing`},
		{"proc p() { x = $s1 }\np(1)", "bad-value", `argument 1 is a number, not a string`},
		{"execute(\"x = = 3\")", "syntax", `x\.hoc:1:8: .*does not parse`},
		{"execute(\"x = nowhere\")", "unknown-name", `x\.hoc:1:8: .*"nowhere" is not defined, in the text "x = nowhere"`},
		{"execerror(\"no\", \"way\")", "bad-value", `gave up: no way`},
		{"finitialize(-65)", "unsupported", `rall run runs a model`},
		{"create soma\nx = v(0:1)", "bad-value", `no value`},
		{"objref w\nw = new Vector(3)\nx = w.x[3]", "bad-value", `no element \[3\]`},
		{"objref w\nw = new Vector(3)\nw.siez()", "unknown-name", `did you mean "size"`},
		{"create soma\nforsec \"so(\" { }", "bad-value", `pattern that makes no sense`},
		{"x = 1 y = 2", "syntax", `x\.hoc:1:7: .*expected the end of the line, found "y"`},
		{"begintemplate A x = 1\nendtemplate A", "syntax", `x\.hoc:1:17: .*expected the end of the line`},
		{"double x[2][3]\nx[1] = 2", "bad-value", `2 dimensions, not 1`},
		{"create soma\nsoma = 3", "bad-value", `cannot be assigned`},
		{"sin = 3", "syntax|bad-value", `sin`},
		{"objref w\nw = new Vector(3)\nw.pow()", "bad-value", `3:2: .*Vector\.pow: argument 1 is missing`},
		{"objref m\nm = new Matrix(3, 3, 2)\nm.c()", "unsupported", `3:2: .*Matrix\.c is not there for a sparse Matrix`},
		{"objref m\nm = new Matrix(3, 3)\nm.sprowlen(1)", "unsupported", `3:2: .*for a sparse Matrix only`},
		{"objref m, w\nm = new Matrix(3, 3, 2)\nw = new Vector(3)\nm.solv(w)", "bad-value", `4:2: .*singular`},
		{"objref m, w\nm = new Matrix(3, 2)\nw = new Vector(3)\nm.mulv(w)", "bad-value", `4:2: .*2 columns and 3 elements`},
		{"objref m\nm = new Matrix(3, 2)\nm.inverse()", "bad-value", `3:2: .*3 rows and 2 columns`},
		{"objref w\nw = new Vector(3)\nhoc_sf_.alias(w, \"x\", w)", "bad-value", `3:8: .*alias: argument 1 is no object of a template`},
		{"objref b\nb = new CellBuild(1)\nobject_push(b)\nversion(6)", "bad-value", `CellBuild newer than 5\.7: 6`},
		{"objref b\nb = new NetGUI(1)\nobject_push(b)\noriginal_type(\"Pyr\")", "bad-value", `cell type Pyr`},
		{"create a, b\nobjref r\na r = new SectionRef()\nr.unname()\nr.unname()", "bad-value", `5:2: .*SectionRef\.unname: the section has no name`},
		{"create a\nobjref r\na r = new SectionRef()\nr.unname()\nr.rename(\"sin\")", "bad-value", `5:2: .*SectionRef\.rename: sin means something else already`},
		{"objref b\nload_file(\"chanbild.hoc\")\nb = new ChannelBuild(1)", "unsupported", `3:5: .*ChannelBuild(.|\n)*\.mod`},
		{"objref b\nobject_push(b)", "bad-value", `2:12: .*object_push: argument 1 is NULLobject`},
		{"object_pop()", "bad-value", `1:11: .*object_pop: no object has been pushed`},
		{"objref m\nm = new Matrix(2, 2)\nm.set(1, 2, -2, 1)\nm.symmeig(m.c)", "bad-value", `4:2: .*real for a symmetric Matrix`},
		{"objref m\nm = new Matrix(2, 2)\nm.x[0][0] = log10(1e300)*1e308\nm.svd()", "bad-value", `4:2: .*not finite`},
		{"objref m\nm = new Matrix(500, 500)\nm.pow(100)", "bad-value", `3:2: .*Matrix\.pow: too much work`},
		{"objref m\nm = new Matrix(30, 30)\nm.muls(0).x[0][0] = 1e300\nm.exp()", "bad-value", `4:2: .*Matrix\.exp: too much work`},
		{"objref w\nw = new Vector(20000)\nw.medfltr(10000)", "bad-value", `3:2: .*Vector\.medfltr: too much work`},
		{"objref w\nw = new Vector(40000, 20000)\nw.c.trigavg(w, w, 10000, 10000)", "bad-value", `3:4: .*Vector\.trigavg: too much work`},
		{"objref w, l\nl = new List()\nwhile (1) { w = new Vector(50000, 1)  w.resize(1)  l.append(w) }", "bad-value", `limit of \d+ values`},
		{"objref w\nw = new Vector(3)\nw.reduce(\"nowhere\")", "bad-value", `3:2: .*no function "nowhere"`},
		{"objref w\nw = new Vector()\nx = w.scale(0, 1)", "bad-value", `3:6: .*Vector\.scale: an empty Vector`},
		{"objref w\nw = new Vector(3)\nw.fit(w.c, \"exp3\", w, &t)", "bad-value", `3:2: .*no function "exp3"`},
		{"objref w\nw = new Vector(3)\nw.fit(w.c, \"exp2\", w, &t)", "bad-value", `3:2: .*has 4 parameters, not 1`},
		{"func f() { return $1 + sin(1e9*$2) }\nobjref w\nw = new Vector(100)\nw.indgen()\nwhile (1) w.fit(w.c, \"f\", w, &t)", "bad-value", `Vector\.fit: too much work|stopped after 100000 statements`},
		{"objref w\nw = new Vector(3)\nw.index(w, w.c).deriv()\nw.copy(w.c, 2, 1, 0)", "bad-value", `4:2: .*lies before the start`},
		{"objref w\nw = new Vector(3)\nw.sumgauss(0, 1e9, 1, 1)", "bad-value", `3:2: .*points|limit`},
		{"objref w\nw = new Vector(3)\nw.psth(w.c, 1, 1, 1)", "bad-value", `3:2: .*asked for`},
		{"objref w, f\nw = new Vector(3)\nf = new File(\"a\")\nw.vread(f)", "bad-value", `4:2: .*a is not open for reading`},
		{"objref w\nw = new Vector(3)\nw.from_double(4, &w.x[0])", "bad-value", `3:2: .*4 numbers from where there are 3`},
		{"proc p() { x = $&1[2] }\np(&t)", "bad-value", `1:1\d: .*index 2 behind a pointer to 1 numbers`},
		{"create s\nx = nernst(\"v\")", "bad-value", `2:11: .*"v" is no reversal potential`},
		{"x = ion_register(\"ca\", 1)", "bad-value", `1:17: .*ca_ion is there with the charge 2`},
		{"setSpineArea(2)", "unsupported", `1:13: .*setSpineArea`},
		{"load_proc(\"nowhere\")\nnowhere()", "unknown-name", `2:8: .*no procedure or function "nowhere"(.|\n)*load_proc at \S*x\.hoc:1:10 did not find nowhere`},
		{"keep_nseg_parm(0)", "unsupported", `keep_nseg_parm`},
		{"objref f\nf = new File(\"a\")\nx = f.eof()", "bad-value", `3:6: .*File\.eof: a is not open`},
		{"objref f\nf = new File(\"a\")\nx = f.scanvar()", "bad-value", `3:6: .*File\.scanvar: a is not open`},
		{"objref f, w\nf = new File(\"a\")\nf.ropen()\nw = new Vector()\nw.scanf(f)", "bad-value", `5:2: .*Vector\.scanf: a is not open`},
		{"objref f, w\nf = new File(\"a\")\nf.ropen()\nw = new Vector()\nw.scantil(f, 1)", "bad-value", `5:2: .*Vector\.scantil: a is not open`},
		{"objref f, m\nf = new File(\"a\")\nf.ropen()\nm = new Matrix()\nm.scanf(f)", "bad-value", `5:2: .*Matrix\.scanf: a is not open`},
		{"hoc_stdout(\"out\")", "unsupported", `1:11: .*writing out is not allowed`},
		{"iterator it() { iterator_statement }\nit()", "bad-value", `outside of an iterator`},
	} {
		var out bytes.Buffer
		var l diag.List
		in := New(Options{Mechs: cat, Out: &out, Steps: 100_000, Cells: 300_000}, &l)
		start := time.Now()
		in.Run("x.hoc", []byte(c.src+"\n"))
		if d := time.Since(start); d > 20*time.Second {
			t.Errorf("%q took %v", c.src, d)
		}
		if n := l.Count(diag.Error); n != 1 {
			t.Errorf("%q: %d errors\n%s", c.src, n, l.Error())
			continue
		}
		for _, d := range l.All() {
			if d.Severity != diag.Error {
				continue
			}
			if !strings.Contains("|"+c.code+"|", "|"+string(d.Code)+"|") || !regexp.MustCompile(c.want).MatchString(d.Error()) {
				t.Errorf("%q:\n got %s\nwant %s: %s", c.src, d.Error(), c.code, c.want)
			}
		}
	}
}

// TestMake makes objects of templates from Go.
func TestMake(t *testing.T) {
	src := "begintemplate C\npublic s\ncreate s\nstrdef n\nproc init() { s.L = $1  n = $s2 }\nendtemplate C\n"
	var l diag.List
	in := New(Options{}, &l)
	in.Run("x.hoc", []byte(src))
	c := in.Cell(in.Make("C", 33.0, "abc"))
	if c == nil {
		t.Fatal(l.Error())
	}
	if len(c.Sections) != 1 || c.Sections[0].Length() != 33 || c.Names[0] != "s" {
		t.Errorf("%v", c)
	}
	if in.Make("D") != nil || !strings.Contains(l.Error(), `no template "D"`) {
		t.Error(l.Error())
	}
}

// TestNames names the sections of a cell: each has a name of its own, whatever
// the program calls them.
func TestNames(t *testing.T) {
	for _, c := range []struct{ src, want string }{
		{"create a, b[2]", "a b_0 b_1"},
		{"create b[2], b_0, b_0_2", "b_0 b_1 b_0_2 b_0_2_2"},
		{"create a, b[2]\nobjref s\nb[0] s = new SectionRef()\ns.unname()\nb[1] s = new SectionRef()\ns.unname()", "a unnamed_1 unnamed_2"},
		{"create unnamed_1, b\nobjref s\nb s = new SectionRef()\ns.unname()", "unnamed_1 unnamed_1_2"},
		{"begintemplate C\npublic s\ncreate s\nendtemplate C\nobjref c[3]\nfor i = 0, 2 c[i] = new C()\ncreate s", "s C_1_s C_2_s s_2"},
	} {
		var l diag.List
		in := New(Options{}, &l)
		in.Run("x.hoc", []byte(c.src))
		cell := in.Cell(nil)
		if cell == nil {
			t.Fatal(l.Error())
		}
		if got := strings.Join(cell.Names, " "); got != c.want {
			t.Errorf("%q: %s, want %s", c.src, got, c.want)
		}
	}
}

func FuzzProgram(f *testing.F) {
	cat := builtins(f)
	for _, s := range []string{
		"create soma, dend[2]\nconnect dend[0](0), soma(1)\nforall { nseg = 3 insert hh print secname() }\ndend[1] delete_section()\n",
		"objref w, l, r\nw = new Vector(3)\nw.indgen(0, 9, 2)\nl = new List()\nl.append(w)\nprint l.o(0).x[1]\nr = new Random(1)\nr.uniform(0, 1)\n",
		"strdef s\nsprint(s, \"%5.2f|%s|%d\", 3, \"a\", 7)\nx = sscanf(s, \"%g|%s\", &y, s)\nexecute(\"x = 3\")\n",
		"begintemplate A\npublic s, f\ncreate s\nobjref this\nproc init() { s L = 3 }\nfunc f() { return $1 }\nendtemplate A\nobjref a\na = new A()\nx = a.f(2) a.s nseg = 5\n",
		"create a\na { pt3dadd(0,0,0,1) pt3dadd(1,0,0,2) nseg = 3 diam(0:1) = 1:2 L = 7 define_shape() distance() x = distance(1) }\n",
		"objref sr, sl\ncreate a, b\nconnect b(1), a(.5)\na sr = new SectionRef()\nsl = new SectionList()\na sl.wholetree()\nforsec sl print area(.5), ri(.5)\nsr.child[0] disconnect()\n",
		"objref w, u, m\nw = new Vector(9)\nw.indgen(1, .5)\nu = w.c.fft(1)\nu.smhist(w, 0, 5, 1, 2)\nu.medfltr(w, 2)\nu.psth(w, 1, 1, 2)\nw.fit(u, \"exp1\", w.c, &x, &y)\nu.convlv(w, w.c, -1)\nu.copy(w, 1, 2, 4, 2, 1)\nw.rotate(-3, 0)\n",
		"objref m, a, b, w\nm = new Matrix(3, 3)\nm.ident().setrow(1, 2)\na = m.exp()\nb = new Matrix(4, 2, 2)\nb.x[1][1] = 3\nw = m.symmeig(a)\nw = m.svd(a, b)\nm.solv(w, 1)\nm.bcopy(0, 1, 2, 2, 1, 1, a)\nb.setdiag(-1, w)\nm.inverse(a).pow(3)\n",
		"double a[4]\nproc p() { $&1[2] = $&1[1] }\np(&a[1])\nobjref w, f\nw = new Vector()\nw.from_double(3, &a[1])\nf = new File()\nf.vread(2, &a[0])\nx = nernst(\"ena\") + erf(2) + ghk(1, 2, 3, 1)\nion_register(\"x\", 1)\nhoc_stdout(\"q\")\n",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		var l diag.List
		in := New(Options{Mechs: cat, Steps: 2000, Cells: 20000, Dir: t.TempDir()}, &l)
		ok := in.Run("x.hoc", src)
		if ok == l.HasErrors() {
			t.Fatalf("ok is %v, errors: %v", ok, l.Error())
		}
		if ok {
			in.Cell(nil)
		}
	})
}

// TestWrites lets programs write below their folder, and nowhere else.
func TestWrites(t *testing.T) {
	dir := t.TempDir()
	out, model := filepath.Join(dir, "out"), t.TempDir() // the program's own folder has a folder sub
	if err := errors.Join(os.Mkdir(out, 0o777), os.Mkdir(filepath.Join(model, "sub"), 0o777), os.Symlink(dir, filepath.Join(out, "link"))); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"x": "", "sub/x": "", filepath.Join(out, "abs"): "", "sub/../y": "",
		"../x": "not allowed", "sub/../../x": "not allowed", filepath.Join(dir, "x"): "not allowed", out + "/../x": "not allowed",
		"link/x": "a link leads out of", "link/sub/x": "a link leads out of",
	} {
		for _, src := range []string{"objref f\nf = new File(\"%s\")\nf.wopen()\nf.printf(\"a\")\n", "objref f\nf = new File()\nf.aopen(\"%s\")\nf.printf(\"a\")\n", "\n\nwopen(\"%s\")\nfprint(\"a\")\n"} {
			var l diag.List
			in := New(Options{Dir: model, Write: out}, &l)
			ok := in.Run("x.hoc", fmt.Appendf(nil, src, name))
			in.Close()
			if ok != (want == "") || !ok && !regexp.MustCompile(`^x\.hoc:3:\d+: (.|\n)*`+want).MatchString(l.Error()) {
				t.Errorf("%s: %q", name, l.Error())
			}
		}
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "*")); len(left) != 1 {
		t.Errorf("written outside: %v", left)
	}
}

// TestReadsBack reads what the program itself has written, and not what lies
// beside it under that name.
func TestReadsBack(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "x"), []byte("5"), 0o666); err != nil {
		t.Fatal(err)
	}
	var l diag.List
	var out bytes.Buffer
	in := New(Options{Dir: dir, Write: filepath.Join(dir, "out"), Out: &out}, &l)
	src := "{ropen(\"x\")}\nprint fscan()\n{wopen(\"x\") fprint(\"7\") wopen()}\n{ropen(\"x\")}\nprint fscan()\n"
	if !in.Run("x.hoc", []byte(src)) || !in.Close() {
		t.Fatal(l.Error())
	}
	if got := out.String(); got != "5 \n7 \n" {
		t.Errorf("%q", got)
	}
}

// TestLost lists what a cell's description does not hold.
func TestLost(t *testing.T) {
	cat := builtins(t)
	var l diag.List
	def := nmodl.Compile("arr.mod", []byte("NEURON { SUFFIX arr RANGE g }\nPARAMETER { g[3] }\n"), nil, &l)
	if def == nil {
		t.Fatal(l.Error())
	}
	cat.Add(def)
	for src, want := range map[string]string{
		"g_arr[1] = 3\n": "",
		"objref w, u\nw = new Vector(2)\nu = new Vector(2)\nu.indgen()\ns w.play(&v(.5), u)\n": "x.hoc:8:4: warning.*a Vector that is played",
		"objref w\nw = new Vector(2)\nw.play(\"x = $1\", 1)\n":                                 "x.hoc:6:2: warning.*a statement that a Vector plays",
		"objref w\nw = new Vector()\nw.record(&v(.5))\n":                                       "x.hoc:6:2: warning.*a Vector that records",
		"objref w, n, nil\nw = new Vector()\nn = new NetCon(&v(.5), nil)\nn.record(w)\n":       "x.hoc:6:5: warning.*a NetCon that records from s",
		"objref cv\ncv = new CVode()\ncv.event(5, \"x = 1\")\n":                                "x.hoc:6:3: warning.*a statement that CVode.event executes",
		"objref a, w\na = new APCount(.5)\nw = new Vector()\na.record(w)\n":                    "x.hoc:7:2: warning.*a Vector into which an APCount records",
		"objref r\nr = new Random()\nr.play(&s.cm(.5))\n":                                      "x.hoc:6:2: warning.*a Random that is played",
		"": "",
	} {
		l = diag.List{}
		in := New(Options{Mechs: cat}, &l)
		in.Run("x.hoc", []byte("create s\naccess s\ns { insert arr nseg = 3 }\n"+src))
		c := in.Cell(nil)
		if c == nil {
			t.Fatal(l.Error())
		}
		if len(c.Lost) != len(regexp.MustCompile("^.").FindAllString(want, 1)) || want != "" && !regexp.MustCompile(want).MatchString(c.Lost[0].Error()) {
			t.Errorf("%q: %v", src, c.Lost)
		}
	}
}

// TestTypes imports a morphology of types with a wide gap.
func TestTypes(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "m.swc"), []byte("1 1 0 0 0 5 -1\n2 1 0 5 0 5 1\n3 1000000000000 0 20 0 1 2\n4 1000000000000 0 40 0 1 3\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	var l diag.List
	in := New(Options{Dir: dir}, &l)
	start := time.Now()
	if !in.Run("x.hoc", []byte("objref r, g, n\nr = new Import3d_SWC_read()\nr.input(\"m.swc\")\ng = new Import3d_GUI(r, 0)\ng.instantiate(n)\n")) {
		t.Fatal(l.Error())
	}
	if n := len(in.Tree.Sections()); n != 2 || time.Since(start) > 20*time.Second {
		t.Errorf("%d sections after %v", n, time.Since(start))
	}
}

// TestMemory makes and forgets more than the limit allows at once.
func TestMemory(t *testing.T) {
	for _, src := range []string{
		"objref w\nfor i = 1, 1000 w = new Vector(1000)\n",
		"objref w, u\nw = new Vector(1000)\nfor i = 1, 1000 u = w.c()\n",
		"objref w\nw = new Vector()\nfor i = 1, 1000 { w.resize(0) w.indgen(0, 999, 1) }\n",
		"objref m\nfor i = 1, 1000 { m = new Matrix(30, 30) }\n",
		"strdef s\nfor i = 1, 1000 { sprint(s, \"%1000d\", i) s = \"\" }\n",
		"begintemplate T\nobjref w\ncreate a[10]\nproc init() { w = new Vector(1000) }\nendtemplate T\nobjref o\nfor i = 1, 1000 o = new T()\n",
		"objref l, w\nl = new List()\nfor i = 1, 1000 { l.append(new Vector(1000)) l.remove(0) }\n",
		"objref l\nl = new List()\nfor i = 1, 9000 l.append(l)\nfor i = 1, 9000 l.remove(0)\nfor i = 1, 9000 l.prepend(l)\n",
	} {
		var l diag.List
		in := New(Options{Cells: 20_000}, &l)
		if !in.Run("x.hoc", []byte(src)) {
			t.Errorf("%s%s", src, l.Error())
		}
		if in.cells < 0 || in.cells > 20_000 {
			t.Errorf("%s%d values", src, in.cells)
		}
	}
}

// TestQueue: what goes through a List of 100,000 from its front, within the limit
// of statements.
func TestQueue(t *testing.T) {
	var l diag.List
	in := New(Options{}, &l)
	if !in.Run("x.hoc", []byte("objref q, w\nq = new List()\nw = new Vector()\nfor i = 1, 100000 q.append(w)\nwhile (q.count) q.remove(0)\n")) || in.steps > 6_000_000 {
		t.Errorf("%d statements, %s", in.steps, l.Error())
	}
}

// TestFormats: formats that NEURON refuses, too.
func TestFormats(t *testing.T) {
	for src, want := range map[string]string{
		`sscanf("7", "%hd", &x)`:  "conversion %h is not known",
		`sscanf("7", "%lld", &x)`: "conversion %l is not known",
		`w.printf("%d ")`:         "does not suit",
		`w.printf("%s ")`:         "does not suit",
		`w.printf("a%")`:          "does not suit",
		`w.printf("%*g")`:         "does not suit",
		`w.printf("%g %g")`:       "more than one number",
	} {
		var l diag.List
		in := New(Options{}, &l)
		in.Run("x.hoc", []byte("x = 0\nobjref w\nw = new Vector(2)\n"+src+"\n"))
		if got := l.Error(); !regexp.MustCompile("x.hoc:4:.*" + want).MatchString(got) {
			t.Errorf("%s: %s", src, got)
		}
	}
}

// TestConversions: what NEURON 9.0.2 prints.
func TestConversions(t *testing.T) {
	var l diag.List
	var out strings.Builder
	in := New(Options{Out: &out}, &l)
	in.Run("x.hoc", []byte(`print name_declared(""), name_declared("while"), name_declared("edit"), name_declared("PI"), name_declared("localobj")
x = 77
for k = 0, 6 {
	n = k
	if (k == 0) n = sscanf("0x1p3", "%f", &x)
	if (k == 1) n = sscanf("0x", "%f", &x)
	if (k == 2) n = sscanf("0x.8p-1z", "%lf", &x)
	if (k == 3) n = sscanf("-0X1f.8P+2", "%g", &x)
	if (k == 4) n = sscanf("0x1p", "%f", &x)
	if (k == 5) n = sscanf("0xg", "%f", &x)
	if (k == 6) n = sscanf("1e", "%f", &x)
	print n, x
}
objref w
w = new Vector()
{ w.append(1, 2.7) }
{ w.printf("%%g %8.3f|%%") }
printf("\n%hd %hhd %hx %ld %lx\n", 70001, 70001, 70001, -3e9, -3e9)
`))
	want := "1 1 0 5 1 \n1 8 \n0 8 \n1 0.25 \n1 -126 \n1 1 \n0 1 \n1 1 \n%g    1.000|%%g    2.700|%\n4465 113 1171 -3000000000 ffffffff4d2fa200\n\t44 \n"
	if out.String() != want {
		t.Errorf("got\n%s\nwant\n%s%s", out.String(), want, l.Error())
	}
}
