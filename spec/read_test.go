package spec

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/rallsim/rall/ir/diag"
)

// show prints a tree with the places of keys and values.
func show(n *Node) string {
	at := func(p diag.Pos) string { return fmt.Sprintf("@%d:%d", p.Line, p.Col) }
	switch n.Kind {
	case Array:
		var s []string
		for _, it := range n.Items {
			s = append(s, show(it))
		}
		return "[" + strings.Join(s, " ") + "]" + at(n.Pos)
	case Object:
		var s []string
		for _, m := range n.Keys {
			s = append(s, m.Key+at(m.Pos)+":"+show(m.Val))
		}
		return "{" + strings.Join(s, " ") + "}" + at(n.Pos)
	case Str:
		return "'" + n.Str + "'" + at(n.Pos)
	case Num:
		return fmt.Sprint(n.Num) + at(n.Pos)
	case Bool:
		return fmt.Sprint(n.Bool) + at(n.Pos)
	}
	return "null" + at(n.Pos)
}

func TestPlaces(t *testing.T) {
	for _, c := range []struct {
		read      func(string, []byte, *diag.List) *Node
		src, want string
	}{
		{readJSON, "{\"b\": [1, -2.5e3],\n \"a\": {\"ü\": \"x\\u00e9\\n\", \"z\": null}}", "{b@1:2:[1@1:8 -2500@1:11]@1:7 a@2:2:{ü@2:8:'xé\n'@2:13 z@2:26:null@2:31}@2:7}@1:1"},
		{readJSON, "[true, Infinity, -Infinity]", "[true@1:2 +Inf@1:8 -Inf@1:18]@1:1"},
		{readJSON, "\xef\xbb\xbf{}", "{}@1:1"},
		{readJSON, `"\ud83d\ude00\/"`, "'😀/'@1:1"},
		{readYAML, "b: [1, -2.5e3]\na:\n  x: 'y'\n  z:\n", "{b@1:1:[1@1:5 -2500@1:8]@1:4 a@2:1:{x@3:3:'y'@3:6 z@4:3:null@4:6}@3:3}@1:1"},
		{readYAML, "a: 1e3\nb: 1e-3\nc: .5\nd: '1e3'\ne: yes\nf: true\ng: .inf\nh: 5.\ni: +3\nj: 1_000\n", "{a@1:1:1000@1:4 b@2:1:0.001@2:4 c@3:1:0.5@3:4 d@4:1:'1e3'@4:4 e@5:1:'yes'@5:4 f@6:1:true@6:4 g@7:1:+Inf@7:4 h@8:1:5@8:4 i@9:1:3@9:4 j@10:1:1000@10:4}@1:1"},
		{readYAML, "x: &a {p: 1, q: 2}\ny:\n  <<: *a\n  q: 3\nz: *a\n", "{x@1:1:{p@1:8:1@1:11 q@1:14:2@1:17}@1:7 y@2:1:{p@1:8:1@1:11 q@4:3:3@4:6}@3:3 z@5:1:{p@1:8:1@1:11 q@1:14:2@1:17}@1:7}@1:1"},
		{readYAML, "0: a\n1.5: b\ntrue: c\n\"k\": d\n", "{0@1:1:'a'@1:4 1.5@2:1:'b'@2:6 true@3:1:'c'@3:7 k@4:1:'d'@4:6}@1:1"},
		{readYAML, "- 1\n- - 2\n  - a b\n- |\n  text\n", "[1@1:3 [2@2:5 'a b'@3:5]@2:3 'text\n'@4:3]@1:1"},
		{readYAML, "S->M: {y: [0, 1]}\n", "{S->M@1:1:{y@1:8:[0@1:12 1@1:15]@1:11}@1:7}@1:1"},
	} {
		var l diag.List
		n := c.read("f", []byte(c.src), &l)
		if n == nil {
			t.Errorf("%q: %v", c.src, l.Err())
			continue
		}
		if got := show(n); got != c.want {
			t.Errorf("%q:\n got %s\nwant %s", c.src, got, c.want)
		}
	}
}

