package plot

import (
	"image/color"
	"sort"
	"strconv"

	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"

	"github.com/rallsim/rall/runtime/vec"
)

// group is one row or column of a connectivity matrix.
type connGroup struct {
	label string
	cells int // how many cells; 0 for a stimulator
}

// matrix is connectivity from rows to columns, summed over connections.
type matrix struct {
	pre, post            []connGroup
	count, weight, delay [][]float64
}

func newMatrix(pre, post []connGroup) *matrix {
	m := &matrix{pre: pre, post: post}
	for range pre {
		m.count = append(m.count, make([]float64, len(post)))
		m.weight = append(m.weight, make([]float64, len(post)))
		m.delay = append(m.delay, make([]float64, len(post)))
	}
	return m
}

// conn draws how populations, or cells, are connected: numConns, probability,
// convergence, divergence, mean weight, mean delay, or strength (sum of
// weights times probability), defined as NetPyNE does.
func conn(j *job) error {
	if j.res.Conns == nil {
		return nothing("the run kept no connections")
	}
	feature := j.a.choice("feature", "strength", "weight", "delay", "numConns", "probability", "convergence", "divergence")
	byCell := j.a.choice("groupBy", "pop", "cell") == "cell"
	if byCell {
		switch feature {
		case "strength":
			feature = "weight"
		case "probability", "convergence", "divergence":
			j.a.warnf("%s is not defined between cells; numConns is drawn", feature)
			feature = "numConns"
		}
	}
	m := j.connMatrix(byCell)
	if len(m.pre) == 0 || len(m.post) == 0 {
		return nothing("no cell is included")
	}
	values := m.feature(feature, byCell)
	log := j.a.bool("logPlot", false)
	if log {
		for _, row := range values {
			for k, v := range row {
				if v > 0 {
					row[k] = vec.Log10(v)
				} else {
					row[k] = missing
				}
			}
		}
	}
	name := "_" + feature
	if byCell {
		name = "_cell" + name
	}
	f := &figure{}
	if j.a.choice("graphType", "matrix", "bar") == "bar" && !byCell {
		j.connBars(f, m, values, feature)
	} else {
		if byCell && (len(m.pre) > 4000 || len(m.post) > 4000) {
			return nothing("more than 4000 cells; use groupBy 'pop'")
		}
		j.connMap(f, m, values, feature, byCell, log)
	}
	head := []string{"pre"}
	for _, g := range m.post {
		head = append(head, g.label)
	}
	rows := make([][]string, len(m.pre))
	for i, g := range m.pre {
		rows[i] = []string{g.label}
		for _, v := range values[i] {
			cell := ""
			if v == v {
				cell = num(v)
			}
			rows[i] = append(rows[i], cell)
		}
	}
	return j.save(name, f, head, rows)
}

var missing = func() float64 { z := 0.0; return z / z }() // NaN: nothing to show

// connMatrix sums the connections between the groups of includePre and
// includePost.
func (j *job) connMatrix(byCell bool) *matrix {
	preGids, stims := union(j.net.include(j.a, "includePre", "allCells"))
	postGids, _ := union(j.net.include(j.a, "includePost", "allCells"))
	_, chosen := j.a.m["includePre"]
	stimOK := map[string]bool{}
	for _, s := range stims {
		stimOK[s.Label] = true
	}
	mechs := map[string]bool{}
	for _, s := range j.a.strings("synMech", nil) {
		mechs[s] = true
	}
	once := j.a.choice("synOrConn", "syn", "conn") == "conn"
	orderBy := j.a.choice("orderBy", "gid", "x", "y", "z", "xnorm", "ynorm", "znorm")

	var pre, post []connGroup
	var preAt, postAt map[int]int
	if byCell {
		pre, preAt = j.cellGroups(preGids, orderBy)
		post, postAt = j.cellGroups(postGids, orderBy)
	} else {
		pre, preAt = j.popGroups(preGids)
		post, postAt = j.popGroups(postGids)
	}
	// A stimulator is a row of its own, named by its rule.
	stimAt := map[string]int{}
	if !byCell {
		for _, c := range j.res.Conns {
			if _, known := stimAt[c.Rule]; c.PreGid < 0 && !known && (!chosen || stimOK[c.Rule] || stimsWanted(j.a)) {
				stimAt[c.Rule] = len(pre)
				pre = append(pre, connGroup{label: c.Rule})
			}
		}
	}
	m := newMatrix(pre, post)
	type pair struct{ pre, post int }
	seen := map[pair]bool{}
	for _, c := range j.res.Conns {
		if len(mechs) > 0 && !mechs[c.SynMech] {
			continue
		}
		if once && c.PreGid >= 0 {
			p := pair{c.PreGid, c.PostGid}
			if seen[p] {
				continue
			}
			seen[p] = true
		}
		col, ok := postAt[c.PostGid]
		row, ok2 := preAt[c.PreGid]
		if c.PreGid < 0 {
			row, ok2 = stimAt[c.Rule]
		}
		if !ok || !ok2 {
			continue
		}
		m.count[row][col]++
		m.weight[row][col] += c.Weight
		m.delay[row][col] += c.Delay
	}
	return m
}

