package swc

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/rallsim/rall/ir/diag"
)

// Neurolucida is the content of a Neurolucida file in text form (.asc): outlines
// of somata, and trees as they are nested in the file. Markers, texts, spines
// and properties other than a tree's kind are passed over, as Import3d does.
type Neurolucida struct {
	Name  string
	Said  Printed // by Import
	parts []*part // in the order of the file
	notes []Line  // of what was left out
	lines Line    // of how many there are
	spine int     // how many spines there are
	exact
}

// part is an outline, or an unbranched piece of a tree.
type part struct {
	contour bool
	typ     int // 1 soma, 2 axon, 3 dendrite, 4 apical, 0 not said
	x       [][3]float64
	d       []float64
	parent  *part
	parentX float64
	first   int // 1: the first point is a wire's end and no part of the section
	line    int
	read    int     // the line at which Import3d has its first point
	made    int     // of all parts
	stack   []*part // further outlines of the soma that this one begins
	sub     bool    // one of another's stack

	number, place int // see build
}

// ascKind is the kind of a word of a Neurolucida file.
type ascKind byte

const (
	ascEnd ascKind = iota
	ascNumber
	ascOpen
	ascClose
	ascComma
	ascBar
	ascSet
	ascRGB
	ascString
	ascLabel
	ascSpine    // <
	ascSpineEnd // >
	ascBad
)

var ascNames = [...]string{"the end of the file", "a number", `"("`, `")"`, `","`, `"|"`, "Set", "RGB", "a string", "a label", `"<"`, `">"`, "something unreadable"}

type ascToken struct {
	kind ascKind
	text string
	x    float64
	line int
	col  int
}

// ascReader is a recursive descent over the file's grammar. Its productions
// are those of the format's description as far as they carry a morphology.
type ascReader struct {
	file   *Neurolucida
	list   *diag.List
	toks   []ascToken
	at     int
	lines  []string
	failed bool
	depth  int
	lexed  int // the line up to which Import3d looks when it tries a tree as a text

	// The tree being read.
	typ    int
	parent *part
}

// maxNesting bounds how deep a tree may branch.
const maxNesting = 10000

// ParseASC reads the text of a file called name. It returns nil if list got
// an error.
func ParseASC(name string, text []byte, list *diag.List) *Neurolucida {
	r := &ascReader{file: &Neurolucida{Name: name}, list: list}
	r.lines = strings.Split(strings.ReplaceAll(string(text), "\r\n", "\n"), "\n")
	if len(r.lines) == 1 {
		r.lines = strings.Split(r.lines[0], "\r")
	}
	for i, l := range r.lines {
		r.scan(l, i+1)
	}
	r.toks = append(r.toks, ascToken{kind: ascEnd, line: len(r.lines), col: 1})
	if r.kind(0) != ascOpen {
		r.wrong("an object in parentheses")
	}
	for !r.failed && r.kind(0) != ascEnd {
		r.comma()
		if r.kind(0) != ascOpen {
			break // Import3d stops here too
		}
		r.object()
	}
	if !r.failed && len(r.file.parts) == 0 {
		list.ErrorHint(diag.Syntax, diag.Pos{File: name}, `expected outlines ("CellBody" …) and trees ((Dendrite) …)`, "no morphology in the file")
		r.failed = true
	}
	if r.failed {
		return nil
	}
	// Import3d reads two words ahead, and to the end of a line.
	all := r.kind(2) == ascEnd
	n := r.ahead(2)
	if all {
		n = bytes.Count(text, []byte{'\n'})
		if !bytes.HasSuffix(text, []byte{'\n'}) {
			n++
		}
	}
	r.file.lines = progress(n, all)
	return r.file
}

// scan cuts a line into words.
func (r *ascReader) scan(l string, no int) {
	for i := 0; i < len(l); {
		c := l[i]
		t := ascToken{line: no, col: i + 1}
		switch {
		case blank(c):
			i++
			continue
		case c == ';':
			return
		case strings.IndexByte("(),|<>", c) >= 0:
			t.kind = map[byte]ascKind{'(': ascOpen, ')': ascClose, ',': ascComma, '|': ascBar, '<': ascSpine, '>': ascSpineEnd}[c]
			i++
		case c == '"':
			k := strings.IndexByte(l[i+1:], '"')
			if k < 0 {
				t.kind = ascBad
				i = len(l)
				break
			}
			t.kind, t.text = ascString, l[i+1:i+1+k]
			i += k + 2
		default:
			if n := numberLength(l[i:]); n > 0 {
				x, _ := strconv.ParseFloat(strings.TrimPrefix(l[i:i+n], "+"), 64)
				t.kind, t.x = ascNumber, x
				i += n
				break
			}
			k := i
			for k < len(l) && wordChar(l[k]) {
				k++
			}
			t.text = l[i:k]
			switch {
			case k == i:
				t.kind = ascBad
				k++
			case t.text == "set" || t.text == "Set" || t.text == "SET":
				t.kind = ascSet
			case t.text == "RGB":
				t.kind = ascRGB
			default:
				t.kind = ascLabel
			}
			i = k
		}
		r.toks = append(r.toks, t)
	}
}

