package build

import (
	"fmt"
	"math"
	"strings"

	"github.com/rallsim/rall/ir"
	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/expr"
	"github.com/rallsim/rall/ir/morph"
	"github.com/rallsim/rall/spec"
)

// cellType is an ir.CellType with what connections need to know of it.
type cellType struct {
	*ir.CellType
	secs     []*section
	index    map[string]int
	lists    []spec.SecList
	geom     *morph.Geometry
	shape    *morph.Shape // made on first use
	ionInit  []ionInit
	fromFile bool // the morphology is a file: it stays at the origin
	driven   []driven
	pointers []pointer
	like     *cellType // nil: none; a type of the same shape, which has the geometry
}

// driven is a point process that takes the place of its section: events go to
// it, and the cell's spikes come from its variable.
type driven struct {
	sec, point int
	variable   spec.Text
	synMechs   []spec.Text
}

// section is one section while the rules of a cell are merged.
type section struct {
	name       string
	sec        morph.Section
	weightNorm []float64
	spikeLoc   spec.Value
	threshold  spec.Value
	vinit      spec.Value
	geomL      lKind // how geom gives L
	done       bool  // geometry is set, for the rule at work
}

// lKind is how a section's geom gives its length.
type lKind uint8

const (
	lNone lKind = iota
	lNumber
	lFunction
)

// ionInit is a concentration that NetPyNE makes the ion's global start value.
type ionInit struct {
	name  string
	value float64
}

// createCells applies the cell rules to every cell.
func (b *builder) createCells() {
	b.diversity()
	for _, c := range b.cells {
		p := &b.s.Net.Pops[c.pop]
		if def := b.artificialModel(p); def != nil {
			b.makePointCell(c, p, def)
			continue
		}
		rules := b.rulesOf(c)
		if len(rules) == 0 {
			if !b.said["no rule for "+p.Label] {
				b.said["no rule for "+p.Label] = true
				b.diags.ErrorHint(diag.UnknownName, p.Pos, b.ruleHint(p), "population %q: no rule of cellParams applies to its cells", p.Label)
			}
			continue
		}
		key := fmt.Sprint("wrong ", rules)
		if b.said[key] {
			continue
		}
		b.failed = false
		if c.typ = b.typeOf(c, rules); c.typ == nil {
			b.said[key] = true // its errors are told once, not for every cell
			continue
		}
		for _, ii := range c.typ.ionInit {
			b.ionInit[ii.name] = ii.value
		}
	}
	if b.diags.HasErrors() {
		return
	}
	b.emitPops()
	b.ownSynapses()
}

// ownSynapses makes the synapses that sections bring along; connections find
// them where synapses are shared (oneSynPerNetcon false).
func (b *builder) ownSynapses() {
	for _, c := range b.cells {
		if c.typ == nil {
			continue
		}
		for _, i := range b.rulesApplied(c) {
			r := &b.s.Net.CellParams[i]
			for k := range r.Secs {
				for _, y := range r.Secs[k].SynMechs {
					q := request{label: r.Label, pos: y.Label.Pos, post: c, synMech: y.Label.S}
					if sm := b.synLabel(&q); sm != nil {
						b.synapseAt(&q, sm, c.typ.index[r.Secs[k].Name], y.Loc)
					}
				}
			}
		}
		if b.diags.HasErrors() {
			return
		}
	}
}

// rulesApplied returns the rules that made a cell.
func (b *builder) rulesApplied(c *cell) []int {
	var out []int
	for _, label := range c.labels {
		for i := range b.s.Net.CellParams {
			if b.s.Net.CellParams[i].Label == label {
				out = append(out, i)
			}
		}
	}
	return out
}

func (b *builder) ruleHint(p *spec.Pop) string {
	var labels []string
	for i := range b.s.Net.CellParams {
		labels = append(labels, b.s.Net.CellParams[i].Label)
	}
	if h := diag.DidYouMean(p.CellType.S, labels); h != "" {
		return h
	}
	return "the rules are " + strings.Join(labels, ", ")
}

