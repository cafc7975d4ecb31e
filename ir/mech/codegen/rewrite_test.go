package codegen_test

import (
	"bytes"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/rallsim/rall/ir/mech/codegen"
	"github.com/rallsim/rall/runtime/kernel"
	"github.com/rallsim/rall/runtime/vm"
)

// Every pass, as the text of an entry before and after it.
func TestPasses(t *testing.T) {
	files, err := filepath.Glob("testdata/passes/*.txtar")
	if err != nil || len(files) < 6 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	header := regexp.MustCompile(`(?m)^pass: (\w+)\nentry: (\w+)$`)
	for _, file := range files {
		ar, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		h := header.FindSubmatch(ar.Comment)
		if h == nil || len(ar.Files) != 3 {
			t.Fatalf("%s: not a test of a pass", file)
		}
		pass, entry := string(h[1]), string(h[2])
		last, before, after := "", "", ""
		compile(t, file, string(ar.Files[0].Data), codegen.Options{Dump: func(name, text string) {
			if name == pass && after == "" {
				before, after = section(last, entry), section(text, entry)
			}
			last = text
		}})
		switch {
		case after == "":
			t.Errorf("%s: there is no pass %s, or no %s", file, pass, entry)
		case before == after:
			t.Errorf("%s: %s changes nothing\n%s", file, pass, after)
		case *update:
			ar.Files[1].Data, ar.Files[2].Data = []byte(before), []byte(after)
			if err := os.WriteFile(file, txtar.Format(ar), 0o666); err != nil {
				t.Fatal(err)
			}
		case !bytes.Equal(ar.Files[1].Data, []byte(before)), !bytes.Equal(ar.Files[2].Data, []byte(after)):
			t.Errorf("%s: before %s there is now\n%safter it\n%s", file, pass, before, after)
		}
	}
}

// section is the code of one entry in a printed program.
func section(text, entry string) string {
	_, rest, ok := strings.Cut(text, "\n"+entry+": ")
	if !ok {
		return ""
	}
	_, rest, _ = strings.Cut(rest, "\n")
	var b strings.Builder
	for line := range strings.Lines(rest) {
		if !strings.HasPrefix(line, "  ") {
			break
		}
		b.WriteString(line)
	}
	return b.String()
}

// TestRewritten: what the passes change is rounding and nothing else, for every
// mechanism, and each of them changes something somewhere.
func TestRewritten(t *testing.T) {
	all := builtins(t)
	worst, where := 0.0, ""
	for _, name := range names(all) {
		p := compile(t, name, all[name], codegen.Options{KeepInvariants: true})
		q := compile(t, name, all[name], codegen.Options{KeepInvariants: true, AsWritten: true})
		if p.String() == q.String() || kernel.Uses(p, kernel.Draw) {
			continue
		}
		const n = 200
		a, b := frame(p, sequence(n), false), frame(q, sequence(n), false)
		p.Receive, q.Receive = nil, nil
		steps(vm.Interp{}, p, a, 4)
		steps(vm.Interp{}, q, b, 4)
		for c := range b.Columns {
			size := 0.0
			for _, x := range b.Columns[c] {
				if !math.IsInf(x, 0) {
					size = math.Max(size, math.Abs(x))
				}
			}
			for i, x := range b.Columns[c] {
				y := a.Columns[c][i]
				if x == y || x != x && y != y {
					continue
				}
				if d := math.Abs(x-y) / size; !(d <= worst) {
					worst, where = d, name
				}
			}
		}
	}
	t.Logf("worst difference relative to the column's largest value %.3g (%s)", worst, where)
	if !(worst > 0 && worst < 1e-13) {
		t.Errorf("the passes change a result by %.3g of the column's largest value (%s)", worst, where)
	}
}

// What a pass makes for the prologue, here -0.001 of -x*(dt*0.001), stands
// before what reads it there: Compile panics at a program that is not sound.
func TestPrologueInOrder(t *testing.T) {
	p := compile(t, "prologue", `NEURON { SUFFIX prologue NONSPECIFIC_CURRENT i RANGE p, g }
PARAMETER { g = 1e-4 }
ASSIGNED { v i p dt }
BREAKPOINT {
	p = exp(-(g*exp(v/10))*(dt*(1e-3)))
	i = g*p*v
}`, codegen.Options{})
	if p.Current == nil {
		t.Fatal("no current")
	}
}

// What a loop carries from round to round decides when it ends: 49*(1/49) is
// less than 1, and 49/49 is not.
func TestRoundsOfLoops(t *testing.T) {
	p := compile(t, "rounds", `NEURON { SUFFIX rounds RANGE k, n, q }
PARAMETER { k = 49 }
ASSIGNED { v n q }
BREAKPOINT {
	LOCAL x
	n = 0
	x = k
	while (x >= 1) { x = x/49  n = n + 1 }
	if (v > -1e6) { while (x > 0.5) { x = 0 } x = k/49 }
	q = floor(x)
}`, codegen.Options{})
	f := frame(p, sequence(9), false)
	columns := map[string][]float64{}
	for i, c := range p.Columns {
		columns[c.Name] = f.Columns[i]
	}
	for i := range columns["k"] {
		columns["k"][i] = 49
	}
	vm.Interp{}.Run(p, p.Prepare, f, 0, f.N)
	vm.Interp{}.Run(p, p.State, f, 0, f.N)
	for name, want := range map[string]float64{"n": 2, "q": 1} {
		for i, x := range columns[name] {
			if x != want {
				t.Fatalf("%s of instance %d is %v, want %v\n%s", name, i, x, want, p)
			}
		}
	}
}
