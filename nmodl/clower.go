package nmodl

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/mech"
)

// cPtr is what a pointer of C points to; rall follows pointers while it
// lowers, so none is left when a mechanism runs.
type cPtr struct {
	kind ptrKind
	v    mech.VarID // stream, series, variable
	slot int        // local variable
	at   mech.Expr  // element of an array, or nil
	name string
	num  cKind // what the numbers are to which it points
	rest []int // of an array: the sizes of its dimensions behind the first
	row  int   // of what is a row of an array, not only a pointer into it: its elements

	cursor bool // at is a local of the pointer's own, which counts
	fields *cFields
}

type ptrKind uint8

const (
	ptrNull   ptrKind = iota
	ptrStream         // a random stream
	ptrSeries         // a list of numbers
	ptrData           // the numbers of a list
	ptrHolder         // the address of a POINTER: what it points to is the pointer
	ptrVar            // a variable of the mechanism
	ptrLocal          // a number of C's
	ptrArray          // an array; at is the first element
	ptrRecord         // the structure of the POINTER name
	ptrFields         // a structure that is a local variable of C
	ptrFile           // stdout, stderr
	ptrArgs           // the arguments of NET_RECEIVE
	ptrEach           // those of FOR_NETCONS: of the edge that slot counts
	ptrOther          // what rall cannot follow; name says what
)

// cValue is the value of an expression of C.
type cValue struct {
	x    mech.Expr
	num  cKind
	ptr  *cPtr // a pointer instead
	text *string
}

// cAbort is thrown where C cannot be compiled.
type cAbort struct {
	pos diag.Pos
	msg string
}

func (b *body) giveUp(pos diag.Pos, format string, args ...any) {
	panic(cAbort{pos, fmt.Sprintf(format, args...)})
}

// stitch turns a list with VERBATIMs in it into one without: the C and the
// statements of NMODL among it are read together.
func (b *body) stitch(list []Stmt) []Stmt {
	if !slices.ContainsFunc(list, func(s Stmt) bool { _, ok := s.(*VerbatimStmt); return ok }) {
		return list
	}
	l := b.l
	var toks []ctok
	var first diag.Pos
	off := false
	for _, s := range list {
		v, ok := s.(*VerbatimStmt)
		if !ok && off {
			continue
		}
		if !ok {
			toks = append(toks, ctok{kind: cNMODL, stmt: s, pos: s.position()})
			continue
		}
		if first.Line == 0 {
			first = v.Pos
		}
		if bareC(v.C) == "" {
			l.rep.notef(diag.Ignored, v.Pos, "an empty VERBATIM is left out")
		}
		off = l.c.off[v]
		toks = append(toks, l.c.toks[v]...)
	}
	p := &cparser{toks: toks, types: &l.c.cTypes}
	var out []Stmt
	if !p.try(func() { out = p.list(false) }) {
		pos := p.pos
		if pos.Line == 0 {
			pos = first
		}
		b.refuse(first, cAbort{pos, p.msg})
		return nil
	}
	return out
}

// refuse reports C that is not compiled, with its class and a way out.
func (b *body) refuse(pos diag.Pos, a cAbort) {
	where := b.kind
	if b.in != "" {
		where = b.in
	} else if b.name != "" {
		where += " " + b.name
	}
	if a.pos.Line == 0 {
		a.pos = pos
	}
	class, hint := classOf(a.msg)
	b.l.rep.once(diag.Unsupported, a.pos, hint, fmt.Sprintf("VERBATIM in %s: %s (%s)", where, a.msg, class))
}

