package nmodl

import (
	"slices"
	"strings"

	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/mech"
)

// logical is the value of a comparison and its kin.
func logical(x mech.Expr) cValue { return cValue{x: x, num: cBool} }

func integer(x mech.Expr) cValue { return cValue{x: x, num: cInt} }

func truthOf(b bool) cValue { return logical(mech.Num{V: float64(b2i(b))}) }

// number is the numeric value of v, as a double.
func (b *body) number(v cValue, pos diag.Pos) mech.Expr {
	if v.num == cUlong && v.x != nil {
		return b.size64(v.x)
	}
	return b.raw(v, pos)
}

// raw is the numeric value of v as its type is kept.
func (b *body) raw(v cValue, pos diag.Pos) mech.Expr {
	if v.x == nil {
		b.giveUp(pos, "%s where a number is wanted", b.what(v))
	}
	return v.x
}

// what says in words what a value is that is no number.
func (b *body) what(v cValue) string {
	switch {
	case v.text != nil:
		return "a text"
	case v.ptr != nil && v.ptr.kind == ptrOther:
		return "the pointer " + v.ptr.name + ", which rall cannot follow,"
	case v.ptr != nil && v.ptr.kind == ptrFields:
		return "a structure"
	case v.ptr != nil:
		return "a pointer"
	}
	return "nothing"
}

// held is x such that it can stand in several places: evaluated once.
func (b *body) held(x mech.Expr) mech.Expr {
	switch x.(type) {
	case mech.Num, mech.Local:
		return x
	}
	slot := b.scratch()
	b.pre = append(b.pre, setLocal(slot, x, diag.Pos{}))
	return mech.Local{Slot: slot}
}

// truth is the value as a condition.
func (b *body) truth(v cValue, pos diag.Pos) mech.Expr {
	if v.ptr == nil {
		x := b.number(v, pos)
		if n, ok := x.(mech.Num); ok {
			return mech.Num{V: float64(b2i(n.V != 0))}
		}
		return x
	}
	switch p := v.ptr; p.kind {
	case ptrNull:
		return mech.Num{}
	case ptrSeries, ptrData:
		return mech.Binary{Op: mech.Gt, X: seriesLen(p.v), Y: mech.Num{}}
	case ptrStream:
		if made := b.l.made(p.name, pos); made >= 0 && !b.asks {
			return mech.Binary{Op: mech.Ne, X: mech.Ref{Var: made}, Y: mech.Num{}}
		}
	case ptrOther:
		b.giveUp(pos, "the pointer %s, which rall cannot follow", p.name)
	}
	return mech.Num{V: 1}
}

func seriesLen(v mech.VarID) mech.Expr {
	return mech.Call{Fn: mech.SeriesLen, Args: []mech.Expr{mech.Ref{Var: v}}}
}

// pointer is the value as a pointer.
func (b *body) pointer(v cValue, e cExpr, pos diag.Pos) *cPtr {
	switch {
	case v.ptr != nil:
		return v.ptr
	case v.x != nil:
		if n, ok := v.x.(mech.Num); ok && n.V == 0 {
			return &cPtr{kind: ptrNull}
		}
	}
	return &cPtr{kind: ptrOther, name: "that is computed"}
}

// operands evaluates expressions in order; where a later one does something
// first, the values of those before it are kept.
func (b *body) operands(es ...cExpr) []cValue {
	vals := make([]cValue, len(es))
	for i, e := range es {
		start := len(b.pre)
		vals[i] = b.cExpr(e)
		if len(b.pre) == start {
			continue
		}
		for k := range i {
			if _, isNum := vals[k].x.(mech.Num); vals[k].x == nil || isNum {
				continue
			}
			slot := b.scratch()
			b.pre = slices.Insert(b.pre, start, setLocal(slot, vals[k].x, es[k].at()))
			start++
			vals[k].x = mech.Local{Slot: slot}
		}
	}
	return vals
}

