package build

import (
	"slices"

	"github.com/rallsim/rall/import/swc"
	"github.com/rallsim/rall/ir"
	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/mech"
	"github.com/rallsim/rall/ir/morph"
	"github.com/rallsim/rall/spec"
)

// fromFile makes a cell type of a morphology file and what a rule paints on
// its regions.
func (b *builder) fromFile(c *cell, t *cellType, r *spec.CellRule, rules []int) *cellType {
	if len(rules) > 1 {
		b.diags.Errorf(diag.Unsupported, r.Morphology.Pos, "a rule with a morphology cannot be merged with other rules (%s)", t.Name)
		return nil
	}
	text, err := b.files(r.Morphology.S)
	if err != nil {
		b.diags.ErrorHint(diag.FileMissing, r.Morphology.Pos, "paths count from the spec's folder", "cellParams %q: morphology %q: %v", r.Label, r.Morphology.S, err)
		return nil
	}
	m := swc.Import(r.Morphology.S, text, r.Exact, b.diags)
	if m == nil {
		return nil // said where it stands in the file
	}
	var made []int // sections that come with a number of CVs
	if r.Axon.S != "" {
		if m, made = swc.ReplaceAxon(m, r.Axon.S, r.Axon.Pos, b.diags); m == nil {
			return nil
		}
	}
	t.fromFile = true
	// Resistivity and capacitance come first: nseg may go by them.
	sections := append([]morph.Section(nil), m.Sections...)
	for i := range r.Regions {
		reg := &r.Regions[i]
		for _, s := range b.regionSections(m, reg) {
			if reg.Ra.IsSet() {
				sections[s].Ra = reg.Ra.Num
			}
			if reg.Cm.IsSet() {
				sections[s].Cm = []float64{reg.Cm.Num}
			}
		}
	}
	for i := range sections {
		if !slices.Contains(made, i) {
			sections[i].NSeg = chooseNSeg(&sections[i], r.NSeg)
		}
	}
	t.Morph = &morph.Morphology{Sections: sections, Lists: m.Lists, ConnectOrder: m.ConnectOrder}
	if !t.Morph.Check(b.diags) {
		return nil
	}
	t.geom = t.Morph.Geometry(morph.Offset{})
	for i := range sections {
		t.index[sections[i].Name] = i
		t.secs = append(t.secs, &section{name: sections[i].Name, sec: sections[i]})
	}
	for _, l := range m.Lists {
		list := spec.SecList{Name: l.Name}
		for _, s := range l.Sections {
			list.Secs = append(list.Secs, spec.Text{S: sections[s].Name})
		}
		t.lists = append(t.lists, list)
	}
	for i := range r.Regions {
		b.region(t, &r.Regions[i])
	}
	for i := range r.Secs {
		// The file's sections may carry the keys of secs that are no geometry.
		s := &r.Secs[i]
		k, ok := t.index[s.Name]
		if !ok {
			b.diags.ErrorHint(diag.UnknownName, s.Pos, diag.DidYouMean(s.Name, t.names()), "the morphology has no section %q", s.Name)
			continue
		}
		t.secs[k].spikeLoc, t.secs[k].threshold, t.secs[k].weightNorm = s.SpikeGenLoc, s.Threshold, s.WeightNorm
		for j := range s.PointPs {
			b.placePoint(c, t, &s.PointPs[j], k, nil)
		}
	}
	b.finish(t)
	if b.diags.HasErrors() {
		return nil
	}
	return t
}

func (b *builder) regionSections(m *morph.Morphology, reg *spec.Region) []int {
	if list, ok := m.List(reg.SecList); ok {
		return list
	}
	if i := m.Index(reg.SecList); i >= 0 {
		return []int{i}
	}
	var names []string
	for _, l := range m.Lists {
		names = append(names, l.Name)
	}
	if !b.said["region "+reg.SecList] {
		b.said["region "+reg.SecList] = true
		b.diags.ErrorHint(diag.UnknownName, reg.Pos, diag.DidYouMean(reg.SecList, names), "the morphology has no section list and no section %q", reg.SecList)
	}
	return nil
}

// region paints one region; expressions of place go to the lowering.
func (b *builder) region(t *cellType, reg *spec.Region) {
	sections := b.regionSections(t.Morph, reg)
	if len(sections) == 0 {
		return
	}
	for i := range reg.Mechs {
		m := &reg.Mechs[i]
		def := b.mechanism(m.Name, m.Pos, mech.Density, "density mechanism")
		if def == nil {
			continue
		}
		if len(m.Pointers) > 0 {
			b.diags.ErrorHint(diag.Unsupported, m.Pointers[0].Pos, "give the sections by secs", "POINTERs of a region's mechanism")
			continue
		}
		p := ir.Paint{Mech: m.Name, Sections: sections, Pos: m.Pos}
		for _, par := range m.Params {
			unit := b.checkParam(def, par)
			v := ir.Value{Pos: par.Pos}
			switch par.Kind {
			case spec.Number:
				v.Num = b.convert(par.Value, unit)
			case spec.Function:
				v.Expr = par.Func
			default:
				b.diags.Errorf(diag.BadType, par.Pos, "a region's parameter is a number or an expression of dist_path, dist_euclidean, x, y and z")
				continue
			}
			p.Params = append(p.Params, ir.Param{Name: par.Name, Value: v})
		}
		t.Paint = append(t.Paint, p)
	}
	for i := range reg.Ions {
		for _, p := range reg.Ions[i].Params {
			t.Ions = append(t.Ions, ir.IonValue{Ion: reg.Ions[i].Name, What: p.Name, Sections: sections, Value: ir.Value{Num: p.Num, Pos: p.Pos}})
		}
	}
	if reg.VInit.IsSet() {
		t.VInit = append(t.VInit, ir.VInit{Sections: sections, V: reg.VInit.Num})
	}
}

// chooseNSeg applies a rule for nseg; nil is the default, a tenth of lambda at
// 100 Hz.
func chooseNSeg(s *morph.Section, by *spec.NSegRule) int {
	switch {
	case by == nil:
		return morph.NSegRule{DLambda: .1, Freq: 100}.Count(s)
	case by.AsImported:
		return 1
	}
	return morph.NSegRule{N: by.N, DLambda: by.DLambda, Freq: by.Freq, MaxLength: by.MaxLength}.Count(s)
}
