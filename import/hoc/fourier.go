package hoc

import (
	"math"

	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/runtime/vec"
)

// powerOf2 is the smallest power of two that is at least n.
func powerOf2(n int) int {
	p := 1
	for p < n {
		p *= 2
	}
	return p
}

// transform replaces re + i im, whose length is a power of two, by its
// discrete Fourier transform: with exp(-2πi jk/n), or with exp(+2πi jk/n) and
// divided by n when inverse.
func transform(re, im []float64, inverse bool) {
	n := len(re)
	for i, j := 0, 0; i < n; i++ { // bits reversed
		if i < j {
			re[i], re[j] = re[j], re[i]
			im[i], im[j] = im[j], im[i]
		}
		bit := n >> 1
		for ; bit > 0 && j&bit != 0; bit >>= 1 {
			j ^= bit
		}
		j |= bit
	}
	c, s := make([]float64, n/2), make([]float64, n/2)
	for k := range c {
		x := 2 * math.Pi * float64(k) / float64(n)
		c[k], s[k] = vec.Cos(x), -vec.Sin(x)
		if inverse {
			s[k] = -s[k]
		}
	}
	for half := 1; half < n; half *= 2 {
		stride := n / (2 * half)
		for from := 0; from < n; from += 2 * half {
			for k := range half {
				wr, wi := c[k*stride], s[k*stride]
				i, j := from+k, from+k+half
				tr := float64(wr*re[j]) - float64(wi*im[j])
				ti := float64(wr*im[j]) + float64(wi*re[j])
				re[i], re[j] = re[i]+tr, re[i]-tr
				im[i], im[j] = im[i]+ti, im[i]-ti
			}
		}
	}
	if inverse {
		for i := range re {
			re[i] /= float64(n)
			im[i] /= float64(n)
		}
	}
}

// realTransform replaces x, whose length n is a power of two, by its
// transform: the real part of k at k, the imaginary part at n-k.
func realTransform(x []float64) {
	n := len(x)
	im := make([]float64, n)
	transform(x, im, false)
	for k := n/2 + 1; k < n; k++ {
		x[k] = im[n-k]
	}
}

// realInverse undoes realTransform.
func realInverse(x []float64) {
	n := len(x)
	im := make([]float64, n)
	for k := 1; k < (n+1)/2; k++ {
		im[k], im[n-k] = x[n-k], -x[n-k]
		x[n-k] = x[k]
	}
	transform(x, im, true)
}

// convolve is the convolution of data with a response of m elements, in
// wrap-around order; both have the length of a power of two, and both are lost.
// With sign -1 it is what NEURON computes then, which is no deconvolution.
func convolve(data, response []float64, m, sign int) (ans []float64, ok bool) {
	n := len(data)
	for i := 1; i <= (m-1)/2; i++ {
		response[n-i] = response[m-i]
	}
	for i := (m + 1) / 2; i < n-(m-1)/2; i++ {
		response[i] = 0
	}
	realTransform(data)
	realTransform(response)
	ans = make([]float64, n)
	ans[0] = data[0] * response[0]
	for i := 1; i < n/2; i++ {
		a, b, c, d := data[i], data[n-i], response[i], response[n-i]
		if sign == 1 {
			ans[i] = float64(a*c) - float64(b*d)
			ans[n-i] = float64(a*d) + float64(b*c)
			continue
		}
		scale := float64(ans[i-1]*ans[i-1]) + float64(ans[i]*ans[i])
		if scale == 0 {
			return nil, false
		}
		ans[i] = (float64(a*d) - float64(b*c)) / (scale * 2)
	}
	ans[n/2] = data[n/2] * response[n/2]
	realInverse(ans)
	return ans, true
}

// padded returns a copy of x with zeros behind, n elements in all.
func padded(x []float64, n int) []float64 {
	out := make([]float64, n)
	copy(out, x)
	return out
}

// samples counts the work and the memory of transforms of n numbers.
func (c *call) samples(n int) bool {
	if c.in.failed {
		return false
	}
	c.in.work(64 * n)
	if !c.room(4 * n) {
		return false
	}
	c.in.cells -= 4 * n // they are gone soon
	c.took -= 4 * n
	return true
}

