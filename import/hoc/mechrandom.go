package hoc

import (
	"slices"

	"github.com/rallsim/rall/import/hoc/syntax"
	"github.com/rallsim/rall/import/hoc/tree"
	"github.com/rallsim/rall/internal/random"
)

// mechRandom is a RANDOM variable of an instance, as a program sees it:
// NEURON's class NMODLRandom. It keeps nothing alive; one that the program has
// made itself belongs to nobody.
type mechRandom struct {
	of   *Object // the point process or artificial cell, or
	node *tree.Node
	inst *tree.Inst // of the density mechanism at node
	name string
}

// randomAt returns a RANDOM variable of a density mechanism.
func (in *Interp) randomAt(fr *frame, at syntax.Pos, p place, n *tree.Node) value {
	inst := in.inserted(fr, at, p, n)
	if inst == nil {
		return value{}
	}
	c := &call{in: in, fr: fr, pos: at, name: p.rng.name}
	return c.object("NMODLRandom", &mechRandom{node: n, inst: inst, name: p.rng.random})
}

func newMechRandom(*call) any { return &mechRandom{} }

// stream is what the variable draws from, now and in the run; nil after an error.
func (r *mechRandom) stream(c *call) *random.Stream {
	inst := r.inst
	switch {
	case inst != nil && !r.node.Sec.Gone && slices.Contains(r.node.Sec.Nodes, r.node) && slices.Contains(r.node.Mechs, inst):
	case r.of != nil && !r.of.gone:
		inst = r.of.native.(*Process).Inst
	default:
		c.fail("it belongs to no mechanism")
		return nil
	}
	return c.in.drawsFrom(inst, r.name)
}

// drawsFrom is the stream of an instance as it is now.
func (in *Interp) drawsFrom(inst *tree.Inst, name string) *random.Stream {
	if in.run != nil {
		if s := in.run.Stream(inst, name); s != nil {
			return s
		}
	}
	return &inst.Streams[name].Stream
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
			c.in.seeded = append(c.in.seeded, c.fr.pos(c.pos))
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
