package nmodl

import (
	"strings"
	"testing"

	"github.com/rallsim/rall/ir/diag"
)

// What C itself, or rall, does not allow is an error at its place.
func TestRefusedC(t *testing.T) {
	for _, c := range []struct{ outside, inside, want string }{
		{"", "struct R { double x; struct R r; } z; a = z.x;", "x.mod:6:31: error[unsupported]: VERBATIM in INITIAL: r: a structure cannot hold itself"},
		{"struct R { double x; struct R r[2]; }; static struct R z;", "a = z.x;", "x.mod:3:31: error[unsupported]: VERBATIM in INITIAL: r: a structure cannot hold itself"},
		{"struct P; struct Q { struct P p; int a; }; struct P { struct Q q; }; static struct P z;", "a = z.q.a;", "q: a structure cannot hold itself"},
		{"struct S { X x; }; typedef struct { struct S s; } X;", "X z; a = sizeof(z);", "s: a structure cannot hold itself"},
		{"struct R { double x[sizeof(struct R)]; };", "struct R z; a = z.x[0];", "x.mod:3:19: error[unsupported]: VERBATIM in INITIAL: a structure whose size depends on itself"},
		{"struct R { double x[sizeof(z)]; }; static struct R z;", "a = z.x[0];", "a structure whose size depends on itself"},
	} {
		list := &diag.List{}
		src := "NEURON { SUFFIX x RANGE a }\nVERBATIM\n" + c.outside + "\nENDVERBATIM\nINITIAL { VERBATIM\n" + c.inside + "\nENDVERBATIM\n}\nASSIGNED { a }\n"
		if d := Compile("x.mod", []byte(src), nil, list); d != nil || !strings.Contains(list.Error(), c.want) {
			t.Errorf("%s %s: %v\nwant %s", c.outside, c.inside, list.Error(), c.want)
		}
	}
}
