package vec

import (
	"math"
	"math/bits"
)

// Sine, cosine and tangent: x = n*pi/2 + (r + rl) with |r| <= pi/4, then a
// polynomial for the quadrant. The remainder is in two doubles, so that the
// result is as good near the zeros as elsewhere.
const (
	twoOverPi = 0x1.45f306dc9c883p-1
	// pi/2 in four pieces; n*pio2A and n*pio2B are exact for |n| < 2^20.
	pio2A = 0x1.921fb544p+0
	pio2B = 0x1.0b4611a6p-34
	pio2C = 0x1.3198a2e037073p-69
	pio2D = 0x1.129024e088a68p-123
	// pi/2 in two pieces.
	pio2Hi = 0x1.921fb54442d18p+0
	pio2Lo = 0x1.1a62633145c07p-54
	piHi   = 0x1.921fb54442d18p+1
	piLo   = 0x1.1a62633145c07p-53

	sinS1 = -0x1.5555555555549p-3
	sinS2 = 0x1.111111110f881p-7
	sinS3 = -0x1.a01a019c126e8p-13
	sinS4 = 0x1.71de357876a0cp-19
	sinS5 = -0x1.ae5e66d64bc38p-26
	sinS6 = 0x1.5d932f9ea59e3p-33

	cosC1 = 0x1.555555555554cp-5
	cosC2 = -0x1.6c16c16c15184p-10
	cosC3 = 0x1.a01a019cb26f6p-16
	cosC4 = -0x1.27e4f80a75e34p-22
	cosC5 = 0x1.1ee9ec46fae58p-29
	cosC6 = -0x1.8faecea66aaffp-37
)

// twoOverPiBits is 2/pi: bit 63 of the first word is worth 1/2.
var twoOverPiBits = [20]uint64{
	0xa2f9836e4e441529, 0xfc2757d1f534ddc0, 0xdb6295993c439041, 0xfe5163abdebbc561,
	0xb7246e3a424dd2e0, 0x06492eea09d1921c, 0xfe1deb1cb129a73e, 0xe88235f52ebb4484,
	0xe99c7026b45f7e41, 0x3991d639835339f4, 0x9c845f8bbdf9283b, 0x1ff897ffde05980f,
	0xef2f118b5a0a6d1f, 0x6d367ecf27cb09b7, 0x4f463f669e5fea2d, 0x7527bac7ebe5f17b,
	0x3d0739f78a5292ea, 0x6bfb5fb11f8d5d08, 0x56033046fc7b6bab, 0xf0cfbc209af4361d,
}

// reduce returns the quadrant n (its two low bits count) and the remainder.
func reduce(x float64) (n int, r, rl float64) {
	if math.Abs(x) > 0x1p20 {
		return reduceLarge(x)
	}
	s := math.FMA(x, twoOverPi, expShift)
	k := s - expShift
	a := math.FMA(k, -pio2A, x) // exact
	b, bl := twoDiff(a, float64(k*pio2B))
	w := float64(k * pio2C)
	c, cl := twoDiff(b, w)
	low := cl + (bl - (math.FMA(k, pio2C, -w) + float64(k*pio2D)))
	r = c + low
	return int(math.Float64bits(s) & 3), r, (c - r) + low
}

// reduceLarge is reduce by Payne and Hanek's method: of 2/pi only the bits
// that matter for x times it, modulo 4, are multiplied.
func reduceLarge(x float64) (n int, r, rl float64) {
	b := math.Float64bits(x)
	e := int(b>>52&0x7ff) - 1075 // |x| = m * 2^e
	m := b&(1<<52-1) | 1<<52
	// The bits of 2/pi before bit e-2 give multiples of 4 only, since m is an
	// integer.
	first := max(e-2, 0) // bits skipped
	word, sh := first/64, uint(first%64)
	at := func(i int) uint64 {
		v := uint64(0)
		if i < len(twoOverPiBits) {
			v = twoOverPiBits[i] << sh
		}
		if sh > 0 && i+1 < len(twoOverPiBits) {
			v |= twoOverPiBits[i+1] >> (64 - sh)
		}
		return v
	}
	w0, w1, w2 := at(word), at(word+1), at(word+2)
	// The 256-bit product m*(w0 w1 w2), its lowest bit worth 2^(e-first-192).
	h2, p0 := bits.Mul64(m, w2)
	h1, l1 := bits.Mul64(m, w1)
	h0, l0 := bits.Mul64(m, w0)
	p1, c := bits.Add64(l1, h2, 0)
	p2, c := bits.Add64(l0, h1, c)
	p3 := h0 + c
	// The quadrant must be the top two bits of p2, where the lowest is worth
	// 2^-190: shift by 2-(e-first), which is 0 to 34.
	if s := uint(2 - (e - first)); s > 0 {
		p0 = p0>>s | p1<<(64-s)
		p1 = p1>>s | p2<<(64-s)
		p2 = p2>>s | p3<<(64-s)
	}
	n = int(p2 >> 62)
	// The fraction below the quadrant, as a signed number in [-1/2, 1/2).
	p2 = p2<<2 | p1>>62
	p1 = p1<<2 | p0>>62
	p0 <<= 2
	neg := false
	if p2>>63 == 1 {
		n++
		neg = true
		var br uint64
		p0, br = bits.Sub64(0, p0, 0)
		p1, br = bits.Sub64(0, p1, br)
		p2, _ = bits.Sub64(0, p2, br)
	}
	// Normalise to 128 bits and split into two doubles.
	z := 0
	for p2 == 0 && z < 128 {
		p2, p1, p0 = p1, p0, 0
		z += 64
	}
	s := uint(bits.LeadingZeros64(p2))
	if s > 0 {
		p2 = p2<<s | p1>>(64-s)
		p1 = p1<<s | p0>>(64-s)
	}
	z += int(s)
	fh := float64(p2>>11) * 0x1p-53
	fl := float64(p2<<53>>11|p1>>22) * 0x1p-106
	f2 := math.Float64frombits(uint64(1023-z) << 52)
	fh *= f2
	fl *= f2
	// (fh + fl) * pi/2
	a := float64(fh * pio2Hi)
	al := math.FMA(fh, pio2Hi, -a) + math.FMA(fh, pio2Lo, float64(fl*pio2Hi))
	r = a + al
	rl = (a - r) + al
	if neg {
		r, rl = -r, -rl
	}
	if x < 0 {
		n, r, rl = -n, -r, -rl
	}
	return n, r, rl
}