// classOf says what kind of C a refusal is about.
func classOf(msg string) (class, hint string) {
	word := func(list ...string) bool {
		for _, w := range cWord.FindAllString(msg, -1) {
			for _, x := range list {
				if w == x || strings.HasSuffix(x, "_") && strings.HasPrefix(w, x) {
					return true
				}
			}
		}
		return false
	}
	switch {
	case word("FOR_NETCONS"):
		return "plain C", "write it in NMODL, or as _fnargs1[0] for the first argument of the file's first FOR_NETCONS"
	case word("vector_", "IvocVect", "list_vector_px", "is_vector_arg"):
		return "hoc vector", "give the numbers as a train of events (VecStim), or play them into a parameter"
	case word("nrnran123_newstream", "nrnran123_newstream3", "nrnran123_deletestream"):
		return "rng", "move it to a PROCEDURE setRNG of its own, which a HOC program calls, or declare RANDOM in NEURON"
	case word("drand48", "srand48", "rand", "srand", "random", "srandom", "mcell_ran4", "mcell_ran4_", "nrnran123_", "nrn_random_", "Rand", "rng"):
		return "rng", "declare RANDOM in NEURON and draw by random_uniform, random_negexp or random_normal"
	case word("hoc_", "ifarg", "getarg", "gargstr", "chkarg", "nrn_pushsec", "nrn_popsec"):
		return "hoc", "write it in NMODL; arguments of hoc are to be had in hoc alone"
	case word("nrn_", "cvode_", "net_cvode_", "Section", "Symbol", "Prop", "Datum", "_ppvar", "_thread", "_nt", "_pnt", "_tqitem", "chk_access",
		"secname", "member", "pointer", "delete", "new", "Object", "Memb_func", "malloc", "calloc", "realloc", "emalloc", "ecalloc", "free", "fopen", "FILE", "_ml", "_prop", "Point_process"):
		return "engine", "write it in NMODL, or take it out: it works on NEURON's own data structures"
	}
	return "plain C", "write it in NMODL, or in the plain C that rall compiles: numbers, arrays, if, for, while, functions"
}

// cStmts lowers one statement of C.
func (b *body) cStmt(s Stmt) (out []mech.Stmt) {
	before := b.pre
	defer func() {
		if r := recover(); r != nil {
			a, ok := r.(cAbort)
			if !ok {
				panic(r)
			}
			b.pre = before
			out = nil
			b.refuse(s.position(), a)
		}
	}()
	switch s := s.(type) {
	case *cDecl:
		return b.cDeclare(s)
	case *cDo:
		if s.x == nil {
			return nil
		}
		return b.cEffect(s.x)
	case *cBlock:
		return b.nested(s.body)
	case *cIf:
		return b.cBranch(s)
	case *cLoop:
		return b.cLoop(s)
	case *cSwitch:
		return b.cSwitch(s)
	case *cJump:
		out := []mech.Stmt{}
		if s.kind == jumpReturn && s.x != nil {
			v := b.cExpr(s.x)
			if b.result >= 0 {
				x := b.convert(v, b.num, s.Pos)
				if x != mech.Expr(mech.Local{Slot: b.result}) {
					out = append(out, setLocal(b.result, x, s.Pos))
				}
			}
		}
		if s.kind == jumpGoto {
			return append(out, jumpMark(b.labelled(s).kind, s.Pos))
		}
		return append(out, jumpMark(s.kind, s.Pos))
	}
	panic("BUG: a statement of C of unknown type")
}

