package hoc

import (
	"github.com/rallsim/rall/internal/random"
)

// mechRandom is a RANDOM variable of a point process or artificial cell, as a
// program sees it: NEURON's class NMODLRandom.
type mechRandom struct {
	of   *Object // the process, which it does not keep; nil if the program made it itself
	name string
}

func newMechRandom(*call) any { return &mechRandom{} }

// stream is what the variable draws from, now and in the run; nil after an error.
func (r *mechRandom) stream(c *call) *random.Stream {
	if r.of == nil || r.of.gone {
		c.fail("it belongs to no mechanism")
		return nil
	}
	p := r.of.native.(*Process)
	if c.in.run != nil {
		if s := c.in.run.Stream(p, r.name); s != nil {
			return s
		}
	}
	s := p.Streams[r.name]
	return &s.Stream
}

// whole returns argument i, a number of 0..2^32-1 whose fraction is cut.
func (c *call) whole(i int) uint32 {
	x := c.num(i)
	if !c.in.failed && !(x >= 0 && x <= 1<<32-1) {
		c.fail("argument %d is %g; expected 0 to 4294967295", i+1, x)
	}
	if c.in.failed {
		return 0
	}
	return uint32(x)
}

func mechRandomMethods() map[string]method {
	with := func(f func(c *call, s *random.Stream) value) method {
		return func(c *call) value {
			s := c.o.native.(*mechRandom).stream(c)
			if s == nil {
				return value{}
			}
			return f(c, s)
		}
	}
	return map[string]method{
		"set_ids": with(func(c *call, s *random.Stream) value {
			ids := [3]uint32{c.whole(0), c.whole(1), c.whole(2)}
			if c.in.failed {
				return value{}
			}
			s.SetIDs(ids[0], ids[1], ids[2])
			c.in.seeded = append(c.in.seeded, c.o.native.(*mechRandom).of.native.(*Process).Pos)
			return c.self()
		}),
		"get_ids": with(func(c *call, s *random.Stream) value {
			a, b, d := s.IDs()
			if !c.room(3) {
				return value{}
			}
			return c.object("Vector", &vector{x: []float64{float64(a), float64(b), float64(d)}})
		}),
		"set_seq": with(func(c *call, s *random.Stream) value {
			if x := c.num(0); !c.in.failed {
				s.SetSeq(x)
			}
			return c.self()
		}),
		"get_seq": with(func(_ *call, s *random.Stream) value { return number(s.Seq()) }),
		"uniform": with(func(_ *call, s *random.Stream) value { return number(s.Uniform()) }),
	}
}
