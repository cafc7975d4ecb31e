package vec

import "math"

// The logarithm, and how its vector twins must compute it.
//
// x = 2^k * m with m in [sqrt(1/2), sqrt(2)), f = m - 1, s = f/(2+f); then
// log(1+f) = 2 atanh(s) = f - f^2/2 + s*(f^2/2 + R(s^2)), R a polynomial of
// degree 7 in s^2. The leading terms k*ln2 + f - f^2/2 are kept in two
// doubles, everything else is small.
//
//	b  = bits(x) - bits(sqrt(1/2));  k = b >> 52 (signed)
//	m  = frombits(bits(x) - b&(0xfff<<52));  f = m - 1
//	s  = f / (2+f);  z = s*s;  w = z*z
//	R  = z * fma(z, fma(w, fma(w, l6, l4), l2), fma(w, fma(w, fma(w, l7, l5), l3), l1))
//	h = 0.5*f;  q = h*f;  e = fma(h, f, -q)
//	a = f - q;  a' = ((f-a) - q) - e
//	n = k*ln2Hi;  y = n + a
//	y' = ((n-y) + a) + (a' + fma(k, ln2Lo, s*(q+R)))
//	log(x) = y + y'
const (
	ln2Hi = 0x1.62e42fefa38p-1    // 42 bits: k*ln2Hi is exact
	ln2Lo = 0x1.ef35793c76730p-45 // ln 2 - ln2Hi
	logL1 = 0x1.55555555555d6p-1
	logL2 = 0x1.999999996e461p-2
	logL3 = 0x1.2492494eff239p-2
	logL4 = 0x1.c71c48c0e270dp-3
	logL5 = 0x1.7467f50ba9d19p-3
	logL6 = 0x1.397950b4c318ep-3
	logL7 = 0x1.307f04732ed76p-3

	sqrtHalfBits = 0x3fe6a09e667f3bcd
	expMask      = 0xfff << 52

	ln10InvHi = 0x1.bcb7b1526e50ep-2 // 1/ln 10
	ln10InvLo = 0x1.95355baaafad3p-57
)

// Log returns the natural logarithm: NaN below 0, -Inf at 0.
func Log(x float64) float64 {
	b := math.Float64bits(x)
	var k float64
	if b-0x0010000000000000 >= 0x7fe0000000000000 { // not a positive normal number
		if !(x > 0) || b == 0x7ff0000000000000 {
			return logEdge(x)
		}
		x *= 0x1p54
		b = math.Float64bits(x)
		k = -54
	}
	d := b - sqrtHalfBits
	k += float64(int64(d) >> 52)
	f := math.Float64frombits(b-d&expMask) - 1
	h, l := logCore(k, f)
	return h + l
}

// logEdge is Log where there is none: NaN, +Inf, 0 and below.
func logEdge(x float64) float64 {
	switch {
	case x != x:
		return x
	case x == 0:
		return math.Inf(-1)
	case x < 0:
		return math.NaN()
	}
	return x // +Inf
}

// logCore returns k*ln 2 + log(1+f) as h + l, for integers |k| <= 1100 and
// sqrt(1/2)-1 <= f < sqrt(2)-1.
func logCore(k, f float64) (h, l float64) {
	s := f / (2 + f)
	z := s * s
	w := z * z
	hf := 0.5 * f
	q := float64(hf * f)      // f^2/2
	qe := math.FMA(hf, f, -q) // and what it lacks
	odd := math.FMA(w, math.FMA(w, logL6, logL4), logL2)
	even := math.FMA(w, math.FMA(w, math.FMA(w, logL7, logL5), logL3), logL1)
	r := float64(z * math.FMA(z, odd, even))
	a := f - q
	al := ((f - a) - q) - qe
	n := float64(k * ln2Hi)
	h = n + a
	l = ((n - h) + a) + (al + math.FMA(k, ln2Lo, float64(s*(q+r))))
	return h, l
}

// Log1p returns log(1+x), exact near 0.
func Log1p(x float64) float64 {
	switch {
	case !(x > -1): // NaN too
		if x == -1 {
			return math.Inf(-1)
		}
		return math.NaN()
	case x > 0x1p60:
		return Log(x) // +Inf too
	case math.Abs(x) < 0x1p-54:
		return x
	case x > -0.29 && x < 0.41:
		h, l := logCore(0, x)
		return h + l
	}
	// u + c = 1 + x exactly, and log(u+c) = log(u) + c/u.
	u := 1 + x
	var c float64
	if x > 1 {
		c = (x - u) + 1
	} else {
		c = (1 - u) + x
	}
	d := math.Float64bits(u) - sqrtHalfBits
	f := math.Float64frombits(math.Float64bits(u)-d&expMask) - 1
	h, l := logCore(float64(int64(d)>>52), f)
	return h + (l + c/u)
}

// Log10 returns the decimal logarithm; powers of ten are exact.
func Log10(x float64) float64 {
	if !(x > 0) || x > math.MaxFloat64 {
		return logEdge(x)
	}
	h, l := logDD(x)
	p := float64(h * ln10InvHi)
	return p + (math.FMA(h, ln10InvHi, -p) + math.FMA(h, ln10InvLo, float64(l*ln10InvHi)))
}

// logDD returns log(x) as h + l for finite x > 0, with an error of about
// 0.05 ulp of h.
func logDD(x float64) (h, l float64) {
	b := math.Float64bits(x)
	var k float64
	if b < 0x0010000000000000 {
		x *= 0x1p54
		b = math.Float64bits(x)
		k = -54
	}
	d := b - sqrtHalfBits
	k += float64(int64(d) >> 52)
	return logCore(k, math.Float64frombits(b-d&expMask)-1)
}
