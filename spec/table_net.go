package spec

import (
	"strconv"
	"strings"

	"github.com/rallsim/rall/ir/diag"
)

// The quantities of the vocabulary.
var (
	plain    = quantity{}
	um       = quantity{unit: "um"}
	ms       = quantity{unit: "ms"}
	mV       = quantity{unit: "mV"}
	hz       = quantity{unit: "Hz"}
	count    = plain.with(atLeast(0))
	fraction = plain.with(atLeast(0), atMost(1))
	chance   = plain.with(atLeast(0), limit{x: 1, why: "a probability lies from 0 to 1: 50 % is 0.5"})
	duration = ms.with(atLeast(0))
	weight   = quantity{unit: "uS"}
	mechQ    = quantity{unit: byMech}
)

// The names that string functions may use, by where they stand.
var (
	preVars   = []string{"pre_x", "pre_y", "pre_z", "pre_xnorm", "pre_ynorm", "pre_znorm"}
	postVars  = []string{"post_x", "post_y", "post_z", "post_xnorm", "post_ynorm", "post_znorm"}
	distVars  = []string{"dist_x", "dist_y", "dist_z", "dist_xnorm", "dist_ynorm", "dist_znorm", "dist_2D", "dist_3D", "dist_3D_border", "dist_norm2D", "dist_norm3D"}
	placeVars = []string{"x", "y", "z", "xnorm", "ynorm", "znorm"}

	pairScope   = &scope{vars: join(preVars, postVars, distVars), consts: true}
	preScope    = &scope{vars: preVars, consts: true}
	postScope   = &scope{vars: postVars, consts: true}
	pointScope  = &scope{vars: placeVars}
	varsScope   = &scope{vars: placeVars}
	synScope    = &scope{vars: join([]string{"post_dist_path", "post_dist_euclidean"}, postVars)}
	regionScope = &scope{vars: []string{"dist_path", "dist_euclidean", "x", "y", "z"}, noRand: true}
	normScope   = &scope{vars: []string{"xnorm", "ynorm", "znorm"}, noRand: true}
)

func join(lists ...[]string) []string {
	var out []string
	for _, l := range lists {
		out = append(out, l...)
	}
	return out
}

func netNum(name string, q quantity, def, doc string, at func(p *NetParams) *float64) key[NetParams] {
	return key[NetParams]{name: name, def: def, unit: q.unit, form: "number", doc: doc,
		read: func(d *decoder, m *Member, p *NetParams) { d.number(m.Val, q, at(p)) }}
}

