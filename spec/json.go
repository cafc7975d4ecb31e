package spec

import (
	"bytes"
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/rallsim/rall/ir/diag"
)

// maxNesting bounds the depth of an input file; the readers recurse.
const maxNesting = 100

// readJSON reads one JSON text into a tree, keeping the order and the place of
// every key and value, which encoding/json loses. It accepts what Python's
// json writes: Infinity and NaN besides RFC 8259. Comments and trailing commas
// are errors, of which several may be reported; after any other error the
// reader stops and the result is nil.
func readJSON(file string, src []byte, diags *diag.List) *Node {
	src = bytes.TrimPrefix(src, []byte("\xef\xbb\xbf"))
	r := &jsonReader{src: src, file: file, line: 1, diags: diags}
	r.space()
	n := r.value()
	if r.dead {
		return nil
	}
	r.space()
	if !r.dead && r.at < len(r.src) {
		r.stop("", "text after the end of the JSON value")
	}
	if r.dead || r.bad {
		return nil
	}
	return n
}

type jsonReader struct {
	src       []byte
	file      string
	at        int
	line      int
	lineStart int // offset of the line's first byte
	counted   int // offset up to which the line's characters are counted: col
	col       int
	depth     int
	diags     *diag.List
	dead      bool // stopped at an error
	bad       bool // an error was reported, reading goes on
}

func (r *jsonReader) pos() diag.Pos {
	if r.counted < r.lineStart || r.counted > r.at {
		r.counted, r.col = r.lineStart, 0
	}
	// From where it was counted last: a file may be one long line.
	r.col += utf8.RuneCount(r.src[r.counted:r.at])
	r.counted = r.at
	return diag.Pos{File: r.file, Line: r.line, Col: r.col + 1}
}

// say reports an error at p with the line of text it is on.
func (r *jsonReader) say(code diag.Code, p diag.Pos, hint, format string, args ...any) {
	r.bad = true
	r.diags.Add(diag.Diag{Severity: diag.Error, Code: code, Pos: p, Hint: hint,
		Msg: fmt.Sprintf(format, args...), Source: sourceLine(r.src, p.Line)})
}

func (r *jsonReader) stop(hint, format string, args ...any) *Node {
	if !r.dead {
		r.say(diag.Syntax, r.pos(), hint, format, args...)
	}
	r.dead = true
	r.at = len(r.src)
	return nil
}

// sourceLine returns a line of text for a caret, or "" when it is too long to
// be printed.
func sourceLine(src []byte, line int) string {
	for ; line > 1; line-- {
		i := bytes.IndexByte(src, '\n')
		if i < 0 {
			return ""
		}
		src = src[i+1:]
	}
	if i := bytes.IndexByte(src, '\n'); i >= 0 {
		src = src[:i]
	}
	if len(src) > 200 || !utf8.Valid(src) {
		return ""
	}
	return strings.TrimRight(string(src), "\r")
}

// space skips white space and reports comments.
func (r *jsonReader) space() {
	for r.at < len(r.src) {
		switch c := r.src[r.at]; {
		case c == '\n':
			r.at++
			r.line++
			r.lineStart = r.at
		case c == ' ' || c == '\t' || c == '\r':
			r.at++
		case c == '#' || c == '/' && r.at+1 < len(r.src) && r.src[r.at+1] == '/':
			r.say(diag.Syntax, r.pos(), "remove it, or use YAML, which has comments", "a comment in JSON")
			for r.at < len(r.src) && r.src[r.at] != '\n' {
				r.at++
			}
		case c == '/' && r.at+1 < len(r.src) && r.src[r.at+1] == '*':
			r.say(diag.Syntax, r.pos(), "remove it, or use YAML, which has comments", "a comment in JSON")
			r.at += 2
			for r.at < len(r.src) && !bytes.HasPrefix(r.src[r.at:], []byte("*/")) {
				if r.src[r.at] == '\n' {
					r.line++
					r.lineStart = r.at + 1
				}
				r.at++
			}
			r.at = min(r.at+2, len(r.src))
		default:
			return
		}
	}
}

func (r *jsonReader) peek() byte {
	if r.at < len(r.src) {
		return r.src[r.at]
	}
	return 0
}

