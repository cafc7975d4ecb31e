package plot

import (
	"image/color"
	"math"
	"strings"

	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// The charts stand on gonum/plot's canvases, fonts and colours. The frame is
// our own, because panels that share a time axis must line up and a legend
// must never lie on the data.

// figure is one picture: panels one above another, a title above them, a
// legend or a colour bar to their right.
type figure struct {
	w, h   float64 // [inch]
	title  string
	panels []*panel
	legend []entry
	head   string // of the legend
	bar    *colorBar
}

// entry is one line, or paragraph, of a legend.
type entry struct {
	color color.RGBA
	text  string
	line  bool // a stroke rather than a block
}

// panel is one pair of axes.
type panel struct {
	weight  float64 // share of the height
	x, y    axis
	caption string    // above the panel, at the left
	topX    bool      // the x axis lies above, as for a matrix
	square  bool      // one unit is as long in x as in y
	bare    bool      // ticks without lines
	numbers vg.Length // room for the numbers of the y axis, the same in all panels
	draw    func(s *surface)
}

type axis struct {
	min, max float64
	label    string
	ticks    []tick // nil: nice numbers
	quiet    bool   // neither numbers nor a label: the panel below has them
	invert   bool   // larger values further down
	whole    bool   // only whole numbers
	turn     bool   // labels of the x axis upright
}

// surface is where a panel's data are drawn.
type surface struct {
	c      draw.Canvas
	p      *panel
	x0, y0 vg.Length
	sx, sy float64 // points per unit
}

func (s *surface) px(x float64) vg.Length { return s.x0 + vg.Length((x-s.p.x.min)*s.sx) }
func (s *surface) py(y float64) vg.Length {
	if s.p.y.invert {
		return s.y0 + vg.Length((s.p.y.max-y)*s.sy)
	}
	return s.y0 + vg.Length((y-s.p.y.min)*s.sy)
}
func (s *surface) at(x, y float64) vg.Point { return vg.Point{X: s.px(x), Y: s.py(y)} }

// line strokes a polyline, cut at the panel's edges.
func (s *surface) line(pts []vg.Point, width float64, c color.Color) {
	if len(pts) < 2 {
		return
	}
	s.c.StrokeLines(draw.LineStyle{Color: c, Width: vg.Points(width)}, s.c.ClipLinesXY(pts)...)
}

// marks strokes many separate lines, each a move and a line, at most batch of
// them as one path: few where they cross the picture, because the PNG
// backend's time goes with the square of what lies in one row of pixels.
func (s *surface) marks(path vg.Path, width float64, c color.Color, batch int) {
	s.c.SetLineStyle(draw.LineStyle{Color: c, Width: vg.Points(width)})
	for len(path) > 0 {
		n := min(2*batch, len(path))
		s.c.Stroke(path[:n])
		path = path[n:]
	}
}

// box fills a rectangle given in data units, cut at the panel's edges.
func (s *surface) box(x0, y0, x1, y1 float64, c color.Color) {
	s.c.FillPolygon(c, s.c.ClipPolygonXY([]vg.Point{s.at(x0, y0), s.at(x1, y0), s.at(x1, y1), s.at(x0, y1)}))
}

// dot fills a circle; a disc over the edge is drawn whole if its centre lies
// within.
func (s *surface) dot(x, y, radius float64, c color.Color) {
	p := s.at(x, y)
	if !s.c.Contains(p) {
		return
	}
	var path vg.Path
	path.Move(vg.Point{X: p.X + vg.Points(radius), Y: p.Y})
	path.Arc(p, vg.Points(radius), 0, 2*math.Pi)
	path.Close()
	s.c.SetColor(c)
	s.c.Fill(path)
}

// text writes at a place in data units.
func (s *surface) text(x, y float64, st text.Style, txt string) {
	s.c.FillText(st, s.at(x, y), txt)
}

// The measures of a frame, in points.
const (
	tickLen  = 3
	tickGap  = 2
	labelGap = 4
	outer    = 8
	panelGap = 9
	swatch   = 8
)

var (
	tickStyle    = func() text.Style { return style(8.5, false, ink) }
	labelStyle   = func() text.Style { return style(9.5, false, ink) }
	titleStyle   = func() text.Style { return style(11, true, ink) }
	captionStyle = func() text.Style { return style(9, false, ink) }
)

// paint draws the whole figure.
func (f *figure) paint(c draw.Canvas) {
	c.FillPolygon(white, []vg.Point{c.Min, {X: c.Max.X, Y: c.Min.Y}, c.Max, {X: c.Min.X, Y: c.Max.Y}})
	area := draw.Crop(c, vg.Points(outer), -vg.Points(outer), vg.Points(outer), -vg.Points(outer))
	right := f.rightWidth()
	if right > 0 {
		area.Max.X -= right + vg.Points(12)
	}
	titleH := vg.Length(0)
	if f.title != "" {
		titleH = titleStyle().Height(f.title) + vg.Points(8)
	}
	left, bottoms, tops, edge := f.margins(area)
	area.Max.X -= edge
	frame := area
	frame.Max.Y -= titleH
	frame.Min.X += left

	total, fixed := 0.0, vg.Length(0)
	for i, p := range f.panels {
		total += p.weight
		fixed += bottoms[i] + tops[i]
		if i > 0 {
			fixed += vg.Points(panelGap)
		}
	}
	free := max(frame.Max.Y-frame.Min.Y-fixed, vg.Points(10))
	y := frame.Max.Y
	for i, p := range f.panels {
		y -= tops[i]
		r := draw.Canvas{Canvas: c.Canvas, Rectangle: vg.Rectangle{
			Min: vg.Point{X: frame.Min.X, Y: y - free*vg.Length(p.weight/total)},
			Max: vg.Point{X: frame.Max.X, Y: y},
		}}
		if p.square {
			r.Rectangle = shape(r.Rectangle, p)
		}
		p.paint(r)
		if i == 0 {
			if f.title != "" {
				st, title := fitTitle(f.title, c.Max.X-c.Min.X-4)
				st.XAlign = text.XCenter
				at := vg.Point{X: (r.Min.X + r.Max.X) / 2, Y: area.Max.Y - titleStyle().Height(f.title)}
				// A title wider than the axes stays on the page.
				half := st.Width(title) / 2
				at.X = min(max(at.X, c.Min.X+half+2), max(c.Max.X-half-2, c.Min.X+half+2))
				c.FillText(st, at, title)
			}
			x := area.Max.X + edge
			if p.square {
				x = r.Max.X
			}
			f.paintRight(c, r, x+vg.Points(12))
		}
		y -= free*vg.Length(p.weight/total) + bottoms[i] + vg.Points(panelGap)
	}
}

// fitTitle writes a title so small that it is not wider than that, down to letters of
// 7 points, and leaves out its middle if that is not enough.
func fitTitle(title string, width vg.Length) (text.Style, string) {
	st := titleStyle()
	if w := st.Width(title); w > width {
		st = style(max(11*float64(width/w)*0.99, 7), true, ink)
	}
	letters := []rune(title)
	for n := len(letters); st.Width(title) > width && n > 2; {
		n--
		title = string(letters[:(n+1)/2]) + "…" + string(letters[len(letters)-n/2:])
	}
	return st, title
}

// fit cuts the page to a square panel, which rarely fills it.
func (f *figure) fit() {
	if len(f.panels) != 1 || !f.panels[0].square {
		return
	}
	p := f.panels[0]
	area := draw.Canvas{Rectangle: vg.Rectangle{Max: vg.Point{X: vg.Length(f.w)*vg.Inch - 2*vg.Points(outer), Y: vg.Length(f.h)*vg.Inch - 2*vg.Points(outer)}}}
	if r := f.rightWidth(); r > 0 {
		area.Max.X -= r + vg.Points(12)
	}
	left, bottoms, tops, edge := f.margins(area)
	if f.title != "" {
		area.Max.Y -= titleStyle().Height(f.title) + vg.Points(8)
	}
	area.Min.X += left
	area.Max.X -= edge
	area.Min.Y += bottoms[0]
	area.Max.Y -= tops[0]
	r := shape(area.Rectangle, p)
	f.w -= float64((area.Max.X - r.Max.X) / vg.Inch)
	f.h -= float64((r.Min.Y - area.Min.Y) / vg.Inch)
}

// shape makes a panel's rectangle as wide as its data ask, at the top left.
func shape(r vg.Rectangle, p *panel) vg.Rectangle {
	w, h := float64(r.Max.X-r.Min.X), float64(r.Max.Y-r.Min.Y)
	k := min(w/(p.x.max-p.x.min), h/(p.y.max-p.y.min))
	r.Max.X = r.Min.X + vg.Length((p.x.max-p.x.min)*k)
	r.Min.Y = r.Max.Y - vg.Length((p.y.max-p.y.min)*k)
	return r
}

func (a *axis) list(length vg.Length) []tick {
	if a.ticks != nil {
		return a.ticks
	}
	n := min(max(int(length/vg.Points(26)), 3), 10)
	t := ticks(a.min, a.max, n)
	if a.whole {
		var w []tick
		for _, k := range t {
			if math.Abs(k.at-math.Round(k.at)) < 1e-9 {
				w = append(w, k)
			}
		}
		return w
	}
	return t
}

// margins returns the room at the left of all panels, below and above each,
// and at the right for the last number of the x axis.
func (f *figure) margins(area draw.Canvas) (left vg.Length, bottoms, tops []vg.Length, edge vg.Length) {
	ts, ls := tickStyle(), labelStyle()
	h := (area.Max.Y - area.Min.Y) / vg.Length(max(len(f.panels), 1))
	numbers := vg.Length(0)
	for _, p := range f.panels {
		for _, t := range p.y.list(h) {
			numbers = max(numbers, ts.Width(t.label))
		}
	}
	for _, p := range f.panels {
		p.numbers = numbers
		w := numbers + vg.Points(tickLen+tickGap)
		if p.y.label != "" {
			w += ls.Height("X") + vg.Points(labelGap)
		}
		left = max(left, w)

		b := vg.Length(0)
		if !p.x.quiet {
			var tall vg.Length
			xt := p.x.list(area.Max.X - area.Min.X)
			for _, t := range xt {
				if p.x.turn {
					tall = max(tall, ts.Width(t.label))
				} else {
					tall = max(tall, ts.Height(t.label))
				}
			}
			if len(xt) > 0 && !p.x.turn && p.x.ticks == nil {
				edge = max(edge, ts.Width(xt[len(xt)-1].label)/2)
			}
			b = vg.Points(tickLen+tickGap) + tall
			if p.x.label != "" {
				b += ls.Height(p.x.label) + vg.Points(labelGap)
			}
		}
		top := vg.Length(0)
		if p.caption != "" {
			top = captionStyle().Height(p.caption) + vg.Points(3)
		}
		if p.topX {
			top, b = top+b, 0
		}
		bottoms, tops = append(bottoms, b), append(tops, top)
	}
	return left, bottoms, tops, edge
}

// paint draws axes and data; c is the rectangle of the data.
func (p *panel) paint(c draw.Canvas) {
	s := &surface{c: c, p: p, x0: c.Min.X, y0: c.Min.Y,
		sx: float64(c.Max.X-c.Min.X) / (p.x.max - p.x.min), sy: float64(c.Max.Y-c.Min.Y) / (p.y.max - p.y.min)}
	p.draw(s)
	ts, ls := tickStyle(), labelStyle()
	axisLine := draw.LineStyle{Color: ink, Width: vg.Points(0.7)}

	// The y axis.
	if !p.bare {
		c.StrokeLine2(axisLine, c.Min.X, c.Min.Y, c.Min.X, c.Max.Y)
	}
	ts.XAlign, ts.YAlign = text.XRight, text.YCenter
	for _, t := range p.y.list(c.Max.Y - c.Min.Y) {
		y := s.py(t.at)
		if y < c.Min.Y-0.01 || y > c.Max.Y+0.01 {
			continue
		}
		if !p.bare {
			c.StrokeLine2(axisLine, c.Min.X-vg.Points(tickLen), y, c.Min.X, y)
		}
		if !p.y.quiet {
			c.FillText(ts, vg.Point{X: c.Min.X - vg.Points(tickLen+tickGap), Y: y + vg.Points(0.5)}, t.label)
		}
	}
	if p.y.label != "" {
		st := ls
		st.Rotation, st.XAlign, st.YAlign = math.Pi/2, text.XCenter, text.YBottom
		c.FillText(st, vg.Point{X: c.Min.X - vg.Points(tickLen+tickGap+labelGap) - p.numbers, Y: (c.Min.Y + c.Max.Y) / 2}, p.y.label)
	}
	if p.caption != "" {
		st := captionStyle()
		st.YAlign = text.YBottom
		c.FillText(st, vg.Point{X: c.Min.X, Y: c.Max.Y + vg.Points(3)}, p.caption)
	}
	p.paintX(c, s, axisLine)
}

func (p *panel) paintX(c draw.Canvas, s *surface, axisLine draw.LineStyle) {
	ts, ls := tickStyle(), labelStyle()
	y, dir := c.Min.Y, vg.Length(-1)
	if p.topX {
		y, dir = c.Max.Y, 1
	}
	if !p.bare {
		c.StrokeLine2(axisLine, c.Min.X, y, c.Max.X, y)
	}
	ts.XAlign, ts.YAlign = text.XCenter, text.YTop
	if p.topX {
		ts.YAlign = text.YBottom
	}
	if p.x.turn {
		ts.Rotation = math.Pi / 2
		ts.XAlign, ts.YAlign = text.XRight, text.YCenter
		if p.topX {
			ts.XAlign = text.XLeft
		}
	}
	tall := vg.Length(0)
	for _, t := range p.x.list(c.Max.X - c.Min.X) {
		x := s.px(t.at)
		if x < c.Min.X-0.01 || x > c.Max.X+0.01 {
			continue
		}
		if !p.bare {
			c.StrokeLine2(axisLine, x, y, x, y+dir*vg.Points(tickLen))
		}
		if p.x.quiet {
			continue
		}
		c.FillText(ts, vg.Point{X: x, Y: y + dir*vg.Points(tickLen+tickGap)}, t.label)
		if p.x.turn {
			tall = max(tall, ts.Width(t.label))
		} else {
			tall = max(tall, ts.Height(t.label))
		}
	}
	if p.x.label != "" && !p.x.quiet {
		ls.XAlign, ls.YAlign = text.XCenter, text.YTop
		if p.topX {
			ls.YAlign = text.YBottom
		}
		c.FillText(ls, vg.Point{X: (c.Min.X + c.Max.X) / 2, Y: y + dir*(vg.Points(tickLen+tickGap+labelGap)+tall)}, p.x.label)
	}
}

// colorBar is the key of a matrix.
type colorBar struct {
	min, max float64
	log      bool // by logarithms; min and max are positive
	label    string
	none     color.Color // of what has no value; nil: everything has one
}

// at is the place of a value on the bar, from 0 to 1.
func (b *colorBar) at(x float64) float64 {
	if b.log {
		return math.Log(x/b.min) / math.Log(b.max/b.min)
	}
	return (x - b.min) / (b.max - b.min)
}

func (b *colorBar) ticks() []tick {
	if b.log {
		return logTicks(b.min, b.max)
	}
	return ticks(b.min, b.max, 8)
}

const (
	barWidth = 12 // of a colour bar
	noneText = "none"
)

// rightWidth is the room that the legend or the colour bar needs.
func (f *figure) rightWidth() vg.Length {
	w := vg.Length(0)
	if len(f.legend) > 0 {
		st := captionStyle()
		for _, e := range f.legend {
			w = max(w, st.Width(e.text))
		}
		w += vg.Points(swatch + 5)
		if f.head != "" {
			w = max(w, style(9, true, ink).Width(f.head))
		}
	}
	if f.bar != nil {
		st := tickStyle()
		b := vg.Length(0)
		for _, t := range f.bar.ticks() {
			b = max(b, st.Width(t.label))
		}
		w = max(w, b+vg.Points(barWidth+tickLen+tickGap+labelGap)+labelStyle().Height("X"))
		if f.bar.none != nil {
			w = max(w, vg.Points(barWidth+tickLen+tickGap)+st.Width(noneText))
		}
	}
	return w
}

// rightHeight is the room that the legend or the colour bar needs to be read.
func (f *figure) rightHeight() vg.Length {
	if f.bar != nil {
		h := max(labelStyle().Width(f.bar.label), vg.Length(len(f.bar.ticks()))*tickStyle().Height("0")*1.3)
		if f.bar.none != nil {
			h += vg.Points(2 * swatch)
		}
		return h
	}
	h := vg.Length(0)
	for _, e := range f.legend {
		h += captionStyle().Height(e.text) + vg.Points(5)
	}
	if f.head != "" {
		h += style(9, true, ink).Height(f.head) + vg.Points(5)
	}
	return h
}

// around makes the page as large as its only panel of that size [points] needs.
func (f *figure) around(panelW, panelH float64) {
	left, bottoms, tops, edge := f.margins(draw.Canvas{Rectangle: vg.Rectangle{Max: vg.Point{X: vg.Points(panelW), Y: vg.Points(panelH)}}})
	w := vg.Points(panelW) + left + edge + 2*vg.Points(outer)
	if r := f.rightWidth(); r > 0 {
		w += r + vg.Points(12)
	}
	h := vg.Points(panelH) + bottoms[0] + tops[0] + 2*vg.Points(outer)
	if f.title != "" {
		h += titleStyle().Height(f.title) + vg.Points(8)
	}
	f.w, f.h = float64(w/vg.Inch), float64(h/vg.Inch)
}

func (f *figure) paintRight(c draw.Canvas, top draw.Canvas, x vg.Length) {
	if f.bar != nil {
		f.paintBar(c, top)
		return
	}
	if len(f.legend) == 0 {
		return
	}
	st := captionStyle()
	st.YAlign = text.YTop
	y := top.Max.Y
	if f.head != "" {
		h := style(9, true, ink)
		h.YAlign = text.YTop
		c.FillText(h, vg.Point{X: x, Y: y}, f.head)
		y -= h.Height(f.head) + vg.Points(5)
	}
	// A long legend is set smaller; what still has no room ends in dots.
	bottom, gap, want := c.Min.Y+vg.Points(outer), vg.Points(5), vg.Length(0)
	for _, e := range f.legend {
		want += st.Height(e.text) + gap
	}
	if shrink := max((y-bottom)/want, .6); shrink < 1 {
		st.Font.Size *= shrink
		gap *= shrink
	}
	first := st.Height("X")
	for _, e := range f.legend {
		hgt := st.Height(e.text)
		if y-hgt < bottom {
			c.FillText(st, vg.Point{X: x, Y: y}, "\u2026")
			return
		}
		if e.line {
			c.StrokeLine2(draw.LineStyle{Color: e.color, Width: vg.Points(1.5)}, x, y-first*0.6, x+vg.Points(swatch), y-first*0.6)
		} else {
			b := y - first*0.6 - vg.Points(swatch)/2
			c.FillPolygon(e.color, []vg.Point{{X: x, Y: b}, {X: x + vg.Points(swatch), Y: b}, {X: x + vg.Points(swatch), Y: b + vg.Points(swatch)}, {X: x, Y: b + vg.Points(swatch)}})
		}
		// Line by line: the library centres a paragraph differently from a line.
		lines := strings.Split(e.text, "\n")
		for k, line := range lines {
			c.FillText(st, vg.Point{X: x + vg.Points(swatch+5), Y: y - hgt*vg.Length(k)/vg.Length(len(lines))}, line)
		}
		y -= hgt + gap
	}
}

func (f *figure) paintBar(c draw.Canvas, top draw.Canvas) {
	x := top.Max.X + vg.Points(12)
	const steps = 128
	st := tickStyle()
	st.YAlign = text.YCenter
	if f.bar.none != nil {
		y := top.Min.Y
		c.FillPolygon(f.bar.none, []vg.Point{{X: x, Y: y}, {X: x + vg.Points(barWidth), Y: y}, {X: x + vg.Points(barWidth), Y: y + vg.Points(swatch)}, {X: x, Y: y + vg.Points(swatch)}})
		c.FillText(st, vg.Point{X: x + vg.Points(barWidth+tickLen+tickGap), Y: y + vg.Points(swatch/2)}, noneText)
		top.Min.Y += vg.Points(2 * swatch)
	}
	h := top.Max.Y - top.Min.Y
	for i := 0; i < steps; i++ {
		y0 := top.Min.Y + h*vg.Length(i)/steps
		y1 := top.Min.Y + h*vg.Length(i+1)/steps
		if i < steps-1 {
			y1 += 1 // no hairlines between the steps
		}
		c.FillPolygon(viridis((float64(i)+0.5)/steps), []vg.Point{{X: x, Y: y0}, {X: x + vg.Points(barWidth), Y: y0}, {X: x + vg.Points(barWidth), Y: y1}, {X: x, Y: y1}})
	}
	wide := vg.Length(0)
	for _, t := range f.bar.ticks() {
		y := top.Min.Y + h*vg.Length(f.bar.at(t.at))
		c.StrokeLine2(draw.LineStyle{Color: ink, Width: vg.Points(0.7)}, x+vg.Points(barWidth), y, x+vg.Points(barWidth+tickLen), y)
		c.FillText(st, vg.Point{X: x + vg.Points(barWidth+tickLen+tickGap), Y: y + vg.Points(0.5)}, t.label)
		wide = max(wide, st.Width(t.label))
	}
	ls := labelStyle()
	ls.Rotation, ls.XAlign, ls.YAlign = math.Pi/2, text.XCenter, text.YTop
	c.FillText(ls, vg.Point{X: x + vg.Points(barWidth+tickLen+tickGap+labelGap) + wide, Y: (top.Min.Y + top.Max.Y) / 2}, f.bar.label)
}
