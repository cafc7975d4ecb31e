package vm

import (
	"github.com/rallsim/rall/runtime/kernel"
	"github.com/rallsim/rall/runtime/vec"
)

// The opcodes that vec has a block form of.
var (
	unary = map[kernel.Op]func(dst, a []float64){
		kernel.Neg: vec.Neg, kernel.Abs: vec.Abs, kernel.Sqrt: vec.Sqrt, kernel.Floor: vec.Floor, kernel.Ceil: vec.Ceil,
		kernel.Exp: vec.ExpV, kernel.Log: vec.LogV, kernel.Log10: vec.Log10V, kernel.Sin: vec.SinV, kernel.Cos: vec.CosV,
		kernel.Tan: vec.TanV, kernel.Asin: vec.AsinV, kernel.Acos: vec.AcosV, kernel.Atan: vec.AtanV, kernel.Sinh: vec.SinhV,
		kernel.Cosh: vec.CoshV, kernel.Tanh: vec.TanhV, kernel.Exprelr: vec.ExprelrV, kernel.Single: vec.SingleV, kernel.Not: vec.Not, kernel.Move: vec.Copy,
	}
	binary = map[kernel.Op]func(dst, a, b []float64){
		kernel.Add: vec.Add, kernel.Sub: vec.Sub, kernel.Mul: vec.Mul, kernel.Div: vec.Div, kernel.Mod: vec.Mod,
		kernel.Min: vec.Min, kernel.Max: vec.Max, kernel.Pow: vec.PowV, kernel.Atan2: vec.Atan2V, kernel.Lt: vec.Lt,
		kernel.Le: vec.Le, kernel.Gt: vec.Gt, kernel.Ge: vec.Ge, kernel.Eq: vec.Eq, kernel.Ne: vec.Ne, kernel.And: vec.And,
		kernel.Or: vec.Or, kernel.BitAnd: vec.BitAndV, kernel.BitOr: vec.BitOrV, kernel.BitXor: vec.BitXorV, kernel.Ran4: vec.Ran4V,
	}
	// The right operand is uniform.
	right = map[kernel.Op]func(dst, a []float64, c float64){
		kernel.Add: vec.AddC, kernel.Sub: vec.SubC, kernel.Mul: vec.MulC, kernel.Div: vec.DivC, kernel.Min: vec.MinC,
		kernel.Max: vec.MaxC, kernel.Pow: vec.PowVC, kernel.Lt: vec.LtC, kernel.Le: vec.LeC, kernel.Gt: vec.GtC,
		kernel.Ge: vec.GeC, kernel.Eq: vec.EqC, kernel.Ne: vec.NeC,
	}
	// The left operand is uniform: the same with the operands exchanged.
	left = map[kernel.Op]func(dst, b []float64, c float64){
		kernel.Add: vec.AddC, kernel.Mul: vec.MulC, kernel.Sub: vec.RsubC, kernel.Div: vec.RdivC, kernel.Lt: vec.GtC,
		kernel.Le: vec.GeC, kernel.Gt: vec.LtC, kernel.Ge: vec.LeC, kernel.Eq: vec.EqC, kernel.Ne: vec.NeC,
	}
)

// stepKind says how the loop over steps calls one.
type stepKind uint8

const (
	general    stepKind = iota // run
	ofOne                      // f1(dst, A)
	ofTwo                      // f2(dst, A, B)
	byConstant                 // fc(dst, A, uniform B)
)

// choose sets how step s runs. A uniform operand is used as a scalar where
// vec has a form for it, and broadcast otherwise.
func (b *planner) choose(s *step, copied bool) {
	u := func(r kernel.Reg) bool { return r >= 0 && b.pl.uniform[r] }
	s.owns = s.Op.Writes() && b.pl.aliases(s.Dst)
	// Two uniform operands whose register holds lanes elsewhere are broadcast.
	if f := right[s.Op]; f != nil && u(s.B) && !u(s.A) {
		s.kind, s.fc = byConstant, f
		return
	}
	if f := left[s.Op]; f != nil && u(s.A) && !u(s.B) {
		s.kind, s.fc = byConstant, f
		s.A, s.B = s.B, s.A
		return
	}
	if f := binary[s.Op]; f != nil {
		s.kind, s.f2 = ofTwo, f
		if u(s.A) || u(s.B) {
			s.kind = general
			s.run = func(b *block, s *step) {
				x, y := b.vec(s.A), b.vec(s.B)
				s.f2(b.own(s.Dst), x, y)
			}
		}
		return
	}
	if f := unary[s.Op]; f != nil {
		s.kind, s.f1 = ofOne, f
		if u(s.A) {
			s.kind = general
			s.run = func(b *block, s *step) {
				x := b.vec(s.A)
				s.f1(b.own(s.Dst), x)
			}
		}
		return
	}
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
	case kernel.FMA:
		s.run = fma
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
	case kernel.KeepC:
		s.run = keepColumn
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
	case kernel.TrainLen:
		s.run = trainLen
	case kernel.Send, kernel.MoveEv, kernel.Emit, kernel.Print, kernel.Fail:
		s.run = ask
	default:
		panic("BUG: opcode " + s.Op.String() + " has no block form")
	}
}

