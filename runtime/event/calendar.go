package event

import (
	"cmp"
	"math"
	"slices"

	"github.com/rallsim/rall/runtime/kernel"
)

// Edges are what the queue must know of a group's connections, in columns;
// the offsets of the weight vectors ascend.
type Edges struct {
	First          []int32   // edges of one source are neighbours: where each source's begin, and the end
	Delay          []float64 // [ms]
	Ord            []int64   // order of the edge
	Set, Row, Args []int32
	Weights        []float64 // by Args, if they never change; else nil
	Fixed          bool      // delays never change
}

// delivery is an event of an edge. The offset of its weight vector stands for
// the edge as well.
type delivery = kernel.Delivery

// entry stands for the events of a piece of edges: neighbours that have one
// source and one delay, whose events are due at one time, in the order of the
// edges. Where hardly any two edges have that, every edge is a piece.
type entry struct {
	at    float64 // [ms]
	spike uint32  // number
	edge  int32   // the first
	of    int32   // how many edges; if every edge is a piece, the instance that it goes to
	kind  uint32  // of weight; above, if every edge is a piece, the set
}

// calendar holds the events of edges by windows of time, as long as a spike takes
// to have an effect, so that all events of a window are known when time reaches
// it; what comes late all the same waits in the heap. A window ends just behind a
// step. It holds an entry for every piece that a spike goes over, and they are
// sorted when it is opened; what the edges say is read when their events are next,
// some at a time. Which window an event falls into grows with its time, so that
// the order of all events is what the comparison says, whatever the length of
// windows.
//
// Memory decides the speed: windows are written and read from one end to the
// other, and there are few at a time. Edges of a source in the order of their
// delays go into one window after the other.
type calendar struct {
	edges   Edges
	pieces  pieces
	perMs   float64   // windows
	shift   float64   // windows, of their beginnings
	windows [][]entry // by number & (length - 1), a ring
	open    int       // number of the last window that went into run
	waiting int       // entries in windows
	run     []entry   // sorted, due next
	next    int       // first of run that is pending
	edge    int32     // first of its edges that is pending; 0: all are
	mixed   bool      // edges go to more than one set
	set     int32     // that all go to, if not
	stride  int32     // edge k has weight vector k times this; 0: not so
	few     bool      // entries have had few times of late
	longest float64   // delay [ms]
	spikes  []sending // the first is number base
	base    uint32
	ordered bool      // each of spikes is later than the one before, or its source is
	free    [][]entry // arrays of windows that have been emptied

	batch []delivery // the next events, in order; run follows
	taken int        // of batch

	fetched int // entries of run, from the first, whose instances have been asked for
	ahead   int // events of them that have not been made

	// scratch of sorting
	bin   []int32 // by entry
	count []int32 // by bin
	inner []int32
	part  []entry
	ties  []tie
}

// sending is a spike and where it comes from.
type sending struct {
	sent float64 // [ms]
	src  int32
}

// tie is one of several events that only the order of edges tells apart.
type tie struct {
	ord int64
	d   delivery
}

const (
	mostWindows = 1 << 12 // what is due later waits in the heap
	perWindow   = 1 << 13 // entries of a window that stay in a cache
	busy        = .02     // spikes a ms of a busy source
	behind      = .05     // of half a step: how far behind it windows end, as times are rounded
	perBatch    = 256     // events that are made at a time, and stay in the first cache
)

// pieces cuts edges into pieces.
type pieces struct {
	source []int32   // first piece of every source, and the end
	first  []int32   // first edge of every piece, and the end; nil: each edge is a piece
	delay  []float64 // [ms] of every piece
	kind   []uint8   // of every piece's weights; nil: all are of kind 0
	kinds  []float64 // the weights of one kind
}

const (
	// fewEdges is the least number of edges of a piece, in the mean, for which
	// there are pieces.
	fewEdges = 2
	// noKind is the kind of weights that differ, or are one of very many.
	noKind   = 1<<kindBits - 1
	kindBits = 8
)

