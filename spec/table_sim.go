package spec

import (
	"strings"

	"github.com/rallsim/rall/ir/diag"
)

func simNum(name string, q quantity, def, doc string, at func(c *SimConfig) *float64) key[SimConfig] {
	return key[SimConfig]{name: name, def: def, unit: q.unit, form: "number", doc: doc,
		read: func(d *decoder, m *Member, c *SimConfig) { d.number(m.Val, q, at(c)) }}
}

func simFlag(name, def, doc string, at func(c *SimConfig) *bool) key[SimConfig] {
	return key[SimConfig]{name: name, def: def, form: "boolean", doc: doc,
		read: func(d *decoder, m *Member, c *SimConfig) { d.boolean(m.Val, at(c)) }}
}

func simText(name, def, doc string, at func(c *SimConfig) *Text) key[SimConfig] {
	return key[SimConfig]{name: name, def: def, form: "string", doc: doc,
		read: func(d *decoder, m *Member, c *SimConfig) { d.text(m.Val, at(c)) }}
}

func simOther(name string, c class, def, form, doc string) key[SimConfig] {
	return key[SimConfig]{name: name, class: c, def: def, form: form, doc: doc}
}

// simConfigKeys are the keys of simConfig.
var simConfigKeys = []key[SimConfig]{
	simNum("duration", duration, "1000", "length of the run", func(c *SimConfig) *float64 { return &c.Duration }),
	simNum("dt", ms.with(above(0), oddAbove(1, "steps are usually 0.025 ms")), "0.025", "time step", func(c *SimConfig) *float64 { return &c.Dt }),
	{name: "hParams", form: "object", doc: "celsius, v_init, clamp_resist and other hoc globals",
		read: func(d *decoder, m *Member, c *SimConfig) {
			fields(d, m.Val, "hParams", hParamKeys, c, func(m *Member) {
				if k := near(m.Key, infos(hParamKeys)); k != "" {
					d.unknown(m, "hParams", infos(hParamKeys))
					return
				}
				if v := d.param(m, mechQ, nil, 0); v.IsSet() {
					c.HParams = append(c.HParams, v)
				}
			})
		}},
	{name: "seeds", form: "object", doc: "seeds of the random streams",
		read: func(d *decoder, m *Member, c *SimConfig) { fields(d, m.Val, "seeds", seedKeys, &c.Seeds, nil) }},
	{name: "rng", def: `"netpyne"`, form: "netpyne or rall", doc: "netpyne: the same network as NetPyNE's, its coincidences included; rall: every stream keyed by rule and entity (rall's own)",
		read: func(d *decoder, m *Member, c *SimConfig) { d.oneOf(m.Val, &c.RNG, RNGNetPyNE, RNGRall) }},
	{name: "rand123GlobalIndex", def: "null", form: "integer", doc: "Random123's global index",
		read: func(d *decoder, m *Member, c *SimConfig) {
			i := 0
			if m.Val.Kind != Null {
				d.integer(m.Val, plain.with(atLeast(0), atMost(1<<32-1)), &i)
			}
			c.RandomGlobal = uint32(i)
		}},
	simFlag("connRandomSecFromList", "true", "a connection of one synapse picks a random section of sec", func(c *SimConfig) *bool { return &c.ConnRandomSecFromList }),
	simFlag("distributeSynsUniformly", "true", "several synapses are spread over the sections by length", func(c *SimConfig) *bool { return &c.DistributeSynsUniformly }),
	simFlag("pt3dRelativeToCellLocation", "true", "3-D points are relative to the cell's place", func(c *SimConfig) *bool { return &c.Pt3dRelativeToCellLocation }),
	simFlag("invertedYCoord", "true", "y is depth: 3-D points are moved by -y", func(c *SimConfig) *bool { return &c.InvertedYCoord }),
	simFlag("allowSelfConns", "false", "a cell may connect to itself", func(c *SimConfig) *bool { return &c.AllowSelfConns }),
	simFlag("allowConnsWithWeight0", "true", "connections of weight 0 are made", func(c *SimConfig) *bool { return &c.AllowConnsWithWeight0 }),
	simFlag("oneSynPerNetcon", "true", "every connection has a synapse of its own", func(c *SimConfig) *bool { return &c.OneSynPerNetcon }),
	simFlag("mergeSynapses", "false", "synapses of equal kinetics on one CV are stepped as one where that changes roundings only (rall's own; see performance.md)", func(c *SimConfig) *bool { return &c.MergeSynapses }),
	{name: "recordCells", def: "[]", form: "list of all, gid, population, [population, index or indices]", doc: "cells whose traces are recorded",
		read: func(d *decoder, m *Member, c *SimConfig) { c.RecordCells = d.cellSel(m.Val) }},
	{name: "recordTraces", def: "{}", form: "object label: {sec, loc, var, mech | synMech | stim | pointp, index, conds}", doc: "what is recorded of them",
		read: func(d *decoder, m *Member, c *SimConfig) {
			c.RecordTraces = nil
			d.each(m.Val, "recordTraces", func(m *Member) { c.RecordTraces = append(c.RecordTraces, d.trace(m)) })
		}},
	{name: "recordCellsSpikes", def: "-1", form: "-1, or as recordCells", doc: "cells whose spikes are kept (-1: all)",
		read: func(d *decoder, m *Member, c *SimConfig) {
			if m.Val.Kind == Num && m.Val.Num == -1 {
				c.RecordSpikes = CellSel{All: true, Pos: m.Val.Pos}
				return
			}
			c.RecordSpikes = d.cellSel(m.Val)
		}},
	simFlag("recordStim", "false", "the spikes of NetStims are kept too", func(c *SimConfig) *bool { return &c.RecordStim }),
	{name: "recordStep", def: "0.1", unit: "ms", form: "number", doc: "interval between samples",
		read: func(d *decoder, m *Member, c *SimConfig) {
			if m.Val.Kind == Str && m.Val.Str == "adaptive" {
				d.diags.Errorf(diag.Unsupported, m.Val.Pos, "recordStep: adaptive is not supported yet (variable time steps)")
				return
			}
			d.number(m.Val, ms.with(above(0)), &c.RecordStep)
		}},
	simFlag("recordTime", "true", "the times of samples are stored", func(c *SimConfig) *bool { return &c.RecordTime }),
	simText("simLabel", `""`, "name of the run", func(c *SimConfig) *Text { return &c.SimLabel }),
	simText("saveFolder", `""`, "folder of the results", func(c *SimConfig) *Text { return &c.SaveFolder }),
	simText("filename", `"model_output"`, "name of the results, where simLabel gives none", func(c *SimConfig) *Text { return &c.Filename }),
	simFlag("saveJson", "false", "NetPyNE's simData as JSON besides SONATA", func(c *SimConfig) *bool { return &c.SaveJSON }),
	{name: "analysis", def: "{}", form: "object plot: true or arguments", doc: "plots to make",
		read: func(d *decoder, m *Member, c *SimConfig) { d.analysis(m.Val, c) }},

	// Known to NetPyNE; they change results, so they are refused.
	simOther("coreneuron", changesResult, "false", "boolean", "CoreNEURON"),
	simOther("random123", changesResult, "false", "boolean", "other random streams for NetStims"),
	simOther("cvode_active", changesResult, "false", "boolean", "variable time steps"),
	simOther("use_local_dt", changesResult, "false", "boolean", "variable time steps"),
	simOther("createNEURONObj", changesResult, "true", "boolean", "false makes no simulation"),
	simOther("createPyStruct", changesResult, "true", "boolean", "false makes no network"),
	simOther("addSynMechs", changesResult, "true", "boolean", "false makes no synapses"),
	simOther("recordLFP", changesResult, "[]", "list", "local field potentials"),
	simOther("recordDipole", changesResult, "false", "boolean", "current dipoles"),
	simOther("recordDipolesHNN", changesResult, "false", "boolean", "current dipoles"),
	simOther("saveIMembrane", changesResult, "false", "boolean or list", "transmembrane currents"),
	simOther("saveLFPCells", changesResult, "false", "boolean or list", "local field potentials"),
	simOther("saveLFPPops", changesResult, "false", "boolean or list", "local field potentials"),
	simOther("saveDipoleCells", changesResult, "false", "boolean or list", "current dipoles"),
	simOther("saveDipolePops", changesResult, "false", "boolean or list", "current dipoles"),
	simOther("saveWeights", changesResult, "false", "boolean", "weights that change with time"),

	// Known to NetPyNE; they concern printing, plots, files or speed.
	simOther("cvode_atol", cosmetic, "0.001", "number", "tolerance of variable time steps"),
	simOther("dump_coreneuron_model", cosmetic, "false", "boolean", "CoreNEURON"),
	simOther("gpu", cosmetic, "false", "boolean", "CoreNEURON"),
	simOther("savePickle", cosmetic, "false", "boolean", "results are SONATA; JSON and CSV on request"),
	simOther("saveMat", cosmetic, "false", "boolean", "results are SONATA; JSON and CSV on request"),
	simOther("saveCSV", cosmetic, "false", "boolean", "ask for CSV on the command line"),
	simOther("saveDpk", cosmetic, "false", "boolean", "results are SONATA; JSON and CSV on request"),
	simOther("saveHDF5", cosmetic, "false", "boolean", "results are SONATA, which is HDF5"),
	simOther("saveDat", cosmetic, "false", "boolean", "results are SONATA; JSON and CSV on request"),
	simOther("saveTxt", cosmetic, "false", "boolean", "results are SONATA; JSON and CSV on request"),
	simOther("saveTiming", cosmetic, "false", "boolean", "times are printed"),
	simOther("timestampFilename", cosmetic, "false", "boolean", "name the output folder on the command line"),
	simOther("backupCfgFile", cosmetic, "[]", "list", "the resolved model is always stored"),
	simOther("compactConnFormat", cosmetic, "false", "boolean or list", "format of NetPyNE's files"),
	simOther("printRunTime", cosmetic, "false", "number", "progress is shown"),
	simOther("printSynsAfterRule", cosmetic, "false", "boolean", "rall inspect shows edges by rule"),

	// Known to NetPyNE, with nothing to say about any value.
	simOther("tstop", silent, "1000", "number", "NetPyNE ignores it; set duration"),
	simOther("cache_efficient", silent, "false", "boolean", "NEURON's memory layout"),
	simOther("use_fast_imem", silent, "false", "boolean", "NEURON's i_membrane_"),
	simOther("includeParamsLabel", silent, "true", "boolean", "content of NetPyNE's files"),
	simOther("gatherOnlySimData", silent, "false", "boolean", "content of NetPyNE's files"),
	simOther("saveCellSecs", silent, "true", "boolean", "content of NetPyNE's files"),
	simOther("saveCellConns", silent, "true", "boolean", "content of NetPyNE's files"),
	simOther("saveDataInclude", silent, "", "list", "content of NetPyNE's files"),
	simOther("timing", silent, "true", "boolean", "times are always printed"),
	simOther("printPopAvgRates", silent, "false", "boolean or ranges", "rates are always printed"),
	simOther("verbose", silent, "false", "boolean", "printing"),
	simOther("progressBar", silent, "2", "integer", "printing"),
	simOther("validateNetParams", silent, "false", "boolean", "specs are always checked"),
	simOther("validateNetParamsMechs", silent, "false", "boolean", "specs are always checked"),
	simOther("checkErrors", silent, "false", "boolean", "specs are always checked"),
	simOther("checkErrorsVerbose", silent, "false", "boolean", "specs are always checked"),
}

