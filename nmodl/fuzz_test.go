package nmodl

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rallsim/rall/ir/diag"
)

// seeds adds every .mod text of this package to the corpus.
func seeds(f *testing.F) {
	for _, pattern := range []string{"builtin/*.mod", "testdata/*/*.mod", "testdata/lower/*.txt", "../corpus/nmodl-suite/mod/*.mod"} {
		files, _ := filepath.Glob(pattern)
		if len(files) == 0 {
			f.Fatal("no files ", pattern)
		}
		for _, name := range files {
			src, err := os.ReadFile(name)
			if err != nil {
				f.Fatal(err)
			}
			for _, chunk := range strings.Split(string(src), "\n---\n") {
				f.Add([]byte(chunk))
			}
		}
	}
}

// FuzzScan: the scanner ends, and every token has a place inside of the text.
func FuzzScan(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, raw []byte) {
		list := &diag.List{}
		src := newSource("x.mod", raw)
		s := newScanner(src, &reporter{list: list, sources: map[string]*source{"x.mod": src}})
		for n := 0; ; n++ {
			tok := s.next()
			if tok.pos.Line < 1 || tok.pos.Line > len(src.lines) || tok.pos.Col < 1 || tok.pos.Col > len(src.text)+1 {
				t.Fatalf("token %q at %v", tok.text, tok.pos)
			}
			if tok.kind == tEOF {
				return
			}
			if n > len(src.text) {
				t.Fatal("more tokens than characters")
			}
		}
	})
}

// FuzzCompile takes a text through parser, checker, lowering and the check of dimensions: there is a
// mechanism or there is an error, and both print.
func FuzzCompile(f *testing.F) {
	seeds(f)
	open := func(from, name string) (string, []byte, error) { return name, []byte("PARAMETER { q }\n"), nil }
	f.Fuzz(func(t *testing.T, src []byte) { compiles(t, src, open) })
}

// FuzzC: the same for C in the three places where it changes what happens: outside of
// blocks, in a function that an equation calls, and in NET_RECEIVE.
func FuzzC(f *testing.F) {
	files, _ := filepath.Glob("testdata/*/*")
	for _, name := range files {
		src, err := os.ReadFile(name)
		if err != nil {
			continue // a folder
		}
		for _, part := range strings.Split(string(src), "VERBATIM")[1:] {
			f.Add("static double sq(double x) { return x * x; }", part)
		}
	}
	f.Add("static int n[3] = {1, 2, 3};", "for (int i = 0; i < 3; i++) { if (n[i] & 1) continue; a = n[i] ? a : b[i]; while (a > 3) a -= 1; }")
	f.Add("#define TWICE(x) ((x) * 2)", "double *p = &a; *p = TWICE(3); switch (q) { case 1: a++; break; default: return 0; }")
	f.Add("static unsigned next(unsigned s) { return 1664525u * s + 1013904223u; }",
		"uint32_t u = a; int n = q; float f = 0.1f; unsigned long w; u ^= u << 13; u = next(u) % 7 - n / 3; w = ~u & 0xffL; w *= u; a = f * u + (w >> 3) + sizeof(b) + (n < u);")
	f.Add("static void two(double *x, int *n) { *x = 3.5; *n = *x; }",
		"int n = (int) a, k; double y; two(&y, &n); switch (n) { case 1: case 3: k = 1; do { k <<= 1; if (k == 8) continue; } while (k < 100); default: a += k; break; case -2: ; } b[n & 3] = k++;")
	f.Add("static double twice(double x) { return 2 * x; }", "uint32_t i = q; double y[3]; mcell_ran4_init(3); a = mcell_ran4(&i, y, 3, 2.) + twice(y[2]); memset(y, 0, sizeof y); q = i; if (ifarg(2)) a = *getarg(2);")
	f.Add("typedef struct { double x; } point;", "do { a *= 2; } while (a < 100 && !q); printf(\"%g\\n\", a); return _la;")
	f.Fuzz(func(t *testing.T, outside, inside string) {
		clean := strings.NewReplacer("ENDVERBATIM", "", "\x1a", "", "\x04", "")
		outside, inside = clean.Replace(outside), clean.Replace(inside)
		compiles(t, []byte("NEURON { POINT_PROCESS x NONSPECIFIC_CURRENT i RANGE a, b, q }\nASSIGNED { i a b[4] q }\n"+
			"VERBATIM\n"+outside+"\nENDVERBATIM\nFUNCTION fun(a) {\nVERBATIM\n"+inside+"\nENDVERBATIM\n}\n"+
			"BREAKPOINT { i = fun(v) }\nNET_RECEIVE (w) {\nVERBATIM\n"+inside+"\nENDVERBATIM\n}\n"), nil)
	})
}

func compiles(t *testing.T, src []byte, open Opener) {
	t.Helper()
	list := &diag.List{}
	f := Parse("x.mod", src, open, list)
	d := Lower(f, list)
	if (d == nil) != list.HasErrors() {
		t.Fatalf("a mechanism: %v, errors: %v", d != nil, list.HasErrors())
	}
	Dimensions(f, list)
	for _, x := range list.All() {
		_ = x.Error()
	}
	if d != nil {
		_ = d.String()
	}
}
