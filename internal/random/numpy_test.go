package random

import (
	"fmt"
	"testing"
)

// Draws and permutations of NumPy 2.4.6's default_rng.

func TestPCG64Draws(t *testing.T) {
	p := newPCG64(5)
	for i, want := range []uint64{0xce14abeeabb8e5a8, 0xced5352505cc99f5, 0x83ec603f7806adc0, 0x492a477ca1570476} {
		if got := p.uint64(); got != want {
			t.Errorf("draw %d is %#x, want %#x", i, got, want)
		}
	}
}

func TestNumPyShuffle(t *testing.T) {
	for _, c := range []struct {
		seed uint64
		want []int
	}{
		{0, []int{2, 0, 1}},
		{1, []int{4, 0, 1, 2, 3}},
		{5, []int{7, 17, 3, 1, 13, 9, 11, 12, 2, 4, 16, 10, 6, 0, 15, 5, 14, 8}},
		{1<<40 + 3, []int{16, 4, 30, 18, 37, 35, 34, 12, 25, 21, 5, 7, 9, 23, 2, 11, 22, 38, 10, 26, 28, 19, 24, 6, 39, 36, 33, 14,
			13, 20, 32, 29, 3, 15, 17, 0, 27, 8, 31, 1}},
	} {
		x := make([]float64, len(c.want))
		for i := range x {
			x[i] = float64(i)
		}
		NumPyShuffle(c.seed, x)
		got := make([]int, len(x))
		for i := range x {
			got[i] = int(x[i])
		}
		if fmt.Sprint(got) != fmt.Sprint(c.want) {
			t.Errorf("seed %d: %v, want %v", c.seed, got, c.want)
		}
	}
	// Long enough for draws to be rejected.
	x := make([]float64, 70000)
	for i := range x {
		x[i] = float64(i)
	}
	NumPyShuffle(7, x)
	got := fmt.Sprint(x[:5], x[30000:30003], x[69995:])
	if want := "[15808 48179 11705 6440 12002] [59066 58827 44664] [10036 10050 63842 27285 16809]"; got != want {
		t.Errorf("70000 numbers: %s, want %s", got, want)
	}
}
