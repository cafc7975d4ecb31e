package spec

import (
	"fmt"
	"slices"

	"github.com/rallsim/rall/ir/diag"
)

// records checks the names in recordCells, recordTraces and plots. As in
// NetPyNE, the cells that plotTraces includes are recorded, and a raster or a
// histogram that includes stimuli records their spikes.
func (c *checker) records() {
	cfg := &c.s.Cfg
	before := c.diags.Count(diag.Error)
	c.selection(cfg.RecordCells, "recordCells")
	c.recordOK = c.diags.Count(diag.Error) == before
	c.selection(cfg.RecordSpikes, "recordCellsSpikes")
	for i := range cfg.Analysis {
		a := &cfg.Analysis[i]
		if a.Name == "plotSpikeHist" && a.Args == nil {
			cfg.RecordStim = true
		}
		for _, key := range []string{"include", "includePre", "includePost"} {
			if a.Name != "plotTraces" || key != "include" { // those are looked at below
				c.included(a.Args.Get(key), a.Name)
			}
		}
		inc := a.Args.Get("include")
		if inc == nil || inc.Kind == Null {
			continue
		}
		switch a.Name {
		case "plotTraces":
			sel := c.cellSel(inc)
			c.selection(sel, "plotTraces")
			cfg.RecordCells.All = cfg.RecordCells.All || sel.All
			cfg.RecordCells.Items = append(cfg.RecordCells.Items, sel.Items...)
		case "plotRaster":
			c.plottedStims(inc, "all")
		case "plotSpikeHist":
			c.plottedStims(inc, "eachPop")
		}
	}
	for i := range cfg.RecordTraces {
		t := &cfg.RecordTraces[i]
		c.trace(t, ruleName("recordTraces", t.Label), "recorded cell", c.recorded())
	}
	var all []*Pop
	for i := range c.net.Pops {
		all = append(all, &c.net.Pops[i])
	}
	for i := range c.net.Plays {
		t := &c.net.Plays[i].RecordTrace
		c.trace(t, ruleName("playParams", t.Label), "cell", all)
	}
	if len(cfg.RecordTraces) > 0 && cfg.RecordCells.IsEmpty() {
		c.diags.Add(diag.Diag{Severity: diag.Warning, Code: diag.NoMatch, Pos: cfg.RecordTraces[0].Pos, Hint: `for example recordCells: [all]`,
			Msg: "recordTraces records nothing: recordCells is empty, and plotTraces includes no cell"})
	}
}

// plottedStims records the spikes of stimuli if a plot includes them: by name,
// or by one of the words that mean all.
func (c *checker) plottedStims(inc *Node, word string) {
	items := []*Node{inc}
	if inc.Kind == Array {
		items = inc.Items
	}
	for _, it := range items {
		if it.Kind == Str && (it.Str == word || it.Str == "allNetStims" || has(c.sources, it.Str)) {
			c.s.Cfg.RecordStim = true
		}
	}
}

// selection checks the populations of a selection of cells.
func (c *checker) selection(s CellSel, what string) {
	for _, it := range s.Items {
		if it.Pop == "" {
			continue
		}
		if !has(c.pops, it.Pop) {
			c.unknownName(it.Pos, it.Pop, c.pops, "%s: unknown population %q", what, it.Pop)
			continue
		}
		for k := range c.net.Pops {
			p := &c.net.Pops[k]
			if p.Label != it.Pop || p.Size != ByNumCells || c.net.Scale != 1 {
				continue
			}
			for _, i := range it.Index {
				if i >= p.NumCells {
					c.diags.Errorf(diag.BadValue, it.Pos, "%s: population %q has no cell %d; its %d cells count from 0", what, it.Pop, i, p.NumCells)
				}
			}
		}
	}
}

// recorded returns the populations that recordCells reaches; all of them when
// that cannot be told.
func (c *checker) recorded() []*Pop {
	var out []*Pop
	sel := &c.s.Cfg.RecordCells
	for i := range c.net.Pops {
		p := &c.net.Pops[i]
		take := sel.All || sel.IsEmpty()
		for _, it := range sel.Items {
			take = take || it.Pop == "" || it.Pop == p.Label
		}
		if take {
			out = append(out, p)
		}
	}
	return out
}

