package eval_test

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/mech"
	"github.com/rallsim/rall/ir/mech/codegen"
	"github.com/rallsim/rall/ir/mech/eval"
	"github.com/rallsim/rall/nmodl"
	"github.com/rallsim/rall/runtime/kernel"
	"github.com/rallsim/rall/runtime/vm"
)

// memory holds every variable of an instance by itself.
type memory struct {
	d     *mech.Def
	vals  map[mech.VarID][]float64
	said  []string
	work  int
	limit int
}

var errLimit = errors.New("too long")

func newMemory(d *mech.Def) *memory {
	m := &memory{d: d, vals: map[mech.VarID][]float64{}, limit: 1 << 17}
	for i := range d.Vars {
		v := make([]float64, max(1, d.Vars[i].Array))
		for k := range v {
			v[k] = d.Vars[i].Default
		}
		m.vals[mech.VarID(i)] = v
	}
	return m
}

func (m *memory) Load(v mech.VarID, k int) (float64, error) {
	if k < 0 || k >= len(m.vals[v]) {
		return 0, fmt.Errorf("BUG: element %d of %s", k, m.d.Vars[v].Name)
	}
	return m.vals[v][k], nil
}

func (m *memory) Store(v mech.VarID, k int, x float64) error {
	m.vals[v][k] = x
	return nil
}

func (m *memory) Grid(i int, args []float64) (float64, error) {
	s := float64(i)
	for _, a := range args {
		s += a
	}
	return s, nil
}

func (m *memory) Len(v mech.VarID) int { return -1 }

func (m *memory) Draw(v mech.VarID, fn mech.Builtin) (float64, error) {
	return 0, errors.New("no streams")
}

func (m *memory) SetSeq(v mech.VarID, id int, x float64) error { return errors.New("no streams") }

func (m *memory) Celsius() (float64, error) { return 6.3, nil }
func (m *memory) Print(text string)         { m.said = append(m.said, text) }
func (m *memory) Work(n int) error {
	if m.work += n; m.work > m.limit {
		return errLimit
	}
	return nil
}

func (m *memory) set(name string, x float64) {
	for i := range m.d.Vars {
		if m.d.Vars[i].Name == name {
			m.vals[mech.VarID(i)][0] = x
		}
	}
}

const head = `NEURON { SUFFIX m RANGE a, b, y, w GLOBAL c }
PARAMETER { a b c = 1.5 w[3] }
ASSIGNED { y z }
BREAKPOINT { y = f(a, b) }
`

// nobody is the host of instances that ask for nothing.
type nobody struct{ kernel.Host }

func (nobody) Printf(int, string, []float64) {}
func (nobody) Failed(int, string)            {}

// TestAgainstKernels: a function has the value, bit for bit, that it has in a
// kernel.
func TestAgainstKernels(t *testing.T) {
	for _, src := range []string{
		"FUNCTION f(x, q) { f = x*q + x/(q + 3) - -x^2 }",
		"FUNCTION f(x, q) { f = exp(-x*x) + sin(q)*cos(x) + tanh(x) + atan(q) }",
		"FUNCTION f(x, q) { f = log(1 + x*x) + log10(2 + q*q) + sqrt(fabs(x)) + fabs(q) }",
		"FUNCTION f(x, q) { f = pow(fabs(x) + .1, q) + floor(q) + ceil(x) + fmod(x, .3) }",
		"FUNCTION f(x, q) { f = sinh(x) + cosh(q) + asin(x/9) + acos(q/9) + tan(x) + atan2(x, q) }",
		"FUNCTION f(x, q) { if (x < q && x > -1 || !(q <= 0)) { f = x } else if (x == q) { f = 2 } else { f = q } }",
		"FUNCTION f(x, q) { LOCAL i, s\n s = 0\n i = 0\n while (i < 5 + x) { s = s + i*q  i = i + 1 }\n f = s }",
		"FUNCTION f(x, q) { LOCAL s\n s = 0\n FROM i = 0 TO 7 { s = s*x + i }\n f = s }",
		"FUNCTION f(x, q) { LOCAL s\n s = x\n FROM i = 6 TO 0 BY -2 { s = s + i/(1 + s*s) }\n f = s }",
		"FUNCTION f(x, q) { f = g(x) + h(q, g(q)) }\nFUNCTION g(x) { g = x*c }\nFUNCTION h(x, q) { p(x)  h = z + q }\nPROCEDURE p(x) { z = x + 1 }",
		"FUNCTION f(x, q) { LOCAL s\n s = 0\n FROM i = 0 TO 2 { w[i] = x*i + q }\n FROM i = 0 TO 2 { s = s + w[2 - i]*i }\n f = s }",
		"FUNCTION f(x, q) { LOCAL s\n s = x\n FROM i = 0 TO 6 BY 2 { s = s + i/(1 + s*s) }\n f = s }",
		"FUNCTION f(x, q) { LOCAL i, k\n i = fmod(fabs(x), 3)\n k = fmod(fabs(q), 2)\n f = w[i] + w[k + 1] }",
		"FUNCTION f(x, q) { p(x)  f = z + q }\nPROCEDURE p(x) { TABLE z DEPEND c FROM -4 TO 4 WITH 13\n z = exp(x*c) }",
		"FUNCTION f(x, q) { f = g(x) + g(q) }\nFUNCTION g(x) { TABLE FROM -2 TO 2 WITH 7\n g = x*x*x }",
		"FUNCTION f(x, q) { if (x > 100) { f = 1 } }",
	} {
		t.Run(src, func(t *testing.T) {
			var l diag.List
			d := nmodl.Compile("m.mod", []byte(head+src+"\n"), nil, &l)
			if d == nil {
				t.Fatal(l.Err())
			}
			p := codegen.Compile(d, codegen.Options{}, &l)
			if p == nil {
				t.Fatal(l.Err())
			}
			const n = 40
			f := &kernel.Frame{N: n, Host: nobody{}}
			y := -1
			for _, c := range p.Columns {
				if c.Name == "y" {
					y = len(f.Columns)
				}
				for k := range c.Len {
					col := make([]float64, n)
					for i := range col {
						col[i] = value(c.Name, k, i)
					}
					f.Columns = append(f.Columns, col)
				}
			}
			for _, u := range p.Uniforms {
				f.Uniforms = append(f.Uniforms, u.Default)
			}
			for range p.Ports {
				f.Ports = append(f.Ports, kernel.PortData{Data: make([]float64, n)})
			}
			vm.BuildTables(p, f)
			b := vm.Interp{}
			if p.Prepare != nil {
				b.Run(p, p.Prepare, f, 0, n)
			}
			if p.State == nil || y < 0 {
				t.Fatal("nothing is computed")
			}
			b.Run(p, p.State, f, 0, n)
			fn, varies := -1, map[float64]bool{}
			for i := range d.Funcs {
				if d.Funcs[i].Name == "f" {
					fn = i
				}
			}
			for i := range n {
				m := newMemory(d)
				m.set("c", 1.5)
				for k := range 3 {
					for id := range d.Vars {
						if d.Vars[id].Name == "w" {
							m.vals[mech.VarID(id)][k] = value("w", k, i)
						}
					}
				}
				x, err := eval.Call(d, fn, []float64{value("a", 0, i), value("b", 0, i)}, m)
				if err != nil {
					t.Fatal(err)
				}
				if want := f.Columns[y][i]; math.Float64bits(x) != math.Float64bits(want) && !(x != x && want != want) {
					t.Errorf("f(%g, %g) is %v, in a kernel %v", value("a", 0, i), value("b", 0, i), x, want)
				}
				varies[x] = true
			}
			if len(varies) < 2 && !strings.Contains(src, "100") {
				t.Error("the value does not vary")
			}
		})
	}
}

