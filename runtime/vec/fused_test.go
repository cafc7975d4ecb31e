package vec

import (
	"math"
	"math/rand/v2"
	"slices"
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

		// Chains: the operations that they stand for, one after the other.
		k := [4]float64{r.NormFloat64(), r.NormFloat64(), r.NormFloat64(), r.NormFloat64()}
		affine := func(dst, x []float64) {
			AddC(dst, x, k[0])
			MulC(dst, dst, k[1])
			AddC(dst, dst, k[2])
			MulC(dst, dst, k[3])
		}
		affine(want, a)
		Affine(got, a, k)
		same("Affine", got, want)
		MulC(tmp, a, k[1])
		AddC(tmp, tmp, k[2])
		RdivC(want, tmp, k[0])
		RdivAffine(got, a, k[0], k[1], k[2])
		same("RdivAffine", got, want)
		MulC(want, b, k[0])
		Div(want, want, tmp)
		DivAffine(got, b, a, k[0], k[1], k[2])
		same("DivAffine", got, want)
		Add(tmp, a, b)
		RdivC(want, tmp, k[3])
		RdivSum(got, a, b, k[3])
		same("RdivSum", got, want)
		MulC(tmp, a, k[0])
		GtC(want, tmp, k[1])
		LtC(tmp, tmp, k[2])
		And(want, want, tmp)
		Inside(got, a, k[0], k[1], k[2])
		same("Inside", got, want)
		rate := func() {
			MulC(tmp, tmp, k[1])
			ExpV(tmp, tmp)
			MulC(tmp, tmp, k[2])
			AddC(tmp, tmp, k[3])
		}
		AddC(tmp, a, k[0])
		rate()
		ExpAffine(got, a, k)
		same("ExpAffine", got, tmp)
		Relax(want, b, tmp, c)
		RelaxExp(got, b, c, a, k)
		same("RelaxExp", got, want)
		RdivC(tmp, a, k[0])
		rate()
		Relax(want, b, tmp, c)
		copy(got, b)
		RelaxTau(got, got, c, a, k)
		same("RelaxTau in place", got, want)

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
		too, wantToo := slices.Clone(b), slices.Clone(b)
		ScatterAdd(wantToo, index, c)
		copy(got, b)
		ScatterPair(got, too, index, a, c, -1, 1)
		same("ScatterPair", got, want)
		same("ScatterPair's second", too, wantToo)
	}
}
