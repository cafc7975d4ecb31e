package vec

import "math"

// Arithmetic on blocks. Each function is the loop of its comment, with the
// lengths proven before it so that no bounds are checked inside. Unrolling by
// 4 or 8 was measured to gain nothing that repeats, so the loops stay plain;
// ExpV alone is worth two elements at a time.

// Add is dst[i] = a[i] + b[i].
func Add(dst, a, b []float64) {
	n := len(dst)
	a, b = a[:n], b[:n]
	if twins {
		addTwin(first(dst), first(a), first(b), n)
		return
	}
	for i := range dst {
		dst[i] = a[i] + b[i]
	}
}

// Sub is dst[i] = a[i] - b[i].
func Sub(dst, a, b []float64) {
	n := len(dst)
	a, b = a[:n], b[:n]
	if twins {
		subTwin(first(dst), first(a), first(b), n)
		return
	}
	for i := range dst {
		dst[i] = a[i] - b[i]
	}
}

// Mul is dst[i] = a[i] * b[i].
func Mul(dst, a, b []float64) {
	n := len(dst)
	a, b = a[:n], b[:n]
	if twins {
		mulTwin(first(dst), first(a), first(b), n)
		return
	}
	for i := range dst {
		dst[i] = a[i] * b[i]
	}
}

// Div is dst[i] = a[i] / b[i].
func Div(dst, a, b []float64) {
	n := len(dst)
	a, b = a[:n], b[:n]
	if twins {
		divTwin(first(dst), first(a), first(b), n)
		return
	}
	for i := range dst {
		dst[i] = a[i] / b[i]
	}
}

// AddC is dst[i] = a[i] + c.
func AddC(dst, a []float64, c float64) {
	a = a[:len(dst)]
	if twins {
		addCTwin(first(dst), first(a), len(dst), c)
		return
	}
	for i := range dst {
		dst[i] = a[i] + c
	}
}

// SubC is dst[i] = a[i] - c.
func SubC(dst, a []float64, c float64) {
	a = a[:len(dst)]
	if twins {
		subCTwin(first(dst), first(a), len(dst), c)
		return
	}
	for i := range dst {
		dst[i] = a[i] - c
	}
}

// MulC is dst[i] = a[i] * c.
func MulC(dst, a []float64, c float64) {
	a = a[:len(dst)]
	if twins {
		mulCTwin(first(dst), first(a), len(dst), c)
		return
	}
	for i := range dst {
		dst[i] = a[i] * c
	}
}

// DivC is dst[i] = a[i] / c.
func DivC(dst, a []float64, c float64) {
	a = a[:len(dst)]
	if twins {
		divCTwin(first(dst), first(a), len(dst), c)
		return
	}
	for i := range dst {
		dst[i] = a[i] / c
	}
}

// RsubC is dst[i] = c - a[i].
func RsubC(dst, a []float64, c float64) {
	a = a[:len(dst)]
	if twins {
		rsubCTwin(first(dst), first(a), len(dst), c)
		return
	}
	for i := range dst {
		dst[i] = c - a[i]
	}
}

// RdivC is dst[i] = c / a[i].
func RdivC(dst, a []float64, c float64) {
	a = a[:len(dst)]
	if twins {
		rdivCTwin(first(dst), first(a), len(dst), c)
		return
	}
	for i := range dst {
		dst[i] = c / a[i]
	}
}

// FMA is dst[i] = a[i]*b[i] + c[i], rounded once.
func FMA(dst, a, b, c []float64) {
	n := len(dst)
	a, b, c = a[:n], b[:n], c[:n]
	if twins {
		fmaTwin(first(dst), first(a), first(b), first(c), n)
		return
	}
	for i := range dst {
		dst[i] = math.FMA(a[i], b[i], c[i])
	}
}

// FMAC is dst[i] = a[i]*b + c, rounded once.
func FMAC(dst, a []float64, b, c float64) {
	a = a[:len(dst)]
	if twins {
		fmaCTwin(first(dst), first(a), len(dst), b, c)
		return
	}
	for i := range dst {
		dst[i] = math.FMA(a[i], b, c)
	}
}

// MulAdd is dst[i] = a[i]*b[i] + c[i], rounded twice.
func MulAdd(dst, a, b, c []float64) {
	n := len(dst)
	a, b, c = a[:n], b[:n], c[:n]
	if twins {
		mulAddTwin(first(dst), first(a), first(b), first(c), n)
		return
	}
	for i := range dst {
		dst[i] = float64(a[i]*b[i]) + c[i]
	}
}

// Neg is dst[i] = -a[i]. It changes the sign of zeros too.
func Neg(dst, a []float64) {
	a = a[:len(dst)]
	if twins {
		negTwin(first(dst), first(a), len(dst))
		return
	}
	for i := range dst {
		dst[i] = -a[i]
	}
}

// Abs is dst[i] = math.Abs(a[i]).
func Abs(dst, a []float64) {
	a = a[:len(dst)]
	if twins {
		absTwin(first(dst), first(a), len(dst))
		return
	}
	for i := range dst {
		dst[i] = math.Abs(a[i])
	}
}