func TestReadErrors(t *testing.T) {
	for _, c := range []struct {
		name, src string
		want      []string // "line:col message", a prefix of the message
	}{
		{"t.json", "{\n \"a\": 1, // why\n \"b\": [1, 2,],\n # x\n \"c\": /* x\n */ 3,\n}", []string{"2:10 a comment", "3:12 a comma after the last element of the list", "4:2 a comment", "5:7 a comment", "6:6 a comma after the last element of the object"}},
		{"t.json", "{\"netParams\": ", []string{"1:15 the file ends"}},
		{"t.json", "{\"a\": 1", []string{"1:8 the object that begins on line 1 never ends"}},
		{"t.json", "{\"a\": 1\n \"b\": 2}", []string{`2:2 unexpected '"' where a comma`}},
		{"t.json", "{'a': 1}", []string{"1:2 unexpected '\\'' where a key"}},
		{"t.json", "{\"a\": True}", []string{"1:7 True is Python"}},
		{"t.json", "{\"a\": 01}", []string{"1:7 \"01\" is not a JSON number"}},
		{"t.json", "{\"a\": 1.}", []string{"1:7 \"1.\" is not a JSON number"}},
		{"t.json", "{\"a\": \"x\ny\"}", []string{"1:7 a string that does not end"}},
		{"t.json", "{\"a\": \"\\q\"}", []string{"1:8 an escape"}},
		{"t.json", "{\"a\": 1, \"a\": 2}", []string{"1:10 the key \"a\" is given twice"}},
		{"t.json", "{} {}", []string{"1:4 text after the end"}},
		{"t.json", "{\"a\": \"\xff\"}", []string{"1:8 text that is not UTF-8"}},
		{"t.json", strings.Repeat("[", 5000), []string{"1:101 more than 100 levels"}},
		{"t.json", "", []string{"1:1 the file ends"}},
		{"t.yaml", "a: 1\na: 2\n", []string{"2:1 a key is given twice"}},
		{"t.yaml", "a: [1, 2\nb: 3\n", []string{"2:1 ',' or ']' must be specified"}},
		{"t.yaml", "a: *x\n", []string{"1:4 unknown YAML anchor \"x\""}},
		{"t.yaml", "a: !foo 1\n", []string{"1:4 the YAML tag \"!foo\""}},
		{"t.yaml", "a: 1\n---\nb: 2\n", []string{"3:2 a second YAML document"}},
		{"t.yaml", "", []string{"0:0 the file holds no YAML"}},
		{"t.yaml", strings.Repeat("[", 5000), []string{"0:0 more than 100 levels"}},
		{"t.yaml", "a: &a [*a]\n", []string{"1:8 the YAML anchor \"a\" contains itself"}},
		{"t.py", "netParams = 1", []string{"0:0 a Python script"}},
		{"t.json", "[]", []string{"1:1 a spec is an object"}},
		{"t.json", "{\"netparams\": {}}", []string{"1:2 unknown key \"netparams\" at the top"}},
		{"t.json", "{\"netParams\": {}, \"duration\": 3}", []string{"1:19 unknown key \"duration\" at the top"}},
		{"t.json", "{\"simConfig\": {}}", []string{"1:1 there are no netParams"}},
		{"t.json", "{\"netParams\": 3}", []string{"1:15 netParams must be an object"}},
		{"t.json", "{\"netParams\": {}, \"net\": {\"params\": {}}}", []string{"1:27 netParams is given twice"}},
	} {
		var l diag.List
		Parse([]Source{{Name: c.name, Text: []byte(c.src)}}, Options{}, &l)
		var got []string
		for _, d := range l.All() {
			if d.Severity == diag.Error {
				got = append(got, fmt.Sprintf("%d:%d %s", d.Pos.Line, d.Pos.Col, d.Msg))
			}
			if d.Pos.Line > 0 && d.Source == "" && len(c.src) < 200 && !strings.Contains(c.src, "\xff") && strings.TrimSpace(strings.Split(c.src, "\n")[d.Pos.Line-1]) != "" {
				t.Errorf("%q: no source line in %s", clip(c.src), d.Error())
			}
			if d.Pos.File != c.name {
				t.Errorf("%q: no file in %s", clip(c.src), d.Error())
			}
		}
		ok := len(got) == len(c.want)
		for i := range c.want {
			ok = ok && strings.HasPrefix(got[i], c.want[i])
		}
		if !ok {
			t.Errorf("%q:\n got %q\nwant %q", clip(c.src), got, c.want)
		}
	}
}

func clip(s string) string { return s[:min(len(s), 60)] }

