package build

import (
	"github.com/rallsim/rall/ir"
	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/mech"
	"github.com/rallsim/rall/spec"
)

// pointer is a POINTER of a cell type's mechanism: of a density mechanism at a
// place, or of a point process, with what it stands for. It becomes a coupling
// of every cell.
type pointer struct {
	of ir.Ref
	to *spec.VarRef
}

// isPointer reports a name that is no POINTER of the mechanism.
func (b *builder) isPointer(def *mech.Def, p *spec.PointerBinding) bool {
	id := def.Lookup(p.Name)
	if id >= 0 && def.Vars[id].Storage == mech.Pointer {
		return true
	}
	var names []string
	for i := range def.Vars {
		if def.Vars[i].Storage == mech.Pointer {
			names = append(names, def.Vars[i].Name)
		}
	}
	b.diags.ErrorHint(diag.UnknownName, p.Pos, diag.DidYouMean(p.Name, names), "mechanism %q has no POINTER %q; a parameter takes a number", def.Name, p.Name)
	return false
}

// pointWithin binds the POINTERs of all cells' own mechanisms.
func (b *builder) pointWithin() {
	found := map[*cellType][]ir.Coupling{}
	for _, c := range b.cells {
		if c.typ == nil || len(c.typ.pointers) == 0 {
			continue
		}
		list, ok := found[c.typ]
		if !ok {
			for _, p := range c.typ.pointers {
				k := ir.Coupling{Label: "POINTER " + p.of.Var, To: p.of, Shared: p.to.Shared.S, Pos: p.to.Pos}
				if k.Shared != "" {
					list = append(list, k)
				} else if k.From, ok = b.variable(c.typ, p.of.At, p.to); ok {
					list = append(list, k)
				}
			}
			found[c.typ] = list
		}
		for _, k := range list {
			k.From.Gid, k.To.Gid = c.gid, c.gid
			b.m.Couplings = append(b.m.Couplings, k)
		}
	}
}

// variable is what a POINTER of a mechanism at a place stands for.
func (b *builder) variable(t *cellType, at ir.Location, v *spec.VarRef) (ir.Ref, bool) {
	out := ir.Ref{At: at, Mech: v.Mech.S, Var: v.Var.S, Table: -1, Place: -1}
	if v.Sec.S != "" {
		s, ok := t.index[v.Sec.S]
		if !ok {
			b.diags.ErrorHint(diag.UnknownName, v.Sec.Pos, diag.DidYouMean(v.Sec.S, t.names()), "the cell has no section %q", v.Sec.S)
			return out, false
		}
		out.At = ir.Location{Section: s, Pos: v.Loc.Or(.5)}
	} else if v.Loc.IsSet() {
		out.At.Pos = v.Loc.Num
	}
	if v.PointP.S != "" {
		var labels []string
		for i := range t.Points {
			if t.Points[i].At.Section != out.At.Section {
				continue
			}
			if t.Points[i].Label == v.PointP.S {
				out.Place, out.Mech = int32(i), ""
				return out, true
			}
			labels = append(labels, t.Points[i].Label)
		}
		b.diags.ErrorHint(diag.UnknownName, v.PointP.Pos, diag.DidYouMean(v.PointP.S, labels), "section %q has no point process %q", t.Morph.Sections[out.At.Section].Name, v.PointP.S)
		return out, false
	}
	if out.Mech == "" {
		out.Mech, out.Var = b.suffixed(out.Var)
	} else if b.mechanism(out.Mech, v.Mech.Pos, mech.Density, "density mechanism") == nil {
		return out, false
	}
	return out, true
}
