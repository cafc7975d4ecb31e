package sonata

import (
	"cmp"
	"math"
	"slices"
	"sort"

	"github.com/rallsim/rall/ir"
	"github.com/rallsim/rall/ir/diag"
)

// pointKind is what point processes have in common: they share a table of the model.
type pointKind struct {
	label, mech string
	synapse     bool
	names       []string // of the parameters, sorted
	table       int32    // of the model
	t           *ir.PointTable
	pos         diag.Pos
}

// place is a row of a table of the model.
type place struct{ table, row int32 }

// unnumbered is above every number of an instance, and every place of an edge
// in the model's order, that a file may give. What has none comes behind all
// that have one, in the order of the files.
const unnumbered = 1 << 40

// kindOf returns the kind of those names, which are sorted.
func (r *reader) kindOf(label, mech string, synapse bool, names []string, pos diag.Pos) *pointKind {
	for _, k := range r.kinds {
		if k.label == label && k.mech == mech && k.synapse == synapse && slices.Equal(k.names, names) {
			return k
		}
	}
	k := &pointKind{label: label, mech: mech, synapse: synapse, names: names, table: int32(len(r.m.Points)), pos: pos,
		t: &ir.PointTable{Label: label, Mech: mech, Synapse: synapse, Pos: pos, Order: []int64{}}}
	for _, name := range names {
		k.t.Params = append(k.t.Params, ir.ParamColumn{Name: name})
	}
	r.kinds = append(r.kinds, k)
	r.m.Points = append(r.m.Points, k.t)
	return k
}

// instance is a point process on a cell; values belong to its kind's names.
type instance struct {
	id      int64 // below unnumbered: the number that a file gives it
	gid     int
	section int
	at      float64
	values  []float64
	pos     diag.Pos
}

// add keeps an instance; several edges may name one that has a number.
func (r *reader) add(k *pointKind, in *instance) (place, bool) {
	t := k.t
	if in.id < unnumbered {
		if p, ok := r.byID[in.id]; ok {
			return p, r.sameInstance(k, in, p)
		}
		r.byID[in.id] = place{k.table, int32(len(t.Gid))}
	} else if in.id >= r.lastID+1 {
		r.diags.Errorf(diag.BadValue, in.pos, "instance %d: numbers end at %d", in.id, int64(unnumbered)-1)
		return place{}, false
	}
	p := place{k.table, int32(len(t.Gid))}
	t.Order, t.Gid, t.Section, t.At = append(t.Order, in.id), append(t.Gid, in.gid), append(t.Section, in.section), append(t.At, in.at)
	for i, x := range in.values {
		t.Params[i].Values = append(t.Params[i].Values, x)
	}
	return p, true
}

// sameInstance says whether an instance is the one that has its number already.
func (r *reader) sameInstance(k *pointKind, in *instance, p place) bool {
	old := r.m.Points[p.table]
	if old.Gid[p.row] != in.gid || old.Section[p.row] != in.section || old.At[p.row] != in.at ||
		old.Mech != k.mech || old.Label != k.label || old.Synapse != k.synapse {
		r.diags.Errorf(diag.BadValue, in.pos, "instance %d is another one at %s", in.id, old.Pos)
		return false
	}
	same := p.table == k.table
	for i := range in.values {
		same = same && old.Params[i].Values[p.row] == in.values[i]
	}
	if !same {
		r.diags.Errorf(diag.BadValue, in.pos, "instance %d has other parameters at %s", in.id, old.Pos)
	}
	return same
}

// byNumber brings instances to which files give numbers into tables in the
// order of these, as they were in the model that was written: a table for each
// run of one kind. Where the numbers count up from 0, nothing is left to say of
// the order.
func (r *reader) byNumber() {
	type row struct {
		id int64
		at place
	}
	var all []row
	for k, t := range r.m.Points {
		for i, id := range t.Order {
			all = append(all, row{id, place{int32(k), int32(i)}})
		}
	}
	slices.SortFunc(all, func(a, b row) int { return cmp.Compare(a.id, b.id) })
	from := r.m.Points
	r.m.Points = nil
	to := make([][]place, len(from))
	for k, t := range from {
		to[k] = make([]place, len(t.Gid))
	}
	var t *ir.PointTable
	last := int32(-1)
	dense := true
	for n, x := range all {
		f := from[x.at.table]
		if x.at.table != last {
			last = x.at.table
			t = &ir.PointTable{Label: f.Label, Mech: f.Mech, Synapse: f.Synapse, Pos: f.Pos}
			for _, p := range f.Params {
				t.Params = append(t.Params, ir.ParamColumn{Name: p.Name})
			}
			r.m.Points = append(r.m.Points, t)
		}
		to[x.at.table][x.at.row] = place{int32(len(r.m.Points) - 1), int32(len(t.Gid))}
		t.Order, t.Gid, t.Section, t.At = append(t.Order, x.id), append(t.Gid, f.Gid[x.at.row]), append(t.Section, f.Section[x.at.row]), append(t.At, f.At[x.at.row])
		for i := range f.Params {
			t.Params[i].Values = append(t.Params[i].Values, f.Params[i].Values[x.at.row])
		}
		dense = dense && x.id == int64(n)
	}
	for _, f := range from {
		if len(f.Gid) == 0 { // other ranks have some
			r.m.Points = append(r.m.Points, f)
		}
	}
	if dense {
		for _, t := range r.m.Points {
			t.Order = nil
		}
	}
	for id, p := range r.byID {
		r.byID[id] = to[p.table][p.row]
	}
	for _, p := range r.projections {
		for i := range p.e.Target {
			if x := &p.e.Target[i]; x.Table >= 0 {
				at := to[x.Table][x.Row]
				x.Table, x.Row = at.table, at.row
			}
		}
	}
}

