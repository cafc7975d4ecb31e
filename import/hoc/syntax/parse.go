package syntax

import (
	"bytes"
	"fmt"

	"github.com/rallsim/rall/ir/diag"
)

// maxDepth bounds how deep statements and expressions may nest.
const maxDepth = 400

// maxErrors is how many errors are listed before reading stops.
const maxErrors = 20

// Parse reads the text of a file. It returns nil when list got an error.
func Parse(name string, text []byte, list *diag.List) *File {
	return read(name, text, 0, 1, false, list)
}

// ParseOne reads the first statement of a text from an offset on, which is in the
// given line. The File has no statement when there is none any more.
func ParseOne(name string, text []byte, from, line int, list *diag.List) *File {
	return read(name, text, from, line, true, list)
}

func read(name string, text []byte, from, line int, one bool, list *diag.List) *File {
	f := &File{Name: name, Text: text}
	p := &parser{scan: scanner{src: text, at: from, line: int32(line), bol: 1 + bytes.LastIndexByte(text[:from], '\n')}, file: f, list: list, words: map[string]bool{}}
	p.advance()
	p.ahead = p.scan.next()
	for p.tok.kind != tEOF && p.errors < maxErrors {
		if p.tok.kind == tNewline {
			p.advance()
			continue
		}
		f.Stmts = p.appendStmt(f.Stmts, true)
		if p.failed {
			p.recover()
		}
		for len(f.Ends) < len(f.Stmts) {
			f.Ends = append(f.Ends, p.tok.end)
		}
		if one && len(f.Stmts) > 0 {
			break
		}
	}
	if p.errors > 0 {
		return nil
	}
	if at := p.scan.open; at.Line > 0 && p.tok.kind == tEOF {
		list.Warnf(diag.OddValue, diag.Pos{File: name, Line: int(at.Line), Col: int(at.Col)}, "a comment that does not end: all that follows it is left out, as in NEURON")
	}
	return f
}

type parser struct {
	scan   scanner
	tok    token
	ahead  token // the token after tok
	begun  bool
	file   *File
	list   *diag.List
	depth  int
	failed bool // since the last recovery
	errors int

	locals    map[string]int // of the procedure around; nil outside
	templates int            // how many are open
	inside    *Template      // the innermost
	within    *Func          // the procedure around; nil outside
	words     map[string]bool
	open      int // braces that are open
}

func (p *parser) advance() {
	if !p.begun {
		p.begun = true
		p.tok = p.scan.next()
		return
	}
	switch {
	case p.isOp("{"):
		p.open++
	case p.isOp("}"):
		p.open--
	case p.tok.kind == tName && p.inside == nil && !p.words[p.tok.text]:
		p.words[p.tok.text] = true
		p.file.Words = append(p.file.Words, Word{p.tok.text, len(p.file.Stmts)})
	}
	p.tok = p.ahead
	p.ahead = p.scan.next()
}

// fail reports the first error since the last recovery.
func (p *parser) fail(at Pos, hint, format string, args ...any) {
	if p.failed {
		return
	}
	p.failed = true
	p.errors++
	p.list.Add(diag.Diag{Severity: diag.Error, Code: diag.Syntax, Pos: diag.Pos{File: p.file.Name, Line: int(at.Line), Col: int(at.Col)},
		Msg: fmt.Sprintf(format, args...), Hint: hint, Source: Line(p.file.Text, int(at.Line))})
}

// Line returns a line of a text, counted from 1, cut to a length that can be
// printed.
func Line(text []byte, n int) string {
	for ; n > 1; n-- {
		_, rest, ok := bytes.Cut(text, []byte{'\n'})
		if !ok {
			return ""
		}
		text = rest
	}
	line, _, _ := bytes.Cut(text, []byte{'\n'})
	if len(line) > 200 {
		line = line[:200]
	}
	return string(line)
}

func (p *parser) describe() string {
	switch t := p.tok; t.kind {
	case tEOF:
		return "the end of the text"
	case tNewline:
		return "the end of the line"
	case tNum:
		return "a number"
	case tStr:
		return "a string"
	case tArg:
		return "an argument"
	default:
		return fmt.Sprintf("%q", t.text)
	}
}