// diversity gives every rule with a diversityFraction its slice of 0..1 among
// the rules of one cellType, cellModel and pop.
func (b *builder) diversity() {
	b.fraction = map[int][2]float64{}
	const fuzz = 1e-12
	ends := map[string]float64{}
	for i := range b.s.Net.CellParams {
		r := &b.s.Net.CellParams[i]
		if !r.DiversityFraction.IsSet() {
			continue
		}
		key := ""
		for _, k := range []string{"cellType", "cellModel", "pop"} {
			key += "\x00"
			if c := r.Conds.Get(k); c != nil {
				for _, t := range c.In {
					key += fmt.Sprintf("%q %g,", t.S, t.N)
				}
			}
		}
		start, again := ends[key]
		end := start + r.DiversityFraction.Num
		if again {
			b.fraction[i] = [2]float64{start - fuzz, end - fuzz}
		} else {
			b.fraction[i] = [2]float64{0, end - fuzz}
		}
		ends[key] = end
	}
}

// rulesOf returns the rules that apply to a cell, in file order.
func (b *builder) rulesOf(c *cell) []int {
	var out []int
	for i := range b.s.Net.CellParams {
		r := &b.s.Net.CellParams[i]
		ok := false
		fr, diverse := b.fraction[i]
		switch {
		case len(r.Conds.Items) > 0 || diverse:
			ok = meets(c, &r.Conds)
			if ok && diverse {
				f, has := c.tags["fraction"]
				ok = has && f.N >= fr[0] && f.N <= fr[1]
			}
		default:
			ok = c.tags["cellType"].S == r.Label
		}
		if ok {
			c.labels = append(c.labels, r.Label)
			out = append(out, i)
		}
	}
	return out
}

// typeOf returns the type that a set of rules makes: shared by all cells of
// the set, unless some string function depends on the cell.
func (b *builder) typeOf(c *cell, rules []int) *cellType {
	key := ""
	own := false
	for _, i := range rules {
		r := &b.s.Net.CellParams[i]
		key += r.Label + "\x00"
		own = own || b.dependsOnCell(r)
	}
	if own {
		t := b.makeType(c, rules)
		switch first := b.firsts[key]; {
		case t == nil || b.apart:
		case first == nil:
			b.firsts[key] = t
		default:
			t.share(first)
		}
		return t
	}
	if t, ok := b.types[key]; ok {
		return t
	}
	t := b.makeType(c, rules)
	b.types[key] = t
	return t
}

// dependsOnCell says whether a rule's string functions have values that
// differ from cell to cell.
func (b *builder) dependsOnCell(r *spec.CellRule) bool {
	dep := false
	look := func(v spec.Value) {
		if v.Kind != spec.Function {
			return
		}
		dep = dep || v.Func.UsesRand()
		for _, name := range v.Func.Vars() {
			switch name {
			case "dist_path":
			case "dist_euclidean":
				dep = dep || b.s.Cfg.Pt3dRelativeToCellLocation && hasPoints(r)
			case "x", "y", "z", "xnorm", "ynorm", "znorm":
				dep = true
			}
		}
	}
	for _, p := range r.Vars {
		look(p.Value)
	}
	for i := range r.Secs {
		s := &r.Secs[i]
		for _, v := range []spec.Value{s.Geom.L, s.Geom.Diam, s.Geom.Ra, s.Geom.Cm, s.Geom.NSeg} {
			look(v)
		}
		for _, m := range s.Mechs {
			for _, p := range m.Params {
				look(p.Value)
			}
		}
		for _, pp := range s.PointPs {
			if len(pp.GidKeys) > 0 {
				dep = true
			}
			for _, p := range pp.Params {
				look(p.Value)
			}
		}
	}
	return dep
}

func hasPoints(r *spec.CellRule) bool {
	for i := range r.Secs {
		if r.Secs[i].Geom.HasPt3d {
			return true
		}
	}
	return false
}

