package nmodl

import (
	"slices"

	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/mech"
)

// cFields is a structure that is a variable of C: a variable for each of its
// members that are numbers, arrays of them, or structures of such.
type cFields struct {
	typ   string
	order []string
	of    map[string]scopeName
	part  bool // it has other members, which are refused where they are used
}

// fieldsOf makes the variables for a structure: make makes one for a number, or
// for an array of a size.
func (b *body) fieldsOf(typ, name string, pos diag.Pos, make func(name string, num cKind, dims []int) scopeName) *cFields {
	f := &cFields{typ: typ, of: map[string]scopeName{}}
	defer b.enter(typ, b.l.c.structs[typ])()
	for _, m := range b.l.c.structs[typ] {
		path := name + "." + m.v.name
		inner := b.l.c.structs[m.typ.name]
		var s scopeName
		switch {
		case m.typ.number() && len(m.v.dims) > 0:
			s = make(path, m.typ.num, b.dims(m.v))
		case m.typ.number():
			s = make(path, m.typ.num, nil)
		case m.typ.ptr == 0 && inner != nil && len(m.v.dims) == 0:
			s = scopeName{v: -1, slot: -1, fields: b.fieldsOf(m.typ.name, path, pos, make)}
			f.part = f.part || s.fields.part
		default:
			f.part = true
			continue
		}
		f.order = append(f.order, m.v.name)
		f.of[m.v.name] = s
	}
	return f
}

// structure makes the variables for a local structure, with its first values.
func (b *body) structure(typ string, v cVar) *cFields {
	if len(v.dims) > 0 {
		b.giveUp(v.pos, "an array of structures, %s", v.name)
	}
	f := b.fieldsOf(typ, v.name, v.pos, func(name string, num cKind, dims []int) scopeName {
		if dims == nil {
			return scopeName{v: -1, num: num, slot: b.temporary(name)}
		}
		return scopeName{v: b.l.addArray(mech.Var{Name: b.label() + "." + name, Storage: mech.Temp, Written: true, Pos: v.pos}, dims), num: num}
	})
	switch {
	case v.init != nil:
		b.copyFields(f, b.cExpr(v.init), v.pos)
	case v.list != nil:
		b.clearFields(f, v.pos)
		b.firstFields(f, v, func(s scopeName, k int, e cExpr) {
			p := cPlace{v: -1, slot: s.slot, num: s.num, pos: v.pos}
			if s.v >= 0 {
				p = cPlace{v: s.v, at: num(float64(k)), num: s.num, pos: v.pos}
			}
			b.store(p, b.convert(b.cExpr(e), s.num, v.pos), v.pos)
		})
	}
	return f
}

// firstFields hands out the first values of a structure, which may have braces
// of their own for what is in it: set sets a number, or element k of an array.
func (b *body) firstFields(f *cFields, v cVar, set func(s scopeName, k int, e cExpr)) {
	if f.part {
		b.giveUp(v.pos, "first values of the structure %s, whose members are not all numbers,", v.name)
	}
	var fill func(f *cFields, list []cExpr) []cExpr
	// in gives what takes values its own braces, or what it needs of those around.
	in := func(list []cExpr, take func(list []cExpr) []cExpr) []cExpr {
		own, braces := list[0].(*cList)
		if !braces {
			return take(list)
		}
		if rest := take(own.list); len(rest) > 0 {
			b.giveUp(own.Pos, "more first values than there are numbers in a part of %s", v.name)
		}
		return list[1:]
	}
	fill = func(f *cFields, list []cExpr) []cExpr {
		for _, name := range f.order {
			if len(list) == 0 {
				return nil
			}
			switch s := f.of[name]; {
			case s.fields != nil:
				list = in(list, func(list []cExpr) []cExpr { return fill(s.fields, list) })
			case s.v >= 0 && b.l.d.Vars[s.v].Array > 0:
				list = in(list, func(list []cExpr) []cExpr {
					n := min(len(list), b.l.d.Vars[s.v].Array)
					for k, e := range list[:n] {
						set(s, k, e)
					}
					return list[n:]
				})
			default:
				set(s, 0, list[0])
				list = list[1:]
			}
		}
		return list
	}
	if rest := fill(f, v.list); len(rest) > 0 {
		b.giveUp(v.pos, "more first values than there are numbers in %s", v.name)
	}
}