var hParamKeys = []key[SimConfig]{
	simNum("celsius", quantity{unit: "degC"}.with(atLeast(-273.15), oddBelow(0, ""), oddAbove(50, "")), "6.3", "temperature", func(c *SimConfig) *float64 { return &c.Celsius }),
	simNum("v_init", restingV, "-65", "initial potential", func(c *SimConfig) *float64 { return &c.VInit }),
	simNum("clamp_resist", quantity{unit: "MOhm"}.with(above(0)), "0.001", "NEURON's clamp_resist", func(c *SimConfig) *float64 { return &c.ClampResist }),
}

func seedKey(name, doc string, at func(s *Seeds) *int64) key[Seeds] {
	return key[Seeds]{name: name, def: "1", form: "integer", doc: doc,
		read: func(d *decoder, m *Member, s *Seeds) {
			i := 0
			d.integer(m.Val, plain, &i)
			*at(s) = int64(i)
		}}
}

var seedKeys = []key[Seeds]{
	seedKey("conn", "connections", func(s *Seeds) *int64 { return &s.Conn }),
	seedKey("stim", "stimuli", func(s *Seeds) *int64 { return &s.Stim }),
	seedKey("loc", "places of cells", func(s *Seeds) *int64 { return &s.Loc }),
	seedKey("cell", "functions of cellParams and synMechParams", func(s *Seeds) *int64 { return &s.Cell }),
}

