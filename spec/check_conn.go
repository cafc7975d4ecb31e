package spec

import (
	"fmt"
	"strings"

	"github.com/rallsim/rall/ir/diag"
)

// synapses checks parameters that relate to each other.
func (c *checker) synapses() {
	for i := range c.net.SynMechs {
		s := &c.net.SynMechs[i]
		var t1, t2 *Param
		for k := range s.Params {
			switch s.Params[k].Name {
			case "tau1":
				t1 = &s.Params[k]
			case "tau2":
				t2 = &s.Params[k]
			}
			if p := &s.Params[k]; strings.HasPrefix(p.Name, "tau") && p.Kind == Number && p.Num <= 0 {
				c.diags.Warnf(diag.OddValue, p.Pos, "%s: %s is %g: no time constant", ruleName("synMechParams", s.Label), p.Name, p.Num)
			}
		}
		if t1 == nil || t2 == nil || t1.Kind != Number || t2.Kind != Number {
			continue
		}
		a, errA := t1.In("ms")
		b, errB := t2.In("ms")
		if errA == nil && errB == nil && a >= b {
			c.diags.Add(diag.Diag{Severity: diag.Warning, Code: diag.OddValue, Pos: t1.Pos, Hint: "tau1 is the rise, tau2 the decay",
				Msg: fmt.Sprintf("%s: tau1 (%g ms) is not below tau2 (%g ms)", ruleName("synMechParams", s.Label), a, b)})
		}
	}
}

// compartmental says whether any of the populations has sections.
func compartmental(pops []*Pop) bool {
	for _, p := range pops {
		if p.model == "" {
			return true
		}
	}
	return false
}

// conn checks the names in a connection rule.
func (c *checker) conn(r *ConnRule) {
	what := ruleName("connParams", r.Label)
	preOK := c.conds(&r.Pre, "preConds of "+what, connConds)
	postOK := c.conds(&r.Post, "postConds of "+what, connConds)
	pre, post := c.matching(&r.Pre), c.matching(&r.Post)
	if v := r.SynsPerConn; v.Kind == Number && v.Num == 0 {
		c.diags.Warnf(diag.NoMatch, v.Pos, "%s: synsPerConn is 0, so that it makes no connection", what)
	}
	for _, side := range []struct {
		name string
		n    int
		ok   bool
	}{{"preConds", len(pre), preOK}, {"postConds", len(post), postOK}} {
		if side.n == 0 && side.ok {
			c.diags.Warnf(diag.NoMatch, r.Pos, "%s: no population can meet its %s, so that it makes no connection", what, side.name)
		}
	}
	if len(pre) == 0 || len(post) == 0 {
		return
	}
	cells := compartmental(post) && !c.anyCellless(post)
	c.synMech(r.SynMech, r.Pos, what, cells)
	c.weights(r.Weight, r.Pos, what, cells, c.pointDriven(post) || c.continuous(r))
	if cells {
		names := r.Sec
		if r.Func == FromListConn && names.IsList {
			said := map[string]bool{} // the list has one entry a connection
			for _, item := range names.Items {
				var key strings.Builder
				for _, name := range flatNames(item) {
					key.WriteString(name.S + "\n")
				}
				if !said[key.String()] {
					said[key.String()] = true
					c.sections(item, post, what)
				}
			}
		} else {
			c.sections(names, post, what)
		}
	}
	if r.Delay.IsSet() {
		c.delay(r.Delay, what)
	}
	if r.Func == FromListConn {
		c.listIndices(r, pre, post, what)
	}
}

// listIndices checks connList against the sizes of single populations.
func (c *checker) listIndices(r *ConnRule, pre, post []*Pop, what string) {
	size := func(conds *Conds, pops []*Pop) int {
		if c.net.Scale != 1 {
			return -1
		}
		n := 0
		for i := range conds.Items {
			if isCoord(conds.Items[i].Key) {
				return -1
			}
		}
		for _, p := range pops {
			switch {
			case p.Size == ByNumCells:
				n += p.NumCells
			case p.Size == ByList:
				n += len(p.Cells)
			default:
				return -1
			}
		}
		return n
	}
	np, nq := size(&r.Pre, pre), size(&r.Post, post)
	for k, pair := range r.ConnList {
		if np >= 0 && pair[0] >= np || nq >= 0 && pair[1] >= nq {
			c.diags.Errorf(diag.BadValue, r.Pos, "%s: entry %d of connList, [%d, %d], is beyond the %d source and %d target cells", what, k, pair[0], pair[1], np, nq)
			return
		}
	}
}

