package vec

// Operations of C on integers and floats that are kept in doubles.

// word is the integer that x is, as 64 bits; what is none, or has more, is 0.
func word(x float64) int64 {
	if !(x > -1<<63 && x < 1<<63) {
		return 0
	}
	return int64(x)
}

// BitAnd is C's a & b of integers.
func BitAnd(a, b float64) float64 { return float64(word(a) & word(b)) }

// BitOr is C's a | b of integers.
func BitOr(a, b float64) float64 { return float64(word(a) | word(b)) }

// BitXor is C's a ^ b of integers.
func BitXor(a, b float64) float64 { return float64(word(a) ^ word(b)) }

// Single is a rounded to a float of 32 bits.
func Single(a float64) float64 { return float64(float32(a)) }

// Ran4 is a number from 0 up to 1, a multiple of 2^-32: HashRan4 of two integers.
func Ran4(high, low float64) float64 {
	return float64(float64(HashRan4(uint32(word(high)), uint32(word(low)))) * 0x1p-32)
}

// HashRan4 is what NEURON's mcell_ran4 makes of two indices: two rounds of a
// cipher on 32-bit halves (Press et al. 1992, section 7.5).
func HashRan4(n, m uint32) uint32 {
	round := func(x, xor, with uint32) uint32 {
		x ^= xor
		low, high := x&0xffff, x>>16
		u := ^((high - low) * (high + low))
		return (u>>16 | u<<16) ^ with + low*high
	}
	m ^= round(n, 0xbaa96887, 0x4b0f3b58)
	n ^= round(m, 0x1e17d32c, 0xe874f0c3)
	return n
}

// BitAndV is dst[i] = BitAnd(a[i], b[i]).
func BitAndV(dst, a, b []float64) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = BitAnd(a[i], b[i])
	}
}

// BitOrV is dst[i] = BitOr(a[i], b[i]).
func BitOrV(dst, a, b []float64) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = BitOr(a[i], b[i])
	}
}

// BitXorV is dst[i] = BitXor(a[i], b[i]).
func BitXorV(dst, a, b []float64) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = BitXor(a[i], b[i])
	}
}

// SingleV is dst[i] = Single(a[i]).
func SingleV(dst, a []float64) {
	a = a[:len(dst)]
	for i := range dst {
		dst[i] = Single(a[i])
	}
}

// Ran4V is dst[i] = Ran4(a[i], b[i]).
func Ran4V(dst, a, b []float64) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = Ran4(a[i], b[i])
	}
}
