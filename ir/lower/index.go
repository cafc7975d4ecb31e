package lower

import (
	"sort"

	"github.com/rallsim/rall/ir"
	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/layout"
)

// Index tells where the parts of a model are in its network, for who reads
// and changes them while it runs.
type Index struct{ l *lowering }

// Place is an instance of a mechanism: a row of a set of the group's instances.
type Place struct{ Set, Row int32 }

// WithIndex lowers m as Lower does, into one group, and returns an index too.
func WithIndex(m *ir.Model, opt Options, diags *diag.List) (*layout.Network, *Index) {
	opt.GroupNodes, opt.Ranks = 1<<60, 0
	l := newLowering(m, opt, diags)
	l.keepColumns, l.indexed = true, true
	if !l.run() {
		return nil, nil
	}
	return l.net, &Index{l}
}

// Node returns the node at a place of a cell; own is false where the node was
// left out, since its potential is its neighbour's, whose node this is then.
func (x *Index) Node(gid, section int, pos float64) (node int32, own bool) {
	c := x.l.byGid.get(gid)
	tree := c.nodeAt(section, pos)
	return c.flat(tree), int(c.treeNode[c.nodeOf[tree]]) == tree
}

// Density returns the instance of a density mechanism on a node.
func (x *Index) Density(mech string, node int32) (Place, bool) {
	k, ok := x.l.mechIndex[mech]
	if !ok {
		return Place{}, false
	}
	p, ok := x.l.densityAt(0, k, node)
	return placeOf(p), ok
}

func placeOf(p place) Place { return Place{p.set, p.row} }

// Point returns the instance of a row of the model's tables of points.
func (x *Index) Point(table, row int) Place { return placeOf(x.l.rowPlace[table][row]) }

// Artificial returns the instance of an artificial cell.
func (x *Index) Artificial(gid int) Place {
	return placeOf(x.l.placed[placedKey{x.l.byGid.get(gid), -1}])
}

// Column returns the first column of a variable of a mechanism.
func (x *Index) Column(mech, name string) (int, bool) {
	k, ok := x.l.mechIndex[mech]
	if !ok {
		return 0, false
	}
	c, ok := x.l.colIndex[k][name]
	return c.first, ok
}

// Global returns the number of the group that a GLOBAL is which instances change
// one after another.
func (x *Index) Global(mech, name string) (layout.Var, bool) {
	k, ok := x.l.mechIndex[mech]
	if !ok {
		return layout.Var{}, false
	}
	v, ok := x.l.globals[globalKey{k, name}]
	return v, ok
}

// Mech returns the number of a mechanism in the network.
func (x *Index) Mech(name string) (int, bool) {
	k, ok := x.l.mechIndex[name]
	return k, ok
}

// Ion returns the set and the slot of an ion on a node.
func (x *Index) Ion(ion string, node int32) (set, slot int32, ok bool) {
	k, known := x.l.ionIndex[ion]
	g := &x.l.net.Groups[0]
	for s := range g.Ions {
		if !known || g.Ions[s].Ion != k {
			continue
		}
		nodes := g.Ions[s].Node
		i := sort.Search(len(nodes), func(i int) bool { return nodes[i] >= node })
		if i < len(nodes) && nodes[i] == node {
			return int32(s), int32(i), true
		}
	}
	return 0, 0, false
}
