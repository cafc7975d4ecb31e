package hoc

import (
	"regexp"
	"strings"

	"github.com/rallsim/rall/import/hoc/syntax"
	"github.com/rallsim/rall/import/hoc/tree"
	"github.com/rallsim/rall/ir/diag"
)

// exec executes a statement; in.ctl says how to go on.
func (in *Interp) exec(fr *frame, s syntax.Stmt) {
	if s == nil {
		return
	}
	in.step(fr, s)
	if in.ctl != goOn {
		return
	}
	switch s := s.(type) {
	case *syntax.ExprStmt:
		in.eval(fr, s.X)
	case *syntax.Block:
		in.list(fr, s.Stmts)
	case *syntax.If:
		if in.num(fr, s.Cond) != 0 {
			if !in.failed {
				in.exec(fr, s.Then)
			}
		} else if s.Else != nil && !in.failed {
			in.exec(fr, s.Else)
		}
	case *syntax.While:
		for in.num(fr, s.Cond) != 0 && !in.failed && in.body(fr, s.Body) {
		}
	case *syntax.For:
		if s.Init != nil {
			in.exec(fr, s.Init)
		}
		for !in.failed && in.num(fr, s.Cond) != 0 && !in.failed && in.body(fr, s.Body) {
			if s.Post != nil {
				in.exec(fr, s.Post)
			}
		}
	case *syntax.ForRange:
		in.forRange(fr, s)
	case *syntax.ForIter:
		in.forIter(fr, s)
	case *syntax.ForSeg:
		in.forSeg(fr, s)
	case *syntax.ForAll:
		in.over(fr, in.sectionsHere(fr), s.Body)
	case *syntax.ForSec:
		if list, ok := in.sectionsOf(fr, s.X); ok {
			in.over(fr, list, s.Body)
		}
	case *syntax.IfSec:
		in.ifSec(fr, s)
	case *syntax.Prefix:
		in.prefix(fr, s)
	case *syntax.Insert:
		in.insert(fr, s)
	case *syntax.Create:
		for i := range s.Decls {
			in.create(fr, &s.Decls[i])
		}
	case *syntax.ObjDecl:
		for i := range s.Decls {
			in.declare(fr, &s.Decls[i], objSym)
		}
	case *syntax.StrDecl:
		for i := range s.Decls {
			in.declare(fr, &s.Decls[i], strSym)
		}
	case *syntax.Double:
		for i := range s.Decls {
			in.declare(fr, &s.Decls[i], varSym)
		}
	case *syntax.Connect:
		in.connect(fr, s)
	case *syntax.Access:
		if sec := in.section(fr, s.X); sec != nil {
			if len(in.stack) == 0 {
				in.stack = append(in.stack, nil)
			}
			in.stack[len(in.stack)-1] = sec
		}
	case *syntax.SetPointer:
		in.setPointer(fr, s)
	case *syntax.Ramp:
		in.ramp(fr, s)
	case *syntax.Return:
		in.result = value{}
		if s.X != nil {
			in.result = in.eval(fr, s.X)
		}
		if !in.failed {
			in.ctl = returning
		}
	case *syntax.Jump:
		in.jump(fr, s)
	case *syntax.Print:
		in.printList(fr, s)
	case *syntax.Delete:
		if sym := in.bind(fr, s.Name); sym.kind == varSym {
			sym.kind = undefined
		}
	case *syntax.Func:
		in.define(fr, s)
	case *syntax.Template:
		in.template(fr, s)
	case *syntax.Public:
		in.public(fr, s)
	case *syntax.External:
		in.external(fr, s)
	case *syntax.Unused:
		in.failHint(fr, s.Pos(), diag.Unsupported, "", "%s: systems of equations are not supported", s.What)
	}
}

func (in *Interp) list(fr *frame, list []syntax.Stmt) {
	for _, s := range list {
		in.exec(fr, s)
		if in.ctl != goOn {
			return
		}
	}
}

// body executes the body of a loop; it returns whether to go round again.
func (in *Interp) body(fr *frame, s syntax.Stmt) bool {
	in.exec(fr, s)
	switch in.ctl {
	case goOn:
		return true
	case continueOn:
		in.ctl = goOn
		return true
	case breakOut:
		in.ctl = goOn
	}
	return false
}

