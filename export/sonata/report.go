package sonata

import (
	"fmt"
	"math"
	"slices"
	"sort"
	"strconv"

	"github.com/rallsim/rall/internal/h5"
	"github.com/rallsim/rall/runtime/record"
)

// ReportOptions says how a frame report is stored.
type ReportOptions struct {
	Float32 bool // a third of the size, 7 digits; for reports of whole networks
	Deflate int  // of the float64 samples, 0 none to 9; libsonata's packages cannot inflate, so `data` stays as it is
}

// exactData is the dataset with the samples in float64.
const exactData = "exact_data"

// WriteReport writes one report to a new file, a group for each population
// that has elements in it. `data` is float32, as readers of SONATA want it;
// unless opt says otherwise `exact_data` has the same samples in float64.
func WriteReport(path string, res *record.Result, rep *record.Report, opt ReportOptions) error {
	at, err := places(res.Pops)
	if err != nil {
		return err
	}
	if len(rep.Data) != len(rep.Time)*len(rep.Elements) {
		return fmt.Errorf("BUG: report %q has %d samples for %d frames of %d elements", rep.Label, len(rep.Data), len(rep.Time), len(rep.Elements))
	}
	cols := make([][]int, len(res.Pops)) // elements of each population
	for e, el := range rep.Elements {
		p, ok := at[el.Gid]
		if !ok {
			return fmt.Errorf("BUG: report %q has gid %d, which is in no population", rep.Label, el.Gid)
		}
		cols[p.pop] = append(cols[p.pop], e)
	}
	return create(path, func(f *h5.File) error {
		if err := f.SetAttr("/", "label", rep.Label); err != nil {
			return err
		}
		if err := f.Group("/report"); err != nil {
			return err
		}
		for i, pop := range res.Pops {
			if len(cols[i]) == 0 {
				continue
			}
			// The columns of a node lie together, nodes in order.
			sort.SliceStable(cols[i], func(a, b int) bool {
				return at[rep.Elements[cols[i][a]].Gid].node < at[rep.Elements[cols[i][b]].Gid].node
			})
			if err := writePop(f, "/report/"+groupName(pop.Name), rep, cols[i], at, res.Run.Dt, opt); err != nil {
				return err
			}
		}
		return nil
	})
}

func writePop(f *h5.File, g string, rep *record.Report, cols []int, at map[int]place, dt float64, opt ReportOptions) error {
	var nodes, pointers, column []uint64
	var ids []uint32
	pos := make([]float64, 0, len(cols))
	names := make([]string, 0, len(cols))
	for i, c := range cols {
		el := rep.Elements[c]
		n := uint64(at[el.Gid].node)
		if i == 0 || n != nodes[len(nodes)-1] {
			nodes = append(nodes, n)
			pointers = append(pointers, uint64(i))
		}
		ids = append(ids, uint32(max(el.SectionID, 0)))
		pos = append(pos, el.Pos)
		names = append(names, el.Section)
		column = append(column, uint64(c))
	}
	pointers = append(pointers, uint64(len(cols)))

	frames := len(rep.Time)
	var st h5.Storage
	if frames > 0 && (opt.Deflate > 0 || frames*len(cols) > 1<<17) {
		st = h5.Storage{Chunk: []int{min(frames, 1024), min(len(cols), 64)}, Deflate: opt.Deflate}
	}
	start, stop, step := axis(rep.Time, dt)
	// libsonata refuses a `data` of float64, so the exact samples lie beside it.
	if err := f.Write(g+"/data", gather[float32](rep, cols), []int{frames, len(cols)}, h5.Storage{Chunk: st.Chunk}); err != nil {
		return err
	}
	if !opt.Float32 {
		if err := f.Write(g+"/"+exactData, gather[float64](rep, cols), []int{frames, len(cols)}, st); err != nil {
			return err
		}
		if err := f.SetAttr(g+"/"+exactData, "units", rep.Unit); err != nil {
			return err
		}
	}
	for _, d := range []struct {
		name string
		data any
		dims []int
		st   h5.Storage
	}{
		{"mapping/node_ids", nodes, nil, h5.Storage{}},
		{"mapping/index_pointers", pointers, nil, h5.Storage{}},
		{"mapping/element_ids", ids, nil, h5.Storage{}},
		{"mapping/element_pos", pos, nil, h5.Storage{}},
		{"mapping/time", []float64{start, stop, step}, nil, h5.Storage{}},
		{"mapping/exact_time", nonNil(rep.Time), nil, h5.Storage{}},
		{"mapping/section_names", names, nil, h5.Storage{}},
		{"mapping/column", column, nil, h5.Storage{}},
	} {
		if err := f.Write(g+"/"+d.name, d.data, d.dims, d.st); err != nil {
			return err
		}
	}
	for _, a := range []struct {
		at, name string
		value    any
	}{
		{"data", "units", rep.Unit},
		{"data", "variable", rep.Variable},
		{"mapping/node_ids", "sorted", uint8(1)},
		{"mapping/time", "units", "ms"},
		{"mapping/exact_time", "units", "ms"},
	} {
		if err := f.SetAttr(g+"/"+a.at, a.name, a.value); err != nil {
			return err
		}
	}
	return nil
}

