package build

import (
	"math"
	"slices"

	"github.com/rallsim/rall/ir"
	"github.com/rallsim/rall/ir/diag"
)

// edges collects the edges of a rule; it is the rule's ir.Projection. What
// neighbouring edges share is kept once: a rule that goes target by target
// takes four bytes an edge, for its source, and eight for each of weight and
// delay that is not the same for all.
type edges struct {
	label  string
	tells  bool // of spikes, to what changes the weights of connections
	runs   []run
	source []int32 // gid, or ^k for stimulator k
	weight column
	delay  column // [ms]
	index  []uint8
}

// run is a stretch of edges onto one cell that follow each other in the
// model's order, up to the next run. Their rows are the first one's, or count
// up from it by step.
type run struct {
	first int // edge
	step  int32
	to    ir.Target // of the first
	order int64     // of the first
}

// column holds a number of every edge, once while all are the same.
type column struct {
	n   int
	one float64
	all []float64
}

func (c *column) add(x float64) { c.addAll([]float64{x}) }

// addSame adds n times the same number.
func (c *column) addSame(x float64, n int) {
	switch {
	case c.n == 0:
		c.one = x
	case c.all != nil || math.Float64bits(x) != math.Float64bits(c.one):
		c.apart()
		c.all = room(c.all, n)
		for range n {
			c.all = append(c.all, x)
		}
	}
	c.n += n
}

// addAll adds numbers.
func (c *column) addAll(x []float64) {
	for len(x) > 0 && c.all == nil {
		if c.n > 0 && math.Float64bits(x[0]) != math.Float64bits(c.one) {
			c.apart()
			break
		}
		c.one, x = x[0], x[1:]
		c.n++
	}
	if len(x) > 0 {
		c.all = append(room(c.all, len(x)), x...)
		c.n += len(x)
	}
}

// apart gives every number a place of its own.
func (c *column) apart() {
	if c.all == nil {
		c.all = make([]float64, c.n, max(2*c.n, 64))
		for i := range c.all {
			c.all[i] = c.one
		}
	}
}

// room makes room for n more: doubling copies less than append's own growth.
func room[T any](s []T, n int) []T {
	if len(s)+n > cap(s) {
		return slices.Grow(s, max(len(s), n, 64))
	}
	return s
}

// read fills to with the numbers from i on.
func (c *column) read(to []float64, i int) {
	if c.all != nil {
		copy(to, c.all[i:])
		return
	}
	for k := range to {
		to[k] = c.one
	}
}

func (b *builder) newEdges(label string) *edges {
	e := &edges{label: label}
	b.m.Projs = append(b.m.Projs, e)
	return e
}

// newTellers makes room for the edges that plast needs.
func (b *builder) newTellers(label string) *edges {
	e := b.newEdges(label + " (plast)")
	e.tells = true
	return e
}

func (e *edges) Label() string { return e.label }

// Tells says whether the edges are no connections of the network.
func (e *edges) Tells() bool { return e.tells }

// end returns the edge behind a run's last.
func (e *edges) end(k int) int {
	if k+1 < len(e.runs) {
		return e.runs[k+1].first
	}
	return len(e.source)
}

// Edges returns the edges onto gids from lo up to hi.
func (e *edges) Edges(lo, hi int) ir.EdgeTable {
	n := 0
	for k := range e.runs {
		if gid := e.runs[k].to.Gid; gid >= lo && gid < hi {
			n += e.end(k) - e.runs[k].first
		}
	}
	t := e.newTable(n)
	at := 0
	for k := range e.runs {
		if gid := e.runs[k].to.Gid; gid >= lo && gid < hi {
			at += e.write(&t, at, k, e.runs[k].first, e.end(k))
		}
	}
	return t
}

func (e *edges) newTable(n int) ir.EdgeTable {
	t := ir.EdgeTable{Order: make([]int64, n), Source: make([]int64, n), Target: make([]ir.Target, n), Delay: make([]float64, n), Weight: make([]float64, n)}
	if e.index != nil {
		t.Index = make([]uint8, n)
	}
	return t
}

