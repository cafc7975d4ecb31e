package vec

import "math"

// The exponential, and how its vector twins must compute it.
//
// With n = round(x*8/ln 2), j = n mod 8 and k = floor(n/8),
//
//	exp(x) = 2^k * 2^(j/8) * exp(r),  r = x - n*ln2/8,  |r| <= ln2/16
//
// and exp(r)-1 is a polynomial of degree 7. 2^(j/8) is stored as a double T
// and the rest t of it, so that the error stays near half an ulp. Eight
// entries of a table fit one AVX-512 register (VPERMPD) or two AVX2
// registers (VPERMPS on the halves), so that no gather is needed.
//
// The operations, each rounded once, in this order:
//
//	s  = fma(x, 8/ln2, 1.5*2^52)        n is in the low bits of s
//	n  = s - 1.5*2^52
//	r  = fma(n, -L2, fma(n, -L1, x))    the inner one is exact
//	z  = r*r
//	p  = fma(z, fma(z, fma(r,c7,c6), fma(r,c5,c4)), fma(r,c3,c2))
//	q  = fma(z, p, r)
//	y  = T[j] + fma(T[j], q, t[j])
//
// and then y*2^k: by adding k to the exponent where -708 <= x <= 709, else in
// two steps (scalb), of which only the last rounds; VSCALEFPD does the same.
// x above expMax gives +Inf, below expMin +0, NaN stays NaN.
const (
	expInv   = 0x1.71547652b82fep+3  // 8/ln 2
	expShift = 0x1.8p52              // puts the nearest integer into the low bits
	expL1    = 0x1.62e42fefap-4      // ln 2 / 8, the leading 37 bits: n*L1 is exact
	expL2    = 0x1.cf79abc9e3b3ap-43 // the rest
	expC2    = 0x1.000000000010ep-1
	expC3    = 0x1.5555555555660p-3
	expC4    = 0x1.55555547f98a4p-5
	expC5    = 0x1.11111107cf197p-7
	expC6    = 0x1.6c1cc10ebbddep-10
	expC7    = 0x1.a02078c965772p-13

	expMax = 709.782712893384   // above it exp overflows
	expMin = -745.1332191019412 // below it exp rounds to 0
	expHi  = 709                // between these the result is normal and
	expLo  = -708               // k can be added to the exponent
)

// expT is 2^(j/8), expTail what the doubles lack.
var (
	expT = [8]float64{
		1, 0x1.172b83c7d517bp+0, 0x1.306fe0a31b715p+0, 0x1.4bfdad5362a27p+0,
		0x1.6a09e667f3bcdp+0, 0x1.8ace5422aa0dbp+0, 0x1.ae89f995ad3adp+0, 0x1.d5818dcfba487p+0,
	}
	expTail = [8]float64{
		0, -0x1.19041b9d78a76p-55, 0x1.6f46ad23182e4p-55, 0x1.d4397afec42e2p-56,
		-0x1.bdd3413b26456p-54, 0x1.6e9f156864b27p-54, 0x1.7a1cd345dcc81p-54, 0x1.2ed02d75b3707p-55,
	}
)

// Exp returns e to the power x.
func Exp(x float64) float64 {
	if !(x >= expLo && x <= expHi) {
		return expEdge(x)
	}
	s := math.FMA(x, expInv, expShift)
	n := s - expShift
	r := math.FMA(n, -expL2, math.FMA(n, -expL1, x))
	z := r * r
	p := math.FMA(z, math.FMA(z, math.FMA(r, expC7, expC6), math.FMA(r, expC5, expC4)), math.FMA(r, expC3, expC2))
	q := math.FMA(z, p, r)
	b := math.Float64bits(s)
	j := b & 7
	t := expT[j]
	y := t + math.FMA(t, q, expTail[j])
	return math.Float64frombits(math.Float64bits(y) + (b&^7)<<49)
}

