package sonata

import (
	"math"
	"slices"
	"strings"

	"github.com/rallsim/rall/ir"
	"github.com/rallsim/rall/ir/diag"
)

// reports reads what is to be sampled. All reports must ask for one step.
func (r *reader) reports(c *config) {
	var sets *value
	if p, ok := c.path(c.v.get("compartment_sets_file")); ok {
		if sets = r.readJSON(p, c.v.get("compartment_sets_file").pos); sets == nil {
			return
		}
	}
	var all []member
	for _, key := range []string{"reports", "rall_reports"} {
		v := c.v.get(key)
		switch {
		case v == nil:
		case v.kind != object:
			r.diags.Errorf(diag.BadType, v.pos, "expected an object of reports, found %s", v.kind)
			return
		case key == "reports":
			all = append(all, v.keys...)
		default:
			for _, m := range v.keys {
				at := len(all)
				if o := m.val.get("order"); o != nil && o.kind == number && o.num >= 0 && o.num < float64(at) {
					at = int(o.num) // its place among all reports
				}
				all = slices.Insert(all, at, m)
			}
		}
	}
	step := math.NaN()
	for _, m := range all {
		f := r.object(m.val, "label", "type", "module", "cells", "variable_name", "sections", "compartments", "compartment_set", "instance_ids", "all_synapses",
			"node_ids", "point_ids", "start_time", "end_time", "dt", "file_name", "format", "unit", "order", "enabled")
		if f.v == nil {
			continue
		}
		if e := f.v.get("enabled"); e != nil && e.kind == boolean && !e.truth {
			continue
		}
		if f.number("start_time", 0) != 0 || f.number("end_time", r.m.Conditions.Duration) < r.m.Conditions.Duration {
			r.unsupported(f.v.pos, "a report over a part of the run")
			continue
		}
		dt := f.number("dt", r.m.Conditions.Dt)
		if !(dt > 0) || r.m.Conditions.Duration/dt > mostSteps {
			r.diags.Errorf(diag.BadValue, f.v.pos, "a report every %g ms", dt)
			continue
		}
		if !math.IsNaN(step) && dt != step {
			r.unsupported(f.v.get("dt").pos, "a report with another step than those before")
			continue
		}
		step = dt
		r.report(m.key, f, sets)
	}
	if !math.IsNaN(step) {
		r.m.Conditions.RecordStep = step
	}
}

func (r *reader) report(name string, f fields, sets *value) {
	rec := ir.Record{Label: f.text("label", name), Ref: ir.Ref{Table: -1, Place: -1}, Pos: f.v.pos}
	rec.Var = f.needText("variable_name")
	kind := f.text("type", "")
	if kind == "" {
		switch m := f.text("module", ""); m {
		case "membrane_report":
			kind = "membrane_report"
		default:
			r.unsupported(f.v.pos, "a report of module %q", m)
			return
		}
	}
	if kind != "synapse" && kind != "point" {
		// A mechanism's variable is MECH.name.
		if mech, v, ok := strings.Cut(rec.Var, "."); ok {
			rec.Mech, rec.Var = mech, v
		}
	}
	switch kind {
	case "compartment_set":
		r.compartmentSet(f, sets, rec)
	case "synapse":
		if all := f.want("all_synapses", boolean); all != nil {
			rec.All = all.truth
		}
		ids := f.list("instance_ids")
		if ids == nil {
			r.unsupported(f.v.pos, "a report of synapses without instance_ids")
		}
		for _, x := range ids {
			p, ok := r.byID[int64(x.num)]
			if x.kind != number || x.num != math.Trunc(x.num) || !ok {
				// A clamp's number counts up from its input's.
				r.diags.Errorf(diag.UnknownName, x.pos, "no point process has the number %g", x.num)
				return
			}
			t := r.m.Points[p.table]
			rec.Gid, rec.At, rec.Table, rec.Row = t.Gid[p.row], ir.Location{Section: t.Section[p.row], Pos: t.At[p.row]}, p.table, p.row
			r.m.Records = append(r.m.Records, rec)
		}
	case "point":
		r.pointReport(f, rec)
	case "membrane_report", "compartment":
		r.somaReport(f, rec)
	default:
		r.unsupported(f.v.pos, "a report of type %q", kind)
	}
}

