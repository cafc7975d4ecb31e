package vm

import (
	"testing"

	"github.com/rallsim/rall/runtime/kernel"
)

// A register may hold lanes in one place and what is uniform in another:
// registers are used again.
func TestUniformOperands(t *testing.T) {
	in := func(op kernel.Op, dst, a, b kernel.Reg) kernel.Instr {
		return kernel.Instr{Op: op, Dst: dst, A: a, B: b, C: -1}
	}
	two := map[kernel.Op]bool{}
	for op := range binary {
		if binary[op] != nil {
			two[kernel.Op(op)] = true
		}
	}
	for op := range right {
		two[kernel.Op(op)] = true
	}
	one := map[kernel.Op]bool{}
	for op := range unary {
		if unary[op] != nil {
			one[kernel.Op(op)] = true
		}
	}
	check := func(op kernel.Op, b kernel.Reg) {
		t.Helper()
		x, y := in(kernel.Const, 0, -1, -1), in(kernel.Const, 1, -1, -1)
		x.Value, y.Value = 2.5, .75
		load, store := in(kernel.LoadC, 2, -1, -1), in(kernel.StoreC, -1, 2, -1)
		again := store
		store.Imm = 1
		p := &kernel.Program{Mech: op.String(), Columns: []kernel.Column{{Name: "a", Len: 1}, {Name: "b", Len: 1}}}
		p.State = &kernel.Code{NumRegs: 3, Body: []kernel.Node{straight(x, y, load, store, in(op, 2, 0, b), again)}}
		frame := func() *kernel.Frame {
			f := &kernel.Frame{N: 20, Host: &host{}}
			for range 2 {
				c := make([]float64, f.N)
				for k := range c {
					c[k] = float64(k) + .5
				}
				f.Columns = append(f.Columns, c)
			}
			return f
		}
		want, got := frame(), frame()
		Interp{}.Run(p, p.State, want, 0, 20)
		newBlock(16).Run(p, p.State, got, 0, 20)
		if x, y := dump(want), dump(got); x != y {
			t.Errorf("%s of two uniform operands\ninterp\n%s\nblock\n%s", op, x, y)
		}
	}
	for op := range two {
		check(op, 1)
	}
	for op := range one {
		check(op, -1)
	}
	if len(two) < 10 || len(one) < 10 {
		t.Errorf("only %d and %d operations", len(two), len(one))
	}
}
