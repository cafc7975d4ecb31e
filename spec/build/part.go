package build

import (
	"slices"

	"github.com/rallsim/rall/internal/random"
	"github.com/rallsim/rall/ir"
	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/spec"
)

// A rank that keeps its own part of the network goes through the rules twice.
// The survey draws and counts everything and keeps next to nothing: it finds
// what the partition has to know, which is the same on every rank. Then it is
// known which cells are this rank's, and the rules are gone through again for
// these. Rows of synapses and places in the model's order count what other
// ranks have too, so that they are those of the whole network.
//
// Kept on every rank are the instances of continuous connections, the synapses
// of watched cells, clamps, and the sources of events.

// part is the making of one rank's part.
type part struct {
	survey    bool
	sums      *ir.Part
	connected int             // tables when all rules of connections were done
	ends      map[ir.End]bool // of sums
	load      [][]int32       // of sums, by table
	rows      []int           // by table: those of the whole network, so far
	rules     map[*spec.ConnRule]*tally
	order     int64 // when tallying began
	before    []int // rows, then
}

// tally counts what a rule makes for each of its targets, or for each pair with
// a target where a rule goes pair by pair.
type tally struct {
	edges  []int32
	rows   [][]int32 // by table; nil: none
	seen   []bool    // targets of pairs
	uneven bool      // pairs of one target differ
}

// watch marks the cells of which records or plays may ask for synapses. Where
// connections share synapses, every cell has to know its own.
func (b *builder) watch() {
	mark := func(cells []*cell, t *spec.RecordTrace) {
		for _, c := range cells {
			c.watched = c.watched || !b.s.Cfg.OneSynPerNetcon || t.SynMech.S != "" && meets(c, &t.Conds)
		}
	}
	mark(b.cells, &spec.RecordTrace{})
	said := b.diags
	b.diags = &diag.List{} // what there is to say is said when the cells are recorded
	cells := b.selected(b.s.Cfg.RecordCells)
	b.diags = said
	for i := range b.s.Cfg.RecordTraces {
		mark(cells, &b.s.Cfg.RecordTraces[i])
	}
	for i := range b.s.Net.Plays {
		mark(b.cells, &b.s.Net.Plays[i].RecordTrace)
	}
}

// survey finds this rank's cells, and leaves the builder as it was with the
// cells alone.
func (b *builder) survey(share Share) bool {
	cells := *b.m
	drawn := map[*cell]random.Stream{}
	for _, c := range b.cells {
		if c.rand != nil {
			drawn[c] = c.rand.Stream
		}
	}
	b.part = &part{survey: true, sums: &ir.Part{Load: map[string][]int32{}, Links: ir.NewLinks(&b.m.Conditions)}, ends: map[ir.End]bool{}, rules: map[*spec.ConnRule]*tally{}}
	b.m.Part = b.part.sums
	if !b.network() {
		return false
	}
	b.part.number(b.m.Points)
	own := share(b.m)
	if own == nil {
		return false
	}
	tables := b.m.Points[:b.part.connected]
	*b.m = cells
	b.m.Part = b.part.sums
	b.part.survey, b.part.rows = false, nil
	for _, c := range b.cells {
		c.own, c.syns, c.stims = own(c.gid), nil, nil
		if s, ok := drawn[c]; ok {
			c.rand.Stream = s
		} else {
			c.rand = nil
		}
	}
	b.order, b.synAt = 0, map[synKey]int{}
	b.stimSets, b.numStims, b.netStimOn = nil, 0, nil
	// Tables stay in the order in which the whole network has them.
	for _, t := range tables {
		again := &ir.PointTable{Label: t.Label, Mech: t.Mech, Synapse: true, Plastic: t.Plastic, Pos: t.Pos}
		for _, p := range t.Params {
			again.Params = append(again.Params, ir.ParamColumn{Name: p.Name})
		}
		b.newTable(again)
	}
	for sm, maker := range b.synMakers {
		if maker == nil || maker.table >= b.part.connected {
			delete(b.synMakers, sm)
		}
	}
	return true
}

// newTable adds a table of synapses, which has no rows yet.
func (b *builder) newTable(t *ir.PointTable) int {
	k := len(b.m.Points)
	b.m.Points = append(b.m.Points, t)
	return k
}

// made counts n synapses at a place of a cell, and returns their first row in
// the whole network.
func (b *builder) made(table int, c *cell, sec int, loc float64, n int) int {
	p := b.part
	for len(p.rows) <= table {
		p.rows = append(p.rows, 0)
	}
	first := p.rows[table]
	p.rows[table] += n
	if !p.survey {
		return first
	}
	for len(p.load) <= table {
		p.load = append(p.load, nil)
	}
	if p.load[table] == nil {
		name := b.m.Points[table].Mech
		if p.sums.Load[name] == nil {
			p.sums.Load[name] = make([]int32, b.lastGid)
		}
		p.load[table] = p.sums.Load[name]
	}
	p.load[table][c.gid] += int32(n)
	if b.m.Points[table].Plastic {
		p.sums.Plastic += n
	}
	if loc == 0 || loc == 1 {
		if e := (ir.End{Gid: c.gid, At: ir.Location{Section: sec, Pos: loc}}); !p.ends[e] {
			p.ends[e] = true
			p.sums.Ends = append(p.sums.Ends, e)
		}
	}
	return first
}

