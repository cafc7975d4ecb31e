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
