//go:build cgo

package sonata

import (
	"errors"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/rallsim/rall/internal/h5"
	"github.com/rallsim/rall/internal/random"
	"github.com/rallsim/rall/ir"
	"github.com/rallsim/rall/ir/morph"
)

// A field that the model gains must be written, or be named here with the
// reason why it is not: nothing is dropped without a word.
func TestEveryField(t *testing.T) {
	for _, c := range []struct {
		of     any
		fields string
	}{
		// Mechanisms go out as their .mod files, Name is the folder's. Couplings, Plays and Tables are refused.
		{ir.Model{}, "Name Mechanisms CellTypes Pops Projs Points Stims Records Couplings Plays SpikesOf Globals Tables Conditions Part"},
		// Seeds, RNG and Label are metadata.
		{ir.Conditions{}, "Duration Dt Celsius VInit RecordStep RecordStim Seeds RNG Label MergeSynapses SecondOrder YDown"},
		{ir.Global{}, "Mech Name Value Pos"},
		{ir.Value{}, "Num PerCV Expr Pos"},
		{ir.CellType{}, "Name Morph Paint Ions VInit Points SpikeFrom SpikeVar Threshold Addresses Pos"},
		{ir.Addresses{}, "Dialect ID Name"},
		{ir.Location{}, "Section Pos"},
		{ir.Paint{}, "Mech Sections Params Pos"},
		{ir.Param{}, "Name Value"},
		{ir.IonValue{}, "Ion What Sections Value"},
		{ir.VInit{}, "Sections V"},
		{ir.Placed{}, "Label Mech At Params Pos"},
		{ir.PlacedVar{}, "Index Var"},
		{ir.Population{}, "Name Type Artificial FirstGid FirstNode N X Y Z Offsets Columns Pos"},
		{ir.Column{}, "Mech Label Param Sections Values"},
		{ir.Artificial{}, "Mech Params Streams Trains Plays"},
		{ir.Play{}, "Cell Var Times Values"},
		{ir.ParamColumn{}, "Name Values"},
		{ir.Stimulators{}, "Label Target Artificial"},
		{ir.PointTable{}, "Label Mech Gid Section At Params Order Synapse Plastic Pos"},
		{ir.EdgeTable{}, "Order Source Target Delay Weight Index"},
		{ir.Target{}, "Gid Table Row Placed"},
		{ir.Record{}, "Label Ref All Pos"},
		{ir.Ref{}, "Gid At Mech Var Table Row Place"},
		{morph.Morphology{}, "Sections Lists ConnectOrder"},
		{morph.Section{}, "Name Points L Diam Drawn Ra Cm NSeg Parent ParentX ChildX Wire Pos"},
		{morph.Point{}, "X Y Z D"},
		{morph.List{}, "Name Sections"},
		{random.State{}, "IDs Key Seq Which Second Waits"}, // nothing waits before a run
	} {
		typ := reflect.TypeOf(c.of)
		var has []string
		for i := range typ.NumField() {
			has = append(has, typ.Field(i).Name)
		}
		if got := strings.Join(has, " "); got != c.fields {
			t.Errorf("%v has the fields\n%s\nof which circuits know\n%s", typ, got, c.fields)
		}
	}
}

// A player waits for the difference to the event before; what comes out must
// be the train, whatever rounds.
func TestPlayable(t *testing.T) {
	r := random.Keyed(1, "test")
	for range 200 {
		var train []float64
		now := 0.0
		for range 50 {
			// As a stimulator sends: each event a wait after the one before.
			now += float64(20 * r.NegExp())
			train = append(train, now)
		}
		times, err := playable(train)
		if err != nil {
			t.Fatal(err)
		}
		now = 0
		for i, x := range times {
			now += x - now
			if now != train[i] {
				t.Fatalf("event %d comes at %v, meant for %v", i, now, train[i])
			}
		}
	}
	for _, bad := range [][]float64{{2, 1}, {-1}, {math.NaN()}, {math.Inf(1)}} {
		if _, err := playable(bad); err == nil {
			t.Errorf("%v is played", bad)
		}
	}
	// No difference reaches this time from the one before it, so that no
	// player of NEURON's kind can play it.
	if _, err := playable([]float64{3.06, 7.777}); err == nil {
		t.Error("7.777 after 3.06 is said to be playable")
	}
}

