package spec

import (
	"math"
	"strings"

	"github.com/rallsim/rall/ir/diag"
)

var (
	axialRa  = quantity{unit: "ohm cm"}.with(above(0), oddBelow(20, "axial resistivities run from some 20 to 1,000 ohm cm"), oddAbove(1000, "axial resistivities run from some 20 to 1,000 ohm cm"))
	capCm    = quantity{unit: "uF/cm2"}.with(atLeast(0), oddAbove(10, "membranes have about 1 uF/cm2"))
	restingV = mV.with(oddAbove(0, "resting potentials are negative, and in mV"), oddBelow(-200, "potentials are in mV"))
	lengthQ  = um.with(above(0), oddAbove(10000, "lengths are in um; with a unit they are written '20 um'"), oddBelow(1e-3, "lengths are in um; with a unit they are written '20 um'"))
	diamQ    = um.with(above(0), oddAbove(2000, "diameters are in um; with a unit they are written '2 um'"), oddBelow(1e-3, "diameters are in um; with a unit they are written '2 um'"))
)

// cellKeys are the keys of a cell rule.
var cellKeys = []key[CellRule]{
	{name: "conds", form: "object", doc: "which cells the rule is for; without, those whose cellType is the label",
		read: func(d *decoder, m *Member, c *CellRule) {
			c.Conds = d.conds(m.Val, "conds of "+ruleName("cellParams", c.Label), cellConds)
		}},
	{name: "secs", form: "object name: section", doc: "sections",
		read: func(d *decoder, m *Member, c *CellRule) {
			s := d.cellScope(c.Label)
			d.each(m.Val, "secs", func(m *Member) { c.Secs = append(c.Secs, d.section(m, s)) })
		}},
	{name: "secLists", form: "object name: list of sections", doc: "named sets of sections",
		read: func(d *decoder, m *Member, c *CellRule) {
			if !d.object(m.Val, "secLists") {
				return
			}
			for _, m := range m.Val.Keys {
				c.SecLists = append(c.SecLists, SecList{Name: m.Key, Secs: d.texts(m.Val), Pos: m.Pos})
			}
		}},
	{name: "globals", form: "object name: number", doc: "hoc globals: celsius, v_init, parameters such as gna_hh",
		read: func(d *decoder, m *Member, c *CellRule) { c.Globals = d.params(m.Val, "globals", mechQ, nil, 0) }},
	{name: "vars", form: "object name: number or function", doc: "evaluated once for each cell; the names may be used in all functions of the rule",
		read: func(d *decoder, m *Member, c *CellRule) { c.Vars = d.params(m.Val, "vars", plain, varsScope, 0) }},
	{name: "diversityFraction", form: "number", doc: "share of a population with diversity that follows this rule",
		read: func(d *decoder, m *Member, c *CellRule) { c.DiversityFraction = d.value(m.Val, fraction, nil, 0) }},
	{name: "cellModel", form: "string", doc: "an artificial cell, with params",
		read: func(d *decoder, m *Member, c *CellRule) { d.text(m.Val, &c.CellModel) }},
	{name: "params", form: "object", doc: "parameters of the artificial cell",
		read: func(d *decoder, m *Member, c *CellRule) {} /* after cellModel is known */},
	{name: "morphology", form: "string", doc: "an SWC, Neurolucida ASC or Blue Brain HDF5 (version 1) file, relative to the spec (rall's own)",
		read: func(d *decoder, m *Member, c *CellRule) { d.text(m.Val, &c.Morphology) }},
	{name: "exact", def: "false", form: "boolean", doc: "the morphology's numbers are those of the file, not rounded to 8 digits and float32 as NEURON's Import3d does (rall's own)",
		read: func(d *decoder, m *Member, c *CellRule) { d.boolean(m.Val, &c.Exact) }},
	{name: "axon", form: "string", doc: "what replaces the morphology's axon, see below (rall's own)",
		read: func(d *decoder, m *Member, c *CellRule) { d.text(m.Val, &c.Axon) }},
	{name: "hoc", form: "string or list of strings", doc: "HOC files, relative to the spec, that make the cell (rall's own)",
		read: func(d *decoder, m *Member, c *CellRule) { c.Failed = true } /* left when it could not be read */},
	{name: "template", form: "string", doc: "the template of the HOC files to make; without, all sections make the cell (rall's own)",
		read: func(d *decoder, m *Member, c *CellRule) {}},
	{name: "args", form: "list of numbers and strings", doc: "arguments of the template (rall's own)",
		read: func(d *decoder, m *Member, c *CellRule) {}},
	{name: "nseg", form: "number, {dLambda, freq}, {maxLength} or asImported", doc: "CVs of sections that do not give their nseg (rall's own)",
		read: func(d *decoder, m *Member, c *CellRule) { c.NSeg = d.nsegRule(m) }},
	{name: "regions", form: "object secList: region", doc: "what is painted on secLists, in order (rall's own)",
		read: func(d *decoder, m *Member, c *CellRule) {
			d.each(m.Val, "regions", func(m *Member) {
				r := Region{SecList: m.Key, Pos: m.Pos}
				fields(d, m.Val, ruleName("region", m.Key), regionKeys, &r, nil)
				c.Regions = append(c.Regions, r)
			})
		}},
	{name: "label", class: silent, form: "string", doc: "NetPyNE writes it"},
}

