package plot

import (
	"image/color"
	"math"
	"os"

	"gonum.org/v1/plot/vg"
)

// Line is a line of a chart; it has gaps where values are NaN.
type Line struct {
	Label string
	X, Y  []float64
}

// LineChart is lines over a common axis.
type LineChart struct {
	Title, XLabel, YLabel string
	Lines                 []Line
	Dots                  bool        // every point is marked
	Within                *[2]float64 // the range of y is that of the lines in these x; nil: of all
}

// DrawLines draws a chart into the file base (without ending) of a folder, once
// in each format.
func DrawLines(c *LineChart, dir, base string, formats []string) ([]string, error) {
	if len(c.Lines) == 0 {
		return nil, nothing("the chart has no lines")
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, err
	}
	j := &job{a: newArgs("lines", nil), dir: dir, base: base, formats: formats, names: map[string]bool{}}
	if _, err := j.pictures("", c.figure()); err != nil {
		j.batch.Discard()
		return nil, err
	}
	if err := j.batch.Commit(); err != nil {
		return nil, err
	}
	return j.batch.Files(), nil
}

// fewLines is how many lines can have colours of their own; more are coloured
// from the first to the last.
const fewLines = 8

func (c *LineChart) figure() *figure {
	x0, x1, y0, y1 := math.Inf(1), math.Inf(-1), math.Inf(1), math.Inf(-1)
	for _, l := range c.Lines {
		for i := range l.X {
			if !math.IsNaN(l.Y[i]) {
				x0, x1 = min(x0, l.X[i]), max(x1, l.X[i])
				if w := c.Within; w == nil || l.X[i] >= w[0] && l.X[i] <= w[1] {
					y0, y1 = min(y0, l.Y[i]), max(y1, l.Y[i])
				}
			}
		}
	}
	air := 0.0
	if c.Dots {
		air = 0.03
	}
	x0, x1 = widen(x0, x1, air)
	y0, y1 = widen(y0, y1, 0.05)
	f := &figure{w: 7.5, h: 4.2, title: c.Title}
	paint := func(i int) color.RGBA {
		if n := len(c.Lines); n > fewLines {
			return viridis(float64(i) / float64(n-1) * .9)
		}
		return palette[i%len(palette)]
	}
	if len(c.Lines) > 1 {
		for i, l := range c.Lines {
			f.legend = append(f.legend, entry{color: paint(i), text: l.Label, line: true})
		}
	}
	p := &panel{weight: 1, x: axis{min: x0, max: x1, label: c.XLabel}, y: axis{min: y0, max: y1, label: c.YLabel}}
	p.draw = func(s *surface) {
		for i, l := range c.Lines {
			for _, pts := range s.pieces(l) {
				s.line(pts, 1, paint(i))
			}
			for k := range l.X {
				if c.Dots && !math.IsNaN(l.Y[k]) {
					s.dot(l.X[k], l.Y[k], 2, paint(i))
				}
			}
		}
	}
	f.panels = []*panel{p}
	return f
}

// pieces are a line's parts between gaps. Of samples that lie closer than a
// picture shows only the first, the extremes and the last are kept.
func (s *surface) pieces(l Line) [][]vg.Point {
	const close = .25 // [points]
	var out [][]vg.Point
	var now []vg.Point
	var column []vg.Point // those that share a place
	flush := func() {
		lo, hi := 0, 0
		for k := range column {
			if column[k].Y < column[lo].Y {
				lo = k
			}
			if column[k].Y > column[hi].Y {
				hi = k
			}
		}
		last := -1
		for _, k := range []int{0, min(lo, hi), max(lo, hi), len(column) - 1} {
			if len(column) > 0 && k != last {
				now = append(now, column[k])
				last = k
			}
		}
		column = column[:0]
	}
	end := func() {
		flush()
		if len(now) > 1 {
			out = append(out, now)
		}
		now = nil
	}
	for k := range l.X {
		if math.IsNaN(l.Y[k]) {
			end()
			continue
		}
		p := s.at(l.X[k], l.Y[k])
		if len(column) > 0 && math.Abs(float64(p.X-column[0].X)) > close {
			flush()
		}
		column = append(column, p)
	}
	end()
	return out
}