// What circuits have no place for is an error, and leaves nothing behind.
func TestRefused(t *testing.T) {
	for _, c := range []struct {
		m    ir.Model
		want string
	}{
		{ir.Model{Couplings: []ir.Coupling{{Label: "gap"}}}, `continuous couplings (gap junctions): rule "gap"`},
		{ir.Model{Couplings: []ir.Coupling{{Label: "stdp", Weight: &ir.EdgeWeight{}}}}, `no place for plasticity: rule "stdp"`},
		{ir.Model{Plays: []ir.Played{{Label: `playParams "ramp"`}}}, `variables that are played: playParams "ramp"`},
		{ir.Model{Tables: []ir.FunctionTable{{Mech: "tab", Name: "rate"}}}, "the values of a FUNCTION_TABLE: rate of tab"},
	} {
		dir := filepath.Join(t.TempDir(), "circuit")
		_, err := WriteCircuit(dir, &Circuit{Model: &c.m}, false)
		if !h5.Available {
			continue
		}
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v, want %q", err, c.want)
		}
		if _, err := os.Stat(dir); err == nil {
			t.Errorf("%s is left behind", dir)
		}
	}
}

func TestFileNames(t *testing.T) {
	f := fileNames{}
	for _, c := range []struct{ in, want string }{{"E", "E"}, {"e", "e_2"}, {"E->I", "E-_I"}, {"E-|I", "E-_I_2"}, {"", "_"}, {"..", "_.."}, {"a/b c", "a_b_c"}, {"ä", "ä"}, {"x\xffy", "x_y"}} {
		if got := f.name(c.in); got != c.want {
			t.Errorf("%q becomes %q, want %q", c.in, got, c.want)
		}
	}
	long := f.name(strings.Repeat("ä", 200))
	if len(long) > 80 || f.name(strings.Repeat("ä", 200)) == long {
		t.Errorf("a long name becomes %q, twice", long)
	}
}

func TestJSONText(t *testing.T) {
	text, err := jsonText(object{{"a", []float64{1, .1, 1e-300}}, {"b", "q\"\\\n\u2028"}, {"c", []object{{{"x", nil}}, {}}}, {"d", [][]float64{{1, 2}, {3}}}, {"e", []object(nil)}})
	want := "{\n  \"a\": [1, 0.1, 1e-300],\n  \"b\": \"q\\\"\\\\\\u000a\u2028\",\n  \"c\": [\n    {\n      \"x\": null\n    },\n    {}\n  ],\n" +
		"  \"d\": [\n    [1, 2],\n    [3]\n  ],\n  \"e\": []\n}\n"
	if err != nil || string(text) != want {
		t.Errorf("%v\n%s\nwant\n%s", err, text, want)
	}
	if _, err := jsonText(object{{"a", object{{"b", []float64{1, math.NaN()}}}}}); err == nil || !strings.Contains(err.Error(), "a: b: [1]: NaN") {
		t.Errorf("a NaN: %v", err)
	}
}

func TestIndex(t *testing.T) {
	nodes, ranges := index([]uint64{2, 2, 0, 2, 0}, 4)
	if want := []uint64{0, 2, 2, 2, 2, 4, 4, 4}; !slices.Equal(nodes, want) {
		t.Errorf("nodes %v, want %v", nodes, want)
	}
	if want := []uint64{2, 3, 4, 5, 0, 2, 3, 4}; !slices.Equal(ranges, want) {
		t.Errorf("ranges %v, want %v", ranges, want)
	}
}

// tiny is a network of one cell driven by one stimulator.
func tiny() *Circuit {
	cell := &ir.CellType{Name: "cell", Threshold: 10, SpikeFrom: ir.Location{Pos: .5},
		Morph: &morph.Morphology{Sections: []morph.Section{{Name: "soma", L: 20, Diam: []float64{20}, Ra: 100, Cm: []float64{1}, NSeg: 1, Parent: -1}}}}
	edges := table{Order: []int64{0}, Source: []int64{^int64(0)}, Target: []ir.Target{{Gid: 0}}, Delay: []float64{1}, Weight: []float64{.1}}
	return &Circuit{Model: &ir.Model{CellTypes: []*ir.CellType{cell},
		Pops:       []*ir.Population{{Name: "P", Type: cell, N: 1, X: []float64{0}, Y: []float64{0}, Z: []float64{0}}},
		Points:     []*ir.PointTable{{Label: "syn", Mech: "ExpSyn", Synapse: true, Gid: []int{0}, Section: []int{0}, At: []float64{.5}}},
		Stims:      []*ir.Stimulators{{Label: "in", Target: []int{0}, Artificial: ir.Artificial{Mech: "NetStim"}}},
		Projs:      []ir.Projection{edges},
		Conditions: ir.Conditions{Duration: 1, Dt: .025}},
		Trains: [][][]float64{{{.5}}}, Mods: []ModFile{{"a.mod", []byte("x")}, {"sub/b.inc", []byte("y")}}}
}