func newPieces(e *Edges) pieces {
	p := pieces{source: e.First, delay: e.Delay}
	begins := func(k, lo int32) bool {
		return k == lo || e.Delay[k] != e.Delay[k-1] || e.Ord[k] <= e.Ord[k-1]
	}
	n := 0
	for s := 1; s < len(e.First); s++ {
		for k := e.First[s-1]; k < e.First[s]; k++ {
			if begins(k, e.First[s-1]) {
				n++
			}
		}
	}
	if e.Fixed && n > 0 && fewEdges*n <= len(e.Delay) {
		p = pieces{source: make([]int32, 0, len(e.First)), first: make([]int32, 0, n+1), delay: make([]float64, 0, n)}
		for s := 1; s < len(e.First); s++ {
			p.source = append(p.source, int32(len(p.delay)))
			for k := e.First[s-1]; k < e.First[s]; k++ {
				if begins(k, e.First[s-1]) {
					p.first, p.delay = append(p.first, k), append(p.delay, e.Delay[k])
				}
			}
		}
		p.source, p.first = append(p.source, int32(n)), append(p.first, int32(len(e.Delay)))
	}
	p.findKinds(e.Weights)
	return p
}

// findKinds gives pieces whose weights are one of a few the kind of them.
func (p *pieces) findKinds(weights []float64) {
	if len(weights) == 0 {
		p.kinds = []float64{0}
		return
	}
	number := map[uint64]uint8{}
	last, lastKind := math.Float64bits(weights[0]), uint8(0)
	number[last], p.kinds = 0, []float64{weights[0]}
	kindOf := func(w float64) uint8 {
		x := math.Float64bits(w)
		if x == last {
			return lastKind
		}
		k, ok := number[x]
		if !ok {
			if k = noKind; len(p.kinds) < noKind {
				k = uint8(len(p.kinds))
				number[x], p.kinds = k, append(p.kinds, w)
			}
		}
		last, lastKind = x, k
		return k
	}
	kind := make([]uint8, len(p.delay))
	differ := false
	for i := range kind {
		lo, hi := p.bounds(int32(i))
		k := kindOf(weights[lo])
		for lo++; lo < hi && k != noKind; lo++ {
			if kindOf(weights[lo]) != k {
				k = noKind
			}
		}
		kind[i] = k
		differ = differ || k != 0
	}
	if differ {
		p.kind = kind
	}
}

// bounds returns the edges of a piece.
func (p *pieces) bounds(k int32) (lo, hi int32) {
	if p.first == nil {
		return k, k + 1
	}
	return p.first[k], p.first[k+1]
}

// Connect tells the queue of the edges whose events Spread will bring, the
// length [ms] of half a step, and how many of those there are from one time
// to another at which spikes come from outside.
func (q *Queue) Connect(e Edges, half float64, between int) {
	q.cal = calendar{edges: e, pieces: newPieces(&e), open: -1}
	c := &q.cal
	least := math.Inf(1)
	for _, d := range e.Delay {
		c.longest, least = max(c.longest, d), min(least, d)
	}
	if len(e.Args) > 1 {
		c.stride = e.Args[1]
	} else {
		c.stride = 1
	}
	for k, s := range e.Set {
		c.set = s
		c.mixed = c.mixed || s != e.Set[0]
		if int64(e.Args[k]) != int64(k)*int64(c.stride) {
			c.stride = 0
		}
	}
	long := between
	for long > 1 && (between%long != 0 || float64(long)*half > float64(least*(1+1e-9)) || float64(long)*half*busy*float64(len(c.pieces.delay)) > perWindow) {
		long--
	}
	long = max(long, 1)
	c.perMs, c.shift = 1/(half*float64(long)), 1-behind/float64(long)
	n := 8
	for n < mostWindows && float64(n) < 2+float64(c.longest*c.perMs) {
		n *= 2
	}
	c.windows = make([][]entry, n)
}

