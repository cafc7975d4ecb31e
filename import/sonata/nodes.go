package sonata

import (
	"math"
	"slices"
	"sort"
	"strings"

	"github.com/rallsim/rall/internal/h5"
	"github.com/rallsim/rall/internal/random"
	"github.com/rallsim/rall/ir"
	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/morph"
)

// population is a node population. Virtual ones become stimulators, the
// others cells with gids.
type population struct {
	name, label string
	t           *table
	n           int
	virtual     bool
	template    []string       // by node
	gid         []int          // by node; nil for virtual nodes
	cell        []*ir.CellType // by node; nil for nodes without sections
	stim        int            // number of the first stimulator of a virtual population
	trains      [][]float64
	played      bool // some input has given it trains
	target      []int
}

func (p *population) all() selection {
	s := selection{pop: p, nodes: make([]int, p.n)}
	for i := range s.nodes {
		s.nodes[i] = i
	}
	return s
}

// nodeFile reads the populations of one nodes file.
func (r *reader) nodeFile(c *config, v *value) {
	path, root, csv, ok := r.readTables(c, v, "nodes_file", "node_types_file", false)
	if !ok {
		return
	}
	nodes, blocks := r.listed(path, v, root.Child("nodes"), "nodes")
	for k, n := range nodes {
		r.block(blocks[k], "biophysical", "virtual", "point_neuron")
		pos := diag.Pos{File: path, Path: "/nodes/" + n.Name}
		if old := r.byName[n.Name]; old != nil {
			r.diags.Errorf(diag.Duplicate, pos, "node population %q is there already (%s)", n.Name, old.t.pos.File)
			continue
		}
		if p := r.nodePopulation(pos, n, csv); p != nil {
			r.pops = append(r.pops, p)
			r.byName[p.name] = p
		}
	}
}

// block reads a population's block of the config: its type has to be one of
// those that are read, and nothing may be overridden.
func (r *reader) block(v *value, types ...string) {
	f := r.object(v, "type", "morphologies_dir", "alternate_morphologies", "spatial_segment_index_dir", "spatial_synapse_index_dir",
		"biophysical_neuron_models_dir")
	if typ := f.want("type", text); typ != nil && !slices.Contains(types, typ.str) {
		r.unsupported(typ.pos, "a population of type %q", typ.str)
	}
	if d := f.v.get("biophysical_neuron_models_dir"); d != nil {
		r.unsupported(d.pos, "a folder of models for one population")
	}
}

func (r *reader) nodePopulation(pos diag.Pos, n *h5.Node, csv *csvTable) *population {
	t := r.newTable(pos, n, "node", csv, n.Name)
	if t == nil {
		return nil
	}
	p := &population{name: n.Name, label: n.Name, t: t, n: t.n}
	ids, ok := t.dataset(n, "node_id", t.n)
	if !ok {
		return nil
	}
	for i, id := range ids {
		if id != int64(i) {
			r.unsupported(t.at("node_id"), "a population whose node ids are not 0, 1, 2, …")
			return nil
		}
	}
	t.refuse("model_processing", "dL", "rotation_angle_xaxis", "rotation_angle_yaxis", "rotation_angle_zaxis", "orientation_w")
	if labels := t.strings("label"); len(labels) > 0 && labels[0] != "" {
		p.label = labels[0]
	}
	types := t.strings("model_type")
	p.template = t.strings("model_template")
	if p.template == nil {
		p.template = make([]string, p.n)
	}
	for i := range p.n {
		typ := ""
		if types != nil {
			typ = types[i]
		}
		switch typ {
		case "virtual":
			p.virtual = true
		case "biophysical", "point_neuron", "point_process":
			if p.virtual {
				r.unsupported(t.at("model_type"), "a population of virtual and other nodes")
				return nil
			}
			what, ours := strings.CutPrefix(p.template[i], "rall:")
			if !ours || what == "" {
				r.unsupported(t.at("model_template"), "node %d: model_template %q", i, p.template[i])
				return nil
			}
			if cell := strings.HasSuffix(what, ".json"); cell != (typ == "biophysical") {
				t.errorf("model_template", "node %d: %q is no model of a %s node", i, p.template[i], typ)
				return nil
			}
		default:
			r.unsupported(t.at("model_type"), "node %d: model_type %q", i, typ)
			return nil
		}
	}
	p.trains, p.target = make([][]float64, p.n), make([]int, p.n)
	for i := range p.target {
		p.target[i] = -1
	}
	return p
}

