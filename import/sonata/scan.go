package sonata

import (
	"maps"
	"slices"
	"strconv"

	"github.com/rallsim/rall/internal/h5"
	"github.com/rallsim/rall/ir"
	"github.com/rallsim/rall/ir/diag"
)

// Edges are read in blocks of rows, so that memory is bounded by what is kept
// and one block. A population whose attributes stand in several groups has no
// such rows, and is read at once.
//
// A rank that keeps the edges onto its own cells alone goes over the files
// three times: once for what the partition needs of all edges (survey), once
// for where its own targets' edges stand, and once to read these (edges).

// blockRows is how many edges are read at once; tests take fewer.
var blockRows = 1 << 18

// edgeSet is an edge population of a file.
type edgeSet struct {
	r       *reader
	pos     diag.Pos
	path    string
	name    string
	csv     *csvTable
	n       int64    // edges
	base    int64    // edges of all populations before this one
	columns []string // datasets with a row for each edge; nil: it is read at once
	library *h5.Node // the words of attributes of text, nil: none
	rows    []int    // scratch of scan
}

// newEdgeSet looks at a population, of which no data has been read.
func (r *reader) newEdgeSet(path string, n *h5.Node, csv *csvTable) *edgeSet {
	s := &edgeSet{r: r, pos: diag.Pos{File: path, Path: "/edges/" + n.Name}, path: path, name: n.Name, csv: csv, base: r.edgeCount}
	types := n.Child("edge_type_id")
	if types == nil || types.Value == nil {
		s.errorf("edge_type_id", "the dataset is missing")
		return nil
	}
	s.n = int64(types.Value.Len())
	r.edgeCount += s.n
	r.lastID = unnumbered + r.edgeCount
	groups := 0
	rows := true
	var columns []string
	var library bool
	var walk func(at string, n *h5.Node)
	walk = func(at string, n *h5.Node) {
		for _, c := range n.Children {
			name := at + c.Name
			switch {
			case c.Value == nil && c.Name == "@library":
				library = true
			case c.Value == nil:
				walk(name+"/", c)
			default:
				columns = append(columns, name)
				rows = rows && len(c.Value.Dims) == 1 && int64(c.Value.Len()) == s.n
			}
		}
	}
	for _, c := range n.Children {
		if c.Value == nil && c.Name == "indices" {
			continue // not needed, and not trusted
		}
		if _, err := strconv.ParseInt(c.Name, 10, 64); err == nil && c.Value == nil {
			groups++
		}
		walk(c.Name+"/", &h5.Node{Children: c.Children})
		if c.Value != nil {
			columns = append(columns, c.Name)
			rows = rows && len(c.Value.Dims) == 1 && int64(c.Value.Len()) == s.n
		}
	}
	if !rows || groups > 1 || s.n <= int64(blockRows) && r.share == nil {
		return s
	}
	s.columns = columns
	if !s.plain() {
		s.columns = nil
		return s
	}
	if library {
		root, err := r.readHDF5(path, h5.ReadOptions{Only: []string{s.pos.Path + "/0/@library"}})
		if err != nil {
			r.diags.Errorf(diag.FileMissing, s.pos, "%v", err)
			return nil
		}
		s.library = root.At("edges", s.name, "0", "@library")
	}
	return s
}

// plain says whether the one group's rows are those of the edges.
func (s *edgeSet) plain() bool {
	if !slices.Contains(s.columns, "edge_group_index") {
		return true
	}
	plain := true
	s.scan([]string{"edge_group_index"}, s.whole(), func(n *h5.Node, rows []int) bool {
		index, err := n.Child("edge_group_index").Value.Ints()
		plain = err == nil
		for i := range index {
			plain = plain && index[i] == int64(rows[i])
		}
		return plain
	})
	return plain
}

// whole is all rows.
func (s *edgeSet) whole() [][2]int64 { return [][2]int64{{0, s.n}} }

