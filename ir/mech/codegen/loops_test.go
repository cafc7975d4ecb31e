package codegen_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/rallsim/rall/ir/mech/codegen"
	"github.com/rallsim/rall/runtime/kernel"
	"github.com/rallsim/rall/runtime/vm"
)

// A loop that never ends is the same error whether something needs its results
// or not, in either backend; one that counts to a bound is left out when
// nothing does.
func TestEndlessLoops(t *testing.T) {
	for body, fails := range map[string]bool{
		"while (1) { }":                                          true,
		"while (x < 1) { x = x - 1 }":                            true,
		"while (x < 1) { x = x - 1 }\n m = x":                    true,
		"FROM k = 0 TO p { p = k + 2 }":                          true,
		"if (x > -1) { while (1) { x = x + 1 } }":                true,
		"x = 3\n while (x > 0) { x = x - 1 }\n m = x":            false,
		"FROM k = 0 TO p { x = x + k }":                          false,
		"FROM k = 0 TO p*1000 { FROM q = 0 TO k*900 { x = k } }": false,
	} {
		src := "NEURON { SUFFIX m RANGE m, p }\nPARAMETER { p = 1000 }\nASSIGNED { m }\nBREAKPOINT { LOCAL x\n x = 0\n" + body + "\n}\n"
		p := compile(t, "m.mod", src, codegen.Options{})
		for _, b := range []kernel.Backend{vm.Interp{}, vm.NewBlock()} {
			for _, n := range []int{1, 5} {
				f := frame(p, sequence(n), false)
				if p.State != nil {
					b.Run(p, p.State, f, 0, n)
				}
				said := f.Host.(*journal).lines
				for k := range n {
					has := slices.ContainsFunc(said[k], func(s string) bool {
						return strings.Contains(s, "of m.mod has not ended after 1000000 rounds")
					})
					if has != fails {
						t.Errorf("%s, %s, instance %d of %d: %q", body, b.Name(), k, n, said[k])
					}
				}
			}
		}
	}
}

// Instances with different values of what a TABLE depends on have different
// tables, which are those that each has by itself.
func TestOwnTables(t *testing.T) {
	p := compile(t, "m.mod", `NEURON { SUFFIX m RANGE half, y, z }
PARAMETER { half = -40 }
ASSIGNED { v y z minf }
BREAKPOINT { rates(v)  y = minf  z = other(v) }
PROCEDURE rates(v) {
	TABLE minf DEPEND half FROM -100 TO 100 WITH 20
	minf = 1/(1 + exp(-(v - half)/9))
}
FUNCTION other(v) {
	TABLE FROM half TO 80 WITH 30
	other = exp(v/50)
}
`, codegen.Options{})
	if !p.Tables[0].Own() || !p.Tables[1].Own() || len(p.Tables[0].Follow) != 1 || len(p.Tables[1].Follow) != 0 {
		t.Fatalf("tables %+v", p.Tables)
	}
	const n = 9
	for _, b := range []kernel.Backend{vm.Interp{}, vm.NewBlock()} {
		all := frame(p, sequence(n), false)
		all.Columns[0][3] = all.Columns[0][4] // they share a table
		vm.BuildTables(p, all)
		if all.Tables[0].Of(3) != all.Tables[0].Of(4) || all.Tables[0].Of(3) == all.Tables[0].Of(5) {
			t.Error("tables are not shared by equal values")
		}
		b.Run(p, p.State, all, 0, n)
		for k := range n {
			one := frame(p, []int{k}, false)
			one.Columns[0][0] = all.Columns[0][k]
			vm.BuildTables(p, one)
			b.Run(p, p.State, one, 0, 1)
			for c := range one.Columns {
				if x, y := all.Columns[c][k], one.Columns[c][0]; x != y {
					t.Errorf("%s: column %d of instance %d is %v among others, %v by itself", b.Name(), c, k, x, y)
				}
			}
		}
	}
}

// Integers of C are doubles here: a product that would wrap around in C, as
// that of a generator of random numbers, ends the run.
func TestIntegersOutOfRange(t *testing.T) {
	for factor, fails := range map[string]bool{"1103515245": true, "-1103515245": true, "16807": false} {
		p := compile(t, "m.mod", "NEURON { SUFFIX m RANGE m }\nASSIGNED { m }\nBREAKPOINT {\nVERBATIM\n"+
			"int seed = 123456789;\nif (v < 1e9) seed = seed * "+factor+";\nm = seed;\nENDVERBATIM\n}\nASSIGNED { v }\n", codegen.Options{})
		for _, b := range []kernel.Backend{vm.Interp{}, vm.NewBlock()} {
			f := frame(p, sequence(3), false)
			b.Run(p, p.State, f, 0, f.N)
			for _, said := range f.Host.(*journal).lines {
				has := slices.ContainsFunc(said, func(s string) bool { return strings.Contains(s, "product of integers in line 6 of m.mod") })
				if has != fails {
					t.Fatalf("123456789 times %s: %v, %v", factor, b, said)
				}
			}
		}
	}
}
