package vec

import (
	"flag"
	"math"
	"math/big"
	"math/rand"
	"testing"
)

var accuracyN = flag.Int("accuracy", 1000, "random arguments per range in TestAccuracy")

// uniform and logUniform draw arguments.
func uniform(lo, hi float64) func(*rand.Rand) float64 {
	return func(r *rand.Rand) float64 { return lo + (hi-lo)*r.Float64() }
}

func logUniform(loExp, hiExp float64) func(*rand.Rand) float64 {
	return func(r *rand.Rand) float64 { return math.Exp2(loExp + (hiExp-loExp)*r.Float64()) }
}

func signed(f func(*rand.Rand) float64) func(*rand.Rand) float64 {
	return func(r *rand.Rand) float64 {
		if r.Intn(2) == 0 {
			return -f(r)
		}
		return f(r)
	}
}

func near(c, span float64) func(*rand.Rand) float64 {
	return func(r *rand.Rand) float64 { return c * (1 + span*(2*r.Float64()-1)) }
}

// nearHalfPi draws doubles next to multiples of pi/2.
func nearHalfPi(most float64) func(*rand.Rand) float64 {
	return func(r *rand.Rand) float64 {
		k := math.Floor(math.Exp2(r.Float64() * math.Log2(most)))
		x := k * (math.Pi / 2)
		for range r.Intn(3) {
			x = math.Nextafter(x, math.Inf(1))
		}
		return x
	}
}

type ranged struct {
	name string
	draw func(*rand.Rand) float64
}

// TestAccuracy holds every function to the error that was measured (the
// largest of all ranges, 100,000 arguments in each: -accuracy 100000) and a
// little more:
//
//	Exp   0.600 (0.757 where the result is denormal)   Expm1 0.693   Exprelr 0.736
//	Log   0.640   Log1p 0.627   Log10 0.636   Pow   0.535
//	Sin   0.692   Cos   0.680   Tan   0.731
//	Asin  0.594   Acos  0.583   Atan  0.502   Atan2 0.501
//	Sinh  0.796   Cosh  0.534   Tanh  0.687   Cbrt  0.565
func TestAccuracy(t *testing.T) {
	one := func(f func(x *big.Float) *big.Float) func(float64) *big.Float {
		return func(x float64) *big.Float { return f(bf(x)) }
	}
	sin := func(x *big.Float) *big.Float { s, _ := bSinCos(x); return s }
	cos := func(x *big.Float) *big.Float { _, c := bSinCos(x); return c }
	tan := func(x *big.Float) *big.Float { s, c := bSinCos(x); return bQuo(s, c) }
	rest := func(x *big.Float) *big.Float { return bSqrt(bMul(bSub(bf(1), x), bAdd(bf(1), x))) }
	asin := func(x *big.Float) *big.Float { return bAtan2(x, rest(x)) }
	acos := func(x *big.Float) *big.Float { return bAtan2(rest(x), x) }
	atan := func(x *big.Float) *big.Float { return bAtan2(x, bf(1)) }
	sinh := func(x *big.Float) *big.Float {
		e, m := bExpm1(x), bExpm1(bn().Neg(x))
		return bQuo(bSub(e, m), bf(2))
	}
	cosh := func(x *big.Float) *big.Float { return bQuo(bAdd(bExp(x), bExp(bn().Neg(x))), bf(2)) }
	tanh := func(x *big.Float) *big.Float {
		if v, _ := x.Float64(); math.Abs(v) > 200 {
			return bf(math.Copysign(1, v)) // to refPrec bits
		}
		e := bExpm1(bMul(bf(2), x))
		return bQuo(e, bAdd(e, bf(2)))
	}
	ln10 := bLog(bf(10))
	for _, f := range []struct {
		name  string
		limit float64 // the error allowed [ulp]
		f     func(float64) float64
		ref   func(float64) *big.Float
		in    []ranged
	}{
		{"Exp", 0.62, Exp, one(bExp), []ranged{
			{"rates", uniform(-50, 50)}, {"all", uniform(-708, 709.7)}, {"small", signed(logUniform(-60, 0))},
			{"to denormals", uniform(-745.2, -708)}}},
		{"Expm1", 0.72, Expm1, one(bExpm1), []ranged{
			{"rates", uniform(-5, 5)}, {"all", uniform(-50, 709)}, {"small", signed(logUniform(-60, 0))}}},
		{"Exprelr", 0.78, Exprelr, func(x float64) *big.Float { return bQuo(bf(x), bExpm1(bf(x))) }, []ranged{
			{"rates", uniform(-20, 20)}, {"all", uniform(-745, 745)}, {"small", signed(logUniform(-60, 0))}}},
		{"Log", 0.67, Log, one(bLog), []ranged{
			{"all", logUniform(-1074, 1023.9)}, {"uniforms", uniform(0, 1)}, {"1", uniform(.6, 1.5)}, {"near 1", near(1, 1e-4)}}},
		{"Log1p", 0.66, Log1p, func(x float64) *big.Float {
			if math.Abs(x) < 0.1 {
				return bLog1pSmall(bf(x))
			}
			return bLog(bAdd(bf(1), bf(x)))
		}, []ranged{
			{"all", logUniform(-60, 1000)}, {"-1", uniform(-1, 0)}, {"1", uniform(0, 3)}, {"small", signed(logUniform(-60, -3))}}},
		{"Log10", 0.67, Log10, func(x float64) *big.Float { return bQuo(bLog(bf(x)), ln10) }, []ranged{
			{"all", logUniform(-1074, 1023.9)}, {"1", uniform(.6, 1.5)}}},
		{"Sin", 0.72, Sin, one(sin), []ranged{
			{"turn", uniform(-7, 7)}, {"fast", uniform(-1e6, 1e6)}, {"all", signed(logUniform(-40, 1023.9))}, {"zeros", nearHalfPi(1e5)}, {"far zeros", nearHalfPi(1e300)}}},
		{"Cos", 0.72, Cos, one(cos), []ranged{
			{"turn", uniform(-7, 7)}, {"fast", uniform(-1e6, 1e6)}, {"all", signed(logUniform(-40, 1023.9))}, {"zeros", nearHalfPi(1e5)}}},
		{"Tan", 0.77, Tan, one(tan), []ranged{
			{"turn", uniform(-7, 7)}, {"fast", uniform(-1e6, 1e6)}, {"all", signed(logUniform(-40, 1023.9))}, {"zeros", nearHalfPi(1e5)}}},
		{"Asin", 0.63, Asin, one(asin), []ranged{
			{"all", uniform(-1, 1)}, {"small", signed(logUniform(-40, -1))}, {"near 1", func(r *rand.Rand) float64 { return 1 - logUniform(-50, -3)(r) }}}},
		{"Acos", 0.63, Acos, one(acos), []ranged{
			{"all", uniform(-1, 1)}, {"small", signed(logUniform(-60, -1))}, {"near 1", func(r *rand.Rand) float64 { return 1 - logUniform(-50, -3)(r) }}}},
		{"Atan", 0.52, Atan, one(atan), []ranged{
			{"1", uniform(-2, 2)}, {"all", signed(logUniform(-60, 100))}, {"0.125", uniform(.05, .2)}}},
		{"Sinh", 0.82, Sinh, one(sinh), []ranged{
			{"1", uniform(-3, 3)}, {"all", uniform(-710.4, 710.4)}, {"small", signed(logUniform(-40, 0))}}},
		{"Cosh", 0.56, Cosh, one(cosh), []ranged{
			{"1", uniform(-3, 3)}, {"all", uniform(-710.4, 710.4)}}},
		{"Tanh", 0.74, Tanh, one(tanh), []ranged{
			{"1", uniform(-3, 3)}, {"all", uniform(-25, 25)}, {"small", signed(logUniform(-40, 0))}}},
		{"Cbrt", 0.6, Cbrt, func(x float64) *big.Float {
			v := bf(x)
			y := bf(math.Cbrt(x))
			for range 3 {
				y = bSub(y, bQuo(bSub(y, bQuo(v, bMul(y, y))), bf(3)))
			}
			return y
		}, []ranged{{"1", uniform(-9, 9)}, {"all", signed(logUniform(-1074, 1023.9))}}},
	} {
		for _, in := range f.in {
			r := rand.New(rand.NewSource(1))
			worst, at := 0.0, 0.0
			limit := f.limit
			if in.name == "to denormals" {
				limit = 0.8 // rounded to 53 bits and then to fewer
			}
			for i := range *accuracyN + len(special) {
				var x float64
				if i < len(special) {
					x = special[i]
					if y := f.f(x); y == 0 || y-y != 0 || x-x != 0 {
						continue // TestSpecialValues has these
					}
				} else {
					x = in.draw(r)
				}
				if x == 0 {
					continue
				}
				if u := ulps(f.f(x), f.ref(x)); u > worst {
					worst, at = u, x
				}
			}
			t.Logf("%-8s %-12s %.4f ulp at %v", f.name, in.name, worst, at)
			if worst > limit {
				t.Errorf("%s (%s): error %.4g ulp at %v, allowed %v", f.name, in.name, worst, at, limit)
			}
		}
	}
}

