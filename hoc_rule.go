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
	"github.com/rallsim/rall/ir"
	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/morph"
	"github.com/rallsim/rall/spec"
)

// ruleWriter makes a rule of cellParams of a cell read from HOC. Its nodes keep
// the places of the HOC file, so that later errors point there.
type ruleWriter struct {
	cell  *hoc.Cell
	pos   diag.Pos
	mixed map[concentration]mixture
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

// wire writes where a section hangs on its parent.
func (w *ruleWriter) wire(geom *spec.Node, at morph.Offset) {
	n := w.node(spec.Array)
	for _, x := range []float64{at.X, at.Y, at.Z} {
		n.Items = append(n.Items, w.num(x))
	}
	w.put(geom, "wire", n)
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
	for _, g := range w.starts() {
		if globals.Get(g.Name) == nil {
			w.put(globals, g.Name, w.num(g.Value))
		}
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
		if at := s.Wire; at != nil {
			w.wire(geom, morph.Offset{X: float64(at[0]), Y: float64(at[1]), Z: float64(at[2])})
		}
	}
	w.put(sec, "geom", geom)
	if p, ok := index[s.Parent]; ok && s.Parent != nil {
		w.put(topol, "parentSec", w.str(w.cell.Names[p]))
		w.put(topol, "parentX", w.num(s.ParentX))
		w.put(topol, "childX", w.num(s.ChildX))
	}
	w.put(sec, "topol", topol)
	for _, in := range s.Nodes[0].Mechs {
		own := func(v *tree.Var) []float64 {
			return hoc.Values(s, func(n *tree.Node) float64 { return n.Find(in.Mech).P[v.First] })
		}
		m := w.node(spec.Object)
		if ion := in.Mech.Ion; ion != nil {
			for k, key := range []string{"e", "i", "o"} {
				x := own(&in.Mech.Vars[k])
				if k != tree.IonE {
					w.begins(s, in.Mech, k, x)
				}
				w.put(m, key, w.values(x))
			}
			if x := w.cell.Styles[in]; x != nil {
				w.put(m, "style", w.values(x))
			}
			w.put(ions, ion.Name, m)
			continue
		}
		for k := range in.Mech.Vars {
			w.variable(m, &in.Mech.Vars[k], func(at int) []float64 {
				return hoc.Values(s, func(n *tree.Node) float64 { return n.Find(in.Mech).P[at] })
			})
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

// begins puts the ion's global concentration (cai0_ca_ion) in place of the CVs' own
// where every run begins with that: where the ion's style says so.
func (w *ruleWriter) begins(s *tree.Section, ion *tree.Mechanism, k int, x []float64) {
	start := w.cell.Starts[ion][k-tree.IonIn]
	anew := hoc.Values(s, func(n *tree.Node) float64 { return float64(n.Find(ion).Style & tree.StyleAnew) })
	at := concentration{ion, k}
	m := w.mixed[at]
	for cv := range x {
		if anew[cv] != 0 {
			x[cv], m.anew = start, true
		}
		m.other = m.other || x[cv] != start
	}
	if w.mixed == nil {
		w.mixed = map[concentration]mixture{}
	}
	w.mixed[at] = m
}

// A concentration is one of an ion's, IonIn or IonOut; its mixture says whether it
// begins anew from the global somewhere, and is another elsewhere.
type (
	concentration struct {
		ion *tree.Mechanism
		k   int
	}
	mixture struct{ anew, other bool }
)

// starts are the globals of concentrations that begin anew in some CVs and have
// their own in others. Without, the concentration of the last section is that.
func (w *ruleWriter) starts() []hoc.Global {
	var out []hoc.Global
	for at, m := range w.mixed {
		if m.anew && m.other {
			side := "i0_"
			if at.k == tree.IonOut {
				side = "o0_"
			}
			out = append(out, hoc.Global{Name: at.ion.Ion.Name + side + at.ion.Name, Value: w.cell.Starts[at.ion][at.k-tree.IonIn]})
		}
	}
	slices.SortFunc(out, func(a, b hoc.Global) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// variable writes a variable of a mechanism, whose values at a place of its
// instances get returns: a parameter; and an element of an array, or a variable
// that is no parameter, where the program has given it a value. States are left
// out: they begin anew with every run.
func (w *ruleWriter) variable(to *spec.Node, v *tree.Var, get func(at int) []float64) {
	if v.Pointer || v.State || !v.Param && w.cell.Initialised {
		return
	}
	for k := range v.N {
		x, name := get(v.First+k), v.Name
		if v.N > 1 {
			name += "[" + strconv.Itoa(k) + "]"
		}
		if v.Param && v.N == 1 || slices.ContainsFunc(x, func(x float64) bool { return x != v.Default }) {
			w.put(to, name, w.values(x))
		}
	}
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
			w.variable(n, &p.Mech.Vars[k], func(at int) []float64 { return p.Inst.P[at : at+1] })
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
	return w.oneCell(label, hocRule(c, label), c)
}

// oneCell is a spec with a rule of cellParams, and a population of one such cell,
// that is run as c says.
func (w *ruleWriter) oneCell(label string, rule *spec.Node, c *hoc.Cell) *spec.Node {
	root, net, cfg, rules, pops, pop := w.node(spec.Object), w.node(spec.Object), w.node(spec.Object), w.node(spec.Object), w.node(spec.Object), w.node(spec.Object)
	places, place := w.node(spec.Array), w.node(spec.Object)
	for _, k := range []string{"x", "y", "z"} { // anywhere else its points would be rounded otherwise
		w.put(place, k, w.num(0))
	}
	places.Items = append(places.Items, place)
	w.put(rules, label, rule)
	w.put(pop, "cellType", w.str(label))
	w.put(pop, "cellsList", places)
	w.put(pops, label, pop)
	w.put(net, "cellParams", rules)
	w.put(net, "popParams", pops)
	w.put(root, "netParams", net)
	params := w.node(spec.Object)
	for _, g := range c.Globals {
		if g.Name == "celsius" || g.Name == "v_init" || g.Name == "secondorder" {
			w.put(params, g.Name, w.num(g.Value))
		}
	}
	duration := 500.0
	if c.Stop > 0 {
		duration = c.Stop
	}
	w.put(cfg, "duration", w.num(duration))
	if c.Step > 0 {
		w.put(cfg, "dt", w.num(c.Step))
	}
	w.put(cfg, "hParams", params)
	w.put(root, "simConfig", cfg)
	return root
}

// typeSpec returns a cell type that a morphology has made, and into which plain
// numbers were painted, as such a spec.
func typeSpec(t *ir.CellType, label string) *spec.Node {
	m := t.Morph
	w := &ruleWriter{pos: t.Pos}
	rule, conds, secs, lists := w.node(spec.Object), w.node(spec.Object), w.node(spec.Object), w.node(spec.Object)
	w.put(conds, "cellType", w.str(label))
	w.put(rule, "conds", conds)
	// A rule connects its sections in their order, and the order decides how sums
	// are rounded: roots come first, then the others as they were connected.
	var order []int
	for i := range m.Sections {
		if m.ConnectOrder == nil || m.Sections[i].Parent < 0 {
			order = append(order, i)
		}
	}
	for _, i := range append(order, m.ConnectOrder...) {
		s := &m.Sections[i]
		w.pos = s.Pos
		sec, geom, topol, mechs := w.node(spec.Object), w.node(spec.Object), w.node(spec.Object), w.node(spec.Object)
		if len(s.Points) == 0 {
			w.put(geom, "L", w.num(s.L))
			w.put(geom, "diam", w.values(s.Diam))
		}
		w.put(geom, "nseg", w.num(float64(s.NSeg)))
		w.put(geom, "Ra", w.num(s.Ra))
		w.put(geom, "cm", w.values(s.Cm))
		if len(s.Points) > 0 {
			pts := w.node(spec.Array)
			for _, p := range s.Points {
				q := w.node(spec.Array)
				for _, x := range []float64{p.X, p.Y, p.Z, p.D} {
					q.Items = append(q.Items, w.num(x))
				}
				pts.Items = append(pts.Items, q)
			}
			w.put(geom, "pt3d", pts)
			if s.Wire != nil {
				w.wire(geom, *s.Wire)
			}
		}
		w.put(sec, "geom", geom)
		if s.Parent >= 0 {
			w.put(topol, "parentSec", w.str(m.Sections[s.Parent].Name))
			w.put(topol, "parentX", w.num(s.ParentX))
			w.put(topol, "childX", w.num(s.ChildX))
		}
		w.put(sec, "topol", topol)
		for k := range t.Paint {
			if p := &t.Paint[k]; slices.Contains(p.Sections, i) {
				in := mechs.Get(p.Mech)
				if in == nil {
					in = w.node(spec.Object)
					w.put(mechs, p.Mech, in)
				}
				for _, par := range p.Params {
					if old := in.Get(par.Name); old != nil {
						old.Num = par.Num
						continue
					}
					w.put(in, par.Name, w.num(par.Num))
				}
			}
		}
		w.put(sec, "mechs", mechs)
		w.put(secs, s.Name, sec)
	}
	w.pos = t.Pos
	w.put(rule, "secs", secs)
	for _, l := range m.Lists {
		n := w.node(spec.Array)
		for _, i := range l.Sections {
			n.Items = append(n.Items, w.str(m.Sections[i].Name))
		}
		w.put(lists, l.Name, n)
	}
	w.put(rule, "secLists", lists)
	return w.oneCell(label, rule, &hoc.Cell{})
}

// hocExpander expands rules of cellParams that name a HOC file.
func hocExpander(dir string, o Settings) func(label string, rule *spec.Node, diags *diag.List) *spec.Node {
	return func(label string, rule *spec.Node, diags *diag.List) *spec.Node {
		h := HocSettings{Mods: ModFolders(o.Mods, dir), Choose: true}
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
		tellLost(c, 0, diags)
		for _, t := range []struct {
			name, key string
			x         float64
			pos       diag.Pos
		}{{"dt", "dt", c.Step, c.StepPos}, {"tstop", "duration", c.Stop, c.StopPos}} {
			if t.x > 0 {
				diags.Warnf(diag.Ignored, t.pos, "not taken over: %s = %g ms: simConfig's %s decides, for all cells", t.name, t.x, t.key)
			}
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
