package hoc

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/rallsim/rall/import/hoc/syntax"
	"github.com/rallsim/rall/import/hoc/tree"
	"github.com/rallsim/rall/ir/diag"
)

// args evaluates arguments.
func (in *Interp) args(fr *frame, list []syntax.Expr) []arg {
	out := make([]arg, 0, len(list))
	for _, x := range list {
		if addr, ok := x.(*syntax.AddrOf); ok { // with what lies behind it
			p := in.resolve(fr, addr.X, false)
			if in.failed {
				return nil
			}
			r, ok := in.numberRef(fr, addr.X.Pos(), p)
			if !ok {
				return nil
			}
			out = append(out, arg{k: refKind, num: r, sec: p.sec, rest: p.rest})
			continue
		}
		v := in.eval(fr, x)
		if in.failed {
			return nil
		}
		a, ok := asArg(v)
		if !ok {
			in.fail(fr, x.Pos(), "%s is no argument", v.describe())
			return nil
		}
		if v.k == objKind && v.oref == nil {
			a.own = true
			in.retain(v.o)
		}
		out = append(out, a)
	}
	return out
}

func asArg(v value) (arg, bool) {
	a := arg{k: v.k, x: v.x, num: v.num, str: v.sref, obj: v.oref, sec: v.sec}
	switch v.k {
	case strKind:
		if a.str == nil {
			s := v.s
			a.str = &s
		}
	case objKind:
		if a.obj == nil {
			o := v.o
			a.obj = &o
		}
	case numKind, refKind:
	default:
		return a, false
	}
	return a, true
}

// call executes a procedure of the program; body is what an iterator runs.
func (in *Interp) call(fr *frame, at syntax.Pos, f *function, obj *Object, args []arg, body syntax.Stmt) value {
	if in.calls >= maxCalls {
		in.failHint(fr, at, diag.BadValue, "a procedure that calls itself for ever?", "calls nest more than %d deep", maxCalls)
		return value{}
	}
	d := f.decl
	inner := &frame{unit: f.unit, scope: in.top, data: in.topData, args: args, decl: d, caller: fr, from: at, body: body, bodyFrame: fr}
	if obj != nil {
		inner.this, inner.scope, inner.data = obj, obj.class.scope, obj.data
	}
	if n := len(d.Locals); n > 0 {
		inner.vars = make([]float64, d.NumVars)
		inner.objs = make([]*Object, n-d.NumVars)
	}
	in.calls++
	in.steps += 8 // the time of so many statements
	depth := len(in.stack)
	in.result = value{}
	in.retain(obj)
	in.list(inner, d.Body)
	in.calls--
	in.drop(inner.objs)
	in.done(args)
	in.release(obj)
	v := in.result
	in.result = value{}
	if in.ctl == returning || in.ctl == breakOut || in.ctl == continueOn {
		in.popTo(max(depth, 1))
		in.ctl = goOn
		if inner.left { // the body of the loop returned from the procedure around it
			in.ctl, in.result = returning, v
			return value{}
		}
	}
	if in.failed {
		return value{}
	}
	switch d.Kind {
	case syntax.NumFunc:
		if v.k == none {
			v = number(0)
		}
		if v.k != numKind {
			in.fail(fr, at, "func %s returned %s", d.Name, v.describe())
		}
	case syntax.ObjFunc:
		if v.k == none {
			v = object(nil)
		}
		if v.k != objKind {
			in.fail(fr, at, "obfunc %s returned %s", d.Name, v.describe())
		}
		v.oref = nil
	default:
		v = value{}
	}
	return v
}

// newObject executes new Class(Args).
func (in *Interp) newObject(fr *frame, n *syntax.New) value {
	c := in.class(fr, n.Class)
	if c == nil {
		in.noClass(fr, n)
		return value{}
	}
	args := in.args(fr, n.Args)
	if in.failed {
		return value{}
	}
	return object(in.make(fr, n.Pos(), c, args))
}

