package lower

import (
	"cmp"
	"slices"
	"sort"

	"github.com/rallsim/rall/ir"
	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/layout"
	"github.com/rallsim/rall/ir/morph"
	"github.com/rallsim/rall/runtime/kernel"
)

// cellType is an ir.CellType. What it has in every CV is worked out for the
// cells that are filled, and let go of behind the last of them.
type cellType struct {
	*ir.CellType
	*structure
	mechs []inserted // in the order of net.Mechs
	left  int        // cells yet to be filled

	geom   *morph.Geometry // of a cell at the origin
	paint  []painted       // in the order of net.Mechs
	ions   map[string]*ionPaint
	vinit  []float64 // by tree node [mV]
	places *ir.Places
}

// structure is what types have in common whose sections hang together in the
// same way, whatever their sizes.
type structure struct {
	tree  *morph.Geometry // of one of them: nodes are where they are, lengths and areas are its own
	first []int           // CV of section s at cv c is first[s]+c
	nCV   int
}

// inserted says in how many CVs of a type a density mechanism is.
type inserted struct{ mech, cvs int }

// painted is one density mechanism of a cell type.
type painted struct {
	mech int
	cvs  []int             // where it is inserted, ascending
	col  map[int][]float64 // by frame column: a value per CV of the type, NaN where unset
	in   []bool            // by CV
}

// ionPaint are settings of an ion, per CV, NaN where unset.
type ionPaint struct{ e, in, out, style []float64 }

// cell is one gid.
type cell struct {
	gid, pop, node int             // node: place in its ir.Population
	source         int32           // place in l.cells
	nodeID         int             // in the population of that name
	typ            *cellType       // nil: artificial
	geom           *morph.Geometry // while its group is filled
	parent         []int32         // by node of the block
	nodeOf         []int32         // tree node -> node of the block
	treeNode       []int32         // node of the block -> tree node
	places         *layout.Places
	sig            string
	needs          map[int]bool // tree nodes of no area that must stay

	group, block, lane int32
	first, stride      int // node k of the cell is first + k*stride in its group
}

// gidIndex finds cells by gid.
type gidIndex struct {
	dense  []*cell
	sparse map[int]*cell // where gids have large holes
}

func newGidIndex(cells []*cell) gidIndex {
	if len(cells) == 0 {
		return gidIndex{}
	}
	if top := cells[len(cells)-1].gid; cells[0].gid >= 0 && top < 4*len(cells)+1000 {
		x := gidIndex{dense: make([]*cell, top+1)}
		for _, c := range cells {
			x.dense[c.gid] = c
		}
		return x
	}
	x := gidIndex{sparse: make(map[int]*cell, len(cells))}
	for _, c := range cells {
		x.sparse[c.gid] = c
	}
	return x
}

// get returns the cell, nil if there is none.
func (x gidIndex) get(gid int) *cell {
	if gid >= 0 && gid < len(x.dense) {
		return x.dense[gid]
	}
	return x.sparse[gid]
}

// flat returns the group's node of a tree node.
func (c *cell) flat(tree int) int32 { return int32(c.first + int(c.nodeOf[tree])*c.stride) }

// nodeAt returns the tree node at a location.
func (c *cell) nodeAt(section int, pos float64) int {
	return c.typ.tree.Sections[section].NodeAt(pos)
}

// pointRow is a point process that lives on a compartmental cell.
type pointRow struct {
	cell       *cell
	order      int64
	mech, tree int32
	table, row int32 // of the model's tables; table -2: placed of the type, row its number
}

// stim is a stimulator.
type stim struct {
	set    *ir.Stimulators
	row    int
	holder *cell
}

