package hoc

import (
	"math"
	"strconv"
	"strings"

	"github.com/rallsim/rall/ir/diag"
)

// formatG is C's %.*g.
func formatG(x float64, prec int) string { return verb{conv: 'g', prec: prec}.number(x) }

// verb is one conversion of a printf format.
type verb struct {
	conv                          byte
	width, prec                   int // prec -1: not given
	minus, plus, space, alt, zero bool
	bits                          int // of a whole number; 0: C's int
	longer                        int // l's and L's, C's longer types
}

// parseVerb reads a conversion after its %. It returns how long it is, 0 if
// it is none. What * stands for comes from star, if there is one.
func parseVerb(s string, star func() int) (verb, int) {
	v := verb{prec: -1}
	i := 0
flags:
	for ; i < len(s); i++ {
		switch s[i] {
		case '-':
			v.minus = true
		case '+':
			v.plus = true
		case ' ':
			v.space = true
		case '#':
			v.alt = true
		case '0':
			v.zero = true
		case '\'': // groups of digits, of which this locale has none
		default:
			break flags
		}
	}
	digits := func() int {
		n := 0
		if i < len(s) && s[i] == '*' && star != nil {
			i++
			return star()
		}
		for ; i < len(s) && s[i] >= '0' && s[i] <= '9'; i++ {
			n = min(n*10+int(s[i]-'0'), 4096)
		}
		return n
	}
	if v.width = digits(); v.width < 0 {
		v.minus, v.width = true, -v.width
	}
	v.width = min(v.width, 4096)
	if i < len(s) && s[i] == '.' {
		i++
		v.prec = min(max(digits(), -1), 1024)
	}
	for ; i < len(s) && (s[i] == 'l' || s[i] == 'h' || s[i] == 'L'); i++ {
		switch {
		case s[i] == 'l':
			v.bits = 64
			v.longer++
		case s[i] == 'L':
			v.longer = 2
		case v.bits == 16:
			v.bits = 8
		default:
			v.bits = 16
		}
	}
	if i >= len(s) {
		return v, 0
	}
	v.conv = s[i]
	return v, i + 1
}

// number formats a number as C's printf does.
func (v verb) number(x float64) string {
	switch v.conv {
	case 'd', 'i', 'u':
		prec := v.prec
		n := v.whole(x)
		s := strconv.FormatInt(n, 10)
		neg := strings.HasPrefix(s, "-")
		s = strings.TrimPrefix(s, "-")
		if v.conv == 'u' && neg {
			s, neg = strconv.FormatUint(v.unsigned(n), 10), false
		}
		if n == 0 && prec == 0 {
			s = ""
		}
		for len(s) < prec {
			s = "0" + s
		}
		return v.pad(v.sign(neg)+s, prec < 0)
	case 'x', 'X', 'o':
		base := 16
		if v.conv == 'o' {
			base = 8
		}
		prefix := ""
		n := v.unsigned(v.whole(x))
		s := strconv.FormatUint(n, base)
		if n == 0 && v.prec == 0 {
			s = ""
		}
		for len(s) < v.prec {
			s = "0" + s
		}
		switch {
		case v.alt && base == 16 && n != 0:
			prefix = "0x"
		case v.alt && base == 8 && !strings.HasPrefix(s, "0"):
			s = "0" + s
		}
		if v.zero && !v.minus && v.prec < 0 {
			for len(prefix)+len(s) < v.width {
				s = "0" + s
			}
		}
		if s = prefix + s; v.conv == 'X' {
			s = strings.ToUpper(s)
		}
		return v.pad(s, false)
	case 'c':
		return v.pad(string([]byte{byte(cInt32(x))}), false)
	}
	if math.IsNaN(x) || math.IsInf(x, 0) {
		s := "inf"
		if math.IsNaN(x) {
			s = "nan"
		}
		if v.conv >= 'A' && v.conv <= 'Z' {
			s = strings.ToUpper(s)
		}
		return v.pad(v.sign(math.Signbit(x))+s, false)
	}
	prec := v.prec
	if prec < 0 {
		prec = 6
	}
	neg := math.Signbit(x)
	x = math.Abs(x)
	var s string
	switch v.conv {
	case 'f', 'F':
		s = strconv.FormatFloat(x, 'f', prec, 64)
	case 'e', 'E':
		s = strconv.FormatFloat(x, 'e', prec, 64)
	default:
		s = generalG(x, prec, v.alt)
	}
	if v.alt && !strings.Contains(s, ".") {
		k := strings.IndexByte(s, 'e')
		if k < 0 {
			k = len(s)
		}
		s = s[:k] + "." + s[k:]
	}
	if v.conv == 'E' || v.conv == 'G' {
		s = strings.ToUpper(s)
	}
	return v.pad(v.sign(neg)+s, true)
}

