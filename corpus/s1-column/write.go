package main

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/rallsim/rall/export/sonata"
	"github.com/rallsim/rall/internal/h5"
)

//go:embed channels/*.mod synapses/*.mod
var mods embed.FS

// The names of the two populations, and how nodes and edges stand in files.
const (
	cellPop    = "column"
	sourcePop  = "thalamus"
	chunkRows  = 1 << 16
	configName = "simulation_config.json"
)

// object is a JSON object; its members are written in the order of their names.
type object map[string]any

// writer writes one circuit; it goes on until the first error.
type writer struct {
	dir string
	err error
}

func (w *writer) path(name string) string { return filepath.Join(w.dir, filepath.FromSlash(name)) }

func (w *writer) file(name string, text []byte) {
	if w.err == nil {
		if w.err = os.MkdirAll(filepath.Dir(w.path(name)), 0o777); w.err == nil {
			w.err = os.WriteFile(w.path(name), text, 0o666)
		}
	}
}

func (w *writer) json(name string, v any) {
	text, err := json.MarshalIndent(v, "", " ")
	if err != nil && w.err == nil {
		w.err = err
	}
	w.file(name, append(text, '\n'))
}

func (w *writer) table(name string, rows [][]string) {
	var b strings.Builder
	for _, row := range rows {
		b.WriteString(strings.Join(row, " ") + "\n")
	}
	w.file(name, []byte(b.String()))
}

// hdf5 makes a file in HDF5 with SONATA's marks.
func (w *writer) hdf5(name string, fill func(f *h5.File) error) {
	if w.err != nil {
		return
	}
	if w.err = os.MkdirAll(filepath.Dir(w.path(name)), 0o777); w.err != nil {
		return
	}
	f, err := h5.Create(w.path(name))
	if err != nil {
		w.err = err
		return
	}
	err = f.SetAttr("/", "magic", uint32(0x0A7A))
	if err == nil {
		err = f.SetAttr("/", "version", []uint32{0, 1})
	}
	if err == nil {
		err = fill(f)
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	w.err = err
}

// write draws a column and writes it.
func write(o options) (*size, error) {
	if !h5.Available {
		return nil, h5.ErrNoHDF5
	}
	c, err := newColumn(o)
	if err != nil {
		return nil, err
	}
	w := &writer{dir: o.dir}
	if _, err := os.Lstat(w.path(configName)); err == nil {
		return nil, fmt.Errorf("%s holds a circuit already", o.dir)
	}
	s := &size{cells: len(c.cells), types: len(c.types)}
	w.components(c, s)
	w.nodes(c)
	w.edges(c, s)
	w.trains(c, o)
	w.configs(o)
	return s, w.err
}

// components writes cell types, the drawings of their morphologies,
// mechanisms and what synapses of a pathway share.
func (w *writer) components(c *column, s *size) {
	cvs := make([]int, len(c.types))
	drawn := map[string]bool{}
	mes := map[*meType]bool{}
	for i := range c.types {
		t := &c.types[i]
		text, err := sonata.CellText(t.CellType)
		if err != nil && w.err == nil {
			w.err = err
		}
		w.file("components/cells/"+t.Name+".json", text)
		if !drawn[t.morphology] {
			drawn[t.morphology] = true
			w.file("components/morphologies/"+t.morphology+".swc", sonata.SWCText(t.Morph))
		}
		for k := range t.Morph.Sections {
			cvs[i] += t.Morph.Sections[k].NSeg
		}
		mes[t.me] = true
	}
	for i := range c.cells {
		s.cvs += cvs[c.cells[i].typ]
	}
	s.meTypes = len(mes)
	err := fs.WalkDir(mods, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := mods.ReadFile(name)
		w.file("components/mechanisms/modfiles/"+path.Base(name), text)
		return err
	})
	if w.err == nil {
		w.err = err
	}
	w.json("components/synaptic_models/none.json", object{})
	for i := range pathways {
		if p := &pathways[i]; p.tau > 0 {
			w.json("components/synaptic_models/"+modelFile(p), object{"tau_d": p.tau})
		}
	}
}

