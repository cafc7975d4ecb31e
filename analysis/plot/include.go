package plot

import (
	"fmt"
	"image/color"
	"sort"

	"github.com/rallsim/rall/runtime/record"
)

// network indexes a result for the plots.
type network struct {
	res    *record.Result
	popOf  map[int]int // gid -> index of Pops
	place  map[int]record.Cell
	gids   []int // of all cells, rising
	colors []color.RGBA
}

func newNetwork(res *record.Result, a *args) *network {
	n := &network{res: res, popOf: map[int]int{}, place: map[int]record.Cell{}}
	for p, pop := range res.Pops {
		n.colors = append(n.colors, palette[p%len(palette)])
		for _, g := range pop.Gids {
			n.popOf[g] = p
			n.gids = append(n.gids, g)
		}
	}
	sort.Ints(n.gids)
	for _, c := range res.Cells {
		n.place[c.Gid] = c
	}
	if v, ok := a.get("colorList"); ok {
		for i, x := range toList(v) {
			if c, err := parseColor(x); err != nil {
				a.warnf("colorList: %v", err)
			} else if len(toList(v)) > 0 {
				for p := i; p < len(n.colors); p += len(toList(v)) {
					n.colors[p] = c
				}
			}
		}
	}
	if v, ok := a.get("popColors"); ok {
		m, isMap := v.(map[string]any)
		if !isMap {
			a.warnf("popColors: expected colours by population, found %v", v)
		}
		for name, x := range m {
			c, err := parseColor(x)
			if err != nil {
				a.warnf("popColors: %s: %v", name, err)
				continue
			}
			for p, pop := range res.Pops {
				if pop.Name == name {
					n.colors[p] = c
				}
			}
		}
	}
	return n
}

// subset is what one entry of `include` stands for.
type subset struct {
	label string
	gids  []int          // cells, rising
	stims []record.Train // stimulators
	color color.RGBA
	pop   int // the population if it is a whole one, else -1
}

// include reads NetPyNE's grammar: 'all', 'allCells', 'allNetStims',
// 'eachPop', the name of a population or of a stimulator, a gid, and
// [population, index or list of indices].
func (n *network) include(a *args, key string, def ...any) []subset {
	items := def
	if v, ok := a.get(key); ok {
		items = toList(v)
	}
	var out []subset
	for _, it := range items {
		s, err := n.subset(it)
		if err != nil {
			a.warnf("%s: %v", key, err)
			continue
		}
		out = append(out, s...)
	}
	return out
}

func (n *network) subset(item any) ([]subset, error) {
	switch v := item.(type) {
	case string:
		switch v {
		case "all":
			return []subset{{label: "all", gids: n.gids, stims: n.res.Stims, color: ink, pop: -1}}, nil
		case "allCells":
			return []subset{{label: "all cells", gids: n.gids, color: ink, pop: -1}}, nil
		case "allNetStims":
			return []subset{{label: "NetStims", stims: n.res.Stims, color: grey, pop: -1}}, nil
		case "eachPop":
			var out []subset
			for p := range n.res.Pops {
				out = append(out, n.whole(p))
			}
			return out, nil
		}
		for p, pop := range n.res.Pops {
			if pop.Name == v {
				return []subset{n.whole(p)}, nil
			}
		}
		s := subset{label: v, color: grey, pop: -1}
		for _, t := range n.res.Stims {
			if t.Label == v {
				s.stims = append(s.stims, t)
			}
		}
		if s.stims == nil {
			return nil, fmt.Errorf("there is no population or recorded stimulator %q", v)
		}
		return []subset{s}, nil
	case []any:
		if len(v) == 2 {
			name, isName := v[0].(string)
			if _, two := v[1].(string); isName && !two {
				return n.relative(name, toList(v[1]))
			}
		}
		return n.group(v)
	}
	f, ok := toFloat(item)
	g := int(f)
	if !ok || float64(g) != f {
		return nil, fmt.Errorf("%v is neither a name nor a gid", item)
	}
	p, ok := n.popOf[g]
	if !ok {
		return nil, fmt.Errorf("there is no cell %d", g)
	}
	return []subset{{label: fmt.Sprintf("cell %d", g), gids: []int{g}, color: n.colors[p], pop: -1}}, nil
}

// group is a list within the list: several populations or cells as one.
func (n *network) group(items []any) ([]subset, error) {
	var parts []subset
	for _, x := range items {
		s, err := n.subset(x)
		if err != nil {
			return nil, err
		}
		parts = append(parts, s...)
	}
	if len(parts) == 0 {
		return nil, fmt.Errorf("an empty list")
	}
	g := subset{color: parts[0].color, pop: -1}
	g.gids, g.stims = union(parts)
	for i, s := range parts {
		if i > 0 {
			g.label += ", "
		}
		g.label += s.label
	}
	return []subset{g}, nil
}

func (n *network) whole(p int) subset {
	g := append([]int(nil), n.res.Pops[p].Gids...)
	sort.Ints(g)
	return subset{label: n.res.Pops[p].Name, gids: g, color: n.colors[p], pop: p}
}

func (n *network) relative(name string, indices []any) ([]subset, error) {
	for p, pop := range n.res.Pops {
		if pop.Name != name {
			continue
		}
		s := subset{label: name, color: n.colors[p], pop: -1}
		for _, x := range indices {
			f, ok := toFloat(x)
			i := int(f)
			if !ok || i < 0 || i >= len(pop.Gids) {
				return nil, fmt.Errorf("population %q has no cell %v", name, x)
			}
			s.gids = append(s.gids, pop.Gids[i])
			if len(indices) == 1 {
				s.label = fmt.Sprintf("%s %d", name, i)
			}
		}
		sort.Ints(s.gids)
		return []subset{s}, nil
	}
	return nil, fmt.Errorf("there is no population %q", name)
}

// union returns the cells and stimulators of all subsets, each once.
func union(subs []subset) (gids []int, stims []record.Train) {
	seen := map[int]bool{}
	type key struct {
		label string
		gid   int
		at    *float64
	}
	seenStim := map[key]bool{}
	for _, s := range subs {
		for _, g := range s.gids {
			if !seen[g] {
				seen[g] = true
				gids = append(gids, g)
			}
		}
		for _, t := range s.stims {
			k := key{t.Label, t.Gid, nil}
			if len(t.T) > 0 {
				k.at = &t.T[0]
			}
			if !seenStim[k] {
				seenStim[k] = true
				stims = append(stims, t)
			}
		}
	}
	sort.Ints(gids)
	return gids, stims
}

// pops returns the populations that have one of the cells, in model order.
func (n *network) pops(gids []int) []int {
	has := map[int]bool{}
	for _, g := range gids {
		has[n.popOf[g]] = true
	}
	var out []int
	for p := range n.res.Pops {
		if has[p] {
			out = append(out, p)
		}
	}
	return out
}

// timeRange is the argument, or the whole run.
func (n *network) timeRange(a *args) (float64, float64) {
	if lo, hi, ok := a.pair("timeRange"); ok {
		return lo, hi
	}
	// The accumulated time misses the asked one by rounding.
	run := n.res.Run
	hi := run.Reached
	if d := run.Duration - hi; hi <= 0 || d < run.Dt && -d < run.Dt {
		hi = run.Duration
	}
	if hi <= 0 {
		hi = 1
		for _, s := range n.res.Spikes {
			hi = max(hi, s.T)
		}
	}
	return 0, hi
}