// cDeclare makes the variables of a declaration.
func (b *body) cDeclare(d *cDecl) []mech.Stmt {
	var out []mech.Stmt
	scope := b.scopes[len(b.scopes)-1]
	b.enumerated(d.consts)
	for _, v := range d.vars {
		t := d.typ
		t.ptr = v.ptr
		switch {
		case t.ptr > 0:
			p := &cPtr{kind: ptrOther, name: v.name}
			if v.init != nil {
				if p = b.madeHere(t, v.init); p == nil {
					val := b.cExpr(v.init)
					p = b.pointer(val, v.init, v.pos)
				}
			}
			scope["c:"+v.name] = scopeName{v: -1, pointer: b.newPointer(p, v.name, v.pos), slot: -1}
			out = append(out, b.takePre()...)
			continue
		case t.name == "auto" && v.init != nil && len(v.dims) == 0:
			val := b.cExpr(v.init)
			b.raw(val, v.pos)
			slot := b.temporary(v.name)
			scope["c:"+v.name] = scopeName{slot: slot, v: -1, num: val.num}
			out = append(out, b.takePre()...)
			out = append(out, setLocal(slot, val.x, v.pos))
			continue
		case b.l.c.structs[t.name] != nil && t.static:
			g := b.l.static(t, v)
			scope["c:"+v.name] = scopeName{v: -1, slot: -1, fields: b.globalFields(g)}
			continue
		case b.l.c.structs[t.name] != nil:
			scope["c:"+v.name] = scopeName{v: -1, slot: -1, fields: b.structure(t.name, v)}
			out = append(out, b.takePre()...)
			continue
		case !t.number():
			b.ofType(t, v.pos, "a variable")
		}
		if t.static && b.l.c.set[v.name] {
			// one for all calls and instances: a variable of the file
			g := b.l.static(t, v)
			b.l.makeGlobal(b, g)
			b.begin(g)
			scope["c:"+v.name] = scopeName{v: g.id, num: t.num}
			continue
		}
		first := func(e cExpr) mech.Expr {
			x := b.convert(b.cExpr(e), t.num, v.pos)
			if _, fixed := x.(mech.Num); t.static && !fixed {
				b.giveUp(v.pos, "%s, whose first value is no constant", v.name)
			}
			return x
		}
		if len(v.dims) > 0 {
			dims := b.dims(v)
			id := b.l.addArray(mech.Var{Name: b.label() + "." + v.name, Storage: mech.Temp, Pos: v.pos}, dims)
			scope["c:"+v.name] = scopeName{v: id, num: t.num}
			b.l.d.Vars[id].Written = true
			if t.static {
				b.l.tables[id] = v.name
			}
			if v.list == nil {
				continue
			}
			for i, e := range b.firstValues(v, v.list, dims) {
				x := mech.Expr(mech.Num{})
				if e != nil {
					x = first(e)
				}
				out = append(out, b.takePre()...)
				out = append(out, mech.Assign{Var: id, At: mech.Num{V: float64(i)}, X: x, Pos: v.pos})
			}
			continue
		}
		var x mech.Expr
		if v.init != nil {
			x = first(v.init)
		}
		slot := b.temporary(v.name)
		scope["c:"+v.name] = scopeName{slot: slot, v: -1, num: t.num}
		out = append(out, b.takePre()...)
		if x != nil {
			out = append(out, setLocal(slot, x, v.pos))
		}
	}
	return out
}

// cPlaceOf is where a name is declared.
type cPlaceOf struct {
	name string
	pos  diag.Pos
}

// static is the variable that is static in a function, one however often it is called.
func (l *lowerer) static(t cType, v cVar) *cGlobal {
	at := cPlaceOf{v.name, v.pos}
	if l.statics[at] == nil {
		l.statics[at] = &cGlobal{typ: t, v: v, id: -1}
	}
	return l.statics[at]
}

// label names the block, for variables that it makes.
func (b *body) label() string {
	if b.name != "" {
		return b.name
	}
	return b.kind
}

// maxDims is how many dimensions an array may have.
const maxDims = 8

