//go:build cgo

package sonata

import (
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	export "github.com/rallsim/rall/export/sonata"
	"github.com/rallsim/rall/internal/random"
	"github.com/rallsim/rall/ir"
	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/morph"
)

// everything is a model that uses each field of the IR at least once, in the
// form in which it comes back: painted values by section, parameters by name.
func everything() *ir.Model {
	num := func(x float64) ir.Value { return ir.Value{Num: x} }
	pyr := &ir.CellType{Name: "pyr/1", Threshold: -12.5, SpikeFrom: ir.Location{Section: 1, Pos: .25},
		Morph: &morph.Morphology{
			Sections: []morph.Section{
				{Name: "soma", L: 20, Diam: []float64{18.5}, Ra: 101, Cm: []float64{1.1}, NSeg: 1, Parent: -1},
				{Name: "dend[0]", Points: []morph.Point{{X: .1, D: 2}, {X: 30.7, Y: 1e-9, D: 1}}, L: 31, Drawn: 31.25, Diam: []float64{2, 1.5}, Ra: 90, Cm: []float64{1, 2}, NSeg: 2, Parent: 0, ParentX: 1, Wire: &morph.Offset{X: 1, Y: 2, Z: 3}},
				{Name: "axon", L: 60, Diam: []float64{.7}, Ra: 80, Cm: []float64{1}, NSeg: 1, Parent: 0, ParentX: .5, ChildX: 1}},
			Lists:        []morph.List{{Name: "all", Sections: []int{0, 1, 2}}, {Name: "none"}},
			ConnectOrder: []int{2, 1}},
		Paint: []ir.Paint{{Mech: "hh", Sections: []int{0}, Params: []ir.Param{{Name: "gnabar", Value: num(.1)}}}, {Mech: "pas", Sections: []int{0}},
			{Mech: "pas", Sections: []int{1}, Params: []ir.Param{{Name: "g", Value: ir.Value{PerCV: []float64{1e-4, 3e-4}}}}}},
		Ions:      []ir.IonValue{{Ion: "na", What: "e", Sections: []int{0}, Value: num(55)}, {Ion: "na", What: "i", Sections: []int{0}, Value: num(11)}},
		VInit:     []ir.VInit{{Sections: []int{1, 2}, V: -71}, {Sections: []int{0}, V: -70}},
		Points:    []ir.Placed{{Label: "izhi", Mech: "Izhi", At: ir.Location{Pos: .5}, Params: []ir.Param{{Name: "a", Value: num(.02)}}}},
		SpikeVar:  &ir.PlacedVar{Index: 0, Var: "u"},
		Addresses: []ir.Addresses{{Dialect: "hoc", Name: []string{"soma", "dend[0]", "axon"}}, {Dialect: "neuroml", ID: []int64{0, 7, 1 << 40}}}}
	inter := &ir.CellType{Name: "inter", Threshold: 10, SpikeFrom: ir.Location{Pos: .5},
		Morph: &morph.Morphology{Sections: []morph.Section{{Name: "soma", L: 10, Diam: []float64{10}, Ra: 100, Cm: []float64{1}, NSeg: 1, Parent: -1}}}}
	streams := []random.Stream{random.New(1, 2, 3), random.Keyed(-5, "x", 1)}
	streams[1].SetSeq(1<<34 - 3)
	place := func(n int) []float64 {
		x := make([]float64, n)
		for i := range x {
			x[i] = float64(i) / 3
		}
		return x
	}
	edges := &projection{label: "E->I", e: ir.EdgeTable{Order: []int64{1, 4, 7, 9}, Source: []int64{3, ^int64(0), ^int64(2), 11},
		Target: []ir.Target{{Gid: 4, Table: 0, Row: 0}, {Gid: 3, Table: 1, Row: 1}, {Gid: 3, Table: 1, Row: 1}, {Gid: 4, Table: -2}},
		Delay:  []float64{1, 1.0000000000000002, .3, 0}, Weight: []float64{.1, -.2, 1e-300, 4}, Index: []uint8{0, 2, 0, 0}}}
	more := &projection{label: "to points", e: ir.EdgeTable{Order: []int64{2}, Source: []int64{3}, Target: []ir.Target{{Gid: 11, Table: -1}}, Delay: []float64{2}, Weight: []float64{3}, Index: []uint8{0}}}
	return &ir.Model{CellTypes: []*ir.CellType{inter, pyr},
		Pops: []*ir.Population{
			{Name: "E one", Type: inter, FirstGid: 3, N: 1, X: place(1), Y: place(1), Z: place(1)},
			{Name: "E one", Type: pyr, FirstGid: 4, FirstNode: 1, N: 2, X: place(2), Y: place(2), Z: place(2), Offsets: []morph.Offset{{X: .1, Y: -.2, Z: .3}, {X: 1}},
				Columns: []ir.Column{{Mech: "hh", Param: "gnabar", Sections: []int{0}, Values: []float64{.11, .12}}, {Mech: "Izhi", Label: "izhi", Param: "a", Values: []float64{1, 2}}}},
			{Name: "art", Artificial: &ir.Artificial{Mech: "NetStim", Params: []ir.ParamColumn{{Name: "interval", Values: []float64{5, 6}}}, Streams: streams,
				Plays: []ir.Play{{Cell: 1, Var: "interval", Times: []float64{1, 2}, Values: []float64{8, 9}}}}, FirstGid: 10, N: 2, X: place(2), Y: place(2), Z: place(2)},
			{Name: "vec", Artificial: &ir.Artificial{Mech: "VecStim", Trains: [][]float64{{3.06, 7.777}, nil}}, FirstGid: 20, N: 2, X: place(2), Y: place(2), Z: place(2)}},
		Projs: []ir.Projection{edges, more},
		Points: []*ir.PointTable{
			{Label: "fast", Mech: "Exp2Syn", Synapse: true, Gid: []int{4}, Section: []int{1}, At: []float64{1. / 3}, Params: []ir.ParamColumn{{Name: "tau1", Values: []float64{.5}}}},
			{Label: "slow", Mech: "Exp2Syn", Synapse: true, Gid: []int{3, 3}, Section: []int{0, 0}, At: []float64{.5, .5}, Params: []ir.ParamColumn{{Name: "e", Values: []float64{-5, -5}}, {Name: "tau2", Values: []float64{3, 4}}}},
			{Label: "step", Mech: "IClamp", Gid: []int{4, 5}, Section: []int{0, 0}, At: []float64{.5, .5}, Params: []ir.ParamColumn{{Name: "amp", Values: []float64{.1, .1}}, {Name: "del", Values: []float64{1, 1}}, {Name: "dur", Values: []float64{2, 2}}}},
			{Label: "hold", Mech: "SEClamp", Gid: []int{4}, Section: []int{1}, At: []float64{0}, Params: []ir.ParamColumn{{Name: "amp1", Values: []float64{-60}}, {Name: "dur1", Values: []float64{5}}}}},
		Stims: []*ir.Stimulators{
			{Label: "bkg", Target: []int{3, 3}, Artificial: ir.Artificial{Mech: "VecStim", Trains: [][]float64{{1, 2}, {}}}},
			{Label: "E one", Target: []int{3}, Artificial: ir.Artificial{Mech: "VecStim", Trains: [][]float64{{.5}}}}},
		Records: []ir.Record{
			{Label: "v", Ref: ir.Ref{Gid: 4, At: ir.Location{Section: 1, Pos: .7}, Var: "v", Table: -1, Place: -1}},
			{Label: "m", Ref: ir.Ref{Gid: 5, At: ir.Location{Section: 0, Pos: .5}, Mech: "hh", Var: "m", Table: -1, Place: -1}},
			{Label: "a", Ref: ir.Ref{Gid: 4, At: ir.Location{Section: 0, Pos: .5}, Var: "a", Table: -1, Place: 0}},
			{Label: "g", Ref: ir.Ref{Gid: 3, At: ir.Location{Section: 0, Pos: .5}, Var: "g", Table: 1, Row: 1, Place: -1}, All: true},
			{Label: "i", Ref: ir.Ref{Gid: 5, At: ir.Location{Section: 0, Pos: .5}, Var: "i", Table: 2, Row: 1, Place: -1}},
			{Label: "x", Ref: ir.Ref{Gid: 11, Var: "interval", Table: -1, Place: -1}}},
		SpikesOf:   map[int]bool{5: true, 10: true},
		Globals:    []ir.Global{{Mech: "hh", Name: "usetable", Value: 0}, {Name: "nai0", Value: 12}},
		Conditions: ir.Conditions{Duration: 33.3, Dt: .0125, Celsius: 34.5, VInit: -66, RecordStep: .05, RecordStim: true, SecondOrder: 2, YDown: true}}
}

