package sonata

import (
	"fmt"
	"strconv"

	"github.com/rallsim/rall/internal/h5"
	"github.com/rallsim/rall/internal/random"
	"github.com/rallsim/rall/ir"
)

const (
	cellFolder     = "components/cells"
	swcFolder      = "components/morphologies"
	synapticFolder = "components/synaptic_models"
	networkFolder  = "network"
	inputFolder    = "inputs"
)

// nodePop is a SONATA population: the runs of the model's populations of one
// name, or a set of stimulators.
type nodePop struct {
	name  string // in HDF5
	label string // in the model
	runs  []*ir.Population
	stims *ir.Stimulators
	n     int
	typ   string // model_type
}

// cells writes one JSON a cell type, with an SWC as its drawing.
func (w *circuit) cells() error {
	used := map[*ir.CellType]bool{}
	for _, p := range w.Model.Pops {
		if p.Type != nil {
			used[p.Type] = true
		}
	}
	w.cellFile = map[*ir.CellType]string{}
	w.swcFile = map[*ir.CellType]string{}
	for _, t := range w.Model.CellTypes {
		if !used[t] {
			continue
		}
		name, err := w.file(cellFolder, t.Name, ".json")
		if err != nil {
			return err
		}
		text, err := CellText(t)
		if err != nil {
			return err
		}
		if err := w.text(cellFolder, name, text); err != nil {
			return err
		}
		w.cellFile[t] = name
		file, err := w.file(swcFolder, t.Name, ".swc")
		if err != nil {
			return err
		}
		if err := w.text(swcFolder, file, SWCText(t.Morph)); err != nil {
			return err
		}
		w.swcFile[t] = file[:len(file)-len(".swc")]
		delete(used, t)
	}
	for t := range used {
		return fmt.Errorf("BUG: cell type %q is not among the model's", t.Name)
	}
	return nil
}

// nodes writes the populations of cells.
func (w *circuit) nodes() error {
	byName := map[string]*nodePop{}
	taken := map[string]bool{}
	for _, p := range w.Model.Pops {
		np := byName[p.Name]
		if np == nil {
			np = &nodePop{label: p.Name, name: unique(groupName(p.Name), taken), typ: "biophysical"}
			if p.Artificial != nil {
				np.typ = "point_neuron"
			}
			byName[p.Name] = np
			w.pops = append(w.pops, np)
		}
		if p.FirstNode != np.n {
			return fmt.Errorf("BUG: node %d of population %q follows node %d", p.FirstNode, p.Name, np.n-1)
		}
		if (p.Artificial != nil) != (np.typ == "point_neuron") {
			return fmt.Errorf("population %q mixes cells with and without sections, which SONATA has no place for", p.Name)
		}
		for i := 0; i < p.N; i++ {
			w.byGid[p.FirstGid+i] = node{np, p.FirstNode + i}
		}
		np.n += p.N
		np.runs = append(np.runs, p)
	}
	for _, s := range w.Model.Stims {
		np := &nodePop{label: s.Label, stims: s, n: len(s.Target), typ: "virtual"}
		base := groupName(s.Label)
		if taken[base] {
			base += "_stim"
		}
		np.name = unique(base, taken)
		w.virtual = append(w.virtual, np)
	}
	for _, p := range append(append([]*nodePop(nil), w.pops...), w.virtual...) {
		if err := w.writeNodes(p); err != nil {
			return err
		}
		w.sets.add(p.name, object{{"population", p.name}})
	}
	return nil
}

func unique(name string, taken map[string]bool) string {
	base := name
	for k := 2; taken[name]; k++ {
		name = base + "_" + strconv.Itoa(k)
	}
	taken[name] = true
	return name
}

// nodeGroup is a group of nodes whose attributes are the same.
type nodeGroup struct {
	columns []column
	n       int
}

// column is one attribute of a group: name and values, with what attributes
// the dataset itself needs.
type column struct {
	name  string
	data  []float64
	ints  []int64
	attrs object
}

