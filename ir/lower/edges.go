package lower

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/rallsim/rall/internal/random"
	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/layout"
)

// placedKey names a placed point process of a cell, or (-1) an artificial
// cell itself.
type placedKey struct {
	c   *cell
	row int
}

func (l *lowering) notePlaced(k placedKey, p place) {
	if l.placed == nil {
		l.placed = map[placedKey]place{}
	}
	l.placed[k] = p
}

func makeStreams(streams, n int) [][]random.Stream {
	s := make([][]random.Stream, streams)
	for i := range s {
		s[i] = make([]random.Stream, n)
	}
	return s
}

// collectEdges asks every projection for its edges and checks their ends.
func (l *lowering) collectEdges() {
	top := 0
	for _, c := range l.cells {
		top = max(top, c.gid+1)
	}
	for _, p := range l.m.Projs {
		e := p.Edges(0, top)
		for i := range e.Order {
			if src := e.Source[i]; src < 0 && int(^src) >= len(l.stims) || src >= 0 && l.byGid.get(int(src)) == nil {
				l.diags.Errorf(diag.UnknownName, diag.Pos{}, "%s: edge %d comes from cell %d, which does not exist", p.Label(), i, src)
				return
			}
			if l.byGid.get(e.Target[i].Gid) == nil {
				l.diags.Errorf(diag.UnknownName, diag.Pos{}, "%s: edge %d goes to cell %d, which does not exist", p.Label(), i, e.Target[i].Gid)
				return
			}
			if !(e.Delay[i] >= 0) {
				l.diags.Errorf(diag.BadValue, diag.Pos{}, "%s: edge %d has a delay of %g ms", p.Label(), i, e.Delay[i])
				return
			}
		}
		l.edges = append(l.edges, e)
		l.labels = append(l.labels, p.Label())
		l.net.NumConns += len(e.Order)
	}
}

// sourceOf numbers sources: cells in gid order, then stimulators. It is the
// order in which their simultaneous events are delivered.
func (l *lowering) sourceOf(c *cell, stim int) int32 {
	if stim >= 0 {
		return int32(len(l.cells) + stim)
	}
	return c.source
}

// connect numbers the sources, sorts the edges into the groups of their
// targets, and decides the epoch.
func (l *lowering) connect() {
	for i, c := range l.cells {
		keep := l.m.SpikesOf == nil || l.m.SpikesOf[c.gid]
		l.net.Sources = append(l.net.Sources, layout.Source{Gid: c.gid, Stim: -1, Target: -1, Group: c.group, Count: keep})
		if c.typ == nil || l.foreign(c) {
			continue
		}
		g := &l.net.Groups[c.group]
		g.Detectors = append(g.Detectors, l.detector(c, int32(i)))
	}
	for k, s := range l.stims {
		l.net.Sources = append(l.net.Sources, layout.Source{Gid: -1, Stim: k, Target: s.set.Target[s.row], Label: s.set.Label, Group: s.holder.group})
	}
	byGroup := make([][]edge, len(l.net.Groups))
	counts := make([]int, len(l.net.Groups))
	for _, e := range l.edges {
		for i := range e.Target {
			if c := l.byGid.get(e.Target[i].Gid); !l.foreign(c) {
				counts[c.group]++
			}
		}
	}
	for i, n := range counts {
		byGroup[i] = make([]edge, 0, n)
	}
	least := math.Inf(1)
	for p, e := range l.edges {
		for i := range e.Order {
			h, target := l.holderOf(e.Source[i]), l.byGid.get(e.Target[i].Gid)
			if h.group != target.group {
				least = min(least, e.Delay[i])
			}
			if l.foreign(target) {
				continue
			}
			to, ok := l.targetOf(e.Target[i].Gid, e.Target[i].Table, e.Target[i].Row, e.Target[i].Placed)
			if !ok {
				l.diags.Errorf(diag.BadValue, diag.Pos{}, "%s: cell %d cannot receive events", l.labels[p], e.Target[i].Gid)
				return
			}
			prog := l.net.Mechs[l.net.Groups[to.group].Instances[to.set].Mech].Program
			if prog.Receive == nil {
				l.diags.Errorf(diag.BadMech, diag.Pos{}, "%s: mechanism %q cannot receive events: it has no NET_RECEIVE", l.labels[p], prog.Mech)
				return
			}
			src := int32(0)
			if e.Source[i] < 0 {
				src = l.sourceOf(nil, int(^e.Source[i]))
			} else {
				src = l.sourceOf(h, -1)
			}
			index := 0
			if e.Index != nil {
				index = int(e.Index[i])
			}
			if index > 0 && index >= prog.NArgs {
				l.diags.Errorf(diag.BadMech, diag.Pos{}, "%s: mechanism %q has %d weights, there is no number %d", l.labels[p], prog.Mech, prog.NArgs, index)
				return
			}
			byGroup[to.group] = append(byGroup[to.group], edge{src, int32(p), int32(i), to.set, to.row})
		}
	}
	for gi, list := range byGroup {
		inOrder := slices.IsSortedFunc(list, func(a, b edge) int { return cmp.Compare(l.orderOf(a), l.orderOf(b)) })
		if !inOrder {
			slices.SortFunc(list, func(a, b edge) int { return cmp.Compare(l.orderOf(a), l.orderOf(b)) })
		}
		list = bySource(list)
		g := &l.net.Groups[gi]
		e := &g.Edges
		n := len(list)
		e.Order, e.Delay = make([]int64, 0, n), make([]float64, 0, n)
		e.Set, e.Row, e.Weight = make([]int32, 0, n), make([]int32, 0, n), make([]int32, 0, n)
		e.Weights = make([]float64, 0, n)
		for i, x := range list {
			if i == 0 || x.src != list[i-1].src {
				e.Sources = append(e.Sources, x.src)
				e.First = append(e.First, int32(i))
			}
			from := &l.edges[x.proj]
			e.Order = append(e.Order, from.Order[x.edge])
			e.Set = append(e.Set, x.set)
			e.Row = append(e.Row, x.row)
			e.Delay = append(e.Delay, from.Delay[x.edge])
			e.Weight = append(e.Weight, int32(len(e.Weights)))
			index := 0
			if from.Index != nil {
				index = int(from.Index[x.edge])
			}
			// An edge without weights takes a place as well: the place tells edges apart.
			args := l.net.Mechs[g.Instances[x.set].Mech].Program.NArgs
			for k := range max(args, 1) {
				w := 0.0
				if k == index {
					w = from.Weight[x.edge]
				}
				e.Weights = append(e.Weights, w)
			}
		}
		e.First = append(e.First, int32(len(list)))
	}
	l.epoch(least)
}

