package event

import "slices"

// Edges are what the queue must know of a group's connections, in columns;
// the offsets of the weight vectors ascend.
type Edges struct {
	Delay          []float64 // [ms]
	Ord            []int64   // order of the edge
	Set, Row, Args []int32
}

// delivery is an event of an edge. The offset of its weight vector stands for
// the edge as well, also in the order of events.
type delivery struct {
	at, sent            float64 // [ms]
	src, set, row, args int32
}

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
	spare   []delivery
	free    [][]delivery // arrays of buckets that have been emptied
	count   []int32
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
}

// Spread adds the events of edges lo to hi, all of source src, for a spike at
// time sent.
func (q *Queue) Spread(lo, hi int32, src int32, sent float64) {
	c := &q.cal
	delay, set, row, args := c.edges.Delay[lo:hi], c.edges.Set[lo:hi], c.edges.Row[lo:hi], c.edges.Args[lo:hi]
	set, row, args = set[:len(delay)], row[:len(delay)], args[:len(delay)]
	mask := len(c.buckets) - 1
	for k, d := range delay {
		at := sent + d
		b := int(min(float64(at*c.perMs), 1e15))
		if b <= c.open || b-c.open > mask {
			q.Push(Event{At: at, Sent: sent, Src: int64(src), Ord: c.edges.Ord[int(lo)+k], Set: set[k], Row: row[k], Args: args[k]})
			continue
		}
		to := &c.buckets[b&mask]
		if *to == nil && len(c.free) > 0 {
			*to = c.free[len(c.free)-1]
			c.free = c.free[:len(c.free)-1]
		}
		*to = append(*to, delivery{at, sent, src, set[k], row[k], args[k]})
		c.waiting++
	}
}

// Open makes ready what is due up to time limit. Top and Pop know of no other
// events of edges.
func (q *Queue) Open(limit float64) {
	c := &q.cal
	to := int(min(float64(limit*c.perMs), 1e15))
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
		c.sort(*b)
		if c.next > len(c.run)/2 {
			c.run = c.run[:copy(c.run, c.run[c.next:])]
			c.next = 0
		}
		c.run = append(c.run, *b...)
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
}

func (c *calendar) len() int { return c.waiting + len(c.run) - c.next }

// event is the long form of a delivery.
func (c *calendar) event(d *delivery) Event {
	k, _ := slices.BinarySearch(c.edges.Args, d.args)
	return Event{At: d.at, Sent: d.sent, Src: int64(d.src), Ord: c.edges.Ord[k], Set: d.set, Row: d.row, Args: d.args}
}

// before says whether event e is delivered before d.
func (c *calendar) before(e *Event, d *delivery) bool {
	if e.At != d.at {
		return e.At < d.at
	}
	if e.Sent != d.sent {
		return e.Sent < d.sent
	}
	x := c.event(d)
	return Before(e, &x)
}

func compare(a, b *delivery) int {
	switch {
	case a.at != b.at:
		if a.at < b.at {
			return -1
		}
		return 1
	case a.sent != b.sent:
		if a.sent < b.sent {
			return -1
		}
		return 1
	case a.src != b.src:
		return int(a.src) - int(b.src)
	}
	return int(a.args) - int(b.args)
}

// few is the number of events up to which insertion is the fastest way to
// sort.
const few = 24

// sort sorts the events of a bucket: into bins by their time, as many as there
// are events, then within the bins. Spikes come in order, so that events of
// one time often stand in theirs already.
func (c *calendar) sort(list []delivery) {
	if len(list) <= few {
		insert(list)
		return
	}
	lo, hi, sorted := list[0].at, list[0].at, true
	for i := 1; i < len(list); i++ {
		lo, hi = min(lo, list[i].at), max(hi, list[i].at)
		sorted = sorted && compare(&list[i-1], &list[i]) <= 0
	}
	if sorted {
		return
	}
	n := len(list)
	scale := float64(n-1) / (hi - lo)
	if !(scale < 1e300) { // all of one time, or nearly
		slices.SortFunc(list, func(a, b delivery) int { return compare(&a, &b) })
		return
	}
	if cap(c.count) < n+1 {
		c.count, c.spare = make([]int32, 2*n+1), make([]delivery, 2*n)
	}
	count, out := c.count[:n+1], c.spare[:n]
	clear(count)
	for i := range list {
		count[int((list[i].at-lo)*scale)+1]++
	}
	for i := 1; i <= n; i++ {
		count[i] += count[i-1]
	}
	for i := range list {
		bin := int((list[i].at - lo) * scale)
		out[count[bin]] = list[i]
		count[bin]++
	}
	copy(list, out)
	from := int32(0)
	for _, end := range count[:n] { // where the bin ends, now that it is full
		if end-from > 1 {
			if part := list[from:end]; len(part) <= few {
				insert(part)
			} else {
				slices.SortFunc(part, func(a, b delivery) int { return compare(&a, &b) })
			}
		}
		from = end
	}
}

func insert(list []delivery) {
	for i := 1; i < len(list); i++ {
		if compare(&list[i-1], &list[i]) <= 0 {
			continue
		}
		x := list[i]
		k := i
		for k > 0 && compare(&x, &list[k-1]) < 0 {
			list[k] = list[k-1]
			k--
		}
		list[k] = x
	}
}
