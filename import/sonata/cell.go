package sonata

import (
	"math"

	"github.com/rallsim/rall/ir"
	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/morph"
)

// cellFormat is the schema that is read; doc/sonata.md describes it.
const cellFormat = "rall cell 1"

// most CVs of a cell, so that a small file cannot ask for all memory.
const mostCVs = 10_000_000

// param is a parameter's value.
type param struct {
	name string
	x    float64
}

// cell reads a cell's JSON, once per file; nil after an error.
func (r *reader) cell(path string, from diag.Pos) *ir.CellType {
	if t, ok := r.cells[path]; ok {
		return t
	}
	r.cells[path] = nil
	v := r.readJSON(path, from)
	if v == nil {
		return nil
	}
	before := r.diags.Count(diag.Error)
	t := r.cellType(v)
	if r.diags.Count(diag.Error) > before {
		return nil
	}
	r.cells[path] = t
	r.m.CellTypes = append(r.m.CellTypes, t)
	return t
}

func (r *reader) cellType(v *value) *ir.CellType {
	f := r.object(v, "format", "name", "sections", "section_lists", "connect_order", "v_init", "points", "spike_detector", "addresses")
	if f.v == nil {
		return nil
	}
	if s := f.text("format", ""); s != cellFormat {
		r.diags.Errorf(diag.BadValue, v.pos, "format %q; expected %q", s, cellFormat)
		return nil
	}
	t := &ir.CellType{Name: f.needText("name"), Morph: &morph.Morphology{}, Pos: v.pos}
	t.Threshold = 10
	if !math.IsNaN(r.threshold) {
		t.Threshold = r.threshold
	}
	sections := f.list("sections")
	if len(sections) == 0 {
		f.missing("sections")
		return nil
	}
	n := len(sections)
	cvs := 0
	for i, s := range sections {
		sec := r.section(t, i, n, s)
		cvs += max(sec.NSeg, 0)
		t.Morph.Sections = append(t.Morph.Sections, sec)
	}
	if cvs > mostCVs {
		r.diags.Errorf(diag.BadValue, v.pos, "a cell of %d CVs; %d are the most", cvs, mostCVs)
		return nil
	}
	for _, l := range f.list("section_lists") {
		lf := r.object(l, "name", "sections")
		t.Morph.Lists = append(t.Morph.Lists, morph.List{Name: lf.needText("name"), Sections: r.indices(lf.v.get("sections"), n, "section")})
	}
	if o := f.v.get("connect_order"); o != nil {
		t.Morph.ConnectOrder = r.indices(o, n, "section")
	}
	for _, x := range f.list("v_init") {
		xf := r.object(x, "sections", "v")
		t.VInit = append(t.VInit, ir.VInit{Sections: r.indices(xf.v.get("sections"), n, "section"), V: xf.need("v")})
	}
	for _, p := range f.list("points") {
		t.Points = append(t.Points, r.placed(p, n))
	}
	if d := f.v.get("spike_detector"); d != nil {
		df := r.object(d, "section", "pos", "threshold", "point", "variable")
		if df.v.get("point") != nil {
			t.SpikeVar = &ir.PlacedVar{Index: df.whole("point", 0, len(t.Points)-1), Var: df.needText("variable")}
		}
		t.SpikeFrom = ir.Location{Section: df.whole("section", 0, n-1), Pos: r.position(df)}
		t.Threshold = df.number("threshold", t.Threshold)
	} else {
		t.SpikeFrom = ir.Location{Pos: .5}
	}
	for _, a := range f.list("addresses") {
		t.Addresses = append(t.Addresses, r.addresses(a, n))
	}
	if r.diags.HasErrors() || !t.Morph.Check(r.diags) {
		return nil
	}
	return t
}

// position is a place along a section, 0 to 1.
func (r *reader) position(f fields) float64 {
	x := f.need("pos")
	if !(x >= 0 && x <= 1) {
		r.diags.Errorf(diag.BadValue, f.v.get("pos").pos, "pos %g; expected 0 to 1", x)
	}
	return x
}

