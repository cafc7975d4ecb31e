package opt_test

import (
	"strings"
	"testing"

	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/mech/opt"
	"github.com/rallsim/rall/ir/mech/solve"
	"github.com/rallsim/rall/nmodl"
)

// A TABLE of what the mechanism assigns is computed at the call where NEURON
// looks at it there; what differs from NEURON is said, what cannot be is refused.
func TestLiveTables(t *testing.T) {
	const body = `
 NONSPECIFIC_CURRENT i
}
ASSIGNED { v i q r ga }
PARAMETER { k = 3 }
INITIAL { q = 1 }
BREAKPOINT { r = 1 + t  rates(v)  i = ga }
PROCEDURE rates(x) { TABLE ga DEPEND `
	const table = ` FROM -100 TO 100 WITH 20
 ga = `
	for _, c := range []struct {
		neuron, depend, value string
		tables                int
		want                  string // in a finding; "": none
	}{
		{"GLOBAL ga", "k", "k*x", 1, ""},
		{"GLOBAL ga, q", "k", "q*x", 0, ""}, // of INITIAL alone
		{"GLOBAL ga, r", "r", "r*x", 0, ""},
		{"GLOBAL ga RANGE r", "r", "r*x", 0, ""},
		{"GLOBAL ga, r", "k", "r*x", 0, "warning[neuron-compat]: r goes into the TABLE of rates and changes while it runs"},
		{"RANGE ga, r", "r", "r*x", 1, "error[unsupported]: the TABLE of rates depends on r, which the mechanism assigns"},
		{"THREADSAFE GLOBAL ga, r", "r", "r*x", 1, "error[unsupported]: the TABLE of rates depends on r, which the mechanism assigns"},
		{"RANGE ga, q", "q", "q*x", 1, ""},
	} {
		src := "NEURON { SUFFIX x " + c.neuron + body + c.depend + table + c.value + "\n}\n"
		var l diag.List
		def := nmodl.Compile("x.mod", []byte(src), nil, &l)
		if def == nil {
			t.Fatalf("%v\n%s", l.Err(), src)
		}
		l = diag.List{}
		m := opt.Inline(solve.Solve(def, &l), &l)
		var said []string
		for _, d := range l.All() {
			said = append(said, d.Severity.String()+"["+string(d.Code)+"]: "+d.Msg)
		}
		if text := strings.Join(said, "\n"); len(m.Tables) != c.tables || (c.want == "") != (text == "") || !strings.Contains(text, c.want) {
			t.Errorf("%s, DEPEND %s: %d tables, want %d; %q, want %q", c.neuron, c.depend, len(m.Tables), c.tables, text, c.want)
		}
	}
}
