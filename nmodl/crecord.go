package nmodl

import (
	"math"
	"slices"

	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/mech"
)

// A structure of C that a POINTER of the mechanism points to, as C keeps the
// data of an instance: its members are variables of the mechanism here, and
// its memory is there from the beginning.

// cMemberDecl is a member of a structure.
type cMemberDecl struct {
	typ cType
	v   cVar
}

// cMemory are the functions that make memory.
var cMemory = map[string]bool{"malloc": true, "calloc": true, "emalloc": true, "ecalloc": true, "hoc_Emalloc": true, "hoc_Ecalloc": true}

// structures notes the definition of a structure; one that cannot be read is
// left out.
func (c *cFile) structures(item []ctok) {
	open := slices.IndexFunc(item, func(t ctok) bool { return t.text == "{" && t.kind == cPunct })
	if open < 1 || !slices.ContainsFunc(item[:open], func(t ctok) bool { return t.text == "struct" }) {
		return
	}
	end := open
	for end < len(item) && (item[end].text != "}" || item[end].kind != cPunct) {
		end++
	}
	var members []cMemberDecl
	p := &cparser{toks: item[open+1 : end]}
	ok := p.try(func() {
		for p.peek().kind != cEnd {
			d := p.decl()
			for _, v := range d.vars {
				t := d.typ
				t.ptr = v.ptr
				members = append(members, cMemberDecl{t, v})
			}
		}
	})
	if !ok {
		return
	}
	names := []ctok{item[open-1]}
	if item[0].text == "typedef" {
		names = append(names, item[min(end+1, len(item)):]...)
	}
	for _, t := range names {
		if t.kind == cIdent && !cWords[t.text] {
			c.structs[t.text] = members
		}
	}
}

// records notes which pointers are cast to a pointer to a structure, as in
// (Info**)(&(_p_x)).
func (c *cFile) records(toks []ctok, i int, base func([]ctok) string) {
	if c.structs[toks[i].text] == nil || i == 0 || i+1 >= len(toks) || toks[i+1].text != "*" {
		return
	}
	k := i + 1
	for k < len(toks) && toks[k].text == "*" {
		k++
	}
	if k >= len(toks) || toks[k].text != ")" {
		return
	}
	end := k + 1
	for end < len(toks) && toks[end].kind == cPunct && (toks[end].text == "(" || toks[end].text == "&" || toks[end].text == "*") {
		end++
	}
	if name := base(toks[k:min(end+1, len(toks))]); name != "" {
		if c.claim(name, aRecord); c.role[name] == aRecord && c.record[name] == "" {
			c.record[name] = toks[i].text
		}
	}
}

// memberOf is the name under which a member of the pointer's structure is
// kept, where token i names the pointer and "->" follows; else the pointer.
func (c *cFile) memberOf(name string, toks []ctok, i int) string {
	k := i + 1
	for k < len(toks) && toks[k].text == ")" {
		k++
	}
	if c.role[name] == aRecord && k+1 < len(toks) && (toks[k].text == "->" || toks[k].text == ".") && toks[k+1].kind == cIdent {
		return name + "." + toks[k+1].text
	}
	return name
}

// members makes the variables for the structure that the POINTER d points to.
func (l *lowerer) members(d *Decl) {
	l.extern[d.Name] = "points to a structure of C"
	for _, m := range l.c.structs[l.c.record[d.Name]] {
		key := d.Name + "." + m.v.name
		if _, ok := l.syms[key]; ok {
			continue
		}
		v := mech.Var{Name: m.v.name, Pos: d.Pos}
		if l.taken(v.Name) {
			v.Name = d.Name + "_" + m.v.name
		}
		switch r := l.c.role[key]; {
		case r == aStream:
			v.Storage, v.Visible = mech.Stream, true
			l.randoms[v.Name] = true
		case r == aSeries:
			v.Storage, v.Visible = mech.Series, true
		case !m.typ.number():
			continue // refused where it is used
		default:
			v.Name = d.Name + "." + m.v.name
			v.Storage, v.Written = mech.Instance, true
			for _, dim := range m.v.dims {
				n := math.NaN()
				if dim != nil && len(m.v.dims) == 1 {
					n = dim.constant()
				}
				if !(n >= 1 && n <= maxArray) {
					v.Array = -1
					break
				}
				v.Array = int(n)
			}
			if v.Array < 0 {
				continue
			}
		}
		l.syms[key] = l.add(v)
		l.nums[l.syms[key]] = m.typ.num
	}
}

// taken says whether a name stands for something of the file.
func (l *lowerer) taken(name string) bool {
	_, special := specials[name]
	return special || l.decls[name] != nil || slices.ContainsFunc(l.f.Blocks, func(b *Block) bool { return b.Name.Name == name }) ||
		slices.ContainsFunc(l.d.Vars, func(v mech.Var) bool { return v.Name == name })
}

// recordOf is the POINTER whose structure is of a type, if there is just one.
func (c *cFile) recordOf(typ string) string {
	found := ""
	for name, t := range c.record {
		if t == typ && c.role[name] == aRecord {
			if found != "" {
				return ""
			}
			found = name
		}
	}
	return found
}

