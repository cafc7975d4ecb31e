package nmodl

import (
	"math"
	"strings"

	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/mech"
)

// inside ends the run where the element p is none of its array.
func (b *body) inside(p cPlace) {
	if p.sure == nil || *p.sure || b.noPre {
		return
	}
	*p.sure = true
	v := &b.l.d.Vars[p.v]
	b.sure(binary(mech.And, binary(mech.Ge, p.at, num(0)), binary(mech.Lt, p.at, num(float64(v.Array)))), p.pos,
		"an element outside of %s, an array of %d", v.Name[strings.LastIndex(v.Name, ".")+1:], v.Array)
}

func (b *body) load(p cPlace) cValue {
	b.inside(p)
	switch {
	case p.value != nil:
		return *p.value
	case p.pointer > 0:
		return cValue{ptr: b.ptrs[p.pointer-1]}
	case p.v < 0:
		return cValue{x: mech.Local{Slot: p.slot}, num: p.num}
	case p.at != nil:
		return cValue{x: mech.Index{Var: p.v, At: p.at, Pos: p.pos}, num: p.num}
	}
	return cValue{x: mech.Ref{Var: p.v}, num: p.num}
}

func (b *body) store(p cPlace, x mech.Expr, pos diag.Pos) {
	if p.value != nil || p.pointer > 0 || p.holder != "" {
		b.giveUp(pos, "an assignment to what is no variable")
	}
	if p.v < 0 {
		b.pre = append(b.pre, setLocal(p.slot, x, pos))
		return
	}
	b.inside(p)
	l := b.l
	if name, ok := l.tables[p.v]; ok { // it is no table of constants: the file is lowered once more
		l.again[name] = true
	}
	v := &l.d.Vars[p.v]
	switch v.Storage {
	case mech.Time, mech.Step, mech.Celsius, mech.AreaOf, mech.DiamOf, mech.Voltage, mech.Stream, mech.Series:
		b.giveUp(pos, "an assignment to %s of the simulation", v.Name)
	case mech.IonField:
		b.checkIon(p.v, pos, true)
	}
	v.Written = true
	b.pre = append(b.pre, mech.Assign{Var: p.v, At: p.at, X: x, Pos: pos})
}

// place finds what an expression names.
func (b *body) place(e cExpr) cPlace {
	switch e := e.(type) {
	case *cName:
		return b.named(e.name, e.Pos)
	case *cCast:
		return b.place(e.x)
	case *cUnary:
		if e.op == "*" {
			return b.element(b.pointerOf(e.x), mech.Num{}, e.Pos)
		}
	case *cMember:
		return b.member(e)
	case *cIndex:
		p := b.pointerOf(e.x)
		v := b.cExpr(e.i)
		if i := b.raw(v, e.Pos); v.num.integer() {
			return b.element(p, i, e.Pos)
		}
		b.giveUp(e.Pos, "a subscript that is no integer")
	}
	v := b.cExpr(e)
	return cPlace{v: -1, value: &v, pos: e.at()}
}

func (b *body) pointerOf(e cExpr) *cPtr {
	v := b.cExpr(e)
	if v.ptr == nil {
		b.giveUp(e.at(), "a number where a pointer is wanted")
	}
	return v.ptr
}

