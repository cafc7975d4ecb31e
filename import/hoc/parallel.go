package hoc

import (
	"maps"
	"math"
)

// gid is a cell that a ParallelContext knows by number. There is one rank: all
// cells are on it.
type gid struct {
	con    *Con // says what the cell's events are; nil: none yet
	output bool
}

// parallelMethods are those of ParallelContext, on one rank.
func parallelMethods() map[string]method {
	m := settings("multisplit", "mpi_transfer")
	maps.Copy(m, boardMethods())
	for name, f := range map[string]method{
		"id": zero, "nhost": one, "id_world": zero, "nhost_world": one, "id_bbs": zero, "nhost_bbs": one, "nthread": one,
		"barrier": zero, "runworker": zero, "done": zero, "time": zero, "wait_time": zero, "step_time": zero, "integ_time": zero, "event_time": zero,
		"thread_stat": zero, "thread_busywait": zero, "partition": zero, "spike_compress": zero, "spcompress": zero, "max_histogram": zero,
		"mech_time": zero, "step_wait": zero, "send_time": zero, "vtransfer_time": zero, "nworker": zero, "mpiabort_on_error": one, "optimize_node_order": zero, "sec_in_thread": zero,
		"thread_ctime": zero, "thread_how_many_proc": one,
		"t":  func(c *call) value { return number(*c.in.globals["t"]) },
		"dt": func(c *call) value { return number(*c.in.globals["dt"]) },
		"allreduce": func(c *call) value {
			if c.isVector(0) {
				return number(0)
			}
			return number(c.num(0))
		},
		"timeout": func(c *call) value { // nobody is waited for
			old := c.in.board.patience
			c.in.board.patience = c.num(0)
			return number(old)
		},
		"subworlds": func(c *call) value { // of one rank
			c.within(0, 1, 1)
			return number(0)
		},
		// Vectors of one rank: what it sends to itself.
		"alltoall": func(c *call) value {
			from, n, to := c.vector(0), c.vector(1), c.vector(2)
			if c.in.failed {
				return value{}
			}
			if len(n.x) != 1 || n.x[0] != float64(len(from.x)) {
				return c.fail("the counts are those of one rank, %d in all", len(from.x))
			}
			if c.in.room(c.fr, c.pos, len(from.x)-len(to.x)) {
				to.x = append(to.x[:0], from.x...)
			}
			return number(0)
		},
		"allgather": func(c *call) value {
			v := c.vector(1)
			if c.in.failed {
				return value{}
			}
			v.x = []float64{c.num(0)}
			return number(0)
		},
		"broadcast": func(c *call) value {
			if c.isVector(0) {
				return number(float64(len(c.vector(0).x)))
			}
			return number(float64(len(c.str(0))))
		},

		"set_gid2node": func(c *call) value {
			if k := int(cInt(c.num(0))); c.num(1) == 0 && c.in.gids[k] == nil {
				c.in.gids[k] = &gid{}
			}
			return number(0)
		},
		"gid_clear": func(c *call) value {
			for _, g := range c.in.gids {
				g.hold(nil)
			}
			clear(c.in.gids)
			c.in.changes++
			return number(0)
		},
		"gid_exists": func(c *call) value {
			g := c.in.gids[int(cInt(c.num(0)))]
			switch {
			case g == nil:
				return number(0)
			case g.con == nil:
				return number(1)
			case !g.output:
				return number(2)
			}
			return number(3)
		},
		"cell": func(c *call) value {
			k := int(cInt(c.num(0)))
			o := c.obj(1)
			if c.in.failed {
				return value{}
			}
			g := c.in.gids[k]
			if g == nil {
				return c.fail("no set_gid2node has said that the cell %d is here", k)
			}
			if o == nil {
				return c.fail("the NetCon of cell %d is NULLobject", k)
			}
			n, ok := o.native.(*Con)
			if !ok {
				return c.fail("%s is no NetCon", o.Name())
			}
			g.hold(n)
			g.output = c.numOr(2, 1) != 0
			return number(0)
		},
		"outputcell": func(c *call) value {
			if g := c.gid(0); g != nil {
				g.output = true
			}
			return number(0)
		},
		"threshold": func(c *call) value {
			g := c.gid(0)
			if g == nil {
				return value{}
			}
			n := g.con
			if c.has(1) {
				*n.Threshold = c.num(1)
				c.in.changes++
			}
			return number(*n.Threshold)
		},
		"gid2cell": func(c *call) value { return c.cellOf() },
		"gid2obj":  func(c *call) value { return c.cellOf() },
		"gid_connect": func(c *call) value {
			g, target := c.gid(0), c.obj(1)
			if c.in.failed {
				return value{}
			}
			from := g.con
			n := &Con{Source: from.Source, From: from.From, Sec: from.Sec, Threshold: from.Threshold, Delay: 1, Pos: c.fr.pos(c.pos),
				source: from.source, from: from.from, watch: from.watch, target: target}
			size := 1
			if target != nil {
				p, ok := target.native.(*Process)
				if !ok {
					return c.fail("the target %s receives no events", target.Name())
				}
				n.To = p
				p.join(n)
				size = 0
				if r := p.Mech.Def.Receive; r != nil {
					size = max(len(r.Args), 1)
				}
			}
			n.From.join(n)
			n.Weight = make([]float64, size)
			c.in.changes++
			n.watch.users++
			v := c.object("NetCon", n)
			n.born = v.o.born
			cl := c.in.classes["NetCon"]
			cl.objects = append(cl.objects, v.o)
			return v
		},
		"spike_record": func(c *call) value {
			t, ids := c.vector(1), c.vector(2)
			if c.in.failed {
				return value{}
			}
			t.watching, ids.watching = true, true
			record := func(k int, g *gid) {
				if g != nil && g.con != nil {
					w := g.con.watch
					w.times, w.ids, w.id = t, ids, float64(k)
				}
			}
			if c.isVector(0) {
				for _, x := range c.vector(0).x {
					record(int(x), c.in.gids[int(x)])
				}
				return number(0)
			}
			switch k := int(cInt(c.num(0))); {
			case k >= 0:
				if g := c.gid(0); g != nil {
					record(k, g)
				}
			default:
				for k, g := range c.in.gids {
					record(k, g)
				}
			}
			return number(0)
		},
		"set_maxstep": func(c *call) value { return number(c.num(0)) }, // there is nobody to exchange spikes with
		"psolve": func(c *call) value {
			until := c.num(0)
			dt := *c.in.globals["dt"]
			// The number of steps is fixed beforehand.
			for n := math.Floor((until-*c.in.globals["t"])/dt + 1e-9); n > 0 && !c.in.failed; n-- {
				c.in.fadvance(c)
			}
			return number(0)
		},
	} {
		m[name] = f
	}
	m["source_var"], m["target_var"], m["setup_transfer"] = sourceVar, targetVar, setupTransfer
	return m
}

// gid is argument i, a cell whose source is known; nil after an error.
func (c *call) gid(i int) *gid {
	k := int(cInt(c.num(i)))
	if c.in.failed {
		return nil
	}
	g := c.in.gids[k]
	if g == nil || g.con == nil {
		c.fail("no cell %d: set_gid2node and cell come first", k)
		return nil
	}
	return g
}

// cellOf is the object that a gid's events come from.
func (c *call) cellOf() value {
	g := c.gid(0)
	if g == nil {
		return value{}
	}
	n := g.con
	if n.from != nil {
		return object(n.from)
	}
	if n.Sec != nil {
		o, _ := n.Sec.Owner.(*Object)
		return object(o)
	}
	return object(nil)
}
