package nmodl

import (
	"fmt"
	"strings"

	"github.com/rallsim/rall/ir/diag"
)

// cparser reads statements of C with those of NMODL among them: a brace that
// one VERBATIM opens may be closed by the next.
type cparser struct {
	toks  []ctok
	i     int
	depth int
	msg   string // what was wrong, and where
	pos   diag.Pos

	types   *cTypes          // of the file; nil in what is no program
	own     map[string]cType // of the block that is read
	outside bool             // of blocks: the types are the file's
	consts  []cVar           // of the enums of the declaration that is read
}

// try runs f and says whether it read what it wanted.
func (c *cparser) try(f func()) (ok bool) {
	defer func() {
		if r := recover(); r != nil {
			if _, is := r.(bail); !is {
				panic(r)
			}
			ok = false
		}
	}()
	f()
	return true
}

func (c *cparser) fail(pos diag.Pos, format string, args ...any) {
	c.msg, c.pos = fmt.Sprintf(format, args...), pos
	panic(bail{})
}

func (c *cparser) unexpected(want string) {
	t := c.peek()
	got := fmt.Sprintf("%q", t.text)
	switch t.kind {
	case cEnd:
		got = "the end of the C"
	case cWrong:
		got = t.text
	case cNMODL:
		got = "a statement of NMODL"
	}
	c.fail(t.pos, "%s is wanted, not %s", want, got)
}

func (c *cparser) deeper() {
	if c.depth++; c.depth > maxDepth {
		c.fail(c.peek().pos, "nested deeper than %d", maxDepth)
	}
}

func (c *cparser) peek() ctok { return c.ahead(0) }
func (c *cparser) next() ctok { t := c.peek(); c.i++; return t }
func (c *cparser) is(s string) bool {
	t := c.peek()
	return (t.kind == cPunct || t.kind == cIdent) && t.text == s
}

func (c *cparser) ahead(n int) ctok {
	if c.i+n < len(c.toks) {
		return c.toks[c.i+n]
	}
	t := ctok{}
	if len(c.toks) > 0 {
		t.pos = c.toks[len(c.toks)-1].pos
	}
	return t
}

func (c *cparser) accept(s string) bool {
	if c.is(s) {
		c.i++
		return true
	}
	return false
}

func (c *cparser) expect(s string) {
	if !c.accept(s) {
		c.unexpected(fmt.Sprintf("%q", s))
	}
}

func (c *cparser) stars() int {
	n := 0
	for c.is("*") || c.is("const") || c.is("&") {
		if !c.is("const") {
			n++
		}
		c.i++
	}
	return n
}

// decl reads a declaration up to its ";".
func (c *cparser) decl() *cDecl {
	d := &cDecl{Pos: c.peek().pos}
	d.typ = c.typ()
	if c.accept(";") {
		d.consts, c.consts = c.consts, nil
		return d
	}
	for {
		v := cVar{typ: d.typ, ptr: d.typ.ptr + c.stars(), pos: c.peek().pos}
		t := c.next()
		if t.kind != cIdent || cWords[t.text] {
			c.i--
			c.unexpected("the name of a variable")
		}
		v.name = t.text
		if c.is("(") { // a prototype
			c.skipGroup()
			v.name = ""
		}
		v.dims = append(c.subscripts(), d.typ.dims...)
		if c.accept("=") {
			if c.accept("{") {
				v.list = c.values(0)
			} else {
				v.init = c.assign()
			}
		}
		if v.name != "" {
			d.vars = append(d.vars, v)
		}
		if c.accept(";") {
			d.consts, c.consts = c.consts, nil
			return d
		}
		c.expect(",")
	}
}

// values reads first values up to their "}".
func (c *cparser) values(depth int) []cExpr {
	list := []cExpr{}
	for !c.accept("}") {
		if pos := c.peek().pos; depth < maxDims && c.accept("{") {
			list = append(list, &cList{c.values(depth + 1), pos})
		} else {
			list = append(list, c.assign())
		}
		if !c.is("}") {
			c.expect(",")
		}
	}
	return list
}

