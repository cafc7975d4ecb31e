package codegen

import (
	"github.com/rallsim/rall/runtime/kernel"
	"github.com/rallsim/rall/runtime/vec"
)

// thermal is kT/e at celsius [mV], in the operations of vec.Nernst.
func (b *builder) thermal() val {
	celsius := b.load(kernel.LoadU, place{inIndex, kernel.UniformCelsius, 0}, true)
	r := b.emit(kernel.Mul, b.num(1000), b.num(vec.GasConstant), none)
	return b.emit(kernel.Div, b.emit(kernel.Mul, r, b.emit(kernel.Add, celsius, b.num(273.15), none), none), b.num(vec.Faraday), none)
}

// nernst is vec.Nernst written out.
func (b *builder) nernst(ci, co, z val) val {
	zero := b.num(0)
	e := b.emit(kernel.Mul, b.emit(kernel.Div, b.thermal(), z, none),
		b.emit(kernel.Log, b.emit(kernel.Div, co, ci, none), none, none), none)
	e = b.emit(kernel.Select, b.emit(kernel.Le, co, zero, none), b.num(-1e6), e)
	e = b.emit(kernel.Select, b.emit(kernel.Le, ci, zero, none), b.num(1e6), e)
	return b.emit(kernel.Select, b.emit(kernel.Eq, z, zero, none), zero, e)
}

// ghk is vec.GHK written out.
func (b *builder) ghk(v, ci, co, z val) val {
	t := b.emit(kernel.Div, b.emit(kernel.Mul, z, v, none), b.thermal(), none)
	out := b.emit(kernel.Mul, co, b.efun(t), none)
	in := b.emit(kernel.Mul, ci, b.efun(b.emit(kernel.Neg, t, none, none)), none)
	scale := b.emit(kernel.Mul, b.emit(kernel.Mul, b.num(0.001), z, none), b.num(vec.Faraday), none)
	return b.emit(kernel.Mul, scale, b.emit(kernel.Sub, in, out, none), none)
}

func (b *builder) efun(x val) val {
	series := b.emit(kernel.Sub, b.num(1), b.emit(kernel.Div, x, b.num(2), none), none)
	full := b.emit(kernel.Div, x, b.emit(kernel.Sub, b.emit(kernel.Exp, x, none, none), b.num(1), none), none)
	return b.emit(kernel.Select, b.emit(kernel.Lt, b.emit(kernel.Abs, x, none, none), b.num(1e-4), none), series, full)
}