func modelFile(p *pathway) string {
	if p.tau == 0 {
		return "none.json"
	}
	return strings.ReplaceAll(p.rule, " ", "_") + ".json"
}

func (w *writer) nodes(c *column) {
	rows := [][]string{{"node_type_id", "population", "model_type", "model_template", "morphology", "mtype", "etype", "layer"}}
	for i := range c.types {
		t := &c.types[i]
		rows = append(rows, []string{strconv.Itoa(i), cellPop, "biophysical", "rall:" + t.Name + ".json", t.morphology, t.me.m.name, t.me.etype, layers[t.me.m.layer].name})
	}
	w.table("network/column_node_types.csv", rows)
	w.table("network/thalamus_node_types.csv", [][]string{{"node_type_id", "population", "model_type", "model_template"}, {"0", sourcePop, "virtual", "NULL"}})
	w.hdf5("network/column_nodes.h5", func(f *h5.File) error {
		n := len(c.cells)
		ids := make([]uint32, n)
		var at [3][]float32
		names := [3]enumeration{{of: "mtype"}, {of: "etype"}, {of: "layer"}}
		for i := range c.cells {
			t := &c.types[c.cells[i].typ]
			ids[i] = uint32(c.cells[i].typ)
			for k := range at {
				at[k] = append(at[k], float32(c.cells[i].at[k]))
			}
			for k, s := range []string{t.me.m.name, t.me.etype, layers[t.me.m.layer].name} {
				names[k].add(s)
			}
		}
		base := "/nodes/" + cellPop
		put := putter(f)
		put.write(base+"/node_type_id", ids)
		put.one(base, n)
		for k, name := range []string{"x", "y", "z"} {
			put.write(base+"/0/"+name, at[k])
		}
		for k := range names {
			put.write(base+"/0/"+names[k].of, names[k].index)
			put.write(base+"/0/@library/"+names[k].of, names[k].words)
		}
		return put.err
	})
	w.hdf5("network/thalamus_nodes.h5", func(f *h5.File) error {
		put := putter(f)
		put.write("/nodes/"+sourcePop+"/node_type_id", make([]uint32, fibres))
		put.one("/nodes/"+sourcePop, fibres)
		if put.err == nil {
			put.err = f.Group("/nodes/" + sourcePop + "/0")
		}
		return put.err
	})
}

// enumeration is an attribute of text: words, and which of them each node has.
type enumeration struct {
	of    string
	words []string
	index []uint32
	at    map[string]uint32
}

func (e *enumeration) add(s string) {
	if e.at == nil {
		e.at = map[string]uint32{}
	}
	k, ok := e.at[s]
	if !ok {
		k = uint32(len(e.words))
		e.at[s], e.words = k, append(e.words, s)
	}
	e.index = append(e.index, k)
}

// puts writes datasets until the first error.
type puts struct {
	f   *h5.File
	err error
}

func putter(f *h5.File) *puts { return &puts{f: f} }

func (p *puts) write(name string, data any) {
	if p.err == nil {
		p.err = p.f.Write(name, data, nil, h5.Storage{})
	}
}

// one says of n nodes that they are all of one group.
func (p *puts) one(base string, n int) {
	index := make([]uint32, n)
	for i := range index {
		index[i] = uint32(i)
	}
	p.write(base+"/node_id", index)
	p.write(base+"/node_group_id", make([]uint8, n))
	p.write(base+"/node_group_index", index)
}

// edges writes both edge populations, one target after the other.
func (w *writer) edges(c *column, s *size) {
	weights := make([]float64, len(c.cells))
	w.edgeFile(cellPop, len(c.cells), 0, thalamic, func(target int, put func(*synapse) error) error {
		last := -1
		return c.afferents(target, weights, func(x *synapse) error {
			if x.source != last {
				s.connections++
				last = x.source
			}
			s.synapses++
			return put(x)
		})
	})
	w.edgeFile(sourcePop, len(c.cells), thalamic, thalamic+1, func(target int, put func(*synapse) error) error {
		return c.fromThalamus(target, func(x *synapse) error {
			s.fromThalamus++
			return put(x)
		})
	})
}

