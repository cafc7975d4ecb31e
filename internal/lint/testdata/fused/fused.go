// Package fused holds one line for each thing that lint must see, or must
// not; "want" names what a finding on that line says.
package fused

import (
	"math"
	"math/cmplx"
)

type point struct{ x, y float64 }

var table []float64

func direct(x, y, z float64) float64 {
	_ = x*y + z        // want "float64(x * y)"
	_ = z - x*y        // want "float64(x * y)"
	_ = z + (-(x * y)) // want "product"
	_ = z + x*y*z      // want "product"
	_ = float64(x*y) + z
	_ = math.FMA(x, y, z)
	_ = x*y/z + 1
	_ = 2*x + z
	_ = x*-0.25 - z
	_ = 3*x + z // want "product"
	_ = x + 3*4.5
	_ = math.Sqrt(x*y) + z
	_ = max(x*y, z) + z
	s := 0.0
	s += x * y // want "product"
	s -= float64(x * y)
	return s
}

func variables(x, y, z float64) float64 {
	t := x * y
	u := t
	v := float64(t)
	w := z
	w *= x
	w += 1 // want "w may be"
	var q = x * z
	q++ // want "q may be"
	half := x * 0.5
	return (u + z) + (v + z) + (half + z) // want "u may be"
}

func fields(x, y, z float64, out []float64) float64 {
	p := point{x * y, z}
	q := point{y: x * y}
	out[3] = x * y
	a := [2]float64{x * y, z}
	r := p.x + z // want "product"
	r += q.y     // want "product"
	r += out[3]  // want "product"
	r += a[0]    // want "product"
	r += table[2]
	return r
}

func product(x, y float64) float64 { return x * y }

func rounded(x, y float64) float64 { return float64(x * y) }

func pair(x, y float64) (a, b float64) {
	b = x * y
	return
}

func add(x, y float64) float64 { return x + y } // want "x may be"

func calls(x, y, z float64) float64 {
	r := product(x, y) + z // want "product"
	r += rounded(x, y)
	a, b := pair(x, y)
	r += a
	r += b // want "b may be"
	r += add(x*z, y)
	f := func() float64 { return x * y }
	return f() + r // want "product"
}

func (p point) area() float64 { return p.x * p.y }

func methods(p point, z float32) float64 {
	_ = z*z + z         // want "float64(z * z)"
	return p.area() + 1 // want "product"
}

func integers(i, j, k int) int { return i*j + k }

func complexes(a, b complex128) complex128 { return a*b + a } // want "product"

func transcendental(x float64) float64 {
	_ = cmplx.Abs(1i)                                                       // want "math.Abs"
	f := math.Exp                                                           // want "math.Exp"
	return f(x) + math.Floor(x) + math.Sqrt(x) + math.Hypot(x, x) + math.Pi // want "math.Hypot"
}
