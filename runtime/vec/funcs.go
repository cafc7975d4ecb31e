package vec

// The elementary functions on blocks. Each element is what the scalar function
// gives for it, bit for bit.

// Expm1V is dst[i] = Expm1(a[i]).
func Expm1V(dst, a []float64) {
	a = a[:len(dst)]
	if twins {
		byTwin(dst, a, expm1Twin, Expm1)
		return
	}
	for i := range dst {
		dst[i] = Expm1(a[i])
	}
}

// LogV is dst[i] = Log(a[i]).
func LogV(dst, a []float64) {
	a = a[:len(dst)]
	if twins {
		byTwin(dst, a, logTwin, Log)
		return
	}
	for i := range dst {
		dst[i] = Log(a[i])
	}
}

// Log1pV is dst[i] = Log1p(a[i]).
func Log1pV(dst, a []float64) {
	a = a[:len(dst)]
	for i := range dst {
		dst[i] = Log1p(a[i])
	}
}

// Log10V is dst[i] = Log10(a[i]).
func Log10V(dst, a []float64) {
	a = a[:len(dst)]
	for i := range dst {
		dst[i] = Log10(a[i])
	}
}

// SinV is dst[i] = Sin(a[i]).
func SinV(dst, a []float64) {
	a = a[:len(dst)]
	for i := range dst {
		dst[i] = Sin(a[i])
	}
}

// CosV is dst[i] = Cos(a[i]).
func CosV(dst, a []float64) {
	a = a[:len(dst)]
	for i := range dst {
		dst[i] = Cos(a[i])
	}
}

// TanV is dst[i] = Tan(a[i]).
func TanV(dst, a []float64) {
	a = a[:len(dst)]
	for i := range dst {
		dst[i] = Tan(a[i])
	}
}

// AsinV is dst[i] = Asin(a[i]).
func AsinV(dst, a []float64) {
	a = a[:len(dst)]
	for i := range dst {
		dst[i] = Asin(a[i])
	}
}

// AcosV is dst[i] = Acos(a[i]).
func AcosV(dst, a []float64) {
	a = a[:len(dst)]
	for i := range dst {
		dst[i] = Acos(a[i])
	}
}

// AtanV is dst[i] = Atan(a[i]).
func AtanV(dst, a []float64) {
	a = a[:len(dst)]
	for i := range dst {
		dst[i] = Atan(a[i])
	}
}

// SinhV is dst[i] = Sinh(a[i]).
func SinhV(dst, a []float64) {
	a = a[:len(dst)]
	for i := range dst {
		dst[i] = Sinh(a[i])
	}
}

// CoshV is dst[i] = Cosh(a[i]).
func CoshV(dst, a []float64) {
	a = a[:len(dst)]
	for i := range dst {
		dst[i] = Cosh(a[i])
	}
}

// TanhV is dst[i] = Tanh(a[i]).
func TanhV(dst, a []float64) {
	a = a[:len(dst)]
	if twins {
		byTwin(dst, a, tanhTwin, Tanh)
		return
	}
	for i := range dst {
		dst[i] = Tanh(a[i])
	}
}

// CbrtV is dst[i] = Cbrt(a[i]).
func CbrtV(dst, a []float64) {
	a = a[:len(dst)]
	for i := range dst {
		dst[i] = Cbrt(a[i])
	}
}

// ExprelrV is dst[i] = Exprelr(a[i]).
func ExprelrV(dst, a []float64) {
	a = a[:len(dst)]
	if twins {
		byTwin(dst, a, exprelrTwin, Exprelr)
		return
	}
	for i := range dst {
		dst[i] = Exprelr(a[i])
	}
}

// PowV is dst[i] = Pow(a[i], b[i]).
func PowV(dst, a, b []float64) {
	n := len(dst)
	a, b = a[:n], b[:n]
	if twins {
		for {
			done := powTwin(first(dst), first(a), first(b), len(dst))
			if done == len(dst) {
				return
			}
			end := min(done+edge, len(dst))
			for i := done; i < end; i++ {
				dst[i] = Pow(a[i], b[i])
			}
			dst, a, b = dst[end:], a[end:], b[end:]
		}
	}
	for i := range dst {
		dst[i] = Pow(a[i], b[i])
	}
}

// Atan2V is dst[i] = Atan2(a[i], b[i]).
func Atan2V(dst, a, b []float64) {
	n := len(dst)
	a, b = a[:n], b[:n]
	for i := range dst {
		dst[i] = Atan2(a[i], b[i])
	}
}

// PowVC is dst[i] = Pow(a[i], c).
func PowVC(dst, a []float64, c float64) {
	a = a[:len(dst)]
	if twins {
		byTwin(dst, a, func(dst, a *float64, n int) int { return powCTwin(dst, a, n, c) }, func(x float64) float64 { return Pow(x, c) })
		return
	}
	for i := range dst {
		dst[i] = Pow(a[i], c)
	}
}