// cellScope is what functions of a cell rule may use: places, distances and
// the rule's own vars.
func (d *decoder) cellScope(label string) *scope {
	return &scope{vars: join([]string{"dist_path", "dist_euclidean"}, placeVars, d.cellVars[label])}
}

// cells reads cellParams.
func (d *decoder) cells(n *Node) []CellRule {
	var out []CellRule
	d.each(n, "cellParams", func(m *Member) {
		c := CellRule{Label: m.Key, Pos: m.Pos}
		if vars := m.Val.Get("vars"); vars != nil {
			for _, v := range vars.Keys {
				d.cellVars[m.Key] = append(d.cellVars[m.Key], v.Key)
			}
		}
		what := ruleName("cellParams", m.Key)
		fields(d, m.Val, what, cellKeys, &c, nil)
		if p := m.Val.Get("params"); p != nil {
			d.point(p, "params of "+what, c.CellModel.S, &c.Point)
			if c.CellModel.S == "" {
				d.diags.ErrorHint(diag.BadValue, p.Pos, "add cellModel, or move them into secs", "%s has params but no cellModel", what)
			}
		}
		for _, of := range []string{"axon", "exact"} {
			if v := m.Val.Get(of); v != nil && c.Morphology.S == "" {
				d.diags.Errorf(diag.BadValue, v.Pos, "%s has %s but no morphology", what, of)
			}
		}
		for _, own := range []string{"nseg", "regions"} {
			if v := m.Val.Get(own); v != nil && own == "regions" && len(c.Secs) == 0 && c.Morphology.S == "" {
				d.diags.Errorf(diag.BadValue, v.Pos, "%s has %s but neither secs nor a morphology", what, own)
			}
		}
		if len(c.Secs) == 0 && c.Morphology.S == "" && c.CellModel.S == "" && !c.Failed {
			d.diags.Errorf(diag.BadValue, m.Pos, "%s describes no cell: give secs, a morphology or a cellModel", what)
		}
		out = append(out, c)
	})
	return out
}

// nsegRule reads a number, an object, or asImported.
func (d *decoder) nsegRule(m *Member) *NSegRule {
	r := &NSegRule{Pos: m.Val.Pos, Freq: 100}
	switch n := m.Val; {
	case n.Kind == Str && n.Str == "asImported":
		r.AsImported = true
	case n.Kind == Object:
		fields(d, n, "nseg", nsegKeys, r, nil)
		if (r.DLambda > 0) == (r.MaxLength > 0) {
			d.diags.ErrorHint(diag.BadValue, n.Pos, "write {dLambda: 0.1, freq: 100} or {maxLength: 20}", "nseg needs either dLambda or maxLength")
		}
	case n.Kind == Str:
		d.diags.ErrorHint(diag.BadValue, n.Pos, "a number, {dLambda: 0.1, freq: 100}, {maxLength: 20} or asImported", "%q is no way to choose nseg", n.Str)
	default:
		d.integer(n, plain.with(atLeast(1), atMost(32767)), &r.N)
	}
	return r
}

