package nmodl

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/rallsim/rall/ir/diag"
)

// Opener finds the file that an INCLUDE names; from is the file in which the
// INCLUDE stands.
type Opener func(from, name string) (path string, src []byte, err error)

// Limits of what is read, against files that are no models.
const (
	maxSource   = 4 << 20 // bytes, INCLUDEs counted
	maxIncludes = 100
	maxDepth    = 400     // nested statements, nested or chained operators
	maxArray    = 1 << 20 // elements of an array
)

// keywords cannot name anything.
var keywords = map[string]bool{}

func init() {
	for _, k := range []string{"VERBATIM", "COMMENT", "TITLE", "CONSTANT", "PARAMETER", "INDEPENDENT", "ASSIGNED", "INITIAL",
		"DERIVATIVE", "EQUATION", "BREAKPOINT", "CONDUCTANCE", "SOLVE", "STATE", "LINEAR", "NONLINEAR", "DISCRETE",
		"FUNCTION", "FUNCTION_TABLE", "PROCEDURE", "INT", "DEL2", "DEL", "LOCAL", "METHOD", "STEADYSTATE", "STEP", "WITH",
		"FROM", "TO", "BY", "if", "else", "while", "START", "DEFINE", "KINETIC", "CONSERVE", "VS", "LAG", "SWEEP",
		"COMPARTMENT", "LONGITUDINAL_DIFFUSION", "SOLVEFOR", "UNITS", "UNITSON", "UNITSOFF", "TABLE", "DEPEND", "NEURON",
		"SUFFIX", "POINT_PROCESS", "ARTIFICIAL_CELL", "NONSPECIFIC_CURRENT", "ELECTRODE_CURRENT", "RANGE", "USEION",
		"READ", "WRITE", "VALENCE", "CHARGE", "GLOBAL", "POINTER", "BBCOREPOINTER", "EXTERNAL", "INCLUDE", "CONSTRUCTOR",
		"DESTRUCTOR", "NET_RECEIVE", "BEFORE", "AFTER", "WATCH", "FOR_NETCONS", "THREADSAFE", "PROTECT", "MUTEXLOCK",
		"MUTEXUNLOCK", "REPRESENTS", "RANDOM"} {
		keywords[k] = true
	}
}

// topLevel are the words that begin something outside of blocks; the parser
// takes up again there after an error.
var topLevel = map[string]bool{}

func init() {
	for _, k := range []string{"TITLE", "VERBATIM", "CONSTANT", "PARAMETER", "INDEPENDENT", "ASSIGNED", "STATE", "INITIAL",
		"DERIVATIVE", "BREAKPOINT", "LINEAR", "NONLINEAR", "DISCRETE", "FUNCTION", "FUNCTION_TABLE", "PROCEDURE", "LOCAL",
		"DEFINE", "KINETIC", "UNITS", "UNITSON", "UNITSOFF", "NEURON", "INCLUDE", "CONSTRUCTOR", "DESTRUCTOR",
		"NET_RECEIVE", "BEFORE", "AFTER"} {
		topLevel[k] = true
	}
}

// bail is what the parser throws to the nearest place that can go on.
type bail struct{}

type parser struct {
	*scanner
	stack    []*scanner // the files that INCLUDE the present one
	tok      token
	open     Opener
	defines  map[string]float64
	file     *File
	depth    int
	size     int
	includes int
	kind     string   // of the block being read
	noDim    bool     // UNITSOFF holds
	unclosed diag.Pos // where a missing brace was reported last
}

// Parse reads the text of one .mod file; open may be nil when there is nothing
// to INCLUDE. It returns a File even when it has reported errors; Lower
// refuses such a File.
func Parse(name string, src []byte, open Opener, list *diag.List) *File {
	rep := &reporter{list: list, sources: map[string]*source{}}
	f := &File{Name: name, sources: rep.sources, Pos: diag.Pos{File: name, Line: 1, Col: 1}}
	if len(src) > maxSource {
		rep.errorf(diag.Syntax, f.Pos, "%d bytes are too many for a mechanism", len(src))
		f.broken = true
		return f
	}
	s := newSource(name, src)
	rep.sources[name] = s
	p := &parser{scanner: newScanner(s, rep), open: open, defines: map[string]float64{}, file: f, size: len(src)}
	p.advance()
	p.parseFile()
	if !f.Neuron.Seen && rep.errors == 0 {
		rep.hintf(diag.Syntax, f.Pos, "a mechanism begins with NEURON { SUFFIX name … }", "there is no NEURON block")
	}
	f.broken = rep.errors > 0
	return f
}

