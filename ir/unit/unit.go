// Package unit knows units: their factors to SI and their dimensions.
//
// In: the text of a unit. Out: a Unit. Next: nmodl computes the constants of
// UNITS blocks with a Scope; spec checks and converts quantities such as
// '18 mV' with Parse and Quantity; import/neuroml scales by Convert.
//
// There are two notations. A Scope reads what a .mod file may write, in the
// notation and with the arithmetic of NEURON's translator, so that a computed
// constant has NEURON's bits. Parse reads units as people write them, with SI
// prefixes and exponents.
package unit

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// The dimensions, in the order of Unit.Dim.
const (
	Length = iota
	Mass
	Time
	Charge
	Luminous
	Information
	Temperature
	NDim
)

var baseNames = [NDim]string{"m", "kg", "sec", "coul", "candela", "bit", "K"}

// Dim is the exponents of the dimensions.
type Dim [NDim]int8

// Unit is a unit of measure.
type Unit struct {
	Factor float64 // SI units in one of this unit
	Dim    Dim
	Offset float64 // what to add to a value after scaling to reach SI [K]: degrees Celsius alone
}

// None is the unit of a plain number.
var None = Unit{Factor: 1}

// Same says whether values of u and o can be converted into each other.
func (u Unit) Same(o Unit) bool { return u.Dim == o.Dim }

// String prints a unit by its dimensions, for messages.
func (d Dim) String() string {
	var num, den []string
	for i, e := range d {
		n := baseNames[i]
		if e > 1 || e < -1 {
			n += strconv.Itoa(int(max(e, -e)))
		}
		switch {
		case e > 0:
			num = append(num, n)
		case e < 0:
			den = append(den, n)
		}
	}
	s := strings.Join(num, "-")
	if len(den) > 0 {
		if s == "" {
			s = "1"
		}
		s += "/" + strings.Join(den, "-")
	}
	if s == "" {
		return "no dimension"
	}
	return s
}

// powers are exact as float64.
var powers = [...]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
	1e17, 1e18, 1e19, 1e20, 1e21, 1e22}

// Convert returns the number that v of unit from has in unit to. A power of
// ten between them costs one rounding only.
func Convert(v float64, from, to Unit) (float64, error) {
	if from.Dim != to.Dim {
		return 0, fmt.Errorf("a value in %v where %v is meant", from.Dim, to.Dim)
	}
	if from.Offset != to.Offset {
		return (float64(v*from.Factor) + from.Offset - to.Offset) / to.Factor, nil
	}
	r := from.Factor / to.Factor
	for _, p := range powers {
		if math.Abs(r/p-1) < 1e-12 {
			return v * p, nil
		}
		if math.Abs(float64(r*p)-1) < 1e-12 {
			return v / p, nil
		}
	}
	return v * r, nil
}

// Times returns u*v^n.
func (u Unit) Times(v Unit, n int) (Unit, error) {
	for i := range u.Dim {
		e := int(u.Dim[i]) + n*int(v.Dim[i])
		if e < -100 || e > 100 {
			return u, errors.New("an exponent beyond 100")
		}
		u.Dim[i] = int8(e)
	}
	for ; n > 0; n-- {
		u.Factor *= v.Factor
	}
	for ; n < 0; n++ {
		u.Factor /= v.Factor
	}
	return u, nil
}

// quantities is the vocabulary of Parse: the one of a fresh Scope.
var quantities = NewScope()