// noClass reports a class that nothing defines.
func (in *Interp) noClass(fr *frame, n *syntax.New) {
	if why := in.o.Mechs.FirstError(n.Class); why != nil {
		in.failHint(fr, n.Pos(), diag.BadMech, reason(why), "mechanism %q does not compile", n.Class)
		return
	}
	var all []string
	for name := range in.classes {
		all = append(all, name)
	}
	slices.Sort(all)
	hint := diag.DidYouMean(n.Class, all)
	if hint == "" {
		hint = "a template is loaded with load_file, a point process comes with --mod"
	}
	in.failHint(fr, n.Pos(), diag.UnknownName, hint, "no template or class %q", n.Class)
}

// class finds a class by name: in a frame's scope, at the top level, ours.
func (in *Interp) class(fr *frame, name string) *class {
	for _, sc := range []*scope{fr.scope, in.top} {
		if s := sc.names[name]; s != nil {
			if s.external != nil {
				s = s.external
			}
			if s.kind == classSym {
				return s.class
			}
		}
	}
	if c := in.native(name); c != nil {
		return c
	}
	return in.fromLibrary(name)
}

// make makes an object.
func (in *Interp) make(fr *frame, at syntax.Pos, c *class, args []arg) *Object {
	if !in.room(fr, at, 8) {
		return nil
	}
	in.born++
	o := &Object{class: c, index: c.next, born: in.born}
	c.next++
	c.count++
	in.doomed(o)
	if c.scope == nil {
		c.objects = append(c.objects, o)
		in.retain(o)
		o.native = c.create(&call{in: in, fr: fr, pos: at, name: c.name, args: args, o: o})
		in.done(args)
		in.release(o)
		return o
	}
	o.data = &data{}
	if len(c.objects) == 0 {
		c.first = fr.pos(at)
	}
	c.objects = append(c.objects, o)
	for _, s := range c.scope.order {
		if s.external != nil {
			continue
		}
		cl := o.data.cell(s)
		cl.dims = s.dims
		n := product(s.dims)
		if !in.room(fr, at, n) {
			return nil
		}
		switch s.kind {
		case varSym:
			cl.nums = make([]float64, n)
		case objSym:
			cl.objs = make([]*Object, n)
			if s.name == "this" {
				cl.objs[0] = o
			}
		case secSym:
			in.sections(fr, at, o, s, cl)
		}
		if in.failed {
			return nil
		}
	}
	if init := c.scope.names["init"]; init != nil && init.kind == funcSym {
		in.call(fr, at, init.fn, o, args, nil)
	} else {
		in.done(args)
	}
	return o
}

// sections creates the sections of a symbol, after deleting those it has.
func (in *Interp) sections(fr *frame, at syntax.Pos, owner *Object, s *symbol, c *cell) {
	for _, sec := range c.secs {
		if sec != nil {
			in.Tree.Delete(sec)
		}
	}
	n := product(c.dims)
	if !in.room(fr, at, perSection*n) {
		return
	}
	in.cells -= perSection * n // as long as they are there, they count
	in.work(n*16 + len(in.Tree.Sections()))
	prefix := ""
	var who any
	if owner != nil {
		prefix, who = owner.Name()+".", owner
	}
	c.secs = make([]*tree.Section, n)
	for i := range c.secs {
		name := prefix + s.name + subscripts(c.dims, i)
		c.secs[i] = in.Tree.Create(who, s.name, i, name, fr.pos(at))
		if len(in.stack) == 0 {
			in.stack = append(in.stack, nil)
		}
	}
}

// subscripts prints the indices of element i of an array.
func subscripts(dims []int, i int) string {
	out := ""
	for k := len(dims) - 1; k >= 0; k-- {
		out = fmt.Sprintf("[%d]", i%dims[k]) + out
		i /= dims[k]
	}
	return out
}

// define gives a name a procedure.
func (in *Interp) define(fr *frame, s *syntax.Func) {
	sym := in.declared(fr, s.Pos(), s.Name, funcSym)
	if sym == nil {
		return
	}
	sym.kind = funcSym
	sym.fn = &function{decl: s, unit: fr.unit}
}

// declared returns the symbol of a name that becomes something.
func (in *Interp) declared(fr *frame, at syntax.Pos, name string, k symKind) *symbol {
	s := fr.scope.names[name]
	if s == nil {
		if b := in.builtin.names[name]; b != nil && fr.scope == in.top && !b.standard {
			in.fail(fr, at, "%s is %s; its name cannot be given to something else", name, b.kind)
			return nil
		}
		s = fr.scope.add(name)
	}
	if s.external != nil {
		s = s.external
	}
	if s.kind != undefined && s.kind != k && !s.standard {
		in.failHint(fr, at, diag.Duplicate, "", "%s is %s already", name, s.kind)
		return nil
	}
	if s.standard {
		s.standard, s.num, s.own = false, nil, nil
	}
	return s
}

