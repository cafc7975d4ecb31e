package rall

import (
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/rallsim/rall/import/hoc"
	"github.com/rallsim/rall/import/hoc/tree"
	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/morph"
	"github.com/rallsim/rall/spec"
)

// ruleWriter makes a rule of cellParams of a cell read from HOC. Its nodes keep
// the places of the HOC file, so that later errors point there.
type ruleWriter struct {
	cell *hoc.Cell
	pos  diag.Pos
}

func (w *ruleWriter) node(k spec.Kind) *spec.Node { return &spec.Node{Kind: k, Pos: w.pos} }

func (w *ruleWriter) num(x float64) *spec.Node {
	n := w.node(spec.Num)
	n.Num = x
	return n
}

func (w *ruleWriter) str(s string) *spec.Node {
	n := w.node(spec.Str)
	n.Str = s
	return n
}

func (w *ruleWriter) put(to *spec.Node, key string, v *spec.Node) {
	to.Keys = append(to.Keys, &spec.Member{Key: key, Pos: w.pos, Val: v})
}

// values is one number if all are equal, else a list of one per CV.
func (w *ruleWriter) values(x []float64) *spec.Node {
	same := true
	for _, v := range x {
		same = same && v == x[0]
	}
	if same {
		return w.num(x[0])
	}
	n := w.node(spec.Array)
	for _, v := range x {
		n.Items = append(n.Items, w.num(v))
	}
	return n
}

// hocRule returns a cell as a rule of cellParams for cells of a type, with
// NetPyNE's keys.
func hocRule(c *hoc.Cell, cellType string) *spec.Node {
	w := &ruleWriter{cell: c, pos: c.Sections[0].Pos}
	rule, conds, secs, lists := w.node(spec.Object), w.node(spec.Object), w.node(spec.Object), w.node(spec.Object)
	w.put(conds, "cellType", w.str(cellType))
	w.put(rule, "conds", conds)
	vinit := math.NaN()
	globals := w.node(spec.Object)
	for _, g := range c.Globals {
		if g.Name == "v_init" {
			vinit = g.Value
			continue
		}
		w.put(globals, g.Name, w.num(g.Value))
	}
	index := map[*tree.Section]int{}
	for i, s := range c.Sections {
		index[s] = i
	}
	for i, s := range c.Sections {
		w.pos = s.Pos
		sec := w.section(s, i, index)
		if !math.IsNaN(vinit) {
			w.put(sec, "vinit", w.num(vinit))
		}
		w.put(secs, c.Names[i], sec)
	}
	w.pos = c.Sections[0].Pos
	w.put(rule, "secs", secs)
	for _, l := range c.Lists {
		n := w.node(spec.Array)
		for _, i := range l.Sections {
			n.Items = append(n.Items, w.str(c.Names[i]))
		}
		w.put(lists, l.Name, n)
	}
	if len(lists.Keys) > 0 {
		w.put(rule, "secLists", lists)
	}
	if len(globals.Keys) > 0 {
		w.put(rule, "globals", globals)
	}
	return rule
}

func (w *ruleWriter) section(s *tree.Section, i int, index map[*tree.Section]int) *spec.Node {
	sec, geom, topol, mechs, ions := w.node(spec.Object), w.node(spec.Object), w.node(spec.Object), w.node(spec.Object), w.node(spec.Object)
	w.put(geom, "L", w.num(s.LengthAsIs()))
	w.put(geom, "nseg", w.num(float64(s.NSeg())))
	w.put(geom, "diam", w.values(hoc.Values(s, func(n *tree.Node) float64 { return n.Diam })))
	w.put(geom, "Ra", w.num(s.Ra))
	w.put(geom, "cm", w.values(hoc.Values(s, func(n *tree.Node) float64 { return n.Cm })))
	// Points that define_shape has drawn have not quite the section's length:
	// where they are no more than a cylinder, L and diam tell it better.
	if len(s.Points) > 1 && (s.Drawn() == 0 || slices.ContainsFunc(s.Points, func(p morph.Pt) bool { return p.D != s.Points[0].D })) {
		pts := w.node(spec.Array)
		for _, p := range s.Points {
			q := w.node(spec.Array)
			for _, x := range []float64{float64(p.X), float64(p.Y), float64(p.Z), math.Abs(float64(p.D))} {
				q.Items = append(q.Items, w.num(x))
			}
			pts.Items = append(pts.Items, q)
		}
		w.put(geom, "pt3d", pts)
	}
	w.put(sec, "geom", geom)
	if p, ok := index[s.Parent]; ok && s.Parent != nil {
		w.put(topol, "parentSec", w.str(w.cell.Names[p]))
		w.put(topol, "parentX", w.num(s.ParentX))
		w.put(topol, "childX", w.num(s.ChildX))
	}
	w.put(sec, "topol", topol)
	for _, in := range s.Nodes[0].Mechs {
		at := func(v *tree.Var) *spec.Node {
			return w.values(hoc.Values(s, func(n *tree.Node) float64 { return n.Find(in.Mech).P[v.First] }))
		}
		m := w.node(spec.Object)
		if ion := in.Mech.Ion; ion != nil {
			for k, key := range []string{"e", "i", "o"} {
				w.put(m, key, at(&in.Mech.Vars[k]))
			}
			w.put(ions, ion.Name, m)
			continue
		}
		for k := range in.Mech.Vars {
			if v := &in.Mech.Vars[k]; v.Param && v.N == 1 {
				w.put(m, v.Name, at(v))
			}
		}
		w.put(mechs, in.Mech.Name, m)
	}
	w.put(sec, "mechs", mechs)
	if len(ions.Keys) > 0 {
		w.put(sec, "ions", ions)
	}
	w.points(sec, i)
	return sec
}