// ExpV is dst[i] = Exp(a[i]).
//
// The body of Exp stands here twice: a call costs a third of it, and two
// elements at a time hide each other's latency.
func ExpV(dst, a []float64) {
	n := len(dst)
	a = a[:n]
	if twins {
		byTwin(dst, a, expTwin, Exp)
		return
	}
	i := 0
	for ; i+1 < n; i += 2 {
		x0, x1 := a[i], a[i+1]
		if !(x0 >= expLo && x0 <= expHi && x1 >= expLo && x1 <= expHi) {
			dst[i], dst[i+1] = Exp(x0), Exp(x1)
			continue
		}
		s0 := math.FMA(x0, expInv, expShift)
		s1 := math.FMA(x1, expInv, expShift)
		n0 := s0 - expShift
		n1 := s1 - expShift
		r0 := math.FMA(n0, -expL2, math.FMA(n0, -expL1, x0))
		r1 := math.FMA(n1, -expL2, math.FMA(n1, -expL1, x1))
		z0 := r0 * r0
		z1 := r1 * r1
		p0 := math.FMA(z0, math.FMA(z0, math.FMA(r0, expC7, expC6), math.FMA(r0, expC5, expC4)), math.FMA(r0, expC3, expC2))
		p1 := math.FMA(z1, math.FMA(z1, math.FMA(r1, expC7, expC6), math.FMA(r1, expC5, expC4)), math.FMA(r1, expC3, expC2))
		q0 := math.FMA(z0, p0, r0)
		q1 := math.FMA(z1, p1, r1)
		b0 := math.Float64bits(s0)
		b1 := math.Float64bits(s1)
		t0 := expT[b0&7]
		t1 := expT[b1&7]
		y0 := t0 + math.FMA(t0, q0, expTail[b0&7])
		y1 := t1 + math.FMA(t1, q1, expTail[b1&7])
		dst[i] = math.Float64frombits(math.Float64bits(y0) + (b0&^7)<<49)
		dst[i+1] = math.Float64frombits(math.Float64bits(y1) + (b1&^7)<<49)
	}
	if i < n {
		dst[i] = Exp(a[i])
	}
}

// expEdge is Exp outside [expLo, expHi].
func expEdge(x float64) float64 {
	switch {
	case x != x:
		return x
	case x > expMax:
		return math.Inf(1)
	case x < expMin:
		return 0
	}
	s := math.FMA(x, expInv, expShift)
	n := s - expShift
	r := math.FMA(n, -expL2, math.FMA(n, -expL1, x))
	z := r * r
	p := math.FMA(z, math.FMA(z, math.FMA(r, expC7, expC6), math.FMA(r, expC5, expC4)), math.FMA(r, expC3, expC2))
	q := math.FMA(z, p, r)
	b := math.Float64bits(s)
	t := expT[b&7]
	return scalb(t+math.FMA(t, q, expTail[b&7]), int(int64(b<<13)>>16))
}

// expDD returns exp(x + xl) as (h + l) * 2^k with |l| below ulp(h)/2 or so,
// for expMin-1 <= x <= expMax+1 and |xl| below ulp(x). The relative error is below 2^-63.
func expDD(x, xl float64) (h, l float64, k int) {
	s := math.FMA(x, expInv, expShift)
	n := s - expShift
	r0 := math.FMA(n, -expL1, x) // exact
	w := float64(n * expL2)
	r := r0 - w
	r, rl := fastSum(r, ((r0-r)-w)+xl)
	z := r * r
	p := math.FMA(z, math.FMA(z, math.FMA(r, expC7, expC6), math.FMA(r, expC5, expC4)), math.FMA(r, expC3, expC2))
	c := math.FMA(z, p, rl+float64(r*rl)) // exp(r)-1 = r + c
	b := math.Float64bits(s)
	j := b & 7
	t := expT[j]
	// t + tail + t*r + t*c
	tr := float64(t * r)
	e := math.FMA(t, r, -tr)
	a := t + tr
	rest := ((t - a) + tr) + (e + math.FMA(t, c, expTail[j]))
	h = a + rest
	l = (a - h) + rest
	return h, l, int(int64(b<<13) >> 16) // the low 51 bits of s are n
}

// scalb returns y*2^k, rounded once, for y in [1/2, 4) and |k| <= 1100.
func scalb(y float64, k int) float64 {
	k1 := k >> 1
	k2 := k - k1
	y = float64(y * math.Float64frombits(uint64(1023+k1)<<52)) // exact
	return float64(y * math.Float64frombits(uint64(1023+k2)<<52))
}