// scan reads columns block by block and gives f each with the rows that it
// holds, until f returns false.
func (s *edgeSet) scan(columns []string, ranges [][2]int64, f func(n *h5.Node, rows []int) bool) {
	var now [][2]int64
	rows := s.rows[:0]
	defer func() { s.rows = rows }()
	left := int64(blockRows)
	flush := func() bool {
		if len(rows) == 0 {
			return true
		}
		o := h5.ReadOptions{Rows: now}
		for _, c := range columns {
			o.Only = append(o.Only, s.pos.Path+"/"+c)
		}
		root, err := h5.ReadAll(s.path, o)
		if err != nil {
			s.r.diags.Errorf(diag.FileMissing, s.pos, "%v", err)
			return false
		}
		n := root.At("edges", s.name)
		if n == nil {
			s.r.diags.Errorf(diag.FileMissing, s.pos, "the file has changed")
			return false
		}
		more := f(n, rows)
		now, rows, left = now[:0], rows[:0], int64(blockRows)
		return more
	}
	for _, r := range ranges {
		for lo := r[0]; lo < r[1]; {
			hi := min(lo+left, r[1])
			now = append(now, [2]int64{lo, hi})
			for k := lo; k < hi; k++ {
				rows = append(rows, int(k))
			}
			if left -= hi - lo; left == 0 && !flush() {
				return
			}
			lo = hi
		}
	}
	flush()
}

// read gives f the population block by block; with own set, those parts alone
// that have edges onto this rank's cells.
func (s *edgeSet) read(f func(b *block)) {
	if s.columns == nil {
		root, err := s.r.readHDF5(s.path, h5.ReadOptions{Only: []string{s.pos.Path}})
		if err != nil {
			s.r.diags.Errorf(diag.FileMissing, s.pos, "%v", err)
			return
		}
		f(&block{node: root.At("edges", s.name)})
		return
	}
	ranges := s.whole()
	if s.r.own != nil {
		ranges = s.ownRanges()
	}
	columns := slices.DeleteFunc(slices.Clone(s.columns), func(c string) bool { return c == "edge_group_index" || c == "edge_group_id" })
	s.scan(columns, ranges, func(n *h5.Node, rows []int) bool {
		if s.library != nil {
			g := n.Child("0")
			g.Children = append(g.Children, s.library)
		}
		f(&block{n, rows})
		return !s.r.diags.HasErrors()
	})
}

// gap is how many edges of others are read along rather than left out.
const gap = 256

// ownRanges finds the rows of edges onto this rank's cells.
func (s *edgeSet) ownRanges() [][2]int64 {
	var out [][2]int64
	s.scan([]string{"target_node_id"}, s.whole(), func(n *h5.Node, rows []int) bool {
		p, ids := s.r.ends(s.bare(n, rows), "target")
		if p == nil {
			return false
		}
		for i, id := range ids {
			if !s.r.own(p.gid[id]) {
				continue
			}
			row := int64(rows[i])
			if k := len(out) - 1; k >= 0 && row-out[k][1] <= gap {
				out[k][1] = row + 1
			} else {
				out = append(out, [2]int64{row, row + 1})
			}
		}
		return true
	})
	return out
}

// bare is a table of which only some columns were read.
func (s *edgeSet) bare(n *h5.Node, rows []int) *table {
	return &table{r: s.r, pos: s.pos, node: n, n: len(rows), first: int(s.base), rows: rows}
}

// links gives f the ends and delays of all edges, block by block.
func (s *edgeSet) links(more []string, f func(b *table, src, tgt *population, sources, targets []int64, delay []float64) bool) {
	columns := append([]string{"source_node_id", "target_node_id", "0/delay"}, more...)
	s.scan(columns, s.whole(), func(n *h5.Node, rows []int) bool {
		b := s.bare(n, rows)
		src, sources := s.r.ends(b, "source")
		tgt, targets := s.r.ends(b, "target")
		if src == nil || tgt == nil {
			return false
		}
		d := n.At("0", "delay")
		if d == nil || tgt.virtual {
			s.errorf("0/delay", "edges need targets that receive, and delays")
			return false
		}
		delay, err := d.Value.Floats()
		if err != nil {
			s.errorf("0/delay", "%v", err)
			return false
		}
		return f(b, src, tgt, sources, targets, delay)
	})
}

// surveyed says whether ranks can read their own parts of this population:
// whether it is read in blocks, and the types' table and the places of edges
// say what they end on.
func (s *edgeSet) surveyed() bool {
	return s.columns != nil && slices.Contains(s.columns, "0/delay") && !slices.Contains(s.columns, "0/afferent_point_id") &&
		!slices.Contains(s.columns, "0/model_template") && s.csv != nil
}