// wrong reports the current token.
func (p *parser) wrong(want string) {
	if p.tok.kind == tBad {
		p.fail(p.tok.pos, "", "%s", p.tok.text)
		return
	}
	p.fail(p.tok.pos, "", "expected %s, found %s", want, p.describe())
}

// recover skips to the line after the statement that failed; a brace that is
// open by then is closed.
func (p *parser) recover() {
	p.failed, p.locals, p.depth = false, nil, 0
	for p.templates > 0 && p.tok.kind != tEOF { // what is left of a template means nothing by itself
		if p.isKeyword("endtemplate") {
			p.templates--
		}
		p.advance()
	}
	p.templates = 0
	for p.tok.kind != tEOF && (p.tok.kind != tNewline || p.open > 0) {
		p.advance()
	}
	p.open = 0
}

func (p *parser) isOp(s string) bool      { return p.tok.kind == tOp && p.tok.text == s }
func (p *parser) isKeyword(s string) bool { return p.tok.kind == tKeyword && p.tok.text == s }

func (p *parser) takeOp(s string) bool {
	if p.isOp(s) {
		p.advance()
		return true
	}
	return false
}

func (p *parser) wantOp(s string) {
	if !p.takeOp(s) {
		p.wrong(fmt.Sprintf("%q", s))
	}
}

func (p *parser) newlines() {
	for p.tok.kind == tNewline {
		p.advance()
	}
}

// anyName takes a name.
func (p *parser) anyName(what string) string {
	if p.tok.kind != tName {
		p.wrong(what)
		return ""
	}
	s := p.tok.text
	p.advance()
	return s
}

func (p *parser) enter() bool {
	p.depth++
	if p.depth > maxDepth {
		p.fail(p.tok.pos, "", "nested more than %d deep", maxDepth)
	}
	return !p.failed
}

// block parses { … } after the brace, up to its end.
func (p *parser) block() []Stmt {
	var out []Stmt
	for !p.failed {
		p.newlines()
		if p.takeOp("}") {
			return out
		}
		if p.tok.kind == tEOF {
			p.wrong("}")
			return out
		}
		out = p.appendStmt(out, false)
	}
	return out
}

// appendStmt parses one statement more. At the top level, and in a template,
// the line must end behind it.
func (p *parser) appendStmt(list []Stmt, top bool) []Stmt {
	s := p.stmt(top)
	if top && !p.failed && p.tok.kind != tNewline && p.tok.kind != tEOF {
		if p.tok.kind == tBad {
			p.wrong("")
		}
		p.fail(p.tok.pos, "outside of braces, a line has one statement", "expected the end of the line, found %s", p.describe())
	}
	if s != nil && !p.failed {
		list = append(list, s)
	}
	return list
}

// stmt parses a statement; it returns nil for one that means nothing.
func (p *parser) stmt(top bool) Stmt {
	defer func(d int) { p.depth = d }(p.depth)
	if !p.enter() {
		return nil
	}
	at := At(p.tok.pos)
	switch {
	case p.isOp("{"):
		p.advance()
		return &Block{at, p.block()}
	case p.tok.kind == tKeyword:
		return p.keyword(at, top)
	case p.tok.kind == tEOF, p.tok.kind == tNewline:
		p.wrong("a statement")
		return nil
	}
	x := p.expr()
	if p.failed {
		return nil
	}
	if c, ok := x.(*Call); ok && len(c.Args) == 1 {
		if r, ok := c.Args[0].(*span); ok {
			return p.ramp(at, c, r)
		}
	}
	if prefixable(x) && p.beginsStmt() {
		return &Prefix{at, x, p.stmt(false)}
	}
	return &ExprStmt{at, x}
}

// prefixable says whether x can name a section for the statement after it.
func prefixable(x Expr) bool {
	switch x := x.(type) {
	case *Name, *Dot:
		return true
	case *Arg:
		return x.Kind == ObjArg
	case *Index:
		return prefixable(x.X)
	case *Call:
		_, dotted := x.Fn.(*Dot)
		return dotted
	}
	return false
}