// misplaced are keys that belong elsewhere: NetPyNE ignores them at the top
// of simConfig, and the run is not what was meant.
var misplaced = map[string]string{
	"celsius": "hParams.celsius", "v_init": "hParams.v_init", "clamp_resist": "hParams.clamp_resist",
	"temperature": "hParams.celsius", "seed": "seeds.conn, seeds.stim, seeds.loc or seeds.cell",
}

// simConfig reads simConfig.
func (d *decoder) simConfig(n *Node) SimConfig {
	var c SimConfig
	fill(d, simConfigKeys, &c)
	fill(d, hParamKeys, &c)
	fill(d, seedKeys, &c.Seeds)
	if n == nil {
		return c
	}
	fields(d, n, "simConfig", simConfigKeys, &c, func(m *Member) {
		if where, ok := misplaced[m.Key]; ok {
			d.diags.ErrorHint(diag.UnknownKey, m.Pos, "did you mean simConfig."+where+"?", "%q at the top of simConfig has no effect", m.Key)
			return
		}
		if d.mapped[m.Key] {
			return
		}
		if near(m.Key, infos(simConfigKeys)) != "" {
			d.unknown(m, "simConfig", infos(simConfigKeys))
			return
		}
		d.diags.Add(diag.Diag{Severity: diag.Warning, Code: diag.Ignored, Pos: m.Pos, Hint: "netParams.mapping can copy it into netParams",
			Msg: "nothing reads " + m.Key + " of simConfig"})
	})
	if t := n.Get("tstop"); t != nil && t.Kind == Num && n.Get("duration") == nil && t.Num != c.Duration {
		d.diags.Add(diag.Diag{Severity: diag.Warning, Code: diag.Ignored, Pos: t.Pos, Hint: "set duration",
			Msg: "tstop has no effect, as in NetPyNE"})
	}
	return c
}