// dims are the sizes of a declared array.
func (b *body) dims(v cVar) []int {
	if len(v.dims) > maxDims {
		b.giveUp(v.pos, "an array of more than %d dimensions, %s", maxDims, v.name)
	}
	out := make([]int, len(v.dims))
	n := 1.0
	for k, d := range v.dims {
		if d == nil && k == 0 && v.list != nil {
			continue // found below
		}
		if d == nil {
			b.giveUp(v.pos, "the array %s has no size", v.name)
		}
		c := b.constantOf(d)
		if !(c >= 1 && c <= maxArray) || c != math.Trunc(c) {
			b.giveUp(v.pos, "the size of the array %s is no constant", v.name)
		}
		if n *= c; n > maxArray {
			b.giveUp(v.pos, "an array of %g elements", n)
		}
		out[k] = int(c)
	}
	if out[0] == 0 { // as many as there are first values
		out[0] = len(v.list)
		if !slices.ContainsFunc(v.list, func(e cExpr) bool { _, ok := e.(*cList); return ok }) {
			out[0] = (len(v.list) + int(n) - 1) / int(n)
		}
		if out[0] = max(out[0], 1); float64(out[0])*n > maxArray {
			b.giveUp(v.pos, "an array of %g elements", float64(out[0])*n)
		}
	}
	return out
}

// firstValues are those of all elements of an array, nil for 0.
func (b *body) firstValues(v cVar, list []cExpr, dims []int) []cExpr {
	n, row := elements(dims), elements(dims[1:])
	var out []cExpr
	for _, e := range list {
		inner, ok := e.(*cList)
		switch {
		case !ok:
			out = append(out, e)
		case len(dims) == 1 || len(out)%row != 0:
			b.giveUp(inner.Pos, "braces within the first values of %s that are no row of it", v.name)
		default:
			out = append(out, b.firstValues(v, inner.list, dims[1:])...)
		}
		if len(out) > n {
			b.giveUp(v.pos, "%s has more values than elements", v.name)
		}
	}
	return append(out, make([]cExpr, n-len(out))...)
}

func elements(dims []int) int {
	n := 1
	for _, d := range dims {
		n *= d
	}
	return n
}

// addArray makes the variable for an array of C.
func (l *lowerer) addArray(v mech.Var, dims []int) mech.VarID {
	v.Array = elements(dims)
	id := l.add(v)
	if len(dims) > 1 {
		if l.dims == nil {
			l.dims = map[mech.VarID][]int{}
		}
		l.dims[id] = dims[1:]
	}
	return id
}

// constantOf is the value of an expression before the run, NaN if it has none.
func (b *body) constantOf(e cExpr) float64 {
	v := b.cExpr(e)
	if n, ok := v.x.(mech.Num); ok {
		return n.V
	}
	return math.NaN()
}

// takePre returns what must run before, and forgets it.
func (b *body) takePre() []mech.Stmt {
	pre := b.pre
	b.pre = nil
	return pre
}

// cEffect lowers an expression whose value nobody wants.
func (b *body) cEffect(e cExpr) []mech.Stmt {
	switch e := e.(type) {
	case *cComma:
		out := b.cEffect(e.x)
		out = append(out, b.takePre()...)
		return append(out, b.cEffect(e.y)...)
	case *cCast:
		return b.cEffect(e.x)
	case *cLit, *cName, *cSizeof:
		return nil
	case *cCall:
		if st, ok := b.cCallStmt(e); ok {
			return st
		}
	}
	v := b.cExpr(e)
	if v.x != nil && hasEffects(v.x) {
		return []mech.Stmt{setLocal(b.scratch(), v.x, e.at())}
	}
	return nil
}

// cBranch lowers an if; where the condition is known, the arm that is taken.
func (b *body) cBranch(s *cIf) []mech.Stmt {
	cond := b.truth(b.cExpr(s.cond), s.Pos)
	if n, ok := cond.(mech.Num); ok {
		if n.V != 0 {
			return b.nested(s.then)
		}
		return b.nested(s.alts)
	}
	saved := b.savePtrs()
	then := b.nested(s.then)
	left := b.savePtrs()
	b.restorePtrs(saved)
	alts := b.nested(s.alts)
	b.mergePtrs(left)
	return []mech.Stmt{mech.If{Cond: cond, Then: then, Else: alts, Pos: s.Pos}}
}