// netParamsKeys are the keys of netParams besides the containers of rules.
// Every number among them, and every number that the user adds, is a name that
// string functions of connections and stimuli may use.
var netParamsKeys = []key[NetParams]{
	netNum("scale", plain.with(atLeast(0)), "1", "factor on numCells of every population; above 1 only with rng: rall, since NetPyNE stops there", func(p *NetParams) *float64 { return &p.Scale }),
	netNum("sizeX", um.with(above(0)), "100", "width of the network", func(p *NetParams) *float64 { return &p.SizeX }),
	netNum("sizeY", um.with(above(0)), "100", "height of the network (cortical depth)", func(p *NetParams) *float64 { return &p.SizeY }),
	netNum("sizeZ", um.with(above(0)), "100", "depth of the network", func(p *NetParams) *float64 { return &p.SizeZ }),
	{name: "shape", def: `"cuboid"`, form: "cuboid, cylinder or ellipsoid", doc: "shape that cells are placed in",
		read: func(d *decoder, m *Member, p *NetParams) {
			d.oneOf(m.Val, &p.Shape, "cuboid", "cylinder", "ellipsoid")
		}},
	netNum("scaleConnWeight", plain, "1", "factor on the weights of all connections but NetStims'", func(p *NetParams) *float64 { return &p.ScaleConnWeight }),
	netNum("scaleConnWeightNetStims", plain, "1", "factor on the weights of NetStims", func(p *NetParams) *float64 { return &p.ScaleConnWeightNetStims }),
	{name: "scaleConnWeightModels", def: "false", form: "object cellModel: number", doc: "factor by the target's cellModel, instead of scaleConnWeight",
		read: func(d *decoder, m *Member, p *NetParams) {
			if !m.Val.isEmpty() {
				p.ScaleConnWeightModels = d.params(m.Val, m.Key, plain, nil, 0)
			}
		}},
	netNum("defaultWeight", weight, "1", "weight of connections that give none", func(p *NetParams) *float64 { return &p.DefaultWeight }),
	netNum("defaultDelay", duration, "1", "delay of connections that give none", func(p *NetParams) *float64 { return &p.DefaultDelay }),
	netNum("defaultThreshold", mV, "10", "threshold of the spike detector", func(p *NetParams) *float64 { return &p.DefaultThreshold }),
	netNum("propVelocity", quantity{unit: "um/ms"}, "500", "a number for string functions: propagation velocity", func(p *NetParams) *float64 { return &p.PropVelocity }),
	{name: "mapping", def: "{}", form: "object simConfig key: path", doc: "copies values of simConfig into netParams before anything else",
		read: func(d *decoder, m *Member, p *NetParams) {}}, // applyMapping has done it
	{name: "popTagsCopiedToCells", def: `["cellModel", "cellType"]`, form: "list of strings", doc: "tags of populations that their cells carry",
		read: func(d *decoder, m *Member, p *NetParams) {
			p.PopTagsCopiedToCells = nil
			for _, t := range d.texts(m.Val) {
				p.PopTagsCopiedToCells = append(p.PopTagsCopiedToCells, t.S)
			}
		}},
	{name: "correctBorder", def: "false", form: "object threshold, xborders, yborders, zborders", doc: "enables dist_3D_border",
		read: func(d *decoder, m *Member, p *NetParams) {
			p.CorrectBorder = nil
			if m.Val.isEmpty() {
				return
			}
			c := &CorrectBorder{Pos: m.Pos}
			fields(d, m.Val, "correctBorder", correctBorderKeys, c, nil)
			if m.Val.Kind == Object && m.Val.Get("threshold") == nil {
				d.diags.Errorf(diag.BadValue, m.Pos, "correctBorder needs its threshold [x, y, z]")
			}
			p.CorrectBorder = c
		}},
	{name: "rotateCellsRandomly", class: changesResult, def: "false", form: "boolean or range", doc: "random rotation of cells about the y axis"},
	{name: "defineCellShapes", class: changesResult, def: "false", form: "boolean", doc: "gives cells without 3-D points such points"},
	{name: "cellsVisualizationSpacingMultiplier", class: cosmetic, def: "[1, 1, 1]", form: "list", doc: "for a graphical interface only"},
	{name: "subConnParams", class: changesResult, def: "{}", form: "object", doc: "distribution of synapses within cells"},
	{name: "rxdParams", class: changesResult, def: "{}", form: "object", doc: "reaction-diffusion"},
	{name: "_labelid", class: silent, def: "0", form: "integer", doc: "NetPyNE's counter of rules without label"},
}

var correctBorderKeys = []key[CorrectBorder]{
	{name: "threshold", unit: "um", form: "list of 3 numbers", doc: "distance from the border up to which distances are corrected",
		read: func(d *decoder, m *Member, c *CorrectBorder) { d.exactly(m.Val, um, c.Threshold[:]) }},
	borderKey("xborders", 0), borderKey("yborders", 1), borderKey("zborders", 2),
}

func borderKey(name string, i int) key[CorrectBorder] {
	return key[CorrectBorder]{name: name, form: "list of 2 numbers", doc: "the borders, as fractions of the size; those of the population's range if not given",
		read: func(d *decoder, m *Member, c *CorrectBorder) {
			d.exactly(m.Val, plain, c.Borders[i][:])
			c.Given[i] = true
		}}
}

// containers are the objects of labelled rules in netParams.
var containers = []keyInfo{
	{name: "popParams", form: "object label: population", doc: "populations, in order of their gids"},
	{name: "cellParams", form: "object label: cell rule", doc: "cell rules, applied in order"},
	{name: "synMechParams", form: "object label: mechanism", doc: "synaptic mechanisms"},
	{name: "connParams", form: "object label: rule", doc: "connection rules, in order"},
	{name: "stimSourceParams", form: "object label: source", doc: "stimuli"},
	{name: "stimTargetParams", form: "object label: rule", doc: "which cells get which stimulus"},
	{name: "tableParams", form: "object NAME_MECHANISM: table", doc: "the values of FUNCTION_TABLEs (rall's own; hoc's table_NAME_MECHANISM)"},
	{name: "playParams", form: "object label: variable, times, values", doc: "variables of mechanisms that change with time (rall's own; NEURON's Vector.play)"},
}