// stimsWanted says whether includePre asks for stimulators in general; they
// need not have been recorded.
func stimsWanted(a *args) bool {
	for _, x := range toList(a.m["includePre"]) {
		if x == "all" || x == "allNetStims" {
			return true
		}
	}
	return false
}

func (j *job) popGroups(gids []int) ([]connGroup, map[int]int) {
	var out []connGroup
	row := map[int]int{}
	for _, p := range j.net.pops(gids) {
		row[p] = len(out)
		out = append(out, connGroup{label: j.res.Pops[p].Name})
	}
	at := map[int]int{}
	for _, g := range gids {
		r := row[j.net.popOf[g]]
		out[r].cells++
		at[g] = r
	}
	return out, at
}

func (j *job) cellGroups(gids []int, orderBy string) ([]connGroup, map[int]int) {
	order := append([]int(nil), gids...)
	sort.SliceStable(order, func(a, b int) bool {
		p, q := j.net.place[order[a]], j.net.place[order[b]]
		switch orderBy[0] {
		case 'x':
			return p.X < q.X
		case 'y':
			return p.Y < q.Y
		case 'z':
			return p.Z < q.Z
		}
		return p.Gid < q.Gid
	})
	at := map[int]int{}
	out := make([]connGroup, len(order))
	for i, g := range order {
		out[i] = connGroup{strconv.Itoa(g), 1}
		at[g] = i
	}
	return out, at
}

// feature turns the sums into what is drawn; missing where there is no
// connection to take a mean of.
func (m *matrix) feature(name string, byCell bool) [][]float64 {
	out := make([][]float64, len(m.pre))
	for i := range m.pre {
		out[i] = make([]float64, len(m.post))
		for k := range m.post {
			n := m.count[i][k]
			// A stimulator has one source for each target, as NetPyNE counts.
			pre, post := float64(m.pre[i].cells), float64(m.post[k].cells)
			if pre == 0 {
				pre = post
			}
			v := n
			switch name {
			case "weight", "delay":
				sum := m.weight[i][k]
				if name == "delay" {
					sum = m.delay[i][k]
				}
				if v = sum / n; n == 0 {
					v = missing
				}
			case "probability":
				v = n / (pre * post)
			case "strength":
				v = n / (pre * post) * m.weight[i][k]
			case "convergence":
				v = n / post
			case "divergence":
				v = n / pre
			}
			out[i][k] = v
		}
	}
	return out
}

// featureLabel has the unit where there is one.
func featureLabel(feature string, log bool) string {
	s := map[string]string{"weight": "mean weight (\u00b5S)", "delay": "mean delay (ms)", "numConns": "connections", "probability": "probability",
		"strength": "strength (\u00b5S)", "convergence": "convergence (connections per target)", "divergence": "divergence (connections per source)"}[feature]
	if log {
		s = "log10 of " + s
	}
	return s
}

func featureTitle(feature string, byCell bool) string {
	s := map[string]string{"numConns": "Number of connections", "weight": "Connection weight", "delay": "Connection delay",
		"probability": "Connection probability", "strength": "Connection strength", "convergence": "Convergence", "divergence": "Divergence"}[feature]
	if byCell {
		s += " by cell"
	}
	return s
}