// cSwitch lowers a switch to ifs in a row, of which at most one is entered by its
// label; one that is entered goes on into the next unless a break has ended it.
// The row stays flat, however many cases there are.
func (b *body) cSwitch(s *cSwitch) []mech.Stmt {
	v := b.cExpr(s.x)
	b.raw(v, s.Pos)
	if !v.num.integer() {
		b.giveUp(s.Pos, "a switch over what is no integer")
	}
	t := v.num.promoted()
	held := b.temporary("switch") // what the cases assign does not change it
	b.pre = append(b.pre, setLocal(held, b.convert(v, t, s.Pos), s.Pos))
	x := mech.Local{Slot: held}
	either := func(x, y mech.Expr) mech.Expr {
		if x == nil {
			return y
		}
		return mech.Binary{Op: mech.Or, X: x, Y: y}
	}
	var any mech.Expr // a label
	met := map[float64]bool{}
	labels := make([]mech.Expr, len(s.parts))
	for i, p := range s.parts {
		for _, e := range p.vals {
			c := b.cExpr(e)
			n, ok := c.x.(mech.Num)
			if !ok || !c.num.integer() {
				b.giveUp(e.at(), "a case that is no constant integer")
			}
			n = b.convert(c, t, e.at()).(mech.Num)
			if met[n.V] {
				b.giveUp(e.at(), "the case %g for the second time", n.V)
			}
			met[n.V] = true
			is := mech.Binary{Op: mech.Eq, X: x, Y: n}
			labels[i], any = either(labels[i], is), either(any, is)
		}
	}
	b.scopes = append(b.scopes, map[string]scopeName{})
	defer func() { b.scopes = b.scopes[:len(b.scopes)-1] }()
	outer := b.takePre()
	inside, broken := -1, -1
	ended := false // whether a part that came here from another one may have ended in a break
	var list []mech.Stmt
	for i, p := range s.parts {
		cond := labels[i]
		if p.rest {
			none := mech.Expr(mech.Num{V: 1})
			if any != nil {
				none = mech.Unary{Op: mech.Not, X: any}
			}
			cond = either(cond, none)
		}
		entered := inside >= 0
		if entered {
			cond = either(mech.Local{Slot: inside}, cond)
		}
		if ended {
			cond = mech.Binary{Op: mech.And, X: mech.Unary{Op: mech.Not, X: mech.Local{Slot: broken}}, Y: cond}
		}
		before := b.savePtrs()
		b.forget++
		body := b.run(p.body, false)
		b.forget--
		b.mergePtrs(before)
		if i < len(s.parts)-1 && !leaves(body) {
			if inside < 0 {
				inside = b.temporary("inside")
			}
			body = append(body, setLocal(inside, mech.Num{V: 1}, p.pos))
		}
		if hasJump(body, jumpBreak) {
			if broken < 0 {
				broken = b.temporary("broken")
			}
			body, _, _ = cut(body, jumpBreak, broken)
			ended = ended || entered
		}
		list = append(list, mech.If{Cond: cond, Then: body, Pos: p.pos})
	}
	b.pre = outer
	if broken >= 0 {
		list = b.dropFlag(list, broken, s.Pos)
	}
	if inside >= 0 {
		list = append([]mech.Stmt{setLocal(inside, mech.Num{}, s.Pos)}, list...)
	}
	return list
}

// leaves says whether list ends in a jump.
func leaves(list []mech.Stmt) bool {
	if len(list) == 0 {
		return false
	}
	last := list[len(list)-1]
	if _, ok := jumpOf(last); ok {
		return true
	}
	x, ok := last.(mech.If)
	return ok && leaves(x.Then) && leaves(x.Else)
}