func TestAccuracyOfTwo(t *testing.T) {
	pow := func(x, y float64) *big.Float { return bExp(bMul(bf(y), bLog(bf(x)))) }
	atan2 := func(y, x float64) *big.Float { return bAtan2(bf(y), bf(x)) }
	all := signed(logUniform(-1000, 1000))
	for _, c := range []struct {
		name  string
		f     func(a, b float64) float64
		ref   func(a, b float64) *big.Float
		a, b  func(*rand.Rand) float64
		limit float64
	}{
		{"Pow q10", Pow, pow, uniform(1, 4), uniform(-5, 5), .57},
		{"Pow powers", Pow, pow, uniform(0, 1), func(r *rand.Rand) float64 { return float64(r.Intn(12) - 4) }, .57},
		{"Pow wide", Pow, pow, logUniform(-1074, 1023), func(r *rand.Rand) float64 { return r.Float64()*1.9 - .95 }, .57},
		{"Pow near 1", Pow, pow, near(1, 1e-3), uniform(-6e5, 6e5), .57},
		{"Pow nearer 1", Pow, pow, near(1, 1e-9), uniform(-6e11, 6e11), .57},
		{"Pow 500", Pow, pow, uniform(.25, 4), uniform(-500, 500), .57},
		{"Atan2", Atan2, atan2, signed(uniform(0, 1)), signed(uniform(0, 1)), .6},
		{"Atan2 wide", Atan2, atan2, all, all, .6},
	} {
		r := rand.New(rand.NewSource(1))
		worst, wa, wb := 0.0, 0.0, 0.0
		for range *accuracyN {
			a, b := c.a(r), c.b(r)
			if a == 0 {
				continue
			}
			w := c.ref(a, b)
			if v, _ := w.Float64(); math.IsInf(v, 0) || math.Abs(v) < 1e-310 {
				continue
			}
			if u := ulps(c.f(a, b), w); u > worst {
				worst, wa, wb = u, a, b
			}
		}
		t.Logf("%-12s %.4f ulp at %v, %v", c.name, worst, wa, wb)
		if worst > c.limit {
			t.Errorf("%s: error %.4g ulp at %v, %v", c.name, worst, wa, wb)
		}
	}
}