func (p *parser) beginsStmt() bool {
	switch p.tok.kind {
	case tName, tArg, tStr:
		return true
	case tKeyword:
		switch p.tok.text {
		case "else", "endtemplate", "begintemplate", "proc", "func", "obfunc", "iterator":
			return false
		}
		return true
	}
	return p.isOp("{")
}

// span is a:b between the parentheses of a ramp; it does not leave the parser.
type span struct {
	At
	a, b Expr
}

func (p *parser) ramp(at At, c *Call, r *span) Stmt {
	op, ok := p.assignOp()
	if !ok {
		p.wrong("= and two values with a colon between them")
		return nil
	}
	y := p.expr()
	p.wantOp(":")
	z := p.expr()
	return &Ramp{at, c.Fn, r.a, r.b, y, z, op}
}

// keyword parses a statement that begins with a keyword.
func (p *parser) keyword(at At, top bool) Stmt {
	word := p.tok.text
	p.advance()
	switch word {
	case "if":
		return p.ifStmt(at)
	case "while":
		p.wantOp("(")
		c := p.expr()
		p.wantOp(")")
		return &While{at, c, p.body()}
	case "for":
		return p.forStmt(at)
	case "forall":
		return &ForAll{at, p.body()}
	case "forsec", "ifsec":
		x := p.postfix()
		if word == "ifsec" {
			return &IfSec{at, x, p.body()}
		}
		return &ForSec{at, x, p.body()}
	case "insert", "uninsert":
		return &Insert{at, p.anyName("the name of a mechanism"), word == "uninsert"}
	case "create":
		return &Create{at, p.decls("the name of a section", true)}
	case "objref", "objectvar":
		return &ObjDecl{at, p.decls("a name", true)}
	case "strdef":
		return &StrDecl{at, p.decls("a name", false)}
	case "double":
		return &Double{at, p.decls("a name", true)}
	case "connect":
		c := p.postfix()
		p.wantOp(",")
		return &Connect{at, c, p.expr()}
	case "access":
		return &Access{at, p.postfix()}
	case "setpointer":
		l := p.postfix()
		p.wantOp(",")
		return &SetPointer{at, l, p.expr()}
	case "return":
		r := &Return{At: at}
		if !p.endOfStmt() {
			r.X = p.expr()
		}
		return r
	case "break":
		return &Jump{at, Break}
	case "continue":
		return &Jump{at, Continue}
	case "stop":
		return &Jump{at, Stop}
	case "iterator_statement":
		return &Jump{at, IterBody}
	case "print":
		return &Print{at, p.list1()}
	case "delete":
		n := p.name(p.tok)
		p.anyName("a name")
		return &Delete{at, n}
	case "help", "debug":
		for p.tok.kind != tNewline && p.tok.kind != tEOF {
			p.advance()
		}
		return nil
	case "eqn", "depvar":
		for p.tok.kind != tNewline && p.tok.kind != tEOF {
			p.advance()
		}
		return &Unused{at, word}
	}
	if !top {
		p.fail(Pos(at), "", "%s is not allowed inside another statement", word)
		return nil
	}
	switch word {
	case "proc":
		return p.function(at, Proc)
	case "func":
		return p.function(at, NumFunc)
	case "obfunc":
		return p.function(at, ObjFunc)
	case "iterator":
		return p.function(at, Iterator)
	case "begintemplate":
		return p.template(at)
	case "public":
		return &Public{at, p.names()}
	case "external":
		return &External{at, p.names()}
	}
	p.fail(Pos(at), "", "%s does not belong here", word)
	return nil
}

// endOfStmt says whether nothing more of a statement can follow.
func (p *parser) endOfStmt() bool {
	if p.tok.kind == tKeyword {
		return p.tok.text != "new"
	}
	return p.tok.kind == tNewline || p.tok.kind == tEOF || p.isOp("}")
}

