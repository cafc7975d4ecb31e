package build

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rallsim/rall/ir"
	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/mech"
	"github.com/rallsim/rall/ir/morph"
	"github.com/rallsim/rall/ir/unit"
	"github.com/rallsim/rall/spec"
)

// paint inserts a section's mechanisms, ions and point processes.
func (b *builder) paint(c *cell, t *cellType, s *spec.Section, vars map[string]float64) {
	si := t.index[s.Name]
	for k := range s.Mechs {
		if p := b.paintOf(c, t, &s.Mechs[k], si, vars); p != nil {
			t.Paint = append(t.Paint, *p)
		}
	}
	b.ions(t, s.Ions, si)
	for k := range s.PointPs {
		b.placePoint(c, t, &s.PointPs[k], si, vars)
	}
	if s.VInit.IsSet() {
		t.VInit = append(t.VInit, ir.VInit{Sections: []int{si}, V: s.VInit.Num})
	}
}

// paintOf evaluates a mechanism's parameters on a section, parameter by
// parameter and CV by CV, which is the order of NetPyNE's draws.
func (b *builder) paintOf(c *cell, t *cellType, m *spec.Mech, si int, vars map[string]float64) *ir.Paint {
	def := b.mechanism(m.Name, m.Pos, mech.Density, "density mechanism")
	if def == nil {
		return nil
	}
	p := &ir.Paint{Mech: m.Name, Sections: []int{si}, Pos: m.Pos}
	n := t.secs[si].sec.NSeg
	for _, par := range m.Params {
		unit := b.checkParam(def, par)
		v := ir.Value{Num: par.Num, Pos: par.Pos}
		switch par.Kind {
		case spec.Number:
			v.Num = b.convert(par.Value, unit)
		case spec.List:
			v.PerCV = b.listPerCV(n, par, unit)
		case spec.Function:
			v.PerCV = make([]float64, n)
			for cv := range v.PerCV {
				v.PerCV[cv] = b.cellValue(c, par.Value, t, si, morph.CVCentre(n, cv), vars)
			}
		case spec.Absent:
			continue
		}
		p.Params = append(p.Params, ir.Param{Name: par.Name, Value: v})
	}
	for i := range m.Pointers {
		to := &m.Pointers[i]
		if !b.isPointer(def, to) {
			continue
		}
		if to.List && len(to.To) != n {
			b.diags.Errorf(diag.BadValue, to.Pos, "POINTER %s has %d variables for a section of nseg %d", to.Name, len(to.To), n)
			continue
		}
		for cv := range n {
			k := min(cv, len(to.To)-1)
			of := ir.Ref{At: ir.Location{Section: si, Pos: morph.CVCentre(n, cv)}, Mech: m.Name, Var: to.Name, Table: -1, Place: -1}
			t.pointers = append(t.pointers, pointer{of, &to.To[k]})
		}
	}
	return p
}

func (b *builder) listPerCV(n int, par spec.Param, unit string) []float64 {
	if len(par.Items) != 1 && len(par.Items) < n {
		b.diags.Errorf(diag.BadValue, par.Pos, "%q has %d values for a section of nseg %d", par.Name, len(par.Items), n)
		return nil
	}
	out := make([]float64, n)
	for i := range out {
		k := i
		if len(par.Items) == 1 {
			k = 0
		}
		out[i] = b.convert(par.Items[k], unit)
	}
	return out
}