// makeType merges the rules into one cell type.
func (b *builder) makeType(c *cell, rules []int) *cellType {
	before := b.diags.Count(diag.Error)
	t := &cellType{CellType: &ir.CellType{Threshold: b.s.Net.DefaultThreshold}, index: map[string]int{}}
	var names []string
	for _, i := range rules {
		names = append(names, b.s.Net.CellParams[i].Label)
	}
	t.Name = strings.Join(names, "+")
	t.Pos = b.s.Net.CellParams[rules[0]].Pos
	for _, i := range rules {
		if r := &b.s.Net.CellParams[i]; r.Morphology.S != "" {
			return b.fromFile(c, t, r, rules)
		}
	}
	for _, i := range rules {
		b.sections(t, &b.s.Net.CellParams[i])
	}
	if len(t.secs) == 0 {
		b.diags.Errorf(diag.BadValue, t.Pos, "cell rule %q has no sections", t.Name)
		return nil
	}
	// NetPyNE finishes one section after the other, so that what is painted on
	// a section sees later ones as NEURON makes them; random draws come in that
	// order too.
	vars := make([]map[string]float64, len(rules))
	for k, i := range rules {
		r := &b.s.Net.CellParams[i]
		vars[k] = map[string]float64{}
		b.cellVars(c, r, vars[k])
		for j := range r.Secs {
			t.secs[t.index[r.Secs[j].Name]].done = false
		}
		for j := range r.Secs {
			b.geometry(c, t, &r.Secs[j], vars[k])
			if !b.rall() {
				b.paint(c, t, &r.Secs[j], vars[k])
			}
		}
	}
	b.assemble(t)
	if b.diags.Count(diag.Error) > before || !t.Morph.Check(b.diags) {
		return nil
	}
	t.geom, t.shape = t.Morph.Geometry(b.offset(c)), nil
	for k, i := range rules {
		r := &b.s.Net.CellParams[i]
		for j := range r.Secs {
			if b.rall() {
				b.paint(c, t, &r.Secs[j], vars[k])
			}
		}
	}
	b.refit(t)
	b.finish(t)
	if b.diags.Count(diag.Error) > before {
		return nil
	}
	return t
}

// offset is what NetPyNE adds to a cell's 3-D points.
func (b *builder) offset(c *cell) morph.Offset {
	if !b.s.Cfg.Pt3dRelativeToCellLocation {
		return morph.Offset{}
	}
	y := c.pos[1]
	if b.s.Cfg.InvertedYCoord {
		y = -y
	}
	return morph.Offset{X: c.pos[0], Y: y, Z: c.pos[2]}
}

// sections creates a rule's sections and joins them.
func (b *builder) sections(t *cellType, r *spec.CellRule) {
	for i := range r.Secs {
		s := &r.Secs[i]
		if _, ok := t.index[s.Name]; !ok {
			t.index[s.Name] = len(t.secs)
			t.secs = append(t.secs, &section{name: s.Name, sec: morph.Section{Name: s.Name, L: morph.DefaultL,
				Diam: []float64{morph.DefaultDiam}, Ra: morph.DefaultRa, Cm: []float64{morph.DefaultCm}, NSeg: 1, Parent: -1, Pos: s.Pos}})
		}
	}
	for i := range r.Secs {
		s := &r.Secs[i]
		sec := t.secs[t.index[s.Name]]
		if s.Topol != nil && s.Topol.Parent.S != "" {
			p, ok := t.index[s.Topol.Parent.S]
			if !ok {
				b.diags.ErrorHint(diag.UnknownName, s.Topol.Parent.Pos, diag.DidYouMean(s.Topol.Parent.S, t.names()), "section %q: no parent section %q", s.Name, s.Topol.Parent.S)
				continue
			}
			sec.sec.Parent, sec.sec.ParentX, sec.sec.ChildX = p, s.Topol.ParentX, s.Topol.ChildX
		}
		if s.WeightNorm != nil {
			sec.weightNorm = s.WeightNorm
		}
		if s.SpikeGenLoc.IsSet() {
			sec.spikeLoc = s.SpikeGenLoc
		}
		if s.Threshold.IsSet() {
			sec.threshold = s.Threshold
		}
		if s.VInit.IsSet() {
			sec.vinit = s.VInit
		}
	}
	for _, l := range r.SecLists {
		replaced := false
		for i := range t.lists {
			if t.lists[i].Name == l.Name {
				t.lists[i], replaced = l, true
			}
		}
		if !replaced {
			t.lists = append(t.lists, l)
		}
	}
}

