package lower

import (
	"fmt"
	"math"

	"github.com/rallsim/rall/internal/random"
	"github.com/rallsim/rall/ir"
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

// projection is a rule's edges as lowering reads them, several times over.
type projection struct {
	label string
	each  func(f func(*ir.EdgeTable) bool) // calls f with the edges in model order, in pieces
}

// collectEdges asks every projection for its edges and checks their ends.
func (l *lowering) collectEdges() {
	top := 0
	for _, c := range l.cells {
		top = max(top, c.gid+1)
	}
	for _, p := range l.m.Projs {
		var proj projection
		if pw, ok := p.(ir.Piecewise); ok {
			proj = projection{p.Label(), pw.Pieces}
		} else {
			all := p.Edges(0, top)
			proj = projection{p.Label(), func(f func(*ir.EdgeTable) bool) { f(&all) }}
		}
		l.projs = append(l.projs, proj)
		n := 0
		proj.each(func(e *ir.EdgeTable) bool {
			for i, src := range e.Source {
				if src < 0 && int(^src) >= len(l.stims) || src >= 0 && l.byGid.get(int(src)) == nil {
					l.diags.Errorf(diag.UnknownName, diag.Pos{}, "%s: edge %d comes from cell %d, which does not exist", p.Label(), n+i, src)
					return false
				}
			}
			last := -1 // looked up already
			for i := range e.Target {
				if gid := e.Target[i].Gid; i == 0 || gid != last {
					last = gid
					if l.byGid.get(gid) == nil {
						l.diags.Errorf(diag.UnknownName, diag.Pos{}, "%s: edge %d goes to cell %d, which does not exist", p.Label(), n+i, gid)
						return false
					}
				}
			}
			for i, d := range e.Delay {
				if !(d >= 0) {
					l.diags.Errorf(diag.BadValue, diag.Pos{}, "%s: edge %d has a delay of %g ms", p.Label(), n+i, d)
					return false
				}
			}
			n += len(e.Order)
			return true
		})
		if l.diags.HasErrors() {
			return
		}
		if !ir.Tells(p) {
			l.net.NumConns += n
		}
	}
	if links := l.links(); links != nil {
		l.net.NumConns = links.Conns
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
	l.epoch(l.writeEdges())
}

// writeEdges writes the edges onto every group, and returns the shortest delay
// [ms] between groups. They come in model order, and each group's are sorted by
// source then by counting, which leaves those of one source in order.
func (l *lowering) writeEdges() (least float64) {
	least = math.Inf(1)
	counts := make([]int, len(l.net.Groups))
	sources := l.sourceGroups()
	for _, p := range l.projs {
		var to *cell
		p.each(func(e *ir.EdgeTable) bool {
			for i := range e.Target {
				if gid := e.Target[i].Gid; to == nil || to.gid != gid {
					to = l.byGid.get(gid)
				}
				counts[to.group]++
				if e.Delay[i] < least && sources.group[sources.of(e.Source[i])] != to.group {
					least = e.Delay[i]
				}
			}
			return true
		})
	}
	if links := l.links(); links != nil {
		least = links.Least // other ranks' edges too; all ranks take the same
	}
	from := make([][]int32, len(l.net.Groups)) // the source of every edge
	for gi, n := range counts {
		g := &l.net.Groups[gi]
		if g.Foreign {
			continue
		}
		from[gi] = make([]int32, 0, n)
		g.Edges = layout.Edges{Order: make([]int64, 0, n), Set: make([]int32, 0, n), Row: make([]int32, 0, n), Delay: make([]float64, 0, n),
			Value: make([]float64, 0, n)}
	}
	for _, p := range l.projs {
		p.each(func(e *ir.EdgeTable) bool { return l.writePiece(&p, e, sources, from) })
		if l.diags.HasErrors() {
			return least
		}
	}
	s := newSorter(len(l.net.Sources))
	for gi := range l.net.Groups {
		if g := &l.net.Groups[gi]; !g.Foreign {
			s.bySource(&g.Edges, from[gi])
			from[gi] = nil
			l.vectors(g)
		}
	}
	return least
}

// sourceGroups tells sources by what edges call them.
type sourceGroups struct {
	number []int32 // by gid
	sparse *lowering
	cells  int
	group  []int32 // by source
}

func (l *lowering) sourceGroups() *sourceGroups {
	s := &sourceGroups{cells: len(l.cells), group: make([]int32, len(l.net.Sources))}
	for i := range l.net.Sources {
		s.group[i] = l.net.Sources[i].Group
	}
	if l.byGid.sparse != nil {
		s.sparse = l
		return s
	}
	s.number = make([]int32, len(l.byGid.dense))
	for i, c := range l.cells {
		s.number[c.gid] = int32(i)
	}
	return s
}

// of returns the number of an edge's source.
func (s *sourceGroups) of(source int64) int32 {
	switch {
	case source < 0:
		return int32(s.cells) + int32(^source)
	case s.sparse != nil:
		return s.sparse.byGid.get(int(source)).source
	}
	return s.number[source]
}

// writePiece writes a piece of a projection behind what its groups have.
func (l *lowering) writePiece(p *projection, e *ir.EdgeTable, sources *sourceGroups, from [][]int32) bool {
	var cellOf *cell
	var last ir.Target // of which all but the row is known
	var at place
	var g *layout.Group
	args := 0
	rows := []place(nil)
	for i := range e.Target {
		t := &e.Target[i]
		if cellOf == nil || t.Gid != last.Gid || t.Table != last.Table || t.Placed != last.Placed {
			if cellOf == nil || t.Gid != last.Gid {
				cellOf = l.byGid.get(t.Gid)
			}
			last = *t
			if l.foreign(cellOf) {
				continue
			}
			var ok bool
			if at, ok = l.targetOf(cellOf, t); !ok {
				l.diags.Errorf(diag.BadValue, diag.Pos{}, "%s: cell %d cannot receive events", p.label, t.Gid)
				return false
			}
			g = &l.net.Groups[at.group]
			prog := l.net.Mechs[g.Instances[at.set].Mech].Program
			if prog.Receive == nil {
				l.diags.Errorf(diag.BadMech, diag.Pos{}, "%s: mechanism %q cannot receive events: it has no NET_RECEIVE", p.label, prog.Mech)
				return false
			}
			args, rows = prog.NArgs, nil
			if t.Table >= 0 {
				rows = l.rowPlace[t.Table]
			}
		}
		if l.foreign(cellOf) {
			continue
		}
		if rows != nil {
			at = rows[t.Row]
		}
		index := 0
		if e.Index != nil {
			if index = int(e.Index[i]); index > 0 && index >= args {
				prog := l.net.Mechs[g.Instances[at.set].Mech].Program
				l.diags.Errorf(diag.BadMech, diag.Pos{}, "%s: mechanism %q has %d weights, there is no number %d", p.label, prog.Mech, args, index)
				return false
			}
		}
		to := &g.Edges
		from[at.group] = append(from[at.group], sources.of(e.Source[i]))
		to.Order = append(to.Order, e.Order[i])
		to.Set = append(to.Set, at.set)
		to.Row = append(to.Row, at.row)
		to.Delay = append(to.Delay, e.Delay[i])
		to.Value = append(to.Value, e.Weight[i])
		if index > 0 && to.Element == nil {
			to.Element = make([]uint8, len(to.Value)-1, cap(to.Value))
		}
		if to.Element != nil {
			to.Element = append(to.Element, uint8(index))
		}
	}
	return true
}

// vectors gives a group's edges their places among the weights. One without
// weights has a place as well: it tells edges apart.
func (l *lowering) vectors(g *layout.Group) {
	e := &g.Edges
	e.Weight = make([]int32, len(e.Set))
	for k, set := range e.Set {
		e.Weight[k] = int32(e.Length)
		e.Length += max(l.net.Mechs[g.Instances[set].Mech].Program.NArgs, 1)
	}
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

func (l *lowering) targetOf(c *cell, t *ir.Target) (place, bool) {
	switch t.Table {
	case -1:
		p, ok := l.placed[placedKey{c, -1}]
		return p, ok
	case -2:
		p, ok := l.placed[placedKey{c, int(t.Placed)}]
		return p, ok
	}
	return l.rowPlace[t.Table][t.Row], true
}

// epoch chooses how many steps groups may take between exchanges. An event
// that crosses groups must not be due before the epoch after the one that
// sent it, with a margin for the rounding of accumulated time.
func (l *lowering) epoch(least float64) {
	const longest, most = 10, 10000 // [ms] and steps, so that progress and interruption stay lively
	l.net.Epoch = max(min(layout.Steps(min(least, longest), l.net.Dt), most), 1)
	switch {
	case len(l.net.Groups) <= 1:
		l.net.Why = "one group"
	case math.IsInf(least, 1):
		l.net.Why = "no edges between groups"
	default:
		l.net.Why = fmt.Sprintf("shortest delay between groups %g ms", least)
	}
}
