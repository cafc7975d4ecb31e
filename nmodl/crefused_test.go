package nmodl

import (
	"fmt"
	"strings"
	"testing"

	"github.com/rallsim/rall/ir/diag"
)

// What C itself, or rall, does not allow is an error at its place.
func TestRefusedC(t *testing.T) {
	doubling := "struct S0 { double x; };"
	for k := range 14 {
		doubling += fmt.Sprintf(" struct S%d { struct S%d a, b; };", k+1, k)
	}
	for _, c := range []struct{ outside, inside, want string }{
		{"", "struct R { double x; struct R r; } z; a = z.x;", "x.mod:6:31: error[unsupported]: VERBATIM in INITIAL: r: a structure cannot hold itself"},
		{"struct R { double x; struct R r[2]; }; static struct R z;", "a = z.x;", "x.mod:3:31: error[unsupported]: VERBATIM in INITIAL: r: a structure cannot hold itself"},
		{"struct P; struct Q { struct P p; int a; }; struct P { struct Q q; }; static struct P z;", "a = z.q.a;", "q: a structure cannot hold itself"},
		{"struct S { X x; }; typedef struct { struct S s; } X;", "X z; a = sizeof(z);", "s: a structure cannot hold itself"},
		{"struct R { double x[sizeof(struct R)]; };", "struct R z; a = z.x[0];", "x.mod:3:19: error[unsupported]: VERBATIM in INITIAL: a structure whose size depends on itself"},
		{"struct R { double x[sizeof(z)]; }; static struct R z;", "a = z.x[0];", "a structure whose size depends on itself"},
		{doubling, "struct S14 z; a = sizeof(z);", "b: a structure of more than 10000 members"},
		{"", "double b[2], c[2], *p = b; for (int i = 0; i < 2; i++, p = c) a += p[0];", "the pointer p, which rall cannot follow"},
		{"", "double b[2], c[2], *p = b; int i = 0; do a += p[0]; while (p = c, ++i < 2);", "the pointer p, which rall cannot follow"},
		{"", "double b[2], c[2], *p = b; while (a += p[0], p = c, a < 2) ;", "the pointer p, which rall cannot follow"},
		{"", "static double k = a; a = k;", "x.mod:6:15: error[unsupported]: VERBATIM in INITIAL: k, whose first value is no constant"},
		{"", "static double k[2] = {1, a}; a = k[1];", "x.mod:6:15: error[unsupported]: VERBATIM in INITIAL: k, whose first value is no constant"},
		{"", "a = 'ab';", "the text 'ab', which is no single character of ASCII"},
		{"", "a = '';", "the text '', which is no single character of ASCII"},
		{"", "a = secondorder;", "secondorder, which a program may change"},
	} {
		list := &diag.List{}
		src := "NEURON { SUFFIX x RANGE a }\nVERBATIM\n" + c.outside + "\nENDVERBATIM\nINITIAL { VERBATIM\n" + c.inside + "\nENDVERBATIM\n}\nASSIGNED { a }\n"
		if d := Compile("x.mod", []byte(src), nil, list); d != nil || !strings.Contains(list.Error(), c.want) {
			t.Errorf("%s %s: %v\nwant %s", c.outside, c.inside, list.Error(), c.want)
		}
	}
}
