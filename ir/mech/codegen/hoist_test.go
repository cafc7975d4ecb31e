package codegen_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/rallsim/rall/ir/mech/codegen"
	"github.com/rallsim/rall/runtime/kernel"
	"github.com/rallsim/rall/runtime/vm"
)

// seen cuts a frame down to what a program without hidden columns has.
func seen(p *kernel.Program, f *kernel.Frame) *kernel.Frame {
	g := *f
	g.Columns, g.Uniforms = nil, nil
	for i, c := range p.Columns {
		if !c.Hidden {
			g.Columns = append(g.Columns, f.Columns[p.Row(i):p.Row(i)+c.Len]...)
		}
	}
	for i, u := range p.Uniforms {
		if !u.Hidden {
			g.Uniforms = append(g.Uniforms, f.Uniforms[i])
		}
	}
	return &g
}

// Computing invariants once changes no bit of any mechanism.
func TestHoistKeepsBits(t *testing.T) {
	all := builtins(t)
	more := sources(t, "testdata/mod/*.mod")
	for name, src := range more {
		all[name] = src
	}
	moved := 0
	for _, name := range names(all) {
		for _, fd := range []bool{false, true} {
			plain := compile(t, name, all[name], codegen.Options{ConductanceFD: fd, KeepInvariants: true})
			p := compile(t, name, all[name], codegen.Options{ConductanceFD: fd})
			if plain.Prepare != nil {
				t.Errorf("%s: prepare is there in spite of the option", name)
			}
			if p.Prepare != nil {
				moved++
			}
			if a, b := fmt.Sprint(plain.Ports), fmt.Sprint(p.Ports); a != b {
				t.Fatalf("%s: ports %s and %s", name, a, b)
			}
			for _, n := range []int{1, 5, 300} {
				for _, shared := range []bool{false, true} {
					if shared && p.Kind == kernel.Density {
						continue
					}
					for _, v := range []kernel.Backend{vm.Interp{}, vm.NewBlock()} {
						a, b := frame(plain, sequence(n), shared), frame(p, sequence(n), shared)
						steps(v, plain, a, 4)
						steps(v, p, b, 4)
						if x, y := bits(a), bits(seen(p, b)); x != y {
							t.Errorf("%s, %s, %d instances: invariants change the result\n%s", name, v.Name(), n, firstDifference(x, y))
						}
					}
				}
			}
		}
	}
	if moved < 20 {
		t.Errorf("only %d programs have invariants", moved)
	}
}

// What moves and what stays.
func TestHoistWhat(t *testing.T) {
	tests := []struct {
		name, neuron, parameter, assigned, code string
		columns, uniforms                       int
	}{
		{name: "of a parameter", code: "s = s + 1/p", columns: 1},
		{name: "too little", code: "s = s + p*2"},
		{name: "with dt", code: "s = s*exp(-dt/p)", columns: 1},
		{name: "the whole of it, once", code: "s = s + exp(1/p) + log(exp(1/p))", columns: 2},
		{name: "with t", code: "s = s + p/(t+1)"},
		{name: "of celsius", code: "s = s*3^((celsius-6.3)/10)", uniforms: 1},
		{name: "a global that the user sets", neuron: "GLOBAL q", parameter: "q = 2", code: "s = s/exp(q)", uniforms: 1},
		{name: "a global that is written", neuron: "GLOBAL q", assigned: "q", code: "q = s s = s/exp(q)"},
		{name: "uniform and not", code: "s = s + p/exp(celsius)", columns: 1},
		{name: "of what INITIAL leaves", assigned: "w", code: "s = s + 1/w", columns: 1},
		{name: "of a state", code: "s = s + exp(r)"},
		{name: "of what a step writes", assigned: "x", code: "s = s + exp(x) x = s"},
		{name: "of the potential", code: "s = s + exp(v/p)"},
		{name: "of the diameter", code: "s = s + diam", columns: 1},
		{name: "in an arm of an if", code: "if (s > 0) { s = s + exp(exp(exp(exp(1/p)))) }", columns: 1},
		{name: "as a condition", code: "if (1/p > 3) { s = s*2 }", columns: 1},
		{name: "in a loop", code: "LOCAL k k = 0 while (k < 3) { s = s + exp(1/p)*k k = k + 1 }", columns: 1},
	}
	for _, c := range tests {
		src := "NEURON { SUFFIX x RANGE p, u, s, r " + c.neuron + " }\nPARAMETER { p = 2 u = 3 diam (um) celsius (degC) " + c.parameter +
			" }\nASSIGNED { v (mV) dt (ms) " + c.assigned + " }\nSTATE { s r }\n" +
			"INITIAL { s = 1 r = 1 " + map[bool]string{true: "w = p*3"}[c.assigned == "w"] + " }\nBREAKPOINT { SOLVE st }\nPROCEDURE st() { " + c.code + " r = r*0.9 }\n"
		p := compile(t, "x.mod", src, codegen.Options{})
		columns, uniforms := 0, 0
		for _, x := range p.Columns {
			if x.Hidden {
				columns++
				if x.Param || x.Visible || x.State {
					t.Errorf("%s: hidden column %s shows", c.name, x.Name)
				}
			}
		}
		for _, x := range p.Uniforms {
			if x.Hidden {
				uniforms++
			}
		}
		if columns != c.columns || uniforms != c.uniforms {
			t.Errorf("%s: %d columns and %d uniforms are hidden, want %d and %d\n%s", c.name, columns, uniforms, c.columns, c.uniforms, p)
		}
	}
}