// write writes edges from up to end of run k into a table and returns how many
// they are.
func (e *edges) write(t *ir.EdgeTable, at, k, from, end int) int {
	r, n := &e.runs[k], end-from
	order, source, target := t.Order[at:at+n], t.Source[at:at+n], t.Target[at:at+n]
	to, skip := r.to, from-r.first
	to.Row += int32(skip) * r.step
	for i, s := range e.source[from:end] {
		order[i] = r.order + int64(skip+i)
		source[i] = int64(s)
		target[i] = to
		to.Row += r.step
	}
	e.delay.read(t.Delay[at:at+n], from)
	e.weight.read(t.Weight[at:at+n], from)
	if t.Index != nil {
		copy(t.Index[at:at+n], e.index[from:end])
	}
	return n
}

// pieceEdges is the number of edges of a piece: few enough to stay in a
// processor's cache.
const pieceEdges = 2048

// Pieces yields the edges piece by piece.
func (e *edges) Pieces(f func(*ir.EdgeTable) bool) {
	all := e.newTable(min(pieceEdges, len(e.source)))
	n := 0
	cut := func() bool {
		t := all
		t.Order, t.Source, t.Target, t.Delay, t.Weight = t.Order[:n], t.Source[:n], t.Target[:n], t.Delay[:n], t.Weight[:n]
		if t.Index != nil {
			t.Index = t.Index[:n]
		}
		n = 0
		return f(&t)
	}
	for k := range e.runs {
		for from, end := e.runs[k].first, e.end(k); from < end; {
			part := min(end-from, pieceEdges-n)
			n += e.write(&all, n, k, from, from+part)
			from += part
			if n == pieceEdges && !cut() {
				return
			}
		}
	}
	if n > 0 {
		cut()
	}
}

// extend makes the last run take n more edges whose first has this order and
// goes to this target, their rows counting up by step; or begins a new one.
func (e *edges) extend(order int64, to ir.Target, step int32, n int) {
	at := len(e.source)
	if len(e.runs) > 0 {
		r := &e.runs[len(e.runs)-1]
		k := at - r.first // edges of the run
		if r.to.Gid == to.Gid && r.to.Table == to.Table && r.to.Placed == to.Placed && r.order+int64(k) == order {
			if k == 1 {
				r.step = to.Row - r.to.Row
			}
			if r.to.Row+int32(k)*r.step == to.Row && (n == 1 || step == r.step) {
				return
			}
			if k == 1 {
				r.step = 0
			}
		}
	}
	if n == 1 {
		step = 0
	}
	e.runs = append(room(e.runs, 1), run{first: at, to: to, step: step, order: order})
}

func (b *builder) addEdge(q *request, source int64, to ir.Target, weight, delay float64, index int) {
	if !(delay >= 0) {
		b.failf(diag.BadValue, q.pos, "%q: a delay of %g ms onto cell %d", q.label, delay, q.post.gid)
		return
	}
	b.addEdgeTo(q.edges, q, source, to, weight, delay, index)
}

func (b *builder) addEdgeTo(e *edges, q *request, source int64, to ir.Target, weight, delay float64, index int) {
	b.linked(e, source, q.post, delay)
	if !q.post.own {
		b.order++
		return
	}
	e.extend(b.order, to, 0, 1)
	e.source = append(room(e.source, 1), int32(source))
	e.weight.add(weight)
	e.delay.add(delay)
	e.addIndex(index, 1)
	b.order++
}

func (e *edges) addIndex(index, n int) {
	if index > 0 && e.index == nil {
		e.index = make([]uint8, len(e.source)-n)
	}
	if e.index != nil {
		for range n {
			e.index = append(e.index, uint8(index))
		}
	}
}

// clip gives back room that no edge has taken.
func (e *edges) clip() {
	for _, c := range []*[]float64{&e.weight.all, &e.delay.all} {
		if wasteful(len(*c), cap(*c)) {
			*c = append(make([]float64, 0, len(*c)), *c...)
		}
	}
	if wasteful(len(e.source), cap(e.source)) {
		e.source = append(make([]int32, 0, len(e.source)), e.source...)
	}
	if wasteful(len(e.runs), cap(e.runs)) {
		e.runs = slices.Clone(e.runs)
	}
}

func wasteful(n, room int) bool { return room-n > 1000 && room > n+n/8 }
