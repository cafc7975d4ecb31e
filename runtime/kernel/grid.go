package kernel

import "math"

// Grid is a function given by values: NMODL's FUNCTION_TABLE. Y[i*n+j] belongs
// to point i of the first axis and j of the second, which has n points, and so
// on.
type Grid struct {
	Name string
	Axes []Axis
	Y    []float64 // nil: nobody has given any
}

// Axis are the points of an argument: Points, ascending, or N from Lo to Hi.
type Axis struct {
	Points []float64
	Lo, Hi float64
	N      int
}

// Len is the number of points.
func (a *Axis) Len() int {
	if a.Points != nil {
		return len(a.Points)
	}
	return a.N
}

// find returns the point at or below x, and how far x is from there to the
// next, as NEURON's functabl does: outside it is the first or the last.
func (a *Axis) find(x float64) (i int, part float64) {
	last := a.Len() - 1
	if a.Points == nil {
		switch {
		case x <= a.Lo:
			return 0, 0
		case x >= a.Hi:
			return last, 0
		}
		at := (x - a.Lo) / ((a.Hi - a.Lo) / float64(last))
		if i = int(at); i >= last { // rounded up
			return last, 0
		}
		return i, at - float64(i)
	}
	p := a.Points
	switch {
	case x <= p[0]:
		return 0, 0
	case x >= p[last]:
		return last, 0
	}
	lo, hi := 0, last
	for lo < hi-1 {
		if mid := (lo + hi) / 2; p[mid] <= x {
			lo = mid
		} else {
			hi = mid
		}
	}
	return lo, (x - p[lo]) / (p[lo+1] - p[lo])
}

// At returns the value at x, and z on the second axis.
func (g *Grid) At(x, z float64) float64 {
	if len(g.Axes) == 0 {
		return g.Y[0]
	}
	if math.IsNaN(x) || len(g.Axes) > 1 && math.IsNaN(z) {
		return math.NaN()
	}
	i, part := g.Axes[0].find(x)
	if len(g.Axes) == 1 {
		return between(g.Y[i:], part)
	}
	n := g.Axes[1].Len()
	j, across := g.Axes[1].find(z)
	y := between(g.Y[i*n+j:], across)
	if part == 0 {
		return y
	}
	return float64((1-part)*y) + float64(part*between(g.Y[(i+1)*n+j:], across))
}

func between(y []float64, part float64) float64 {
	if part > 0 {
		return float64((1-part)*y[0]) + float64(part*y[1])
	}
	return y[0]
}

// GridAt is the Grid opcode for instance k: the value at x, and z on the
// second axis, with a part of 0. For three arguments and more, whose values
// NEURON does not interpolate, it is done in parts: part a from 1 makes of the
// place z on the axes before a the place on these and a, where x is the
// argument of axis a; GridLast takes the value at place x.
func (f *Frame) GridAt(k int, i, part int32, x, z float64) float64 {
	g := &f.Grids[i]
	switch {
	case g.Y == nil:
		f.Host.Failed(k, "FUNCTION_TABLE "+g.Name+" has no table")
		return 0
	case part == 0:
		return g.At(x, z)
	case part == GridLast:
		if at := int(x); x == x && at < len(g.Y) {
			return g.Y[at]
		}
		return math.NaN()
	case len(g.Axes) == 0:
		return 0
	case x != x:
		return x
	}
	a := &g.Axes[part-1]
	at, _ := a.find(x)
	return float64(z*float64(a.Len())) + float64(at)
}

// GridLast is the last part of a look-up in a Grid of many arguments.
const GridLast = -1
