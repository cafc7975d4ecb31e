package plot

import (
	"fmt"
	"image/color"
	"sort"
	"strconv"

	"gonum.org/v1/plot/vg"

	"github.com/rallsim/rall/runtime/record"
)

// column is one recorded trace.
type column struct {
	rep *record.Report
	e   int
}

func (c column) gid() int { return c.rep.Elements[c.e].Gid }

// place names where a trace was recorded.
func (c column) place() string {
	el := c.rep.Elements[c.e]
	if el.Section == "" {
		return ""
	}
	return el.Section + "(" + strconv.FormatFloat(el.Pos, 'g', 4, 64) + ")"
}

func (c column) axisLabel() string {
	if c.rep.Unit == "" {
		return c.rep.Label
	}
	return c.rep.Label + " (" + c.rep.Unit + ")"
}

// The most panels in one figure and figures of one plot; more would be a
// mistake rather than a picture.
const (
	maxPanels  = 20
	maxFigures = 50
)

// traces draws what recordTraces recorded: one figure a cell with a panel for
// each label, or with oneFigPer 'trace' one figure a label with a panel for
// each cell; overlay puts the panels of a figure into one.
func traces(j *job) error {
	var cols []column
	for i := range j.res.Reports {
		for e := range j.res.Reports[i].Elements {
			cols = append(cols, column{&j.res.Reports[i], e})
		}
	}
	if len(cols) == 0 {
		return nothing("nothing was recorded (recordTraces, recordCells)")
	}
	if _, ok := j.a.get("include"); ok {
		gids, _ := union(j.net.include(j.a, "include"))
		want := map[int]bool{}
		for _, g := range gids {
			want[g] = true
		}
		var kept []column
		for _, c := range cols {
			if want[c.gid()] {
				kept = append(kept, c)
			}
		}
		if len(kept) == 0 {
			return nothing("none of the included cells was recorded")
		}
		cols = kept
	}
	sort.SliceStable(cols, func(a, b int) bool { return cols[a].gid() < cols[b].gid() })
	perTrace := j.a.choice("oneFigPer", "cell", "trace") == "trace"
	overlay := j.a.bool("overlay", false)

	groups := map[string][]column{}
	var order []string
	for _, c := range cols {
		key := "_cell_" + strconv.Itoa(c.gid())
		if perTrace {
			key = "_" + c.rep.Label
		}
		if groups[key] == nil {
			order = append(order, key)
		}
		groups[key] = append(groups[key], c)
	}
	if len(order) > maxFigures {
		j.a.warnf("only the first %d of %d figures are drawn; use include, or oneFigPer 'trace'", maxFigures, len(order))
		order = order[:maxFigures]
	}
	for _, key := range order {
		if err := j.traceFigure(key, groups[key], perTrace, overlay); err != nil {
			return err
		}
	}
	return nil
}

func (j *job) traceFigure(key string, cols []column, perTrace, overlay bool) error {
	if !overlay && len(cols) > maxPanels {
		j.a.warnf("only the first %d of %d traces are drawn in one figure; use overlay or include", maxPanels, len(cols))
		cols = cols[:maxPanels]
	}
	t0, t1 := j.net.timeRange(j.a)
	f := &figure{}
	colors := j.traceColors()
	popName := func(gid int) string { return j.res.Pops[j.net.popOf[gid]].Name }
	cell := fmt.Sprintf("Cell %d, %s", cols[0].gid(), popName(cols[0].gid()))
	f.title = cell
	if perTrace {
		f.title = cols[0].axisLabel()
	}
	f.title = j.title(f.title)

	name := func(c column) string {
		s := c.rep.Label
		if perTrace {
			s = fmt.Sprintf("cell %d, %s", c.gid(), popName(c.gid()))
		}
		if p := c.place(); p != "" {
			s += ", " + p
		}
		return s
	}
	if overlay {
		p := j.tracePanel(cols, colors, t0, t1)
		units := map[string]bool{}
		for i, c := range cols {
			units[c.rep.Unit] = true
			f.legend = append(f.legend, entry{color: colors[i%len(colors)], text: name(c), line: true})
		}
		p.y.label = cols[0].rep.Unit
		if perTrace {
			p.y.label = cols[0].axisLabel()
		} else if len(units) > 1 {
			p.y.label = ""
			for i, c := range cols {
				f.legend[i].text += " (" + c.rep.Unit + ")"
			}
		}
		if !j.a.bool("legend", true) {
			f.legend = nil
		}
		f.panels = []*panel{p}
	} else {
		for i, c := range cols {
			of := colors[i%len(colors):]
			if _, given := j.a.get("colors"); perTrace && !given {
				of = j.net.colors[j.net.popOf[c.gid()]:]
			}
			p := j.tracePanel([]column{c}, of, t0, t1)
			p.y.label, p.caption = c.axisLabel(), name(c)
			if perTrace {
				p.y.label = c.rep.Unit
			} else if c.place() != "" {
				p.caption = c.place()
			}
			p.x.quiet = i < len(cols)-1
			f.panels = append(f.panels, p)
		}
	}
	f.w, f.h = j.a.size(8, min(1.3+1.5*float64(len(f.panels))+0.7*float64(min(len(f.panels)-1, 0)), 24))
	if len(f.panels) == 1 {
		f.w, f.h = j.a.size(8, 3.6)
	}
	head, rows := traceTable(cols, t0, t1)
	return j.save(fileSuffix(key), f, head, rows)
}

