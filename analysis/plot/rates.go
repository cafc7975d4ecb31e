package plot

import (
	"fmt"
	"math"
	"sort"
	"strconv"

	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
)

// sample is one statistic of one cell.
type sample struct {
	gid int
	v   float64
}

// sampleSet is the statistic over an included set.
type sampleSet struct {
	subset
	s []sample
}

func (s *sampleSet) values() []float64 {
	v := make([]float64, len(s.s))
	for i, x := range s.s {
		v[i] = x.v
	}
	sort.Float64s(v)
	return v
}

func meanSD(v []float64) (mean, sd float64) {
	if len(v) == 0 {
		return 0, 0
	}
	for _, x := range v {
		mean += x
	}
	mean /= float64(len(v))
	for _, x := range v {
		sd += float64((x - mean) * (x - mean))
	}
	return mean, math.Sqrt(sd / float64(len(v)))
}

// quantile interpolates between the sorted values, as NumPy does.
func quantile(v []float64, q float64) float64 {
	if len(v) == 0 {
		return 0
	}
	x := q * float64(len(v)-1)
	k := min(int(x), len(v)-1)
	if k == len(v)-1 {
		return v[k]
	}
	return v[k] + float64((x-float64(k))*(v[k+1]-v[k]))
}

// cellRates is the rate of each cell of a set [Hz].
func (j *job) cellRates(s subset, t0, t1 float64, withSilent bool) []sample {
	spikes := j.spikesIn(s.gids, t0, t1)
	var out []sample
	for _, g := range s.gids {
		if n := len(spikes[g]); n > 0 || withSilent {
			out = append(out, sample{g, float64(n) / ((t1 - t0) / 1000)})
		}
	}
	return out
}

// cellCVs is the coefficient of variation of each cell's intervals; a cell
// needs two of them.
func (j *job) cellCVs(s subset, t0, t1 float64) []sample {
	spikes := j.spikesIn(s.gids, t0, t1)
	var out []sample
	for _, g := range s.gids {
		t := spikes[g]
		if len(t) < 3 {
			continue
		}
		isi := make([]float64, len(t)-1)
		for i := range isi {
			isi[i] = t[i+1] - t[i]
		}
		if mean, sd := meanSD(isi); mean > 0 {
			out = append(out, sample{g, sd / mean})
		}
	}
	return out
}

// rates draws the mean rate of each set over one or several ranges of time.
func rates(j *job) error {
	subs := j.net.include(j.a, "include", "allCells", "eachPop")
	if len(subs) == 0 {
		return nothing("no cell is included")
	}
	type span struct{ t0, t1 float64 }
	var spans []span
	if v, ok := j.a.get("timeRanges"); ok {
		for _, x := range toList(v) {
			r := newArgs(j.a.plot, map[string]any{"timeRanges": x})
			if lo, hi, ok := r.pair("timeRanges"); ok {
				spans = append(spans, span{lo, hi})
			}
			j.a.warn = append(j.a.warn, r.warn...)
		}
	}
	if len(spans) == 0 {
		t0, t1 := j.net.timeRange(j.a)
		spans = append(spans, span{t0, t1})
	}
	var rows [][]string
	means := make([][]float64, len(subs)) // by set, by span
	sets := make([]sampleSet, len(subs))  // of the last span
	for i, s := range subs {
		for _, sp := range spans {
			sets[i] = sampleSet{s, j.cellRates(s, sp.t0, sp.t1, true)}
			v := sets[i].values()
			m, sd := meanSD(v)
			means[i] = append(means[i], m)
			rows = append(rows, []string{s.label, num(sp.t0), num(sp.t1), strconv.Itoa(len(v)), num(m), num(sd)})
		}
	}
	w, h := j.a.size(1.8+0.9*float64(max(len(subs), 3)), 4)
	f := &figure{w: w, h: h, title: j.title("Mean firing rates")}
	if len(spans) == 1 {
		f.panels = []*panel{barPanel(sets, "Rate (Hz)")}
	} else {
		f.w, f.h = j.a.size(6.5, 4)
		f.panels = []*panel{spanPanel(subs, means, func(k int) string { return short(spans[k].t0) + "\u2013" + short(spans[k].t1) }, len(spans))}
		for _, s := range subs {
			f.legend = append(f.legend, entry{color: s.color, text: s.label, line: true})
		}
	}
	if lo, hi, ok := j.a.pair("ylim"); ok {
		f.panels[0].y.min, f.panels[0].y.max = lo, hi
	}
	return j.save("", f, []string{"set", "from_ms", "to_ms", "cells", "mean_Hz", "sd_Hz"}, rows)
}

