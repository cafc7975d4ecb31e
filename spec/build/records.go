package build

import (
	"fmt"
	"slices"
	"sort"
	"strings"

	"github.com/rallsim/rall/ir"
	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/mech"
	"github.com/rallsim/rall/ir/morph"
	"github.com/rallsim/rall/spec"
)

// selected returns the cells that a selection means, in gid order.
func (b *builder) selected(sel spec.CellSel) []*cell {
	if sel.All {
		return b.cells
	}
	in := map[*cell]bool{}
	for _, it := range sel.Items {
		if it.Pop == "" {
			if c := b.byGid[it.Gid]; c != nil {
				in[c] = true
			} else {
				b.diags.Warnf(diag.NoMatch, it.Pos, "no cell has gid %d", it.Gid)
			}
			continue
		}
		var members []*cell
		for _, c := range b.cells {
			if c.tags["pop"].S == it.Pop {
				members = append(members, c)
			}
		}
		if it.Index == nil {
			for _, c := range members {
				in[c] = true
			}
			continue
		}
		for _, i := range it.Index {
			if i >= 0 && i < len(members) {
				in[members[i]] = true
			} else {
				b.diags.Warnf(diag.NoMatch, it.Pos, "population %q has no cell %d", it.Pop, i)
			}
		}
	}
	out := make([]*cell, 0, len(in))
	for c := range in {
		out = append(out, c)
	}
	sort.Slice(out, func(i, j int) bool { return out[i].gid < out[j].gid })
	return out
}

// records resolves recordTraces for the cells of recordCells and of a plot of
// traces. A label that records nothing at all is a warning.
func (b *builder) records() {
	if !b.s.Cfg.RecordSpikes.All {
		b.m.SpikesOf = map[int]bool{}
		for _, c := range b.selected(b.s.Cfg.RecordSpikes) {
			b.m.SpikesOf[c.gid] = true
		}
	}
	cells := b.selected(b.s.Cfg.RecordCells)
	for i := range b.s.Cfg.RecordTraces {
		t := &b.s.Cfg.RecordTraces[i]
		before := len(b.m.Records)
		for _, c := range cells {
			if meets(c, &t.Conds) {
				b.recordOn(c, t)
			}
		}
		if len(b.m.Records) > before || b.diags.HasErrors() {
			continue
		}
		if names := sectionNames(cells, t); names != nil && !slices.Contains(names, t.Sec.S) {
			hint := diag.DidYouMean(t.Sec.S, names)
			if hint == "" {
				hint = "there are " + strings.Join(names[:min(len(names), 12)], ", ")
			}
			b.diags.ErrorHint(diag.UnknownName, t.Sec.Pos, hint, "recordTraces %q: no recorded cell has a section %q", t.Label, t.Sec.S)
			continue
		}
		b.diags.Warnf(diag.NoMatch, t.Pos, "recordTraces %q records nothing: of %d recorded cells none has what it names", t.Label, len(cells))
	}
}

// plays resolves playParams for the cells that they mean.
func (b *builder) plays() {
	for i := range b.s.Net.Plays {
		p := &b.s.Net.Plays[i]
		before := len(b.m.Plays)
		for _, c := range b.cells {
			if !meets(c, &p.Conds) {
				continue
			}
			n := len(b.m.Records)
			b.recordOn(c, &p.RecordTrace)
			for _, r := range b.m.Records[n:] {
				b.m.Plays = append(b.m.Plays, ir.Played{Label: fmt.Sprintf("playParams %q", p.Label), To: r.Ref, Times: p.Times, Values: p.Values, Continuous: p.Continuous, Pos: p.Pos})
			}
			b.m.Records = b.m.Records[:n]
		}
		if len(b.m.Plays) == before && !b.diags.HasErrors() {
			b.diags.Warnf(diag.NoMatch, p.Pos, "playParams %q plays nothing: no cell has what it names", p.Label)
		}
	}
}

// sectionNames returns the names of the sections that a trace of one may be
// of; nil if it names none.
func sectionNames(cells []*cell, t *spec.RecordTrace) []string {
	if t.Sec.S == "" {
		return nil
	}
	var names []string
	seen := map[*cellType]bool{}
	for _, c := range cells {
		if c.typ == nil || seen[c.typ] || !meets(c, &t.Conds) {
			continue
		}
		seen[c.typ] = true
		for _, s := range c.typ.secs {
			if !slices.Contains(names, s.name) {
				names = append(names, s.name)
			}
		}
	}
	return names
}