// TestBillionLaughs: aliases are bounded.
func TestBillionLaughs(t *testing.T) {
	var b strings.Builder
	b.WriteString("a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n")
	for i := 1; i < 12; i++ {
		fmt.Fprintf(&b, "a%d: &a%d [%s]\n", i, i, strings.Repeat(fmt.Sprintf("*a%d, ", i-1), 9)+fmt.Sprintf("*a%d", i-1))
	}
	var l diag.List
	if n := readYAML("f", []byte(b.String()), &l); n != nil || l.Count(diag.Error) != 1 {
		t.Errorf("%d errors", l.Count(diag.Error))
	}
}

// TestRoundTrip: a printed tree reads as itself, in both readers.
func TestRoundTrip(t *testing.T) {
	text, err := os.ReadFile("testdata/saved/netParams.json")
	if err != nil {
		t.Fatal(err)
	}
	var l diag.List
	n := readJSON("a", text, &l)
	again := readJSON("b", n.JSON(), &l)
	yaml := readYAML("c", n.JSON(), &l)
	if l.HasErrors() || !n.same(again) || !n.same(yaml) {
		t.Fatalf("not the same: %v", l.Err())
	}
}

// TestForms: one file, two files in either order, and what NetPyNE saves.
func TestForms(t *testing.T) {
	for _, files := range [][]string{
		{"testdata/saved/netParams.json", "testdata/saved/cfg.json"},
		{"testdata/saved/cfg.json", "testdata/saved/netParams.json"},
	} {
		var l diag.List
		s := Load(files, Options{}, &l)
		if s == nil || l.HasErrors() {
			t.Fatal(l.Err())
		}
		n, c := &s.Net, &s.Cfg
		if len(n.Conns) != 2 || n.Conns[0].Label != "0" || n.Conns[0].Func != ProbConn || n.Conns[0].Probability.Func.String() != "myK*0.1*exp(-dist_3D/100)" {
			t.Errorf("connections: %+v", n.Conns)
		}
		if q := n.Conns[0].Post.Get("y"); q == nil || !q.Range || q.Lo != 0 || q.Hi != 40 {
			t.Errorf("postConds: %+v", q)
		}
		if got := n.Conns[0].Sec; !got.IsList || strings.Join(got.Flat(), ",") != "soma,dend" {
			t.Errorf("sec: %+v", got)
		}
		if n.Pops[0].Label != "B" || n.Pops[0].Point.Rate.Kind != List || n.Pops[1].Y != (Range{Set: true, Lo: 10, Hi: 50, Pos: n.Pops[1].Y.Pos}) {
			t.Errorf("populations: %+v", n.Pops)
		}
		if d := n.StimSources[0].Get("dur"); d.Num != 7 { // by mapping, instead of 5
			t.Errorf("mapping: %+v", d)
		}
		if len(n.CellParams[0].Secs) != 2 || n.CellParams[0].Secs[0].Mechs[0].Params[0].Items[2].Num != 3e-5 || len(n.CellParams[0].Secs[1].Geom.Pt3d) != 2 {
			t.Errorf("cells: %+v", n.CellParams[0])
		}
		k := Constant{}
		for _, x := range n.Constants {
			if x.Name == "myK" {
				k = x
			}
		}
		if k.X != 3.5 {
			t.Errorf("constants: %+v", n.Constants)
		}
		if c.Duration != 50 || c.Dt != 0.025 || c.Celsius != 6.3 || c.VInit != -65 || c.Seeds != (Seeds{1, 1, 1, 1}) || c.RNG != RNGNetPyNE ||
			!c.ConnRandomSecFromList || !c.OneSynPerNetcon || c.AllowSelfConns || !c.RecordSpikes.All || c.RecordStep != 0.1 {
			t.Errorf("simConfig: %+v", c)
		}
		// ['S', ('S', 1), ('S', [0, 2])] and ('S', 0) of plotTraces
		if r := c.RecordCells; r.All || len(r.Items) != 4 || r.Items[0].Index != nil || len(r.Items[2].Index) != 2 || r.Items[3].Index[0] != 0 {
			t.Errorf("recordCells: %+v", r)
		}
		if len(c.Analysis) != 2 {
			t.Errorf("analysis: %+v", c.Analysis)
		}
	}
	var l diag.List
	if Load([]string{"testdata/nowhere.json"}, Options{}, &l); len(l.All()) != 1 || l.All()[0].Code != diag.FileMissing {
		t.Errorf("a missing file: %v", l.Err())
	}
}

const small = `{"netParams": {"popParams": {"S": {"cellType": "HH", "numCells": 4}},
 "cellParams": {"HH": {"secs": {"soma": {"geom": {"L": 20, "diam": 20}}}}},
 "synMechParams": {"exc": {"mod": "ExpSyn"}},
 "connParams": {"E->E.v2/x": {"preConds": {}, "postConds": {}, "weight": 0.01, "connList": [[0, 1], [1, 2]]}}}}`

