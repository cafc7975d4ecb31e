package vec

// What the block VM does in one go where a program has several operations.
// Each is rounded after every operation, as the single ones are.

// SumFrom returns s + a[0] + a[1] + …, added in this order.
func SumFrom(s float64, a []float64) float64 {
	for _, x := range a {
		s += x
	}
	return s
}

// DiffFrom returns s - a[0] - a[1] - …, subtracted in this order.
func DiffFrom(s float64, a []float64) float64 {
	for _, x := range a {
		s -= x
	}
	return s
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
	for i := range dst {
		dst[i] = s[i] + float64(k[i]*(x[i]-s[i]))
	}
}