// whole is C's conversion of a number to an int, or to a long, from which a
// short or a char takes the last bits.
func (v verb) whole(x float64) int64 {
	switch v.bits {
	case 64:
		return cInt(x)
	case 16:
		return int64(int16(cInt32(x)))
	case 8:
		return int64(int8(cInt32(x)))
	}
	return cInt32(x)
}

// unsigned is such a number without sign.
func (v verb) unsigned(n int64) uint64 {
	switch v.bits {
	case 64:
		return uint64(n)
	case 16:
		return uint64(uint16(n))
	case 8:
		return uint64(uint8(n))
	}
	return uint64(uint32(n))
}

// generalG is %g of a number that is not negative.
func generalG(x float64, prec int, alt bool) string {
	if prec == 0 {
		prec = 1
	}
	e := strconv.FormatFloat(x, 'e', prec-1, 64)
	k := strings.LastIndexByte(e, 'e')
	exp, _ := strconv.Atoi(e[k+1:])
	if exp < -4 || exp >= prec {
		m := e[:k]
		if !alt {
			m = trimZeros(m)
		}
		return m + e[k:]
	}
	s := strconv.FormatFloat(x, 'f', prec-1-exp, 64)
	if !alt {
		s = trimZeros(s)
	}
	return s
}

func trimZeros(s string) string {
	if strings.IndexByte(s, '.') < 0 {
		return s
	}
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}

func (v verb) sign(neg bool) string {
	switch {
	case neg:
		return "-"
	case v.plus:
		return "+"
	case v.space:
		return " "
	}
	return ""
}

func (v verb) pad(s string, zeros bool) string {
	n := v.width - len(s)
	if n <= 0 {
		return s
	}
	switch {
	case v.minus:
		return s + strings.Repeat(" ", n)
	case v.zero && zeros:
		sign := ""
		if s != "" && strings.IndexByte("+- ", s[0]) >= 0 {
			sign, s = s[:1], s[1:]
		}
		return sign + strings.Repeat("0", n) + s
	}
	return strings.Repeat(" ", n) + s
}

// cInt is C's conversion of a number to an int.
func cInt(x float64) int64 {
	if math.IsNaN(x) || x >= 9.2e18 || x <= -9.2e18 {
		return math.MinInt64
	}
	return int64(x)
}

// cInt32 is C's conversion to 32 bits, on the processors that NEURON mostly
// runs on.
func cInt32(x float64) int64 {
	if n := cInt(x); n >= math.MinInt32 && n <= math.MaxInt32 {
		return n
	}
	return math.MinInt32
}

// conversions are the letters that end a conversion of HOC's formats; others,
// as i, u, X and G, are text like any other.
const conversions = "doxcfegs%"

// sprintf formats the arguments from number first on by the format before
// them. HOC looks for the next of its conversions behind a %, whatever stands
// between, and prints what has none as it is.
func (c *call) sprintf(first int) string {
	format := c.str(first)
	f := formatter{c: c, next: first + 1}
	for len(format) > 0 && !c.in.failed {
		i := strings.IndexByte(format, '%')
		if i < 0 {
			i = len(format)
		}
		f.b.WriteString(format[:i])
		format = format[i:]
		k := -1
		if len(format) > 0 {
			k = strings.IndexAny(format[1:], conversions) + 1
		}
		if k <= 0 {
			f.b.WriteString(format)
			break
		}
		if format[k] == '%' {
			f.b.WriteString(format[:k])
		} else if v, n := parseVerb(format[1:k+1], nil); n == k && (v.longer < 2 || v.bits == 64 && strings.IndexByte("dox", v.conv) >= 0) {
			f.put(v)
		} else { // C would read other arguments than it is given
			c.in.warnOnce(c.fr, c.pos, diag.NrnCompat, c.name, "%s: HOC has no conversion like %s, and what NEURON prints here is not defined: C's meaning is printed; %%d, %%o, %%x, %%c, %%f, %%e, %%g and %%s are known, with numbers as widths",
				c.name, format[:k+1])
			f.asC(format[:k+1])
		}
		format = format[k+1:]
		if f.b.Len() > 1<<20 {
			c.fail("a text of more than a million characters")
		}
	}
	return f.b.String()
}

// formatter is a text in the making: next is the argument that comes next.
type formatter struct {
	c    *call
	b    strings.Builder
	next int
}