func (b *body) cExpr(e cExpr) cValue {
	switch e := e.(type) {
	case *cLit:
		text := ""
		if !strings.ContainsAny(e.text, "xXuUlLfF'") {
			text = e.text
		}
		return cValue{x: mech.Num{V: e.v, Text: text}, num: e.num}
	case *cStr:
		return cValue{text: &e.text}
	case *cName:
		return b.load(b.place(e))
	case *cIndex:
		return b.load(b.place(e))
	case *cUnary:
		return b.cUnaryExpr(e)
	case *cBinary:
		return b.cBinaryExpr(e)
	case *cAssign:
		return b.cAssignExpr(e)
	case *cStep:
		p := b.place(e.x)
		if p.pointer > 0 {
			return b.step(p.pointer, e)
		}
		old := b.load(p)
		x := b.raw(old, e.Pos)
		if e.post {
			slot := b.scratch()
			b.pre = append(b.pre, setLocal(slot, x, e.Pos))
			x = mech.Local{Slot: slot}
			old.x = x
		}
		b.store(p, b.next(cValue{x: x, num: p.num}, e.by, e.Pos), e.Pos)
		if e.post {
			return old
		}
		return b.load(p)
	case *cCond:
		return b.cCondExpr(e)
	case *cCall:
		return b.cCallExpr(e)
	case *cCast:
		if p := b.madeHere(e.typ, e.x); p != nil {
			return cValue{ptr: p}
		}
		v := b.cExpr(e.x)
		if e.typ.ptr > 0 || v.ptr != nil {
			if v.ptr == nil {
				v = cValue{ptr: b.pointer(v, e.x, e.Pos)}
			}
			if n, ok := v.ptr.of(); ok && e.typ.ptr == 1 && e.typ.basic && n != e.typ.num {
				b.giveUp(e.Pos, "a pointer to %s that is used as one to %s", n, e.typ.num)
			}
			if p := v.ptr; e.typ.ptr == 1 && e.typ.basic && (p.rest != nil || p.row > 0) {
				flat := *p
				flat.rest, flat.row = nil, 0
				v.ptr = &flat
			}
			return v
		}
		switch {
		case e.typ.name == "void":
			return v
		case !e.typ.number():
			b.giveUp(e.Pos, "a cast to %s", e.typ.name)
		}
		return cValue{x: b.convert(v, e.typ.num, e.Pos), num: e.typ.num}
	case *cComma:
		b.pre = append(b.pre, b.cEffect(e.x)...)
		return b.cExpr(e.y)
	case *cMember:
		return b.load(b.member(e))
	case *cSizeof:
		return b.sizeOf(e)
	case *cList:
		b.giveUp(e.Pos, "braces within the first values of what is no array")
	}
	panic("BUG: an expression of C of unknown type")
}

// next is v with 1 added or subtracted, as ++ and -- do. Of an int that has no
// next one C says nothing: it is not looked after.
func (b *body) next(v cValue, by float64, pos diag.Pos) mech.Expr {
	switch v.num {
	case cInt, cDouble, cLong, cUlong:
		return mech.Binary{Op: mech.Add, X: v.x, Y: mech.Num{V: by}}
	}
	return b.convert(b.arith("+", v, integer(num(by)), pos), v.num, pos)
}

