package nmodl

import (
	"errors"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/mech"
)

var update = flag.Bool("update", false, "rewrite the expected parts of testdata/lower")

func compile(t *testing.T, src string) (*mech.Def, *diag.List) {
	t.Helper()
	list := &diag.List{}
	return Compile("x.mod", []byte(src), nil, list), list
}

// must compiles what has no errors.
func must(t *testing.T, src string) *mech.Def {
	t.Helper()
	d, list := compile(t, src)
	if d == nil {
		t.Fatalf("%v", list)
	}
	return d
}

// TestBuiltins: every mechanism that rall brings lowers without a word.
func TestBuiltins(t *testing.T) {
	files, _ := filepath.Glob("builtin/*.mod")
	if len(files) < 14 {
		t.Fatalf("%d built-ins", len(files))
	}
	for _, f := range files {
		src, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		list := &diag.List{}
		if d := Compile(f, src, nil, list); d == nil || len(list.All()) > 0 {
			t.Errorf("%s: %v", f, list.All())
		}
	}
}

// TestLower compares each file of testdata/lower, a .mod and behind the line
// "-- ir --" what it lowers to, diagnostics first.
func TestLower(t *testing.T) {
	files, _ := filepath.Glob("testdata/lower/*.txt")
	if len(files) == 0 {
		t.Fatal("no files")
	}
	const mark = "-- ir --\n"
	for _, f := range files {
		raw, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		src, want, _ := strings.Cut(string(raw), mark)
		list := &diag.List{}
		d := Compile("x.mod", []byte(src), nil, list)
		var b strings.Builder
		for _, x := range list.All() {
			x.Source = ""
			fmt.Fprintln(&b, x.Error())
		}
		if d != nil {
			b.WriteString(d.String())
		}
		if got := b.String(); got != want {
			if *update {
				if err := os.WriteFile(f, []byte(src+mark+got), 0o644); err != nil {
					t.Fatal(err)
				}
				continue
			}
			t.Errorf("%s: got\n%s\nwant\n%s", f, got, want)
		}
	}
}

// TestErrors reads testdata/errors/*.mod, none of which compiles.
func TestErrors(t *testing.T) {
	expected(t, "testdata/errors/*.mod", func(file string, chunk []byte) []diag.Diag {
		list := &diag.List{}
		if d := Compile(file, chunk, nil, list); d != nil {
			return nil
		}
		var errors []diag.Diag
		for _, d := range list.All() {
			if d.Severity == diag.Error {
				errors = append(errors, d)
			}
		}
		return errors
	})
}

// TestWarnings reads testdata/warnings/*.mod, all of which compile.
func TestWarnings(t *testing.T) {
	expected(t, "testdata/warnings/*.mod", func(file string, chunk []byte) []diag.Diag {
		list := &diag.List{}
		if Compile(file, chunk, nil, list) == nil {
			t.Errorf("%v", list)
		}
		return list.All()
	})
}

// TestDimensions reads testdata/units/*.mod, all of which compile.
func TestDimensions(t *testing.T) {
	expected(t, "testdata/units/*.mod", func(file string, chunk []byte) []diag.Diag {
		list, warnings := &diag.List{}, &diag.List{}
		f := Parse(file, chunk, nil, list)
		if d := Lower(f, list); d == nil {
			// A mechanism of errors is not checked; that of the chunk is said.
			return list.All()
		}
		Dimensions(f, warnings)
		return warnings.All()
	})
}

// expected reads files in which a comment : ### "regexp" stands on each line
// that has a finding, which it must match; there are no others. Chunks are
// separated by lines of "---".
func expected(t *testing.T, pattern string, find func(file string, chunk []byte) []diag.Diag) {
	t.Helper()
	files, _ := filepath.Glob(pattern)
	if len(files) == 0 {
		t.Fatal("no files")
	}
	mark := regexp.MustCompile(`### (".*")`)
	n := 0
	for _, f := range files {
		raw, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		first := 0
		for _, chunk := range strings.Split(string(raw), "\n---\n") {
			want := map[int]*regexp.Regexp{}
			for i, line := range strings.Split(chunk, "\n") {
				if m := mark.FindStringSubmatch(line); m != nil {
					re, err := strconv.Unquote(m[1])
					if err != nil {
						t.Fatalf("%s:%d: %v", f, first+i+1, err)
					}
					want[i+1] = regexp.MustCompile(re)
				}
			}
			for _, d := range find(f, []byte(chunk)) {
				n++
				re := want[d.Pos.Line]
				if re == nil {
					t.Errorf("%s:%d: unexpected %v", f, first+d.Pos.Line, d.Error())
				} else if text := string(d.Code) + ": " + d.Msg + " " + d.Hint; !re.MatchString(text) {
					t.Errorf("%s:%d: %q does not match %v", f, first+d.Pos.Line, text, re)
				}
				if d.Pos.Col == 0 || d.Source == "" {
					t.Errorf("%s:%d: no column or no source line: %v", f, first+d.Pos.Line, d.Msg)
				}
				delete(want, d.Pos.Line)
			}
			for line, re := range want {
				t.Errorf("%s:%d: nothing like %v", f, first+line, re)
			}
			first += strings.Count(chunk, "\n") + 2
		}
	}
	t.Logf("%d findings", n)
}

