package plot

import (
	"strconv"

	"gonum.org/v1/plot/vg"
)

// The most connections that a picture of the network shows: more would be one
// grey patch.
const maxLines = 4000

// net2D draws where the cells are, seen along z (view 'xy') or along y
// ('xz'), with lines for the connections.
func net2D(j *job) error {
	view := j.a.choice("view", "xy", "xz")
	gids, _ := union(j.net.include(j.a, "include", "allCells"))
	if len(gids) == 0 {
		return nothing("no cell is included")
	}
	v := func(g int) (float64, float64) {
		c := j.net.place[g]
		if view == "xz" {
			return c.X, c.Z
		}
		return c.X, c.Y
	}
	in := map[int]bool{}
	first := true
	var x0, x1, y0, y1 float64
	for _, g := range gids {
		in[g] = true
		x, y := v(g)
		if first {
			x0, x1, y0, y1, first = x, x, y, y, false
		}
		x0, x1, y0, y1 = min(x0, x), max(x1, x), min(y0, y), max(y1, y)
	}
	x0, x1 = widen(x0, x1, 0.05)
	y0, y1 = widen(y0, y1, 0.05)

	type pair struct{ pre, post int }
	var lines []pair
	seen := map[pair]bool{}
	if j.a.bool("showConns", true) {
		for _, c := range j.res.Conns {
			p := pair{c.PreGid, c.PostGid}
			if in[c.PreGid] && in[c.PostGid] && !seen[p] {
				seen[p] = true
				lines = append(lines, p)
			}
		}
	}
	if n := len(lines); n > maxLines {
		var some []pair
		for k := 0; k < maxLines; k++ {
			some = append(some, lines[k*n/maxLines])
		}
		lines = some
		j.a.warnf("%d of %d connected pairs are drawn", maxLines, n)
	}

	w, h := j.a.size(7, 6.5)
	f := &figure{w: w, h: h, title: j.title("2-D representation of the network"), head: "Populations"}
	p := &panel{weight: 1, x: axis{min: x0, max: x1, label: "x (\u00b5m)"}, y: axis{min: y0, max: y1, label: view[1:] + " (\u00b5m)", invert: true}}
	// One length for all directions, unless the network is a line.
	p.square = x1-x0 < 8*(y1-y0) && y1-y0 < 8*(x1-x0)
	radius := 3.2
	if len(gids) > 300 {
		radius = 2
	}
	if len(gids) > 3000 {
		radius = 1
	}
	p.draw = func(s *surface) {
		paths := make([]vg.Path, len(j.res.Pops))
		for _, l := range lines {
			pop := j.net.popOf[l.pre]
			xa, ya := v(l.pre)
			xb, yb := v(l.post)
			paths[pop].Move(s.at(xa, ya))
			paths[pop].Line(s.at(xb, yb))
		}
		width, keep := 0.35, 0.45
		if len(lines) > 800 {
			width, keep = 0.2, 0.3
		}
		for pop := range paths {
			s.marks(paths[pop], width, fade(j.net.colors[pop], keep), 10)
		}
		for _, g := range gids {
			x, y := v(g)
			s.dot(x, y, radius+0.6, white)
			s.dot(x, y, radius, j.net.colors[j.net.popOf[g]])
		}
	}
	f.panels = []*panel{p}
	count := map[int]int{}
	for _, g := range gids {
		count[j.net.popOf[g]]++
	}
	for _, pop := range j.net.pops(gids) {
		f.legend = append(f.legend, entry{color: j.net.colors[pop], text: j.res.Pops[pop].Name + "\n  " + cellsOf(count[pop])})
	}
	rows := make([][]string, len(gids))
	for i, g := range gids {
		c := j.net.place[g]
		rows[i] = []string{strconv.Itoa(g), j.res.Pops[j.net.popOf[g]].Name, num(c.X), num(c.Y), num(c.Z)}
	}
	return j.save("", f, []string{"gid", "population", "x_um", "y_um", "z_um"}, rows)
}
