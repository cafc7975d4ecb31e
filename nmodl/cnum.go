package nmodl

import (
	"fmt"
	"math"
	"math/bits"
	"path"
	"path/filepath"
	"strings"

	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/mech"
)

// The numbers of C. A mechanism computes with doubles, and every type of C is
// kept in one: an integer of up to 32 bits as itself, a float as a double that
// is one. Operations give what C's give: they are followed by a reduction to
// 32 bits, or a rounding to float, and products are taken in halves where a
// double could not hold them. An integer of 64 bits is kept as itself, or as
// the number nearest 0 that is equal to it modulo 2^64, as long as that is less
// than 2^53; beyond, the run ends with the place in the source.
//
// An integer is never the negative zero, which C's integers do not have and
// which a division or an atan2 would tell from 0.

// cKind is a type of numbers of C, as compilers for today's machines have them.
type cKind uint8

const (
	cDouble cKind = iota // NMODL's numbers
	cFloat
	cBool
	cChar
	cUchar
	cShort
	cUshort
	cInt
	cUint
	cLong
	cUlong
)

var cNumNames = [...]string{"double", "float", "bool", "char", "unsigned char", "short", "unsigned short", "int", "unsigned int", "long", "unsigned long"}

func (n cKind) String() string { return cNumNames[n] }

func (n cKind) integer() bool { return n >= cBool }

func (n cKind) signed() bool { return n == cChar || n == cShort || n == cInt || n == cLong }

// size is sizeof.
func (n cKind) size() int { return [...]int{8, 4, 1, 1, 1, 2, 2, 4, 4, 8, 8}[n] }

func (n cKind) bits() int { return 8 * n.size() }

// holds says whether every value of the integer type m is one of n.
func (n cKind) holds(m cKind) bool {
	switch {
	case m == cBool || n == m:
		return true
	case n == cBool:
		return false
	case n.signed() == m.signed():
		return n.bits() >= m.bits()
	}
	return n.signed() && n.bits() > m.bits()
}

// promoted is the type in which C computes with a value of n.
func (n cKind) promoted() cKind {
	if n.integer() && n < cInt {
		return cInt
	}
	return n
}

// common is the type in which C computes with values of two types.
func common(n, m cKind) cKind {
	switch {
	case n == cDouble || m == cDouble:
		return cDouble
	case n == cFloat || m == cFloat:
		return cFloat
	}
	return max(n.promoted(), m.promoted()) // of equal size the unsigned one
}

// numWords are the words of which the names of number types are made, and what
// they say.
var numWords = map[string]string{"char": "char", "short": "short", "int": "int", "long": "long", "float": "float", "double": "double",
	"signed": "signed", "unsigned": "unsigned", "bool": "bool", "_Bool": "bool",
	"int8_t": "signed char", "uint8_t": "unsigned char", "int16_t": "short", "uint16_t": "unsigned short", "int32_t": "int", "uint32_t": "unsigned",
	"int64_t": "long", "uint64_t": "unsigned long", "size_t": "unsigned long", "ssize_t": "long", "ptrdiff_t": "long", "uint": "unsigned", "ulong": "unsigned long"}

// numType is the type of numbers that words name; false when rall has none.
func numType(words []string) (cKind, bool) {
	count := map[string]int{}
	for _, w := range words {
		for _, w := range strings.Fields(numWords[w]) {
			count[w]++
		}
	}
	pick := func(n cKind) (cKind, bool) { return n + cKind(b2i(count["unsigned"] > 0)), true }
	switch {
	case count["double"] > 0:
		return cDouble, count["long"] == 0
	case count["float"] > 0:
		return cFloat, true
	case count["bool"] > 0:
		return cBool, true
	case count["char"] > 0:
		return pick(cChar)
	case count["short"] > 0:
		return pick(cShort)
	case count["long"] > 0:
		return pick(cLong)
	}
	return pick(cInt)
}

const (
	exactInt = 1 << 53 // below it every integer is a double
	two32    = 1 << 32
)