// testdata/neuron-9.0.2-ops.txt holds expressions and what they came to in
// NEURON 9.0.2, for the values below.
func TestOperatorsAreNEURONs(t *testing.T) {
	raw, err := os.ReadFile("testdata/neuron-9.0.2-ops.txt")
	if err != nil {
		t.Fatal(err)
	}
	values := map[string]float64{"a": 2.5, "b": -1.25, "c": 3, "d": 0.5, "n": 3.7}
	lines := strings.Split(strings.TrimSpace(string(raw)), "\n")
	if len(lines) < 70 {
		t.Fatalf("%d expressions", len(lines))
	}
	for _, line := range lines {
		text, hex, _ := strings.Cut(line, "\t")
		want, err := strconv.ParseFloat(hex, 64)
		if err != nil {
			t.Fatal(err)
		}
		d := must(t, "NEURON { SUFFIX x RANGE a, b, c, d, n, arr, y }\nASSIGNED { a b c d n arr[5] y }\nINITIAL { y = "+text+"\n}")
		a := d.Initial.Body[0].(mech.Assign)
		got := eval(t, d, a.X, values)
		if math.IsNaN(want) != math.IsNaN(got) || math.Abs(got-want) > 1e-15*math.Abs(want) {
			t.Errorf("%s = %v, NEURON has %v; read as %s", text, got, want, d.FormatExpr(a.X, nil))
		}
	}
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// eval computes an expression of variables and the array arr[i] = i + 1.5.
func eval(t *testing.T, d *mech.Def, e mech.Expr, values map[string]float64) float64 {
	t.Helper()
	ev := func(e mech.Expr) float64 { return eval(t, d, e, values) }
	switch x := e.(type) {
	case mech.Num:
		return x.V
	case mech.Ref:
		v, ok := values[d.Vars[x.Var].Name]
		if !ok {
			t.Fatalf("no value for %s", d.Vars[x.Var].Name)
		}
		return v
	case mech.Index:
		i := ev(x.At)
		if i != math.Trunc(i) || i < 0 || i > 4 {
			t.Fatalf("index %v", i)
		}
		return i + 1.5
	case mech.Unary:
		if x.Op == mech.Neg {
			return -ev(x.X)
		}
		return truth(ev(x.X) == 0)
	case mech.Select:
		if ev(x.Cond) != 0 {
			return ev(x.Then)
		}
		return ev(x.Else)
	case mech.Binary:
		a, b := ev(x.X), ev(x.Y)
		switch x.Op {
		case mech.Add:
			return a + b
		case mech.Sub:
			return a - b
		case mech.Mul:
			return float64(a * b)
		case mech.Div:
			return a / b
		case mech.Pow:
			return math.Pow(a, b)
		case mech.Lt:
			return truth(a < b)
		case mech.Le:
			return truth(a <= b)
		case mech.Gt:
			return truth(a > b)
		case mech.Ge:
			return truth(a >= b)
		case mech.Eq:
			return truth(a == b)
		case mech.Ne:
			return truth(a != b)
		case mech.And:
			return truth(a != 0 && b != 0)
		case mech.Or:
			return truth(a != 0 || b != 0)
		}
	case mech.Call:
		a := ev(x.Args[0])
		if len(x.Args) == 2 {
			b := ev(x.Args[1])
			switch x.Fn {
			case mech.PowFn:
				return math.Pow(a, b)
			case mech.FmodFn:
				return math.Mod(a, b)
			case mech.Atan2:
				return math.Atan2(a, b)
			}
		}
		f := map[mech.Builtin]func(float64) float64{mech.Exp: math.Exp, mech.Log: math.Log, mech.Log10: math.Log10,
			mech.Sqrt: math.Sqrt, mech.Fabs: math.Abs, mech.Floor: math.Floor, mech.Ceil: math.Ceil, mech.Sin: math.Sin,
			mech.Cos: math.Cos, mech.Tan: math.Tan, mech.Asin: math.Asin, mech.Acos: math.Acos, mech.Atan: math.Atan,
			mech.Sinh: math.Sinh, mech.Cosh: math.Cosh, mech.Tanh: math.Tanh}[x.Fn]
		if f != nil {
			return f(a)
		}
	}
	t.Fatalf("cannot evaluate %T", e)
	return 0
}

const plain = `TITLE A leak
NEURON {
	SUFFIX leak
	NONSPECIFIC_CURRENT i
	RANGE g, e
}
PARAMETER { g = .001 (S/cm2)  e = -70 (mV) }
ASSIGNED { v (mV) i (mA/cm2) }
BREAKPOINT { i = g*(v - e) }
`

// TestHygiene: line ends, comments and characters as they come.
func TestHygiene(t *testing.T) {
	want := must(t, plain).String()
	for name, src := range map[string]string{
		"CRLF":        strings.ReplaceAll(plain, "\n", "\r\n"),
		"bare CR":     strings.ReplaceAll(plain, "\n", "\r"),
		"BOM":         "\xef\xbb\xbf" + plain,
		"control-Z":   plain + "\x1a rest of a disk block",
		"comments":    strings.ReplaceAll(plain, "\n", " : µ ° \xff { } \" ' COMMENT\n? ENDCOMMENT\n"),
		"COMMENT":     strings.ReplaceAll(plain, "RANGE", "\nCOMMENT é }} VERBATIM\n  not END\n ENDCOMMENT ignored\nRANGE"),
		"no last LF":  strings.TrimSuffix(plain, "\n"),
		"units":       strings.ReplaceAll(plain, "BREAKPOINT {", "UNITSOFF BREAKPOINT { UNITSON"),
		"INDEPENDENT": plain + "INDEPENDENT { t FROM 0 TO 1 WITH 1 (ms) }",
		"upper case":  strings.ReplaceAll(plain, "{ i = g*(v - e) }", "{ i = g*(v - e) }\nVERBATIM\nstatic int x;\nENDVERBATIM"),
	} {
		title := func(s string) string {
			if name == "comments" {
				s = regexp.MustCompile(`(?m)^  title .*\n`).ReplaceAllString(s, "")
			}
			return s
		}
		if got := must(t, src).String(); title(got) != title(want) {
			t.Errorf("%s: got\n%s", name, got)
		}
	}
}

func TestInclude(t *testing.T) {
	files := map[string]string{
		"consts.inc": "DEFINE N 3\nPARAMETER { e = -70 (mV) }\n",
		"loop.inc":   "INCLUDE \"loop.inc\"\n",
		"bad.inc":    "PARAMETER {\n e = = 3\n}\n",
	}
	open := func(from, name string) (string, []byte, error) {
		if s, ok := files[name]; ok {
			return "inc/" + name, []byte(s), nil
		}
		return "", nil, errors.New("no such file")
	}
	src := func(inc string) []byte {
		return []byte("NEURON { SUFFIX x NONSPECIFIC_CURRENT i }\nINCLUDE \"" + inc + "\"\nASSIGNED { i w[N] }\nBREAKPOINT { i = v - e + w[N-1] }\n")
	}
	list := &diag.List{}
	if d := Compile("x.mod", src("consts.inc"), open, list); d == nil || d.Lookup("e") < 0 || d.Vars[d.Lookup("w")].Array != 3 {
		t.Errorf("consts.inc: %v", list)
	}
	for inc, want := range map[string]string{
		"loop.inc": "itself", "none.inc": "x.mod:2:9: error[file-missing]", "bad.inc": "inc/bad.inc:2:6: error[syntax]",
	} {
		list := &diag.List{}
		d := Compile("x.mod", src(inc), open, list)
		if d != nil || !strings.Contains(list.Error(), want) {
			t.Errorf("%s: %v", inc, list)
		}
	}
}

// TestLimits: no input makes the reader run away.
func TestLimits(t *testing.T) {
	head := "NEURON { SUFFIX x }\nASSIGNED { a }\nINITIAL { a = "
	for name, src := range map[string]string{
		"parentheses": head + strings.Repeat("(", 100000),
		"minus":       head + strings.Repeat("-", 100000),
		"chain":       head + strings.Repeat("a+", 100000) + "a }",
		"power":       head + strings.Repeat("a^", 100000) + "a }",
		"braces":      "NEURON { SUFFIX x }\nINITIAL " + strings.Repeat("{ ", 100000),
		"ifs":         "NEURON { SUFFIX x }\nINITIAL { " + strings.Repeat("if (1) { ", 100000),
		"elseifs":     "NEURON { SUFFIX x }\nINITIAL { if (1) { } " + strings.Repeat("else if (1) { } ", 100000) + "}",
		"array":       "NEURON { SUFFIX x }\nASSIGNED { a[2000000000] }",
		"errors":      "NEURON { SUFFIX x }\n" + strings.Repeat("INITIAL { = }\n", 10000),
		"size":        "NEURON { SUFFIX x }\n" + strings.Repeat(" ", maxSource),
		"quotients":   "NEURON { SUFFIX x }\nASSIGNED { a[3] k }\nINITIAL { a[k" + strings.Repeat("/2", 100) + "] = 1 }",
		"index":       head + strings.Repeat("b[", 100000),
	} {
		list := &diag.List{}
		start := time.Now()
		if d := Compile("x.mod", []byte(src), nil, list); d != nil {
			t.Errorf("%s: accepted", name)
		}
		t.Logf("%s: %v", name, time.Since(start))
		if n := list.Count(diag.Error); n == 0 || n > maxErrors {
			t.Errorf("%s: %d errors", name, n)
		}
	}
}

// Formats of C become those of Go, with as many arguments as they print.
func TestFormat(t *testing.T) {
	for _, c := range []struct {
		c, want string
		n       int
		bad     string
	}{
		{"%d of %-8.3f: 5%%, %lg\n", "%.0f of %-8.3f: 5%%, %.6g\n", 3, ""},
		{"%5u %li %F", "%5.0f %.0f %f", 3, ""},
		{"no number", "no number", 0, ""},
		{"%g %x", "", 0, "%x"},
		{"%g %y", "", 0, "%y"},
		{"50 %", "", 0, "%"},
		{"%*d", "", 0, "%*d"},
	} {
		got, n, bad := goFormat(c.c)
		if bad == "" && (got != c.want || n != c.n) || bad != c.bad {
			t.Errorf("%q: %q with %d numbers, bad %q", c.c, got, n, bad)
		}
	}
}

// Both arms of ?: count for its type, also where the condition is known.
func TestConditionalType(t *testing.T) {
	for text, want := range map[string]float64{
		"(1 ? 2 : 3.5)/4":             0.5,
		"(0 ? 3.5 : 2)/4":             0.5,
		"(0 ? exp(1.) : 2)/4":         0.5,
		"(1 ? 2 : 3)/4":               0,
		"(1 ? 7 : x)/2":               3.5,
		"(0 ? r.gone : 7)/2":          3,
		"((1 ? -1 : 1u) > 0 ? 5 : 6)": 5,

		// Integers of 64 bits without a sign, as long as they are exact.
		"(0xffffffffffffffff == UINT64_MAX)":           1,
		"(18446744073709551615UL + 2 == 1)":            1,
		"(0xFFFFFFFFFFFFFFFE < 0xffffffffffffffffull)": 1,
		"(0xFFFFFFFFFFFFFFFE <= 5ul)":                  0,
		"9007199254740992":                             1 << 53,
	} {
		d := must(t, "NEURON { SUFFIX x RANGE x }\nASSIGNED { x }\nINITIAL {\nVERBATIM\nx = "+text+";\nENDVERBATIM\n}\n")
		a, ok := d.Initial.Body[0].(mech.Assign)
		if n, isNum := a.X.(mech.Num); !ok || !isNum || n.V != want {
			t.Errorf("%s is %s, want %g", text, d.FormatExpr(a.X, nil), want)
		}
	}
}

// What sizeof measures is not evaluated, and sets nothing.
func TestSizeofSetsNothing(t *testing.T) {
	d := must(t, "NEURON { SUFFIX x RANGE x GLOBAL g }\nPARAMETER { g = 1 }\nASSIGNED { x }\nINITIAL {\nVERBATIM\nx = sizeof(g = 2.);\nENDVERBATIM\n}\n")
	for _, v := range d.Vars {
		if v.Name == "g" && v.Written || v.Name == "x" && !v.Written {
			t.Errorf("%s: written %v", v.Name, v.Written)
		}
	}
	if a, ok := d.Initial.Body[0].(mech.Assign); !ok || a.X != mech.Expr(mech.Num{V: 8}) {
		t.Errorf("%v", d.Initial.Body)
	}
}
