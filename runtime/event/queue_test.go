package event

import (
	"math"
	"math/rand/v2"
	"slices"
	"sort"
	"testing"
)

func pop(q *Queue) Event {
	q.Open(math.Inf(1))
	return q.Pop(q.Next(math.Inf(1)))
}

// Events of edges come out in the order of a list that is sorted as a whole,
// with times on and off the grid, delays from none to more than the calendar
// holds, some of which differ by less than roundings do, edges by themselves and in
// pieces, and other events in between.
func TestCalendar(t *testing.T) {
	const step, sources, fan = 0.1, 4, 240
	few, pieces, ties := 0, 0, 0
	for seed := range uint64(24) {
		r := rand.New(rand.NewPCG(seed, 5))
		grid := func(x float64) float64 {
			if seed%3 != 0 {
				return math.Floor(x/step) * step
			}
			return x
		}
		var e Edges
		for k := range int32(sources * fan) {
			d := grid(5 * r.Float64())
			if r.IntN(200) == 0 {
				d = grid(2000 * r.Float64())
			}
			if r.IntN(8) == 0 {
				d = math.Nextafter(d, 10)
			}
			e.Delay = append(e.Delay, d)
			e.Ord = append(e.Ord, int64(7*k))
			e.Set, e.Row, e.Args = append(e.Set, k%3), append(e.Row, k%11), append(e.Args, 2*k)
		}
		inOrder := seed%4 < 2
		e.Fixed = seed%8 < 6
		for lo := 0; lo < len(e.Delay); lo += fan {
			e.First = append(e.First, int32(lo))
			if seed%2 == 0 { // in the order of their delays
				sort.Sort(byDelay{e, lo, lo + fan})
			}
		}
		e.First = append(e.First, int32(len(e.Delay)))
		var q Queue
		q.Connect(e, step/2, []int{1, 2, 20, 600}[seed%4])
		var ref, due []Event
		handed := 0
		for n := 0; n < 200; n++ {
			now := float64(n) * step
			times := make([]float64, r.IntN(3))
			for k := range times {
				times[k] = grid(now + step*r.Float64())
			}
			if inOrder { // as from an exchange
				sort.Float64s(times)
			}
			for k, sent := range times {
				src := int32(r.IntN(sources))
				if inOrder && k > 0 && sent == times[k-1] {
					continue // it may be the same
				}
				if !e.Fixed && r.IntN(2) == 0 {
					for k := src * fan; k < (src+1)*fan; k++ {
						q.SpreadOver(k, src, sent)
					}
				} else {
					q.Spread(src, src, sent)
				}
				for k := src * fan; k < (src+1)*fan; k++ {
					ref = append(ref, Event{At: sent + e.Delay[k], Sent: sent, Src: int64(src), Ord: e.Ord[k], Set: e.Set[k], Row: e.Row[k], Args: e.Args[k]})
				}
				self := Event{At: grid(now + 3*r.Float64()), Sent: sent, Src: SelfSource, Ord: int64(n), Args: -1}
				q.Push(self)
				ref = append(ref, self)
			}
			if n == 130 { // through what a checkpoint keeps
				all := q.All()
				if len(all) != len(ref) || q.Len() != len(ref) {
					t.Fatalf("seed %d: %d pending of %d, want %d", seed, len(all), q.Len(), len(ref))
				}
				q.Clear()
				for _, x := range all {
					q.Push(x)
				}
			}
			limit := now + step/2
			if q.cal.pieces.first != nil {
				pieces++
			}
			q.Open(limit)
			rest := ref[:0]
			due = due[:0]
			for _, x := range ref {
				if x.At <= limit {
					due = append(due, x)
				} else {
					rest = append(rest, x)
				}
			}
			ref = rest
			sort.Slice(due, func(i, j int) bool { return Before(&due[i], &due[j]) })
			for _, want := range due {
				top := q.Next(limit)
				if top == nil {
					t.Fatalf("seed %d, step %d: nothing due, want %+v", seed, n, want)
				}
				got := q.Pop(top)
				got.Ord = want.Ord // not known of an edge's events
				if got != want {
					t.Fatalf("seed %d, step %d: popped %+v, want %+v", seed, n, got, want)
				}
				handed++
			}
			if len(q.cal.ties) > 0 {
				ties++
			}
			if q.cal.few {
				few++
			}
			if x := q.Next(limit); x != nil {
				t.Fatalf("seed %d, step %d: %+v is left", seed, n, x)
			}
		}
		if handed < 20000 {
			t.Errorf("seed %d: only %d events", seed, handed)
		}
	}
	if few < 100 || pieces < 100 || ties < 100 {
		t.Errorf("windows of few times in %d steps only, pieces in %d, ties in %d", few, pieces, ties)
	}
}