func fourierMethods() map[string]method {
	// source is the Vector given first, or the object itself.
	source := func(c *call) (x []float64, next int) {
		if c.isVector(0) {
			return c.vector(0).x, 1
		}
		return c.vec().x, 0
	}
	return map[string]method{
		"fft": func(c *call) value {
			x, i := source(c)
			sign := 1
			if c.has(i) {
				sign = c.within(i, -1, 1)
			}
			n := powerOf2(len(x))
			if !c.samples(n) {
				return value{}
			}
			y := padded(x, n)
			if sign == -1 { // of cosines and sines side by side, the highest cosine second
				z := make([]float64, n)
				half := .5 * float64(n)
				z[0] = y[0] * half
				if n > 1 {
					z[n/2] = y[1] * half
				}
				for k := 1; k < n/2; k++ {
					z[k], z[n-k] = y[2*k]*half, -y[2*k+1]*half
				}
				realInverse(z)
				c.vec().x = z
				return c.self()
			}
			realTransform(y)
			z := make([]float64, n)
			z[0] = y[0]
			if n > 1 {
				z[1] = y[n/2]
			}
			for k := 1; k < n/2; k++ {
				z[2*k], z[2*k+1] = y[k], -y[n-k]
			}
			c.vec().x = z
			return c.self()
		},
		"convlv": func(c *call) value {
			a, b, sign := c.vector(0).x, c.vector(1).x, 1
			if c.has(2) {
				sign = int(cInt(c.num(2)))
			}
			if n := powerOf2(max(len(a), len(b))); c.samples(n) {
				return c.convolved(padded(a, n), padded(b, n), len(b), sign)
			}
			return value{}
		},
		"filter": func(c *call) value {
			x, i := source(c)
			f := c.vector(i).x
			n := powerOf2(max(len(x), len(f)))
			if !c.samples(n) {
				return value{}
			}
			g := padded(f, n)
			realTransform(g)
			return c.convolved(padded(x, n), g, len(f), 1)
		},
		"correl": func(c *call) value {
			a := c.vector(0).x
			b := a
			if c.has(1) {
				b = c.vector(1).x
			}
			n := powerOf2(max(len(a), len(b)))
			if !c.samples(n) {
				return value{}
			}
			x, y, z := padded(a, n), padded(b, n), make([]float64, n)
			realTransform(x)
			realTransform(y)
			z[0] = x[0] * y[0]
			for i := 1; i < n/2; i++ {
				z[i] = float64(x[i]*y[i]) + float64(x[n-i]*y[n-i])
				z[n-i] = float64(y[i]*x[n-i]) - float64(y[n-i]*x[i])
			}
			z[n/2] = x[n/2] * y[n/2]
			realInverse(z)
			c.vec().x = z
			return c.self()
		},
		"spctrm": vectorSpectrum,
	}
}

func (c *call) convolved(data, response []float64, m, sign int) value {
	if m == 0 || sign != 1 && sign != -1 {
		return c.fail("a response of %d elements and the sign %d", m, sign)
	}
	if sign == -1 {
		c.in.warnOnce(c.fr, c.pos, diag.NrnCompat, "deconvolution", "%s: what NEURON 9 computes with -1 is no deconvolution; it is computed as there", c.name)
	}
	y, ok := convolve(data, response, m, sign)
	if !ok {
		return c.fail("the response is zero where it would divide")
	}
	c.vec().x = y
	return c.self()
}

// vectorSpectrum is spctrm(data[, size]): the power spectral density by
// overlapping segments under a Bartlett window.
func vectorSpectrum(c *call) value {
	x := c.vector(0).x
	want := len(x) / 8
	if c.has(1) {
		want = c.within(1, 0, 1<<30)
	}
	if c.in.failed {
		return value{}
	}
	m := powerOf2(want)
	k := int(math.Ceil((float64(len(x))/float64(m) - 1) / 2))
	n := 2 * m
	if !c.samples((2*max(k, 0) + 2) * m) {
		return value{}
	}
	data, psd := padded(x, max(len(x), (2*max(k, 0)+1)*m)), make([]float64, m)
	window := make([]float64, n)
	factor := 0.0
	for j := range window {
		window[j] = 1 - math.Abs(float64((float64(j)-float64(m))*(1/float64(m))))
		factor += float64(window[j] * window[j])
	}
	for seg := range 2 * k {
		y := make([]float64, n)
		for j := range y {
			y[j] = data[seg*m+j] * window[j]
		}
		realTransform(y)
		psd[0] += float64(y[0] * y[0])
		for j := 1; j < m; j++ {
			psd[j] += float64(y[j]*y[j]) + float64(y[n-j]*y[n-j])
		}
	}
	factor = 1 / (factor * float64(n) * float64(k))
	for j := range psd {
		psd[j] = float64(psd[j] * factor)
	}
	psd[0] = float64(psd[0] * .5)
	v := c.vec()
	if len(v.x) < m {
		v.x = make([]float64, m)
	}
	copy(v.x, psd)
	return c.self()
}
