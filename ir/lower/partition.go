package lower

import (
	"fmt"
	"math"
	"math/rand/v2"
	"sort"

	"github.com/rallsim/rall/ir"
	"github.com/rallsim/rall/ir/layout"
	"github.com/rallsim/rall/runtime/kernel"
)

// mostNodes bounds a group: what is stepped together should stay in a core's
// second cache. Below that, larger groups are faster: a mechanism that few
// nodes have still fills the VM's blocks.
const mostNodes = 4096

// holderOf returns the cell in whose group a source lives.
func (l *lowering) holderOf(source int64) *cell {
	if source < 0 {
		return l.stims[^source].holder
	}
	return l.byGid.get(int(source))
}

// partition joins cells that are coupled within a step, interleaves cells of
// equal topology in lane blocks and fills groups with them. What it decides
// never changes a result.
func (l *lowering) partition() {
	total, all := 0, 0
	cost := l.costs()
	for i, c := range l.cells {
		total += weight(c)
		all += cost[i]
	}
	target, most := l.opt.GroupNodes, math.MaxInt
	if target == 0 {
		parts := max(leastGroups, 6*l.opt.Threads) * max(l.opt.Ranks, 1)
		target = min(max(total/parts, 64), mostNodes)
		if total > 64*parts {
			most = all / parts
		}
	}
	units := l.units(target)
	// A source's events go to artificial cells in few pieces where few groups hold
	// them: one thread gains nothing from more.
	alone := l.opt.GroupNodes == 0 && l.opt.Threads == 1 && l.opt.Ranks <= 1
	var group []*cell
	size, load := 0, 0
	flush := func() {
		if len(group) > 0 {
			l.addGroup(group)
		}
		group, size, load = nil, 0, 0
	}
	for i, u := range units {
		for _, c := range u {
			group = append(group, c)
			size += weight(c)
			load += cost[c.source]
		}
		full := size >= target || load >= most
		if alone && len(u[0].parent) == 0 {
			full = size >= mostNodes
		}
		if full && i+1 < len(units) && len(group)%layout.Lanes != 0 && size < 4*target && units[i+1][0].sig == u[0].sig {
			// Wait until the lanes are full, unless mechanisms make up most of the cost.
			full = load >= most && load >= dense*size
		}
		if full {
			flush()
		}
	}
	flush()
	l.assign(cost)
}

func weight(c *cell) int { return max(len(c.parent), 1) }

// dense is the cost of a node with its instances from which full lanes, which the
// solution alone gains from, count less than even groups.
const dense = 64

// leastGroups is how many groups of about equal cost a rank's network has at
// least, if it is not very small: so that threads have something to share. Many
// threads want six each.
const leastGroups = 8

// costs estimates what a step of every cell costs, in operations: of solving a
// node, and of what the mechanisms of its instances compute. Events cannot be
// foreseen; threads share groups by what they have cost.
func (l *lowering) costs() []int {
	const node, event = 8, 20
	ops := make([]int, len(l.net.Mechs))
	for k := range l.net.Mechs {
		p := l.net.Mechs[k].Program
		for _, c := range []*kernel.Code{p.State, p.Current, p.BeforeBreakpoint} {
			if c != nil {
				ops[k] += kernel.Cost(c)
			}
		}
	}
	out := make([]int, len(l.cells))
	for i, c := range l.cells {
		if out[i] = node * len(c.parent); c.typ == nil {
			out[i] = event
			continue
		}
		for _, m := range c.typ.mechs {
			out[i] += ops[m.mech] * m.cvs
		}
	}
	l.eachPoint(func(c *cell, mech, n int) { out[c.source] += n * ops[mech] })
	return out
}

// sets are disjoint sets of cells.
type sets map[*cell]*cell

// find returns the cell that stands for c's set: the one of lowest gid.
func (s sets) find(c *cell) *cell {
	for s[c] != nil && s[c] != c {
		if up := s[s[c]]; up != nil {
			s[c] = up
		}
		c = s[c]
	}
	return c
}

func (s sets) join(a, b *cell) {
	ra, rb := s.find(a), s.find(b)
	if ra == rb {
		return
	}
	if rb.gid < ra.gid {
		ra, rb = rb, ra
	}
	s[rb] = ra
}

