package main

import (
	"fmt"
	"math"
	"strings"

	"github.com/mmcloughlin/avo/attr"
	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// function is one block function: dst[i] = f(in0[i], in1[i], …, constants).
type function struct {
	name   string
	in     []string // columns
	consts []string
	unroll int // vectors a round of the main loop; 0 is 1
	// edges: vectors with operands that the twin does not know are left to
	// the caller. The function returns the number of elements done.
	edges bool
	// held is how many constants the AVX2 form keeps in registers: those that
	// its body asks for first. The others are read every time.
	held int
	// noDst: nothing is stored; the function returns a bool.
	noDst bool
	// body is called once for each form, sets up what stays in registers and
	// returns what computes one vector.
	body func(k *kit, c []reg.VecVirtual) func(in []reg.VecVirtual) reg.VecVirtual
}

func (f *function) symbol() string { return f.name + "Twin" }

func (f *function) signature() string {
	var cols []string
	if !f.noDst {
		cols = append(cols, "dst")
	}
	s := "(" + strings.Join(append(cols, f.in...), ", ") + " *float64, n int"
	if len(f.consts) > 0 {
		s += ", " + strings.Join(f.consts, ", ") + " float64"
	}
	switch {
	case f.edges:
		return s + ") (done int)"
	case f.noDst:
		return s + ") (found bool)"
	}
	return s + ")"
}

// kit emits instructions of one form.
type kit struct {
	*build.Context
	wide   bool // AVX-512, else AVX2 with FMA
	pool   *pool
	held   map[uint64]reg.VecVirtual // constants in registers, not to be written to
	free   int                       // constants that AVX2 may still hold
	labels int                       // that label has returned
	out    string                    // the label to jump to for an edge, or when a search has found
}

func newKit(c *build.Context, p *pool) *kit {
	return &kit{Context: c, pool: p, held: map[uint64]reg.VecVirtual{}}
}

// label returns a new label, by name and number.
func (k *kit) label(name string) string {
	k.labels++
	return fmt.Sprint(name, k.labels)
}

// beyond jumps where |x| is above limit, or NaN, in some lane of AVX2; size masks the
// sign.
func (k *kit) beyond(size operand.Op, x reg.VecVirtual, limit operand.Op, to string) {
	a := k.YMM()
	k.VANDPD(size, x, a)
	k.VCMPPD(operand.Imm(notLessEqual), limit, a, a)
	any := k.GP32()
	k.VMOVMSKPD(a, any)
	k.TESTL(any, any)
	k.JNE(operand.LabelRef(to))
}

// vec returns a new vector register.
func (k *kit) vec() reg.VecVirtual {
	if k.wide {
		return k.ZMM()
	}
	return k.YMM()
}

func (k *kit) lanes() int {
	if k.wide {
		return 8
	}
	return 4
}

// pool is the constants of a file: entries of four words, so that a whole
// vector of them is an operand of AVX2 instructions.
type pool struct {
	name   string
	at     map[[4]uint64]int
	wideAt map[[8]uint64]int
	all    [][4]uint64
}

var ones = [4]uint64{math.MaxUint64, math.MaxUint64, math.MaxUint64, math.MaxUint64}

// newPool returns a pool that begins with four words of ones and four of
// zeros: a window into them is the mask of a last, shorter vector.
func newPool(name string) *pool {
	p := &pool{name: name, at: map[[4]uint64]int{}, wideAt: map[[8]uint64]int{}}
	p.addr(ones)
	p.addr([4]uint64{})
	return p
}

func (p *pool) addr(w [4]uint64) operand.Mem {
	at, ok := p.at[w]
	if !ok {
		at = len(p.all)
		p.at[w] = at
		p.all = append(p.all, w)
	}
	return operand.NewDataAddr(operand.NewStaticSymbol(p.name), 32*at)
}

// wide returns the address of eight words.
func (p *pool) wide(w [8]uint64) operand.Mem {
	at, ok := p.wideAt[w]
	if !ok {
		at = 32 * len(p.all)
		p.wideAt[w] = at
		p.all = append(p.all, [4]uint64(w[:4]), [4]uint64(w[4:]))
	}
	return operand.NewDataAddr(operand.NewStaticSymbol(p.name), at)
}

func (p *pool) define(c *build.Context) {
	c.StaticGlobal(p.name)
	c.DataAttributes(attr.RODATA | attr.NOPTR)
	for i, w := range p.all {
		for j, u := range w {
			c.AddDatum(32*i+8*j, operand.U64(u))
		}
	}
}

// hold returns a register with bits u in all lanes.
func (k *kit) hold(u uint64) reg.VecVirtual {
	r, ok := k.held[u]
	if !ok {
		r = k.vec()
		k.VBROADCASTSD(k.pool.addr([4]uint64{u, u, u, u}), r)
		k.held[u] = r
	}
	return r
}

func (k *kit) holdF(x float64) reg.VecVirtual { return k.hold(math.Float64bits(x)) }

// operand returns something with bits u in all lanes that may be the first
// operand of an instruction: a register with AVX-512, memory with AVX2, which
// has half as many registers, but for the first few.
func (k *kit) operand(u uint64) operand.Op {
	if k.wide {
		return k.hold(u)
	}
	if k.free > 0 {
		k.free--
		return k.hold(u)
	}
	return k.pool.addr([4]uint64{u, u, u, u})
}

func (k *kit) operandF(x float64) operand.Op { return k.operand(math.Float64bits(x)) }

// inMemory is operand for a constant that there is no register left for.
func (k *kit) inMemory(u uint64) operand.Op {
	if k.wide {
		return k.pool.wide([8]uint64{u, u, u, u, u, u, u, u})
	}
	return k.operand(u)
}

func (k *kit) zero() reg.VecVirtual {
	z := k.vec()
	if k.wide {
		k.VPXORQ(z, z, z)
	} else {
		k.VXORPD(z, z, z)
	}
	return z
}

// emit writes the function: the choice between the two forms, and the forms.
func (f function) emit(c *build.Context, p *pool) {
	c.Function(f.symbol())
	c.Attributes(attr.NOSPLIT)
	c.SignatureExpr("func" + f.signature())
	c.CMPB(operand.NewDataAddr(operand.Symbol{Name: "·wide"}, 0), operand.U8(0))
	c.JEQ(operand.LabelRef("avx2"))
	wide := newKit(c, p)
	wide.wide = true
	f.form(wide)
	c.Label("avx2")
	narrow := newKit(c, p)
	narrow.free = f.held
	f.form(narrow)
}

func (f *function) form(k *kit) {
	label := func(s string) string {
		if k.wide {
			return s + "Wide"
		}
		return s
	}
	ref := func(s string) operand.LabelRef { return operand.LabelRef(label(s)) }
	var dst reg.Register
	if !f.noDst {
		dst = k.Load(k.Param("dst"), k.GP64())
	}
	var in []reg.Register
	for _, s := range f.in {
		in = append(in, k.Load(k.Param(s), k.GP64()))
	}
	n := k.Load(k.Param("n"), k.GP64())
	var c []reg.VecVirtual
	for _, s := range f.consts {
		b, err := k.Param(s).Resolve()
		if err != nil {
			panic(err)
		}
		r := k.vec()
		k.VBROADCASTSD(b.Addr, r)
		c = append(c, r)
	}
	k.out = label("out")
	body := f.body(k, c)

	i := k.GP64()
	k.XORQ(i, i)
	left := k.GP64()
	round := func(name string, vectors int) {
		step := vectors * k.lanes()
		k.MOVQ(n, left)
		k.SUBQ(operand.Imm(uint64(step)), left) // the last i from which a round can start
		k.CMPQ(i, left)
		k.JGT(ref(name + "End"))
		k.Label(label(name))
		for v := range vectors {
			at := func(p reg.Register) operand.Mem {
				return operand.Mem{Base: p, Index: i, Scale: 8, Disp: v * k.lanes() * 8}
			}
			var x []reg.VecVirtual
			for _, p := range in {
				r := k.vec()
				k.VMOVUPD(at(p), r)
				x = append(x, r)
			}
			y := body(x)
			if dst != nil {
				k.VMOVUPD(y, at(dst))
			}
		}
		k.ADDQ(operand.Imm(uint64(step)), i)
		k.CMPQ(i, left)
		k.JLE(ref(name))
		k.Label(label(name + "End"))
	}
	if f.unroll > 1 {
		round("rounds", f.unroll)
	}
	round("vectors", 1)

	// The rest, under a mask. Where a vector may be left to the caller the
	// lanes outside are 1, which is an edge of no function.
	oneBits := bits(1)
	one := k.pool.addr([4]uint64{oneBits, oneBits, oneBits, oneBits})
	k.CMPQ(i, n)
	k.JGE(ref("end"))
	at := func(p reg.Register) operand.Mem { return operand.Mem{Base: p, Index: i, Scale: 8} }
	var x []reg.VecVirtual
	var mask operand.Op
	if k.wide {
		k.MOVQ(n, reg.RCX)
		k.SUBQ(i, reg.RCX)
		bits := k.GP64()
		k.MOVL(operand.U32(1), bits.As32())
		k.SHLQ(reg.CL, bits)
		k.DECQ(bits)
		m := k.K()
		k.KMOVW(bits.As32(), m)
		mask = m
		for _, p := range in {
			r := k.vec()
			if f.edges {
				k.VBROADCASTSD(one, r)
				k.VMOVUPD(at(p), m, r)
			} else {
				k.VMOVUPD_Z(at(p), m, r)
			}
			x = append(x, r)
		}
	} else {
		base := k.GP64()
		k.LEAQ(k.pool.addr(ones), base)
		k.SUBQ(n, i) // minus what is left
		m := k.YMM()
		k.VMOVDQU(operand.Mem{Base: base, Index: i, Scale: 8, Disp: 32}, m)
		k.ADDQ(n, i)
		mask = m
		for _, p := range in {
			r := k.vec()
			k.VMASKMOVPD(at(p), m, r)
			if f.edges {
				o := k.vec()
				k.VBROADCASTSD(one, o)
				k.VBLENDVPD(m, r, o, r)
			}
			x = append(x, r)
		}
	}
	y := body(x)
	if dst != nil {
		if k.wide {
			k.VMOVUPD(y, mask, at(dst))
		} else {
			k.VMASKMOVPD(y, mask, at(dst))
		}
	}
	k.MOVQ(n, i)
	k.Label(label("end"))
	switch {
	case f.edges:
		k.Label(k.out)
		k.VZEROUPPER()
		k.Store(i, k.ReturnIndex(0))
		k.RET()
	case f.noDst:
		found := k.GP8()
		k.VZEROUPPER()
		k.XORL(found.As32(), found.As32())
		k.Store(found, k.ReturnIndex(0))
		k.RET()
		k.Label(k.out)
		k.VZEROUPPER()
		yes := k.GP8()
		k.MOVB(operand.U8(1), yes)
		k.Store(yes, k.ReturnIndex(0))
		k.RET()
	default:
		k.VZEROUPPER()
		k.RET()
	}
}
