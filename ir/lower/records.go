package lower

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rallsim/rall/ir"
	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/layout"
	"github.com/rallsim/rall/runtime/kernel"
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
		out := layout.Record{Label: r.Label, Variable: r.Var, Gid: r.Gid, Pos: r.At.Pos, All: r.All}
		if c.typ != nil {
			out.SectionID = r.At.Section
			out.Section = c.typ.Morph.Sections[r.At.Section].Name
		}
		if l.foreign(c) {
			out.Group, out.Unit = c.group, l.foreignUnit(&r.Ref, c)
			l.net.Records = append(l.net.Records, out)
			continue
		}
		v, ok := l.resolve(&r.Ref, c, fmt.Sprintf("record %q", r.Label), r.Pos)
		if !ok {
			failed[r.Label] = true
			continue
		}
		out.Group, out.Var, out.Unit = v.group, v.Var, v.unit
		l.net.Records = append(l.net.Records, out)
	}
}

// iMem is NEURON's name of a CV's membrane current, and recordsIMem says
// whether the model records any.
const iMem = "i_membrane_"

func (l *lowering) recordsIMem() bool {
	for i := range l.m.Records {
		if r := &l.m.Records[i]; r.Var == iMem && r.Mech == "" && r.Table < 0 && r.Place < 0 {
			return true
		}
	}
	return false
}

// variable is a resolved ir.Ref.
type variable struct {
	group int32
	layout.Var
	unit string
}

// place returns the instance that r is a variable of, if it names one itself.
func (l *lowering) place(r *ir.Ref, c *cell) (place, bool) {
	switch {
	case r.Table >= 0:
		return l.rowPlace[r.Table][r.Row], true
	case r.Place >= 0:
		return l.placed[placedKey{c, int(r.Place)}], true
	case c.typ == nil:
		return l.placed[placedKey{c, -1}], true
	}
	return place{}, false
}

// resolve finds the variable that r names; what, which says who asks, begins
// its errors.
func (l *lowering) resolve(r *ir.Ref, c *cell, what string, pos diag.Pos) (variable, bool) {
	if p, ok := l.place(r, c); ok {
		return l.resolveColumn(r, p, what, pos)
	}
	tree := c.nodeAt(r.At.Section, r.At.Pos)
	node := c.flat(tree)
	if r.Mech == "" && r.Var == "v" {
		return variable{c.group, layout.Var{What: layout.NodeV, Row: node}, "mV"}, true
	}
	if r.Mech == "" && r.Var == iMem {
		v := variable{c.group, layout.Var{What: layout.NodeIMem, Row: node}, "nA"}
		if int(c.treeNode[c.nodeOf[tree]]) != tree {
			v.Var = layout.Var{What: layout.Zero} // the node was elided
		}
		return v, true
	}
	if r.Mech == "" && r.Var == "diam" && c.typ.tree.Tree.CV[tree] >= 0 {
		return variable{c.group, layout.Var{What: layout.NodeDiam, Row: node}, "um"}, true
	}
	if r.Mech == "" && r.Var == "i_cap" && c.typ.tree.Tree.CV[tree] >= 0 {
		return variable{c.group, layout.Var{What: layout.NodeICap, Row: node}, "mA/cm2"}, true
	}
	section := c.typ.Morph.Sections[r.At.Section].Name
	if base, _ := splitIndex(r.Var); r.Mech == "" && base == "vext" {
		layer := *r
		layer.Mech = layersMech
		return l.resolve(&layer, c, what, pos)
	}
	g := &l.net.Groups[c.group]
	if r.Mech != "" {
		k, ok := l.mechIndex[r.Mech]
		if ok {
			if p, ok := l.densityAt(c.group, k, node); ok {
				return l.resolveColumn(r, p, what, pos)
			}
		}
		l.diags.ErrorHint(diag.UnknownName, pos, "", "%s: section %q of cell %d has no mechanism %q there", what, section, r.Gid, r.Mech)
		return variable{}, false
	}
	for s := range g.Ions {
		ion := l.net.Ions[g.Ions[s].Ion].Name
		field, unit, ok := ionVariable(ion, r.Var)
		if !ok {
			continue
		}
		for row, n := range g.Ions[s].Node {
			if n == node {
				return variable{c.group, layout.Var{What: field, Set: int32(s), Row: int32(row)}, unit}, true
			}
		}
	}
	l.diags.ErrorHint(diag.UnknownName, pos, l.meantVariable(r, c, node), "%s: no variable %q in section %q of cell %d", what, r.Var, section, r.Gid)
	return variable{}, false
}

// meantVariable guesses what an unknown variable of a place should have been:
// one of a mechanism that is there, or one with a similar name.
func (l *lowering) meantVariable(r *ir.Ref, c *cell, node int32) string {
	g := &l.net.Groups[c.group]
	base, _ := splitIndex(r.Var)
	for set := range g.Instances {
		in := &g.Instances[set]
		prog := l.net.Mechs[in.Mech].Program
		if _, ok := l.colIndex[in.Mech][base]; ok && prog.Kind == kernel.Density && slices.Contains(in.Node, node) {
			return fmt.Sprintf("%s is a variable of %s there: add mech: %s", base, prog.Mech, prog.Mech)
		}
	}
	names := []string{"v", iMem, "i_cap"}
	for s := range g.Ions {
		if ion := l.net.Ions[g.Ions[s].Ion].Name; slices.Contains(g.Ions[s].Node, node) {
			names = append(names, "e"+ion, ion+"i", ion+"o", "i"+ion)
		}
	}
	if near := diag.DidYouMean(r.Var, names); near != "" {
		return near
	}
	return "there are " + strings.Join(names, ", ")
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

func (l *lowering) resolveColumn(r *ir.Ref, p place, what string, pos diag.Pos) (variable, bool) {
	k := l.net.Groups[p.group].Instances[p.set].Mech
	prog := l.net.Mechs[k].Program
	if i := slices.Index(prog.Pointers, r.Var); i >= 0 {
		if v := l.net.Groups[p.group].Instances[p.set].Bound[i][p.row]; v.Row >= 0 {
			return variable{group: p.group, Var: v}, true
		}
	}
	base, element := splitIndex(r.Var)
	at, ok := l.colIndex[k][base]
	at.first, ok = at.first+element, ok && element < at.n
	if !ok {
		var names []string
		for _, c := range prog.Columns {
			if !c.Hidden {
				names = append(names, c.Name)
			}
		}
		l.diags.ErrorHint(diag.UnknownName, pos, diag.DidYouMean(r.Var, names), "%s: mechanism %q has no variable %q (it has %s)",
			what, prog.Mech, r.Var, strings.Join(names, ", "))
		return variable{}, false
	}
	v := variable{p.group, layout.Var{What: layout.Column, Set: p.set, Row: p.row, Col: int32(at.first)}, ""}
	v.unit = columnUnit(prog, base)
	return v, true
}
