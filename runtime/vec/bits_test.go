package vec

import (
	"math"
	"testing"
)

// splitmix is a generator whose numbers need no floating-point arithmetic.
type splitmix uint64

func (s *splitmix) next() uint64 {
	*s += 0x9e3779b97f4a7c15
	z := uint64(*s)
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// special are arguments at which functions change their ways.
var special = []float64{
	0, math.Copysign(0, -1), 1, -1, 0.5, -0.5, 2, -2, 3, 10, 1e-290, -1e-290, 1e-300, math.Pi, math.Pi / 2, math.Pi / 4, math.Sqrt2, math.Sqrt2 / 2,
	math.Inf(1), math.Inf(-1), math.NaN(), math.MaxFloat64, -math.MaxFloat64, math.SmallestNonzeroFloat64, 0x1p-1022, 0x1p53, 0x1p53 + 1, -0x1p54,
	expMax, expMin, expHi, expLo, -708.4, -745.2, 709.79, -37, 22, 24, 700, 0x1p20, 1e22, 0x1p-27, 0x1p-54,
}

// bitArguments are n doubles: special ones, any bit pattern, and sizes from
// 2^-8 to 2^8.
func bitArguments(n int, seed uint64) []float64 {
	s := splitmix(seed)
	x := append([]float64(nil), special...)
	for len(x) < n {
		b := s.next()
		x = append(x, math.Float64frombits(b), math.Float64frombits(b&^(0x7ff<<52)|(1023-8+s.next()%16)<<52))
	}
	return x[:n]
}

// fold hashes results; all NaNs are one.
func fold(h uint64, y float64) uint64 {
	b := math.Float64bits(y)
	if y != y {
		b = 0x7ff8000000000001
	}
	return (h ^ b) * 0x100000001b3
}

// TestSameBits pins what every function returns for 20,000 arguments to a
// hash that was computed on amd64 without FMA in the compiler's hands
// (GOAMD64=v1); v3 and arm64 must give the same.
func TestSameBits(t *testing.T) {
	for _, f := range []struct {
		name string
		f    func(float64) float64
		v    func(dst, a []float64)
		want uint64
	}{
		{"Exp", Exp, ExpV, 0xe564919fcb57fd9b},
		{"Expm1", Expm1, Expm1V, 0xaa09bd17cd95c0f5},
		{"Exprelr", Exprelr, ExprelrV, 0x40f7847678799029},
		{"Log", Log, LogV, 0x9eb3750fd6b13cc0},
		{"Log1p", Log1p, Log1pV, 0x69d02db001008fb6},
		{"Log10", Log10, Log10V, 0x2dce3dd7a7f2f22b},
		{"Sin", Sin, SinV, 0xc36ee30c59b420a6},
		{"Cos", Cos, CosV, 0xb0e833045df593de},
		{"Tan", Tan, TanV, 0xe3b9a3b29cf98198},
		{"Asin", Asin, AsinV, 0x8ecf42715346a343},
		{"Acos", Acos, AcosV, 0xcda7d802f4f613e3},
		{"Atan", Atan, AtanV, 0x61d2759a24864c16},
		{"Sinh", Sinh, SinhV, 0x12afe3d3a5bc343a},
		{"Cosh", Cosh, CoshV, 0x8df9c4f69f1e0e60},
		{"Tanh", Tanh, TanhV, 0x41d88d1f41ec3e4e},
		{"Cbrt", Cbrt, CbrtV, 0x95facd79beec2db5},
	} {
		x := bitArguments(20001, 1)
		dst := make([]float64, len(x))
		f.v(dst, x)
		h := uint64(0xcbf29ce484222325)
		for i := range x {
			y := f.f(x[i])
			h = fold(h, y)
			if math.Float64bits(dst[i]) != math.Float64bits(y) && (y == y || dst[i] == dst[i]) {
				t.Errorf("%sV(%v) = %v, scalar %v", f.name, x[i], dst[i], y)
			}
		}
		if h != f.want {
			t.Errorf("%s: hash %#x, want %#x", f.name, h, f.want)
		}
	}
	for _, f := range []struct {
		name string
		f    func(a, b float64) float64
		v    func(dst, a, b []float64)
		want uint64
	}{
		{"Pow", Pow, PowV, 0x318080639c17824},
		{"Atan2", Atan2, Atan2V, 0x38395f8cdd8027e8},
	} {
		// all pairs of special ones, then random ones
		x, y := bitArguments(20000, 1), bitArguments(20000, 2)
		for _, a := range special {
			for _, b := range special {
				x, y = append(x, a), append(y, b)
			}
		}
		dst := make([]float64, len(x))
		f.v(dst, x, y)
		h := uint64(0xcbf29ce484222325)
		for i := range x {
			z := f.f(x[i], y[i])
			h = fold(h, z)
			if math.Float64bits(dst[i]) != math.Float64bits(z) && (z == z || dst[i] == dst[i]) {
				t.Errorf("%sV(%v, %v) = %v, scalar %v", f.name, x[i], y[i], dst[i], z)
			}
		}
		if h != f.want {
			t.Errorf("%s: hash %#x, want %#x", f.name, h, f.want)
		}
	}
}

// TestSpecialValues compares with package math, whose special cases are
// C's, where results are exact: at zeros, infinities, NaN and beyond the
// ranges. (Package math itself is wrong at log of denormals, at the limit of
// exp, and for the sign of atan2 when the quotient underflows.)
func TestSpecialValues(t *testing.T) {
	same := func(a, b float64) bool {
		return a == b && math.Signbit(a) == math.Signbit(b) || a != a && b != b
	}
	settled := func(x, w float64) bool { // a value that no rounding makes
		a := math.Abs(x)
		return (w == 0 || w != w || math.IsInf(w, 0) || math.Abs(w) == 1) && (a < 0.5 || a == 1 || a > 710.5)
	}
	for _, f := range []struct {
		name    string
		f, want func(float64) float64
	}{
		{"Exp", Exp, math.Exp}, {"Expm1", Expm1, math.Expm1}, {"Log", Log, math.Log}, {"Log1p", Log1p, math.Log1p}, {"Log10", Log10, math.Log10},
		{"Sin", Sin, math.Sin}, {"Cos", Cos, math.Cos}, {"Tan", Tan, math.Tan}, {"Asin", Asin, math.Asin}, {"Acos", Acos, math.Acos}, {"Atan", Atan, math.Atan},
		{"Sinh", Sinh, math.Sinh}, {"Cosh", Cosh, math.Cosh}, {"Tanh", Tanh, math.Tanh}, {"Cbrt", Cbrt, math.Cbrt},
	} {
		for _, x := range special {
			got, want := f.f(x), f.want(x)
			if settled(x, want) && !same(got, want) {
				t.Errorf("%s(%v) = %v, want %v", f.name, x, got, want)
			}
		}
	}
	for _, f := range []struct {
		name    string
		f, want func(a, b float64) float64
	}{{"Pow", Pow, math.Pow}, {"Atan2", Atan2, math.Atan2}} {
		for _, x := range special {
			for _, y := range special {
				got, want := f.f(x, y), f.want(x, y)
				if f.name == "Atan2" && x != 0 && y < 0 && x/y == 0 && !math.IsInf(y, 0) {
					want = math.Copysign(math.Pi, x)
				}
				if settled(1, want) && !same(got, want) {
					t.Errorf("%s(%v, %v) = %v, want %v", f.name, x, y, got, want)
				}
			}
		}
	}
	for _, c := range []struct{ x, want float64 }{
		{0, 1}, {math.Inf(1), 0}, {math.Inf(-1), math.Inf(1)}, {math.NaN(), math.NaN()}, {-1000, 1000}, {1e-300, 1}, {1000, 0},
	} {
		if got := Exprelr(c.x); !same(got, c.want) {
			t.Errorf("Exprelr(%v) = %v, want %v", c.x, got, c.want)
		}
	}
	for k := -300; k <= 300; k += 7 {
		p := math.Pow10(k)
		if k >= 0 && k <= 22 && Log10(p) != float64(k) {
			t.Errorf("Log10(1e%d) = %v", k, Log10(p))
		}
	}
	for i := 1.0; i < 40; i++ {
		if Cbrt(i*i*i) != i || Pow(i, 3) != i*i*i || Pow(i, 0.5) != math.Sqrt(i) || Pow(i, -1) != 1/i {
			t.Errorf("at %v: Cbrt %v, Pow %v %v %v", i, Cbrt(i*i*i), Pow(i, 3), Pow(i, .5), Pow(i, -1))
		}
	}
}