// A model comes back from its circuit as it was, field by field.
func TestEveryFieldComesBack(t *testing.T) {
	want := everything()
	var diags diag.List
	if !want.Check(&diags) {
		t.Fatal(diags.Error())
	}
	dir := filepath.Join(t.TempDir(), "c")
	c := &export.Circuit{Model: want}
	for _, s := range want.Stims {
		c.Trains = append(c.Trains, s.Trains)
	}
	if _, err := export.WriteCircuit(dir, c, false); err != nil {
		t.Fatal(err)
	}
	s := Load(filepath.Join(dir, "simulation_config.json"), nil, &diags)
	if s == nil {
		t.Fatal(diags.Error())
	}
	got := s.Model
	if !got.Check(&diags) {
		t.Fatal(diags.Error())
	}
	// The row that no edge reaches is an input; what only people read, and the
	// trains that are empty, do not come back.
	got.Conditions.RNG = ""
	got.Stims[0].Trains[1] = []float64{}
	compare := func(what string, g, w any) {
		t.Helper()
		if g, w := plain(reflect.ValueOf(g)), plain(reflect.ValueOf(w)); !reflect.DeepEqual(g, w) {
			t.Errorf("%s:\n%v\nwant\n%v", what, g, w)
		}
	}
	compare("cell types", got.CellTypes, want.CellTypes)
	compare("populations", got.Pops, want.Pops)
	compare("edges", edgesOf(got), edgesOf(want))
	compare("points", got.Points, want.Points)
	compare("stimulators", got.Stims, want.Stims)
	compare("spikes of", got.SpikesOf, want.SpikesOf)
	compare("globals", byName(got.Globals), byName(want.Globals))
	compare("conditions", got.Conditions, want.Conditions)
	compare("records", got.Records, want.Records)
}

