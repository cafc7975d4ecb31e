package random

import "testing"

// TestMCellRan4 has NEURON 9.0.2's numbers, as
// r = h.Random(); r.MCellRan4(high, low); r.uniform(0, 1); r.repick() prints them.
func TestMCellRan4(t *testing.T) {
	for _, w := range []struct {
		high, low uint32
		u         [2]float64
	}{{17, 0, [2]float64{0.5354416389018297, 0.40769340423867106}}, {3743725032, 0, [2]float64{0.14110872405581176, 0.10085806366987526}}} {
		s := MCellRan4(w.high, w.low)
		var got [2]float64
		s.Uniforms(got[:])
		if got != w.u {
			t.Errorf("MCellRan4(%d, %d): %.17g, NEURON %.17g", w.high, w.low, got, w.u)
		}
		if s.Seq() != float64(w.high)+2 {
			t.Errorf("at %g after two draws", s.Seq())
		}
	}
	if n := MCellRan4Seed(2, 0); n != 3743725032 {
		t.Errorf("the second generator starts at %d, NEURON's at 3743725032", n)
	}
	r := Random{Stream: MCellRan4(17, 5)}
	got := []float64{r.Uniform(0, 1), r.NegExp(1), r.Normal(0, 1), r.Repick()}
	want := []float64{0.05767630529589951, 1.4696497679250298, 0.9399805706920596, 0.9190905795496304}
	for i := range want {
		if d := got[i] - want[i]; !(d < 1e-15 && d > -1e-15) {
			t.Errorf("draw %d of MCellRan4(17, 5): %.17g, NEURON %.17g", i, got[i], want[i])
		}
	}
	// the index goes round, and a copy through State goes on alike
	s := MCellRan4(17, 5)
	s.SetSeq(4294967295)
	var c Stream
	c.SetState(s.State())
	for _, w := range []float64{0.1736709305550903, 0.6267042909748852} {
		if a, b := s.Uniform(), c.Uniform(); a != w || b != w {
			t.Errorf("%.17g and, through State, %.17g; NEURON %.17g", a, b, w)
		}
	}
	if s.Seq() != 1 {
		t.Errorf("at %g", s.Seq())
	}
}