func wordChar(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_'
}

// numberLength is how many characters of s are a decimal number, as C reads
// one.
func numberLength(s string) int {
	i := 0
	if i < len(s) && (s[i] == '-' || s[i] == '+') {
		i++
	}
	digits := 0
	count := func() {
		for i < len(s) && s[i] >= '0' && s[i] <= '9' {
			i++
			digits++
		}
	}
	count()
	if i < len(s) && s[i] == '.' {
		i++
		count()
	}
	if digits == 0 {
		return 0
	}
	if i < len(s) && (s[i] == 'e' || s[i] == 'E') {
		k := i + 1
		if k < len(s) && (s[k] == '-' || s[k] == '+') {
			k++
		}
		if k < len(s) && s[k] >= '0' && s[k] <= '9' {
			for i = k; i < len(s) && s[i] >= '0' && s[i] <= '9'; i++ {
			}
		}
	}
	return i
}

// kind is the kind of the word n places ahead.
func (r *ascReader) kind(n int) ascKind {
	if r.failed || r.at+n >= len(r.toks) {
		return ascEnd
	}
	return r.toks[r.at+n].kind
}

// ahead is the line of the word n places ahead.
func (r *ascReader) ahead(n int) int { return r.toks[min(r.at+n, len(r.toks)-1)].line }

func (r *ascReader) tok() ascToken {
	if r.at < len(r.toks) {
		return r.toks[r.at]
	}
	return r.toks[len(r.toks)-1]
}

func (r *ascReader) next() {
	if r.at < len(r.toks) {
		r.at++
	}
}

func (r *ascReader) wrong(want string) {
	if r.failed {
		return
	}
	r.failed = true
	t := r.tok()
	src := ""
	if t.line >= 1 && t.line <= len(r.lines) {
		if src = r.lines[t.line-1]; len(src) > 200 {
			src = src[:200]
		}
	}
	r.list.Add(diag.Diag{Severity: diag.Error, Code: diag.Syntax, Pos: diag.Pos{File: r.file.Name, Line: t.line, Col: t.col},
		Msg: "expected " + want + ", found " + ascNames[t.kind], Source: src})
}

func (r *ascReader) want(k ascKind) ascToken {
	t := r.tok()
	if r.kind(0) != k {
		r.wrong(ascNames[k])
		return t
	}
	r.next()
	return t
}

func (r *ascReader) comma() {
	if r.kind(0) == ascComma {
		r.next()
	}
}

// object reads an outline, a marker, a property, a set, a text or a tree.
func (r *ascReader) object() {
	if r.depth++; r.depth > maxNesting {
		r.wrong("less nesting")
	}
	defer func() { r.depth-- }()
	switch r.kind(1) {
	case ascString:
		r.contour()
	case ascLabel:
		if r.kind(2) == ascOpen {
			r.skipList()
		} else {
			r.property()
		}
	case ascOpen:
		if !r.text() {
			r.tree()
		}
	case ascSet:
		r.set()
	default:
		r.next()
		r.wrong("an outline, a tree, a marker or a property")
	}
}

// skipList passes over a list in parentheses and all in it.
func (r *ascReader) skipList() {
	r.want(ascOpen)
	for open := 1; open > 0 && !r.failed; r.next() {
		switch r.kind(0) {
		case ascOpen:
			open++
		case ascClose:
			open--
		case ascEnd:
			r.wrong(`")"`)
		}
	}
}

// set reads a set of objects; they are passed over but for trees in it.
func (r *ascReader) set() {
	r.want(ascOpen)
	r.want(ascSet)
	r.want(ascString)
	for !r.failed && r.kind(0) == ascOpen {
		r.object()
		r.comma()
	}
	r.want(ascClose)
}

// property reads (Label values…) and returns the label.
func (r *ascReader) property() string {
	r.want(ascOpen)
	name := r.want(ascLabel).text
	for !r.failed {
		switch r.kind(0) {
		case ascNumber, ascString, ascLabel:
			r.next()
			continue
		case ascRGB:
			r.next()
			r.want(ascOpen)
			for range 3 {
				r.want(ascNumber)
				r.comma()
			}
			r.want(ascClose)
			continue
		}
		break
	}
	r.want(ascClose)
	return name
}

// properties reads a row of properties and sets, and returns the last one's
// label.
func (r *ascReader) properties() string {
	last := ""
	for !r.failed && r.kind(0) == ascOpen && (r.kind(1) == ascLabel || r.kind(1) == ascSet) {
		if r.kind(1) == ascSet {
			r.set()
		} else {
			last = r.property()
		}
		r.comma()
	}
	return last
}

