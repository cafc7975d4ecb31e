package hoc

import (
	"math"
	"slices"

	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/runtime/vec"
)

// between returns argument i, a number of lo..hi.
func (c *call) between(i int, lo, hi float64) float64 {
	x := c.num(i)
	if !c.in.failed && !(x >= lo && x <= hi) {
		c.fail("argument %d is %g; expected %g to %g", i+1, x, lo, hi)
	}
	return x
}

// widest is the widest range that NEURON lets an argument have.
const widest = 1e99

// gives replaces the elements of the Vector.
func (c *call) gives(x []float64) value {
	if c.in.failed || !c.room(max(0, len(x)-cap(c.vec().x))) {
		return value{}
	}
	c.vec().x = x
	return c.self()
}

// from is the Vector given as first argument, or the elements themselves, and
// the number of the next argument. What is returned may be kept.
func (c *call) from() (x []float64, next int) {
	if c.isVector(0) {
		return slices.Clone(c.vector(0).x), 1
	}
	return slices.Clone(c.vec().x), 0
}

// bin is the number of the bin into which x falls, -1 for none of n.
func bin(x float64, n int) int {
	if f := math.Floor(x); f >= 0 && f < float64(n) {
		return int(f)
	}
	return -1
}

func signalMethods() map[string]method {
	return map[string]method{
		"histogram": func(c *call) value {
			lo := c.num(0)
			hi := c.between(1, lo, widest)
			width := c.between(2, 0, hi-lo)
			n := math.Floor((hi-lo)/width) + 2
			if c.in.failed || !(n < 1e9) || !c.room(int(n)) {
				return c.fail("%g bins", n)
			}
			y := make([]float64, int(n))
			for _, x := range c.vec().x { // the first bin has what lies below
				if k := bin(math.Floor((x-lo)/width)+1, len(y)); k >= 0 {
					y[k]++
				}
			}
			return c.object("Vector", &vector{x: y})
		},
		"hist": func(c *call) value {
			data, lo, n, step := c.vector(0), c.num(1), c.within(2, 0, 1<<30), c.between(3, 1/widest, widest)
			if data == c.vec() {
				return c.fail("the argument needs to be copied first")
			}
			if c.in.failed || !c.room(max(0, n-cap(c.vec().x))) {
				return value{}
			}
			y := make([]float64, n)
			for _, x := range data.x {
				if k := bin((x-lo)/step, n); k >= 0 {
					y[k]++
				}
			}
			c.vec().x = y
			return c.self()
		},
		"sumgauss":  vectorSumGauss,
		"smhist":    vectorSmoothHist,
		"ind":       vectorInd,
		"spikebin":  vectorSpikeBin,
		"rebin":     vectorRebin,
		"resample":  vectorResample,
		"psth":      vectorPSTH,
		"inf":       vectorInf,
		"trigavg":   vectorTriggered,
		"medfltr":   vectorMedianFilter,
		"meansqerr": vectorMeanSquare,
		"sin": func(c *call) value {
			f, phase, dx := c.num(0), c.num(1), c.numOr(2, 1)
			per := 2 * math.Pi / 1000 * f * dx
			for i := range c.vec().x {
				c.vec().x[i] = vec.Sin(float64(per*float64(i)) + phase)
			}
			return c.self()
		},
		"tanh": each(func(_ *call, x float64) float64 { return vec.Tanh(x) }),
		"fit":  vectorFit,
	}
}

// vectorSumGauss is x.sumgauss(low, high, step, variance[, weights]): a new
// Vector of the sum of Gaussians around the elements.
func vectorSumGauss(c *call) value {
	lo := c.num(0)
	hi, step, variance := c.between(1, lo, widest), c.between(2, 1/widest, widest), c.between(3, 0, widest)
	x := c.vec().x
	var w []float64
	if c.has(4) {
		w = c.vector(4).x
	}
	points := math.Trunc((hi-lo)/step + .5)
	switch {
	case c.in.failed:
		return value{}
	case w != nil && len(w) < len(x):
		return c.fail("%d weights of %d elements", len(w), len(x))
	case !(points < 1e9) || !c.room(int(points)):
		return c.fail("%g points", points)
	}
	sum := make([]float64, int(points))
	scaled := variance / (step * step)
	scale := 1 / math.Sqrt(2*math.Pi*variance)
	for i, a := range x {
		if !c.work(32 * len(sum)) {
			return value{}
		}
		at := math.Trunc((a - lo) / step)
		for j := range sum {
			d := float64(j) - at
			if e := -d * d / (2 * scaled); e > -20 {
				y := float64(vec.Exp(e) * scale)
				if w != nil {
					y = float64(y * w[i])
				}
				sum[j] += y
			}
		}
	}
	return c.object("Vector", &vector{x: sum})
}

