package random

import (
	"bufio"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"
)

// The files of testdata are what NEURON 9.0.2 and NetPyNE 1.1.1 draw; they
// are made by tools/oracle/random_golden.py.

// lines calls f with each line of a golden file that is no comment.
func lines(t *testing.T, file string, f func(no int, line string)) {
	t.Helper()
	r, err := os.Open("testdata/" + file)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	sc := bufio.NewScanner(r)
	n := 0
	for no := 1; sc.Scan(); no++ {
		if !strings.HasPrefix(sc.Text(), "#") {
			n++
			f(no, sc.Text())
		}
	}
	if n == 0 {
		t.Fatalf("%s is empty", file)
	}
}

func floats(t *testing.T, s string) []float64 {
	t.Helper()
	var out []float64
	for _, w := range strings.Fields(s) {
		v, err := strconv.ParseFloat(w, 64)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, v)
	}
	return out
}

// relative is the error against the golden, relative to it.
func relative(got, want float64) float64 {
	if got == want {
		return 0
	}
	return math.Abs(got-want) / math.Abs(want)
}

func TestDistributionsAgainstNEURON(t *testing.T) {
	// What is made of uniforms by exact arithmetic is equal; logarithms and
	// powers may differ in the last bit of the C library.
	exact := map[string]bool{"uniform": true, "discunif": true, "poisson": true, "binomial": true, "geometric": true}
	var r *Random
	var last string
	worst := map[string]float64{}
	lines(t, "random.txt", func(no int, line string) {
		parts := strings.Split(line, "|")
		head := strings.Fields(parts[0])
		ids := strings.Join(head[:3], " ")
		if ids != last {
			v := floats(t, ids)
			r = NewRandom(uint32(v[0]), uint32(v[1]), uint32(v[2]))
			last = ids
		}
		a := append(floats(t, strings.Join(head[4:], " ")), 0)
		var x float64
		switch head[3] {
		case "uniform":
			x = r.Uniform(a[0], a[1])
		case "discunif":
			x = r.DiscUnif(a[0], a[1])
		case "normal":
			x = r.Normal(a[0], a[1])
		case "negexp":
			x = r.NegExp(a[0])
		case "lognormal":
			x = r.LogNormal(a[0], a[1])
		case "poisson":
			x = r.Poisson(a[0])
		case "binomial":
			x = r.Binomial(a[0], a[1])
		case "geometric":
			x = r.Geometric(a[0])
		case "hypergeo":
			x = r.HyperGeo(a[0], a[1])
		case "erlang":
			x = r.Erlang(a[0], a[1])
		case "weibull":
			x = r.Weibull(a[0], a[1])
		default:
			t.Fatalf("line %d: no distribution %q", no, head[3])
		}
		for i, want := range floats(t, parts[1]) {
			if i > 0 {
				x = r.Repick()
			}
			e := relative(x, want)
			if e > 1e-15 || e > 0 && exact[head[3]] {
				t.Errorf("line %d, draw %d: %s = %.17g, want %.17g (%.2g)", no, i, head[3], x, want, e)
			}
			worst[head[3]] = max(worst[head[3]], e)
		}
		if want := floats(t, parts[2])[0]; r.Stream.Seq() != want {
			t.Errorf("line %d: seq() = %v, want %v", no, r.Stream.Seq(), want)
		}
	})
	t.Log("largest relative differences:", worst)
}

func TestStreamAgainstNEURON(t *testing.T) {
	lines(t, "stream.txt", func(no int, line string) {
		head, draws, _ := strings.Cut(line, "|")
		w := strings.Fields(head)
		if w[1] == "index" {
			gix, _ := strconv.ParseUint(w[0], 10, 32)
			s := NewIndexed(1, 2, 3, uint32(gix))
			for i, want := range floats(t, draws) {
				if x := s.Uniform(); x != want {
					t.Errorf("line %d, draw %d: %.17g, want %.17g", no, i, x, want)
				}
			}
			return
		}
		v := floats(t, strings.Join(w[:4], " "))
		args := append(floats(t, strings.Join(w[5:], " ")), 0, 0)
		s := New(uint32(v[0]), uint32(v[1]), uint32(v[2]))
		s.SetSeq(v[3])
		for i, want := range floats(t, draws) {
			var x float64
			tol := 0.0
			switch w[4] {
			case "pick":
				x = float64(s.Uint32())
			case "uni":
				x = s.Uniform()
			case "ne":
				x, tol = s.NegExp(), 1e-15
			case "nem":
				x, tol = s.NegExpMean(args[0]), 1e-15
			case "nor":
				x, tol = s.Normal(), 1e-15
			case "nors":
				x, tol = s.NormalMuSigma(args[0], args[1]), 1e-15
			}
			if e := relative(x, want); !(e <= tol) {
				t.Errorf("line %d, draw %d: %s = %.17g, want %.17g", no, i, w[4], x, want)
			}
		}
	})
}

func TestHashesAgainstNetPyNE(t *testing.T) {
	lines(t, "hash.txt", func(no int, line string) {
		w := strings.Split(line, "\t")
		var got uint32
		if w[0] == "s" {
			got = HashStr(w[1])
		} else {
			var l []int
			for _, v := range strings.Fields(w[1]) {
				n, err := strconv.Atoi(v)
				if err != nil {
					t.Fatal(err)
				}
				l = append(l, n)
			}
			got = HashList(l)
		}
		if strconv.FormatUint(uint64(got), 10) != w[2] {
			t.Errorf("line %d: hash = %d, want %s", no, got, w[2])
		}
	})
}
