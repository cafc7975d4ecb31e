package syntax

import (
	"bytes"
	"strconv"
	"strings"
)

type tok byte

const (
	tEOF tok = iota
	tNewline
	tName
	tKeyword
	tNum
	tStr
	tArg
	tOp  // text is the operator or mark
	tBad // text is the complaint
)

// token is a word of the text.
type token struct {
	kind tok
	pos  Pos
	end  int // offset behind it
	text string
	num  float64 // of tNum; the number of an argument, 0 for $i
	arg  ArgKind
}

var keywords = words(`proc func obfunc return break continue stop if else while for print delete debug double
	depvar eqn local localobj strdef help iterator iterator_statement create connect setpointer access insert uninsert
	forall ifsec forsec begintemplate endtemplate objectvar objref public external new`)

// IsKeyword says whether a word is one of the language itself.
func IsKeyword(word string) bool { return keywords[word] }

func words(s string) map[string]bool {
	m := map[string]bool{}
	for _, k := range strings.Fields(s) {
		m[k] = true
	}
	return m
}

// EndLines returns the text of a file with LF where a CR alone ends a line, as in
// files of old Macs. The text itself stays as it is.
func EndLines(text []byte) []byte {
	own := false
	for at, c := range text {
		if c != '\r' || at+1 < len(text) && text[at+1] == '\n' {
			continue
		}
		if !own {
			text, own = bytes.Clone(text), true
		}
		text[at] = '\n'
	}
	return text
}

// scanner cuts a text into tokens.
type scanner struct {
	src  []byte
	at   int
	line int32
	bol  int // where the line begins
	open Pos // where a comment begins that does not end
}

func (s *scanner) pos() Pos { return Pos{s.line, int32(s.at-s.bol) + 1} }

func (s *scanner) peek(n int) byte {
	if s.at+n < len(s.src) {
		return s.src[s.at+n]
	}
	return 0
}

func letter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' }
func digit(c byte) bool  { return c >= '0' && c <= '9' }

func (s *scanner) newline() {
	s.at++
	s.line++
	s.bol = s.at
}

// skip passes over blanks, comments and continued lines. A comment that does not end
// goes to the end of the file, as in NEURON.
func (s *scanner) skip() {
	for s.at < len(s.src) {
		switch c := s.src[s.at]; {
		case c == ' ' || c == '\t' || c == '\f' || c == '\v' || c == 0x1a: // the last ends files of DOS
			s.at++
		case c == '\r' && s.peek(1) == '\n':
			s.at++
		case c == '\\' && s.peek(1) == '\n':
			s.at++
			s.newline()
		case c == '\\' && s.peek(1) == '\r' && s.peek(2) == '\n':
			s.at += 2
			s.newline()
		case c == '/' && s.peek(1) == '/':
			for s.at < len(s.src) && s.src[s.at] != '\n' {
				s.at++
			}
		case c == '/' && s.peek(1) == '*':
			begin := s.pos()
			for s.at += 2; ; {
				if s.at >= len(s.src) {
					s.open = begin
					return
				}
				if s.src[s.at] == '*' && s.peek(1) == '/' {
					s.at += 2
					break
				}
				if s.src[s.at] == '\n' {
					s.newline()
				} else {
					s.at++
				}
			}
		default:
			return
		}
	}
}

func (s *scanner) next() token {
	t := s.token()
	t.end = s.at
	return t
}

func (s *scanner) token() token {
	s.skip()
	t := token{pos: s.pos()}
	if s.at >= len(s.src) {
		return t
	}
	start := s.at
	switch c := s.src[s.at]; {
	case c == '\n':
		t.kind = tNewline
		s.newline()
	case c == '\r': // of a text to execute, where it ends a statement but no line
		t.kind = tNewline
		s.at++
	case letter(c):
		for s.at < len(s.src) && (letter(s.src[s.at]) || digit(s.src[s.at])) {
			s.at++
		}
		t.kind, t.text = tName, string(s.src[start:s.at])
		if keywords[t.text] {
			t.kind = tKeyword
		}
	case digit(c) || c == '.' && digit(s.peek(1)):
		s.number(&t)
	case c == '"':
		s.quoted(&t)
	case c == '$':
		s.argument(&t)
	default:
		s.operator(&t, c)
	}
	return t
}

