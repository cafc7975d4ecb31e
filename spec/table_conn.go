package spec

import (
	"strings"

	"github.com/rallsim/rall/ir/diag"
)

// synMechKeys are the reserved keys of a synaptic mechanism; all others are
// its parameters.
var synMechKeys = []key[SynMech]{
	{name: "mod", form: "string", doc: "the mechanism (ExpSyn, Exp2Syn, a .mod file's)",
		read: func(d *decoder, m *Member, s *SynMech) { d.text(m.Val, &s.Mod) }},
	{name: "loc", form: "number", doc: "place along the section",
		read: func(d *decoder, m *Member, s *SynMech) { s.Loc = d.value(m.Val, fraction, nil, 0) }},
	{name: "pointerParams", def: "{}", form: "object", doc: "makes connections continuous (gap junctions, graded synapses): target_var of the mechanism, RANGE or POINTER, follows source_var of the other cell without events",
		read: func(d *decoder, m *Member, s *SynMech) {
			if m.Val.isEmpty() {
				return
			}
			s.Pointer = &PointerParams{Pos: m.Pos, Source: Text{S: "v", Pos: m.Pos}}
			fields(d, m.Val, "pointerParams of "+ruleName("synMechParams", s.Label), pointerKeys, s.Pointer, nil)
			if s.Pointer.Target.S == "" && m.Val.Kind == Object {
				d.diags.ErrorHint(diag.BadValue, m.Pos, "for example target_var: vpeer", "pointerParams of %s needs its target_var", ruleName("synMechParams", s.Label))
			}
		}},
	{name: "selfNetCon", class: cosmetic, def: "{}", form: "object", doc: "NetPyNE itself never makes this connection"},
	{name: "label", class: silent, form: "string", doc: "NetPyNE writes it"},
}

// pointerKeys are the keys of pointerParams.
var pointerKeys = []key[PointerParams]{
	{name: "target_var", form: "string", doc: "variable of the mechanism",
		read: func(d *decoder, m *Member, p *PointerParams) { d.text(m.Val, &p.Target) }},
	{name: "source_var", def: `"v"`, form: "string", doc: "variable of the other cell's section: v, cai, m_hh …",
		read: func(d *decoder, m *Member, p *PointerParams) { d.text(m.Val, &p.Source) }},
	{name: "bidirectional", def: "true", form: "boolean", doc: "the source cell gets an instance too, which follows the target cell",
		read: func(d *decoder, m *Member, p *PointerParams) {
			both := true
			d.boolean(m.Val, &both)
			p.OneWay = !both
		}},
}

func (d *decoder) synMechs(n *Node) []SynMech {
	var out []SynMech
	d.each(n, "synMechParams", func(m *Member) {
		s := SynMech{Label: m.Key, Pos: m.Pos}
		what := ruleName("synMechParams", m.Key)
		fields(d, m.Val, what, synMechKeys, &s, func(m *Member) {
			if v := d.param(m, mechQ, synScope, 0); v.IsSet() {
				s.Params = append(s.Params, v)
			}
		})
		if s.Mod.S == "" {
			d.diags.ErrorHint(diag.BadValue, m.Pos, `for example mod: Exp2Syn`, "%s needs its mod", what)
		}
		out = append(out, s)
	})
	return out
}

func connValue(name string, q quantity, s *scope, lists int, def, doc string, at func(c *ConnRule) *Value) key[ConnRule] {
	form := "number or function"
	if lists > 0 {
		form = "number, function or list"
	}
	return key[ConnRule]{name: name, unit: q.unit, def: def, form: form, doc: doc,
		read: func(d *decoder, m *Member, c *ConnRule) { *at(c) = d.value(m.Val, q, s, lists) }}
}

func factorKey(name, of string, at func(c *ConnRule) *[]float64) key[ConnRule] {
	return key[ConnRule]{name: name, form: "list of numbers", doc: "factor on the " + of + " for each synMech",
		read: func(d *decoder, m *Member, c *ConnRule) { *at(c) = d.numbers(m.Val, plain) }}
}

func connFlag(name, doc string, at func(c *ConnRule) **bool) key[ConnRule] {
	return key[ConnRule]{name: name, form: "boolean", doc: doc,
		read: func(d *decoder, m *Member, c *ConnRule) {
			b := new(bool)
			d.boolean(m.Val, b)
			*at(c) = b
		}}
}