func nsegNum(name string, q quantity, def, doc string, at func(r *NSegRule) *float64) key[NSegRule] {
	return key[NSegRule]{name: name, unit: q.unit, def: def, form: "number", doc: doc,
		read: func(d *decoder, m *Member, r *NSegRule) { d.number(m.Val, q.with(above(0)), at(r)) }}
}

var nsegKeys = []key[NSegRule]{
	nsegNum("dLambda", plain.with(oddAbove(1, "0.1 is usual")), "", "longest CV as a fraction of the length constant at freq", func(r *NSegRule) *float64 { return &r.DLambda }),
	nsegNum("freq", hz, "100", "frequency of the length constant", func(r *NSegRule) *float64 { return &r.Freq }),
	nsegNum("maxLength", um, "", "longest CV", func(r *NSegRule) *float64 { return &r.MaxLength }),
}

// secRead carries the scope of a rule's functions while a section is read.
type secRead struct {
	Section
	scope *scope
}

func (d *decoder) section(m *Member, s *scope) Section {
	r := secRead{Section: Section{Name: m.Key, Pos: m.Pos}, scope: s}
	fields(d, m.Val, ruleName("section", m.Key), secKeys, &r, nil)
	return r.Section
}

func secNum(name string, q quantity, doc string, at func(s *secRead) *Value) key[secRead] {
	return key[secRead]{name: name, unit: q.unit, form: "number", doc: doc,
		read: func(d *decoder, m *Member, s *secRead) { *at(s) = d.value(m.Val, q, nil, 0) }}
}

// secKeys are the keys of a section.
var secKeys = []key[secRead]{
	{name: "geom", form: "object", doc: "geometry and passive cable properties",
		read: func(d *decoder, m *Member, s *secRead) {
			g := geomRead{Geom: Geom{Pos: m.Pos}, scope: s.scope}
			fields(d, m.Val, "geom", geomKeys, &g, nil)
			s.Geom = g.Geom
		}},
	{name: "topol", form: "object", doc: "where the section is joined to its parent",
		read: func(d *decoder, m *Member, s *secRead) {
			if m.Val.isEmpty() {
				return
			}
			t := &Topol{Pos: m.Pos, ParentX: 1}
			fields(d, m.Val, "topol", topolKeys, t, nil)
			if t.Parent.S == "" {
				d.diags.Errorf(diag.BadValue, m.Pos, "topol needs its parentSec")
			}
			s.Topol = t
		}},
	{name: "mechs", form: "object mechanism: parameters", doc: "density mechanisms; a parameter is a number, a list of one per CV, or a function",
		read: func(d *decoder, m *Member, s *secRead) { s.Mechs = d.mechs(m.Val, s.scope) }},
	{name: "ions", form: "object ion: {e, i, o, style}", doc: "reversal potentials [mV] and concentrations [mM]; a number or a list of one per CV",
		read: func(d *decoder, m *Member, s *secRead) { s.Ions = d.ions(m.Val) }},
	{name: "pointps", form: "object label: point process", doc: "point processes that the cell carries",
		read: func(d *decoder, m *Member, s *secRead) { s.PointPs = d.pointps(m.Val, s.scope) }},
	{name: "synMechs", form: "list of {label, loc}", doc: "synapses that the cell carries from the start",
		read: func(d *decoder, m *Member, s *secRead) { s.SynMechs = d.placedSyns(m.Val) }},
	secNum("spikeGenLoc", fraction, "the spike detector sits here", func(s *secRead) *Value { return &s.SpikeGenLoc }),
	secNum("vinit", restingV, "initial potential of the section", func(s *secRead) *Value { return &s.VInit }),
	secNum("threshold", mV, "threshold of the spike detector", func(s *secRead) *Value { return &s.Threshold }),
	{name: "weightNorm", form: "list of numbers, one per CV", doc: "factors on the weights of synapses",
		read: func(d *decoder, m *Member, s *secRead) { s.WeightNorm = d.numbers(m.Val, plain) }},
}

// geomRead carries the scope while a geom is read.
type geomRead struct {
	Geom
	scope *scope
}