func TestSet(t *testing.T) {
	for _, c := range []struct{ set, want, hint string }{
		{"simConfig/duration=500", "", ""},
		{"simConfig.hParams.celsius=34", "", ""},
		{"simConfig.seeds.stim=7", "", ""},
		{"netParams.connParams.E->E.v2/x.weight=0.5 nS", "", ""},
		{"netParams/connParams/E->E.v2/x/delay=2+uniform(0,1)", "", ""},
		{"netParams.connParams.E->E.v2/x.connList.1.0=3", "", ""},
		{"netParams.popParams.S.density=2e4", "", ""},
		{"netParams.cellParams.HH.secs.soma.mechs.hh.gnabar=0.1", "", ""},
		{"netParams.cellParams.HH.secs.soma.geom.L=30", "", ""},
		{"simConfig.recordCells=[\"all\"]", "", ""},
		{"simConfig.recordStim=True", "", ""},
		{"simConfig.duratoin=500", `simConfig has no "duratoin"`, `did you mean "duration"?`},
		{"simConfig.celsius=3", `simConfig has no "celsius"`, "did you mean simConfig.hParams.celsius?"},
		{"duration=3", `the spec has no "duration"`, "did you mean simConfig.duration?"},
		{"netParams.connParams.E->I.weight=1", `netParams/connParams has no "E->I"`, "there are E->E.v2/x"},
		{"netParams.connParams.E->E.v2/x.weigth=1", `netParams/connParams/E->E.v2/x has no "weigth"`, `did you mean "weight"?`},
		{"netParams.connParams.E->E.v2/x.connList.2=1", "is a list of 2 items", ""},
		{"netParams.popParams.S.numCells.x=1", `netParams/popParams/S/numCells is a number: it has no "x"`, ""},
		{"netParams.sizX=5", `netParams has no "sizX"`, `did you mean "sizeX"?`},
		{"nonsense", "no assignment", "for example"},
		{"simConfig.dt=-1", "must be above 0 ms", ""},
		{"simConfig.dt=5 mV", "mV", "give a quantity in ms"},
	} {
		var l diag.List
		s := Parse([]Source{{Name: "t.json", Text: []byte(small)}}, Options{Set: []string{c.set}}, &l)
		var errs []diag.Diag
		for _, d := range l.All() {
			if d.Severity == diag.Error {
				errs = append(errs, d)
			}
		}
		if c.want == "" {
			if len(errs) > 0 {
				t.Errorf("%s: %s", c.set, errs[0].Error())
			}
			continue
		}
		if len(errs) != 1 || !strings.Contains(errs[0].Msg, c.want) || !strings.Contains(errs[0].Hint, c.hint) || errs[0].Pos.File != "--set" {
			t.Errorf("%s: %v, want %q (%q)", c.set, errs, c.want, c.hint)
		}
		_ = s
	}
	var l diag.List
	s := Parse([]Source{{Name: "t.json", Text: []byte(small)}}, Options{Set: []string{
		"simConfig/duration=1 s", "simConfig.hParams.celsius=34", "netParams.connParams.E->E.v2/x.weight=0.5 nS",
		"netParams.connParams.E->E.v2/x.connList.1.0=3", "netParams.popParams.S.density=2e4", "simConfig.seeds.stim=7"}}, &l)
	c := &s.Net.Conns[0]
	if l.HasErrors() || s.Cfg.Duration != 1000 || s.Cfg.Celsius != 34 || c.Weight.Num != 0.0005 || c.ConnList[1][0] != 3 ||
		s.Net.Pops[0].Size != ByDensity || s.Net.Pops[0].Density.Num != 2e4 || s.Cfg.Seeds.Stim != 7 || s.Cfg.Seeds.Conn != 1 {
		t.Errorf("%v: %+v %+v", l.Err(), s.Cfg, c)
	}
	if !strings.Contains(string(s.Tree.JSON()), `"weight": "0.5 nS"`) {
		t.Error("the printed tree lacks what was set")
	}
}