// value is what element k of a variable is in instance i.
func value(name string, k, i int) float64 {
	r := rand.New(rand.NewPCG(uint64(i), uint64(len(name)*100+int(name[0])*7+k)))
	if i == 0 {
		return 0
	}
	return 4*r.Float64() - 2
}

// TestEnds: what ends a call, and where.
func TestEnds(t *testing.T) {
	for src, want := range map[string]string{
		"FUNCTION f(x, q) { while (1) { f = f + 1 } }":                                        "m.mod:5:20: too long",
		"FUNCTION f(x, q) { FROM i = 0 TO 1000000000 { f = f + i } }":                         "m.mod:5:20: too long",
		"FUNCTION f(x, q) { if (x > -1000) { f = 1 + f(x + 1, q) } }":                         "nest more than 200 deep",
		"FUNCTION f(x, q) { if (x < 150) { f = f(x + 1, q) + f(x + 1, q) } }":                 "too long",
		"FUNCTION f(x, q) { f = scop_random() }":                                              "no streams",
		"PROCEDURE g() { y = 7  printf(\"%g %g\", y, 2*y) }\nFUNCTION f(x, q) { g()  f = y }": "",
	} {
		var l diag.List
		d := nmodl.Compile("m.mod", []byte(head+src+"\n"), nil, &l)
		if d == nil {
			t.Errorf("%s: %v", src, l.Err())
			continue
		}
		m := newMemory(d)
		for i := range d.Funcs {
			if d.Funcs[i].Name != "f" {
				continue
			}
			x, err := eval.Call(d, i, []float64{1, 2}, m)
			if want == "" {
				if err != nil || x != 7 || len(m.said) != 1 || m.said[0] != "7 14" {
					t.Errorf("%s: %g, %v, %q", src, x, err, m.said)
				}
				continue
			}
			found := false
			for _, w := range strings.Split(want, "|") {
				found = found || err != nil && strings.Contains(err.Error(), w)
			}
			if !found {
				t.Errorf("%s: %v, not %q", src, err, want)
			}
		}
	}
}

// FuzzCall calls every function of a text. Whatever it holds, a call ends, with
// a value or an error.
func FuzzCall(f *testing.F) {
	for _, s := range []string{
		"FUNCTION f(x, q) { LOCAL s\n s = 0\n FROM i = 0 TO 2 { w[i] = x*i + q }\n while (s < 9) { s = s + w[2] }\n f = s }",
		"FUNCTION f(x, q) { f = g(x) + g(q) }\nFUNCTION g(x) { TABLE FROM -2 TO 2 WITH 7\n g = x*x*x }",
		"FUNCTION f(x, q) { f = f(x - 1, q) + nernst(x, q, 1) + ghk(x, q, 1, 2) }",
		"FUNCTION f(x, q) { if (x > q) { f = t1(x) } else { printf(\"%g\", q) } }\nFUNCTION_TABLE t1(x)",
		"FUNCTION f(x, q) { f = exprelr(x) + min(x, q) + scop_random() }",
	} {
		f.Add(s, 1.0, 2.0)
	}
	f.Fuzz(func(t *testing.T, src string, a, b float64) {
		var l diag.List
		d := nmodl.Compile("m.mod", []byte(head+src), nil, &l)
		if d == nil {
			return
		}
		for i := range d.Funcs {
			m := newMemory(d)
			m.limit = 10_000
			args := []float64{a, b, 1, 2, 3, 4, 5, 6, 7, 8}
			n := d.Funcs[i].NArgs
			for len(args) < n {
				args = append(args, a)
			}
			if _, err := eval.Call(d, i, args[:n], m); err != nil && err.Error() == "" {
				t.Fatal("an error without words")
			}
		}
	})
}
