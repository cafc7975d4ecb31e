package vm

import (
	"math"

	"github.com/rallsim/rall/runtime/kernel"
)

func fill(d []float64, x float64) {
	for i := range d {
		d[i] = x
	}
}

// choose sets the function that runs step s. A uniform operand of the four
// arithmetic operations is used as a scalar; other operations broadcast it.
func (b *planner) choose(s *step, copied bool) {
	u := func(r kernel.Reg) bool { return r >= 0 && b.pl.uniform[r] }
	switch s.Op {
	case kernel.Nop:
		s.run = func(*block, *step) {}
	case kernel.LoadC:
		s.run = loadColumn
		if copied {
			s.run = copyColumn
		}
	case kernel.LoadP:
		s.run = loadPort
		if copied {
			s.run = copyPort
		}
	case kernel.Move:
		s.run = func(b *block, s *step) { src := b.vec(s.A); copy(b.own(s.Dst), src) }
	case kernel.Add:
		switch {
		case u(s.B):
			s.run = addScalar
		case u(s.A):
			s.A, s.B = s.B, s.A
			s.run = addScalar
		default:
			s.run = add
		}
	case kernel.Mul:
		switch {
		case u(s.B):
			s.run = mulScalar
		case u(s.A):
			s.A, s.B = s.B, s.A
			s.run = mulScalar
		default:
			s.run = mul
		}
	case kernel.Sub:
		switch {
		case u(s.B):
			s.run = subScalar
		case u(s.A):
			s.run = scalarSub
		default:
			s.run = sub
		}
	case kernel.Div:
		switch {
		case u(s.B):
			s.run = divScalar
		case u(s.A):
			s.run = scalarDiv
		default:
			s.run = div
		}
	case kernel.FMA:
		s.run = fma
	case kernel.Neg:
		s.run = neg
	case kernel.Abs:
		s.run = abs
	case kernel.Sqrt:
		s.run = sqrt
	case kernel.Floor:
		s.run = floor
	case kernel.Ceil:
		s.run = ceil
	case kernel.Min:
		s.run = minimum
	case kernel.Max:
		s.run = maximum
	case kernel.Mod:
		s.run = mod
	case kernel.Exp:
		s.run = expBlock
	case kernel.Lt:
		s.run = lt
	case kernel.Le:
		s.run = le
	case kernel.Gt:
		s.run = gt
	case kernel.Ge:
		s.run = ge
	case kernel.Eq:
		s.run = eq
	case kernel.Ne:
		s.run = ne
	case kernel.And:
		s.run = and
	case kernel.Or:
		s.run = or
	case kernel.Not:
		s.run = not
	case kernel.Select:
		s.run = selectBlock
		if u(s.A) {
			s.run = selectUniform
		}
	case kernel.AtTime:
		s.run = atTimeBlock
	case kernel.Lookup:
		s.run = lookupBlock
	case kernel.StoreC:
		s.run = storeColumn
	case kernel.StoreP:
		s.run = storePort
	case kernel.AddP:
		s.run = addPort
	case kernel.StoreU:
		s.run = storeUniform
	case kernel.LoadCX:
		s.run = loadElement
	case kernel.StoreCX:
		s.run = storeElement
	case kernel.Draw:
		s.run = draw
	case kernel.SetSeq:
		s.run = setSeq
	case kernel.Train:
		s.run = train
	default:
		s.run = callBlock
	}
}

func loadColumn(b *block, s *step) { b.slot[s.Dst] = b.f.Columns[s.Imm][b.lo : b.lo+b.n] }
func copyColumn(b *block, s *step) { copy(b.own(s.Dst), b.f.Columns[s.Imm][b.lo:b.lo+b.n]) }

func loadPort(b *block, s *step) {
	p := &b.f.Ports[s.Imm]
	if p.First >= 0 {
		b.slot[s.Dst] = p.Data[p.First+b.lo : p.First+b.lo+b.n]
		return
	}
	copyPort(b, s)
}

func copyPort(b *block, s *step) {
	p := &b.f.Ports[s.Imm]
	d := b.own(s.Dst)
	if p.First >= 0 {
		copy(d, p.Data[p.First+b.lo:])
		return
	}
	data := p.Data
	for i, at := range p.Index[b.lo : b.lo+b.n] {
		d[i] = data[at]
	}
}