// advance reads the next token, leaving files that end.
func (p *parser) advance() {
	p.tok = p.next()
	for p.tok.kind == tEOF && len(p.stack) > 0 {
		p.scanner = p.stack[len(p.stack)-1]
		p.stack = p.stack[:len(p.stack)-1]
		p.tok = p.next()
	}
}

// fail reports a syntax error at the present token and gives up the construct.
func (p *parser) fail(want string) {
	got := strconv.Quote(p.tok.text)
	switch p.tok.kind {
	case tEOF:
		got = "the end of the file"
	case tStr:
		got = "a text"
	}
	p.failHint(p.tok.pos, p.habit(), "%s is wanted, not %s", want, got)
}

func (p *parser) failAt(pos diag.Pos, format string, args ...any) {
	p.failHint(pos, "", format, args...)
}

func (p *parser) failHint(pos diag.Pos, hint, format string, args ...any) {
	p.rep.hintf(diag.Syntax, pos, hint, format, args...)
	panic(bail{})
}

// habit says how NMODL writes what the present token is in another language,
// or is empty.
func (p *parser) habit() string {
	switch p.tok.text {
	case ";":
		return "a statement of NMODL ends without a semicolon"
	case "/", "#":
		if p.tok.text == "#" || p.peek(0) == '/' || p.peek(0) == '*' {
			return "a comment begins with : or stands between COMMENT and ENDCOMMENT"
		}
	case "and":
		return `"&&" stands for and`
	case "or":
		return `"||" stands for or`
	case "not":
		return `"!" stands for not`
	case "=":
		if strings.HasPrefix(strings.TrimLeft(p.rep.before(p.tok.pos), " \t"), "for") {
			return "FROM i = 0 TO 9 { … } is the loop that counts"
		}
		return `"==" compares, "=" assigns`
	case "*":
		if p.tok.pos.Col > 1 && strings.HasSuffix(p.rep.before(p.tok.pos), "*") || p.peek(0) == '*' {
			return "x^3 is the power of NMODL"
		}
	case "%":
		return "fmod(x, y) is the remainder"
	case "elif", "elseif", "elsif":
		return "else if (…) { … }"
	case "return":
		return "the value of a FUNCTION is what is assigned to its name"
	}
	return foreign(p.tok.text)
}

// foreign tells of a character that text processors and web pages put in place
// of one of NMODL's, or nothing.
func foreign(text string) string {
	r, _ := utf8.DecodeRuneInString(text)
	like := ""
	switch r {
	case '\u2010', '\u2011', '\u2012', '\u2013', '\u2014', '\u2212':
		like = "-"
	case '\u2018', '\u2019', '\u00b4', '\u2032', '`':
		like = "'"
	case '\u201c', '\u201d', '\u201e', '\u00ab', '\u00bb':
		like = `"`
	case '\u00d7', '\u00b7', '\u22c5', '\u2217':
		like = "*"
	case '\u00f7', '\u2215':
		like = "/"
	case '\u00a0', '\u2002', '\u2003', '\u2007', '\u2009', '\u200a', '\u200b', '\u202f', '\u3000', '\ufeff':
		like = "a blank"
	case '\u00b5', '\u03bc':
		like = "u"
	case '\u2264':
		like = "<="
	case '\u2265':
		like = ">="
	}
	switch {
	case like != "":
		return fmt.Sprintf("%s stands there for %s, which looks alike", fmt.Sprintf("%U", r), like)
	case r >= utf8.RuneSelf && r != utf8.RuneError:
		return "outside of comments and texts NMODL has ASCII alone"
	}
	return ""
}

