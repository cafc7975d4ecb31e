package nmodl

import (
	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/mech"
)

// Pointers that count along an array, as *p++ does: which array it is must be
// known when the mechanism is compiled; the place in it is a local.

// along says whether p points into numbers that lie in a row.
func (p *cPtr) along() bool { return p.kind == ptrArray || p.kind == ptrData }

// place0 is the place in its array to which p points.
func (p *cPtr) place0() mech.Expr {
	if p.at == nil {
		return num(0)
	}
	return p.at
}

// stride is how many numbers lie between what p points to and the next.
func (p *cPtr) stride() float64 { return float64(elements(p.rest)) }

// newPointer makes a pointer variable that points where q does, and returns its number.
func (b *body) newPointer(q *cPtr, name string, pos diag.Pos) int {
	b.ptrs = append(b.ptrs, nil)
	b.point(len(b.ptrs), q, name, pos)
	return len(b.ptrs)
}

// point has pointer variable i point where q does. One that something moves, or
// whose place is computed, keeps it in a local, since what it was computed of may change.
func (b *body) point(i int, q *cPtr, name string, pos diag.Pos) {
	if q.along() {
		p := *q
		p.row = 0
		if _, fixed := p.place0().(mech.Num); b.l.c.moved[name] || !fixed {
			slot, ok := b.cursor[i]
			if !ok {
				if b.cursor == nil {
					b.cursor = map[int]int{}
				}
				slot = b.temporary(name)
				b.cursor[i] = slot
			}
			b.pre = append(b.pre, setLocal(slot, p.place0(), pos))
			p.at, p.cursor = mech.Local{Slot: slot}, true
		}
		q = &p
	}
	b.ptrs[i-1] = q
}

// shift is p moved by a number of what it points to.
func (b *body) shift(p *cPtr, by mech.Expr, pos diag.Pos) *cPtr {
	if !p.along() {
		b.giveUp(pos, "the movement of the pointer %s, which is none into an array", p.name)
	}
	q := *p
	q.cursor, q.row = false, 0
	if n, ok := by.(mech.Num); ok {
		by = num(n.V * p.stride())
	} else if p.stride() != 1 {
		by = binary(mech.Mul, by, num(p.stride()))
	}
	q.at = binary(mech.Add, p.place0(), by)
	m, fixed := p.place0().(mech.Num)
	n, known := by.(mech.Num)
	switch {
	case fixed && known:
		q.at = num(m.V + n.V)
	case fixed && m.V == 0:
		q.at = by
	case known && n.V == 0:
		q.at = p.at
	}
	return &q
}

// step is p++ and its kin, of the pointer variable i.
func (b *body) step(i int, e *cStep) cValue {
	old := b.ptrs[i-1]
	n, ok := e.x.(*cName)
	if !ok || !old.cursor {
		b.giveUp(e.Pos, "the movement of a pointer that rall cannot follow")
	}
	if e.post {
		kept := *old
		slot := b.temporary(n.name)
		b.pre = append(b.pre, setLocal(slot, old.at, e.Pos))
		kept.at, kept.cursor = mech.Local{Slot: slot}, false
		b.point(i, b.shift(old, num(e.by), e.Pos), n.name, e.Pos)
		return cValue{ptr: &kept}
	}
	b.point(i, b.shift(old, num(e.by), e.Pos), n.name, e.Pos)
	return cValue{ptr: b.ptrs[i-1]}
}

// steps says whether an assignment to a pointer moves it: p = p + 1.
func steps(a *cAssign) bool {
	x, ok := a.x.(*cName)
	y, sum := a.y.(*cBinary)
	if !ok || !sum || y.op != "+" && y.op != "-" {
		return false
	}
	from, ok := y.x.(*cName)
	return ok && from.name == x.name
}

// ptrArith is a sum of a pointer and an integer, or what lies between two pointers.
func (b *body) ptrArith(op string, v, w cValue, pos diag.Pos) cValue {
	if op == "+" && v.ptr == nil {
		v, w = w, v
	}
	switch {
	case w.ptr == nil && w.num.integer() && (op == "+" || op == "-"):
		by := b.raw(w, pos)
		if op == "-" {
			by = binary(mech.Sub, num(0), by)
			if n, ok := w.x.(mech.Num); ok {
				by = num(-n.V)
			}
		}
		return cValue{ptr: b.shift(v.ptr, by, pos)}
	case w.ptr != nil && v.ptr != nil && op == "-" && v.ptr.along() && b.alike(v.ptr, w.ptr):
		x := binary(mech.Sub, v.ptr.place0(), w.ptr.place0())
		if v.ptr.stride() != 1 {
			x = binary(mech.Div, x, num(v.ptr.stride()))
		}
		return cValue{x: x, num: cLong}
	}
	b.giveUp(pos, "arithmetic of pointers that are none into one array")
	return cValue{}
}

// alike says whether two pointers point into the same numbers.
func (b *body) alike(p, q *cPtr) bool {
	return p.kind == q.kind && p.v == q.v && len(p.rest) == len(q.rest)
}
