package hoc

import (
	"math"
	"strings"

	"github.com/rallsim/rall/import/hoc/tree"
	"github.com/rallsim/rall/runtime/vec"
)

// erf is the error function: by a series of positive terms where x is small,
// and from its complement where it is not.
func erf(x float64) float64 {
	a := math.Abs(x)
	switch {
	case math.IsNaN(x):
		return x
	case a < 2:
		return erfSeries(x)
	case a > 6:
		return math.Copysign(1, x)
	}
	return math.Copysign(1-erfcFraction(a), x)
}

// erfc is 1 - erf(x).
func erfc(x float64) float64 {
	switch {
	case math.IsNaN(x):
		return x
	case x > 28:
		return 0
	case x >= 1.25:
		return erfcFraction(x)
	case x < -6:
		return 2
	case x < -2:
		return 2 - erfcFraction(-x)
	}
	return 1 - erfSeries(x)
}

const twoOverRootPi = 1.1283791670955126

// erfSeries is 2/√π exp(-x²) Σ 2ⁿ x²ⁿ⁺¹ / (1·3·…·(2n+1)).
func erfSeries(x float64) float64 {
	term, sum := x, x
	for n := 1; n < 200; n++ {
		term = float64(term * (float64(2*x*x) / float64(2*n+1)))
		next := sum + term
		if next == sum {
			break
		}
		sum = next
	}
	return float64(twoOverRootPi * gauss(x) * sum)
}

// erfcFraction is erfc of an x > 1 by its continued fraction, from its far end.
func erfcFraction(x float64) float64 {
	n := 20 + int(200/(x*x)) // terms that matter
	f := x
	for k := n; k > 0; k-- {
		f = x + float64(k)/2/f
	}
	return twoOverRootPi / 2 * gauss(x) / f
}

// gauss is exp(-x²), the square's rounding made good.
func gauss(x float64) float64 {
	sq := x * x
	rest := math.FMA(x, x, -sq)
	e := vec.Exp(-sq)
	return e - float64(e*rest)
}

// nernst(inside, outside, charge) is a potential [mV]. nernst("ena"[, x]) is the
// value that would be in equilibrium with the other two of the ion, at a place
// of the current section; so are nernst("nai"[, x]) and nernst("nao"[, x]).
func (c *call) nernst() value {
	if c.is(0, strKind) {
		return c.nernstOf()
	}
	return number(vec.Nernst(c.num(0), c.num(1), c.num(2), *c.in.globals["celsius"]))
}

func (c *call) nernstOf() value {
	name, x := c.str(0), .5
	if c.has(1) {
		x = c.between(1, 0, 1)
	}
	s := c.in.builtin.names[name]
	if c.in.failed {
		return value{}
	}
	if s == nil || s.kind != rangeSym || s.rng.mech == nil || s.rng.mech.Ion == nil || s.rng.v.First > tree.IonOut {
		return c.fail("%q is no reversal potential and no concentration", name)
	}
	sec := c.section()
	if sec == nil {
		return value{}
	}
	m := s.rng.mech
	var at [3]float64
	for i := range at {
		v := &m.Vars[i]
		p := c.in.rangeIn(c.fr, c.pos, sec, &rangeVar{name: v.Name, mech: m, v: v}, nil)
		p.x, p.hasX = x, true
		at[i] = c.in.load(c.fr, c.pos, p).x
	}
	if c.in.failed {
		return value{}
	}
	z := m.Ion.Valence
	slope := 1000 * 8.31446261815324 * (*c.in.globals["celsius"] + 273.15) / vec.Faraday // RT/F [mV]
	switch s.rng.v.First {
	case tree.IonE:
		return number(vec.Nernst(at[tree.IonIn], at[tree.IonOut], z, *c.in.globals["celsius"]))
	case tree.IonIn:
		return number(at[tree.IonOut] * vec.Exp(-z/slope*at[tree.IonE]))
	}
	return number(at[tree.IonIn] * vec.Exp(z/slope*at[tree.IonE]))
}

// ghk(v, inside, outside, charge) is the current of the Goldman-Hodgkin-Katz
// equation at a permeability of 1 [mA/cm2 per cm/s].
func (c *call) ghk() value {
	v, inside, outside, z := c.num(0), c.num(1), c.num(2), c.num(3)
	if c.in.failed {
		return value{}
	}
	return number(vec.GHK(v, inside, outside, z, *c.in.globals["celsius"]))
}

// ionRegister makes an ion that no mechanism uses; it returns -1 where a name
// that the ion would have means something else.
func (c *call) ionRegister() value {
	name, z := c.str(0), c.num(1)
	if c.in.failed {
		return value{}
	}
	ms := c.in.Tree.Mechs
	if m := ms.Get(name + "_ion"); m != nil && m.Ion != nil {
		if m.Ion.Valence != z {
			return c.fail("%s is there with the charge %g and cannot have %g", m.Name, m.Ion.Valence, z)
		}
		return number(c.mechNumber(m.Name))
	}
	if name == "" || strings.ContainsFunc(name, func(r rune) bool {
		return !(r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z')
	}) {
		return c.fail("%q is no name", name)
	}
	for _, n := range []string{name + "_ion", "e" + name, name + "i", name + "o", "i" + name, "di" + name + "_dv_"} {
		s := c.in.builtin.names[n]
		if s == nil {
			s = c.in.top.names[n]
		}
		if s != nil && s.kind != undefined || ms.Get(n) != nil {
			return number(-1)
		}
	}
	if !c.room(1024) {
		return value{}
	}
	c.in.installMech(ms.AddIon(name, z))
	return number(c.mechNumber(name + "_ion"))
}
