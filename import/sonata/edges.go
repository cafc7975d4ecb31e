package sonata

import (
	"math"
	"slices"
	"strings"

	"github.com/rallsim/rall/internal/h5"
	"github.com/rallsim/rall/ir"
	"github.com/rallsim/rall/ir/diag"
)

// edgeFile finds the populations of one edges file.
func (r *reader) edgeFile(c *config, v *value) {
	path, root, csv, ok := r.readTables(c, v, "edges_file", "edge_types_file", true)
	if !ok {
		return
	}
	nodes, blocks := r.listed(path, v, root.Child("edges"), "edges")
	for k, n := range nodes {
		r.block(blocks[k], "chemical")
		s := r.newEdgeSet(path, n, csv)
		if s == nil {
			return
		}
		r.edgeSets = append(r.edgeSets, s)
	}
}

// ends reads the node ids of one side of edges.
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
			t.errorf(side+"_node_id", "edge %d: population %q has no node %d (it has %d)", t.rowAt(i), p.name, id, p.n)
			return nil, nil
		}
	}
	return p, ids
}

// edges keeps the edges of a block onto cells that are this rank's.
func (r *reader) edges(s *edgeSet, b *block) {
	t := r.newTable(s.pos, b.node, "edge", s.csv, s.name)
	if t == nil {
		return
	}
	t.first, t.rows = int(s.base), b.rows
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
	rule, template := t.strings("rule"), t.strings("model_template")
	if weight == nil || delay == nil {
		t.errorf("0/syn_weight", "edges need syn_weight and delay")
		return
	}
	kinds := &kindMaker{r: r, t: t, label: t.strings("label"), template: template, files: t.strings("dynamics_params"), known: map[kindKey]*edgeKind{}}
	kinds.names, _ = t.dynamics()
	if len(kinds.names) > 64 {
		r.unsupported(t.at("0/dynamics_params"), "edges with %d parameters of their own", len(kinds.names))
		return
	}
	for _, name := range kinds.names {
		kinds.own = append(kinds.own, t.floats("dynamics_params/"+name))
	}
	if r.diags.HasErrors() {
		return
	}
	for i := range t.n {
		gid := tgt.gid[targets[i]]
		source := r.sourceOf(src, sources[i], gid)
		if r.own != nil && !r.own(gid) {
			continue
		}
		if !(delay[i] >= 0) || math.IsInf(delay[i], 0) {
			t.errorf("delay", "edge %d has a delay of %g ms; expected 0 or more", t.rowAt(i), delay[i])
			return
		}
		if math.IsNaN(weight[i]) || math.IsInf(weight[i], 0) {
			t.errorf("syn_weight", "edge %d has a weight of %g", t.rowAt(i), weight[i])
			return
		}
		number := t.first + t.rowAt(i)
		place := int64(unnumbered + number)
		if order != nil && order[i] >= 0 {
			if place = order[i]; place >= unnumbered {
				t.errorf("model_order", "edge %d has the place %d; places end at %d", t.rowAt(i), place, int64(unnumbered)-1)
				return
			}
			r.ordered = true
		}
		element := uint8(0)
		if index != nil {
			if index[i] < 0 || index[i] > math.MaxUint8 {
				t.errorf("weight_index", "edge %d sets number %d of its weights", t.rowAt(i), index[i])
				return
			}
			element = uint8(index[i])
		}
		to := ir.Target{Gid: gid, Table: -1}
		typ := tgt.typeOf(int(targets[i]))
		switch {
		case placed != nil && placed[i] >= 0:
			if typ == nil || int(placed[i]) >= len(typ.Points) {
				t.errorf("0/afferent_point_id", "edge %d: cell %d has no point process %d", t.rowAt(i), gid, placed[i])
				return
			}
			to.Table, to.Placed = -2, int32(placed[i])
		case typ != nil:
			if template == nil || template[i] == "" {
				t.errorf("model_template", "edge %d goes onto a cell with sections and names no synapse", t.rowAt(i))
				return
			}
			k := kinds.of(i)
			if k == nil {
				return
			}
			if section == nil || section[i] < 0 || at == nil || math.IsNaN(at[i]) {
				r.unsupported(t.at("afferent_section_id"), "edge %d: a synapse whose place is left to be drawn (no afferent_section_id and afferent_section_pos)", t.rowAt(i))
				return
			}
			if section[i] >= int64(len(typ.Morph.Sections)) || !(at[i] >= 0 && at[i] <= 1) {
				t.errorf("afferent_section_id", "edge %d: no place %g on section %d of cell %d", t.rowAt(i), at[i], section[i], gid)
				return
			}
			in := instance{id: int64(unnumbered + number), gid: gid, section: int(section[i]), at: at[i], values: kinds.valuesOf(k, i), pos: s.pos}
			if inst != nil && inst[i] >= 0 {
				in.id = inst[i]
			}
			p, ok := r.add(k.pointKind, &in)
			if !ok {
				return
			}
			to.Table, to.Row = p.table, p.row
		}
		name := s.name
		if rule != nil && rule[i] != "" {
			name = rule[i]
		}
		e := &r.projection(name, s).e
		e.Order, e.Source, e.Target = append(e.Order, place), append(e.Source, source), append(e.Target, to)
		e.Delay, e.Weight = append(e.Delay, delay[i]), append(e.Weight, weight[i])
		if element != 0 && e.Index == nil {
			e.Index = make([]uint8, len(e.Order)-1, cap(e.Order))
		}
		if e.Index != nil {
			e.Index = append(e.Index, element)
		}
	}
}