// place is the place of a time among windows: its whole part is the number.
func (c *calendar) place(at float64) float64 { return min(float64(at*c.perMs)+c.shift, 1e15) }

// Spread adds the events of all edges of the k-th source of Edges.First, which is
// src, for a spike at time sent.
func (q *Queue) Spread(k, src int32, sent float64) {
	q.spread(q.cal.pieces.source[k], q.cal.pieces.source[k+1], src, sent)
}

// SpreadOver is Spread for edge k of source src alone, if delays are not Fixed.
func (q *Queue) SpreadOver(k, src int32, sent float64) { q.spread(k, k+1, src, sent) }

// spread adds an entry for each of the pieces lo to hi.
func (q *Queue) spread(lo, hi, src int32, sent float64) {
	c := &q.cal
	n := len(c.spikes)
	number := c.base + uint32(n)
	c.ordered = n == 0 || c.ordered && (c.spikes[n-1].sent < sent || c.spikes[n-1].sent == sent && c.spikes[n-1].src < src)
	c.spikes = append(c.spikes, sending{sent, src})
	mask := len(c.windows) - 1
	for lo < hi {
		place := c.place(sent + c.pieces.delay[lo])
		b := int(place)
		if place < 0 || b <= c.open || b-c.open > mask { // late, or too far away
			q.pushPiece(lo, src, sent)
			lo++
			continue
		}
		to := &c.windows[b&mask]
		n := len(*to)
		if cap(*to)-n < int(hi-lo) {
			c.grow(to, int(hi-lo))
		}
		i := c.enter((*to)[n:n+int(hi-lo)], b, lo, number, sent)
		if i == 0 { // a time that has no place
			panic("BUG: an event at no time")
		}
		*to = (*to)[:n+i]
		c.waiting += i
		lo += int32(i)
		c.longest = max(c.longest, c.pieces.delay[lo-1]) // it may have been changed
	}
}

// enter writes entries for pieces from lo on as long as they are due in window b,
// and returns how many.
func (c *calendar) enter(list []entry, b int, lo int32, number uint32, sent float64) int {
	p := &c.pieces
	delay := p.delay[lo:][:len(list)]
	kinds := p.kind
	if kinds != nil {
		kinds = kinds[lo:][:len(list)]
	}
	least, end := float64(b), float64(b+1)
	perMs, shift := c.perMs, c.shift
	kind := uint32(0)
	if p.first != nil {
		first := p.first[lo:][:len(list)+1]
		for i := range list {
			at := sent + delay[i]
			if x := float64(at*perMs) + shift; x < least || x >= end {
				return i
			}
			if kinds != nil {
				kind = uint32(kinds[i])
			}
			d := &list[i] // field by field: a copy would wait for its parts
			d.at, d.spike, d.edge, d.of, d.kind = at, number, first[i], first[i+1]-first[i], kind
		}
		return len(list)
	}
	row := c.edges.Row[lo:][:len(list)]
	set := uint32(c.edges.Set[lo]) << kindBits
	for i := range list {
		at := sent + delay[i]
		if x := float64(at*perMs) + shift; x < least || x >= end {
			return i
		}
		if kinds != nil {
			kind = uint32(kinds[i])
		}
		if c.mixed {
			set = uint32(c.edges.Set[lo+int32(i)]) << kindBits
		}
		d := &list[i]
		d.at, d.spike, d.edge, d.of, d.kind = at, number, lo+int32(i), row[i], set|kind
	}
	return len(list)
}

// pushPiece puts the events of a piece into the heap.
func (q *Queue) pushPiece(k, src int32, sent float64) {
	e := &q.cal.edges
	lo, hi := q.cal.pieces.bounds(k)
	for ; lo < hi; lo++ {
		q.Push(Event{At: sent + e.Delay[lo], Sent: sent, Src: int64(src), Ord: e.Ord[lo], Set: e.Set[lo], Row: e.Row[lo], Args: e.Args[lo]})
	}
}