func add(b *block, s *step) {
	x, y := b.slot[s.A], b.slot[s.B]
	d := b.own(s.Dst)
	x, y = x[:len(d)], y[:len(d)]
	for i := range d {
		d[i] = x[i] + y[i]
	}
}

func addScalar(b *block, s *step) {
	x, y := b.slot[s.A], b.m.regs[s.B]
	d := b.own(s.Dst)
	x = x[:len(d)]
	for i := range d {
		d[i] = x[i] + y
	}
}

func sub(b *block, s *step) {
	x, y := b.slot[s.A], b.slot[s.B]
	d := b.own(s.Dst)
	x, y = x[:len(d)], y[:len(d)]
	for i := range d {
		d[i] = x[i] - y[i]
	}
}

func subScalar(b *block, s *step) {
	x, y := b.slot[s.A], b.m.regs[s.B]
	d := b.own(s.Dst)
	x = x[:len(d)]
	for i := range d {
		d[i] = x[i] - y
	}
}

func scalarSub(b *block, s *step) {
	x, y := b.m.regs[s.A], b.slot[s.B]
	d := b.own(s.Dst)
	y = y[:len(d)]
	for i := range d {
		d[i] = x - y[i]
	}
}

func mul(b *block, s *step) {
	x, y := b.slot[s.A], b.slot[s.B]
	d := b.own(s.Dst)
	x, y = x[:len(d)], y[:len(d)]
	for i := range d {
		d[i] = x[i] * y[i]
	}
}

func mulScalar(b *block, s *step) {
	x, y := b.slot[s.A], b.m.regs[s.B]
	d := b.own(s.Dst)
	x = x[:len(d)]
	for i := range d {
		d[i] = x[i] * y
	}
}

func div(b *block, s *step) {
	x, y := b.slot[s.A], b.slot[s.B]
	d := b.own(s.Dst)
	x, y = x[:len(d)], y[:len(d)]
	for i := range d {
		d[i] = x[i] / y[i]
	}
}

func divScalar(b *block, s *step) {
	x, y := b.slot[s.A], b.m.regs[s.B]
	d := b.own(s.Dst)
	x = x[:len(d)]
	for i := range d {
		d[i] = x[i] / y
	}
}

func scalarDiv(b *block, s *step) {
	x, y := b.m.regs[s.A], b.slot[s.B]
	d := b.own(s.Dst)
	y = y[:len(d)]
	for i := range d {
		d[i] = x / y[i]
	}
}

func fma(b *block, s *step) {
	x, y, z := b.vec(s.A), b.vec(s.B), b.vec(s.C)
	d := b.own(s.Dst)
	for i := range d {
		d[i] = math.FMA(x[i], y[i], z[i])
	}
}

func neg(b *block, s *step) {
	x := b.vec(s.A)
	d := b.own(s.Dst)
	x = x[:len(d)]
	for i := range d {
		d[i] = -x[i]
	}
}

func abs(b *block, s *step) {
	x := b.vec(s.A)
	d := b.own(s.Dst)
	x = x[:len(d)]
	for i := range d {
		d[i] = math.Abs(x[i])
	}
}

func sqrt(b *block, s *step) {
	x := b.vec(s.A)
	d := b.own(s.Dst)
	x = x[:len(d)]
	for i := range d {
		d[i] = math.Sqrt(x[i])
	}
}

func floor(b *block, s *step) {
	x := b.vec(s.A)
	d := b.own(s.Dst)
	for i := range d {
		d[i] = math.Floor(x[i])
	}
}

func ceil(b *block, s *step) {
	x := b.vec(s.A)
	d := b.own(s.Dst)
	for i := range d {
		d[i] = math.Ceil(x[i])
	}
}

func minimum(b *block, s *step) {
	x, y := b.vec(s.A), b.vec(s.B)
	d := b.own(s.Dst)
	for i := range d {
		d[i] = fmin(x[i], y[i])
	}
}

func maximum(b *block, s *step) {
	x, y := b.vec(s.A), b.vec(s.B)
	d := b.own(s.Dst)
	for i := range d {
		d[i] = fmax(x[i], y[i])
	}
}

func mod(b *block, s *step) {
	x, y := b.vec(s.A), b.vec(s.B)
	d := b.own(s.Dst)
	for i := range d {
		d[i] = math.Mod(x[i], y[i])
	}
}