// ions sets reversal potentials and concentrations; a concentration becomes
// the ion's global start value too, as in NetPyNE.
func (b *builder) ions(t *cellType, ions []spec.Ion, si int) {
	n := t.secs[si].sec.NSeg
	for i := range ions {
		ion := &ions[i]
		for _, p := range ion.Params {
			v := ir.IonValue{Ion: ion.Name, What: p.Name, Sections: []int{si}, Value: ir.Value{Num: p.Num, Pos: p.Pos}}
			last := p.Num
			if key := "potassium " + p.Pos.String(); ion.Name == "k" && p.Name == "e" && p.Kind == spec.Number && p.Num > 0 && !b.said[key] {
				b.said[key] = true
				b.diags.Add(diag.Diag{Severity: diag.Warning, Code: diag.OddValue, Pos: p.Pos, Hint: "potassium reverses near -77 to -100 mV",
					Msg: fmt.Sprintf("the reversal potential of k is %g mV", p.Num)})
			}
			if p.Kind == spec.List {
				if len(p.Items) < n {
					b.diags.Errorf(diag.BadValue, p.Pos, "%d values for a section of nseg %d", len(p.Items), n)
					continue
				}
				for k := 0; k < n; k++ {
					v.PerCV = append(v.PerCV, p.Items[k].Num)
				}
				last = v.PerCV[n-1]
			}
			t.Ions = append(t.Ions, v)
			if p.Name == "i" || p.Name == "o" {
				t.ionInit = append(t.ionInit, ionInit{ion.Name + p.Name + "0", last})
			}
		}
	}
}

// placePoint adds a point process that every cell of the type carries.
func (b *builder) placePoint(c *cell, t *cellType, p *spec.PointP, si int, vars map[string]float64) {
	def := b.mechanism(p.Mod.S, or(p.Mod.Pos, p.Pos), mech.PointProcess, "point process")
	if def == nil {
		return
	}
	pl := ir.Placed{Label: p.Label, Mech: p.Mod.S, At: ir.Location{Section: si, Pos: p.Loc.Or(.5)}, Pos: p.Pos}
	for _, par := range p.Params {
		unit := b.checkParam(def, par)
		x := b.convert(par.Value, unit)
		if par.Kind == spec.Function {
			x = b.cellValue(c, par.Value, t, si, .5, vars)
		}
		pl.Params = append(pl.Params, ir.Param{Name: par.Name, Value: ir.Value{Num: x, Pos: par.Pos}})
	}
	for _, g := range p.GidKeys {
		pl.Params = append(pl.Params, ir.Param{Name: g.S, Value: ir.Value{Num: float64(c.gid), Pos: g.Pos}})
	}
	// Another rule's point process of this name takes the place of the first.
	at := len(t.Points)
	for i := range t.Points {
		if t.Points[i].Label == p.Label && t.Points[i].At.Section == si {
			at = i
		}
	}
	if at < len(t.Points) {
		t.Points[at] = pl
	} else {
		t.Points = append(t.Points, pl)
	}
	t.pointers = slices.DeleteFunc(t.pointers, func(u pointer) bool { return int(u.of.Place) == at })
	for i := range p.Pointers {
		to := &p.Pointers[i]
		if !b.isPointer(def, to) {
			continue
		}
		if to.List {
			b.diags.Errorf(diag.BadType, to.Pos, "POINTER %s of a point process stands for one variable", to.Name)
			continue
		}
		t.pointers = append(t.pointers, pointer{ir.Ref{At: pl.At, Var: to.Name, Table: -1, Place: int32(at)}, &to.To[0]})
	}
	for i := range t.driven {
		if t.driven[i].point == at {
			t.driven = append(t.driven[:i], t.driven[i+1:]...)
			break
		}
	}
	if p.VRef.S != "" {
		if def.Lookup(p.VRef.S) < 0 {
			b.diags.Errorf(diag.UnknownName, p.VRef.Pos, "vref: mechanism %q has no variable %q", p.Mod.S, p.VRef.S)
			return
		}
		t.driven = append(t.driven, driven{si, at, p.VRef, p.SynList})
	}
}

// finish chooses the spike detector's place, and the lengths that the
// distribution of synapses goes by.
func (b *builder) finish(t *cellType) {
	from := -1
	for i, s := range t.secs {
		if s.spikeLoc.IsSet() {
			from = i
			t.SpikeFrom = ir.Location{Section: i, Pos: s.spikeLoc.Num}
			break
		}
	}
	for i := 0; from < 0 && i < len(t.secs); i++ {
		if t.secs[i].sec.Parent < 0 {
			from = i
			t.SpikeFrom = ir.Location{Section: i, Pos: .5}
		}
	}
	if th := t.secs[from].threshold; th.IsSet() {
		t.Threshold = th.Num
	}
	for i := range t.driven {
		if d := &t.driven[i]; d.sec == from {
			t.SpikeVar = &ir.PlacedVar{Index: d.point, Var: d.variable.S}
			break
		}
	}
	for i, s := range t.secs {
		s.sec = t.Morph.Sections[i]
	}
	b.m.CellTypes = append(b.m.CellTypes, t.CellType)
}