// eachField runs f for the numbers of a structure, element by element of arrays,
// and for what stands at the same place of another one of its type.
func (b *body) eachField(f, g *cFields, pos diag.Pos, do func(to, from cPlace)) {
	for _, name := range f.order {
		s, t := f.of[name], g.of[name]
		switch {
		case s.fields != nil:
			b.eachField(s.fields, t.fields, pos, do)
		case s.v >= 0 && b.l.d.Vars[s.v].Array > 0:
			b.pre = append(b.pre, b.upTo(b.l.d.Vars[s.v].Array, pos, func(k mech.Expr) {
				do(cPlace{v: s.v, at: k, num: s.num, pos: pos}, cPlace{v: t.v, at: k, num: t.num, pos: pos})
			})...)
		default:
			do(b.scoped(s, pos), b.scoped(t, pos))
		}
	}
}

// clearFields makes all numbers of a structure 0.
func (b *body) clearFields(f *cFields, pos diag.Pos) {
	b.eachField(f, f, pos, func(to, _ cPlace) { b.store(to, num(0), pos) })
}

// copyFields assigns one structure to another.
func (b *body) copyFields(f *cFields, from cValue, pos diag.Pos) {
	if from.ptr == nil || from.ptr.kind != ptrFields || from.ptr.fields.typ != f.typ || f.part {
		b.giveUp(pos, "a copy of a structure of C, which is none of numbers alone,")
	}
	b.eachField(f, from.ptr.fields, pos, func(to, from cPlace) { b.store(to, b.load(from).x, pos) })
}

// globalFields makes the variables for a structure outside of blocks, or for a
// static one.
func (b *body) globalFields(g *cGlobal) *cFields {
	if g.fields != nil {
		b.begin(g)
		return g.fields
	}
	l := b.l
	if len(g.v.dims) > 0 {
		b.giveUp(g.v.pos, "an array of structures, %s", g.v.name)
	}
	g.constant = g.typ.konst
	g.fields = b.fieldsOf(g.typ.name, g.v.name, g.v.pos, func(name string, num cKind, dims []int) scopeName {
		v := mech.Var{Name: "C." + name, Storage: mech.Global, Written: true, Pos: g.v.pos}
		if g.constant {
			v.Storage = mech.Temp
		}
		if dims == nil {
			return scopeName{v: l.add(v), num: num}
		}
		return scopeName{v: l.addArray(v, dims), num: num}
	})
	if g.v.init != nil {
		b.giveUp(g.v.pos, "the structure %s, whose first values are those of another one", g.v.name)
	}
	if g.v.list == nil {
		return g.fields
	}
	b.eachNumber(g.fields, func(v mech.VarID, at mech.Expr) {
		if at != nil || g.constant {
			g.list = append(g.list, firstValue{v, at, 0})
		}
	})
	b.firstFields(g.fields, g.v, func(s scopeName, k int, e cExpr) {
		x := b.firstOf(&cGlobal{typ: cType{num: s.num}, v: g.v}, e)
		if !g.constant && l.d.Vars[s.v].Array == 0 {
			l.d.Vars[s.v].Default = x
			return
		}
		at := mech.Expr(nil)
		if l.d.Vars[s.v].Array > 0 {
			at = num(float64(k))
		}
		i := slices.IndexFunc(g.list, func(f firstValue) bool { return f.v == s.v && f.at == at })
		g.list[i].x = x
	})
	b.begin(g)
	return g.fields
}

// eachNumber runs f for every number of a structure that is no local.
func (b *body) eachNumber(f *cFields, do func(v mech.VarID, at mech.Expr)) {
	for _, name := range f.order {
		s := f.of[name]
		if s.fields != nil {
			b.eachNumber(s.fields, do)
			continue
		}
		n := b.l.d.Vars[s.v].Array
		for k := range n {
			do(s.v, num(float64(k)))
		}
		if n == 0 {
			do(s.v, nil)
		}
	}
}