func geomNum(name string, q quantity, lists int, def, doc string, at func(g *Geom) *Value) key[geomRead] {
	form := "number or function"
	if lists > 0 {
		form = "number, function or list of one per CV"
	}
	return key[geomRead]{name: name, unit: q.unit, def: def, form: form, doc: doc,
		read: func(d *decoder, m *Member, g *geomRead) {
			*at(&g.Geom) = d.value(m.Val, q, g.scope, lists)
			g.Order = append(g.Order, m.Key)
		}}
}

var geomKeys = []key[geomRead]{
	geomNum("L", lengthQ, 0, "100", "length", func(g *Geom) *Value { return &g.L }),
	geomNum("diam", diamQ, 1, "500", "diameter", func(g *Geom) *Value { return &g.Diam }),
	geomNum("Ra", axialRa, 0, "35.4", "axial resistivity", func(g *Geom) *Value { return &g.Ra }),
	geomNum("cm", capCm, 1, "1", "specific membrane capacitance", func(g *Geom) *Value { return &g.Cm }),
	{name: "nseg", def: "1", form: "integer, function, {dLambda, freq}, {maxLength} or asImported", doc: "number of CVs",
		read: func(d *decoder, m *Member, g *geomRead) {
			g.Order = append(g.Order, m.Key)
			if m.Val.Kind == Object || m.Val.Kind == Str && m.Val.Str == "asImported" {
				g.NSegBy = d.nsegRule(m)
				return
			}
			g.NSeg = d.value(m.Val, plain.with(atLeast(1), atMost(32767)), g.scope, 0)
			if g.NSeg.Kind == Number && !math.IsNaN(g.NSeg.Num) && g.NSeg.Num != math.Trunc(g.NSeg.Num) {
				d.diags.Errorf(diag.BadValue, m.Val.Pos, "nseg must be a whole number, not %g", g.NSeg.Num)
			}
		}},
	{name: "pt3d", unit: "um", form: "list of [x, y, z, diameter]", doc: "3-D points; they set L and the diameters",
		read: func(d *decoder, m *Member, g *geomRead) {
			g.HasPt3d = true
			g.Order = append(g.Order, m.Key)
			if m.Val.Kind != Array {
				d.diags.Errorf(diag.BadType, m.Val.Pos, "pt3d must be a list of [x, y, z, diameter], not %s", m.Val.Kind)
				return
			}
			for _, it := range m.Val.Items {
				var p [4]float64
				if !d.exactly(it, um, p[:]) {
					continue
				}
				if p[3] < 0 {
					d.diags.Errorf(diag.BadValue, it.Pos, "a diameter of %g um", p[3])
				}
				g.Pt3d = append(g.Pt3d, p)
			}
			if len(m.Val.Items) == 1 {
				d.diags.Errorf(diag.BadValue, m.Val.Pos, "pt3d needs two points or more")
			}
		}},
	{name: "wire", unit: "um", form: "[x, y, z]", doc: "the place on the parent from which the section hangs without touching it, as NEURON's pt3dstyle keeps it; it matters for places only (rall's own)",
		read: func(d *decoder, m *Member, g *geomRead) {
			var at [3]float64
			if d.exactly(m.Val, um, at[:]) {
				g.Wire = &at
			}
		}},
}

var topolKeys = []key[Topol]{
	{name: "parentSec", form: "string", doc: "the parent section",
		read: func(d *decoder, m *Member, t *Topol) { d.text(m.Val, &t.Parent) }},
	{name: "parentX", form: "number", doc: "place on the parent",
		read: func(d *decoder, m *Member, t *Topol) { d.number(m.Val, fraction, &t.ParentX) }},
	{name: "childX", form: "0 or 1", doc: "end of this section that is joined",
		read: func(d *decoder, m *Member, t *Topol) {
			d.number(m.Val, fraction, &t.ChildX)
			if t.ChildX != 0 && t.ChildX != 1 {
				d.diags.Errorf(diag.BadValue, m.Val.Pos, "a section is joined by its end 0 or 1, not at %g", t.ChildX)
			}
		}},
}

// mechs reads density mechanisms. Names and units of parameters are for
// spec/build to check, which has the mechanisms.
func (d *decoder) mechs(n *Node, s *scope) []Mech {
	if !d.object(n, "mechs") {
		return nil
	}
	var out []Mech
	for _, m := range n.Keys {
		mech := Mech{Name: m.Key, Pos: m.Pos}
		if m.Val.Kind != Null {
			var numbers *Node
			numbers, mech.Pointers = d.pointers(m.Val)
			mech.Params = d.params(numbers, ruleName("mechanism", m.Key), mechQ, s, 1)
		}
		out = append(out, mech)
	}
	return out
}

