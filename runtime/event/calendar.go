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
}

// delivery is an event of an edge. The offset of its weight vector stands for
// the edge as well.
type delivery = kernel.Delivery

// calendar holds the events of edges by windows of time, as long as a spike takes
// to have an effect, so that all events of a window are known when time reaches
// it; what comes late all the same waits in the heap. A window ends just behind a
// step. Its events are sorted then: most are never compared with more than a few
// others. Which window an event falls into grows with its time, so that the order
// of all events is what the comparison says, whatever the length of windows.
//
// Memory decides the speed: edges are read, and windows written and read, from one
// end to the other, and there are few windows at a time. Edges of a source in the
// order of their delays go into one window after the other.
type calendar struct {
	edges   Edges
	perMs   float64      // windows
	shift   float64      // windows, of their beginnings
	windows [][]delivery // by number & (length - 1), a ring
	open    int          // number of the last window that went into run
	waiting int          // events in windows
	run     []delivery   // sorted, due next
	next    int          // first of run that is pending
	mixed   bool         // edges go to more than one set
	stride  int32        // edge k has weight vector k times this; 0: not so
	same    bool         // all weights are one
	sorted  bool         // edges of a source stand in the order of their delays, then in their own
	few     bool         // events have had few times of late
	merged  bool         // different delays have brought a spike at one time
	longest float64      // delay [ms]
	spikes  []sending    // the first is number base
	base    uint32
	ordered bool         // each of spikes is later than the one before, or its source is
	free    [][]delivery // arrays of windows that have been emptied

	// scratch of sorting
	bin   []int32 // by event
	count []int32 // by bin
	inner []int32
	part  []delivery
}

// sending is a spike and where it comes from.
type sending struct {
	sent float64 // [ms]
	src  int32
}

const (
	mostWindows = 1 << 12 // what is due later waits in the heap
	perWindow   = 1 << 12 // events of a window that stay in a cache
	busy        = .02     // spikes a ms of a busy source
	behind      = .05     // of half a step: how far behind it windows end, as times are rounded
)

// Connect tells the queue of the edges whose events Spread will bring, the
// length [ms] of half a step, and how many of those there are from one time
// to another at which spikes come from outside.
func (q *Queue) Connect(e Edges, half float64, between int) {
	q.cal = calendar{edges: e, open: -1, same: true, sorted: len(e.First) > 0}
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
		c.mixed = c.mixed || s != e.Set[0]
		if int64(e.Args[k]) != int64(k)*int64(c.stride) {
			c.stride = 0
		}
	}
	for s := 1; s < len(e.First) && c.sorted; s++ {
		for k := e.First[s-1] + 1; k < e.First[s]; k++ {
			if a, b := e.Delay[k-1], e.Delay[k]; !(a < b || a == b && e.Ord[k-1] < e.Ord[k]) {
				c.sorted = false
				break
			}
		}
	}
	for _, w := range e.Weights {
		c.same = c.same && math.Float64bits(w) == math.Float64bits(e.Weights[0])
	}
	long := between
	for long > 1 && (between%long != 0 || float64(long)*half > float64(least*(1+1e-9)) || float64(long)*half*busy*float64(len(e.Delay)) > perWindow) {
		long--
	}
	long = max(long, 1)
	c.perMs, c.shift = 1/(half*float64(long)), 1-behind/float64(long)
	n := 8
	for n < mostWindows && float64(n) < 2+float64(c.longest*c.perMs) {
		n *= 2
	}
	c.windows = make([][]delivery, n)
}

// place is the place of a time among windows: its whole part is the number.
func (c *calendar) place(at float64) float64 { return min(float64(at*c.perMs)+c.shift, 1e15) }

// Spread adds the events of edges lo to hi, all of source src, for a spike at
// time sent.
func (q *Queue) Spread(lo, hi int32, src int32, sent float64) {
	c := &q.cal
	n := len(c.spikes)
	number := c.base + uint32(n)
	c.ordered = n == 0 || c.ordered && (c.spikes[n-1].sent < sent || c.spikes[n-1].sent == sent && c.spikes[n-1].src < src)
	c.spikes = append(c.spikes, sending{sent, src})
	e := &c.edges
	set, weight, mask := e.Set[lo], 0.0, len(c.windows)-1
	if c.same && len(e.Weights) > 0 {
		weight = e.Weights[0]
	}
	mixed, plain, same := c.mixed, c.stride == 1, c.same || len(e.Weights) == 0
	for lo < hi {
		place := c.place(sent + e.Delay[lo])
		b := int(place)
		if place < 0 || b <= c.open || b-c.open > mask { // late, or too far away
			q.Push(Event{At: sent + e.Delay[lo], Sent: sent, Src: int64(src), Ord: e.Ord[lo], Set: e.Set[lo], Row: e.Row[lo], Args: e.Args[lo]})
			lo++
			continue
		}
		to := &c.windows[b&mask]
		n := len(*to)
		if cap(*to)-n < int(hi-lo) {
			c.grow(to, int(hi-lo))
		}
		list := (*to)[n : n+int(hi-lo)]
		delay, row := e.Delay[lo:hi], e.Row[lo:hi]
		delay, row = delay[:len(list)], row[:len(list)]
		least, end, last := float64(b), float64(b+1), math.Inf(-1)
		i := 0
		for i < len(list) {
			at := sent + delay[i]
			if x := float64(at*c.perMs) + c.shift; x < least || x >= end {
				break
			}
			if at == last && delay[i] != delay[i-1] {
				c.merged = true
			}
			last = at
			args := lo + int32(i)
			if mixed {
				set = e.Set[args]
			}
			if !plain {
				args = e.Args[args]
			}
			if !same {
				weight = e.Weights[args]
			}
			d := &list[i] // field by field: a copy would wait for its parts
			d.At, d.Weight, d.Row, d.Args, d.Set, d.Spike = at, weight, row[i], args, set, number
			i++
		}
		if i == 0 { // a time that has no place
			panic("BUG: an event at no time")
		}
		*to = (*to)[:n+i]
		c.waiting += i
		lo += int32(i)
		c.longest = max(c.longest, e.Delay[lo-1]) // it may have been changed
	}
}