func fma(b *block, s *step) {
	x, y, z := b.vec(s.A), b.vec(s.B), b.vec(s.C)
	vec.FMA(b.own(s.Dst), x, y, z)
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
	m, x, y := b.vec(s.A), b.vec(s.B), b.vec(s.C)
	vec.Select(b.own(s.Dst), m, x, y)
}

func storeColumn(b *block, s *step) {
	mask, run := b.masked(s.B)
	if !run || b.f.Unread != nil && b.f.Unread[s.Imm] {
		return
	}
	d := b.f.Columns[s.Imm][b.lo : b.lo+b.n]
	switch {
	case mask != nil:
		vec.FlushMasked(d, mask, b.vec(s.A))
	case b.pl.uniform[s.A]:
		vec.Set(d, vec.Flushed(b.m.regs[s.A]))
	default:
		vec.Flush(d, b.slot[s.A])
	}
}

func keepColumn(b *block, s *step) { copy(b.f.Columns[s.Imm][b.lo:b.lo+b.n], b.vec(s.A)) }

func loadColumn(b *block, s *step) {
	at := b.lo
	if b.f.Same != nil && b.f.Same[s.Imm] {
		at = 0 // stays in the cache
	}
	b.slot[s.Dst] = b.f.Columns[s.Imm][at : at+b.n]
}

func copyColumn(b *block, s *step) { copy(b.own(s.Dst), b.f.Columns[s.Imm][b.lo:b.lo+b.n]) }

func atTimeBlock(b *block, s *step) {
	x := b.vec(s.A)
	d := b.own(s.Dst)
	t, dt := b.f.Uniforms[kernel.UniformT], b.f.Uniforms[kernel.UniformDt]
	for i := range d {
		d[i] = kernel.Truth(kernel.IsAtTime(x[i], t, dt))
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
			b.m.pending(s.Imm, b.lo+i, x[i])
			return
		}
	}
}

func loadElement(b *block, s *step) {
	x := b.vec(s.A)
	d := b.own(s.Dst)
	for i := range d {
		d[i] = b.f.Columns[s.Imm+kernel.Element(x[i], s.Aux)][b.lo+i]
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
			b.f.Columns[s.Imm+kernel.Element(at[i], s.Aux)][b.lo+i] = vec.Flushed(x[i])
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
			b.f.Host.SetSeq(b.lo+i, int(s.Imm), int(s.Aux), x[i])
		}
	}
}

func train(b *block, s *step) {
	x := b.vec(s.A)
	d := b.own(s.Dst)
	for i := range d {
		d[i] = b.f.Host.Train(b.lo+i, int(s.Imm), kernel.SeriesIndex(x[i]))
	}
}

func trainLen(b *block, s *step) {
	d := b.own(s.Dst)
	for i := range d {
		d[i] = float64(b.f.Host.TrainLen(b.lo+i, int(s.Imm)))
	}
}

// ask asks the Host for something, lane by lane.
func ask(b *block, s *step) {
	mask, run := b.masked(s.B)
	if !run {
		return
	}
	bring := func(r kernel.Reg, i int) {
		if r >= 0 && !b.pl.uniform[r] {
			b.m.regs[r] = b.slot[r][i]
		}
	}
	for i := range b.n {
		if mask != nil && mask[i] == 0 {
			continue
		}
		b.m.k = b.lo + i
		bring(s.B, i)
		if s.Op == kernel.Print {
			for k := range s.Aux {
				bring(s.A+kernel.Reg(k), i)
			}
		} else {
			bring(s.A, i)
			bring(s.C, i)
		}
		b.m.effect(&s.Instr)
	}
	b.m.k = b.lo
}

// lookupBlock finds the entry once per lane and interpolates every output.
func lookupBlock(b *block, s *step) {
	t := b.f.Tables[s.Imm]
	x := b.vec(s.A)
	var arr [16][]float64
	out := arr[:0]
	for o := range t.Of(b.lo).Y {
		out = append(out, b.own(s.Dst+kernel.Reg(o)))
	}
	if t.Each != nil {
		var y [16]float64
		row := y[:]
		if len(out) > len(y) {
			row = make([]float64, len(out))
		}
		row = row[:len(out)]
		for i := range x {
			t.Each[b.lo+i].At(x[i], row)
			for o := range out {
				out[o][i] = row[o]
			}
		}
		return
	}
	n, mfac, lowest := t.N, t.MFac, t.Min
	for i := range x {
		xi := float64(mfac * (x[i] - lowest))
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
