package hoc

import (
	"fmt"
	"math"
	"strings"

	"github.com/rallsim/rall/import/hoc/syntax"
	"github.com/rallsim/rall/import/hoc/tree"
	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/runtime/vec"
)

// num evaluates an expression that must be a number. After an error it
// returns 0.
func (in *Interp) num(fr *frame, x syntax.Expr) float64 {
	switch x := x.(type) {
	case *syntax.Num:
		return x.X
	case *syntax.Name:
		if x.Local >= 0 && x.Local < len(fr.vars) {
			return fr.vars[x.Local]
		}
	}
	v := in.eval(fr, x)
	if in.failed {
		return 0
	}
	if v.k != numKind {
		in.fail(fr, x.Pos(), "expected a number, found %s", v.describe())
		return 0
	}
	return v.x
}

// describe says what a value is, for messages.
func (v value) describe() string {
	switch v.k {
	case objKind:
		return "the object " + v.o.Name()
	case strKind:
		return "the string \"" + short(v.s, 40) + "\""
	case secKind:
		return "the section " + v.sec.Name
	}
	return v.k.String()
}

// eval evaluates an expression. After an error the value means nothing.
func (in *Interp) eval(fr *frame, x syntax.Expr) value {
	if in.ctl == stopping {
		return value{}
	}
	switch x := x.(type) {
	case *syntax.Num:
		return number(x.X)
	case *syntax.Str:
		return text(x.S)
	case *syntax.Paren:
		return in.eval(fr, x.X)
	case *syntax.Unary:
		a := in.num(fr, x.X)
		if x.Op == syntax.Not {
			return truth(a == 0)
		}
		return number(-a)
	case *syntax.Binary:
		return in.binary(fr, x)
	case *syntax.Assign:
		return in.assign(fr, x)
	case *syntax.New:
		return in.newObject(fr, x)
	case *syntax.AddrOf:
		p := in.resolve(fr, x.X, false)
		if in.failed {
			return value{}
		}
		n, ok := in.numberRef(fr, x.X.Pos(), p)
		if !ok {
			return value{}
		}
		v := pointer(n)
		v.sec = p.sec
		return v
	}
	p := in.resolve(fr, x, false)
	if in.failed {
		return value{}
	}
	return in.load(fr, x.Pos(), p)
}

func (in *Interp) binary(fr *frame, x *syntax.Binary) value {
	if x.Op == syntax.Eq || x.Op == syntax.Ne {
		a, b := in.eval(fr, x.L), in.eval(fr, x.R)
		same := false
		switch {
		case in.failed:
			return value{}
		case a.k == numKind && b.k == numKind:
			same = in.equal(a.x, b.x)
			if x.Op == syntax.Ne { // not the negation where one is NaN
				return truth(a.x < b.x-in.epsilon || a.x > b.x+in.epsilon)
			}
		case a.k == strKind && b.k == strKind:
			same = a.s == b.s
		case a.k == objKind && b.k == objKind:
			same = a.o == b.o
		default:
			in.fail(fr, x.Pos(), "%s cannot be compared with %s", a.describe(), b.describe())
			return value{}
		}
		return truth(same == (x.Op == syntax.Eq))
	}
	a, b := in.num(fr, x.L), in.num(fr, x.R)
	if in.failed {
		return value{}
	}
	switch x.Op {
	case syntax.Lt:
		return truth(a < b-in.epsilon)
	case syntax.Le:
		return truth(a <= b+in.epsilon)
	case syntax.Gt:
		return truth(a > b+in.epsilon)
	case syntax.Ge:
		return truth(a >= b-in.epsilon)
	case syntax.And:
		return truth(a != 0 && b != 0)
	case syntax.Or:
		return truth(a != 0 || b != 0)
	}
	return number(in.combine(fr, x.Pos(), x.Op, a, b))
}