func sizeKey(name, form, unit, doc string, size PopSize, read func(d *decoder, m *Member, p *Pop)) key[Pop] {
	return key[Pop]{name: name, form: form, unit: unit, doc: doc, read: func(d *decoder, m *Member, p *Pop) {
		// NetPyNE takes the first of cellsList, numCells, density, gridSpacing.
		if p.sized {
			d.diags.Errorf(diag.BadValue, m.Pos, "population %q gives its size twice; give one of numCells, density, gridSpacing and cellsList", p.Label)
			return
		}
		p.sized, p.Size, p.SizePos = true, size, m.Pos
		read(d, m, p)
	}}
}

func rangeKey(name string, q quantity, doc string, at func(p *Pop) *Range) key[Pop] {
	return key[Pop]{name: name, form: "[lo, hi]", unit: q.unit, doc: doc,
		read: func(d *decoder, m *Member, p *Pop) { d.interval(m.Val, q, at(p)) }}
}

// popKeys are the keys of a population, besides the parameters of artificial
// cells (pointKeys) and the user's tags.
var popKeys = []key[Pop]{
	{name: "cellType", form: "string", doc: "the rule of cellParams with this label, or rules with conditions on it",
		read: func(d *decoder, m *Member, p *Pop) { d.text(m.Val, &p.CellType) }},
	{name: "cellModel", form: "string", doc: "an artificial cell (NetStim, VecStim, IntFire1 …), or a tag",
		read: func(d *decoder, m *Member, p *Pop) { d.text(m.Val, &p.CellModel) }},
	sizeKey("numCells", "integer", "", "number of cells, at random places", ByNumCells, func(d *decoder, m *Member, p *Pop) {
		d.integer(m.Val, count.with(oddBelow(1, "the population is empty")), &p.NumCells)
	}),
	sizeKey("density", "number or function of one of xnorm, ynorm, znorm", "cells/mm3", "density of cells, at random places", ByDensity, readDensity),
	sizeKey("gridSpacing", "number or list of 3", "um", "cells on a grid", ByGrid, func(d *decoder, m *Member, p *Pop) {
		q := um.with(above(0))
		if m.Val.Kind == Array {
			d.exactly(m.Val, q, p.GridSpacing[:])
			return
		}
		d.number(m.Val, q, &p.GridSpacing[0])
		p.GridSpacing[1], p.GridSpacing[2] = p.GridSpacing[0], p.GridSpacing[0]
	}),
	sizeKey("cellsList", "list of objects", "", "the cells one by one: x, y, z or norms, spkTimes, params, tags", ByList, readCellsList),
	rangeKey("xRange", um, "interval that x is drawn from", func(p *Pop) *Range { return &p.X }),
	rangeKey("yRange", um, "interval that y is drawn from", func(p *Pop) *Range { return &p.Y }),
	rangeKey("zRange", um, "interval that z is drawn from", func(p *Pop) *Range { return &p.Z }),
	rangeKey("xnormRange", plain, "interval of x/sizeX", func(p *Pop) *Range { return &p.XNorm }),
	rangeKey("ynormRange", plain, "interval of y/sizeY", func(p *Pop) *Range { return &p.YNorm }),
	rangeKey("znormRange", plain, "interval of z/sizeZ", func(p *Pop) *Range { return &p.ZNorm }),
	{name: "diversity", def: "false", form: "boolean", doc: "slices of the population follow different cell rules (diversityFraction)",
		read: func(d *decoder, m *Member, p *Pop) { d.boolean(m.Val, &p.Diversity) }},
	{name: "params", form: "object", doc: "parameters of artificial cells, instead of at the top level",
		read: func(d *decoder, m *Member, p *Pop) { d.point(m.Val, "params of "+p.Label, p.model, &p.Point) }},
	{name: "originalFormat", class: changesResult, form: "string", doc: "populations imported from NeuroML"},
	{name: "vref", class: changesResult, form: "string", doc: "a point process that drives the cell"},
	{name: "pop", class: silent, form: "string", doc: "NetPyNE writes the label here"},
}