// synMech checks labels of synaptic mechanisms.
func (c *checker) synMech(n Names, pos diag.Pos, what string, cells bool) {
	for _, name := range flatNames(n) {
		if !has(c.synMechs, name.S) {
			c.unknownName(name.Pos, name.S, c.synMechs, "%s: unknown synMech %q", what, name.S)
		}
	}
	if n.IsSet() || !cells {
		return
	}
	switch {
	case len(c.synMechs) == 0:
		c.diags.ErrorHint(diag.UnknownName, pos, "add synMechParams", "%s: there is no synaptic mechanism to connect to", what)
	case len(c.synMechs) > 1:
		c.diags.Warnf(diag.OddValue, pos, "%s names no synMech: the first one, %q, is used", what, c.synMechs[0])
	}
}

// flatNames returns the names with their places.
func flatNames(n Names) []Text {
	if !n.IsList {
		if n.One == "" {
			return nil
		}
		return []Text{{S: n.One, Pos: n.Pos}}
	}
	var out []Text
	for _, it := range n.Items {
		out = append(out, flatNames(it)...)
	}
	return out
}

// pointDriven says whether a section's point process may take the events
// itself, with weights of its own unit.
func (c *checker) pointDriven(pops []*Pop) bool {
	for _, p := range pops {
		for _, r := range c.rulesOf(p) {
			for i := range r.Secs {
				for _, pp := range r.Secs[i].PointPs {
					if pp.VRef.S != "" || len(pp.SynList) > 0 {
						return true
					}
				}
			}
		}
	}
	return false
}

const tooHeavy = 1 // [uS]

// continuous says whether a rule's connections are without events; their
// weights, if any, are what the mechanism takes them for.
func (c *checker) continuous(r *ConnRule) bool {
	if r.GapJunction.S != "" {
		return true
	}
	for _, label := range r.SynMech.Flat() {
		for i := range c.net.SynMechs {
			if c.net.SynMechs[i].Label == label && c.net.SynMechs[i].Pointer != nil {
				return true
			}
		}
	}
	return false
}

// weights warns of conductances that no synapse has.
func (c *checker) weights(v Value, pos diag.Pos, what string, cells, ownUnit bool) {
	if !cells || ownUnit {
		return
	}
	hint := "synapses have 1e-5 to 0.1 uS; a weight in nS is written '0.5 nS'"
	if !v.IsSet() {
		if c.net.DefaultWeight >= tooHeavy && c.tree.Get("netParams").Get("defaultWeight") == nil {
			c.diags.Add(diag.Diag{Severity: diag.Warning, Code: diag.OddValue, Pos: pos, Hint: hint,
				Msg: fmt.Sprintf("%s gives no weight: the default of %g uS is used", what, c.net.DefaultWeight)})
		}
		return
	}
	each(v, func(x Value) {
		if x.Num > tooHeavy || x.Num < -tooHeavy {
			c.diags.Add(diag.Diag{Severity: diag.Warning, Code: diag.OddValue, Pos: x.Pos, Hint: hint,
				Msg: fmt.Sprintf("%s: a weight of %g uS", what, x.Num)})
		} else if x.Num < 0 {
			c.diags.Add(diag.Diag{Severity: diag.Warning, Code: diag.OddValue, Pos: x.Pos, Hint: "inhibition is a synMech with a low e; negative weights are for artificial cells",
				Msg: fmt.Sprintf("%s: a negative weight (%g uS) makes a negative conductance", what, x.Num)})
		}
	})
}

// each calls f for every number in v.
func each(v Value, f func(Value)) {
	switch v.Kind {
	case Number:
		f(v)
	case List:
		for _, it := range v.Items {
			each(it, f)
		}
	}
}

// delay warns of delays shorter than a step.
func (c *checker) delay(v Value, what string) {
	each(v, func(x Value) {
		if x.Num < c.s.Cfg.Dt && x.Num >= 0 {
			c.diags.Warnf(diag.OddValue, x.Pos, "%s: a delay of %g ms is shorter than dt (%g ms)", what, x.Num, c.s.Cfg.Dt)
		}
	})
}