// compartmentSet records at the places of a set.
func (r *reader) compartmentSet(f fields, sets *value, rec ir.Record) {
	name := f.needText("compartment_set")
	set := sets.get(name)
	if set == nil {
		r.diags.Errorf(diag.UnknownName, f.v.pos, "no compartment set %q", name)
		return
	}
	sf := r.object(set, "population", "compartment_set")
	p := r.population(sf.needText("population"), set.pos)
	if p == nil {
		return
	}
	if p.gid == nil {
		r.diags.Errorf(diag.BadValue, set.pos, "population %q is virtual: there is nothing to record", p.name)
		return
	}
	for _, it := range sf.list("compartment_set") {
		x := r.numbers(it)
		if len(x) != 3 || x[0] != math.Trunc(x[0]) || x[0] < 0 || x[0] >= float64(p.n) || x[1] != math.Trunc(x[1]) || x[1] < 0 || !(x[2] >= 0 && x[2] <= 1) {
			r.diags.Errorf(diag.BadValue, it.pos, "expected a node, a section and a place from 0 to 1")
			return
		}
		node := int(x[0])
		rec.Gid = int(p.gid[node])
		if p.cell != nil {
			if n := len(p.cell[node].Morph.Sections); x[1] >= float64(n) {
				r.diags.Errorf(diag.BadValue, it.pos, "cell type %q has no section %g: it has %d", p.cell[node].Name, x[1], n)
				return
			}
			rec.At = ir.Location{Section: int(x[1]), Pos: x[2]}
		}
		r.m.Records = append(r.m.Records, rec)
	}
}

func (r *reader) pointReport(f fields, rec ir.Record) {
	p := r.population(f.needText("cells"), f.v.pos)
	nodes, points := f.list("node_ids"), f.list("point_ids")
	if p == nil || p.cell == nil || len(nodes) != len(points) {
		r.diags.Errorf(diag.BadValue, f.v.pos, "a report of placed points needs cells with sections, node_ids and as many point_ids")
		return
	}
	for i := range nodes {
		n, k := nodes[i].num, points[i].num
		if nodes[i].kind != number || points[i].kind != number || n != math.Trunc(n) || n < 0 || n >= float64(p.n) ||
			k != math.Trunc(k) || k < 0 || k >= float64(len(p.cell[int(n)].Points)) {
			r.diags.Errorf(diag.BadValue, nodes[i].pos, "no placed point %g on node %g of %q", k, n, p.name)
			return
		}
		rec.Gid, rec.Place, rec.At = int(p.gid[int(n)]), int32(k), p.cell[int(n)].Points[int(k)].At
		r.m.Records = append(r.m.Records, rec)
	}
}

// somaReport is the guide's report of a variable in the middle of the soma.
func (r *reader) somaReport(f fields, rec ir.Record) {
	if s := f.v.get("sections"); s != nil && !(s.kind == text && s.str == "soma") {
		r.unsupported(s.pos, "a report of sections other than soma")
		return
	}
	if s := f.v.get("compartments"); s != nil && !(s.kind == text && s.str == "center") {
		r.unsupported(s.pos, "a report of compartments other than the centre")
		return
	}
	cells := f.v.get("cells")
	if cells == nil {
		cells = &value{kind: text, str: "all", pos: f.v.pos}
	}
	for _, s := range r.nodeSet(cells, nil) {
		if s.pop.cell == nil {
			continue
		}
		for _, n := range s.nodes {
			sec := max(sectionNamed(s.pop.cell[n], "soma"), 0)
			rec.Gid, rec.At = int(s.pop.gid[n]), ir.Location{Section: sec, Pos: .5}
			r.m.Records = append(r.m.Records, rec)
		}
	}
}
