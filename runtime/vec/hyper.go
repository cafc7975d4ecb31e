package vec

import "math"

// sinh x = x + x^3*P(x^2) for |x| <= 1.
const (
	sinhP0 = 0x1.5555555555555p-3
	sinhP1 = 0x1.1111111111111p-7
	sinhP2 = 0x1.a01a01a019fbdp-13
	sinhP3 = 0x1.71de3a557431ep-19
	sinhP4 = 0x1.ae645673db898p-26
	sinhP5 = 0x1.61246b20c8d99p-33
	sinhP6 = 0x1.ae75567a8adffp-41
	sinhP7 = 0x1.9a7f5ad5ebf77p-49
)

// Sinh returns the hyperbolic sine.
func Sinh(x float64) float64 {
	a := math.Abs(x)
	switch {
	case !(a <= expMax+1): // NaN and infinities too
		return float64(x * 0x1p1023)
	case a < 0x1p-27:
		return x
	case a <= 1:
		z := x * x
		w := z * z
		odd := math.FMA(w, math.FMA(w, math.FMA(w, sinhP7, sinhP5), sinhP3), sinhP1)
		even := math.FMA(w, math.FMA(w, math.FMA(w, sinhP6, sinhP4), sinhP2), sinhP0)
		return math.FMA(float64(z*x), math.FMA(z, odd, even), x)
	}
	h, l, k := expDD(a, 0)
	if a < 24 { // beyond, exp(-a) is below half an ulp's part
		mh, ml, mk := expDD(-a, 0)
		s := math.Float64frombits(uint64(1023+mk-k) << 52)
		mh = float64(mh * s)
		ml = float64(ml * s)
		d := h - mh
		l = ((h - d) - mh) + (l - ml)
		h = d
	}
	return math.Copysign(scalb(h+l, k-1), x)
}

// Cosh returns the hyperbolic cosine.
func Cosh(x float64) float64 {
	a := math.Abs(x)
	if !(a <= expMax+1) {
		return float64(a * 0x1p1023)
	}
	h, l, k := expDD(a, 0)
	if a < 24 {
		mh, ml, mk := expDD(-a, 0)
		s := math.Float64frombits(uint64(1023+mk-k) << 52)
		mh = float64(mh * s)
		ml = float64(ml * s)
		d := h + mh
		l = ((h - d) + mh) + (l + ml)
		h = d
	}
	return scalb(h+l, k-1)
}

// Tanh returns the hyperbolic tangent.
func Tanh(x float64) float64 {
	a := math.Abs(x)
	var r float64
	switch {
	case x != x:
		return x
	case a < 0x1p-28:
		return x
	case a > 22:
		r = 1
	default:
		// tanh a = e/(e+2), e = exp(2a)-1
		h, l := expm1DD(2 * a)
		d := h + 2
		dl := (h - (d - 2)) + l
		if h > 2 {
			dl = ((h - d) + 2) + l
		}
		h, l = divDD(h, l, d, dl)
		r = h + l
	}
	return math.Copysign(r, x)
}

// exp(r)-1-r = r^2*P(r) for |r| <= ln2/16, its error small against r (Exp's
// is small against 1).
const (
	em1P1 = 0x1.55555555555cep-3
	em1P2 = 0x1.55555555555f3p-5
	em1P3 = 0x1.1111110b1fed6p-7
	em1P4 = 0x1.6c16c16390b6ep-10
	em1P5 = 0x1.a01f570ce49dap-13
	em1P6 = 0x1.a01f6d9183ad0p-16
)

// expm1DD returns exp(x)-1 as h + l for |x| <= 700.
func expm1DD(x float64) (h, l float64) {
	s := math.FMA(x, expInv, expShift)
	n := s - expShift
	r0 := math.FMA(n, -expL1, x) // exact
	w := float64(n * expL2)
	r := r0 - w
	rl := (r0 - r) - w
	z := r * r
	p := math.FMA(z, math.FMA(z, em1P6, math.FMA(r, em1P5, em1P4)), math.FMA(r, em1P3, em1P2))
	p = math.FMA(z, p, math.FMA(r, em1P1, 0.5))
	c := math.FMA(z, p, rl+float64(r*rl)) // exp(r)-1 = r + c
	if n == 0 {
		h = r + c
		return h, (r - h) + c
	}
	b := math.Float64bits(s)
	j := b & 7
	scale := math.Float64frombits(uint64(1023+(int64(b<<13)>>16)) << 52)
	t := float64(expT[j] * scale)
	tail := float64(expTail[j] * scale)
	// (t - 1) + t*r + (t*c + tail)
	d, dl := twoDiff(t, 1)
	tr := float64(t * r)
	e := math.FMA(t, r, -tr)
	a := d + tr // |d| > |tr| since |n| >= 1
	rest := ((d - a) + tr) + (dl + (e + math.FMA(t, c, tail)))
	h = a + rest
	return h, (a - h) + rest
}

// Expm1 returns exp(x)-1, exact near 0.
func Expm1(x float64) float64 {
	switch {
	case math.Abs(x) < 0x1p-54:
		return x
	case x < -40:
		return -1
	case x <= 700:
		h, l := expm1DD(x)
		return h + l
	}
	return Exp(x) // the 1 is lost in it; NaN stays NaN
}

// Exprelr returns x/(exp(x)-1), the rate function of many channels, with its
// limit 1 at 0 and no loss near it. (NMODL authors write it out, with a guard
// around 0; such code is computed as written, not through this.)
func Exprelr(x float64) float64 {
	switch {
	case math.Abs(x) < 0x1p-54:
		return 1
	case x < -40:
		return -x
	case x <= 700:
		h, l := expm1DD(x)
		q := x / h
		return q + (math.FMA(-q, h, x)-float64(q*l))/h
	case x > 800:
		return 0
	case x != x:
		return x
	}
	h, l, k := expDD(-x, 0)
	p := float64(x * h)
	return scalb(float64((p+(math.FMA(x, h, -p)+float64(x*l)))*0x1p-11), k+11)
}

// Cbrt returns the cube root.
func Cbrt(x float64) float64 {
	if x == 0 || !(math.Abs(x) <= math.MaxFloat64) {
		return x
	}
	a := math.Abs(x)
	scale := 1.0
	if a < 0x1p-1022 {
		a *= 0x1p54
		scale = 0x1p-18
	} else if a > 0x1p1000 {
		a *= 0x1p-54
		scale = 0x1p18
	}
	// A third of the exponent, then Newton's iteration; the last step is made
	// with the exact residual a - y^3.
	y := math.Float64frombits(math.Float64bits(a)/3 + 0x2a9f7893782da1ce)
	for range 4 {
		y -= (y - a/float64(y*y)) / 3
	}
	q := float64(y * y)
	qe := math.FMA(y, y, -q)
	p := float64(q * y)
	pe := math.FMA(q, y, -p) + float64(qe*y)
	y += ((a - p) - pe) / (3 * q)
	return math.Copysign(y*scale, x)
}
