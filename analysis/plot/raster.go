package plot

import (
	"fmt"
	"sort"
	"strconv"
	"strings"

	"gonum.org/v1/plot/vg"

	"github.com/rallsim/rall/runtime/record"
)

// rasterData is what a raster shows: one row a cell or stimulator.
type rasterData struct {
	rows     []rasterRow
	pops     []int // populations that have a row, in model order
	t0, t1   float64
	count    int // spikes shown
	cells    int
	perPop   map[int]int // spikes of a population
	inPop    map[int]int // cells of a population
	ordering string
}

type rasterRow struct {
	gid   int // -1 for a stimulator
	pop   int
	label string
	t     []float64
}

// raster draws a mark for each spike, cells from the bottom up in the order
// asked for.
func raster(j *job) error {
	d, err := j.rasterData()
	if err != nil {
		return err
	}
	j.cut(d)
	w, h := j.a.size(8, 5.5)
	f := &figure{w: w, h: h, panels: []*panel{j.rasterPanel(d)}}
	f.title = j.rasterTitle(d)
	if j.a.bool("legend", true) {
		f.head, f.legend = "Populations", j.popLegend(d)
	}
	return j.save("", f, []string{"t_ms", "gid", "population", "row"}, d.table(j.res))
}

func (j *job) rasterData() (*rasterData, error) {
	d := &rasterData{perPop: map[int]int{}, inPop: map[int]int{}}
	d.t0, d.t1 = j.net.timeRange(j.a)
	gids, stims := union(j.net.include(j.a, "include", "allCells"))
	if len(gids)+len(stims) == 0 {
		return nil, nothing("no cell or stimulator is included")
	}
	j.order(gids, d)
	spikes := j.spikesIn(gids, d.t0, d.t1)
	for _, g := range gids {
		p := j.net.popOf[g]
		d.rows = append(d.rows, rasterRow{g, p, "", spikes[g]})
		d.count += len(spikes[g])
		d.perPop[p] += len(spikes[g])
		d.inPop[p]++
	}
	d.cells = len(gids)
	d.pops = j.net.pops(gids)
	for _, s := range stims {
		r := rasterRow{gid: -1, pop: -1, label: s.Label}
		for _, t := range s.T {
			if t >= d.t0 && t <= d.t1 {
				r.t = append(r.t, t)
			}
		}
		d.rows = append(d.rows, r)
		d.count += len(r.t)
		d.perPop[-1] += len(r.t)
		d.inPop[-1]++
	}
	return d, nil
}

// cut keeps the first maxSpikes spikes by shortening the time shown.
func (j *job) cut(d *rasterData) {
	limit := max(int(j.a.positive("maxSpikes", 1e8)), 1)
	if d.count <= limit {
		return
	}
	var all []float64
	for _, r := range d.rows {
		all = append(all, r.t...)
	}
	sort.Float64s(all)
	last := all[limit-1]
	d.t1 = max(last, d.t0+1) // never an empty range
	j.a.warnf("only the first %d of %d spikes are shown, up to %s ms", limit, d.count, short(last))
	d.count, d.perPop = 0, map[int]int{}
	for i := range d.rows {
		r := &d.rows[i]
		r.t = r.t[:sort.Search(len(r.t), func(k int) bool { return r.t[k] > last })]
		d.count += len(r.t)
		d.perPop[r.pop] += len(r.t)
	}
}

// order sorts the cells by orderBy: gid, pop, x, y, z (their norms order the
// same way), or a list of these.
func (j *job) order(gids []int, d *rasterData) {
	var keys []string
	if v, ok := j.a.get("orderBy"); ok {
		for _, k := range toList(v) {
			s, _ := k.(string)
			switch s {
			case "gid", "pop", "x", "y", "z", "xnorm", "ynorm", "znorm":
				keys = append(keys, s)
			default:
				j.a.warnf("orderBy: cells cannot be ordered by %v; gid is used", k)
			}
		}
	}
	if len(keys) == 0 {
		keys = []string{"gid"}
	}
	d.ordering = strings.Join(keys, ", ")
	value := func(g int, key string) float64 {
		c := j.net.place[g]
		switch key[0] {
		case 'p':
			return float64(j.net.popOf[g])
		case 'x':
			return c.X
		case 'y':
			return c.Y
		case 'z':
			return c.Z
		}
		return float64(g)
	}
	sort.SliceStable(gids, func(a, b int) bool {
		for _, k := range keys {
			if x, y := value(gids[a], k), value(gids[b], k); x != y {
				return x < y
			}
		}
		return false
	})
}

