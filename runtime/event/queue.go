// Package event holds pending events in the order in which they are
// delivered.
//
// In: spikes that reach this group, and events that mechanisms send to
// themselves. Out: events up to a time limit, in an order that depends on
// nothing but the model: delivery time, then sending time, then the source's
// order, then the edge's order (self-events: their sequence number, then the
// mechanism's and the instance's order). It is NEURON's order on one thread except
// where NEURON's own queue swaps events of equal time because of other events.
package event

import (
	"slices"
	"sort"

	"github.com/rallsim/rall/runtime/kernel"
)

// Event is one pending delivery.
type Event struct {
	At    float64 // [ms] of delivery
	Sent  float64 // [ms] of sending
	Src   int64   // order of the source; self-events come after all sources
	Ord   int64   // order of the edge, or sequence number of a self-event
	Flag  float64
	Set   int32 // which Instances of the group
	Row   int32 // instance
	Place int32 // of the instance among those of Set, which does not depend on the partition
	Args  int32 // offset of the weight vector in the group's weights, -1: none
	Self  bool
	// Handle, when above 0, lets Move find the event while it is pending.
	Handle int32
}

// SelfSource is the Src of every self-event.
const SelfSource = int64(1) << 62

// Before says whether a is delivered before b.
func Before(a, b *Event) bool {
	switch {
	case a.At != b.At:
		return a.At < b.At
	case a.Sent != b.Sent:
		return a.Sent < b.Sent
	case a.Src != b.Src:
		return a.Src < b.Src
	case a.Ord != b.Ord:
		return a.Ord < b.Ord
	case a.Set != b.Set:
		return a.Set < b.Set
	default:
		return a.Place < b.Place
	}
}

// Queue is a calendar for the events of edges and a four-ary heap for the
// others. The zero Queue is empty and ready for others.
type Queue struct {
	h   []Event
	pos []int32 // by handle: place in h plus one, 0 when not pending
	cal calendar
	top Event // the calendar's next
}

// Len returns the number of pending events.
func (q *Queue) Len() int {
	n := len(q.h)
	q.cal.each(func(*delivery) { n++ })
	return n
}

// Clear empties the queue and keeps its memory.
func (q *Queue) Clear() {
	q.h = q.h[:0]
	clear(q.pos)
	q.cal.clear()
}

// All returns the pending events in no order, for checkpoints and tests.
func (q *Queue) All() []Event {
	all := slices.Clone(q.h)
	q.cal.each(func(d *delivery) { all = append(all, q.cal.event(d)) })
	return all
}

// Next returns the next event due up to time limit, nil if there is none.
// It stays pending until Pop takes it, and the pointer holds until then.
// Open(limit) must have been called. The order (Ord) of an edge is filled in
// where the event was not sent by one.
func (q *Queue) Next(limit float64) *Event {
	c := &q.cal
	if list := c.ready(); len(list) > 0 {
		d := &list[0]
		if len(q.h) == 0 || !c.before(&q.h[0], d) {
			if d.At > limit {
				return nil
			}
			e := &q.top
			s := c.spike(d.Spike)
			e.At, e.Sent, e.Src, e.Set, e.Row, e.Args = d.At, s.sent, int64(s.src), d.Set, d.Row, d.Args
			return e
		}
	}
	if len(q.h) == 0 || q.h[0].At > limit {
		return nil
	}
	return &q.h[0]
}

// Stretch returns the next events that edges have brought to instances of one
// set, in order: those due up to time limit, before what has not come by an edge,
// and before an event of the caller's own for time at that was sent at sent. They
// stay pending until Took takes them; what is pushed meanwhile may come in between.
func (q *Queue) Stretch(limit, at, sent float64) []kernel.Delivery {
	c := &q.cal
	list := c.ready()
	after := func(d *delivery) bool {
		return d.At > limit || d.At > at || d.At == at && c.spike(d.Spike).sent >= sent || len(q.h) > 0 && c.before(&q.h[0], d)
	}
	if n := len(list); n > 0 && after(&list[n-1]) {
		list = list[:sort.Search(n-1, func(i int) bool { return after(&list[i]) })]
	}
	if c.mixed {
		for i := range list {
			if list[i].Set != list[0].Set {
				return list[:i]
			}
		}
	}
	return list
}

// Took removes the first n events of a Stretch.
func (q *Queue) Took(n int) { q.cal.taken += n }

// Handles makes handles 1 to n known. It must be called before one is used.
func (q *Queue) Handles(n int) { q.pos = make([]int32, n+1) }

func (q *Queue) put(i int, e Event) {
	q.h[i] = e
	if e.Handle > 0 {
		q.pos[e.Handle] = int32(i) + 1
	}
}

// Push adds e. A pending event of the same handle loses the handle and stays.
func (q *Queue) Push(e Event) {
	if e.Handle > 0 {
		if p := q.pos[e.Handle]; p > 0 {
			q.h[p-1].Handle = 0
		}
	}
	q.h = append(q.h, Event{})
	q.up(len(q.h)-1, e)
}

func (q *Queue) up(i int, e Event) {
	for i > 0 {
		p := (i - 1) / 4
		if !Before(&e, &q.h[p]) {
			break
		}
		q.put(i, q.h[p])
		i = p
	}
	q.put(i, e)
}

func (q *Queue) down(i int, e Event) {
	n := len(q.h)
	for {
		c := 4*i + 1
		if c >= n {
			break
		}
		best := c
		for j := c + 1; j < min(c+4, n); j++ {
			if Before(&q.h[j], &q.h[best]) {
				best = j
			}
		}
		if !Before(&q.h[best], &e) {
			break
		}
		q.put(i, q.h[best])
		i = best
	}
	q.put(i, e)
}

// Pop removes the event that Next has returned, and returns it.
func (q *Queue) Pop(e *Event) Event {
	if e == &q.top {
		q.cal.taken++
		return *e
	}
	top := q.h[0]
	if top.Handle > 0 {
		q.pos[top.Handle] = 0
	}
	n := len(q.h) - 1
	last := q.h[n]
	q.h = q.h[:n]
	if n > 0 {
		q.down(0, last)
	}
	return top
}

// Move gives the pending event of a handle a new time and order; it returns
// false if none is pending.
func (q *Queue) Move(handle int32, at, sent float64, ord int64) bool {
	p := q.pos[handle]
	if p == 0 {
		return false
	}
	i := int(p) - 1
	old := q.h[i]
	e := old
	e.At, e.Sent, e.Ord = at, sent, ord
	if Before(&e, &old) {
		q.up(i, e)
	} else {
		q.down(i, e)
	}
	return true
}
