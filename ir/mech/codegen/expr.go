package codegen

import (
	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/mech"
	"github.com/rallsim/rall/runtime/kernel"
)

var binaryOps = map[mech.Op]kernel.Op{
	mech.Add: kernel.Add, mech.Sub: kernel.Sub, mech.Mul: kernel.Mul, mech.Div: kernel.Div, mech.Pow: kernel.Pow,
	mech.Mod: kernel.Mod, mech.Lt: kernel.Lt, mech.Le: kernel.Le, mech.Gt: kernel.Gt, mech.Ge: kernel.Ge,
	mech.Eq: kernel.Eq, mech.Ne: kernel.Ne, mech.And: kernel.And, mech.Or: kernel.Or,
}

var calls = map[mech.Builtin]kernel.Op{
	mech.Exp: kernel.Exp, mech.Log: kernel.Log, mech.Log10: kernel.Log10, mech.Sqrt: kernel.Sqrt, mech.Fabs: kernel.Abs,
	mech.Floor: kernel.Floor, mech.Ceil: kernel.Ceil, mech.Sin: kernel.Sin, mech.Cos: kernel.Cos, mech.Tan: kernel.Tan,
	mech.Asin: kernel.Asin, mech.Acos: kernel.Acos, mech.Atan: kernel.Atan, mech.Atan2: kernel.Atan2,
	mech.Sinh: kernel.Sinh, mech.Cosh: kernel.Cosh, mech.Tanh: kernel.Tanh, mech.PowFn: kernel.Pow, mech.FmodFn: kernel.Mod,
	mech.MinFn: kernel.Min, mech.MaxFn: kernel.Max, mech.Exprelr: kernel.Exprelr, mech.AtTime: kernel.AtTime,
	mech.BitAnd: kernel.BitAnd, mech.BitOr: kernel.BitOr, mech.BitXor: kernel.BitXor, mech.Single: kernel.Single, mech.Ran4: kernel.Ran4,
}

func (b *builder) expr(e *env, x mech.Expr) val {
	switch x := x.(type) {
	case mech.Num:
		return b.num(x.V)
	case mech.Ref:
		return b.read(e, slot{x.Var, 0})
	case mech.Local:
		return b.read(e, slot{-1, int32(x.Slot)})
	case mech.Index:
		return b.index(e, x)
	case mech.Unary:
		y := b.expr(e, x.X)
		if x.Op == mech.Not {
			return b.emit(kernel.Not, y, none, none)
		}
		return b.emit(kernel.Neg, y, none, none)
	case mech.Binary:
		p := b.expr(e, x.X)
		q := b.expr(e, x.Y)
		return b.emit(binaryOps[x.Op], p, q, none)
	case mech.Select:
		c := b.expr(e, x.Cond)
		p := b.expr(e, x.Then)
		q := b.expr(e, x.Else)
		return b.emit(kernel.Select, c, p, q)
	case mech.Call:
		return b.call(e, x)
	}
	panic("BUG: an expression that no pass should have left")
}

// index reads an array element: a variable of its own when the index is
// constant and the array is nowhere indexed otherwise, else memory.
func (b *builder) index(e *env, x mech.Index) val {
	v := &b.def.Vars[x.Var]
	at := b.expr(e, x.At)
	if v.Storage == mech.EachEdge {
		return b.intern(value{op: kernel.LoadEdge, a: at, b: none, c: none, place: b.argument(x.Var)})
	}
	n, isConst := b.isNum(at)
	if isConst && !b.inRange(n, v, x.Pos) {
		return b.num(0)
	}
	switch {
	case isConst && !b.memory[x.Var]:
		return b.read(e, slot{x.Var, int32(n)})
	case isConst:
		return b.intern(value{op: kernel.LoadC, a: none, b: none, c: none, place: place{inVar, int32(x.Var), int32(n)}})
	}
	return b.intern(value{op: kernel.LoadCX, a: at, b: none, c: none, place: place{inVar, int32(x.Var), 0}, aux: int32(v.Array)})
}

func (b *builder) inRange(n float64, v *mech.Var, pos diag.Pos) bool {
	if n >= 0 && n < float64(v.Array) {
		return true
	}
	b.diags.Errorf(diag.BadMech, pos, "%s[%g]: the array has elements 0 to %d", v.Name, n, v.Array-1)
	return false
}