// dims evaluates the dimensions of a declaration.
func (in *Interp) dims(fr *frame, d *syntax.Decl) []int {
	var out []int
	total := 1
	for _, x := range d.Dims {
		n := in.index(in.num(fr, x))
		if in.failed {
			return nil
		}
		if n < 1 || n > in.o.Cells/total {
			in.fail(fr, x.Pos(), "%s[%d]: expected a size of 1 or more, within the limits", d.Ident, n)
			return nil
		}
		total *= n
		out = append(out, n)
	}
	return out
}

// declare executes objref, strdef and double.
func (in *Interp) declare(fr *frame, d *syntax.Decl, k symKind) {
	dims := in.dims(fr, d)
	sym := in.declared(fr, d.Pos(), d.Ident, k)
	if in.failed || sym == nil {
		return
	}
	sym.kind = k
	sym, c := in.where(fr, sym)
	if fr.this == nil {
		sym.dims = dims
	}
	c.dims = dims
	if !in.room(fr, d.Pos(), product(dims)) {
		return
	}
	switch k {
	case varSym:
		c.nums = make([]float64, product(dims))
	case objSym:
		if d.Ident != "this" {
			in.drop(c.objs)
		}
		c.objs = make([]*Object, product(dims))
		if d.Ident == "this" && fr.this != nil {
			c.objs[0] = fr.this
		}
	case strSym:
		c.strs = ""
	}
}

// create executes create.
func (in *Interp) create(fr *frame, d *syntax.Decl) {
	dims := in.dims(fr, d)
	sym := in.declared(fr, d.Pos(), d.Ident, secSym)
	if in.failed || sym == nil {
		return
	}
	if sym.kind == undefined && fr.this != nil {
		in.failHint(fr, d.Pos(), diag.BadValue, "add create "+d.Ident+"[1] to the template, outside of its procedures", "the section %s is created for the first time inside a procedure of a template", d.Ident)
		return
	}
	sym.kind = secSym
	if fr.scope != in.top && fr.this == nil { // in a template's own text: objects will have them, and the text has some until it ends
		sym.dims = dims
		c := fr.data.cell(sym)
		in.dropSections(c)
		c.dims = dims
		in.sections(fr, d.Pos(), nil, sym, c)
		return
	}
	owner := fr.this
	sym2, c := in.where(fr, sym)
	if c == nil || fr.data == in.topData {
		owner = nil
	}
	if owner == nil {
		sym2.dims = dims
	}
	in.dropSections(c)
	c.dims = dims
	in.sections(fr, d.Pos(), owner, sym2, c)
}

// dropSections deletes the sections of a variable.
func (in *Interp) dropSections(c *cell) {
	for _, sec := range c.secs {
		if sec != nil {
			in.Tree.Delete(sec)
		}
	}
	c.secs = nil
}

// template executes the declaration of a class.
func (in *Interp) template(fr *frame, t *syntax.Template) {
	if old := fr.scope.names[t.Name]; old != nil && old.kind == classSym && !old.standard {
		in.failHint(fr, t.Pos(), diag.Duplicate, "", "the template %s is there already; a template cannot be redefined", t.Name)
		return
	}
	sym := in.declared(fr, t.Pos(), t.Name, classSym)
	if sym == nil {
		return
	}
	c := &class{name: t.Name}
	c.scope = newScope(c)
	sym.kind, sym.class = classSym, c
	inside := &frame{unit: fr.unit, scope: c.scope, data: &data{}, decl: nil}
	in.list(inside, t.Body)
	for _, c := range inside.data.cells {
		in.dropSections(c)
	}
	in.assigned(inside, t.Assigned)
}

// assigned notes which names statements that have been read would assign to.
func (in *Interp) assigned(fr *frame, names []syntax.Assigned) {
	for _, a := range names {
		s := fr.scope.names[a.Name]
		switch {
		case s == nil && in.builtin.names[a.Name] != nil:
			continue
		case s == nil:
			s = fr.scope.add(a.Name)
		case s.external != nil:
			s = s.external
		}
		s.assigned = true
	}
}