// lose forgets where the pointers point that statements set, since nobody knows
// when a round of a loop begins.
func (b *body) lose(list []Stmt) {
	walkC(list, func(e cExpr) {
		a, ok := e.(*cAssign)
		if !ok || a.op != "" {
			return
		}
		if n, ok := a.x.(*cName); ok {
			if sn, ok := b.find("c:" + n.name); ok && sn.pointer > 0 && !steps(a) {
				b.ptrs[sn.pointer-1] = &cPtr{kind: ptrOther, name: n.name}
			}
		}
	})
}

func (b *body) savePtrs() []*cPtr { return slices.Clone(b.ptrs) }

func (b *body) restorePtrs(saved []*cPtr) { copy(b.ptrs, saved) }

// mergePtrs forgets where pointers point that differ from another way here.
func (b *body) mergePtrs(other []*cPtr) {
	for i := range min(len(other), len(b.ptrs)) {
		p, q := b.ptrs[i], other[i]
		if p == q || p.kind == q.kind && p.fields == q.fields && p.v == q.v && p.slot == q.slot && (p.name == q.name || p.kind != ptrHolder && p.kind != ptrRecord) && (p.at == nil && q.at == nil || p.cursor && q.cursor && p.at == q.at) {
			continue
		}
		b.ptrs[i] = &cPtr{kind: ptrOther, name: p.name}
	}
}

// cLoop lowers for, while and do.
func (b *body) cLoop(s *cLoop) []mech.Stmt {
	b.scopes = append(b.scopes, map[string]scopeName{})
	defer func() { b.scopes = b.scopes[:len(b.scopes)-1] }()
	var out []mech.Stmt
	if s.init != nil {
		out = append(out, b.cStmt(s.init)...)
		out = append(b.takePre(), out...)
	}
	if st, ok := b.counted(s, out); ok {
		return st
	}
	b.lose([]Stmt{&cLoop{cond: s.cond, post: s.post, body: s.body}})
	saved := b.savePtrs()
	l := loop{after: s.after, cond: mech.Num{V: 1}, pos: s.Pos}
	test := func() {
		if s.cond != nil {
			l.cond = b.truth(b.cExpr(s.cond), s.Pos)
			l.pre = b.takePre()
		}
	}
	outer := b.takePre()
	if !s.after {
		test()
		if n, ok := l.cond.(mech.Num); ok && n.V == 0 && len(l.pre) == 0 {
			b.pre = outer
			return out
		}
	}
	l.body = b.nested(s.body)
	if s.after {
		test()
	}
	if s.post != nil {
		st := b.cEffect(s.post)
		l.post = append(b.takePre(), st...)
	}
	b.pre = outer
	b.mergePtrs(saved)
	return append(out, b.build(l)...)
}

// counted makes a FROM loop of a for with a counter between constants, so
// that it can be written out.
func (b *body) counted(s *cLoop, init []mech.Stmt) ([]mech.Stmt, bool) {
	cond, ok := s.cond.(*cBinary)
	if !ok || s.after || len(init) != 1 || cond.op != "<" && cond.op != "<=" {
		return nil, false
	}
	first, ok := init[0].(mech.Assign)
	if !ok || first.Var >= 0 {
		return nil, false
	}
	from, ok1 := first.X.(mech.Num)
	name, ok2 := cond.x.(*cName)
	if !ok1 || !ok2 {
		return nil, false
	}
	sn, ok := b.find("c:" + name.name)
	if !ok || sn.slot != first.Local || sn.v >= 0 || !sn.num.integer() || sn.pointer > 0 || b.shared[sn.slot] {
		return nil, false
	}
	switch p := s.post.(type) {
	case *cStep:
		if n, ok := p.x.(*cName); !ok || n.name != name.name || p.by != 1 {
			return nil, false
		}
	default:
		return nil, false
	}
	changes := false
	walkC(s.body, func(e cExpr) {
		var x cExpr
		switch e := e.(type) {
		case *cAssign:
			x = e.x
		case *cStep:
			x = e.x
		case *cUnary:
			if e.op == "&" {
				x = e.x
			}
		}
		if n, ok := x.(*cName); ok && (n.name == name.name || b.isPointer(n.name)) {
			changes = true
		}
	})
	if changes || jumpsIn(s.body) || b.acts(cond.y) {
		return nil, false
	}
	bound, _ := b.aside(cond.y)
	to, ok := bound.x.(mech.Num)
	if !ok || to.V-from.V > 64 || from.V < 0 && (bound.num == cUint || bound.num == cUlong) {
		return nil, false
	}
	last := to.V
	if cond.op == "<" {
		last = math.Ceil(to.V) - 1
	}
	last = math.Floor(last)
	end := setLocal(first.Local, mech.Num{V: max(from.V, last+1)}, s.Pos)
	if last < from.V {
		return []mech.Stmt{end}, true
	}
	counter := b.temporary(name.name)
	b.scopes = append(b.scopes, map[string]scopeName{"c:" + name.name: {slot: counter, v: -1, num: sn.num}})
	round := b.nested(s.body)
	b.scopes = b.scopes[:len(b.scopes)-1]
	return []mech.Stmt{mech.For{Slot: counter, From: from, To: mech.Num{V: last}, By: mech.Num{V: 1}, Body: round, Pos: s.Pos}, end}, true
}

