package main

import (
	"math"

	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

type (
	vecs  = []reg.VecVirtual
	make1 = func(k *kit, c vecs) func(in vecs) reg.VecVirtual
)

// simple wraps what needs no set-up.
func simple(f func(k *kit, in, c vecs) reg.VecVirtual) make1 {
	return func(k *kit, c vecs) func(in vecs) reg.VecVirtual {
		return func(in vecs) reg.VecVirtual { return f(k, in, c) }
	}
}

func binary(name string, op func(k *kit, a, b, d reg.VecVirtual)) function {
	return function{name: name, in: []string{"a", "b"}, unroll: 4, body: simple(func(k *kit, in, _ vecs) reg.VecVirtual {
		op(k, in[0], in[1], in[0])
		return in[0]
	})}
}

func byConst(name string, op func(k *kit, a, c, d reg.VecVirtual)) function {
	return function{name: name, in: []string{"a"}, consts: []string{"c"}, unroll: 4, body: simple(func(k *kit, in, c vecs) reg.VecVirtual {
		op(k, in[0], c[0], in[0])
		return in[0]
	})}
}

func add(k *kit, a, b, d reg.VecVirtual)   { k.VADDPD(b, a, d) }
func sub(k *kit, a, b, d reg.VecVirtual)   { k.VSUBPD(b, a, d) }
func mul(k *kit, a, b, d reg.VecVirtual)   { k.VMULPD(b, a, d) }
func div(k *kit, a, b, d reg.VecVirtual)   { k.VDIVPD(b, a, d) }
func least(k *kit, a, b, d reg.VecVirtual) { k.VMINPD(b, a, d) }
func most(k *kit, a, b, d reg.VecVirtual)  { k.VMAXPD(b, a, d) }

const (
	sign       = uint64(1) << 63
	flushBelow = 1e-290
)

var arith = []function{
	binary("add", add),
	binary("sub", sub),
	binary("mul", mul),
	binary("div", div),
	binary("min", least),
	binary("max", most),
	byConst("addC", add),
	byConst("subC", sub),
	byConst("mulC", mul),
	byConst("divC", div),
	byConst("minC", least),
	byConst("maxC", most),
	byConst("rsubC", func(k *kit, a, c, d reg.VecVirtual) { sub(k, c, a, d) }),
	byConst("rdivC", func(k *kit, a, c, d reg.VecVirtual) { div(k, c, a, d) }),
	{name: "fma", in: []string{"a", "b", "c"}, unroll: 2, body: simple(func(k *kit, in, _ vecs) reg.VecVirtual {
		k.VFMADD213PD(in[2], in[1], in[0])
		return in[0]
	})},
	{name: "fmaC", in: []string{"a"}, consts: []string{"b", "c"}, unroll: 4, body: simple(func(k *kit, in, c vecs) reg.VecVirtual {
		k.VFMADD213PD(c[1], c[0], in[0])
		return in[0]
	})},
	{name: "mulAdd", in: []string{"a", "b", "c"}, unroll: 2, body: simple(func(k *kit, in, _ vecs) reg.VecVirtual {
		k.VMULPD(in[1], in[0], in[0])
		k.VADDPD(in[2], in[0], in[0])
		return in[0]
	})},
	{name: "relax", in: []string{"s", "k", "x"}, unroll: 2, body: simple(func(k *kit, in, _ vecs) reg.VecVirtual {
		k.VSUBPD(in[0], in[2], in[2])
		k.VMULPD(in[2], in[1], in[1])
		k.VADDPD(in[1], in[0], in[0])
		return in[0]
	})},
	{name: "affine", in: []string{"a"}, consts: []string{"c1", "c2", "c3", "c4"}, unroll: 4, body: simple(func(k *kit, in, c vecs) reg.VecVirtual {
		k.VADDPD(c[0], in[0], in[0])
		k.VMULPD(c[1], in[0], in[0])
		k.VADDPD(c[2], in[0], in[0])
		k.VMULPD(c[3], in[0], in[0])
		return in[0]
	})},
	{name: "rdivAffine", in: []string{"a"}, consts: []string{"c", "c1", "c2"}, unroll: 4, body: simple(func(k *kit, in, c vecs) reg.VecVirtual {
		k.VMULPD(c[1], in[0], in[0])
		k.VADDPD(c[2], in[0], in[0])
		k.VDIVPD(in[0], c[0], in[0])
		return in[0]
	})},
	{name: "rdivSum", in: []string{"a", "b"}, consts: []string{"c"}, unroll: 4, body: simple(func(k *kit, in, c vecs) reg.VecVirtual {
		k.VADDPD(in[1], in[0], in[0])
		k.VDIVPD(in[0], c[0], in[0])
		return in[0]
	})},
	{name: "divAffine", in: []string{"a", "b"}, consts: []string{"c", "c1", "c2"}, unroll: 4, body: simple(func(k *kit, in, c vecs) reg.VecVirtual {
		k.VMULPD(c[0], in[0], in[0])
		k.VMULPD(c[1], in[1], in[1])
		k.VADDPD(c[2], in[1], in[1])
		k.VDIVPD(in[1], in[0], in[0])
		return in[0]
	})},
	{name: "set", consts: []string{"c"}, unroll: 4, body: simple(func(k *kit, _, c vecs) reg.VecVirtual { return c[0] })},
	{name: "neg", in: []string{"a"}, unroll: 4, body: func(k *kit, _ vecs) func(in vecs) reg.VecVirtual {
		m := k.hold(sign)
		return func(in vecs) reg.VecVirtual {
			k.VXORPD(m, in[0], in[0])
			return in[0]
		}
	}},
	{name: "abs", in: []string{"a"}, unroll: 4, body: func(k *kit, _ vecs) func(in vecs) reg.VecVirtual {
		m := k.hold(sign - 1)
		return func(in vecs) reg.VecVirtual {
			k.VANDPD(m, in[0], in[0])
			return in[0]
		}
	}},
	{name: "sqrt", in: []string{"a"}, unroll: 2, body: simple(func(k *kit, in, _ vecs) reg.VecVirtual {
		k.VSQRTPD(in[0], in[0])
		return in[0]
	})},
	{name: "floor", in: []string{"a"}, unroll: 4, body: simple(func(k *kit, in, _ vecs) reg.VecVirtual { return round(k, in[0], 1) })},
	{name: "ceil", in: []string{"a"}, unroll: 4, body: simple(func(k *kit, in, _ vecs) reg.VecVirtual { return round(k, in[0], 2) })},
	{name: "flush", in: []string{"a"}, unroll: 4, body: func(k *kit, _ vecs) func(in vecs) reg.VecVirtual {
		f := flush(k)
		return func(in vecs) reg.VecVirtual { return f(in[0]) }
	}},
	// old is dst itself: where the mask is false it stays.
	{name: "flushMasked", in: []string{"old", "mask", "a"}, unroll: 2, body: func(k *kit, _ vecs) func(in vecs) reg.VecVirtual {
		f, zero := flush(k), k.zero()
		return func(in vecs) reg.VecVirtual { return k.choose(k.truth(in[1], zero), f(in[2]), in[0]) }
	}},
}

func round(k *kit, x reg.VecVirtual, mode uint64) reg.VecVirtual {
	if k.wide {
		k.VRNDSCALEPD(operand.Imm(8|mode), x, x)
	} else {
		k.VROUNDPD(operand.Imm(8|mode), x, x)
	}
	return x
}

// flush returns what makes +0 of |x| < 1e-290, and leaves NaN.
func flush(k *kit) func(x reg.VecVirtual) reg.VecVirtual {
	abs, limit := k.hold(sign-1), k.holdF(flushBelow)
	return func(x reg.VecVirtual) reg.VecVirtual {
		size := k.vec()
		k.VANDPD(abs, x, size)
		return k.keep(k.compare(notLess, size, limit), x)
	}
}

// Predicates of VCMPPD.
const (
	equal        = 0x00
	notEqual     = 0x04 // true of NaN
	notLess      = 0x05 | 0x10
	notLessEqual = 0x06 | 0x10
	less         = 0x11
	lessEqual    = 0x12
	more         = 0x1e
	moreEqual    = 0x1d
)

// compare returns the mask of a ? b: a mask register with AVX-512, lanes of
// ones with AVX2.
func (k *kit) compare(how uint64, a, b reg.VecVirtual) reg.Register {
	var m reg.Register = k.maskReg()
	k.VCMPPD(operand.Imm(how), b, a, m)
	return m
}

func (k *kit) maskReg() reg.Register {
	if k.wide {
		return k.K()
	}
	return k.YMM()
}

// truth returns the mask of x != 0, NaN included.
func (k *kit) truth(x, zero reg.VecVirtual) reg.Register { return k.compare(notEqual, x, zero) }

// keep returns x where m, else +0.
func (k *kit) keep(m reg.Register, x reg.VecVirtual) reg.VecVirtual {
	y := k.vec()
	if k.wide {
		k.VMOVAPD_Z(x, m, y)
	} else {
		k.VANDPD(x, m, y)
	}
	return y
}

// choose returns a where m, else b.
func (k *kit) choose(m reg.Register, a, b reg.VecVirtual) reg.VecVirtual {
	y := k.vec()
	if k.wide {
		k.VBLENDMPD(a, b, m, y)
	} else {
		k.VBLENDVPD(m, a, b, y)
	}
	return y
}

func bits(x float64) uint64 { return math.Float64bits(x) }
