package main

import (
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// The constants are those of exp.go, log.go, pow.go and hyper.go, which say what is
// computed and in which order; a test of the bits finds one that differs.
const (
	expInv   = 0x1.71547652b82fep+3
	expShift = 0x1.8p52
	expL1    = 0x1.62e42fefap-4
	expL2    = 0x1.cf79abc9e3b3ap-43
	expC2    = 0x1.000000000010ep-1
	expC3    = 0x1.5555555555660p-3
	expC4    = 0x1.55555547f98a4p-5
	expC5    = 0x1.11111107cf197p-7
	expC6    = 0x1.6c1cc10ebbddep-10
	expC7    = 0x1.a02078c965772p-13
	expNear  = 0.0433 // below ln2/16, up to where n is 0

	em1P1 = 0x1.55555555555cep-3
	em1P2 = 0x1.55555555555f3p-5
	em1P3 = 0x1.1111110b1fed6p-7
	em1P4 = 0x1.6c16c16390b6ep-10
	em1P5 = 0x1.a01f570ce49dap-13
	em1P6 = 0x1.a01f6d9183ad0p-16

	ln2Hi = 0x1.62e42fefa38p-1
	ln2Lo = 0x1.ef35793c76730p-45
	logL1 = 0x1.55555555555d6p-1
	logL2 = 0x1.999999996e461p-2
	logL3 = 0x1.2492494eff239p-2
	logL4 = 0x1.c71c48c0e270dp-3
	logL5 = 0x1.7467f50ba9d19p-3
	logL6 = 0x1.397950b4c318ep-3
	logL7 = 0x1.307f04732ed76p-3

	powP0 = 0x1.5555555555555p-2
	powP1 = -0x1.0000000000074p-2
	powP2 = 0x1.9999999999c34p-3
	powP3 = -0x1.5555554338d2dp-3
	powP4 = 0x1.24924907bf9f3p-3
	powP5 = -0x1.0006d3de37fb0p-3
	powP6 = 0x1.c72c09e4f4f52p-4

	sqrtHalfBits = 0x3fe6a09e667f3bcd
)

var (
	expT = [8]float64{
		1, 0x1.172b83c7d517bp+0, 0x1.306fe0a31b715p+0, 0x1.4bfdad5362a27p+0,
		0x1.6a09e667f3bcdp+0, 0x1.8ace5422aa0dbp+0, 0x1.ae89f995ad3adp+0, 0x1.d5818dcfba487p+0,
	}
	expTail = [8]float64{
		0, -0x1.19041b9d78a76p-55, 0x1.6f46ad23182e4p-55, 0x1.d4397afec42e2p-56,
		-0x1.bdd3413b26456p-54, 0x1.6e9f156864b27p-54, 0x1.7a1cd345dcc81p-54, 0x1.2ed02d75b3707p-55,
	}
)

var funcs = []function{
	{name: "exp", in: []string{"a"}, held: 9, edges: true, body: exp},
	{name: "expAffine", in: []string{"a"}, consts: []string{"c1", "c2", "c3", "c4"}, held: 5, edges: true, body: expAffine},
	{name: "relaxExp", in: []string{"s", "x", "a"}, consts: []string{"c1", "c2", "c3", "c4"}, held: 3, edges: true, body: relaxExp(add)},
	{name: "relaxTau", in: []string{"s", "x", "a"}, consts: []string{"c1", "c2", "c3", "c4"}, held: 3, edges: true, body: relaxExp(func(k *kit, a, c, d reg.VecVirtual) { div(k, c, a, d) })},
	{name: "log", in: []string{"a"}, edges: true, body: log1},
	{name: "expm1", in: []string{"a"}, edges: true, body: expm1},
	{name: "exprelr", in: []string{"a"}, edges: true, body: exprelr},
	{name: "tanh", in: []string{"a"}, edges: true, body: tanh},
	{name: "pow", in: []string{"a", "b"}, edges: true, body: pow},
	{name: "powC", in: []string{"a"}, consts: []string{"c"}, edges: true, body: pow},
}

// Arithmetic that makes a new register.

func (k *kit) add(a, b reg.VecVirtual) reg.VecVirtual { d := k.vec(); k.VADDPD(b, a, d); return d }
func (k *kit) sub(a reg.VecVirtual, b operand.Op) reg.VecVirtual {
	d := k.vec()
	k.VSUBPD(b, a, d)
	return d
}
func (k *kit) mul(a reg.VecVirtual, b operand.Op) reg.VecVirtual {
	d := k.vec()
	k.VMULPD(b, a, d)
	return d
}
func (k *kit) div(a, b reg.VecVirtual) reg.VecVirtual { d := k.vec(); k.VDIVPD(b, a, d); return d }

// fma returns a*b + c in a new register.
func (k *kit) fma(a, b reg.VecVirtual, c operand.Op) reg.VecVirtual {
	d := k.move(a)
	k.VFMADD213PD(c, b, d)
	return d
}

// fnma returns c - a*b, rounded once.
func (k *kit) fnma(a reg.VecVirtual, b operand.Op, c reg.VecVirtual) reg.VecVirtual {
	d := k.move(c)
	k.VFNMADD231PD(b, a, d)
	return d
}

// fms returns a*b - c, rounded once.
func (k *kit) fms(a, b, c reg.VecVirtual) reg.VecVirtual {
	d := k.move(a)
	k.VFMSUB213PD(c, b, d)
	return d
}

func (k *kit) move(a reg.VecVirtual) reg.VecVirtual {
	d := k.vec()
	k.VMOVAPD(a, d)
	return d
}

// unless leaves the vector to the caller if the mask is false of any lane.
func (k *kit) unless(m reg.Register) {
	if k.wide {
		k.KORTESTB(m, m)
		k.JCC(operand.LabelRef(k.out)) // the carry says all ones
		return
	}
	all := k.GP32()
	k.VMOVMSKPD(m, all)
	k.CMPL(all, operand.Imm(15))
	k.JNE(operand.LabelRef(k.out))
}

// both returns the mask of a and b.
func (k *kit) both(a, b reg.Register) reg.Register {
	if k.wide {
		k.KANDW(a, b, a)
	} else {
		k.VANDPD(a, b, a)
	}
	return a
}

// inside returns the mask of lo <= x <= hi.
func (k *kit) inside(x reg.VecVirtual, lo, hi operand.Op) reg.Register {
	a, b := k.maskReg(), k.maskReg()
	k.VCMPPD(operand.Imm(moreEqual), lo, x, a)
	k.VCMPPD(operand.Imm(lessEqual), hi, x, b)
	return k.both(a, b)
}

// table holds eight numbers to be chosen by the low three bits of a lane:
// in one register with AVX-512, as a vector of low and one of high halves with
// AVX2, whose permutation is of words of 32 bits.
type table struct{ whole, low, high operand.Op }

func (k *kit) table(x [8]float64) table {
	if k.wide {
		var u [8]uint64
		for i := range x {
			u[i] = bits(x[i])
		}
		r := k.vec()
		k.VMOVUPD(k.pool.wide(u), r)
		return table{whole: r}
	}
	var low, high [4]uint64
	for i := range x {
		u := bits(x[i])
		low[i/2] |= u << 32 >> 32 << (32 * (i % 2))
		high[i/2] |= u >> 32 << (32 * (i % 2))
	}
	return table{low: k.pool.addr(low), high: k.pool.addr(high)}
}

// spread prepares the lanes of s as indices.
func (k *kit) spread(s reg.VecVirtual) reg.VecVirtual {
	if k.wide {
		return s
	}
	d := k.vec()
	k.VMOVSLDUP(s, d)
	return d
}

func (k *kit) pick(t table, index reg.VecVirtual) reg.VecVirtual {
	d := k.vec()
	if k.wide {
		k.VPERMPD(t.whole, index, d)
		return d
	}
	h := k.vec()
	k.VPERMD(t.low, index, d)
	k.VPERMD(t.high, index, h)
	k.VPBLENDD(operand.Imm(0xaa), h, d, d)
	return d
}

// exp is y*2^k of exp.go. The AVX-512 form scales by VSCALEFPD, whose only
// rounding is the last, and bounds the argument to where the result is 0 or
// infinite; AVX2 leaves what is not normal to the caller.
func exp(k *kit, _ vecs) func(in vecs) reg.VecVirtual { return expOf(k, false) }

// expOf is exp. If arguments are often small, such as those of relaxations that are
// slow beside a step, the AVX2 form asks whether n of exp.go is 0 for all: then r is
// x and the result 1 + q, to the bit.
func expOf(k *kit, small bool) func(in vecs) reg.VecVirtual {
	small = small && !k.wide
	shift, inv := k.operandF(expShift), k.operandF(expInv)
	c7, c5, c3 := k.operandF(expC7), k.operandF(expC5), k.operandF(expC3)
	var least, most, eighth reg.VecVirtual
	var size, limit, high operand.Op
	if k.wide {
		least, most, eighth = k.holdF(-746), k.holdF(710), k.holdF(0.125)
	} else {
		size, limit, high = k.operand(sign-1), k.operandF(708), k.operand(^uint64(7))
	}
	l1, l2 := k.operandF(expL1), k.operandF(expL2)
	c2, c4, c6 := k.operandF(expC2), k.operandF(expC4), k.operandF(expC6)
	t, tail := k.table(expT), k.table(expTail)
	var near, one operand.Op
	if small {
		near, one = k.operandF(expNear), k.operandF(1)
	}
	poly := func(r reg.VecVirtual) reg.VecVirtual {
		z := k.mul(r, r)
		p := k.fma(z, k.fma(z, k.poly(r, c7, c6), k.poly(r, c5, c4)), k.poly(r, c3, c2))
		return k.fma(z, p, r)
	}
	return func(in vecs) reg.VecVirtual {
		x := in[0]
		var result reg.VecVirtual
		far, end := k.label("far"), k.label("near")
		if small {
			k.beyond(size, x, near, far)
			result = k.vec()
			k.VADDPD(one, poly(x), result)
			k.JMP(operand.LabelRef(end))
			k.Label(far)
		}
		if k.wide {
			// The second operand of the processor's min is returned if one is
			// NaN; it is the first here.
			k.VMINPD(x, most, x)
			k.VMAXPD(x, least, x)
		} else {
			// What is beyond 708 either way is the caller's.
			k.beyond(size, x, limit, k.out)
		}
		s := k.poly(x, inv, shift)
		n := k.sub(s, shift)
		r := k.fnma(n, l2, k.fnma(n, l1, x))
		q := poly(r)
		index := k.spread(s)
		tj := k.pick(t, index)
		y := k.add(tj, k.fma(tj, q, k.pick(tail, index)))
		if k.wide {
			k.VSCALEFPD(k.mul(n, eighth), y, y)
			return y
		}
		k.VPAND(high, s, s)
		k.VPSLLQ(operand.Imm(49), s, s)
		if small {
			k.VPADDQ(s, y, result)
			k.Label(end)
			return result
		}
		k.VPADDQ(s, y, y)
		return y
	}
}

// expAffine is exp((a + c1)*c2)*c3 + c4.
func expAffine(k *kit, c vecs) func(in vecs) reg.VecVirtual {
	f := exp(k, nil)
	return func(in vecs) reg.VecVirtual {
		k.VADDPD(c[0], in[0], in[0])
		k.VMULPD(c[1], in[0], in[0])
		y := f(in)
		k.VMULPD(c[2], y, y)
		k.VADDPD(c[3], y, y)
		return y
	}
}

// relaxExp is s + (exp(first(a, c1)*c2)*c3 + c4)*(x - s).
func relaxExp(first func(k *kit, a, c, d reg.VecVirtual)) make1 {
	return func(k *kit, c vecs) func(in vecs) reg.VecVirtual {
		f := expOf(k, true)
		return func(in vecs) reg.VecVirtual {
			s, x, a := in[0], in[1], in[2]
			first(k, a, c[0], a)
			k.VMULPD(c[1], a, a)
			y := f(vecs{a})
			k.VMULPD(c[2], y, y)
			k.VADDPD(c[3], y, y)
			k.VSUBPD(s, x, x)
			k.VMULPD(x, y, y)
			k.VADDPD(y, s, s)
			return s
		}
	}
}

// mantissa splits positive normal numbers: x = 2^e * m with m in [sqrt(1/2),
// sqrt(2)), and d the bits of x less those of sqrt(1/2).
func mantissa(k *kit) func(x reg.VecVirtual) (m, e, d reg.VecVirtual) {
	half, top := k.operand(sqrtHalfBits), k.operand(0xfff<<52)
	var flip, magic, magicF operand.Op
	if !k.wide {
		flip, magic, magicF = k.operand(sign), k.operandF(0x1p52), k.operandF(0x1p52+2048)
	}
	return func(x reg.VecVirtual) (m, e, d reg.VecVirtual) {
		m, e, d = k.vec(), k.vec(), k.vec()
		k.VPSUBQ(half, x, d)
		if k.wide {
			k.VPANDQ(top, d, m)
			k.VPSRAQ(operand.Imm(52), d, e)
			k.VCVTQQ2PD(e, e)
		} else {
			k.VPAND(top, d, m)
			// No shift keeps the sign and no conversion knows 64 bits: the
			// exponent plus 2048 is made a number by putting it below 2^52.
			k.VPXOR(flip, d, e)
			k.VPSRLQ(operand.Imm(52), e, e)
			k.VPOR(magic, e, e)
			k.VSUBPD(magicF, e, e)
		}
		k.VPSUBQ(m, x, m)
		return m, e, d
	}
}

// log1 is Log for positive normal numbers.
func log1(k *kit, _ vecs) func(in vecs) reg.VecVirtual {
	lo, hi := k.operandF(0x1p-1022), k.operandF(0x1.fffffffffffffp1023)
	split := mantissa(k)
	one, two, h5 := k.operandF(1), k.operandF(2), k.operandF(0.5)
	l1, l2, l3, l4, l5 := k.operandF(logL1), k.operandF(logL2), k.operandF(logL3), k.operandF(logL4), k.operandF(logL5)
	l6, l7 := k.operandF(logL6), k.operandF(logL7)
	ln2hi, ln2lo := k.operandF(ln2Hi), k.operandF(ln2Lo)
	return func(in vecs) reg.VecVirtual {
		x := in[0]
		k.unless(k.inside(x, lo, hi))
		m, e, _ := split(x)
		f := k.sub(m, one)
		s := k.vec()
		k.VADDPD(two, f, s)
		k.VDIVPD(s, f, s)
		z := k.mul(s, s)
		w := k.mul(z, z)
		hf := k.mul(f, h5)
		q := k.mul(f, hf)
		qe := k.fms(hf, f, q)
		odd := k.fma(w, k.poly(w, l6, l4), l2)
		even := k.fma(w, k.fma(w, k.poly(w, l7, l5), l3), l1)
		r := k.mul(k.fma(z, odd, even), z)
		a := k.sub(f, q)
		al := k.sub(k.sub(k.sub(f, a), q), qe)
		n := k.mul(e, ln2hi)
		h := k.add(n, a)
		sr := k.mul(k.add(q, r), s)
		low := k.vec()
		k.VMOVAPD(sr, low)
		k.VFMADD231PD(ln2lo, e, low)
		l := k.add(k.add(k.sub(n, h), a), k.add(al, low))
		return k.add(h, l)
	}
}

// poly returns a*w + b.
func (k *kit) poly(w reg.VecVirtual, a, b operand.Op) reg.VecVirtual {
	d := k.vec()
	k.VMOVUPD(a, d)
	k.VFMADD213PD(b, w, d)
	return d
}

// less1 is expm1DD of hyper.go, for |x| <= 700.
func less1(k *kit) func(x reg.VecVirtual) (h, l reg.VecVirtual) {
	inv, shift := k.operandF(expInv), k.operandF(expShift)
	l1, l2 := k.operandF(expL1), k.operandF(expL2)
	p2, p4 := k.operandF(em1P2), k.operandF(em1P4)
	p1, p3, p5, p6 := k.inMemory(bits(em1P1)), k.inMemory(bits(em1P3)), k.inMemory(bits(em1P5)), k.inMemory(bits(em1P6))
	half, one, bias := k.operandF(0.5), k.operandF(1), k.operand(1023)
	t0, tail0 := k.table(expT), k.table(expTail)
	return func(x reg.VecVirtual) (h, l reg.VecVirtual) {
		s := k.poly(x, inv, shift)
		n := k.sub(s, shift)
		r0 := k.fnma(n, l1, x)
		w := k.mul(n, l2)
		r := k.sub(r0, w)
		rl := k.sub(k.sub(r0, r), w)
		z := k.mul(r, r)
		p := k.fma(z, k.poly(z, p6, k.poly(r, p5, p4)), k.poly(r, p3, p2))
		p = k.fma(z, p, k.poly(r, p1, half))
		c := k.fma(z, p, k.add(rl, k.mul(rl, r)))
		// n is 0
		h0 := k.add(r, c)
		l0 := k.add(k.sub(r, h0), c)
		// n is not
		scale := k.vec()
		k.VPSRAD(operand.Imm(3), s, scale)
		k.VPADDD(bias, scale, scale)
		k.VPSLLQ(operand.Imm(52), scale, scale)
		index := k.spread(s)
		t := k.mul(k.pick(t0, index), scale)
		tail := k.mul(k.pick(tail0, index), scale)
		d := k.sub(t, one)
		b := k.sub(t, d)
		dl := k.add(k.sub(t, k.add(d, b)), k.sub(b, one))
		tr := k.mul(t, r)
		e := k.fms(t, r, tr)
		a := k.add(d, tr)
		rest := k.add(k.add(k.sub(d, a), tr), k.add(dl, k.add(e, k.fma(t, c, tail))))
		h = k.add(a, rest)
		l = k.add(k.sub(a, h), rest)
		zero := k.compare(equal, n, k.zero())
		return k.choose(zero, h0, h), k.choose(zero, l0, l)
	}
}

// known leaves to the caller all but 2^-54 <= |x| and lo <= x <= hi.
func known(k *kit, tiny, lo, hi float64) func(x reg.VecVirtual) {
	abs, t, l, h := k.inMemory(sign-1), k.inMemory(bits(tiny)), k.inMemory(bits(lo)), k.inMemory(bits(hi))
	return func(x reg.VecVirtual) {
		size := k.vec()
		k.VANDPD(abs, x, size)
		m := k.maskReg()
		k.VCMPPD(operand.Imm(moreEqual), t, size, m)
		k.unless(k.both(m, k.inside(x, l, h)))
	}
}

func expm1(k *kit, _ vecs) func(in vecs) reg.VecVirtual {
	check, f := known(k, 0x1p-54, -40, 700), less1(k)
	return func(in vecs) reg.VecVirtual {
		check(in[0])
		h, l := f(in[0])
		return k.add(h, l)
	}
}

func exprelr(k *kit, _ vecs) func(in vecs) reg.VecVirtual {
	check, f := known(k, 0x1p-54, -40, 700), less1(k)
	return func(in vecs) reg.VecVirtual {
		x := in[0]
		check(x)
		h, l := f(x)
		q := k.div(x, h)
		e := k.fnma(q, h, x)
		return k.add(q, k.div(k.sub(e, k.mul(q, l)), h))
	}
}

func tanh(k *kit, _ vecs) func(in vecs) reg.VecVirtual {
	const far = 1e300
	check, f := known(k, 0x1p-28, -far, far), less1(k)
	abs, minus, top, two := k.inMemory(sign-1), k.inMemory(sign), k.inMemory(bits(22)), k.operandF(2)
	return func(in vecs) reg.VecVirtual {
		x := in[0]
		check(x)
		a := k.vec()
		k.VANDPD(abs, x, a)
		k.VMINPD(top, a, a) // tanh 22 rounds to 1 and so does what is beyond
		h, l := f(k.add(a, a))
		d := k.vec()
		k.VADDPD(two, h, d)
		// the smaller of the two is added to the larger
		u, v := k.vec(), k.vec()
		k.VSUBPD(two, d, u)
		u = k.add(k.sub(h, u), l)
		k.VADDPD(two, k.sub(h, d), v)
		v = k.add(v, l)
		m := k.maskReg()
		k.VCMPPD(operand.Imm(more), two, h, m)
		dl := k.choose(m, v, u)
		q := k.div(h, d)
		e := k.fnma(q, d, h)
		el := k.fnma(q, dl, l)
		r := k.add(q, k.div(k.add(e, el), d))
		k.VANDPD(minus, x, x)
		k.VORPD(x, r, r)
		return r
	}
}

// pow is Pow where the first operand is positive and normal and the result is normal.
func pow(k *kit, c vecs) func(in vecs) reg.VecVirtual {
	logWide, exp := wideLog(k), wideExp(k)
	tiny, huge := k.inMemory(bits(0x1p-1022)), k.inMemory(bits(0x1.fffffffffffffp1023))
	lo, hi := k.inMemory(bits(-708)), k.inMemory(bits(709))
	return func(in vecs) reg.VecVirtual {
		in = append(in, c...)
		x, y := in[0], in[1]
		k.unless(k.inside(x, tiny, huge))
		h, l := logWide(x)
		e := k.mul(y, h)
		k.unless(k.inside(e, lo, hi))
		return exp(e, k.add(k.fms(y, h, e), k.mul(y, l)))
	}
}

// keepAlive reads a register, so that none before shares it.
func (k *kit) keepAlive(x reg.VecVirtual) {
	if k.wide {
		k.VPTESTMQ(x, x, k.K())
	} else {
		k.VPTEST(x, x)
	}
}

// wideLog is logWide of pow.go for positive normal numbers.
func wideLog(k *kit) func(x reg.VecVirtual) (h, l reg.VecVirtual) {
	split := mantissa(k)
	var c [7]operand.Op
	for i, x := range []float64{powP0, powP1, powP2, powP3, powP4, powP5, powP6} {
		c[i] = k.inMemory(bits(x))
	}
	one, minusHalf, low6 := k.operandF(1), k.operandF(-0.5), k.operand(63)
	ln2hi, ln2lo := k.operandF(ln2Hi), k.operandF(ln2Lo)
	rows := k.GP64()
	k.LEAQ(operand.NewDataAddr(operand.Symbol{Name: "·powTable"}, 0), rows)
	var all reg.Register
	if k.wide {
		all = k.GP32()
		k.MOVL(operand.U32(255), all)
	}
	gather := func(index reg.VecVirtual, word int) reg.VecVirtual {
		from, d := operand.Mem{Base: rows, Index: index, Scale: 8, Disp: 8 * word}, k.vec()
		if k.wide {
			m := k.K()
			k.KMOVW(all, m)
			k.VGATHERQPD(from, m, d)
			return d
		}
		m := k.vec()
		k.VMOVUPD(k.pool.addr(ones), m)
		k.VGATHERQPD(m, from, d)
		return d
	}
	return func(x reg.VecVirtual) (h, l reg.VecVirtual) {
		m, e, d := split(x)
		k.VPSRLQ(operand.Imm(46), d, d)
		if k.wide {
			k.VPANDQ(low6, d, d)
		} else {
			k.VPAND(low6, d, d)
		}
		index := k.vec()
		k.VPADDQ(d, d, index)
		k.VPADDQ(d, index, index) // a row is three words
		// What is read last frees its register first: AVX2 has sixteen.
		tail := gather(index, 2)
		k.VFMADD231PD(ln2lo, e, tail)
		n, top, inv := k.mul(e, ln2hi), gather(index, 1), gather(index, 0)
		k.keepAlive(index) // no gather may write to its index
		t1 := k.add(n, top)
		e1 := k.add(k.sub(n, t1), top)
		p := k.mul(m, inv)
		pe := k.fms(m, inv, p)
		r0 := k.sub(p, one)
		r := k.add(r0, pe)
		rl := k.add(k.sub(r0, r), pe)
		t2 := k.add(t1, r)
		e12 := k.add(e1, k.add(k.sub(t1, t2), r))
		hr := k.mul(r, minusHalf)
		q := k.mul(hr, r)
		t3 := k.add(t2, q)
		e3 := k.add(k.sub(t2, t3), q)
		small := k.add(e12, k.add(e3, k.fms(hr, r, q)))
		z := k.mul(r, r)
		a := k.fma(z, k.poly(z, c[6], k.poly(r, c[5], c[4])), k.poly(r, c[3], c[2]))
		a = k.fma(z, a, k.poly(r, c[1], c[0]))
		low := k.fma(k.mul(z, r), a, k.fnma(r, rl, rl))
		low = k.add(small, k.add(tail, low))
		h = k.add(t3, low)
		return h, k.add(k.sub(t3, h), low)
	}
}

// wideExp is expDD of exp.go, the parts added and scaled: exp(x+xl) where it is normal.
func wideExp(k *kit) func(x, xl reg.VecVirtual) reg.VecVirtual {
	inv, shift := k.operandF(expInv), k.operandF(expShift)
	l1, l2 := k.operandF(expL1), k.operandF(expL2)
	c2, c3, c4, c5, c6, c7 := k.inMemory(bits(expC2)), k.inMemory(bits(expC3)), k.inMemory(bits(expC4)), k.inMemory(bits(expC5)), k.inMemory(bits(expC6)), k.inMemory(bits(expC7))
	t0, tail0, high := k.table(expT), k.table(expTail), k.operand(^uint64(7))
	return func(x, xl reg.VecVirtual) reg.VecVirtual {
		s := k.poly(x, inv, shift)
		n := k.sub(s, shift)
		r0 := k.fnma(n, l1, x)
		w := k.mul(n, l2)
		r1 := k.sub(r0, w)
		rest := k.add(k.sub(k.sub(r0, r1), w), xl)
		r := k.add(r1, rest)
		rl := k.add(k.sub(r1, r), rest)
		z := k.mul(r, r)
		p := k.fma(z, k.fma(z, k.poly(r, c7, c6), k.poly(r, c5, c4)), k.poly(r, c3, c2))
		c := k.fma(z, p, k.add(rl, k.mul(r, rl)))
		index := k.spread(s)
		t, tail := k.pick(t0, index), k.pick(tail0, index)
		tr := k.mul(t, r)
		e := k.fms(t, r, tr)
		a := k.add(t, tr)
		low := k.add(k.add(k.sub(t, a), tr), k.add(e, k.fma(t, c, tail)))
		h := k.add(a, low)
		y := k.add(h, k.add(k.sub(a, h), low))
		if k.wide {
			k.VPANDQ(high, s, s)
		} else {
			k.VPAND(high, s, s)
		}
		k.VPSLLQ(operand.Imm(49), s, s)
		k.VPADDQ(s, y, y)
		return y
	}
}
