package vec

import "testing"

// The values are NEURON 9.0.2's h.nernst and h.ghk at 6.3 degC.
func TestIonAgainstNEURON(t *testing.T) {
	for _, c := range []struct {
		name      string
		got, want float64
	}{
		{"nernst ca", Nernst(5e-5, 2, 2, 6.3), 127.58951061761749},
		{"ghk", GHK(-65, 5e-5, 2, 2, 6.3), -2092.939529471584},
		{"ghk near 0", GHK(0.001, 5e-5, 2, 2, 6.3), -385.9156528528281},
		{"nernst z 0", Nernst(1, 2, 0, 6.3), 0},
		{"nernst ci 0", Nernst(0, 2, 1, 6.3), 1e6},
		{"nernst co 0", Nernst(1, 0, 1, 6.3), -1e6},
	} {
		if c.got != c.want {
			t.Errorf("%s = %v, want %v", c.name, c.got, c.want)
		}
	}
}
