//go:build cgo

package sonata

import (
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"sort"
	"strings"
	"testing"

	"github.com/rallsim/rall/internal/h5"
	"github.com/rallsim/rall/ir"
	"github.com/rallsim/rall/ir/diag"
)

func TestMain(m *testing.M) {
	h5.MaybeChild()
	os.Exit(m.Run())
}

// files is a circuit before it is written: texts by name, and the datasets
// and attributes ("dataset@name") of HDF5 files.
type files struct {
	text map[string]string
	data map[string]map[string]any
}

// guide is a circuit as others write them, by the guide: variables in the
// paths, values by type that rows override, several populations in a file, a
// template of BMTK's, an index.
func guide() *files {
	return &files{
		text: map[string]string{
			"simulation_config.json": `{
 "manifest": {"$BASE": "${configdir}", "$IN": "$BASE/inputs"},
 "network": "$BASE/circuit_config.json",
 "run": {"tstop": 50.0, "dt": 0.1, "spike_threshold": -15, "nsteps_block": 5000},
 "conditions": {"celsius": 34.0, "v_init": -70, "mechanisms": {"hh": {"gl_x": 0.5, "on": true}, "na_ion": {"nai0": 12}}},
 "node_sets": {"two": {"population": "exc", "node_id": [0, 2]}, "both": ["two", "rest"], "rest": {"population": ["exc"], "node_id": [1]}},
 "inputs": {
  "drive": {"input_type": "spikes", "module": "sonata", "input_file": "$IN/spikes.h5", "node_set": {"population": "ext"}},
  "off": {"input_type": "spikes", "module": "nwb", "enabled": false},
  "step": {"input_type": "current_clamp", "module": "IClamp", "node_set": "two", "amp": [0.1, 0.2], "delay": [1, 2], "duration": [3, 4]}
 },
 "output": {"output_dir": "out", "spikes_file": "s.h5", "overwrite_output_dir": true},
 "reports": {"vm": {"module": "membrane_report", "cells": "both", "variable_name": "v", "sections": "soma"}}
}`,
			"circuit_config.json": `{
 "manifest": {"$N": "${NET}", "$NET": "./net", "$C": "./comp"},
 "components": {"biophysical_neuron_models_dir": "$C/cells", "synaptic_models_dir": "$C/syn", "point_neuron_models_dir": "$C/points", "morphologies_dir": ""},
 "networks": {
  "nodes": [{"nodes_file": "$N/nodes.h5", "node_types_file": "$N/node_types.csv"}],
  "edges": [{"edges_file": "${N}/edges.h5", "edge_types_file": "${N}/edge_types.csv", "populations": {"ext_exc": {"type": "chemical"}, "exc_lif": {}}}]
 }
}`,
			"net/node_types.csv": "node_type_id population model_type  model_template dynamics_params note\r\n" +
				"1 exc biophysical rall:cell.json NULL \"a \"\"b\"\"\"\r\n2 lif point_process rall:IntFire1 lif.json NULL\r\n3 ext virtual NULL NULL NULL\r\n",
			"net/edge_types.csv": "edge_type_id model_template dynamics_params syn_weight delay weight_function\n" +
				"100 exp2syn e.json 0.001 1.5 wmax\n101 rall:ExpSyn NULL 0.002 2 NULL\n102 NULL NULL 0.3 1 set_syn_weight\n",
			"comp/cells/cell.json": `{"format": "rall cell 1", "name": "pyr", "sections": [
 {"id": 0, "name": "soma[0]", "parent": -1, "nseg": 1, "L": 20, "diam": 20, "Ra": 100, "cm": 1, "mechanisms": {"hh": {"gnabar": 0.1}}, "ions": {"na": {"e": 55}}},
 {"id": 1, "name": "dend", "parent": 0, "parent_pos": 1, "child_end": 0, "nseg": 2, "L": 100, "diam": [2, 1], "Ra": 100, "cm": 1,
  "mechanisms": {"pas": {"g": [1e-4, 2e-4]}}}],
 "points": [{"label": "gap", "mechanism": "ExpSyn", "section": 1, "pos": 0.5, "parameters": {"tau": 3}}]}`,
			"comp/syn/e.json":      `{"erev": -5, "tau1": 0.5, "tau2": 3}`,
			"comp/points/lif.json": `{"tau": 12.5, "refrac": 3}`,
		},
		data: map[string]map[string]any{
			"net/nodes.h5": {
				"/nodes/exc/node_type_id": []int64{1, 1, 1}, "/nodes/exc/0/x": []float32{1, 2, 3}, "/nodes/exc/0/tuning_angle": []float64{0, 1, 2},
				"/nodes/lif/node_type_id": []uint8{2, 2}, "/nodes/lif/node_group_id": []int64{0, 0}, "/nodes/lif/node_group_index": []int64{1, 0},
				"/nodes/lif/0/dynamics_params/tau": []float64{7, 8},
				"/nodes/ext/node_type_id":          []int64{3, 3},
			},
			"net/edges.h5": {
				"/edges/ext_exc/edge_type_id": []int64{100, 101, 100}, "/edges/ext_exc/source_node_id": []uint32{0, 1, 1}, "/edges/ext_exc/target_node_id": []uint64{0, 0, 2},
				"/edges/ext_exc/source_node_id@node_population": "ext", "/edges/ext_exc/target_node_id@node_population": "exc",
				"/edges/ext_exc/edge_group_id": []int64{0, 1, 0}, "/edges/ext_exc/edge_group_index": []int64{0, 0, 1},
				"/edges/ext_exc/0/afferent_section_id": []int16{0, 1}, "/edges/ext_exc/0/afferent_section_pos": []float32{.5, .25},
				"/edges/ext_exc/0/syn_weight":          []float64{.01, .02},
				"/edges/ext_exc/1/afferent_section_id": []int16{1}, "/edges/ext_exc/1/afferent_section_pos": []float32{1},
				"/edges/exc_lif/edge_type_id": []int64{102}, "/edges/exc_lif/source_node_id": []int64{2}, "/edges/exc_lif/target_node_id": []int64{1},
				"/edges/exc_lif/source_node_id@node_population": "exc", "/edges/exc_lif/target_node_id@node_population": "lif",
				"/edges/not_listed/edge_type_id": []int64{5},
			},
			"inputs/spikes.h5": {"/spikes/ext/timestamps": []float64{3, 1, 2}, "/spikes/ext/node_ids": []int64{0, 0, 1}, "/spikes/ext/timestamps@units": "ms"},
		},
	}
}

