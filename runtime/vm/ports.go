package vm

import (
	"github.com/rallsim/rall/runtime/kernel"
	"github.com/rallsim/rall/runtime/vec"
)

// Ports over a block: by one slice where the instances' places follow each
// other, by runs where there are long ones, else by the index.

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
	switch {
	case p.First >= 0:
		copy(d, p.Data[p.First+b.lo:])
	case p.Runs == nil:
		vec.Gather(d, p.Data, p.Index[b.lo:b.lo+b.n])
	default:
		for k, at := b.firstRun(p, s.Imm), 0; at < len(d); k++ {
			r, end := b.run(p, k)
			part := d[at:end]
			switch r.Shape {
			case kernel.Up:
				copy(part, p.Data[int(r.Index)+b.lo+at-int(r.From):])
			case kernel.Same:
				vec.Set(part, p.Data[r.Index])
			default:
				vec.Gather(part, p.Data, p.Index[b.lo+at:b.lo+end])
			}
			at = end
		}
	}
}

// firstRun returns the number of the run that the block's first instance is
// in. Blocks come in order, so that the search goes on where it ended.
func (b *block) firstRun(p *kernel.PortData, imm int32) int {
	k := int(b.runAt[imm])
	for k+1 < len(p.Runs) && int(p.Runs[k+1].From) <= b.lo {
		k++
	}
	b.runAt[imm] = int32(k)
	return k
}

// run returns run k and its end, counted from the start of the block and no
// further than the block's.
func (b *block) run(p *kernel.PortData, k int) (r *kernel.Run, end int) {
	end = b.n
	if k+1 < len(p.Runs) {
		end = min(end, int(p.Runs[k+1].From)-b.lo)
	}
	return &p.Runs[k], end
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

// sum is how values are added to a port. To subtract x is to add -x, to the
// bit.
type sum struct {
	block   func(dst, a, b []float64)
	scatter func(dst []float64, index []int32, a []float64)
	sign    float64
}

var (
	plus  = sum{vec.Add, vec.ScatterAdd, 1}
	minus = sum{vec.Sub, vec.ScatterSub, -1}
)

func (s *step) sum() *sum {
	if s.minus {
		return &minus
	}
	return &plus
}

func addPort(b *block, s *step) {
	mask, run := b.masked(s.B)
	if !run {
		return
	}
	p, x, how := &b.f.Ports[s.Imm], b.vec(s.A), s.sum()
	switch {
	case mask != nil:
		for i := range x {
			if mask[i] != 0 {
				*port(p, b.lo+i) += float64(how.sign * x[i])
			}
		}
	case p.First >= 0:
		d := p.Data[p.First+b.lo : p.First+b.lo+b.n]
		how.block(d, d, x)
	case p.Runs == nil:
		how.scatter(p.Data, p.Index[b.lo:b.lo+b.n], x)
	default:
		for k, at := b.firstRun(p, s.Imm), 0; at < len(x); k++ {
			r, end := b.run(p, k)
			part := x[at:end]
			switch r.Shape {
			case kernel.Up:
				from := int(r.Index) + b.lo + at - int(r.From)
				d := p.Data[from : from+len(part)]
				how.block(d, d, part)
			case kernel.Same:
				p.Data[r.Index] = vec.SumFrom(p.Data[r.Index], part, how.sign)
			default:
				how.scatter(p.Data, p.Index[b.lo+at:b.lo+end], part)
			}
			at = end
		}
	}
}

// addPair is an addPort and the next, of two ports that the instances reach
// through the same index: the two sums, each a chain of additions that wait for
// each other, go side by side.
func addPair(b *block, s *step) {
	p, q := &b.f.Ports[s.Imm], &b.f.Ports[s.with.Imm]
	if p.First >= 0 || &p.Index[0] != &q.Index[0] {
		addPort(b, s)
		addPort(b, s.with)
		return
	}
	x, y, how, too := b.vec(s.A), b.vec(s.with.A), s.sum(), s.with.sum()
	if p.Runs == nil {
		vec.ScatterPair(p.Data, q.Data, p.Index[b.lo:b.lo+b.n], x, y, how.sign, too.sign)
		return
	}
	for k, at := b.firstRun(p, s.Imm), 0; at < len(x); k++ {
		r, end := b.run(p, k)
		switch from := int(r.Index); r.Shape {
		case kernel.Up:
			from += b.lo + at - int(r.From)
			d, e := p.Data[from:from+end-at], q.Data[from:from+end-at]
			how.block(d, d, x[at:end])
			too.block(e, e, y[at:end])
		case kernel.Same:
			p.Data[from], q.Data[from] = vec.SumPair(p.Data[from], q.Data[from], x[at:end], y[at:end], how.sign, too.sign)
		default:
			vec.ScatterPair(p.Data, q.Data, p.Index[b.lo+at:b.lo+end], x[at:end], y[at:end], how.sign, too.sign)
		}
		at = end
	}
}
