package vec

// Lookup evaluates one output of a TABLE at every argument, by NEURON's rule.
// The table y has n+1 entries over [lo, hi]; mfac is 1/dx with
// dx = (hi-lo)/n. Outside the range the end entries hold, a NaN argument
// gives NaN, and between entries the value is linear:
//
//	xi = mfac*(a[i]-lo)
//	dst[i] = y[0] if xi <= 0; y[n] if xi >= n; xi if it is NaN;
//	else y[k] + (xi-k)*(y[k+1]-y[k]) with k = int(xi)
func Lookup(dst, a, y []float64, lo, mfac float64) {
	a = a[:len(dst)]
	n := len(y) - 1
	for i, x := range a {
		k, th, xi := place(x, lo, mfac, n)
		switch {
		case k < 0:
			dst[i] = xi
		case k >= n:
			dst[i] = y[n]
		default:
			dst[i] = y[k] + float64(th*(y[k+1]-y[k]))
		}
	}
}

// LookupPlace is the first half of Lookup, for tables of several outputs:
// index[i] = k and frac[i] = xi-k, to be used with LookupAt. A NaN gives k 0
// and fraction NaN, the ends give their entry with fraction 0.
func LookupPlace(index []int32, frac, a []float64, lo, mfac float64, n int) {
	frac, a = frac[:len(index)], a[:len(index)]
	for i, x := range a {
		k, th, xi := place(x, lo, mfac, n)
		switch {
		case k < 0:
			k, th = 0, xi
		case k >= n:
			// The last piece at its end would add th*(y[n]-y[n-1]) to y[n-1],
			// which may round to another number than y[n]: LookupAt sees k = n.
			k, th = n, 0
		}
		index[i], frac[i] = int32(k), th
	}
}

// LookupAt is the second half: dst[i] = y[k] + frac[i]*(y[k+1]-y[k]) with
// k = index[i], or y[k] at the last entry.
func LookupAt(dst []float64, index []int32, frac, y []float64) {
	index, frac = index[:len(dst)], frac[:len(dst)]
	last := len(y) - 1
	for i, k := range index {
		th := frac[i]
		switch {
		case th != th:
			dst[i] = th
		case th == 0 || int(k) >= last:
			dst[i] = y[k]
		default:
			y0 := y[k]
			dst[i] = y0 + float64(th*(y[k+1]-y0))
		}
	}
}

// place returns the entry before x, the fraction of the way to the next, and
// the position; entry -1 for NaN, n from the end on.
func place(x, lo, mfac float64, n int) (k int, th, xi float64) {
	xi = float64(mfac * (x - lo))
	switch {
	case xi <= 0:
		return 0, 0, xi
	case xi >= float64(n):
		return n, 0, xi
	case xi != xi:
		return -1, 0, xi
	}
	k = int(xi)
	return k, xi - float64(k), xi
}

// TableGrid fills x with the arguments at which a TABLE of len(x)-1 steps
// over [lo, hi] is evaluated, by accumulation as NEURON does, and returns
// mfac for Lookup.
func TableGrid(x []float64, lo, hi float64) (mfac float64) {
	dx := (hi - lo) / float64(len(x)-1)
	at := lo
	for i := range x {
		x[i] = at
		at += dx
	}
	return 1 / dx
}
