package vec

import (
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// atLevels runs f at every level that the machine has, and says which it lacks.
func atLevels(t testing.TB, f func(l Level)) {
	defer SetLevel(CurrentLevel())
	for l := Plain; l <= AVX512; l++ {
		if !SetLevel(l) {
			t.Logf("NOT TESTED: this machine (or build) has no %v", l)
			continue
		}
		if CurrentLevel() != l {
			t.Errorf("level %v is set, %v in use", l, CurrentLevel())
		}
		f(l)
	}
}

// TestAtLevels runs the tests of the block functions at every level: the
// bits are those of the scalar functions and of the loops.
func TestAtLevels(t *testing.T) {
	atLevels(t, func(l Level) {
		t.Run(l.String(), func(t *testing.T) {
			t.Run("Blocks", TestBlocks)
			t.Run("MaskedAndIndexed", TestMaskedAndIndexed)
			t.Run("SameBits", TestSameBits)
			t.Run("Fused", TestFused)
		})
	})
}

// blockFuncs are the functions that have twins, on up to three columns and
// two constants.
var blockFuncs = []struct {
	name string
	f    func(dst, a, b, c []float64, x, y float64)
}{
	{"Add", func(d, a, b, _ []float64, _, _ float64) { Add(d, a, b) }},
	{"Sub", func(d, a, b, _ []float64, _, _ float64) { Sub(d, a, b) }},
	{"Mul", func(d, a, b, _ []float64, _, _ float64) { Mul(d, a, b) }},
	{"Div", func(d, a, b, _ []float64, _, _ float64) { Div(d, a, b) }},
	{"Min", func(d, a, b, _ []float64, _, _ float64) { Min(d, a, b) }},
	{"Max", func(d, a, b, _ []float64, _, _ float64) { Max(d, a, b) }},
	{"AddC", func(d, a, _, _ []float64, x, _ float64) { AddC(d, a, x) }},
	{"SubC", func(d, a, _, _ []float64, x, _ float64) { SubC(d, a, x) }},
	{"MulC", func(d, a, _, _ []float64, x, _ float64) { MulC(d, a, x) }},
	{"DivC", func(d, a, _, _ []float64, x, _ float64) { DivC(d, a, x) }},
	{"RsubC", func(d, a, _, _ []float64, x, _ float64) { RsubC(d, a, x) }},
	{"RdivC", func(d, a, _, _ []float64, x, _ float64) { RdivC(d, a, x) }},
	{"MinC", func(d, a, _, _ []float64, x, _ float64) { MinC(d, a, x) }},
	{"MaxC", func(d, a, _, _ []float64, x, _ float64) { MaxC(d, a, x) }},
	{"FMA", func(d, a, b, c []float64, _, _ float64) { FMA(d, a, b, c) }},
	{"FMAC", func(d, a, _, _ []float64, x, y float64) { FMAC(d, a, x, y) }},
	{"MulAdd", func(d, a, b, c []float64, _, _ float64) { MulAdd(d, a, b, c) }},
	{"Relax", func(d, a, b, c []float64, _, _ float64) { Relax(d, a, b, c) }},
	{"Set", func(d, _, _, _ []float64, x, _ float64) { Set(d, x) }},
	{"Neg", func(d, a, _, _ []float64, _, _ float64) { Neg(d, a) }},
	{"Abs", func(d, a, _, _ []float64, _, _ float64) { Abs(d, a) }},
	{"Sqrt", func(d, a, _, _ []float64, _, _ float64) { Sqrt(d, a) }},
	{"Floor", func(d, a, _, _ []float64, _, _ float64) { Floor(d, a) }},
	{"Ceil", func(d, a, _, _ []float64, _, _ float64) { Ceil(d, a) }},
	{"Flush", func(d, a, _, _ []float64, _, _ float64) { Flush(d, a) }},
	{"FlushMasked", func(d, a, b, _ []float64, _, _ float64) { FlushMasked(d, a, b) }},
	{"Lt", func(d, a, b, _ []float64, _, _ float64) { Lt(d, a, b) }},
	{"Le", func(d, a, b, _ []float64, _, _ float64) { Le(d, a, b) }},
	{"Gt", func(d, a, b, _ []float64, _, _ float64) { Gt(d, a, b) }},
	{"Ge", func(d, a, b, _ []float64, _, _ float64) { Ge(d, a, b) }},
	{"Eq", func(d, a, b, _ []float64, _, _ float64) { Eq(d, a, b) }},
	{"Ne", func(d, a, b, _ []float64, _, _ float64) { Ne(d, a, b) }},
	{"LtC", func(d, a, _, _ []float64, x, _ float64) { LtC(d, a, x) }},
	{"LeC", func(d, a, _, _ []float64, x, _ float64) { LeC(d, a, x) }},
	{"GtC", func(d, a, _, _ []float64, x, _ float64) { GtC(d, a, x) }},
	{"GeC", func(d, a, _, _ []float64, x, _ float64) { GeC(d, a, x) }},
	{"EqC", func(d, a, _, _ []float64, x, _ float64) { EqC(d, a, x) }},
	{"NeC", func(d, a, _, _ []float64, x, _ float64) { NeC(d, a, x) }},
	{"And", func(d, a, b, _ []float64, _, _ float64) { And(d, a, b) }},
	{"Or", func(d, a, b, _ []float64, _, _ float64) { Or(d, a, b) }},
	{"AndNot", func(d, a, b, _ []float64, _, _ float64) { AndNot(d, a, b) }},
	{"Not", func(d, a, _, _ []float64, _, _ float64) { Not(d, a) }},
	{"Select", func(d, a, b, c []float64, _, _ float64) { Select(d, a, b, c) }},
	{"ExpV", func(d, a, _, _ []float64, _, _ float64) { ExpV(d, a) }},
	{"LogV", func(d, a, _, _ []float64, _, _ float64) { LogV(d, a) }},
	{"Expm1V", func(d, a, _, _ []float64, _, _ float64) { Expm1V(d, a) }},
	{"ExprelrV", func(d, a, _, _ []float64, _, _ float64) { ExprelrV(d, a) }},
	{"TanhV", func(d, a, _, _ []float64, _, _ float64) { TanhV(d, a) }},
}

// operands returns n doubles: special ones, any bit pattern, numbers of
// ordinary size, small integers, and zeros, in a mixture that s chooses, so that
// long stretches without an edge occur too.
func operands(s *splitmix, n int) []float64 {
	x := make([]float64, n)
	rare := s.next() % 40
	for i := range x {
		b := s.next()
		ordinary := math.Float64frombits(b&^(0x7ff<<52) | (1023-6+b>>54%14)<<52)
		switch {
		case s.next()%(2+rare) != 0:
			x[i] = ordinary
		case b%4 == 0:
			x[i] = special[b>>8%uint64(len(special))]
		case b%4 == 1:
			x[i] = math.Float64frombits(s.next())
		case b%4 == 2:
			x[i] = float64(b >> 8 % 4)
		default:
			x[i] = ordinary * 150
		}
	}
	return x
}

// TestTwins compares every twin with the loop in Go: at all lengths up to a few
// unrollings, at places that are not aligned, apart and in place. Nothing
// beyond the block may change.
func TestTwins(t *testing.T) {
	const margin = 9
	s := splitmix(4)
	type result struct{ apart, inPlace []float64 }
	for _, f := range blockFuncs {
		for trial := range 600 {
			n := trial % 71
			off := [4]int{int(s.next() % margin), int(s.next() % margin), int(s.next() % margin), int(s.next() % margin)}
			var col [4][]float64
			for i := range col {
				col[i] = operands(&s, n+2*margin)
			}
			k := operands(&s, 2)
			run := func() (r result) {
				at := func(x []float64, i int) []float64 { return x[off[i] : off[i]+n : off[i]+n] }
				r.apart = append(r.apart, col[3]...)
				f.f(at(r.apart, 3), at(col[0], 0), at(col[1], 1), at(col[2], 2), k[0], k[1])
				r.inPlace = append(r.inPlace, col[0]...)
				x := at(r.inPlace, 0)
				f.f(x, x, at(col[1], 1), at(col[2], 2), k[0], k[1])
				return r
			}
			var want result
			atLevels(t, func(l Level) {
				got := run()
				if l == Plain {
					want = got
					return
				}
				for _, p := range [2][2][]float64{{got.apart, want.apart}, {got.inPlace, want.inPlace}} {
					for i := range p[0] {
						if math.Float64bits(p[0][i]) != math.Float64bits(p[1][i]) && (p[0][i] == p[0][i] || p[1][i] == p[1][i]) {
							t.Fatalf("%s, %v, length %d: entry %d is %x, want %x\n%v\n%v\n%v\n%v", f.name, l, n, i, p[0][i], p[1][i], col, k, p[0], p[1])
						}
					}
				}
			})
		}
	}
	for trial := range 400 {
		x := make([]float64, trial%71)
		for i := range x {
			if s.next()%60 == 0 {
				x[i] = operands(&s, 1)[0]
			}
		}
		var want bool
		atLevels(t, func(l Level) {
			if got := Any(x); l == Plain {
				want = got
			} else if got != want {
				t.Fatalf("Any, %v: %v of %v", l, got, x)
			}
		})
	}
}

// TestNoLegacyInstructions looks through the assembly of this package and of
// the tree solver for instructions on vector registers that are not AVX's (some processors
// lose 70 cycles or more where the two kinds meet), and for returns that leave
// the upper halves in use.
func TestNoLegacyInstructions(t *testing.T) {
	files, err := filepath.Glob("../*/*_amd64.s")
	if err != nil || len(files) < 4 {
		t.Fatalf("files %v: %v", files, err)
	}
	register := regexp.MustCompile(`\b[XYZ]([0-9]|[12][0-9]|3[01])\b`)
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		vectors, last := false, ""
		for i, line := range strings.Split(string(text), "\n") {
			line, _, _ = strings.Cut(line, "//")
			f := strings.Fields(line)
			if len(f) == 0 || strings.HasSuffix(f[0], ":") || f[0] == "DATA" {
				continue
			}
			avx := strings.HasPrefix(f[0], "V") || strings.HasPrefix(f[0], "K")
			switch {
			case f[0] == "TEXT":
				vectors, last = false, ""
			case f[0] == "RET" && vectors && last != "VZEROUPPER":
				t.Errorf("%s:%d: returns after %s", file, i+1, last)
			case !avx && register.MatchString(line):
				t.Errorf("%s:%d: %s", file, i+1, line)
			}
			if avx {
				vectors, last = true, f[0]
			}
		}
	}
}

// TestGenerated runs the generator and compares. It is a module of its own,
// whose needs may not be at hand.
func TestGenerated(t *testing.T) {
	dir := t.TempDir()
	if out, err := command("go", "build", "-C", "gen", "-o", filepath.Join(dir, "gen"), "."); err != nil {
		t.Logf("NOT TESTED: the generator cannot be built here: %v\n%s", err, out)
		return
	}
	if out, err := command(filepath.Join(dir, "gen"), "-o", dir); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	names, err := filepath.Glob(filepath.Join(dir, "*.*"))
	if err != nil || len(names) != 5 {
		t.Fatalf("generated %v: %v", names, err)
	}
	for _, name := range names {
		want, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(filepath.Base(name))
		if err != nil || string(got) != string(want) {
			t.Errorf("%s is not what gen writes: run go generate (%v)", filepath.Base(name), err)
		}
	}
}

func command(name string, arg ...string) (string, error) {
	c := exec.Command(name, arg...)
	c.Env = append(os.Environ(), "GOFLAGS=", "GOWORK=off")
	out, err := c.CombinedOutput()
	return string(out), err
}