// combine is a op b for the operators of arithmetic; Set gives b.
func (in *Interp) combine(fr *frame, at syntax.Pos, op syntax.Op, a, b float64) float64 {
	switch op {
	case syntax.Add:
		return a + b
	case syntax.Sub:
		return a - b
	case syntax.Mul:
		return float64(a * b)
	case syntax.Div:
		if b == 0 {
			in.fail(fr, at, "division by zero")
			return 0
		}
		return a / b
	case syntax.Mod:
		if b <= 0 {
			in.fail(fr, at, "a %% b needs a positive b, not %g", b)
			return 0
		}
		return cyclic(a, b)
	case syntax.Pow:
		if a < 0 && b != math.Trunc(b) {
			in.fail(fr, at, "%g to the power of %g is no real number", a, b)
			return 0
		}
		return vec.Pow(a, b)
	}
	return b
}

// cyclic is HOC's a % b: a brought into 0..b.
func cyclic(a, b float64) float64 {
	r := a
	if r >= b {
		r = a - float64(math.Floor(a/b)*b)
	} else if r <= -b {
		r = a + float64(math.Floor(-a/b)*b)
	}
	if r > b {
		r -= b
	}
	if r < 0 {
		r += b
	}
	return r
}

// placeKind says what can be done at a place.
type placeKind uint8

const (
	valuePlace   placeKind = iota // read only
	numPlace                      // a number in memory
	strPlace                      // a string in memory
	objPlace                      // an object in memory
	rangePlace                    // a range variable of a section
	propPlace                     // a variable of a section
	pointerPlace                  // a POINTER of a mechanism
)

// place is what an expression names: where a value can be read and, mostly,
// written.
type place struct {
	k    placeKind
	v    value
	num  *float64
	str  *string
	obj  **Object
	sec  *tree.Section
	rng  *rangeVar
	prop prop
	sub  int     // of an array
	x    float64 // where along the section
	hasX bool

	owner pointerOwner // of a pointerPlace
	name  string
	ref   Ref       // of a numPlace: what it is in a model that is run
	rest  []float64 // of a numPlace in an array: it and those behind it
}

func (p place) what() string {
	switch p.k {
	case numPlace:
		return "a number"
	case strPlace:
		return "a string"
	case objPlace:
		return "an object"
	case rangePlace:
		return "the range variable " + p.rng.name
	case propPlace:
		return "a variable of a section"
	case pointerPlace:
		return "a POINTER"
	}
	return p.v.describe()
}

func rvalue(v value) place { return place{k: valuePlace, v: v} }

// resolve finds what an expression names. For a name that nothing has
// defined, make says whether to define it as a number.
func (in *Interp) resolve(fr *frame, x syntax.Expr, make bool) place {
	switch x := x.(type) {
	case *syntax.Name:
		return in.resolveName(fr, x, nil, make)
	case *syntax.Index:
		switch b := x.X.(type) {
		case *syntax.Name:
			return in.resolveName(fr, b, x, make)
		case *syntax.Dot:
			return in.resolveDot(fr, b, x, nil)
		case *syntax.Arg:
			p := in.resolveArg(fr, b)
			if in.failed {
				return p
			}
			if b.Kind == syntax.RefArg && len(x.Subs) == 1 {
				return in.behind(fr, x, p)
			}
		}
		in.fail(fr, x.Pos(), "this has no indices")
		return place{}
	case *syntax.Dot:
		return in.resolveDot(fr, x, nil, nil)
	case *syntax.Arg:
		return in.resolveArg(fr, x)
	case *syntax.Call:
		return in.resolveCall(fr, x)
	case *syntax.Paren:
		return in.resolve(fr, x.X, make)
	case *syntax.Num, *syntax.Str, *syntax.Unary, *syntax.Binary, *syntax.Assign, *syntax.New, *syntax.AddrOf:
		return rvalue(in.eval(fr, x))
	}
	in.fail(fr, x.Pos(), "this is no value; only an assignment has the form x(a:b) = c:d")
	return place{}
}

// behind is $&1[i], the number that lies i behind what a pointer points to.
func (in *Interp) behind(fr *frame, x *syntax.Index, p place) place {
	k := in.subs(fr, x)[0]
	if in.failed {
		return p
	}
	if k == 0 {
		return p
	}
	if k < 0 || k >= len(p.rest) {
		in.fail(fr, x.Pos(), "index %d behind a pointer to %d numbers", k, max(1, len(p.rest)))
		return p
	}
	p.num, p.rest = &p.rest[k], p.rest[k:]
	p.ref = in.refs[p.num]
	return p
}

