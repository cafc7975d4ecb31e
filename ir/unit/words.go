package unit

import (
	"math"
	"strconv"
)

// kinds name the dimensions that occur in membrane biophysics, each by a
// unit of it.
var kinds = []definition{
	{"a potential", "volt"}, {"a time", "sec"}, {"a rate", "/sec"}, {"a length", "m"}, {"an area", "m2"}, {"a volume", "m3"},
	{"a current", "amp"}, {"a current density", "amp/m2"}, {"a conductance", "mho"}, {"a conductance density", "mho/m2"},
	{"a concentration", "/m3"}, {"a resistance", "ohm"}, {"a resistivity", "ohm-m"}, {"a resistance of membrane", "ohm-m2"},
	{"a capacitance", "farad"}, {"a capacitance of membrane", "farad/m2"}, {"a charge", "coul"}, {"a charge density", "coul/m3"},
	{"a temperature", "K"}, {"an energy", "joule"}, {"a permeability", "m/sec"}, {"a diffusion constant", "m2/sec"},
	{"a rate of concentration", "/m3-sec"}, {"a rate of potential", "volt/sec"}, {"a surface density", "/m2"},
	{"a rate over concentration", "m3/sec"}, {"a flux density", "/m2-sec"}, {"a rate over potential", "/volt-sec"},
	{"an inverse potential", "/volt"}, {"a charge over a length", "coul/m"}, {"a potential over a temperature", "volt/K"},
	{"an energy over a temperature", "joule/K"}, {"a mass", "kg"}, {"a slope of current", "amp/sec"},
	{"an inverse length", "/m"}, {"a frequency of temperature", "K/sec"}, {"a conductivity", "mho/m"},
}

// usual are the units in which Name writes a quantity when it can.
var usual = []string{"", "mV", "ms", "/ms", "nA", "mA/cm2", "uS", "S/cm2", "mM", "um", "um2", "degC", "mV/ms", "mM/ms", "uA/cm2",
	"A/cm2", "pA/um2", "V", "uV", "mA", "pA", "uA", "A", "S", "mS", "nS", "pS", "mS/cm2", "pS/um2", "uS/cm2", "S/m2", "sec", "/sec", "us",
	"min", "um3", "cm", "cm2", "cm3", "m", "mm", "nm", "uM", "M", "nM", "C", "mC", "nC", "pC", "ohm", "Mohm", "kohm", "ohm-cm", "Mohm-um2",
	"ohm-cm2", "kohm-cm2", "uF", "nF", "pF", "F", "uF/cm2", "J", "mJ", "J/degC", "mV/degC", "C/cm3", "mC/cm3", "cm/sec", "cm/ms", "um/ms",
	"um2/ms", "cm2/sec", "/mV", "/mM", "/mM-ms", "/uM-ms", "/M-sec", "/mV-ms", "mA/cm2-mV", "nA/um2", "nA/mV", "mA/cm2-ms", "nA/ms",
	"1000", "0.001", "1e-06", "1e+06", "10000", "0.0001", "1e+09", "1e-09", "100", "0.01", "10", "0.1"}

// names knows what the usual units of .mod files mean, which their UNITS
// blocks say anew each time.
var names = func() *Scope {
	s := NewScope()
	for _, d := range []definition{{"mV", "millivolt"}, {"uV", "microvolt"}, {"A", "amp"}, {"mA", "milliamp"}, {"uA", "microamp"}, {"nA", "nanoamp"},
		{"pA", "picoamp"}, {"S", "siemens"}, {"mS", "millisiemens"}, {"uS", "microsiemens"}, {"nS", "nanosiemens"}, {"pS", "picosiemens"},
		{"M", "1/liter"}, {"mM", "milli/liter"}, {"uM", "micro/liter"}, {"nM", "nano/liter"}, {"um", "micron"}, {"mC", "millicoul"},
		{"nC", "nanocoul"}, {"pC", "picocoul"}, {"Mohm", "megohm"}, {"kohm", "kilohm"}, {"uF", "microfarad"}, {"nF", "nanofarad"},
		{"pF", "picofarad"}, {"F", "farad"}, {"J", "joule"}, {"mJ", "millijoule"}} {
		if err := s.Define(d.name, d.def); err != nil {
			panic("BUG: " + err.Error())
		}
	}
	return s
}()

type namedUnit struct {
	u    Unit
	name string
}

var named = func() []namedUnit {
	var out []namedUnit
	for _, n := range usual {
		if f, err := strconv.ParseFloat(n, 64); err == nil {
			out = append(out, namedUnit{Unit{Factor: f}, n})
			continue
		}
		u, err := names.Parse(n)
		if err != nil {
			panic("BUG: " + err.Error())
		}
		out = append(out, namedUnit{u, n})
	}
	return out
}()

var kindOf = func() map[Dim]string {
	m := map[Dim]string{{}: "a plain number"}
	for _, k := range kinds {
		u, err := names.Parse(k.def)
		if err != nil {
			panic("BUG: " + err.Error())
		}
		if _, twice := m[u.Dim]; twice {
			panic("BUG: two kinds of one dimension, " + k.name)
		}
		m[u.Dim] = k.name
	}
	return m
}()

// Kind names what a dimension measures, "a current density", or is "".
func (d Dim) Kind() string { return kindOf[d] }

// near says whether two factors are the same but for the spelling of
// constants.
func near(a, b float64) bool { return math.Abs(a/b-1) < 1e-5 }

// Equal says whether a number in u is the same number in o.
func (u Unit) Equal(o Unit) bool { return u.Dim == o.Dim && near(u.Factor, o.Factor) }

// Name writes a unit in the usual ones, "mA/cm2", or by its factor and base
// units.
func (u Unit) Name() string {
	for _, n := range named {
		if u.Equal(n.u) {
			return n.name
		}
	}
	f := strconv.FormatFloat(u.Factor, 'g', 6, 64)
	if u.Dim == (Dim{}) {
		return f
	}
	return f + " " + u.Dim.String()
}
