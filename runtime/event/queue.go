// Package event holds pending events in the order in which they are
// delivered.
//
// In: spikes that reach this group, and events that mechanisms send to
// themselves. Out: events up to a time limit, in an order that depends on
// nothing but the model: delivery time, then sending time, then the source's
// order, then the edge's order (self-events: their sequence number). It is
// NEURON's order on one thread except where NEURON's own queue swaps events of
// equal time because of other cells' events.
package event

// Event is one pending delivery.
type Event struct {
	At   float64 // [ms] of delivery
	Sent float64 // [ms] of sending
	Src  int64   // order of the source; self-events come after all sources
	Ord  int64   // order of the edge, or sequence number of a self-event
	Flag float64
	Set  int32 // which Instances of the group
	Row  int32 // instance
	Args int32 // offset of the weight vector in the group's weights, -1: none
	Self bool
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
		return a.Row < b.Row
	}
}

// Queue is a four-ary heap. The zero Queue is empty and ready.
type Queue struct{ h []Event }

// Len returns the number of pending events.
func (q *Queue) Len() int { return len(q.h) }

// Clear empties the queue and keeps its memory.
func (q *Queue) Clear() { q.h = q.h[:0] }

// All returns the pending events in no order, for checkpoints and tests.
func (q *Queue) All() []Event { return q.h }

// Top returns the next event; the queue must not be empty.
func (q *Queue) Top() *Event { return &q.h[0] }

// Push adds e.
func (q *Queue) Push(e Event) {
	q.h = append(q.h, e)
	i := len(q.h) - 1
	for i > 0 {
		p := (i - 1) / 4
		if !Before(&e, &q.h[p]) {
			break
		}
		q.h[i] = q.h[p]
		i = p
	}
	q.h[i] = e
}

// Pop removes and returns the next event; the queue must not be empty.
func (q *Queue) Pop() Event {
	top := q.h[0]
	n := len(q.h) - 1
	e := q.h[n]
	q.h = q.h[:n]
	i := 0
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
		q.h[i] = q.h[best]
		i = best
	}
	if n > 0 {
		q.h[i] = e
	}
	return top
}
