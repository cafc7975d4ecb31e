package vec

import "math"

const (
	atanA1 = -0x1.5555555555555p-2
	atanA2 = 0x1.999999999983bp-3
	atanA3 = -0x1.249249240481bp-3
	atanA4 = 0x1.c71c6e7c2d614p-4
	atanA5 = -0x1.745823d9f555ep-4
	atanA6 = 0x1.376926a538f26p-4
)

// atanEighths is atan(j/8) in two doubles.
var atanEighths = [9]struct{ hi, lo float64 }{
	{0, 0},
	{0x1.fd5ba9aac2f6ep-4, -0x1.cd37686760c17p-59},
	{0x1.f5b75f92c80ddp-3, 0x1.8ab6e3cf7afbdp-57},
	{0x1.6f61941e4def1p-2, -0x1.c63aae6f6e918p-56},
	{0x1.dac670561bb4fp-2, 0x1.a2b7f222f65e2p-56},
	{0x1.1e00babdefeb4p-1, -0x1.928df287a668fp-58},
	{0x1.4978fa3269ee1p-1, 0x1.2419a87f2a458p-56},
	{0x1.700a7c5784634p-1, -0x1.8c34d25aadef6p-56},
	{0x1.921fb54442d18p-1, 0x1.1a62633145c07p-55},
}

// atanQuotient returns atan((yh+yl)/(xh+xl)) as h + l, for 0 <= yh <= xh, both finite and
// neither so small or large that their product with 1/8 or their quotient loses bits.
//
// With c = j/8 nearest to y/x, atan(y/x) = atan(c) + atan((y-c*x)/(x+c*y)), and
// the last argument is at most 1/16.
func atanQuotient(yh, yl, xh, xl float64) (h, l float64) {
	j := int(yh/xh*8 + 0.5)
	c := float64(j) / 8
	p := float64(c * xh)
	num, nl := twoDiff(yh, p)
	nl += math.FMA(-c, xl, yl) - math.FMA(c, xh, -p)
	q := float64(c * yh)
	den := xh + q
	dl := ((xh - den) + q) + (math.FMA(c, yh, -q) + math.FMA(c, yl, xl))
	t, tl := divDD(num, nl, den, dl)
	z := t * t
	w := z * z
	a := math.FMA(w, math.FMA(z, atanA6, atanA5), math.FMA(z, atanA4, atanA3))
	a = math.FMA(w, a, math.FMA(z, atanA2, atanA1))
	low := math.FMA(float64(z*t), a, tl)
	base := &atanEighths[j]
	h = base.hi + t // base is 0 or larger than t
	return h, ((base.hi - h) + t) + (base.lo + low)
}

// Atan returns the arc tangent in radians.
func Atan(x float64) float64 {
	a := math.Abs(x)
	var r float64
	switch {
	case x != x:
		return x
	case a < 0x1p-27:
		return x
	case a <= 1:
		h, l := atanQuotient(a, 0, 1, 0)
		r = h + l
	case a < 0x1p60:
		h, l := atanQuotient(1, 0, a, 0)
		r = pio2Minus(h, l)
	default:
		r = pio2Hi
	}
	return math.Copysign(r, x)
}

// pio2Minus returns pi/2 - (h+l) for |h| <= pi/2.
func pio2Minus(h, l float64) float64 {
	d := pio2Hi - h
	return d + (((pio2Hi - d) - h) + (pio2Lo - l))
}

// Atan2 returns the angle of the point (x, y), with the special cases of C's atan2.
func Atan2(y, x float64) float64 {
	switch {
	case x != x || y != y:
		return math.NaN()
	case y == 0:
		if math.Signbit(x) {
			return math.Copysign(piHi, y)
		}
		return math.Copysign(0, y)
	case x == 0:
		return math.Copysign(pio2Hi, y)
	case math.IsInf(x, 0) || math.IsInf(y, 0):
		return math.Copysign(atan2Inf(y, x), y)
	}
	ay, ax := math.Abs(y), math.Abs(x)
	// Bring the larger one to [1, 2), so that nothing over- or underflows.
	top := int(math.Float64bits(max(ay, ax)) >> 52)
	if top == 0 { // both denormal: make them normal first
		ay = float64(ay * 0x1p60)
		ax = float64(ax * 0x1p60)
		top = int(math.Float64bits(max(ay, ax)) >> 52)
	}
	k := 1023 - top
	sy, sx := scaleDown(ay, k), scaleDown(ax, k)
	var r float64
	switch {
	case sy <= sx:
		if sy < 0x1p-70*sx { // atan(q) = q here, and pi - q = pi
			if x > 0 {
				return math.Copysign(ay/ax, y)
			}
			return math.Copysign(piHi, y)
		}
		h, l := atanQuotient(sy, 0, sx, 0)
		if x > 0 {
			r = h + l
		} else {
			d := piHi - h
			r = d + (((piHi - d) - h) + (piLo - l))
		}
	case sx < 0x1p-70*sy:
		r = pio2Hi
	default:
		h, l := atanQuotient(sx, 0, sy, 0)
		if x < 0 {
			h, l = -h, -l
		}
		r = pio2Minus(h, l)
	}
	return math.Copysign(r, y)
}