// edge is one edge on its way into a group.
type edge struct {
	src        int32
	proj, edge int32 // of l.edges
	set, row   int32
}

func (l *lowering) orderOf(e edge) int64 { return l.edges[e.proj].Order[e.edge] }

// bySource sorts edges by source and leaves those of one source in order.
func bySource(list []edge) []edge {
	keys := make([]uint64, len(list))
	for i := range list {
		keys[i] = uint64(list[i].src)<<32 | uint64(i)
	}
	slices.Sort(keys)
	out := make([]edge, len(list))
	for i, k := range keys {
		out[i] = list[uint32(k)]
	}
	return out
}

// detector is where a cell's spikes come from.
func (l *lowering) detector(c *cell, source int32) layout.Detector {
	d := layout.Detector{Source: source, Threshold: c.typ.Threshold}
	if v := c.typ.SpikeVar; v != nil {
		at := l.placed[placedKey{c, v.Index}]
		k := l.net.Groups[at.group].Instances[at.set].Mech
		col, ok := l.colIndex[k][v.Var]
		if !ok {
			l.diags.Errorf(diag.UnknownName, c.typ.Pos, "cell type %q: mechanism %q has no variable %q to take spikes from", c.typ.Name, l.net.Mechs[k].Program.Mech, v.Var)
		}
		d.Node, d.Set, d.Row, d.Col = -1, at.set, at.row, int32(col.first)
		return d
	}
	from := c.typ.SpikeFrom
	d.Node = c.flat(c.nodeAt(from.Section, from.Pos))
	return d
}

func (l *lowering) targetOf(gid int, table, row, placed int32) (place, bool) {
	switch table {
	case -1:
		p, ok := l.placed[placedKey{l.byGid.get(gid), -1}]
		return p, ok
	case -2:
		p, ok := l.placed[placedKey{l.byGid.get(gid), int(placed)}]
		return p, ok
	}
	return l.rowPlace[table][row], true
}

// epoch chooses how many steps groups may take between exchanges. An event
// that crosses groups must not be due before the epoch after the one that
// sent it, with a margin for the rounding of accumulated time.
func (l *lowering) epoch(least float64) {
	const longest, most = 10, 10000 // [ms] and steps, so that progress and interruption stay lively
	steps := int(min(min(least, longest)/l.net.Dt-1e-3, most))
	l.net.Epoch = max(steps, 1)
	switch {
	case len(l.net.Groups) <= 1:
		l.net.Why = "one group"
	case math.IsInf(least, 1):
		l.net.Why = "no edges between groups"
	default:
		l.net.Why = fmt.Sprintf("shortest delay between groups %g ms", least)
	}
}
