package hoc

import (
	"slices"

	"github.com/rallsim/rall/import/hoc/syntax"
	"github.com/rallsim/rall/import/hoc/tree"
	"github.com/rallsim/rall/ir/diag"
)

// Pointer is a POINTER that setpointer set.
type Pointer struct {
	Pos  diag.Pos
	From pointerOwner
	Inst *tree.Inst // of a density mechanism that has it; nil: it is a Process's
	Name string
	To   *float64
}

// pointerOwner has POINTERs.
type pointerOwner interface {
	pointer(name string, to *float64)
	pointsTo(name string) *float64
}

func (p *Process) pointer(name string, to *float64) {
	if p.pointers == nil {
		p.pointers = map[string]*float64{}
	}
	p.pointers[name] = to
}

func (p *Process) pointsTo(name string) *float64 { return p.pointers[name] }

// boundInst is an instance of a density mechanism as the owner of POINTERs.
type boundInst struct {
	in   *Interp
	inst *tree.Inst
}

// boundKey is a POINTER of an instance of a density mechanism.
type boundKey struct {
	inst *tree.Inst
	name string
}

func (b boundInst) pointer(name string, to *float64) {
	if b.in.bound == nil {
		b.in.bound = map[boundKey]*float64{}
	}
	b.in.bound[boundKey{b.inst, name}] = to
}

func (b boundInst) pointsTo(name string) *float64 { return b.in.bound[boundKey{b.inst, name}] }

// setPointer makes a mechanism's POINTER refer to a variable.
func (in *Interp) setPointer(fr *frame, s *syntax.SetPointer) {
	to := in.resolve(fr, s.R, true)
	if in.failed {
		return
	}
	num, ok := in.numberRef(fr, s.R.Pos(), to)
	if !ok {
		return
	}
	from := in.resolve(fr, s.L, false)
	if in.failed {
		return
	}
	k := Pointer{Pos: fr.pos(s.Pos()), From: from.owner, Name: from.name, To: num}
	switch {
	case from.k == pointerPlace:
	case from.k == rangePlace && from.rng.v != nil && from.rng.v.Pointer:
		if k.Inst = in.nodeOf(from).Find(from.rng.mech); k.Inst == nil {
			in.fail(fr, s.L.Pos(), "%s: the mechanism %s is not inserted in %s", from.rng.name, from.rng.mech.Name, from.sec.Name)
			return
		}
		k.From, k.Name = boundInst{in, k.Inst}, from.rng.v.Name
	default:
		in.fail(fr, s.L.Pos(), "setpointer needs a POINTER of a mechanism, not %s", from.what())
		return
	}
	if k.From.pointsTo(k.Name) != nil {
		in.pointers = slices.DeleteFunc(in.pointers, func(o Pointer) bool { return o.From == k.From && o.Name == k.Name })
	}
	in.pointers = append(in.pointers, k)
	k.From.pointer(k.Name, num)
	in.changes++
}

// geometry says whether r is one of the numbers that a section's geometry is made of.
func (r Ref) geometry() bool {
	return r.Kind == LengthRef || r.Kind == ResistivityRef || r.Kind == DiameterRef
}

// reshape is what follows when such a number has been changed through a pointer.
func (in *Interp) reshape(r Ref, x float64) {
	switch r.Kind {
	case LengthRef:
		in.Tree.SetLength(r.Node.Sec, x)
	case ResistivityRef:
		in.Tree.SetRa(r.Node.Sec, x)
	case DiameterRef:
		in.Tree.DiamChanged(r.Node.Sec)
	}
}