func readDensity(d *decoder, m *Member, p *Pop) {
	p.Density = d.value(m.Val, quantity{unit: "1/mm3"}.with(atLeast(0)), normScope, 0)
	if p.Density.Kind != Function {
		return
	}
	if v := p.Density.Func.Vars(); len(v) == 1 {
		p.DensityVar = v[0]
	} else {
		d.diags.Errorf(diag.BadValue, m.Val.Pos, "a density depends on exactly one of xnorm, ynorm and znorm, not on %s", strings.Join(v, " and "))
	}
}

func readCellsList(d *decoder, m *Member, p *Pop) {
	if m.Val.Kind != Array {
		d.diags.Errorf(diag.BadType, m.Val.Pos, "cellsList must be a list of objects, not %s", m.Val.Kind)
		return
	}
	for _, it := range m.Val.Items {
		c := CellEntry{Pos: it.Pos}
		fields(d, it, "an entry of cellsList", cellEntryKeys, &c, func(m *Member) {
			if m.Key == "params" {
				c.Params = d.params(m.Val, "params", mechQ, nil, 1)
				return
			}
			if t, ok := d.tag(m.Val); ok {
				c.Tags = append(c.Tags, NamedTag{Name: m.Key, Key: m.Pos, Tag: t})
				return
			}
			d.unknown(m, "an entry of cellsList", infos(cellEntryKeys))
		})
		if it.Kind == Object {
			p.Cells = append(p.Cells, c)
		}
	}
}

func entryNum(name string, q quantity, at func(c *CellEntry) *Value) key[CellEntry] {
	return key[CellEntry]{name: name, unit: q.unit, form: "number", doc: "place of the cell",
		read: func(d *decoder, m *Member, c *CellEntry) { *at(c) = d.value(m.Val, q, nil, 0) }}
}

var cellEntryKeys = []key[CellEntry]{
	entryNum("x", um, func(c *CellEntry) *Value { return &c.X }),
	entryNum("y", um, func(c *CellEntry) *Value { return &c.Y }),
	entryNum("z", um, func(c *CellEntry) *Value { return &c.Z }),
	entryNum("xnorm", plain, func(c *CellEntry) *Value { return &c.XNorm }),
	entryNum("ynorm", plain, func(c *CellEntry) *Value { return &c.YNorm }),
	entryNum("znorm", plain, func(c *CellEntry) *Value { return &c.ZNorm }),
	{name: "spkTimes", unit: "ms", form: "list of numbers", doc: "spike times of a VecStim",
		read: func(d *decoder, m *Member, c *CellEntry) {
			c.SpkTimes, c.HasSpkTimes = d.numbers(m.Val, duration), true
		}},
}

func pointNum(name string, q quantity, doc string, at func(p *PointParams) *Value) key[PointParams] {
	form := "number or function"
	lists := 0
	if name == "rate" {
		form, lists = "number, function or [lo, hi]", 1
	}
	return key[PointParams]{name: name, unit: q.unit, form: form, doc: doc,
		read: func(d *decoder, m *Member, p *PointParams) {
			v := d.value(m.Val, q, pointScope, lists)
			if v.Kind == List && len(v.Items) != 2 {
				d.diags.Errorf(diag.BadType, v.Pos, "a range of rates is [lo, hi], not a list of %d", len(v.Items))
			}
			*at(p) = v
			p.Order = append(p.Order, m.Key)
		}}
}

var noise01 = plain.with(
	limit{below: true, x: 0, odd: true, why: "noise runs from 0 (regular) to 1 (Poisson); beyond, NEURON uses 0 or 1"},
	limit{x: 1, odd: true, why: "noise runs from 0 (regular) to 1 (Poisson); beyond, NEURON uses 0 or 1"})

