package lower

import (
	"math"
	"sort"

	"github.com/rallsim/rall/internal/random"
	"github.com/rallsim/rall/ir"
	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/layout"
	"github.com/rallsim/rall/runtime/kernel"
)

// filler gathers what goes into one group.
type filler struct {
	l      *lowering
	g      *layout.Group
	gi     int32
	cells  []*cell
	points []*pointRow // in order of creation
	stims  []int
	uses   [][]use       // by ion
	slot   [][]int32     // by ion and node; nil: an ion that the group does not have
	ionSet map[int]int32 // ion -> index into g.Ions
}

// use is one mechanism's use of an ion on a node.
type use struct {
	ion  *kernel.Ion
	typ  *cellType
	node int32
	cv   int32 // CV of the type, -1 for a node of no area
}

// fill writes the columns of every group.
func (l *lowering) fill() {
	byGroup := make([]*filler, len(l.net.Groups))
	for i := range byGroup {
		byGroup[i] = &filler{l: l, g: &l.net.Groups[i], gi: int32(i),
			uses: make([][]use, len(l.net.Ions)), slot: make([][]int32, len(l.net.Ions)), ionSet: map[int]int32{}}
	}
	for _, c := range l.cells {
		f := byGroup[c.group]
		f.cells = append(f.cells, c)
		n := int32(0)
		if c.typ != nil {
			if !f.g.Foreign {
				c.typ.left++
			}
			n = int32(c.typ.nCV)
			l.net.NumCVs += c.typ.nCV
		}
		l.net.Cells = append(l.net.Cells, layout.Cell{Gid: c.gid, Pop: c.pop, NodeID: c.nodeID, Group: c.group, Block: c.block, Lane: c.lane, NumCVs: n, Places: c.places})
	}
	counts := make([]int, len(byGroup))
	for i := range l.points {
		counts[l.points[i].cell.group]++
	}
	for i, n := range counts {
		byGroup[i].points = make([]*pointRow, 0, n)
	}
	for i := range l.points {
		p := &l.points[i]
		f := byGroup[p.cell.group]
		f.points = append(f.points, p)
	}
	for k := range l.stims {
		f := byGroup[l.stims[k].holder.group]
		f.stims = append(f.stims, k)
	}
	l.stimPlace = make([]place, len(l.stims))
	for _, f := range byGroup {
		if f.g.Foreign {
			continue
		}
		f.eachCell(l.measure)
		f.nodes()
		f.collectUses()
		f.ions()
		for k := range l.net.Mechs {
			f.instances(k)
		}
		f.eachCell(l.forget)
		if !l.keepColumns {
			for k := range f.g.Instances {
				compact(&f.g.Instances[k])
			}
		}
	}
	l.net.Merging = l.told()
	for _, t := range l.m.Points {
		if t.Synapse && !t.Plastic && l.m.Part == nil {
			l.net.NumSyns += len(t.Gid)
		}
	}
	if l.m.Part != nil {
		l.net.NumSyns -= l.m.Part.Plastic
		for _, load := range l.m.Part.Load {
			for _, n := range load {
				l.net.NumSyns += int(n)
			}
		}
	}
}

// eachCell calls do for the cells of the group that have nodes.
func (f *filler) eachCell(do func(c *cell)) {
	for _, c := range f.cells {
		if c.typ != nil {
			do(c)
		}
	}
}

// nodes fills the node columns. Padding lanes get a capacitance and nothing
// else, so that their equations stay solvable.
func (f *filler) nodes() {
	g := f.g
	n := 0
	for i := range g.Blocks {
		n += g.Blocks[i].Lanes * len(g.Blocks[i].Parent)
	}
	g.VInit, g.Area, g.Diam = make([]float64, n), make([]float64, n), make([]float64, n)
	g.Cm, g.A, g.B = make([]float64, n), make([]float64, n), make([]float64, n)
	for i := range g.Cm {
		g.Cm[i], g.Area[i] = 1, 100
	}
	for _, c := range f.cells {
		if c.typ == nil {
			continue
		}
		t := &c.geom.Tree
		for k, nd := range c.treeNode {
			i := c.first + k*c.stride
			sec, cv := int(t.Section[nd]), int(t.CV[nd])
			g.VInit[i] = c.typ.vinit[nd]
			g.Area[i] = t.Area[nd]
			g.Cm[i] = 0
			if cv >= 0 {
				g.Cm[i] = c.typ.Morph.Sections[sec].CmAt(cv)
				g.Diam[i] = c.geom.Sections[sec].Diam[cv]
			}
			if c.parent[k] >= 0 {
				g.A[i], g.B[i] = t.A[nd], t.B[nd]
			}
		}
	}
}