func (in *Interp) jump(fr *frame, s *syntax.Jump) {
	switch s.Kind {
	case syntax.Break:
		in.ctl = breakOut
	case syntax.Continue:
		in.ctl = continueOn
	case syntax.Stop:
		in.ctl = stopping
	case syntax.IterBody:
		if fr.body == nil {
			in.fail(fr, s.Pos(), "iterator_statement outside of an iterator")
			return
		}
		at := len(in.stack)
		in.exec(fr.bodyFrame, fr.body)
		in.popTo(at)
		switch in.ctl {
		case continueOn:
			in.ctl = goOn
		case breakOut: // leaves the iterator, and thereby the loop
			in.ctl = returning
			in.result = value{}
		case returning:
			fr.left = true
		}
	}
}

func (in *Interp) forRange(fr *frame, s *syntax.ForRange) {
	from := in.num(fr, s.From)
	to := in.num(fr, s.To) + in.epsilon
	p := in.loopVar(fr, s.Var)
	if p == nil {
		return
	}
	at := len(in.stack)
	for *p = from; *p <= to; *p++ {
		again := in.body(fr, s.Body)
		if in.failed {
			return
		}
		in.popTo(max(at, 1))
		if !again {
			return
		}
	}
}

// loopVar returns the variable of a loop.
func (in *Interp) loopVar(fr *frame, x syntax.Expr) *float64 {
	p := in.resolve(fr, x, true)
	if in.failed {
		return nil
	}
	if p.k != numPlace {
		in.fail(fr, x.Pos(), "a loop needs a variable, not %s", p.what())
		return nil
	}
	return p.num
}

func (in *Interp) forSeg(fr *frame, s *syntax.ForSeg) {
	ends := true
	if s.Ends != nil {
		e := in.num(fr, s.Ends)
		ends = !(e < in.epsilon && e > -in.epsilon)
	}
	p := in.loopVar(fr, s.Var)
	sec := in.current(fr, s.Pos())
	if p == nil || sec == nil {
		return
	}
	n := sec.NSeg()
	dx := 1 / float64(n)
	if ends {
		*p = 0
		if !in.body(fr, s.Body) {
			return
		}
	}
	*p = dx / 2
	for range n {
		if !in.body(fr, s.Body) {
			return
		}
		*p += dx
	}
	if ends {
		*p = 1
		in.body(fr, s.Body)
	}
}

func (in *Interp) forIter(fr *frame, s *syntax.ForIter) {
	call, ok := s.Iter.(*syntax.Call)
	var args []syntax.Expr
	fn := s.Iter
	if ok {
		fn, args = call.Fn, call.Args
	}
	f, ctx := in.iterator(fr, fn)
	if f == nil {
		return
	}
	list := in.args(fr, args)
	if in.failed {
		return
	}
	in.call(fr, s.Pos(), f, ctx, list, s.Body)
}

// iterator finds the iterator that an expression names, and the object that
// it belongs to.
func (in *Interp) iterator(fr *frame, x syntax.Expr) (*function, *Object) {
	var sym *symbol
	obj := fr.this
	switch x := x.(type) {
	case *syntax.Name:
		sym = in.bind(fr, x)
		if sym.external != nil {
			sym, obj = sym.external, nil
		}
	case *syntax.Dot:
		v := in.eval(fr, x.X)
		if v.k != objKind || v.o == nil || v.o.class.scope == nil {
			in.fail(fr, x.Pos(), "%s has no iterators", v.describe())
			return nil, nil
		}
		obj = v.o
		sym = obj.class.scope.names[x.Sel]
	}
	if sym == nil || sym.kind != funcSym || sym.fn.decl.Kind != syntax.Iterator {
		in.fail(fr, x.Pos(), "a loop over something that is no iterator")
		return nil, nil
	}
	return sym.fn, obj
}

// sectionsHere returns the sections that forall goes over: in an object, its
// own.
func (in *Interp) sectionsHere(fr *frame) []*tree.Section {
	in.work(len(in.Tree.Sections()))
	if fr.this != nil {
		return in.Tree.Of(fr.this)
	}
	return append([]*tree.Section(nil), in.Tree.Sections()...)
}

// over executes a statement with each of the sections as the current one.
func (in *Interp) over(fr *frame, list []*tree.Section, body syntax.Stmt) {
	for _, sec := range list {
		if sec.Gone {
			continue
		}
		at := in.push(sec)
		again := in.body(fr, body)
		in.popTo(at)
		if !again {
			return
		}
	}
}