var (
	delayQ       = ms.with(limit{below: true, x: 0, why: "a spike cannot arrive before it is sent"})
	synsPerConnQ = plain.with(atLeast(0))
)

// connKeys are the keys of a connection rule.
var connKeys = []key[ConnRule]{
	{name: "preConds", form: "object", doc: "the source cells: pop, cellType, cellModel, x, y, z, xnorm, ynorm, znorm, tags",
		read: func(d *decoder, m *Member, c *ConnRule) {
			c.Pre = d.conds(m.Val, "preConds of "+ruleName("connParams", c.Label), connConds)
		}},
	{name: "postConds", form: "object", doc: "the target cells",
		read: func(d *decoder, m *Member, c *ConnRule) {
			c.Post = d.conds(m.Val, "postConds of "+ruleName("connParams", c.Label), connConds)
		}},
	{name: "connFunc", form: "fullConn, probConn, convConn, divConn or fromListConn", doc: "how pairs are chosen; without, by which of the next four is given",
		read: func(d *decoder, m *Member, c *ConnRule) { d.oneOf(m.Val, &c.connFunc, connFuncNames[:]...) }},
	connValue("probability", chance, pairScope, 0, "", "probability of each pair", func(c *ConnRule) *Value { return &c.Probability }),
	connValue("convergence", count, postScope, 0, "", "sources for each target cell", func(c *ConnRule) *Value { return &c.Convergence }),
	connValue("divergence", count, preScope, 0, "", "targets for each source cell", func(c *ConnRule) *Value { return &c.Divergence }),
	{name: "connList", form: "list of [pre, post]", doc: "pairs, as indices into the matching cells",
		read: func(d *decoder, m *Member, c *ConnRule) {
			c.hasList = true
			if m.Val.Kind != Array {
				d.diags.Errorf(diag.BadType, m.Val.Pos, "connList must be a list of [pre, post], not %s", m.Val.Kind)
				return
			}
			q := plain.with(atLeast(0))
			for _, it := range m.Val.Items {
				if it.Kind != Array || len(it.Items) != 2 {
					d.diags.Errorf(diag.BadType, it.Pos, "an entry of connList is [pre, post]")
					continue
				}
				var p [2]int
				d.integer(it.Items[0], q, &p[0])
				d.integer(it.Items[1], q, &p[1])
				c.ConnList = append(c.ConnList, p)
			}
		}},
	connValue("weight", weight, pairScope, 2, "defaultWeight", "weight", func(c *ConnRule) *Value { return &c.Weight }),
	connValue("delay", delayQ, pairScope, 2, "defaultDelay", "delay", func(c *ConnRule) *Value { return &c.Delay }),
	connValue("synsPerConn", synsPerConnQ, pairScope, 1, "1", "synapses for each connection", func(c *ConnRule) *Value { return &c.SynsPerConn }),
	connValue("loc", fraction, pairScope, 2, "", "place along the section (0.5; spread when there are several synapses)", func(c *ConnRule) *Value { return &c.Loc }),
	{name: "synMech", form: "string or list", doc: "entries of synMechParams (the first one)",
		read: func(d *decoder, m *Member, c *ConnRule) { c.SynMech = d.names(m.Val) }},
	factorKey("synMechWeightFactor", "weight", func(c *ConnRule) *[]float64 { return &c.WeightFactor }),
	factorKey("synMechDelayFactor", "delay", func(c *ConnRule) *[]float64 { return &c.DelayFactor }),
	factorKey("synMechLocFactor", "loc", func(c *ConnRule) *[]float64 { return &c.LocFactor }),
	{name: "sec", form: "string or list", doc: "target sections or secLists (soma, else the first section)",
		read: func(d *decoder, m *Member, c *ConnRule) { c.Sec = d.names(m.Val) }},
	connFlag("connRandomSecFromList", "instead of simConfig's", func(c *ConnRule) **bool { return &c.ConnRandomSecFromList }),
	connFlag("distributeSynsUniformly", "instead of simConfig's", func(c *ConnRule) **bool { return &c.DistributeUniformly }),
	{name: "weightIndex", def: "0", form: "integer", doc: "element of the weight vector that weight sets: of artificial cells, of synMechs with rng: rall only (NetPyNE ignores it there)",
		read: func(d *decoder, m *Member, c *ConnRule) { d.integer(m.Val, count, &c.WeightIndex) }},
	{name: "plast", form: "object", doc: "plasticity: a mechanism that changes the weight of each connection",
		read: func(d *decoder, m *Member, c *ConnRule) {
			if m.Val.isEmpty() {
				return
			}
			c.Plast = &Plast{Pos: m.Pos}
			fields(d, m.Val, "plast of "+ruleName("connParams", c.Label), plastKeys, c.Plast, nil)
			if c.Plast.Mech.S == "" && m.Val.Kind == Object {
				d.diags.ErrorHint(diag.BadValue, m.Pos, "for example mech: STDP", "plast of %s needs its mech", ruleName("connParams", c.Label))
			}
		}},
	{name: "shape", class: changesResult, form: "object", doc: "weights that change with time"},
	{name: "disynapticBias", class: changesResult, form: "number", doc: "deprecated by NetPyNE, where it fails"},
	{name: "gapJunction", def: "false", form: "boolean", doc: "gap junctions; deprecated by NetPyNE: the same as pointerParams with target_var vpeer",
		read: func(d *decoder, m *Member, c *ConnRule) {
			on := false
			d.boolean(m.Val, &on)
			if on {
				c.GapJunction = Text{S: "vpeer", Pos: m.Pos}
			}
		}},
	{name: "preSec", form: "string or list", doc: "section of the source cell, for continuous connections (soma); for connList also a list of one for each pair",
		read: func(d *decoder, m *Member, c *ConnRule) { c.PreSec = d.names(m.Val) }},
	{name: "preLoc", def: "0.5", form: "number or list", doc: "place there; for connList also a list of one for each pair",
		read: func(d *decoder, m *Member, c *ConnRule) { c.PreLoc = d.value(m.Val, fraction, nil, 1) }},
	{name: "distinctSecsPerSynMech", class: changesResult, def: "false", form: "boolean", doc: "of NetPyNE 1.1.0 only"},
	{name: "threshold", class: cosmetic, form: "number", doc: "NetPyNE ignores it; set threshold in the source's section"},
	{name: "label", class: silent, form: "string", doc: "NetPyNE writes it"},
}