// collectUses finds which mechanisms use which ion on which node.
func (f *filler) collectUses() {
	note := func(mech int, node int32, t *cellType, cv int) {
		ions := f.l.net.Mechs[mech].Program.Ions
		for i := range ions {
			k := f.l.ionIndex[ions[i].Name]
			f.uses[k] = append(f.uses[k], use{&ions[i], t, node, int32(cv)})
		}
	}
	for _, c := range f.cells {
		if c.typ == nil {
			continue
		}
		for i := range c.typ.paint {
			p := &c.typ.paint[i]
			if len(f.l.net.Mechs[p.mech].Program.Ions) == 0 {
				continue
			}
			for _, cv := range p.cvs {
				note(p.mech, c.flat(c.typ.treeOf(cv)), c.typ, cv)
			}
		}
	}
	for _, p := range f.points {
		if len(f.l.net.Mechs[p.mech].Program.Ions) == 0 {
			continue
		}
		t := &p.cell.typ.tree.Tree
		cv := -1
		if t.CV[p.tree] >= 0 {
			cv = p.cell.typ.first[t.Section[p.tree]] + int(t.CV[p.tree])
		}
		note(int(p.mech), p.cell.flat(int(p.tree)), p.cell.typ, cv)
	}
}

// treeOf returns the tree node of a CV of the type.
func (t *cellType) treeOf(cv int) int {
	s := sort.SearchInts(t.first, cv+1) - 1
	return t.tree.Sections[s].Node(cv - t.first[s])
}

func (f *filler) ions() {
	for k, uses := range f.uses {
		if len(uses) == 0 {
			continue
		}
		def := &f.l.net.Ions[k]
		uses = byNode(uses, len(f.g.Area), func(u *use) int32 { return u.node })
		n := 0
		for i := range uses {
			if i == 0 || uses[i].node != uses[i-1].node {
				n++
			}
		}
		s := layout.IonSlots{Ion: k, Node: make([]int32, n)}
		s.E, s.In, s.Out, s.Style = make([]float64, n), make([]float64, n), make([]float64, n), make([]uint8, n)
		f.slot[k] = make([]int32, len(f.g.Area))
		for i := range s.Node {
			end := 1
			for end < len(uses) && uses[end].node == uses[0].node {
				end++
			}
			us := uses[:end]
			uses = uses[end:]
			s.Node[i] = us[0].node
			f.slot[k][us[0].node] = int32(i)
			s.Style[i] = styleOf(us)
			in0, out0 := 1.0, 1.0
			if d, ok := ionDefaults[def.Name]; ok {
				in0, out0 = d.In0, d.Out0
			}
			s.E[i], s.In[i], s.Out[i] = def.DefaultRev, in0, out0
			if ip := us[0].typ.ions[def.Name]; ip != nil && us[0].cv >= 0 {
				set(&s.E[i], ip.e[us[0].cv])
				set(&s.In[i], ip.in[us[0].cv])
				set(&s.Out[i], ip.out[us[0].cv])
				if bits := ip.style[us[0].cv]; !math.IsNaN(bits) {
					s.Style[i] = layout.IonStyle(int(bits))
				}
			}
		}
		f.ionSet[k] = int32(len(f.g.Ions))
		f.g.Ions = append(f.g.Ions, s)
	}
}

func set(to *float64, v float64) {
	if !math.IsNaN(v) {
		*to = v
	}
}

// inst is an instance before its row is known: of a density mechanism (paint
// is set), a point process (point is set) or an artificial cell (art is set).
type inst struct {
	node  int32
	cv    int32 // of paint
	order int64
	c     *cell
	paint *painting
	point *pointRow
	art   *ir.Artificial
	at    int // of art
	stim  int // of art; -1: the cell itself
}

// painting is a density mechanism on one cell.
type painting struct {
	*painted
	over []override
}

