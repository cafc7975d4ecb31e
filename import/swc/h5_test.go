package swc

import (
	"math"
	"os"
	"strings"
	"testing"

	"github.com/rallsim/rall/internal/h5"
	"github.com/rallsim/rall/ir/diag"
)

func TestMain(m *testing.M) {
	h5.MaybeChild()
	os.Exit(m.Run())
}

// testdata/traced.h5 is what MorphIO 3.5.0 makes of the corpus' traced.asc, which
// is compared with NEURON: both are one morphology, but for the single precision
// of the one. Made with
//
//	python -c "import morphio.mut; morphio.mut.Morphology('corpus/hoc-cells/traced.asc').write('import/swc/testdata/traced.h5')"
func TestH5(t *testing.T) {
	if !h5.Available {
		var list diag.List
		if ParseH5("f.h5", nil, &list) != nil || !strings.Contains(list.Error(), "HDF5 support is not in this build") {
			t.Error(list.Error())
		}
		return
	}
	var list diag.List
	got, want := load(t, "testdata/traced.h5", &list), load(t, "../../corpus/hoc-cells/traced.asc", &list)
	if got == nil || want == nil {
		t.Fatal(list.Error())
	}
	if len(got.Sections) != len(want.Sections) || len(want.Sections) < 10 {
		t.Fatalf("%d sections, want %d", len(got.Sections), len(want.Sections))
	}
	near := func(a, b float64) bool { return math.Abs(a-b) <= 1e-5*max(1, math.Abs(b)) }
	for i := range want.Sections {
		a, b := &got.Sections[i], &want.Sections[i]
		if a.Name != b.Name || a.Parent != b.Parent || a.ParentX != b.ParentX || len(a.Points) != len(b.Points) {
			t.Errorf("section %+v, want %+v", a, b)
			continue
		}
		for k, p := range a.Points {
			q := b.Points[k]
			if !near(p.X, q.X) || !near(p.Y, q.Y) || !near(p.Z, q.Z) || !near(p.D, q.D) {
				t.Errorf("%s, point %d: %v, want %v", a.Name, k, p, q)
			}
		}
	}
	for i, l := range want.Lists {
		if g := got.Lists[i]; g.Name != l.Name || len(g.Sections) != len(l.Sections) {
			t.Errorf("list %v, want %v", g, l)
		}
	}
}

// tree makes what a file holds.
func tree(points []float32, structure []int32) *h5.Node {
	return &h5.Node{Children: []*h5.Node{
		{Name: "points", Value: &h5.Value{Kind: h5.Float32, Dims: []int{len(points) / 4, 4}, Data: points}},
		{Name: "structure", Value: &h5.Value{Kind: h5.Int32, Dims: []int{len(structure) / 3, 3}, Data: structure}},
	}}
}

func TestH5Wrong(t *testing.T) {
	pts := []float32{0, 0, 0, 1, 9, 0, 0, 1, 9, 9, 0, 1, 9, 9, 0, 2, 20, 20, 0, 2}
	nan := append([]float32(nil), pts...)
	nan[5] = float32(math.NaN())
	for _, c := range []struct {
		root *h5.Node
		want string
	}{
		{&h5.Node{}, "no dataset /points"},
		{&h5.Node{Children: []*h5.Node{{Name: "morphology"}}}, "version 2"},
		{tree(pts, nil), "/structure is empty"},
		{tree(nan, []int32{0, 1, -1}), "/points[1]: NaN"},
		{tree(pts, []int32{0, 1, -1, 3, 3, 1}), "its parent is 1"},
		{tree(pts, []int32{0, 1, -1, 3, 7, 0}), "type 7"},
		{tree(pts, []int32{0, 1, -1, 9, 3, 0}), "its points are 0 to 9 of 5"},
		{tree(pts, []int32{0, 1, -1, 0, 3, 0}), "its points are 0 to 0 of 5"},
		{tree(pts, []int32{0, 1, -1, 1, 3, 0}), "an outline of a soma with 1 points"},
		{tree(pts, []int32{0, 3, -1, 2, 1, 0}), "a soma with a parent"},
	} {
		if _, err := fromH5("f.h5", c.root); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, want %s", err, c.want)
		}
	}
	if n, err := fromH5("f.h5", tree(pts, []int32{0, 1, -1, 3, 3, 0})); err != nil || len(n.parts) != 2 {
		t.Errorf("a sound file: %v", err)
	}
}

// FuzzH5: tables of any content yield a sound morphology or errors.
func FuzzH5(f *testing.F) {
	f.Add([]byte{0, 0, 0, 1, 9, 0, 0, 1, 9, 9, 0, 1, 9, 9, 0, 2, 20, 20, 0, 2}, []byte{0, 1, 255, 3, 3, 0})
	f.Add([]byte{0, 0, 0, 1, 9, 0, 0, 1, 9, 9, 0, 1, 9, 9, 0, 2, 20, 20, 0, 2, 20, 20, 0, 1, 3, 3, 3, 1}, []byte{0, 1, 255, 3, 4, 0, 5, 4, 1})
	f.Fuzz(func(t *testing.T, p, s []byte) {
		points, structure := make([]float32, len(p)/4*4), make([]int32, len(s)/3*3)
		for i := range points {
			points[i] = float32(p[i])
		}
		for i := range structure {
			structure[i] = int32(int8(s[i]))
		}
		n, err := fromH5("f.h5", tree(points, structure))
		if err != nil {
			return
		}
		var list diag.List
		m := n.Import(&list)
		if (m == nil) != list.HasErrors() {
			t.Fatalf("morphology %v, errors %v", m != nil, list.Error())
		}
		if m == nil {
			return
		}
		sound(t, m)
	})
}