func callBlock(b *block, s *step) {
	x, y := b.vec(s.A), []float64(nil)
	if s.Op == kernel.Pow || s.Op == kernel.Atan2 {
		y = b.vec(s.B)
	}
	d := b.own(s.Dst)
	if y == nil {
		for i := range d {
			d[i] = call(s.Op, x[i], 0)
		}
		return
	}
	for i := range d {
		d[i] = call(s.Op, x[i], y[i])
	}
}

// one is the bit pattern of 1.0: comparisons are made without branches.
const one = 0x3FF0000000000000

func bit(c bool) float64 {
	var u uint64
	if c {
		u = 1
	}
	return math.Float64frombits(-u & one)
}

func less(d, x, y []float64) {
	x, y = x[:len(d)], y[:len(d)]
	for i := range d {
		d[i] = bit(x[i] < y[i])
	}
}

func lessEqual(d, x, y []float64) {
	x, y = x[:len(d)], y[:len(d)]
	for i := range d {
		d[i] = bit(x[i] <= y[i])
	}
}

func lt(b *block, s *step) {
	x, y := b.vec(s.A), b.vec(s.B)
	less(b.own(s.Dst), x, y)
}

func le(b *block, s *step) {
	x, y := b.vec(s.A), b.vec(s.B)
	lessEqual(b.own(s.Dst), x, y)
}

func gt(b *block, s *step) {
	x, y := b.vec(s.A), b.vec(s.B)
	less(b.own(s.Dst), y, x)
}

func ge(b *block, s *step) {
	x, y := b.vec(s.A), b.vec(s.B)
	lessEqual(b.own(s.Dst), y, x)
}

func eq(b *block, s *step) {
	x, y := b.vec(s.A), b.vec(s.B)
	d := b.own(s.Dst)
	x, y = x[:len(d)], y[:len(d)]
	for i := range d {
		d[i] = bit(x[i] == y[i])
	}
}

func ne(b *block, s *step) {
	x, y := b.vec(s.A), b.vec(s.B)
	d := b.own(s.Dst)
	x, y = x[:len(d)], y[:len(d)]
	for i := range d {
		d[i] = bit(x[i] != y[i])
	}
}

func and(b *block, s *step) {
	x, y := b.vec(s.A), b.vec(s.B)
	d := b.own(s.Dst)
	x, y = x[:len(d)], y[:len(d)]
	for i := range d {
		d[i] = bit(x[i] != 0) * bit(y[i] != 0)
	}
}

func or(b *block, s *step) {
	x, y := b.vec(s.A), b.vec(s.B)
	d := b.own(s.Dst)
	for i := range d {
		d[i] = bit(x[i] != 0 || y[i] != 0)
	}
}

func not(b *block, s *step) {
	x := b.vec(s.A)
	d := b.own(s.Dst)
	x = x[:len(d)]
	for i := range d {
		d[i] = bit(x[i] == 0)
	}
}

func selectUniform(b *block, s *step) {
	r := s.C
	if b.m.regs[s.A] != 0 {
		r = s.B
	}
	src := b.vec(r)
	copy(b.own(s.Dst), src)
}

func selectBlock(b *block, s *step) {
	m, x, y := b.slot[s.A], b.vec(s.B), b.vec(s.C)
	d := b.own(s.Dst)
	m, x, y = m[:len(d)], x[:len(d)], y[:len(d)]
	for i := range d {
		var u uint64
		if m[i] != 0 {
			u = 1
		}
		p, q := math.Float64bits(x[i]), math.Float64bits(y[i])
		d[i] = math.Float64frombits(q ^ (-u & (p ^ q)))
	}
}

func atTimeBlock(b *block, s *step) {
	x := b.vec(s.A)
	d := b.own(s.Dst)
	t, dt := b.f.Uniforms[kernel.UniformT], b.f.Uniforms[kernel.UniformDt]
	for i := range d {
		d[i] = truth(atTime(x[i], t, dt))
	}
}

func storeColumn(b *block, s *step) {
	mask, run := b.masked(s.B)
	if !run {
		return
	}
	d := b.f.Columns[s.Imm][b.lo : b.lo+b.n]
	if b.pl.uniform[s.A] && mask == nil {
		fill(d, flush(b.m.regs[s.A]))
		return
	}
	x := b.vec(s.A)[:len(d)]
	if mask == nil {
		for i := range d {
			d[i] = flush(x[i])
		}
		return
	}
	for i := range d {
		if mask[i] != 0 {
			d[i] = flush(x[i])
		}
	}
}

