package hoc

import (
	"math"

	"github.com/rallsim/rall/import/hoc/syntax"
	"github.com/rallsim/rall/import/hoc/tree"
	"github.com/rallsim/rall/ir/diag"
)

// assign executes L = R or L op= R.
func (in *Interp) assign(fr *frame, a *syntax.Assign) value {
	if n, ok := a.R.(*syntax.New); ok { // the object is made before the left side is looked at
		v := in.newObject(fr, n)
		return in.store(fr, a, v)
	}
	v := in.eval(fr, a.R)
	if in.failed {
		return value{}
	}
	return in.store(fr, a, v)
}

func (in *Interp) store(fr *frame, a *syntax.Assign, v value) value {
	if in.failed {
		return value{}
	}
	if v.k == objKind && v.o != nil && v.oref == nil {
		in.retain(v.o)
		defer in.release(v.o)
	}
	p := in.resolve(fr, a.L, v.k == numKind)
	if in.failed {
		return value{}
	}
	return in.put(fr, a.Pos(), p, a.Op, v)
}

// put writes a value at a place.
func (in *Interp) put(fr *frame, at syntax.Pos, p place, op syntax.Op, v value) value {
	wrong := func(want string) value {
		in.fail(fr, at, "%s cannot be assigned to %s", v.describe(), want)
		return value{}
	}
	switch p.k {
	case strPlace:
		if v.k == objKind {
			v = text(v.o.Name())
		}
		if v.k != strKind || op != syntax.Set {
			return wrong("a strdef")
		}
		if !in.text(fr, at, *p.str, v.s) {
			return value{}
		}
		*p.str = v.s
		return v
	case objPlace:
		if v.k != objKind || op != syntax.Set {
			return wrong("an objref")
		}
		in.set(p.obj, v.o)
		return v
	case valuePlace:
		return wrong(p.what())
	}
	if v.k != numKind {
		return wrong(p.what())
	}
	x := v.x
	switch p.k {
	case numPlace:
		if op != syntax.Set {
			in.fetch(fr, at, p.ref, p.num)
		}
		x = in.combine(fr, at, op, *p.num, x)
		*p.num = x
		if p.num == in.timing[0].at || p.num == in.timing[1].at {
			in.timed(fr, at, p.num)
		}
		in.tell(fr, at, p.ref, p.num, x)
	case pointerPlace:
		r := p.owner.pointsTo(p.name)
		if r == nil {
			in.fail(fr, at, "the POINTER %s refers to nothing yet", p.name)
			return value{}
		}
		if op != syntax.Set {
			in.fetch(fr, at, in.refs[r], r)
		}
		x = in.combine(fr, at, op, *r, x)
		*r = x
		in.tell(fr, at, in.refs[r], r, x)
	case propPlace:
		return in.putProp(fr, at, p, op, x)
	case rangePlace:
		return in.putRange(fr, at, p, op, x)
	}
	return number(x)
}

func (in *Interp) putProp(fr *frame, at syntax.Pos, p place, op syntax.Op, x float64) value {
	s := p.sec
	if op != syntax.Set {
		x = in.combine(fr, at, op, in.load(fr, at, p).x, x)
	}
	switch p.prop {
	case nsegProp:
		n := 0
		if x >= 1 {
			n = int(math.Min(x, 1e9))
		}
		in.work(min(n, 1<<15) + s.NSeg())
		in.save() // what is copied has to be up to date
		if err := in.Tree.SetNSeg(s, n); err != nil {
			in.fail(fr, at, "%v (%s)", err, s.Name)
		}
	case lengthProp:
		in.work(len(s.Points))
		if !(x > 0) {
			in.warnOnce(fr, at, diag.OddValue, "length at "+fr.pos(at).String(), "%s: a length of %g um, which becomes 1e-9 um when its geometry is computed", s.Name, x)
		}
		in.Tree.SetLength(s, x)
	case raProp:
		in.Tree.SetRa(s, x)
	case rallProp:
		if x != 1 {
			in.failHint(fr, at, diag.Unsupported, "", "rallbranch other than 1 is not supported")
		}
	}
	return number(x)
}

// putRange writes a range variable: at x, or along the whole section.
func (in *Interp) putRange(fr *frame, at syntax.Pos, p place, op syntax.Op, x float64) value {
	diam := p.rng.what == diamVar
	if diam && in.Tree.Const(nil) {
		return number(x)
	}
	if diam && op != syntax.Set {
		if err := in.Tree.Refresh(p.sec); err != nil {
			in.fail(fr, at, "%v", err)
			return value{}
		}
	}
	set := func(n *tree.Node) bool {
		r, ref := in.rangeRef(fr, at, p, n)
		if r != nil {
			if op != syntax.Set {
				in.fetch(fr, at, ref, r)
			}
			*r = in.combine(fr, at, op, *r, x)
			in.tell(fr, at, ref, r, *r)
		}
		return r != nil && !in.failed
	}
	switch {
	case p.hasX:
		if !set(in.nodeOf(p)) {
			return value{}
		}
	default:
		nodes := p.sec.Nodes[:p.sec.NSeg()]
		in.work(len(nodes))
		if p.rng.what == voltageVar {
			set(in.Tree.At(p.sec, 0))
			set(in.Tree.At(p.sec, 1))
		}
		for _, n := range nodes {
			if !set(n) {
				return value{}
			}
		}
	}
	if diam {
		in.work(len(p.sec.Points))
		in.Tree.DiamChanged(p.sec)
	}
	return number(x)
}