// or returns the place of what was given, or else of what it belongs to.
func or(pos, whole diag.Pos) diag.Pos {
	if pos.IsZero() {
		return whole
	}
	return pos
}

// mechanism finds a mechanism of a kind.
func (b *builder) mechanism(name string, pos diag.Pos, kind mech.Kind, what string) *mech.Def {
	if name == "" {
		if b.diags.HasErrors() {
			return nil // the reader of the spec has said so
		}
		b.diags.Errorf(diag.BadValue, pos, "the name of a %s is missing", what)
		return nil
	}
	def := b.cat.Get(name)
	if def == nil && b.cat.IsBroken(name) {
		return nil // its own file has been reported
	}
	if def == nil {
		b.diags.ErrorHint(diag.UnknownName, pos, diag.DidYouMean(name, b.cat.Names()), "no mechanism %q: it is neither built in nor in a folder of .mod files", name)
		return nil
	}
	if def.Kind != kind {
		b.diags.Errorf(diag.BadMech, pos, "mechanism %q is no %s but: %s", name, what, def.Kind)
		return nil
	}
	return def
}

// mostDense is a conductance density [S/cm2] that no membrane has.
const mostDense = 10

// oddConductance warns of densities that look like numbers in another unit.
func (b *builder) oddConductance(def *mech.Def, p spec.Param, declared string) {
	from, err := unit.Parse(declared)
	if err != nil || p.Kind != spec.Number {
		return
	}
	density, _ := unit.Parse("S/cm2")
	x, err := p.Value.In(declared)
	if err == nil {
		x, err = unit.Convert(x, from, density)
	}
	if err != nil || x <= mostDense {
		return
	}
	if key := "dense " + p.Pos.String(); !b.said[key] {
		b.said[key] = true
		hint := ""
		if p.Unit == "" && declared != "mS/cm2" {
			hint = fmt.Sprintf("in mS/cm2 it is written '%g mS/cm2'", p.Num)
		}
		b.diags.Add(diag.Diag{Severity: diag.Warning, Code: diag.OddValue, Pos: p.Pos, Hint: hint,
			Msg: fmt.Sprintf("%s of %s is %g S/cm2, more than any membrane has", p.Name, def.Name, x)})
	}
}

// checkParam reports a parameter that the mechanism does not have, and
// returns the parameter's unit.
func (b *builder) checkParam(def *mech.Def, p spec.Param) string {
	base := p.Name
	if i := strings.IndexByte(base, '['); i > 0 {
		base = base[:i]
	}
	id := def.Lookup(base)
	if id >= 0 && def.Vars[id].Storage == mech.Instance {
		b.oddConductance(def, p, def.Vars[id].Unit)
		return def.Vars[id].Unit
	}
	if id >= 0 && def.Vars[id].Storage == mech.Pointer {
		b.diags.ErrorHint(diag.BadType, p.Key, "write {sec: soma, loc: 0.5, var: v}", "%q of %q is a POINTER: it takes a variable, not a number", base, def.Name)
		return ""
	}
	var names []string
	for i := range def.Vars {
		if v := &def.Vars[i]; v.Storage == mech.Instance && v.Visible {
			names = append(names, v.Name)
		}
	}
	if id >= 0 && (def.Vars[id].Storage == mech.Uniform || def.Vars[id].Storage == mech.Global) {
		b.diags.ErrorHint(diag.BadValue, p.Key, fmt.Sprintf("set %s_%s under globals", base, def.Name), "parameter %q of %q is global: one value for all instances", base, def.Name)
		return ""
	}
	hint := diag.DidYouMean(base, names)
	if hint == "" {
		hint = "it has " + strings.Join(names, ", ")
	}
	b.diags.ErrorHint(diag.UnknownName, p.Key, hint, "mechanism %q has no parameter %q", def.Name, p.Name)
	return ""
}