// bind returns the symbol of a name.
func (in *Interp) bind(fr *frame, n *syntax.Name) *symbol {
	if s := fr.unit.syms[n.ID]; s != nil {
		return s
	}
	s := in.lookup(fr.scope, n.Ident)
	if s == nil {
		s = fr.scope.add(n.Ident)
	}
	fr.unit.syms[n.ID] = s
	return s
}

// lookup finds a name in a scope or among ours, nil if there is none.
func (in *Interp) lookup(sc *scope, name string) *symbol {
	if s := sc.names[name]; s != nil {
		return s
	}
	return in.builtin.names[name]
}

// where returns the variable of a symbol that a frame sees.
func (in *Interp) where(fr *frame, s *symbol) (*symbol, *cell) {
	d := fr.data
	if s.external != nil {
		s, d = s.external, in.topData
	}
	return s, d.cell(s)
}

// subs evaluates indices; ix may be nil.
func (in *Interp) subs(fr *frame, ix *syntax.Index) []int {
	if ix == nil {
		return nil
	}
	out := make([]int, len(ix.Subs))
	for i, e := range ix.Subs {
		out[i] = in.index(in.num(fr, e))
	}
	return out
}

// bracketed are the indices of a component, which may stand in round brackets too, as
// in w.x(3); call says that they do.
func (in *Interp) bracketed(fr *frame, ix *syntax.Index, c *syntax.Call) (subs []int, call bool) {
	if ix != nil || c == nil || len(c.Args) == 0 {
		return in.subs(fr, ix), false
	}
	return in.subs(fr, &syntax.Index{Subs: c.Args}), true
}

// flat turns indices into one, checking them; no indices are all 0.
func (in *Interp) flat(fr *frame, at syntax.Pos, name string, dims, subs []int) int {
	if len(subs) == 0 {
		return 0
	}
	if len(dims) == 0 {
		in.fail(fr, at, "%s is no array", name)
		return 0
	}
	if len(subs) != len(dims) {
		in.fail(fr, at, "%s has %d dimensions, not %d", name, len(dims), len(subs))
		return 0
	}
	k := 0
	for i, s := range subs {
		if s < 0 || s >= dims[i] {
			in.fail(fr, at, "index %d of %s is outside of 0..%d", s, name, dims[i]-1)
			return 0
		}
		k = k*dims[i] + s
	}
	return k
}

func (in *Interp) resolveName(fr *frame, n *syntax.Name, ix *syntax.Index, make bool) place {
	if n.Local >= 0 && n.Local < len(fr.vars)+len(fr.objs) {
		if ix != nil {
			in.fail(fr, n.Pos(), "the local %s is no array", n.Ident)
			return place{}
		}
		if n.Local < len(fr.vars) {
			return place{k: numPlace, num: &fr.vars[n.Local]}
		}
		return place{k: objPlace, obj: &fr.objs[n.Local-len(fr.vars)]}
	}
	sym := in.bind(fr, n)
	if sym.kind == undefined && sym.external == nil && make && ix == nil {
		sym.kind = varSym
	}
	subs := in.subs(fr, ix)
	if in.failed {
		return place{}
	}
	return in.resolveSymbol(fr, n.Pos(), sym, subs, make)
}

