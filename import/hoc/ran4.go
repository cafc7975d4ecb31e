package hoc

import (
	"github.com/rallsim/rall/ir/mech"
	"github.com/rallsim/rall/runtime/vec"
)

// mcellRan4 is mcell_ran4(&index): a number from 0 up to 1, a hash of the index,
// which counts on, and of the low index of mcell_ran4_init.
func (c *call) mcellRan4() value {
	p := c.ref(0)
	if c.in.failed {
		return value{}
	}
	index := uint32(cInt(*p))
	next := float64(index + 1)
	*p = next
	c.in.tell(c.fr, c.pos, c.in.refs[p], p, next)
	return number(vec.Ran4(float64(index), float64(c.in.ran4Low)))
}

// mcellRan4Init sets the low index, also of the mechanisms that draw by
// mcell_ran4, and returns the one before.
func (c *call) mcellRan4Init() value {
	was := c.in.ran4Low
	if c.has(0) {
		x := c.num(0)
		switch {
		case c.in.failed:
			return value{}
		case !(x >= 0 && x <= 4294967295):
			return c.fail("mcell_ran4_init takes an index from 0 to 4294967295, not %g", x)
		}
		c.in.ran4Low = uint32(x)
		for _, name := range c.in.Tree.Mechs.Names() {
			p := c.in.globals[mech.Ran4Low+"_"+name]
			if p == nil {
				continue
			}
			*p = float64(c.in.ran4Low)
			c.in.tell(c.fr, c.pos, Ref{Kind: GlobalRef, Mech: c.in.Tree.Mechs.Get(name), Name: mech.Ran4Low}, p, *p)
		}
	}
	return number(float64(was))
}

// useRan4 is use_mcell_ran4([0 or 1]), which returns what was set before. In NEURON 9 either
// means the same generator.
func (c *call) useRan4() value {
	was := c.in.ran4Used
	if c.has(0) {
		c.in.ran4Used = c.num(0)
	}
	return number(was)
}