// write writes an instance's parameters into its row.
func (f *filler) write(mech int, it *inst, cols [][]float64, row int) {
	switch {
	case it.paint != nil:
		for col, v := range it.paint.col {
			set(&cols[col][row], v[it.cv])
		}
		for i := range it.paint.over {
			if o := &it.paint.over[i]; o.holds(it.c.typ, int(it.cv)) {
				cols[o.col][row] = o.value
			}
		}
	case it.cv < 0: // the layers of a node without area
	case it.art != nil && it.stim >= 0:
		f.l.fillTable(mech, it.art.Params, it.at, diag.Pos{}, cols, row)
	case it.art != nil:
		f.l.fillTable(mech, it.art.Params, it.at, f.l.m.Pops[it.c.pop].Pos, cols, row)
	case it.point.table == -2:
		pl := &it.c.typ.Points[it.point.row]
		for i := range pl.Params {
			if to, ok := f.l.columnOf(mech, pl.Params[i].Name, pl.Params[i].Pos); ok {
				cols[to][row] = pl.Params[i].Num
			}
		}
		for _, o := range f.l.cellColumns(it.c, mech, pl.Label) {
			cols[o.col][row] = o.value
		}
	default:
		t := f.l.m.Points[it.point.table]
		f.l.fillTable(mech, t.Params, int(it.point.row), t.Pos, cols, row)
	}
}

// note notes where an instance is.
func (f *filler) note(it *inst, set, row int) {
	at := place{f.gi, int32(set), int32(row)}
	switch {
	case it.paint != nil || it.cv < 0:
	case it.art != nil && it.stim >= 0:
		f.l.stimPlace[it.stim] = at
	case it.art != nil:
		f.l.notePlaced(placedKey{it.c, -1}, at)
	case it.point.table == -2:
		f.l.notePlaced(placedKey{it.c, int(it.point.row)}, at)
	default:
		f.l.rowPlace[it.point.table][it.point.row] = at
	}
}

// instances writes the instances of one mechanism: density ones in node
// order, points by node and then creation, artificial cells in gid order with
// stimulators behind.
func (f *filler) instances(mech int) {
	prog := f.l.net.Mechs[mech].Program
	var list []inst
	switch prog.Kind {
	case kernel.Density:
		list = f.density(mech)
	case kernel.ArtificialCell:
		list = f.artificial(mech)
	default:
		list = f.placed(mech)
	}
	if len(list) == 0 {
		return
	}
	if prog.Kind != kernel.ArtificialCell {
		list = byNode(list, len(f.g.Area), func(it *inst) int32 { return it.node })
	}
	m := f.l.merges[mech]
	if m != nil && m.parts != nil {
		m.info.N += len(list)
		f.merge(mech, m, list, f.columns(mech, list))
		return
	}
	if m != nil {
		m.info.N += len(list)
		m.info.Steps += len(list)
	}
	if prog.Kind == kernel.PointProcess {
		list = rounds(list)
	}
	cols := f.columns(mech, list)
	for i := range list {
		f.note(&list[i], len(f.g.Instances), i)
	}
	f.add(mech, prog, list, cols)
}

// byNode returns a list in the order of the nodes of what it has, of which there are n;
// what is on one node stays as it stands.
func byNode[T any](list []T, n int, node func(*T) int32) []T {
	sorted := true
	for i := 1; i < len(list) && sorted; i++ {
		sorted = node(&list[i-1]) <= node(&list[i])
	}
	if sorted {
		return list
	}
	first := make([]int32, n+1) // of each node, where its next one goes
	for i := range list {
		first[node(&list[i])+1]++
	}
	for i := 1; i < len(first); i++ {
		first[i] += first[i-1]
	}
	out := make([]T, len(list))
	for i := range list {
		to := &first[node(&list[i])]
		out[*to] = list[i]
		*to++
	}
	return out
}

// rounds returns instances in rounds over their nodes: the first of every node, the
// second, and so on, in which no sum waits for the one before it and nodes that follow
// each other are many. Instances of the few nodes that have the most stay together. What
// comes onto one node keeps its order. The list is in the order of nodes.
func rounds(list []inst) []inst {
	const few = 16 // nodes
	round := make([]int, len(list))
	var size []int
	for i := range list {
		if i > 0 && list[i].node == list[i-1].node {
			round[i] = round[i-1] + 1
		}
		if round[i] == len(size) {
			size = append(size, 0)
		}
		size[round[i]]++
	}
	last := len(size) // where the rest goes
	for r, n := range size {
		if n < few {
			last = r
			break
		}
	}
	if last == 0 || len(size) == 1 {
		return list
	}
	next := make([]int, last+1)
	for r, n := range size[:last] {
		next[r+1] = next[r] + n
	}
	out := make([]inst, len(list))
	for i := range list {
		to := &next[min(round[i], last)]
		out[*to] = list[i]
		*to++
	}
	return out
}