// byDelay sorts delays from lo to hi and the orders of their edges.
type byDelay struct {
	e      Edges
	lo, hi int
}

func (b byDelay) Len() int { return b.hi - b.lo }

func (b byDelay) Less(i, k int) bool {
	i, k = b.lo+i, b.lo+k
	return b.e.Delay[i] < b.e.Delay[k] || b.e.Delay[i] == b.e.Delay[k] && b.e.Ord[i] < b.e.Ord[k]
}

func (b byDelay) Swap(i, k int) {
	i, k = b.lo+i, b.lo+k
	b.e.Delay[i], b.e.Delay[k] = b.e.Delay[k], b.e.Delay[i]
	b.e.Ord[i], b.e.Ord[k] = b.e.Ord[k], b.e.Ord[i]
}

func TestQueueOrder(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var q Queue
	var ref []Event
	for step := 0; step < 3000; step++ {
		if r.IntN(3) > 0 || len(ref) == 0 {
			e := Event{At: float64(r.IntN(20)), Sent: float64(r.IntN(5)), Src: int64(r.IntN(4)), Ord: int64(r.IntN(4)), Row: int32(r.IntN(9)), Place: int32(step)}
			q.Push(e)
			ref = append(ref, e)
			continue
		}
		sort.Slice(ref, func(i, j int) bool { return Before(&ref[i], &ref[j]) })
		if got := pop(&q); got != ref[0] {
			t.Fatalf("step %d: popped %+v, want %+v", step, got, ref[0])
		}
		ref = ref[1:]
	}
	if q.Len() != len(ref) {
		t.Fatalf("%d left, want %d", q.Len(), len(ref))
	}
}

// Equal delivery times are delivered by sending time, source, edge.
func TestTies(t *testing.T) {
	var q Queue
	for _, e := range []Event{{At: 1, Sent: .5, Src: 1}, {At: 1, Sent: .5, Src: 0, Ord: 7}, {At: 1, Sent: .2, Src: 9}, {At: 1, Sent: .5, Src: 0, Ord: 3}} {
		q.Push(e)
	}
	want := []struct {
		src, ord int64
	}{{9, 0}, {0, 3}, {0, 7}, {1, 0}}
	for i, w := range want {
		if e := pop(&q); e.Src != w.src || e.Ord != w.ord {
			t.Errorf("event %d: source %d edge %d, want %d %d", i, e.Src, e.Ord, w.src, w.ord)
		}
	}
}

// Moved events keep their place in the order, and only the last event of a
// handle moves.
func TestMove(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	const handles = 20
	var q Queue
	q.Handles(handles)
	pending := map[int32]Event{}
	var rest []Event
	ord := int64(0)
	for step := 0; step < 5000; step++ {
		h := int32(1 + r.IntN(handles))
		ord++
		switch r.IntN(4) {
		case 0, 1:
			if old, ok := pending[h]; ok {
				old.Handle = 0
				rest = append(rest, old)
			}
			e := Event{At: float64(r.IntN(50)), Ord: ord, Handle: h}
			q.Push(e)
			pending[h] = e
		case 2:
			e, ok := pending[h]
			at := float64(r.IntN(50))
			if moved := q.Move(h, at, 1, ord); moved != ok {
				t.Fatalf("step %d: moved %v, want %v", step, moved, ok)
			}
			if ok {
				e.At, e.Sent, e.Ord = at, 1, ord
				pending[h] = e
			}
		case 3:
			all := append([]Event(nil), rest...)
			for _, e := range pending {
				all = append(all, e)
			}
			if len(all) == 0 {
				continue
			}
			sort.Slice(all, func(i, j int) bool { return Before(&all[i], &all[j]) })
			got := pop(&q)
			if got != all[0] {
				t.Fatalf("step %d: popped %+v, want %+v", step, got, all[0])
			}
			if got.Handle > 0 {
				delete(pending, got.Handle)
				continue
			}
			for i, e := range rest {
				if e == got {
					rest = append(rest[:i], rest[i+1:]...)
					break
				}
			}
		}
	}
}

// Deliveries of a piece are the same whoever makes them.
func TestMakeAlike(t *testing.T) {
	row := []int32{7, 0, 1<<31 - 1, 3, 4095}
	for n := range len(row) + 1 {
		got, want := make([]delivery, n+1), make([]delivery, n+1)
		makeAlike(got[:n], row, 1<<30, 1.25, -3e-5, 2, 1<<32-1)
		makePlain(want[:n], row, 1<<30, 1.25, -3e-5, 2, 1<<32-1)
		if !slices.Equal(got, want) {
			t.Fatalf("%d deliveries: got %v, want %v", n, got, want)
		}
	}
}
