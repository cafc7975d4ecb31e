package vec

import "math"

// Comparisons and logic on blocks. What they write is 1 for true and 0 for
// false; what they read as a mask is true unless it is 0.

// b2f is 1 for true. The compiler makes a SETcc and a conversion of it, no
// branch.
func b2f(b bool) float64 {
	var i int32
	if b {
		i = 1
	}
	return float64(i)
}

// truth has its top bit set if x is not 0 (NaN is not 0), without a branch.
func truth(x float64) uint64 {
	u := math.Float64bits(x) << 1 // without the sign of a zero
	return u | -u
}

// oneIf is 1 if the top bit of u is set, else 0.
func oneIf(u uint64) float64 {
	return math.Float64frombits(uint64(int64(u)>>63) & 0x3ff0000000000000)
}

// Lt is dst[i] = 1 if a[i] < b[i], else 0.
func Lt(dst, a, b []float64) {
	n := len(dst)
	a, b = a[:n], b[:n]
	if twins {
		ltTwin(first(dst), first(a), first(b), n)
		return
	}
	for i := range dst {
		dst[i] = b2f(a[i] < b[i])
	}
}

// LtC is dst[i] = 1 if a[i] < c, else 0.
func LtC(dst, a []float64, c float64) {
	a = a[:len(dst)]
	if twins {
		ltCTwin(first(dst), first(a), len(dst), c)
		return
	}
	for i := range dst {
		dst[i] = b2f(a[i] < c)
	}
}

// Le is dst[i] = 1 if a[i] <= b[i], else 0.
func Le(dst, a, b []float64) {
	n := len(dst)
	a, b = a[:n], b[:n]
	if twins {
		leTwin(first(dst), first(a), first(b), n)
		return
	}
	for i := range dst {
		dst[i] = b2f(a[i] <= b[i])
	}
}

// LeC is dst[i] = 1 if a[i] <= c, else 0.
func LeC(dst, a []float64, c float64) {
	a = a[:len(dst)]
	if twins {
		leCTwin(first(dst), first(a), len(dst), c)
		return
	}
	for i := range dst {
		dst[i] = b2f(a[i] <= c)
	}
}

// Gt is dst[i] = 1 if a[i] > b[i], else 0.
func Gt(dst, a, b []float64) {
	n := len(dst)
	a, b = a[:n], b[:n]
	if twins {
		gtTwin(first(dst), first(a), first(b), n)
		return
	}
	for i := range dst {
		dst[i] = b2f(a[i] > b[i])
	}
}

// GtC is dst[i] = 1 if a[i] > c, else 0.
func GtC(dst, a []float64, c float64) {
	a = a[:len(dst)]
	if twins {
		gtCTwin(first(dst), first(a), len(dst), c)
		return
	}
	for i := range dst {
		dst[i] = b2f(a[i] > c)
	}
}

// Ge is dst[i] = 1 if a[i] >= b[i], else 0.
func Ge(dst, a, b []float64) {
	n := len(dst)
	a, b = a[:n], b[:n]
	if twins {
		geTwin(first(dst), first(a), first(b), n)
		return
	}
	for i := range dst {
		dst[i] = b2f(a[i] >= b[i])
	}
}

// GeC is dst[i] = 1 if a[i] >= c, else 0.
func GeC(dst, a []float64, c float64) {
	a = a[:len(dst)]
	if twins {
		geCTwin(first(dst), first(a), len(dst), c)
		return
	}
	for i := range dst {
		dst[i] = b2f(a[i] >= c)
	}
}

// Eq is dst[i] = 1 if a[i] == b[i], else 0.
func Eq(dst, a, b []float64) {
	n := len(dst)
	a, b = a[:n], b[:n]
	if twins {
		eqTwin(first(dst), first(a), first(b), n)
		return
	}
	for i := range dst {
		dst[i] = b2f(a[i] == b[i])
	}
}

// EqC is dst[i] = 1 if a[i] == c, else 0.
func EqC(dst, a []float64, c float64) {
	a = a[:len(dst)]
	if twins {
		eqCTwin(first(dst), first(a), len(dst), c)
		return
	}
	for i := range dst {
		dst[i] = b2f(a[i] == c)
	}
}

// Ne is dst[i] = 1 if a[i] != b[i], else 0.
func Ne(dst, a, b []float64) {
	n := len(dst)
	a, b = a[:n], b[:n]
	if twins {
		neTwin(first(dst), first(a), first(b), n)
		return
	}
	for i := range dst {
		dst[i] = b2f(a[i] != b[i])
	}
}

// NeC is dst[i] = 1 if a[i] != c, else 0.
func NeC(dst, a []float64, c float64) {
	a = a[:len(dst)]
	if twins {
		neCTwin(first(dst), first(a), len(dst), c)
		return
	}
	for i := range dst {
		dst[i] = b2f(a[i] != c)
	}
}

// And is dst[i] = 1 if a[i] != 0 && b[i] != 0, else 0.
func And(dst, a, b []float64) {
	n := len(dst)
	a, b = a[:n], b[:n]
	if twins {
		andTwin(first(dst), first(a), first(b), n)
		return
	}
	for i := range dst {
		dst[i] = oneIf(truth(a[i]) & truth(b[i]))
	}
}

// Or is dst[i] = 1 if a[i] != 0 || b[i] != 0, else 0.
func Or(dst, a, b []float64) {
	n := len(dst)
	a, b = a[:n], b[:n]
	if twins {
		orTwin(first(dst), first(a), first(b), n)
		return
	}
	for i := range dst {
		dst[i] = oneIf(truth(a[i]) | truth(b[i]))
	}
}

// Not is dst[i] = 1 if a[i] == 0, else 0.
func Not(dst, a []float64) {
	a = a[:len(dst)]
	if twins {
		notTwin(first(dst), first(a), len(dst))
		return
	}
	for i := range dst {
		dst[i] = oneIf(^truth(a[i]))
	}
}

// AndNot is dst[i] = 1 if a[i] != 0 && b[i] == 0, else 0.
func AndNot(dst, a, b []float64) {
	n := len(dst)
	a, b = a[:n], b[:n]
	if twins {
		andNotTwin(first(dst), first(a), first(b), n)
		return
	}
	for i := range dst {
		dst[i] = oneIf(truth(a[i]) &^ truth(b[i]))
	}
}

// Select is dst[i] = a[i] if mask[i] != 0, else b[i].
func Select(dst, mask, a, b []float64) {
	n := len(dst)
	mask, a, b = mask[:n], a[:n], b[:n]
	if twins {
		selectTwin(first(dst), first(mask), first(a), first(b), n)
		return
	}
	for i := range dst {
		v := b[i]
		if mask[i] != 0 {
			v = a[i]
		}
		dst[i] = v
	}
}

// Any says whether any mask[i] is true.
func Any(mask []float64) bool {
	if twins {
		return anyTwin(first(mask), len(mask))
	}
	for _, m := range mask {
		if m != 0 {
			return true
		}
	}
	return false
}

// All says whether every mask[i] is true.
func All(mask []float64) bool {
	for _, m := range mask {
		if m == 0 {
			return false
		}
	}
	return true
}
