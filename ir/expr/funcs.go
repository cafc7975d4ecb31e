package expr

import (
	"math"
	"strconv"

	"github.com/rallsim/rall/runtime/vec"
)

type fn uint8

const (
	fnAbs fn = iota
	fnCeil
	fnFloor
	fnInt
	fnFloat
	fnBool
	fnRound
	fnRound2
	fnSqrt
	fnExp
	fnLog
	fnLog10
	fnSin
	fnCos
	fnTan
	fnAtan
	fnAsin
	fnAcos
	fnSinh
	fnCosh
	fnTanh
	fnAtan2
	fnRemainder
	fnPow
	fnMin
	fnMax
	fnSum
	fnMean
)

// function describes one name that may be called. A function with list takes
// a list, or (min > 0) that many arguments or more.
type function struct {
	name     string
	fn       fn
	min, max int
	list     bool
}

const anyNumber = maxLen

// functions are NumPy's and Python's names that NetPyNE lets string functions
// use, with the trigonometric names its validator accepts.
var functions = [...]function{
	{"abs", fnAbs, 1, 1, false},
	{"ceil", fnCeil, 1, 1, false},
	{"floor", fnFloor, 1, 1, false},
	{"int", fnInt, 1, 1, false},
	{"float", fnFloat, 1, 1, false},
	{"bool", fnBool, 1, 1, false},
	{"round", fnRound, 1, 2, false},
	{"sqrt", fnSqrt, 1, 1, false},
	{"exp", fnExp, 1, 1, false},
	{"log", fnLog, 1, 1, false},
	{"log10", fnLog10, 1, 1, false},
	{"sin", fnSin, 1, 1, false},
	{"cos", fnCos, 1, 1, false},
	{"tan", fnTan, 1, 1, false},
	{"asin", fnAsin, 1, 1, false},
	{"acos", fnAcos, 1, 1, false},
	{"atan", fnAtan, 1, 1, false},
	{"arctan2", fnAtan2, 2, 2, false},
	{"atan2", fnAtan2, 2, 2, false},
	{"sinh", fnSinh, 1, 1, false},
	{"cosh", fnCosh, 1, 1, false},
	{"tanh", fnTanh, 1, 1, false},
	{"remainder", fnRemainder, 2, 2, false},
	{"pow", fnPow, 2, 2, false},
	{"min", fnMin, 2, anyNumber, true},
	{"max", fnMax, 2, anyNumber, true},
	{"sum", fnSum, 0, 0, true},
	{"mean", fnMean, 0, 0, true},
}

// refused are names that Python or NetPyNE would let a string call, with the
// reason why nothing here does.
var refused = map[string]string{
	"array": "it makes an array", "dstack": "it makes an array", "unravel_index": "it makes an array",
	"argsort": "it makes an array", "zeros": "it makes an array", "copy": "it makes an array",
	"eval": "it runs code", "exec": "it runs code", "compile": "it runs code", "__import__": "it runs code",
	"open": "it reaches the system", "input": "it reaches the system", "print": "it reaches the system",
	"getattr": "it reaches the system", "globals": "it reaches the system", "vars": "it reaches the system",
}

func fnByName(name string) *function {
	for i := range functions {
		if functions[i].name == name {
			return &functions[i]
		}
	}
	return nil
}

func distByName(name string) (Dist, bool) {
	for i, n := range distNames {
		if n == name {
			return Dist(i), true
		}
	}
	return 0, false
}

func callable() []string {
	var names []string
	for _, f := range functions {
		names = append(names, f.name)
	}
	return append(names, distNames[:]...)
}

// Functions lists the names that can be called, without the random variates.
func Functions() []string {
	var names []string
	for _, f := range functions {
		names = append(names, f.name)
	}
	return names
}

// Variates lists the names of the random variates.
func Variates() []string { return append([]string(nil), distNames[:]...) }

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// floorDiv and mod are Python's // and %: the quotient is rounded towards
// minus infinity and the remainder has the divisor's sign. By zero they give
// what IEEE division gives, and NaN.
func floorDiv(a, b float64) float64 {
	if b == 0 {
		return a / b
	}
	m := math.Mod(a, b)
	div := (a - m) / b
	if m != 0 && (b < 0) != (m < 0) {
		div--
	}
	if div == 0 {
		return math.Copysign(0, a/b)
	}
	f := math.Floor(div)
	if div-f > 0.5 {
		f++
	}
	return f
}

func mod(a, b float64) float64 {
	m := math.Mod(a, b)
	if m == 0 {
		return math.Copysign(0, b)
	}
	if (b < 0) != (m < 0) {
		m += b
	}
	return m
}

// roundTo is Python's round(x, n) of a float: the nearest decimal of n places
// to the exact value of x.
func roundTo(x, n float64) float64 {
	switch {
	case math.IsNaN(x) || math.IsInf(x, 0) || math.IsNaN(n):
		return x
	case n > 300:
		return x
	case n < -308:
		return math.Copysign(0, x)
	case n < 0:
		p := decimal(-n)
		return float64(math.RoundToEven(x/p) * p)
	}
	var buf [400]byte
	r, err := strconv.ParseFloat(string(strconv.AppendFloat(buf[:0], x, 'f', int(n), 64)), 64)
	if err != nil {
		return x
	}
	return r
}

// decimal is 10 to the power of a small whole number.
func decimal(n float64) float64 {
	x, _ := strconv.ParseFloat("1e"+strconv.Itoa(int(n)), 64)
	return x
}

func call1(f fn, x float64) float64 {
	switch f {
	case fnAbs:
		return math.Abs(x)
	case fnCeil:
		return math.Ceil(x)
	case fnFloor:
		return math.Floor(x)
	case fnInt:
		return math.Trunc(x)
	case fnFloat:
		return x
	case fnBool:
		return truth(x != 0)
	case fnRound:
		return math.RoundToEven(x)
	case fnSqrt:
		return math.Sqrt(x)
	case fnExp:
		return vec.Exp(x)
	case fnLog:
		return vec.Log(x)
	case fnLog10:
		return vec.Log10(x)
	case fnSin:
		return vec.Sin(x)
	case fnCos:
		return vec.Cos(x)
	case fnTan:
		return vec.Tan(x)
	case fnAsin:
		return vec.Asin(x)
	case fnAcos:
		return vec.Acos(x)
	case fnAtan:
		return vec.Atan(x)
	case fnSinh:
		return vec.Sinh(x)
	case fnCosh:
		return vec.Cosh(x)
	case fnTanh:
		return vec.Tanh(x)
	}
	panic("BUG: not a function of one argument")
}

func call2(f fn, a, b float64) float64 {
	switch f {
	case fnRound2:
		return roundTo(a, b)
	case fnAtan2:
		return vec.Atan2(a, b)
	case fnRemainder:
		return mod(a, b)
	case fnPow:
		return power(a, b)
	case fnMin: // Python's: a later argument wins only if it is smaller
		if b < a {
			return b
		}
		return a
	case fnMax:
		if b > a {
			return b
		}
		return a
	}
	panic("BUG: not a function of two arguments")
}

// power is a**b. A square is one rounding, as a good pow makes it.
func power(a, b float64) float64 {
	if b == 2 {
		return float64(a * a)
	}
	return vec.Pow(a, b)
}

func compare(c cmpOp, a, b float64) bool {
	switch c {
	case cmpLT:
		return a < b
	case cmpLE:
		return a <= b
	case cmpGT:
		return a > b
	case cmpGE:
		return a >= b
	case cmpEQ:
		return a == b
	}
	return a != b
}