func (l *lowering) buildCells() {
	structures := map[string]*structure{}
	for _, t := range l.m.CellTypes {
		l.types[t] = l.buildType(t, structures)
	}
	if l.diags.HasErrors() {
		return
	}
	for pi, p := range l.m.Pops {
		for i := 0; i < p.N; i++ {
			c := &cell{gid: p.FirstGid + i, pop: pi, node: i, nodeID: p.FirstNode + i}
			if p.Type != nil {
				c.typ = l.types[p.Type]
			}
			l.cells = append(l.cells, c)
		}
	}
	slices.SortStableFunc(l.cells, func(a, b *cell) int { return cmp.Compare(a.gid, b.gid) })
	for i, c := range l.cells {
		c.source = int32(i)
		if i > 0 && l.cells[i-1].gid == c.gid {
			p := l.m.Pops[c.pop]
			l.diags.Errorf(diag.Duplicate, p.Pos, "gid %d is a cell of both %q and %q", c.gid, l.m.Pops[l.cells[i-1].pop].Name, p.Name)
			return
		}
	}
	l.byGid = newGidIndex(l.cells)
	l.collectPoints()
	topologies := map[topologyKey]*topology{}
	for _, c := range l.cells {
		if c.typ != nil {
			l.needForLayers(c)
			c.elide(topologies)
			if l.hasLayers(c.typ) {
				c.sig += "layers" // never in one block with cells that have none
			}
		}
	}
	for _, s := range l.m.Stims {
		for k, gid := range s.Target {
			holder := l.byGid.get(gid)
			if holder == nil {
				l.diags.Errorf(diag.UnknownName, diag.Pos{}, "stimulator %q is made for cell %d, which does not exist", s.Label, gid)
				return
			}
			l.stims = append(l.stims, stim{s, k, holder})
		}
	}
}

// collectPoints finds the point processes of every cell, in order of
// creation: those of the cell types first, then the tables.
func (l *lowering) collectPoints() {
	order := int64(0)
	needs := func(c *cell, section int, pos float64) int {
		tree := c.nodeAt(section, pos)
		if c.typ.tree.Tree.CV[tree] < 0 {
			if c.needs == nil {
				c.needs = map[int]bool{}
			}
			c.needs[tree] = true
		}
		return tree
	}
	add := func(c *cell, mechName string, section int, pos float64, table, row int, order int64, at diag.Pos) {
		k := l.mechIndex[mechName]
		if kind := l.net.Mechs[k].Program.Kind; kind != kernel.PointProcess {
			l.diags.Errorf(diag.BadMech, at, "mechanism %q cannot be placed at a point of a cell: it is no point process", mechName)
			return
		}
		l.points = append(l.points, pointRow{cell: c, mech: int32(k), tree: int32(needs(c, section, pos)), order: order, table: int32(table), row: int32(row)})
	}
	for _, c := range l.cells {
		if c.typ == nil {
			continue
		}
		for i := range c.typ.Points {
			p := &c.typ.Points[i]
			add(c, p.Mech, p.At.Section, p.At.Pos, -2, i, order, p.Pos)
			order++
		}
	}
	rows := len(l.points)
	for _, t := range l.m.Points {
		rows += len(t.Gid)
	}
	l.points = slices.Grow(l.points, rows-len(l.points))
	l.rowPlace = make([][]place, len(l.m.Points))
	first := order
	for ti, t := range l.m.Points {
		l.rowPlace[ti] = make([]place, len(t.Gid))
		for r, gid := range t.Gid {
			c := l.byGid.get(gid)
			if c == nil || c.typ == nil {
				l.diags.Errorf(diag.BadValue, t.Pos, "%s: cell %d has no sections to place a %s on", t.Label, gid, t.Mech)
				return
			}
			if t.Order != nil {
				order = first + t.Order[r]
			}
			add(c, t.Mech, t.Section[r], t.At[r], ti, r, order, t.Pos)
			order++
		}
	}
	byOrder := func(a, b pointRow) int { return cmp.Compare(a.order, b.order) }
	if !slices.IsSortedFunc(l.points, byOrder) {
		slices.SortFunc(l.points, byOrder)
	}
	if l.m.Part == nil {
		return
	}
	for _, e := range l.m.Part.Ends {
		if c := l.byGid.get(e.Gid); c != nil && c.typ != nil {
			needs(c, e.At.Section, e.At.Pos)
		}
	}
}

// topologyKey finds cells whose trees, and whose needed end nodes, are alike.
type topologyKey struct {
	structure *structure
	needs     string
}

// topology is a tree without the nodes that can be elided.
type topology struct {
	parent, nodeOf, treeNode []int32
	sig                      string
	places                   *layout.Places
}

