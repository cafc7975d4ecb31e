package syntax

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/rallsim/rall/ir/diag"
)

// dump prints a tree in parentheses: the names of its nodes and what is in
// them, without places.
func dump(x any) string {
	switch x := x.(type) {
	case nil:
		return "-"
	case string:
		return fmt.Sprintf("%q", x)
	case *Name:
		if x == nil {
			return "-"
		}
		if x.Local >= 0 {
			return fmt.Sprintf("%s.%d", x.Ident, x.Local)
		}
		return x.Ident
	case *Num:
		return fmt.Sprint(x.X)
	case *Str:
		return fmt.Sprintf("%q", x.S)
	case *Binary:
		return fmt.Sprintf("(%s %s %s)", x.Op, dump(x.L), dump(x.R))
	case *Assign:
		return fmt.Sprintf("(set%s %s %s)", strings.TrimPrefix(x.Op.String(), "="), dump(x.L), dump(x.R))
	case Op, ArgKind, JumpKind, FuncKind, int, bool:
		return fmt.Sprint(x)
	}
	v := reflect.ValueOf(x)
	if v.Kind() == reflect.Slice {
		var parts []string
		for i := range v.Len() {
			parts = append(parts, dump(v.Index(i).Interface()))
		}
		return "[" + strings.Join(parts, " ") + "]"
	}
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return "-"
		}
		v = v.Elem()
	}
	out := "(" + v.Type().Name()
	for i := range v.NumField() {
		if v.Type().Field(i).Name != "At" {
			out += " " + dump(v.Field(i).Interface())
		}
	}
	return out + ")"
}

func parse(t *testing.T, text string) *File {
	t.Helper()
	var l diag.List
	f := Parse("x.hoc", []byte(text), &l)
	if f == nil {
		t.Fatalf("%q: %v", text, l.Error())
	}
	return f
}