// sizeOf is the number of bytes of a type or of what an expression is.
func (b *body) sizeOf(e *cSizeof) cValue {
	size := func(n int) cValue { return cValue{x: num(float64(n)), num: cUlong} }
	switch {
	case e.typ != nil && e.typ.ptr > 0:
		return size(8)
	case e.typ != nil:
		if n, _, ok := b.sizeOfType(*e.typ); ok {
			return size(n)
		}
	}
	switch {
	case e.x == nil || e.typ != nil:
		b.giveUp(e.Pos, "sizeof")
	}
	// C does not evaluate it, so that it sets nothing.
	before, ptrs, vars := b.takePre(), b.savePtrs(), slices.Clone(b.l.d.Vars)
	v := b.cExpr(e.x)
	b.pre = before
	b.restorePtrs(ptrs)
	for i := range vars {
		b.l.d.Vars[i].Written = vars[i].Written
	}
	cast, _ := e.x.(*cCast)
	switch p := v.ptr; {
	case v.text != nil:
		b.giveUp(e.Pos, "sizeof of a text")
	case p == nil:
		return size(v.num.size())
	case cast != nil:
		return size(8)
	case p.row > 0 && !b.namesPointer(e.x):
		return size(p.row * p.num.size())
	case p.kind == ptrFields && !b.namesPointer(e.x):
		if n, _, ok := b.sizeOfType(cType{name: p.fields.typ}); ok {
			return size(n)
		}
		b.giveUp(e.Pos, "sizeof of a structure")
	case p.kind == ptrArray && p.at == nil && !b.namesPointer(e.x):
		return size(b.l.d.Vars[p.v].Array * p.num.size())
	}
	return size(8)
}

// namesPointer says whether e is the name of a pointer variable.
func (b *body) namesPointer(e cExpr) bool {
	n, ok := e.(*cName)
	return ok && b.isPointer(n.name)
}

func (b *body) cUnaryExpr(e *cUnary) cValue {
	switch e.op {
	case "*":
		return b.load(b.place(e))
	case "&":
		return cValue{ptr: b.address(e)}
	case "!":
		t := b.truth(b.cExpr(e.x), e.Pos)
		if n, ok := t.(mech.Num); ok {
			return truthOf(n.V == 0)
		}
		return logical(mech.Unary{Op: mech.Not, X: t})
	}
	v := b.cExpr(e.x)
	b.raw(v, e.Pos)
	switch e.op {
	case "-":
		return b.negated(v, e.Pos)
	case "~":
		return b.complement(v, e.Pos)
	}
	t := v.num.promoted()
	return cValue{x: b.convert(v, t, e.Pos), num: t}
}

func (b *body) cBinaryExpr(e *cBinary) cValue {
	if e.op == "&&" || e.op == "||" {
		return b.cShortCut(e)
	}
	vs := b.operands(e.x, e.y)
	if vs[0].ptr != nil || vs[1].ptr != nil {
		if cOps[e.op] < mech.Lt {
			return b.ptrArith(e.op, vs[0], vs[1], e.Pos)
		}
		return b.comparePtrs(e, vs)
	}
	if by, ok := vs[1].x.(mech.Num); ok && vs[0].num == cInt && vs[1].num == cInt && by.V == 1 && (e.op == "+" || e.op == "-") {
		if _, name := e.x.(*cName); name && vs[0].x != nil { // i+1: as ++
			if _, isNum := vs[0].x.(mech.Num); !isNum {
				return cValue{x: mech.Binary{Op: cOps[e.op], X: vs[0].x, Y: by}, num: cInt}
			}
		}
	}
	return b.arith(e.op, vs[0], vs[1], e.Pos)
}

func (b *body) comparePtrs(e *cBinary, vs []cValue) cValue {
	p, q := b.pointer(vs[0], e.x, e.Pos), b.pointer(vs[1], e.y, e.Pos)
	if p.along() && b.alike(p, q) {
		return logical(binary(cOps[e.op], p.place0(), q.place0()))
	}
	if e.op != "==" && e.op != "!=" {
		b.giveUp(e.Pos, "the comparison of pointers that are none into one array")
	}
	thread := func(p *cPtr) bool { return p.kind == ptrOther && (p.name == "_nt" || p.name == "nrn_threads") }
	var same mech.Expr
	switch {
	case thread(p) && thread(q):
		same = mech.Num{V: 1}
	case q.kind == ptrNull:
		same = mech.Unary{Op: mech.Not, X: b.truth(cValue{ptr: p}, e.Pos)}
	case p.kind == ptrNull:
		same = mech.Unary{Op: mech.Not, X: b.truth(cValue{ptr: q}, e.Pos)}
	default:
		b.giveUp(e.Pos, "the comparison of two pointers")
	}
	if u, ok := same.(mech.Unary); ok {
		if n, ok := u.X.(mech.Num); ok {
			same = mech.Num{V: float64(b2i(n.V == 0))}
		}
	}
	if n, ok := same.(mech.Num); ok {
		return truthOf((n.V != 0) == (e.op == "=="))
	}
	if e.op == "!=" {
		return logical(mech.Unary{Op: mech.Not, X: same})
	}
	return logical(same)
}