// gather takes columns out of a report, frame-major.
func gather[T float32 | float64](rep *record.Report, cols []int) []T {
	n := len(rep.Elements)
	out := make([]T, 0, len(rep.Time)*len(cols))
	for k := range rep.Time {
		row := rep.Data[k*n : (k+1)*n]
		for _, c := range cols {
			out = append(out, T(row[c]))
		}
	}
	return out
}

// axis returns SONATA's start, stop and step [ms] of sample times. The
// interval is open on the right: (stop-start)/step is the number of frames.
// NEURON's accumulated times are off by rounding, which is taken out of the
// step again.
func axis(t []float64, dt float64) (start, stop, step float64) {
	switch n := len(t); n {
	case 0:
		return 0, 0, dt
	case 1:
		start, step = tidy(t[0]), dt
	default:
		start, step = tidy(t[0]), tidy((t[n-1]-t[0])/float64(n-1))
	}
	return start, tidy(start + float64(step*float64(len(t)))), step
}

// tidy rounds to 10 significant digits.
func tidy(x float64) float64 {
	r, err := strconv.ParseFloat(strconv.FormatFloat(x, 'g', 10, 64), 64)
	if err != nil {
		return x
	}
	return r
}

// Report reads, exactly where the file allows it, a frame report of a result whose populations are known.
// Columns come in the order in which they were recorded where the file keeps
// it, else in the file's.
func Report(path string, pops []record.Pop) (*record.Report, error) {
	root, err := h5.ReadAll(path, h5.ReadOptions{Only: []string{"/report"}})
	if err != nil {
		return nil, err
	}
	if err := checkMagic(path, root); err != nil {
		return nil, err
	}
	top := root.Child("report")
	if top == nil || top.Value != nil {
		return nil, fmt.Errorf("%s: no group /report: not a SONATA frame report", path)
	}
	rep := &record.Report{Label: root.AttrString("label")}
	var blocks []*block
	for _, g := range top.Children {
		if g.Value != nil {
			continue
		}
		where := path + ":/report/" + g.Name
		pop := findPop(pops, g.Name)
		if pop == nil {
			return nil, fmt.Errorf("%s: a population that the result does not have", where)
		}
		b, err := readPop(where, g, pop)
		if err != nil {
			return nil, err
		}
		if len(blocks) > 0 && len(b.time) != len(blocks[0].time) {
			return nil, fmt.Errorf("%s: %d frames, other populations have %d", where, len(b.time), len(blocks[0].time))
		}
		blocks = append(blocks, b)
		rep.Unit, rep.Variable, rep.Time = g.Child("data").AttrString("units"), g.Child("data").AttrString("variable"), b.time
	}
	merge(rep, blocks)
	return rep, nil
}

// block is one population of a report.
type block struct {
	elements []record.Element
	column   []int // place of each element among all, or nil
	time     []float64
	data     []float64
}

