package lower

import (
	"cmp"
	"slices"

	"github.com/rallsim/rall/ir/layout"
)

// sorter sorts the edges of one group after another by source.
type sorter struct {
	count  []int32 // by source, and where its next edge goes
	to     []int32 // by edge
	place  []int32 // by where an edge stood, sorted by source alone
	part   []sortKey
	spare  []sortKey
	bins   []int32
	ints   []int32
	longs  []int64
	floats []float64
	bytes  []uint8
}

// sortKey is what the edges of a source are sorted by.
type sortKey struct {
	delay float64
	order int64
	at    int32 // where it stands
}

func newSorter(sources int) *sorter { return &sorter{count: make([]int32, sources)} }

// bySource sorts edges by source, those of one source by delay and by their
// order in the model; from is the source of each.
func (s *sorter) bySource(e *layout.Edges, from []int32) {
	n := len(from)
	if n == 0 {
		e.First = append(e.First, 0)
		return
	}
	for _, src := range from {
		s.count[src]++
	}
	at := int32(0)
	for src, k := range s.count {
		if k > 0 {
			e.Sources = append(e.Sources, int32(src))
			e.First = append(e.First, at)
		}
		s.count[src], at = at, at+k
	}
	e.First = append(e.First, at)
	s.to = slices.Grow(s.to[:0], n)[:n]
	for i, src := range from {
		s.to[i] = s.count[src]
		s.count[src]++
	}
	clear(s.count)
	e.Order = permuted(e.Order, s.to, &s.longs)
	e.Delay = permuted(e.Delay, s.to, &s.floats)
	s.byDelay(e)
	s.rest(e)
}

// byDelay sorts the delays and orders of each source, and changes where edges
// go accordingly.
func (s *sorter) byDelay(e *layout.Edges) {
	moved := false
	for k := range e.Sources {
		lo, hi := e.First[k], e.First[k+1]
		delay, order := e.Delay[lo:hi], e.Order[lo:hi]
		sorted := true
		for i := 1; i < len(delay) && sorted; i++ {
			sorted = delay[i-1] < delay[i] || delay[i-1] == delay[i] && order[i-1] < order[i]
		}
		if sorted {
			continue
		}
		if !moved {
			moved = true
			s.place = slices.Grow(s.place[:0], len(s.to))[:len(s.to)]
			for i := range s.place {
				s.place[i] = int32(i)
			}
		}
		s.part = s.part[:0]
		for i, d := range delay {
			s.part = append(s.part, sortKey{d, order[i], lo + int32(i)})
		}
		s.sortPart()
		for i := range s.part {
			x := &s.part[i]
			delay[i], order[i], s.place[x.at] = x.delay, x.order, lo+int32(i)
		}
	}
	if moved {
		for i, k := range s.to {
			s.to[i] = s.place[k]
		}
	}
}

// sortPart sorts part: into bins by delay, as many as there are edges, then by
// insertion, if no bin has many.
func (s *sorter) sortPart() {
	const many = 16
	n := len(s.part)
	lo, hi := s.part[0].delay, s.part[0].delay
	for i := range s.part {
		lo, hi = min(lo, s.part[i].delay), max(hi, s.part[i].delay)
	}
	scale := float64(n-1) / (hi - lo)
	if n <= many || !(scale < 1e300) {
		slices.SortFunc(s.part, sortKey.compare)
		return
	}
	s.bins = slices.Grow(s.bins[:0], n+1)[:n+1]
	clear(s.bins)
	most := int32(0)
	for i := range s.part {
		b := int((s.part[i].delay-lo)*scale) + 1
		s.bins[b]++
		most = max(most, s.bins[b])
	}
	if most > many {
		slices.SortFunc(s.part, sortKey.compare)
		return
	}
	for b := range n {
		s.bins[b+1] += s.bins[b]
	}
	s.spare = slices.Grow(s.spare[:0], n)[:n]
	for i := range s.part {
		b := int((s.part[i].delay - lo) * scale)
		s.spare[s.bins[b]] = s.part[i]
		s.bins[b]++
	}
	s.part, s.spare = s.spare, s.part
	for i := 1; i < n; i++ {
		x, k := s.part[i], i
		for k > 0 && x.compare(s.part[k-1]) < 0 {
			s.part[k] = s.part[k-1]
			k--
		}
		s.part[k] = x
	}
}

func (a sortKey) compare(b sortKey) int {
	switch {
	case a.delay < b.delay:
		return -1
	case a.delay > b.delay:
		return 1
	}
	return cmp.Compare(a.order, b.order)
}

// rest permutes the other columns.
func (s *sorter) rest(e *layout.Edges) {
	e.Set = permuted(e.Set, s.to, &s.ints)
	e.Row = permuted(e.Row, s.to, &s.ints)
	e.Value = permuted(e.Value, s.to, &s.floats)
	if e.Element != nil {
		e.Element = permuted(e.Element, s.to, &s.bytes)
	}
}

// permuted puts x[i] at to[i], and gives its old memory to spare.
func permuted[T any](x []T, to []int32, spare *[]T) []T {
	out := *spare
	if cap(out) < len(x) || cap(out) > len(x)+len(x)/8 {
		out = make([]T, len(x))
	}
	out = out[:len(x)]
	for i, k := range to {
		out[k] = x[i]
	}
	*spare = x
	return out
}