// grow makes room for n more in a window; one without an array gets that of a
// window that has been emptied.
func (c *calendar) grow(w *[]entry, n int) {
	if k := len(c.free); *w == nil && k > 0 {
		*w = c.free[k-1]
		c.free = c.free[:k-1]
	}
	if cap(*w)-len(*w) < n {
		*w = slices.Grow(*w, max(len(*w), n))
	}
}

// forget drops spikes whose events have all been delivered.
func (c *calendar) forget() {
	before := float64(c.open) / c.perMs // what is due earlier has been delivered
	made := c.taken == len(c.batch) && c.next == len(c.run)
	switch {
	case c.taken < len(c.batch):
		before = min(before, c.batch[c.taken].At)
	case c.next < len(c.run):
		before = min(before, c.run[c.next].at)
	}
	n := 0
	for n < len(c.spikes) && (c.waiting == 0 && made || c.spikes[n].sent+c.longest < before) {
		n++
	}
	if n > 64 && n > len(c.spikes)/2 {
		c.spikes = c.spikes[:copy(c.spikes, c.spikes[n:])]
		c.base += uint32(n)
	}
}

// Open makes ready what is due up to time limit. Top and Pop know of no other
// events of edges.
func (q *Queue) Open(limit float64) {
	c := &q.cal
	to := int(c.place(limit))
	if c.open < to {
		c.forget()
	}
	for c.open < to {
		if c.waiting == 0 {
			c.open = to
			return
		}
		c.open++
		if b := &c.windows[c.open&(len(c.windows)-1)]; len(*b) > 0 {
			list := *b
			*b = nil
			if c.next > len(c.run)/2 {
				c.run = c.run[:copy(c.run, c.run[c.next:])]
				c.next, c.fetched = 0, c.fetched-c.next
			}
			n := len(c.run)
			c.run = slices.Grow(c.run, len(list))[:n+len(list)]
			c.sort(c.run[n:], list)
			c.waiting -= len(list)
			// The next window that needs an array has this one: a burst does not
			// leave its room in every window that it comes to in time.
			c.free = append(c.free, list[:0])
		}
	}
}

// ready returns the next events of edges, a few at a time; there are none when
// there are no more.
func (c *calendar) ready() []delivery {
	if c.taken == len(c.batch) && c.next < len(c.run) {
		c.fill()
	}
	return c.batch[c.taken:]
}

// fill makes the next events.
func (c *calendar) fill() {
	if cap(c.batch) == 0 {
		c.batch = make([]delivery, 0, perBatch)
	}
	c.batch, c.taken = c.batch[:0], 0
	if c.pieces.first != nil {
		c.lookAhead()
	}
	for c.next < len(c.run) && len(c.batch) < perBatch {
		if c.edge == 0 {
			if n := c.alike(); n > 1 {
				c.fillTies(n)
				continue
			}
		}
		x := &c.run[c.next]
		if c.pieces.first == nil {
			c.batch = c.batch[:len(c.batch)+1]
			c.makeOne(&c.batch[len(c.batch)-1], x)
			c.next++
			continue
		}
		lo, hi := max(x.edge, c.edge), x.edge+x.of
		n := min(hi-lo, int32(perBatch-len(c.batch)))
		c.batch = c.batch[:len(c.batch)+int(n)]
		c.make(c.batch[len(c.batch)-int(n):], x, lo)
		if c.edge = lo + n; c.edge == hi {
			c.edge = 0
			c.next++
		}
	}
	if c.ahead -= len(c.batch); c.fetched < c.next { // ties are made whole, however many they are
		c.fetched, c.ahead = c.next, 0
	}
}