// elide drops nodes of no area with one neighbour and nothing on them: no
// current flows through them, so that their potential is their neighbour's.
func (c *cell) elide(known map[topologyKey]*topology) {
	ids := make([]int, 0, len(c.needs))
	for n := range c.needs {
		ids = append(ids, n)
	}
	sort.Ints(ids)
	var b []byte
	for _, n := range ids {
		b = append(b, byte(n), byte(n>>8), byte(n>>16), byte(n>>24))
	}
	key := topologyKey{c.typ.structure, string(b)}
	t := known[key]
	if t == nil {
		t = reduce(&c.typ.tree.Tree, c.needs)
		t.places = places(c, t.treeNode)
		known[key] = t
	}
	c.parent, c.nodeOf, c.treeNode, c.sig, c.places = t.parent, t.nodeOf, t.treeNode, t.sig, t.places
}

// places says where the nodes of a block are.
func places(c *cell, treeNode []int32) *layout.Places {
	p := &layout.Places{Section: make([]int32, len(treeNode)), Pos: make([]float64, len(treeNode))}
	for i := range c.typ.Morph.Sections {
		p.Names = append(p.Names, c.typ.Morph.Sections[i].Name)
	}
	tree := c.typ.tree
	pos := make([]float64, len(tree.Tree.Parent)) // 0 for the near end of a root
	for i := range tree.Sections {
		sg := &tree.Sections[i]
		n := len(sg.Area)
		for cv := range n {
			pos[sg.Node(cv)] = (float64(cv) + .5) / float64(n)
		}
		if !sg.Reversed {
			pos[sg.EndNode()] = 1
		}
	}
	for k, node := range treeNode {
		p.Section[k], p.Pos[k] = tree.Tree.Section[node], pos[node]
	}
	return p
}

func reduce(tree *morph.Tree, needs map[int]bool) *topology {
	n := len(tree.Parent)
	children := make([]int32, n)
	only := make([]int32, n) // some child
	for i, p := range tree.Parent {
		if p >= 0 {
			children[p]++
			only[p] = int32(i)
		}
	}
	t := &topology{nodeOf: make([]int32, n)}
	elided := make([]int32, n) // the neighbour that stands for the node, or -1
	for i := range elided {
		elided[i] = -1
		if tree.CV[i] >= 0 || needs[i] {
			continue
		}
		p := tree.Parent[i]
		switch {
		case p >= 0 && children[i] == 0:
			elided[i] = p
		case p < 0 && children[i] == 1:
			elided[i] = only[i]
		}
	}
	for i := range elided {
		if elided[i] >= 0 {
			t.nodeOf[i] = -1
			continue
		}
		t.nodeOf[i] = int32(len(t.treeNode))
		t.treeNode = append(t.treeNode, int32(i))
		p := tree.Parent[i]
		if p >= 0 {
			p = t.nodeOf[p] // -1 where the root was elided
		}
		t.parent = append(t.parent, p)
	}
	for i, nb := range elided {
		if nb >= 0 {
			t.nodeOf[i] = t.nodeOf[nb]
		}
	}
	sig := make([]byte, 0, 4*len(t.parent))
	for _, p := range t.parent {
		sig = append(sig, byte(p), byte(p>>8), byte(p>>16), byte(p>>24))
	}
	t.sig = string(sig)
	return t
}

// styleOf works out NEURON's ion style bits from how the mechanisms on a CV
// use the ion (eion.cpp, nrn_promote).
func styleOf(uses []use) uint8 {
	conc, rev := 0, 0
	for i := range uses {
		u := uses[i].ion
		switch {
		case u.WriteIn || u.WriteOut:
			conc = max(conc, 3)
		case u.ReadIn || u.ReadOut:
			conc = max(conc, 1)
		}
		switch {
		case u.WriteE:
			rev = max(rev, 3)
		case u.ReadE:
			rev = max(rev, 1)
		}
		if conc > 0 && rev < 2 {
			rev = 2
		}
	}
	var bits uint8
	if conc == 3 {
		bits |= layout.InitConc
		if rev == 2 {
			bits |= layout.StepNernst
		}
	}
	if conc > 0 && rev == 2 {
		bits |= layout.InitNernst
	}
	return bits
}