// traceColors is the argument, or the palette.
func (j *job) traceColors() []color.RGBA {
	var out []color.RGBA
	if v, ok := j.a.get("colors"); ok {
		for _, x := range toList(v) {
			c, err := parseColor(x)
			if err != nil {
				j.a.warnf("colors: %v", err)
				continue
			}
			out = append(out, c)
		}
	}
	if len(out) == 0 {
		return palette
	}
	// Twice, so that a panel may start anywhere in it.
	return append(out, out...)
}

// fileSuffix keeps a label from making folders.
func fileSuffix(s string) string {
	b := []rune(s)
	for i, r := range b {
		if r < 32 || r == '/' || r == '\\' || r == ':' || r == '*' || r == '?' || r == '"' || r == '<' || r == '>' || r == '|' {
			b[i] = '_'
		}
	}
	return string(b)
}

func (j *job) tracePanel(cols []column, colors []color.RGBA, t0, t1 float64) *panel {
	lo, hi := 0.0, 0.0
	first := true
	for _, c := range cols {
		for k, t := range c.rep.Time {
			v := c.rep.Data[k*len(c.rep.Elements)+c.e]
			if t < t0 || t > t1 || v-v != 0 {
				continue
			}
			if first {
				lo, hi, first = v, v, false
			}
			lo, hi = min(lo, v), max(hi, v)
		}
	}
	lo, hi = widen(lo, hi, 0.05)
	if a, b, ok := j.a.pair("ylim"); ok {
		lo, hi = a, b
	}
	p := &panel{weight: 1, x: axis{min: t0, max: t1, label: "Time (ms)"}, y: axis{min: lo, max: hi}}
	p.draw = func(s *surface) {
		for i, c := range cols {
			s.trace(c, t0, t1, colors[i%len(colors)])
		}
	}
	return p
}

// columnsShown is how many bundles a long trace is drawn in: more than a
// picture has pixels.
const columnsShown = 3000

// trace draws one column. A long trace is drawn as first, lowest, highest and
// last sample of each of many short stretches, which looks the same.
func (s *surface) trace(c column, t0, t1 float64, col color.RGBA) {
	n := len(c.rep.Elements)
	from := sort.SearchFloat64s(c.rep.Time, t0)
	to := sort.Search(len(c.rep.Time), func(k int) bool { return c.rep.Time[k] > t1 })
	value := func(k int) float64 { return c.rep.Data[k*n+c.e] }
	var pts []vg.Point
	flush := func() {
		s.line(pts, 0.8, col)
		pts = nil
	}
	add := func(k int) {
		v := value(k)
		if v-v != 0 { // a gap where the run went wrong
			flush()
			return
		}
		pts = append(pts, s.at(c.rep.Time[k], v))
	}
	if to-from <= 4*columnsShown {
		for k := from; k < to; k++ {
			add(k)
		}
		flush()
		return
	}
	for b := 0; b < columnsShown; b++ {
		k0 := from + (to-from)*b/columnsShown
		k1 := from + (to-from)*(b+1)/columnsShown
		lo, hi := k0, k0
		for k := k0; k < k1; k++ {
			if value(k) < value(lo) {
				lo = k
			}
			if value(k) > value(hi) {
				hi = k
			}
		}
		idx := []int{k0, min(lo, hi), max(lo, hi), k1 - 1}
		for i, k := range idx {
			if i == 0 || k != idx[i-1] {
				add(k)
			}
		}
	}
	flush()
}

func traceTable(cols []column, t0, t1 float64) ([]string, [][]string) {
	head := []string{"t_ms"}
	for _, c := range cols {
		h := fmt.Sprintf("%s cell %d", c.rep.Label, c.gid())
		if p := c.place(); p != "" {
			h += " " + p
		}
		if c.rep.Unit != "" {
			h += " " + c.rep.Unit
		}
		head = append(head, h)
	}
	var rows [][]string
	time := cols[0].rep.Time
	for k, t := range time {
		if t < t0 || t > t1 {
			continue
		}
		row := []string{num(t)}
		for _, c := range cols {
			cell := ""
			if k < len(c.rep.Time) && c.rep.Time[k] == t {
				cell = num(c.rep.Data[k*len(c.rep.Elements)+c.e])
			}
			row = append(row, cell)
		}
		rows = append(rows, row)
	}
	return head, rows
}
