package nmodl

import (
	"errors"
	"maps"
	"strconv"
	"strings"

	"github.com/rallsim/rall/ir/diag"
)

// ctKind is the kind of a token of C.
type ctKind uint8

const (
	cEnd   ctKind = iota
	cIdent        // name or keyword
	cNum
	cText  // "…", without the quotes
	cPunct // operator or bracket
	cNMODL // a statement of NMODL between two VERBATIMs
	cWrong // something that is no C; text says what
)

// ctok is one token of C, macros expanded.
type ctok struct {
	kind ctKind
	text string
	v    float64 // of a number
	int  bool    // the number has neither point nor exponent
	stmt Stmt    // of cNMODL
	pos  diag.Pos
}

// macro is what #define leaves.
type macro struct {
	params   []string // nil: no parentheses
	variadic bool
	body     []ctok
}

// cpp is a C preprocessor for the texts of VERBATIM: conditionals, and macros
// without # and ##. What NEURON 9.0 defines is defined.
type cpp struct {
	macros map[string]*macro
	budget int       // tokens that expansion may still make, for the whole file
	open   []cppCond // conditionals that are open: one VERBATIM may close what another opened
	on     bool      // the present place is compiled
}

// cppCond is an open #if: on where its present part is compiled, done when
// some part was, was where all of it stands in what is compiled.
type cppCond struct{ on, done, was bool }

const maxCTokens = 400000

func newCpp() *cpp {
	p := &cpp{macros: map[string]*macro{}, budget: maxCTokens, on: true}
	one := []ctok{{kind: cNum, text: "1", v: 1, int: true}}
	for _, name := range []string{"NRN_VERSION_GTEQ_8_2_0", "__cplusplus", "NRN_PRCELLSTATE"} {
		p.macros[name] = &macro{body: one}
	}
	for _, name := range []string{"_threadargs_", "_threadargscomma_", "_threadargsproto_", "_threadargsprotocomma_", "_internalthreadargs_",
		"_internalthreadargsproto_", "_internalthreadargsprotocomma_", "_internalthreadargscomma_"} {
		p.macros[name] = &macro{}
	}
	return p
}

// closed ends a block; false when it leaves a conditional open.
func (p *cpp) closed() bool {
	ok := len(p.open) == 0
	p.open, p.on = nil, true
	return ok
}

// read returns the tokens of the text of one VERBATIM.
func (p *cpp) read(text string, pos diag.Pos) (out []ctok) {
	lines := strings.Split(stripC(text), "\n")
	open, on := p.open, p.on
	defer func() { p.open, p.on = open, on }()
	run := make([]ctok, 0, len(text)/6)
	flush := func() {
		out = append(out, p.expand(run, nil)...)
		run = run[:0]
	}
	for i := 0; i < len(lines); i++ {
		at := pos
		at.Line += i
		if i > 0 {
			at.Col = 1
		}
		line := lines[i]
		for strings.HasSuffix(line, "\\") && i+1 < len(lines) {
			i++
			line = line[:len(line)-1] + " " + lines[i]
		}
		trim := strings.TrimSpace(line)
		if !strings.HasPrefix(trim, "#") {
			if on {
				run = lexC(run, line, at)
			}
			continue
		}
		word, rest := cutWord(strings.TrimSpace(trim[1:]))
		rest = strings.TrimLeft(rest, " \t")
		switch word {
		case "if", "ifdef", "ifndef":
			c := cppCond{was: on}
			if on {
				flush()
				switch word {
				case "ifdef":
					name, _ := cutWord(rest)
					c.on = p.macros[name] != nil
				case "ifndef":
					name, _ := cutWord(rest)
					c.on = p.macros[name] == nil
				default:
					c.on = p.condition(rest, at)
				}
				c.done = c.on
			}
			open = append(open, c)
			on = c.was && c.on
		case "else", "elif":
			if len(open) == 0 {
				continue
			}
			c := &open[len(open)-1]
			if c.was {
				if on {
					flush()
				}
				c.on = !c.done && (word == "else" || p.condition(rest, at))
				c.done = c.done || c.on
			}
			on = c.was && c.on
		case "endif":
			if len(open) == 0 {
				continue
			}
			if on {
				flush()
			}
			on = open[len(open)-1].was
			open = open[:len(open)-1]
		case "define":
			if on {
				flush()
				p.define(rest, at)
			}
		case "undef":
			if on {
				flush()
				name, _ := cutWord(rest)
				delete(p.macros, name)
			}
		}
	}
	if on {
		flush()
	}
	return out
}