func (in *Interp) public(fr *frame, s *syntax.Public) {
	if fr.scope == in.top {
		in.fail(fr, s.Pos(), "public outside of a template")
		return
	}
	for _, n := range s.Names {
		sym := fr.scope.names[n]
		if sym == nil {
			sym = fr.scope.add(n)
		}
		sym.public = true
	}
}

func (in *Interp) external(fr *frame, s *syntax.External) {
	if fr.scope == in.top {
		in.fail(fr, s.Pos(), "external outside of a template")
		return
	}
	for _, n := range s.Names {
		top := in.top.names[n]
		if top == nil {
			if in.builtin.names[n] != nil || in.classes[n] != nil {
				continue // seen anyway
			}
			in.failHint(fr, s.Pos(), diag.UnknownName, "it has to be declared before the template", "external %s: the top level has no such name", n)
			return
		}
		sym := fr.scope.names[n]
		if sym == nil {
			sym = fr.scope.add(n)
		}
		sym.external = top
	}
}

// iterate calls a procedure of the program by name, if there is one: what
// NEURON's library calls when the program has redefined it.
func (in *Interp) callTop(fr *frame, at syntax.Pos, name string, args ...arg) value {
	s := in.top.names[name]
	if s == nil {
		return value{}
	}
	switch s.kind {
	case funcSym:
		return in.call(fr, at, s.fn, nil, args, nil)
	case ownSym:
		return s.own.fn(&call{in: in, fr: fr, pos: at, name: name, args: args})
	}
	return value{}
}

// executeBefore executes the lines of a text before the one that does not parse, as NEURON
// does, which takes a text line by line.
func (in *Interp) executeBefore(fr *frame, at syntax.Pos, src string, line int, obj *Object, braces bool) {
	lines := strings.SplitAfter(src, "\n")
	if line < 2 || line > len(lines) {
		return
	}
	before := strings.Join(lines[:line-1], "")
	if braces {
		before = strings.TrimPrefix(before, "{")
	}
	if syntax.Parse("", []byte(before), &diag.List{}) != nil {
		in.execute(fr, at, before, obj, braces)
	}
}

// defines is how a text begins that defines a procedure, which stands in no braces.
var defines = regexp.MustCompile(`^\s*(proc|func|obfunc|iterator)\b`)

// execute runs a text at the top level or in an object.
func (in *Interp) execute(fr *frame, at syntax.Pos, src string, obj *Object, braces bool) bool {
	known := in.top.slots
	defer func() { in.cells += 32 * (in.top.slots - known) }()
	in.work(512 + len(src))
	if in.calls >= maxCalls {
		in.failHint(fr, at, diag.BadValue, "a text that executes itself for ever?", "calls nest more than %d deep", maxCalls)
		return false
	}
	if rest, ok := strings.CutPrefix(src, "~"); ok {
		src = rest
		braces = false
	} else if defines.MatchString(src) {
		braces = false
	} else if braces {
		src = "{" + src + "}"
	}
	where := fr.pos(at)
	var found diag.List
	f := syntax.Parse(where.File, []byte(src), &found)
	if f == nil {
		d := found.All()[0]
		in.executeBefore(fr, at, src, d.Pos.Line, obj, braces)
		if in.failed || in.ctl != goOn {
			return false
		}
		in.failAs(fr, at, diag.Syntax, "", "the text %q does not parse: %s (column %d)", short(src, 200), d.Msg, d.Pos.Col)
		return false
	}
	u := &unit{file: f, syms: make([]*symbol, f.Names), within: &where, braced: braces}
	inner := in.topFrame(u)
	if obj != nil {
		if obj.class.scope == nil {
			in.fail(fr, at, "a text cannot be executed in %s", obj.Name())
			return false
		}
		inner.this, inner.scope, inner.data = obj, obj.class.scope, obj.data
	}
	in.calls++
	depth := len(in.stack)
	in.assigned(inner, f.Assigned)
	for _, w := range f.Words {
		in.words[w.Name] = in.words[w.Name] || obj == nil
	}
	in.topLevel(inner, f.Stmts)
	in.stopped()
	in.popTo(max(depth, 1))
	in.calls--
	return !in.failed
}
