package nmodl

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/mech"
)

// basic says whether types are made of a word.
func basic(word string) bool { return numWords[word] != "" || word == "void" || word == "auto" }

var qualifiers = map[string]bool{"const": true, "static": true, "register": true, "volatile": true, "extern": true, "inline": true,
	"struct": true, "constexpr": true, "enum": true}

// cWords cannot name a variable.
var cWords = map[string]bool{"if": true, "else": true, "for": true, "while": true, "do": true, "return": true, "break": true,
	"continue": true, "switch": true, "case": true, "default": true, "goto": true, "sizeof": true, "typedef": true, "union": true,
	"enum": true, "new": true, "delete": true}

func init() {
	for w := range numWords {
		cWords[w] = true
	}
	cWords["void"], cWords["auto"] = true, true
	for w := range qualifiers {
		cWords[w] = true
	}
}

// cTypes are the types that the C of a file declares.
type cTypes struct {
	named   map[string]cType         // of typedefs, structures and enums outside of functions
	structs map[string][]cMemberDecl // the members of structures, by the names that cType has for them
	sizes   map[string]int           // how many members they have, with those of the structures in them
	wrong   map[string]cAbort        // those that cannot be read
	open    []string                 // structures whose members are looked at
}

// cMemberDecl is a member of a structure.
type cMemberDecl struct {
	typ cType
	v   cVar
}

// known is the type that a name stands for.
func (c *cparser) known(name string) (cType, bool) {
	if t, ok := c.own[name]; ok {
		return t, true
	}
	if c.types == nil {
		return cType{}, false
	}
	t, ok := c.types.named[name]
	return t, ok
}

// declare notes a type: one of the file, or of the block that is read.
func (c *cparser) declare(name string, t cType) {
	if c.types == nil {
		return
	}
	t.static, t.konst = false, false
	if c.outside {
		c.types.named[name] = t
		return
	}
	if c.own = maps.Clone(c.own); c.own == nil {
		c.own = map[string]cType{}
	}
	c.own[name] = t
}

// isDecl says whether a declaration begins here.
func (c *cparser) isDecl() bool {
	t := c.peek()
	if t.kind != cIdent {
		return false
	}
	if basic(t.text) || qualifiers[t.text] || t.text == "union" {
		return true
	}
	if cWords[t.text] {
		return false
	}
	n := 1
	for c.ahead(n).kind == cPunct && c.ahead(n).text == "*" || n > 1 && c.ahead(n).text == "const" {
		n++
	}
	name := c.ahead(n)
	if name.kind != cIdent || cWords[name.text] {
		return false
	}
	if _, is := c.known(t.text); is || n == 1 {
		return true // a type, or two names in a row
	}
	switch c.ahead(n + 1).text {
	case "=", ";", ",":
		return true
	}
	return false
}

// typ reads the words of a type, without stars.
func (c *cparser) typ() cType {
	var t cType
	for {
		w := c.peek()
		if w.kind == cIdent && (w.text == "struct" || w.text == "union" || w.text == "enum") && t.name == "" {
			c.i++
			made := c.tagged(w)
			made.static, made.konst = t.static, t.konst
			t = made
			continue
		}
		if !t.word(w) {
			break
		}
		c.i++
	}
	if t.name == "" {
		c.unexpected("a type")
	}
	c.settle(&t)
	return t
}

// word takes the next word of a type; false when it is none.
func (t *cType) word(w ctok) bool {
	switch {
	case w.kind != cIdent:
		return false
	case qualifiers[w.text]:
		t.static = t.static || w.text == "static"
		t.konst = t.konst || w.text == "const" || w.text == "constexpr"
	case numWords[w.text] != "" && (t.name == "" || t.basic):
		if t.name != "" {
			t.name += " "
		}
		t.name += w.text
		t.basic = true
	case t.name == "" && (basic(w.text) || !cWords[w.text]):
		t.name = w.text
	default:
		return false
	}
	return true
}

// settle finds what the words of a type mean.
func (c *cparser) settle(t *cType) {
	if t.settled {
		return
	}
	t.settled = true
	if t.basic {
		t.num, t.basic = numType(strings.Fields(t.name))
		return
	}
	if k, ok := c.known(t.name); ok {
		k.static, k.konst = t.static, t.konst
		*t = k
	}
}