func (r *jsonReader) value() *Node {
	if r.dead {
		return nil
	}
	if r.at >= len(r.src) {
		return r.stop("", "the file ends where a value is expected")
	}
	r.depth++
	defer func() { r.depth-- }()
	if r.depth > maxNesting {
		return r.stop("", "more than %d levels of nesting", maxNesting)
	}
	n := &Node{Pos: r.pos()}
	switch c := r.src[r.at]; {
	case c == '{':
		return r.object(n)
	case c == '[':
		return r.array(n)
	case c == '"':
		s, ok := r.str()
		if !ok {
			return nil
		}
		n.Kind, n.Str = Str, s
		return n
	case c == '-' || c >= '0' && c <= '9':
		return r.number(n)
	case c == '\'':
		return r.stop(`JSON strings are written "…"`, "a string in single quotes")
	case c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_':
		return r.word(n)
	}
	c, _ := utf8.DecodeRune(r.src[r.at:])
	return r.stop("", "unexpected %q where a value is expected", c)
}

func (r *jsonReader) word(n *Node) *Node {
	end := r.at
	for end < len(r.src) && (r.src[end] == '_' || r.src[end] >= '0' && r.src[end] <= '9' || r.src[end]|0x20 >= 'a' && r.src[end]|0x20 <= 'z') {
		end++
	}
	word := string(r.src[r.at:end])
	switch word {
	case "null":
	case "true", "false":
		n.Kind, n.Bool = Bool, word == "true"
	case "Infinity":
		n.Kind, n.Num, n.Raw = Num, math.Inf(1), word
	case "NaN":
		n.Kind, n.Num, n.Raw = Num, math.NaN(), word
	case "True", "False", "None":
		lower := map[string]string{"True": "true", "False": "false", "None": "null"}[word]
		return r.stop("JSON writes "+lower, "%s is Python, not JSON", word)
	default:
		return r.stop(`a string needs its "…"`, "unexpected %s where a value is expected", word)
	}
	r.at = end
	return n
}

func (r *jsonReader) number(n *Node) *Node {
	start := r.at
	if r.peek() == '-' {
		r.at++
		if bytes.HasPrefix(r.src[r.at:], []byte("Infinity")) {
			r.at += len("Infinity")
			n.Kind, n.Num, n.Raw = Num, math.Inf(-1), "-Infinity"
			return n
		}
	}
	digits := func() int {
		from := r.at
		for c := r.peek(); c >= '0' && c <= '9'; c = r.peek() {
			r.at++
		}
		return r.at - from
	}
	zero := r.peek() == '0'
	d := digits()
	ok := d == 1 || d > 1 && !zero // no leading zero
	if r.peek() == '.' {
		r.at++
		ok = digits() > 0 && ok
	}
	if c := r.peek(); c == 'e' || c == 'E' {
		r.at++
		if c := r.peek(); c == '+' || c == '-' {
			r.at++
		}
		ok = digits() > 0 && ok
	}
	raw := string(r.src[start:r.at])
	x, err := strconv.ParseFloat(raw, 64)
	if !ok || err != nil {
		r.at = start
		return r.stop("", "%q is not a JSON number", raw)
	}
	n.Kind, n.Num, n.Raw = Num, x, raw
	return n
}

// str reads a string; the reader stands on its opening quote.
func (r *jsonReader) str() (string, bool) {
	open := r.at
	r.at++
	if end := bytes.IndexAny(r.src[r.at:], "\"\\\n"); end >= 0 && r.src[r.at+end] == '"' {
		s := r.src[r.at : r.at+end]
		if utf8.Valid(s) && !hasControl(s) {
			r.at += end + 1
			return string(s), true
		}
	}
	var b strings.Builder
	for r.at < len(r.src) {
		c := r.src[r.at]
		switch {
		case c == '"':
			r.at++
			return b.String(), true
		case c == '\\':
			if !r.escape(&b) {
				return "", false
			}
		case c == '\n':
			r.at = open
			r.stop("", "a string that does not end on its line")
			return "", false
		case c < ' ':
			r.stop("", "a control character in a string")
			return "", false
		default:
			ch, size := utf8.DecodeRune(r.src[r.at:])
			if ch == utf8.RuneError && size == 1 {
				r.stop("save the file as UTF-8", "text that is not UTF-8")
				return "", false
			}
			b.WriteRune(ch)
			r.at += size
		}
	}
	r.at = open
	r.stop("", "a string that never ends")
	return "", false
}