// element is what lies i numbers behind the place where p points.
func (b *body) element(p *cPtr, i mech.Expr, pos diag.Pos) cPlace {
	first := false
	n, isNum := i.(mech.Num)
	first = isNum && n.V == 0
	switch p.kind {
	case ptrData:
		if p.at != nil {
			i = b.shift(p, i, pos).at
		}
		if b.l.d.Vars[p.v].Storage == mech.Given { // who calls it looks at the subscript
			if b.l.d.Vars[p.v].Text {
				v := cValue{x: mech.Index{Var: p.v, At: b.held(i), Pos: pos}, num: cChar}
				return cPlace{v: -1, value: &v, pos: pos}
			}
			return cPlace{v: p.v, at: b.held(i), num: cDouble, pos: pos}
		}
		v := cValue{x: mech.Call{Fn: mech.SeriesAt, Args: []mech.Expr{mech.Ref{Var: p.v}, i}, Pos: pos}}
		return cPlace{v: -1, value: &v, pos: pos}
	case ptrArray:
		if len(p.rest) > 0 { // a row
			row := elements(p.rest)
			at := i
			if isNum {
				at = mech.Num{V: n.V * float64(row)}
			} else {
				at = mech.Binary{Op: mech.Mul, X: i, Y: mech.Num{V: float64(row)}}
			}
			if p.at != nil {
				at = mech.Binary{Op: mech.Add, X: p.at, Y: at}
			}
			return cPlace{v: -1, value: &cValue{ptr: &cPtr{kind: ptrArray, v: p.v, at: b.held(at), num: p.num, rest: p.rest[1:], row: row}}, pos: pos}
		}
		at := i
		if p.at != nil {
			at = b.shift(p, i, pos).at
			if m, ok := at.(mech.Num); ok { // both are known
				return b.element(&cPtr{kind: ptrArray, v: p.v, num: p.num}, m, pos)
			}
		}
		if n := b.l.d.Vars[p.v].Array; isNum && p.at == nil && (n < 1 || i.(mech.Num).V < 0 || i.(mech.Num).V >= float64(n)) {
			b.giveUp(pos, "the element %v of an array of %d", i.(mech.Num).V, n)
		}
		known := isNum && p.at == nil
		if hasEffects(at) {
			at = b.held(at)
		}
		return cPlace{v: p.v, at: at, num: p.num, sure: &known, pos: pos}
	case ptrVar:
		if first {
			return cPlace{v: p.v, at: p.at, num: p.num, pos: pos}
		}
	case ptrLocal:
		if first {
			return cPlace{v: -1, slot: p.slot, num: p.num, pos: pos}
		}
	case ptrArgs:
		if args := b.l.d.Receive.Args; isNum && n.V >= 0 && n.V < float64(len(args)) {
			return cPlace{v: args[int(n.V)], pos: pos}
		}
	case ptrEach:
		if each := b.l.d.Receive.Each; isNum && n.V >= 0 && n.V < float64(len(each)) && n.V == math.Trunc(n.V) {
			return cPlace{v: each[int(n.V)], at: mech.Local{Slot: p.slot}, pos: pos}
		}
	case ptrHolder:
		if first {
			v := cValue{ptr: b.held1(p.name, pos)}
			return cPlace{v: -1, value: &v, holder: p.name, pos: pos}
		}
	case ptrRecord, ptrFields:
		if first {
			return cPlace{v: -1, value: &cValue{ptr: p}, pos: pos}
		}
	case ptrNull:
		b.giveUp(pos, "the use of a pointer that points nowhere")
	}
	name := p.name
	if name == "" {
		name = "used here"
	}
	b.giveUp(pos, "the pointer %s, which rall cannot follow", name)
	return cPlace{}
}

// held1 is the pointer that a POINTER of the mechanism is.
func (b *body) held1(name string, pos diag.Pos) *cPtr {
	l := b.l
	if l.c.role[name] == aRecord {
		return &cPtr{kind: ptrRecord, name: name}
	}
	v, ok := l.syms[name]
	if !ok {
		return &cPtr{kind: ptrOther, name: name}
	}
	switch l.d.Vars[v].Storage {
	case mech.Stream:
		return &cPtr{kind: ptrStream, v: v, name: name}
	case mech.Series:
		return &cPtr{kind: ptrSeries, v: v, name: name}
	case mech.Pointer:
		return &cPtr{kind: ptrVar, v: v, name: name}
	}
	return &cPtr{kind: ptrOther, name: name}
}