// lookAhead asks for what the pieces of the batch behind the next one say, so that
// the processor need not wait for it when their events are made.
func (c *calendar) lookAhead() {
	from := c.fetched
	for c.fetched < len(c.run) && c.ahead < 2*perBatch {
		c.ahead += int(c.run[c.fetched].of)
		c.fetched++
	}
	if n := c.fetched - from; n > 0 {
		fetch(&c.edges.Row[0], &c.run[from], n)
	}
}

// makeOne makes the event of an entry, where every edge is a piece.
func (c *calendar) makeOne(d *delivery, x *entry) {
	args := x.edge
	if c.stride != 1 {
		args = c.edges.Args[args]
	}
	weight := 0.0
	if k := x.kind & noKind; k < uint32(len(c.pieces.kinds)) {
		weight = c.pieces.kinds[k]
	} else {
		weight = c.edges.Weights[x.edge]
	}
	d.At, d.Weight, d.Row, d.Args, d.Set, d.Spike = x.at, weight, x.of, args, int32(x.kind>>kindBits), x.spike
}

// make makes the events of an entry's edges from lo on, where edges are in pieces.
func (c *calendar) make(to []delivery, x *entry, lo int32) {
	e := &c.edges
	row := e.Row[lo:][:len(to)]
	at, number := x.at, x.spike
	switch {
	case c.mixed || c.stride != 1:
		sets, args := e.Set[lo:][:len(to)], e.Args[lo:][:len(to)]
		for i := range to {
			d := &to[i]
			weight := 0.0
			if len(e.Weights) > 0 {
				weight = e.Weights[lo+int32(i)]
			}
			d.At, d.Weight, d.Row, d.Args, d.Set, d.Spike = at, weight, row[i], args[i], sets[i], number
		}
	case x.kind == noKind:
		weights := e.Weights[lo:][:len(to)]
		for i := range to {
			d := &to[i]
			d.At, d.Weight, d.Row, d.Args, d.Set, d.Spike = at, weights[i], row[i], lo+int32(i), c.set, number
		}
	default:
		makeAlike(to, row, lo, at, c.pieces.kinds[x.kind], c.set, number)
	}
}

// makePlain makes deliveries that go to the instances of row and differ in nothing
// else but in their weight vectors, which follow each other from args on.
func makePlain(to []delivery, row []int32, args int32, at, weight float64, set int32, spike uint32) {
	row = row[:len(to)]
	for i := range to {
		d := &to[i]
		d.At, d.Weight, d.Row, d.Args, d.Set, d.Spike = at, weight, row[i], args+int32(i), set, spike
	}
}

// eachOf calls f for the events of an entry's edges from the given one on.
func (c *calendar) eachOf(x *entry, from int32, f func(d *delivery)) {
	var d [1]delivery
	if c.pieces.first == nil {
		c.makeOne(&d[0], x)
		f(&d[0])
		return
	}
	for k := max(x.edge, from); k < x.edge+x.of; k++ {
		c.make(d[:], x, k)
		f(&d[0])
	}
}

// alike returns how many entries, from the next on, only the order of edges tells
// apart: one as a rule.
func (c *calendar) alike() int {
	list := c.run[c.next:]
	n := 1
	for n < len(list) && list[n].at == list[0].at && (list[n].spike == list[0].spike || !c.ordered && c.spike(list[n].spike) == c.spike(list[0].spike)) {
		n++
	}
	return n
}

// fillTies makes the events of the next n entries, by the order of their edges.
func (c *calendar) fillTies(n int) {
	c.ties = c.ties[:0]
	for i := range c.run[c.next : c.next+n] {
		c.eachOf(&c.run[c.next+i], 0, func(d *delivery) { c.ties = append(c.ties, tie{c.edges.Ord[c.edgeOf(d)], *d}) })
	}
	slices.SortStableFunc(c.ties, func(a, b tie) int { return cmp.Compare(a.ord, b.ord) })
	for i := range c.ties {
		c.batch = append(c.batch, c.ties[i].d)
	}
	c.next += n
}

