package codegen

import "github.com/rallsim/rall/runtime/kernel"

// affine differentiates values with respect to the membrane potential, where
// they are affine in it: sums of terms that have it once, as a factor. The
// derivative is then exact, and equal to NEURON's finite difference up to
// rounding.
type affine struct {
	b    *builder
	v    val
	dep  map[val]bool
	memo map[val]derivative
}

type derivative struct {
	dx val
	ok bool
}

func newAffine(b *builder, v val) *affine {
	return &affine{b: b, v: v, dep: map[val]bool{}, memo: map[val]derivative{}}
}

// depends says whether x is computed from v. Registers that loops and tables
// write count as dependent.
func (d *affine) depends(x val) bool {
	if x == none {
		return false
	}
	if x == d.v {
		return true
	}
	if r, ok := d.dep[x]; ok {
		return r
	}
	n := d.b.vals[x]
	r := n.mutable || d.depends(n.a) || d.depends(n.b) || d.depends(n.c)
	d.dep[x] = r
	return r
}

// of returns dx/dv, none where it is zero; ok is false when x is not affine.
func (d *affine) of(x val) (dx val, ok bool) {
	if !d.depends(x) {
		return none, true
	}
	if x == d.v {
		return d.b.num(1), true
	}
	m, seen := d.memo[x]
	if !seen {
		m.dx, m.ok = d.derive(x)
		d.memo[x] = m
	}
	return m.dx, m.ok
}

// derive is of for what is computed from v, for the first time.
func (d *affine) derive(x val) (dx val, ok bool) {
	n := d.b.vals[x]
	emit := d.b.emit
	switch n.op {
	case kernel.Add, kernel.Sub:
		p, ok1 := d.of(n.a)
		q, ok2 := d.of(n.b)
		if !ok1 || !ok2 {
			return none, false
		}
		switch {
		case p != none && q != none:
			dx = emit(n.op, p, q, none)
		case q != none && n.op == kernel.Sub:
			dx = emit(kernel.Neg, q, none, none)
		case q != none:
			dx = q
		default:
			dx = p
		}
	case kernel.Neg:
		p, ok := d.of(n.a)
		if !ok {
			return none, false
		}
		dx = emit(kernel.Neg, p, none, none)
	case kernel.Mul:
		f, g := n.a, n.b
		if d.depends(f) {
			f, g = g, f
		}
		if d.depends(f) {
			return none, false
		}
		p, ok := d.of(g)
		if !ok {
			return none, false
		}
		dx = emit(kernel.Mul, f, p, none)
	case kernel.Div:
		if d.depends(n.b) {
			return none, false
		}
		p, ok := d.of(n.a)
		if !ok {
			return none, false
		}
		dx = emit(kernel.Div, p, n.b, none)
	case kernel.Select:
		if d.depends(n.a) {
			return none, false
		}
		p, ok1 := d.of(n.b)
		q, ok2 := d.of(n.c)
		if !ok1 || !ok2 {
			return none, false
		}
		zero := d.b.num(0)
		if p == none {
			p = zero
		}
		if q == none {
			q = zero
		}
		dx = emit(kernel.Select, n.a, p, q)
	default:
		return none, false
	}
	return dx, true
}