// nominal makes ticks of names; many or long ones stand upright.
func nominal(names []string, width float64) ([]tick, bool) {
	t := make([]tick, len(names))
	long := 0
	for i, n := range names {
		t[i] = tick{float64(i), n}
		long = max(long, len([]rune(n)))
	}
	return t, float64(long)*4.6 > width*72/float64(max(len(names), 1))
}

// barPanel draws a bar for each mean, and a dot for each cell.
func barPanel(sets []sampleSet, label string) *panel {
	high := 0.0
	names := make([]string, len(sets))
	for i := range sets {
		names[i] = sets[i].label
		for _, x := range sets[i].s {
			high = max(high, x.v)
		}
	}
	if high == 0 {
		high = 1
	}
	p := &panel{weight: 1, x: axis{min: -0.6, max: float64(len(sets)) - 0.4}, y: axis{min: 0, max: high * 1.06, label: label}}
	p.x.ticks, p.x.turn = nominal(names, 0.9*float64(len(sets)))
	p.draw = func(s *surface) {
		for i := range sets {
			v := sets[i].values()
			mean, _ := meanSD(v)
			x := float64(i)
			s.box(x-0.36, 0, x+0.36, mean, fade(sets[i].color, 0.55))
			scatter(s, x, v, 0.3, 1.1, sets[i].color)
			s.line([]vg.Point{s.at(x-0.36, mean), s.at(x+0.36, mean)}, 1.6, sets[i].color)
		}
	}
	return p
}

// scatter spreads the dots of sorted values over a width, in an order that
// looks random and never changes.
func scatter(s *surface, x float64, v []float64, half, radius float64, c interface {
	RGBA() (r, g, b, a uint32)
}) {
	for i, y := range v {
		u := float64((i*61)%97)/96*2 - 1
		s.dot(x+float64(u*half), y, radius, c)
	}
}

// spanPanel draws the mean of each set from range to range.
func spanPanel(subs []subset, means [][]float64, name func(int) string, n int) *panel {
	high := 0.0
	names := make([]string, n)
	for k := range names {
		names[k] = name(k)
	}
	for _, m := range means {
		for _, v := range m {
			high = max(high, v)
		}
	}
	if high == 0 {
		high = 1
	}
	p := &panel{weight: 1, x: axis{min: -0.4, max: float64(n) - 0.6, label: "Time range (ms)"}, y: axis{min: 0, max: high * 1.08, label: "Rate (Hz)"}}
	p.x.ticks, p.x.turn = nominal(names, 5)
	p.draw = func(s *surface) {
		for i := range subs {
			var pts []vg.Point
			for k, v := range means[i] {
				pts = append(pts, s.at(float64(k), v))
			}
			s.line(pts, 1.3, subs[i].color)
			for k, v := range means[i] {
				s.dot(float64(k), v, 2.6, subs[i].color)
			}
		}
	}
	return p
}

// spikeStats draws how a statistic of the cells is distributed in each set:
// 'rate' (rates) and 'isicv' (irregularity).
func spikeStats(j *job) error {
	subs := j.net.include(j.a, "include", "eachPop", "allCells")
	if len(subs) == 0 {
		return nothing("no cell is included")
	}
	t0, t1 := j.net.timeRange(j.a)
	graph := j.a.choice("graphType", "boxplot", "histogram", "bar")
	withSilent := j.a.bool("includeRate0", false)
	nbins := int(j.a.positive("bins", 50))
	drawn := false
	for _, stat := range j.a.strings("stats", []string{"rate", "isicv"}) {
		var sets []sampleSet
		label, title := "Rate (Hz)", "Firing rates of cells"
		count := 0
		for _, s := range subs {
			set := sampleSet{subset: s}
			switch stat {
			case "rate":
				set.s = j.cellRates(s, t0, t1, withSilent)
			case "isicv":
				set.s = j.cellCVs(s, t0, t1)
				label, title = "CV of intervals", "Irregularity of spiking"
			}
			count += len(set.s)
			sets = append(sets, set)
		}
		if stat != "rate" && stat != "isicv" {
			j.a.warnf("the statistic %q is not supported yet", stat)
			continue
		}
		if count == 0 {
			j.a.warnf("%s: no cell has enough spikes", stat)
			continue
		}
		w, h := j.a.size(1.8+0.9*float64(max(len(subs), 3)), 4.2)
		f := &figure{w: w, h: h, title: j.title(title)}
		switch graph {
		case "histogram":
			f.w, f.h = j.a.size(7, 4)
			f.panels = []*panel{sampleHist(sets, label, min(nbins, 1000))}
			for _, s := range sets {
				f.legend = append(f.legend, entry{color: s.color, text: s.label})
			}
		case "bar":
			f.panels = []*panel{barPanel(sets, label)}
		default:
			f.panels = []*panel{boxPanel(sets, label)}
		}
		var rows [][]string
		for _, s := range sets {
			for _, x := range s.s {
				rows = append(rows, []string{s.label, strconv.Itoa(x.gid), num(x.v)})
			}
		}
		unit := map[string]string{"rate": "rate_Hz", "isicv": "isi_cv"}[stat]
		if err := j.save("_"+stat, f, []string{"set", "gid", unit}, rows); err != nil {
			return err
		}
		drawn = true
	}
	if !drawn {
		return nothing("no statistic could be drawn")
	}
	return nil
}