func (c *calendar) clear() {
	for i, b := range c.windows {
		if b != nil {
			c.free = append(c.free, b[:0])
			c.windows[i] = nil
		}
	}
	c.run, c.next, c.edge, c.open, c.waiting = c.run[:0], 0, 0, -1, 0
	c.fetched, c.ahead = 0, 0
	c.batch, c.taken = c.batch[:0], 0
	c.spikes, c.base = c.spikes[:0], 0
}

// each calls f for every event of edges that is pending, in no order.
func (c *calendar) each(f func(d *delivery)) {
	for i := range c.batch[c.taken:] {
		f(&c.batch[c.taken+i])
	}
	from := c.edge
	for i := range c.run[c.next:] {
		c.eachOf(&c.run[c.next+i], from, f)
		from = 0
	}
	for _, list := range c.windows {
		for i := range list {
			c.eachOf(&list[i], 0, f)
		}
	}
}

// spike returns what is known of a spike.
func (c *calendar) spike(number uint32) sending { return c.spikes[number-c.base] }

// edgeOf returns the edge of a delivery.
func (c *calendar) edgeOf(d *delivery) int {
	switch c.stride {
	case 1:
		return int(d.Args)
	case 0:
		k, _ := slices.BinarySearch(c.edges.Args, d.Args)
		return k
	}
	return int(d.Args / c.stride)
}

// event is the long form of a delivery.
func (c *calendar) event(d *delivery) Event {
	s := c.spike(d.Spike)
	return Event{At: d.At, Sent: s.sent, Src: int64(s.src), Ord: c.edges.Ord[c.edgeOf(d)], Set: d.Set, Row: d.Row, Args: d.Args}
}

// before says whether event e is delivered before d.
func (c *calendar) before(e *Event, d *delivery) bool {
	if e.At != d.At {
		return e.At < d.At
	}
	if s := c.spike(d.Spike); e.Sent != s.sent {
		return e.Sent < s.sent
	}
	x := c.event(d)
	return Before(e, &x)
}

// after says whether a, which is not due earlier than b, comes after it.
func (c *calendar) after(a, b *entry) bool {
	if a.at != b.at {
		return true
	}
	if a.spike != b.spike {
		if c.ordered {
			return int32(a.spike-b.spike) > 0
		}
		s, t := c.spike(a.spike), c.spike(b.spike)
		if x := cmp.Or(cmp.Compare(s.sent, t.sent), cmp.Compare(s.src, t.src)); x != 0 {
			return x > 0
		}
	}
	return a.edge > b.edge
}

func (c *calendar) compare(a, b *entry) int {
	switch {
	case a.at < b.at:
		return -1
	case a.at > b.at || c.after(a, b):
		return 1
	case c.after(b, a):
		return -1
	}
	return 0
}

// few is the number of entries up to which insertion is the fastest way to
// sort.
const few = 24

// sort puts the entries of a window into out, in order: into bins by their time, as
// many as there are entries, then within the bins. Those of one time mostly stand
// in their order already.
func (c *calendar) sort(out, list []entry) {
	n := len(list)
	if cap(c.bin) < n {
		c.bin, c.count = make([]int32, n+n/4), make([]int32, n+n/4+1)
	}
	if c.few = c.few && c.sortFew(out, list); c.few {
		return
	}
	bin, count := c.bin[:n], c.count[:n+1]
	clear(count)
	begin, scale := float64(c.open), float64(n)
	for i := range list {
		b := min(max(int((c.place(list[i].at)-begin)*scale), 0), n-1)
		bin[i] = int32(b)
		count[b+1]++
	}
	most := int32(0)
	for i := 1; i <= n; i++ {
		most = max(most, count[i])
		count[i] += count[i-1]
	}
	for i, b := range bin {
		out[count[b]] = list[i]
		count[b]++
	}
	if most <= few {
		c.insert(out)
		return
	}
	c.few = true // next time, perhaps
	from := int32(0)
	for _, end := range count[:n] { // where the bin ends, now that it is full
		if part := out[from:end]; len(part) <= few {
			c.insert(part)
		} else {
			c.spreadOut(part)
		}
		from = end
	}
}