// sinKernel returns sin(r+rl) as h + l for |r| <= pi/4.
func sinKernel(r, rl float64) (h, l float64) {
	z := r * r
	w := z * z
	p := math.FMA(w, math.FMA(w, math.FMA(z, sinS6, sinS5), math.FMA(z, sinS4, sinS3)), math.FMA(z, sinS2, sinS1))
	// r^3*p with what z and z*r lack: near pi/4 they would cost 0.2 ulp.
	c := float64(z * r)
	ce := math.FMA(z, r, -c) + float64(math.FMA(r, r, -z)*r)
	return r, math.FMA(c, p, math.FMA(ce, p, math.FMA(-0.5*z, rl, rl)))
}

// cosKernel returns cos(r+rl) as h + l for |r| <= pi/4.
func cosKernel(r, rl float64) (h, l float64) {
	z := r * r
	hz := 0.5 * z
	ze := math.FMA(r, r, -z)
	w := z * z
	p := math.FMA(w, math.FMA(z, cosC6, cosC5), math.FMA(z, cosC4, cosC3))
	p = math.FMA(w, p, math.FMA(z, cosC2, cosC1))
	h = 1 - hz
	return h, ((1 - h) - hz) + math.FMA(w, p, -math.FMA(0.5, ze, float64(r*rl)))
}

// Sin returns the sine of x radians.
func Sin(x float64) float64 {
	if math.Abs(x) <= math.Pi/4 {
		if math.Abs(x) < 0x1p-27 {
			return x
		}
		h, l := sinKernel(x, 0)
		return h + l
	}
	if !(math.Abs(x) <= math.MaxFloat64) {
		return math.NaN()
	}
	n, r, rl := reduce(x)
	var h, l float64
	if n&1 == 0 {
		h, l = sinKernel(r, rl)
	} else {
		h, l = cosKernel(r, rl)
	}
	if n&2 != 0 {
		return -(h + l)
	}
	return h + l
}

// Cos returns the cosine of x radians.
func Cos(x float64) float64 {
	if !(math.Abs(x) <= math.MaxFloat64) {
		return math.NaN()
	}
	n, r, rl := reduce(x)
	var h, l float64
	if n&1 == 0 {
		h, l = cosKernel(r, rl)
	} else {
		h, l = sinKernel(r, rl)
	}
	if (n+1)&2 != 0 {
		return -(h + l)
	}
	return h + l
}

// Tan returns the tangent of x radians.
func Tan(x float64) float64 {
	if !(math.Abs(x) <= math.MaxFloat64) {
		return math.NaN()
	}
	if math.Abs(x) < 0x1p-27 {
		return x
	}
	n, r, rl := reduce(x)
	sh, sl := sinKernel(r, rl)
	ch, cl := cosKernel(r, rl)
	sh, sl = fastSum(sh, sl)
	ch, cl = fastSum(ch, cl)
	if n&1 != 0 {
		sh, sl, ch, cl = -ch, -cl, sh, sl
	}
	h, l := divDD(sh, sl, ch, cl)
	return h + l
}

// twoDiff returns a-b rounded and what that lacks, exactly.
func twoDiff(a, b float64) (d, e float64) {
	d = a - b
	t := a - d // the part of b that came through
	return d, (a - (d + t)) + (t - b)
}

// fastSum returns a+b rounded and what that lacks, exactly, for |a| >= |b|.
func fastSum(a, b float64) (s, e float64) {
	s = a + b
	return s, (a - s) + b
}

// divDD returns (ah+al)/(bh+bl) as h + l, for al and bl no larger than an ulp or so.
func divDD(ah, al, bh, bl float64) (h, l float64) {
	h = ah / bh
	return h, (math.FMA(-h, bh, ah) + math.FMA(-h, bl, al)) / bh
}
