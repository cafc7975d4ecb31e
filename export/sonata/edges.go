package sonata

import (
	"fmt"
	"math"
	"sort"
	"strconv"

	"github.com/rallsim/rall/internal/h5"
	"github.com/rallsim/rall/ir"
)

// edgeSet is a SONATA edge population: everything from one population to
// another.
type edgeSet struct {
	source, target *nodePop
	rows           []edgeRow
	types          map[edgeKind]int
	kinds          []edgeKind // in the order of their ids
}

// edgeKind is what an edge type has in common.
type edgeKind struct {
	rule  int // index into Model.Projs
	table int32
}

type edgeRow struct {
	source, target int
	order          int64
	kind           edgeKind
	to             ir.Target
	weight, delay  float64
	index          int // which element of the weight vector weight is
}

// synapticModels writes the parameters that all instances of a table share.
func (w *circuit) synapticModels() error {
	for _, t := range w.Model.Points {
		constant := make([]bool, len(t.Params))
		shared := object{}
		for k, p := range t.Params {
			if len(p.Values) == 0 {
				continue
			}
			if x, ok := shortest(p.Values).(float64); ok {
				constant[k] = true
				shared.add(p.Name, x)
			}
		}
		w.constant = append(w.constant, constant)
		if !t.Synapse || len(shared) == 0 {
			w.models = append(w.models, "")
			continue
		}
		name, err := w.file(synapticFolder, t.Label, ".json")
		if err != nil {
			return err
		}
		w.models = append(w.models, name)
		if err := w.json(synapticFolder, name, shared); err != nil {
			return err
		}
	}
	return nil
}

// edges gathers the edges of all projections by pairs of populations and
// writes them.
func (w *circuit) edges() error {
	top := 0
	for _, p := range w.Model.Pops {
		top = max(top, p.FirstGid+p.N)
	}
	var stims []node
	for _, v := range w.virtual {
		for i := 0; i < v.n; i++ {
			stims = append(stims, node{v, i})
		}
	}
	sets := map[[2]*nodePop]*edgeSet{}
	w.reached = make([][]bool, len(w.Model.Points))
	for k, t := range w.Model.Points {
		w.reached[k] = make([]bool, len(t.Gid))
	}
	for rule, proj := range w.Model.Projs {
		e := proj.Edges(0, top)
		for i := range e.Order {
			var src node
			if s := e.Source[i]; s < 0 {
				src = stims[^s]
			} else {
				src = w.byGid[int(s)]
			}
			to := e.Target[i]
			tgt := w.byGid[to.Gid]
			if src.pop == nil || tgt.pop == nil {
				return fmt.Errorf("BUG: %s: edge %d has no source or no target", proj.Label(), i)
			}
			if to.Table >= 0 {
				w.reached[to.Table][to.Row] = true
			}
			key := [2]*nodePop{src.pop, tgt.pop}
			s := sets[key]
			if s == nil {
				s = &edgeSet{source: src.pop, target: tgt.pop, types: map[edgeKind]int{}}
				sets[key] = s
				w.edgeSets = append(w.edgeSets, s)
			}
			kind := edgeKind{rule, to.Table}
			if _, ok := s.types[kind]; !ok {
				s.types[kind] = w.typeID
				s.kinds = append(s.kinds, kind)
				w.typeID++
			}
			row := edgeRow{source: src.id, target: tgt.id, order: e.Order[i], kind: kind, to: to, weight: e.Weight[i], delay: e.Delay[i]}
			if e.Index != nil {
				row.index = int(e.Index[i])
			}
			s.rows = append(s.rows, row)
		}
	}
	taken := map[string]bool{}
	for _, s := range w.edgeSets {
		if err := w.writeEdges(s, unique(s.source.name+"__"+s.target.name, taken)); err != nil {
			return err
		}
	}
	return nil
}

