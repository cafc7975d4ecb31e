package vec

// What the block VM does in one go where a program has several operations.
// Each is rounded after every operation, as the single ones are.

// SumFrom returns s + sign*a[0] + sign*a[1] + …, added in this order; sign is
// 1 or -1.
func SumFrom(s float64, a []float64, sign float64) float64 {
	for _, x := range a {
		s += float64(sign * x)
	}
	return s
}

// SumPair is SumFrom twice, for a and b of one length.
func SumPair(s, t float64, a, b []float64, signA, signB float64) (float64, float64) {
	b = b[:len(a)]
	for i, x := range a {
		s += float64(signA * x)
		t += float64(signB * b[i])
	}
	return s, t
}

// ScatterSub is dst[index[i]] -= a[i], in the order of i. The length is that of index.
func ScatterSub(dst []float64, index []int32, a []float64) {
	a = a[:len(index)]
	for i, k := range index {
		dst[k] -= a[i]
	}
}

// Relax is dst[i] = s[i] + k[i]*(x[i] - s[i]), rounded three times: a step of s
// towards x.
func Relax(dst, s, k, x []float64) {
	n := len(dst)
	s, k, x = s[:n], k[:n], x[:n]
	if twins {
		relaxTwin(first(dst), first(s), first(k), first(x), n)
		return
	}
	for i := range dst {
		dst[i] = s[i] + float64(k[i]*(x[i]-s[i]))
	}
}