// aside lowers e with the statements that it needs first apart.
func (b *body) aside(e cExpr) (v cValue, pre []mech.Stmt) {
	outer := b.takePre()
	v = b.cExpr(e)
	pre = b.pre
	b.pre = outer
	return v, pre
}

func (b *body) cShortCut(e *cBinary) cValue {
	and := e.op == "&&"
	x := b.truth(b.cExpr(e.x), e.Pos)
	if n, ok := x.(mech.Num); ok {
		if (n.V != 0) != and {
			return truthOf(n.V != 0)
		}
		y := b.truth(b.cExpr(e.y), e.Pos)
		if n, ok := y.(mech.Num); ok {
			return truthOf(n.V != 0)
		}
		return logical(mech.Binary{Op: mech.Ne, X: y, Y: mech.Num{}})
	}
	saved := b.savePtrs()
	v, pre := b.aside(e.y)
	y := b.truth(v, e.Pos)
	b.mergePtrs(saved)
	if n, ok := y.(mech.Num); ok && len(pre) == 0 && !hasEffects(x) && (n.V != 0) != and {
		return truthOf(n.V != 0)
	}
	op := mech.Or
	if and {
		op = mech.And
	}
	if len(pre) == 0 && !hasEffects(y) {
		return logical(mech.Binary{Op: op, X: x, Y: y})
	}
	slot := b.scratch()
	var open mech.Expr = mech.Local{Slot: slot}
	if !and {
		open = mech.Unary{Op: mech.Not, X: open}
	}
	set := func(x mech.Expr) mech.Stmt {
		return setLocal(slot, mech.Binary{Op: mech.Ne, X: x, Y: mech.Num{}}, e.Pos)
	}
	b.pre = append(b.pre, set(x), mech.If{Cond: open, Then: append(pre, set(y)), Pos: e.Pos})
	return logical(mech.Local{Slot: slot})
}

func (b *body) cCondExpr(e *cCond) cValue {
	c := b.truth(b.cExpr(e.c), e.Pos)
	if n, ok := c.(mech.Num); ok {
		taken, other := e.x, e.y
		if n.V == 0 {
			taken, other = e.y, e.x
		}
		v := b.cExpr(taken)
		if t, ok := b.kindOf(other); ok && v.x != nil && t != v.num {
			t = common(t, v.num)
			v = cValue{x: b.convert(v, t, e.Pos), num: t}
		}
		return v
	}
	saved := b.savePtrs()
	v, preX := b.aside(e.x)
	left := b.savePtrs()
	b.restorePtrs(saved)
	w, preY := b.aside(e.y)
	b.mergePtrs(left)
	b.raw(v, e.Pos)
	b.raw(w, e.Pos)
	t := v.num
	if w.num != t {
		t = common(v.num, w.num)
	}
	as := func(v cValue, pre []mech.Stmt) (mech.Expr, []mech.Stmt) {
		outer := b.takePre()
		b.pre = pre
		x := b.convert(v, t, e.Pos)
		pre, b.pre = b.pre, outer
		return x, pre
	}
	x, preX := as(v, preX)
	y, preY := as(w, preY)
	if len(preX) == 0 && len(preY) == 0 && !hasEffects(x) && !hasEffects(y) {
		return cValue{x: mech.Select{Cond: c, Then: x, Else: y}, num: t}
	}
	slot := b.scratch()
	b.pre = append(b.pre, mech.If{Cond: c, Then: append(preX, setLocal(slot, x, e.Pos)), Else: append(preY, setLocal(slot, y, e.Pos)), Pos: e.Pos})
	return cValue{x: mech.Local{Slot: slot}, num: t}
}