// address is &x.
func (b *body) address(e *cUnary) *cPtr {
	if n, ok := e.x.(*cName); ok {
		name := strings.TrimPrefix(n.name, "_p_")
		if b.l.c.role[name] == aRecord {
			return &cPtr{kind: ptrHolder, name: name}
		}
		if v, ok := b.l.syms[name]; ok {
			switch b.l.d.Vars[v].Storage {
			case mech.Stream, mech.Series:
				return &cPtr{kind: ptrHolder, name: name}
			}
		}
		if name != n.name {
			return &cPtr{kind: ptrHolder, name: name}
		}
	}
	p := b.place(e.x)
	switch {
	case p.value != nil && p.value.ptr != nil && p.value.ptr.kind == ptrFields:
		return p.value.ptr
	case p.value != nil || p.pointer > 0:
		return &cPtr{kind: ptrOther, name: "to a pointer"}
	case p.v < 0:
		if b.shared == nil {
			b.shared = map[int]bool{}
		}
		b.shared[p.slot] = true
		return &cPtr{kind: ptrLocal, slot: p.slot, num: p.num}
	case p.at != nil:
		return &cPtr{kind: ptrArray, v: p.v, at: p.at, num: p.num}
	}
	return &cPtr{kind: ptrVar, v: p.v, num: p.num}
}

// of is the type of the numbers to which a pointer points.
func (p *cPtr) of() (cKind, bool) {
	switch p.kind {
	case ptrVar, ptrLocal, ptrArray, ptrData, ptrArgs:
		return p.num, true
	}
	return 0, false
}

// constants of C's headers, and variables of NEURON that are fixed for a
// fixed step on one thread.
var cConstants = map[string]cValue{
	"M_PI": {x: mech.Num{V: math.Pi}}, "M_E": {x: mech.Num{V: math.E}}, "M_LN2": {x: mech.Num{V: math.Ln2}},
	"M_PI_2": {x: mech.Num{V: math.Pi / 2}}, "M_SQRT2": {x: mech.Num{V: math.Sqrt2}},
	"DBL_MAX": {x: mech.Num{V: math.MaxFloat64}}, "DBL_EPSILON": {x: mech.Num{V: 2.220446049250313e-16}},
	"DBL_MIN": {x: mech.Num{V: 0x1p-1022}}, "FLT_MAX": {x: mech.Num{V: math.MaxFloat32}, num: cFloat}, "FLT_EPSILON": {x: mech.Num{V: 0x1p-23}, num: cFloat},
	"INT_MAX": integer(num(math.MaxInt32)), "INT_MIN": integer(num(math.MinInt32)), "RAND_MAX": integer(num(math.MaxInt32)),
	"INT32_MAX": integer(num(math.MaxInt32)), "INT32_MIN": integer(num(math.MinInt32)), "UINT_MAX": {x: num(math.MaxUint32), num: cUint},
	"UINT32_MAX": {x: num(math.MaxUint32), num: cUint}, "ULONG_MAX": {x: num(-1), num: cUlong}, "UINT64_MAX": {x: num(-1), num: cUlong},
	"true": {x: mech.Num{V: 1}, num: cBool}, "false": {x: mech.Num{}, num: cBool},
	"NULL": {ptr: &cPtr{kind: ptrNull}}, "nullptr": {ptr: &cPtr{kind: ptrNull}},
	"stderr": {ptr: &cPtr{kind: ptrFile}}, "stdout": {ptr: &cPtr{kind: ptrFile}},
	"cvode_active_": integer(num(0)), "_nt": {ptr: &cPtr{kind: ptrOther, name: "_nt"}},
	"nrn_threads": {ptr: &cPtr{kind: ptrOther, name: "nrn_threads"}},
	"nrnmpi_myid": integer(num(0)), "stoprun": integer(num(0)),
}