// cellSel reads recordCells, and include of plots: a list; a single item
// counts as one.
func (d *decoder) cellSel(n *Node) CellSel {
	s := CellSel{Pos: n.Pos}
	items := []*Node{n}
	if n.Kind == Array {
		items = n.Items
	}
	for _, it := range items {
		d.cellItem(it, &s)
	}
	return s
}

func (d *decoder) cellItem(n *Node, s *CellSel) {
	c := CellItem{Pos: n.Pos}
	switch {
	case n.Kind == Str && (n.Str == "all" || n.Str == "allCells"):
		s.All = true
		return
	case n.Kind == Str:
		c.Pop = n.Str
	case n.Kind == Num:
		d.integer(n, count, &c.Gid)
	case n.Kind == Array && len(n.Items) == 2 && n.Items[0].Kind == Str:
		c.Pop = n.Items[0].Str
		c.Pos = n.Items[0].Pos
		c.Index = []int{}
		idx := []*Node{n.Items[1]}
		if idx[0].Kind == Array {
			idx = idx[0].Items
		}
		for _, i := range idx {
			k := -1
			d.integer(i, count, &k)
			if k >= 0 {
				c.Index = append(c.Index, k)
			}
		}
	default:
		d.diags.ErrorHint(diag.BadType, n.Pos, `cells are "all", a gid, "pop", ["pop", 0] or ["pop", [0, 1]]`, "%s selects no cells", n.Kind)
		return
	}
	s.Items = append(s.Items, c)
}

// traceKeys are the keys of an entry of recordTraces.
var traceKeys = []key[RecordTrace]{
	traceText("sec", "section (none: a variable of an artificial cell)", func(t *RecordTrace) *Text { return &t.Sec }),
	{name: "loc", def: "0.5", form: "number", doc: "place along the section",
		read: func(d *decoder, m *Member, t *RecordTrace) {
			d.number(m.Val, fraction, &t.Loc)
			t.HasLoc = true
		}},
	traceText("var", "the variable: v, ina, cai, m, g, i …", func(t *RecordTrace) *Text { return &t.Var }),
	traceText("mech", "its density mechanism", func(t *RecordTrace) *Text { return &t.Mech }),
	traceText("synMech", "its synaptic mechanism (an entry of synMechParams)", func(t *RecordTrace) *Text { return &t.SynMech }),
	traceText("stim", "its stimulus (an entry of stimTargetParams)", func(t *RecordTrace) *Text { return &t.Stim }),
	traceText("pointp", "its point process (an entry of pointps)", func(t *RecordTrace) *Text { return &t.PointP }),
	{name: "index", def: "0", form: "integer", doc: "which one, when there are several at the place",
		read: func(d *decoder, m *Member, t *RecordTrace) {
			d.integer(m.Val, count, &t.Index)
			t.HasIndex = true
		}},
	{name: "conds", form: "object", doc: "which of the recorded cells (ranges closed, as in cellParams)",
		read: func(d *decoder, m *Member, t *RecordTrace) {
			t.Conds = d.conds(m.Val, "conds of "+ruleName("recordTraces", t.Label), cellConds)
		}},
}