// edgeColumns gather rows of an edge population until there are enough to be
// written.
type edgeColumns struct {
	typ, source, target                     []uint32
	section                                 []uint16
	pos, weight, delay, use, dep, fac       []float32
	rows                                    uint32
	group                                   []uint8
	index                                   []uint32
	gGroup, gIndex                          *h5.Growing
	gType, gSource, gTarget, gSection       *h5.Growing
	gPos, gWeight, gDelay, gUse, gDep, gFac *h5.Growing
}

func (e *edgeColumns) add(x *synapse) {
	e.group, e.index = append(e.group, 0), append(e.index, e.rows)
	e.rows++
	e.typ, e.source, e.target = append(e.typ, uint32(x.path)), append(e.source, uint32(x.source)), append(e.target, uint32(x.target))
	e.section, e.pos = append(e.section, uint16(x.section)), append(e.pos, float32(x.pos))
	e.weight, e.delay = append(e.weight, float32(x.weight)), append(e.delay, float32(x.delay))
	e.use, e.dep, e.fac = append(e.use, float32(x.use)), append(e.dep, float32(x.dep)), append(e.fac, float32(x.fac))
}

func (e *edgeColumns) flush() error {
	for _, c := range []struct {
		to   *h5.Growing
		data any
	}{{e.gGroup, e.group}, {e.gIndex, e.index}, {e.gType, e.typ}, {e.gSource, e.source}, {e.gTarget, e.target}, {e.gSection, e.section}, {e.gPos, e.pos},
		{e.gWeight, e.weight}, {e.gDelay, e.delay}, {e.gUse, e.use}, {e.gDep, e.dep}, {e.gFac, e.fac}} {
		if err := c.to.Append(c.data); err != nil {
			return err
		}
	}
	e.group, e.index = e.group[:0], e.index[:0]
	e.typ, e.source, e.target, e.section, e.pos = e.typ[:0], e.source[:0], e.target[:0], e.section[:0], e.pos[:0]
	e.weight, e.delay, e.use, e.dep, e.fac = e.weight[:0], e.delay[:0], e.use[:0], e.dep[:0], e.fac[:0]
	return nil
}

// edgeFile writes the edges from a population onto the column: pathways first
// to end, targets in their order, so that the index by target is one range each.
func (w *writer) edgeFile(from string, targets, first, end int, draw func(target int, put func(*synapse) error) error) {
	name := from + "__" + cellPop
	rows := [][]string{{"edge_type_id", "population", "rule", "label", "model_template", "dynamics_params"}}
	for k := first; k < end; k++ {
		p := &pathways[k]
		rows = append(rows, []string{strconv.Itoa(k), name, strconv.Quote(p.rule), strconv.Quote(p.rule), "rall:" + p.mech, modelFile(p)})
	}
	w.table("network/"+name+"_edge_types.csv", rows)
	w.hdf5("network/"+name+"_edges.h5", func(f *h5.File) (err error) {
		base := "/edges/" + name
		var e edgeColumns
		for _, c := range []struct {
			g    **h5.Growing
			name string
			k    h5.Kind
		}{{&e.gGroup, "edge_group_id", h5.Uint8}, {&e.gIndex, "edge_group_index", h5.Uint32}, {&e.gType, "edge_type_id", h5.Uint32},
			{&e.gSource, "source_node_id", h5.Uint32}, {&e.gTarget, "target_node_id", h5.Uint32},
			{&e.gSection, "0/afferent_section_id", h5.Uint16}, {&e.gPos, "0/afferent_section_pos", h5.Float32},
			{&e.gWeight, "0/syn_weight", h5.Float32}, {&e.gDelay, "0/delay", h5.Float32},
			{&e.gUse, "0/dynamics_params/Use", h5.Float32}, {&e.gDep, "0/dynamics_params/Dep", h5.Float32}, {&e.gFac, "0/dynamics_params/Fac", h5.Float32}} {
			g, err := f.Growing(base+"/"+c.name, c.k, nil, chunkRows, 0)
			if err != nil {
				return err
			}
			*c.g = g
			defer func() {
				if cerr := g.Close(); err == nil {
					err = cerr
				}
			}()
		}
		for side, pop := range map[string]string{"source": from, "target": cellPop} {
			if err := f.SetAttr(base+"/"+side+"_node_id", "node_population", pop); err != nil {
				return err
			}
		}
		n := uint64(0)
		nodes, ranges := make([]uint64, 0, 2*targets), make([]uint64, 0, 2*targets)
		for t := range targets {
			begin := n
			err := draw(t, func(x *synapse) error {
				e.add(x)
				n++
				if len(e.typ) == chunkRows {
					return e.flush()
				}
				return nil
			})
			if err != nil {
				return err
			}
			row := uint64(len(ranges) / 2)
			if n > begin {
				ranges = append(ranges, begin, n)
			}
			nodes = append(nodes, row, uint64(len(ranges)/2))
		}
		if err := e.flush(); err != nil {
			return err
		}
		for _, name := range []string{"node_id_to_ranges", "node_id_to_range"} { // the guide's name, and the one that BMTK asks for
			if err := f.Write(base+"/indices/target_to_source/"+name, nodes, []int{targets, 2}, h5.Storage{}); err != nil {
				return err
			}
		}
		return f.Write(base+"/indices/target_to_source/range_to_edge_id", ranges, []int{len(ranges) / 2, 2}, h5.Storage{})
	})
}

