package plot

import (
	"fmt"
	"image/color"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Stretch is a piece of a cell between two points.
type Stretch struct {
	Section      string
	Kind         string     // of the section, such as soma or apical
	A, B         [3]float64 // [um]
	DiamA, DiamB float64    // [um]
	Value        float64    // that is drawn as a colour; NaN: none here
	Joined       bool       // to what comes before A, at an angle: a disc fills the gap
}

// Cell is a cell's shape.
type Cell struct {
	Title     string
	Stretches []Stretch
	Label     string // of the values; "": colours are those of kinds
}

// Views are the planes on which a cell can be drawn.
var Views = []string{"xy", "xz", "yz"}

// Shape draws a cell as it lies in a plane, one of Views, with a scale bar, into
// the file base (without ending) of a folder, once in each format, and writes
// its stretches as CSV beside it. Colours of positive values that differ by much
// go by their logarithms: a soma is ten times as thick as what is thin.
func Shape(c *Cell, view, dir, base string, formats []string) (files []string, err error) {
	at := slices.Index(Views, view)
	if at < 0 {
		return nil, fmt.Errorf("a cell can be drawn in the planes %s, not in %q", strings.Join(Views, ", "), view)
	}
	if len(c.Stretches) == 0 {
		return nil, nothing("the cell has no sections")
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, err
	}
	axes := [][2]int{{0, 1}, {0, 2}, {1, 2}}[at]
	j := &job{a: newArgs("shape", nil), dir: dir, base: base, formats: formats, names: map[string]bool{}}
	if err := j.save("", c.figure(axes), shapeHead, c.rows()); err != nil {
		j.batch.Discard()
		return nil, err
	}
	if err := j.batch.Commit(); err != nil {
		return nil, err
	}
	return j.batch.Files(), nil
}

var shapeHead = []string{"section", "kind", "x0_um", "y0_um", "z0_um", "x1_um", "y1_um", "z1_um", "diam0_um", "diam1_um", "value"}

func (c *Cell) rows() [][]string {
	rows := make([][]string, len(c.Stretches))
	for i := range c.Stretches {
		s := &c.Stretches[i]
		value := ""
		if !math.IsNaN(s.Value) {
			value = num(s.Value)
		}
		rows[i] = []string{s.Section, s.Kind, num(s.A[0]), num(s.A[1]), num(s.A[2]), num(s.B[0]), num(s.B[1]), num(s.B[2]), num(s.DiamA), num(s.DiamB), value}
	}
	return rows
}

// bounds returns the range of one coordinate.
func (c *Cell) bounds(axis int) (lo, hi float64) {
	lo, hi = math.Inf(1), math.Inf(-1)
	for i := range c.Stretches {
		s := &c.Stretches[i]
		length := 0.0
		for k := range s.A {
			length = math.Hypot(length, s.B[k]-s.A[k])
		}
		wide := 1.0 // of its end discs' radius lies along the axis
		if length > 0 && !s.Joined {
			u := (s.B[axis] - s.A[axis]) / length
			wide = math.Sqrt(max(0, 1-float64(u*u)))
		}
		ra, rb := wide*s.DiamA/2, wide*s.DiamB/2
		lo, hi = min(lo, s.A[axis]-ra, s.B[axis]-rb), max(hi, s.A[axis]+ra, s.B[axis]+rb)
	}
	return lo, hi
}

// The measures of a picture of a cell, in points: what is longest in it, what its panel
// has at least, and the room below the cell for the scale bar with its text.
const (
	largest  = 432
	smallest = 120
	barRoom  = 24
)

func (c *Cell) figure(axes [2]int) *figure {
	x0, x1 := c.bounds(axes[0])
	y0, y1 := c.bounds(axes[1])
	scale := niceStep(max(x1-x0, y1-y0), 5)
	if short := scale - (x1 - x0); short > 0 {
		x0, x1 = x0-short/2, x1+short/2
	}
	x0, x1 = widen(x0, x1, 0.04)
	y0, y1 = widen(y0, y1, 0.04)
	f := &figure{title: c.Title}
	paint := c.colours(f)
	// The panel has the cell's proportions, unless legend and texts need more room.
	k := min(largest/(x1-x0), (largest-barRoom)/(y1-y0)) // points per um
	panelW := max(k*(x1-x0), smallest)
	panelH := max(float64(k*(y1-y0))+barRoom, smallest, min(float64(f.rightHeight()), largest))
	moreX, moreY := panelW/k-(x1-x0), (panelH-barRoom)/k-(y1-y0)
	x0, x1 = x0-moreX/2, x1+moreX/2
	y0, y1 = y0-moreY/2-barRoom/k, y1+moreY/2
	p := &panel{weight: 1, square: true, bare: true,
		x: axis{min: x0, max: x1, quiet: true, ticks: []tick{}}, y: axis{min: y0, max: y1, quiet: true, ticks: []tick{}}}
	p.draw = func(sf *surface) {
		for i := range c.Stretches {
			sf.frustum(&c.Stretches[i], axes, paint(&c.Stretches[i]))
		}
		left, y := x0+8/k, y0+6/k
		sf.line([]vg.Point{sf.at(left, y), sf.at(left+scale, y)}, 1.6, ink)
		sf.text(left, y+5/k, style(8, false, ink), label(scale, scale)+" \u00b5m")
	}
	f.panels = []*panel{p}
	f.around(panelW, panelH)
	return f
}

// colours makes the figure's legend or colour bar, and says what a stretch is painted
// with.
func (c *Cell) colours(f *figure) func(s *Stretch) color.Color {
	lo, hi := math.Inf(1), math.Inf(-1)
	var kinds []string
	for i := range c.Stretches {
		s := &c.Stretches[i]
		if !math.IsNaN(s.Value) {
			lo, hi = min(lo, s.Value), max(hi, s.Value)
		}
		if !slices.Contains(kinds, s.Kind) {
			kinds = append(kinds, s.Kind)
		}
	}
	if c.Label == "" {
		for k, kind := range kinds {
			f.legend = append(f.legend, entry{color: palette[k%len(palette)], text: kind})
		}
		return func(s *Stretch) color.Color { return palette[slices.Index(kinds, s.Kind)%len(palette)] }
	}
	nothing := fade(grey, 0.4)
	missing := slices.ContainsFunc(c.Stretches, func(s Stretch) bool { return math.IsNaN(s.Value) })
	at := func(x float64) color.RGBA { return viridis(f.bar.at(x)) }
	if lo < hi {
		f.bar = &colorBar{min: lo, max: hi, log: lo > 0 && hi >= 8*lo, label: c.Label}
		if missing {
			f.bar.none = nothing
		}
	} else { // one value, or none at all
		at = func(float64) color.RGBA { return viridis(0.5) }
		f.head = c.Label
		if lo == hi {
			f.legend = append(f.legend, entry{color: at(lo), text: strconv.FormatFloat(lo, 'g', 6, 64)})
		}
		if missing {
			f.legend = append(f.legend, entry{color: nothing, text: noneText})
		}
	}
	return func(s *Stretch) color.Color {
		if math.IsNaN(s.Value) {
			return nothing
		}
		return at(s.Value)
	}
}

// thinnest is the width [points] of what would be thinner.
const thinnest = 0.5

// overlap is how far [points] a stretch reaches back over the one before it, so that no
// background shines through where they meet.
const overlap = 0.3

// frustum fills what is seen of a cone: its ends are discs, flat where it lies in the
// plane and round where one looks along it. One too thin for that is a line.
func (sf *surface) frustum(s *Stretch, axes [2]int, c color.Color) {
	a, b := sf.at(s.A[axes[0]], s.A[axes[1]]), sf.at(s.B[axes[0]], s.B[axes[1]])
	ra, rb := vg.Length(max(s.DiamA*sf.sx, thinnest)/2), vg.Length(max(s.DiamB*sf.sx, thinnest)/2)
	if ra < 1 && rb < 1 {
		sf.c.StrokeLines(draw.LineStyle{Color: c, Width: ra + rb}, sf.c.ClipLinesXY([]vg.Point{a, b})...)
		return
	}
	depth := (s.B[3-axes[0]-axes[1]] - s.A[3-axes[0]-axes[1]]) * sf.sx
	dx, dy := float64(b.X-a.X), float64(b.Y-a.Y)
	d := math.Hypot(dx, dy)
	ux, uy, slope := vg.Length(1), vg.Length(0), 1.0
	if d > 0 {
		ux, uy, slope = vg.Length(dx/d), vg.Length(dy/d), math.Abs(depth)/math.Hypot(d, depth)
	}
	if s.Joined {
		sf.ellipse(a, ux, uy, ra, ra, c)
	} else {
		sf.ellipse(a, ux, uy, ra, ra*vg.Length(slope), c)
	}
	sf.ellipse(b, ux, uy, rb, rb*vg.Length(slope), c)
	if d > 0 {
		a.X, a.Y = a.X-ux*overlap, a.Y-uy*overlap
		sf.c.FillPolygon(c, []vg.Point{{X: a.X - uy*ra, Y: a.Y + ux*ra}, {X: b.X - uy*rb, Y: b.Y + ux*rb}, {X: b.X + uy*rb, Y: b.Y - ux*rb}, {X: a.X + uy*ra, Y: a.Y - ux*ra}})
	}
}

// ellipse fills one whose half axes are across a direction and along it; one too narrow
// to be seen is left out.
func (sf *surface) ellipse(at vg.Point, ux, uy, across, along vg.Length, c color.Color) {
	if along < overlap {
		return
	}
	const corners = 32
	pts := make([]vg.Point, corners)
	for i := range pts {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / corners)
		p, q := along*vg.Length(cos), across*vg.Length(sin)
		pts[i] = vg.Point{X: at.X + p*ux - q*uy, Y: at.Y + p*uy + q*ux}
	}
	sf.c.FillPolygon(c, pts)
}
