//go:build cgo

package sonata

import (
	"path/filepath"
	"reflect"
	"testing"

	"github.com/rallsim/rall/ir"
	"github.com/rallsim/rall/ir/diag"
)

// inBlocks reads a circuit with blocks of so many edges, what of it belongs to
// the cells that own names (nil: all).
func inBlocks(t *testing.T, path string, rows int, own func(gid int) bool) (*Simulation, *ir.Part) {
	t.Helper()
	old := blockRows
	blockRows = rows
	defer func() { blockRows = old }()
	var share *Share
	var part *ir.Part
	if own != nil {
		share = &Share{Own: func(s *Simulation) func(int) bool {
			part = s.Model.Part
			return own
		}}
	}
	var diags diag.List
	s := Load(path, share, &diags)
	if s == nil {
		t.Fatal(diags.Err())
	}
	return s, part
}

// synapse is an edge with what it ends on.
type synapse struct {
	order, source    int64
	gid, section     int
	mech             string
	at, delay, value float64
}

func synapses(s *Simulation) map[int64]synapse {
	out := map[int64]synapse{}
	for _, p := range s.Model.Projs {
		e := p.Edges(0, 1<<30)
		for i := range e.Order {
			y := synapse{order: e.Order[i], source: e.Source[i], gid: e.Target[i].Gid, delay: e.Delay[i]}
			if k := e.Target[i].Table; k >= 0 {
				t, row := s.Model.Points[k], e.Target[i].Row
				y.section, y.at, y.mech, y.order = t.Section[row], t.At[row], t.Mech, t.Order[row]
				for _, c := range t.Params {
					y.value += c.Values[row]
				}
			}
			out[e.Order[i]] = y
		}
	}
	return out
}

// TestBlocks: the same model in blocks of any size, and the parts of two ranks
// are what the whole has on their cells.
func TestBlocks(t *testing.T) {
	f := guide()
	const x = "/edges/ext_exc/"
	e := f.data["net/edges.h5"]
	e[x+"edge_group_id"], e[x+"edge_group_index"] = []int64{0, 0, 0}, []int64{0, 1, 2}
	e[x+"0/afferent_section_id"], e[x+"0/afferent_section_pos"] = []int16{0, 1, 1}, []float32{.5, .25, 1}
	e[x+"0/syn_weight"], e[x+"0/delay"] = []float64{.01, .02, .03}, []float64{1, 2, 3}
	e["/edges/exc_lif/0/delay"] = []float64{1}
	delete(e, x+"1/afferent_section_id")
	delete(e, x+"1/afferent_section_pos")
	path := filepath.Join(f.write(t), simFile)
	whole, _ := inBlocks(t, path, 1<<18, nil)
	want := synapses(whole)
	if len(want) < 4 {
		t.Fatalf("%d edges", len(want))
	}
	for _, rows := range []int{1, 2, 3} {
		got, _ := inBlocks(t, path, rows, nil)
		if !reflect.DeepEqual(synapses(got), want) {
			t.Errorf("in blocks of %d: %v, want %v", rows, synapses(got), want)
		}
	}
	there := 0
	for rank := range 2 {
		own := func(gid int) bool { return gid%2 == rank }
		got, part := inBlocks(t, path, 2, own)
		if part == nil {
			t.Fatal("read at once")
		}
		mine := map[int64]synapse{}
		for order, y := range want {
			if own(y.gid) {
				mine[order] = y
			}
		}
		there += len(mine)
		if found := synapses(got); !reflect.DeepEqual(found, mine) {
			t.Errorf("rank %d: %v, want %v", rank, found, mine)
		}
		if l := part.Links; l.Conns != len(want) || l.Least != 1 || len(l.Joins) != 0 {
			t.Errorf("rank %d: %d edges in all, %g ms at the least, joined: %v", rank, l.Conns, l.Least, l.Joins)
		}
		load := 0
		for _, of := range part.Load {
			for _, n := range of {
				load += int(n)
			}
		}
		points := 0
		for _, y := range want {
			if y.mech != "" {
				points++
			}
		}
		if load != points || len(part.Ends) == 0 {
			t.Errorf("a load of %v, ends %v; there are %d point processes", part.Load, part.Ends, points)
		}
	}
	if there != len(want) {
		t.Errorf("ranks have %d edges of %d", there, len(want))
	}
}
