package nmodl

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"github.com/rallsim/rall/ir/diag"
)

// tokKind is the kind of a token.
type tokKind uint8

const (
	tEOF   tokKind = iota
	tName          // identifier or keyword
	tPrime         // identifier with one or more primes
	tInt           // digits only
	tReal          // a number with a point or an exponent
	tStr           // text in double quotes, without them
	tOp            // punctuation; text is the symbol
)

// token is one word of the input.
type token struct {
	kind   tokKind
	text   string
	primes int
	pos    diag.Pos
	first  bool // first on its line
}

// source is one file being read.
type source struct {
	name  string
	text  []byte
	lines []int // offset of each line
}

// newSource normalises line ends (CRLF and bare CR become LF) and stops at
// ^Z or ^D, which old editors left at the end of a file.
func newSource(name string, raw []byte) *source {
	text := bytes.ReplaceAll(raw, []byte("\r\n"), []byte("\n"))
	text = bytes.ReplaceAll(text, []byte("\r"), []byte("\n"))
	text = bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))
	if i := bytes.IndexAny(text, "\x1a\x04"); i >= 0 {
		text = text[:i]
	}
	s := &source{name: name, text: text, lines: []int{0}}
	for i, c := range text {
		if c == '\n' {
			s.lines = append(s.lines, i+1)
		}
	}
	return s
}

// line returns the text of a line, counted from 1.
func (s *source) line(n int) string {
	if n < 1 || n > len(s.lines) {
		return ""
	}
	rest := s.text[s.lines[n-1]:]
	if i := bytes.IndexByte(rest, '\n'); i >= 0 {
		rest = rest[:i]
	}
	const enough = 300
	if len(rest) > enough {
		rest = rest[:enough]
	}
	return string(bytes.ToValidUTF8(rest, []byte("?")))
}

// scanner makes tokens of one source.
type scanner struct {
	src   *source
	off   int
	ln    int  // line of off, from 1
	fresh bool // nothing but blanks so far on this line
	rep   *reporter
	at    int // offset up to which the column was counted,
	col   int // and the characters of the line before it
}

func newScanner(src *source, rep *reporter) *scanner {
	return &scanner{src: src, ln: 1, fresh: true, rep: rep}
}

func (s *scanner) pos() diag.Pos {
	if start := s.src.lines[s.ln-1]; s.at < start || s.at > s.off {
		s.at, s.col = start, 0
	}
	s.col += utf8.RuneCount(s.src.text[s.at:s.off])
	s.at = s.off
	return diag.Pos{File: s.src.name, Line: s.ln, Col: s.col + 1}
}

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }
func isDigit(c byte) bool  { return c >= '0' && c <= '9' }

func (s *scanner) peek(i int) byte {
	if s.off+i < len(s.src.text) {
		return s.src.text[s.off+i]
	}
	return 0
}

// newline steps over a line end.
func (s *scanner) newline() {
	s.off++
	s.ln++
	s.fresh = true
}

// restOfLine returns what is left of the line and moves past it.
func (s *scanner) restOfLine() string {
	i := bytes.IndexByte(s.src.text[s.off:], '\n')
	if i < 0 {
		t := string(s.src.text[s.off:])
		s.off = len(s.src.text)
		return t
	}
	t := string(s.src.text[s.off : s.off+i])
	s.off += i
	s.newline()
	return t
}

// verbatim reads up to a line that begins with the word end, as NEURON does,
// or to the word itself if it is on the line where the block began; the rest
// of that line is skipped. ok is false when the file ends first.
func (s *scanner) verbatim(end string) (text string, ok bool) {
	var b strings.Builder
	for first := true; s.off < len(s.src.text); first = false {
		line := s.restOfLine()
		if first {
			if i := strings.Index(line, end); i >= 0 {
				return line[:i], true
			}
		} else {
			word := strings.TrimLeft(line, " \t")
			if rest, is := strings.CutPrefix(word, end); is && (rest == "" || !isLetter(rest[0])) {
				return b.String(), true
			}
		}
		b.WriteString(line)
		b.WriteByte('\n')
	}
	return b.String(), false
}