// nextID numbers an instance of an input to which the files give no number.
func (r *reader) nextID() int64 {
	r.lastID++
	return r.lastID
}

// sorted brings parameters into the order of their names.
func sorted(params []param) (names []string, values []float64) {
	sort.Slice(params, func(i, j int) bool { return params[i].name < params[j].name })
	for _, p := range params {
		names, values = append(names, p.name), append(values, p.x)
	}
	return names, values
}

// kindMaker finds the kinds of the edges of one table: they differ in few
// ways, and mostly not from the edge before.
type kindMaker struct {
	r        *reader
	t        *table
	label    []string
	template []string
	files    []string
	names    []string    // of the edges' own parameters
	own      [][]float64 // by name and edge, NaN: not given
	last     kindKey
	to       *edgeKind
	known    map[kindKey]*edgeKind
}

// kindKey is what decides an edge's kind; bit k of given says that it has a
// value of its own of the parameter k.
type kindKey struct {
	label, template, file string
	given                 uint64
}

// edgeKind is a kind with where the values come from.
type edgeKind struct {
	*pointKind
	shared []float64 // of the parameters in order, where own is -1
	own    []int     // by parameter: which of the edges' own it is
	values []float64 // scratch
}

func (m *kindMaker) of(i int) *edgeKind {
	var key kindKey
	key.template = m.template[i]
	if m.label != nil {
		key.label = m.label[i]
	}
	if m.files != nil {
		key.file = m.files[i]
	}
	for k := range m.own {
		if m.own[k] != nil && !math.IsNaN(m.own[k][i]) {
			key.given |= 1 << k
		}
	}
	if m.to != nil && key == m.last {
		return m.to
	}
	k, ok := m.known[key]
	if !ok {
		if k = m.make(i, key); k == nil {
			return nil
		}
		m.known[key] = k
	}
	m.last, m.to = key, k
	return k
}

func (m *kindMaker) make(i int, key kindKey) *edgeKind {
	r, t := m.r, m.t
	mech, renamed, ok := synapseTemplate(key.template)
	if !ok {
		r.unsupported(t.at("model_template"), "edge %d: model_template %q", t.first+i, key.template)
		return nil
	}
	var params []param
	if key.file != "" {
		for _, p := range r.modelParams("synaptic_models_dir", key.file, t.at("dynamics_params")) {
			if renamed != nil {
				if p.name, ok = renamed[p.name]; !ok {
					r.diags.Errorf(diag.UnknownKey, t.at("dynamics_params"), "%s has a parameter that template %q does not know", key.file, key.template)
					return nil
				}
			}
			params = append(params, p)
		}
	}
	from := map[string]int{}
	for k, name := range m.names {
		if key.given>>k&1 != 0 {
			from[name] = k
			params = set(params, name, 0)
		}
	}
	names, shared := sorted(params)
	label := key.label
	if label == "" {
		label = mech
	}
	e := &edgeKind{pointKind: r.kindOf(label, mech, true, names, t.pos), shared: shared, values: make([]float64, len(names))}
	for _, name := range names {
		k, ok := from[name]
		if !ok {
			k = -1
		}
		e.own = append(e.own, k)
	}
	return e
}

// valuesOf are the parameters of edge i, until the next call.
func (m *kindMaker) valuesOf(e *edgeKind, i int) []float64 {
	for k, from := range e.own {
		if from >= 0 {
			e.values[k] = m.own[from][i]
		} else {
			e.values[k] = e.shared[k]
		}
	}
	return e.values
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
