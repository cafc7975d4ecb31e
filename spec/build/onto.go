package build

import (
	"math"

	"github.com/rallsim/rall/internal/random"
	"github.com/rallsim/rall/ir"
	"github.com/rallsim/rall/spec"
)

// Rules connect one target after another. Where nothing but weight and delay
// depends on the source, the connections of a target are made together, by
// columns: the same ones, drawn and computed in the same order, that pair makes
// one by one.

// row evaluates functions for many sources of one target at once.
type row struct {
	pre  []*cell
	xyz  [2][3][]float64 // of the sources: pos [um] and norm
	cols [][]float64     // by slot, for all sources
	has  [numPairSlots]bool
	out  []float64
	part [][]float64 // by slot, for some sources
}

func newRow(pre []*cell) *row {
	w := &row{pre: pre, cols: make([][]float64, numPairSlots), part: make([][]float64, numPairSlots), out: make([]float64, len(pre))}
	for k := range 3 {
		pos, norm := make([]float64, len(pre)), make([]float64, len(pre))
		for i, c := range pre {
			pos[i], norm[i] = c.pos[k], c.norm[k]
		}
		w.xyz[0][k], w.xyz[1][k] = pos, norm
	}
	return w
}

// evaluate evaluates f for all sources of a target.
func (w *row) evaluate(b *builder, f *pairFunc, post *cell) []float64 {
	w.has = [numPairSlots]bool{}
	for _, s := range f.slots {
		if w.cols[s] == nil {
			w.cols[s] = make([]float64, len(w.pre))
		}
		w.column(b, w.cols[s], s, post)
		w.has[s] = true
	}
	f.prog.EvalBatch(w.out, w.cols, nil)
	return w.out
}

// some evaluates f for some sources of the target of the last evaluate, or of
// a new one.
func (w *row) some(b *builder, f *pairFunc, post *cell, sources []int32, out []float64) {
	for _, s := range f.slots {
		col := room(w.part[s][:0], len(sources))[:len(sources)]
		w.part[s] = col
		if w.has[s] {
			from := w.cols[s]
			for k, i := range sources {
				col[k] = from[i]
			}
			continue
		}
		for k, i := range sources {
			col[k] = b.pairVar(s, w.pre[i], post)
		}
	}
	f.prog.EvalBatch(out, w.part, nil)
}

// column is pairVar for all sources of a target.
func (w *row) column(b *builder, col []float64, slot int, post *cell) {
	x, y, z := w.xyz[0][0], w.xyz[0][1], w.xyz[0][2]
	p := post.pos
	switch {
	case slot < 6:
		copy(col, w.xyz[slot/3][slot%3])
	case slot >= 12 && slot < 18:
		to := post.pos[slot%3]
		if slot >= 15 {
			to = post.norm[slot%3]
		}
		for i, from := range w.xyz[(slot-12)/3][slot%3] {
			col[i] = math.Abs(from - to)
		}
	case slot == 18:
		for i := range col {
			col[i] = math.Sqrt(sq(x[i]-p[0]) + sq(z[i]-p[2]))
		}
	case slot == 19:
		for i := range col {
			col[i] = math.Sqrt(sq(x[i]-p[0]) + sq(y[i]-p[1]) + sq(z[i]-p[2]))
		}
	default:
		for i, pre := range w.pre {
			col[i] = b.pairVar(slot, pre, post)
		}
	}
}

// marks is a set of integers of a range.
type marks struct {
	lo    int
	stamp []uint32
	now   uint32
}

// clear empties the set and makes it one of integers from lo to hi.
func (m *marks) clear(lo, hi int) {
	if n := hi - lo + 1; len(m.stamp) < n {
		m.stamp, m.now = make([]uint32, n), 0
	}
	m.lo = lo
	if m.now++; m.now == 0 {
		clear(m.stamp)
		m.now = 1
	}
}

// add puts x into the set and says whether it was not there.
func (m *marks) add(x int) bool {
	at := &m.stamp[x-m.lo]
	if *at == m.now {
		return false
	}
	*at = m.now
	return true
}