// columns returns the columns of instances with their initial values.
func (f *filler) columns(mech int, list []inst) [][]float64 {
	prog := f.l.net.Mechs[mech].Program
	cols := make([][]float64, prog.Rows())
	for i, c := range prog.Columns {
		for w := 0; w < c.Len; w++ {
			col := make([]float64, len(list))
			for i := range col {
				col[i] = c.Default
			}
			cols[prog.Row(i)+w] = col
		}
	}
	for i := range list {
		f.write(mech, &list[i], cols, i)
	}
	return cols
}

// add makes a set of instances. Their random streams have the names that the
// mechanism gives them of which prog is the program.
func (f *filler) add(mech int, streams *kernel.Program, list []inst, cols [][]float64) *layout.Instances {
	prog := f.l.net.Mechs[mech].Program
	in := layout.Instances{Mech: mech, N: len(list), Columns: cols, Order: make([]int64, len(list))}
	if prog.Kind != kernel.ArtificialCell {
		in.Node = make([]int32, len(list))
	}
	for i := range list {
		in.Order[i] = list[i].order
		if in.Node != nil {
			in.Node[i] = list[i].node
		}
	}
	for range prog.Pointers {
		bound := make([]layout.Var, len(list))
		for i := range bound {
			bound[i].Row = -1
		}
		in.Bound = append(in.Bound, bound)
	}
	for _, ion := range prog.Ions {
		k := f.l.ionIndex[ion.Name]
		in.IonSet = append(in.IonSet, f.ionSet[k])
		index := make([]int32, len(list))
		for i := range list {
			index[i] = f.slot[k][list[i].node]
		}
		in.Ion = append(in.Ion, index)
	}
	f.streamsAndTrains(&in, list, streams)
	if prog.Diffusion != nil {
		in.Diffusion = f.diffusion(list)
	}
	if prog.Mech == layersMech {
		f.layers(&in, list)
	}
	f.g.Instances = append(f.g.Instances, in)
	return &f.g.Instances[len(f.g.Instances)-1]
}

func (f *filler) density(mech int) []inst {
	n := 0
	for _, c := range f.cells {
		if c.typ != nil {
			for i := range c.typ.paint {
				if p := &c.typ.paint[i]; p.mech == mech {
					n += len(p.cvs)
				}
			}
		}
	}
	list := make([]inst, 0, n)
	for _, c := range f.cells {
		if c.typ == nil {
			continue
		}
		for i := range c.typ.paint {
			p := &c.typ.paint[i]
			if p.mech != mech {
				continue
			}
			on := &painting{p, f.l.cellColumns(c, mech, "")}
			for _, cv := range p.cvs {
				list = append(list, inst{node: c.flat(c.typ.treeOf(cv)), cv: int32(cv), order: int64(c.gid)<<24 + int64(cv), c: c, paint: on})
			}
			if f.l.net.Mechs[mech].Program.Mech == layersMech {
				for _, nd := range layerEnds(c.typ, p.in) {
					list = append(list, inst{node: c.flat(nd), cv: -1, order: int64(c.gid)<<24 + int64(c.typ.nCV+nd), c: c})
				}
			}
		}
	}
	return list
}

// override is a parameter of one cell that differs from its type's.
type override struct {
	col      int
	value    float64
	sections []int
}

func (o *override) holds(t *cellType, cv int) bool {
	for _, s := range o.sections {
		if cv >= t.first[s] && cv < t.first[s]+t.Morph.Sections[s].NSeg {
			return true
		}
	}
	return false
}

// cellColumns returns the values that a population sets for one cell.
func (l *lowering) cellColumns(c *cell, mech int, label string) []override {
	var out []override
	p := l.m.Pops[c.pop]
	for i := range p.Columns {
		col := &p.Columns[i]
		if l.mechIndex[col.Mech] != mech || col.Label != label {
			continue
		}
		if at, ok := l.columnOf(mech, col.Param, p.Pos); ok {
			out = append(out, override{at, col.Values[c.node], col.Sections})
		}
	}
	return out
}