// sections checks that sections named by a rule exist in a matching cell.
func (c *checker) sections(n Names, pops []*Pop, what string) {
	list := flatNames(n)
	if c.anyCellless(pops) {
		return
	}
	for _, name := range list {
		missing := ""
		found, open := false, false
		for _, p := range pops {
			if p.model != "" {
				continue
			}
			here := false
			for _, r := range c.rulesOf(p) {
				here = here || c.hasSection(r, name.S)
				if r.Morphology.S != "" {
					open = true
					here = here || !has(importedLists, name.S)
				}
			}
			found = found || here
			if !here {
				missing = p.Label
			}
		}
		var known []string // for what it could have meant
		if !found && !open {
			for _, p := range pops {
				if p.model != "" {
					continue
				}
				for _, r := range c.rulesOf(p) {
					known = append(known, join(r.secNames(), r.listNames())...)
				}
			}
		}
		switch {
		case !found && !open && len(list) > 1 && suggest(name.S, known) == "":
			c.diags.Warnf(diag.NoMatch, name.Pos, "%s: no target cell has a section %q; it is left out of the list", what, name.S)
		case !found && !open:
			c.unknownName(name.Pos, name.S, known, "%s: no target cell has a section or secList %q", what, name.S)
		case missing != "" && !open:
			c.diags.Warnf(diag.OddValue, name.Pos, "%s: cells of population %q have no section or secList %q; there the soma, or the first section, is used", what, missing, name.S)
		}
	}
}

// stims checks the names in stimSourceParams and stimTargetParams.
func (c *checker) stims() {
	used, said := map[string]bool{}, map[string]bool{}
	for i := range c.net.StimTargets {
		t := &c.net.StimTargets[i]
		what := ruleName("stimTargetParams", t.Label)
		condsOK := c.conds(&t.Conds, "conds of "+what, stimConds)
		if v := t.SynsPerConn; v.Kind == Number && v.Num == 0 {
			c.diags.Warnf(diag.NoMatch, v.Pos, "%s: synsPerConn is 0, so that it makes no stimulus", what)
		}
		used[t.Source.S] = true
		src := c.bySource[t.Source.S]
		if src == nil {
			if t.Source.S != "" {
				c.unknownName(t.Source.Pos, t.Source.S, c.sources, "%s: unknown stimulus source %q", what, t.Source.S)
			}
			continue
		}
		pops := c.matching(&t.Conds)
		if len(pops) == 0 && !condsOK {
			continue
		}
		if len(pops) == 0 {
			c.diags.Warnf(diag.NoMatch, t.Pos, "%s: no population can meet its conds, so that it makes no stimulus", what)
			continue
		}
		cells := compartmental(pops)
		if cells {
			c.sections(t.Sec, pops, what)
		}
		if typ := src.Type.S; typ == "NetStim" || typ == "VecStim" {
			c.synMech(t.SynMech, t.Pos, what, cells)
			c.weights(t.Weight, t.Pos, what, cells, c.pointDriven(pops))
			c.delay(t.Delay, what)
			c.rateOrInterval(src)
		} else {
			c.clampTarget(t, typ, what)
		}
		if src.Type.S == "IClamp" && !src.Get("dur").IsSet() && !said[src.Label] && c.diags.Count(diag.Error) == 0 {
			said[src.Label] = true
			c.diags.Add(diag.Diag{Severity: diag.Warning, Code: diag.OddValue, Pos: src.Pos, Hint: "give dur",
				Msg: ruleName("stimSourceParams", src.Label) + ": an IClamp without dur lasts 0 ms and injects nothing"})
		}
	}
	for i := range c.net.StimSources {
		if s := &c.net.StimSources[i]; !used[s.Label] {
			c.diags.Add(diag.Diag{Severity: diag.Warning, Code: diag.NoMatch, Pos: s.Pos,
				Msg: ruleName("stimSourceParams", s.Label) + " is no target's source"})
		}
	}
}

func (c *checker) rateOrInterval(s *StimSource) {
	if s.Type.S == "NetStim" && s.Get("rate").IsSet() && s.Get("interval").IsSet() {
		c.diags.Warnf(diag.Ignored, s.Get("interval").Key, "%s gives rate and interval: the interval is used", ruleName("stimSourceParams", s.Label))
	}
}

// clampTarget warns of what only NetStims read.
func (c *checker) clampTarget(t *StimTarget, typ, what string) {
	var idle []string
	for _, v := range []struct {
		name string
		set  bool
	}{{"weight", t.Weight.IsSet()}, {"delay", t.Delay.IsSet()}, {"synsPerConn", t.SynsPerConn.IsSet()}, {"synMech", t.SynMech.IsSet()}} {
		if v.set {
			idle = append(idle, v.name)
		}
	}
	if len(idle) > 0 {
		c.diags.Warnf(diag.Ignored, t.Pos, "%s: %s without effect, because the source is of type %s", what, strings.Join(idle, ", "), typ)
	}
}
