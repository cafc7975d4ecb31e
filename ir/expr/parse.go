package expr

import (
	"math"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rallsim/rall/ir/diag"
)

type nodeOp uint8

const (
	opNum  nodeOp = iota
	opName        // name
	opNeg
	opNot
	opAdd
	opSub
	opMul
	opDiv
	opFloorDiv
	opMod
	opPow
	opCompare // args[0] cmps[0] args[1] cmps[1] args[2] …
	opAnd
	opOr
	opCond // args: then, condition, else
	opCall // fn
	opDraw // dist
	opList
)

type cmpOp uint8

const (
	cmpLT cmpOp = iota
	cmpLE
	cmpGT
	cmpGE
	cmpEQ
	cmpNE
)

type node struct {
	op   nodeOp
	pos  int // byte offset in the source
	num  float64
	name string
	fn   fn
	dist Dist
	cmps []cmpOp
	args []*node
}

// maxDepth bounds nesting: deeper text is no formula, and the parser recurses.
const maxDepth = 100

// maxLen bounds the text of one expression.
const maxLen = 10000

type tokKind uint8

const (
	tokEnd tokKind = iota
	tokNum
	tokName
	tokOp
)

type token struct {
	kind tokKind
	pos  int
	text string
	num  float64
}

type parser struct {
	src    string
	pos    diag.Pos
	diags  *diag.List
	at     int // next byte
	tok    token
	depth  int
	calls  int // calls around the token
	failed bool
	listOK bool // the whole text may be a list
}

func (p *parser) parse() *node {
	if len(p.src) > maxLen {
		p.fail(0, "", "a string function of more than %d characters", maxLen)
		return nil
	}
	if strings.TrimSpace(p.src) == "" {
		p.fail(0, "", "an empty string where a number or a string function is expected")
		return nil
	}
	p.next()
	var n *node
	if p.listOK && p.isOp("[") {
		n = p.list()
	} else {
		n = p.expression()
	}
	if !p.failed && p.tok.kind != tokEnd {
		p.unexpected()
	}
	if p.failed {
		return nil
	}
	return n
}

// fail reports the first error at byte offset off and stops the parse.
func (p *parser) fail(off int, hint, format string, args ...any) *node {
	p.failAs(diag.Syntax, off, hint, format, args...)
	return nil
}

func (p *parser) failAs(code diag.Code, off int, hint, format string, args ...any) {
	if p.failed {
		return
	}
	p.failed = true
	var l diag.List
	l.ErrorHint(code, p.pos, hint, format, args...)
	d := l.All()[0]
	if p.src != "" && off <= len(p.src) {
		d.Msg += " at character " + strconv.Itoa(utf8.RuneCountInString(p.src[:off])+1) + " of " + strconv.Quote(clip(p.src))
	}
	p.diags.Add(d)
	p.tok = token{kind: tokEnd, pos: len(p.src)}
	p.at = len(p.src)
}

func (p *parser) unexpected() *node {
	t := p.tok
	switch t.text {
	case "=":
		return p.fail(t.pos, "compare with ==", "unexpected %q", "=")
	case "^", "&", "|", "~", "<<", ">>":
		hint := ""
		if t.text == "^" {
			hint = "a power is written **"
		}
		return p.fail(t.pos, hint, "the bitwise operator %q is not part of string functions", t.text)
	case ".":
		return p.fail(t.pos, "", "attribute access is not part of string functions")
	case "[":
		return p.fail(t.pos, "", "subscripts are not part of string functions")
	case "lambda", "import", "for", "in", "is", "await", "yield":
		return p.fail(t.pos, "", "%q is not part of string functions", t.text)
	}
	if t.kind == tokEnd {
		return p.fail(t.pos, "", "the expression ends too early")
	}
	return p.fail(t.pos, "", "unexpected %q", t.text)
}

func isNameStart(r rune) bool { return r == '_' || unicode.IsLetter(r) }
func isNameRune(r rune) bool  { return isNameStart(r) || unicode.IsDigit(r) }