// kindOf is the type of numbers of an expression that is not evaluated; false
// where it has none, or only lowering would tell.
func (b *body) kindOf(e cExpr) (t cKind, ok bool) {
	if c, is := e.(*cCall); is && b.l.c.funcs[c.name] == nil && cMath[c.name] != "" {
		return cDouble, true
	}
	if b.acts(e) {
		return 0, false
	}
	defer func() {
		if r := recover(); r != nil {
			if _, is := r.(cAbort); !is {
				panic(r)
			}
			ok = false
		}
	}()
	outer := b.takePre()
	defer func() { b.pre = outer }()
	v := b.cExpr(e)
	return v.num, v.x != nil
}

// acts says whether an expression assigns something, or calls what may.
func (b *body) acts(e cExpr) (found bool) {
	walkCExpr(e, func(x cExpr) {
		switch x := x.(type) {
		case *cAssign, *cStep:
			found = true
		case *cCall:
			found = found || b.l.c.funcs[x.name] != nil || cMath[x.name] == ""
		}
	})
	return found
}

// cAssignExpr lowers an assignment: what stands on the right is done first, then
// the place on the left is found and its old value read, as in C++ from 17 on. In
// a[i++] += a[i], where nothing is done on the right, GCC finds the place first.
func (b *body) cAssignExpr(e *cAssign) cValue {
	if x, ok := e.x.(*cName); ok && e.op == "" {
		if y, ok := e.y.(*cName); ok && y.name == "_ion_"+x.name && b.ofIon(y.name) == x.name {
			return b.cExpr(x) // x is the ion's own, not a copy of it as in NEURON
		}
	}
	begin, late := len(b.pre), b.acts(e.x) && (e.op == "" || b.acts(e.y) || callIn(e.y) != nil)
	var p cPlace
	if !late {
		p = b.place(e.x)
	}
	if p.pointer > 0 {
		name := ""
		if n, ok := e.x.(*cName); ok {
			name = n.name
		}
		v := b.cExpr(e.y)
		if e.op != "" {
			v = b.ptrArith(e.op, cValue{ptr: b.ptrs[p.pointer-1]}, v, e.Pos)
		}
		b.point(p.pointer, b.pointer(v, e.y, e.Pos), name, e.Pos)
		return cValue{ptr: b.ptrs[p.pointer-1]}
	}
	if p.holder != "" {
		if b.newStream(p.holder, e) {
			return cValue{ptr: b.held1(p.holder, e.Pos)}
		}
		if cast, ok := e.y.(*cCast); ok {
			if q := b.madeHere(cast.typ, cast.x); q != nil && b.hold(p.holder, q) {
				return cValue{ptr: q}
			}
		}
		if c := callIn(e.y); c != nil {
			b.giveUp(c.Pos, "the function %s", c.name)
		}
		q := b.pointer(b.cExpr(e.y), e.y, e.Pos)
		if e.op != "" || !b.hold(p.holder, q) {
			b.giveUp(e.Pos, "a change of the pointer %s", p.holder)
		}
		return cValue{ptr: q}
	}
	again := !late && b.acts(e.y) // which may change where the place is
	if again {
		b.pre = b.pre[:begin]
	}
	v := b.cExpr(e.y)
	behind := len(b.pre)
	if late || again {
		p = b.place(e.x)
	}
	_, fixed := p.at.(mech.Num)
	if grown := len(b.pre) > behind; v.x != nil && (late && grown || calls(v.x) && (grown || e.op != "" || p.at != nil && !fixed)) {
		if _, isNum := v.x.(mech.Num); !isNum {
			slot := b.scratch()
			b.pre = slices.Insert(b.pre, behind, setLocal(slot, v.x, e.Pos))
			v.x = mech.Local{Slot: slot}
		}
	}
	if p.value != nil && p.value.ptr != nil && p.value.ptr.kind == ptrFields && e.op == "" {
		b.copyFields(p.value.ptr.fields, v, e.Pos)
		return *p.value
	}
	if e.op != "" {
		v = b.arith(e.op, b.load(p), v, e.Pos)
	}
	b.store(p, b.convert(v, p.num, e.Pos), e.Pos)
	return b.load(p)
}