// points writes the point processes of a section.
func (w *ruleWriter) points(sec *spec.Node, i int) {
	pps := w.node(spec.Object)
	was := w.pos
	for _, p := range w.cell.Points {
		if p.Section != i {
			continue
		}
		w.pos = p.Pos
		n := w.node(spec.Object)
		w.put(n, "mod", w.str(p.Mech.Name))
		w.put(n, "loc", w.num(p.X))
		for k := range p.Mech.Vars {
			if v := &p.Mech.Vars[k]; v.Param && v.N == 1 {
				w.put(n, v.Name, w.num(p.Inst.P[v.First]))
			}
		}
		w.put(pps, p.Mech.Name+"_"+strconv.Itoa(len(pps.Keys)), n)
	}
	w.pos = was
	if len(pps.Keys) > 0 {
		w.put(sec, "pointps", pps)
	}
}

// HocSpec returns a cell read from HOC as a spec: a rule of cellParams under
// its label, and a population of one such cell, so that it can be run.
func HocSpec(c *hoc.Cell, label string) *spec.Node {
	w := &ruleWriter{pos: c.Sections[0].Pos}
	root, net, cfg, rules, pops, pop := w.node(spec.Object), w.node(spec.Object), w.node(spec.Object), w.node(spec.Object), w.node(spec.Object), w.node(spec.Object)
	places, place := w.node(spec.Array), w.node(spec.Object)
	for _, k := range []string{"x", "y", "z"} { // anywhere else its points would be rounded otherwise
		w.put(place, k, w.num(0))
	}
	places.Items = append(places.Items, place)
	w.put(rules, label, hocRule(c, label))
	w.put(pop, "cellType", w.str(label))
	w.put(pop, "cellsList", places)
	w.put(pops, label, pop)
	w.put(net, "cellParams", rules)
	w.put(net, "popParams", pops)
	w.put(root, "netParams", net)
	params := w.node(spec.Object)
	for _, g := range c.Globals {
		if g.Name == "celsius" || g.Name == "v_init" {
			w.put(params, g.Name, w.num(g.Value))
		}
	}
	w.put(cfg, "duration", w.num(500))
	w.put(cfg, "hParams", params)
	w.put(root, "simConfig", cfg)
	return root
}

// hocExpander expands rules of cellParams that name a HOC file.
func hocExpander(dir string, o Settings) func(label string, rule *spec.Node, diags *diag.List) *spec.Node {
	return func(label string, rule *spec.Node, diags *diag.List) *spec.Node {
		h := HocSettings{Mods: ModFolders(o.Mods, dir)}
		var files []string
		names := rule.Get("hoc")
		list := []*spec.Node{names}
		if names.Kind == spec.Array {
			list = names.Items
		}
		for _, n := range list {
			if n.Kind != spec.Str {
				diags.Errorf(diag.BadType, n.Pos, "hoc must name a file, or a list of files, not %s", n.Kind)
				return nil
			}
			path := n.Str
			if !filepath.IsAbs(path) {
				path = filepath.Join(dir, path)
			}
			if _, err := os.Stat(path); err != nil {
				diags.Errorf(diag.FileMissing, n.Pos, "cannot read the HOC file %s", path)
				return nil
			}
			files = append(files, path)
		}
		cellType := label
		if n := rule.Get("template"); n != nil && n.Kind == spec.Str {
			h.Template = n.Str
		}
		for _, a := range items(rule.Get("args")) {
			switch a.Kind {
			case spec.Num:
				h.Args = append(h.Args, a.Num)
			case spec.Str:
				h.Args = append(h.Args, a.Str)
			default:
				diags.Errorf(diag.BadType, a.Pos, "args are numbers and strings, not %s", a.Kind)
				return nil
			}
		}
		var found diag.List
		c := ReadHoc(files, h, &found)
		for _, d := range found.All() {
			if d.Pos.IsZero() {
				d.Pos = names.Pos
			}
			diags.Add(d)
		}
		if c == nil {
			return nil
		}
		for _, d := range c.Lost {
			d.Msg = "not taken over from HOC: " + d.Msg
			diags.Add(d)
		}
		out := hocRule(c, cellType)
		for _, m := range rule.Keys {
			if slices.Contains([]string{"hoc", "template", "args"}, m.Key) {
				continue
			}
			if slices.Contains(strings.Fields("secs secLists morphology axon nseg regions cellModel params"), m.Key) {
				diags.Errorf(diag.BadValue, m.Pos, "%s beside hoc: the HOC program makes the cell", m.Key)
				continue
			}
			replaced := false
			for _, old := range out.Keys {
				if old.Key == m.Key {
					old.Val, old.Pos, replaced = m.Val, m.Pos, true
				}
			}
			if !replaced {
				out.Keys = append(out.Keys, m)
			}
		}
		return out
	}
}

func items(n *spec.Node) []*spec.Node {
	switch {
	case n == nil:
		return nil
	case n.Kind == spec.Array:
		return n.Items
	}
	return []*spec.Node{n}
}