func num(v float64) mech.Expr { return mech.Num{V: v} }

func binary(op mech.Op, x, y mech.Expr) mech.Expr { return mech.Binary{Op: op, X: x, Y: y} }

func call(fn mech.Builtin, xs ...mech.Expr) mech.Expr { return mech.Call{Fn: fn, Args: xs} }

// positive turns the negative zero into 0.
func positive(x mech.Expr) mech.Expr { return binary(mech.Add, x, num(0)) }

// sure ends the run where cond does not hold.
func (b *body) sure(cond mech.Expr, pos diag.Pos, format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	b.pre = append(b.pre, mech.If{Cond: mech.Unary{Op: mech.Not, X: cond}, Then: []mech.Stmt{
		mech.Fail{Text: fmt.Sprintf("line %d of %s: %s", pos.Line, path.Base(filepath.ToSlash(pos.File)), text), Pos: pos}}, Pos: pos})
}

// within is x, which must be an integer that a double holds.
func (b *body) within(x mech.Expr, pos diag.Pos) mech.Expr {
	x = b.held(x)
	b.sure(binary(mech.Lt, call(mech.Fabs, x), num(exactInt)), pos, "an integer of 64 bits is 2^53 or more, which rall does not compute with")
	return x
}

// convert is v as a number of another type.
func (b *body) convert(v cValue, to cKind, pos diag.Pos) mech.Expr {
	x, from := b.raw(v, pos), v.num
	if n, ok := x.(mech.Num); ok {
		y, ok := converted(n.V, from, to)
		if !ok {
			b.giveUp(pos, "the number %g as %s", n.V, to)
		}
		if y == n.V {
			return n
		}
		return num(y)
	}
	switch {
	case from == to:
		return x
	case to == cDouble:
		return b.number(v, pos)
	case to == cFloat:
		if x = b.number(v, pos); from.integer() && from.bits() <= 16 {
			return x
		}
		return call(mech.Single, x)
	case to == cBool:
		return binary(mech.Ne, x, num(0))
	case !from.integer():
		return b.fromReal(x, to, pos)
	case to.holds(from), to == cUlong, to == cLong: // modulo 2^64 in the last cases
		return x
	}
	return b.reduced(x, to)
}

// fromReal truncates a real number to an integer. What C leaves open, numbers
// that the type does not have, is what processors of the x86 kind make of it.
func (b *body) fromReal(x mech.Expr, to cKind, pos diag.Pos) mech.Expr {
	t := b.held(truncate(b.held(x)))
	size := call(mech.Fabs, t)
	switch to {
	case cLong, cUlong:
		return positive(b.within(t, pos))
	case cUint:
		low := b.reduced(t, cUint)
		return mech.Select{Cond: binary(mech.Lt, size, num(1<<63)), Then: positive(low), Else: num(0)}
	}
	i := mech.Select{Cond: binary(mech.Lt, size, num(1<<31)), Then: positive(t), Else: num(-1 << 31)}
	if to == cInt {
		return i
	}
	return b.reduced(b.held(i), to)
}

// reduced is the integer of a type that is equal to the integer x modulo a
// power of two.
func (b *body) reduced(x mech.Expr, to cKind) mech.Expr {
	size := math.Ldexp(1, to.bits())
	x = b.held(x)
	low := binary(mech.Sub, x, binary(mech.Mul, num(size), call(mech.Floor, binary(mech.Mul, x, num(1/size)))))
	if !to.signed() {
		return low
	}
	low = b.held(low)
	return mech.Select{Cond: binary(mech.Ge, low, num(size/2)), Then: binary(mech.Sub, low, num(size)), Else: low}
}

// sum brings a sum or a difference of two integers of a type back into it.
func (b *body) sum(x mech.Expr, t cKind, pos diag.Pos) mech.Expr {
	switch t {
	case cUint:
		return b.reduced(x, t)
	case cLong, cUlong:
		return b.within(x, pos)
	}
	x = b.held(x)
	return binary(mech.Sub, x, binary(mech.Mul, num(two32), call(mech.Floor, binary(mech.Mul, binary(mech.Add, x, num(two32/2)), num(1.0/two32)))))
}