// pointKeys are the parameters of NetStim and VecStim populations; other
// artificial cells add their mechanism's.
var pointKeys = []key[PointParams]{
	pointNum("rate", hz.with(atLeast(0)), "mean rate; [lo, hi] draws one for each cell", func(p *PointParams) *Value { return &p.Rate }),
	pointNum("interval", ms.with(above(0)), "mean interval, instead of rate", func(p *PointParams) *Value { return &p.Interval }),
	pointNum("noise", noise01, "0 is regular, 1 Poisson", func(p *PointParams) *Value { return &p.Noise }),
	pointNum("start", ms, "time of the first spike (its most likely one with noise)", func(p *PointParams) *Value { return &p.Start }),
	pointNum("number", plain, "number of spikes (1e9 when not given)", func(p *PointParams) *Value { return &p.Number }),
	pointNum("seed", plain, "seed of the cell's stream, instead of seeds.stim", func(p *PointParams) *Value { return &p.Seed }),
	{name: "spkTimes", unit: "ms", form: "list, or list of lists", doc: "spike times of VecStims: one train for all cells, or one for each",
		read: func(d *decoder, m *Member, p *PointParams) {
			p.SpkTimesPos = m.Pos
			p.Order = append(p.Order, m.Key)
			if m.Val.Kind == Array && len(m.Val.Items) > 0 && m.Val.Items[0].Kind == Array {
				for _, it := range m.Val.Items {
					p.SpkTimes = append(p.SpkTimes, d.numbers(it, duration))
				}
				return
			}
			p.Shared = true
			p.SpkTimes = [][]float64{d.numbers(m.Val, duration)}
		}},
	{name: "spikePattern", form: "object", doc: "rhythmic, evoked, poisson or gauss trains of VecStims",
		read: func(d *decoder, m *Member, p *PointParams) {
			p.Pattern = &SpikePattern{Pos: m.Pos}
			p.Order = append(p.Order, m.Key)
			fields(d, m.Val, "spikePattern", patternKeys, p.Pattern, nil)
			if m.Val.Kind == Object && m.Val.Get("type") == nil {
				d.diags.Errorf(diag.BadValue, m.Pos, "a spikePattern needs its type: rhythmic, evoked, poisson or gauss")
			}
		}},
	{name: "pulses", form: "list of objects", doc: "pulses of higher rate, added to a VecStim's train",
		read: func(d *decoder, m *Member, p *PointParams) {
			p.Order = append(p.Order, m.Key)
			if m.Val.Kind != Array {
				d.diags.Errorf(diag.BadType, m.Val.Pos, "pulses must be a list of objects, not %s", m.Val.Kind)
				return
			}
			for _, it := range m.Val.Items {
				pu := Pulse{Pos: it.Pos}
				fields(d, it, "a pulse", pulseKeys, &pu, nil)
				if it.Kind == Object && (it.Get("start") == nil || it.Get("end") == nil || it.Get("rate") == nil && it.Get("interval") == nil) {
					d.diags.Errorf(diag.BadValue, it.Pos, "a pulse needs start, end and a rate or an interval")
				}
				p.Pulses = append(p.Pulses, pu)
			}
		}},
	{name: "rates", form: "[rates (Hz), times (ms)]", doc: "a NetStim's rates that change with time",
		read: func(d *decoder, m *Member, p *PointParams) {
			p.RatesPos = m.Pos
			p.Order = append(p.Order, m.Key)
			if m.Val.Kind != Array || len(m.Val.Items) != 2 || m.Val.Items[0].Kind != Array {
				d.diags.Errorf(diag.BadType, m.Val.Pos, "rates must be two lists, [rates, times]")
				return
			}
			p.Rates = d.numbers(m.Val.Items[0], hz.with(atLeast(0)))
			p.RateTimes = d.numbers(m.Val.Items[1], ms)
			if len(p.Rates) != len(p.RateTimes) {
				d.diags.Errorf(diag.BadValue, m.Val.Pos, "%d rates for %d times", len(p.Rates), len(p.RateTimes))
			}
		}},
	{name: "dynamicRates", class: changesResult, form: "object", doc: "rates that change with time"},
}

func patNum(name string, q quantity, doc string, at func(p *SpikePattern) *Value) key[SpikePattern] {
	return key[SpikePattern]{name: name, unit: q.unit, form: "number", doc: doc,
		read: func(d *decoder, m *Member, p *SpikePattern) { *at(p) = d.value(m.Val, q, nil, 0) }}
}

