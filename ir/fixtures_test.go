package ir_test

import (
	"context"
	"math"
	"reflect"
	"strings"
	"testing"

	"github.com/rallsim/rall/internal/fixture"
	"github.com/rallsim/rall/ir"
	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/layout"
	"github.com/rallsim/rall/ir/lower"
	"github.com/rallsim/rall/ir/morph"
	"github.com/rallsim/rall/runtime/sim"
)

// The fixtures here are what two sources that have no front end yet would
// hand over: they show that the model holds them without loss.

// run lowers a model, runs it, and returns the network and its one report per
// label.
func run(t *testing.T, m *ir.Model) (*layout.Network, map[string][]float64) {
	t.Helper()
	var diags diag.List
	net := lower.Lower(m, lower.Options{}, &diags)
	if net == nil {
		t.Fatal(diags.Error())
	}
	s := sim.New(net, sim.Options{Threads: 1})
	if err := s.Init(); err != nil {
		t.Fatal(err)
	}
	if err := s.Run(context.Background(), nil); err != nil {
		t.Fatal(err)
	}
	out := map[string][]float64{}
	res, err := s.Result(nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range res.Reports {
		out[r.Label] = r.Data
	}
	return net, out
}

// edgeGroup is a SONATA edge population as its files hold it: edges in rows,
// sorted by target, an index target_to_source over them, and edge types whose
// columns a row's own value overrides (NaN: none).
type edgeGroup struct {
	edgeType, source, target []int
	section                  []int
	pos                      []float64
	weight, delay            []float64
	types                    map[int]edgeType
	toRanges                 [][2]int // by target node: rows of ranges
	ranges                   [][2]int // half-open rows of edges
	row                      []int32  // by edge: row of its synapse's table
}

type edgeType struct {
	table         int32
	weight, delay float64
}

func (g *edgeGroup) Label() string { return "in__cells" }

// Edges reads a range of targets through the index, as a rank would.
func (g *edgeGroup) Edges(lo, hi int) ir.EdgeTable {
	var out ir.EdgeTable
	for node := max(lo, 0); node < min(hi, len(g.toRanges)); node++ {
		for r := g.toRanges[node][0]; r < g.toRanges[node][1]; r++ {
			for e := g.ranges[r][0]; e < g.ranges[r][1]; e++ {
				ty := g.types[g.edgeType[e]]
				out.Order = append(out.Order, int64(e))
				out.Source = append(out.Source, ^int64(g.source[e]))
				out.Target = append(out.Target, ir.Target{Gid: node, Table: ty.table, Row: g.row[e]})
				out.Weight = append(out.Weight, either(g.weight[e], ty.weight))
				out.Delay = append(out.Delay, either(g.delay[e], ty.delay))
			}
		}
	}
	return out
}

func either(own, ofType float64) float64 {
	if math.IsNaN(own) {
		return ofType
	}
	return own
}

// A group of edges with two edge types (an ExpSyn and an Exp2Syn) onto three
// cells from two virtual nodes. Weights and delays come from the type but
// where a row has its own, as h5 overrides CSV.
func TestSonataEdgeGroup(t *testing.T) {
	none := math.NaN()
	group := &edgeGroup{
		edgeType: []int{100, 101, 100, 100, 101, 100},
		source:   []int{0, 1, 0, 1, 0, 1},
		target:   []int{0, 0, 1, 1, 2, 2},
		section:  []int{0, 1, 1, 0, 1, 1},
		pos:      []float64{.5, .3, .7, .5, 1, .7},
		weight:   []float64{none, none, .002, none, .003, none},
		delay:    []float64{none, 2.5, none, none, none, .5},
		types:    map[int]edgeType{100: {0, .001, 1}, 101: {1, .0005, 1.5}},
		toRanges: [][2]int{{0, 1}, {1, 2}, {2, 3}},
		ranges:   [][2]int{{0, 2}, {2, 4}, {4, 6}},
	}
	tables := []*ir.PointTable{
		{Label: "fast", Mech: "ExpSyn", Synapse: true, Params: []ir.ParamColumn{{Name: "tau"}, {Name: "e"}}},
		{Label: "slow", Mech: "Exp2Syn", Synapse: true, Params: []ir.ParamColumn{{Name: "tau1"}, {Name: "tau2"}}},
	}
	values := map[int32][]float64{0: {2, 0}, 1: {1, 5}}
	for e := range group.edgeType {
		k := group.types[group.edgeType[e]].table
		tb := tables[k]
		group.row = append(group.row, int32(len(tb.Gid)))
		tb.Gid, tb.Section, tb.At = append(tb.Gid, group.target[e]), append(tb.Section, group.section[e]), append(tb.At, group.pos[e])
		for i, x := range values[k] {
			tb.Params[i].Values = append(tb.Params[i].Values, x)
		}
	}
	cell := &ir.CellType{Name: "ball-and-stick", Threshold: 10, SpikeFrom: ir.Location{Pos: .5},
		Morph: &morph.Morphology{Sections: []morph.Section{
			{Name: "soma", L: 20, Diam: []float64{20}, Ra: 100, Cm: []float64{1}, NSeg: 1, Parent: -1},
			{Name: "dend", L: 200, Diam: []float64{2}, Ra: 100, Cm: []float64{1}, NSeg: 5, Parent: 0, ParentX: 1}}},
		Paint:     []ir.Paint{{Mech: "pas", Sections: []int{0, 1}, Params: []ir.Param{{Name: "e", Value: ir.Value{Num: -70}}}}},
		Addresses: []ir.Addresses{{Dialect: "sonata", ID: []int64{0, 1}}}}
	m := &ir.Model{Mechanisms: fixture.Catalogue(t, "pas", "ExpSyn", "Exp2Syn", "VecStim"), CellTypes: []*ir.CellType{cell},
		Pops:   []*ir.Population{{Name: "cells", Type: cell, N: 3, X: make([]float64, 3), Y: make([]float64, 3), Z: make([]float64, 3)}},
		Points: tables, Projs: []ir.Projection{group},
		Stims: []*ir.Stimulators{{Label: "in", Target: []int{0, 0},
			Artificial: ir.Artificial{Mech: "VecStim", Trains: [][]float64{{1, 6}, {2}}}}},
		Records: []ir.Record{
			{Label: "g", Ref: ir.Ref{Gid: 1, Table: 0, Row: group.row[2], Var: "g", Place: -1}},
			{Label: "v", Ref: ir.Ref{Gid: 2, At: ir.Location{Pos: .5}, Var: "v", Table: -1, Place: -1}}},
		Conditions: ir.Conditions{Duration: 12, Dt: .025, Celsius: 34, VInit: -70, RecordStep: .025}}

	whole := group.Edges(0, 3)
	if want := []float64{.001, .0005, .002, .001, .003, .001}; !reflect.DeepEqual(whole.Weight, want) {
		t.Errorf("weights %v, want %v", whole.Weight, want)
	}
	if want := []float64{1, 2.5, 1, 1, 1.5, .5}; !reflect.DeepEqual(whole.Delay, want) {
		t.Errorf("delays %v, want %v", whole.Delay, want)
	}
	// Each rank asks for its own targets and gets the same edges.
	var parts []int64
	for gid := 0; gid < 3; gid++ {
		parts = append(parts, group.Edges(gid, gid+1).Order...)
	}
	if !reflect.DeepEqual(parts, whole.Order) {
		t.Errorf("edges by ranges %v, in one %v", parts, whole.Order)
	}
	net, traces := run(t, m)
	if net.NumConns != 6 || net.NumSyns != 6 {
		t.Errorf("%d connections and %d synapses, want 6 and 6", net.NumConns, net.NumSyns)
	}
	// The event of t = 1 arrives at 2 with the row's own weight of 0.002 uS.
	if g := traces["g"]; g[int(1.9/.025)] != 0 || math.Abs(g[int(2/.025)+1]-.002) > 3e-5 {
		t.Errorf("conductance before and after the event: %g and %g uS", g[int(1.9/.025)], g[int(2/.025)+1])
	}
	// Source 1 is late by 2 + 0.5, source 0 by 1 + 1.5 ms: both come at 2.5.
	if v := traces["v"]; v[int(2.4/.025)] != -70 || v[int(5/.025)] < -69.9 {
		t.Errorf("potential %g and %g mV", v[int(2.4/.025)], v[int(5/.025)])
	}
	m.Projs = []ir.Projection{&badTarget{group}}
	var diags diag.List
	if lower.Lower(m, lower.Options{}, &diags) != nil || !strings.Contains(diags.Error(), "goes to cell 7") {
		t.Errorf("an edge to nowhere: %v", diags.Err())
	}
}

type badTarget struct{ *edgeGroup }

func (b *badTarget) Edges(lo, hi int) ir.EdgeTable {
	e := b.edgeGroup.Edges(lo, hi)
	e.Target[0].Gid = 7
	return e
}

// A cell as an executed HOC template leaves it: sections with HOC's names,
// section lists, values per CV for diam, cm and mechanism parameters, an
// initial potential, a reversal potential, and two children at one place.
func TestHocTemplate(t *testing.T) {
	names := []string{"soma[0]", "dend[0]", "dend[1]", "axon[0]"}
	tree := &morph.Morphology{
		Sections: []morph.Section{
			{Name: names[0], L: 18, Diam: []float64{18}, Ra: 123, Cm: []float64{1.1}, NSeg: 1, Parent: -1},
			{Name: names[1], L: 150, Diam: []float64{3, 2, 1}, Ra: 123, Cm: []float64{1.1, 1.2, 1.3}, NSeg: 3, Parent: 0, ParentX: 1},
			{Name: names[2], Points: []morph.Point{{D: 2}, {X: 40, D: 1.5}, {X: 80, Y: 10, D: .5}}, Ra: 123, Cm: []float64{1.1}, NSeg: 3, Parent: 0, ParentX: 1},
			{Name: names[3], L: 60, Diam: []float64{1}, Ra: 80, Cm: []float64{1}, NSeg: 3, Parent: 0, ParentX: 0}},
		Lists:        []morph.List{{Name: "all", Sections: []int{0, 1, 2, 3}}, {Name: "basal", Sections: []int{1, 2}}, {Name: "axonal", Sections: []int{3}}},
		ConnectOrder: []int{2, 1, 3},
	}
	param := func(name string, v ...float64) ir.Param { return ir.Param{Name: name, Value: ir.Value{PerCV: v}} }
	cell := &ir.CellType{Name: "Cell", Morph: tree, Threshold: -20, SpikeFrom: ir.Location{Section: 3, Pos: 1},
		Paint: []ir.Paint{
			{Mech: "hh", Sections: []int{0, 3}},
			{Mech: "hh", Sections: []int{0}, Params: []ir.Param{param("gnabar", .15)}},
			{Mech: "pas", Sections: []int{1}, Params: []ir.Param{param("g", 1e-4, 2e-4, 4e-4), param("e", -65, -66, -67)}},
			{Mech: "pas", Sections: []int{2}, Params: []ir.Param{param("g", 3e-4, 2e-4, 1e-4), param("e", -70, -70, -70)}}},
		Ions:      []ir.IonValue{{Ion: "na", What: "e", Sections: []int{0, 3}, Value: ir.Value{Num: 55}}},
		VInit:     []ir.VInit{{Sections: []int{1, 2}, V: -72}},
		Points:    []ir.Placed{{Label: "clamp", Mech: "IClamp", At: ir.Location{Pos: .5}, Params: []ir.Param{{Name: "amp", Value: ir.Value{Num: .5}}, {Name: "del", Value: ir.Value{Num: 1}}, {Name: "dur", Value: ir.Value{Num: 20}}}}},
		Addresses: []ir.Addresses{{Dialect: "hoc", Name: names}}}
	m := &ir.Model{Mechanisms: fixture.Catalogue(t, "pas", "IClamp", "hh"), CellTypes: []*ir.CellType{cell},
		Pops:       []*ir.Population{{Name: "c", Type: cell, N: 1, X: []float64{0}, Y: []float64{0}, Z: []float64{0}}},
		Conditions: ir.Conditions{Duration: 10, Dt: .025, Celsius: 6.3, VInit: -65, RecordStep: .025}}
	for _, r := range []struct {
		label, mech, name string
		section           int
		pos               float64
	}{{"v_axon", "", "v", 3, 1}, {"v_dend", "", "v", 1, .5}, {"g0", "pas", "g", 1, .1}, {"g2", "pas", "g", 1, .9}, {"gd1", "pas", "g", 2, .1},
		{"na_soma", "hh", "gnabar", 0, .5}, {"na_axon", "hh", "gnabar", 3, .5}, {"ena", "", "ena", 3, .5}} {
		m.Records = append(m.Records, ir.Record{Label: r.label, Ref: ir.Ref{At: ir.Location{Section: r.section, Pos: r.pos}, Mech: r.mech, Var: r.name, Table: -1, Place: -1}})
	}
	_, traces := run(t, m)
	for _, w := range []struct {
		label string
		want  float64
	}{{"v_axon", -65}, {"v_dend", -72}, {"g0", 1e-4}, {"g2", 4e-4}, {"gd1", 3e-4}, {"na_soma", .15}, {"na_axon", .12}, {"ena", 55}} {
		if got := traces[w.label][0]; got != w.want {
			t.Errorf("%s starts at %v, want %v", w.label, got, w.want)
		}
	}
	if top := maximum(traces["v_axon"]); top < 10 {
		t.Errorf("the axon reaches %g mV under 0.5 nA: no spike", top)
	}
	// Names lead to sections, sections to names.
	for _, a := range cell.Addresses {
		for i, name := range a.Name {
			if tree.Index(name) != i {
				t.Errorf("section %d is %q in the source, %q here", i, name, tree.Sections[i].Name)
			}
		}
	}
	if basal, ok := tree.List("basal"); !ok || !reflect.DeepEqual(basal, []int{1, 2}) {
		t.Errorf("list basal: %v", basal)
	}
	// One value too few is an error that names the section.
	cell.Paint[2].Params[0].PerCV = []float64{1e-4, 2e-4}
	var diags diag.List
	if lower.Lower(m, lower.Options{}, &diags) != nil || !strings.Contains(diags.Error(), `2 values for section "dend[0]", which has nseg 3`) {
		t.Errorf("a short list: %v", diags.Err())
	}
}

func maximum(x []float64) float64 {
	m := math.Inf(-1)
	for _, v := range x {
		m = max(m, v)
	}
	return m
}