// vectorSmoothHist is smhist(data, start, size, step, variance[, weights]).
func vectorSmoothHist(c *call) value {
	data, start, size, step, variance := c.vector(0).x, c.num(1), c.within(2, 0, 1<<28), c.between(3, 1/widest, widest), c.between(4, 0, widest)
	var w []float64
	if c.has(5) {
		if w = c.vector(5).x; len(w) != len(data) {
			return c.fail("%d weights of %d elements", len(w), len(data))
		}
	}
	if c.in.failed {
		return value{}
	}
	scaled := 2 * variance / (step * step)
	scale := 1 / math.Sqrt(2*math.Pi*variance)
	reach := math.Trunc(math.Sqrt(10 * scaled))
	if !(reach < 1<<28) {
		return c.fail("a Gaussian of %g points", reach)
	}
	g := 2*int(reach) + 1
	n := powerOf2(size + g)
	if !c.samples(n) {
		return value{}
	}
	gauss := make([]float64, n)
	for i := 0; i <= int(reach); i++ {
		gauss[i] = scale * hocExp(-float64(i*i)/scaled)
		if i > 0 {
			gauss[g-i] = gauss[i]
		}
	}
	series := make([]float64, n)
	end := start + float64(float64(n)*step)
	for i, x := range data {
		if x >= start && x < end {
			k := min(int((x-start)/step), n-1)
			if w != nil {
				series[k] += w[i]
			} else {
				series[k]++
			}
		}
	}
	ans, _ := convolve(series, gauss, g, 1)
	y := make([]float64, size)
	for i := range y {
		if ans[i] > 1e-9 {
			y[i] = ans[i]
		}
	}
	return c.gives(y)
}

// vectorInd is x.ind(indices), a new Vector of the elements that there are.
func vectorInd(c *call) value {
	x := c.vec().x
	var out []float64
	for _, k := range c.vector(0).x {
		if k = math.Trunc(k); k >= 0 && k < float64(len(x)) {
			out = append(out, x[int(k)])
		}
	}
	if c.in.failed || !c.room(len(out)) {
		return value{}
	}
	return c.object("Vector", &vector{x: out})
}

// vectorSpikeBin is spikebin(data, threshold[, size]): 1 in each bin in which
// data comes up to the threshold.
func vectorSpikeBin(c *call) value {
	x, threshold, size := c.vector(0).x, c.num(1), 1
	if c.has(2) {
		size = c.within(2, 1, 1e6)
	}
	if c.in.failed {
		return value{}
	}
	y := make([]float64, len(x)/size)
	above := false
	for i := range len(y) * size {
		if x[i] >= threshold && !above {
			above, y[i/size] = true, 1
		} else if x[i] < threshold {
			above = false
		}
	}
	return c.gives(y)
}

// vectorRebin is rebin([data,] f): sums of f elements each.
func vectorRebin(c *call) value {
	x, i := c.from()
	f := c.within(i, 1, 1<<40)
	if c.in.failed {
		return value{}
	}
	y := make([]float64, len(x)/f)
	for i := range y {
		y[i] = sum(x[i*f : (i+1)*f])
	}
	return c.gives(y)
}

// vectorResample is resample(data, rate).
func vectorResample(c *call) value {
	x := c.vector(0).x
	f := c.between(1, 0, float64(len(x)/2))
	n := int(float64(len(x)) * f)
	if c.in.failed || !c.room(n) {
		return value{}
	}
	y := make([]float64, n)
	for i := range y {
		y[i] = x[min(int(float64(i)/f), len(x)-1)]
	}
	c.vec().x = y
	return c.self()
}