// tagged reads what follows struct, union or enum: the name of a type, and
// what it is.
func (c *cparser) tagged(w ctok) cType {
	if w.text == "union" {
		c.fail(w.pos, "a union, whose members share their memory,")
	}
	name := ""
	if w.text == "enum" && !c.accept("class") {
		c.accept("struct")
	}
	if t := c.peek(); t.kind == cIdent && !cWords[t.text] {
		name = c.next().text
	}
	if c.is(":") {
		if c.i++; w.text == "struct" {
			c.fail(w.pos, "a structure of C++ that has another one in it,")
		}
		c.typ()
	}
	if !c.accept("{") {
		if name == "" {
			c.unexpected("the name of a type")
		}
		t := cType{name: name}
		c.settle(&t)
		return t
	}
	if w.text == "enum" {
		t := cType{name: "int", basic: true, num: cInt, settled: true} // as one is computed with
		if name != "" {
			c.declare(name, t)
		}
		c.enumerators()
		return t
	}
	t := cType{name: name, settled: true}
	if name == "" || !c.outside {
		t.name += fmt.Sprintf(" of line %d, column %d", w.pos.Line, w.pos.Col)
	}
	if name != "" {
		c.declare(name, t) // it may hold pointers to its like
	}
	c.deeper()
	members := []cMemberDecl{}
	size := 0
	for !c.accept("}") {
		for _, v := range c.decl().vars {
			m := v.typ
			m.ptr = v.ptr
			members = append(members, cMemberDecl{m, v})
			c.apart(t.name, members[len(members)-1:])
			if size += c.members(m); size > maxMembers {
				c.fail(v.pos, "%s: a structure of more than %d members, with those of the structures in it,", v.name, maxMembers)
			}
		}
	}
	c.depth--
	if c.types != nil {
		c.types.structs[t.name], c.types.sizes[t.name] = members, size
	}
	return t
}

// apart fails at a member that is, or has in it, a structure of the type that it
// is a member of.
func (c *cparser) apart(typ string, members []cMemberDecl) {
	if c.types == nil {
		return
	}
	met := map[string]bool{}
	var holds func(t cType) bool
	holds = func(t cType) bool {
		if t.ptr > 0 || t.number() || met[t.name] {
			return false
		}
		met[t.name] = true
		return t.name == typ || slices.ContainsFunc(c.types.structs[t.name], func(m cMemberDecl) bool { return holds(m.typ) })
	}
	for _, m := range members {
		if holds(m.typ) {
			c.fail(m.v.pos, "%s: a structure cannot hold itself", m.v.name)
		}
	}
}

// maxMembers is how many members a structure may have.
const maxMembers = 10000

// members is how many a member stands for.
func (c *cparser) members(t cType) int {
	if t.ptr > 0 || t.number() || c.types == nil {
		return 1
	}
	return max(1, c.types.sizes[t.name])
}

// enumerators reads the constants of an enum up to its "}".
func (c *cparser) enumerators() {
	var before cExpr
	behind := 0.0
	for !c.accept("}") {
		t := c.next()
		if t.kind != cIdent || cWords[t.text] {
			c.i--
			c.unexpected("the name of a constant")
		}
		var x cExpr = &cLit{behind, cInt, "", t.pos}
		if before != nil {
			x = &cBinary{"+", before, x, t.pos}
		}
		if behind++; c.accept("=") {
			x = c.ternary()
			before, behind = x, 1
		}
		c.consts = append(c.consts, cVar{name: t.text, init: x, pos: t.pos,
			typ: cType{name: "int", basic: true, num: cInt, konst: true, settled: true}})
		if !c.is("}") {
			c.expect(",")
		}
	}
}