// plastKeys are the keys of plast.
var plastKeys = []key[Plast]{
	{name: "mech", form: "string", doc: "the mechanism, a point process with a POINTER synweight; NetPyNE connects one of the name STDP only",
		read: func(d *decoder, m *Member, p *Plast) { d.text(m.Val, &p.Mech) }},
	{name: "params", def: "{}", form: "object of numbers", doc: "its parameters",
		read: func(d *decoder, m *Member, p *Plast) { p.Params = d.params(m.Val, "params of plast", mechQ, nil, 0) }},
}

func (d *decoder) conns(n *Node) []ConnRule {
	var out []ConnRule
	d.each(n, "connParams", func(m *Member) {
		c := ConnRule{Label: m.Key, Pos: m.Pos}
		what := ruleName("connParams", m.Key)
		fields(d, m.Val, what, connKeys, &c, nil)
		for _, side := range []string{"preConds", "postConds"} {
			if m.Val.Get(side) == nil {
				d.diags.ErrorHint(diag.BadValue, m.Pos, "write "+side+": {} for all cells", "%s has no %s", what, side)
			}
		}
		d.connFuncOf(&c, m.Pos, what)
		d.connShape(&c, what)
		out = append(out, c)
	})
	return out
}

// connFuncOf chooses how pairs are made, in NetPyNE's order of precedence.
func (d *decoder) connFuncOf(c *ConnRule, pos diag.Pos, what string) {
	given := [...]bool{ProbConn: c.Probability.IsSet(), ConvConn: c.Convergence.IsSet(), DivConn: c.Divergence.IsSet(), FromListConn: c.hasList}
	needs := [...]string{ProbConn: "probability", ConvConn: "convergence", DivConn: "divergence", FromListConn: "connList"}
	c.Func = FullConn
	if c.connFunc != "" {
		for i, n := range connFuncNames {
			if n == c.connFunc {
				c.Func = ConnFunc(i)
			}
		}
		if c.Func != FullConn && !given[c.Func] {
			d.diags.Errorf(diag.BadValue, pos, "%s: %s needs its %s", what, c.Func, needs[c.Func])
		}
	} else {
		for f := ProbConn; f <= FromListConn; f++ {
			if given[f] {
				c.Func = f
				break
			}
		}
	}
	var idle []string
	for f := ProbConn; f <= FromListConn; f++ {
		if given[f] && f != c.Func {
			idle = append(idle, needs[f])
		}
	}
	if len(idle) > 0 {
		d.diags.Warnf(diag.Ignored, pos, "%s: %s without effect, because pairs are chosen by %s", what, strings.Join(idle, " and "), c.Func)
	}
}

