package hoc

import (
	"github.com/rallsim/rall/ir/diag"
)

// cvodeState is what the program has told CVode. The variable step is not there:
// runs take fixed steps, and the program reads back what it has set.
type cvodeState struct {
	active bool
	at     diag.Pos // where it was made active
	kept   map[string]float64
	scales map[any]float64 // of tolerances, by name or variable
}

// cvodeDefaults are the settings of CVode that are kept, as NEURON's library leaves them.
var cvodeDefaults = map[string]float64{
	"atol": 1e-3, "rtol": 0, "minstep": 0, "maxstep": 1e9, "stiff": 2, "maxorder": 5, "jacobian": 0, "condition_order": 1, "debug_event": 0,
	"use_mxb": 0, "dae_init_dteps": 1e-9, "use_local_dt": 0, "use_daspk": 0, "queue_mode": 0, "cache_efficient": 1,
}

// cvodeMethods are those of CVode.
func cvodeMethods() map[string]method {
	m := settings("poolshrink", "print_event_queue", "store_events", "extra_scatter_gather", "use_parallel", "statename", "statistics", "spike_stat")
	for name := range cvodeDefaults {
		m[name] = func(c *call) value { return c.cvodeSetting(name) }
	}
	m["active"] = func(c *call) value {
		s := &c.in.cvode
		if c.has(0) {
			s.active, s.at = c.num(0) != 0, c.in.userPos(c.fr, c.pos)
		}
		return truth(s.active)
	}
	m["netconlist"] = func(c *call) value { return c.netconList() }
	m["current_method"], m["use_long_double"], m["free_event_queues"], m["diam_change_count"], m["order"] = one, zero, zero, zero, zero
	m["fixed_step"] = func(c *call) value { return c.in.fadvance(c) }
	m["use_fast_imem"], m["simgraph_remove"] = one, zero
	m["structure_change_count"] = func(c *call) value { return number(float64(c.in.changes + c.in.Tree.Changes)) }
	m["solve"] = func(c *call) value { return c.cvodeSolve() }
	m["re_init"] = func(c *call) value {
		if c.in.cvode.active && c.in.begun && (c.in.starting || !c.in.stepping) {
			c.in.fcurrent(c) // what follows a step computes from the new values, as with fixed steps
		}
		return number(0)
	}
	m["atolscale"] = func(c *call) value { return c.cvodeScale() }
	m["event"] = func(c *call) value { return c.event() }
	m["record"] = func(c *call) value {
		p, y, t := c.ref(0), c.vector(1), c.vector(2)
		if c.in.failed {
			return value{}
		}
		fr := &frame{unit: c.fr.unit, scope: c.in.top, data: c.in.topData}
		c.in.stopRecording(y)
		c.in.stopRecording(t)
		c.in.records = append(c.in.records, &recorder{to: y, from: p, ref: c.in.refs[p], fr: fr, pos: c.pos},
			&recorder{to: t, from: c.in.globals["t"], ref: Ref{Kind: TimeRef}, fr: fr, pos: c.pos})
		return number(0)
	}
	m["record_remove"] = func(c *call) value {
		c.in.stopRecording(c.vector(0))
		return number(0)
	}
	return m
}

// cvodeSetting reads a setting, and keeps a new one.
func (c *call) cvodeSetting(name string) value {
	s := &c.in.cvode
	x, ok := s.kept[name]
	if !ok {
		x = cvodeDefaults[name]
	}
	if c.has(0) {
		if x = c.num(0); s.kept == nil {
			s.kept = map[string]float64{}
		}
		s.kept[name] = x
	}
	return number(x)
}

// cvodeScale is atolscale("name" or &variable[, scale]).
func (c *call) cvodeScale() value {
	var of any
	if c.is(0, strKind) {
		of = c.str(0)
	} else {
		of = c.ref(0)
	}
	s := &c.in.cvode
	if c.has(1) {
		if s.scales == nil {
			s.scales = map[any]float64{}
		}
		s.scales[of] = c.num(1)
	}
	if x, ok := s.scales[of]; ok {
		return number(x)
	}
	return number(1)
}

// cvodeSolve is CVode.solve([until]), by fixed steps.
func (c *call) cvodeSolve() value {
	in := c.in
	if !in.cvode.active {
		in.warnOnce(c.fr, c.pos, diag.NrnCompat, "solve", "%s does nothing, since the variable step is not active", c.name)
		return number(0)
	}
	if !c.has(0) {
		in.fadvance(c)
		return number(0)
	}
	until := c.num(0)
	for !in.failed && *in.globals["t"] < until-*in.globals["dt"]/2 && *in.globals["stoprun"] == 0 {
		if in.steps++; in.steps > in.o.Steps {
			return c.fail("the program was stopped after %d statements without a step of the model", in.o.Steps)
		}
		in.fadvance(c)
	}
	return number(0)
}

// fixedSteps says once that the variable step, which the program has made active,
// is not there.
func (in *Interp) fixedSteps(dt float64) {
	if in.cvode.active && !in.said["cvode"] {
		in.said["cvode"] = true
		in.diags.Warnf(diag.Ignored, in.cvode.at, "the variable step is not there: the run takes fixed steps of dt = %g ms", dt)
	}
}