// trace checks the names of one entry of recordTraces or playParams, what and
// cell for messages.
func (c *checker) trace(t *RecordTrace, what, cell string, pops []*Pop) {
	condsOK := c.conds(&t.Conds, "conds of "+what, cellConds)
	plast := func(r ConnRule) bool { return r.Plast != nil && r.Plast.Mech.S == t.SynMech.S }
	if t.SynMech.S != "" && !has(c.synMechs, t.SynMech.S) && !slices.ContainsFunc(c.net.Conns, plast) {
		c.unknownName(t.SynMech.Pos, t.SynMech.S, c.synMechs, "%s: unknown synMech %q", what, t.SynMech.S)
	}
	if t.Stim.S != "" && !has(c.targets, t.Stim.S) {
		c.unknownName(t.Stim.Pos, t.Stim.S, c.targets, "%s: unknown stimulus target %q", what, t.Stim.S)
	}
	if t.Sec.S == "" {
		if t.Mech.S != "" || t.Stim.S != "" || t.PointP.S != "" {
			c.diags.ErrorHint(diag.BadValue, t.Pos, `for example sec: soma`, "%s needs its sec", what)
		}
		return
	}
	if !condsOK {
		return // what no cell has says nothing new
	}
	var secs, lists, points, mechs []string
	open := !c.recordOK && len(c.recorded()) == 0 || c.anyCellless(c.recorded())
	met := false
	for _, p := range pops {
		if !c.mayMatch(&t.Conds, p) {
			continue
		}
		met = true
		if p.model != "" {
			continue
		}
		for _, r := range c.rulesOf(p) {
			secs = append(secs, r.secNames()...)
			lists = append(lists, r.listNames()...)
			open = open || r.Morphology.S != ""
			for i := range r.Secs {
				for _, pp := range r.Secs[i].PointPs {
					points = append(points, pp.Label)
				}
				for _, m := range r.Secs[i].Mechs {
					mechs = append(mechs, m.Name)
				}
			}
			for i := range r.Regions {
				for _, m := range r.Regions[i].Mechs {
					mechs = append(mechs, m.Name)
				}
			}
		}
	}
	if !met && len(t.Conds.Items) > 0 {
		return // a finding of its own
	}
	if !has(secs, t.Sec.S) && !open {
		if has(lists, t.Sec.S) {
			c.diags.Errorf(diag.BadValue, t.Sec.Pos, "%s: %q is a secList; a trace is of one section", what, t.Sec.S)
		} else {
			c.unknownName(t.Sec.Pos, t.Sec.S, secs, "%s: no %s has a section %q", what, cell, t.Sec.S)
		}
		return
	}
	if open && len(secs) == 0 {
		return
	}
	if t.PointP.S != "" && !has(points, t.PointP.S) {
		c.unknownName(t.PointP.Pos, t.PointP.S, points, "%s: no %s has a point process %q", what, cell, t.PointP.S)
	}
	if t.Mech.S != "" && !has(mechs, t.Mech.S) {
		c.unknownName(t.Mech.Pos, t.Mech.S, mechs, "%s: no %s has the mechanism %q", what, cell, t.Mech.S)
	}
}

// maxSteps is the longest run: beyond, a step would not move the time.
const maxSteps = 1e12

// times checks intervals against the step.
func (c *checker) times() {
	cfg := &c.s.Cfg
	sim := c.tree.Get("simConfig")
	if cfg.Dt > 0 && !(cfg.Duration/cfg.Dt <= maxSteps) {
		pos := diag.Pos{File: c.tree.Pos.File, Path: "simConfig/duration"}
		for _, key := range []string{"duration", "dt"} {
			if n := sim.Get(key); n != nil {
				pos = n.Pos
			}
		}
		c.diags.ErrorHint(diag.BadValue, pos, "times are in ms", "a run of %g ms by steps of %g ms has more than %g steps", cfg.Duration, cfg.Dt, float64(maxSteps))
	}
	if n := sim.Get("recordStep"); n != nil && cfg.RecordStep > 0 && cfg.Dt > 0 && cfg.RecordStep < cfg.Dt/1000 {
		c.diags.ErrorHint(diag.BadValue, n.Pos, "in ms; a sample a step is recordStep: "+fmt.Sprint(cfg.Dt), "recordStep (%g ms) is shorter than a thousandth of dt (%g ms)", cfg.RecordStep, cfg.Dt)
	} else if n != nil && cfg.RecordStep > 0 && cfg.RecordStep < cfg.Dt && len(cfg.RecordTraces) > 0 {
		c.diags.Warnf(diag.OddValue, n.Pos, "recordStep (%g ms) is shorter than dt (%g ms): values repeat", cfg.RecordStep, cfg.Dt)
	}
	if n := sim.Get("dt"); n != nil && cfg.Dt > cfg.Duration && cfg.Duration > 0 {
		c.diags.Warnf(diag.OddValue, n.Pos, "dt (%g ms) is longer than the run (%g ms)", cfg.Dt, cfg.Duration)
	}
	if n := c.tree.Get("netParams").Get("defaultDelay"); n != nil && c.net.DefaultDelay < cfg.Dt {
		c.diags.Warnf(diag.OddValue, n.Pos, "defaultDelay (%g ms) is shorter than dt (%g ms)", c.net.DefaultDelay, cfg.Dt)
	}
}
