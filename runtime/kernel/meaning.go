package kernel

import "math"

// What opcodes mean where that is more than an operation of Go or of vec:
// every backend and all generated code call these.

// What Host.Failed is told.
const (
	NewtonFailure   = "Newton's iteration did not converge"
	SingularFailure = "singular matrix"
)

// Truth is 1 or 0.
func Truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// IsAtTime is the AtTime opcode.
func IsAtTime(te, t, dt float64) bool {
	x := te - 1e-11
	return x <= t && x > t-dt
}

// Element clamps the value of an index expression to an array of n.
func Element(x float64, n int32) int32 {
	if !(x > 0) { // NaN too
		return 0
	}
	if x >= float64(n) {
		return n - 1
	}
	return int32(x)
}

// SeriesIndex is the element that Train asks for; what is no index is past
// the end.
func SeriesIndex(x float64) int {
	if !(x > -1) || x > 1<<31 {
		return 1 << 31
	}
	return int(x)
}

// Least is the Min opcode: MINPD's rule for NaN and equal zeros.
func Least(x, y float64) float64 {
	if x < y {
		return x
	}
	return y
}

// Most is the Max opcode.
func Most(x, y float64) float64 {
	if x > y {
		return x
	}
	return y
}

// Place returns the index of the element that instance k reaches.
func (p *PortData) Place(k int) int {
	if p.First >= 0 {
		return p.First + k
	}
	return int(p.Index[k])
}

// At is the Lookup opcode, NEURON's rule: the argument outside the range
// takes the end entry, NaN gives NaN, and between two entries it
// interpolates as y[i] + th*(y[i+1]-y[i]).
func (t *TableData) At(x float64, out []float64) {
	xi := float64(t.MFac * (x - t.Min))
	i := 0
	switch {
	case math.IsNaN(xi):
		for o := range t.Y {
			out[o] = xi
		}
		return
	case xi <= 0:
	case xi >= float64(t.N):
		i = t.N
	default:
		i = int(xi)
		th := xi - float64(i)
		for o, y := range t.Y {
			out[o] = y[i] + float64(th*(y[i+1]-y[i]))
		}
		return
	}
	for o, y := range t.Y {
		out[o] = y[i]
	}
}

// At puts a place in a mechanism's source before what went wrong there.
func At(place, failure string) string {
	if place == "" {
		return failure
	}
	return place + ": " + failure
}