// text passes over ( properties point "words" ), if that is what follows.
func (r *ascReader) text() bool {
	at, fine := r.at, r.failed
	var quiet diag.List
	list := r.list
	r.list = &quiet
	r.want(ascOpen)
	r.properties()
	r.point()
	r.lexed = r.ahead(2)
	if r.kind(0) == ascString {
		r.lexed = r.ahead(3)
	}
	ok := !r.failed && r.kind(0) == ascString && r.kind(1) == ascClose
	r.list, r.failed = list, fine
	if !ok {
		r.at = at
		return false
	}
	r.next()
	r.next()
	return true
}

// point reads ( x y [z [d [label] [( bezier )]]] ).
func (r *ascReader) point() (x [3]float64, d float64) {
	r.want(ascOpen)
	x[0] = r.want(ascNumber).x
	r.comma()
	x[1] = r.want(ascNumber).x
	r.comma()
	if r.kind(0) == ascNumber {
		x[2] = r.want(ascNumber).x
		r.comma()
		if r.kind(0) == ascNumber {
			d = r.want(ascNumber).x
			r.comma()
			if r.kind(0) == ascLabel {
				r.next()
			}
			r.comma()
			if r.kind(0) == ascOpen {
				r.skipList()
			}
		}
	}
	r.want(ascClose)
	return x, d
}

// contour reads an outline; those of somata are kept.
func (r *ascReader) contour() {
	begin := r.tok().line
	r.want(ascOpen)
	named := r.want(ascString)
	name := named.text
	r.properties()
	p := &part{contour: true, typ: 1, line: begin, parentX: 1}
	for first := true; !r.failed && (first || r.kind(0) == ascOpen); first = false {
		x, d := r.point()
		p.x, p.d = append(p.x, x), append(p.d, d)
		r.comma()
	}
	r.want(ascClose)
	if r.failed || name != "CellBody" && name != "Cell Body" && name != "Soma" {
		return
	}
	if len(p.x) < 3 {
		r.list.Warnf(diag.Repaired, diag.Pos{File: r.file.Name, Line: begin}, "an outline of a soma with less than three points was left out")
		r.file.notes = append(r.file.notes, line("CellBody contour has less than three points at line %d. Ignoring.\n", named.line))
		return
	}
	r.file.parts = append(r.file.parts, p)
}

// tree reads a tree.
func (r *ascReader) tree() {
	r.want(ascOpen)
	r.typ = map[string]int{"Axon": 2, "Dendrite": 3, "Apical": 4}[r.properties()]
	r.parent = nil
	r.branch()
	r.want(ascClose)
	r.parent = nil
}

// branch reads an unbranched piece, and those that it splits into.
func (r *ascReader) branch() {
	if r.depth++; r.depth > maxNesting {
		r.wrong("less nesting")
	}
	defer func() { r.depth-- }()
	p := &part{typ: r.typ, parent: r.parent, parentX: 1, line: r.tok().line}
	r.treePoint(p)
	for r.comma(); r.kind(0) == ascOpen && r.kind(1) == ascNumber; r.comma() {
		r.treePoint(p)
	}
	if r.failed {
		return
	}
	if len(p.x) == 0 {
		r.wrong("a point")
		return
	}
	if q := p.parent; q != nil && q.x[len(q.x)-1] != p.x[0] { // the branch begins where its parent ends
		p.x = append([][3]float64{q.x[len(q.x)-1]}, p.x...)
		p.d = append([]float64{p.d[0]}, p.d...)
	}
	r.file.parts = append(r.file.parts, p)
	r.parent = p
	r.branchEnd()
	r.parent = p.parent
}

func (r *ascReader) treePoint(p *part) {
	if r.kind(1) == ascLabel {
		if r.kind(2) == ascOpen {
			r.skipList()
		} else {
			r.property()
		}
		return
	}
	if len(p.x) == 0 {
		p.read = max(r.lexed, r.ahead(3))
	}
	x, d := r.point()
	p.x, p.d = append(p.x, x), append(p.d, d)
	for r.kind(0) == ascSpine { // < properties point >
		r.file.spine++
		for r.kind(0) != ascSpineEnd && r.kind(0) != ascEnd {
			r.next()
		}
		r.want(ascSpineEnd)
	}
}

func (r *ascReader) branchEnd() {
	r.comma()
	for r.kind(0) == ascOpen && r.kind(1) == ascLabel { // markers
		r.skipList()
		r.comma()
	}
	r.comma()
	switch r.kind(0) {
	case ascOpen:
		r.next()
		r.branch()
		for r.kind(0) == ascBar {
			r.next()
			r.branch()
		}
		r.want(ascClose)
	case ascLabel: // Normal, Incomplete, …
		r.next()
	}
}