func (b *body) isPointer(name string) bool {
	s, ok := b.find("c:" + name)
	return ok && s.pointer > 0
}

// jumpsIn says whether statements hold a jump, or what may hide one.
func jumpsIn(list []Stmt) bool {
	found := false
	for _, s := range list {
		switch s := s.(type) {
		case *cJump:
			found = true
		case *cIf:
			found = found || jumpsIn(s.then) || jumpsIn(s.alts)
		case *cLoop:
			found = found || jumpsIn(s.body)
		case *cBlock:
			found = found || jumpsIn(s.body)
		case *cSwitch:
			for _, p := range s.parts {
				found = found || jumpsIn(p.body)
			}
		case *cDecl, *cDo:
		default:
			found = true
		}
	}
	return found
}

// walkC calls f for every expression of C in list.
func walkC(list []Stmt, f func(cExpr)) {
	for _, s := range list {
		switch s := s.(type) {
		case *cDecl:
			for _, v := range s.vars {
				walkCExpr(v.init, f)
				for _, e := range v.list {
					walkCExpr(e, f)
				}
			}
		case *cDo:
			walkCExpr(s.x, f)
		case *cIf:
			walkCExpr(s.cond, f)
			walkC(s.then, f)
			walkC(s.alts, f)
		case *cLoop:
			if s.init != nil {
				walkC([]Stmt{s.init}, f)
			}
			walkCExpr(s.cond, f)
			walkCExpr(s.post, f)
			walkC(s.body, f)
		case *cBlock:
			walkC(s.body, f)
		case *cSwitch:
			walkCExpr(s.x, f)
			for _, p := range s.parts {
				walkC(p.body, f)
			}
		case *cJump:
			walkCExpr(s.x, f)
		}
	}
}

func walkCExpr(e cExpr, f func(cExpr)) {
	if e == nil {
		return
	}
	f(e)
	for _, x := range operandsOf(e) {
		walkCExpr(x, f)
	}
}

func operandsOf(e cExpr) []cExpr {
	switch e := e.(type) {
	case *cUnary:
		return []cExpr{e.x}
	case *cBinary:
		return []cExpr{e.x, e.y}
	case *cAssign:
		return []cExpr{e.x, e.y}
	case *cStep:
		return []cExpr{e.x}
	case *cCond:
		return []cExpr{e.c, e.x, e.y}
	case *cCall:
		return e.args
	case *cIndex:
		return []cExpr{e.x, e.i}
	case *cCast:
		return []cExpr{e.x}
	case *cMember:
		return []cExpr{e.x}
	case *cList:
		return e.list
	case *cComma:
		return []cExpr{e.x, e.y}
	}
	return nil
}