// onto connects sources, by their places in r.pre, to a target. j is its place
// in r.post where all pairs are connected, else -1.
func (b *builder) onto(r *rule, post *cell, sources []int32, j int) {
	if r.plain && b.together(r, post, sources) {
		return
	}
	for _, i := range sources {
		b.pair(r, r.pre[i], post, int(i), j)
	}
}

// isPlain says whether connections of a rule may be made together.
func (b *builder) isPlain(r *rule) bool {
	number := func(v spec.Value) bool { return v.Kind == spec.Absent || v.Kind == spec.Number }
	for _, k := range []int{argWeight, argDelay} {
		if r.drawn[k] != nil || r.funcs[k] == nil && !number(r.args[k]) {
			return false
		}
	}
	n := r.args[argSynsPerConn]
	return !b.single && r.Func != spec.FromListConn && r.Plast == nil && len(r.SynMech.Flat()) <= 1 && r.GapJunction.S == "" && b.s.Cfg.OneSynPerNetcon &&
		number(r.args[argLoc]) && (n.Kind == spec.Absent || n.Kind == spec.Number && n.Num == 1)
}

// together makes the connections of a target at once, one synapse each. It
// returns false, and has made none, where they must be made one by one: there
// is something to say about one of them, or it needs more than that.
func (b *builder) together(r *rule, post *cell, sources []int32) bool {
	if b.noSelf(post) {
		for k, i := range sources {
			if r.pre[i] == post {
				others := append(b.scratch.others[:0], sources[:k]...)
				sources = append(others, sources[k+1:]...)
				b.scratch.others = sources
				break
			}
		}
	}
	n := len(sources)
	if n == 0 {
		return true
	}
	q := &request{label: r.Label, pos: r.Pos, post: post, sec: r.Sec, edges: r.edges, weightIndex: r.WeightIndex}
	if names := r.SynMech.Flat(); len(names) > 0 {
		q.synMech = names[0]
	}
	to := ir.Target{Gid: post.gid, Table: -1}
	step, index, sec, loc := int32(0), 0, 0, .5
	var label *spec.SynMech
	var maker *synMaker
	if post.typ == nil {
		def := post.point.def
		if index = r.WeightIndex; def.Receive == nil || index < 0 || index >= max(len(def.Receive.Args), 1) {
			return false
		}
	} else {
		secs := b.targetSections(q)
		if len(secs) != 1 || post.typ.drivenIn(secs) != nil || r.WeightIndex != 0 {
			return false
		}
		sec = secs[0]
		if r.args[argLoc].Kind == spec.Number {
			loc = r.args[argLoc].Num
		}
		if label = b.synLabel(q); label == nil || q.pointer(label) != nil || !(loc >= 0 && loc <= 1) || post.typ.secs[sec].weightNorm != nil {
			return false
		}
		if maker = b.synMaker(label, false); maker == nil {
			return false
		}
		to.Table, to.Row, step = int32(maker.table), int32(len(b.m.Points[maker.table].Gid)), 1
	}
	weight, delay, ok := b.weightsAndDelays(r, post, sources, b.weightScale(q), b.s.Net.DefaultWeight, b.s.Net.DefaultDelay)
	if !ok {
		return false
	}
	if label != nil {
		b.synapsesAt(q, label, maker, sec, loc, n)
	}
	e := r.edges
	if b.part != nil && b.part.survey {
		d := delay.one
		for k, i := range sources {
			if delay.each != nil {
				d = delay.each[k]
			}
			b.linked(e, int64(r.pre[i].gid), post, d)
		}
	}
	if !post.own {
		b.order += int64(n)
		return true
	}
	e.extend(b.order, to, step, n)
	e.source = room(e.source, n)
	for _, i := range sources {
		e.source = append(e.source, int32(r.pre[i].gid))
	}
	for _, x := range []struct {
		from *values
		to   *column
	}{{weight, &e.weight}, {delay, &e.delay}} {
		if x.from.each == nil {
			x.to.addSame(x.from.one, n)
		} else {
			x.to.addAll(x.from.each)
		}
	}
	e.addIndex(index, n)
	b.order += int64(n)
	return true
}

