package vm

import (
	"math/rand/v2"
	"testing"

	"github.com/rallsim/rall/runtime/kernel"
)

// Straight code over few registers, full of what can be fused and of what
// forbids it, once and in a loop, gives the same bits with and without fusing.
func TestFuse(t *testing.T) {
	const registers = 7 // and two for a loop
	taken := 0
	for seed := range uint64(2000) {
		r := rand.New(rand.NewPCG(seed, 5))
		p := randomProgram(seed, false)
		in := func(op kernel.Op, dst, a, b kernel.Reg, imm int32) kernel.Instr {
			return kernel.Instr{Op: op, Dst: dst, A: a, B: b, C: -1, Imm: imm}
		}
		any := func() kernel.Reg { return kernel.Reg(1 + r.IntN(registers-1)) }
		or0 := func() kernel.Reg { return kernel.Reg(r.IntN(registers)) } // 0 is uniform, and nothing else is
		first := []kernel.Instr{in(kernel.Const, registers, -1, -1, 0), in(kernel.LoadU, 0, -1, -1, 1)}
		for k := kernel.Reg(1); k < registers; k++ {
			first = append(first, in(kernel.LoadC, k, -1, -1, int32(r.IntN(p.Rows()))))
		}
		var ins []kernel.Instr
		for len(ins) < 25 {
			switch r.IntN(14) {
			case 9: // a rate
				ins = append(ins, in(kernel.Exp, any(), any(), -1, 0))
			case 10:
				d := any()
				ins = append(ins, in(kernel.Div, d, or0(), any(), 0), in(kernel.Mul, d, 0, d, 0), in(kernel.Exp, d, d, -1, 0),
					in(kernel.Sub, d, 0, d, 0))
				s, x := any(), any()
				ins = append(ins, in(kernel.Sub, x, x, s, 0), in(kernel.Mul, x, x, d, 0), in(kernel.Add, any(), s, x, 0))
			case 11:
				ins = append(ins, in(kernel.Div, any(), or0(), any(), 0))
			case 12:
				x, a, c := any(), any(), any()
				ins = append(ins, in(kernel.Lt, a, x, or0(), 0), in(kernel.Gt, c, x, or0(), 0), in(kernel.And, any(), c, a, 0))
			case 13:
				x := any()
				ins = append(ins, in(kernel.Abs, x, any(), -1, 0), in(kernel.Lt, any(), x, 0, 0))
			case 0: // a gate, some of them
				s, k, x, d := any(), or0(), or0(), any()
				ins = append(ins, in(kernel.Sub, d, x, s, 0))
				if r.IntN(4) == 0 {
					ins = append(ins, in(kernel.Neg, any(), any(), -1, 0))
				}
				m := any()
				ins = append(ins, in(kernel.Mul, m, k, d, 0))
				if r.IntN(4) == 0 {
					ins = append(ins, in(kernel.Neg, any(), any(), -1, 0))
				}
				ins = append(ins, in(kernel.Add, any(), s, m, 0))
			case 1:
				d := any()
				ins = append(ins, in(kernel.Neg, d, any(), -1, 0))
				if r.IntN(3) == 0 {
					ins = append(ins, in(kernel.StoreC, -1, any(), -1, int32(r.IntN(p.Rows()))))
				}
				ins = append(ins, in(kernel.AddP, -1, d, -1, 3))
			case 2:
				ins = append(ins, in(kernel.LoadC, any(), -1, -1, int32(r.IntN(p.Rows()))))
			case 3:
				ins = append(ins, in(kernel.StoreC, -1, any(), -1, int32(r.IntN(p.Rows()))))
			case 4:
				ins = append(ins, in(kernel.LoadP, any(), -1, -1, int32(r.IntN(3))))
			default:
				op := []kernel.Op{kernel.Add, kernel.Sub, kernel.Mul, kernel.Neg}[r.IntN(4)]
				ins = append(ins, in(op, any(), or0(), any(), 0))
			}
		}
		ins = append(ins, in(kernel.StoreC, -1, any(), -1, 0), in(kernel.StoreC, -1, any(), -1, 4))
		body := []kernel.Node{kernel.Straight{Instrs: first}}
		if seed%2 == 0 {
			body = append(body, kernel.Straight{Instrs: ins})
		} else {
			const count, test, mask, limit, one = registers, registers + 1, registers + 2, registers + 3, registers + 4
			body = append(body, straight(
				kernel.Instr{Op: kernel.Const, Dst: mask, A: -1, B: -1, C: -1, Value: 1},
				kernel.Instr{Op: kernel.Const, Dst: limit, A: -1, B: -1, C: -1, Value: 3},
				kernel.Instr{Op: kernel.Const, Dst: one, A: -1, B: -1, C: -1, Value: 1}),
				kernel.While{Cond: []kernel.Node{straight(in(kernel.Lt, test, count, limit, 0))}, Test: test, Mask: mask, Limit: 9,
					Body: []kernel.Node{kernel.Straight{Instrs: append(ins, in(kernel.Add, count, count, one, 0))}}},
				straight(in(kernel.StoreC, -1, any(), -1, 1)))
		}
		p.State = &kernel.Code{Body: body, NumRegs: registers + 5}
		if err := kernel.Check(p); err != nil {
			t.Fatal(err)
		}
		for _, n := range []int{5, 40} {
			for _, shared := range []bool{false, true} {
				want, got := randomFrame(p, n, shared), randomFrame(p, n, shared)
				Interp{}.Run(p, p.State, want, 0, n)
				v := newBlock(16)
				v.Run(p, p.State, got, 0, n)
				if x, y := dump(want), dump(got); x != y {
					t.Fatalf("seed %d, %d instances, shared %v: fusing changes the result\n%s\n%s\n%s", seed, n, shared, p, x, y)
				}
				for _, node := range v.plan(p, p.State, nil).body {
					if s, ok := node.(steps); ok {
						for i := range s.list {
							if s.list[i].C >= 0 && s.list[i].Op == kernel.Add {
								taken++
							}
						}
					}
				}
			}
		}
	}
	if taken < 200 {
		t.Errorf("only %d gates were fused", taken)
	}
}
