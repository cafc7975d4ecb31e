package ir

import "math"

// Part says, of a model that holds the edges' point processes on some cells
// only (a rank's own), what the partition needs to know of those on all cells.
type Part struct {
	Load  map[string][]int32 // by mechanism and gid: point processes that edges end on
	Ends  []End              // those at the ends of sections, where there may be a node of no area
	Links *Links

	Plastic int // of Load: those that change weights, and are no synapses
}

// End is a place on a cell.
type End struct {
	Gid int
	At  Location
}

// Links are what the partition needs to know of the edges onto all cells.
type Links struct {
	Conns int
	Least float64 // [ms] the shortest delay between two cells that may be stepped apart; +Inf: there is none
	Joins []Join

	shortest float64
	root     map[int]int // of the sets of cells that are joined
}

// Join are the cells that the edges of a rule keep together, as their delays
// are too short.
type Join struct {
	Label string
	Conns int      // between two cells
	Cells [][2]int // gids that are not joined by those before
}

// Shortest is the delay [ms] that two cells need at the least to be stepped
// apart: an event sent in one step must not be due before the next begins.
func (c *Conditions) Shortest() float64 { return c.Dt * (1 + 1e-3) }

// NewLinks returns those of no edges.
func NewLinks(c *Conditions) *Links {
	return &Links{Least: math.Inf(1), shortest: c.Shortest(), root: map[int]int{}}
}

// Add adds an edge of a rule: from is the cell that its source lives with.
func (l *Links) Add(label string, from, to int, delay float64) {
	l.Conns++
	switch {
	case from == to:
	case delay >= l.shortest:
		l.Least = min(l.Least, delay)
	default:
		k := len(l.Joins) - 1
		if k < 0 || l.Joins[k].Label != label {
			k++
			l.Joins = append(l.Joins, Join{Label: label})
		}
		j := &l.Joins[k]
		j.Conns++
		if a, b := l.find(from), l.find(to); a != b {
			l.root[a] = b
			j.Cells = append(j.Cells, [2]int{from, to})
		}
	}
}

func (l *Links) find(gid int) int {
	for {
		up, ok := l.root[gid]
		if !ok {
			return gid
		}
		if top, ok := l.root[up]; ok {
			l.root[gid] = top
		}
		gid = up
	}
}
