package vec

import (
	"math"
	"math/rand/v2"
	"testing"
)

// The functions that do several operations in one go have the bits of the
// operations one after the other.
func TestFused(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for n := range 70 {
		block := func() []float64 {
			x := make([]float64, n)
			for i := range x {
				x[i] = r.NormFloat64() * math.Ldexp(1, r.IntN(80)-40)
				switch r.IntN(30) {
				case 0:
					x[i] = 0
				case 1:
					x[i] = math.Copysign(0, -1)
				case 2:
					x[i] = math.Inf(1)
				}
			}
			return x
		}
		same := func(what string, got, want []float64) {
			t.Helper()
			for i := range want {
				if math.Float64bits(got[i]) != math.Float64bits(want[i]) && (got[i] == got[i] || want[i] == want[i]) {
					t.Fatalf("%s of %d: element %d is %x, want %x", what, n, i, got[i], want[i])
				}
			}
		}
		a, b, c := block(), block(), block()
		want, tmp := make([]float64, n), make([]float64, n)
		Sub(tmp, c, a)
		Mul(tmp, b, tmp)
		Add(want, a, tmp)
		got := make([]float64, n)
		Relax(got, a, b, c)
		same("Relax", got, want)
		copy(got, a)
		Relax(got, got, b, c)
		same("Relax in place", got, want)

		s, d := 0.3, 0.3
		for _, x := range a {
			s += x
			d -= x
		}
		same("SumFrom", []float64{SumFrom(0.3, a, 1), SumFrom(0.3, a, -1)}, []float64{s, d})
		p, q := SumPair(0.3, 0.4, a, b, -1, 1)
		same("SumPair", []float64{p, q}, []float64{d, SumFrom(0.4, b, 1)})

		index := make([]int32, n)
		for i := range index {
			index[i] = int32(r.IntN(n))
		}
		copy(want, b)
		copy(got, b)
		Neg(tmp, a)
		ScatterAdd(want, index, tmp)
		ScatterSub(got, index, a)
		same("ScatterSub", got, want)
	}
}
