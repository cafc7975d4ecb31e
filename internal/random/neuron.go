package random

import (
	"math"

	"github.com/rallsim/rall/runtime/vec"
)

// Random emulates NEURON's hoc class Random with a Random123 generator. A
// distribution setter (Uniform, Normal, …) makes a new distribution object on
// the generator, draws from it and returns the sample; Repick draws again
// from the distribution set last. A new distribution object forgets the
// cached normal deviate of the one before.
//
// Until a setter is called the distribution is Normal(0, 1), NEURON's default.
type Random struct {
	Stream Stream
	draw   func(*Stream) float64
}

// NewRandom returns hoc's `new Random()` followed by Random123(id1, id2, id3).
func NewRandom(id1, id2, id3 uint32) *Random {
	r := &Random{Stream: New(id1, id2, id3)}
	r.draw = normalDist(0, 1)
	return r
}

// Random123 gives r a new generator. The distribution stays, with what it has cached.
func (r *Random) Random123(id1, id2, id3 uint32) {
	r.Stream = NewIndexed(id1, id2, id3, r.Stream.key[0])
}

// set makes d the distribution and returns its first sample.
func (r *Random) set(d func(*Stream) float64) float64 {
	r.draw = d
	return d(&r.Stream)
}

// Repick draws from the distribution set last.
func (r *Random) Repick() float64 {
	if r.draw == nil {
		r.draw = normalDist(0, 1)
	}
	return r.draw(&r.Stream)
}

// SetRand fills dst as Vector.setrand does: one Repick each.
func (r *Random) SetRand(dst []float64) {
	for i := range dst {
		dst[i] = r.Repick()
	}
}

// Uniform sets the uniform distribution between a and b, in either order.
func (r *Random) Uniform(a, b float64) float64 {
	lo, hi := a, b
	if !(a < b) {
		lo, hi = b, a
	}
	delta := hi - lo
	return r.set(func(s *Stream) float64 { return lo + float64(delta*s.Uniform()) })
}

// DrawUniform is Uniform for who does not draw again: it leaves the
// distribution as it is.
func (r *Random) DrawUniform(a, b float64) float64 {
	lo, hi := a, b
	if !(a < b) {
		lo, hi = b, a
	}
	return lo + float64((hi-lo)*r.Stream.Uniform())
}

// DiscUnif sets the uniform distribution over the integers from a to b, both
// included, in either order; fractions are cut towards zero.
func (r *Random) DiscUnif(a, b float64) float64 {
	lo, hi := cLong(a), cLong(b)
	if lo > hi {
		lo, hi = hi, lo
	}
	delta := float64(hi-lo) + 1
	return r.set(func(s *Stream) float64 {
		return float64(lo + int64(math.Floor(float64(delta*s.Uniform()))))
	})
}

// Normal sets the normal distribution of a mean and a variance (not a
// standard deviation). Deviates come in pairs; the second is kept for the
// next draw.
func (r *Random) Normal(mean, variance float64) float64 {
	return r.set(normalDist(mean, math.Sqrt(variance)))
}

func normalDist(mean, sd float64) func(*Stream) float64 {
	var cached float64
	var have bool
	return func(s *Stream) float64 {
		if have {
			have = false
			return float64(cached*sd) + mean
		}
		var x float64
		x, cached = polar(s)
		have = true
		return float64(x*sd) + mean
	}
}

// LogNormal sets the distribution of e^N whose mean and variance are given.
func (r *Random) LogNormal(mean, variance float64) float64 {
	m2 := float64(mean * mean)
	mu := vec.Log(m2 / math.Sqrt(variance+m2))
	sd := math.Sqrt(vec.Log((variance + m2) / m2))
	n := normalDist(mu, sd)
	return r.set(func(s *Stream) float64 { return vec.Pow(math.E, n(s)) })
}

// Poisson sets the Poisson distribution, by the product of uniforms. Where
// exp(-mean) is 0, above 745, NEURON never returns; here the draw is then the
// number of uniforms whose product underflows, which is far too small: refuse
// such means before.
func (r *Random) Poisson(mean float64) float64 {
	bound := vec.Exp(-mean)
	return r.set(func(s *Stream) float64 {
		count := 0
		for product := 1.0; product >= bound && product > 0; product *= s.Uniform() {
			count++
		}
		return float64(count - 1)
	})
}

// Binomial sets the number of successes in n trials of probability p: n
// uniforms are drawn and those below p counted.
func (r *Random) Binomial(n, p float64) float64 {
	trials := cInt(n)
	return r.set(func(s *Stream) float64 {
		k := 0
		for range trials {
			if s.Uniform() < p {
				k++
			}
		}
		return float64(k)
	})
}

// Geometric sets the number of uniforms drawn until one is not below mean.
// For mean >= 1 that would never come; the draw is then +Inf.
func (r *Random) Geometric(mean float64) float64 {
	return r.set(func(s *Stream) float64 {
		if mean >= 1 {
			return math.Inf(1)
		}
		k := 1
		for s.Uniform() < mean {
			k++
		}
		return float64(k)
	})
}

// HyperGeo sets NEURON's "hypergeometric" distribution, which is
// hyperexponential: one of two exponentials, chosen by a uniform.
func (r *Random) HyperGeo(mean, variance float64) float64 {
	z := variance / (mean * mean)
	p := 0.5 * (1 - math.Sqrt((z-1)/(z+1)))
	return r.set(func(s *Stream) float64 {
		d := p
		if s.Uniform() > p {
			d = 1 - p
		}
		return -mean * vec.Log(s.Uniform()) / (2 * d)
	})
}

// NegExp sets the exponential distribution.
func (r *Random) NegExp(mean float64) float64 {
	return r.set(func(s *Stream) float64 { return float64(-mean * vec.Log(s.Uniform())) })
}

// Erlang sets the Erlang distribution whose shape is the nearest to a mean
// and a variance: k = int(mean^2/variance + 0.5), at least 1.
func (r *Random) Erlang(mean, variance float64) float64 {
	k := max(cInt(float64(mean*mean)/variance+0.5), 1)
	a := float64(k) / mean
	return r.set(func(s *Stream) float64 {
		prod := 1.0
		for range k {
			prod *= s.Uniform()
		}
		return -vec.Log(prod) / a
	})
}

// Weibull sets the Weibull distribution.
func (r *Random) Weibull(alpha, beta float64) float64 {
	inv := 1 / alpha
	return r.set(func(s *Stream) float64 {
		return vec.Pow(beta*-vec.Log(1-s.Uniform()), inv)
	})
}

// cLong and cInt are C's casts on amd64, where they can be asked for: out of
// range and NaN give the smallest number, on every machine.
func cLong(x float64) int64 {
	if !(x > -9.3e18 && x < 9.2233720368547758e18) {
		return math.MinInt64
	}
	return int64(x)
}

func cInt(x float64) int {
	if !(x > -2147483649 && x < 2147483648) {
		return math.MinInt32
	}
	return int(x)
}