// sectionsOf returns the sections that forsec goes over.
func (in *Interp) sectionsOf(fr *frame, x syntax.Expr) ([]*tree.Section, bool) {
	v := in.eval(fr, x)
	if in.failed {
		return nil, false
	}
	switch {
	case v.k == strKind:
		re := in.pattern(fr, x.Pos(), ".*"+v.s+".*")
		var out []*tree.Section
		for _, s := range in.sectionsHere(fr) {
			if re != nil && re.MatchString(s.Name) {
				out = append(out, s)
			}
		}
		return out, !in.failed
	case v.k == objKind && v.o != nil:
		if l, ok := v.o.native.(*sectionList); ok {
			return l.alive(), true
		}
	}
	in.fail(fr, x.Pos(), "forsec needs a SectionList or the pattern of a name, not %s", v.describe())
	return nil, false
}

// stars are several in a row, which repeat as one does.
var stars = regexp.MustCompile(`(^|[^\\])\*\*+`)

// pattern compiles a pattern of section names: brackets are plain, <a-z>
// stands for [a-z].
func (in *Interp) pattern(fr *frame, at syntax.Pos, s string) *regexp.Regexp {
	s = strings.NewReplacer("[", `\[`, "]", `\]`, "<", "[", ">", "]").Replace(s)
	s = stars.ReplaceAllString(s, "$1*")
	re, err := regexp.Compile("^(?:" + s + ")$")
	if err != nil {
		in.fail(fr, at, "a pattern that makes no sense: %v", err)
		return nil
	}
	return re
}

func (in *Interp) ifSec(fr *frame, s *syntax.IfSec) {
	v := in.eval(fr, s.X)
	sec := in.current(fr, s.Pos())
	if in.failed {
		return
	}
	hit := false
	switch {
	case v.k == strKind:
		re := in.pattern(fr, s.X.Pos(), ".*"+v.s+".*")
		hit = re != nil && re.MatchString(sec.Name)
	case v.k == objKind && v.o != nil:
		l, ok := v.o.native.(*sectionList)
		if !ok {
			in.fail(fr, s.X.Pos(), "ifsec needs a SectionList, not %s", v.describe())
			return
		}
		hit = l.has(sec)
	}
	if hit && !in.failed {
		in.exec(fr, s.Body)
	}
}

// prefix executes a statement in a section; what is no section is a
// statement of its own.
func (in *Interp) prefix(fr *frame, s *syntax.Prefix) {
	v := in.eval(fr, s.X)
	if in.failed {
		return
	}
	if v.k != secKind {
		in.exec(fr, s.Body)
		return
	}
	at := in.push(v.sec)
	in.exec(fr, s.Body)
	in.popTo(at)
}

// section evaluates an expression that must be a section.
func (in *Interp) section(fr *frame, x syntax.Expr) *tree.Section {
	v := in.eval(fr, x)
	if in.failed {
		return nil
	}
	if v.k != secKind {
		in.fail(fr, x.Pos(), "expected a section, found %s", v.describe())
		return nil
	}
	return v.sec
}

func (in *Interp) insert(fr *frame, s *syntax.Insert) {
	sec := in.current(fr, s.Pos())
	if sec == nil {
		return
	}
	m := in.Tree.Mechs.Get(s.Mech)
	if m == nil {
		in.noMechanism(fr, s.Pos(), s.Mech)
		return
	}
	if s.Un {
		if m.Ion == nil {
			in.Tree.Uninsert(sec, m)
		}
		return
	}
	in.work(sec.NSeg() * 8)
	if !in.room(fr, s.Pos(), sec.NSeg()) {
		return
	}
	if err := in.Tree.Insert(sec, m); err != nil {
		in.failHint(fr, s.Pos(), diag.BadMech, "", "%v", err)
	}
}

// noMechanism reports a mechanism that nothing defines.
func (in *Interp) noMechanism(fr *frame, at syntax.Pos, name string) {
	if why := in.o.Mechs.FirstError(name); why != nil {
		in.failHint(fr, at, diag.BadMech, reason(why), "mechanism %q does not compile", name)
		return
	}
	hint := diag.DidYouMean(name, in.Tree.Mechs.Names())
	if hint == "" {
		hint = "give the folder of its .mod file with --mod"
	}
	in.failHint(fr, at, diag.UnknownName, hint, "no mechanism %q: it is neither built in nor in a folder of .mod files", name)
}