// sourceOf is what edges call a source. A virtual node is held by the first
// cell that it reaches.
func (r *reader) sourceOf(p *population, node int64, gid int) int64 {
	if !p.virtual {
		return int64(p.gid[node])
	}
	if p.target[node] < 0 {
		p.target[node] = gid
	}
	return ^int64(p.stim + int(node))
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

// projection is the edges of one rule.
type projection struct {
	label string
	set   *edgeSet // the first that has some
	e     ir.EdgeTable
}

func (r *reader) projection(label string, s *edgeSet) *projection {
	if p := r.last; p != nil && p.label == label {
		return p
	}
	p := r.byRule[label]
	if p == nil {
		p = &projection{label: label, set: s}
		r.byRule[label] = p
		r.projections = append(r.projections, p)
	}
	r.last = p
	return p
}

func (p *projection) Label() string { return p.label }

func (p *projection) Edges(lo, hi int) ir.EdgeTable {
	inside := func(t ir.Target) bool { return t.Gid >= lo && t.Gid < hi }
	if !slices.ContainsFunc(p.e.Target, func(t ir.Target) bool { return !inside(t) }) {
		return p.e
	}
	var out ir.EdgeTable
	for i, t := range p.e.Target {
		if !inside(t) {
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

// sort brings edges with places in the model's order into it, and says whether
// no place is given twice.
func (p *projection) sort() bool {
	e := &p.e
	if !slices.IsSorted(e.Order) {
		by := make([]int, len(e.Order))
		for i := range by {
			by[i] = i
		}
		slices.SortStableFunc(by, func(a, b int) int { return int(max(min(e.Order[a]-e.Order[b], 1), -1)) })
		e.Order, e.Source, e.Target = permuted(e.Order, by), permuted(e.Source, by), permuted(e.Target, by)
		e.Delay, e.Weight, e.Index = permuted(e.Delay, by), permuted(e.Weight, by), permuted(e.Index, by)
	}
	for i := 1; i < len(e.Order); i++ {
		if e.Order[i] == e.Order[i-1] {
			p.set.errorf("model_order", "two edges have the place %d in the model's order", e.Order[i])
			return false
		}
	}
	return true
}

func permuted[T any](x []T, by []int) []T {
	if x == nil {
		return nil
	}
	out := make([]T, len(x))
	for i, k := range by {
		out[i] = x[k]
	}
	return out
}

// finishEdges makes projections of the edges and stimulators of the virtual
// populations.
func (r *reader) finishEdges() {
	if len(r.byID) > 0 {
		r.byNumber()
	}
	if r.ordered {
		var places []int64
		for _, p := range r.projections {
			if !p.sort() {
				return
			}
			places = append(places, p.e.Order...)
		}
		slices.Sort(places)
		for i := 1; i < len(places); i++ {
			if places[i] == places[i-1] {
				r.projections[0].set.errorf("model_order", "two edges have the place %d in the model's order", places[i])
				return
			}
		}
		slices.SortStableFunc(r.projections, func(a, b *projection) int { return int(max(min(a.e.Order[0]-b.e.Order[0], 1), -1)) })
	}
	for _, p := range r.projections {
		r.m.Projs = append(r.m.Projs, p)
	}
	r.stimulators()
}

// stimulators are the nodes of virtual populations.
func (r *reader) stimulators() {
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
		s := &ir.Stimulators{Label: p.label, Target: slices.Clone(p.target), Artificial: ir.Artificial{Mech: "VecStim", Trains: p.trains}}
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

// block is a part of an edge population that is read at once.
type block struct {
	node *h5.Node
	rows []int // by edge: its row in the file; nil: all
}

// rowAt is the row in the file of what stands in row i here.
func (t *table) rowAt(i int) int {
	if t.rows == nil {
		return i
	}
	return t.rows[i]
}

func (s *edgeSet) errorf(name, format string, args ...any) {
	p := s.pos
	p.Path += "/" + name
	s.r.diags.Errorf(diag.BadValue, p, format, args...)
}
