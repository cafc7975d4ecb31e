package build_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/rallsim/rall/spec/build"
)

// TestPlastErrors: what plast cannot do is told at its place.
func TestPlastErrors(t *testing.T) {
	for _, c := range []struct{ rule, want string }{
		{"{preConds: {pop: A}, postConds: {pop: B}, weight: 0.1, delay: 1, synMech: s, plast: {mech: Junction, params: {}}}", `plast connects a mechanism of the name STDP only`},
		{"{preConds: {pop: A}, postConds: {pop: B}, weight: 0.1, delay: 1, synMech: s, plast: {mech: STDP, params: {wmin: 2}}}", `mechanism "STDP" has no parameter "wmin"`},
		{"{preConds: {pop: A}, postConds: {pop: B}, weight: 0.1, delay: 1, synMech: s, plast: {mech: STDP, params: {synweight: 2}}}", `is a POINTER`},
		{"{preConds: {pop: A}, postConds: {pop: P}, weight: 0.1, delay: 1, plast: {mech: STDP, params: {}}}", `plast changes no weights of connections onto artificial cells`},
		{"{preConds: {pop: A}, postConds: {pop: B}, weight: 0.1, synMech: gap, plast: {mech: STDP, params: {}}}", `plast changes weights of events`},
	} {
		_, found := made(t, partCells+fmt.Sprintf("    r: %s\nsimConfig: {duration: 10}\n", c.rule), build.Build)
		n := 0
		for _, f := range found {
			if strings.Contains(f, c.want) {
				n++
			}
		}
		if n != 1 {
			t.Errorf("%s: %q is said %d times in %q", c.rule, c.want, n, found)
		}
	}
}