// body is the statement that another one governs.
func (p *parser) body() Stmt { return p.stmt(false) }

func (p *parser) ifStmt(at At) Stmt {
	p.wantOp("(")
	c := p.expr()
	p.wantOp(")")
	s := &If{At: at, Cond: c, Then: p.body()}
	if p.isKeyword("else") {
		p.advance()
		s.Else = p.body()
	}
	return s
}

func (p *parser) forStmt(at At) Stmt {
	if p.takeOp("(") {
		if p.tok.kind == tName && p.ahead.kind == tOp && (p.ahead.text == ")" || p.ahead.text == ",") {
			s := &ForSeg{At: at, Var: p.name(p.tok)}
			p.advance()
			if p.takeOp(",") {
				s.Ends = p.expr()
			}
			p.wantOp(")")
			s.Body = p.body()
			return s
		}
		s := &For{At: at}
		if !p.isOp(";") {
			s.Init = p.stmt(false)
		}
		p.wantOp(";")
		s.Cond = p.expr()
		p.wantOp(";")
		if !p.isOp(")") {
			s.Post = p.stmt(false)
		}
		p.wantOp(")")
		s.Body = p.body()
		return s
	}
	x := p.operand()
	switch x.(type) {
	case *Call, *Dot:
		return &ForIter{at, x, p.body()}
	}
	if a, ok := x.(*Assign); ok && a.Op == Set {
		p.wantOp(",")
		to := p.expr()
		return &ForRange{at, a.L, a.R, to, p.body()}
	}
	if !p.failed {
		p.fail(Pos(at), "write for i = 0, 9, for (i = 0; i < 10; i += 1), for (x) or for an iterator", "this is no loop")
	}
	return nil
}

func (p *parser) names() []string {
	out := []string{p.anyName("a name")}
	for p.takeOp(",") {
		out = append(out, p.anyName("a name"))
	}
	return out
}

func (p *parser) decls(what string, dims bool) []Decl {
	var out []Decl
	for {
		d := Decl{At: At(p.tok.pos)}
		d.Ident = p.anyName(what)
		for dims && p.takeOp("[") {
			d.Dims = append(d.Dims, p.expr())
			p.wantOp("]")
		}
		out = append(out, d)
		if p.failed || !p.takeOp(",") {
			return out
		}
	}
}

func (p *parser) function(at At, kind FuncKind) Stmt {
	f := &Func{At: at, Kind: kind, Name: p.anyName("the name of a " + kind.String())}
	p.wantOp("(")
	p.wantOp(")")
	p.wantOp("{")
	p.locals, p.within = map[string]int{}, f
	defer func() { p.locals, p.within = nil, nil }()
	p.newlines()
	declare := func(word string) {
		if !p.isKeyword(word) {
			return
		}
		p.advance()
		for {
			n := p.anyName("a name")
			if _, twice := p.locals[n]; twice {
				p.fail(p.tok.pos, "", "%q is a local already", n)
			}
			p.locals[n] = len(f.Locals)
			f.Locals = append(f.Locals, n)
			if p.failed || !p.takeOp(",") {
				break
			}
		}
		p.newlines()
	}
	declare("local")
	f.NumVars = len(f.Locals)
	declare("localobj")
	f.Body = p.block()
	return f
}

func (p *parser) template(at At) Stmt {
	t := &Template{At: at, Name: p.anyName("the name of a template")}
	p.templates++
	defer func(outer *Template) { p.inside = outer }(p.inside)
	p.inside = t
	if p.tok.kind != tNewline && !p.failed {
		p.wrong("the end of the line")
	}
	for !p.failed {
		p.newlines()
		if p.isKeyword("endtemplate") {
			p.templates--
			p.advance()
			end := p.tok.pos
			if n := p.anyName("the name of the template"); n != t.Name {
				p.fail(end, "", "the template that ends here is %s, not %s", t.Name, n)
			}
			return t
		}
		if p.tok.kind == tEOF {
			p.wrong("endtemplate " + t.Name)
			return nil
		}
		t.Body = p.appendStmt(t.Body, true)
	}
	return nil
}