func (b *builder) recordOn(c *cell, t *spec.RecordTrace) {
	r := ir.Record{Label: t.Label, Ref: ir.Ref{Gid: c.gid, Var: t.Var.S, Table: -1, Place: -1}, Pos: t.Pos}
	if c.typ == nil {
		if t.Sec.S == "" && t.SynMech.S == "" && t.Var.S != "" {
			b.m.Records = append(b.m.Records, r)
		}
		return
	}
	sec, inSec := -1, false
	if t.Sec.S != "" {
		if sec, inSec = c.typ.index[t.Sec.S]; !inSec {
			return
		}
	}
	r.At = ir.Location{Section: sec, Pos: t.Loc}
	same := func(s int, loc float64) bool {
		n := c.typ.Morph.Sections[sec].NSeg
		return s == sec && morph.CVAt(n, loc) == morph.CVAt(n, t.Loc)
	}
	pick := func(found []ir.Record) {
		k := 0
		if t.HasIndex {
			k = t.Index
		}
		if k >= 0 && k < len(found) {
			b.m.Records = append(b.m.Records, found[k])
		}
	}
	switch {
	case t.SynMech.S != "" && !inSec:
		// Every synapse of the mechanism on the cell, section by section.
		for s := range c.typ.secs {
			for _, y := range c.syns {
				if p := b.m.Points[y.table]; p.Label == t.SynMech.S && p.Section[y.row] == s {
					one := b.tableRecord(r, int(y.table), int(y.row), s, p.At[y.row])
					one.All = true
					b.m.Records = append(b.m.Records, one)
				}
			}
		}
	case t.SynMech.S != "":
		var found []ir.Record
		for _, y := range c.syns {
			p := b.m.Points[y.table]
			if at, loc := p.Section[y.row], p.At[y.row]; p.Label == t.SynMech.S && same(at, loc) {
				found = append(found, b.tableRecord(r, int(y.table), int(y.row), at, loc))
			}
		}
		pick(found)
	case t.Stim.S != "":
		var found []ir.Record
		for _, s := range c.stims {
			if inSec && s.label == t.Stim.S && same(s.sec, s.loc) {
				found = append(found, b.tableRecord(r, s.table, s.row, s.sec, s.loc))
			}
		}
		pick(found)
	case t.PointP.S != "":
		for i := range c.typ.Points {
			if p := &c.typ.Points[i]; p.Label == t.PointP.S && p.At.Section == sec {
				r.Place, r.At = int32(i), p.At
				b.m.Records = append(b.m.Records, r)
				return
			}
		}
	case inSec:
		r.Mech = t.Mech.S
		if r.Mech != "" && b.cat.Get(r.Mech) == nil {
			b.diags.ErrorHint(diag.UnknownName, t.Mech.Pos, diag.DidYouMean(r.Mech, b.cat.Names()), "recordTraces %q: no mechanism %q", t.Label, r.Mech)
			return
		}
		if r.Mech == "" {
			r.Mech, r.Var = b.suffixed(r.Var)
		}
		if r.Mech == "" || c.typ.hasMech(r.Mech, sec) {
			b.m.Records = append(b.m.Records, r)
		}
	}
}

// suffixed splits NEURON's name of a mechanism's variable, such as m_hh.
func (b *builder) suffixed(name string) (mechName, variable string) {
	for i := len(name) - 1; i > 0; i-- {
		if name[i] != '_' {
			continue
		}
		if def := b.cat.Get(name[i+1:]); def != nil && def.Kind == mech.Density && def.Lookup(name[:i]) >= 0 {
			return name[i+1:], name[:i]
		}
	}
	return "", name
}

func (t *cellType) hasMech(name string, sec int) bool {
	for i := range t.Paint {
		if t.Paint[i].Mech != name {
			continue
		}
		for _, s := range t.Paint[i].Sections {
			if s == sec {
				return true
			}
		}
	}
	return false
}

func (b *builder) tableRecord(r ir.Record, table, row, sec int, loc float64) ir.Record {
	r.Table, r.Row, r.At = int32(table), int32(row), ir.Location{Section: sec, Pos: loc}
	return r
}