func readPop(where string, g *h5.Node, pop *record.Pop) (*block, error) {
	data, m := g.Child("data"), g.Child("mapping")
	if data == nil || data.Value == nil || m == nil {
		return nil, fmt.Errorf("%s: data or mapping is missing", where)
	}
	if len(data.Value.Dims) != 2 {
		return nil, fmt.Errorf("%s/data: %d dimensions, expected 2 (time, element)", where, len(data.Value.Dims))
	}
	b := &block{}
	var err error
	if x := g.Child(exactData); x != nil && x.Value != nil && slices.Equal(x.Value.Dims, data.Value.Dims) {
		data = x
	}
	if b.data, err = data.Value.Floats(); err != nil {
		return nil, fmt.Errorf("%s/%s: %w", where, data.Name, err)
	}
	frames, n := data.Value.Dims[0], data.Value.Dims[1]

	ints := func(name string, optional bool) []int {
		c := m.Child(name)
		if c == nil || c.Value == nil {
			if !optional && err == nil {
				err = fmt.Errorf("%s/mapping/%s is missing", where, name)
			}
			return nil
		}
		v, e := nodeIDs(c)
		if e != nil && err == nil {
			err = fmt.Errorf("%s/mapping/%s: %w", where, name, e)
		}
		return v
	}
	nodes := ints("node_ids", false)
	pointers := ints("index_pointers", true)
	if pointers == nil {
		pointers = ints("index_pointer", false) // the older name
	}
	ids := ints("element_ids", false)
	column := ints("column", true)
	if err != nil {
		return nil, err
	}
	if len(pointers) == len(nodes) { // the guide's table leaves the last out
		pointers = append(pointers, n)
	}
	if len(ids) != n || len(pointers) != len(nodes)+1 || column != nil && len(column) != n {
		return nil, fmt.Errorf("%s/mapping: %d nodes, %d pointers and %d elements for %d columns", where, len(nodes), len(pointers), len(ids), n)
	}
	b.column = column
	var pos []float64
	if c := m.Child("element_pos"); c != nil && c.Value != nil {
		if pos, err = c.Value.Floats(); err != nil || len(pos) != n {
			return nil, fmt.Errorf("%s/mapping/element_pos: not one number for each of %d elements", where, n)
		}
	}
	var names []string
	if c := m.Child("section_names"); c != nil && c.Value != nil {
		if names, err = c.Value.Strings(); err != nil || len(names) != n {
			return nil, fmt.Errorf("%s/mapping/section_names: not one name for each of %d elements", where, n)
		}
	}
	b.elements = make([]record.Element, n)
	if len(nodes) > 0 && pointers[0] != 0 || len(pointers) > 0 && pointers[len(pointers)-1] != n {
		return nil, fmt.Errorf("%s/mapping/index_pointers: they do not cover the %d columns", where, n)
	}
	for i, node := range nodes {
		if node >= len(pop.Gids) {
			return nil, fmt.Errorf("%s/mapping/node_ids[%d]: node %d of %d", where, i, node, len(pop.Gids))
		}
		if pointers[i] > pointers[i+1] || pointers[i+1] > n {
			return nil, fmt.Errorf("%s/mapping/index_pointers[%d]: out of order", where, i+1)
		}
		for e := pointers[i]; e < pointers[i+1]; e++ {
			b.elements[e] = record.Element{Gid: pop.Gids[node], SectionID: ids[e]}
			if pos != nil {
				b.elements[e].Pos = pos[e]
			}
			if names != nil {
				b.elements[e].Section = names[e]
			}
		}
	}
	b.time, err = sampleTimes(where, m, frames)
	return b, err
}

// sampleTimes returns the exact times where the file keeps them, else those
// of SONATA's start, stop and step.
func sampleTimes(where string, m *h5.Node, frames int) ([]float64, error) {
	if c := m.Child("exact_time"); c != nil && c.Value != nil {
		t, err := c.Value.Floats()
		if err != nil || len(t) != frames {
			return nil, fmt.Errorf("%s/mapping/exact_time: not one time for each of %d frames", where, frames)
		}
		return t, nil
	}
	c := m.Child("time")
	if c == nil || c.Value == nil {
		return nil, fmt.Errorf("%s/mapping/time is missing", where)
	}
	a, err := c.Value.Floats()
	if err != nil || len(a) != 3 || !(a[2] > 0) || math.IsInf(a[2], 0) {
		return nil, fmt.Errorf("%s/mapping/time: expected start, stop and step", where)
	}
	t := make([]float64, frames)
	for k := range t {
		t[k] = a[0] + float64(a[2]*float64(k))
	}
	return t, nil
}

// merge puts the populations' columns side by side, in recording order if
// every population says it.
func merge(rep *record.Report, blocks []*block) {
	type source struct{ block, col, order int }
	var src []source
	ordered := true
	for i, b := range blocks {
		for c := range b.elements {
			s := source{i, c, 0}
			if b.column != nil {
				s.order = b.column[c]
			} else {
				ordered = false
			}
			src = append(src, s)
		}
	}
	if ordered {
		sort.SliceStable(src, func(i, j int) bool { return src[i].order < src[j].order })
	}
	for _, s := range src {
		rep.Elements = append(rep.Elements, blocks[s.block].elements[s.col])
	}
	rep.Data = make([]float64, 0, len(rep.Time)*len(src))
	for k := range rep.Time {
		for _, s := range src {
			b := blocks[s.block]
			rep.Data = append(rep.Data, b.data[k*len(b.elements)+s.col])
		}
	}
}
