package unit

import (
	"math"
	"os"
	"strconv"
	"strings"
	"testing"
)

// testdata/neuron-9.0.2.txt holds, a line, two units and the factor between
// them that NEURON 9.0.2's nocmodl writes, as a hexadecimal number.
func TestFactorsAreNEURONs(t *testing.T) {
	text, err := os.ReadFile("testdata/neuron-9.0.2.txt")
	if err != nil {
		t.Fatal(err)
	}
	s := NewScope()
	for _, d := range [][2]string{{"um", "micron"}, {"uF", "microfarad"}, {"molar", "1/liter"}, {"mM", "millimolar"}} {
		if err := s.Define(d[0], d[1]); err != nil {
			t.Fatal(err)
		}
	}
	n := 0
	for line := range strings.Lines(string(text)) {
		f := strings.Split(strings.TrimRight(line, "\n"), "\t")
		if len(f) != 3 {
			t.Fatalf("bad line %q", line)
		}
		want, err := strconv.ParseFloat(f[2], 64)
		if err != nil {
			t.Fatal(err)
		}
		from, err1 := s.Parse(f[0])
		to, err2 := s.Parse(f[1])
		if err1 != nil || err2 != nil {
			t.Errorf("(%s) (%s): %v %v", f[0], f[1], err1, err2)
			continue
		}
		if got := from.Factor / to.Factor; got != want {
			t.Errorf("(%s) (%s) = %x, NEURON has %s", f[0], f[1], got, f[2])
		}
		n++
	}
	if n < 50 {
		t.Errorf("only %d factors were compared", n)
	}
}

func TestScopeRefuses(t *testing.T) {
	s := NewScope()
	for _, u := range []string{"mA", "nowhere", "millinowhere", "mM"} {
		if _, err := s.Parse(u); err == nil {
			t.Errorf("(%s) is known, and NEURON does not know it", u)
		}
	}
	if err := s.Define("volt", "meter"); err == nil {
		t.Error("volt can be defined twice")
	}
}

func TestIn(t *testing.T) {
	for _, c := range []struct {
		in, want string
		v        float64
	}{
		{"18 mV", "mV", 18}, {"18", "mV", 18}, {"-0.065 V", "mV", -65}, {"5 uV", "mV", 0.005}, {"1.5nA", "nA", 1.5},
		{"0.3 mS/cm2", "S/cm2", 0.0003}, {"3 S/m^2", "S/cm2", 0.0003}, {"3 S m-2", "S/cm2", 0.0003},
		{"1 uF/cm**2", "uF/cm2", 1}, {"0.01 F/m2", "uF/cm2", 1}, {"100 ohm cm", "ohm cm", 100}, {"1 ohm*m", "ohm cm", 100},
		{"150 Ohm-cm", "ohm cm", 150}, {"2 kHz", "1/ms", 2}, {"20 Hz", "/s", 20}, {"1 µm", "um", 1}, {"2 nS", "uS", 0.002},
		{"0.1 uM", "mM", 0.0001}, {"1 mol/L", "mM", 1000}, {"34 degC", "degC", 34}, {"300 K", "degC", 26.85},
		{"1e3 Hz", "kHz", 1}, {"2 eV", "J", 2 * 1.602176634e-19}, {"1 MOhm", "ohm", 1e6}, {"1 mOhm", "ohm", 1e-3},
		{"10 mA/cm2", "nA/um2", 0.1}, {"1 pA", "nA", 0.001},
	} {
		got, err := In(c.in, c.want)
		if err != nil || math.Abs(got-c.v) > 1e-13*math.Abs(c.v) {
			t.Errorf("%q in %s = %v, %v; want %v", c.in, c.want, got, err, c.v)
		}
	}
	// powers of ten round once only
	if got, _ := In("18.1 mV", "V"); got != 0.0181 {
		t.Errorf("18.1 mV = %v V", got)
	}
	for _, c := range [][2]string{{"5 mV", "ms"}, {"5 furlongs", "um"}, {"x", "mV"}, {"5 nA/cm2", "nA"}, {"3 mV^^2", "mV"}, {"3 g", "m/s2"}} {
		if v, err := In(c[0], c[1]); err == nil {
			t.Errorf("%q in %s = %v without an error", c[0], c[1], v)
		}
	}
}

func TestDimPrints(t *testing.T) {
	for in, want := range map[string]string{"mV": "m2-kg/sec2-coul", "1/ms": "1/sec", "": "no dimension", "um": "m"} {
		u, err := Parse(in)
		if err != nil || u.Dim.String() != want {
			t.Errorf("%q is %q, %v; want %q", in, u.Dim, err, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"mV", "S/cm2", "1/ms", "ohm-cm", "m9-9", "10000 coulomb", "1.6-19 coul", "1|3 m", "degC", "µm", "m^100 m^100"} {
		f.Add(s)
	}
	sc := NewScope()
	f.Fuzz(func(t *testing.T, s string) {
		Parse(s)
		sc.Parse(s)
		Quantity(s)
	})
}

func TestWords(t *testing.T) {
	s := NewScope()
	for _, c := range [][3]string{
		{"millivolt", "mV", "a potential"}, {"milliamp/cm2", "mA/cm2", "a current density"}, {"siemens/cm2", "S/cm2", "a conductance density"},
		{"milli/liter", "mM", "a concentration"}, {"1", "", "a plain number"}, {"1000", "1000", "a plain number"},
		{"kg3", "1 kg3", ""}, {"33 volt", "33 m2-kg/sec2-coul", "a potential"},
	} {
		u, err := s.Parse(c[0])
		if err != nil {
			t.Fatal(err)
		}
		if u.Name() != c[1] || u.Dim.Kind() != c[2] {
			t.Errorf("(%s) is %s in (%s), want %s in (%s)", c[0], u.Dim.Kind(), u.Name(), c[2], c[1])
		}
	}
}