var patternKeys = []key[SpikePattern]{
	{name: "type", form: "rhythmic, evoked, poisson or gauss", doc: "how the train is made",
		read: func(d *decoder, m *Member, p *SpikePattern) {
			d.oneOf(m.Val, &p.Type, "rhythmic", "evoked", "poisson", "gauss")
		}},
	{name: "sync", def: "false", form: "boolean", doc: "the same train for all cells",
		read: func(d *decoder, m *Member, p *SpikePattern) { d.boolean(m.Val, &p.Sync) }},
	patNum("start", ms.with(atLeast(-1)), "begin; rhythmic: -1 draws it from startMin to startMax", func(p *SpikePattern) *Value { return &p.Start }),
	patNum("startMin", ms, "lower end for start -1 (25)", func(p *SpikePattern) *Value { return &p.StartMin }),
	patNum("startMax", ms, "upper end for start -1 (125)", func(p *SpikePattern) *Value { return &p.StartMax }),
	patNum("startStd", ms, "spread of the begin", func(p *SpikePattern) *Value { return &p.StartStd }),
	patNum("freq", hz.with(above(0)), "frequency of the rhythm", func(p *SpikePattern) *Value { return &p.Freq }),
	patNum("freqStd", plain.with(atLeast(0)), "spread within a cycle (0)", func(p *SpikePattern) *Value { return &p.FreqStd }),
	{name: "distribution", form: "normal or uniform", doc: "distribution within a cycle (normal)",
		read: func(d *decoder, m *Member, p *SpikePattern) { d.oneOf(m.Val, &p.Distribution, "normal", "uniform") }},
	patNum("eventsPerCycle", plain.with(atLeast(1), atMost(2)), "1 or 2 (2)", func(p *SpikePattern) *Value { return &p.EventsPerCycle }),
	patNum("repeats", plain.with(atLeast(0)), "repetitions", func(p *SpikePattern) *Value { return &p.Repeats }),
	patNum("stop", ms.with(atLeast(-1)), "end; -1 is the end of the run", func(p *SpikePattern) *Value { return &p.Stop }),
	patNum("tstop", ms.with(atLeast(-1)), "the same as stop", func(p *SpikePattern) *Value { return &p.Stop }),
	patNum("numspikes", plain.with(atLeast(0)), "spikes of an evoked train", func(p *SpikePattern) *Value { return &p.NumSpikes }),
	patNum("inc", ms, "shift of an evoked train's begin", func(p *SpikePattern) *Value { return &p.Inc }),
	patNum("frequency", hz.with(above(0)), "rate of a Poisson train", func(p *SpikePattern) *Value { return &p.Frequency }),
	patNum("mu", ms, "mean of a gauss train", func(p *SpikePattern) *Value { return &p.Mu }),
	patNum("sigma", ms.with(atLeast(0)), "spread of a gauss train", func(p *SpikePattern) *Value { return &p.Sigma }),
}

func pulseNum(name string, q quantity, lists int, doc string, at func(p *Pulse) *Value) key[Pulse] {
	form := "number"
	if lists > 0 {
		form = "number or [lo, hi]"
	}
	return key[Pulse]{name: name, unit: q.unit, form: form, doc: doc,
		read: func(d *decoder, m *Member, p *Pulse) { *at(p) = d.value(m.Val, q, nil, lists) }}
}

var pulseKeys = []key[Pulse]{
	pulseNum("rate", hz.with(above(0)), 1, "rate within the pulse", func(p *Pulse) *Value { return &p.Rate }),
	pulseNum("interval", ms.with(above(0)), 0, "interval, instead of rate", func(p *Pulse) *Value { return &p.Interval }),
	pulseNum("noise", noise01, 0, "0 is regular, 1 Poisson (0)", func(p *Pulse) *Value { return &p.Noise }),
	pulseNum("start", duration, 0, "begin", func(p *Pulse) *Value { return &p.Start }),
	pulseNum("end", duration, 0, "end", func(p *Pulse) *Value { return &p.End }),
}

// artificialParams are the mechanism parameters of NEURON's own artificial
// cells: anything else on such a population is a tag.
var artificialParams = map[string][]string{
	"NetStim":  {},
	"VecStim":  {"ping"},
	"IntFire1": {"tau", "refrac", "m"},
	"IntFire2": {"taus", "taum", "ib"},
	"IntFire4": {"taue", "taui1", "taui2", "taum"},
}

