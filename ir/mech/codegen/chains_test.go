package codegen_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/rallsim/rall/ir/mech/codegen"
	"github.com/rallsim/rall/runtime/vm"
)

// Mechanisms of operations drawn at random, of the kinds that a backend
// takes together: uniform and other operands around exponentials, divisions and
// comparisons. They compile, and give the same bits in both backends.
func TestChainsAgree(t *testing.T) {
	for seed := range uint64(80) {
		w := chains{rand.New(rand.NewPCG(seed, 7))}
		src := w.mechanism()
		for _, fd := range []bool{false, true} {
			p := compile(t, "x.mod", src, codegen.Options{ConductanceFD: fd})
			for _, n := range []int{1, 17, 70} {
				a, b := frame(p, sequence(n), false), frame(p, sequence(n), false)
				steps(vm.Interp{}, p, a, 3)
				steps(vm.NewBlock(), p, b, 3)
				if x, y := bits(a), bits(b); x != y {
					t.Fatalf("seed %d, %d instances: backends differ\n%s\n%s", seed, n, firstDifference(x, y), src)
				}
			}
		}
	}
}

type chains struct{ *rand.Rand }

func (w chains) one(of ...string) string { return of[w.IntN(len(of))] }

func (w chains) uniform() string {
	return w.one("p", "q", "3", "(-0.5)", "0", "1", "(-p)", "(p*q)", "celsius", "dt", "1e-3")
}

// expr has operations in so many levels.
func (w chains) expr(depth int) string {
	switch {
	case depth == 0 && w.IntN(3) == 0:
		return w.uniform()
	case depth == 0:
		return w.one("v", "p", "q", "a", "b", "x", "y")
	}
	e := func() string { return w.expr(depth - 1) }
	u := func() string {
		if w.IntN(4) == 0 {
			return e()
		}
		return w.uniform()
	}
	switch w.IntN(14) {
	case 0:
		return fmt.Sprintf("(%s+%s)", e(), u())
	case 1:
		return fmt.Sprintf("(%s-%s)", u(), e())
	case 2:
		return fmt.Sprintf("(%s-%s)", e(), u())
	case 3, 4:
		return fmt.Sprintf("(%s*%s)", e(), u())
	case 5:
		return fmt.Sprintf("(-%s)", e())
	case 6:
		return fmt.Sprintf("fabs(%s)", e())
	case 7:
		return fmt.Sprintf("(%s/(%s*%s+%s))", u(), e(), u(), u())
	case 8:
		return fmt.Sprintf("(%s/(%s+%s))", u(), e(), e())
	case 9:
		return fmt.Sprintf("(%s*%s)/(%s*%s+%s)", e(), u(), e(), u(), u())
	case 10:
		return fmt.Sprintf("(%s/%s)", e(), u())
	}
	return fmt.Sprintf("exp(%s/50)", e())
}

func (w chains) condition() string {
	switch w.IntN(4) {
	case 0:
		x := w.expr(1)
		return fmt.Sprintf("%s > %s && %s < %s", x, w.uniform(), x, w.uniform())
	case 1:
		return fmt.Sprintf("fabs(%s) < %s", w.expr(2), w.uniform())
	case 2:
		return fmt.Sprintf("%s < %s && %s < %s", w.uniform(), w.expr(1), w.expr(1), w.uniform())
	}
	return fmt.Sprintf("%s < %s || %s > %s", w.expr(1), w.expr(1), w.expr(1), w.uniform())
}

func (w chains) mechanism() string {
	var b strings.Builder
	for range 6 {
		fmt.Fprintf(&b, "  %s = %s\n", w.one("x", "y"), w.expr(1+w.IntN(4)))
		if w.IntN(3) == 0 {
			fmt.Fprintf(&b, "  if (%s) { a = %s } else { y = %s }\n", w.condition(), w.expr(2), w.expr(2))
		}
	}
	body := b.String()
	return fmt.Sprintf(`NEURON { SUFFIX x NONSPECIFIC_CURRENT i RANGE a, b, c }
PARAMETER { p = 7 q = -20 celsius (degC) }
ASSIGNED { v (mV) i (mA/cm2) a b c dt (ms) }
STATE { m h }
INITIAL { m = 0.1 h = 0.2 a = 0.5 b = -3 }
BREAKPOINT { LOCAL x, y
  SOLVE d METHOD cnexp
  x = 0 y = 1
%s
  b = x + y c = x - p i = m*h*(%s)*(v - q)
}
DERIVATIVE d { LOCAL x, y
  x = v y = v
%s
  m' = (%s - m)/(%s)
  h' = (%s)*(1 - h) - (%s)*h
  b = x*y
}
`, body, w.expr(2), body, w.expr(3), w.expr(3), w.expr(2), w.expr(2))
}

// A switch of many cases, or many ifs that return, take room and time by their
// number: neither the masks of arms in arms nor what follows a jump multiply.
func TestManyCases(t *testing.T) {
	for name, c := range map[string][3]string{
		"breaks":       {"switch (k) {", "case %d: r = %[1]d*2+_lv; break;\n", "default: r = 7; }"},
		"fall-through": {"switch (k) {", "case %d: r += %[1]d*2+_lv; if (r > 5) break;\n", "default: r += 7; }"},
		"returns":      {"", "if (k == %d) return %[1]d*2+_lv;\n", ""},
		"dear":         {"", "if (k == %d) return log(_lv*%[1]d)*exp(_lv-%[1]d)*sin(_lv);\n", ""},
	} {
		length := func(n int) int {
			var b strings.Builder
			b.WriteString("NEURON { SUFFIX x RANGE a }\nASSIGNED { v a }\nBREAKPOINT { a = f(v) }\nFUNCTION f(v) {\nVERBATIM\nint k = (int)_lv; double r = 0;\n" + c[0])
			for i := range n {
				fmt.Fprintf(&b, c[1], i+1)
			}
			b.WriteString(c[2] + "\nreturn r;\nENDVERBATIM\n}\n")
			return strings.Count(compile(t, name, b.String(), codegen.Options{}).String(), "\n")
		}
		short, long := length(100), length(400)
		t.Logf("%s: %d lines of program for 100, %d for 400", name, short, long)
		if long > 5*short {
			t.Errorf("%s: %d lines of program for 100, %d for 400", name, short, long)
		}
	}
}