// survey finds what every rank needs to know of all edges: how many there are
// onto each cell, those that end where a section does, and which mechanisms they
// end on.
func (s *edgeSet) survey(part *ir.Part) {
	more := []string{"edge_type_id"}
	rows := s.csv.types("edge_type_id", s.name, s.r.diags)
	used := map[int]bool{} // rows of the types' table
	load := map[int][]int32{}
	for _, row := range rows {
		// What is wrong with a template is said when its edges are read.
		if mech, _, ok := synapseTemplate(s.csv.cell(row, "model_template")); ok {
			if part.Load[mech] == nil {
				part.Load[mech] = make([]int32, s.r.top())
			}
			load[row] = part.Load[mech]
		}
	}
	for _, c := range []string{"0/afferent_section_id", "0/afferent_section_pos"} {
		if slices.Contains(s.columns, c) {
			more = append(more, c)
		}
	}
	s.links(more, func(b *table, src, tgt *population, sources, targets []int64, delay []float64) bool {
		var section []int64
		var at []float64
		var err, err2 error
		types, err3 := b.node.Child("edge_type_id").Value.Ints()
		if len(more) == 3 {
			section, err = b.node.At("0", "afferent_section_id").Value.Ints()
			at, err2 = b.node.At("0", "afferent_section_pos").Value.Floats()
		}
		if err != nil || err2 != nil || err3 != nil {
			s.errorf("0/afferent_section_id", "types, sections and places are not numbers")
			return false
		}
		for i, id := range targets {
			gid := tgt.gid[id]
			from := int(s.r.sourceOf(src, sources[i], gid))
			if src.virtual {
				from = src.target[sources[i]]
			}
			part.Links.Add(s.name, from, gid, delay[i])
			typ := tgt.typeOf(int(id))
			if typ == nil || section == nil {
				continue
			}
			row := rows[types[i]]
			if load[row] == nil {
				continue
			}
			used[row] = true
			load[row][gid]++
			if x := at[i]; !(x > 0 && x < 1) && x >= 0 && x <= 1 && section[i] >= 0 && section[i] < int64(len(typ.Morph.Sections)) {
				part.Ends = append(part.Ends, ir.End{Gid: gid, At: ir.Location{Section: int(section[i]), Pos: x}})
			}
		}
		return true
	})
	for _, row := range slices.Sorted(maps.Keys(used)) {
		if mech, _, ok := synapseTemplate(s.csv.cell(row, "model_template")); ok {
			label := s.csv.cell(row, "label")
			if label == "" {
				label = mech
			}
			s.r.kindOf(label, mech, true, nil, s.pos)
		}
	}
}

// top is above all gids.
func (r *reader) top() int {
	top := 0
	for _, p := range r.m.Pops {
		top = max(top, p.FirstGid+p.N)
	}
	return top
}

// namesSynapses says whether some of the reports samples synapses.
func namesSynapses(reports *value) bool {
	if reports == nil || reports.kind != object {
		return false
	}
	return slices.ContainsFunc(reports.keys, func(m member) bool {
		typ := m.val.get("type")
		return typ != nil && typ.str == "synapse"
	})
}

// readEdges reads the edges of all populations: all of them, or those onto the
// cells of this rank, when own can be told.
func (r *reader) readEdges(whole bool) {
	for _, s := range r.edgeSets {
		whole = whole || !s.surveyed()
	}
	if r.share != nil && !whole && len(r.edgeSets) > 0 {
		c := r.m.Conditions
		if r.share.Dt > 0 {
			c.Dt = r.share.Dt
		}
		r.m.Part = &ir.Part{Load: map[string][]int32{}, Links: ir.NewLinks(&c)}
		for _, s := range r.edgeSets {
			s.survey(r.m.Part)
		}
		if r.diags.HasErrors() {
			return
		}
		r.stimulators()
		own := r.share.Own(r.sim)
		r.m.Stims = nil
		if own == nil {
			return // with an error
		}
		r.own = own
	}
	for _, s := range r.edgeSets {
		s.read(func(b *block) { r.edges(s, b) })
		if r.diags.HasErrors() {
			return
		}
	}
}