// linked counts an edge onto a cell; sources that are no cells live with it.
func (b *builder) linked(e *edges, source int64, to *cell, delay float64) {
	if b.part == nil || !b.part.survey {
		return
	}
	from := int(source)
	if source < 0 {
		from = to.gid
	}
	b.part.sums.Links.Add(e.label, from, to.gid, delay)
	if e.tells {
		b.part.sums.Links.Conns--
	}
}

// number gives the rows of all tables their places in the whole network's order.
func (p *part) number(tables []*ir.PointTable) {
	first := int64(0)
	for i, t := range tables {
		n := int64(len(t.Gid))
		if !t.Synapse {
			t.Order = make([]int64, n)
			for k := range t.Order {
				t.Order[k] = int64(k)
			}
		} else if n = 0; i < len(p.rows) {
			n = int64(p.rows[i])
		}
		for k := range t.Order {
			t.Order[k] += first
		}
		first += n
	}
}

// eachTarget calls connect for the targets of a rule in turn: when a rank makes
// its own part, for those that it has to know about.
func (b *builder) eachTarget(r *rule, connect func(j int, post *cell)) {
	p := b.part
	for j, post := range r.post {
		if b.passes(r, j) {
			b.pass(r, j)
			continue
		}
		if p != nil && p.survey {
			p.mark(b.order)
		}
		connect(j, post)
		if b.failed {
			return
		}
		if p != nil && p.survey {
			b.tally(r, j)
		}
	}
}

// eachPair calls connect for a pair with target j of a rule that goes pair by
// pair, when a rank makes its own part if it has to know about it.
func (b *builder) eachPair(r *rule, j int, connect func()) {
	p := b.part
	switch {
	case b.passes(r, j) && !p.rules[r.ConnRule].uneven:
		b.pass(r, j)
	case p == nil || !p.survey:
		connect()
	default:
		p.mark(b.order)
		if connect(); !b.failed {
			b.tallyPair(r, j)
		}
	}
}

// passes says whether what a rule makes for a target is another rank's to know.
func (b *builder) passes(r *rule, j int) bool {
	return b.part != nil && !b.part.survey && !r.post[j].own && !r.post[j].watched && !r.continuous
}

// mark notes where the model stands before something is made that is tallied.
func (p *part) mark(order int64) { p.order, p.before = order, append(p.before[:0], p.rows...) }

// tally notes what has been made for a target.
func (b *builder) tally(r *rule, j int) {
	p := b.part
	t := p.tallyOf(r)
	t.edges[j] = int32(b.order - p.order)
	for k := range p.rows {
		if n := p.since(k); n > 0 {
			t.column(k)[j] = n
		}
	}
}

// tallyPair notes what has been made for a pair: as much as for the pairs with
// that target before, or they are uneven.
func (b *builder) tallyPair(r *rule, j int) {
	p := b.part
	t := p.tallyOf(r)
	n := int32(b.order - p.order)
	if t.seen == nil {
		t.seen = make([]bool, len(r.post))
	}
	if !t.seen[j] {
		t.seen[j] = true
		b.tally(r, j)
		return
	}
	t.uneven = t.uneven || n != t.edges[j]
	for k := range p.rows {
		had := int32(0)
		if k < len(t.rows) && t.rows[k] != nil {
			had = t.rows[k][j]
		}
		t.uneven = t.uneven || p.since(k) != had
	}
}

func (p *part) tallyOf(r *rule) *tally {
	t := p.rules[r.ConnRule]
	if t == nil {
		t = &tally{edges: make([]int32, len(r.post))}
		p.rules[r.ConnRule] = t
	}
	return t
}

// since returns how many rows a table has got since the last mark.
func (p *part) since(k int) int32 {
	n := p.rows[k]
	if k < len(p.before) {
		n -= p.before[k]
	}
	return int32(n)
}

// column returns the rows of a table by target.
func (t *tally) column(k int) []int32 {
	for len(t.rows) <= k {
		t.rows = append(t.rows, nil)
	}
	if t.rows[k] == nil {
		t.rows[k] = make([]int32, len(t.edges))
	}
	return t.rows[k]
}

// pass passes over a target of another rank, or a pair with it.
func (b *builder) pass(r *rule, j int) {
	p := b.part
	t := p.rules[r.ConnRule]
	b.order += int64(t.edges[j])
	for k, rows := range t.rows {
		for len(p.rows) <= k {
			p.rows = append(p.rows, 0)
		}
		if rows != nil {
			p.rows[k] += int(rows[j])
		}
	}
}

// isContinuous says whether some connections of a rule may have no events: they
// are made on both their cells, by the ranks of both.
func (b *builder) isContinuous(r *rule) bool {
	if r.GapJunction.S != "" {
		return true
	}
	names := r.SynMech.Flat()
	return slices.ContainsFunc(b.s.Net.SynMechs, func(sm spec.SynMech) bool {
		return sm.Pointer != nil && (len(names) == 0 || slices.Contains(names, sm.Label))
	})
}