func TestTrees(t *testing.T) {
	for _, c := range [][2]string{
		{"x = 1 + 2*3^-2^2", `[(ExprStmt (set x (+ 1 (* 2 (^ 3 (Unary - (^ 2 2)))))))]`},
		{"-a*b", `[(ExprStmt (* (Unary - a) b))]`},
		{"a - b - c", `[(ExprStmt (- (- a b) c))]`},
		{"!a == b || c && d", `[(ExprStmt (|| (== (Unary ! a) b) (&& c d)))]`},
		{"a + b = c", `[(ExprStmt (+ a (set b c)))]`},
		{"x[1][2] += .5e-3", `[(ExprStmt (set+ (Index x [1 2]) 0.0005))]`},
		{"soma { nseg = 3 L=20 }", `[(Prefix soma (Block [(ExprStmt (set nseg 3)) (ExprStmt (set L 20))]))]`},
		{"dend[2] insert hh", `[(Prefix (Index dend [2]) (Insert "hh" false))]`},
		{"{a.b(1) c.d(2)}", `[(Block [(Prefix (Call (Dot a "b") [1]) (ExprStmt (Call (Dot c "d") [2])))])]`},
		{"{f(1) g(2)}", `[(Block [(ExprStmt (Call f [1])) (ExprStmt (Call g [2]))])]`},
		{"connect dend[1](0), soma(.5)", `[(Connect (Call (Index dend [1]) [0]) (Call soma [0.5]))]`},
		{"soma connect dend(0), 1", `[(Prefix soma (Connect (Call dend [0]) 1))]`},
		{"soma.diam(0:1) = 10:2", `[(Ramp (Dot soma "diam") 0 1 10 2 =)]`},
		{"for i=0, n-1 x[i] = i", `[(ForRange i 0 (- n 1) (ExprStmt (set (Index x [i]) i)))]`},
		{"for (x) print x, v(x)", `[(ForSeg x - (Print [x (Call v [x])]))]`},
		{"for (x, 0) y = x", `[(ForSeg x 0 (ExprStmt (set y x)))]`},
		{"for (i=0; i<3; i+=1) { }", `[(For (ExprStmt (set i 0)) (< i 3) (ExprStmt (set+ i 1)) (Block []))]`},
		{"for case(&i, 1, 2) print i", `[(ForIter (Call case [(AddrOf i) 1 2]) (Print [i]))]`},
		{"forsec \"dend\" uninsert pas", `[(ForSec "dend" (Insert "pas" true))]`},
		{"forsec l.somatic g_pas = 1", `[(ForSec (Dot l "somatic") (ExprStmt (set g_pas 1)))]`},
		{"if (x) y=1 else z=2", `[(If x (ExprStmt (set y 1)) (ExprStmt (set z 2)))]`},
		{"create a, b[10]\nobjref c[2][3], d", `[(Create [(Decl "a" []) (Decl "b" [10])]) (ObjDecl [(Decl "c" [2 3]) (Decl "d" [])])]`},
		{"func f() { local i, x localobj o\nreturn $1 + $i + x }", `[(Func func "f" ["i" "x" "o"] 2 [(Return (+ (+ (Arg 0 1 -) (Arg 0 0 i.0)) x.1))] 1 0 true)]`},
		{"proc p() { $s2 = \"a\\n\\\"\" $&1 = 2 $o3.x }", `[(Func proc "p" [] 0 [(ExprStmt (set (Arg 1 2 -) "a\n\"")) (ExprStmt (set (Arg 3 1 -) 2)) (ExprStmt (Dot (Arg 2 3 -) "x"))] 3 3 false)]`},
		{"begintemplate T\npublic a\nexternal b\ncreate soma\nendtemplate T", `[(Template "T" [(Public ["a"]) (External ["b"]) (Create [(Decl "soma" [])])] [])]`},
		{"setpointer s.p, soma.v(.5)", `[(SetPointer (Dot s "p") (Call (Dot soma "v") [0.5]))]`},
		{"/* a\nb */ x = 1 // c\nhelp all of this\ny = \\\n 2", `[(ExprStmt (set x 1)) (ExprStmt (set y 2))]`},
		{"{x=1 y=2}", `[(Block [(ExprStmt (set x 1)) (ExprStmt (set y 2))])]`},
		{"o = new A(1, \"b\")", `[(ExprStmt (set o (New "A" [1 "b"])))]`},
		{"s = \"one\\\ntwo\"", `[(ExprStmt (set s "one\ntwo"))]`},
	} {
		if got := dump(parse(t, c[0]).Stmts); got != c[1] {
			t.Errorf("%q:\n got %s\nwant %s", c[0], got, c[1])
		}
	}
}

func TestPlaces(t *testing.T) {
	f := parse(t, "x = 1\n\n  /* two\nlines */ soma.L = 2\n")
	a := f.Stmts[1].(*ExprStmt)
	if a.Pos() != (Pos{4, 10}) {
		t.Errorf("statement at %v", a.Pos())
	}
	if p := a.X.(*Assign).R.Pos(); p != (Pos{4, 19}) {
		t.Errorf("number at %v", p)
	}
}

// TestLineEnds reads a text with the line ends of three systems: statements, and
// the lines of an error, are the same.
func TestLineEnds(t *testing.T) {
	const text = "x = 1 // a\n\ny = 2 /* b\nc */\nz = \\\n3\nproc f() {\n print 4\n}\ns = \"d\\\ne\"\n"
	want := parse(t, text).Stmts
	for _, end := range []string{"\r", "\r\n"} {
		given := []byte(strings.ReplaceAll(text, "\n", end))
		before := bytes.Clone(given)
		ended := EndLines(given)
		if !bytes.Equal(given, before) {
			t.Errorf("%q: the text itself is changed", end)
		}
		got := parse(t, string(ended)).Stmts
		if dump(got) != dump(want) {
			t.Errorf("%q:\n got %s\nwant %s", end, dump(got), dump(want))
		}
		for i, s := range got {
			if s.Pos() != want[i].Pos() {
				t.Errorf("%q: statement %d at %v, want %v", end, i, s.Pos(), want[i].Pos())
			}
		}
		var l diag.List
		Parse("x.hoc", append(ended, "z = )"...), &l)
		if all := l.All(); len(all) != 1 || all[0].Pos.Line != 12 || all[0].Source != "z = )" {
			t.Errorf("%q: errors %v", end, l.Error())
		}
	}
	if got := string(EndLines([]byte("a\r\r\r\nb\n\rc\r"))); got != "a\n\n\r\nb\n\nc\n" {
		t.Errorf("mixed line ends: %q", got)
	}
	// In a text to execute, which no EndLines has seen, a CR parts statements too, but not within a string.
	if a, b := dump(parse(t, "x = 1\ry = \"a\rb\"").Stmts), dump(parse(t, "x = 1\ny = \"a\\rb\"").Stmts); a != b {
		t.Errorf("got %s, want %s", a, b)
	}
}