// try runs f and says whether it came through without an error.
func (p *parser) try(f func()) (ok bool) {
	depth := p.depth
	defer func() {
		if r := recover(); r != nil {
			if _, is := r.(bail); !is {
				panic(r)
			}
			p.depth = depth
			ok = false
		}
	}()
	f()
	return true
}

// deeper guards recursion.
func (p *parser) deeper() {
	p.depth++
	if p.depth > maxDepth {
		p.failAt(p.tok.pos, "nested deeper than %d", maxDepth)
	}
}

func (p *parser) is(op string) bool { return p.tok.kind == tOp && p.tok.text == op }
func (p *parser) word(w string) bool {
	return p.tok.kind == tName && p.tok.text == w
}

// accept takes the operator if it is there.
func (p *parser) accept(op string) bool {
	if p.is(op) {
		p.advance()
		return true
	}
	return false
}

func (p *parser) acceptWord(w string) bool {
	if p.word(w) {
		p.advance()
		return true
	}
	return false
}

func (p *parser) expect(op string) diag.Pos {
	pos := p.tok.pos
	if !p.accept(op) {
		p.fail(strconv.Quote(op))
	}
	return pos
}

func (p *parser) expectWord(w string) {
	if !p.acceptWord(w) {
		p.fail(w)
	}
}

// ident takes a name that is no keyword.
func (p *parser) ident(what string) Ident {
	if p.tok.kind != tName || keywords[p.tok.text] {
		p.fail(what)
	}
	id := Ident{p.tok.text, p.tok.pos}
	p.advance()
	return id
}

func (p *parser) identList(what string) []Ident {
	list := []Ident{p.ident(what)}
	for p.accept(",") {
		list = append(list, p.ident(what))
	}
	return list
}

// unitOpt reads "(unit)" if it is there.
func (p *parser) unitOpt() string {
	if p.is("(") {
		return p.unitText()
	}
	return ""
}

func (p *parser) unitText() string {
	if !p.is("(") {
		p.fail("a unit in parentheses")
	}
	pos := p.tok.pos
	u, ok := p.scanner.unit()
	p.advance()
	if !ok {
		p.failAt(pos, "a unit that is not closed by a parenthesis on its line")
	}
	return u
}

// atNumber says whether an unsigned number, or a name that DEFINE made one,
// comes next.
func (p *parser) atNumber() bool {
	if p.tok.kind == tInt || p.tok.kind == tReal {
		return true
	}
	if p.tok.kind == tName {
		_, ok := p.defines[p.tok.text]
		return ok
	}
	return false
}

// unsigned takes a number without a sign.
func (p *parser) unsigned(what string) float64 {
	if !p.atNumber() {
		p.fail(what)
	}
	var v float64
	if p.tok.kind == tName {
		v = p.defines[p.tok.text]
	} else {
		var err error
		if v, err = strconv.ParseFloat(p.tok.text, 64); err != nil {
			p.rep.errorf(diag.BadValue, p.tok.pos, "%s is beyond what a number can hold", p.tok.text)
			v = 0
		}
	}
	p.advance()
	return v
}

// number takes a number with an optional minus.
func (p *parser) number() float64 {
	if p.accept("-") {
		return -p.unsigned("a number")
	}
	return p.unsigned("a number")
}

// count takes the integer of a subscript in a declaration, of WITH and kin.
func (p *parser) count(what string, least int) int {
	pos := p.tok.pos
	if p.tok.kind == tReal {
		p.fail(what)
	}
	v := p.unsigned(what)
	if v < float64(least) || v > maxArray {
		p.failAt(pos, "%s must be from %d to %d", what, least, maxArray)
	}
	return int(v)
}

// arrayOpt takes "[n]" if it is there.
func (p *parser) arrayOpt() int {
	if !p.accept("[") {
		return 0
	}
	n := p.count("the number of elements", 1)
	p.expect("]")
	return n
}

// skipBlock moves behind the "}" that closes the present block.
func (p *parser) skipBlock() {
	for depth := 0; p.tok.kind != tEOF; p.advance() {
		if p.is("{") {
			depth++
		} else if p.is("}") {
			if depth--; depth < 0 {
				p.advance()
				return
			}
		}
	}
}

