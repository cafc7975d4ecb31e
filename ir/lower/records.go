package lower

import (
	"strings"

	"github.com/rallsim/rall/ir"
	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/layout"
)

// record resolves what is sampled.
func (l *lowering) record() {
	failed := map[string]bool{} // what one cell does not have is told once
	for i := range l.m.Records {
		r := &l.m.Records[i]
		if failed[r.Label] {
			continue
		}
		c := l.byGid.get(r.Gid)
		if c == nil {
			l.diags.Errorf(diag.UnknownName, r.Pos, "record %q: no cell %d", r.Label, r.Gid)
			continue
		}
		out := layout.Record{Label: r.Label, Variable: r.Var, Gid: r.Gid, Group: c.group, Pos: r.At.Pos, All: r.All}
		if c.typ != nil {
			out.SectionID = r.At.Section
			out.Section = c.typ.Morph.Sections[r.At.Section].Name
		}
		if l.resolve(r, c, &out) {
			l.net.Records = append(l.net.Records, out)
		} else {
			failed[r.Label] = true
		}
	}
}

func (l *lowering) resolve(r *ir.Record, c *cell, out *layout.Record) bool {
	switch {
	case r.Table >= 0:
		return l.resolveColumn(r, l.rowPlace[r.Table][r.Row], out)
	case r.Place >= 0:
		return l.resolveColumn(r, l.placed[placedKey{c, int(r.Place)}], out)
	case c.typ == nil:
		return l.resolveColumn(r, l.placed[placedKey{c, -1}], out)
	}
	node := c.flat(c.nodeAt(r.At.Section, r.At.Pos))
	if r.Mech == "" && r.Var == "v" {
		out.What, out.Row, out.Unit = layout.NodeV, node, "mV"
		return true
	}
	if r.Mech == "" && r.Var == "i_cap" && c.geom.Tree.CV[c.nodeAt(r.At.Section, r.At.Pos)] >= 0 {
		out.What, out.Row, out.Unit = layout.NodeICap, node, "mA/cm2"
		return true
	}
	g := &l.net.Groups[c.group]
	if r.Mech != "" {
		k, ok := l.mechIndex[r.Mech]
		if ok {
			for s := range g.Instances {
				if in := &g.Instances[s]; in.Mech == k {
					for row, n := range in.Node {
						if n == node {
							return l.resolveColumn(r, place{c.group, int32(s), int32(row)}, out)
						}
					}
				}
			}
		}
		l.diags.ErrorHint(diag.UnknownName, r.Pos, "", "record %q: section %q of cell %d has no mechanism %q there", r.Label, out.Section, r.Gid, r.Mech)
		return false
	}
	for s := range g.Ions {
		ion := l.net.Ions[g.Ions[s].Ion].Name
		what, unit, ok := ionVariable(ion, r.Var)
		if !ok {
			continue
		}
		for row, n := range g.Ions[s].Node {
			if n == node {
				out.What, out.Set, out.Row, out.Unit = what, int32(s), int32(row), unit
				return true
			}
		}
	}
	l.diags.Errorf(diag.UnknownName, r.Pos, "record %q: no variable %q in section %q of cell %d", r.Label, r.Var, out.Section, r.Gid)
	return false
}

func ionVariable(ion, name string) (layout.What, string, bool) {
	switch name {
	case "e" + ion:
		return layout.IonE, "mV", true
	case ion + "i":
		return layout.IonIn, "mM", true
	case ion + "o":
		return layout.IonOut, "mM", true
	case "i" + ion:
		return layout.IonI, "mA/cm2", true
	}
	return 0, "", false
}

func (l *lowering) resolveColumn(r *ir.Record, p place, out *layout.Record) bool {
	k := l.net.Groups[p.group].Instances[p.set].Mech
	prog := l.net.Mechs[k].Program
	at, ok := l.colIndex[k][r.Var]
	if !ok {
		var names []string
		for _, c := range prog.Columns {
			if !c.Hidden {
				names = append(names, c.Name)
			}
		}
		l.diags.ErrorHint(diag.UnknownName, r.Pos, diag.DidYouMean(r.Var, names), "record %q: mechanism %q has no variable %q (it has %s)",
			r.Label, prog.Mech, r.Var, strings.Join(names, ", "))
		return false
	}
	out.What, out.Group, out.Set, out.Row, out.Col = layout.Column, p.group, p.set, p.row, int32(at.first)
	for _, c := range prog.Columns {
		if c.Name == r.Var {
			out.Unit = c.Unit
		}
	}
	return true
}
