package sonata

import (
	"math"
	"slices"
	"sort"
	"strings"

	"github.com/rallsim/rall/internal/h5"
	"github.com/rallsim/rall/ir"
	"github.com/rallsim/rall/ir/diag"
)

// edge is one edge before its instance has a place in a table.
type edge struct {
	rule          string
	order         int64
	source        int64 // gid, or ^number of a stimulator
	gid           int
	instance      int64 // -1: none
	placed        int32 // -1: none
	weight, delay float64
	index         uint8
	from          *table
}

// instance is a point process on a cell.
type instance struct {
	id      int64
	label   string
	mech    string
	gid     int
	section int
	at      float64
	params  []param
	synapse bool
	table   int // of the model, and the row there
	row     int
	pos     diag.Pos
}

// edgeFile reads the populations of one edges file.
func (r *reader) edgeFile(c *config, v *value) {
	path, root, csv, ok := r.readTables(c, v, "edges_file", "edge_types_file")
	if !ok {
		return
	}
	nodes, blocks := r.listed(path, v, root.Child("edges"), "edges")
	for k, n := range nodes {
		r.block(blocks[k], "chemical")
		r.edgePopulation(diag.Pos{File: path, Path: "/edges/" + n.Name}, n, csv)
		if r.diags.HasErrors() {
			return
		}
	}
}

// ends reads the node ids of one side of all edges.
func (r *reader) ends(t *table, side string) (*population, []int64) {
	d := t.node.Child(side + "_node_id")
	ids, ok := t.dataset(t.node, side+"_node_id", t.n)
	if !ok {
		return nil, nil
	}
	if ids == nil {
		t.errorf(side+"_node_id", "the dataset is missing")
		return nil, nil
	}
	p := r.population(d.AttrString("node_population"), t.at(side+"_node_id"))
	if p == nil {
		return nil, nil
	}
	for i, id := range ids {
		if id < 0 || id >= int64(p.n) {
			t.errorf(side+"_node_id", "edge %d: population %q has no node %d (it has %d)", i, p.name, id, p.n)
			return nil, nil
		}
	}
	return p, ids
}

