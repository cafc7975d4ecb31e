package vm

import (
	"math"

	"github.com/rallsim/rall/runtime/kernel"
)

func exp(x float64) float64 { return math.Exp(x) }

// call applies a function of one or two arguments that is worth no case of
// its own in the interpreter's loop.
func call(op kernel.Op, x, y float64) float64 {
	switch op {
	case kernel.Exp:
		return exp(x)
	case kernel.Log:
		return math.Log(x)
	case kernel.Log10:
		return math.Log10(x)
	case kernel.Pow:
		return math.Pow(x, y)
	case kernel.Sin:
		return math.Sin(x)
	case kernel.Cos:
		return math.Cos(x)
	case kernel.Tan:
		return math.Tan(x)
	case kernel.Asin:
		return math.Asin(x)
	case kernel.Acos:
		return math.Acos(x)
	case kernel.Atan:
		return math.Atan(x)
	case kernel.Atan2:
		return math.Atan2(x, y)
	case kernel.Sinh:
		return math.Sinh(x)
	case kernel.Cosh:
		return math.Cosh(x)
	case kernel.Tanh:
		return math.Tanh(x)
	case kernel.Exprelr:
		return exprelr(x)
	}
	panic("BUG: opcode " + op.String() + " is no function")
}