func (in *Interp) resolveSymbol(fr *frame, at syntax.Pos, sym *symbol, subs []int, make bool) place {
	sym, c := in.where(fr, sym)
	if sym.kind == undefined && (make || sym.assigned) {
		sym.kind = varSym
	}
	switch sym.kind {
	case varSym:
		if c.nums == nil {
			c.nums = []float64{0}
		}
		k := in.flat(fr, at, sym.name, c.dims, subs)
		return place{k: numPlace, num: &c.nums[k], rest: c.nums[k:]}
	case strSym:
		return place{k: strPlace, str: &c.strs}
	case objSym:
		if c.objs == nil {
			c.objs = []*Object{nil}
		}
		return place{k: objPlace, obj: &c.objs[in.flat(fr, at, sym.name, c.dims, subs)]}
	case secSym:
		if len(c.secs) == 0 {
			in.fail(fr, at, "the section %s has been deleted", sym.name)
			return place{}
		}
		s := c.secs[in.flat(fr, at, sym.name, c.dims, subs)]
		if s == nil || s.Gone {
			in.fail(fr, at, "the section %s has been deleted", sym.name)
			return place{}
		}
		return rvalue(value{k: secKind, sec: s})
	case constSym:
		if sym.nums != nil {
			k := in.flat(fr, at, sym.name, sym.dims, subs)
			p := place{k: numPlace, num: &sym.nums[k]}
			if sym.refs != nil {
				p.ref = sym.refs[k]
			}
			return p
		}
		return place{k: numPlace, num: sym.num, ref: sym.ref}
	case rangeSym:
		sec := in.current(fr, at)
		if sec == nil {
			return place{}
		}
		return in.rangeIn(fr, at, sec, sym.rng, subs)
	case propSym:
		sec := in.current(fr, at)
		if sec == nil {
			return place{}
		}
		return place{k: propPlace, sec: sec, prop: sym.prop, name: sym.name}
	case classSym: // Cell[3]
		if len(subs) == 1 {
			return in.numberedObject(fr, at, sym.class, subs[0])
		}
		in.fail(fr, at, "%s is a template, no value", sym.name)
	case funcSym, ownSym:
		in.failHint(fr, at, diag.Syntax, "write "+sym.name+"()", "%s is called without parentheses", sym.name)
	default:
		if cl := in.classes[sym.name]; cl != nil && len(subs) == 1 { // Vector[3]
			return in.numberedObject(fr, at, cl, subs[0])
		}
		in.failHint(fr, at, diag.UnknownName, in.nearest(fr, sym.name), "%q is not defined", sym.name)
	}
	return place{}
}

// numberedObject is an object of a class by its number.
func (in *Interp) numberedObject(fr *frame, at syntax.Pos, c *class, i int) place {
	for _, o := range c.objects {
		if o.index == i {
			return rvalue(object(o))
		}
	}
	in.fail(fr, at, "there is no %s[%d]", c.name, i)
	return place{}
}

func (in *Interp) nearest(fr *frame, name string) string {
	var all []string
	for _, s := range fr.scope.order {
		if s.kind != undefined && s.name != name {
			all = append(all, s.name)
		}
	}
	for _, s := range in.builtin.order {
		all = append(all, s.name)
	}
	if s := in.top.names[name]; fr.scope != in.top && s != nil && s.kind != undefined {
		return "the top level has it; a template sees it after: external " + name
	}
	if hint := in.notCompiled(); hint != "" { // it may well come from there
		return hint
	}
	return diag.DidYouMean(name, all)
}

// notCompiled lists the .mod files that do not compile, some of them if there
// are many.
func (in *Interp) notCompiled() string {
	const most = 3
	var b strings.Builder
	for i, why := range in.o.Mechs.FirstErrors() {
		switch {
		case i == most:
			fmt.Fprintf(&b, ", and %d files more", len(in.o.Mechs.FirstErrors())-most)
			return b.String()
		case i > 0:
			b.WriteString(", ")
		default:
			b.WriteString("not compiled: ")
		}
		b.WriteString(reason(&why))
	}
	return b.String()
}

// reason says why a .mod file does not compile, and where.
func reason(why *diag.Diag) string {
	if why.Pos.IsZero() {
		return why.Msg
	}
	return fmt.Sprintf("%s (%s)", why.Pos, why.Msg)
}

