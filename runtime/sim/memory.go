package sim

import (
	"github.com/rallsim/rall/internal/held"
)

// CountMemory adds what the network and its run hold to c, by part: the parts'
// names are those of rall inspect --memory. Mechanisms are parts of their own,
// "mechanism " with the name.
func (s *Sim) CountMemory(c *held.Counter) {
	net := s.net
	for i := range net.Mechs {
		c.Add("programs", &net.Mechs[i])
	}
	for i := range net.Groups {
		l := &net.Groups[i]
		for k := range l.Instances {
			c.Add("mechanism "+net.Mechs[l.Instances[k].Mech].Program.Mech, &l.Instances[k])
		}
		for k := range l.Ions {
			c.Add("ions", &l.Ions[k])
		}
		c.Add("edges", &l.Edges)
		c.Add("played and coupled", []any{l.Plays, l.Gives, l.Takes})
		c.Add("nodes", []any{l.Blocks, l.VInit, l.Area, l.Diam, l.Cm, l.A, l.B, l.Layers, l.Detectors})
	}
	c.Add("cells", []any{net.Cells, net.Sources})
	c.Add("places of CVs", &net.CVs)
	for _, g := range s.groups {
		for k := range g.mechs {
			m := &g.mechs[k]
			c.Add("mechanism "+m.prog.Mech, []any{m.lay, m.frame.Columns, m.streams, m.seq, m.watch, m.pointers, m.onto, m.frame.Unread, m.frame.Same, m.steady})
			for p := range m.frame.Ports {
				c.Add("mechanism "+m.prog.Mech, m.frame.Ports[p].Runs)
			}
			c.Add("programs", m.frame.Tables)
		}
		for k := range g.ions {
			c.Add("ions", &g.ions[k])
		}
		c.Add("edges", g.weights)
		c.Add("events", []any{&g.queue, g.out, g.arrivals})
		c.Add("recording", g.records)
		c.Add("played and coupled", []any{g.smooth, g.gives, g.takes, g.shared})
		c.Add("nodes", []any{&g.nodes, g.pointFac, g.membrane, g.layers, g.fired, g.watched, g.runs})
	}
	c.Add("edges", s.reach)
	c.Add("recording", []any{net.Records, s.events, s.own, s.pending, s.columns})
	c.Add("scratch", s)
}
