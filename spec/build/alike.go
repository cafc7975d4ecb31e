package build

import (
	"math"
	"reflect"
	"slices"

	"github.com/rallsim/rall/ir"
	"github.com/rallsim/rall/ir/expr"
	"github.com/rallsim/rall/ir/morph"
)

// Types that the same rules make for one cell each differ in little. What is
// equal to the first of them is kept once.

// share lets a type have what it has in common with the first of its rules.
func (t *cellType) share(first *cellType) {
	t.index, t.lists, t.Name = first.index, first.lists, first.Name
	same := len(t.secs) == len(first.secs)
	for i := range min(len(t.secs), len(first.secs)) {
		if alike(t.secs[i], first.secs[i]) {
			t.secs[i] = first.secs[i]
		} else {
			same = false
		}
	}
	if same && alike(t.Morph, first.Morph) {
		t.secs, t.Morph = first.secs, first.Morph
	}
	t.Paint = shared(t.Paint, first.Paint, func(a, b *ir.Paint) {
		a.Sections = shared(a.Sections, b.Sections, nil)
		a.Params = shared(a.Params, b.Params, nil)
	})
	t.Ions = shared(t.Ions, first.Ions, nil)
	t.VInit = shared(t.VInit, first.VInit, nil)
	t.Points = shared(t.Points, first.Points, nil)
	t.driven = shared(t.driven, first.driven, nil)
	t.pointers = shared(t.pointers, first.pointers, nil)
	t.ionInit = shared(t.ionInit, first.ionInit, nil)
	switch {
	case t.Morph == first.Morph && (t.fromFile || !t.Morph.HasPoints()):
		t.geom, t.shape, t.like = nil, nil, first
	case !t.fromFile:
		t.geom, t.shape = nil, nil // made again where somebody asks
	}
}

// shared returns the other slice where both are alike; else its own, with no
// room to spare, whose elements share with those of the other.
func shared[T any](own, other []T, share func(a, b *T)) []T {
	if alike(own, other) {
		return other
	}
	own = slices.Clip(slices.Clone(own))
	if share != nil {
		for i := range min(len(own), len(other)) {
			share(&own[i], &other[i])
		}
	}
	return own
}

var exprType = reflect.TypeFor[*expr.Expr]() // the same where it is the same one

// alike says whether two values are the same to the bit.
func alike[T any](a, b T) bool {
	return sameBits(reflect.ValueOf(&a).Elem(), reflect.ValueOf(&b).Elem())
}

func sameBits(a, b reflect.Value) bool {
	switch a.Kind() {
	case reflect.Float64:
		return math.Float64bits(a.Float()) == math.Float64bits(b.Float())
	case reflect.Pointer:
		return a.Pointer() == b.Pointer() || !a.IsNil() && !b.IsNil() && a.Type() != exprType && sameBits(a.Elem(), b.Elem())
	case reflect.Slice:
		if a.Len() != b.Len() || a.IsNil() != b.IsNil() {
			return false
		}
		if a.Pointer() == b.Pointer() {
			return true
		}
		for i := range a.Len() {
			if !sameBits(a.Index(i), b.Index(i)) {
				return false
			}
		}
		return true
	case reflect.Struct:
		for i := range a.NumField() {
			if !sameBits(a.Field(i), b.Field(i)) {
				return false
			}
		}
		return true
	case reflect.Array:
		for i := range a.Len() {
			if !sameBits(a.Index(i), b.Index(i)) {
				return false
			}
		}
		return true
	}
	return a.Equal(b)
}

// keep keeps the geometry of one such type at a time.
func (b *builder) keep(t *cellType) {
	if w := b.warm; w != nil && w != t {
		w.geom, w.shape = nil, nil
	}
	b.warm = t
}

// length returns the length [um] of a section of a cell at the origin.
func (t *cellType) length(sec int) float64 {
	return t.Morph.Sections[sec].Length(morph.Offset{})
}
