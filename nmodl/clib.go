package nmodl

import (
	"math"
	"strings"

	"github.com/rallsim/rall/ir/mech"
)

// cOfOne are functions of C's mathematics of one number that are made of others.
var cOfOne = map[string]func(b *body, x mech.Expr) mech.Expr{
	"round": func(b *body, x mech.Expr) mech.Expr {
		return b.mirrored(x, func(size mech.Expr) mech.Expr {
			return call(mech.Floor, binary(mech.Add, size, num(0.49999999999999994)))
		})
	},
	"rint":      (*body).nearest,
	"nearbyint": (*body).nearest,
	"trunc":     func(_ *body, x mech.Expr) mech.Expr { return truncate(x) },
	"cbrt": func(b *body, x mech.Expr) mech.Expr {
		return b.mirrored(x, func(size mech.Expr) mech.Expr {
			// a step of Newton takes the rounding of 1/3 out
			r := b.held(call(mech.PowFn, size, num(1.0/3)))
			better := binary(mech.Sub, r, binary(mech.Div, binary(mech.Sub, r, binary(mech.Div, size, binary(mech.Mul, r, r))), num(3)))
			return mech.Select{Cond: binary(mech.Gt, size, num(0)), Then: better, Else: size}
		})
	},
	"exp2": func(_ *body, x mech.Expr) mech.Expr { return call(mech.PowFn, num(2), x) },
	"log2": func(b *body, x mech.Expr) mech.Expr {
		// of powers of two it is the integer itself
		y := b.held(binary(mech.Div, call(mech.Log, x), num(math.Ln2)))
		whole := b.held(b.nearest(y))
		return mech.Select{Cond: binary(mech.Eq, call(mech.PowFn, num(2), whole), x), Then: whole, Else: y}
	},
	"log1p": (*body).log1p,
	"expm1": func(b *body, x mech.Expr) mech.Expr {
		// the roundings of exp and log take each other out
		u := b.held(call(mech.Exp, x))
		rest := b.held(binary(mech.Sub, u, num(1)))
		small := binary(mech.Div, binary(mech.Mul, rest, x), call(mech.Log, u))
		large := binary(mech.Gt, call(mech.Fabs, x), num(1))
		return mech.Select{Cond: large, Then: rest, Else: mech.Select{Cond: binary(mech.Eq, u, num(1)), Then: x, Else: small}}
	},
	"asinh": func(b *body, x mech.Expr) mech.Expr {
		return b.mirrored(x, func(size mech.Expr) mech.Expr {
			sq := b.held(binary(mech.Mul, size, size))
			root := call(mech.Sqrt, binary(mech.Add, sq, num(1)))
			return b.log1p(b.held(binary(mech.Add, size, binary(mech.Div, sq, binary(mech.Add, root, num(1))))))
		})
	},
	"acosh": func(b *body, x mech.Expr) mech.Expr {
		t := b.held(binary(mech.Sub, x, num(1)))
		root := call(mech.Sqrt, binary(mech.Add, binary(mech.Mul, num(2), t), binary(mech.Mul, t, t)))
		return b.log1p(b.held(binary(mech.Add, t, root)))
	},
	"atanh": func(b *body, x mech.Expr) mech.Expr {
		return b.mirrored(x, func(size mech.Expr) mech.Expr {
			return binary(mech.Mul, num(0.5), b.log1p(b.held(binary(mech.Div, binary(mech.Mul, num(2), size), binary(mech.Sub, num(1), size)))))
		})
	},
}