// Parse reads a unit as people write it: "mV", "S/cm2", "uF/cm^2", "ohm cm",
// "1/ms", "nA", "degC". All that follows a "/" divides.
func Parse(s string) (Unit, error) {
	u := None
	rest := strings.TrimSpace(s)
	if rest == "" || rest == "1" {
		return u, nil
	}
	if strings.HasPrefix(rest, "1/") || strings.HasPrefix(rest, "1 /") {
		rest = strings.TrimSpace(rest[1:])
	}
	if rest == "degC" || rest == "°C" {
		k, _ := quantities.find("K")
		k.Offset = 273.15
		return k, nil
	}
	sign := 1
	for rest != "" {
		if strings.HasPrefix(rest, "/") {
			sign = -1
			rest = strings.TrimLeft(rest[1:], " \t")
		}
		i := strings.IndexFunc(rest, func(r rune) bool {
			return strings.ContainsRune(" \t*/^-+.·", r) || r >= '0' && r <= '9'
		})
		name := rest
		if i >= 0 {
			name, rest = rest[:i], rest[i:]
		} else {
			rest = ""
		}
		if name == "" {
			return Unit{}, fmt.Errorf("a unit is wanted at %q", rest)
		}
		base, err := symbol(name)
		if err != nil {
			return Unit{}, err
		}
		n := 1
		if n, rest, err = exponent(rest); err != nil {
			return Unit{}, err
		}
		if u, err = u.Times(base, sign*n); err != nil {
			return Unit{}, err
		}
		rest = strings.TrimLeft(rest, " \t")
		if len(rest) > 0 && (rest[0] == '*' || rest[0] == '-' || rest[0] == '.') {
			rest = rest[1:]
		} else {
			rest = strings.TrimPrefix(rest, "·")
		}
		rest = strings.TrimLeft(rest, " \t")
	}
	return u, nil
}

// exponent reads "2", "^2", "**2", "-2" and "^-2" at the start of s; 1 when
// there is none.
func exponent(s string) (n int, rest string, err error) {
	t := strings.TrimPrefix(strings.TrimPrefix(s, "**"), "^")
	marked := len(t) != len(s)
	j := 0
	if j < len(t) && t[j] == '-' {
		j++
	}
	k := j
	for k < len(t) && t[k] >= '0' && t[k] <= '9' {
		k++
	}
	if k == j {
		if marked {
			return 0, s, fmt.Errorf("an exponent is wanted at %q", s)
		}
		return 1, s, nil
	}
	n, err = strconv.Atoi(t[:k])
	if err != nil || n < -100 || n > 100 {
		return 0, s, errors.New("an exponent beyond 100")
	}
	return n, t[k:], nil
}

// symbol looks up one name of Parse's notation.
func symbol(name string) (Unit, error) {
	for _, d := range symbols {
		if d.name == name {
			return quantities.Parse(d.def)
		}
	}
	for _, p := range shortPrefix {
		rest, ok := strings.CutPrefix(name, p.name)
		if !ok || rest == "" {
			continue
		}
		for _, d := range symbols {
			if d.name == rest {
				u, err := quantities.Parse(d.def)
				u.Factor *= p.factor
				return u, err
			}
		}
	}
	// A single letter means what SI says, never the constants e, c, g, k and R.
	if utf8.RuneCountInString(name) > 1 {
		if u, ok := quantities.find(name); ok {
			return u, nil
		}
	}
	return Unit{}, fmt.Errorf("no unit is called %q", name)
}

// Quantity splits a text such as "18 mV" into its number and its unit's text.
func Quantity(s string) (v float64, unit string, err error) {
	s = strings.TrimSpace(s)
	// the longest prefix that is a number, so that "1e3 Hz" and "2 eV" both read
	for i := len(s); i > 0; i-- {
		if v, err := strconv.ParseFloat(s[:i], 64); err == nil && !math.IsInf(v, 0) && !math.IsNaN(v) {
			return v, strings.TrimSpace(s[i:]), nil
		}
	}
	return 0, "", fmt.Errorf("%q does not begin with a number", s)
}

// In reads a quantity and returns its number in the unit want; a number
// without a unit is taken as one of want.
func In(s, want string) (float64, error) {
	v, text, err := Quantity(s)
	if err != nil || text == "" || text == want {
		return v, err
	}
	from, err := Parse(text)
	if err != nil {
		return 0, err
	}
	to, err := Parse(want)
	if err != nil {
		return 0, err
	}
	return Convert(v, from, to)
}