// artificial says whether model names an artificial cell.
func (d *decoder) artificial(model string) bool {
	if _, ok := artificialParams[model]; ok {
		return true
	}
	return model != "" && d.isArtificial != nil && d.isArtificial(model)
}

// point reads parameters of artificial cells of a model.
func (d *decoder) point(n *Node, what, model string, p *PointParams) {
	if !d.object(n, what) {
		return
	}
	p.Pos = n.Pos
	for _, m := range n.Keys {
		if !d.pointParam(m, model, p) {
			d.unknown(m, what+" ("+model+")", append(infos(pointKeys), mechInfos(model)...))
		}
	}
}

func mechInfos(model string) []keyInfo {
	var out []keyInfo
	for _, name := range artificialParams[model] {
		out = append(out, keyInfo{name: name})
	}
	return out
}

// pointParam reads m when it is a parameter of the model. Of a model that is
// not NEURON's own every value that could be a parameter is taken for one;
// spec/build, which has the mechanism, checks the names.
func (d *decoder) pointParam(m *Member, model string, p *PointParams) bool {
	known, own := artificialParams[model]
	isMech := false
	for _, name := range known {
		isMech = isMech || name == m.Key
	}
	if own && model != "NetStim" && model != "VecStim" {
		// IntFires have no rate or noise, whatever the table of stimulators says.
		if !isMech {
			return false
		}
	} else if field(d, m, pointKeys, p) {
		if p.Pos.IsZero() {
			p.Pos = m.Pos
		}
		return true
	}
	if own && !isMech || m.Val.Kind != Num && m.Val.Kind != Bool && m.Val.Kind != Str {
		return false
	}
	if v := d.param(m, mechQ, pointScope, 0); v.IsSet() {
		p.Other = append(p.Other, v)
		p.Order = append(p.Order, m.Key)
	}
	if p.Pos.IsZero() {
		p.Pos = m.Pos
	}
	return true
}

// pops reads popParams.
func (d *decoder) pops(n *Node, cells *Node) []Pop {
	var out []Pop
	d.each(n, "popParams", func(m *Member) {
		p := Pop{Label: m.Key, Pos: m.Pos, NumCells: 1}
		p.model = d.popModel(m.Val, cells)
		fields(d, m.Val, ruleName("popParams", m.Key), popKeys, &p, func(m *Member) {
			if p.model != "" && d.pointParam(m, p.model, &p.Point) {
				return
			}
			if t, ok := d.tag(m.Val); ok {
				p.Tags = append(p.Tags, NamedTag{Name: m.Key, Key: m.Pos, Tag: t})
				return
			}
			if m.Val.Kind != Null {
				d.unknown(m, ruleName("popParams", p.Label), infos(popKeys))
			}
		})
		if !p.sized {
			d.diags.Warnf(diag.OddValue, m.Pos, "population %q has no size (numCells, density, gridSpacing or cellsList): one cell is made", p.Label)
			p.SizePos = m.Pos
		}
		if p.Point.SpkTimesPos != (diag.Pos{}) && !p.Point.Shared && p.Size == ByNumCells && p.sized && len(p.Point.SpkTimes) != p.NumCells {
			d.diags.Errorf(diag.BadValue, p.Point.SpkTimesPos, "population %q has %d cells but spkTimes holds %s trains", p.Label, p.NumCells, strconv.Itoa(len(p.Point.SpkTimes)))
		}
		out = append(out, p)
	})
	return out
}

// popModel returns the artificial cell that a population is made of, or "".
func (d *decoder) popModel(pop, cells *Node) string {
	text := func(n *Node) string {
		if n != nil && n.Kind == Str {
			return n.Str
		}
		return ""
	}
	model, typ := text(pop.Get("cellModel")), text(pop.Get("cellType"))
	rule := cells.Get(typ)
	if model == "" {
		model = text(rule.Get("cellModel"))
		if model == "" {
			return ""
		}
		return model // a rule with cellModel describes artificial cells
	}
	if d.artificial(model) {
		return model
	}
	if d.isArtificial != nil || rule != nil || cells == nil {
		return ""
	}
	// Without a catalogue to ask: a tag when a rule with conditions may apply.
	for _, m := range cells.Keys {
		if !m.Val.Get("conds").empty() {
			return ""
		}
	}
	return model
}

func (n *Node) empty() bool { return n == nil || n.isEmpty() }
