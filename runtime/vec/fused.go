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

// ScatterPair is dst[index[i]] += sign*a[i] and too[index[i]] += signToo*b[i], in the
// order of i; signs are 1 or -1. The length is that of index, dst and too are as long
// as each other.
func ScatterPair(dst, too []float64, index []int32, a, b []float64, sign, signToo float64) {
	a, b, too = a[:len(index)], b[:len(index)], too[:len(dst)]
	for i, k := range index {
		dst[k] += float64(sign * a[i])
		too[k] += float64(signToo * b[i])
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

// Affine is dst[i] = ((a[i] + c[0])*c[1] + c[2])*c[3], rounded after each
// operation. -0 and 1 leave out an addition and a multiplication.
func Affine(dst, a []float64, c [4]float64) {
	a = a[:len(dst)]
	if twins {
		affineTwin(first(dst), first(a), len(dst), c[0], c[1], c[2], c[3])
		return
	}
	for i := range dst {
		dst[i] = (float64((a[i]+c[0])*c[1]) + c[2]) * c[3]
	}
}

// RdivAffine is dst[i] = c / (a[i]*c1 + c2).
func RdivAffine(dst, a []float64, c, c1, c2 float64) {
	a = a[:len(dst)]
	if twins {
		rdivAffineTwin(first(dst), first(a), len(dst), c, c1, c2)
		return
	}
	for i := range dst {
		dst[i] = c / (float64(a[i]*c1) + c2)
	}
}

// RdivSum is dst[i] = c / (a[i] + b[i]).
func RdivSum(dst, a, b []float64, c float64) {
	n := len(dst)
	a, b = a[:n], b[:n]
	if twins {
		rdivSumTwin(first(dst), first(a), first(b), n, c)
		return
	}
	for i := range dst {
		dst[i] = c / (a[i] + b[i])
	}
}

// DivAffine is dst[i] = (a[i]*c) / (b[i]*c1 + c2).
func DivAffine(dst, a, b []float64, c, c1, c2 float64) {
	n := len(dst)
	a, b = a[:n], b[:n]
	if twins {
		divAffineTwin(first(dst), first(a), first(b), n, c, c1, c2)
		return
	}
	for i := range dst {
		dst[i] = float64(a[i]*c) / (float64(b[i]*c1) + c2)
	}
}

// Inside is dst[i] = 1 where lo < a[i]*c < hi, else 0.
func Inside(dst, a []float64, c, lo, hi float64) {
	a = a[:len(dst)]
	if twins {
		insideTwin(first(dst), first(a), len(dst), c, lo, hi)
		return
	}
	for i := range dst {
		x := float64(a[i] * c)
		dst[i] = b2f(x > lo && x < hi)
	}
}

// ExpAffine is dst[i] = Exp((a[i] + c[0])*c[1])*c[2] + c[3].
func ExpAffine(dst, a []float64, c [4]float64) {
	for len(dst) > 0 {
		n := len(dst)
		a = a[:n]
		done, end := 0, n
		if twins {
			done = expAffineTwin(first(dst), first(a), n, c[0], c[1], c[2], c[3])
			end = min(done+edge, n)
		}
		for i := done; i < end; i++ {
			dst[i] = float64(Exp(float64((a[i]+c[0])*c[1]))*c[2]) + c[3]
		}
		dst, a = dst[end:], a[end:]
	}
}

// RelaxExp is Relax with k = Exp((a[i] + c[0])*c[1])*c[2] + c[3].
func RelaxExp(dst, s, x, a []float64, c [4]float64) {
	for len(dst) > 0 {
		n := len(dst)
		s, x, a = s[:n], x[:n], a[:n]
		done, end := 0, n
		if twins {
			done = relaxExpTwin(first(dst), first(s), first(x), first(a), n, c[0], c[1], c[2], c[3])
			end = min(done+edge, n)
		}
		for i := done; i < end; i++ {
			k := float64(Exp(float64((a[i]+c[0])*c[1]))*c[2]) + c[3]
			dst[i] = s[i] + float64(k*(x[i]-s[i]))
		}
		dst, s, x, a = dst[end:], s[end:], x[end:], a[end:]
	}
}

// RelaxTau is Relax with k = Exp((c[0]/tau[i])*c[1])*c[2] + c[3].
func RelaxTau(dst, s, x, tau []float64, c [4]float64) {
	for len(dst) > 0 {
		n := len(dst)
		s, x, tau = s[:n], x[:n], tau[:n]
		done, end := 0, n
		if twins {
			done = relaxTauTwin(first(dst), first(s), first(x), first(tau), n, c[0], c[1], c[2], c[3])
			end = min(done+edge, n)
		}
		for i := done; i < end; i++ {
			k := float64(Exp(float64((c[0]/tau[i])*c[1]))*c[2]) + c[3]
			dst[i] = s[i] + float64(k*(x[i]-s[i]))
		}
		dst, s, x, tau = dst[end:], s[end:], x[end:], tau[end:]
	}
}