// rangeIn is a range variable of a section, with the index of an array.
func (in *Interp) rangeIn(fr *frame, at syntax.Pos, sec *tree.Section, r *rangeVar, subs []int) place {
	p := place{k: rangePlace, sec: sec, rng: r, x: .5}
	switch {
	case r.v == nil && len(subs) > 0, r.v != nil && r.v.N == 1 && len(subs) > 0, len(subs) > 1:
		in.fail(fr, at, "%s has no such indices", r.name)
	case len(subs) == 1:
		if subs[0] < 0 || subs[0] >= r.v.N {
			in.fail(fr, at, "index %d of %s is outside of 0..%d", subs[0], r.name, r.v.N-1)
			return p
		}
		p.sub = subs[0]
	}
	return p
}

func (in *Interp) resolveArg(fr *frame, a *syntax.Arg) place {
	n := a.N
	if a.Index != nil {
		n = in.index(in.num(fr, a.Index))
	}
	if n < 1 || n > len(fr.args) {
		if n < 1 {
			in.fail(fr, a.Pos(), "there is no argument %d", n)
		} else {
			in.fail(fr, a.Pos(), "argument %d is missing: there are %d", n, len(fr.args))
		}
		return place{}
	}
	g := &fr.args[n-1]
	switch {
	case a.Kind == syntax.NumArg && g.k == numKind:
		return place{k: numPlace, num: &g.x}
	case a.Kind == syntax.StrArg && g.k == strKind:
		return place{k: strPlace, str: g.str}
	case a.Kind == syntax.ObjArg && g.k == objKind:
		return place{k: objPlace, obj: g.obj}
	case a.Kind == syntax.RefArg && g.k == refKind:
		return place{k: numPlace, num: g.num, ref: in.refs[g.num], rest: g.rest}
	}
	in.fail(fr, a.Pos(), "argument %d is %s, not %s", n, g.k, [...]kind{numKind, strKind, objKind, refKind}[a.Kind])
	return place{}
}

func (in *Interp) resolveCall(fr *frame, c *syntax.Call) place {
	switch fn := c.Fn.(type) {
	case *syntax.Name:
		if fn.Local >= 0 {
			break
		}
		sym := in.bind(fr, fn)
		target, obj := sym, fr.this
		if sym.external != nil {
			target, obj = sym.external, nil
		}
		switch target.kind {
		case funcSym:
			args := in.args(fr, c.Args)
			if in.failed {
				return place{}
			}
			return rvalue(in.call(fr, c.Pos(), target.fn, obj, args, nil))
		case ownSym:
			args := in.args(fr, c.Args)
			if in.failed {
				return place{}
			}
			v := target.own.fn(&call{in: in, fr: fr, pos: c.Pos(), name: target.name, args: args})
			in.done(args)
			return rvalue(v)
		case undefined:
			in.failHint(fr, c.Pos(), diag.UnknownName, in.nearest(fr, fn.Ident), "no procedure or function %q", fn.Ident)
			return place{}
		}
	case *syntax.Dot:
		return in.resolveDot(fr, fn, nil, c)
	case *syntax.Index:
		if d, ok := fn.X.(*syntax.Dot); ok {
			return in.resolveDot(fr, d, fn, c)
		}
	}
	return in.atPlace(fr, c, in.resolve(fr, c.Fn, false))
}

// atPlace gives a range variable or section its place (x).
func (in *Interp) atPlace(fr *frame, c *syntax.Call, p place) place {
	if in.failed {
		return p
	}
	isSec := p.k == valuePlace && p.v.k == secKind
	if p.k != rangePlace && !isSec || len(c.Args) != 1 {
		in.fail(fr, c.Pos(), "%s cannot be called", p.what())
		return place{}
	}
	x := in.num(fr, c.Args[0])
	if in.failed {
		return place{}
	}
	if isSec {
		p.v.pos = x
		return p
	}
	if !(x >= 0 && x <= 1) {
		in.fail(fr, c.Args[0].Pos(), "a place along a section runs from 0 to 1, not %g", x)
	}
	p.x, p.hasX = x, true
	return p
}