func (p *parser) next() {
	for p.at < len(p.src) && strings.IndexByte(" \t\r\n", p.src[p.at]) >= 0 {
		p.at++
	}
	start := p.at
	if p.at >= len(p.src) {
		p.tok = token{kind: tokEnd, pos: start}
		return
	}
	c := p.src[p.at]
	r, size := utf8.DecodeRuneInString(p.src[p.at:])
	switch {
	case c >= '0' && c <= '9', c == '.' && p.at+1 < len(p.src) && p.src[p.at+1] >= '0' && p.src[p.at+1] <= '9':
		p.number()
	case isNameStart(r):
		for p.at < len(p.src) {
			r, size := utf8.DecodeRuneInString(p.src[p.at:])
			if !isNameRune(r) {
				break
			}
			p.at += size
		}
		p.tok = token{kind: tokName, pos: start, text: p.src[start:p.at]}
	case c == '"' || c == '\'':
		p.fail(start, "", "text is not part of string functions")
	case c == '#':
		p.fail(start, "", "comments are not part of string functions")
	default:
		two := ""
		if p.at+2 <= len(p.src) {
			two = p.src[p.at : p.at+2]
		}
		switch two {
		case "**", "//", "<=", ">=", "==", "!=", "<<", ">>", ":=":
			p.at += 2
		default:
			if r == utf8.RuneError || unicode.IsControl(r) || r > 127 {
				p.fail(start, "", "the character %q is not part of string functions", r)
				return
			}
			p.at += size
		}
		p.tok = token{kind: tokOp, pos: start, text: p.src[start:p.at]}
	}
}

func (p *parser) number() {
	start := p.at
	digits := func(set string) {
		for p.at < len(p.src) && (strings.IndexByte(set, p.src[p.at]) >= 0 || p.src[p.at] == '_') {
			p.at++
		}
	}
	const dec = "0123456789"
	if p.src[p.at] == '0' && p.at+1 < len(p.src) && strings.IndexByte("xXoObB", p.src[p.at+1]) >= 0 {
		p.at += 2
		digits("0123456789abcdefABCDEF")
		n, err := strconv.ParseUint(p.src[start:p.at], 0, 64)
		if err != nil {
			p.fail(start, "", "%q is not a number", p.src[start:p.at])
			return
		}
		p.tok = token{kind: tokNum, pos: start, text: p.src[start:p.at], num: float64(n)}
		return
	}
	digits(dec)
	if p.at < len(p.src) && p.src[p.at] == '.' {
		p.at++
		digits(dec)
	}
	if p.at < len(p.src) && (p.src[p.at] == 'e' || p.src[p.at] == 'E') {
		back := p.at
		p.at++
		if p.at < len(p.src) && (p.src[p.at] == '+' || p.src[p.at] == '-') {
			p.at++
		}
		if p.at < len(p.src) && p.src[p.at] >= '0' && p.src[p.at] <= '9' {
			digits(dec)
		} else {
			p.at = back
		}
	}
	text := p.src[start:p.at]
	x, err := strconv.ParseFloat(strings.ReplaceAll(text, "_", ""), 64)
	if err != nil && !math.IsInf(x, 0) || strings.HasSuffix(text, "_") || strings.Contains(text, "__") {
		p.fail(start, "", "%q is not a number", text)
		return
	}
	if r, _ := utf8.DecodeRuneInString(p.src[p.at:]); p.at < len(p.src) && isNameStart(r) {
		end := p.at
		for end < len(p.src) {
			r, size := utf8.DecodeRuneInString(p.src[end:])
			if !isNameRune(r) {
				break
			}
			end += size
		}
		p.fail(start, "a multiplication is written with *", "%q is not a number", p.src[start:end])
		return
	}
	p.tok = token{kind: tokNum, pos: start, text: text, num: x}
}

func (p *parser) isOp(s string) bool   { return p.tok.kind == tokOp && p.tok.text == s }
func (p *parser) isName(s string) bool { return p.tok.kind == tokName && p.tok.text == s }

func (p *parser) enter() bool {
	p.depth++
	if p.depth > maxDepth {
		p.fail(p.tok.pos, "", "more than %d levels of nesting", maxDepth)
		return false
	}
	return true
}

func (p *parser) leave() { p.depth-- }

// expression parses  or_test ['if' or_test 'else' expression].
func (p *parser) expression() *node {
	if !p.enter() {
		return nil
	}
	defer p.leave()
	then := p.or()
	if p.failed || !p.isName("if") {
		return then
	}
	pos := p.tok.pos
	p.next()
	cond := p.or()
	if p.failed {
		return nil
	}
	if !p.isName("else") {
		return p.fail(p.tok.pos, "write: a if condition else b", "the else of a conditional is missing")
	}
	p.next()
	other := p.expression()
	if p.failed {
		return nil
	}
	return &node{op: opCond, pos: pos, args: []*node{then, cond, other}}
}

func (p *parser) or() *node {
	n := p.and()
	for !p.failed && p.isName("or") {
		pos := p.tok.pos
		p.next()
		n = &node{op: opOr, pos: pos, args: []*node{n, p.and()}}
	}
	return n
}

