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
			from := int(r.Index)
			if r.Up {
				from += b.lo + at - int(r.From)
				copy(part, p.Data[from:])
			} else {
				vec.Set(part, p.Data[from])
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

func addPort(b *block, s *step) { b.addTo(s, &plus) }

// subPort adds -A: a - x is a + (-x), to the bit.
func subPort(b *block, s *step) { b.addTo(s, &minus) }

// sum is how values are added to a port.
type sum struct {
	block   func(dst, a, b []float64)
	scatter func(dst []float64, index []int32, a []float64)
	run     func(s float64, a []float64) float64
}

var (
	plus  = sum{vec.Add, vec.ScatterAdd, vec.SumFrom}
	minus = sum{vec.Sub, vec.ScatterSub, vec.DiffFrom}
)

func (b *block) addTo(s *step, how *sum) {
	mask, run := b.masked(s.B)
	if !run {
		return
	}
	p, x := &b.f.Ports[s.Imm], b.vec(s.A)
	switch {
	case mask != nil:
		for i := range x {
			if mask[i] != 0 {
				to := port(p, b.lo+i)
				*to = how.run(*to, x[i:i+1])
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
			from := int(r.Index)
			if r.Up {
				from += b.lo + at - int(r.From)
				d := p.Data[from : from+len(part)]
				how.block(d, d, part)
			} else {
				p.Data[from] = how.run(p.Data[from], part)
			}
			at = end
		}
	}
}