func (t *cellType) names() []string {
	n := make([]string, len(t.secs))
	for i, s := range t.secs {
		n[i] = s.name
	}
	return n
}

// cellVars evaluates a rule's vars, once per cell and in order.
func (b *builder) cellVars(c *cell, r *spec.CellRule, vars map[string]float64) {
	for _, p := range r.Vars {
		vars[p.Name] = b.cellValue(c, p.Value, nil, 0, 0, vars)
	}
}

// The variables of cellParams' string functions.
var cellSlots = []string{"dist_path", "dist_euclidean", "x", "y", "z", "xnorm", "ynorm", "znorm"}

// cellValue evaluates a value of a cell rule at a place of the cell. t is nil
// where there are no places yet.
func (b *builder) cellValue(c *cell, v spec.Value, t *cellType, sec int, pos float64, vars map[string]float64) float64 {
	if v.Kind != spec.Function {
		return v.Num
	}
	return b.evalAt(v.Func, c, t, sec, pos, cellSlots, vars, b.cellRand(c))
}

// evalAt evaluates a function whose first two slots are the distances from
// the origin section's middle, and whose others are the cell's coordinates.
func (b *builder) evalAt(f *expr.Expr, c *cell, t *cellType, sec int, pos float64, slots []string, vars map[string]float64, r rng) float64 {
	consts := vars
	prog, err := f.Compile(slots, consts)
	if err != nil {
		b.failf(diag.UnknownName, f.Pos(), "%v", err)
		return 0
	}
	at := []float64{0, 0, c.pos[0], c.pos[1], c.pos[2], c.norm[0], c.norm[1], c.norm[2]}
	if f.Uses(slots[0]) || f.Uses(slots[1]) {
		if t == nil {
			b.failf(diag.BadValue, f.Pos(), "there are no distances where %q is evaluated", f.String())
			return 0
		}
		if t.like != nil {
			t = t.like
		}
		if t.geom == nil {
			if !b.provisional(c, t, sec, f.Pos()) {
				return 0
			}
			if t.Morph != nil {
				b.keep(t)
			}
		}
		at[0], at[1] = t.distances(sec, pos)
	}
	x := prog.Eval(at, r)
	if math.IsNaN(x) || math.IsInf(x, 0) {
		b.failf(diag.BadValue, f.Pos(), "%q is %g for cell %d", f.String(), x, c.gid)
	}
	return x
}

// distances returns a place's path and straight-line distance [um] from the
// middle of the origin section.
func (t *cellType) distances(sec int, pos float64) (path, euclidean float64) {
	if t.shape == nil {
		t.shape = t.geom.Shape(false)
	}
	return t.geom.DistPath(sec, pos), t.shape.DistEuclidean(sec, pos)
}

// geometry applies a section's geom, key by key in file order, points last.
func (b *builder) geometry(c *cell, t *cellType, rs *spec.Section, vars map[string]float64) {
	g, si := &rs.Geom, t.index[rs.Name]
	sec := t.secs[si]
	s := &sec.sec
	value := func(v spec.Value) float64 { return b.cellValue(c, v, t, si, .5, vars) }
	perCV := func(v spec.Value) []float64 {
		if v.Kind != spec.List {
			return []float64{value(v)}
		}
		out := make([]float64, len(v.Items))
		for i, it := range v.Items {
			out[i] = value(it)
		}
		return out
	}
	for _, key := range g.Order {
		switch key {
		case "L":
			s.L = value(g.L)
			sec.geomL = lFunction
			if g.L.Kind == spec.Number {
				sec.geomL = lNumber
			}
		case "diam":
			s.Diam = perCV(g.Diam)
		case "Ra":
			s.Ra = value(g.Ra)
		case "cm":
			s.Cm = perCV(g.Cm)
		case "nseg":
			if g.NSegBy == nil {
				s.NSeg = int(value(g.NSeg))
			}
		}
		t.geom, t.shape = nil, nil
	}
	if g.HasPt3d {
		s.Points = nil
		for _, p := range g.Pt3d {
			s.Points = append(s.Points, morph.Point{X: p[0], Y: p[1], Z: p[2], D: p[3]})
		}
		t.geom, t.shape = nil, nil
	}
	if w := g.Wire; w != nil {
		s.Wire = &morph.Offset{X: w[0], Y: w[1], Z: w[2]}
	}
	if g.NSegBy != nil {
		s.NSeg = chooseNSeg(s, g.NSegBy) // once Ra, cm and points are set
		t.geom, t.shape = nil, nil
	}
	sec.done = true
}