// named finds what a name of C stands for: what C declared; _lx for the
// argument or LOCAL x of NMODL; _p_x for the POINTER x; _ion_x for x of an ion; a
// variable of the mechanism.
func (b *body) named(name string, pos diag.Pos) cPlace {
	l := b.l
	if s, ok := b.find("c:" + name); ok {
		return b.scoped(s, pos)
	}
	if local, ok := strings.CutPrefix(name, "_l"); ok {
		if s, ok := b.find(local); ok {
			if s.edge {
				b.giveUp(pos, "the argument %s of FOR_NETCONS as %s, which is no name of C in NEURON either", local, name)
			}
			return b.scoped(s, pos)
		}
	}
	if x, ok := strings.CutPrefix(name, "_p_"); ok {
		v := cValue{ptr: b.held1(x, pos)}
		return cPlace{v: -1, value: &v, holder: x, pos: pos}
	}
	if name == "_v" {
		name = "v"
	}
	if x := b.ofIon(name); x != "" {
		name = x
	}
	if name == "_args" && strings.HasSuffix(b.kind, "NET_RECEIVE") {
		v := cValue{ptr: &cPtr{kind: ptrArgs, name: name}}
		return cPlace{v: -1, value: &v, pos: pos}
	}
	if g := l.c.vars[name]; g != nil && l.decls[name] == nil {
		if k, ok := l.c.fixed[name]; ok {
			v := cValue{x: mech.Num{V: k}, num: g.typ.num}
			return cPlace{v: -1, value: &v, pos: pos}
		}
		return b.global(g, pos)
	}
	if l.knows(name) {
		id := l.variable(Ident{name, pos})
		if id < 0 {
			b.giveUp(pos, "the name %s", name)
		}
		v := &l.d.Vars[id]
		switch v.Storage {
		case mech.Stream, mech.Series:
			val := cValue{ptr: b.held1(name, pos)}
			return cPlace{v: -1, value: &val, holder: name, pos: pos}
		case mech.IonField:
			b.checkIon(id, pos, false)
		}
		if v.Array > 0 {
			val := cValue{ptr: &cPtr{kind: ptrArray, v: id}}
			return cPlace{v: -1, value: &val, pos: pos}
		}
		return cPlace{v: id, pos: pos}
	}
	if name == "secondorder" {
		b.giveUp(pos, "secondorder, which a program may change, and mechanisms do not know in rall,")
	}
	if v, ok := cConstants[name]; ok {
		return cPlace{v: -1, value: &v, pos: pos}
	}
	b.giveUp(pos, "the name %s, which rall does not know", name)
	return cPlace{}
}

// ofIon is the concentration or reversal potential x that _ion_x of C stands for,
// "" if it does not.
func (b *body) ofIon(name string) string {
	x, ok := strings.CutPrefix(name, "_ion_")
	if v, known := b.l.syms[x]; ok && known && b.l.d.Vars[v].Storage == mech.IonField && b.l.d.Vars[v].Field != mech.Amperage {
		return x
	}
	return ""
}

// scoped is the place of a local name.
func (b *body) scoped(s scopeName, pos diag.Pos) cPlace {
	switch {
	case s.fields != nil:
		return cPlace{v: -1, value: &cValue{ptr: &cPtr{kind: ptrFields, fields: s.fields}}, pos: pos}
	case s.value != nil:
		return cPlace{v: -1, value: s.value, pos: pos}
	case s.pointer > 0:
		return cPlace{v: -1, pointer: s.pointer, pos: pos}
	case s.v >= 0 && b.l.d.Vars[s.v].Array > 0:
		v := cValue{ptr: &cPtr{kind: ptrArray, v: s.v, num: s.num, rest: b.l.dims[s.v]}}
		return cPlace{v: -1, value: &v, pos: pos}
	}
	p := cPlace{v: s.v, slot: s.slot, num: s.num, pos: pos}
	if s.integer {
		p.num = cInt
	}
	return p
}

// knows says whether name is a variable of the mechanism.
func (l *lowerer) knows(name string) bool {
	if _, ok := l.syms[name]; ok {
		return true
	}
	if _, ok := l.tops[name]; ok {
		return true
	}
	if _, ok := specials[name]; ok {
		return true
	}
	_, ok := l.consts[name]
	return ok || l.isState0(name)
}