func (r *reader) edgePopulation(pos diag.Pos, n *h5.Node, csv *csvTable) {
	t := r.newTable(pos, n, "edge", csv, n.Name)
	if t == nil {
		return
	}
	src, sources := r.ends(t, "source")
	tgt, targets := r.ends(t, "target")
	if src == nil || tgt == nil {
		return
	}
	if tgt.virtual && t.n > 0 {
		t.errorf("target_node_id", "virtual nodes receive nothing")
		return
	}
	t.refuse("nsyns", "target_sections", "distance_range", "weight_sigma", "is_gap_junction", "afferent_swc_id", "afferent_segment_id")
	for _, f := range t.strings("weight_function") {
		// These two mean syn_weight itself.
		if f != "" && f != "wmax" && f != "set_syn_weight" {
			r.unsupported(t.at("weight_function"), "weight_function %q", f)
			return
		}
	}
	weight, delay := t.floats("syn_weight"), t.floats("delay")
	order, index := t.ints("model_order", -1), t.ints("weight_index", 0)
	section, at := t.ints("afferent_section_id", -1), t.floats("afferent_section_pos")
	inst, placed := t.ints("afferent_instance_id", -1), t.ints("afferent_point_id", -1)
	rule, label, template, files := t.strings("rule"), t.strings("label"), t.strings("model_template"), t.strings("dynamics_params")
	if weight == nil || delay == nil {
		t.errorf("0/syn_weight", "edges need syn_weight and delay")
		return
	}
	names, _ := t.dynamics()
	own := make([][]float64, len(names))
	for k, name := range names {
		own[k] = t.floats("dynamics_params/" + name)
	}
	for i := range t.n {
		e := edge{rule: n.Name, from: t, order: -1, gid: tgt.gid[targets[i]], instance: -1, placed: -1, weight: weight[i], delay: delay[i]}
		if !src.virtual {
			e.source = int64(src.gid[sources[i]])
		} else {
			e.source = ^int64(src.stim + int(sources[i]))
			if src.target[sources[i]] < 0 {
				src.target[sources[i]] = e.gid
			}
		}
		if !(e.delay >= 0) || math.IsInf(e.delay, 0) {
			t.errorf("delay", "edge %d has a delay of %g ms; expected 0 or more", i, e.delay)
			return
		}
		if math.IsNaN(e.weight) || math.IsInf(e.weight, 0) {
			t.errorf("syn_weight", "edge %d has a weight of %g", i, e.weight)
			return
		}
		if rule != nil && rule[i] != "" {
			e.rule = rule[i]
		}
		if order != nil && order[i] >= 0 {
			e.order = order[i]
		}
		if index != nil {
			if index[i] < 0 || index[i] > math.MaxUint8 {
				t.errorf("weight_index", "edge %d sets number %d of its weights", i, index[i])
				return
			}
			e.index = uint8(index[i])
		}
		typ := tgt.typeOf(int(targets[i]))
		switch {
		case placed != nil && placed[i] >= 0:
			if typ == nil || int(placed[i]) >= len(typ.Points) {
				t.errorf("0/afferent_point_id", "edge %d: cell %d has no point process %d", i, e.gid, placed[i])
				return
			}
			e.placed = int32(placed[i])
		case typ != nil:
			if template == nil || template[i] == "" {
				t.errorf("model_template", "edge %d goes onto a cell with sections and names no synapse", i)
				return
			}
			mech, names2, ok := synapseTemplate(template[i])
			if !ok {
				r.unsupported(t.at("model_template"), "edge %d: model_template %q", i, template[i])
				return
			}
			if section == nil || section[i] < 0 || at == nil || math.IsNaN(at[i]) {
				r.unsupported(t.at("afferent_section_id"), "edge %d: a synapse whose place is left to be drawn (no afferent_section_id and afferent_section_pos)", i)
				return
			}
			if section[i] >= int64(len(typ.Morph.Sections)) || !(at[i] >= 0 && at[i] <= 1) {
				t.errorf("afferent_section_id", "edge %d: no place %g on section %d of cell %d", i, at[i], section[i], e.gid)
				return
			}
			in := instance{id: r.nextID(), mech: mech, gid: e.gid,
				section: int(section[i]), at: at[i], synapse: true, pos: t.pos}
			if inst != nil && inst[i] >= 0 {
				in.id = inst[i]
			}
			if label != nil {
				in.label = label[i]
			}
			if files != nil && files[i] != "" {
				for _, p := range r.modelParams("synaptic_models_dir", files[i], t.at("dynamics_params")) {
					if names2 != nil {
						if p.name, ok = names2[p.name]; !ok {
							r.diags.Errorf(diag.UnknownKey, t.at("dynamics_params"), "%s has a parameter that template %q does not know", files[i], template[i])
							return
						}
					}
					in.params = append(in.params, p)
				}
			}
			if in.label == "" {
				in.label = mech
			}
			for k, name := range names {
				if own[k] != nil && !math.IsNaN(own[k][i]) {
					in.params = set(in.params, name, own[k][i])
				}
			}
			e.instance = in.id
			if !r.addInstance(in) {
				return
			}
		}
		r.edges = append(r.edges, e)
	}
}

func set(list []param, name string, x float64) []param {
	for i := range list {
		if list[i].name == name {
			list[i].x = x
			return list
		}
	}
	return append(list, param{name, x})
}

// synapseTemplate returns the mechanism of a synapse's template. names maps
// the parameters of BMTK's own templates to the mechanism's.
func synapseTemplate(s string) (mech string, names map[string]string, ok bool) {
	if what, ours := strings.CutPrefix(s, "rall:"); ours && what != "" {
		return what, nil, true
	}
	switch strings.ToLower(s) {
	case "exp2syn":
		return "Exp2Syn", map[string]string{"erev": "e", "tau1": "tau1", "tau2": "tau2"}, true
	case "expsyn":
		return "ExpSyn", map[string]string{"erev": "e", "tau1": "tau"}, true
	}
	return "", nil, false
}

// nextID numbers an instance to which the files give no number: behind all
// that have one.
func (r *reader) nextID() int64 { return unnumbered + int64(len(r.instances)) }

// unnumbered is above every number of an instance that a file may give.
const unnumbered = 1 << 40

// addInstance keeps an instance; several edges may name one.
func (r *reader) addInstance(in instance) bool {
	sort.Slice(in.params, func(i, j int) bool { return in.params[i].name < in.params[j].name })
	if k, ok := r.byID[in.id]; ok {
		old := &r.instances[k]
		if old.gid != in.gid || old.section != in.section || old.at != in.at || old.mech != in.mech || old.label != in.label || old.synapse != in.synapse {
			r.diags.Errorf(diag.BadValue, in.pos, "instance %d is another one at %s", in.id, old.pos)
			return false
		}
		if !slices.Equal(old.params, in.params) {
			r.diags.Errorf(diag.BadValue, in.pos, "instance %d has other parameters at %s", in.id, old.pos)
			return false
		}
		return true
	}
	if in.id >= unnumbered+int64(len(r.instances))+1 {
		r.diags.Errorf(diag.BadValue, in.pos, "instance %d: numbers end at %d", in.id, int64(unnumbered)-1)
		return false
	}
	r.byID[in.id] = len(r.instances)
	r.instances = append(r.instances, in)
	return true
}

