package vm

import (
	"math"
	"testing"

	"github.com/rallsim/rall/runtime/kernel"
)

// Code of very many registers runs in smaller blocks, whose scratch is bounded,
// and computes what it computes in others: in any order of codes, since a block
// is used again for another's.
func TestManyRegisters(t *testing.T) {
	chain := func(n int) *kernel.Program { // x = sum of i*x over as many registers as terms
		c := &kernel.Code{NumRegs: n + 2}
		add := func(in kernel.Instr) {
			c.Body[0] = kernel.Straight{Instrs: append(c.Body[0].(kernel.Straight).Instrs, in)}
		}
		c.Body = []kernel.Node{kernel.Straight{}}
		add(kernel.Instr{Op: kernel.Const, Dst: 0, A: -1, B: -1, C: -1, Value: 1.0009765625})
		add(kernel.Instr{Op: kernel.LoadC, Dst: 1, A: -1, B: -1, C: -1})
		for r := 1; r <= n; r++ {
			b := kernel.Reg(0)
			if r > 3 {
				b = kernel.Reg(r / 2)
			}
			op := kernel.Add
			if r%3 == 0 {
				op = kernel.Mul
			}
			add(kernel.Instr{Op: op, Dst: kernel.Reg(r + 1), A: kernel.Reg(r), B: b, C: -1})
			if r%7 == 0 {
				c.Body[0].(kernel.Straight).Instrs[r+1].Op = kernel.Exprelr
				c.Body[0].(kernel.Straight).Instrs[r+1].B = -1
			}
		}
		add(kernel.Instr{Op: kernel.StoreC, Dst: -1, A: kernel.Reg(n + 1), B: -1, C: -1})
		p := &kernel.Program{Mech: "large", State: c, Columns: []kernel.Column{{Name: "x", Len: 1, State: true}},
			Uniforms: []kernel.Uniform{{Name: "t"}, {Name: "dt"}, {Name: "celsius"}}}
		if err := kernel.Check(p); err != nil {
			t.Fatal(err)
		}
		return p
	}
	frame := func(k int) *kernel.Frame {
		x := make([]float64, k)
		for i := range x {
			x[i] = 1 / float64(i+3)
		}
		return &kernel.Frame{Columns: [][]float64{x}, Uniforms: make([]float64, kernel.UniformFirst)}
	}
	const instances = 130
	v := NewBlock()
	for _, n := range []int{12000, 30, 3000, 40, 12000} {
		p := chain(n)
		want, got := frame(instances), frame(instances)
		Interp{}.Run(p, p.State, want, 0, instances)
		v.Run(p, p.State, got, 0, instances)
		differs := false
		for i, x := range want.Columns[0] {
			if math.Float64bits(x) != math.Float64bits(got.Columns[0][i]) {
				t.Fatalf("%d registers, instance %d: %g is not %g", n, i, got.Columns[0][i], x)
			}
			differs = differs || x != want.Columns[0][0]
		}
		if !differs && n < 1000 {
			t.Errorf("%d registers: all instances give %g", n, want.Columns[0][0])
		}
		if most := max(mostScratch, leastBlock*p.State.NumRegs); v.sizeFor(p.State.NumRegs)*p.State.NumRegs > most {
			t.Errorf("%d registers: blocks of %d take more than %d numbers", n, v.sizeFor(n), most)
		}
	}
}