// connShape checks the lengths of lists.
func (d *decoder) connShape(c *ConnRule, what string) {
	if c.Func == FromListConn {
		n := len(c.ConnList)
		for _, v := range []struct {
			name string
			Value
		}{{"weight", c.Weight}, {"delay", c.Delay}, {"loc", c.Loc}} {
			if v.Kind == List && len(v.Items) != n && len(v.Items) != 1 {
				d.diags.Errorf(diag.BadValue, v.Pos, "%s: %s has %d items for the %d pairs of connList", what, v.name, len(v.Items), n)
			}
		}
		if c.Sec.IsList && len(c.Sec.Items) != n && len(c.Sec.Items) != 1 {
			d.diags.Errorf(diag.BadValue, c.Sec.Pos, "%s: sec has %d items for the %d pairs of connList", what, len(c.Sec.Items), n)
		}
	}
	d.factors(what, len(c.SynMech.Flat()), c.SynMech.IsList, c.SynMech.Pos, c.WeightFactor, c.DelayFactor, c.LocFactor)
	if k := len(c.SynMech.Items); k > 1 && c.Func != FromListConn {
		for _, v := range []struct {
			name string
			Value
		}{{"weight", c.Weight}, {"delay", c.Delay}, {"loc", c.Loc}, {"synsPerConn", c.SynsPerConn}} {
			if v.Kind == List && len(v.Items) != k {
				d.diags.Errorf(diag.BadValue, v.Pos, "%s: %s has %d items for %d synMechs", what, v.name, len(v.Items), k)
			}
		}
	}
}

func (d *decoder) factors(what string, n int, isList bool, pos diag.Pos, lists ...[]float64) {
	names := [...]string{"synMechWeightFactor", "synMechDelayFactor", "synMechLocFactor"}
	for i, l := range lists {
		if l == nil {
			continue
		}
		if !isList || n < 2 {
			d.diags.Warnf(diag.Ignored, pos, "%s: %s is without effect with a single synMech", what, names[i])
		} else if len(l) != n {
			d.diags.Errorf(diag.BadValue, pos, "%s: %s has %d items for %d synMechs", what, names[i], len(l), n)
		}
	}
}

// stimScope is what functions of stimuli may use.
var stimScope = &scope{vars: postVars, consts: true}

// stimParam describes a parameter of a known kind of stimulus.
type stimParam struct {
	name  string
	q     quantity
	lists int
	doc   string
}

var nA = quantity{unit: "nA"}
var clampA = nA.with(oddAbove(20, "currents are in nA; a current in pA is written '100 pA'"), oddBelow(-20, "currents are in nA; a current in pA is written '-100 pA'"))
var megohm = quantity{unit: "MOhm"}.with(above(0))