// isPointer says whether a parameter's value names variables.
func isPointer(n *Node) bool {
	return n.Kind == Object || n.Kind == Array && len(n.Items) > 0 && n.Items[0].Kind == Object
}

// pointers parts the POINTERs of a mechanism from its other parameters.
func (d *decoder) pointers(n *Node) (*Node, []PointerBinding) {
	if n.Kind != Object {
		return n, nil
	}
	rest := *n
	rest.Keys = nil
	var out []PointerBinding
	for _, m := range n.Keys {
		if isPointer(m.Val) {
			out = append(out, d.pointer(m))
		} else {
			rest.Keys = append(rest.Keys, m)
		}
	}
	return &rest, out
}

func (d *decoder) pointer(m *Member) PointerBinding {
	p := PointerBinding{Name: m.Key, Pos: m.Pos, List: m.Val.Kind == Array}
	items := m.Val.Items
	if !p.List {
		items = []*Node{m.Val}
	}
	for _, it := range items {
		v := VarRef{Pos: it.Pos}
		fields(d, it, "POINTER "+m.Key, varRefKeys, &v, nil)
		if (v.Var.S == "") == (v.Shared.S == "") {
			d.diags.ErrorHint(diag.BadValue, it.Pos, "write {sec: soma, loc: 0.5, var: v}, with mech or pointp for a mechanism's variable, or {shared: NAME}", "POINTER %s needs the variable that it stands for", m.Key)
		}
		p.To = append(p.To, v)
	}
	return p
}

func varRefText(name, doc string, at func(v *VarRef) *Text) key[VarRef] {
	return key[VarRef]{name: name, form: "string", doc: doc, read: func(d *decoder, m *Member, v *VarRef) { d.text(m.Val, at(v)) }}
}

// varRefKeys are the keys of what a POINTER stands for.
var varRefKeys = []key[VarRef]{
	varRefText("var", "the variable", func(v *VarRef) *Text { return &v.Var }),
	varRefText("sec", "the section; without it, the place of the mechanism itself", func(v *VarRef) *Text { return &v.Sec }),
	{name: "loc", def: "0.5", form: "number", doc: "place along the section",
		read: func(d *decoder, m *Member, v *VarRef) { v.Loc = d.value(m.Val, fraction, nil, 0) }},
	varRefText("mech", "the density mechanism that has the variable", func(v *VarRef) *Text { return &v.Mech }),
	varRefText("pointp", "the point process of the section (its label in pointps) that has the variable", func(v *VarRef) *Text { return &v.PointP }),
	varRefText("shared", "instead: a number of the cell's own, by this name, that POINTERs share", func(v *VarRef) *Text { return &v.Shared }),
}

// ions reads ions.
func (d *decoder) ions(n *Node) []Ion {
	var out []Ion
	d.each(n, "ions", func(m *Member) {
		ion := Ion{Name: m.Key, Pos: m.Pos}
		fields(d, m.Val, ruleName("ion", m.Key), ionKeys, &ion, nil)
		out = append(out, ion)
	})
	return out
}

func ionKey(name string, q quantity, doc string) key[Ion] {
	return key[Ion]{name: name, unit: q.unit, form: "number or list of one per CV", doc: doc,
		read: func(d *decoder, m *Member, i *Ion) { i.Params = append(i.Params, d.param(m, q, nil, 1)) }}
}

var ionKeys = []key[Ion]{
	ionKey("e", mV, "reversal potential"),
	ionKey("i", quantity{unit: "mM"}.with(atLeast(0)), "inner concentration"),
	ionKey("o", quantity{unit: "mM"}.with(atLeast(0)), "outer concentration"),
	ionKey("style", plain.with(atLeast(0), atMost(127)), "rall only (NetPyNE ignores it): how the ion's reversal potential and concentrations start and follow, as the number that NEURON's ion_style returns; without it the section's mechanisms decide"),
}