// global is a variable of C outside of blocks. One that nothing changes is
// its initial value.
func (b *body) global(g *cGlobal, pos diag.Pos) cPlace {
	t := g.typ
	t.ptr = g.v.ptr
	switch {
	case t.ptr == 0 && b.l.c.structs[t.name] != nil:
		return b.scoped(scopeName{fields: b.globalFields(g)}, pos)
	case t.ptr > 0:
		b.giveUp(pos, "%s, a %s%s of C", g.v.name, t.name, strings.Repeat("*", t.ptr))
	case !t.number():
		b.ofType(t, pos, g.v.name)
	}
	constant := t.konst || !b.l.c.set[g.v.name]
	if len(g.v.dims) == 0 && constant {
		v := cValue{x: mech.Num{V: b.firstOf(g, g.v.init)}, num: t.num}
		return cPlace{v: -1, value: &v, pos: pos}
	}
	b.l.makeGlobal(b, g)
	b.begin(g)
	if len(g.v.dims) > 0 {
		v := cValue{ptr: &cPtr{kind: ptrArray, v: g.id, num: t.num, rest: b.l.dims[g.id]}}
		return cPlace{v: -1, value: &v, pos: pos}
	}
	return cPlace{v: g.id, num: t.num, pos: pos}
}

// firstOf is the first value of a variable outside of blocks, or of one of its
// elements.
func (b *body) firstOf(g *cGlobal, init cExpr) float64 {
	if init == nil {
		return 0
	}
	v := b.cExpr(init)
	if _, ok := v.x.(mech.Num); ok {
		if x, ok := b.convert(v, g.typ.num, g.v.pos).(mech.Num); ok {
			return x.V
		}
	}
	b.giveUp(g.v.pos, "%s, whose first value is no constant", g.v.name)
	return 0
}

// makeGlobal makes the variable of the mechanism that stands for one of C.
func (l *lowerer) makeGlobal(b *body, g *cGlobal) {
	if g.set {
		return
	}
	v := mech.Var{Name: "C." + g.v.name, Storage: mech.Global, Written: true, Pos: g.v.pos}
	g.set = true
	if len(g.v.dims) == 0 {
		if g.v.init != nil {
			v.Default = b.firstOf(g, g.v.init)
		}
		g.id = l.add(v)
		return
	}
	dims := b.dims(g.v)
	if g.constant = g.typ.konst || !l.c.set[g.v.name]; g.constant {
		v.Storage = mech.Temp
	}
	g.id = l.addArray(v, dims)
	if g.constant && !g.typ.konst {
		l.tables[g.id] = g.v.name
	}
	if g.v.list == nil {
		return
	}
	for i, e := range b.firstValues(g.v, g.v.list, dims) {
		g.list = append(g.list, firstValue{g.id, num(float64(i)), b.firstOf(g, e)})
	}
}

// firstValue is that of a variable, or of an element of an array.
type firstValue struct {
	v  mech.VarID
	at mech.Expr
	x  float64
}

// begin has the block begin with the first values of what g is: of constants it
// has a copy of its own; what changes is given them once, as NEURON does when it
// loads the mechanism.
func (b *body) begin(g *cGlobal) {
	if g.list == nil || b.copied[g.list[0].v] {
		return
	}
	if b.copied == nil {
		b.copied = map[mech.VarID]bool{}
	}
	b.copied[g.list[0].v] = true
	var list []mech.Stmt
	for _, f := range g.list {
		list = append(list, mech.Assign{Var: f.v, At: f.at, X: num(f.x), Pos: g.v.pos})
	}
	if g.constant {
		b.first = append(b.first, list...)
		return
	}
	if g.begun == 0 {
		g.begun = b.l.addArray(mech.Var{Name: "C." + g.v.name + mech.Begun, Storage: mech.Global, Written: true, Pos: g.v.pos}, []int{1})
	}
	list = append(list, mech.Assign{Var: g.begun, At: num(0), X: num(1), Pos: g.v.pos})
	is := mech.Index{Var: g.begun, At: num(0), Pos: g.v.pos}
	b.first = append(b.first, mech.If{Cond: binary(mech.Eq, is, num(0)), Then: list, Pos: g.v.pos})
}