// stimTypes are the stimuli whose parameters the spec knows. Any other name
// is a point process of the catalogue; spec/build checks its parameters.
var stimTypes = map[string][]stimParam{
	"NetStim": {
		{"rate", hz.with(atLeast(0)), 0, "mean rate"},
		{"interval", ms.with(above(0)), 0, "mean interval, instead of rate"},
		{"noise", noise01, 0, "0 is regular, 1 Poisson (0)"},
		{"start", ms, 0, "time of the first spike (0)"},
		{"number", plain, 0, "number of spikes (1e9)"},
	},
	"VecStim": {{"spkTimes", duration, 1, "spike times (rall's own: NetPyNE has it for populations only)"}},
	"IClamp": {
		{"del", ms, 0, "begin"}, {"dur", duration, 0, "length"}, {"amp", clampA, 0, "current"},
		{"delay", ms, 0, "the same as del"},
	},
	"SEClamp": {
		{"dur1", duration, 0, "length of the first level"}, {"dur2", duration, 0, "of the second"}, {"dur3", duration, 0, "of the third"},
		{"amp1", mV, 0, "first level"}, {"amp2", mV, 0, "second level"}, {"amp3", mV, 0, "third level"},
		{"rs", megohm, 0, "series resistance"},
	},
	"VClamp": {
		{"dur", duration, 1, "lengths of the three levels"}, {"amp", mV, 1, "the three levels"},
		{"gain", plain, 0, "gain of the amplifier"}, {"rstim", megohm, 0, "electrode resistance"},
		{"tau1", ms, 0, "time constant of the amplifier"}, {"tau2", ms, 0, "second time constant"},
		{"fac", plain, 0, "feedback of the output to the input"},
	},
	"AlphaSynapse": {
		{"onset", ms, 0, "begin"}, {"tau", ms.with(above(0)), 0, "time to peak"},
		{"gmax", quantity{unit: "uS"}.with(atLeast(0)), 0, "peak conductance"}, {"e", mV, 0, "reversal potential"},
	},
}

var stimSourceKeys = []key[StimSource]{
	{name: "type", form: "string", doc: "NetStim, VecStim, IClamp, SEClamp, VClamp, AlphaSynapse or another point process",
		read: func(d *decoder, m *Member, s *StimSource) { d.text(m.Val, &s.Type) }},
	{name: "seed", form: "number", doc: "seed of NetStims, instead of seeds.stim",
		read: func(d *decoder, m *Member, s *StimSource) { s.Seed = d.value(m.Val, plain, nil, 0) }},
	{name: "shape", class: changesResult, form: "object", doc: "weights that change with time"},
	{name: "plast", class: changesResult, form: "object", doc: "plasticity"},
	{name: "originalFormat", class: changesResult, form: "string", doc: "stimuli imported from NeuroML"},
	{name: "field", class: changesResult, form: "object", doc: "extracellular stimulation"},
	{name: "waveform", class: changesResult, form: "object", doc: "extracellular stimulation"},
	{name: "label", class: silent, form: "string", doc: "NetPyNE writes it"},
}

func (d *decoder) stimSources(n *Node) []StimSource {
	var out []StimSource
	d.each(n, "stimSourceParams", func(m *Member) {
		s := StimSource{Label: m.Key, Pos: m.Pos}
		what := ruleName("stimSourceParams", m.Key)
		if t := m.Val.Get("type"); t == nil || t.Kind != Str {
			d.diags.Errorf(diag.BadValue, m.Pos, "%s needs its type: NetStim, IClamp …", what)
		} else if t.Str == "XStim" {
			d.diags.Errorf(diag.Unsupported, t.Pos, "XStim is not supported yet (extracellular stimulation)")
		}
		typ := ""
		if t := m.Val.Get("type"); t != nil {
			typ = t.Str
		}
		known, isKnown := stimTypes[typ]
		fields(d, m.Val, what, stimSourceKeys, &s, func(m *Member) {
			if typ == "NetStim" && m.Key == "rate" && m.Val.Kind == Str && m.Val.Str == "variable" {
				d.diags.Errorf(diag.Unsupported, m.Val.Pos, "rate: variable is not supported yet (it needs NSLOC)")
				return
			}
			q, lists := mechQ, 0
			if isKnown {
				p := stimParamOf(known, m.Key)
				if p == nil {
					d.unknown(m, what+" ("+typ+")", append(stimInfos(known), infos(stimSourceKeys)...))
					return
				}
				q, lists = p.q, p.lists
			}
			v := d.param(m, q, stimScope, lists)
			if typ == "VClamp" && v.Kind == List && len(v.Items) != 3 {
				d.diags.Errorf(diag.BadValue, v.Pos, "%s of a VClamp has three levels, not %d", m.Key, len(v.Items))
			}
			if m.Key == "delay" && typ == "IClamp" {
				v.Name = "del"
			}
			if v.IsSet() {
				s.Params = append(s.Params, v)
			}
		})
		out = append(out, s)
	})
	return out
}

