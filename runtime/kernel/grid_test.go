package kernel

import (
	"math"
	"testing"
)

// Values between points, beyond them, and on two axes.
func TestGrid(t *testing.T) {
	even := Grid{Axes: []Axis{{Lo: -10, Hi: 10, N: 3}}, Y: []float64{1, 2, 6}}
	points := Grid{Axes: []Axis{{Points: []float64{-10, 0, 5, 10}}}, Y: []float64{1, 2, 4, 6}}
	two := Grid{Axes: []Axis{{Points: []float64{0, 1}}, {Lo: 0, Hi: 2, N: 3}}, Y: []float64{0, 1, 2, 10, 20, 40}}
	one := Grid{Y: []float64{7}}
	single := Grid{Axes: []Axis{{Points: []float64{3}}}, Y: []float64{8}}
	for _, c := range []struct {
		g          *Grid
		x, z, want float64
	}{
		{&even, -11, 0, 1}, {&even, 11, 0, 6}, {&even, -5, 0, 1.5}, {&even, 0, 0, 2}, {&even, 2.5, 0, 3}, {&even, math.Inf(1), 0, 6},
		{&points, -10, 0, 1}, {&points, 2.5, 0, 3}, {&points, 5, 0, 4}, {&points, 9, 0, 5.6}, {&points, 99, 0, 6},
		{&two, 0, 0.5, 0.5}, {&two, 0.5, 0, 5}, {&two, 0.5, 1.5, 15.75}, {&two, 1, 2, 40}, {&two, 9, -9, 10},
		{&one, 4, 4, 7}, {&single, -4, 0, 8}, {&single, 4, 0, 8},
	} {
		if got := c.g.At(c.x, c.z); math.Abs(got-c.want) > 1e-14 {
			t.Errorf("%v at %g, %g: %g, want %g", c.g.Axes, c.x, c.z, got, c.want)
		}
	}
	if x := two.At(0.5, math.NaN()); x == x {
		t.Error("NaN is lost")
	}
}
