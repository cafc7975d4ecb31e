package vm

import (
	"math"
	"testing"

	"github.com/rallsim/rall/runtime/kernel"
)

// The grid grows by accumulation, the end entries hold outside, NaN stays
// NaN, and a table is rebuilt when what it depends on changes.
func TestTables(t *testing.T) {
	p := randomProgram(1, false)
	p.Tables[0].N = 7
	p.Tables[0].From = &kernel.Code{NumRegs: 1, Results: []kernel.Reg{0}, Body: []kernel.Node{straight(
		kernel.Instr{Op: kernel.Const, Dst: 0, A: -1, B: -1, C: -1, Value: -0.3})}}
	p.Tables[0].To = &kernel.Code{NumRegs: 1, Results: []kernel.Reg{0}, Body: []kernel.Node{straight(
		kernel.Instr{Op: kernel.Const, Dst: 0, A: -1, B: -1, C: -1, Value: 0.4})}}
	p.TableFill[0] = &kernel.Code{NumRegs: 3, Results: []kernel.Reg{0, 2}, Body: []kernel.Node{straight(
		kernel.Instr{Op: kernel.LoadU, Dst: 1, A: -1, B: -1, C: -1, Imm: kernel.UniformCelsius},
		kernel.Instr{Op: kernel.Mul, Dst: 2, A: 0, B: 1, C: -1})}}
	f := randomFrame(p, 3, false)
	d := f.Tables[0]
	x, hi := -0.3, 0.4 // variables: constants would be subtracted exactly
	dx := (hi - x) / 7
	for k := 0; k <= 7; k++ {
		if d.Y[0][k] != x || d.Y[1][k] != x*20.0 {
			t.Errorf("entry %d is at %v with %v, want %v", k, d.Y[0][k], d.Y[1][k], x)
		}
		x += dx
	}
	if math.Abs(d.Y[0][7]-0.4) > 1e-15 || d.MFac != 1/dx {
		t.Errorf("last entry at %v, mfac %v", d.Y[0][7], d.MFac)
	}
	out := make([]float64, 2)
	for _, c := range []struct{ x, want float64 }{{-9, d.Y[0][0]}, {9, d.Y[0][7]}, {-0.3, d.Y[0][0]}, {math.Inf(1), d.Y[0][7]}} {
		if d.At(c.x, out); out[0] != c.want {
			t.Errorf("at %v: %v, want %v", c.x, out[0], c.want)
		}
	}
	if d.At(math.NaN(), out); out[0] == out[0] || out[1] == out[1] {
		t.Errorf("NaN looks up as %v", out)
	}
	if d.At(0.05, out); math.Abs(out[0]-0.05) > 1e-15 {
		t.Errorf("at 0.05: %v", out[0])
	}

	BuildTables(p, f)
	if f.Tables[0] != d {
		t.Error("rebuilt without a reason")
	}
	f.Uniforms[kernel.UniformCelsius] = 30
	BuildTables(p, f)
	if f.Tables[0] == d || f.Tables[0].Y[1][0] != -0.3*30 {
		t.Error("not rebuilt when celsius changed")
	}
	d = f.Tables[0]
	f.Uniforms[4], f.Uniforms[kernel.UniformCelsius] = 0, 10
	BuildTables(p, f)
	if f.Tables[0] != d || d.On {
		t.Error("a table that is off is left as it is")
	}
	f.Uniforms[4] = 1
	BuildTables(p, f)
	if !f.Tables[0].On || f.Tables[0].Y[1][0] != -0.3*10 {
		t.Error("switched on again it must be rebuilt")
	}
}

// Running allocates nothing, at any width.
func TestNoAllocation(t *testing.T) {
	if raceEnabled {
		t.Skip("allocations cannot be counted under the race detector")
	}
	for seed := uint64(0); seed < 20; seed++ {
		p := randomProgram(seed, false)
		f := randomFrame(p, 300, false)
		v := NewBlock()
		for _, hi := range []int{1, 2, 300} {
			v.Run(p, p.State, f, 0, hi)
			if n := testing.AllocsPerRun(20, func() { v.Run(p, p.State, f, 0, hi) }); n > 0.5 {
				t.Errorf("seed %d: %v allocations a run of %d instances", seed, n, hi)
			}
		}
	}
}
