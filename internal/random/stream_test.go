package random

import (
	"math"
	"testing"
)

// The known answers of the Random123 distribution for philox4x32-10.
func TestPhiloxKnownAnswers(t *testing.T) {
	for _, c := range []struct {
		ctr  [4]uint32
		key  [2]uint32
		want [4]uint32
	}{
		{[4]uint32{}, [2]uint32{}, [4]uint32{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
		{[4]uint32{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, [2]uint32{0xffffffff, 0xffffffff},
			[4]uint32{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
		{[4]uint32{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, [2]uint32{0xa4093822, 0x299f31d0},
			[4]uint32{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
	} {
		if got := Philox(c.ctr, c.key); got != c.want {
			t.Errorf("Philox(%x, %x) = %x, want %x", c.ctr, c.key, got, c.want)
		}
	}
}

func TestStateGoesOnWhereItWas(t *testing.T) {
	for skip := range 9 {
		s := NewIndexed(1, 2, 3, 4)
		for range skip {
			s.Uint32()
		}
		first := s
		if x, y := polar(&first); s.PairedNormal() != x {
			t.Errorf("skip %d: the first of a pair is another", skip)
		} else if c := (Stream{}); skip%2 > 0 {
			c.SetState(s.State())
			if c.PairedNormal() != y || s.PairedNormal() != y {
				t.Errorf("skip %d: the second of a pair is another", skip)
			}
		}
		at := s.Seq()
		var c Stream
		c.SetState(s.State())
		d := s // a copy is a stream of its own
		for i := range 10 {
			a, b := s.Uint32(), c.Uint32()
			if a != b {
				t.Fatalf("skip %d, draw %d: %d, restored %d", skip, i, a, b)
			}
		}
		if d.Seq() != at {
			t.Errorf("the copy moved to %v", d.Seq())
		}
	}
}

func TestSetSeq(t *testing.T) {
	for _, c := range []struct{ pos, want float64 }{
		{-1, 0}, {7.9, 7}, {math.NaN(), 0}, {17179869184, 0}, {17179869185, 1}, {1e13, 0}, {17179869183, 17179869183},
	} {
		s := New(1, 2, 3)
		s.SetSeq(c.pos)
		if s.Seq() != c.want {
			t.Errorf("SetSeq(%v): at %v, want %v", c.pos, s.Seq(), c.want)
		}
	}
}

// SetIDs uses up the block in use, as NEURON's random_setids does.
func TestSetIDs(t *testing.T) {
	s, old, other := New(1, 2, 3), New(1, 2, 3), New(4, 5, 6)
	s.Uint32()
	old.Uint32()
	s.SetIDs(4, 5, 6)
	other.SetSeq(4)
	for i := range 8 {
		want := &old
		if i >= 3 {
			want = &other
		}
		if got, w := s.Uint32(), want.Uint32(); got != w {
			t.Errorf("draw %d: %d, want %d", i, got, w)
		}
	}
}

// Keyed streams are part of what a seed means: they must never change.
func TestKeyedIsPinned(t *testing.T) {
	for _, c := range []struct {
		s    Stream
		want uint32
	}{
		{Keyed(1, "pos/EXC", 0), pinned[0]},
		{Keyed(1, "pos/EXC", 1), pinned[1]},
		{Keyed(2, "pos/EXC", 0), pinned[2]},
		{Keyed(1, "conn/E->I/weight", 3, 4), pinned[3]},
	} {
		if got := c.s.Uint32(); got != c.want {
			t.Errorf("%+v draws %d first, want %d", c.s.State(), got, c.want)
		}
	}
}

var pinned = [4]uint32{3345353223, 2193980931, 668117605, 3089291410}

func TestKeyedApart(t *testing.T) {
	seen := map[State]string{}
	add := func(name string, s Stream) {
		if other, ok := seen[s.State()]; ok {
			t.Errorf("%s and %s are one stream", name, other)
		}
		seen[s.State()] = name
	}
	add("seed 1", Keyed(1, "a", 1))
	add("seed 2", Keyed(2, "a", 1))
	add("purpose", Keyed(1, "b", 1))
	add("no identity", Keyed(1, "a"))
	add("two", Keyed(1, "a", 1, 0))
	add("swapped", Keyed(1, "a", 0, 1))
	add("negative", Keyed(-1, "a", 1))
	// An identity must not pass for the end of a purpose.
	add("long purpose", Keyed(1, "a\x01\x00\x00\x00\x00\x00\x00\x00"))
}

// Random123 gives a new generator to the distribution that is there, with
// its cached deviate.
func TestRandom123KeepsTheDistribution(t *testing.T) {
	r := NewRandom(1, 2, 3)
	r.Normal(0, 1)
	twin := NewRandom(1, 2, 3)
	twin.Normal(0, 1)
	r.Random123(9, 9, 9)
	if got, want := r.Repick(), twin.Repick(); got != want {
		t.Errorf("cached deviate %v, want %v", got, want)
	}
	if r.Stream.Seq() != 0 {
		t.Errorf("the cached deviate drew from the new generator")
	}
	var zero Random
	fresh := NewRandom(0, 0, 0)
	if zero.Repick() != fresh.Repick() {
		t.Error("the zero Random is not Normal(0, 1) on stream 0, 0, 0")
	}
}

// What NEURON would not return from, or leaves to C, has an end here.
func TestOddArguments(t *testing.T) {
	r := NewRandom(1, 2, 3)
	for name, x := range map[string]float64{
		"geometric 1":    r.Geometric(1),
		"poisson 1000":   r.Poisson(1000),
		"poisson 0":      r.Poisson(0),
		"binomial -1":    r.Binomial(-1, .5),
		"erlang var 0":   r.Erlang(1, 0),
		"discunif big":   r.DiscUnif(-1e300, 1e300),
		"discunif NaN":   r.DiscUnif(math.NaN(), 3),
		"uniform NaN":    r.Uniform(math.NaN(), 3),
		"normal var < 0": r.Normal(0, -1),
	} {
		t.Log(name, x)
	}
	if x := r.Poisson(0); x != 0 {
		t.Errorf("Poisson(0) = %v", x)
	}
}

func BenchmarkUniform(b *testing.B) {
	s := New(1, 2, 3)
	for b.Loop() {
		s.Uniform()
	}
}

func BenchmarkNegExp(b *testing.B) {
	s := New(1, 2, 3)
	for b.Loop() {
		s.NegExp()
	}
}

func BenchmarkKeyed(b *testing.B) {
	for b.Loop() {
		Keyed(1, "conn/E->I/weight", 3, 4)
	}
}

// Uniforms is Uniform called again and again, from any word of a block and
// over the counter's end.
func TestUniformsAreUniform(t *testing.T) {
	for _, from := range []float64{0, 1, 2, 3, 17179869183 - 9, 17179869183 - 4} {
		for n := range 14 {
			a, b := New(5, 6, 7), New(5, 6, 7)
			a.SetSeq(from)
			b.SetSeq(from)
			if n%2 == 1 {
				a.fill() // a block at hand
			}
			x := make([]float64, n)
			a.Uniforms(x)
			for i, got := range x {
				if want := b.Uniform(); got != want {
					t.Fatalf("from %v, number %d of %d: %v, want %v", from, i, n, got, want)
				}
			}
			if a.State() != b.State() {
				t.Fatalf("from %v, %d numbers: left at %v, want %v", from, n, a.State(), b.State())
			}
		}
	}
}