// projection is the edges of one rule.
type projection struct {
	label string
	e     ir.EdgeTable
}

func (p *projection) Label() string { return p.label }

func (p *projection) Edges(lo, hi int) ir.EdgeTable {
	var out ir.EdgeTable
	for i, t := range p.e.Target {
		if t.Gid < lo || t.Gid >= hi {
			continue
		}
		out.Order = append(out.Order, p.e.Order[i])
		out.Source = append(out.Source, p.e.Source[i])
		out.Target = append(out.Target, t)
		out.Delay = append(out.Delay, p.e.Delay[i])
		out.Weight = append(out.Weight, p.e.Weight[i])
		if p.e.Index != nil {
			out.Index = append(out.Index, p.e.Index[i])
		}
	}
	return out
}

// finishEdges makes tables of the instances, in the order of their numbers,
// projections of the edges, in the model's order, and stimulators of the
// virtual populations.
func (r *reader) finishEdges() {
	r.tables()
	var last int64 = -1
	for i := range r.edges {
		last = max(last, r.edges[i].order)
	}
	for i := range r.edges {
		if r.edges[i].order < 0 {
			last++
			r.edges[i].order = last
		}
	}
	last = -1
	sort.SliceStable(r.edges, func(i, j int) bool { return r.edges[i].order < r.edges[j].order })
	byRule := map[string]*projection{}
	for i := range r.edges {
		e := &r.edges[i]
		if e.order <= last {
			e.from.errorf("model_order", "two edges have the place %d in the model's order", e.order)
			return
		}
		last = e.order
		p := byRule[e.rule]
		if p == nil {
			p = &projection{label: e.rule}
			byRule[e.rule] = p
			r.m.Projs = append(r.m.Projs, p)
		}
		to := ir.Target{Gid: e.gid, Table: -1}
		switch {
		case e.placed >= 0:
			to = ir.Target{Gid: e.gid, Table: -2, Placed: e.placed}
		case e.instance >= 0:
			in := &r.instances[r.byID[e.instance]]
			to = ir.Target{Gid: e.gid, Table: int32(in.table), Row: int32(in.row)}
		}
		t := &p.e
		t.Order, t.Source, t.Target = append(t.Order, e.order), append(t.Source, e.source), append(t.Target, to)
		t.Delay, t.Weight, t.Index = append(t.Delay, e.delay), append(t.Weight, e.weight), append(t.Index, e.index)
	}
	first := -1
	for _, p := range r.m.Pops {
		if first < 0 {
			first = p.FirstGid
		}
	}
	for _, p := range r.pops {
		if !p.virtual {
			continue
		}
		s := &ir.Stimulators{Label: p.label, Target: p.target, Artificial: ir.Artificial{Mech: "VecStim", Trains: p.trains}}
		for i := range s.Target {
			if s.Target[i] < 0 {
				s.Target[i] = first // it reaches nobody
			}
		}
		if p.n > 0 && first >= 0 {
			r.m.Stims = append(r.m.Stims, s)
		}
	}
}

// tables turns the instances into the model's point tables: one for each run
// of one label and mechanism with the same parameters.
func (r *reader) tables() {
	sort.SliceStable(r.instances, func(i, j int) bool { return r.instances[i].id < r.instances[j].id })
	var t *ir.PointTable
	for k := range r.instances {
		in := &r.instances[k]
		if t == nil || t.Label != in.label || t.Mech != in.mech || t.Synapse != in.synapse || !sameNames(t.Params, in.params) {
			t = &ir.PointTable{Label: in.label, Mech: in.mech, Synapse: in.synapse, Pos: in.pos}
			for _, p := range in.params {
				t.Params = append(t.Params, ir.ParamColumn{Name: p.name})
			}
			r.m.Points = append(r.m.Points, t)
		}
		in.table, in.row = len(r.m.Points)-1, len(t.Gid)
		r.byID[in.id] = k
		t.Gid, t.Section, t.At = append(t.Gid, in.gid), append(t.Section, in.section), append(t.At, in.at)
		for i, p := range in.params {
			t.Params[i].Values = append(t.Params[i].Values, p.x)
		}
	}
}

func sameNames(cols []ir.ParamColumn, params []param) bool {
	if len(cols) != len(params) {
		return false
	}
	for i := range cols {
		if cols[i].Name != params[i].name {
			return false
		}
	}
	return true
}
