package codegen

import (
	"math"

	"github.com/rallsim/rall/runtime/kernel"
	"github.com/rallsim/rall/runtime/vec"
)

// val names a value of a builder: an index into builder.vals; none is absent.
type val int32

const none val = -1

// place says where a load or store goes, before columns have numbers.
type place struct {
	kind placeKind
	id   int32 // mech.VarID, port, uniform, argument…
	at   int32 // element of an array
}

type placeKind uint8

const (
	nowhere  placeKind = iota
	inVar              // a mechanism's variable: a column, once numbered
	inIndex            // an opcode's Imm as it is
	inWatch            // the column of a watch condition
	inHidden           // a hidden column
)

// value is a node of the hash-consed graph. A mutable is a register that Move
// instructions write, in loops and table look-ups.
type value struct {
	op      kernel.Op
	a, b, c val
	place   place
	aux     int32
	num     float64
	uniform bool // the same in all lanes
	early   bool // computed in the prologue
	mutable bool
	group   int32 // >0: mutables of one group take consecutive registers
	version int32 // of memory, where it was read from
}

// key is what makes two values the same.
type key struct {
	op      kernel.Op
	a, b, c val
	place   place
	aux     int32
	bits    uint64
	version int32
}

func (v *value) key() key {
	return key{v.op, v.a, v.b, v.c, v.place, v.aux, math.Float64bits(v.num), v.version}
}

// item is an instruction or a piece of control flow in a region.
type item interface{ item() }

// ins is one instruction; dst is none for a pure effect.
type ins struct {
	op      kernel.Op
	dst     val
	a, b, c val
	place   place
	aux     int32
	num     float64
	args    []val // of a print
	live    bool
}

type branchItem struct {
	mask val
	then *region
	live bool
}

type whileItem struct {
	mask, test val
	cond, body *region
	limit      int
	failure    string
	must       bool // it may not end, which shows
	live       bool
}

type newtonItem struct {
	x, r  []val
	f     *region
	mask  val
	steps int
	place string
	live  bool
}

// linearItem makes x, which is the right-hand side, the solution.
type linearItem struct {
	m, x  []val
	mask  val
	place string
	live  bool
}

func (*ins) item()        {}
func (*branchItem) item() {}
func (*whileItem) item()  {}
func (*newtonItem) item() {}
func (*linearItem) item() {}

// region is a list of items under construction; scope holds the values that
// can be shared by what follows in it.
type region struct {
	items  []item
	scope  []val
	weight int // cost of running it, for the choice between a branch and a select
	loops  bool
}

func newRegion() *region { return &region{} }

// cost is the weight of an opcode, in simple operations.
func cost(op kernel.Op) int {
	switch op {
	case kernel.Div, kernel.Sqrt:
		return 3
	case kernel.Exp, kernel.Log, kernel.Log10, kernel.Exprelr:
		return 12
	case kernel.Pow, kernel.Sin, kernel.Cos, kernel.Tan, kernel.Asin, kernel.Acos, kernel.Atan, kernel.Atan2,
		kernel.Sinh, kernel.Cosh, kernel.Tanh, kernel.Mod, kernel.Ran4:
		return 25
	case kernel.Lookup:
		return 12
	case kernel.Send, kernel.MoveEv, kernel.Emit, kernel.ArmWatch, kernel.Print, kernel.Draw, kernel.SetSeq, kernel.Train, kernel.TrainLen,
		kernel.Edges, kernel.LoadEdge, kernel.StoreEdge, kernel.GridOp,
		kernel.Fail:
		return 20
	}
	return 1
}

// constant evaluates an operation on constants; ok is false for what is left
// to the kernel.
func constant(op kernel.Op, a, b, c float64) (float64, bool) {
	t := func(x bool) (float64, bool) {
		if x {
			return 1, true
		}
		return 0, true
	}
	switch op {
	case kernel.Add:
		return a + b, true
	case kernel.Sub:
		return a - b, true
	case kernel.Mul:
		return a * b, true
	case kernel.Div:
		return a / b, true
	case kernel.Neg:
		return -a, true
	case kernel.Abs:
		return math.Abs(a), true
	case kernel.Floor:
		return math.Floor(a), true
	case kernel.Ceil:
		return math.Ceil(a), true
	case kernel.Sqrt:
		return math.Sqrt(a), true
	case kernel.BitAnd:
		return vec.BitAnd(a, b), true
	case kernel.BitOr:
		return vec.BitOr(a, b), true
	case kernel.BitXor:
		return vec.BitXor(a, b), true
	case kernel.Single:
		return vec.Single(a), true
	case kernel.Ran4:
		return vec.Ran4(a, b), true
	case kernel.Lt:
		return t(a < b)
	case kernel.Le:
		return t(a <= b)
	case kernel.Gt:
		return t(a > b)
	case kernel.Ge:
		return t(a >= b)
	case kernel.Eq:
		return t(a == b)
	case kernel.Ne:
		return t(a != b)
	case kernel.And:
		return t(a != 0 && b != 0)
	case kernel.Or:
		return t(a != 0 || b != 0)
	case kernel.Not:
		return t(a == 0)
	case kernel.Select:
		if a != 0 {
			return b, true
		}
		return c, true
	}
	return 0, false
}

// isTruth says whether the opcode gives 0 or 1 and nothing else.
func isTruth(op kernel.Op) bool {
	switch op {
	case kernel.Lt, kernel.Le, kernel.Gt, kernel.Ge, kernel.Eq, kernel.Ne, kernel.And, kernel.Or, kernel.Not,
		kernel.AtTime, kernel.TableOn:
		return true
	}
	return false
}