// joined returns the sets of cells that have to share a group: those with
// edges of a delay shorter than a step and those whose POINTERs reach over.
// Cells with other couplings share one where that makes no group of more than
// target nodes; else their groups take one step at a time.
func (l *lowering) joined(target int) sets {
	s := sets{}
	tell := func(label string, n int) {
		if n > 0 {
			l.net.Coupled = append(l.net.Coupled, fmt.Sprintf("%s: the cells of %d connections share a group: their delays are shorter than a step", label, n))
		}
	}
	shortest := l.m.Conditions.Shortest()
	projs := l.projs
	if links := l.links(); links != nil {
		projs = nil
		for _, j := range links.Joins {
			for _, c := range j.Cells {
				s.join(l.byGid.get(c[0]), l.byGid.get(c[1]))
			}
			tell(j.Label, j.Conns)
		}
	}
	for _, p := range projs {
		n := 0
		p.each(func(e *ir.EdgeTable) bool {
			for i, d := range e.Delay {
				if d < shortest {
					from, to := l.holderOf(e.Source[i]), l.byGid.get(e.Target[i].Gid)
					s.join(from, to)
					if from != to {
						n++
					}
				}
			}
			return true
		})
		tell(p.label, n)
	}
	wide := sets{}
	for a, b := range s {
		wide.join(a, b)
	}
	for i := range l.couplings {
		k := &l.couplings[i]
		wide.join(k.from, k.to)
		if !k.slot {
			s.join(k.from, k.to)
		}
	}
	size := map[*cell]int{}
	for _, c := range l.cells {
		size[wide.find(c)] += weight(c)
	}
	for i := range l.couplings {
		k := &l.couplings[i]
		k.joined = !k.slot || size[wide.find(k.from)] <= target
		if k.joined {
			s.join(k.from, k.to)
		}
	}
	return s
}

// units returns the sets of cells that must share a group, cells of equal
// topology next to each other.
func (l *lowering) units(target int) [][]*cell {
	up := l.joined(target)
	find := up.find
	members := map[*cell][]*cell{}
	var roots []*cell
	cells := l.cells
	if l.opt.Shuffle != 0 {
		cells = append([]*cell(nil), cells...)
		r := rand.New(rand.NewPCG(l.opt.Shuffle, 1))
		r.Shuffle(len(cells), func(i, j int) { cells[i], cells[j] = cells[j], cells[i] })
	}
	for _, c := range cells {
		r := find(c)
		if members[r] == nil {
			roots = append(roots, r)
		}
		members[r] = append(members[r], c)
	}
	sort.SliceStable(roots, func(i, j int) bool {
		a, b := members[roots[i]][0], members[roots[j]][0]
		if len(a.sig) != len(b.sig) {
			return len(a.sig) > len(b.sig)
		}
		return a.sig < b.sig
	})
	units := make([][]*cell, len(roots))
	for i, r := range roots {
		units[i] = members[r]
	}
	return units
}

// addGroup gives every cell of a new group its block and lane: cells of equal
// topology in blocks of eight lanes, one or two left over in blocks of one.
func (l *lowering) addGroup(cells []*cell) {
	gi := int32(len(l.net.Groups))
	var g layout.Group
	bySig := map[string][]*cell{}
	var sigs []string
	for _, c := range cells {
		c.group, c.block = gi, -1
		if c.typ == nil {
			continue
		}
		if bySig[c.sig] == nil {
			sigs = append(sigs, c.sig)
		}
		bySig[c.sig] = append(bySig[c.sig], c)
	}
	next := 0
	for _, sig := range sigs {
		peers := bySig[sig]
		for len(peers) > 0 {
			n, lanes := min(len(peers), layout.Lanes), layout.Lanes
			if n <= 2 {
				n, lanes = 1, 1
			}
			b := layout.Block{First: next, Lanes: lanes, Used: n, Parent: peers[0].parent, Layers: l.hasLayers(peers[0].typ)}
			for k, c := range peers[:n] {
				c.block, c.lane = int32(len(g.Blocks)), int32(k)
				c.first, c.stride = next+k, lanes
			}
			next += lanes * len(b.Parent)
			g.Blocks = append(g.Blocks, b)
			peers = peers[n:]
		}
	}
	l.net.Groups = append(l.net.Groups, g)
}
