package main

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/rallsim/rall/protocol"
)

// quantity is a kind of numbers with units.
type quantity struct {
	name  string
	units map[string]float64
	unit  string // of a plain number
}

var (
	current    = quantity{"a current", map[string]float64{"nA": 1, "pA": 1e-3, "uA": 1e3, "\u00b5A": 1e3, "fA": 1e-6, "mA": 1e6, "A": 1e9}, "nA"}
	duration   = quantity{"a time", map[string]float64{"ms": 1, "s": 1e3, "us": 1e-3, "\u00b5s": 1e-3}, "ms"}
	warmth     = quantity{"a temperature", map[string]float64{"degC": 1, "\u00b0C": 1}, "degC"}
	resistance = quantity{"a resistance", map[string]float64{"MOhm": 1, "kOhm": 1e-3, "GOhm": 1e3, "Ohm": 1e-6}, "MOhm"}
	potential  = quantity{"a potential", map[string]float64{"mV": 1, "V": 1e3, "uV": 1e-3, "\u00b5V": 1e-3}, "mV"}
)

// split cuts a number from its unit.
func split(text string) (x float64, unit string, err error) {
	text = strings.TrimSpace(text)
	i := strings.LastIndexAny(text, "0123456789.") + 1
	x, err = strconv.ParseFloat(text[:i], 64)
	if err != nil || math.IsInf(x, 0) || math.IsNaN(x) {
		return 0, "", fmt.Errorf("%q is no number with a unit", text)
	}
	return x, strings.TrimSpace(text[i:]), nil
}

func (q *quantity) read(text string) (float64, error) {
	x, unit, err := split(text)
	if err != nil {
		return 0, fmt.Errorf("%w: expected %s in %s (a plain number is %s)", err, q.name, strings.Join(q.names(), ", "), q.unit)
	}
	return q.in(x, unit, text)
}

func (q *quantity) in(x float64, unit, text string) (float64, error) {
	if unit == "" {
		unit = q.unit
	}
	k, ok := q.units[unit]
	if !ok {
		return 0, fmt.Errorf("%s is not %s: expected %s (a plain number is %s)", strings.TrimSpace(text), q.name, strings.Join(q.names(), ", "), q.unit)
	}
	if k < 1 { // by the inverse, so that 200pA is .2
		return x / math.Round(1/k), nil
	}
	if math.IsInf(x*k, 0) {
		return 0, fmt.Errorf("%s is too large", strings.TrimSpace(text))
	}
	return x * k, nil
}

// flagOf is a flag that takes a quantity with its unit, or a plain number.
type flagOf struct {
	*quantity
	to *float64
}

func (f flagOf) String() string {
	if f.quantity == nil || *f.to == 0 {
		return "" // no default
	}
	return strconv.FormatFloat(*f.to, 'g', -1, 64) + f.unit
}

func (f flagOf) Type() string { return f.unit }

func (f flagOf) Set(text string) (err error) {
	x, err := f.read(text)
	if err == nil {
		*f.to = x
	}
	return err
}

func (q *quantity) names() []string {
	var out []string
	for u := range q.units {
		if u[0] < 0x80 {
			out = append(out, u)
		}
	}
	slices.SortFunc(out, func(a, b string) int {
		if q.units[a] < q.units[b] {
			return -1
		}
		return 1
	})
	return out
}

// mostLevels bounds the runs that one stimulus stands for.
const mostLevels = 10000

// stimulus reads levels, then a duration and a delay, which have units. A ramp
// has two levels.
func stimulus(text string, q *quantity, ramp bool) (levels []float64, p protocol.Pulse, err error) {
	times := 0
	for _, part := range strings.Split(text, ",") {
		ends := strings.Split(part, ":")
		if len(ends) == 1 {
			x, unit, err := split(part)
			if err != nil {
				return nil, p, err
			}
			if _, ok := duration.units[unit]; ok {
				t, err := duration.in(x, unit, part)
				if err != nil {
					return nil, p, err
				}
				switch times++; times {
				case 1:
					if p.Duration = t; !(t > 0) {
						return nil, p, fmt.Errorf("%s: a stimulus lasts longer than 0 ms", part)
					}
				case 2:
					if p.Delay = t; !(t > 0) {
						return nil, p, fmt.Errorf("%s: a delay is above 0 ms", part)
					}
				default:
					return nil, p, fmt.Errorf("%s: a stimulus has a duration and a delay, not %d times", text, times)
				}
				continue
			}
			v, err := q.in(x, unit, part)
			if err != nil {
				return nil, p, err
			}
			levels = append(levels, v)
			continue
		}
		var x []float64
		for _, e := range ends {
			v, err := q.read(e)
			if err != nil {
				return nil, p, err
			}
			x = append(x, v)
		}
		switch {
		case ramp && len(x) == 2:
			levels = append(levels, x...)
		case ramp:
			return nil, p, fmt.Errorf("%s: a ramp is FROM:TO", part)
		case len(x) != 3:
			return nil, p, fmt.Errorf("%s: a range is FROM:TO:BY", part)
		case x[2] == 0 || (x[1]-x[0])/x[2] < 0 || (x[1]-x[0])/x[2] > mostLevels:
			return nil, p, fmt.Errorf("%s: from %g to %g by %g are none, or too many", part, x[0], x[1], x[2])
		default:
			n := int((x[1]-x[0])/x[2] + 1e-9)
			if len(levels)+n >= mostLevels {
				return nil, p, fmt.Errorf("%s: more than %d levels", text, mostLevels)
			}
			for i := range n + 1 {
				levels = append(levels, cleanSum(x[0]+float64(i)*x[2]))
			}
		}
	}
	switch {
	case len(levels) > mostLevels:
		return nil, p, fmt.Errorf("these are %d levels; %d are the most", len(levels), mostLevels)
	case ramp && len(levels) != 2:
		return nil, p, fmt.Errorf("%s: a ramp goes from one current to another, as in 0nA:0.5nA,500ms", text)
	case len(levels) == 0:
		return nil, p, fmt.Errorf("%s: there is no %s in it", text, strings.TrimPrefix(q.name, "a "))
	}
	return levels, p, nil
}

// cleanSum takes from a sum what only its rounding put there, as 0.30000000000000004.
func cleanSum(x float64) float64 {
	y, _ := strconv.ParseFloat(strconv.FormatFloat(x, 'g', 12, 64), 64)
	return y
}