func hasControl(s []byte) bool {
	for _, c := range s {
		if c < ' ' {
			return true
		}
	}
	return false
}

var escapes = map[byte]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

func (r *jsonReader) escape(b *strings.Builder) bool {
	if r.at+1 >= len(r.src) {
		r.stop("", "a string that never ends")
		return false
	}
	c := r.src[r.at+1]
	if plain, ok := escapes[c]; ok {
		b.WriteByte(plain)
		r.at += 2
		return true
	}
	hex := func(at int) (rune, bool) {
		if at+4 > len(r.src) {
			return 0, false
		}
		x, err := strconv.ParseUint(string(r.src[at:at+4]), 16, 32)
		return rune(x), err == nil
	}
	if c == 'u' {
		if ch, ok := hex(r.at + 2); ok {
			r.at += 6
			if utf16.IsSurrogate(ch) {
				if low, ok := hex(r.at + 2); ok && r.src[r.at] == '\\' && r.src[r.at+1] == 'u' {
					if both := utf16.DecodeRune(ch, low); both != utf8.RuneError {
						r.at += 6
						b.WriteRune(both)
						return true
					}
				}
				ch = utf8.RuneError
			}
			b.WriteRune(ch)
			return true
		}
	}
	r.stop("", "an escape that JSON does not have")
	return false
}

func (r *jsonReader) array(n *Node) *Node {
	n.Kind = Array
	open := r.pos()
	r.at++
	r.space()
	for !r.dead && r.peek() != ']' {
		if r.at >= len(r.src) {
			return r.stop("", "the list that begins on line %d never ends", open.Line)
		}
		it := r.value()
		if r.dead {
			return nil
		}
		n.Items = append(n.Items, it)
		if !r.separator(']', "list", open.Line) {
			return nil
		}
	}
	if r.dead {
		return nil
	}
	r.at++
	return n
}

// separator reads a comma, or stops before the closing bracket.
func (r *jsonReader) separator(closing byte, what string, openLine int) bool {
	r.space()
	switch {
	case r.peek() == ',':
		comma := r.pos()
		r.at++
		r.space()
		if r.peek() == closing {
			r.say(diag.Syntax, comma, "remove it", "a comma after the last element of the %s", what)
		}
	case r.peek() == closing:
	case r.at >= len(r.src):
		r.stop("", "the %s that begins on line %d never ends", what, openLine)
	default:
		c, _ := utf8.DecodeRune(r.src[r.at:])
		r.stop("", "unexpected %q where a comma or %q is expected", c, closing)
	}
	return !r.dead
}

func (r *jsonReader) object(n *Node) *Node {
	n.Kind = Object
	open := r.pos()
	r.at++
	r.space()
	seen := map[string]diag.Pos{}
	for !r.dead && r.peek() != '}' {
		if r.at >= len(r.src) {
			return r.stop("", "the object that begins on line %d never ends", open.Line)
		}
		if r.peek() != '"' {
			c, _ := utf8.DecodeRune(r.src[r.at:])
			return r.stop(`keys are written "…"`, "unexpected %q where a key is expected", c)
		}
		m := &Member{Pos: r.pos()}
		var ok bool
		if m.Key, ok = r.str(); !ok {
			return nil
		}
		if first, dup := seen[m.Key]; dup {
			r.say(diag.Duplicate, m.Pos, fmt.Sprintf("the first is on line %d", first.Line), "the key %q is given twice", m.Key)
		}
		seen[m.Key] = m.Pos
		r.space()
		if r.peek() != ':' {
			return r.stop("", "a colon is missing after the key %q", m.Key)
		}
		r.at++
		r.space()
		m.Val = r.value()
		if r.dead {
			return nil
		}
		n.Keys = append(n.Keys, m)
		if !r.separator('}', "object", open.Line) {
			return nil
		}
	}
	if r.dead {
		return nil
	}
	r.at++
	return n
}