// product multiplies two integers of a type.
func (b *body) product(x, y mech.Expr, t cKind, pos diag.Pos) mech.Expr {
	if t == cLong || t == cUlong {
		return positive(b.within(binary(mech.Mul, x, y), pos))
	}
	if _, ok := x.(mech.Num); ok {
		x, y = y, x
	}
	if k, ok := y.(mech.Num); ok && math.Abs(k.V) < exactInt/two32 {
		p := binary(mech.Mul, x, y)
		if t == cUint {
			return b.reduced(p, t)
		}
		return b.sum(positive(p), t, pos)
	}
	// x = high*2^16 + low; of high*y no more than 16 bits count
	x, y = b.held(x), b.held(y)
	high := b.held(call(mech.Floor, binary(mech.Mul, x, num(0x1p-16))))
	low := binary(mech.Sub, x, binary(mech.Mul, high, num(1<<16)))
	part := b.held(binary(mech.Mul, high, y))
	part = binary(mech.Sub, part, binary(mech.Mul, num(1<<16), call(mech.Floor, binary(mech.Mul, part, num(0x1p-16)))))
	p := binary(mech.Add, binary(mech.Mul, low, y), binary(mech.Mul, part, num(1<<16)))
	if t == cUint {
		return b.reduced(p, t)
	}
	return b.sum(p, t, pos)
}

// divisor is the divisor of an integer division: 0 stops a program in C.
func (b *body) divisor(y mech.Expr, pos diag.Pos) mech.Expr {
	if n, ok := y.(mech.Num); ok {
		if n.V == 0 {
			b.giveUp(pos, "a division of an integer by 0")
		}
		return y
	}
	y = b.held(y)
	b.sure(binary(mech.Ne, y, num(0)), pos, "a division of an integer by 0")
	return y
}

// natural is x, which must not stand for a number of 2^63 or more.
func (b *body) natural(x mech.Expr, t cKind, pos diag.Pos) mech.Expr {
	if n, ok := x.(mech.Num); t != cUlong || ok && n.V >= 0 {
		return x
	}
	x = b.held(x)
	b.sure(binary(mech.Ge, x, num(0)), pos, "an integer of 64 bits is 2^53 or more, which rall does not compute with")
	return x
}

// size64 is an integer that may stand for another one modulo 2^64, as a real
// number.
func (b *body) size64(x mech.Expr) mech.Expr {
	if n, ok := x.(mech.Num); ok {
		if n.V < 0 {
			n.V += 0x1p64
		}
		return n
	}
	x = b.held(x)
	return mech.Select{Cond: binary(mech.Lt, x, num(0)), Then: binary(mech.Add, x, num(0x1p64)), Else: x}
}