// skipGroup steps over a bracketed group.
func (c *cparser) skipGroup() {
	depth := 0
	for {
		t := c.next()
		if t.kind == cEnd {
			c.unexpected("a closing bracket")
		}
		if t.kind != cPunct {
			continue
		}
		switch t.text {
		case "(", "[", "{":
			depth++
		case ")", "]", "}":
			if depth--; depth == 0 {
				return
			}
		}
	}
}

// list reads statements up to the end, or up to the "}" that closes them.
func (c *cparser) list(closed bool) []Stmt {
	c.deeper()
	own := c.own
	defer func() { c.depth--; c.own = own }()
	var out []Stmt
	for {
		if closed && c.accept("}") {
			return out
		}
		if c.peek().kind == cEnd {
			if closed {
				c.unexpected(`"}"`)
			}
			return out
		}
		out = append(out, c.stmt()...)
	}
}

// arm reads the statement that an if or a loop governs.
func (c *cparser) arm() []Stmt {
	if c.accept("{") {
		return c.list(true)
	}
	c.deeper()
	defer func() { c.depth-- }()
	return c.stmt()
}

func (c *cparser) stmt() []Stmt {
	t := c.peek()
	one := func(s Stmt) []Stmt { return []Stmt{s} }
	if t.kind == cNMODL {
		c.i++
		return one(t.stmt)
	}
	if t.kind == cWrong {
		c.unexpected("C")
	}
	switch t.text {
	case "{":
		c.i++
		return one(&cBlock{c.list(true), t.pos})
	case ";":
		c.i++
		return nil
	}
	if t.kind == cIdent {
		switch t.text {
		case "if":
			c.i++
			c.expect("(")
			s := &cIf{cond: c.expr(), Pos: t.pos}
			c.expect(")")
			s.then = c.arm()
			if c.accept("else") {
				s.alts = c.arm()
			}
			return one(s)
		case "while":
			c.i++
			c.expect("(")
			s := &cLoop{cond: c.expr(), Pos: t.pos}
			c.expect(")")
			s.body = c.arm()
			return one(s)
		case "do":
			c.i++
			s := &cLoop{after: true, body: c.arm(), Pos: t.pos}
			c.expect("while")
			c.expect("(")
			s.cond = c.expr()
			c.expect(")")
			c.expect(";")
			return one(s)
		case "for":
			return one(c.forLoop())
		case "return":
			c.i++
			s := &cJump{kind: jumpReturn, Pos: t.pos}
			if !c.is(";") {
				s.x = c.expr()
			}
			c.expect(";")
			return one(s)
		case "break", "continue":
			c.i++
			c.expect(";")
			k := jumpBreak
			if t.text == "continue" {
				k = jumpContinue
			}
			return one(&cJump{kind: k, Pos: t.pos})
		case "switch":
			return one(c.switchOver())
		case "case", "default":
			c.fail(t.pos, "%s, which does not stand right between the braces of a switch,", t.text)
		case "goto":
			c.i++
			label := c.next()
			if label.kind != cIdent || cWords[label.text] {
				c.i--
				c.unexpected("the name of a label")
			}
			c.expect(";")
			return one(&cJump{kind: jumpGoto, label: label.text, Pos: t.pos})
		case "typedef":
			c.i++
			return one(c.typedef())
		case "asm":
			c.fail(t.pos, "asm is beyond the C that rall reads")
		}
		if !cWords[t.text] && c.ahead(1).kind == cPunct && c.ahead(1).text == ":" {
			c.i += 2
			return one(&cLabel{name: t.text, Pos: t.pos})
		}
		if c.isDecl() {
			return one(c.decl())
		}
	}
	s := &cDo{x: c.expr(), Pos: t.pos}
	c.expect(";")
	return one(s)
}

// switchOver reads a switch.
func (c *cparser) switchOver() Stmt {
	s := &cSwitch{Pos: c.next().pos}
	c.deeper()
	defer func() { c.depth-- }()
	c.expect("(")
	s.x = c.expr()
	c.expect(")")
	c.expect("{")
	labels := false
	for !c.accept("}") {
		t := c.peek()
		if t.kind != cIdent || t.text != "case" && t.text != "default" {
			if len(s.parts) == 0 {
				c.unexpected("case")
			}
			part := &s.parts[len(s.parts)-1]
			part.body = append(part.body, c.stmt()...)
			labels = false
			continue
		}
		c.i++
		if !labels {
			s.parts = append(s.parts, cCase{pos: t.pos})
		}
		labels = true
		part := &s.parts[len(s.parts)-1]
		if t.text == "case" {
			part.vals = append(part.vals, c.ternary())
		} else {
			part.rest = true
		}
		c.expect(":")
	}
	return s
}

