package vm

import (
	"slices"

	"github.com/rallsim/rall/runtime/kernel"
	"github.com/rallsim/rall/runtime/vec"
)

// Fusing: where a value is made only for the operation that follows, one pass
// over the block does both. What is computed, and how it is rounded, stays.

// fused is an instruction with those that it takes in.
type fused struct {
	kernel.Instr
	from *kernel.Instr
	run  func(*block, *step) // nil: the instruction alone

	minus bool   // of AddP: -A is added
	with  *fused // of addPair: the second AddP
	chain *chain // what makes the result, by chain.go
	coefs []coef // of run, where it is one of chain.go
	rate  int    // of a gate: the instruction that multiplies by its rate
}

// fuse returns the steps of a Straight, without the instructions that others
// have taken in.
func (b *planner) fuse(ins []kernel.Instr) []fused {
	f := fuser{b: b, ins: ins, gone: make([]bool, len(ins)), beyond: b.readBeyond(ins)}
	out := make([]fused, len(ins))
	for i := range ins {
		out[i].Instr, out[i].from = ins[i], &ins[i]
		switch ins[i].Op {
		case kernel.Add:
			f.gate(i, &out[i])
		case kernel.AddP:
			if k := f.maker(i, ins[i].A, kernel.Neg); k >= 0 {
				f.gone[k] = true
				out[i].A, out[i].minus = ins[k].A, true
			}
		}
	}
	for i := range out {
		if !f.gone[i] {
			f.link(i, out)
		}
	}
	kept := out[:0]
	for i := range out {
		if f.gone[i] {
			continue
		}
		out[i].close()
		if n := len(kept); n > 0 && pairs(&kept[n-1], &out[i]) {
			second := out[i]
			kept[n-1].with, kept[n-1].run = &second, addPair
			continue
		}
		kept = append(kept, out[i])
	}
	return kept
}

// pairs says whether two instructions are a current and a conductance that go
// to two ports of the same instances.
func pairs(a, b *fused) bool {
	return a.Op == kernel.AddP && b.Op == kernel.AddP && a.Imm != b.Imm && a.B < 0 && b.B < 0 && a.with == nil
}

type fuser struct {
	b    *planner
	ins  []kernel.Instr
	gone []bool
	// beyond are the registers that code outside of ins reads.
	beyond []bool
}

// gate looks for s + k*(x - s), a step of an exponential relaxation.
func (f *fuser) gate(i int, out *fused) {
	in := &f.ins[i]
	for _, p := range [][2]kernel.Reg{{in.A, in.B}, {in.B, in.A}} {
		s, product := p[0], p[1]
		m := f.maker(i, product, kernel.Mul)
		if m < 0 {
			continue
		}
		mul := &f.ins[m]
		for _, q := range [][2]kernel.Reg{{mul.A, mul.B}, {mul.B, mul.A}} {
			d := f.maker(m, q[1], kernel.Sub)
			if d < 0 || f.ins[d].B != s || !f.stays(m, i, s) || !f.stays(m, i, f.ins[d].A) {
				continue
			}
			f.gone[m], f.gone[d] = true, true
			out.A, out.B, out.C, out.run, out.rate = s, q[0], f.ins[d].A, gateBlock, m
			return
		}
	}
}

// maker returns the instruction that makes what instruction i reads from
// register r, if it is one of ops over lanes, nothing else reads its result, and
// it can as well be done at i; else -1.
func (f *fuser) maker(i int, r kernel.Reg, ops ...kernel.Op) int {
	k := i - 1
	for k >= 0 && !(f.ins[k].Op.Writes() && f.ins[k].Dst == r) {
		if f.ins[k].Op == kernel.Lookup {
			return -1 // may write r too
		}
		k--
	}
	if k < 0 || f.gone[k] || !slices.Contains(ops, f.ins[k].Op) || f.b.scalar(&f.ins[k]) {
		return -1
	}
	reads := 0
	f.ins[i].Operands(func(x kernel.Reg) {
		if x == r {
			reads++
		}
	})
	ok := reads == 1 && !f.carried(r)
	for j := k + 1; j < len(f.ins) && ok; j++ {
		x := &f.ins[j]
		if j != i {
			x.Operands(func(q kernel.Reg) { ok = ok && q != r })
		}
		if j < i && x.Op.Effect() {
			return -1 // what it stores may be what a register stands for
		}
		if j >= i && x.Op.Writes() && x.Dst == r {
			return f.usable(k, i, ok)
		}
	}
	if f.beyond[r] {
		return -1
	}
	return f.usable(k, i, ok)
}

func (f *fuser) usable(k, i int, ok bool) int {
	if ok {
		f.ins[k].Operands(func(q kernel.Reg) { ok = ok && f.stays(k, i, q) })
	}
	if !ok {
		return -1
	}
	return k
}

// carried says whether the Straight reads r before it writes it: in a loop that
// is what the round before left there.
func (f *fuser) carried(r kernel.Reg) bool {
	found := false
	for j := range f.ins {
		f.ins[j].Operands(func(q kernel.Reg) { found = found || q == r })
		if found || f.ins[j].Op.Writes() && f.ins[j].Dst == r {
			return found
		}
	}
	return false
}

// stays says whether no instruction after from and before to, but for what is
// gone, writes register r.
func (f *fuser) stays(from, to int, r kernel.Reg) bool {
	for j := from + 1; j < to; j++ {
		x := &f.ins[j]
		if f.gone[j] || !x.Op.Writes() {
			continue
		}
		if x.Dst == r || x.Op == kernel.Lookup {
			return false
		}
	}
	return true
}

// readBeyond says which registers code outside the Straight ins reads.
func (b *planner) readBeyond(ins []kernel.Instr) []bool {
	out := slices.Clone(b.control)
	for _, x := range b.pl.code.Results {
		out[x] = true
	}
	if len(ins) == 0 {
		return out
	}
	inside := false
	kernel.Walk(b.pl.code.Body, func(in *kernel.Instr) {
		if in == &ins[0] {
			inside = true
		}
		if !inside {
			in.Operands(func(q kernel.Reg) { out[q] = true })
		}
		if in == &ins[len(ins)-1] {
			inside = false
		}
	})
	return out
}

// controls marks the registers that loops, branches and solvers read.
func controls(ns []kernel.Node, out []bool) {
	mark := func(rs ...kernel.Reg) {
		for _, r := range rs {
			if r >= 0 {
				out[r] = true
			}
		}
	}
	for _, n := range ns {
		switch n := n.(type) {
		case kernel.Branch:
			mark(n.Mask)
			controls(n.Then, out)
		case kernel.While:
			mark(n.Mask, n.Test)
			controls(n.Cond, out)
			controls(n.Body, out)
		case kernel.Newton:
			mark(n.X...)
			mark(n.R...)
			mark(n.Mask)
			controls(n.F, out)
		case kernel.Linear:
			mark(n.M...)
			mark(n.B...)
			mark(n.Mask)
		}
	}
}

// gateBlock is Dst = A + B*(C - A).
func gateBlock(b *block, s *step) {
	x, k, y := b.vec(s.A), b.vec(s.B), b.vec(s.C)
	vec.Relax(b.own(s.Dst), x, k, y)
}
