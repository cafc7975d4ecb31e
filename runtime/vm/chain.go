package vm

import (
	"math"

	"github.com/rallsim/rall/runtime/kernel"
	"github.com/rallsim/rall/runtime/vec"
)

// Chains: operations with uniform operands around an exponential or a
// division, as rates of channels have them, are one pass. x - c is x + (-c),
// c - x is x*(-1) + c, and -x is x*(-1), to the bit; where a place of the pass is
// not needed -0 is added or 1 multiplied.

// coef is a uniform operand of a pass: a register's value times value, or
// value alone where there is no register.
type coef struct {
	reg   kernel.Reg
	value float64
}

func number(x float64) coef { return coef{-1, x} }

func (c coef) of(regs []float64) float64 {
	if c.reg < 0 {
		return c.value
	}
	return float64(c.value * regs[c.reg])
}

func (c coef) negated() coef { return coef{c.reg, -c.value} }

var (
	noAdd = number(math.Copysign(0, -1))
	noMul = number(1)
)

// chain is what makes a register, from register x:
//
//	affine: ((x + c0)*c1 + c2)*c3
//	exp:    exp((x + c0)*c1)*c2 + c3
type chain struct {
	exp   bool
	x     kernel.Reg
	c     [4]coef
	next  int // the first place that is still free
	first int // instruction of it
	ops   int // instructions in it
}

func affineFrom(x kernel.Reg, first int) chain {
	return chain{x: x, first: first, c: [4]coef{noAdd, noMul, noAdd, noMul}}
}

// place puts a factor or a summand to the next place that takes one.
func (c *chain) place(x coef, add bool) bool {
	for ; c.next < 4; c.next++ {
		takes := c.next%2 == 0 // a summand
		if c.exp && c.next >= 2 {
			takes = !takes
		}
		if takes == add {
			c.c[c.next] = x
			c.next++
			return true
		}
	}
	return false
}

// extend takes one more instruction in: x the operand that the chain makes, by
// the other operand.
func (c *chain) extend(in *kernel.Instr, left bool, by coef) bool {
	n := *c
	ok := false
	switch in.Op {
	case kernel.Add:
		ok = n.place(by, true)
	case kernel.Sub:
		if left {
			ok = n.place(by.negated(), true)
		} else {
			ok = n.subtractedFrom(by)
		}
	case kernel.Mul:
		ok = n.place(by, false)
	case kernel.Neg:
		ok = n.place(number(-1), false)
	}
	if ok {
		n.ops++
		*c = n
	}
	return ok
}

// subtractedFrom is by - chain. A factor in front of the free summand takes the sign.
func (c *chain) subtractedFrom(by coef) bool {
	if last := c.next - 1; !c.exp && last%2 == 1 || c.exp && last == 2 {
		c.c[last] = c.c[last].negated()
		return c.place(by, true)
	}
	return c.place(number(-1), false) && c.place(by, true)
}

// pair says whether an affine chain is only a factor and a summand behind it,
// as divisions have them, or only one of these.
func (c *chain) pair() bool { return !c.exp && c.c[0] == noAdd && c.next <= 3 }

// lanesAndUniform splits the operands of an instruction in one that differs by
// lane and a uniform one.
func (f *fuser) lanesAndUniform(in *kernel.Instr) (x kernel.Reg, by coef, left, ok bool) {
	u := f.b.pl.uniform
	switch in.Op {
	case kernel.Neg:
		return in.A, coef{}, true, !u[in.A]
	case kernel.Add, kernel.Sub, kernel.Mul:
		switch {
		case u[in.B] && !u[in.A]:
			return in.A, coef{in.B, 1}, true, true
		case u[in.A] && !u[in.B]:
			return in.B, coef{in.A, 1}, false, true
		}
	}
	return 0, coef{}, false, false
}

// madeBy returns the chain that makes what instruction i reads from r and can be done
// at i, and its last instruction; if there is none, a chain of nothing and -1.
func (f *fuser) madeBy(i int, r kernel.Reg, out []fused) (chain, int) {
	k := f.maker(i, r, kernel.Add, kernel.Sub, kernel.Mul, kernel.Neg, kernel.Exp)
	if k < 0 || out[k].chain == nil || !f.chainStays(k, i, out[k].chain) {
		return affineFrom(r, i), -1
	}
	return *out[k].chain, k
}

