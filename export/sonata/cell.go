package sonata

import (
	"fmt"
	"math"
	"slices"
	"sort"

	"github.com/rallsim/rall/ir"
	"github.com/rallsim/rall/ir/morph"
)

// cellFormat names the schema of a cell's JSON; doc/sonata.md describes it.
const cellFormat = "rall cell 1"

// CellText writes a cell type with every painted value worked out.
func CellText(t *ir.CellType) ([]byte, error) {
	geom := t.Morph.Geometry(morph.Offset{})
	places := ir.NewPlaces(t.Morph, geom)
	o := object{{"format", cellFormat}, {"name", t.Name}}
	var sections []object
	for i := range t.Morph.Sections {
		s := &t.Morph.Sections[i]
		so := sectionObject(i, s)
		mechs, err := mechanismsOf(t, places, i)
		if err != nil {
			return nil, fmt.Errorf("cell %q, section %q: %w", t.Name, s.Name, err)
		}
		so.add("mechanisms", mechs)
		ions, err := ionsOf(t, places, i)
		if err != nil {
			return nil, fmt.Errorf("cell %q, section %q: %w", t.Name, s.Name, err)
		}
		if len(ions) > 0 {
			so.add("ions", ions)
		}
		sections = append(sections, so)
	}
	o.add("sections", sections)
	if len(t.Morph.Lists) > 0 {
		var lists []object
		for _, l := range t.Morph.Lists {
			lists = append(lists, object{{"name", l.Name}, {"sections", l.Sections}})
		}
		o.add("section_lists", lists)
	}
	if t.Morph.ConnectOrder != nil {
		o.add("connect_order", t.Morph.ConnectOrder)
	}
	if len(t.VInit) > 0 {
		var list []object
		for _, v := range t.VInit {
			list = append(list, object{{"sections", v.Sections}, {"v", v.V}})
		}
		o.add("v_init", list)
	}
	if len(t.Points) > 0 {
		var list []object
		for i := range t.Points {
			p := &t.Points[i]
			params := object{}
			for j := range p.Params {
				params.add(p.Params[j].Name, p.Params[j].Num)
			}
			list = append(list, object{{"label", p.Label}, {"mechanism", p.Mech}, {"section", p.At.Section}, {"pos", p.At.Pos}, {"parameters", params}})
		}
		o.add("points", list)
	}
	detector := object{{"section", t.SpikeFrom.Section}, {"pos", t.SpikeFrom.Pos}, {"threshold", t.Threshold}}
	if v := t.SpikeVar; v != nil {
		detector.add("point", v.Index)
		detector.add("variable", v.Var)
	}
	o.add("spike_detector", detector)
	if len(t.Addresses) > 0 {
		var list []object
		for _, a := range t.Addresses {
			ao := object{{"dialect", a.Dialect}}
			if a.ID != nil {
				ao.add("ids", a.ID)
			}
			if a.Name != nil {
				ao.add("names", a.Name)
			}
			list = append(list, ao)
		}
		o.add("addresses", list)
	}
	return jsonText(o)
}

func sectionObject(id int, s *morph.Section) object {
	o := object{{"id", id}, {"name", s.Name}, {"parent", s.Parent}}
	if s.Parent >= 0 {
		o.add("parent_pos", s.ParentX)
		o.add("child_end", s.ChildX)
	}
	o.add("nseg", s.NSeg)
	if s.L != 0 || len(s.Points) == 0 {
		o.add("L", s.L)
	}
	if len(s.Diam) > 0 {
		o.add("diam", shortest(s.Diam))
	}
	o.add("Ra", s.Ra)
	if len(s.Cm) > 0 {
		o.add("cm", shortest(s.Cm))
	}
	if len(s.Points) > 0 {
		points := make([][]float64, len(s.Points))
		for i, p := range s.Points {
			points[i] = []float64{p.X, p.Y, p.Z, p.D}
		}
		o.add("points", points)
	}
	if s.Drawn > 0 {
		o.add("drawn", s.Drawn)
	}
	if s.Wire != nil {
		o.add("wire", []float64{s.Wire.X, s.Wire.Y, s.Wire.Z})
	}
	return o
}

// shortest is a number for a list of one value, or of one value repeated.
func shortest(v []float64) any {
	for _, x := range v {
		if math.Float64bits(x) != math.Float64bits(v[0]) {
			return v
		}
	}
	return v[0]
}

// mechanismsOf lists what is painted on a section, with the values that
// stand at the end: later paint wins parameter by parameter.
func mechanismsOf(t *ir.CellType, places *ir.Places, sec int) (object, error) {
	found := map[string]map[string]any{}
	for i := range t.Paint {
		p := &t.Paint[i]
		if !slices.Contains(p.Sections, sec) {
			continue
		}
		if found[p.Mech] == nil {
			found[p.Mech] = map[string]any{}
		}
		for j := range p.Params {
			v, err := values(t, places, &p.Params[j].Value, sec)
			if err != nil {
				return nil, fmt.Errorf("%s of %s: %w", p.Params[j].Name, p.Mech, err)
			}
			found[p.Mech][p.Params[j].Name] = v
		}
	}
	return nested(found), nil
}

func ionsOf(t *ir.CellType, places *ir.Places, sec int) (object, error) {
	found := map[string]map[string]any{}
	for i := range t.Ions {
		p := &t.Ions[i]
		if !slices.Contains(p.Sections, sec) {
			continue
		}
		v, err := values(t, places, &p.Value, sec)
		if err != nil {
			return nil, fmt.Errorf("%s of ion %s: %w", p.What, p.Ion, err)
		}
		if found[p.Ion] == nil {
			found[p.Ion] = map[string]any{}
		}
		found[p.Ion][p.What] = v
	}
	return nested(found), nil
}

func values(t *ir.CellType, places *ir.Places, v *ir.Value, sec int) (any, error) {
	all := make([]float64, t.Morph.Sections[sec].NSeg)
	for cv := range all {
		x, err := places.Value(v, sec, cv)
		if err != nil {
			return nil, err
		}
		all[cv] = x
	}
	return shortest(all), nil
}

func nested(m map[string]map[string]any) object {
	o := object{}
	for _, k := range keys(m) {
		in := object{}
		for _, p := range keys(m[k]) {
			in.add(p, m[k][p])
		}
		o.add(k, in)
	}
	return o
}

func keys[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}
