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
	Delay          []float64 // [ms]
	Ord            []int64   // order of the edge
	Set, Row, Args []int32
	Weights        []float64 // by Args, if they never change; else nil
}

// delivery is an event of an edge. The offset of its weight vector stands for
// the edge as well, also in the order of events.
type delivery = kernel.Delivery

// calendar holds the events of edges that are due within the next few steps, a
// bucket for every step. A bucket is sorted when time reaches it: most events
// are never compared with more than a few others. Which bucket an event falls
// into grows with its time, so that the order of all events is what the
// comparison says, whatever the width of buckets.
type calendar struct {
	edges   Edges
	perMs   float64      // buckets
	buckets [][]delivery // by number & (length - 1), a ring
	open    int          // number of the last bucket that went into run
	waiting int          // events in buckets
	run     []delivery   // sorted, due next
	next    int          // first of run that is pending
	mixed   bool         // edges go to more than one set
	plain   bool         // edge k has weight vector k
	same    bool         // all weights are one
	longest float64      // delay [ms]
	spikes  []sending    // the first is number base
	base    uint32
	free    [][]delivery // arrays of buckets that have been emptied
	count   []int32
}

// sending is a spike that edges have spread.
type sending struct {
	sent float64 // [ms]
	src  int32
}

// mostBuckets bounds the ring; what is due later waits in the heap.
const mostBuckets = 1 << 12

// Connect tells the queue of the edges whose events Spread will bring, and the
// length [ms] of a step.
func (q *Queue) Connect(e Edges, step float64) {
	longest := 0.0
	for _, d := range e.Delay {
		longest = max(longest, d)
	}
	n := 64
	for n < mostBuckets && float64(n)*step < 2*longest {
		n *= 2
	}
	q.cal = calendar{edges: e, perMs: 1 / step, buckets: make([][]delivery, n), open: -1}
	c := &q.cal
	c.longest, c.plain, c.same = longest, true, true
	for k, s := range e.Set {
		c.mixed = c.mixed || s != e.Set[0]
		c.plain = c.plain && int(e.Args[k]) == k
	}
	for _, w := range e.Weights {
		c.same = c.same && math.Float64bits(w) == math.Float64bits(e.Weights[0])
	}
}

// Spread adds the events of edges lo to hi, all of source src, for a spike at
// time sent.
func (q *Queue) Spread(lo, hi int32, src int32, sent float64) {
	c := &q.cal
	number := c.base + uint32(len(c.spikes))
	c.spikes = append(c.spikes, sending{sent, src})
	mask := len(c.buckets) - 1
	buckets, perMs, open := c.buckets, c.perMs, c.open
	delay, row := c.edges.Delay[lo:hi], c.edges.Row[lo:hi]
	row = row[:len(delay)]
	each := c.mixed || !c.plain || !c.same // weight and set have to be looked up
	set, weight := c.edges.Set[lo], 0.0
	if c.same && len(c.edges.Weights) > 0 {
		weight = c.edges.Weights[0]
	}
	for i, x := range delay {
		k := lo + int32(i)
		at, args := sent+x, k
		if each {
			set, args = c.edges.Set[k], c.edges.Args[k]
			if len(c.edges.Weights) > 0 {
				weight = c.edges.Weights[args]
			}
		}
		b := int(min(float64(at*perMs), 1e15))
		if b <= open || b-open > mask {
			q.Push(Event{At: at, Sent: sent, Src: int64(src), Ord: c.edges.Ord[k], Set: set, Row: row[i], Args: args})
			continue
		}
		to := &buckets[b&mask]
		n := len(*to)
		if n == cap(*to) {
			c.grow(to)
		}
		*to = (*to)[:n+1]
		d := &(*to)[n] // field by field: a copy would wait for its parts
		d.At, d.Weight, d.Row, d.Args, d.Set, d.Spike = at, weight, row[i], args, set, number
		c.waiting++
	}
}

// forget drops spikes whose events have all been delivered.
func (c *calendar) forget() {
	before := float64(c.open) / c.perMs // what is due earlier has been delivered
	if c.next < len(c.run) {
		before = min(before, c.run[c.next].At)
	}
	n := 0
	for n < len(c.spikes) && (c.waiting == 0 && c.next == len(c.run) || c.spikes[n].sent+c.longest < before) {
		n++
	}
	if n > 64 && n > len(c.spikes)/2 {
		c.spikes = c.spikes[:copy(c.spikes, c.spikes[n:])]
		c.base += uint32(n)
	}
}

// grow makes room in a bucket that is full; one without an array gets that of
// a bucket that has been emptied.
func (c *calendar) grow(b *[]delivery) {
	if n := len(c.free); *b == nil && n > 0 {
		*b = c.free[n-1]
		c.free = c.free[:n-1]
	}
	if len(*b) == cap(*b) {
		*b = slices.Grow(*b, max(len(*b), 8))
	}
}

