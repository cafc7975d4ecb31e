package lower

import (
	"slices"

	"github.com/rallsim/rall/ir/layout"
)

// sorter sorts the edges of one group after another by source.
type sorter struct {
	count  []int32 // by source, and where its next edge goes
	to     []int32 // by edge
	ints   []int32
	longs  []int64
	floats []float64
	bytes  []uint8
}

func newSorter(sources int) *sorter { return &sorter{count: make([]int32, sources)} }

// bySource sorts edges by source, those of one source by their order in the
// model; from is the source of each.
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
	inOrder := true
	for k := range e.Sources {
		inOrder = inOrder && slices.IsSorted(e.Order[e.First[k]:e.First[k+1]])
	}
	if !inOrder {
		s.byOrder(e)
	}
	s.rest(e)
}

// byOrder changes where edges go so that those of a source have their order.
func (s *sorter) byOrder(e *layout.Edges) {
	n := len(s.to)
	is := make([]int32, n) // what stands where: the edge before sorting
	for i, k := range s.to {
		is[k] = int32(i)
	}
	for k := range e.Sources {
		lo, hi := e.First[k], e.First[k+1]
		part := make([]int32, hi-lo)
		for i := range part {
			part[i] = lo + int32(i)
		}
		slices.SortStableFunc(part, func(a, b int32) int { return int(max(min(e.Order[a]-e.Order[b], 1), -1)) })
		for i, p := range part {
			s.to[is[p]] = lo + int32(i)
		}
		slices.Sort(e.Order[lo:hi])
	}
}

// rest permutes the other columns.
func (s *sorter) rest(e *layout.Edges) {
	e.Set = permuted(e.Set, s.to, &s.ints)
	e.Row = permuted(e.Row, s.to, &s.ints)
	e.Delay = permuted(e.Delay, s.to, &s.floats)
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