func traceText(name, doc string, at func(t *RecordTrace) *Text) key[RecordTrace] {
	return key[RecordTrace]{name: name, form: "string", doc: doc,
		read: func(d *decoder, m *Member, t *RecordTrace) { d.text(m.Val, at(t)) }}
}

func (d *decoder) trace(m *Member) RecordTrace {
	t := RecordTrace{Label: m.Key, Pos: m.Pos, Loc: 0.5}
	what := ruleName("recordTraces", m.Key)
	fields(d, m.Val, what, traceKeys, &t, nil)
	d.oneHolder(&t, what, m.Pos)
	return t
}

// oneHolder checks that a trace or a play names its variable, and at most one
// kind of thing that holds it.
func (d *decoder) oneHolder(t *RecordTrace, what string, pos diag.Pos) {
	if t.Var.S == "" {
		d.diags.ErrorHint(diag.BadValue, pos, `for example var: v`, "%s needs its var", what)
	}
	var of []string
	for _, x := range []struct {
		name string
		Text
	}{{"mech", t.Mech}, {"synMech", t.SynMech}, {"stim", t.Stim}, {"pointp", t.PointP}} {
		if x.S != "" {
			of = append(of, x.name)
		}
	}
	if len(of) > 1 {
		d.diags.Errorf(diag.BadValue, pos, "%s gives %s; a variable belongs to one of them", what, strings.Join(of, " and "))
	}
}

func has(list []string, s string) bool {
	for _, l := range list {
		if l == s {
			return true
		}
	}
	return false
}

// playKeys are the keys of an entry of playParams besides those that name the
// variable.
var playKeys = []key[Play]{
	{name: "times", unit: "ms", form: "list of numbers", doc: "when, ascending",
		read: func(d *decoder, m *Member, p *Play) { p.Times = d.numbers(m.Val, ms) }},
	{name: "values", unit: byMech, form: "list of numbers", doc: "what the variable is from then on, or at that time",
		read: func(d *decoder, m *Member, p *Play) { p.Values = d.numbers(m.Val, plain) }},
	{name: "continuous", def: "false", form: "boolean", doc: "straight lines between the values instead of steps",
		read: func(d *decoder, m *Member, p *Play) { d.boolean(m.Val, &p.Continuous) }},
}

// plays reads playParams.
func (d *decoder) plays(n *Node) []Play {
	var out []Play
	d.each(n, "playParams", func(m *Member) {
		p := Play{RecordTrace: RecordTrace{Label: m.Key, Pos: m.Pos, Loc: 0.5}}
		what := ruleName("playParams", m.Key)
		fields(d, m.Val, what, playKeys, &p, func(m *Member) {
			if m.Key == "conds" {
				p.Conds = d.conds(m.Val, "conds of "+what, cellConds)
			} else if !field(d, m, traceKeys, &p.RecordTrace) {
				d.unknown(m, what, append(infos(playKeys), infos(traceKeys)...))
			}
		})
		d.oneHolder(&p.RecordTrace, what, m.Pos)
		if len(p.Times) == 0 || len(p.Times) != len(p.Values) {
			d.diags.Errorf(diag.BadValue, m.Pos, "%s has %d times and %d values", what, len(p.Times), len(p.Values))
		}
		for i := range p.Times {
			if i > 0 && p.Times[i] < p.Times[i-1] {
				d.diags.Errorf(diag.BadValue, m.Pos, "%s: time %g ms stands behind %g ms", what, p.Times[i], p.Times[i-1])
				break
			}
		}
		out = append(out, p)
	})
	return out
}