func TestMapping(t *testing.T) {
	text := `{"netParams": {"popParams": {"S": {"cellType": "HH", "numCells": 4}}, "k": 1,
 "cellParams": {"HH": {"secs": {"soma": {"geom": {"L": 20, "diam": 20}}}}},
 "mapping": {"n": "popParams.S.numCells", "len": ["cellParams", "HH", "secs", "soma", "geom", "L"], "kk": "k", "gone": "x", "bad": "popParams.T.numCells"}},
 "simConfig": {"n": 9, "len": "30 um", "kk": 5, "bad": 1}}`
	var l diag.List
	s := Parse([]Source{{Name: "t.json", Text: []byte(text)}}, Options{}, &l)
	if s.Net.Pops[0].NumCells != 9 || s.Net.CellParams[0].Secs[0].Geom.L.Num != 30 {
		t.Errorf("%+v", s.Net)
	}
	if l.Count(diag.Error) != 1 || l.Count(diag.Warning) != 1 || !strings.Contains(l.Error(), `"bad" leads nowhere`) {
		for _, d := range l.All() {
			t.Error(d.Error())
		}
	}
}

func TestQuantities(t *testing.T) {
	for _, c := range []struct {
		src  string
		want float64
	}{{`"18 mV"`, 18}, {`"0.018 V"`, 18}, {`18`, 18}, {`"-65mV"`, -65}, {`"1e3 uV"`, 1}, {`"3*6"`, 18}, {`"18000 µV"`, 18}} {
		var l diag.List
		d := &decoder{diags: &l}
		v := d.value(defaultNode(c.src), mV, nil, 0)
		if l.HasErrors() || v.Num != c.want {
			t.Errorf("%s = %v, want %v (%v)", c.src, v.Num, c.want, l.Err())
		}
	}
	var l diag.List
	d := &decoder{diags: &l}
	v := d.value(defaultNode(`"120 mS/cm2"`), mechQ, nil, 0)
	if x, err := v.In("S/cm2"); err != nil || x != 0.12 || v.Unit != "mS/cm2" {
		t.Errorf("%v %v", x, err)
	}
	if _, err := v.In("mV"); err == nil {
		t.Error("mS/cm2 became mV")
	}
}

func FuzzJSON(f *testing.F) {
	for _, s := range []string{small, "{\"a\": [1, 2,], // c\n}", "[true, null, -Infinity, 1e-7]", `"\ud83d\ude00"`, "{", "[[[["} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var l diag.List
		n := readJSON("f", []byte(s), &l)
		if (n == nil) != l.HasErrors() {
			t.Fatal("a tree with errors, or none without")
		}
		if n == nil {
			return
		}
		if again := readJSON("g", n.JSON(), &l); again == nil || string(again.JSON()) != string(n.JSON()) {
			t.Fatalf("%q reads otherwise", n.JSON())
		}
		Parse([]Source{{Name: "f.json", Text: []byte(s)}}, Options{Set: []string{"simConfig.dt=1"}}, &diag.List{})
	})
}

func FuzzYAML(f *testing.F) {
	for _, s := range []string{"netParams:\n  popParams: {S: {cellType: HH, numCells: 3}}\nsimConfig: {dt: 0.1}\n", "x: &a {p: 1}\ny: {<<: *a, q: [1e3, .5, '1']}\n",
		"- |\n  a\n- >-\n  b\n", "? a\n: b\n", "a: !!str 5\n", "{", "\t", "%YAML 1.2\n---\na: b\n"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var l diag.List
		n := readYAML("f", []byte(s), &l)
		if (n == nil) != l.HasErrors() {
			t.Fatal("a tree with errors, or none without")
		}
		Parse([]Source{{Name: "f.yaml", Text: []byte(s)}}, Options{}, &diag.List{})
	})
}

// FuzzSet: an assignment either changes the tree or says why not.
func FuzzSet(f *testing.F) {
	for _, s := range []string{"simConfig.dt=0.1", "netParams.popParams.S.numCells=4", "netParams/popParams/S/tags={\"a\": [1, 2]}", "simConfig.recordTraces.v.loc=x", "simConfig..=", "a=b=c", "=", "netParams.popParams.S=", "simConfig.analysis.plotRaster.include[0]=1"} {
		f.Add(small, s)
	}
	f.Fuzz(func(t *testing.T, tree, assign string) {
		var l diag.List
		n := readJSON("f", []byte(tree), &l)
		if n == nil {
			return
		}
		before := string(n.JSON())
		if done := Set(n, assign, &l); done == l.HasErrors() {
			t.Fatalf("%q done: %v, errors %v", assign, done, l.Error())
		}
		if l.HasErrors() && string(n.JSON()) != before {
			t.Fatalf("%q is refused and has changed the tree", assign)
		}
	})
}