// stripC takes comments out of a C text; line ends stay.
func stripC(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		switch {
		case strings.HasPrefix(s[i:], "//"):
			for i < len(s) && s[i] != '\n' {
				i++
			}
		case strings.HasPrefix(s[i:], "/*"):
			b.WriteByte(' ')
			end := strings.Index(s[i+2:], "*/")
			stop := len(s)
			if end >= 0 {
				stop = i + 2 + end + 2
			}
			for ; i < stop; i++ {
				if s[i] == '\n' {
					b.WriteByte('\n')
				}
			}
		case s[i] == '"' || s[i] == '\'':
			j := i + 1
			for j < len(s) && s[j] != s[i] && s[j] != '\n' {
				if s[j] == '\\' {
					j++
				}
				j++
			}
			j = min(j+1, len(s))
			b.WriteString(s[i:j])
			i = j
		default:
			b.WriteByte(s[i])
			i++
		}
	}
	return b.String()
}

func cutWord(s string) (word, rest string) {
	i := 0
	for i < len(s) && (isLetter(s[i]) || isDigit(s[i]) || s[i] == '_') {
		i++
	}
	return s[:i], s[i:]
}

// cOperators are those of more than one character, longest first.
var cOperators = []string{"<<=", ">>=", "...", "->", "++", "--", "<<", ">>", "<=", ">=", "==", "!=", "&&", "||", "+=", "-=", "*=", "/=",
	"%=", "&=", "|=", "^=", "##", "::"}