func (r *reader) section(t *ir.CellType, i, n int, v *value) morph.Section {
	f := r.object(v, "id", "name", "parent", "parent_pos", "child_end", "nseg", "L", "diam", "Ra", "cm", "points", "drawn", "wire", "mechanisms", "ions")
	s := morph.Section{Parent: -1, Pos: v.pos}
	if f.v == nil {
		return s
	}
	if id := f.whole("id", 0, n-1); id != i && !r.diags.HasErrors() {
		r.diags.Errorf(diag.BadValue, v.pos, "section %d stands at place %d; a section's id is its place", id, i)
	}
	s.Name = f.needText("name")
	s.Parent = f.whole("parent", -1, n-1)
	if s.Parent >= 0 {
		s.ParentX, s.ChildX = f.need("parent_pos"), f.need("child_end")
	}
	s.NSeg = f.whole("nseg", 1, morph.MaxNSeg)
	s.L = f.number("L", 0)
	s.Diam, s.Cm = r.numbers(f.v.get("diam")), r.numbers(f.v.get("cm"))
	s.Ra = f.need("Ra")
	for _, p := range f.list("points") {
		x := r.numbers(p)
		if len(x) != 4 {
			r.diags.Errorf(diag.BadValue, p.pos, "a 3-D point is x, y, z and the diameter; here are %d numbers", len(x))
			break
		}
		s.Points = append(s.Points, morph.Point{X: x[0], Y: x[1], Z: x[2], D: x[3]})
	}
	s.Drawn = f.number("drawn", 0)
	if w := f.v.get("wire"); w != nil {
		if x := r.numbers(w); len(x) == 3 {
			s.Wire = &morph.Offset{X: x[0], Y: x[1], Z: x[2]}
		} else {
			r.diags.Errorf(diag.BadValue, w.pos, "expected x, y and z")
		}
	}
	if m := f.want("mechanisms", object); m != nil {
		for _, k := range m.keys {
			p := ir.Paint{Mech: k.key, Sections: []int{i}, Pos: k.val.pos}
			p.Params = r.paintParams(k.val, s.NSeg)
			t.Paint = append(t.Paint, p)
		}
	}
	if ions := f.want("ions", object); ions != nil {
		for _, k := range ions.keys {
			for _, p := range r.paintParams(r.object(k.val, "e", "i", "o").v, s.NSeg) {
				t.Ions = append(t.Ions, ir.IonValue{Ion: k.key, What: p.Name, Sections: []int{i}, Value: p.Value})
			}
		}
	}
	return s
}

// paintParams reads values of a section: one, or one per CV.
func (r *reader) paintParams(v *value, nseg int) []ir.Param {
	if v == nil {
		return nil
	}
	if v.kind != object {
		r.diags.Errorf(diag.BadType, v.pos, "expected an object of parameters, found %s", v.kind)
		return nil
	}
	var out []ir.Param
	for _, m := range v.keys {
		p := ir.Param{Name: m.key, Value: ir.Value{Pos: m.val.pos}}
		x := r.numbers(m.val)
		switch {
		case x == nil:
			if m.val.kind == null {
				r.diags.Errorf(diag.BadType, m.val.pos, "%s: expected a number or one per CV, found null", m.key)
			}
			continue
		case m.val.kind == number:
			p.Num = x[0]
		case len(x) != nseg:
			r.diags.Errorf(diag.BadValue, m.val.pos, "%s: %d values for %d CVs", m.key, len(x), nseg)
		default:
			p.PerCV = x
		}
		out = append(out, p)
	}
	return out
}

func (r *reader) placed(v *value, n int) ir.Placed {
	f := r.object(v, "label", "mechanism", "section", "pos", "parameters")
	p := ir.Placed{Pos: v.pos}
	if f.v == nil {
		return p
	}
	p.Label, p.Mech = f.text("label", ""), f.needText("mechanism")
	p.At = ir.Location{Section: f.whole("section", 0, n-1), Pos: r.position(f)}
	for _, q := range r.parameters(f.v.get("parameters")) {
		p.Params = append(p.Params, ir.Param{Name: q.name, Value: ir.Value{Num: q.x, Pos: v.pos}})
	}
	return p
}

// parameters reads an object of numbers.
func (r *reader) parameters(v *value) []param {
	if v == nil || v.kind == null {
		return nil
	}
	if v.kind != object {
		r.diags.Errorf(diag.BadType, v.pos, "expected an object of parameters, found %s", v.kind)
		return nil
	}
	out := make([]param, 0, len(v.keys))
	for _, m := range v.keys {
		if m.val.kind != number {
			r.diags.Errorf(diag.BadType, m.val.pos, "%s: expected a number, found %s", m.key, m.val.kind)
			continue
		}
		out = append(out, param{m.key, m.val.num})
	}
	return out
}

func (r *reader) addresses(v *value, n int) ir.Addresses {
	f := r.object(v, "dialect", "ids", "names")
	a := ir.Addresses{Dialect: f.text("dialect", "")}
	for _, x := range f.list("ids") {
		if x.kind != number || x.num != math.Trunc(x.num) || math.Abs(x.num) > 1<<53 {
			r.diags.Errorf(diag.BadType, x.pos, "expected a whole number")
			return a
		}
		a.ID = append(a.ID, int64(x.num))
	}
	for _, x := range f.list("names") {
		if x.kind != text {
			r.diags.Errorf(diag.BadType, x.pos, "expected a string, found %s", x.kind)
			return a
		}
		a.Name = append(a.Name, x.str)
	}
	if a.ID != nil && len(a.ID) != n || a.Name != nil && len(a.Name) != n {
		r.diags.Errorf(diag.BadValue, v.pos, "addresses of %d sections in a cell of %d", max(len(a.ID), len(a.Name)), n)
	}
	return a
}

// modelParams reads a file of parameters, once.
func (r *reader) modelParams(component, name string, pos diag.Pos) []param {
	path, ok := r.inFolder(component, name, pos)
	if !ok {
		return nil
	}
	if p, ok := r.params[path]; ok {
		return p
	}
	p := r.parameters(r.readJSON(path, pos))
	r.params[path] = p
	return p
}