func (b *builder) call(e *env, x mech.Call) val {
	if op, ok := calls[x.Fn]; ok {
		args := [3]val{none, none, none}
		for i, a := range x.Args {
			if i < len(args) {
				args[i] = b.expr(e, a)
			}
		}
		if op == kernel.AtTime {
			return b.intern(value{op: op, a: args[0], b: none, c: none, uniform: b.vals[args[0]].uniform})
		}
		return b.emit(op, args[0], args[1], args[2])
	}
	switch x.Fn {
	case mech.Train:
		return b.intern(value{op: kernel.Train, a: b.expr(e, x.Args[0]), b: none, c: none})
	case mech.SeriesAt, mech.SeriesLen:
		at := place{inIndex, b.lay.seriesOf[x.Args[0].(mech.Ref).Var], 0}
		if x.Fn == mech.SeriesLen {
			return b.intern(value{op: kernel.TrainLen, a: none, b: none, c: none, place: at})
		}
		return b.intern(value{op: kernel.Train, a: b.expr(e, x.Args[1]), b: none, c: none, place: at})
	case mech.GridAt:
		grid := x.Args[0].(mech.Num)
		part := func(aux int32, x, z val) val {
			d := b.add(value{op: kernel.GridOp, a: none, b: none, c: none})
			b.effect(ins{op: kernel.GridOp, dst: d, a: x, c: z, b: b.maskVal(e.mask), aux: aux, place: place{inIndex, int32(grid.V), 0}})
			return d
		}
		var args []val
		for _, a := range x.Args[1:] {
			args = append(args, b.expr(e, a))
		}
		if len(args) < 3 {
			return part(0, args[0], args[len(args)-1])
		}
		at := b.num(0)
		for i, a := range args {
			at = part(int32(i+1), a, at)
		}
		return part(kernel.GridLast, at, at)
	case mech.EdgeCount:
		return b.intern(value{op: kernel.Edges, a: none, b: none, c: none})
	case mech.RandUnif, mech.RandExp, mech.RandNorm, mech.PickUnif, mech.PickExp, mech.PickNorm:
		return b.draw(e, x)
	case mech.Nernst:
		return b.nernst(b.expr(e, x.Args[0]), b.expr(e, x.Args[1]), b.expr(e, x.Args[2]))
	case mech.GHK:
		return b.ghk(b.expr(e, x.Args[0]), b.expr(e, x.Args[1]), b.expr(e, x.Args[2]), b.expr(e, x.Args[3]))
	}
	b.diags.Errorf(diag.Unsupported, x.Pos, "%s() is not supported yet", x.Fn)
	return b.num(0)
}

// draw takes a variate from the instance's stream; scale and shift by the
// optional arguments are NEURON's.
func (b *builder) draw(e *env, x mech.Call) val {
	stream, ok := x.Args[0].(mech.Ref)
	if !ok {
		b.diags.Errorf(diag.BadMech, x.Pos, "%s: the first argument must be a RANDOM variable", x.Fn)
		return b.num(0)
	}
	var args []val
	for _, a := range x.Args[1:] {
		args = append(args, b.expr(e, a))
	}
	kind := map[mech.Builtin]kernel.DrawKind{mech.RandUnif: kernel.DrawUniform, mech.RandExp: kernel.DrawNegExp,
		mech.RandNorm: kernel.DrawNormal, mech.PickUnif: kernel.PickUniform, mech.PickExp: kernel.PickNegExp, mech.PickNorm: kernel.PickNormal}[x.Fn]
	d := b.add(value{op: kernel.Draw, a: none, b: none, c: none})
	b.effect(ins{op: kernel.Draw, dst: d, a: none, b: b.maskVal(e.mask), c: none,
		place: place{inIndex, b.lay.streamOf[stream.Var], 0}, aux: int32(kind)})
	switch {
	case x.Fn == mech.RandExp && len(args) > 0:
		return b.emit(kernel.Mul, args[0], d, none)
	case x.Fn == mech.RandUnif && len(args) > 1:
		return b.emit(kernel.Add, args[0], b.emit(kernel.Mul, b.emit(kernel.Sub, args[1], args[0], none), d, none), none)
	case x.Fn == mech.RandNorm && len(args) > 1:
		return b.emit(kernel.Add, args[0], b.emit(kernel.Mul, args[1], d, none), none)
	}
	return d
}