// boxPanel draws the median, the quartiles, whiskers to the last value within
// 1.5 times the distance of the quartiles, and what lies beyond.
func boxPanel(sets []sampleSet, label string) *panel {
	lo, hi := 0.0, 0.0
	names := make([]string, len(sets))
	for i := range sets {
		names[i] = sets[i].label
		for _, x := range sets[i].s {
			hi = max(hi, x.v)
		}
	}
	if hi == 0 {
		hi = 1
	}
	p := &panel{weight: 1, x: axis{min: -0.6, max: float64(len(sets)) - 0.4}, y: axis{min: lo, max: hi * 1.06, label: label}}
	p.x.ticks, p.x.turn = nominal(names, 0.9*float64(len(sets)))
	p.draw = func(s *surface) {
		for i := range sets {
			v := sets[i].values()
			x := float64(i)
			if len(v) == 0 {
				st := style(8, false, grey)
				st.XAlign = text.XCenter
				s.text(x, 0, st, "none")
				continue
			}
			q1, q2, q3 := quantile(v, 0.25), quantile(v, 0.5), quantile(v, 0.75)
			reach := 1.5 * (q3 - q1)
			w0, w1 := q1, q3
			var beyond []float64
			for _, y := range v {
				switch {
				case y < q1-reach || y > q3+reach:
					beyond = append(beyond, y)
				default:
					w0, w1 = min(w0, y), max(w1, y)
				}
			}
			c := sets[i].color
			for _, seg := range [][4]float64{{x, w0, x, q1}, {x, q3, x, w1}, {x - 0.12, w0, x + 0.12, w0}, {x - 0.12, w1, x + 0.12, w1}} {
				s.line([]vg.Point{s.at(seg[0], seg[1]), s.at(seg[2], seg[3])}, 1, c)
			}
			s.box(x-0.28, q1, x+0.28, q3, fade(c, 0.4))
			s.line([]vg.Point{s.at(x-0.28, q1), s.at(x+0.28, q1), s.at(x+0.28, q3), s.at(x-0.28, q3), s.at(x-0.28, q1)}, 1, c)
			s.line([]vg.Point{s.at(x-0.28, q2), s.at(x+0.28, q2)}, 2, c)
			for _, y := range beyond {
				s.dot(x, y, 1.4, c)
			}
		}
	}
	return p
}

// sampleHist draws how many cells have which value.
func sampleHist(sets []sampleSet, label string, n int) *panel {
	hi := 0.0
	for i := range sets {
		for _, x := range sets[i].s {
			hi = max(hi, x.v)
		}
	}
	if hi == 0 {
		hi = 1
	}
	edges := bins(0, hi*1.0001, hi*1.0001/float64(n))
	all := make([]series, len(sets))
	for i := range sets {
		all[i] = series{sets[i].label, sets[i].color, make([]float64, len(edges)-1), len(sets[i].s)}
		for _, x := range sets[i].s {
			k := min(int(x.v/edges[1]), len(edges)-2)
			all[i].y[k]++
		}
	}
	p := histPanel(all, edges, "step", false, false)
	p.x.label, p.y.label = label, "Cells"
	return p
}

func cellsOf(n int) string {
	if n == 1 {
		return "1 cell"
	}
	return fmt.Sprintf("%d cells", n)
}