// resolveDot finds X.Sel, with indices or arguments or both behind it.
func (in *Interp) resolveDot(fr *frame, d *syntax.Dot, ix *syntax.Index, c *syntax.Call) place {
	v := in.eval(fr, d.X)
	if in.failed {
		return place{}
	}
	switch v.k {
	case secKind:
		return in.ofSection(fr, d, v.sec, ix, c)
	case objKind:
	default:
		in.fail(fr, d.Pos(), "%s has no components", v.describe())
		return place{}
	}
	o := v.o
	if o != nil && v.oref == nil {
		in.retain(o)
		defer in.release(o)
	}
	if o == nil {
		in.fail(fr, d.Pos(), "%q is asked of an objref that refers to no object", d.Sel)
		return place{}
	}
	if o.class.scope == nil {
		return in.ofNative(fr, d, o, ix, c)
	}
	sym := o.class.scope.names[d.Sel]
	if sym == nil || !sym.public && o != fr.this {
		if p, ok := in.aliased(o, d.Sel); ok && ix == nil && c == nil {
			return p
		}
		hint := ""
		if sym != nil {
			hint = "add it to the public names of the template"
		}
		in.failHint(fr, d.Pos(), diag.UnknownName, hint, "%q is no public name of %s", d.Sel, o.class.name)
		return place{}
	}
	subs := in.subs(fr, ix)
	if in.failed {
		return place{}
	}
	if sym.external != nil {
		sym = sym.external
		o = nil
	}
	if sym.kind == funcSym {
		var args []arg
		if c != nil {
			args = in.args(fr, c.Args)
		}
		if in.failed {
			return place{}
		}
		v := in.call(fr, d.Pos(), sym.fn, o, args, nil)
		if v.k == none { // what a procedure of an object comes to
			v = number(0)
		}
		return rvalue(v)
	}
	inside := &frame{unit: fr.unit, scope: fr.scope, data: in.topData}
	if o != nil {
		inside.data = o.data
	}
	if _, v := in.where(inside, sym); v != nil && len(v.dims) > 0 && sym.kind == varSym {
		if at, call := in.bracketed(fr, ix, c); call {
			subs, c = at, nil
		}
		if in.failed {
			return place{}
		}
	}
	p := in.resolveSymbol(inside, d.Pos(), sym, subs, false)
	if c != nil && !in.failed {
		return in.atPlace(fr, c, p)
	}
	return p
}

// ofSection finds section.Sel.
func (in *Interp) ofSection(fr *frame, d *syntax.Dot, sec *tree.Section, ix *syntax.Index, c *syntax.Call) place {
	sym := in.builtin.names[d.Sel]
	subs := in.subs(fr, ix)
	if in.failed {
		return place{}
	}
	p := place{}
	switch {
	case sym == nil:
		in.failHint(fr, d.Pos(), diag.UnknownName, in.notCompiled(), "no range variable %q: is its mechanism there?", d.Sel)
		return p
	case sym.kind == propSym:
		p = place{k: propPlace, sec: sec, prop: sym.prop, name: sym.name}
	case sym.kind == rangeSym:
		p = in.rangeIn(fr, d.Pos(), sec, sym.rng, subs)
	default:
		in.fail(fr, d.Pos(), "%q is no variable of sections", d.Sel)
		return p
	}
	if c != nil && !in.failed {
		return in.atPlace(fr, c, p)
	}
	return p
}

// load reads a place.
func (in *Interp) load(fr *frame, at syntax.Pos, p place) value {
	switch p.k {
	case numPlace:
		in.fetch(fr, at, p.ref, p.num)
		return number(*p.num)
	case strPlace:
		return value{k: strKind, s: *p.str, sref: p.str}
	case objPlace:
		return value{k: objKind, o: *p.obj, oref: p.obj}
	case propPlace:
		switch p.prop {
		case nsegProp:
			return number(float64(p.sec.NSeg()))
		case lengthProp:
			return number(p.sec.LengthAsIs())
		case raProp:
			return number(p.sec.Ra)
		}
		return number(p.sec.Rall)
	case rangePlace:
		if p.rng.random != "" {
			return in.randomAt(fr, at, p, in.nodeOf(p))
		}
		if p.rng.what == diamVar {
			if err := in.Tree.Refresh(p.sec); err != nil {
				in.fail(fr, at, "%v", err)
				return value{}
			}
		}
		if r, ref := in.rangeRef(fr, at, p, in.nodeOf(p)); r != nil {
			in.fetch(fr, at, ref, r)
			return number(*r)
		}
		return value{}
	case pointerPlace:
		if r := p.owner.pointsTo(p.name); r != nil {
			in.fetch(fr, at, in.refs[r], r)
			return number(*r)
		}
		in.fail(fr, at, "the POINTER %s refers to nothing yet", p.name)
		return value{}
	}
	return p.v
}