// cTests are questions about one number.
var cTests = map[string]func(x mech.Expr) mech.Expr{
	"isnan":    func(x mech.Expr) mech.Expr { return binary(mech.Ne, x, x) },
	"isinf":    func(x mech.Expr) mech.Expr { return binary(mech.Gt, call(mech.Fabs, x), num(math.MaxFloat64)) },
	"isfinite": func(x mech.Expr) mech.Expr { return binary(mech.Le, call(mech.Fabs, x), num(math.MaxFloat64)) },
	"signbit": func(x mech.Expr) mech.Expr {
		zero := binary(mech.Eq, x, num(0)) // whose sign a division shows
		return mech.Select{Cond: zero, Then: binary(mech.Lt, binary(mech.Div, num(1), x), num(0)), Else: binary(mech.Lt, x, num(0))}
	},
}

// mirrored is a function for which f(-x) = -f(x), from what it is of |x|.
func (b *body) mirrored(x mech.Expr, f func(size mech.Expr) mech.Expr) mech.Expr {
	y := b.held(f(b.held(call(mech.Fabs, x))))
	return mech.Select{Cond: cTests["signbit"](x), Then: mech.Unary{Op: mech.Neg, X: y}, Else: y}
}

// nearest is the nearest integer, of two the even one.
func (b *body) nearest(x mech.Expr) mech.Expr {
	return b.mirrored(x, func(size mech.Expr) mech.Expr {
		low := b.held(call(mech.Floor, size))
		over := b.held(binary(mech.Sub, size, low))
		odd := binary(mech.Ne, binary(mech.Mod, low, num(2)), num(0))
		up := binary(mech.Or, binary(mech.Gt, over, num(0.5)), binary(mech.And, binary(mech.Eq, over, num(0.5)), odd))
		return binary(mech.Add, low, mech.Select{Cond: up, Then: num(1), Else: num(0)})
	})
}

func (b *body) log1p(x mech.Expr) mech.Expr {
	u := b.held(binary(mech.Add, num(1), x))
	small := binary(mech.Div, binary(mech.Mul, call(mech.Log, u), x), binary(mech.Sub, u, num(1)))
	return mech.Select{Cond: binary(mech.Eq, u, num(1)), Then: x, Else: small}
}

// libraryCall is a call of a function of C's library that is made of others.
func (b *body) libraryCall(e *cCall, args []cExpr) (cValue, bool) {
	name := strings.TrimPrefix(e.name, "std::")
	real := func(x mech.Expr, single bool) (cValue, bool) {
		if single {
			return cValue{x: call(mech.Single, x), num: cFloat}, true
		}
		return cValue{x: x}, true
	}
	switch len(args) {
	case 1:
		if name == "abs" || name == "labs" || name == "llabs" {
			v := b.cExpr(args[0])
			t := v.num.promoted()
			return cValue{x: call(mech.Fabs, b.convert(v, t, e.Pos)), num: t}, true
		}
		if f := cTests[name]; f != nil {
			return logical(f(b.held(b.number(b.cExpr(args[0]), e.Pos)))), true
		}
		if name == "lround" || name == "llround" || name == "lrint" || name == "llrint" {
			x := b.held(b.number(b.cExpr(args[0]), e.Pos))
			return cValue{x: b.fromReal(cOfOne[strings.TrimLeft(name, "l")](b, x), cLong, e.Pos), num: cLong}, true
		}
		f, single := cOfOne[name], false
		if base, ok := strings.CutSuffix(name, "f"); f == nil && ok {
			f, single = cOfOne[base], true
		}
		if f == nil {
			return cValue{}, false
		}
		v := b.cExpr(args[0])
		if single = single || v.num == cFloat; single {
			v = cValue{x: b.convert(v, cFloat, e.Pos), num: cFloat}
		}
		return real(f(b, b.held(b.number(v, e.Pos))), single)
	case 2:
		switch name {
		case "max", "min": // of one type, which is theirs
			vs := b.operands(args...)
			t := common(vs[0].num, vs[1].num)
			x, y := b.held(b.convert(vs[0], t, e.Pos)), b.held(b.convert(vs[1], t, e.Pos))
			less := binary(mech.Lt, x, y)
			if name == "min" {
				less = binary(mech.Lt, y, x)
			}
			return cValue{x: mech.Select{Cond: less, Then: y, Else: x}, num: t}, true
		case "hypot", "copysign", "fdim":
			vs := b.operands(args...)
			x, y := b.held(b.number(vs[0], e.Pos)), b.held(b.number(vs[1], e.Pos))
			single := vs[0].num == cFloat && vs[1].num == cFloat
			switch name {
			case "copysign":
				size := b.held(call(mech.Fabs, x))
				return real(mech.Select{Cond: cTests["signbit"](y), Then: mech.Unary{Op: mech.Neg, X: size}, Else: size}, single)
			case "fdim":
				return real(mech.Select{Cond: binary(mech.Le, x, y), Then: num(0), Else: binary(mech.Sub, x, y)}, single)
			}
			x, y = b.held(call(mech.Fabs, x)), b.held(call(mech.Fabs, y))
			long := b.held(call(mech.MaxFn, x, y))
			part := b.held(binary(mech.Div, call(mech.MinFn, x, y), long))
			root := binary(mech.Mul, long, call(mech.Sqrt, binary(mech.Add, num(1), binary(mech.Mul, part, part))))
			return real(mech.Select{Cond: binary(mech.Gt, long, num(0)), Then: root, Else: num(0)}, single)
		}
	}
	return cValue{}, false
}

