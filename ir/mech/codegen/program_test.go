package codegen_test

import (
	"flag"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/mech/codegen"
	"github.com/rallsim/rall/nmodl"
	"github.com/rallsim/rall/runtime/kernel"
	"github.com/rallsim/rall/runtime/vm"
)

var update = flag.Bool("update", false, "rewrite testdata/program")

// The programs of small mechanisms, as text: a change shows what it changes.
func TestPrograms(t *testing.T) {
	for _, name := range []string{"pas", "ExpSyn", "IClamp", "SEClamp", "NetStim"} {
		src, err := os.ReadFile("../../../nmodl/builtin/" + name + ".mod")
		if err != nil {
			t.Fatal(err)
		}
		got := compile(t, name, string(src), codegen.Options{}).String()
		file := filepath.Join("testdata", "program", name+".txt")
		if *update {
			if err := os.WriteFile(file, []byte(got), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if got != string(want) {
			t.Errorf("%s: the program is now\n%s\nwas\n%s", name, got, want)
		}
	}
}

// Compiling twice gives the same program, fingerprint included.
func TestDeterministic(t *testing.T) {
	all := builtins(t)
	for _, name := range names(all) {
		a := compile(t, name, all[name], codegen.Options{}).String()
		for i := 0; i < 3; i++ {
			if b := compile(t, name, all[name], codegen.Options{}).String(); a != b {
				t.Fatalf("%s compiles to\n%s\nand to\n%s", name, a, b)
			}
		}
	}
}

// The exact conductance is NEURON's finite difference up to rounding, and the
// currents are the same bits either way.
func TestExactConductance(t *testing.T) {
	all := builtins(t)
	exact := 0
	for _, name := range names(all) {
		p := compile(t, name, all[name], codegen.Options{})
		q := compile(t, name, all[name], codegen.Options{ConductanceFD: true})
		if p.Current == nil {
			continue
		}
		if !kernel.Uses(p, kernel.AddP) || p.Current == nil {
			t.Errorf("%s has a current entry without currents", name)
		}
		if p.String() != q.String() {
			exact++
		}
		const n = 50
		f, g := frame(p, sequence(n), false), frame(q, sequence(n), false)
		for _, x := range []struct {
			p *kernel.Program
			f *kernel.Frame
		}{{p, f}, {q, g}} {
			if x.p.Init != nil {
				vm.Interp{}.Run(x.p, x.p.Init, x.f, 0, n)
			}
			if x.p.Prepare != nil {
				vm.Interp{}.Run(x.p, x.p.Prepare, x.f, 0, n)
			}
			vm.Interp{}.Run(x.p, x.p.Current, x.f, 0, n)
		}
		find := func(p *kernel.Program, f *kernel.Frame, q kernel.Quantity, ion int) []float64 {
			for i, x := range p.Ports {
				if x.Quantity == q && x.Ion == ion {
					return f.Ports[i].Data
				}
			}
			return nil
		}
		for _, port := range p.Ports {
			x, y := find(p, f, port.Quantity, port.Ion), find(q, g, port.Quantity, port.Ion)
			switch port.Quantity {
			case kernel.Rhs, kernel.IonI:
				for k := range x {
					if x[k] != y[k] && (x[k] == x[k] || y[k] == y[k]) {
						t.Errorf("%s: %s of instance %d is %v, by differences %v", name, port.Quantity, k, x[k], y[k])
						break
					}
				}
			case kernel.D, kernel.IonDI:
				for k := range y {
					if k >= len(x) {
						break
					}
					if d := math.Abs(x[k] - y[k]); d > 1e-7*math.Max(1, math.Abs(y[k])) {
						t.Errorf("%s: %s of instance %d is %v, by differences %v", name, port.Quantity, k, x[k], y[k])
						break
					}
				}
			}
		}
	}
	if exact < 10 {
		t.Errorf("only %d mechanisms have an exact conductance", exact)
	}
}

// What decides between the two ways.
func TestWhenExact(t *testing.T) {
	tests := []struct {
		name, body string
		exact      bool
	}{
		{"ohmic", "i = g*(v - e)", true},
		{"sum", "w = g*3 i = w*(v - e) + 2*v/5 - 1", true},
		{"if on something else", "if (g > 1) { i = g*(v - e) } else { i = v }", true},
		{"if on v", "if (v > e) { i = g*(v - e) } else { i = 0 }", false},
		{"square", "i = g*v*v", false},
		{"inverse", "i = g/(v - e)", false},
		{"exponential", "i = g*exp(v/20)", false},
		{"counts its calls", "w = w + 1 i = g*(v - e)", false},
		{"through a loop", "LOCAL k k = 0 i = 0 while (k < 3) { i = i + g*v k = k + 1 }", false},
		{"constant", "i = g", true},
	}
	for _, c := range tests {
		src := "NEURON { SUFFIX x NONSPECIFIC_CURRENT i RANGE g, e, w }\nPARAMETER { g = 1 e = 2 }\nASSIGNED { v (mV) i (mA/cm2) w }\nBREAKPOINT { " + c.body + " }\n"
		p := compile(t, "x.mod", src, codegen.Options{})
		found := strings.Contains(p.String(), "const 0.001")
		if found == c.exact {
			t.Errorf("%s: exact %v\n%s", c.name, !found, p)
		}
	}
}

// Where variables live.
func TestStorage(t *testing.T) {
	src := `NEURON { SUFFIX x NONSPECIFIC_CURRENT i USEION ca READ cai WRITE cai RANGE g, seen GLOBAL kept, passing, q }
PARAMETER { g = 1 q = 3 }
ASSIGNED { v (mV) i (mA/cm2) seen scratch left kept passing cai (mM) }
STATE { s }
INITIAL { s = 0 kept = g*2 left = 1 passing = 1 }
BREAKPOINT {
    SOLVE st METHOD cnexp
    scratch = s*2
    seen = scratch
    i = g*kept*left*(v - seen)*q
}
DERIVATIVE st { passing = v  s' = passing - s  cai = cai*0.9 }
`
	var l diag.List
	def := nmodl.Compile("x.mod", []byte(src), nil, &l)
	if def == nil {
		t.Fatal(l.Err())
	}
	p := codegen.Compile(def, codegen.Options{}, &l)
	var cols, unis []string
	for _, c := range p.Columns {
		if !c.Hidden {
			cols = append(cols, c.Name)
		}
	}
	for _, u := range p.Uniforms[kernel.UniformFirst:] {
		unis = append(unis, u.Name)
	}
	// scratch and passing do not outlive an entry; kept and left go from INITIAL to BREAKPOINT
	if got := strings.Join(cols, " "); got != "g i seen left kept s" {
		t.Errorf("columns: %s", got)
	}
	if got := strings.Join(unis, " "); !strings.Contains(got, "q") || !strings.Contains(got, "kept") || !strings.Contains(got, "passing") {
		t.Errorf("uniforms: %s", got)
	}
	text := p.String()
	for _, want := range []string{"storeu kept", "storeu passing", "storep ca.in", "loadp ca.in", "loadu q"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
}

func TestFindings(t *testing.T) {
	tests := []struct{ name, src, want string }{
		{"mixed currents", "NEURON { POINT_PROCESS x NONSPECIFIC_CURRENT i ELECTRODE_CURRENT j }\nASSIGNED { v (mV) i (nA) j (nA) }\nBREAKPOINT { i = v j = v }", "electrode"},
		{"shared global", "NEURON { SUFFIX x NONSPECIFIC_CURRENT i GLOBAL m }\nASSIGNED { v (mV) i (mA/cm2) m }\nSTATE { s }\nBREAKPOINT { SOLVE d METHOD cnexp\n i = m*v }\nDERIVATIVE d { m = v s' = m - s }", "each instance has its own"},
	}
	for _, c := range tests {
		var l diag.List
		def := nmodl.Compile("x.mod", []byte(c.src), nil, &l)
		if def != nil {
			codegen.Compile(def, codegen.Options{}, &l)
		}
		found := 0
		for _, d := range l.All() {
			if strings.Contains(d.Msg, c.want) {
				found++
			}
		}
		if found != 1 {
			t.Errorf("%s: %q is said %d times in %v", c.name, c.want, found, l.All())
		}
	}
}