func (j *job) connMap(f *figure, m *matrix, values [][]float64, feature string, byCell, log bool) {
	lo, hi := 0.0, 0.0
	first := true
	for _, row := range values {
		for _, v := range row {
			if v != v {
				continue
			}
			if first {
				lo, hi, first = v, v, false
			}
			lo, hi = min(lo, v), max(hi, v)
		}
	}
	if !log {
		lo = min(lo, 0)
	}
	if a, b, ok := j.a.pair("clim"); ok {
		lo, hi = a, b
	}
	if !(lo < hi) {
		hi = lo + 1
	}
	nr, nc := len(m.pre), len(m.post)
	p := &panel{weight: 1, topX: true, square: true, bare: true,
		x: axis{min: -0.5, max: float64(nc) - 0.5, label: "Postsynaptic"}, y: axis{min: -0.5, max: float64(nr) - 0.5, label: "Presynaptic", invert: true}}
	labels := func(g []connGroup) []string {
		s := make([]string, len(g))
		for i := range g {
			s[i] = g[i].label
		}
		return s
	}
	if byCell && max(nr, nc) > 30 {
		// Numbers along the order of the cells.
		p.x.whole, p.y.whole, p.bare = true, true, false
		p.x.label, p.y.label = "Postsynaptic cells", "Presynaptic cells"
	} else {
		p.y.ticks, _ = nominal(labels(m.pre), 5)
		p.x.ticks, p.x.turn = nominal(labels(m.post), 4.2)
	}
	write := !byCell && nr <= 12 && nc <= 12
	p.draw = func(s *surface) {
		none := rgb(0xEEEEEE)
		s.box(p.x.min, p.y.min, p.x.max, p.y.max, none)
		for i := range values {
			for k, v := range values[i] {
				c := none
				x, y := float64(k), float64(i)
				if v == v {
					c = viridis((v - lo) / (hi - lo))
					s.box(x-0.5, y-0.5, x+0.5, y+0.5, c)
				}
				if write {
					st := style(9, false, ink)
					txt := "\u2013"
					if v == v {
						txt = short(v)
						if dark(c) {
							st.Color = white
						}
					}
					st.XAlign, st.YAlign = text.XCenter, text.YCenter
					s.text(x, y, st, txt)
				}
			}
		}
		if !byCell {
			for i := 0; i <= nr; i++ {
				s.line([]vg.Point{s.at(-0.5, float64(i)-0.5), s.at(float64(nc)-0.5, float64(i)-0.5)}, 1, white)
			}
			for k := 0; k <= nc; k++ {
				s.line([]vg.Point{s.at(float64(k)-0.5, -0.5), s.at(float64(k)-0.5, float64(nr)-0.5)}, 1, white)
			}
		}
	}
	f.w, f.h = j.a.size(6.5, 5.6)
	f.panels = []*panel{p}
	f.bar = &colorBar{min: lo, max: hi, label: featureLabel(feature, log)}
	f.title = j.title(featureTitle(feature, byCell))
}

// connBars stacks what each target gets from each source.
func (j *job) connBars(f *figure, m *matrix, values [][]float64, feature string) {
	high := 0.0
	names := make([]string, len(m.post))
	for k, g := range m.post {
		names[k] = g.label
		sum := 0.0
		for i := range values {
			sum += max(values[i][k], 0)
		}
		high = max(high, sum)
	}
	if !(high > 0) {
		high = 1
	}
	p := &panel{weight: 1, x: axis{min: -0.6, max: float64(len(m.post)) - 0.4, label: "Postsynaptic"}, y: axis{min: 0, max: high * 1.05, label: featureLabel(feature, false)}}
	p.x.ticks, p.x.turn = nominal(names, 4.5)
	color := func(i int) color.RGBA { return palette[i%len(palette)] }
	p.draw = func(s *surface) {
		for k := range m.post {
			y := 0.0
			for i := range values {
				v := values[i][k]
				if !(v > 0) {
					continue
				}
				s.box(float64(k)-0.36, y, float64(k)+0.36, y+v, color(i))
				y += v
			}
		}
	}
	f.w, f.h = j.a.size(6.5, 4.5)
	f.panels = []*panel{p}
	f.head = "Presynaptic"
	for i, g := range m.pre {
		f.legend = append(f.legend, entry{color: color(i), text: g.label})
	}
	f.title = j.title(featureTitle(feature, false))
}