// noSelf says whether a cell is never connected with itself.
func (b *builder) noSelf(c *cell) bool { return c.typ == nil || !b.s.Cfg.AllowSelfConns }

// values are numbers of some connections, or one for all.
type values struct {
	one  float64
	each []float64
}

// weightsAndDelays evaluates the weights and delays of connections of a target.
// ok is false where one is not as it should be.
func (b *builder) weightsAndDelays(r *rule, post *cell, sources []int32, scale, defWeight, defDelay float64) (weight, delay *values, ok bool) {
	n := len(sources)
	var v [2]values
	drawn := false
	for k := range v {
		f := r.funcs[k]
		if f == nil {
			v[k].one = [2]float64{defWeight, defDelay}[k]
			if r.args[k].Kind == spec.Number {
				v[k].one = r.args[k].Num
			}
			continue
		}
		b.scratch.values[k] = room(b.scratch.values[k][:0], n)[:n]
		v[k].each = b.scratch.values[k]
		if f.rand {
			drawn = true
			continue
		}
		r.row.some(b, f, post, sources, v[k].each)
	}
	if drawn {
		b.draw(r, post, sources, &v)
	}
	scales := [2]float64{scale, 1}
	for k := range v {
		v[k].one = float64(scales[k] * v[k].one)
		for i, x := range v[k].each {
			if math.IsNaN(x) || math.IsInf(x, 0) {
				return nil, nil, false
			}
			v[k].each[i] = float64(scales[k] * x)
		}
	}
	for _, x := range v[argDelay].each {
		if !(x >= 0) {
			return nil, nil, false
		}
	}
	if !b.s.Cfg.AllowConnsWithWeight0 {
		for _, x := range v[argWeight].each {
			if x == 0 {
				return nil, nil, false
			}
		}
		if v[argWeight].each == nil && v[argWeight].one == 0 {
			return nil, nil, false
		}
	}
	return &v[argWeight], &v[argDelay], v[argDelay].each != nil || v[argDelay].one >= 0
}

// draw evaluates what draws, connection by connection from a stream of each.
func (b *builder) draw(r *rule, post *cell, sources []int32, v *[2]values) {
	s := rng{&b.scratch.rand}
	for k, i := range sources {
		pre := r.pre[i]
		if b.rall() {
			s = b.keyed(b.s.Cfg.Seeds.Conn, "pair", r.Label, int64(pre.gid), int64(post.gid), 0)
		} else {
			*s.Random = random.Random{Stream: random.New(uint32(pre.gid), uint32(post.gid), uint32(b.s.Cfg.Seeds.Conn))}
		}
		for a := range v {
			if f := r.funcs[a]; f != nil && f.rand {
				v[a].each[k] = b.eval(f, pre, post, &r.vars, s)
			}
		}
	}
}

// synapsesAt makes n synapses at one place of a cell.
func (b *builder) synapsesAt(q *request, sm *spec.SynMech, maker *synMaker, sec int, loc float64, n int) {
	for i := range sm.Params {
		if sm.Params[i].Kind == spec.Function {
			for range n {
				b.synapseAt(q, sm, sec, loc)
			}
			return
		}
	}
	t := b.m.Points[maker.table]
	if b.part != nil {
		place := b.made(maker.table, q.post, sec, loc, n)
		if !q.post.own && !q.post.watched {
			return
		}
		t.Order = room(t.Order, n)
		for i := range n {
			t.Order = append(t.Order, int64(place+i))
		}
	}
	row := int32(len(t.Gid))
	t.Gid, t.Section, t.At = room(t.Gid, n), room(t.Section, n), room(t.At, n)
	for i := range n {
		t.Gid = append(t.Gid, q.post.gid)
		t.Section = append(t.Section, sec)
		t.At = append(t.At, loc)
		if q.post.watched {
			q.post.syns = append(q.post.syns, synapse{int32(maker.table), row + int32(i)})
		}
	}
	for k := range t.Params {
		x := 0.0 // a continuous connection's weight
		if k < len(sm.Params) {
			x = maker.values[k]
		}
		v := room(t.Params[k].Values, n)
		for range n {
			v = append(v, x)
		}
		t.Params[k].Values = v
	}
}