// operators of two and three characters, longest first.
var operators = []string{"<->", ">=", "<=", "==", "!=", "&&", "||", "~+"}

// next returns the next token.
func (s *scanner) next() token {
	for {
		c := s.peek(0)
		switch {
		case s.off >= len(s.src.text):
			return token{kind: tEOF, pos: s.pos(), first: true}
		case c == '\n':
			s.newline()
			continue
		case c == ' ' || c == '\t' || c == '\f' || c == '\v':
			s.off++
			continue
		case c == ':' || c == '?':
			s.restOfLine()
			continue
		}
		first := s.fresh
		s.fresh = false
		pos := s.pos()
		if isLetter(c) {
			t := s.word(pos, first)
			if t.text == "COMMENT" && t.kind == tName {
				if _, ok := s.verbatim("ENDCOMMENT"); !ok {
					s.rep.errorf(diag.Syntax, pos, "COMMENT without ENDCOMMENT")
				}
				continue
			}
			return t
		}
		if isDigit(c) || c == '.' && isDigit(s.peek(1)) {
			return s.number(pos, first)
		}
		if c == '"' {
			return s.str(pos, first)
		}
		for _, op := range operators {
			if strings.HasPrefix(string(s.src.text[s.off:min(s.off+3, len(s.src.text))]), op) {
				s.off += len(op)
				return token{kind: tOp, text: op, pos: pos, first: first}
			}
		}
		if strings.IndexByte("{}()[]@+*-/=^,~<>!", c) >= 0 {
			s.off++
			return token{kind: tOp, text: string(c), pos: pos, first: first}
		}
		r, n := utf8.DecodeRune(s.src.text[s.off:])
		s.off += n
		return token{kind: tOp, text: string(r), pos: pos, first: first}
	}
}

func (s *scanner) word(pos diag.Pos, first bool) token {
	i := s.off
	for isLetter(s.peek(0)) || isDigit(s.peek(0)) || s.peek(0) == '_' {
		s.off++
	}
	t := token{kind: tName, text: string(s.src.text[i:s.off]), pos: pos, first: first}
	for s.peek(0) == '\'' {
		s.off++
		t.kind = tPrime
		t.primes++
	}
	switch t.text {
	case "WHILE", "IF", "ELSE":
		t.text = strings.ToLower(t.text)
	}
	return t
}

func (s *scanner) number(pos diag.Pos, first bool) token {
	i := s.off
	kind := tInt
	digits := func() {
		for isDigit(s.peek(0)) {
			s.off++
		}
	}
	digits()
	if s.peek(0) == '.' {
		kind = tReal
		s.off++
		digits()
	}
	if c := s.peek(0); c == 'e' || c == 'E' {
		j := 1
		if s.peek(1) == '+' || s.peek(1) == '-' {
			j = 2
		}
		if isDigit(s.peek(j)) {
			kind = tReal
			s.off += j
			digits()
		}
	}
	return token{kind: kind, text: string(s.src.text[i:s.off]), pos: pos, first: first}
}

// str reads a string; it may span lines and has no escape for the quote.
func (s *scanner) str(pos diag.Pos, first bool) token {
	s.off++
	i := s.off
	for s.off < len(s.src.text) && s.src.text[s.off] != '"' {
		if s.src.text[s.off] == '\n' {
			s.newline()
		} else {
			s.off++
		}
	}
	t := token{kind: tStr, text: string(s.src.text[i:s.off]), pos: pos, first: first}
	if s.off >= len(s.src.text) {
		s.rep.errorf(diag.Syntax, pos, "a text that is not closed by a quote")
	} else {
		s.off++
	}
	return t
}

// unit reads a unit's text up to the closing parenthesis, the opening one
// being behind already. It must close on its line.
func (s *scanner) unit() (string, bool) {
	i := s.off
	for s.off < len(s.src.text) {
		switch s.src.text[s.off] {
		case ')':
			t := string(s.src.text[i:s.off])
			s.off++
			return t, true
		case '\n':
			return "", false
		case '}': // goes on behind a unit that is not closed
			return "", false
		}
		s.off++
	}
	return "", false
}