// pointps reads point processes of a section.
func (d *decoder) pointps(n *Node, s *scope) []PointP {
	var out []PointP
	d.each(n, "pointps", func(m *Member) {
		p := PointP{Label: m.Key, Pos: m.Pos}
		what := ruleName("pointps", m.Key)
		fields(d, m.Val, what, pointpKeys, &p, func(m *Member) {
			if strings.HasPrefix(m.Key, "_") {
				return // NetPyNE skips these
			}
			if isPointer(m.Val) {
				p.Pointers = append(p.Pointers, d.pointer(m))
				return
			}
			if m.Val.Kind == Str && m.Val.Str == "gid" {
				p.GidKeys = append(p.GidKeys, Text{S: m.Key, Pos: m.Pos})
				return
			}
			if v := d.param(m, mechQ, s, 0); v.IsSet() {
				p.Params = append(p.Params, v)
			}
		})
		if p.Mod.S == "" {
			d.diags.Errorf(diag.BadValue, m.Pos, "%s needs its mod", what)
		}
		out = append(out, p)
	})
	return out
}

var pointpKeys = []key[PointP]{
	{name: "mod", form: "string", doc: "the mechanism",
		read: func(d *decoder, m *Member, p *PointP) { d.text(m.Val, &p.Mod) }},
	{name: "loc", def: "0.5", form: "number", doc: "place along the section",
		read: func(d *decoder, m *Member, p *PointP) { p.Loc = d.value(m.Val, fraction, nil, 0) }},
	{name: "vref", form: "string", doc: "variable of the mechanism that takes the part of the cell's potential",
		read: func(d *decoder, m *Member, p *PointP) { d.text(m.Val, &p.VRef) }},
	{name: "synList", form: "list of strings", doc: "synMechs that the mechanism contains, in the order of its weights",
		read: func(d *decoder, m *Member, p *PointP) { p.SynList = d.texts(m.Val) }},
}

func (d *decoder) placedSyns(n *Node) []PlacedSyn {
	if n.Kind != Array {
		d.diags.Errorf(diag.BadType, n.Pos, "synMechs must be a list of {label, loc}, not %s", n.Kind)
		return nil
	}
	var out []PlacedSyn
	for _, it := range n.Items {
		p := PlacedSyn{Loc: 0.5}
		fields(d, it, "an entry of synMechs", placedSynKeys, &p, nil)
		if it.Kind == Object {
			out = append(out, p)
		}
	}
	return out
}

var placedSynKeys = []key[PlacedSyn]{
	{name: "label", form: "string", doc: "an entry of synMechParams",
		read: func(d *decoder, m *Member, p *PlacedSyn) { d.text(m.Val, &p.Label) }},
	{name: "loc", form: "number", doc: "place along the section",
		read: func(d *decoder, m *Member, p *PlacedSyn) { d.number(m.Val, fraction, &p.Loc) }},
}

// regionKeys are the keys of a region.
var regionKeys = []key[Region]{
	{name: "geom", form: "object Ra, cm", doc: "passive cable properties",
		read: func(d *decoder, m *Member, r *Region) { fields(d, m.Val, "geom of a region", regionGeomKeys, r, nil) }},
	{name: "mechs", form: "object mechanism: parameters", doc: "density mechanisms; a parameter is a number or a function of dist_path, dist_euclidean, x, y, z",
		read: func(d *decoder, m *Member, r *Region) { r.Mechs = d.mechs(m.Val, regionScope) }},
	{name: "ions", form: "object ion: {e, i, o, style}", doc: "as in a section",
		read: func(d *decoder, m *Member, r *Region) { r.Ions = d.ions(m.Val) }},
	{name: "vinit", unit: "mV", form: "number", doc: "initial potential",
		read: func(d *decoder, m *Member, r *Region) { r.VInit = d.value(m.Val, restingV, nil, 0) }},
}

var regionGeomKeys = []key[Region]{
	{name: "Ra", unit: "ohm cm", form: "number", doc: "axial resistivity",
		read: func(d *decoder, m *Member, r *Region) { r.Ra = d.value(m.Val, axialRa, nil, 0) }},
	{name: "cm", unit: "uF/cm2", form: "number or function", doc: "specific membrane capacitance",
		read: func(d *decoder, m *Member, r *Region) { r.Cm = d.value(m.Val, capCm, regionScope, 0) }},
}
