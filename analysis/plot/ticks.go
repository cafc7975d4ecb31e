package plot

import (
	"math"
	"strconv"
	"strings"
)

// tick is a labelled place on an axis.
type tick struct {
	at    float64
	label string
}

// niceStep returns a step of 1, 2, 2.5 or 5 times a power of ten that divides
// span into at most n parts.
func niceStep(span float64, n int) float64 {
	if !(span > 0) || n < 1 {
		return 1
	}
	step := 1.0
	for span/step > float64(n) && step < 1e300 {
		step *= 10
	}
	for span/(step/10) <= float64(n) && step > 1e-300 {
		step /= 10
	}
	for _, m := range [...]float64{0.2, 0.25, 0.5} {
		if span/(step*m) <= float64(n) {
			return step * m
		}
	}
	return step
}

// ticks returns at most n+1 labelled places in lo..hi.
func ticks(lo, hi float64, n int) []tick {
	step := niceStep(hi-lo, n)
	k := math.Ceil(lo/step - 1e-9)
	var out []tick
	for i := 0; i <= n; i++ {
		x := (k + float64(i)) * step
		if x > hi+float64(step*1e-9) {
			break
		}
		out = append(out, tick{x, label(x, step)})
	}
	return out
}

// logTicks are 1, 2 and 5 times the powers of ten within a positive range, the
// powers alone where these are more than five.
func logTicks(lo, hi float64) []tick {
	var all, powers []tick
	for k := math.Floor(math.Log10(lo)); k <= math.Log10(hi); k++ {
		for _, m := range []float64{1, 2, 5} {
			x := m * math.Pow(10, k)
			if x < lo*(1-1e-9) || x > hi*(1+1e-9) {
				continue
			}
			t := tick{x, label(x, x)}
			all = append(all, t)
			if m == 1 {
				powers = append(powers, t)
			}
		}
	}
	if len(powers) > 5 {
		return powers
	}
	return all
}

// label writes a tick with as many digits as its step has.
func label(x, step float64) string {
	if math.Abs(x) < step*1e-6 {
		return "0"
	}
	if math.Abs(x) >= 1e6 || step < 1e-5 {
		s := strconv.FormatFloat(x, 'e', 2, 64)
		mant, exp, _ := strings.Cut(s, "e")
		mant = strings.TrimSuffix(strings.TrimRight(mant, "0"), ".")
		sign := strings.TrimPrefix(exp[:1], "+")
		return minus(mant + "e" + sign + strings.TrimLeft(exp[1:], "0"))
	}
	dec := 0
	for s := step; dec < 9 && math.Abs(s-math.Round(s)) > 1e-6*s; dec++ {
		s *= 10
	}
	return minus(strconv.FormatFloat(x, 'f', dec, 64))
}

// minus uses the sign that is as wide as a plus.
func minus(s string) string {
	if strings.HasPrefix(s, "-") {
		return "\u2212" + s[1:]
	}
	return s
}

// widen returns a range around lo..hi with some air, also when both are one.
func widen(lo, hi, air float64) (float64, float64) {
	if !(lo <= hi) {
		return 0, 1
	}
	d := hi - lo
	if d == 0 {
		d = max(math.Abs(lo)*0.1, 1e-9)
		if lo == 0 {
			d = 1
		}
	}
	return lo - float64(d*air), hi + float64(d*air)
}

// short writes a number with three significant digits.
func short(x float64) string {
	if a := math.Abs(x); a != 0 && (a >= 1e5 || a < 1e-4) {
		return minus(strconv.FormatFloat(x, 'g', 3, 64))
	}
	s := strconv.FormatFloat(x, 'g', 3, 64)
	if strings.Contains(s, "e") {
		s = strconv.FormatFloat(x, 'f', 0, 64)
	}
	return minus(s)
}
