package plot

import "fmt"

// overview is rall's own picture of a run: the raster over the histogram over
// a few traces, on one axis of time.
func overview(j *job) error {
	d, err := j.rasterData()
	if err != nil {
		return err
	}
	j.cut(d)
	w, h := j.a.size(8, 7)
	f := &figure{w: w, h: h, head: "Populations"}
	top := j.rasterPanel(d)
	top.weight = 3
	top.x.quiet = true
	f.panels = append(f.panels, top)
	f.legend = j.popLegend(d)
	f.title = j.rasterTitle(d)

	size := j.a.positive("binSize", 5)
	if (d.t1-d.t0)/size > 1e6 {
		return nothing("binSize gives more than a million bins")
	}
	edges := bins(d.t0, d.t1, size)
	var all []series
	for _, p := range d.pops {
		all = append(all, j.histogram(j.net.whole(p), edges))
	}
	if len(all) > 0 {
		p := histPanel(all, edges, "bar", true, false)
		p.weight = 1
		p.y.label = "Spikes / " + short(size) + " ms"
		f.panels = append(f.panels, p)
	}

	// One trace of each population, the first label that was recorded.
	for n, pop := range d.pops {
		c, ok := j.firstTrace(pop)
		if !ok || n >= 4 {
			continue
		}
		p := j.tracePanel([]column{c}, j.net.colors[pop:], d.t0, d.t1)
		p.weight = 0.9
		p.y.label = c.rep.Unit
		p.caption = fmt.Sprintf("%s of %s cell %d", c.rep.Label, j.res.Pops[pop].Name, c.gid())
		if where := c.place(); where != "" {
			p.caption += ", " + where
		}
		f.panels = append(f.panels, p)
	}
	for i, p := range f.panels {
		p.x.quiet = i < len(f.panels)-1
	}
	return j.save("", f, []string{"t_ms", "gid", "population", "row"}, d.table(j.res))
}

// firstTrace finds the first label's first cell of a population.
func (j *job) firstTrace(pop int) (column, bool) {
	if len(j.res.Reports) > 0 {
		rep := &j.res.Reports[0]
		for e, el := range rep.Elements {
			if j.net.popOf[el.Gid] == pop {
				return column{rep, e}, true
			}
		}
	}
	return column{}, false
}