// Sqrt is dst[i] = math.Sqrt(a[i]).
func Sqrt(dst, a []float64) {
	a = a[:len(dst)]
	if twins {
		sqrtTwin(first(dst), first(a), len(dst))
		return
	}
	for i := range dst {
		dst[i] = math.Sqrt(a[i])
	}
}

// Floor is dst[i] = math.Floor(a[i]).
func Floor(dst, a []float64) {
	a = a[:len(dst)]
	if twins {
		floorTwin(first(dst), first(a), len(dst))
		return
	}
	for i := range dst {
		dst[i] = math.Floor(a[i])
	}
}

// Ceil is dst[i] = math.Ceil(a[i]).
func Ceil(dst, a []float64) {
	a = a[:len(dst)]
	if twins {
		ceilTwin(first(dst), first(a), len(dst))
		return
	}
	for i := range dst {
		dst[i] = math.Ceil(a[i])
	}
}

// Mod is dst[i] = the remainder of a[i]/b[i] with the sign of a[i]: C's fmod.
func Mod(dst, a, b []float64) {
	n := len(dst)
	a, b = a[:n], b[:n]
	for i := range dst {
		dst[i] = math.Mod(a[i], b[i])
	}
}

// Min is dst[i] = a[i] if a[i] < b[i], else b[i] (so b[i] where one is a NaN,
// and where they are equal zeros: MINPD's rule).
func Min(dst, a, b []float64) {
	n := len(dst)
	a, b = a[:n], b[:n]
	if twins {
		minTwin(first(dst), first(a), first(b), n)
		return
	}
	for i := range dst {
		m := b[i]
		if a[i] < m {
			m = a[i]
		}
		dst[i] = m
	}
}

// Max is dst[i] = a[i] if a[i] > b[i], else b[i] (MAXPD's rule).
func Max(dst, a, b []float64) {
	n := len(dst)
	a, b = a[:n], b[:n]
	if twins {
		maxTwin(first(dst), first(a), first(b), n)
		return
	}
	for i := range dst {
		m := b[i]
		if a[i] > m {
			m = a[i]
		}
		dst[i] = m
	}
}

// MinC is dst[i] = a[i] if a[i] < c, else c.
func MinC(dst, a []float64, c float64) {
	a = a[:len(dst)]
	if twins {
		minCTwin(first(dst), first(a), len(dst), c)
		return
	}
	for i := range dst {
		m := c
		if a[i] < m {
			m = a[i]
		}
		dst[i] = m
	}
}

// MaxC is dst[i] = a[i] if a[i] > c, else c.
func MaxC(dst, a []float64, c float64) {
	a = a[:len(dst)]
	if twins {
		maxCTwin(first(dst), first(a), len(dst), c)
		return
	}
	for i := range dst {
		m := c
		if a[i] > m {
			m = a[i]
		}
		dst[i] = m
	}
}

// Copy is dst[i] = a[i].
func Copy(dst, a []float64) { copy(dst, a[:len(dst)]) }

// Set is dst[i] = c.
func Set(dst []float64, c float64) {
	if twins {
		setTwin(first(dst), len(dst), c)
		return
	}
	for i := range dst {
		dst[i] = c
	}
}

// flushBits are the bits, but for the sign, of 1e-290, the size under which a
// state is stored as +0: far above the denormals, which make every operation on
// them slow, and far below anything that matters in a model.
const flushBits = 0x03b8f2b061aea072 << 1

// Flushed returns x, or +0 where |x| < 1e-290. NaN stays NaN.
func Flushed(x float64) float64 {
	// Numbers without signs are in the order of their bits, NaN above all.
	if math.Float64bits(x)<<1 < flushBits {
		return 0
	}
	return x
}

// Flush is dst[i] = Flushed(a[i]).
func Flush(dst, a []float64) {
	a = a[:len(dst)]
	if twins {
		flushTwin(first(dst), first(a), len(dst))
		return
	}
	for i := range dst {
		// Synapses at rest stand beside others: no branch here.
		u := math.Float64bits(a[i])
		if u<<1 < flushBits {
			u = 0
		}
		dst[i] = math.Float64frombits(u)
	}
}

// FlushMasked is dst[i] = Flushed(a[i]) where mask[i] is true; other elements stay.
func FlushMasked(dst, mask, a []float64) {
	n := len(dst)
	a, mask = a[:n], mask[:n]
	if twins {
		flushMaskedTwin(first(dst), first(dst), first(mask), first(a), n)
		return
	}
	for i := range dst {
		if mask[i] != 0 {
			dst[i] = Flushed(a[i])
		}
	}
}

// Gather is dst[i] = src[index[i]].
func Gather(dst, src []float64, index []int32) {
	index = index[:len(dst)]
	for i, k := range index {
		dst[i] = src[k]
	}
}

// Scatter is dst[index[i]] = a[i], in the order of i. Here the length is that of index.
func Scatter(dst []float64, index []int32, a []float64) {
	a = a[:len(index)]
	for i, k := range index {
		dst[k] = a[i]
	}
}

// ScatterAdd is dst[index[i]] += a[i], in the order of i, so that sums of
// several instances into one place have one order. The length is that of index.
func ScatterAdd(dst []float64, index []int32, a []float64) {
	a = a[:len(index)]
	for i, k := range index {
		dst[k] += float64(a[i])
	}
}