func (p *parser) and() *node {
	n := p.not()
	for !p.failed && p.isName("and") {
		pos := p.tok.pos
		p.next()
		n = &node{op: opAnd, pos: pos, args: []*node{n, p.not()}}
	}
	return n
}

func (p *parser) not() *node {
	if p.isName("not") {
		if !p.enter() {
			return nil
		}
		defer p.leave()
		pos := p.tok.pos
		p.next()
		return &node{op: opNot, pos: pos, args: []*node{p.not()}}
	}
	return p.comparison()
}

var cmpOps = map[string]cmpOp{"<": cmpLT, "<=": cmpLE, ">": cmpGT, ">=": cmpGE, "==": cmpEQ, "!=": cmpNE}

func (p *parser) comparison() *node {
	n := p.sum()
	if p.failed || p.tok.kind != tokOp {
		return n
	}
	c, ok := cmpOps[p.tok.text]
	if !ok {
		return n
	}
	cmp := &node{op: opCompare, pos: p.tok.pos, args: []*node{n}}
	for ok && !p.failed {
		cmp.cmps = append(cmp.cmps, c)
		p.next()
		cmp.args = append(cmp.args, p.sum())
		c, ok = cmpOps[p.tok.text]
		ok = ok && p.tok.kind == tokOp
	}
	return cmp
}

func (p *parser) sum() *node {
	n := p.product()
	for !p.failed && (p.isOp("+") || p.isOp("-")) {
		op := opAdd
		if p.tok.text == "-" {
			op = opSub
		}
		pos := p.tok.pos
		p.next()
		n = &node{op: op, pos: pos, args: []*node{n, p.product()}}
	}
	return n
}

var productOps = map[string]nodeOp{"*": opMul, "/": opDiv, "//": opFloorDiv, "%": opMod}

func (p *parser) product() *node {
	n := p.factor()
	for !p.failed && p.tok.kind == tokOp {
		op, ok := productOps[p.tok.text]
		if !ok {
			break
		}
		pos := p.tok.pos
		p.next()
		n = &node{op: op, pos: pos, args: []*node{n, p.factor()}}
	}
	return n
}

func (p *parser) factor() *node {
	if p.isOp("+") || p.isOp("-") {
		if !p.enter() {
			return nil
		}
		defer p.leave()
		neg, pos := p.tok.text == "-", p.tok.pos
		p.next()
		n := p.factor()
		if neg && !p.failed {
			n = &node{op: opNeg, pos: pos, args: []*node{n}}
		}
		return n
	}
	return p.power()
}

// power parses  atom ['**' factor]: right associative, and tighter than a
// minus on its left but not than one on its right.
func (p *parser) power() *node {
	n := p.atom()
	if p.failed || !p.isOp("**") {
		return n
	}
	pos := p.tok.pos
	if !p.enter() {
		return nil
	}
	defer p.leave()
	p.next()
	return &node{op: opPow, pos: pos, args: []*node{n, p.factor()}}
}

var keywords = map[string]bool{"if": true, "else": true, "and": true, "or": true, "not": true, "in": true, "is": true,
	"lambda": true, "for": true, "import": true, "await": true, "yield": true, "def": true, "class": true, "return": true}

func (p *parser) atom() *node {
	t := p.tok
	switch {
	case p.failed:
		return nil
	case t.kind == tokNum:
		p.next()
		return &node{op: opNum, pos: t.pos, num: t.num}
	case p.isOp("("):
		p.next()
		n := p.expression()
		return p.close(n, ")", t.pos)
	case p.isOp("["):
		return p.fail(t.pos, "", "a list is only possible as the argument of mean, max, min and sum")
	case t.kind == tokName && !keywords[t.text]:
		return p.named()
	}
	return p.unexpected()
}

func (p *parser) close(n *node, with string, open int) *node {
	if p.failed {
		return nil
	}
	if !p.isOp(with) {
		if p.tok.kind == tokEnd {
			return p.fail(open, "", "this bracket is never closed:")
		}
		return p.unexpected()
	}
	p.next()
	if p.isOp("(") {
		return p.fail(p.tok.pos, "a multiplication is written with *", "only functions can be called")
	}
	if p.isOp("[") || p.isOp(".") {
		return p.unexpected()
	}
	return n
}

// list parses "[a, b, …]".
func (p *parser) list() *node {
	open := p.tok
	n := &node{op: opList, pos: open.pos}
	p.next()
	for !p.failed && !p.isOp("]") {
		n.args = append(n.args, p.expression())
		if p.failed || !p.isOp(",") {
			break
		}
		p.next()
	}
	n2 := p.close(n, "]", open.pos)
	if n2 != nil && len(n2.args) == 0 {
		return p.fail(open.pos, "", "an empty list")
	}
	return n2
}