// arith applies an operator to numbers.
func (b *body) arith(op string, v, w cValue, pos diag.Pos) cValue {
	t := common(v.num, w.num)
	shift := op == "<<" || op == ">>"
	switch op {
	case "%", "&", "|", "^", "<<", ">>":
		if !v.num.integer() || !w.num.integer() {
			b.giveUp(pos, "%s of numbers that are no integers", op)
		}
	}
	if shift {
		t = v.num.promoted()
	}
	x := b.convert(v, t, pos)
	y := b.raw(w, pos)
	if !shift {
		y = b.convert(w, t, pos)
	}
	m, ok1 := x.(mech.Num)
	n, ok2 := y.(mech.Num)
	if ok1 && ok2 {
		if k, r, ok := folded(op, m.V, n.V, t); ok {
			return cValue{x: num(k), num: r}
		}
		if t.integer() && (op == "+" || op == "-" || op == "*") {
			b.giveUp(pos, "%g %s %g of integers, 2^53 or more, with which rall does not compute", m.V, op, n.V)
		}
	}
	if o := cOps[op]; o >= mech.Lt {
		if t == cUlong { // what is kept below 0 is larger than what is not
			x, y = b.held(x), b.held(y)
			same := binary(mech.Eq, binary(mech.Lt, x, num(0)), binary(mech.Lt, y, num(0)))
			return cValue{x: mech.Select{Cond: same, Then: binary(o, x, y), Else: binary(o, y, x)}, num: cBool}
		}
		return cValue{x: binary(o, x, y), num: cBool}
	}
	if !t.integer() {
		x = binary(cOps[op], x, y)
		if t == cFloat {
			x = call(mech.Single, x)
		}
		return cValue{x: x, num: t}
	}
	switch op {
	case "+", "-":
		x = b.sum(binary(cOps[op], x, y), t, pos)
	case "*":
		x = b.product(x, y, t, pos)
	case "/", "%":
		x, y = b.natural(x, t, pos), b.divisor(b.natural(y, t, pos), pos)
		switch {
		case op == "%":
			x = binary(mech.Mod, x, y)
		case t.bits() == 64: // the quotient might be rounded up
			x = b.held(x)
			x = call(mech.Floor, binary(mech.Div, binary(mech.Sub, x, binary(mech.Mod, x, y)), y))
		default:
			x = truncate(b.held(binary(mech.Div, x, y)))
		}
		if t.signed() {
			x = positive(x)
		}
	case "<<", ">>":
		x = b.shifted(op, x, y, t, pos)
	default:
		x = call(cBits[op], x, y)
	}
	return cValue{x: x, num: t}
}

var cOps = map[string]mech.Op{"+": mech.Add, "-": mech.Sub, "*": mech.Mul, "/": mech.Div, "%": mech.Mod, "<": mech.Lt,
	"<=": mech.Le, ">": mech.Gt, ">=": mech.Ge, "==": mech.Eq, "!=": mech.Ne}

var cBits = map[string]mech.Builtin{"&": mech.BitAnd, "|": mech.BitOr, "^": mech.BitXor}

// shifted is x << y and x >> y. Processors of the x86 kind take the amount
// modulo the number of bits.
func (b *body) shifted(op string, x, y mech.Expr, t cKind, pos diag.Pos) mech.Expr {
	size := float64(t.bits())
	var scale mech.Expr
	if n, ok := y.(mech.Num); ok {
		if n.V < 0 || n.V >= size {
			b.giveUp(pos, "a shift by %g of an integer of %g bits", n.V, size)
		}
		k := int(n.V)
		if op == ">>" {
			k = -k
		}
		scale = num(math.Ldexp(1, k))
	} else {
		y = b.held(call(mech.BitAnd, y, num(size-1)))
		base := 2.0
		if op == ">>" {
			base = 0.5
		}
		scale = call(mech.PowFn, num(base), y)
	}
	if op == ">>" {
		return call(mech.Floor, binary(mech.Mul, b.natural(x, t, pos), scale))
	}
	x = binary(mech.Mul, x, scale)
	if t.bits() == 64 {
		return b.within(x, pos)
	}
	return b.reduced(x, t)
}

// negated is -v, complement ~v.
func (b *body) negated(v cValue, pos diag.Pos) cValue {
	if !v.num.integer() {
		x := b.number(v, pos)
		if n, ok := x.(mech.Num); ok {
			return cValue{x: num(-n.V), num: v.num}
		}
		return cValue{x: mech.Unary{Op: mech.Neg, X: x}, num: v.num}
	}
	zero := cValue{x: num(0), num: v.num}
	if t := v.num.promoted(); t == cInt {
		x := b.convert(v, t, pos)
		if n, ok := x.(mech.Num); ok {
			return cValue{x: num(0 - n.V), num: t}
		}
		return cValue{x: binary(mech.Sub, num(0), x), num: t} // of the least int C says nothing
	}
	return b.arith("-", zero, v, pos)
}

