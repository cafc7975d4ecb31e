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

// bounds returns the range of one coordinate, and the thickest diameter.
func (c *Cell) bounds(axis int) (lo, hi float64) {
	lo, hi = math.Inf(1), math.Inf(-1)
	for i := range c.Stretches {
		s := &c.Stretches[i]
		r := max(s.DiamA, s.DiamB) / 2
		lo, hi = min(lo, s.A[axis]-r, s.B[axis]-r), max(hi, s.A[axis]+r, s.B[axis]+r)
	}
	return lo, hi
}

func (c *Cell) figure(axes [2]int) *figure {
	x0, x1 := c.bounds(axes[0])
	y0, y1 := c.bounds(axes[1])
	bar := niceStep(max(x1-x0, y1-y0), 5)
	x1 = max(x1, x0+bar)
	x0, x1 = widen(x0, x1, 0.04)
	y0, y1 = widen(y0, y1, 0.04)
	y0 -= 0.07 * (y1 - y0) // room for the scale bar
	// The picture has the cell's proportions, within reason.
	w, h := 6.0, 6.0
	if ratio := (x1 - x0) / (y1 - y0); ratio > 1 {
		h = max(6/ratio, 2)
	} else {
		w = max(6*ratio, 2)
	}
	f := &figure{w: w + 1.6, h: h + 0.6, title: c.Title}
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
	paint := func(s *Stretch) color.Color { return palette[slices.Index(kinds, s.Kind)%len(palette)] }
	if c.Label != "" {
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
		paint = func(s *Stretch) color.Color {
			if math.IsNaN(s.Value) {
				return nothing
			}
			return at(s.Value)
		}
	} else {
		for k, kind := range kinds {
			f.legend = append(f.legend, entry{color: palette[k%len(palette)], text: kind})
		}
	}
	p := &panel{weight: 1, square: true, bare: true,
		x: axis{min: x0, max: x1, quiet: true, ticks: []tick{}}, y: axis{min: y0, max: y1, quiet: true, ticks: []tick{}}}
	p.draw = func(sf *surface) {
		for i := range c.Stretches {
			s := &c.Stretches[i]
			sf.frustum(s.A[axes[0]], s.A[axes[1]], s.DiamA, s.B[axes[0]], s.B[axes[1]], s.DiamB, paint(s))
		}
		y := y0 + 0.02*(y1-y0)
		left := x0 + 0.03*(x1-x0)
		sf.line([]vg.Point{sf.at(left, y), sf.at(left+bar, y)}, 1.6, ink)
		sf.text(left, y+0.012*(y1-y0), style(8, false, ink), label(bar, bar)+" \u00b5m")
	}
	f.panels = []*panel{p}
	return f
}

// thinnest is the width [points] of what would be thinner.
const thinnest = 0.5

// frustum fills a cone between two places, given in data units, round at its
// ends; one too thin for that is a line.
func (s *surface) frustum(xa, ya, da, xb, yb, db float64, c color.Color) {
	a, b := s.at(xa, ya), s.at(xb, yb)
	ra, rb := vg.Length(max(da*s.sx, thinnest)/2), vg.Length(max(db*s.sx, thinnest)/2)
	if ra < 1 && rb < 1 {
		s.c.StrokeLines(draw.LineStyle{Color: c, Width: ra + rb}, s.c.ClipLinesXY([]vg.Point{a, b})...)
		return
	}
	s.dot(xa, ya, float64(ra), c)
	s.dot(xb, yb, float64(rb), c)
	dx, dy := float64(b.X-a.X), float64(b.Y-a.Y)
	if d := math.Hypot(dx, dy); d > 0 {
		nx, ny := vg.Length(-dy/d), vg.Length(dx/d)
		s.c.FillPolygon(c, []vg.Point{{X: a.X + nx*ra, Y: a.Y + ny*ra}, {X: b.X + nx*rb, Y: b.Y + ny*rb}, {X: b.X - nx*rb, Y: b.Y - ny*rb}, {X: a.X - nx*ra, Y: a.Y - ny*ra}})
	}
}