// TestErrors parses the pieces of testdata/errors.hoc, cut at lines of ---. A
// comment ### "regexp" on a line announces the error there.
func TestErrors(t *testing.T) {
	all, err := os.ReadFile("testdata/errors.hoc")
	if err != nil {
		t.Fatal(err)
	}
	expect := regexp.MustCompile(`### "([^"]*)"`)
	for i, piece := range strings.Split(string(all), "---\n") {
		var l diag.List
		Parse("x.hoc", []byte(piece), &l)
		found := l.All()
		sc := bufio.NewScanner(strings.NewReader(piece))
		for no := 1; sc.Scan(); no++ {
			m := expect.FindStringSubmatch(sc.Text())
			if m == nil {
				continue
			}
			re := regexp.MustCompile(m[1])
			hit := false
			for k, d := range found {
				if d.Pos.Line == no && re.MatchString(d.Msg) {
					found = append(found[:k:k], found[k+1:]...)
					hit = true
					break
				}
			}
			if !hit {
				t.Errorf("piece %d: no error like %q in line %d; found %v", i+1, m[1], no, l.Error())
			}
		}
		for _, d := range found {
			t.Errorf("piece %d: not expected: %v", i+1, d)
		}
	}
}

func TestDeep(t *testing.T) {
	for _, s := range []string{strings.Repeat("(", 100000), strings.Repeat("{", 100000), strings.Repeat("-", 100000), "x=" + strings.Repeat("a=", 100000),
		strings.Repeat("if (1) ", 100000), strings.Repeat("a ", 100000), "x" + strings.Repeat("[a", 100000)} {
		var l diag.List
		if Parse("x.hoc", []byte(s), &l) != nil {
			t.Errorf("%.20q… is accepted", s)
		}
	}
}

func FuzzParse(f *testing.F) {
	files, _ := filepath.Glob("testdata/*.hoc")
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var l diag.List
		file := Parse("x.hoc", text, &l)
		if (file == nil) != l.HasErrors() {
			t.Fatal("a tree and an error, or neither")
		}
		lines := bytes.Count(text, []byte("\n")) + 1
		for _, d := range l.All() {
			if d.Pos.Line < 1 || d.Pos.Line > lines+1 || d.Pos.Col < 1 {
				t.Fatalf("error at %v of %d lines", d.Pos, lines)
			}
		}
	})
}

// TestParseOne reads one statement at a time, with lines between that are none.
func TestParseOne(t *testing.T) {
	text := []byte("x = f()\n1 2 b}\n\nproc f() {\n y = 1\n}\n")
	var l diag.List
	f := ParseOne("x.hoc", text, 0, 1, &l)
	if f == nil || len(f.Stmts) != 1 || string(text[f.Ends[0]:f.Ends[0]+3]) != "1 2" {
		t.Fatalf("%v %v", f, l.Error())
	}
	if ParseOne("x.hoc", text, f.Ends[0], 2, &l) != nil || l.All()[0].Pos.Line != 2 {
		t.Error("line 2 is no statement:", l.Error())
	}
	f = ParseOne("x.hoc", text, bytes.IndexByte(text, '}')+1, 2, &l)
	if f == nil || f.Stmts[0].Pos() != (Pos{4, 1}) || f.Ends[0] != len(text) {
		t.Fatalf("%v %v", f, l.Error())
	}
	if f = ParseOne("x.hoc", text, len(text), 7, &l); f == nil || len(f.Stmts) != 0 {
		t.Error("something behind the end")
	}
}