func (b *body) complement(v cValue, pos diag.Pos) cValue {
	if !v.num.integer() {
		b.giveUp(pos, "~ of a number that is no integer")
	}
	t := v.num.promoted()
	all := num(-1)
	if t == cUint {
		all = num(two32 - 1)
	}
	x := b.convert(v, t, pos)
	if n, ok := x.(mech.Num); ok {
		return cValue{x: num(all.(mech.Num).V - n.V), num: t}
	}
	return cValue{x: binary(mech.Sub, all, x), num: t}
}

// converted is the number x of one type as one of another; false where rall
// has none.
func converted(x float64, from, to cKind) (float64, bool) {
	if from == cUlong && x < 0 && !(to.integer() && to != cBool) {
		x += 0x1p64
	}
	switch {
	case to == cDouble:
		return x, true
	case to == cFloat:
		return float64(float32(x)), true
	case to == cBool:
		return float64(b2i(x != 0)), true
	}
	if !from.integer() {
		x = math.Trunc(x)
		if !(math.Abs(x) < exactInt) {
			return 0, false
		}
		if to == cInt && (x < math.MinInt32 || x > math.MaxInt32) {
			return math.MinInt32, true
		}
	}
	return wrapped(int64(x), to), true
}

// wrapped is an integer modulo the size of a type.
func wrapped(i int64, to cKind) float64 {
	switch to {
	case cChar:
		return float64(int8(i))
	case cUchar:
		return float64(uint8(i))
	case cShort:
		return float64(int16(i))
	case cUshort:
		return float64(uint16(i))
	case cInt:
		return float64(int32(i))
	case cUint:
		return float64(uint32(i))
	}
	return float64(i)
}

// folded is an operation on two numbers of a type, and the type of its value;
// false where there is none, or it is left to the run.
func folded(op string, x, y float64, t cKind) (float64, cKind, bool) {
	truth := func(v bool) (float64, cKind, bool) { return float64(b2i(v)), cBool, true }
	if t == cUlong {
		switch op {
		case "<", "<=", ">", ">=": // what is kept below 0 is larger than what is not
			if (x < 0) != (y < 0) {
				x, y = y, x
			}
		case "/", "%", ">>":
			if x < 0 || y < 0 {
				return 0, t, false
			}
		}
	}
	switch op {
	case "<":
		return truth(x < y)
	case "<=":
		return truth(x <= y)
	case ">":
		return truth(x > y)
	case ">=":
		return truth(x >= y)
	case "==":
		return truth(x == y)
	case "!=":
		return truth(x != y)
	}
	if !t.integer() {
		var z float64
		switch op {
		case "+":
			z = x + y
		case "-":
			z = x - y
		case "*":
			z = float64(x * y)
		default:
			z = x / y
		}
		if t == cFloat {
			z = float64(float32(z))
		}
		return z, t, !math.IsNaN(z)
	}
	i, j := int64(x), int64(y)
	var z int64
	switch op {
	case "+":
		z = i + j
	case "-":
		z = i - j
	case "*":
		if bits.Len64(uint64(max(i, -i)))+bits.Len64(uint64(max(j, -j))) > 63 {
			if t.bits() == 64 {
				return 0, t, false
			}
		}
		z = i * j // of the low 32 bits, which are right
	case "/", "%":
		switch {
		case j == 0:
			return 0, t, false
		case op == "/":
			z = i / j
		default:
			z = i % j
		}
	case "&":
		z = i & j
	case "|":
		z = i | j
	case "^":
		z = i ^ j
	case "<<", ">>":
		if j < 0 || j >= int64(t.bits()) {
			return 0, t, false
		}
		if op == ">>" {
			z = i >> j
		} else {
			z = i << j
			if z>>j != i && t.bits() == 64 {
				return 0, t, false
			}
		}
	}
	if t.bits() == 64 && (z <= -exactInt || z >= exactInt) {
		return 0, t, false
	}
	return wrapped(z, t), t, true
}