func (f *fuser) chainStays(k, i int, c *chain) bool {
	ok := f.stays(k, i, c.x)
	for _, x := range c.c {
		ok = ok && (x.reg < 0 || f.stays(k, i, x.reg))
	}
	return ok
}

// take says that instruction k is done by another.
func (f *fuser) take(k int) {
	if k >= 0 {
		f.gone[k] = true
	}
}

// link lets instruction i take in what makes its operands.
func (f *fuser) link(i int, out []fused) {
	in, o, u := &f.ins[i], &out[i], f.b.pl.uniform
	if in.Op.Writes() && u[in.Dst] {
		return
	}
	switch {
	case o.run != nil: // a gate
		f.linkGate(i, out)
	case in.Op == kernel.Exp && !u[in.A]:
		c, k := f.madeBy(i, in.A, out)
		if k >= 0 && (c.exp || c.next > 2) {
			c, k = affineFrom(in.A, i), -1
		}
		f.take(k)
		c.exp, c.next, c.ops = true, 2, c.ops+1
		c.c[2], c.c[3] = noMul, noAdd
		o.chain = &c
	case in.Op == kernel.Div && u[in.A] && !u[in.B]:
		f.linkReciprocal(i, out)
	case in.Op == kernel.Div && !u[in.A] && !u[in.B]:
		f.linkDivision(i, out)
	case in.Op == kernel.And || in.Op == kernel.Lt:
		f.linkRange(i, out)
	default:
		x, by, left, ok := f.lanesAndUniform(in)
		if !ok {
			return
		}
		c, k := f.madeBy(i, x, out)
		if k >= 0 && c.extend(in, left, by) {
			f.take(k)
			o.chain = &c
			return
		}
		c = affineFrom(x, i)
		if c.extend(in, left, by) {
			o.chain = &c
		}
	}
}

// linkGate lets a relaxation compute its rate.
func (f *fuser) linkGate(i int, out []fused) {
	o, u := &out[i], f.b.pl.uniform // A + B*(C - A)
	c, k := f.madeBy(o.rate, o.B, out)
	if k < 0 || !c.exp || u[c.x] || !f.chainStays(k, i, &c) {
		return
	}
	f.take(k)
	o.run, o.B = relaxExpBlock, c.x
	if c.c[0] == noAdd {
		d := f.maker(c.first, c.x, kernel.Div)
		if d >= 0 && out[d].run == nil && u[f.ins[d].A] && !u[f.ins[d].B] && f.stays(d, i, f.ins[d].A) && f.stays(d, i, f.ins[d].B) {
			f.take(d)
			o.run, o.B = relaxTauBlock, f.ins[d].B
			c.c[0] = coef{f.ins[d].A, 1}
		}
	}
	o.coefs = c.c[:]
}

// linkReciprocal looks for u/(x*c + d) and u/(x + y), u uniform.
func (f *fuser) linkReciprocal(i int, out []fused) {
	in, o := &f.ins[i], &out[i]
	if c, k := f.madeBy(i, in.B, out); k >= 0 && c.pair() {
		f.take(k)
		o.run, o.A, o.coefs = rdivAffineBlock, c.x, []coef{{in.A, 1}, c.c[1], c.c[2]}
		return
	}
	if k := f.maker(i, in.B, kernel.Add); k >= 0 && out[k].run == nil && out[k].chain == nil {
		f.take(k)
		o.run, o.A, o.B, o.coefs = rdivSumBlock, f.ins[k].A, f.ins[k].B, []coef{{in.A, 1}}
	}
}

// linkDivision looks for (x*c)/(y*d + e).
func (f *fuser) linkDivision(i int, out []fused) {
	in, o := &f.ins[i], &out[i]
	above, k := f.madeBy(i, in.A, out)
	if k >= 0 && (!above.pair() || above.next > 2) {
		above, k = affineFrom(in.A, i), -1
	}
	f.take(k)
	below, m := f.madeBy(i, in.B, out)
	if m >= 0 && !below.pair() {
		below, m = affineFrom(in.B, i), -1
	}
	f.take(m)
	if k >= 0 || m >= 0 {
		o.run, o.A, o.B, o.coefs = divAffineBlock, above.x, below.x, []coef{above.c[1], below.c[1], below.c[2]}
	}
}