// Open makes ready what is due up to time limit. Top and Pop know of no other
// events of edges.
func (q *Queue) Open(limit float64) {
	c := &q.cal
	to := int(min(float64(limit*c.perMs), 1e15))
	if c.open < to {
		c.forget()
	}
	for c.open < to {
		if c.waiting == 0 {
			c.open = to
			return
		}
		c.open++
		b := &c.buckets[c.open&(len(c.buckets)-1)]
		if len(*b) == 0 {
			continue
		}
		if c.next > len(c.run)/2 {
			c.run = c.run[:copy(c.run, c.run[c.next:])]
			c.next = 0
		}
		n := len(c.run)
		c.run = slices.Grow(c.run, len(*b))[:n+len(*b)]
		c.sort(c.run[n:], *b)
		c.waiting -= len(*b)
		// The next bucket that needs an array has this one: a burst does not
		// leave its room in every bucket that it comes to in time.
		c.free = append(c.free, (*b)[:0])
		*b = nil
	}
}

func (c *calendar) clear() {
	for i, b := range c.buckets {
		if b != nil {
			c.free = append(c.free, b[:0])
			c.buckets[i] = nil
		}
	}
	c.run, c.next, c.open, c.waiting = c.run[:0], 0, -1, 0
	c.spikes, c.base = c.spikes[:0], 0
}

func (c *calendar) len() int { return c.waiting + len(c.run) - c.next }

// spike returns what is known of the spike that has brought an event.
func (c *calendar) spike(d *delivery) sending { return c.spikes[d.Spike-c.base] }

// event is the long form of a delivery.
func (c *calendar) event(d *delivery) Event {
	k, _ := slices.BinarySearch(c.edges.Args, d.Args)
	s := c.spike(d)
	return Event{At: d.At, Sent: s.sent, Src: int64(s.src), Ord: c.edges.Ord[k], Set: d.Set, Row: d.Row, Args: d.Args}
}

// before says whether event e is delivered before d.
func (c *calendar) before(e *Event, d *delivery) bool {
	if e.At != d.At {
		return e.At < d.At
	}
	if s := c.spike(d); e.Sent != s.sent {
		return e.Sent < s.sent
	}
	x := c.event(d)
	return Before(e, &x)
}

func (c *calendar) compare(a, b *delivery) int {
	switch {
	case a.At != b.At:
		if a.At < b.At {
			return -1
		}
		return 1
	case a.Spike == b.Spike:
		return int(a.Args) - int(b.Args)
	}
	s, t := c.spike(a), c.spike(b)
	return cmp.Or(cmp.Compare(s.sent, t.sent), cmp.Compare(s.src, t.src), cmp.Compare(a.Args, b.Args))
}

// few is the number of events up to which insertion is the fastest way to
// sort.
const few = 24

// sort puts the events of a bucket into out, sorted: into bins by their time, as
// many as there are events, then within the bins. Spikes come in order, so that
// events of one time mostly stand in theirs already.
func (c *calendar) sort(out, list []delivery) {
	n := len(list)
	if n <= few {
		copy(out, list)
		c.insert(out)
		return
	}
	lo, hi, sorted := list[0].At, list[0].At, true
	for i := 1; i < n; i++ {
		at := list[i].At
		lo, hi = min(lo, at), max(hi, at)
		sorted = sorted && c.compare(&list[i-1], &list[i]) <= 0
	}
	scale := float64(n-1) / (hi - lo)
	if sorted || !(scale < 1e300) { // or all of one time
		copy(out, list)
		if !sorted {
			c.sortTies(out)
		}
		return
	}
	if cap(c.count) < n+1 {
		c.count = make([]int32, 2*n+1)
	}
	count := c.count[:n+1]
	clear(count)
	for i := range list {
		count[int((list[i].At-lo)*scale)+1]++
	}
	for i := 1; i <= n; i++ {
		count[i] += count[i-1]
	}
	for i := range list {
		bin := int((list[i].At - lo) * scale)
		out[count[bin]] = list[i]
		count[bin]++
	}
	from := int32(0)
	for _, end := range count[:n] { // where the bin ends, now that it is full
		if end-from > 1 {
			if part := out[from:end]; len(part) <= few {
				c.insert(part)
			} else {
				c.sortTies(part)
			}
		}
		from = end
	}
}

// sortTies sorts many events of nearly one time.
func (c *calendar) sortTies(list []delivery) {
	for i := 1; i < len(list); i++ {
		if c.compare(&list[i-1], &list[i]) > 0 {
			slices.SortFunc(list, func(a, b delivery) int { return c.compare(&a, &b) })
			return
		}
	}
}

func (c *calendar) insert(list []delivery) {
	for i := 1; i < len(list); i++ {
		if c.compare(&list[i-1], &list[i]) <= 0 {
			continue
		}
		x := list[i]
		k := i
		for k > 0 && c.compare(&x, &list[k-1]) < 0 {
			list[k] = list[k-1]
			k--
		}
		list[k] = x
	}
}