func stimParamOf(list []stimParam, name string) *stimParam {
	for i := range list {
		if list[i].name == name {
			return &list[i]
		}
	}
	return nil
}

func stimInfos(list []stimParam) []keyInfo {
	var out []keyInfo
	for _, p := range list {
		form := "number or function"
		if p.lists > 0 {
			form = "list of numbers"
		}
		out = append(out, keyInfo{name: p.name, unit: p.q.unit, form: form, doc: p.doc})
	}
	return out
}

func targetValue(name string, q quantity, lists int, def, doc string, at func(t *StimTarget) *Value) key[StimTarget] {
	return key[StimTarget]{name: name, unit: q.unit, def: def, form: "number, function or list", doc: doc,
		read: func(d *decoder, m *Member, t *StimTarget) { *at(t) = d.value(m.Val, q, stimScope, lists) }}
}

func targetFactor(name, of string, at func(t *StimTarget) *[]float64) key[StimTarget] {
	return key[StimTarget]{name: name, form: "list of numbers", doc: "factor on the " + of + " for each synMech",
		read: func(d *decoder, m *Member, t *StimTarget) { *at(t) = d.numbers(m.Val, plain) }}
}

// stimTargetKeys are the keys of a rule that gives stimuli to cells.
var stimTargetKeys = []key[StimTarget]{
	{name: "source", form: "string", doc: "an entry of stimSourceParams",
		read: func(d *decoder, m *Member, t *StimTarget) { d.text(m.Val, &t.Source) }},
	{name: "conds", form: "object", doc: "the cells, as in connection rules; cellList picks by index among them",
		read: func(d *decoder, m *Member, t *StimTarget) {
			t.Conds = d.conds(m.Val, "conds of "+ruleName("stimTargetParams", t.Label), stimConds)
		}},
	{name: "sec", form: "string or list", doc: "section or secList (soma, else the first section)",
		read: func(d *decoder, m *Member, t *StimTarget) { t.Sec = d.names(m.Val) }},
	targetValue("loc", fraction, 1, "0.5", "place along the section", func(t *StimTarget) *Value { return &t.Loc }),
	targetValue("weight", weight, 1, "defaultWeight", "weight (NetStim)", func(t *StimTarget) *Value { return &t.Weight }),
	targetValue("delay", delayQ, 1, "defaultDelay", "delay (NetStim)", func(t *StimTarget) *Value { return &t.Delay }),
	targetValue("synsPerConn", synsPerConnQ, 1, "1", "synapses for each cell (NetStim)", func(t *StimTarget) *Value { return &t.SynsPerConn }),
	{name: "synMech", form: "string or list", doc: "entries of synMechParams (the first one)",
		read: func(d *decoder, m *Member, t *StimTarget) { t.SynMech = d.names(m.Val) }},
	targetFactor("synMechWeightFactor", "weight", func(t *StimTarget) *[]float64 { return &t.WeightFactor }),
	targetFactor("synMechDelayFactor", "delay", func(t *StimTarget) *[]float64 { return &t.DelayFactor }),
	targetFactor("synMechLocFactor", "loc", func(t *StimTarget) *[]float64 { return &t.LocFactor }),
	{name: "label", class: silent, form: "string", doc: "NetPyNE writes it"},
}

func (d *decoder) stimTargets(n *Node) []StimTarget {
	var out []StimTarget
	d.each(n, "stimTargetParams", func(m *Member) {
		t := StimTarget{Label: m.Key, Pos: m.Pos}
		what := ruleName("stimTargetParams", m.Key)
		fields(d, m.Val, what, stimTargetKeys, &t, nil)
		if t.Source.S == "" {
			d.diags.Errorf(diag.BadValue, m.Pos, "%s needs its source", what)
		}
		if m.Val.Get("conds") == nil {
			d.diags.ErrorHint(diag.BadValue, m.Pos, "write conds: {} for all cells", "%s has no conds", what)
		}
		d.factors(what, len(t.SynMech.Flat()), t.SynMech.IsList, t.SynMech.Pos, t.WeightFactor, t.DelayFactor, t.LocFactor)
		out = append(out, t)
	})
	return out
}