func (f *files) write(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range f.text {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	for name, sets := range f.data {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		file, err := h5.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		names := make([]string, 0, len(sets))
		for n := range sets {
			names = append(names, n)
		}
		sort.Strings(names) // a dataset stands before its attributes
		for _, n := range names {
			if d, attr, is := strings.Cut(n, "@"); is {
				err = file.SetAttr(d, attr, sets[n])
			} else {
				err = file.Write(n, sets[n], nil, h5.Storage{})
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := file.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestGuide(t *testing.T) {
	var diags diag.List
	s := Load(filepath.Join(guide().write(t), "simulation_config.json"), nil, &diags)
	if s == nil {
		t.Fatal(diags.Error())
	}
	m := s.Model
	if !m.Check(&diags) {
		t.Fatal(diags.Error())
	}
	equal := func(what string, got, want any) {
		t.Helper()
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %v, want %v", what, got, want)
		}
	}
	equal("pops", len(m.Pops), 2) // lif's two nodes share a model and a group
	c := m.Conditions
	equal("conditions", []float64{c.Duration, c.Dt, c.Celsius, c.VInit}, []float64{50, .1, 34, -70})
	var globals []string
	for _, g := range m.Globals {
		globals = append(globals, g.Mech+"."+g.Name)
		if g.Name == "on" && g.Value != 1 {
			t.Errorf("true is %g", g.Value)
		}
	}
	equal("globals", globals, []string{"hh.gl_x", "hh.on", ".nai0"})
	equal("threshold of the run", m.CellTypes[0].Threshold, -15.)
	equal("x", m.Pops[0].X, []float64{1, 2, 3})
	for _, p := range m.Pops {
		if p.Artificial == nil {
			continue
		}
		// The file's refrac, and for tau the node's own in its group's order.
		got := map[string][]float64{}
		for _, col := range p.Artificial.Params {
			got[col.Name] = append(got[col.Name], col.Values...)
		}
		equal("lif", got, map[string][]float64{"tau": {8, 7}, "refrac": {3, 3}})
	}
	var weight, delay []float64
	var source []int64
	for _, p := range m.Projs {
		e := p.Edges(0, 100)
		weight, delay, source = append(weight, e.Weight...), append(delay, e.Delay...), append(source, e.Source...)
	}
	equal("weights: a row's own, else its type's", weight, []float64{.01, .002, .02, .3})
	equal("delays", delay, []float64{1.5, 2, 1.5, 1})
	equal("sources", source, []int64{^int64(0), ^int64(1), ^int64(1), 2})
	equal("trains", m.Stims[0].Trains, [][]float64{{1, 3}, {2}})
	var tables []string
	for _, p := range m.Points {
		row := p.Label + " " + p.Mech
		for _, col := range p.Params {
			row += " " + col.Name
		}
		tables = append(tables, row)
	}
	equal("tables", tables, []string{"step IClamp amp del dur", "Exp2Syn Exp2Syn e tau1 tau2", "ExpSyn ExpSyn"})
	var order []int64
	for _, p := range m.Points {
		order = append(order, p.Order...)
	}
	slices.Sort(order)
	if len(slices.Compact(order)) != 7 {
		t.Errorf("the order of creation is %v", order)
	}
	if e, x := m.Points[1].Order, m.Points[2].Order; e[0] >= x[0] || x[0] >= e[len(e)-1] {
		t.Errorf("places of Exp2Syn %v and ExpSyn %v: the file has one of the latter between", e, x)
	}
	clamp := m.Points[0]
	equal("clamps", clamp.Gid, []int{0, 0, 2, 2})
	equal("amplitudes", clamp.Params[0].Values, []float64{.1, .2, .1, .2})
	var gids []int
	for _, r := range m.Records {
		gids = append(gids, r.Gid)
		equal("where", r.At, ir.Location{Section: 0, Pos: .5})
	}
	equal("recorded", gids, []int{0, 1, 2})
	equal("step of samples", c.RecordStep, .1)
}

// replace changes one place of a text file, which must be there.
func replace(file, old, new string) func(*files) {
	return func(f *files) {
		if !strings.Contains(f.text[file], old) {
			panic("no " + old + " in " + file)
		}
		f.text[file] = strings.Replace(f.text[file], old, new, 1)
	}
}

func put(file, name string, v any) func(*files) {
	return func(f *files) {
		if v == nil {
			delete(f.data[file], name)
			return
		}
		f.data[file][name] = v
	}
}

const simFile, circuitFile, cellFile = "simulation_config.json", "circuit_config.json", "comp/cells/cell.json"

// Whatever is wrong is said with its place; nothing makes the reader panic.
func TestErrors(t *testing.T) {
	const nodes, edges, spikes, x = "net/nodes.h5", "net/edges.h5", "inputs/spikes.h5", "/edges/ext_exc/"
	for _, c := range []struct {
		name   string
		change func(*files)
		code   diag.Code
		want   string
	}{
		{"no run", replace(simFile, `"run": {"tstop": 50.0, "dt": 0.1, "spike_threshold": -15, "nsteps_block": 5000},`, ``), diag.BadValue, `"run" is missing`},
		{"misspelt key", replace(simFile, `"tstop"`, `"tsotp"`), diag.UnknownKey, `did you mean "tstop"?`},
		{"start later", replace(simFile, `"tstop"`, `"tstart": 5, "tstop"`), diag.Unsupported, "[run/tstart]"},
		{"another method", replace(simFile, `"tstop"`, `"integration_method": "crank_nicolson", "tstop"`), diag.Unsupported, "integration method"},
		{"no step", replace(simFile, `"dt": 0.1`, `"dt": 0`), diag.BadValue, "steps of 0 ms"},
		{"endless", replace(simFile, `"tstop": 50.0`, `"tstop": 1e300`), diag.BadValue, "1e+300 ms"},
		{"unknown variable", replace(circuitFile, `"$C/cells"`, `"$CC/cells"`), diag.UnknownName, "$CC"},
		{"cycle of variables", replace(circuitFile, `"$NET": "./net"`, `"$NET": "$N"`), diag.BadValue, "need each other"},
		{"open brace", replace(circuitFile, `"${N}/edges.h5"`, `"${N/edges.h5"`), diag.Syntax, "without its }"},
		{"trailing comma", replace(simFile, `-70, "mech`, `-70,, "mech`), diag.Syntax, "simulation_config.json:5:"},
		{"cut file", replace(circuitFile, "]\n }\n}", "]"), diag.Syntax, "ends too early"},
		{"a key twice", replace(simFile, `"celsius": 34.0`, `"celsius": 34.0, "celsius": 3`), diag.Duplicate, `"celsius"`},
		{"a string for a number", replace(simFile, `34.0`, `"34"`), diag.BadType, "[conditions/celsius]"},
		{"missing circuit", replace(simFile, `circuit_config.json"`, `no.json"`), diag.FileMissing, "no.json"},
		{"missing tables", replace(circuitFile, `$N/nodes.h5`, `$N/no.h5`), diag.FileMissing, "no.h5"},
		{"extension of the other kind", replace(simFile, `"node_sets"`, `"connection_overrides": [], "node_sets"`), diag.Unsupported, "connection_overrides"},
		{"gap junctions", replace(circuitFile, `"edges": [`, `"gap_juncs": [], "edges": [`), diag.Unsupported, "gap_juncs"},
		{"calcium", replace(simFile, `"v_init"`, `"extracellular_calcium": 1.2, "v_init"`), diag.Unsupported, "extracellular_calcium"},
		{"edges of another type", replace(circuitFile, `"chemical"`, `"electrical"`), diag.Unsupported, `"electrical"`},
		{"population that is not there", replace(circuitFile, `"exc_lif"`, `"exc_lfi"`), diag.UnknownName, `"exc_lfi"`},

		{"model type", replace("net/node_types.csv", "biophysical", "astrocyte"), diag.Unsupported, `"astrocyte"`},
		{"template of another schema", replace("net/node_types.csv", "rall:cell.json", "ctdb:Biophys1.hoc"), diag.Unsupported, "ctdb:Biophys1.hoc"},
		{"a point model for a cell", replace("net/node_types.csv", "rall:cell.json", "rall:IntFire1"), diag.BadValue, "no model of a biophysical node"},
		{"missing cell", replace("net/node_types.csv", "rall:cell.json", "rall:no.json"), diag.FileMissing, "no.json"},
		{"parameters of a cell", replace("net/node_types.csv", "rall:cell.json NULL", "rall:cell.json lif.json"), diag.Unsupported, "lif.json"},
		{"row too short", replace("net/node_types.csv", "3 ext virtual NULL NULL NULL", "3 ext virtual"), diag.Syntax, "node_types.csv:4"},
		{"open quote", replace("net/node_types.csv", `"a ""b"""`, `"a`), diag.Syntax, "node_types.csv:2"},
		{"unknown node type", put(nodes, "/nodes/exc/node_type_id", []int64{1, 1, 9}), diag.BadValue, "type 9"},
		{"node ids", put(nodes, "/nodes/exc/node_id", []int64{0, 2, 1}), diag.Unsupported, "node ids"},
		{"axon replacement", put(nodes, "/nodes/exc/0/model_processing", []string{"fullaxon", "", ""}), diag.Unsupported, "model_processing"},
		{"half a column", put(nodes, "/nodes/lif/0/dynamics_params/tau", []float64{7, math.NaN()}), diag.BadValue, "dynamics_params/tau"},
		{"short column", put(nodes, "/nodes/lif/0/dynamics_params/tau", []float64{7}), diag.BadValue, "dynamics_params/tau"},
		{"text for numbers", put(nodes, "/nodes/exc/0/x", []string{"a", "b", "c"}), diag.BadValue, "0/x"},
		{"group that is not there", put(nodes, "/nodes/lif/node_group_id", []int64{0, 4}), diag.BadValue, "no group 4"},
		{"row of a group", put(nodes, "/nodes/lif/node_group_index", []int64{0, 1 << 40}), diag.BadValue, "node_group_index"},
		{"gid", put(nodes, "/nodes/exc/0/gid", []int64{0, 1, -3}), diag.BadValue, "gid -3"},
		{"gid twice", put(nodes, "/nodes/exc/0/gid", []int64{0, 1, 1}), diag.Duplicate, "gid 1"},
		{"own parameter of a cell", put(nodes, "/nodes/exc/0/dynamics_params/g", []float64{1, 2, 3}), diag.Unsupported, "attributes"},
		{"no stream", func(f *files) {
			for i, n := range []string{"id1", "id2", "id3", "key1", "key2", "position"} {
				f.data[nodes]["/nodes/lif/0/random123_"+n] = []int64{int64(i), 1 << 33}
			}
		}, diag.BadValue, "random123_id1"},

		{"edge type", put(edges, x+"edge_type_id", []int64{100, 101, 7}), diag.BadValue, "type 7"},
		{"source out of range", put(edges, x+"source_node_id", []uint32{0, 1, 5}), diag.BadValue, "no node 5"},
		{"no target", func(f *files) {
			delete(f.data[edges], x+"target_node_id")
			delete(f.data[edges], x+"target_node_id@node_population")
		}, diag.BadValue, "target_node_id"},
		{"population of the ends", put(edges, x+"source_node_id@node_population", "exct"), diag.UnknownName, `did you mean "exc"?`},
		{"section", put(edges, x+"0/afferent_section_id", []int16{0, 2}), diag.BadValue, "section 2"},
		{"place", put(edges, x+"0/afferent_section_pos", []float32{.5, 1.5}), diag.BadValue, "1.5"},
		{"place left to chance", put(edges, x+"1/afferent_section_id", nil), diag.Unsupported, "left to be drawn"},
		{"nsyns", put(edges, x+"0/nsyns", []int64{3, 3}), diag.Unsupported, "nsyns"},
		{"weight function", replace("net/edge_types.csv", "wmax", "gaussianLL"), diag.Unsupported, "gaussianLL"},
		{"template of edges", replace("net/edge_types.csv", "exp2syn", "stp2syn"), diag.Unsupported, "stp2syn"},
		{"no template", replace("net/edge_types.csv", "101 rall:ExpSyn", "101 NULL"), diag.BadValue, "names no synapse"},
		{"parameter of the template", replace("comp/syn/e.json", "tau1", "tau_1"), diag.UnknownKey, "e.json"},
		{"no weight", replace("net/edge_types.csv", "0.002 2", "NULL 2"), diag.BadValue, "a weight of NaN"},
		{"negative delay", replace("net/edge_types.csv", "0.002 2", "0.002 -2"), diag.BadValue, "-2 ms"},
		{"delay in words", replace("net/edge_types.csv", "0.002 2", "0.002 soon"), diag.BadValue, "edge_types.csv:3"},
		{"order twice", put(edges, x+"0/model_order", []int64{4, 4}), diag.BadValue, "place 4"},
		{"point", put(edges, x+"0/afferent_point_id", []int64{0, 1}), diag.BadValue, "no point process 1"},
		{"weight index", put(edges, x+"0/weight_index", []int64{0, 256}), diag.BadValue, "weight_index"},
		{"instance in two places", put(edges, x+"0/afferent_instance_id", []int64{3, 3}), diag.BadValue, "instance 3"},

		{"module", replace(simFile, `"module": "IClamp"`, `"module": "SEClamp"`), diag.Unsupported, `"SEClamp"`},
		{"clamp of unequal lists", replace(simFile, `"delay": [1, 2]`, `"delay": 1`), diag.BadValue, "three lists"},
		{"clamp of another section", replace(simFile, `"amp"`, `"section_name": "dent", "amp"`), diag.UnknownName, `did you mean "dend"?`},
		{"section index", replace(simFile, `"amp"`, `"section_index": 3, "amp"`), diag.Unsupported, "section_index"},
		{"clamp on a virtual node", replace(simFile, `"node_set": "two"`, `"node_set": {"population": "ext"}`), diag.BadValue, "no sections"},
		{"node set", replace(simFile, `"node_set": "two"`, `"node_set": "tow"`), diag.UnknownName, `did you mean "two"?`},
		{"sets in a circle", replace(simFile, `"rest": {"population": ["exc"], "node_id": [1]}`, `"rest": ["both"]`), diag.BadValue, "name each other"},
		{"set by attribute", replace(simFile, `"node_id": [0, 2]`, `"tuning_angle": 1`), diag.Unsupported, "tuning_angle"},
		{"set of a node that is not there", replace(simFile, `"node_id": [0, 2]`, `"node_id": [0, 3]`), diag.BadValue, "no node 3"},
		{"spikes of others", put(spikes, "/spikes/ext/node_ids", []int64{0, 0, 2}), diag.BadValue, "no node 2"},
		{"spikes and ids", put(spikes, "/spikes/ext/node_ids", []int64{0, 0}), diag.BadType, "3 timestamps and 2"},
		{"time before 0", put(spikes, "/spikes/ext/timestamps", []float64{3, -1, 2}), diag.BadValue, "-1 ms"},
		{"seconds", put(spikes, "/spikes/ext/timestamps@units", "s"), diag.BadUnit, `"s"`},
		{"spikes for cells", replace(simFile, `"node_set": {"population": "ext"}`, `"node_set": {"population": "lif"}`), diag.UnknownName, `"lif"`},
		{"report of a part", replace(simFile, `"sections": "soma"`, `"start_time": 5`), diag.Unsupported, "a part of the run"},
		{"report of all sections", replace(simFile, `"sections": "soma"`, `"sections": "all"`), diag.Unsupported, "sections"},
		{"report of another module", replace(simFile, `"membrane_report"`, `"extracellular"`), diag.Unsupported, "extracellular"},

		{"format of a cell", replace(cellFile, "rall cell 1", "rall cell 2"), diag.BadValue, "rall cell 2"},
		{"no such parent", replace(cellFile, `"parent": 0`, `"parent": 2`), diag.BadValue, "sections[1]/parent"},
		{"its own parent", replace(cellFile, `"parent": 0`, `"parent": 1`), diag.BadTree, "each other's parents"},
		{"values for CVs", replace(cellFile, `[1e-4, 2e-4]`, `[1e-4, 2e-4, 3e-4]`), diag.BadValue, "3 values for 2 CVs"},
		{"too fine", replace(cellFile, `"nseg": 2`, `"nseg": 1e9`), diag.BadValue, "nseg"},
		{"length", replace(cellFile, `"L": 100`, `"L": -1`), diag.BadValue, "length -1"},
		{"ion", replace(cellFile, `"e": 55`, `"u": 55`), diag.UnknownKey, `"u"`},
		{"place of a point", replace(cellFile, `"pos": 0.5`, `"pos": 2`), diag.BadValue, "pos"},
		{"section of a point", replace(cellFile, `"mechanism": "ExpSyn", "section": 1`, `"mechanism": "ExpSyn", "section": 9`), diag.BadValue, "section"},
		{"points in the plane", replace(cellFile, `"L": 100`, `"points": [[0, 0, 0, 1], [1, 2, 3]]`), diag.BadValue, "3 numbers"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := guide()
			c.change(f)
			var diags diag.List
			s := Load(filepath.Join(f.write(t), simFile), nil, &diags)
			if s != nil {
				t.Fatal("the circuit is read")
			}
			for _, d := range diags.All() {
				if d.Severity == diag.Error && d.Code == c.code && strings.Contains(d.Error(), c.want) {
					if d.Pos.IsZero() {
						t.Errorf("no place: %s", d.Error())
					}
					return
				}
			}
			t.Errorf("want %s with %q, got:\n%s", c.code, c.want, diags.Error())
		})
	}
}

// Damaged tables are errors, wherever they are cut.
func TestDamaged(t *testing.T) {
	dir := guide().write(t)
	path := filepath.Join(dir, "net", "edges.h5")
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range []int{0, 7, 100, len(whole) / 3, len(whole) / 2, len(whole) - 50} {
		if err := os.WriteFile(path, whole[:n], 0o666); err != nil {
			t.Fatal(err)
		}
		var diags diag.List
		if Load(filepath.Join(dir, simFile), nil, &diags) != nil || !strings.Contains(diags.Error(), "edges.h5") {
			t.Errorf("%d of %d bytes: %v", n, len(whole), diags.Err())
		}
	}
}

// Spikes in a CSV, in the old form without populations, and the configs in
// other arrangements.
func TestOtherForms(t *testing.T) {
	for name, change := range map[string]func(*files){
		"spikes as CSV": func(f *files) {
			replace(simFile, `"module": "sonata", "input_file": "$IN/spikes.h5"`, `"module": "csv", "input_file": "$IN/s.csv"`)(f)
			f.text["inputs/s.csv"] = "timestamps population node_ids\n3.0 ext 0\n1 ext 0\n2 ext 1\n"
		},
		"spikes without populations": func(f *files) {
			f.data["inputs/spikes.h5"] = map[string]any{"/spikes/timestamps": []float64{3, 1, 2}, "/spikes/gids": []int64{0, 0, 1}}
		},
		"circuit in the simulation": func(f *files) {
			inner := strings.TrimPrefix(f.text[circuitFile], "{\n \"manifest\": {\"$N\": \"${NET}\", \"$NET\": \"./net\", \"$C\": \"./comp\"},")
			replace(simFile, `"network": "$BASE/circuit_config.json",`, strings.TrimSuffix(inner, "\n}")+",")(f)
			replace(simFile, `"$BASE": "${configdir}"`, `"$BASE": ".", "$N": "net", "$C": "$BASE/comp"`)(f)
		},
		"a config of configs": func(f *files) {
			f.text["sim.json"] = f.text[simFile]
			f.text[simFile] = `{"network": "circuit_config.json", "simulation": "${configdir}/sim.json"}`
		},
	} {
		t.Run(name, func(t *testing.T) {
			f := guide()
			change(f)
			var diags diag.List
			s := Load(filepath.Join(f.write(t), simFile), nil, &diags)
			if s == nil {
				t.Fatal(diags.Error())
			}
			if want := [][]float64{{1, 3}, {2}}; !reflect.DeepEqual(s.Model.Stims[0].Trains, want) || len(s.Model.Pops) != 2 {
				t.Errorf("trains %v, want %v; %d populations", s.Model.Stims[0].Trains, want, len(s.Model.Pops))
			}
		})
	}
}