// numberCells gives every node its gid: the one that the file keeps, else the
// next; and makes the model's populations.
func (r *reader) numberCells() {
	next := 0
	taken := map[int]string{}
	for _, p := range r.pops {
		if p.virtual {
			continue
		}
		p.gid = make([]int, p.n)
		kept := p.t.ints("gid", -1)
		for i := range p.n {
			gid := next
			if kept != nil {
				if kept[i] < 0 || kept[i] >= math.MaxInt32 {
					p.t.errorf("gid", "node %d has gid %d; expected 0 to %d", i, kept[i], math.MaxInt32-1)
					return
				}
				gid = int(kept[i])
			}
			if other, dup := taken[gid]; dup {
				r.diags.Errorf(diag.Duplicate, p.t.at("gid"), "gid %d is a node of both %q and %q", gid, other, p.name)
				return
			}
			taken[gid] = p.name
			p.gid[i] = gid
			next = max(next, gid+1)
		}
		r.cellRuns(p)
		if r.diags.HasErrors() {
			return
		}
	}
	sort.SliceStable(r.m.Pops, func(i, j int) bool { return r.m.Pops[i].FirstGid < r.m.Pops[j].FirstGid })
	stim := 0
	for _, p := range r.pops {
		if !p.virtual {
			continue
		}
		p.stim = stim
		stim += p.n
	}
}

// cellRuns makes one ir.Population for each run of nodes of one template with
// consecutive gids.
func (r *reader) cellRuns(p *population) {
	coord := [3][]float64{p.t.floats("x"), p.t.floats("y"), p.t.floats("z")}
	offset := [3][]float64{p.t.floats("pt3d_offset_x"), p.t.floats("pt3d_offset_y"), p.t.floats("pt3d_offset_z")}
	at := func(c [3][]float64, k, i int) float64 {
		if c[k] == nil || math.IsNaN(c[k][i]) {
			return 0
		}
		return c[k][i]
	}
	moved := func(i int) bool { return offset[0] != nil && !math.IsNaN(offset[0][i]) }
	names, sets := p.t.dynamics()
	params := make([][]float64, len(names))
	for k, n := range names {
		params[k] = p.t.floats("dynamics_params/" + n)
	}
	streams := r.streams(p)
	files := p.t.strings("dynamics_params")
	for start := 0; start < p.n; {
		end := start + 1
		for end < p.n && p.template[end] == p.template[start] && p.gid[end] == p.gid[end-1]+1 &&
			moved(end) == moved(start) && p.t.group[end] == p.t.group[start] && (files == nil || files[end] == files[start]) {
			end++
		}
		run := &ir.Population{Name: p.label, FirstGid: p.gid[start], FirstNode: start, N: end - start, Pos: p.t.pos}
		for i := start; i < end; i++ {
			run.X, run.Y, run.Z = append(run.X, at(coord, 0, i)), append(run.Y, at(coord, 1, i)), append(run.Z, at(coord, 2, i))
			if moved(i) {
				run.Offsets = append(run.Offsets, morph.Offset{X: at(offset, 0, i), Y: at(offset, 1, i), Z: at(offset, 2, i)})
			}
		}
		what := strings.TrimPrefix(p.template[start], "rall:")
		if strings.HasSuffix(what, ".json") {
			path, ok := r.inFolder("biophysical_neuron_models_dir", what, p.t.at("model_template"))
			if ok {
				run.Type = r.cell(path, p.t.at("model_template"))
			}
			if run.Type == nil {
				return
			}
			if files != nil && files[start] != "" {
				r.unsupported(p.t.at("dynamics_params"), "a file of parameters of cells with sections (%s)", files[start])
				return
			}
			if p.cell == nil {
				p.cell = make([]*ir.CellType, p.n)
			}
			for i := start; i < end; i++ {
				p.cell[i] = run.Type
			}
			r.cellColumns(p, run, names, sets, params)
		} else {
			run.Artificial = &ir.Artificial{Mech: what}
			for k, n := range names {
				if values := p.given(n, params[k], start, end); values != nil {
					run.Artificial.Params = append(run.Artificial.Params, ir.ParamColumn{Name: n, Values: values})
				}
			}
			if files != nil && files[start] != "" {
				r.sharedParams(run, files[start], p.t.at("dynamics_params"))
			}
			if streams != nil && streams[start] != (random.Stream{}) {
				run.Artificial.Streams = streams[start:end]
			}
		}
		if r.diags.HasErrors() {
			return
		}
		r.m.Pops = append(r.m.Pops, run)
		start = end
	}
}