func (s *scanner) number(t *token) {
	start := s.at
	if s.src[s.at] == '0' && (s.peek(1) == 'x' || s.peek(1) == 'X') {
		s.at += 2
		for s.at < len(s.src) && (digit(s.src[s.at]) || letter(s.src[s.at])) {
			s.at++
		}
		n, err := strconv.ParseUint(string(s.src[start+2:s.at]), 16, 64)
		t.kind, t.num = tNum, float64(n)
		if err != nil {
			t.kind, t.text = tBad, "not a hexadecimal number: "+string(s.src[start:s.at])
		}
		return
	}
	for digit(s.peek(0)) {
		s.at++
	}
	if s.peek(0) == '.' {
		s.at++
		for digit(s.peek(0)) {
			s.at++
		}
	}
	if c := s.peek(0); c == 'e' || c == 'E' {
		k := 1
		if s.peek(k) == '+' || s.peek(k) == '-' {
			k++
		}
		if digit(s.peek(k)) {
			for s.at += k; digit(s.peek(0)); {
				s.at++
			}
		}
	}
	text := string(s.src[start:s.at])
	x, err := strconv.ParseFloat(text, 64)
	t.kind, t.num = tNum, x
	if err != nil && x == 0 {
		t.kind, t.text = tBad, "not a number: "+text
	}
}

var escapes = map[byte]byte{'n': '\n', 't': '\t', 'r': '\r', 'b': '\b', 'f': '\f'}

func (s *scanner) quoted(t *token) {
	var b strings.Builder
	for s.at++; ; s.at++ {
		if s.at >= len(s.src) || s.src[s.at] == '\n' {
			t.kind, t.text = tBad, "a string that does not end on its line"
			return
		}
		c := s.src[s.at]
		if c == '"' {
			s.at++
			t.kind, t.text = tStr, b.String()
			return
		}
		if c == '\\' && (s.peek(1) == '\n' || s.peek(1) == '\r' && s.peek(2) == '\n') { // the line goes on in the next, and its end is in the string
			b.WriteByte('\n')
			if s.peek(1) == '\r' {
				s.at++
			}
			s.at++
			s.newline()
			s.at--
			continue
		}
		if c == '\\' && s.at+1 < len(s.src) {
			s.at++
			c = s.src[s.at]
			if e, ok := escapes[c]; ok {
				c = e
			}
		}
		b.WriteByte(c)
	}
}

func (s *scanner) argument(t *token) {
	s.at++
	t.kind = tArg
	switch s.peek(0) {
	case 's':
		t.arg = StrArg
		s.at++
	case 'o':
		t.arg = ObjArg
		s.at++
	case '&':
		t.arg = RefArg
		s.at++
	}
	if s.peek(0) == 'i' && !letter(s.peek(1)) && !digit(s.peek(1)) {
		s.at++
		return
	}
	n := 0
	start := s.at
	for digit(s.peek(0)) {
		n = min(n*10+int(s.peek(0)-'0'), 1<<20)
		s.at++
	}
	if s.at == start || n == 0 {
		t.kind, t.text = tBad, "expected the number of an argument after $ (counted from 1)"
		return
	}
	t.num = float64(n)
}

func (s *scanner) operator(t *token, c byte) {
	t.kind = tOp
	n := 1
	switch two := string([]byte{c, s.peek(1)}); two {
	case "==", "!=", "<=", ">=", "&&", "||", "+=", "-=", "*=", "/=":
		n = 2
	default:
		if !strings.ContainsRune("+-*/%^=<>!()[]{},;:&.~", rune(c)) {
			t.kind, t.text = tBad, "a character that is no part of the language: "+strconv.QuoteRune(rune(c))
			s.at++
			return
		}
	}
	t.text = string(s.src[s.at : s.at+n])
	s.at += n
}