func storePort(b *block, s *step) {
	mask, run := b.masked(s.B)
	if !run {
		return
	}
	p, x := &b.f.Ports[s.Imm], b.vec(s.A)
	if p.First >= 0 && mask == nil {
		copy(p.Data[p.First+b.lo:p.First+b.lo+b.n], x)
		return
	}
	for i := range x {
		if mask == nil || mask[i] != 0 {
			*port(p, b.lo+i) = x[i]
		}
	}
}

func addPort(b *block, s *step) {
	mask, run := b.masked(s.B)
	if !run {
		return
	}
	p, x := &b.f.Ports[s.Imm], b.vec(s.A)
	switch {
	case mask != nil:
		for i := range x {
			if mask[i] != 0 {
				*port(p, b.lo+i) += x[i]
			}
		}
	case p.First >= 0:
		d := p.Data[p.First+b.lo : p.First+b.lo+b.n]
		x = x[:len(d)]
		for i := range d {
			d[i] += x[i]
		}
	default:
		data := p.Data
		index := p.Index[b.lo : b.lo+b.n]
		x = x[:len(index)]
		for i, at := range index {
			data[at] += x[i]
		}
	}
}

func storeUniform(b *block, s *step) {
	mask, run := b.masked(s.B)
	if !run {
		return
	}
	x := b.vec(s.A)
	for i := len(x) - 1; i >= 0; i-- {
		if mask == nil || mask[i] != 0 {
			b.m.pending(s.Imm, x[i])
			return
		}
	}
}

func loadElement(b *block, s *step) {
	x := b.vec(s.A)
	d := b.own(s.Dst)
	for i := range d {
		d[i] = b.f.Columns[s.Imm+element(x[i], s.Aux)][b.lo+i]
	}
}

func storeElement(b *block, s *step) {
	mask, run := b.masked(s.B)
	if !run {
		return
	}
	x, at := b.vec(s.A), b.vec(s.C)
	for i := range x {
		if mask == nil || mask[i] != 0 {
			b.f.Columns[s.Imm+element(at[i], s.Aux)][b.lo+i] = flush(x[i])
		}
	}
}

func draw(b *block, s *step) {
	mask, run := b.masked(s.B)
	if !run {
		return
	}
	d := b.own(s.Dst)
	for i := range d {
		if mask == nil || mask[i] != 0 {
			d[i] = b.f.Host.Draw(b.lo+i, int(s.Imm), kernel.DrawKind(s.Aux))
		}
	}
}

func setSeq(b *block, s *step) {
	mask, run := b.masked(s.B)
	if !run {
		return
	}
	x := b.vec(s.A)
	for i := range x {
		if mask == nil || mask[i] != 0 {
			b.f.Host.SetSeq(b.lo+i, int(s.Imm), x[i])
		}
	}
}

func train(b *block, s *step) {
	x := b.vec(s.A)
	d := b.own(s.Dst)
	for i := range d {
		d[i] = b.f.Host.Train(b.lo+i, trainIndex(x[i]))
	}
}

func expBlock(b *block, s *step) {
	x := b.slot[s.A]
	d := b.own(s.Dst)
	x = x[:len(d)]
	for i := range d {
		d[i] = exp(x[i])
	}
}

// lookupBlock finds the entry once per lane and interpolates every output.
func lookupBlock(b *block, s *step) {
	t := b.f.Tables[s.Imm]
	x := b.vec(s.A)
	var arr [16][]float64
	out := arr[:0]
	for o := range t.Y {
		out = append(out, b.own(s.Dst+kernel.Reg(o)))
	}
	n, mfac, lowest := t.N, t.MFac, t.Min
	for i := range x {
		xi := mfac * (x[i] - lowest)
		if xi > 0 && xi < float64(n) {
			at := int(xi)
			th := xi - float64(at)
			for o, y := range t.Y {
				y0 := y[at]
				out[o][i] = y0 + float64(th*(y[at+1]-y0))
			}
			continue
		}
		at := 0
		switch {
		case xi != xi:
			for o := range out {
				out[o][i] = xi
			}
			continue
		case xi > 0:
			at = n
		}
		for o, y := range t.Y {
			out[o][i] = y[at]
		}
	}
}