// resync skips what is left of a construct that failed inside a block: up to
// the next line or to the end of the block.
func (p *parser) resync(line int, file string) {
	for depth := 0; p.tok.kind != tEOF; p.advance() {
		switch {
		case p.is("{"):
			depth++
		case p.is("}"):
			if depth == 0 {
				return
			}
			depth--
		case depth == 0 && p.tok.first && (p.tok.pos.Line != line || p.tok.pos.File != file):
			return
		}
	}
}

func (p *parser) parseFile() {
	for p.tok.kind != tEOF && p.rep.errors <= maxErrors {
		if p.try(p.parseTop) {
			continue
		}
		// go on at the next word that begins a block at the start of a line
		for p.tok.kind != tEOF && !(p.tok.kind == tName && p.tok.first && topLevel[p.tok.text]) {
			p.advance()
		}
	}
}

// parseTop reads one thing that stands outside of blocks.
func (p *parser) parseTop() {
	if p.tok.kind != tName {
		p.skipFail("a block")
	}
	t := p.tok
	switch t.text {
	case "TITLE":
		if title := p.restOfLine(); p.file.Title == "" {
			p.file.Title = trimTitle(title)
		}
		p.advance()
	case "VERBATIM":
		p.file.Blocks = append(p.file.Blocks, &Block{Kind: "VERBATIM", C: p.verbatimText(), Pos: t.pos})
	case "UNITSON", "UNITSOFF":
		p.noDim = t.text == "UNITSOFF"
		p.advance()
	case "THREADSAFE":
		p.advance()
	case "INCLUDE":
		p.advance()
		p.include()
	case "DEFINE":
		p.advance()
		name := p.tok
		if name.kind != tName || keywords[name.text] {
			p.fail("a name")
		}
		p.advance()
		p.defines[name.text] = p.number()
		if p.file.Defines == nil {
			p.file.Defines = map[string]diag.Pos{}
		}
		p.file.Defines[name.text] = name.pos
	case "LOCAL":
		p.advance()
		p.file.Locals = append(p.file.Locals, p.localNames()...)
	case "NEURON":
		p.advance()
		p.file.Neuron.Seen = true
		p.file.Pos = t.pos
		p.braced("an entry of NEURON", p.neuronEntry)
	case "UNITS":
		p.advance()
		p.braced("a unit", p.unitEntry)
	case "PARAMETER":
		p.advance()
		p.braced("a parameter", p.parameter)
	case "ASSIGNED":
		p.advance()
		p.braced("a variable", func() { p.dependent(inAssigned) })
	case "STATE":
		p.advance()
		p.braced("a state", func() { p.dependent(inState) })
	case "CONSTANT":
		p.advance()
		p.braced("a constant", p.constant)
	case "INDEPENDENT":
		p.advance()
		p.expect("{")
		p.skipBlock()
	case "INITIAL", "BREAKPOINT", "CONSTRUCTOR", "DESTRUCTOR":
		p.advance()
		p.block(&Block{Kind: t.text, Pos: t.pos})
	case "DERIVATIVE", "KINETIC", "LINEAR", "NONLINEAR", "DISCRETE":
		p.advance()
		b := &Block{Kind: t.text, Name: p.ident("the block's name"), Pos: t.pos}
		if p.acceptWord("SOLVEFOR") {
			b.Solve = p.identList("a state")
		}
		p.block(b)
	case "FUNCTION", "PROCEDURE", "FUNCTION_TABLE":
		p.advance()
		b := &Block{Kind: t.text, Name: p.ident("the function's name"), Pos: t.pos}
		b.Args = p.args()
		b.Unit = p.unitOpt()
		if t.text == "FUNCTION_TABLE" {
			p.file.Blocks = append(p.file.Blocks, b)
			return
		}
		p.block(b)
	case "NET_RECEIVE":
		p.advance()
		p.block(&Block{Kind: t.text, Pos: t.pos, Args: p.args()})
	case "BEFORE", "AFTER":
		p.advance()
		when := p.tok.text
		if p.tok.kind != tName || when != "BREAKPOINT" && when != "SOLVE" && when != "INITIAL" && when != "STEP" {
			p.fail("BREAKPOINT, SOLVE, INITIAL or STEP")
		}
		p.advance()
		p.block(&Block{Kind: t.text + " " + when, Pos: t.pos})
	default:
		p.skipFail("a block")
	}
}

