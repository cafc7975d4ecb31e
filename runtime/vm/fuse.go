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
	f.find(b.pl.code.NumRegs)
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
	// read and written are the places where a register is, in order; effects and
	// lookups those of such instructions before and at each place, or -1.
	read, written    [][]int32
	effects, lookups []int32
}

// find notes where registers are read and written, so that looking for what
// makes a value does not go over all instructions.
func (f *fuser) find(registers int) {
	f.read, f.written = make([][]int32, registers), make([][]int32, registers)
	f.effects, f.lookups = make([]int32, len(f.ins)), make([]int32, len(f.ins))
	effect, lookup := int32(-1), int32(-1)
	for i := range f.ins {
		x := &f.ins[i]
		at := int32(i)
		x.Operands(func(q kernel.Reg) {
			if l := f.read[q]; len(l) == 0 || l[len(l)-1] != at {
				f.read[q] = append(l, at)
			}
		})
		if x.Op.Writes() && x.Dst >= 0 {
			f.written[x.Dst] = append(f.written[x.Dst], at)
		}
		if x.Op.Effect() {
			effect = at
		}
		if x.Op == kernel.Lookup {
			lookup = at
		}
		f.effects[i], f.lookups[i] = effect, lookup
	}
}

// from is the first place of list that is at or after i, len(list) if none is.
func from(list []int32, i int) int {
	at, _ := slices.BinarySearch(list, int32(i))
	return at
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
	if r < 0 {
		return -1
	}
	at := from(f.written[r], i) - 1
	if at < 0 {
		return -1
	}
	k := int(f.written[r][at])
	if int(f.lookups[i-1]) > k { // may write r too
		return -1
	}
	if f.gone[k] || !slices.Contains(ops, f.ins[k].Op) || f.b.scalar(&f.ins[k]) {
		return -1
	}
	reads := 0
	f.ins[i].Operands(func(x kernel.Reg) {
		if x == r {
			reads++
		}
	})
	if reads != 1 || f.carried(r) || int(f.effects[i-1]) > k { // what it stores may be what a register stands for
		return -1
	}
	until := len(f.ins) // the next that writes r
	if next := f.written[r][at+1:]; len(next) > 0 {
		until = int(next[0])
	} else if f.beyond[r] {
		return -1
	}
	list := f.read[r]
	for n := from(list, k+1); n < len(list) && int(list[n]) <= until; n++ {
		if int(list[n]) != i {
			return -1
		}
	}
	return f.usable(k, i)
}

// usable returns k if what it reads is still there at i, else -1.
func (f *fuser) usable(k, i int) int {
	ok := true
	f.ins[k].Operands(func(q kernel.Reg) { ok = ok && f.stays(k, i, q) })
	if !ok {
		return -1
	}
	return k
}

// carried says whether the Straight reads r before it writes it: in a loop that
// is what the round before left there.
func (f *fuser) carried(r kernel.Reg) bool {
	return len(f.read[r]) > 0 && (len(f.written[r]) == 0 || f.read[r][0] <= f.written[r][0])
}

// stays says whether no instruction after one and before another, but for what is
// gone, writes register r.
func (f *fuser) stays(after, before int, r kernel.Reg) bool {
	if before > 0 && int(f.lookups[before-1]) > after {
		return false
	}
	if r < 0 {
		return true
	}
	list := f.written[r]
	for n := from(list, after+1); n < len(list) && int(list[n]) < before; n++ {
		if !f.gone[list[n]] {
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