// lexC appends the tokens of one line.
func lexC(out []ctok, line string, pos diag.Pos) []ctok {
	for i := 0; i < len(line); {
		c := line[i]
		at := pos
		at.Col += i
		switch {
		case c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v':
			i++
		case isLetter(c) || c == '_':
			word, _ := cutWord(line[i:])
			out = append(out, ctok{kind: cIdent, text: word, pos: at})
			i += len(word)
		case isDigit(c) || c == '.' && i+1 < len(line) && isDigit(line[i+1]):
			n := cNumber(line[i:])
			t := ctok{kind: cNum, text: line[i : i+n], pos: at}
			if wrong := t.number(); wrong != "" {
				t.kind, t.text = cWrong, "the number "+t.text+", "+wrong
			}
			out = append(out, t)
			i += n
		case c == '"' || c == '\'':
			j := i + 1
			for j < len(line) && line[j] != c {
				if line[j] == '\\' {
					j++
				}
				j++
			}
			if j >= len(line) {
				return append(out, ctok{kind: cWrong, text: "a text that does not end", pos: at})
			}
			t := ctok{kind: cText, text: line[i+1 : j], pos: at}
			if c == '\'' {
				s := unescape(t.text)
				t = ctok{kind: cNum, text: line[i : j+1], int: true, pos: at}
				if len(s) == 1 {
					t.v = float64(int8(s[0])) // a char has a sign
				} else {
					t.kind, t.text = cWrong, "the text "+t.text+", which is no single character of ASCII"
				}
			}
			out = append(out, t)
			i = j + 1
		default:
			op := line[i : i+1]
			for _, o := range cOperators {
				if strings.HasPrefix(line[i:], o) {
					op = o
					break
				}
			}
			kind := cPunct
			if c >= 0x80 || strings.ContainsRune("@`$\\", rune(c)) {
				kind, op = cWrong, "a character that C does not know"
			}
			out = append(out, ctok{kind: kind, text: op, pos: at})
			i += max(1, len(op)*b2i(kind == cPunct))
		}
	}
	return out
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// cNumber returns the length of the number at the start of s.
func cNumber(s string) int {
	i := 0
	if strings.HasPrefix(s, "0x") || strings.HasPrefix(s, "0X") {
		i = 2
	}
	for i < len(s) {
		c := s[i]
		if isDigit(c) || isLetter(c) || c == '.' || c == '_' {
			i++
			continue
		}
		if (c == '+' || c == '-') && (s[i-1] == 'e' || s[i-1] == 'E') && !strings.HasPrefix(s, "0x") {
			i++
			continue
		}
		break
	}
	return i
}

// number sets the value of a number token, and says what is wrong with it.
func (t *ctok) number() (wrong string) {
	s := strings.ToLower(t.text)
	if strings.HasPrefix(s, "0x") || !strings.ContainsAny(s, ".e") {
		u, err := strconv.ParseUint(strings.TrimRight(s, "ul"), 0, 64)
		t.v, t.int = float64(u), true
		switch {
		case errors.Is(err, strconv.ErrRange):
			return "which has more than 64 bits"
		case err != nil:
			return "which rall cannot read"
		case u > 0 && -u < exactInt: // as numbers of 64 bits are kept
			t.v = -float64(-u)
		case u >= exactInt && uint64(t.v) != u:
			return "an integer of 64 bits that is 2^53 or more, which rall does not compute with"
		}
		return ""
	}
	v, err := strconv.ParseFloat(strings.TrimRight(s, "fl"), 64)
	if err != nil {
		return "which rall cannot read or no double holds"
	}
	if strings.HasSuffix(s, "f") {
		v = float64(float32(v))
	}
	t.v = v
	return ""
}

// define takes the text behind #define.
func (p *cpp) define(rest string, at diag.Pos) {
	name, tail := cutWord(rest)
	if name == "" {
		return
	}
	m := &macro{}
	if strings.HasPrefix(tail, "(") {
		end := strings.IndexByte(tail, ')')
		if end < 0 {
			return
		}
		m.params = []string{}
		for _, q := range strings.Split(tail[1:end], ",") {
			switch q = strings.TrimSpace(q); q {
			case "":
			case "...":
				m.variadic = true
			default:
				m.params = append(m.params, q)
			}
		}
		tail = tail[end+1:]
	}
	m.body = lexC(nil, tail, at)
	p.macros[name] = m
}

// expand replaces macros; those of hide are being expanded already.
func (p *cpp) expand(in []ctok, hide map[string]bool) []ctok {
	out := make([]ctok, 0, len(in))
	for i := 0; i < len(in); i++ {
		t := in[i]
		if p.budget--; p.budget < 0 {
			return append(out, ctok{kind: cWrong, text: "macros without end", pos: t.pos})
		}
		if t.kind != cIdent || hide[t.text] {
			out = append(out, t)
			continue
		}
		m := p.macros[t.text]
		if t.text == "NRN_VERSION_GTEQ" {
			args, next, ok := macroArgs(in, i+1)
			if ok && len(args) == 3 {
				v := 0.0
				for _, a := range args {
					v = float64(v * 1000)
					if len(a) == 1 {
						v += a[0].v
					}
				}
				const nine = 9000002 // the version whose behaviour rall has
				t.kind, t.text, t.int, t.v = cNum, "1", true, float64(b2i(v <= nine))
				i = next - 1
			}
			out = append(out, t)
			continue
		}
		if m == nil {
			out = append(out, t)
			continue
		}
		inner := maps.Clone(hide)
		if inner == nil {
			inner = map[string]bool{}
		}
		inner[t.text] = true
		body := m.body
		if m.params != nil {
			args, next, ok := macroArgs(in, i+1)
			if !ok {
				out = append(out, t)
				continue
			}
			i = next - 1
			body = nil
			for _, b := range m.body {
				at := -1
				for k, q := range m.params {
					if b.kind == cIdent && b.text == q {
						at = k
					}
				}
				switch {
				case at >= 0 && at < len(args):
					body = append(body, p.expand(args[at], hide)...)
				case b.kind == cIdent && b.text == "__VA_ARGS__" && m.variadic:
					for k := len(m.params); k < len(args); k++ {
						if k > len(m.params) {
							body = append(body, ctok{kind: cPunct, text: ",", pos: t.pos})
						}
						body = append(body, p.expand(args[k], hide)...)
					}
				default:
					body = append(body, b)
				}
				if p.budget -= len(body) / 64; p.budget < 0 || len(body) > maxCTokens {
					return append(out, ctok{kind: cWrong, text: "macros without end", pos: t.pos})
				}
			}
		}
		made := p.expand(body, inner)
		for k := range made {
			made[k].pos = t.pos
		}
		out = append(out, made...)
	}
	return out
}

// macroArgs reads "(a, b, …)" from token i on.
func macroArgs(in []ctok, i int) (args [][]ctok, next int, ok bool) {
	if i >= len(in) || in[i].text != "(" || in[i].kind != cPunct {
		return nil, i, false
	}
	depth := 0
	var arg []ctok
	for ; i < len(in); i++ {
		t := in[i]
		if t.kind == cPunct {
			switch t.text {
			case "(", "[", "{":
				if depth++; depth == 1 {
					continue
				}
			case ")", "]", "}":
				if depth--; depth == 0 {
					if len(args) > 0 || len(arg) > 0 {
						args = append(args, arg)
					}
					return args, i + 1, true
				}
			case ",":
				if depth == 1 {
					args = append(args, arg)
					arg = nil
					continue
				}
			}
		}
		arg = append(arg, t)
	}
	return nil, i, false
}

// condition evaluates the expression of #if; what is not understood is false.
func (p *cpp) condition(text string, at diag.Pos) bool {
	toks := lexC(nil, text, at)
	var in []ctok
	for i := 0; i < len(toks); i++ {
		if toks[i].text == "defined" {
			name := ""
			if i+1 < len(toks) && toks[i+1].kind == cIdent {
				name = toks[i+1].text
				i++
			} else if i+3 < len(toks) && toks[i+1].text == "(" {
				name = toks[i+2].text
				i += 3
			}
			known := p.macros[name] != nil || name == "NRN_VERSION_GTEQ"
			in = append(in, ctok{kind: cNum, text: "0", int: true, v: float64(b2i(known)), pos: at})
			continue
		}
		in = append(in, toks[i])
	}
	in = p.expand(in, nil)
	for i := range in {
		if in[i].kind == cIdent { // a name that nothing defines is 0
			in[i] = ctok{kind: cNum, text: "0", int: true, pos: at}
		}
	}
	c := &cparser{toks: in}
	value := 0.0
	c.try(func() {
		e := c.expr()
		if c.peek().kind == cEnd {
			value = e.constant()
		}
	})
	return value != 0
}
