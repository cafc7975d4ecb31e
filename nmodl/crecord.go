package nmodl

import (
	"math"
	"slices"

	"github.com/rallsim/rall/ir/mech"
)

// A structure of C that a POINTER of the mechanism points to, as C keeps the
// data of an instance: its members are variables of the mechanism here, and
// its memory is there from the beginning.

// cMemory are the functions that make memory.
var cMemory = map[string]bool{"malloc": true, "calloc": true, "emalloc": true, "ecalloc": true, "hoc_Emalloc": true, "hoc_Ecalloc": true}

// structure is the type of structures that a name stands for, "" if it does not.
func (c *cFile) structure(name string) string {
	if t, ok := c.named[name]; ok && t.ptr == 0 && c.structs[t.name] != nil {
		return t.name
	}
	return ""
}

// records notes which pointers are cast to a pointer to a structure, as in
// (Info**)(&(_p_x)).
func (c *cFile) records(toks []ctok, i int, base func([]ctok) string) {
	typ := c.structure(toks[i].text)
	if typ == "" || i == 0 || i+1 >= len(toks) || toks[i+1].text != "*" {
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
			c.record[name] = typ
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
	l.membersOf(d, d.Name, l.c.record[d.Name])
}

// membersOf makes those of a structure in it, which path names.
func (l *lowerer) membersOf(d *Decl, path, typ string) {
	for _, m := range l.c.structs[typ] {
		key := path + "." + m.v.name
		if _, ok := l.syms[key]; ok {
			continue
		}
		if m.typ.ptr == 0 && len(m.v.dims) == 0 && l.c.structs[m.typ.name] != nil {
			l.c.role[key] = aRecord
			l.membersOf(d, key, m.typ.name)
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
			v.Name = key
			v.Storage, v.Written = mech.Instance, true
			for _, dim := range m.v.dims {
				n := math.NaN()
				if dim != nil && len(m.v.dims) == 1 {
					n = dim.constant()
					if name, ok := dim.(*cName); ok {
						n = l.newBody("VERBATIM", "").constantOf(name)
					}
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
	if b.l.c.role[key] == aRecord {
		return cPlace{v: -1, value: &cValue{ptr: &cPtr{kind: ptrRecord, name: key}}, pos: e.Pos}
	}
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
