//go:build cgo

package sonata

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/rallsim/rall/internal/fakerun"
	"github.com/rallsim/rall/internal/h5"
	"github.com/rallsim/rall/runtime/record"
)

func TestMain(m *testing.M) {
	h5.MaybeChild()
	os.Exit(m.Run())
}

func TestSpikes(t *testing.T) {
	res := fakerun.Gamma()
	res.Pops = append(res.Pops, record.Pop{Name: "silent/one", Gids: []int{100, 101}})
	path := filepath.Join(t.TempDir(), "spikes.h5")
	if err := WriteSpikes(path, res); err != nil {
		t.Fatal(err)
	}
	got, err := Spikes(path, res.Pops)
	if err != nil {
		t.Fatal(err)
	}
	if len(got) < 1000 || !reflect.DeepEqual(got, res.Spikes) {
		t.Errorf("%d spikes read, %d written", len(got), len(res.Spikes))
	}
	groups, err := ReadSpikes(path)
	if err != nil || len(groups) != 3 {
		t.Fatalf("%v %v", groups, err)
	}
	for _, g := range groups {
		if g.Name == "I" {
			for _, n := range g.NodeIDs {
				if n < 0 || n > 19 {
					t.Fatalf("node %d in a population of 20", n)
				}
			}
		}
	}
	root, err := h5.ReadAll(path, h5.ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	s := root.At("spikes", "E").Attrs["sorting"]
	if s.Enum["by_time"] != 2 || !reflect.DeepEqual(s.Data, []uint8{2}) {
		t.Errorf("sorting %+v", s)
	}
	if _, err := Spikes(path, res.Pops[:1]); err == nil {
		t.Error("an unknown population was accepted")
	}
	if err := WriteSpikes(path, res); err == nil {
		t.Error("a file was overwritten")
	}
}

func TestReport(t *testing.T) {
	res := fakerun.Gamma()
	dir := t.TempDir()
	for _, opt := range []ReportOptions{{}, {Deflate: 4}, {Float32: true}} {
		want := &res.Reports[0]
		path := filepath.Join(dir, "v.h5")
		os.Remove(path)
		if err := WriteReport(path, res, want, opt); err != nil {
			t.Fatal(err)
		}
		got, err := Report(path, res.Pops)
		if err != nil {
			t.Fatal(err)
		}
		if opt.Float32 {
			for i, x := range want.Data {
				if got.Data[i] != float64(float32(x)) {
					t.Fatalf("sample %d: %v for %v", i, got.Data[i], x)
				}
			}
			got.Data = want.Data
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%+v: the report comes back different: %v %v", opt, got.Elements, want.Elements)
		}
		root, err := h5.ReadAll(path, h5.ReadOptions{})
		if err != nil {
			t.Fatal(err)
		}
		m := root.At("report", "E", "mapping")
		if tm, _ := m.Child("time").Value.Floats(); !reflect.DeepEqual(tm, []float64{0, 1000.1, 0.1}) {
			t.Errorf("time %v", tm)
		}
		if p, _ := m.Child("index_pointers").Value.Ints(); !reflect.DeepEqual(p, []int64{0, 1, 2}) {
			t.Errorf("index_pointers %v", p)
		}
	}
}

func TestReportManyElements(t *testing.T) {
	res := &record.Result{Run: record.Run{Dt: 0.025}, Pops: []record.Pop{{Name: "A", Gids: []int{3, 1}}, {Name: "B", Gids: []int{0, 2}}}}
	rep := &record.Report{Label: "x", Variable: "ina", Unit: "mA/cm2", Time: []float64{5}}
	for i, g := range []int{2, 1, 3, 1, 2, 3} {
		rep.Elements = append(rep.Elements, record.Element{Gid: g, Section: "s", SectionID: i, Pos: float64(i) / 7})
		rep.Data = append(rep.Data, float64(i)+0.1)
	}
	path := filepath.Join(t.TempDir(), "x.h5")
	if err := WriteReport(path, res, rep, ReportOptions{}); err != nil {
		t.Fatal(err)
	}
	got, err := Report(path, res.Pops)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, rep) {
		t.Errorf("%+v\nwant %+v", got, rep)
	}
	root, _ := h5.ReadAll(path, h5.ReadOptions{})
	a := root.At("report", "A")
	ids, _ := a.At("mapping", "element_ids").Value.Ints()
	data, _ := a.At(exactData).Value.Floats()
	// Node 0 of A is gid 3, node 1 is gid 1.
	if !reflect.DeepEqual(ids, []int64{2, 5, 1, 3}) || !reflect.DeepEqual(data, []float64{2.1, 5.1, 1.1, 3.1}) {
		t.Errorf("A: ids %v data %v", ids, data)
	}
	// No frames at all is still a report.
	empty := &record.Report{Label: "none", Time: []float64{}, Elements: rep.Elements, Data: []float64{}}
	path2 := filepath.Join(t.TempDir(), "e.h5")
	if err := WriteReport(path2, res, empty, ReportOptions{Deflate: 1}); err != nil {
		t.Fatal(err)
	}
	if got, err := Report(path2, res.Pops); err != nil || len(got.Time) != 0 || len(got.Elements) != 6 {
		t.Errorf("%+v %v", got, err)
	}
}

