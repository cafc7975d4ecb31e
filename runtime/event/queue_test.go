package event

import (
	"math/rand/v2"
	"sort"
	"testing"
)

func TestQueueOrder(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var q Queue
	var ref []Event
	for step := 0; step < 3000; step++ {
		if r.IntN(3) > 0 || len(ref) == 0 {
			e := Event{At: float64(r.IntN(20)), Sent: float64(r.IntN(5)), Src: int64(r.IntN(4)), Ord: int64(r.IntN(4)), Row: int32(step)}
			q.Push(e)
			ref = append(ref, e)
			continue
		}
		sort.Slice(ref, func(i, j int) bool { return Before(&ref[i], &ref[j]) })
		if got := q.Pop(); got != ref[0] {
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
		if e := q.Pop(); e.Src != w.src || e.Ord != w.ord {
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
			got := q.Pop()
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