// grow makes room for n more in a window; one without an array gets that of a
// window that has been emptied.
func (c *calendar) grow(w *[]delivery, n int) {
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
				c.next = 0
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

func (c *calendar) clear() {
	for i, b := range c.windows {
		if b != nil {
			c.free = append(c.free, b[:0])
			c.windows[i] = nil
		}
	}
	c.run, c.next, c.open, c.waiting = c.run[:0], 0, -1, 0
	c.spikes, c.base, c.merged = c.spikes[:0], 0, false
}

func (c *calendar) len() int { return c.waiting + len(c.run) - c.next }

// spike returns what is known of the spike that has brought an event.
func (c *calendar) spike(d *delivery) sending { return c.spikes[d.Spike-c.base] }

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
	s := c.spike(d)
	return Event{At: d.At, Sent: s.sent, Src: int64(s.src), Ord: c.edges.Ord[c.edgeOf(d)], Set: d.Set, Row: d.Row, Args: d.Args}
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

// after says whether a, which is not due earlier than b, is delivered after it.
func (c *calendar) after(a, b *delivery) bool {
	if a.At != b.At {
		return true
	}
	if a.Spike == b.Spike && c.sorted && !c.merged {
		return a.Args > b.Args
	}
	if a.Spike != b.Spike {
		if c.ordered {
			return int32(a.Spike-b.Spike) > 0
		}
		s, t := c.spike(a), c.spike(b)
		if x := cmp.Or(cmp.Compare(s.sent, t.sent), cmp.Compare(s.src, t.src)); x != 0 {
			return x > 0
		}
	}
	return c.edges.Ord[c.edgeOf(a)] > c.edges.Ord[c.edgeOf(b)]
}

func (c *calendar) compare(a, b *delivery) int {
	switch {
	case a.At < b.At:
		return -1
	case a.At > b.At || c.after(a, b):
		return 1
	case c.after(b, a):
		return -1
	}
	return 0
}

// few is the number of events up to which insertion is the fastest way to
// sort.
const few = 24

// sort puts the events of a window into out, in order: into bins by their time, as
// many as there are events, then within the bins. Those of one time mostly stand
// in their order already.
func (c *calendar) sort(out, list []delivery) {
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
		b := min(max(int((c.place(list[i].At)-begin)*scale), 0), n-1)
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

// sortFew sorts where the events have few times, as on a grid, and says whether
// they have: into a bin for each.
func (c *calendar) sortFew(out, list []delivery) bool {
	if !c.ordered || !c.sorted || c.merged { // those of one time may not stand in their order
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
		at := list[i].At
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

// spreadOut sorts many events whose times are close, or alike.
func (c *calendar) spreadOut(list []delivery) {
	n := len(list)
	lo, hi, sorted := list[0].At, list[0].At, true
	for i := 1; i < n; i++ {
		at := list[i].At
		lo, hi = min(lo, at), max(hi, at)
		sorted = sorted && (at > list[i-1].At || at == list[i-1].At && !c.after(&list[i-1], &list[i]))
	}
	if sorted {
		return
	}
	bins := max(n/8, 64)
	scale := float64(bins-1) / (hi - lo)
	if !(scale < 1e300) {
		slices.SortFunc(list, func(a, b delivery) int { return c.compare(&a, &b) })
		return
	}
	c.part = append(c.part[:0], list...)
	if cap(c.inner) < bins+1 {
		c.inner = make([]int32, 2*bins)
	}
	count := c.inner[:bins+1]
	clear(count)
	for i := range list {
		count[int((list[i].At-lo)*scale)+1]++
	}
	for i := 1; i <= bins; i++ {
		count[i] += count[i-1]
	}
	for i := range c.part {
		b := int((c.part[i].At - lo) * scale)
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
				slices.SortFunc(part, func(a, b delivery) int { return c.compare(&a, &b) })
				break
			}
		}
	}
}

func (c *calendar) insert(list []delivery) {
	for i := 1; i < len(list); i++ {
		if b, a := &list[i-1], &list[i]; b.At < a.At || b.At == a.At && !c.after(b, a) {
			continue
		}
		x := list[i]
		k := i
		for k > 0 && (x.At < list[k-1].At || x.At == list[k-1].At && c.after(&list[k-1], &x)) {
			list[k] = list[k-1]
			k--
		}
		list[k] = x
	}
}