// skipFail reports the present token and steps over it, so that the parser
// moves on.
func (p *parser) skipFail(what string) {
	t := p.tok
	hint := p.habit()
	if t.text == "}" {
		hint = "there may be one too many above"
	}
	if t.kind == tName {
		words := make([]string, 0, len(topLevel))
		for w := range topLevel {
			words = append(words, w)
		}
		if hint = nearest(t.text, words); hint == "" {
			hint = "a comment begins with : or stands between COMMENT and ENDCOMMENT"
		}
	}
	p.advance()
	p.rep.hintf(diag.Syntax, t.pos, hint, "%s is wanted, not %q", what, t.text)
	panic(bail{})
}

// braced reads "{ entry entry … }".
func (p *parser) braced(what string, entry func()) {
	open := p.expect("{")
	for !p.accept("}") {
		if p.tok.kind == tEOF {
			p.failAt(open, "the block that begins here is not closed")
		}
		p.closedBefore(open)
		t := p.tok
		if !p.try(entry) {
			if p.tok == t {
				p.advance()
			}
			p.resync(t.pos.Line, t.pos.File)
		}
		if p.rep.errors > maxErrors {
			panic(bail{})
		}
	}
}

// closedBefore reports a brace that is missing before the present token: a
// word that can only stand outside of blocks, at the start of a line. The
// rest of the file is read all the same.
func (p *parser) closedBefore(open diag.Pos) {
	t := p.tok
	if t.kind != tName || !t.first || t.pos.Col != 1 || !topLevel[t.text] || inBlocks[t.text] {
		return
	}
	if p.unclosed != t.pos {
		p.unclosed = t.pos
		p.rep.errorf(diag.Syntax, open, "the block that begins here is not closed before %s at line %d", t.text, t.pos.Line)
	}
	panic(bail{})
}

// closeParen takes the parenthesis that closes the one at open.
func (p *parser) closeParen(open diag.Pos) {
	if !p.is(")") && (p.tok.pos.Line != open.Line || p.tok.kind == tEOF) {
		p.failAt(open, `the parenthesis that begins here is not closed: ")" is wanted before %s`, p.what())
	}
	p.expect(")")
}

// what names the present token.
func (p *parser) what() string {
	if p.tok.kind == tEOF {
		return "the end of the file"
	}
	return strconv.Quote(p.tok.text)
}

func (p *parser) include() {
	if p.tok.kind != tStr {
		p.fail("a file name in double quotes")
	}
	t := p.tok
	if p.open == nil {
		p.failAt(t.pos, "INCLUDE %q cannot be followed here", t.text)
	}
	if p.includes++; p.includes > maxIncludes || len(p.stack) > 20 {
		p.failAt(t.pos, "too many INCLUDEs; does a file include itself?")
	}
	path, src, err := p.open(p.src.name, t.text)
	if err != nil {
		p.advance()
		p.rep.errorf(diag.FileMissing, t.pos, "INCLUDE %q: %v", t.text, err)
		panic(bail{})
	}
	if p.size += len(src); p.size > maxSource {
		p.failAt(t.pos, "%d bytes with all INCLUDEs are too many for a mechanism", p.size)
	}
	s := newSource(path, src)
	p.rep.sources[path] = s
	p.stack = append(p.stack, p.scanner)
	p.scanner = newScanner(s, p.rep)
	p.advance()
}

// verbatimText reads a VERBATIM; the present token is that word.
func (p *parser) verbatimText() string {
	pos := p.tok.pos
	text, ok := p.scanner.verbatim("ENDVERBATIM")
	p.advance()
	if !ok {
		p.failHint(pos, "put ENDVERBATIM on a line of its own", "VERBATIM without ENDVERBATIM at the start of a line")
	}
	return text
}
