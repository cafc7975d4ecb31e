package hoc

import "github.com/rallsim/rall/ir/diag"

// Transfer has a variable follow another: what ParallelContext.target_var asks
// for, from setup_transfer on.
type Transfer struct {
	From, To *float64 // known to Model.Refs
	Pos      diag.Pos
}

// transfers are what source_var and target_var have named.
type transfers struct {
	sources map[int64]*float64
	targets []target
	set     []Transfer // by setup_transfer
}

type target struct {
	source int64
	to     *float64
	pos    diag.Pos
}

// sourceVar is source_var(&x, id).
func sourceVar(c *call) value {
	p, id := c.ref(0), cInt(c.num(1))
	if c.in.failed {
		return value{}
	}
	t := &c.in.transfers
	if t.sources[id] != nil {
		return c.fail("source %d is there already", id)
	}
	if k := c.in.refs[p].Kind; k != PotentialRef && k != ElementRef {
		return c.fail("the source is no potential and no variable of a mechanism")
	}
	if t.sources == nil {
		t.sources = map[int64]*float64{}
	}
	t.sources[id] = p
	return number(0)
}

// targetVar is target_var([point process,] &x, id).
func targetVar(c *call) value {
	i := 0
	var owner *Process
	if c.is(0, objKind) {
		i = 1
		if owner = c.process(c.obj(0)); owner == nil {
			return c.fail("the first argument is no point process")
		}
	}
	p, id := c.ref(i), cInt(c.num(i+1))
	if c.in.failed {
		return value{}
	}
	switch r := c.in.refs[p]; {
	case r.Kind != ElementRef:
		return c.fail("the target is no variable of a mechanism")
	case owner != nil && r.Inst != owner.Inst:
		return c.fail("the target is no variable of %s", (*c.args[0].obj).Name())
	}
	c.in.transfers.targets = append(c.in.transfers.targets, target{id, p, c.fr.pos(c.pos)})
	return number(0)
}

// setupTransfer joins targets to their sources.
func setupTransfer(c *call) value {
	t := &c.in.transfers
	t.set = nil
	for _, k := range t.targets {
		from := t.sources[k.source]
		if from == nil {
			return c.fail("no source_var has the number %d that a target_var asks for", k.source)
		}
		t.set = append(t.set, Transfer{From: from, To: k.to, Pos: k.pos})
	}
	c.in.changes++
	return number(0)
}