func (c *cparser) forLoop() Stmt {
	s := &cLoop{Pos: c.next().pos}
	c.expect("(")
	switch {
	case c.accept(";"):
	case c.isDecl():
		s.init = c.decl()
	default:
		s.init = &cDo{x: c.expr(), Pos: c.peek().pos}
		c.expect(";")
	}
	if !c.is(";") {
		s.cond = c.expr()
	}
	c.expect(";")
	if !c.is(")") {
		s.post = c.expr()
	}
	c.expect(")")
	s.body = c.arm()
	return s
}

// expr reads an expression, commas included.
func (c *cparser) expr() cExpr {
	x := c.assign()
	for n := 0; c.is(","); n++ {
		pos := c.next().pos
		x = &cComma{x, c.assign(), pos}
		if n > maxDepth {
			c.fail(pos, "nested deeper than %d", maxDepth)
		}
	}
	return x
}

func (c *cparser) assign() cExpr {
	c.deeper()
	defer func() { c.depth-- }()
	x := c.ternary()
	t := c.peek()
	if t.kind != cPunct {
		return x
	}
	switch t.text {
	case "=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>=":
		c.i++
		return &cAssign{strings.TrimSuffix(t.text, "="), x, c.assign(), t.pos}
	}
	return x
}

func (c *cparser) ternary() cExpr {
	x := c.binary(1)
	if t := c.peek(); c.accept("?") {
		y := c.assign()
		c.expect(":")
		return &cCond{x, y, c.assign(), t.pos}
	}
	return x
}

var cLevel = map[string]int{"||": 1, "&&": 2, "|": 3, "^": 4, "&": 5, "==": 6, "!=": 6, "<": 7, "<=": 7, ">": 7, ">=": 7,
	"<<": 8, ">>": 8, "+": 9, "-": 9, "*": 10, "/": 10, "%": 10}

func (c *cparser) binary(least int) cExpr {
	depth := c.depth
	c.deeper()
	x := c.unary()
	for {
		t := c.peek()
		level := cLevel[t.text]
		if t.kind != cPunct || level == 0 || level < least {
			break
		}
		c.i++
		x = &cBinary{t.text, x, c.binary(level + 1), t.pos}
		c.deeper()
	}
	c.depth = depth
	return x
}

func (c *cparser) unary() cExpr {
	c.deeper()
	defer func() { c.depth-- }()
	t := c.peek()
	if t.kind == cPunct {
		switch t.text {
		case "-", "+", "!", "~", "*", "&":
			c.i++
			return &cUnary{t.text, c.unary(), t.pos}
		case "++", "--":
			c.i++
			return &cStep{c.unary(), stepOf(t.text), false, t.pos}
		case "(":
			if typ, n := c.castAhead(); n > 0 {
				c.i += n
				return &cCast{typ, c.unary(), t.pos}
			}
		}
	}
	if t.kind == cIdent && t.text == "sizeof" {
		c.i++
		s := &cSizeof{Pos: t.pos}
		if typ, n := c.castAhead(); n > 0 && c.is("(") {
			c.i += n
			s.typ = &typ
			return s
		}
		group, depth := c.i, c.depth
		if !c.try(func() { s.x = c.unary() }) { // a type that is not plain C
			c.i, c.depth, s.x = group, depth, nil
			c.skipGroup()
		}
		return s
	}
	if t.kind == cIdent && (t.text == "static_cast" || t.text == "reinterpret_cast" || t.text == "const_cast") && c.ahead(1).text == "<" {
		c.i += 2
		typ := c.typ()
		typ.ptr = c.stars()
		c.expect(">")
		c.expect("(")
		x := c.expr()
		c.expect(")")
		return c.postfix(&cCast{typ, x, t.pos})
	}
	return c.postfix(c.primary())
}