// put writes an argument.
func (f *formatter) put(v verb) {
	c := f.c
	switch v.conv {
	case 's':
		s := ""
		switch {
		case c.is(f.next, objKind):
			s = (*c.args[f.next].obj).Name()
		case c.is(f.next, numKind):
			c.fail("%%s for the number %g", c.args[f.next].x)
		default:
			s = c.str(f.next)
		}
		if v.prec >= 0 && v.prec < len(s) {
			s = s[:v.prec]
		}
		f.b.WriteString(v.pad(s, false))
	default:
		s, _, _ := strings.Cut(v.number(c.num(f.next)), "\x00") // a text ends there
		f.b.WriteString(s)
	}
	f.next++
}

// asC writes arguments as C's printf does.
func (f *formatter) asC(format string) {
	star := func() int {
		x := f.c.num(f.next)
		f.next++
		return int(cInt(x))
	}
	for i := 0; i < len(format) && !f.c.in.failed; i++ {
		v, n := verb{}, 0
		if format[i] == '%' {
			v, n = parseVerb(format[i+1:], star)
		}
		if n == 0 || strings.IndexByte("diuxXocfFeEgGs", v.conv) < 0 {
			f.b.WriteByte(format[i])
			continue
		}
		f.put(v)
		i += n
	}
}

// oneNumber says what is wrong with a format for elements of a Vector: more than
// one conversion, or one that is not of floating-point numbers.
func (c *call) oneNumber(format string) {
	for i, had := 0, false; i < len(format) && !c.in.failed; i++ {
		if format[i] != '%' {
			continue
		}
		if i++; i < len(format) && format[i] == '%' {
			continue
		}
		starred := false
		v, n := parseVerb(format[min(i, len(format)):], func() int { starred = true; return 0 })
		switch {
		case starred, n == 0, strings.IndexByte("fegFEG", v.conv) < 0:
			c.fail("the format %q does not suit elements of a Vector: %%g, %%f and %%e do", format)
		case had:
			c.fail("the format %q asks for more than one number, and is given one element of a Vector", format)
		}
		had = true
		i += n - 1
	}
}

// sscanf reads src by a format into the arguments from number first on, and
// returns how many it set, or -1 when the text ends before the first.
func (c *call) sscanf(src, format string, first int) int {
	set, next, at := 0, first, 0
	blanks := func() {
		for at < len(src) && isBlank(src[at]) {
			at++
		}
	}
	for i := 0; i < len(format) && !c.in.failed; i++ {
		ch := format[i]
		if isBlank(ch) {
			blanks()
			continue
		}
		if ch != '%' {
			if at >= len(src) || src[at] != ch {
				if at >= len(src) && set == 0 {
					return -1
				}
				return set
			}
			at++
			continue
		}
		i++
		if i < len(format) && format[i] == '%' {
			blanks()
			if at >= len(src) || src[at] != '%' {
				return set
			}
			at++
			continue
		}
		skip := false
		if i < len(format) && format[i] == '*' {
			skip = true
			i++
		}
		width := 0
		for ; i < len(format) && format[i] >= '0' && format[i] <= '9'; i++ {
			width = min(width*10+int(format[i]-'0'), 1<<20)
		}
		long := i < len(format) && format[i] == 'l'
		if long {
			i++
		}
		if i < len(format) && (format[i] == 'h' || format[i] == 'l') {
			c.fail("the conversion %%%c is not known", format[i])
			return set
		}
		if i >= len(format) {
			return set
		}
		conv := format[i]
		if conv != 'c' && conv != '[' && conv != 'n' {
			blanks()
		}
		if conv == 'n' {
			if !skip {
				c.setNum(next, float64(at))
				next++
			}
			continue
		}
		if at >= len(src) {
			if set == 0 {
				return -1
			}
			return set
		}
		end := len(src)
		if width > 0 {
			end = min(end, at+width)
		}
		start := at
		switch conv {
		case 'd', 'i', 'u', 'x', 'o':
			at = scanInt(src, at, end, conv == 'x' || conv == 'i' && hexAt(src, at, end))
			if conv == 'o' {
				if k := strings.IndexAny(src[start:at], "89"); k >= 0 {
					at = start + k
				}
				if at > start && (src[at-1] == '+' || src[at-1] == '-') {
					at = start
				}
			}
		case 'f', 'e', 'g', 'E', 'G':
			at = scanFloat(src, at, end)
		case 's':
			for at < end && !isBlank(src[at]) {
				at++
			}
		case 'c':
			at++
		case '[':
			var in func(byte) bool
			in, i = scanSet(format, i+1)
			for at < end && in(src[at]) {
				at++
			}
		default:
			c.fail("the conversion %%%c is not known", conv)
			return set
		}
		if at == start {
			return set
		}
		if skip {
			continue
		}
		word := src[start:at]
		switch conv {
		case 's', '[':
			if p := c.strVar(next); !c.in.failed {
				*p = word
			}
		case 'c':
			c.setNum(next, float64(word[0]))
		case 'd', 'i', 'u', 'x', 'o':
			base := map[byte]int{'d': 10, 'u': 10, 'x': 16, 'o': 8}[conv]
			n := cNumber(word, base, conv != 'd' && conv != 'i')
			if !long {
				n = int64(int32(n)) // the variable is C's int
			}
			c.setNum(next, float64(n))
		default:
			if hexAt(word, 0, len(word)) && !strings.ContainsAny(word, "pP") {
				word += "p0" // Go has no such number without
			}
			x, _ := strconv.ParseFloat(strings.TrimPrefix(word, "+"), 64)
			c.setNum(next, x)
		}
		next++
		set++
	}
	return set
}