// fewTimes is the most times that sortFew knows.
const fewTimes = 128

// sortFew sorts where the entries have few times, as on a grid, and says whether
// they have: into a bin for each.
func (c *calendar) sortFew(out, list []entry) bool {
	if !c.ordered { // those of one time may not stand in their order
		return false
	}
	var (
		times  [fewTimes]float64
		count  [fewTimes]int32
		number [2 * fewTimes]uint8 // by hash: of the time, from 1
		order  [fewTimes]uint8
	)
	known, last := 0, 0
	bin := c.bin[:len(list)]
	for i := range list {
		at := list[i].at
		if i == 0 || at != times[last&(fewTimes-1)] {
			h := math.Float64bits(at) * 0x9e3779b97f4a7c15 >> 56
			for {
				k := int(number[h])
				if k == 0 {
					if known == fewTimes {
						return false
					}
					times[known] = at
					known++
					number[h] = uint8(known)
					k = known
				}
				if last = k - 1; times[last&(fewTimes-1)] == at {
					break
				}
				h = (h + 1) % (2 * fewTimes)
			}
		}
		bin[i] = int32(last)
		count[last&(fewTimes-1)]++
	}
	for k := range known {
		order[k] = uint8(k)
	}
	slices.SortFunc(order[:known], func(a, b uint8) int { return cmp.Compare(times[a], times[b]) })
	next := int32(0)
	for _, k := range order[:known] {
		count[k], next = next, next+count[k]
	}
	for i, b := range bin {
		to := &count[b&(fewTimes-1)]
		out[*to] = list[i]
		*to++
	}
	return true
}

// spreadOut sorts many entries whose times are close, or alike.
func (c *calendar) spreadOut(list []entry) {
	n := len(list)
	lo, hi, sorted := list[0].at, list[0].at, true
	for i := 1; i < n; i++ {
		at := list[i].at
		lo, hi = min(lo, at), max(hi, at)
		sorted = sorted && (at > list[i-1].at || at == list[i-1].at && !c.after(&list[i-1], &list[i]))
	}
	if sorted {
		return
	}
	bins := max(n/8, 64)
	scale := float64(bins-1) / (hi - lo)
	if !(scale < 1e300) {
		slices.SortFunc(list, func(a, b entry) int { return c.compare(&a, &b) })
		return
	}
	c.part = append(c.part[:0], list...)
	if cap(c.inner) < bins+1 {
		c.inner = make([]int32, 2*bins)
	}
	count := c.inner[:bins+1]
	clear(count)
	for i := range list {
		count[int((list[i].at-lo)*scale)+1]++
	}
	for i := 1; i <= bins; i++ {
		count[i] += count[i-1]
	}
	for i := range c.part {
		b := int((c.part[i].at - lo) * scale)
		list[count[b]] = c.part[i]
		count[b]++
	}
	from := int32(0)
	for _, end := range count[:bins] {
		part := list[from:end]
		from = end
		if len(part) <= few {
			c.insert(part)
			continue
		}
		for i := 1; i < len(part); i++ {
			if c.compare(&part[i-1], &part[i]) > 0 {
				slices.SortFunc(part, func(a, b entry) int { return c.compare(&a, &b) })
				break
			}
		}
	}
}

func (c *calendar) insert(list []entry) {
	for i := 1; i < len(list); i++ {
		if b, a := &list[i-1], &list[i]; b.at < a.at || b.at == a.at && !c.after(b, a) {
			continue
		}
		x := list[i]
		k := i
		for k > 0 && (x.at < list[k-1].at || x.at == list[k-1].at && c.after(&list[k-1], &x)) {
			list[k] = list[k-1]
			k--
		}
		list[k] = x
	}
}