// calls says whether a function of the mechanism is called, which may set its variables.
func calls(x mech.Expr) (found bool) {
	mech.WalkExpr(x, func(x mech.Expr) {
		_, is := x.(mech.FuncCall)
		found = found || is
	})
	return found
}

// callIn is the first call in an expression, nil if there is none.
func callIn(e cExpr) (found *cCall) {
	walkCExpr(e, func(x cExpr) {
		if c, ok := x.(*cCall); ok && found == nil {
			found = c
		}
	})
	return found
}

// cPlace is something that can be read or set: a variable, an element, a
// pointer.
type cPlace struct {
	v       mech.VarID // -1: local slot
	slot    int
	at      mech.Expr
	num     cKind
	pointer int    // of the pointer variables, from 1
	holder  string // the POINTER that this is
	value   *cValue
	sure    *bool // of an element: whether it is known to be one of its array
	pos     diag.Pos
}

// tryC runs what may give up, and reports it if it does.
func (b *body) tryC(f func() cPlace, pos diag.Pos) (p cPlace, ok bool) {
	defer func() {
		if r := recover(); r != nil {
			a, is := r.(cAbort)
			if !is {
				panic(r)
			}
			b.refuse(pos, a)
			ok = false
		}
	}()
	return f(), true
}

// fromC is the value of a name that C has declared, where NMODL uses it.
func (b *body) fromC(id Ident, at Expr) (mech.Expr, bool) {
	_, local := b.find("c:" + id.Name)
	if !local && b.l.c.vars[id.Name] == nil {
		return nil, false
	}
	var x mech.Expr
	_, ok := b.tryC(func() cPlace {
		p := b.named(id.Name, id.Pos)
		if at != nil {
			v := b.load(p)
			if v.ptr == nil {
				b.giveUp(id.Pos, "%s, which is no array,", id.Name)
			}
			p = b.element(v.ptr, b.expr(at), id.Pos)
		}
		x = b.number(b.load(p), id.Pos)
		return p
	}, id.Pos)
	if !ok {
		return bad, true
	}
	return x, true
}

// callC calls a function of C from NMODL.
func (b *body) callC(c *CallExpr) mech.Expr {
	if b.noPre {
		b.l.rep.errorf(diag.Unsupported, c.Pos, "%s is a function of C, which has no place here", c.Name)
		return bad
	}
	var x mech.Expr = bad
	b.tryC(func() cPlace {
		var vals []cValue
		for _, a := range c.Args {
			vals = append(vals, cValue{x: b.expr(a)})
		}
		v := b.inlineC(b.l.c.funcs[c.Name], vals, c.Pos)
		x = b.number(v, c.Pos)
		return cPlace{}
	}, c.Pos)
	return x
}

// pointing is nrn_pointing(x): whether the POINTER x is bound.
func (b *body) pointing(c *CallExpr) mech.Expr {
	b.l.rep.notef(diag.NrnCompat, c.Pos, "nrn_pointing is 1: a model whose POINTERs are not bound is not built")
	return mech.Num{V: 1}
}
