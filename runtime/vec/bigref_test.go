package vec

import (
	"math"
	"math/big"
)

// The reference: elementary functions in math/big, good to refPrec bits.
const refPrec = 240

func bf(x float64) *big.Float { return new(big.Float).SetPrec(refPrec).SetFloat64(x) }
func bn() *big.Float          { return new(big.Float).SetPrec(refPrec) }

func bAdd(a, b *big.Float) *big.Float { return bn().Add(a, b) }
func bSub(a, b *big.Float) *big.Float { return bn().Sub(a, b) }
func bMul(a, b *big.Float) *big.Float { return bn().Mul(a, b) }
func bQuo(a, b *big.Float) *big.Float { return bn().Quo(a, b) }
func bSqrt(a *big.Float) *big.Float   { return bn().Sqrt(a) }

// series adds terms from first on, each made from the last by next, until
// they no longer count.
func series(first *big.Float, next func(t *big.Float, k int64) *big.Float) *big.Float {
	sum, t := bn().Set(first), first
	for k := int64(1); t.Sign() != 0; k++ {
		t = next(t, k)
		if t.Sign() == 0 || t.MantExp(nil) < sum.MantExp(nil)-refPrec {
			break
		}
		sum = bAdd(sum, t)
	}
	return sum
}

func bExp(x *big.Float) *big.Float {
	if x.Sign() == 0 {
		return bf(1)
	}
	const halvings = 12
	n := 0
	if e := x.MantExp(nil); e > -halvings {
		n = e + halvings
	}
	y := bn().SetMantExp(x, -n)
	e := bAdd(bf(1), series(y, func(t *big.Float, k int64) *big.Float { return bQuo(bMul(t, y), bf(float64(k+1))) }))
	for range n {
		e = bMul(e, e)
	}
	return e
}

func bExpm1(x *big.Float) *big.Float {
	if x.Sign() != 0 && x.MantExp(nil) < -20 {
		return series(x, func(t *big.Float, k int64) *big.Float { return bQuo(bMul(t, x), bf(float64(k+1))) })
	}
	return bSub(bExp(x), bf(1))
}

// bLog1pSmall is log(1+u) by 2*atanh(u/(2+u)).
func bLog1pSmall(u *big.Float) *big.Float {
	s := bQuo(u, bAdd(bf(2), u))
	z := bMul(s, s)
	p := bn().Set(s)
	return bMul(bf(2), series(s, func(_ *big.Float, k int64) *big.Float {
		p = bMul(p, z)
		return bQuo(p, bf(float64(2*k+1)))
	}))
}

func bLog(x *big.Float) *big.Float {
	m := bn()
	e := x.MantExp(m)
	mf, _ := m.Float64()
	if mf < math.Sqrt2/2 {
		e--
		m = bMul(m, bf(2))
		mf *= 2
	}
	// m = exp(y)*(1+u) with y a double near log m
	y := bf(0)
	if math.Abs(mf-1) > 1e-3 {
		y = bf(math.Log(mf))
	}
	u := bSub(bQuo(m, bExp(y)), bf(1))
	if y.Sign() == 0 {
		u = bSub(m, bf(1))
	}
	r := bAdd(y, bLog1pSmall(u))
	if e != 0 {
		r = bAdd(r, bMul(bf(float64(e)), bLn2))
	}
	return r
}

var bLn2 = func() *big.Float {
	// ln 2 = 2 atanh(1/3) = -bLog1pSmall(-1/2)
	return bn().Neg(bLog1pSmall(bf(-0.5)))
}()

// bPi has bits enough to reduce any double.
var bPi = func() *big.Float {
	const prec = 1500
	q := func(v int64) *big.Float { return new(big.Float).SetPrec(prec).SetInt64(v) }
	at := func(d int64) *big.Float { // atan(1/d)
		t := new(big.Float).SetPrec(prec).Quo(q(1), q(d))
		sum := new(big.Float).SetPrec(prec).Set(t)
		for k := int64(1); t.MantExp(nil) > -prec; k++ {
			t = new(big.Float).SetPrec(prec).Quo(t, q(-d*d))
			sum.Add(sum, new(big.Float).SetPrec(prec).Quo(t, q(2*k+1)))
		}
		return sum
	}
	// Machin's formula
	a := new(big.Float).SetPrec(prec).Mul(q(16), at(5))
	return a.Sub(a, new(big.Float).SetPrec(prec).Mul(q(4), at(239)))
}()

// bSinCos reduces x exactly and sums the series.
func bSinCos(x *big.Float) (sin, cos *big.Float) {
	wide := func() *big.Float { return new(big.Float).SetPrec(1500) }
	half := wide().SetMantExp(bPi, -1)
	q := wide().Quo(x, half)
	q.Add(q, wide().SetFloat64(math.Copysign(0.5, float64(q.Sign()))))
	n, _ := q.Int(nil)
	r := bn().Sub(x, wide().Mul(wide().SetInt(n), half))
	z := bn().Neg(bMul(r, r))
	s, c := bn(), bf(1)
	if r.Sign() != 0 {
		s = series(r, func(t *big.Float, k int64) *big.Float { return bQuo(bMul(t, z), bf(float64(2*k*(2*k+1)))) })
		c = series(bf(1), func(t *big.Float, k int64) *big.Float { return bQuo(bMul(t, z), bf(float64((2*k-1)*2*k))) })
	}
	switch new(big.Int).And(n, big.NewInt(3)).Int64() {
	case 1:
		return c, bn().Neg(s)
	case 2:
		return bn().Neg(s), bn().Neg(c)
	case 3:
		return bn().Neg(c), s
	}
	return s, c
}

// bAtan2 corrects a double's angle by the small angle that is left.
func bAtan2(y, x *big.Float) *big.Float {
	r := bSqrt(bAdd(bMul(x, x), bMul(y, y)))
	fy, _ := bQuo(y, r).Float64()
	fx, _ := bQuo(x, r).Float64()
	a := bf(math.Atan2(fy, fx))
	s, c := bSinCos(a)
	num := bSub(bMul(y, c), bMul(x, s))
	t := bQuo(num, bAdd(bMul(x, c), bMul(y, s)))
	z := bn().Neg(bMul(t, t))
	p := bn().Set(t)
	return bAdd(a, series(t, func(_ *big.Float, k int64) *big.Float {
		p = bMul(p, z)
		return bQuo(p, bf(float64(2*k+1)))
	}))
}

// ulps is the distance of got from want in units of the last place of want.
func ulps(got float64, want *big.Float) float64 {
	w, _ := want.Float64()
	if math.IsInf(w, 0) || math.IsInf(got, 0) || math.IsNaN(got) {
		if w == got {
			return 0
		}
		// Beyond the range a result may be rounded either way at the limit.
		return math.Inf(1)
	}
	if want.Sign() == 0 {
		if got == 0 {
			return 0
		}
		return math.Inf(1)
	}
	e := max(want.MantExp(nil)-53, -1074)
	d := bSub(bf(got), want)
	f, _ := bn().SetMantExp(d, -e).Float64()
	return math.Abs(f)
}