// scaleDown returns a*2^k for -1024 <= k <= 1023, a >= 0.
func scaleDown(a float64, k int) float64 {
	h := k / 2
	return float64(a * math.Float64frombits(uint64(1023+h)<<52) * math.Float64frombits(uint64(1023+k-h)<<52))
}

// atan2Inf is |Atan2(y, x)| where one of them is infinite.
func atan2Inf(y, x float64) float64 {
	switch {
	case !math.IsInf(x, 0):
		return pio2Hi
	case !math.IsInf(y, 0):
		if x > 0 {
			return 0
		}
		return piHi
	case x > 0:
		return math.Pi / 4
	}
	return 3 * math.Pi / 4
}

// The series of asin: asin x = x + x^3*P(x^2) for |x| <= 1/2.
const (
	asinP0  = 0x1.5555555555578p-3
	asinP1  = 0x1.333333332df7ep-4
	asinP2  = 0x1.6db6db72260a7p-5
	asinP3  = 0x1.f1c71a8dc49d4p-6
	asinP4  = 0x1.6e8bdfa638c70p-6
	asinP5  = 0x1.1c49e2bfef3bbp-6
	asinP6  = 0x1.ca20cd974db7dp-7
	asinP7  = 0x1.757b7e2a53bdfp-7
	asinP8  = 0x1.6173db63827ddp-7
	asinP9  = 0x1.e2c00c7984c9cp-9
	asinP10 = 0x1.649237a0aaf20p-6
	asinP11 = -0x1.5953d76b06295p-6
	asinP12 = 0x1.0bb02d86611d1p-5
)

// asinSeries returns P(z).
func asinSeries(z float64) float64 {
	w := z * z
	odd := math.FMA(w, math.FMA(w, math.FMA(w, math.FMA(w, math.FMA(w, asinP11, asinP9), asinP7), asinP5), asinP3), asinP1)
	even := math.FMA(w, math.FMA(w, math.FMA(w, math.FMA(w, math.FMA(w, math.FMA(w, asinP12, asinP10), asinP8), asinP6), asinP4), asinP2), asinP0)
	return math.FMA(z, odd, even)
}

// Asin returns the arc sine in radians: NaN outside [-1, 1].
func Asin(x float64) float64 {
	a := math.Abs(x)
	switch {
	case !(a <= 1):
		return math.NaN()
	case a < 0x1p-27:
		return x
	case a <= 0.5:
		z := x * x
		return math.FMA(float64(z*x), asinSeries(z), x)
	}
	h, l := asinHalf(a)
	return math.Copysign(pio2Minus(2*h, 2*l), x)
}

// asinHalf returns asin(sqrt((1-a)/2)) as h + l for 1/2 <= a <= 1; acos(a) is twice that.
func asinHalf(a float64) (h, l float64) {
	z := (1 - a) / 2 // exact
	if z == 0 {
		return 0, 0
	}
	s := math.Sqrt(z)
	sl := math.FMA(-s, s, z) / (2 * s)
	return s, math.FMA(float64(z*s), asinSeries(z), sl)
}

// Acos returns the arc cosine in radians: NaN outside [-1, 1].
func Acos(x float64) float64 {
	a := math.Abs(x)
	switch {
	case !(a <= 1):
		return math.NaN()
	case a <= 0.5:
		if a < 0x1p-60 {
			return pio2Hi
		}
		z := x * x
		return pio2Minus(x, float64(float64(z*x)*asinSeries(z)))
	}
	h, l := asinHalf(a)
	h, l = 2*h, 2*l
	if x > 0 {
		return h + l
	}
	d := piHi - h
	return d + (((piHi - d) - h) + (piLo - l))
}
