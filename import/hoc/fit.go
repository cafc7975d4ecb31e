package hoc

import (
	"slices"

	"github.com/rallsim/rall/runtime/vec"
)

// curves are the functions that Vector.fit knows by name, and how many
// parameters each takes.
var curves = map[string]struct {
	n int
	f func(x float64, p []float64) float64
}{
	"exp1": {2, func(x float64, p []float64) float64 { return p[0] * hocExp(-x/p[1]) }},
	"exp2": {4, func(x float64, p []float64) float64 {
		return float64(p[0]*hocExp(-x/p[1])) + float64(p[2]*hocExp(-x/p[3]))
	}},
	"charging": {4, func(x float64, p []float64) float64 {
		return float64(p[0]*(1-hocExp(-x/p[1]))) + float64(p[2]*(1-hocExp(-x/p[3])))
	}},
	"line": {2, func(x float64, p []float64) float64 { return float64(p[0]*x) + p[1] }},
	"quad": {3, func(x float64, p []float64) float64 { return float64(p[0]*x*x) + float64(p[1]*x) + p[2] }},
}

// hocExp is exp within the range in which NEURON computes it.
func hocExp(x float64) float64 {
	switch {
	case x < -700:
		return 0
	case x > 700:
		return vec.Exp(700)
	}
	return vec.Exp(x)
}

// The simplex of NEURON's fit: how much larger one parameter of each first
// corner is, and how far a corner goes over the middle of the others, tried in
// turn.
const cornerFactor = 1.2

var reaches = [4]float64{2, 1.4, .7, .3}

const tooLarge = 1e300

// simplex looks for the minimum of a function of parameters. It goes the way of
// NEURON's: the worst corner moves to the first of four places where it is
// better, until none is, and all of it again until that brings nothing.
type simplex struct {
	eval   func(p []float64) float64
	least  float64 // found in this round
	stuck  int     // moves that came to the least
	failed func() bool
}

// at is the error at p. After many moves that came to the same, nothing else
// counts any more.
func (s *simplex) at(p []float64) float64 {
	e := s.eval(p)
	if s.stuck > 3*(len(p)+1) {
		if e == s.least {
			return e
		}
		return tooLarge
	}
	if s.least > e {
		s.least = e
	}
	return e
}

// round changes p to the best corner that it finds.
func (s *simplex) round(p []float64) float64 {
	n := len(p)
	corners, errs := make([][]float64, n+1), make([]float64, n+1)
	for i := range corners {
		corners[i] = slices.Clone(p)
		if i < n {
			corners[i][i] = float64(corners[i][i] * cornerFactor)
		}
	}
	for i := range corners {
		errs[i] = s.at(corners[i])
	}
	for moved := true; moved && !s.failed(); {
		moved = false
		worst := 0
		for i, e := range errs {
			if e > errs[worst] {
				worst = i
			}
		}
		middle := make([]float64, n)
		for _, c := range corners {
			for j := range middle {
				middle[j] += c[j]
			}
		}
		for j := range middle {
			middle[j] = (middle[j] - corners[worst][j]) / float64(n)
		}
		for _, r := range reaches {
			next := make([]float64, n)
			for j := range next {
				next[j] = float64((1-r)*corners[worst][j]) + float64(r*middle[j])
			}
			e := s.at(next)
			if e < errs[worst] {
				if s.least == e {
					s.stuck++
				}
				corners[worst], errs[worst], moved = next, e, true
				break
			}
		}
	}
	best := 0
	for i, e := range errs {
		if e < errs[best] {
			best = i
		}
	}
	copy(p, corners[best])
	return errs[best]
}

// vectorFit is data.fit(fitted, function, x, &p1, &p2 …).
func vectorFit(c *call) value {
	y, fitted, name, x := c.vec().x, c.vector(0), c.str(1), c.vector(2).x
	if c.in.failed {
		return value{}
	}
	if len(x) != len(y) {
		return c.fail("%d places and %d values", len(x), len(y))
	}
	var p []float64
	for i := 3; c.has(i); i++ {
		p = append(p, *c.ref(i))
	}
	if len(p) > 16 {
		return c.fail("%d parameters; 16 are the most", len(p))
	}
	x, y = slices.Clone(x), slices.Clone(y)
	curve, known := curves[name]
	if known && len(p) < curve.n {
		return c.fail("%q has %d parameters, not %d", name, curve.n, len(p))
	}
	if s := c.in.top.names[name]; !known && (s == nil || s.kind != funcSym) {
		return c.fail("there is no function %q", name)
	}
	f := func(x float64, p []float64) float64 {
		if known {
			return curve.f(x, p)
		}
		args := []arg{{k: numKind, x: x}}
		for _, a := range p {
			args = append(args, arg{k: numKind, x: a})
		}
		v := c.in.callTop(c.fr, c.pos, name, args...)
		if v.k != numKind && !c.in.failed {
			c.fail("%s returns no number", name)
		}
		return v.x
	}
	s := &simplex{failed: func() bool { return c.in.failed }}
	s.eval = func(p []float64) float64 {
		sum := 0.0
		for i := range x {
			if c.in.failed {
				break
			}
			d := f(x[i], p) - y[i]
			sum += float64(d * d)
		}
		c.work(16 * (1 + len(x)))
		return sum / float64(len(x))
	}
	var least float64
	for {
		s.stuck, s.least = 0, tooLarge
		least = s.round(p)
		if c.in.failed {
			return value{}
		}
		if s.stuck == 0 || s.least <= least {
			break
		}
	}
	for i := range p {
		c.setNum(3+i, p[i])
	}
	fitted.x = make([]float64, len(x))
	for i := range x {
		fitted.x[i] = f(x[i], p)
	}
	return number(least)
}
