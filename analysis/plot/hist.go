package plot

import (
	"image/color"
	"math"

	"gonum.org/v1/plot/vg"
)

// series is one line of a histogram.
type series struct {
	label string
	color color.RGBA
	y     []float64
	cells int
}

// bins are the edges of a histogram, from t0 in steps; the last bin may be
// cut by the end.
func bins(t0, t1, size float64) []float64 {
	n := int(math.Ceil((t1-t0)/size - 1e-9))
	n = min(max(n, 1), 1000000)
	e := make([]float64, n+1)
	for i := range e {
		e[i] = t0 + float64(float64(i)*size)
	}
	e[n] = t1
	return e
}

// histogram counts the spikes of a subset. A spike on an edge counts for the
// bin above; the last bin has both its edges, as NumPy's.
func (j *job) histogram(s subset, edges []float64) series {
	t0, t1 := edges[0], edges[len(edges)-1]
	size := edges[1] - edges[0]
	n := len(edges) - 1
	out := series{s.label, s.color, make([]float64, n), len(s.gids) + len(s.stims)}
	add := func(t float64) {
		if t < t0 || t > t1 {
			return
		}
		k := min(int((t-t0)/size), n-1)
		for k > 0 && t < edges[k] {
			k--
		}
		for k < n-1 && t >= edges[k+1] {
			k++
		}
		out.y[k]++
	}
	for _, ts := range j.spikesIn(s.gids, t0, t1) {
		for _, t := range ts {
			add(t)
		}
	}
	for _, st := range s.stims {
		for _, t := range st.T {
			add(t)
		}
	}
	return out
}

// spikeHist draws how many spikes fall into each bin, a line for each
// included set.
func spikeHist(j *job) error { return j.hist(j.a.choice("yaxis", "count", "rate"), false) }

// spikeFreq draws the rate over time.
func spikeFreq(j *job) error { return j.hist("rate", true) }

func (j *job) hist(yaxis string, smoothLine bool) error {
	t0, t1 := j.net.timeRange(j.a)
	size := j.a.positive("binSize", 5)
	if (t1-t0)/size > 1e6 {
		return nothing("binSize gives more than a million bins")
	}
	subs := j.net.include(j.a, "include", "allCells", "eachPop")
	kind := j.a.choice("histType", "step", "stepfilled", "bar", "barstacked")
	stacked := j.a.bool("stacked", false) || kind == "barstacked"
	cumulative := j.a.bool("cumulative", false)
	edges := bins(t0, t1, size)
	var all []series
	total := 0.0
	for _, s := range subs {
		// The sum of all cells on top of its parts would count twice.
		if stacked && s.label == "all cells" && len(subs) > 1 {
			continue
		}
		h := j.histogram(s, edges)
		for k := range h.y {
			total += h.y[k]
			if yaxis == "rate" && h.cells > 0 {
				h.y[k] /= float64(h.cells) * (edges[k+1] - edges[k]) / 1000
			}
			if cumulative && k > 0 {
				h.y[k] += h.y[k-1]
			}
		}
		all = append(all, h)
	}
	if len(all) == 0 {
		return nothing("no cell or stimulator is included")
	}
	if total == 0 {
		j.a.warnf("there are no spikes from %s to %s ms", short(t0), short(t1))
	}
	w, h := j.a.size(8, 4)
	p := histPanel(all, edges, kind, stacked, smoothLine)
	title := "Histogram of spiking"
	p.y.label = "Spikes per bin of " + short(size) + " ms"
	if yaxis == "rate" {
		title, p.y.label = "Firing rate", "Rate (Hz)"
	}
	if cumulative {
		p.y.label += ", cumulative"
	}
	f := &figure{w: w, h: h, panels: []*panel{p}, title: j.title(title)}
	if j.a.bool("legend", true) {
		for _, s := range all {
			f.legend = append(f.legend, entry{color: s.color, text: s.label})
		}
	}
	if v, ok := j.a.get("allCellsColor"); ok {
		if c, err := parseColor(v); err != nil {
			j.a.warnf("allCellsColor: %v", err)
		} else {
			for i := range all {
				if all[i].label == "all cells" {
					all[i].color = c
					if f.legend != nil {
						f.legend[i].color = c
					}
				}
			}
		}
	}
	unit := "_spikes"
	if yaxis == "rate" {
		unit = "_Hz"
	}
	head := []string{"from_ms", "to_ms"}
	for _, s := range all {
		head = append(head, s.label+unit)
	}
	rows := make([][]string, len(edges)-1)
	for k := range rows {
		rows[k] = []string{num(edges[k]), num(edges[k+1])}
		for _, s := range all {
			rows[k] = append(rows[k], num(s.y[k]))
		}
	}
	return j.save("", f, head, rows)
}

func histPanel(all []series, edges []float64, kind string, stacked, smoothLine bool) *panel {
	n := len(edges) - 1
	top := make([][]float64, len(all)) // upper edge of each series
	base := make([][]float64, len(all))
	high := 0.0
	for i, s := range all {
		top[i], base[i] = make([]float64, n), make([]float64, n)
		for k, y := range s.y {
			if stacked && i > 0 {
				base[i][k] = top[i-1][k]
			}
			top[i][k] = base[i][k] + y
			high = max(high, top[i][k])
		}
	}
	if high == 0 {
		high = 1
	}
	p := &panel{weight: 1, x: axis{min: edges[0], max: edges[n], label: "Time (ms)"}, y: axis{min: 0, max: high * 1.05}}
	p.draw = func(s *surface) {
		for i := range all {
			c := all[i].color
			filled := stacked || kind == "stepfilled" || kind == "bar"
			if filled {
				fill := c
				if !stacked {
					fill = fade(c, 0.45)
				}
				for k := 0; k < n; k++ {
					if top[i][k] > base[i][k] {
						s.box(edges[k], base[i][k], edges[k+1], top[i][k], fill)
					}
				}
			}
			if stacked {
				continue
			}
			var pts []vg.Point
			for k := 0; k < n; k++ {
				if smoothLine {
					pts = append(pts, s.at((edges[k]+edges[k+1])/2, top[i][k]))
				} else {
					pts = append(pts, s.at(edges[k], top[i][k]), s.at(edges[k+1], top[i][k]))
				}
			}
			s.line(pts, 1, c)
		}
	}
	return p
}