func (in *Interp) nodeOf(p place) *tree.Node {
	if p.rng.what == voltageVar {
		return in.Tree.At(p.sec, p.x)
	}
	return p.sec.Nodes[p.sec.Node(p.x)]
}

// rangeRef returns where a range variable of a node is kept, and what it is in
// a model that is run.
func (in *Interp) rangeRef(fr *frame, at syntax.Pos, p place, n *tree.Node) (*float64, Ref) {
	switch p.rng.what {
	case diamVar:
		return &n.Diam, Ref{Kind: DiameterRef, Node: n}
	case cmVar:
		return &n.Cm, Ref{Kind: CapacitanceRef, Node: n}
	case voltageVar:
		return &n.V, Ref{Kind: PotentialRef, Node: n}
	case capCurrent:
		return &n.ICap, Ref{Kind: CapCurrentRef, Node: n}
	case membraneCurrent:
		if !in.membrane {
			in.membrane = true
			in.changes++
		}
		return &n.IMem, Ref{Kind: MembraneCurrentRef, Node: n}
	}
	if p.rng.random != "" {
		in.failHint(fr, at, diag.BadValue, "its methods are set_ids, get_ids, set_seq, get_seq and uniform", "%s is no number: it is a RANDOM variable", p.rng.name)
		return nil, Ref{}
	}
	inst := in.inserted(fr, at, p, n)
	if inst == nil {
		return nil, Ref{}
	}
	if p.rng.v.Pointer {
		r := (boundInst{in, inst}).pointsTo(p.rng.v.Name)
		if r == nil {
			in.fail(fr, at, "the POINTER %s refers to nothing yet", p.rng.name)
		}
		return r, in.refs[r]
	}
	k := p.rng.v.First + p.sub
	return &inst.P[k], Ref{Kind: ElementRef, Inst: inst, K: k}
}

// inserted returns the instance in a node that a range variable belongs to.
func (in *Interp) inserted(fr *frame, at syntax.Pos, p place, n *tree.Node) *tree.Inst {
	inst := n.Find(p.rng.mech)
	if inst == nil {
		hint := "insert " + p.rng.mech.Name
		if p.rng.mech.Ion != nil {
			hint = "insert a mechanism that uses this ion"
		}
		in.failHint(fr, at, diag.UnknownName, hint, "%s: the mechanism %s is not inserted in %s", p.rng.name, p.rng.mech.Name, p.sec.Name)
	}
	return inst
}

// numberRef returns the number at a place, for a pointer to it.
func (in *Interp) numberRef(fr *frame, at syntax.Pos, p place) (*float64, bool) {
	switch p.k {
	case numPlace:
		in.named(p.num, p.ref)
		return p.num, true
	case rangePlace:
		r, ref := in.rangeRef(fr, at, p, in.nodeOf(p))
		if r == nil {
			return nil, false
		}
		in.named(r, ref)
		return r, true
	case propPlace:
		of := Ref{Node: p.sec.Nodes[0]}
		switch p.prop {
		case lengthProp:
			of.Kind = LengthRef
			in.named(p.sec.LengthAt(), of)
			return p.sec.LengthAt(), true
		case raProp:
			of.Kind = ResistivityRef
			in.named(&p.sec.Ra, of)
			return &p.sec.Ra, true
		case rallProp:
			return &p.sec.Rall, true
		}
	case pointerPlace:
		if r := p.owner.pointsTo(p.name); r != nil {
			return r, true
		}
	case valuePlace:
		if p.v.k == refKind {
			return p.v.num, true
		}
	}
	in.fail(fr, at, "a pointer to %s is not possible", p.what())
	return nil, false
}