// Files that others write, and damaged ones.
func TestForeign(t *testing.T) {
	dir := t.TempDir()
	pops := []record.Pop{{Name: "p", Gids: []int{10, 11}}}
	file := func(name string, fill func(f *h5.File)) string {
		path := filepath.Join(dir, name)
		f, err := h5.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		fill(f)
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		return path
	}
	old := file("old.h5", func(f *h5.File) {
		f.Write("/spikes/timestamps", []float32{3, 1}, nil, h5.Storage{})
		f.Write("/spikes/gids", []int16{1, 0}, nil, h5.Storage{})
	})
	if g, err := ReadSpikes(old); err != nil || len(g) != 1 || !reflect.DeepEqual(g[0].NodeIDs, []int{1, 0}) || g[0].T[0] != 3 {
		t.Errorf("old form: %v %v", g, err)
	}
	bmtk := file("bmtk.h5", func(f *h5.File) {
		f.Write("/report/p/data", []float32{1, 2, 3, 4, 5, 6}, []int{3, 2}, h5.Storage{})
		f.SetAttr("/report/p/data", "units", "mV")
		f.Write("/report/p/mapping/node_ids", []int64{1, 0}, nil, h5.Storage{})
		f.Write("/report/p/mapping/index_pointer", []uint32{0, 1, 2}, nil, h5.Storage{})
		f.Write("/report/p/mapping/element_ids", []int16{0, 4}, nil, h5.Storage{})
		f.Write("/report/p/mapping/time", []float64{0.5, 2, 0.5}, nil, h5.Storage{})
	})
	r, err := Report(bmtk, pops)
	if err != nil || !reflect.DeepEqual(r.Time, []float64{0.5, 1, 1.5}) || r.Elements[0].Gid != 11 || r.Unit != "mV" || r.Data[5] != 6 {
		t.Errorf("%+v %v", r, err)
	}
	base := func(f *h5.File, except string) {
		for name, d := range map[string]any{"node_ids": []uint64{0, 1}, "index_pointers": []uint64{0, 1, 2}, "element_ids": []uint32{0, 0}, "time": []float64{0, 1, 0.5}} {
			if name != except {
				f.Write("/report/p/mapping/"+name, d, nil, h5.Storage{})
			}
		}
		if except != "data" {
			f.Write("/report/p/data", []float64{1, 2, 3, 4}, []int{2, 2}, h5.Storage{})
		}
	}
	for i, c := range []struct {
		except string
		data   any
		want   string
	}{
		{"node_ids", nil, "node_ids is missing"},
		{"node_ids", []int64{0, 2}, "node 2 of 2"},
		{"node_ids", []int64{0, -1}, "negative"},
		{"node_ids", []string{"a", "b"}, "expected integers"},
		{"index_pointers", []int64{0, 2, 1}, "cover"},
		{"index_pointers", []int64{0, 5, 2}, "out of order"},
		{"index_pointers", []int64{1, 1, 2}, "cover"},
		{"element_ids", []int64{0}, "1 elements for 2 columns"},
		{"time", []float64{0, 1}, "start, stop and step"},
		{"time", []float64{0, 1, 0}, "start, stop and step"},
		{"data", nil, "data or mapping is missing"},
	} {
		path := file("bad"+string(rune('a'+i))+".h5", func(f *h5.File) {
			base(f, c.except)
			if c.data != nil {
				f.Write("/report/p/mapping/"+c.except, c.data, nil, h5.Storage{})
			}
		})
		if _, err := Report(path, pops); err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), path) {
			t.Errorf("%s %v: %v, want %q", c.except, c.data, err, c.want)
		}
	}
	other := file("other.h5", func(f *h5.File) {
		f.SetAttr("/", "magic", uint32(7))
		f.Group("/spikes/p")
	})
	if _, err := ReadSpikes(other); err == nil || !strings.Contains(err.Error(), "magic") {
		t.Errorf("magic: %v", err)
	}
}