// given returns the values of nodes [start, end), nil if none is given. What
// some of them have all need to have.
func (p *population) given(name string, v []float64, start, end int) []float64 {
	if v == nil {
		return nil
	}
	for i := start; i < end; i++ {
		if math.IsNaN(v[i]) != math.IsNaN(v[start]) {
			p.t.errorf("dynamics_params/"+name, "nodes %d and %d are of one model, but only one of them has a value", start, i)
			return nil
		}
	}
	if math.IsNaN(v[start]) {
		return nil
	}
	return v[start:end]
}

// sharedParams adds the parameters of a node type; a node's own win.
func (r *reader) sharedParams(run *ir.Population, file string, pos diag.Pos) {
	for _, p := range r.modelParams("point_neuron_models_dir", file, pos) {
		own := slices.ContainsFunc(run.Artificial.Params, func(c ir.ParamColumn) bool { return c.Name == p.name })
		if own {
			continue
		}
		c := ir.ParamColumn{Name: p.name, Values: make([]float64, run.N)}
		for i := range c.Values {
			c.Values[i] = p.x
		}
		run.Artificial.Params = append(run.Artificial.Params, c)
	}
}

// cellColumns reads parameters that differ from cell to cell: the dataset's
// attributes say of what.
func (r *reader) cellColumns(p *population, run *ir.Population, names []string, sets []*h5.Node, params [][]float64) {
	for k, n := range names {
		values := p.given(n, params[k], run.FirstNode, run.FirstNode+run.N)
		if values == nil {
			continue
		}
		c := ir.Column{Mech: sets[k].AttrString("mechanism"), Param: sets[k].AttrString("parameter"), Label: sets[k].AttrString("point"), Values: values}
		if c.Mech == "" || c.Param == "" {
			r.unsupported(p.t.at("dynamics_params/"+n), "a parameter of cells without the attributes mechanism and parameter")
			return
		}
		if a, has := sets[k].Attrs["sections"]; has {
			ids, err := a.Ints()
			if err != nil {
				p.t.errorf("dynamics_params/"+n, "sections: %v", err)
				return
			}
			for _, s := range ids {
				if s < 0 || int(s) >= len(run.Type.Morph.Sections) {
					p.t.errorf("dynamics_params/"+n, "no section %d", s)
					return
				}
				c.Sections = append(c.Sections, int(s))
			}
		}
		run.Columns = append(run.Columns, c)
	}
}

// streams reads the random streams of artificial cells; the zero stream
// stands for none.
func (r *reader) streams(p *population) []random.Stream {
	var cols [6][]int64
	names := []string{"id1", "id2", "id3", "key1", "key2", "position"}
	for k, n := range names {
		cols[k] = p.t.ints("random123_"+n, -1)
		if cols[k] == nil {
			return nil
		}
	}
	out := make([]random.Stream, p.n)
	for i := range out {
		if cols[0][i] < 0 && cols[5][i] < 0 {
			continue // of a group that does not draw
		}
		for k, n := range names {
			most := int64(math.MaxUint32)
			if n == "position" {
				most = 4*most + 3
			}
			if x := cols[k][i]; x < 0 || x > most {
				p.t.errorf("random123_"+n, "node %d has %d; expected 0 to %d", i, x, most)
				return nil
			}
		}
		out[i].SetState(random.State{IDs: [3]uint32{uint32(cols[0][i]), uint32(cols[1][i]), uint32(cols[2][i])},
			Key: [2]uint32{uint32(cols[3][i]), uint32(cols[4][i])}, Seq: uint32(cols[5][i] >> 2), Which: uint8(cols[5][i] & 3)})
	}
	return out
}

// typeOf returns the cell type of a node, nil for nodes without sections.
func (p *population) typeOf(node int) *ir.CellType {
	if p.cell == nil {
		return nil
	}
	return p.cell[node]
}

// sectionNamed returns the section of that name, or the first of an array of
// that name ("soma" is soma_0 or soma[0] too); -1 if there is none.
func sectionNamed(t *ir.CellType, name string) int {
	for _, form := range []string{name, name + "_0", name + "[0]"} {
		if i := t.Morph.Index(form); i >= 0 {
			return i
		}
	}
	return -1
}