func (f *filler) placed(mech int) []inst {
	n := 0
	for i := range f.points {
		if int(f.points[i].mech) == mech {
			n++
		}
	}
	list := make([]inst, 0, n)
	for i := range f.points {
		if p := f.points[i]; int(p.mech) == mech {
			list = append(list, inst{node: p.cell.flat(int(p.tree)), order: p.order, c: p.cell, point: p})
		}
	}
	return list
}

// fillTable writes row at of a table's parameters into a row of columns.
func (l *lowering) fillTable(mech int, params []ir.ParamColumn, at int, pos diag.Pos, cols [][]float64, row int) {
	if len(params) == 0 {
		return
	}
	to, ok := l.tableCols[&params[0]]
	if !ok {
		to = make([]int, len(params))
		for i := range params {
			to[i] = -1
			if c, ok := l.columnOf(mech, params[i].Name, pos); ok {
				to[i] = c
			}
		}
		if l.tableCols == nil {
			l.tableCols = map[*ir.ParamColumn][]int{}
		}
		l.tableCols[&params[0]] = to
	}
	for i, c := range to {
		if c >= 0 {
			cols[c][row] = params[i].Values[at]
		}
	}
}

func (f *filler) artificial(mech int) []inst {
	var list []inst
	for _, c := range f.cells {
		p := f.l.m.Pops[c.pop]
		if p.Artificial == nil || f.l.mechIndex[p.Artificial.Mech] != mech {
			continue
		}
		list = append(list, inst{order: int64(c.gid), c: c, art: p.Artificial, at: c.node, stim: -1})
	}
	for _, k := range f.stims {
		s := f.l.stims[k]
		if f.l.mechIndex[s.set.Mech] != mech {
			continue
		}
		list = append(list, inst{order: 1<<40 + int64(k), c: s.holder, art: &s.set.Artificial, at: s.row, stim: k})
	}
	return list
}

// plays notes the variables of one artificial cell that change at given times.
func (f *filler) plays(prog *kernel.Program, row int32, it *inst) {
	for _, p := range it.art.Plays {
		if p.Cell != it.at {
			continue
		}
		col, ok := f.l.colIndex[f.l.mechIndex[prog.Mech]][p.Var]
		if !ok {
			f.l.diags.Errorf(diag.UnknownName, diag.Pos{}, "mechanism %q has no variable %q to play into", prog.Mech, p.Var)
			continue
		}
		f.g.Plays = append(f.g.Plays, layout.Play{Var: layout.Var{What: layout.Column, Set: int32(len(f.g.Instances)), Row: row, Col: int32(col.first)}, Times: p.Times, Values: p.Values})
	}
}

// streams gives every instance its random streams: the one that the model
// made for an artificial cell, else streams of the seed "stim", the
// mechanism's and the stream's name and the instance's identity.
func (f *filler) streams(in *layout.Instances, list []inst, prog *kernel.Program) {
	if len(prog.Streams) == 0 {
		return
	}
	in.Streams = makeStreams(len(prog.Streams), len(list))
	for k, name := range prog.Streams {
		for i := range list {
			if art := list[i].art; k == 0 && art != nil && art.Streams != nil {
				in.Streams[0][i] = art.Streams[list[i].at]
				continue
			}
			in.Streams[k][i] = random.Keyed(f.l.m.Conditions.Seeds["stim"], "mech/"+prog.Mech+"/"+name, list[i].order)
		}
	}
}

func (f *filler) streamsAndTrains(in *layout.Instances, list []inst, prog *kernel.Program) {
	f.streams(in, list, prog)
	if prog.Kind != kernel.ArtificialCell {
		return
	}
	in.Source = make([]int32, len(list))
	trains := false
	for i := range list {
		f.plays(prog, int32(i), &list[i])
		in.Source[i] = f.l.sourceOf(list[i].c, list[i].stim)
		trains = trains || list[i].art.Trains != nil
	}
	if trains {
		in.Trains = make([][]float64, len(list))
		for i := range list {
			if t := list[i].art.Trains; t != nil {
				in.Trains[i] = t[list[i].at]
			}
		}
	}
}