func (w *circuit) writeNodes(p *nodePop) error {
	types := [][]string{{"node_type_id", "population", "label", "model_type", "model_template", "morphology"}}
	var typeID []int64
	var groupID, groupIndex []int64
	var groups []*nodeGroup
	if p.stims != nil {
		types = append(types, []string{"0", p.name, p.label, p.typ, "", ""})
		typeID, groupID, groupIndex = make([]int64, p.n), make([]int64, p.n), counting(p.n)
		groups = []*nodeGroup{{n: p.n}}
	}
	typeOf := map[string]int64{}
	bySignature := map[string]int{}
	for _, run := range p.runs {
		template, morphology := "", ""
		if run.Type != nil {
			template, morphology = "rall:"+w.cellFile[run.Type], w.swcFile[run.Type]
		} else {
			template = "rall:" + run.Artificial.Mech
		}
		id, ok := typeOf[template]
		if !ok {
			id = int64(len(types) - 1)
			typeOf[template] = id
			types = append(types, []string{strconv.FormatInt(id, 10), p.name, p.label, p.typ, template, morphology})
		}
		cols := nodeColumns(run)
		sig := signature(cols)
		g, ok := bySignature[sig]
		if !ok {
			g = len(groups)
			bySignature[sig] = g
			groups = append(groups, &nodeGroup{columns: blank(cols)})
		}
		for i := 0; i < run.N; i++ {
			typeID = append(typeID, id)
			groupID = append(groupID, int64(g))
			groupIndex = append(groupIndex, int64(groups[g].n+i))
		}
		groups[g].n += run.N
		for k := range cols {
			c := &groups[g].columns[k]
			c.data, c.ints = append(c.data, cols[k].data...), append(c.ints, cols[k].ints...)
		}
	}
	nodesFile, err := w.file(networkFolder, p.name, "_nodes.h5")
	if err != nil {
		return err
	}
	typesFile, err := w.file(networkFolder, p.name, "_node_types.csv")
	if err != nil {
		return err
	}
	if err := w.text(networkFolder, typesFile, csvText(types)); err != nil {
		return err
	}
	libType := p.typ
	w.nodeList = append(w.nodeList, object{{"nodes_file", "$NETWORK_DIR/" + nodesFile}, {"node_types_file", "$NETWORK_DIR/" + typesFile},
		{"populations", object{{p.name, object{{"type", libType}}}}}})
	return w.hdf5(networkFolder, nodesFile, func(f *h5.File) error {
		base := "/nodes/" + p.name
		err := f.Write(base+"/node_type_id", nonNil(typeID), nil, h5.Storage{})
		put := func(name string, data any) {
			if err == nil {
				err = f.Write(base+"/"+name, data, nil, h5.Storage{})
			}
		}
		put("node_id", unsigned(counting(p.n)))
		put("node_group_id", nonNil(groupID))
		put("node_group_index", unsigned(groupIndex))
		for k, g := range groups {
			if err == nil {
				err = writeColumns(f, base+"/"+strconv.Itoa(k), g.columns)
			}
		}
		return err
	})
}

func counting(n int) []int64 {
	out := make([]int64, n)
	for i := range out {
		out[i] = int64(i)
	}
	return out
}

func unsigned(v []int64) []uint64 {
	out := make([]uint64, len(v))
	for i, x := range v {
		out[i] = uint64(x)
	}
	return out
}

func writeColumns(f *h5.File, base string, cols []column) error {
	if err := f.Group(base); err != nil {
		return err
	}
	for _, c := range cols {
		var data any = nonNil(c.data)
		if c.ints != nil {
			data = c.ints
		}
		name := base + "/" + c.name
		if err := f.Write(name, data, nil, h5.Storage{}); err != nil {
			return err
		}
		for _, a := range c.attrs {
			if err := f.SetAttr(name, a.key, a.val); err != nil {
				return err
			}
		}
	}
	return nil
}

// nodeColumns are the attributes of a run of cells.
func nodeColumns(p *ir.Population) []column {
	gids := make([]int64, p.N)
	for i := range gids {
		gids[i] = int64(p.FirstGid + i)
	}
	um := object{{"units", "um"}}
	cols := []column{{name: "x", data: p.X, attrs: um}, {name: "y", data: p.Y, attrs: um}, {name: "z", data: p.Z, attrs: um}, {name: "gid", ints: gids}}
	if p.Offsets != nil {
		var at [3][]float64
		for _, o := range p.Offsets {
			at[0], at[1], at[2] = append(at[0], o.X), append(at[1], o.Y), append(at[2], o.Z)
		}
		for k, axis := range []string{"x", "y", "z"} {
			cols = append(cols, column{name: "pt3d_offset_" + axis, data: at[k], attrs: um})
		}
	}
	for k := range p.Columns {
		// A cell's own value of a painted or placed parameter.
		c := &p.Columns[k]
		attrs := object{{"mechanism", c.Mech}, {"parameter", c.Param}}
		if c.Label != "" {
			attrs.add("point", c.Label)
		}
		if c.Sections != nil {
			attrs.add("sections", ints(c.Sections))
		}
		cols = append(cols, column{name: fmt.Sprintf("dynamics_params/%d_%s_%s", k, c.Mech, c.Param), data: c.Values, attrs: attrs})
	}
	a := p.Artificial
	if a == nil {
		return cols
	}
	for _, par := range a.Params {
		cols = append(cols, column{name: "dynamics_params/" + par.Name, data: par.Values})
	}
	if a.Streams != nil {
		cols = append(cols, streamColumns(a.Streams)...)
	}
	return cols
}

// streamColumns keep the identity and the position of random streams.
func streamColumns(streams []random.Stream) []column {
	names := []string{"id1", "id2", "id3", "key1", "key2", "position"}
	cols := make([]column, len(names))
	for k, n := range names {
		cols[k] = column{name: "random123_" + n, ints: []int64{}}
	}
	for i := range streams {
		st := streams[i].State()
		if st.Waits {
			panic("BUG: a stream holds a deviate before the run")
		}
		for k, v := range []int64{int64(st.IDs[0]), int64(st.IDs[1]), int64(st.IDs[2]), int64(st.Key[0]), int64(st.Key[1]), int64(st.Seq)*4 + int64(st.Which)} {
			cols[k].ints = append(cols[k].ints, v)
		}
	}
	return cols
}

func ints(v []int) []int64 {
	out := make([]int64, len(v))
	for i, x := range v {
		out[i] = int64(x)
	}
	return out
}

// signature tells sets of columns apart.
func signature(cols []column) string {
	s := ""
	for _, c := range cols {
		s += c.name
		for _, a := range c.attrs {
			s += fmt.Sprint("\x01", a.key, "\x01", a.val)
		}
		s += "\x00"
	}
	return s
}

// blank returns the columns without their values.
func blank(cols []column) []column {
	out := append([]column(nil), cols...)
	for i := range out {
		out[i].data, out[i].ints = nil, nil
	}
	return out
}
