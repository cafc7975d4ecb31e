package unit

import (
	"fmt"
	"strconv"
	"strings"
)

// Scope is the vocabulary of one .mod file: the standard one and what its
// UNITS block adds, "(mV) = (millivolt)".
//
// The notation: an optional number first, its exponent written without an e
// ("1.6-19"), "a|b" for a fraction; then names joined by blanks or "-", each
// with an optional exponent of one digit; all that follows the first "/"
// divides. Names take the long prefixes (milli, kilo) and a plural s.
type Scope struct{ names map[string]Unit }

// NewScope returns the standard vocabulary.
func NewScope() *Scope {
	s := &Scope{names: make(map[string]Unit, len(neuron)+2*NDim)}
	for i, n := range baseNames {
		u := None
		u.Dim[i] = 1
		s.names[n] = u
	}
	// Definitions may name later ones, so go over the table until all are in.
	todo := neuron
	for len(todo) > 0 {
		var left []definition
		for _, d := range todo {
			if u, err := s.Parse(d.def); err == nil {
				s.names[d.name] = u
			} else {
				left = append(left, d)
			}
		}
		if len(left) == len(todo) {
			panic("BUG: the unit table does not resolve: " + left[0].name)
		}
		todo = left
	}
	return s
}

// Define adds a unit; an existing name is an error.
func (s *Scope) Define(name, def string) error {
	name = strings.TrimSpace(name)
	if name == "" {
		return fmt.Errorf("a unit without a name")
	}
	if _, ok := s.names[name]; ok {
		return fmt.Errorf("%s is a unit already", name)
	}
	u, err := s.Parse(def)
	if err != nil {
		return err
	}
	s.names[name] = u
	return nil
}

// Parse computes a unit. Every factor is applied in the order of the text,
// powers by repeated application: the rounding is NEURON's.
func (s *Scope) Parse(text string) (Unit, error) {
	u := None
	f, rest, ok := number(text)
	if ok && f != 0 {
		u.Factor = f
	}
	divide := false
	for rest != "" {
		i := strings.IndexAny(rest, "123456789-/ \t")
		name := rest
		end := byte(' ')
		if i >= 0 {
			name, end, rest = rest[:i], rest[i], rest[i+1:]
		} else {
			rest = ""
		}
		if name != "" {
			v, ok := s.find(name)
			if !ok {
				return Unit{}, fmt.Errorf("no unit is called %q", name)
			}
			n := 1
			if end >= '2' && end <= '9' {
				n = int(end - '0')
			}
			if divide {
				n = -n
			}
			var err error
			if u, err = u.Times(v, n); err != nil {
				return Unit{}, err
			}
		}
		if end == '/' {
			divide = true
		}
	}
	return u, nil
}

// find looks a name up, then without prefixes, then without a plural s.
func (s *Scope) find(name string) (Unit, bool) {
	scale := 1.0
loop:
	for {
		if u, ok := s.names[name]; ok {
			u.Factor *= scale
			return u, true
		}
		for _, p := range longPrefix {
			if rest, ok := strings.CutPrefix(name, p.name); ok {
				if rest == "" {
					return Unit{Factor: scale * p.factor}, true
				}
				scale *= p.factor
				name = rest
				continue loop
			}
		}
		if len(name) > 1 && strings.HasSuffix(name, "s") {
			name = name[:len(name)-1]
			continue
		}
		return Unit{}, false
	}
}

// prefixed are the units that are often written with a long prefix.
var prefixed = []string{"volt", "amp", "ampere", "siemens", "mho", "ohm", "meter", "liter", "farad", "coul", "coulomb", "mole", "sec", "second", "gram",
	"joule", "watt", "newton", "hertz"}

// Names returns the names that Parse knows, those with long prefixes only of
// common units: what a misspelt one may have meant. The order is free.
func (s *Scope) Names() []string {
	var names []string
	for n := range s.names {
		names = append(names, n)
	}
	for _, p := range longPrefix {
		for _, n := range prefixed {
			if _, ok := s.names[p.name+n]; !ok {
				names = append(names, p.name+n)
			}
		}
	}
	return names
}

// number reads the leading number of a definition.
func number(text string) (f float64, rest string, ok bool) {
	rest = strings.TrimLeft(text, " \t")
	i := 0
	for i < len(rest) && (rest[i] >= '0' && rest[i] <= '9') {
		i++
	}
	if i < len(rest) && rest[i] == '.' {
		i++
		for i < len(rest) && rest[i] >= '0' && rest[i] <= '9' {
			i++
		}
	}
	digits := rest[:i]
	if i == 0 {
		return 0, rest, false
	}
	exp := ""
	if i < len(rest) && (rest[i] == '+' || rest[i] == '-') {
		j := i + 1
		for j < len(rest) && rest[j] >= '0' && rest[j] <= '9' {
			j++
		}
		if j > i+1 {
			exp = "e" + rest[i:j]
		}
		i = j
	}
	f, err := strconv.ParseFloat(digits+exp, 64)
	if err != nil {
		f = 0
	}
	if i < len(rest) && rest[i] == '|' {
		d, after, _ := number(rest[i+1:])
		return f / d, after, true
	}
	return f, rest[i:], true
}