// provisional measures the cell as it stands while its sections are being
// made.
func (b *builder) provisional(c *cell, t *cellType, sec int, pos diag.Pos) bool {
	m := &morph.Morphology{}
	for _, s := range t.secs {
		m.Sections = append(m.Sections, s.sec)
	}
	var found diag.List
	if !m.Check(&found) {
		for _, d := range found.All() {
			b.diags.Add(d)
		}
		return false
	}
	t.geom, t.shape = m.Geometry(b.offset(c)), nil
	seen := 0
	for i := sec; i >= 0 && seen <= len(t.secs); i, seen = t.secs[i].sec.Parent, seen+1 {
		if i != sec && !t.secs[i].done {
			b.compat("unfinished", pos, "distances are taken before section %q, which comes later in the file, has its size, as NetPyNE has it: put parents first", t.secs[i].name)
		}
	}
	return true
}

// refit gives lists that were made before a later rule changed nseg one value
// for each CV: that of the CV which was there.
func (b *builder) refit(t *cellType) {
	fit := func(list []float64, n int) []float64 {
		if list == nil || len(list) == n {
			return list
		}
		out := make([]float64, n)
		for i := range out {
			out[i] = list[morph.CVAt(len(list), morph.CVCentre(n, i))]
		}
		return out
	}
	for i := range t.Paint {
		for k := range t.Paint[i].Params {
			p := &t.Paint[i].Params[k]
			p.PerCV = fit(p.PerCV, t.Morph.Sections[t.Paint[i].Sections[0]].NSeg)
		}
	}
	for i := range t.Ions {
		t.Ions[i].PerCV = fit(t.Ions[i].PerCV, t.Morph.Sections[t.Ions[i].Sections[0]].NSeg)
	}
}

// assemble makes the morphology.
func (b *builder) assemble(t *cellType) {
	m := &morph.Morphology{}
	for _, s := range t.secs {
		m.Sections = append(m.Sections, s.sec)
	}
	for _, l := range t.lists {
		list := morph.List{Name: l.Name}
		for _, n := range l.Secs {
			if i, ok := t.index[n.S]; ok {
				list.Sections = append(list.Sections, i)
			} else {
				b.diags.Warnf(diag.UnknownName, n.Pos, "secLists %q: no section %q", l.Name, n.S)
			}
		}
		m.Lists = append(m.Lists, list)
	}
	t.Morph = m
}

// emitPops writes the model's populations.
func (b *builder) emitPops() {
	for start := 0; start < len(b.cells); {
		end := start + 1
		first := b.cells[start]
		for end < len(b.cells) && b.cells[end].pop == first.pop && b.cells[end].typ == first.typ && b.cells[end].gid == b.cells[end-1].gid+1 {
			end++
		}
		p := &ir.Population{Name: b.s.Net.Pops[first.pop].Label, FirstGid: first.gid, N: end - start, FirstNode: first.index, Pos: b.s.Net.Pops[first.pop].Pos}
		offsets := false
		for _, c := range b.cells[start:end] {
			p.X, p.Y, p.Z = append(p.X, c.pos[0]), append(p.Y, c.pos[1]), append(p.Z, c.pos[2])
			if c.typ != nil && c.typ.Morph.HasPoints() && !c.typ.fromFile {
				offsets = true
				at := morph.Offset{} // the points stand where they are
				if b.s.Cfg.Pt3dRelativeToCellLocation {
					at = b.offset(c)
				}
				p.Offsets = append(p.Offsets, at)
			}
		}
		if !offsets {
			p.Offsets = nil
		}
		if first.typ != nil {
			p.Type = first.typ.CellType
		} else {
			p.Artificial = b.artificial(b.cells[start:end])
		}
		b.m.Pops = append(b.m.Pops, p)
		start = end
	}
}