// linkRange looks for x > lo && x < hi, and for |x*c| < hi.
func (f *fuser) linkRange(i int, out []fused) {
	in, o, u := &f.ins[i], &out[i], f.b.pl.uniform
	if in.Op == kernel.Lt {
		if u[in.A] || !u[in.B] {
			return
		}
		k := f.maker(i, in.A, kernel.Abs)
		if k < 0 {
			return
		}
		c, m := f.madeBy(k, f.ins[k].A, out)
		if m >= 0 && (!c.pair() || c.next > 2 || !f.chainStays(m, i, &c)) {
			c, m = affineFrom(f.ins[k].A, k), -1
		}
		f.take(k)
		f.take(m)
		o.run, o.A, o.coefs = insideBlock, c.x, []coef{c.c[1], {in.B, -1}, {in.B, 1}}
		return
	}
	low, high := f.maker(i, in.A, kernel.Gt, kernel.Lt), f.maker(i, in.B, kernel.Gt, kernel.Lt)
	if low < 0 || high < 0 {
		return
	}
	if f.ins[low].Op == kernel.Lt {
		low, high = high, low
	}
	x, y := &f.ins[low], &f.ins[high]
	if x.Op != kernel.Gt || y.Op != kernel.Lt || out[high].run != nil || x.A != y.A || u[x.A] || !u[x.B] || !u[y.B] || !f.stays(min(low, high), max(low, high), x.A) {
		return
	}
	f.take(low)
	f.take(high)
	o.run, o.A, o.coefs = insideBlock, x.A, []coef{noMul, {x.B, 1}, {y.B, 1}}
}

// close chooses the pass for a chain that nobody has taken in.
func (o *fused) close() {
	if o.chain == nil || o.run != nil || o.chain.ops < 2 {
		return
	}
	o.run, o.A, o.coefs = affineBlock, o.chain.x, o.chain.c[:]
	if o.chain.exp {
		o.run = expAffineBlock
	}
}

// four returns the numbers of a pass.
func (b *block) four(s *step) (c [4]float64) {
	for i := range s.coefs {
		c[i] = s.coefs[i].of(b.m.regs)
	}
	return c
}

func affineBlock(b *block, s *step) {
	x := b.vec(s.A)
	vec.Affine(b.own(s.Dst), x, b.four(s))
}

func expAffineBlock(b *block, s *step) {
	x := b.vec(s.A)
	vec.ExpAffine(b.own(s.Dst), x, b.four(s))
}

func relaxExpBlock(b *block, s *step) {
	x, y, a := b.vec(s.A), b.vec(s.C), b.vec(s.B)
	vec.RelaxExp(b.own(s.Dst), x, y, a, b.four(s))
}

func relaxTauBlock(b *block, s *step) {
	x, y, tau := b.vec(s.A), b.vec(s.C), b.vec(s.B)
	vec.RelaxTau(b.own(s.Dst), x, y, tau, b.four(s))
}

func rdivAffineBlock(b *block, s *step) {
	x, c := b.vec(s.A), b.four(s)
	vec.RdivAffine(b.own(s.Dst), x, c[0], c[1], c[2])
}

func rdivSumBlock(b *block, s *step) {
	x, y := b.vec(s.A), b.vec(s.B)
	vec.RdivSum(b.own(s.Dst), x, y, s.coefs[0].of(b.m.regs))
}

func divAffineBlock(b *block, s *step) {
	x, y, c := b.vec(s.A), b.vec(s.B), b.four(s)
	vec.DivAffine(b.own(s.Dst), x, y, c[0], c[1], c[2])
}

func insideBlock(b *block, s *step) {
	x, c := b.vec(s.A), b.four(s)
	vec.Inside(b.own(s.Dst), x, c[0], c[1], c[2])
}