func (p *parser) named() *node {
	t := p.tok
	p.next()
	name := t.text
	if p.isOp(".") {
		// NetPyNE itself turns uniform(…) into rand.uniform(…); people who have seen that write it.
		if name != "rand" {
			hint := ""
			if name == "np" || name == "numpy" || name == "math" {
				hint = "write the function's name alone"
			}
			return p.fail(p.tok.pos, hint, "attribute access is not part of string functions")
		}
		p.next()
		t = p.tok
		name = t.text
		if t.kind != tokName {
			return p.unexpected()
		}
		if _, ok := distByName(name); !ok {
			p.failAs(diag.UnknownName, t.pos, suggest(name, distNames[:]), "unknown random variate %q", name)
			return nil
		}
		p.next()
		if !p.isOp("(") {
			return p.fail(p.tok.pos, "", "%s needs its arguments in brackets", name)
		}
	}
	if p.isOp("(") {
		return p.call(name, t.pos)
	}
	if p.isOp("[") || p.isOp(".") {
		return p.unexpected()
	}
	if p.isOp("=") && p.calls == 0 || p.isOp(":=") {
		return p.fail(p.tok.pos, "compare with ==", "assignments are not part of string functions")
	}
	switch name {
	case "True":
		return &node{op: opNum, pos: t.pos, num: 1}
	case "False":
		return &node{op: opNum, pos: t.pos}
	case "pi":
		return &node{op: opNum, pos: t.pos, num: math.Pi}
	case "inf":
		return &node{op: opNum, pos: t.pos, num: math.Inf(1)}
	case "None":
		return p.fail(t.pos, "", "None is not a number")
	}
	if _, ok := distByName(name); ok || fnByName(name) != nil {
		return p.fail(t.pos, "", "%s needs its arguments in brackets", name)
	}
	return &node{op: opName, pos: t.pos, name: name}
}

func (p *parser) call(name string, pos int) *node {
	open := p.tok.pos
	dist, isDist := distByName(name)
	f := fnByName(name)
	if !isDist && f == nil {
		if why, ok := refused[name]; ok {
			p.failAs(diag.UnknownName, pos, "", "the function %q is not allowed: %s", name, why)
			return nil
		}
		p.failAs(diag.UnknownName, pos, suggest(name, callable()), "unknown function %q", name)
		return nil
	}
	p.next()
	p.calls++
	defer func() { p.calls-- }()
	var args []*node
	for !p.failed && !p.isOp(")") {
		if p.isOp("*") || p.isOp("**") {
			return p.unexpected()
		}
		if p.isOp("[") && f != nil && f.list {
			args = append(args, p.list())
		} else {
			args = append(args, p.expression())
		}
		if p.isOp("=") {
			return p.fail(p.tok.pos, "give arguments by place", "named arguments are not part of string functions")
		}
		if p.failed || !p.isOp(",") {
			break
		}
		p.next()
	}
	n := &node{op: opCall, pos: pos, name: name, args: args}
	if isDist {
		n.op, n.dist = opDraw, dist
	} else {
		n.fn = f.fn
	}
	if p.close(n, ")", open) == nil {
		return nil
	}
	if isDist {
		if len(args) != dist.Args() {
			return p.fail(pos, "", "%s takes %d argument(s), not %d", name, dist.Args(), len(args))
		}
		return n
	}
	if f.list && len(args) == 1 && args[0].op == opList {
		n.args = args[0].args
		return n
	}
	for _, a := range args {
		if a.op == opList {
			return p.fail(a.pos, "", "a list is only possible as the only argument")
		}
	}
	if len(args) < f.min || len(args) > f.max || f.max == 0 {
		switch {
		case f.max == 0:
			return p.fail(pos, "write "+name+"([a, b])", "%s takes a list", name)
		case f.list:
			return p.fail(pos, "", "%s takes two or more arguments or a list, not %d", name, len(args))
		case f.max > f.min:
			return p.fail(pos, "", "%s takes %d to %d arguments, not %d", name, f.min, f.max, len(args))
		}
		return p.fail(pos, "", "%s takes %d argument(s), not %d", name, f.min, len(args))
	}
	return n
}

func suggest(name string, among []string) string {
	if h := diag.DidYouMean(name, among); h != "" {
		return h
	}
	return "the functions are " + strings.Join(among, ", ")
}