// typedef reads what follows the word.
func (c *cparser) typedef() *cDecl {
	d := &cDecl{Pos: c.peek().pos}
	d.typ = c.typ()
	for {
		t := d.typ
		t.ptr += c.stars()
		w := c.next()
		if w.text == "(" {
			c.fail(w.pos, "a pointer to a function")
		}
		if w.kind != cIdent || cWords[w.text] {
			c.i--
			c.unexpected("the name of a type")
		}
		if c.is("(") {
			c.fail(w.pos, "a type of functions")
		}
		t.dims = append(c.subscripts(), t.dims...)
		if c.outside && strings.HasPrefix(t.name, " of line") { // it has no other name
			c.apart(w.text, c.types.structs[t.name])
			c.types.structs[w.text], c.types.sizes[w.text] = c.types.structs[t.name], c.types.sizes[t.name]
			t.name = w.text
		}
		c.declare(w.text, t)
		if c.accept(";") {
			d.consts, c.consts = c.consts, nil
			return d
		}
		c.expect(",")
	}
}

// subscripts reads the dimensions of an array.
func (c *cparser) subscripts() (dims []cExpr) {
	for c.accept("[") {
		var n cExpr
		if !c.is("]") {
			n = c.expr()
		}
		c.expect("]")
		dims = append(dims, n)
	}
	return dims
}

// declaration reads an item outside of blocks that is no function: what it
// declares is noted, and why it cannot be read if it cannot.
func (c *cFile) declaration(item []ctok) {
	p := &cparser{toks: item, types: &c.cTypes, outside: true}
	ok := p.try(func() {
		d := &cDecl{}
		switch {
		case p.accept("typedef"):
			d = p.typedef()
		case p.isDecl():
			d = p.decl()
		}
		for _, v := range slices.Concat(d.consts, d.vars) {
			c.vars[v.name] = &cGlobal{typ: v.typ, v: v, id: -1}
		}
	})
	if ok || p.msg == "" || !structure(item) {
		return
	}
	why := cAbort{p.pos, p.msg}
	depth := 0
	for i, t := range item { // whatever it would have been the name of
		switch t.text {
		case "{", "(", "[":
			depth++
		case "}", ")", "]":
			depth--
		}
		if t.kind == cIdent && !cWords[t.text] && (depth == 0 || depth == 1 && i > 0 && (item[i-1].text == "{" || item[i-1].text == "," || item[i-1].text == "*")) {
			c.wrong[t.text] = why
		}
	}
}

// enumerated makes the constants of the enums of a declaration.
func (b *body) enumerated(list []cVar) {
	for _, v := range list {
		n, ok := b.cExpr(v.init).x.(mech.Num)
		if !ok {
			b.giveUp(v.pos, "%s, which is no constant", v.name)
		}
		val := integer(num(n.V))
		b.scopes[len(b.scopes)-1]["c:"+v.name] = scopeName{v: -1, slot: -1, value: &val}
	}
}

// ofType gives up at what is of a type that is none of numbers: at the type's
// own place if it could not be read.
func (b *body) ofType(t cType, pos diag.Pos, what string) {
	if why, ok := b.l.c.wrong[t.name]; ok {
		b.giveUp(why.pos, "%s", why.msg)
	}
	b.giveUp(pos, "%s of type %s", what, strings.TrimSpace(t.name))
}

// enter gives up at a structure whose size is asked for within itself, as a
// dimension of its members; what it returns ends its being looked at.
func (b *body) enter(typ string, members []cMemberDecl) func() {
	if slices.Contains(b.l.c.open, typ) {
		b.giveUp(members[0].v.pos, "a structure whose size depends on itself")
	}
	b.l.c.open = append(b.l.c.open, typ)
	return func() { b.l.c.open = b.l.c.open[:len(b.l.c.open)-1] }
}

// sizeOfType is the number of bytes of a type; false where rall does not know.
func (b *body) sizeOfType(t cType) (size, align int, ok bool) {
	switch members := b.l.c.structs[t.name]; {
	case t.ptr > 0:
		return 8, 8, true
	case t.number():
		return t.num.size(), t.num.size(), true
	case members != nil:
		defer b.enter(t.name, members)()
		align = 1
		for _, m := range members {
			n, a, ok := b.sizeOfType(m.typ)
			if !ok {
				return 0, 0, false
			}
			if len(m.v.dims) > 0 {
				n *= elements(b.dims(m.v))
			}
			size = (size+a-1)/a*a + n
			align = max(align, a)
		}
		return max(1, (size+align-1)/align*align), align, true
	}
	return 0, 0, false
}