// count is how many numbers of an array of some bytes there are.
func (b *body) count(p *cPtr, size cExpr, e *cCall) int {
	bytes := b.constantOf(size)
	n := bytes / float64(p.num.size())
	if p.kind != ptrArray || n != math.Trunc(n) || n < 0 || n > maxArray {
		b.giveUp(e.Pos, "%s of anything but numbers of arrays, as many as are known", e.name)
	}
	return int(n)
}

// numbers is where an argument points, which is to be numbers in a row.
func (b *body) numbers(e cExpr) *cPtr {
	p := *b.pointer(b.cExpr(e), e, e.at())
	p.rest, p.row = nil, 0
	return &p
}

// cleared is memset of an array, or of a structure, to 0.
func (b *body) cleared(e *cCall) []mech.Stmt {
	p := b.numbers(e.args[0])
	if b.constantOf(e.args[1]) != 0 {
		b.giveUp(e.Pos, "memset to anything but 0")
	}
	if p.kind == ptrFields {
		b.wholeOf(p, e)
		b.clearFields(p.fields, e.Pos)
		return b.takePre()
	}
	n := b.count(p, e.args[2], e)
	pre := b.takePre()
	return append(pre, b.upTo(n, e.Pos, func(k mech.Expr) {
		b.store(b.element(p, k, e.Pos), num(0), e.Pos)
	})...)
}

// wholeOf gives up where a number of bytes is not the size of a structure.
func (b *body) wholeOf(p *cPtr, e *cCall) {
	if n, _, ok := b.sizeOfType(cType{name: p.fields.typ}); !ok || b.constantOf(e.args[2]) != float64(n) {
		b.giveUp(e.Pos, "%s of a part of a structure", e.name)
	}
}

// copiedC is memcpy and memmove between arrays, and between structures.
func (b *body) copiedC(e *cCall) []mech.Stmt {
	to, from := b.numbers(e.args[0]), b.numbers(e.args[1])
	if to.kind == ptrFields {
		b.wholeOf(to, e)
		b.copyFields(to.fields, cValue{ptr: from}, e.Pos)
		return b.takePre()
	}
	n := b.count(to, e.args[2], e)
	if b.count(from, e.args[2], e) != n || from.num != to.num {
		b.giveUp(e.Pos, "%s between numbers of two types", e.name)
	}
	if from.v == to.v {
		b.giveUp(e.Pos, "%s within one array", e.name)
	}
	pre := b.takePre()
	return append(pre, b.upTo(n, e.Pos, func(k mech.Expr) {
		b.store(b.element(to, k, e.Pos), b.load(b.element(from, k, e.Pos)).x, e.Pos)
	})...)
}