func (w *circuit) writeEdges(s *edgeSet, name string) error {
	sort.Slice(s.rows, func(i, j int) bool {
		a, b := &s.rows[i], &s.rows[j]
		if a.target != b.target {
			return a.target < b.target
		}
		if a.source != b.source {
			return a.source < b.source
		}
		return a.order < b.order
	})
	types := [][]string{{"edge_type_id", "population", "rule", "label", "model_template", "dynamics_params"}}
	for _, k := range s.kinds {
		row := []string{strconv.Itoa(s.types[k]), name, w.Model.Projs[k.rule].Label(), "", "", ""}
		if k.table >= 0 {
			t := w.Model.Points[k.table]
			row[3], row[4], row[5] = t.Label, "rall:"+t.Mech, w.models[k.table]
		}
		types = append(types, row)
	}
	edgesFile, err := w.file(networkFolder, name, "_edges.h5")
	if err != nil {
		return err
	}
	typesFile, err := w.file(networkFolder, name, "_edge_types.csv")
	if err != nil {
		return err
	}
	if err := w.text(networkFolder, typesFile, csvText(types)); err != nil {
		return err
	}
	w.edgeList = append(w.edgeList, object{{"edges_file", "$NETWORK_DIR/" + edgesFile}, {"edge_types_file", "$NETWORK_DIR/" + typesFile},
		{"populations", object{{name, object{{"type", "chemical"}}}}}})
	return w.hdf5(networkFolder, edgesFile, func(f *h5.File) error {
		n := len(s.rows)
		base := "/edges/" + name
		typeID, source, target, order := make([]int64, n), make([]uint64, n), make([]uint64, n), make([]int64, n)
		weight, delay := make([]float64, n), make([]float64, n)
		for i := range s.rows {
			r := &s.rows[i]
			typeID[i] = int64(s.types[r.kind])
			source[i], target[i], order[i] = uint64(r.source), uint64(r.target), r.order
			weight[i], delay[i] = r.weight, r.delay
		}
		var err error
		put := func(name string, data any) {
			if err == nil {
				err = f.Write(base+"/"+name, data, nil, h5.Storage{})
			}
		}
		attr := func(name, attr string, v any) {
			if err == nil {
				err = f.SetAttr(base+"/"+name, attr, v)
			}
		}
		put("edge_type_id", typeID)
		put("source_node_id", source)
		attr("source_node_id", "node_population", s.source.name)
		put("target_node_id", target)
		attr("target_node_id", "node_population", s.target.name)
		put("edge_group_id", make([]int64, n))
		put("edge_group_index", unsigned(counting(n)))
		if err == nil {
			err = f.Group(base + "/0")
		}
		put("0/syn_weight", weight)
		put("0/delay", delay)
		attr("0/delay", "units", "ms")
		put("0/model_order", order)
		if err == nil {
			err = writeColumns(f, base+"/0", w.edgeColumns(s))
		}
		for _, by := range []struct {
			name  string
			ids   []uint64
			nodes int
		}{{"source_to_target", source, s.source.n}, {"target_to_source", target, s.target.n}} {
			nodes, ranges := index(by.ids, by.nodes)
			if err == nil {
				err = f.Write(base+"/indices/"+by.name+"/node_id_to_ranges", nodes, []int{by.nodes, 2}, h5.Storage{})
			}
			if err == nil {
				err = f.Write(base+"/indices/"+by.name+"/range_to_edge_id", ranges, []int{len(ranges) / 2, 2}, h5.Storage{})
			}
		}
		return err
	})
}

// index returns, row by row, the half-open rows of ranges of every node, and
// the half-open ranges of edges of one node that stand together.
func index(ids []uint64, n int) (nodes, ranges []uint64) {
	of := make([][]uint64, n)
	for i := 0; i < len(ids); {
		j := i + 1
		for j < len(ids) && ids[j] == ids[i] {
			j++
		}
		of[ids[i]] = append(of[ids[i]], uint64(i), uint64(j))
		i = j
	}
	nodes = make([]uint64, 0, 2*n)
	for _, r := range of {
		nodes = append(nodes, uint64(len(ranges)/2), uint64((len(ranges)+len(r))/2))
		ranges = append(ranges, r...)
	}
	return nodes, ranges
}

// edgeColumns are the attributes that not all edges have: where the synapse
// is, which instance, its own parameters, and which of several weights is set.
func (w *circuit) edgeColumns(s *edgeSet) []column {
	n := len(s.rows)
	section, instance, point, element := make([]int64, n), make([]int64, n), make([]int64, n), make([]int64, n)
	pos := make([]float64, n)
	var params []column
	at := map[string]int{}
	sections, instances, points, elements := false, false, false, false
	for i := range s.rows {
		to := &s.rows[i].to
		section[i], instance[i], point[i] = -1, -1, -1
		element[i] = int64(s.rows[i].index)
		elements = elements || element[i] != 0
		pos[i] = math.NaN()
		switch {
		case to.Table >= 0:
			t := w.Model.Points[to.Table]
			section[i], pos[i] = int64(t.Section[to.Row]), t.At[to.Row]
			instance[i] = int64(w.numbers[to.Table][to.Row])
			sections, instances = true, true
			for k, p := range t.Params {
				if w.constant[to.Table][k] {
					continue
				}
				c, ok := at[p.Name]
				if !ok {
					c = len(params)
					at[p.Name] = c
					params = append(params, column{name: "dynamics_params/" + p.Name, data: notGiven(n)})
				}
				params[c].data[i] = p.Values[to.Row]
			}
		case to.Table == -2:
			point[i] = int64(to.Placed)
			points = true
			if typ := w.typeOf(to.Gid); typ != nil {
				p := &typ.Points[to.Placed]
				section[i], pos[i] = int64(p.At.Section), p.At.Pos
				sections = true
			}
		}
	}
	var cols []column
	if sections {
		cols = append(cols, column{name: "afferent_section_id", ints: section}, column{name: "afferent_section_pos", data: pos})
	}
	if instances {
		cols = append(cols, column{name: "afferent_instance_id", ints: instance})
	}
	if points {
		cols = append(cols, column{name: "afferent_point_id", ints: point})
	}
	if elements {
		cols = append(cols, column{name: "weight_index", ints: element})
	}
	return append(cols, params...)
}

func notGiven(n int) []float64 {
	v := make([]float64, n)
	for i := range v {
		v[i] = math.NaN()
	}
	return v
}

func (w *circuit) typeOf(gid int) *ir.CellType {
	for _, run := range w.byGid[gid].pop.runs {
		if gid >= run.FirstGid && gid < run.FirstGid+run.N {
			return run.Type
		}
	}
	return nil
}