// hexAt says whether what stands at a place begins with 0x, behind a sign.
func hexAt(s string, at, end int) bool {
	if at < end && (s[at] == '+' || s[at] == '-') {
		at++
	}
	return at+1 < end && s[at] == '0' && (s[at+1] == 'x' || s[at+1] == 'X')
}

// cNumber is a whole number as C reads them in a base: in base 16 with 0x before
// it or without, and if the base is 0, as 0x and 0 tell. What is too large is the
// largest, of 64 bits with or without sign.
func cNumber(word string, base int, unsigned bool) int64 {
	neg := word[0] == '-'
	s := strings.ToLower(strings.TrimLeft(word, "+-"))
	switch hex := strings.HasPrefix(s, "0x"); {
	case hex && (base == 0 || base == 16):
		base, s = 16, s[2:]
	case base == 0 && s[0] == '0':
		base = 8
	case base == 0:
		base = 10
	}
	if unsigned {
		n, _ := strconv.ParseUint(s, base, 64)
		if neg && n != math.MaxUint64 {
			n = -n
		}
		return int64(n)
	}
	if neg {
		s = "-" + s
	}
	n, _ := strconv.ParseInt(s, base, 64)
	return n
}

// setNum writes to argument i, a pointer to a number.
func (c *call) setNum(i int, x float64) {
	if p := c.ref(i); !c.in.failed {
		*p = x
	}
}

func isBlank(c byte) bool { return c == ' ' || c >= '\t' && c <= '\r' }

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isHex(c byte) bool { return isDigit(c) || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F' }

func scanInt(s string, at, end int, hex bool) int {
	start := at
	if at < end && (s[at] == '+' || s[at] == '-') {
		at++
	}
	first := at
	for at < end && (s[at] >= '0' && s[at] <= '9' || hex && (s[at] >= 'a' && s[at] <= 'f' || s[at] >= 'A' && s[at] <= 'F' || at == first+1 && s[first] == '0' && (s[at] == 'x' || s[at] == 'X'))) {
		at++
	}
	if at == first {
		return start
	}
	return at
}

func scanFloat(s string, at, end int) int {
	start := at
	if at < end && (s[at] == '+' || s[at] == '-') {
		at++
	}
	for _, w := range []string{"infinity", "inf", "nan"} {
		if at+len(w) <= end && strings.EqualFold(s[at:at+len(w)], w) {
			return at + len(w)
		}
	}
	digit, power := isDigit, byte('e')
	if hexAt(s, at, end) {
		at += 2
		digit, power = isHex, 'p'
	}
	digits := 0
	for at < end && digit(s[at]) {
		at++
		digits++
	}
	if at < end && s[at] == '.' {
		at++
		for at < end && digit(s[at]) {
			at++
			digits++
		}
	}
	if digits == 0 {
		return start
	}
	if at < end && s[at]|0x20 == power {
		k := at + 1
		if k < end && (s[k] == '+' || s[k] == '-') {
			k++
		}
		if k < end && s[k] >= '0' && s[k] <= '9' {
			for at = k; at < end && s[at] >= '0' && s[at] <= '9'; at++ {
			}
		}
	}
	return at
}

// scanSet reads the set of %[…] from place i of a format; it returns the place
// of its closing bracket.
func scanSet(format string, i int) (func(byte) bool, int) {
	var set [256]bool
	not := false
	if i < len(format) && format[i] == '^' {
		not = true
		i++
	}
	for first := true; i < len(format) && (format[i] != ']' || first); i++ {
		first = false
		lo := format[i]
		if i+2 < len(format) && format[i+1] == '-' && format[i+2] != ']' {
			for k := int(lo); k <= int(format[i+2]); k++ {
				set[k] = true
			}
			i += 2
			continue
		}
		set[lo] = true
	}
	return func(b byte) bool { return set[b] != not }, i
}