// madeHere is memory for the structure of a POINTER that CONSTRUCTOR asks
// for; nil for any other call.
func (b *body) madeHere(t cType, e cExpr) *cPtr {
	call, ok := e.(*cCall)
	if !ok || !cMemory[call.name] || t.ptr != 1 || b.in != "CONSTRUCTOR" {
		return nil
	}
	if name := b.l.c.recordOf(t.name); name != "" {
		return &cPtr{kind: ptrRecord, name: name}
	}
	return nil
}

// member is the place of x.name or x->name.
func (b *body) member(e *cMember) cPlace {
	var v cValue
	if callIn(e.x) == nil {
		v = b.cExpr(e.x)
	}
	if v.ptr != nil && v.ptr.kind == ptrFields {
		s, ok := v.ptr.fields.of[e.name]
		if !ok {
			b.giveUp(e.Pos, "the member %s of a structure, which is no number", e.name)
		}
		return b.scoped(s, e.Pos)
	}
	if v.ptr == nil || v.ptr.kind != ptrRecord {
		b.giveUp(e.Pos, "the member %s of a structure", e.name)
	}
	key := v.ptr.name + "." + e.name
	id, ok := b.l.syms[key]
	if !ok {
		b.giveUp(e.Pos, "the member %s of a structure, which is no number", e.name)
	}
	switch x := &b.l.d.Vars[id]; {
	case x.Storage == mech.Stream || x.Storage == mech.Series:
		val := cValue{ptr: b.held1(key, e.Pos)}
		return cPlace{v: -1, value: &val, holder: key, pos: e.Pos}
	case x.Array > 0:
		val := cValue{ptr: &cPtr{kind: ptrArray, v: id, num: b.l.nums[id]}}
		return cPlace{v: -1, value: &val, pos: e.Pos}
	}
	return cPlace{v: id, num: b.l.nums[id], pos: e.Pos}
}

// hold assigns to what C keeps a pointer in. An instance has its structure
// from the beginning, and the lists and streams of it that the model gives.
func (b *body) hold(name string, q *cPtr) bool {
	switch {
	case q.kind == ptrRecord && q.name == name:
		return true
	case q.kind == ptrNull && b.in == "CONSTRUCTOR" && (b.l.c.role[name] == aSeries || b.l.c.role[name] == aStream):
		return true
	}
	return false
}

// cFields is a structure that is a local variable of C: a variable for each of
// its members that are numbers, or arrays of them.
type cFields struct {
	typ   string
	order []string
	of    map[string]scopeName
}

// structure makes the variables for a local structure, with its first values.
func (b *body) structure(typ string, v cVar) *cFields {
	if len(v.dims) > 0 {
		b.giveUp(v.pos, "an array of structures, %s", v.name)
	}
	f := &cFields{typ: typ, of: map[string]scopeName{}}
	for _, m := range b.l.c.structs[typ] {
		if !m.typ.number() {
			continue // refused where it is used
		}
		s := scopeName{v: -1, num: m.typ.num}
		if len(m.v.dims) > 0 {
			s.v = b.l.addArray(mech.Var{Name: b.label() + "." + v.name + "." + m.v.name, Storage: mech.Temp, Written: true, Pos: v.pos}, b.dims(m.v))
		} else {
			s.slot = b.temporary(v.name + "." + m.v.name)
		}
		f.order = append(f.order, m.v.name)
		f.of[m.v.name] = s
	}
	switch {
	case v.init != nil:
		b.copyFields(f, b.cExpr(v.init), v.pos)
	case v.list != nil:
		if len(v.list) > len(f.order) || len(f.order) < len(b.l.c.structs[typ]) {
			b.giveUp(v.pos, "first values of the structure %s, whose members are not all numbers,", v.name)
		}
		b.clearFields(f, v.pos)
		for i, e := range v.list {
			s := f.of[f.order[i]]
			if s.v >= 0 {
				b.giveUp(v.pos, "first values of the array %s.%s", v.name, f.order[i])
			}
			b.store(b.scoped(s, v.pos), b.convert(b.cExpr(e), s.num, v.pos), v.pos)
		}
	}
	return f
}

// clearFields makes all members of a local structure 0.
func (b *body) clearFields(f *cFields, pos diag.Pos) {
	for _, name := range f.order {
		s := f.of[name]
		if s.v < 0 {
			b.store(b.scoped(s, pos), num(0), pos)
			continue
		}
		b.pre = append(b.pre, b.upTo(b.l.d.Vars[s.v].Array, pos, func(k mech.Expr) {
			b.store(cPlace{v: s.v, at: k, num: s.num, pos: pos}, num(0), pos)
		})...)
	}
}

// copyFields assigns one local structure to another.
func (b *body) copyFields(f *cFields, from cValue, pos diag.Pos) {
	if from.ptr == nil || from.ptr.kind != ptrFields || from.ptr.fields.typ != f.typ || len(f.order) < len(b.l.c.structs[f.typ]) {
		b.giveUp(pos, "a copy of a structure of C, which is none of numbers alone,")
	}
	for _, name := range f.order {
		to, s := f.of[name], from.ptr.fields.of[name]
		if s.v < 0 {
			b.store(b.scoped(to, pos), b.load(b.scoped(s, pos)).x, pos)
			continue
		}
		b.pre = append(b.pre, b.upTo(b.l.d.Vars[s.v].Array, pos, func(k mech.Expr) {
			b.store(cPlace{v: to.v, at: k, num: to.num, pos: pos}, b.load(cPlace{v: s.v, at: k, num: s.num, pos: pos}).x, pos)
		})...)
	}
}