// trains writes the times at which the thalamus' fibres fire.
func (w *writer) trains(c *column, o options) {
	w.hdf5("inputs/thalamus_spikes.h5", func(f *h5.File) error {
		times, ids := []float64{}, []uint64{}
		for k := range fibres {
			for _, t := range c.train(k, o.rate, o.duration) {
				times, ids = append(times, t), append(ids, uint64(k))
			}
		}
		put := putter(f)
		group := "/spikes/" + sourcePop
		put.write(group+"/timestamps", times)
		put.write(group+"/node_ids", ids)
		if put.err == nil {
			put.err = f.SetAttr(group+"/timestamps", "units", "ms")
		}
		if put.err == nil {
			put.err = f.SetAttr(group, "sorting", h5.Enum{Names: []string{"none", "by_id", "by_time"}, Value: 1})
		}
		return put.err
	})
}

func (w *writer) configs(o options) {
	network := func(kind, pop, what string) object {
		return object{kind + "_file": "$NETWORK_DIR/" + pop + "_" + kind + ".h5", kind[:4] + "_types_file": "$NETWORK_DIR/" + pop + "_" + kind[:4] + "_types.csv",
			"populations": object{pop: object{"type": what}}}
	}
	w.json("circuit_config.json", object{
		"manifest": object{"$BASE_DIR": ".", "$NETWORK_DIR": "$BASE_DIR/network", "$COMPONENTS_DIR": "$BASE_DIR/components"},
		"components": object{"biophysical_neuron_models_dir": "$COMPONENTS_DIR/cells", "mechanisms_dir": "$COMPONENTS_DIR/mechanisms",
			"synaptic_models_dir": "$COMPONENTS_DIR/synaptic_models", "morphologies_dir": "$COMPONENTS_DIR/morphologies"},
		"node_sets_file": "$BASE_DIR/node_sets.json",
		"networks": object{
			"nodes": []object{network("nodes", cellPop, "biophysical"), network("nodes", sourcePop, "virtual")},
			"edges": []object{network("edges", cellPop+"__"+cellPop, "chemical"), network("edges", sourcePop+"__"+cellPop, "chemical")},
		},
	})
	w.json("node_sets.json", object{cellPop: object{"population": cellPop}, sourcePop: object{"population": sourcePop}})
	w.json(configName, object{
		"manifest":   object{"$BASE_DIR": ".", "$INPUT_DIR": "$BASE_DIR/inputs"},
		"network":    "$BASE_DIR/circuit_config.json",
		"run":        object{"tstart": 0, "tstop": o.duration, "dt": o.dt, "random_seed": o.seed},
		"conditions": object{"celsius": 34, "v_init": -75},
		"inputs": object{sourcePop: object{"input_type": "spikes", "module": "synapse_replay", "delay": 0, "duration": o.duration,
			"node_set": sourcePop, "spike_file": "$INPUT_DIR/thalamus_spikes.h5"}},
		"output":  object{"output_dir": "$BASE_DIR/output", "spikes_file": "spikes.h5"},
		"reports": object{},
	})
}