// vectorPSTH is psth(counts, dt, trials, size): rates [1/s] in windows that hold
// size counts each.
func vectorPSTH(c *call) value {
	x := c.vector(0).x
	dt, trials, size := c.between(1, 0, 9*widest), c.between(2, 0, 9*widest), c.between(3, 0, float64(len(x)/2))
	if c.in.failed {
		return value{}
	}
	if n := sum(x); !(n >= size) && len(x) > 0 {
		return c.fail("%g counts in all, and %g asked for in each window", n, size)
	}
	y := make([]float64, len(x))
	for i := range x {
		ahead, back, s := 0, 0, x[i]
		for s < size {
			if i+ahead < len(x)-1 {
				ahead++
				s += x[i+ahead]
			}
			if i-back > 0 && s < size {
				back++
				s += x[i-back]
			}
			if i+ahead == len(x)-1 && i == back && s < size {
				return c.fail("the counts around element %d come to %g, not %g", i, s, size)
			}
		}
		if !c.work(8 * (ahead + back)) {
			return value{}
		}
		y[i] = s / trials * 1000 / (float64(ahead+back+1) * dt)
	}
	return c.gives(y)
}

// vectorInf is v.inf(i, dt, gl, el, cm, threshold, reset[, refractory]): an
// integrate-and-fire neuron.
func vectorInf(c *call) value {
	stim := c.vector(0).x
	dt := c.between(1, 1/widest, 9*widest)
	gl, el, cm, th, reset, refractory := c.num(2), c.num(3), c.num(4)/dt, c.num(5), c.num(6), c.numOr(7, 0)
	if c.in.failed {
		return value{}
	}
	v := append(slices.Clone(c.vec().x[:min(len(stim), len(c.vec().x))]), make([]float64, max(0, len(stim)-len(c.vec().x)))...)
	if len(v) == 0 {
		return c.fail("an empty Vector")
	}
	v[0] = el
	wait := 0.0
	for t := 0; t < len(v)-1; t++ {
		x := v[t] + (float64(-gl*(v[t]-el))+stim[t])/cm
		if x >= th && wait <= 0 {
			v[t+1] = 0
			if t++; t+1 >= len(v) {
				return c.fail("the last element but one reaches the threshold, where NEURON reads behind the end")
			}
			v[t+1] = reset
			wait = refractory
		} else {
			wait -= dt
			v[t+1] = x
		}
	}
	return c.gives(v)
}

// vectorTriggered is average.trigavg(data, triggers, before, after): the mean
// of data around the triggers; it returns how many.
func vectorTriggered(c *call) value {
	data, triggers := c.vector(0).x, c.vector(1).x
	n := len(data)
	before, after := c.within(2, 0, n-1), c.within(3, 0, n-1)
	if c.in.failed || !c.room(max(0, before+after-cap(c.vec().x))) {
		return value{}
	}
	y := make([]float64, before+after)
	count := 0
	for _, t := range triggers {
		if t = math.Trunc(t); !(t >= float64(before) && t < float64(n-after)) {
			continue
		}
		count++
		if !c.work(4 * len(y)) {
			return value{}
		}
		for j := range y {
			y[j] += data[int(t)-before+j]
		}
	}
	for j := range y {
		y[j] /= float64(count)
	}
	c.vec().x = y
	return number(float64(count))
}

// vectorMedianFilter is medfltr([data][, points]): each element the median of
// those around it. NEURON's own reads outside of what it sorts.
func vectorMedianFilter(c *call) value {
	x, i := c.from()
	points := 3
	if c.has(i) {
		points = c.within(i, 1, len(x)/2)
	}
	if c.in.failed {
		return value{}
	}
	c.in.warnOnce(c.fr, c.pos, diag.Unsupported, "medfltr", "Vector.medfltr takes the median of up to %d elements on either side, as NEURON's manual says; NEURON 9 itself reads outside of them", points)
	y := make([]float64, len(x))
	for i := range x {
		w := slices.Clone(x[max(0, i-points):min(len(x), i+points+1)])
		if !c.work(64 * len(w)) {
			return value{}
		}
		slices.Sort(w)
		y[i] = w[len(w)/2]
	}
	return c.gives(y)
}

// vectorMeanSquare is x.meansqerr(y[, weights]).
func vectorMeanSquare(c *call) value {
	x, y := c.vec().x, c.vector(0).x
	var w []float64
	if c.has(1) {
		w = c.vector(1).x
	}
	if c.in.failed {
		return value{}
	}
	if len(x) == 0 || len(y) < len(x) || c.has(1) && len(w) < len(x) {
		return c.fail("%d elements, and arguments of %d and %d", len(x), len(y), len(w))
	}
	s := 0.0
	for i := range x {
		d := x[i] - y[i]
		if w != nil {
			s += float64(d * d * w[i])
		} else {
			s += float64(d * d)
		}
	}
	return number(s / float64(len(x)))
}