func byName(list []ir.Global) map[string]float64 {
	out := map[string]float64{}
	for _, g := range list {
		out[g.Mech+"."+g.Name] = g.Value
	}
	return out
}

func edgesOf(m *ir.Model) map[string]ir.EdgeTable {
	out := map[string]ir.EdgeTable{}
	for _, p := range m.Projs {
		e := p.Edges(0, 1000)
		if !slices.ContainsFunc(e.Index, func(k uint8) bool { return k != 0 }) {
			e.Index = nil
		}
		out[p.Label()] = e
	}
	return out
}

// plain turns a value into one that prints and compares by content: pointers
// are followed, positions left out, nil and empty slices alike.
func plain(v reflect.Value) any {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return nil
		}
		if st, ok := v.Interface().(*random.Stream); ok {
			return st.State()
		}
		return plain(v.Elem())
	case reflect.Struct:
		if v.Type() == reflect.TypeOf(diag.Pos{}) {
			return nil
		}
		if st, ok := v.Interface().(random.Stream); ok {
			return st.State()
		}
		out := map[string]any{}
		for i := range v.NumField() {
			if name := v.Type().Field(i).Name; v.Type().Field(i).IsExported() && name != "Pos" || v.Field(i).Kind() == reflect.Float64 {
				out[name] = plain(v.Field(i))
			}
		}
		return out
	case reflect.Slice:
		out := []any{}
		for i := range v.Len() {
			out = append(out, plain(v.Index(i)))
		}
		return out
	}
	return v.Interface()
}