func (in *Interp) connect(fr *frame, s *syntax.Connect) {
	child, x := in.sectionAt(fr, s.Child)
	if in.failed {
		return
	}
	if child == nil {
		in.fail(fr, s.Child.Pos(), "connect needs a section and the end to join, as in connect dend(0), soma(1)")
		return
	}
	parent, px := in.sectionAt(fr, s.Parent)
	if in.failed {
		return
	}
	if parent == nil {
		if parent = in.current(fr, s.Pos()); parent == nil {
			return
		}
	}
	if err := in.Tree.Connect(child, x, parent, px); err != nil {
		in.failHint(fr, s.Pos(), diag.BadTree, "", "%v", err)
	}
}

// sectionAt evaluates section(x), or a number; the section is nil then.
func (in *Interp) sectionAt(fr *frame, x syntax.Expr) (*tree.Section, float64) {
	v := in.eval(fr, x)
	if in.failed {
		return nil, 0
	}
	switch v.k {
	case secKind:
		return v.sec, v.pos
	case numKind:
		return nil, v.x
	}
	in.fail(fr, x.Pos(), "expected a section at a place, found %s", v.describe())
	return nil, 0
}

func (in *Interp) ramp(fr *frame, s *syntax.Ramp) {
	a, b := in.num(fr, s.A), in.num(fr, s.B)
	p, q := in.num(fr, s.P), in.num(fr, s.Q)
	t := in.resolve(fr, s.X, false)
	if in.failed {
		return
	}
	if t.k != rangePlace {
		in.fail(fr, s.X.Pos(), "only a range variable can change along a section, not %s", t.what())
		return
	}
	dx := b - a
	if dx < 1e-10 || a < 0 || b > 1 {
		in.fail(fr, s.Pos(), "expected 0 <= x1 < x2 <= 1 in (x1:x2), found (%g:%g)", a, b)
		return
	}
	if t.rng.what == diamVar && in.Tree.Const(nil) {
		return
	}
	sec, n := t.sec, t.sec.NSeg()
	set := func(nd *tree.Node, x float64) bool {
		v, ref := in.rangeRef(fr, s.Pos(), t, nd)
		if v == nil {
			return false
		}
		in.fetch(fr, s.Pos(), ref, v)
		*v = in.combine(fr, s.Pos(), s.Op, *v, x)
		in.tell(fr, s.Pos(), ref, v, *v)
		return !in.failed
	}
	if t.rng.what == voltageVar { // the ends are nodes of their own
		if a == 0 && !set(in.Tree.At(sec, 0), p) || b == 1 && !set(in.Tree.At(sec, 1), q) {
			return
		}
	}
	in.work(n)
	step := 1
	if sec.ChildX != 0 {
		step = -1
	}
	for i := sec.Node(a); i != sec.Node(b)+step; i += step {
		x := (float64(i) + .5) / float64(n)
		if step < 0 {
			x = 1 - x
		}
		th := (x - a) / dx
		if th < -1e-9 || th > 1+1e-9 {
			continue
		}
		if !set(sec.Nodes[i], float64(p*(1-th))+float64(q*th)) {
			return
		}
	}
	if t.rng.what == diamVar {
		in.Tree.DiamChanged(sec)
	}
}

// component says whether an expression is a component of an object: HOC
// prints such strings with a blank behind them.
func component(x syntax.Expr) bool {
	switch x := x.(type) {
	case *syntax.Dot:
		return true
	case *syntax.Index:
		return component(x.X)
	case *syntax.Call:
		return component(x.Fn)
	}
	return false
}

func (in *Interp) printList(fr *frame, s *syntax.Print) {
	for _, a := range s.Args {
		v := in.eval(fr, a)
		if in.failed {
			return
		}
		switch v.k {
		case numKind:
			in.print(formatG(v.x, 8) + " ")
		case strKind:
			in.print(v.s)
			if component(a) {
				in.print(" ")
			}
		case objKind:
			in.print(v.o.Name() + " ")
		default:
			in.fail(fr, a.Pos(), "%s cannot be printed", v.describe())
			return
		}
	}
	in.print("\n")
}