func (j *job) rasterPanel(d *rasterData) *panel {
	p := &panel{weight: 1}
	p.x = axis{min: d.t0, max: d.t1, label: "Time (ms)"}
	p.y = axis{min: -0.5, max: float64(len(d.rows)) - 0.5, label: "Cells (ordered by " + d.ordering + ")", whole: true, invert: j.a.bool("orderInverse", false)}
	switch stims := d.inPop[-1]; {
	case d.cells == 0:
		p.y.label = "NetStims"
	case stims > 0:
		p.y.label += " and NetStims (last)"
	}
	sync := j.a.bool("syncLines", false)
	p.draw = func(s *surface) {
		if sync {
			var path vg.Path
			for _, r := range d.rows {
				for _, t := range r.t {
					path.Move(vg.Point{X: s.px(t), Y: s.c.Min.Y})
					path.Line(vg.Point{X: s.px(t), Y: s.c.Max.Y})
				}
			}
			s.marks(path, 0.1, fade(rgb(0xCC0000), 0.4), 100)
		}
		rowH := s.sy
		half := max(min(rowH*0.5, 5), 0.8) // points
		width := 0.8
		if rowH > 6 {
			width = 1
		}
		paths := map[int]*vg.Path{}
		for i, r := range d.rows {
			path := paths[r.pop]
			if path == nil {
				path = &vg.Path{}
				paths[r.pop] = path
			}
			y := s.py(float64(i))
			for _, t := range r.t {
				x := s.px(t)
				path.Move(vg.Point{X: x, Y: y - vg.Length(half)})
				path.Line(vg.Point{X: x, Y: y + vg.Length(half)})
			}
		}
		for pop := -1; pop < len(j.res.Pops); pop++ {
			if path := paths[pop]; path != nil {
				c := grey
				if pop >= 0 {
					c = j.net.colors[pop]
				}
				s.marks(*path, width, c, 2000)
			}
		}
	}
	return p
}

// seconds is the length of what is shown [s].
func (d *rasterData) seconds() float64 { return (d.t1 - d.t0) / 1000 }

// rasterTitle has the figures that NetPyNE puts there.
func (j *job) rasterTitle(d *rasterData) string {
	def := "Raster plot of spiking"
	if _, on := j.popRates(); on && d.cells > 0 {
		def = fmt.Sprintf("cells: %d", d.cells)
		if j.res.Conns != nil {
			n := 0
			in := map[int]bool{}
			for _, r := range d.rows {
				in[r.gid] = true
			}
			for _, c := range j.res.Conns {
				if in[c.PostGid] {
					n++
				}
			}
			def += fmt.Sprintf("   syn/cell: %.1f", float64(n)/float64(d.cells))
		}
		def += fmt.Sprintf("   rate: %.1f Hz", float64(d.count)/float64(d.cells+d.inPop[-1])/d.seconds())
	}
	if j.a.bool("syncLines", false) {
		def += fmt.Sprintf("   sync = %.2f", synchrony(d.rows, d.t1-d.t0))
	}
	return j.title(def)
}

// synchrony is NetPyNE's measure: one minus the share of the milliseconds
// that a sweep over all spikes has to start anew.
func synchrony(rows []rasterRow, span float64) float64 {
	var all []float64
	for _, r := range rows {
		all = append(all, r.t...)
	}
	sort.Float64s(all)
	n, from := 0, 0.0
	for i, t := range all {
		if i == 0 || t >= from+1 {
			from = t
			n++
		}
	}
	if span <= 0 {
		return 0
	}
	return 1 - float64(n)/span
}

// popRates reads popRates: true, false or 'minimal'.
func (j *job) popRates() (minimal, on bool) {
	v, ok := j.a.get("popRates")
	if !ok {
		return false, true
	}
	if s, isText := v.(string); isText {
		if s == "minimal" {
			return true, true
		}
		j.a.warnf("popRates: expected true, false or 'minimal', found %q", s)
		return false, true
	}
	return false, j.a.bool("popRates", true)
}

// popLegend names the populations with their rates.
func (j *job) popLegend(d *rasterData) []entry {
	minimal, on := j.popRates()
	syn := map[int]int{}
	if on && !minimal {
		in := map[int]bool{}
		for _, r := range d.rows {
			in[r.gid] = true
		}
		for _, c := range j.res.Conns {
			if in[c.PostGid] {
				syn[j.net.popOf[c.PostGid]]++
			}
		}
	}
	var out []entry
	for _, p := range d.pops {
		text := j.res.Pops[p].Name
		rate := short(float64(d.perPop[p])/float64(d.inPop[p])/d.seconds()) + " Hz"
		switch {
		case minimal:
			text += " (" + rate + ")"
		case on:
			text += fmt.Sprintf("\n  cells: %d", d.inPop[p])
			if j.res.Conns != nil {
				text += fmt.Sprintf("\n  syn/cell: %.1f", float64(syn[p])/float64(d.inPop[p]))
			}
			text += "\n  rate: " + rate
		}
		out = append(out, entry{color: j.net.colors[p], text: text})
	}
	if n := d.inPop[-1]; n > 0 {
		text := "NetStims"
		rate := short(float64(d.perPop[-1])/float64(n)/d.seconds()) + " Hz"
		if minimal {
			text += " (" + rate + ")"
		} else if on {
			text += fmt.Sprintf("\n  trains: %d\n  rate: %s", n, rate)
		}
		out = append(out, entry{color: grey, text: text})
	}
	return out
}

// table lists the spikes by time, then row.
func (d *rasterData) table(res *record.Result) [][]string {
	type mark struct {
		t   float64
		row int
	}
	var all []mark
	for i, r := range d.rows {
		for _, t := range r.t {
			all = append(all, mark{t, i})
		}
	}
	sort.SliceStable(all, func(a, b int) bool { return all[a].t < all[b].t })
	out := make([][]string, len(all))
	for i, m := range all {
		r := d.rows[m.row]
		gid, pop := "", r.label
		if r.gid >= 0 {
			gid, pop = strconv.Itoa(r.gid), res.Pops[r.pop].Name
		}
		out[i] = []string{num(m.t), gid, pop, strconv.Itoa(m.row)}
	}
	return out
}