// An expression of two entries has one column.
func TestHoistShares(t *testing.T) {
	p := compile(t, "x.mod", `NEURON { POINT_PROCESS x RANGE p NONSPECIFIC_CURRENT i }
PARAMETER { p = 2 }
ASSIGNED { v (mV) i (nA) }
STATE { s }
BREAKPOINT { SOLVE st i = s*v*exp(2/p) }
PROCEDURE st() { s = s*exp(2/p) }
`, codegen.Options{})
	if n := strings.Count(p.String(), "keepc"); n != 2 { // and 100/area
		t.Errorf("%d hidden columns\n%s", n, p)
	}
}

// What prepare computes is there before it is read, wherever its parts come
// from: from a pass (the sum of two rates), or from an arm of one entry and
// the prologue of another.
func TestHoistOrder(t *testing.T) {
	for _, src := range []string{`NEURON { SUFFIX x }
PARAMETER { a = 0.2 b = 0.1 }
STATE { s }
BREAKPOINT { SOLVE d METHOD cnexp }
DERIVATIVE d { s' = a*(1 - s) - b*s }
`, `NEURON { SUFFIX x NONSPECIFIC_CURRENT i }
PARAMETER { celsius (degC) }
ASSIGNED { v (mV) i (mA/cm2) }
STATE { s }
BREAKPOINT { SOLVE d METHOD cnexp if (v < 0) { i = s*v*exp(exp(celsius/50)/50) } else { i = 0 } }
DERIVATIVE d { s' = exp(exp(celsius/50)/50) - s*exp(celsius/20) }
`} {
		p := compile(t, "x.mod", src, codegen.Options{})
		if p.Prepare == nil {
			t.Errorf("nothing is invariant\n%s", p)
		}
		a, b := frame(p, sequence(20), false), frame(p, sequence(20), false)
		steps(vm.Interp{}, p, a, 3)
		steps(vm.NewBlock(), p, b, 3)
		if x, y := bits(a), bits(b); x != y {
			t.Errorf("backends differ\n%s", firstDifference(x, y))
		}
	}
}

// A hidden column is not flushed to zero, as values within an entry are not.
func TestHoistTiny(t *testing.T) {
	src := `NEURON { SUFFIX x RANGE p, s }
PARAMETER { p = 690 }
STATE { s }
BREAKPOINT { SOLVE st }
PROCEDURE st() { s = s + exp(-p)*1e200 }
`
	p := compile(t, "x.mod", src, codegen.Options{})
	for _, v := range []kernel.Backend{vm.Interp{}, vm.NewBlock()} {
		f := frame(p, sequence(5), false)
		for i := range f.Columns[0] {
			f.Columns[0][i], f.Columns[1][i] = 690, 0
		}
		v.Run(p, p.Prepare, f, 0, 5)
		v.Run(p, p.State, f, 0, 5)
		for _, x := range f.Columns[1] {
			if d := math.Abs(x/(math.Exp(-690)*1e200) - 1); !(d < 1e-14) {
				t.Errorf("%s: %g", v.Name(), x)
			}
		}
	}
}

// Prepare over some instances is the same as over all.
func TestPrepareOneInstance(t *testing.T) {
	p := compile(t, "Exp2Syn.mod", sources(t, "../../../nmodl/builtin/Exp2Syn.mod")["../../../nmodl/builtin/Exp2Syn.mod"], codegen.Options{})
	v := vm.NewBlock()
	a, b := frame(p, sequence(20), true), frame(p, sequence(20), true)
	v.Run(p, p.Prepare, a, 0, 20)
	for _, k := range sequence(20) {
		v.Run(p, p.Prepare, b, k, k+1)
	}
	if x, y := bits(a), bits(b); x != y {
		t.Error(firstDifference(x, y))
	}
}