// literal is the type of a number as it is written.
func (t ctok) literal() cKind {
	text := strings.ToLower(t.text)
	hex := strings.HasPrefix(text, "0x")
	switch {
	case !t.int && strings.HasSuffix(text, "f"):
		return cFloat
	case !t.int:
		return cDouble
	case strings.HasPrefix(text, "'"):
		return cChar
	}
	word := strings.TrimLeft(strings.TrimPrefix(text, "0x"), "0123456789")
	if hex {
		word = strings.TrimLeft(strings.TrimPrefix(text, "0x"), "0123456789abcdef")
	}
	octal := len(text) > 1 && text[0] == '0'
	unsigned, long := strings.Contains(word, "u"), strings.Contains(word, "l")
	switch {
	case long && unsigned, unsigned && t.v >= two32, t.v < 0: // one of 64 bits that has no sign
		return cUlong
	case long:
		return cLong
	case unsigned:
		return cUint
	case t.v < two32/2:
		return cInt
	case (hex || octal) && t.v < two32:
		return cUint
	}
	return cLong
}

func stepOf(op string) float64 {
	if op == "--" {
		return -1
	}
	return 1
}

// castAhead says whether "(type)" comes next, and how many tokens it takes.
func (c *cparser) castAhead() (cType, int) {
	var t cType
	n := 1
	for t.word(c.ahead(n)) {
		n++
	}
	if c.ahead(n).kind == cIdent && c.ahead(n).text != "const" {
		return t, 0
	}
	c.settle(&t)
	first := c.ahead(1).text
	if _, is := c.known(first); is {
		first = "const"
	}
	for ; c.ahead(n).text == "*" || c.ahead(n).text == "const"; n++ {
		if c.ahead(n).text == "*" {
			t.ptr++
		}
	}
	if t.name == "" || c.ahead(n).text != ")" || c.ahead(n).kind != cPunct {
		return t, 0
	}
	if !basic(first) && !qualifiers[first] && t.ptr == 0 {
		return t, 0 // a variable in parentheses
	}
	return t, n + 1
}

func (c *cparser) primary() cExpr {
	t := c.next()
	switch {
	case t.kind == cNum:
		return &cLit{t.v, t.literal(), t.text, t.pos}
	case t.kind == cText:
		s := t.text
		for c.peek().kind == cText {
			s += c.next().text
		}
		return &cStr{s, t.pos}
	case t.kind == cPunct && t.text == "(":
		x := c.expr()
		c.expect(")")
		return x
	case t.kind == cIdent && t.text == "_ppvar":
		c.datum()
		return &cName{t.text, t.pos}
	case t.kind == cIdent && !cWords[t.text]:
		for c.is("::") && c.ahead(1).kind == cIdent { // std::exp
			c.i++
			t.text = c.next().text
		}
		if c.accept("(") {
			call := &cCall{name: t.text, Pos: t.pos}
			for !c.accept(")") {
				if len(call.args) > 0 {
					c.expect(",")
				}
				call.args = append(call.args, c.assign())
			}
			return call
		}
		return &cName{t.text, t.pos}
	}
	c.i--
	if t.text == "new" || t.text == "delete" {
		c.fail(t.pos, "%s, which makes or ends objects of C++", t.text)
	}
	c.unexpected("an expression")
	return nil
}

// datum steps over what follows _ppvar: [1].get<T*>() or [1]._pvoid.
func (c *cparser) datum() {
	if c.is("[") {
		c.skipGroup()
	}
	for c.accept(".") {
		c.i++
		if c.accept("<") {
			for c.peek().kind != cEnd && !c.accept(">") {
				c.i++
			}
		}
		if c.is("(") {
			c.skipGroup()
		}
	}
}

func (c *cparser) postfix(x cExpr) cExpr {
	for n := 0; ; n++ {
		t := c.peek()
		if t.kind != cPunct || n > maxDepth {
			return x
		}
		switch t.text {
		case "[":
			c.i++
			x = &cIndex{x, c.expr(), t.pos}
			c.expect("]")
		case "++", "--":
			c.i++
			x = &cStep{x, stepOf(t.text), true, t.pos}
		case ".", "->":
			c.i++
			m := c.next()
			if m.kind != cIdent {
				c.i--
				c.unexpected("the name of a member")
			}
			if c.is("(") {
				c.fail(t.pos, "a call of the member %s of a structure", m.text)
			}
			x = &cMember{x, m.text, t.pos}
		default:
			return x
		}
	}
}