type table ir.EdgeTable

func (t table) Label() string                 { return "rule" }
func (t table) Edges(lo, hi int) ir.EdgeTable { return ir.EdgeTable(t) }

func TestFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "deep", "circuit")
	list := func() (names []string) {
		filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
			if err == nil && !d.IsDir() {
				rel, _ := filepath.Rel(dir, path)
				names = append(names, filepath.ToSlash(rel))
			}
			return nil
		})
		slices.Sort(names)
		return names
	}
	paths, err := WriteCircuit(dir, tiny(), false)
	if err != nil {
		t.Fatal(err)
	}
	first := list()
	if len(paths) != len(first) || !slices.Contains(first, "components/mechanisms/modfiles/sub/b.inc") || !slices.Contains(first, "network/in__P_edges.h5") {
		t.Errorf("%d paths, files %v", len(paths), first)
	}
	if _, err := WriteCircuit(dir, tiny(), false); !errors.Is(err, ErrExists) {
		t.Errorf("a second circuit over the first: %v", err)
	}
	// With force the .mod files of the old circuit go.
	c := tiny()
	c.Mods = []ModFile{{"c.mod", []byte("z")}}
	if _, err := WriteCircuit(dir, c, true); err != nil {
		t.Fatal(err)
	}
	if mods, _ := filepath.Glob(filepath.Join(dir, modFolder, "*.mod")); len(mods) != 1 || filepath.Base(mods[0]) != "c.mod" {
		t.Errorf("mechanisms %v", mods)
	}
	// A failure leaves what was there, and no folder that was not.
	before := list()
	bad := tiny()
	bad.Trains[0][0] = []float64{2, 1}
	if _, err := WriteCircuit(dir, bad, true); err == nil || !slices.Equal(list(), before) {
		t.Errorf("%v; files %v, before %v", err, list(), before)
	}
	other := filepath.Join(t.TempDir(), "a", "b")
	if _, err := WriteCircuit(other, bad, false); err == nil {
		t.Error("a train that goes back in time is written")
	}
	if _, err := os.Stat(filepath.Dir(other)); err == nil {
		t.Error("folders of a circuit that failed are left")
	}
	bad = tiny()
	bad.Mods[0].Name = "../evil.mod"
	if _, err := WriteCircuit(other, bad, false); err == nil || !strings.Contains(err.Error(), "evil") {
		t.Errorf("a file beside the folder: %v", err)
	}
	file := filepath.Join(t.TempDir(), "file")
	os.WriteFile(file, nil, 0o666)
	if _, err := WriteCircuit(file, tiny(), true); err == nil || !strings.Contains(err.Error(), "not a folder") {
		t.Errorf("a file in the folder's place: %v", err)
	}
}

// What a strict reader finds in the tables.
func TestTables(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "c")
	c := tiny()
	c.Model.Pops[0].Columns = []ir.Column{{Mech: "hh", Param: "gnabar", Sections: []int{0}, Values: []float64{.1}}}
	if _, err := WriteCircuit(dir, c, false); err != nil {
		t.Fatal(err)
	}
	root, err := h5.ReadAll(filepath.Join(dir, "network", "in__P_edges.h5"), h5.ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	e := root.At("edges", "in__P")
	if e.At("source_node_id").AttrString("node_population") != "in" || e.At("target_node_id").AttrString("node_population") != "P" {
		t.Error("the ends do not name their populations")
	}
	for _, w := range []struct {
		name string
		kind h5.Kind
		want float64
	}{{"syn_weight", h5.Float64, .1}, {"delay", h5.Float64, 1}, {"afferent_section_id", h5.Int64, 0}, {"afferent_section_pos", h5.Float64, .5}, {"model_order", h5.Int64, 0}} {
		v := e.At("0", w.name).Value
		x, err := v.Floats()
		if err != nil || v.Kind != w.kind || len(x) != 1 || x[0] != w.want {
			t.Errorf("%s: %v %v %v", w.name, v.Kind, x, err)
		}
	}
	root, err = h5.ReadAll(filepath.Join(dir, "network", "P_nodes.h5"), h5.ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	own := root.At("nodes", "P", "0", "dynamics_params", "0_hh_gnabar")
	if own.AttrString("mechanism") != "hh" || own.AttrString("parameter") != "gnabar" {
		t.Errorf("a cell's own parameter: %v", own)
	}
	csv, err := os.ReadFile(filepath.Join(dir, "network", "P_node_types.csv"))
	if err != nil || !strings.HasPrefix(string(csv), "node_type_id population label model_type model_template morphology\n0 P P biophysical rall:cell.json cell\n") {
		t.Errorf("%v %s", err, csv)
	}
}
