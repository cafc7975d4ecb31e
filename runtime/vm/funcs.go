package vm

import (
	"github.com/rallsim/rall/runtime/kernel"
	"github.com/rallsim/rall/runtime/vec"
)

// call applies a function of one or two arguments that is worth no case of
// its own in the interpreter's loop.
func call(op kernel.Op, x, y float64) float64 {
	switch op {
	case kernel.Exp:
		return vec.Exp(x)
	case kernel.Log:
		return vec.Log(x)
	case kernel.Log10:
		return vec.Log10(x)
	case kernel.Pow:
		return vec.Pow(x, y)
	case kernel.Sin:
		return vec.Sin(x)
	case kernel.Cos:
		return vec.Cos(x)
	case kernel.Tan:
		return vec.Tan(x)
	case kernel.Asin:
		return vec.Asin(x)
	case kernel.Acos:
		return vec.Acos(x)
	case kernel.Atan:
		return vec.Atan(x)
	case kernel.Atan2:
		return vec.Atan2(x, y)
	case kernel.Sinh:
		return vec.Sinh(x)
	case kernel.Cosh:
		return vec.Cosh(x)
	case kernel.Tanh:
		return vec.Tanh(x)
	case kernel.Exprelr:
		return vec.Exprelr(x)
	case kernel.BitAnd:
		return vec.BitAnd(x, y)
	case kernel.BitOr:
		return vec.BitOr(x, y)
	case kernel.BitXor:
		return vec.BitXor(x, y)
	case kernel.Single:
		return vec.Single(x)
	case kernel.Ran4:
		return vec.Ran4(x, y)
	}
	panic("BUG: opcode " + op.String() + " is no function")
}
