package vec

import "math"

// x^y = exp(y * log x), with log x known to about 67 bits: y*log x reaches
// 745, and an error there is a relative error of the result.
//
// log x = k*ln2 + log m, and log m = -log(inv) + log(m*inv) with inv from
// powTable, so that |m*inv - 1| < 0.008 and log1p needs a short polynomial.
// All terms above 2^-22 are carried in two doubles.
const (
	powP0 = 0x1.5555555555555p-2
	powP1 = -0x1.0000000000074p-2
	powP2 = 0x1.9999999999c34p-3
	powP3 = -0x1.5555554338d2dp-3
	powP4 = 0x1.24924907bf9f3p-3
	powP5 = -0x1.0006d3de37fb0p-3
	powP6 = 0x1.c72c09e4f4f52p-4
)

// Pow returns x to the power y with the special cases of C's pow.
func Pow(x, y float64) float64 {
	switch {
	case y == 0 || x == 1:
		return 1
	case x != x || y != y:
		return math.NaN()
	case math.IsInf(y, 0):
		return powInfY(math.Abs(x), y > 0)
	}
	negative := false
	if !(x > 0) {
		odd := isOdd(y)
		if x == 0 || math.IsInf(x, -1) {
			big := (x == 0) == (y < 0)
			var r float64
			if big {
				r = math.Inf(1)
			}
			if odd && math.Signbit(x) {
				r = -r
			}
			return r
		}
		if math.Floor(y) != y {
			return math.NaN()
		}
		negative = odd
		x = -x
	}
	var r float64
	switch {
	case x > math.MaxFloat64:
		if y > 0 {
			r = x
		}
	case x == 1: // it was -1
		r = 1
	default:
		h, l := logWide(x)
		e := y * h
		switch {
		case e > expMax+1:
			r = math.Inf(1)
		case e < expMin-1:
			r = 0
		default:
			eh, el, k := expDD(e, math.FMA(y, h, -e)+float64(y*l))
			r = scalb(eh+el, k)
		}
	}
	if negative {
		return -r
	}
	return r
}

// powInfY is |x| to the power +Inf or -Inf.
func powInfY(x float64, positive bool) float64 {
	switch {
	case x == 1:
		return 1
	case (x > 1) == positive:
		return math.Inf(1)
	}
	return 0
}

// isOdd says whether y is an odd integer.
func isOdd(y float64) bool {
	a := math.Abs(y)
	return a < 0x1p53 && a == math.Floor(a) && int64(a)&1 == 1
}

// logWide returns log(x) as h + l for finite x > 0 with a relative error
// below 2^-66.
func logWide(x float64) (h, l float64) {
	b := math.Float64bits(x)
	var k float64
	if b < 0x0010000000000000 {
		x *= 0x1p54
		b = math.Float64bits(x)
		k = -54
	}
	d := b - sqrtHalfBits
	k += float64(int64(d) >> 52)
	m := math.Float64frombits(b - d&expMask)
	t := &powTable[d>>46&63]

	p := float64(m * t.inv)
	pe := math.FMA(m, t.inv, -p)
	r0 := p - 1 // exact
	r := r0 + pe
	rl := (r0 - r) + pe

	hr := -0.5 * r
	q := float64(hr * r) // -r^2/2
	qe := math.FMA(hr, r, -q)

	n := float64(k * ln2Hi)
	t1 := n + t.logHi
	e1 := (n - t1) + t.logHi
	t2 := t1 + r
	e2 := (t1 - t2) + r
	t3 := t2 + q
	e3 := (t2 - t3) + q

	z := r * r
	c := math.FMA(z, math.FMA(z, math.FMA(z, powP6, math.FMA(r, powP5, powP4)), math.FMA(r, powP3, powP2)), math.FMA(r, powP1, powP0))
	low := math.FMA(float64(z*r), c, math.FMA(-r, rl, rl))
	low = ((e1 + e2) + (e3 + qe)) + (math.FMA(k, ln2Lo, t.logLo) + low)
	h = t3 + low
	return h, (t3 - h) + low
}
