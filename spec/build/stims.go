package build

import (
	"fmt"
	"math"
	"sort"
	"strings"

	"github.com/rallsim/rall/internal/random"
	"github.com/rallsim/rall/ir"
	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/mech"
	"github.com/rallsim/rall/spec"
)

// netStim is a NetStim source with its parameters for one cell.
type netStim struct {
	label    string
	interval float64 // [ms]
	noise    float64
	start    float64 // [ms]
	number   float64
	seed     int64
	train    []float64 // of a VecStim source [ms]
	vec      bool
}

// stimulator is where the stimulators of one source gather.
type stimulator struct {
	set    *ir.Stimulators
	number []int // of each row, over the whole model
}

// placedStim is a clamp on a cell, as recorded traces look for it.
type placedStim struct {
	label string // of the target
	sec   int
	loc   float64
	table int
	row   int
}

// NetPyNE's order of evaluation of a stimulus's string functions.
var stimOrder = []string{"del", "dur", "amp", "gain", "rstim", "tau1", "tau2", "onset", "tau", "gmax", "e", "i",
	"interval", "rate", "number", "start", "noise", "weight", "delay", "synsPerConn", "loc"}

// The variables of stimuli's string functions.
var stimSlots = []string{"post_x", "post_y", "post_z", "post_xnorm", "post_ynorm", "post_znorm"}

// stimulate applies the stimulation targets in file order.
func (b *builder) stimulate() {
	for i := range b.s.Net.StimTargets {
		b.failed = false
		t := &b.s.Net.StimTargets[i]
		var src *spec.StimSource
		var names []string
		for k := range b.s.Net.StimSources {
			names = append(names, b.s.Net.StimSources[k].Label)
			if b.s.Net.StimSources[k].Label == t.Source.S {
				src = &b.s.Net.StimSources[k]
			}
		}
		if src == nil {
			b.failHint(diag.UnknownName, t.Source.Pos, diag.DidYouMean(t.Source.S, names), "stimTargetParams %q: no source %q", t.Label, t.Source.S)
			continue
		}
		b.stimulateTarget(t, src)
	}
	// Number the stimulators as edges name them: by set, then row.
	b.renumberStims()
}

// chosen returns the cells that a target means.
func (b *builder) chosen(t *spec.StimTarget) []*cell {
	cells := b.matching(&t.Conds)
	if !t.Conds.HasCellList {
		return cells
	}
	in := map[int]bool{}
	for _, i := range t.Conds.CellList {
		if i < 0 {
			i += len(cells)
		}
		if i < 0 || i >= len(cells) {
			b.failf(diag.BadValue, t.Conds.Pos, "stimTargetParams %q: cellList has %d, but %d cells meet the other conditions", t.Label, i, len(cells))
			return nil
		}
		in[i] = true
	}
	var out []*cell
	for i, c := range cells {
		if in[i] {
			out = append(out, c)
		}
	}
	return out
}

// stimParam is a parameter of a source, or an argument of a target.
type stimParam struct {
	value  spec.Value
	values []float64 // one a cell, for functions
}

func (p *stimParam) at(i int) float64 {
	if p.values != nil {
		return p.values[i]
	}
	return p.value.Num
}

func (b *builder) stimulateTarget(t *spec.StimTarget, src *spec.StimSource) {
	cells := b.chosen(t)
	if b.failed {
		return
	}
	if len(cells) == 0 {
		b.diags.Warnf(diag.NoMatch, t.Conds.Pos, "stimTargetParams %q stimulates nothing: no cell meets its conds", t.Label)
		return
	}
	params := map[string]*stimParam{}
	for _, p := range src.Params {
		params[p.Name] = &stimParam{value: p.Value}
	}
	for name, v := range map[string]spec.Value{"weight": t.Weight, "delay": t.Delay, "synsPerConn": t.SynsPerConn, "loc": t.Loc} {
		if v.IsSet() {
			params[name] = &stimParam{value: v}
		}
	}
	r := b.stream(random.HashStr("stim_"+src.Type.S), random.HashList(gids(cells)), uint32(b.s.Cfg.Seeds.Stim))
	if b.rall() {
		r = b.keyed(b.s.Cfg.Seeds.Stim, "stim", t.Label)
	}
	b.evaluateStim(params, src, cells, r)
	if b.failed {
		return
	}
	if src.Type.S == "NetStim" || src.Type.S == "VecStim" {
		b.eventStim(t, src, cells, params)
		return
	}
	b.placedStim(t, src, cells, params)
}

// evaluateStim evaluates the string functions, parameter by parameter, each
// for all cells in gid order.
func (b *builder) evaluateStim(params map[string]*stimParam, src *spec.StimSource, cells []*cell, r rng) {
	order := append([]string(nil), stimOrder...)
	known := map[string]bool{}
	for _, n := range order {
		known[n] = true
	}
	for _, p := range src.Params {
		if !known[p.Name] {
			order = append(order, p.Name)
		}
	}
	for _, name := range order {
		p := params[name]
		if p == nil || p.value.Kind != spec.Function {
			continue
		}
		prog, err := p.value.Func.Compile(stimSlots, b.consts)
		if err != nil {
			b.failf(diag.UnknownName, p.value.Pos, "%v", err)
			return
		}
		p.values = make([]float64, len(cells))
		for i, c := range cells {
			p.values[i] = prog.Eval([]float64{c.pos[0], c.pos[1], c.pos[2], c.norm[0], c.norm[1], c.norm[2]}, r)
		}
	}
}

// eventStim connects NetStims, one of its own for every synapse.
func (b *builder) eventStim(t *spec.StimTarget, src *spec.StimSource, cells []*cell, params map[string]*stimParam) {
	e := b.newEdges(t.Label)
	get := func(name string, i int, def float64) float64 {
		if p := params[name]; p != nil {
			return p.at(i)
		}
		return def
	}
	if src.Type.S == "NetStim" {
		for _, other := range b.stimulated(cells, t, src) {
			b.compat("identical trains", t.Pos, "stimTargetParams %q and %q give the same cells NetStims of one seed: NetPyNE makes their trains identical", other, t.Label)
		}
		if params["rate"] == nil && params["interval"] == nil {
			b.failf(diag.BadValue, src.Pos, "stimSourceParams %q: a NetStim needs rate or interval", src.Label)
			return
		}
	}
	labels := t.SynMech.Flat()
	if len(labels) == 0 {
		labels = []string{""}
	}
	factors := [numArgs][]float64{argWeight: t.WeightFactor, argDelay: t.DelayFactor, argLoc: t.LocFactor}
	fake := &rule{ConnRule: &spec.ConnRule{Label: t.Label, Pos: t.Pos}}
	for i, c := range cells {
		if c.typ == nil && !b.rall() {
			b.compat("stimulated artificial", t.Pos, "stimTargetParams %q: NetPyNE adds no stimulus to artificial cells, such as those of population %q: connect them to a population of %ss",
				t.Label, b.s.Net.Pops[c.pop].Label, src.Type.S)
			continue
		}
		stim := &netStim{label: src.Label, noise: get("noise", i, 0), start: get("start", i, 0), number: get("number", i, 1e9),
			seed: int64(src.Seed.Or(float64(b.s.Cfg.Seeds.Stim)))}
		if src.Type.S == "VecStim" {
			stim.vec, stim.train = true, b.sourceTrain(src)
		} else {
			rate := 0.0
			if params["rate"] != nil {
				rate = params["rate"].at(i)
			} else {
				rate = 1000 / params["interval"].at(i)
			}
			if !(rate > 0) || math.IsInf(rate, 0) {
				b.failf(diag.BadValue, src.Pos, "stimSourceParams %q: the rate for cell %d is %g Hz; it must be above 0", src.Label, c.gid, rate)
				return
			}
			stim.interval = float64(1/rate) * 1e3
		}
		var args [numArgs]argument
		for k, name := range argNames {
			p := params[name]
			switch {
			case p == nil && k == argWeight, p == nil && k == argDelay:
				args[k] = argument{set: true, num: 1}
			case p == nil:
			case p.values != nil:
				args[k] = argument{set: true, num: p.values[i]}
			default:
				args[k] = fixed(p.value)
			}
		}
		for k, label := range labels {
			q := request{label: t.Label, pos: t.Pos, post: c, stim: stim, synMech: label, nth: k, sec: t.Sec, edges: e,
				randomSec: b.s.Cfg.ConnRandomSecFromList, uniform: b.s.Cfg.DistributeSynsUniformly}
			for a := range args {
				q.args[a] = args[a]
				if a != argSynsPerConn {
					q.args[a] = b.forSynMech(args[a], factors[a], k, len(labels), fake, argNames[a])
				}
			}
			b.connectTo(&q)
		}
		if b.failed {
			return
		}
	}
}

// stimulated notes that a target gives cells NetStims of a seed, and returns
// the label of an earlier one that does so too.
func (b *builder) stimulated(cells []*cell, t *spec.StimTarget, src *spec.StimSource) []string {
	if b.netStimOn == nil {
		b.netStimOn = map[[2]int64]string{}
	}
	var other []string
	seed := int64(src.Seed.Or(float64(b.s.Cfg.Seeds.Stim)))
	for _, c := range cells {
		key := [2]int64{int64(c.gid), seed}
		if o, ok := b.netStimOn[key]; ok && o != t.Label && other == nil {
			other = append(other, o)
		}
		b.netStimOn[key] = t.Label
	}
	return other
}

func (b *builder) sourceTrain(src *spec.StimSource) []float64 {
	p := src.Get("spkTimes")
	var out []float64
	for _, it := range p.Items {
		out = append(out, it.Num)
	}
	sort.Float64s(out)
	return out
}

// newStimulator adds an artificial cell for a target cell and returns its
// number as edges name it, provisionally: the set's place and the row.
func (b *builder) newStimulator(q *request, i int) int64 {
	s, target := q.stim, q.post
	if b.stimSets == nil {
		b.stimSets = map[string]*stimulator{}
	}
	key := s.label
	st := b.stimSets[key]
	mechName := "NetStim"
	if s.vec {
		mechName = "VecStim"
	}
	if st == nil {
		st = &stimulator{set: &ir.Stimulators{Label: s.label, Artificial: ir.Artificial{Mech: mechName}}}
		if !s.vec {
			for _, n := range []string{"interval", "noise", "start", "number"} {
				st.set.Params = append(st.set.Params, ir.ParamColumn{Name: n})
			}
		}
		b.stimSets[key] = st
		b.m.Stims = append(b.m.Stims, st.set)
	}
	k := b.numStims
	b.numStims++
	st.number = append(st.number, k)
	st.set.Target = append(st.set.Target, target.gid)
	if s.vec {
		st.set.Trains = append(st.set.Trains, s.train)
		return ^int64(k)
	}
	for i, x := range []float64{s.interval, s.noise, s.start, s.number} {
		st.set.Params[i].Values = append(st.set.Params[i].Values, x)
	}
	stream := b.eventStream(target.gid, s.seed)
	if b.rall() {
		stream = random.Keyed(s.seed, "NetStim\x00"+s.label+"\x00"+q.label, int64(target.gid), int64(q.nth), int64(i))
	}
	st.set.Streams = append(st.set.Streams, stream)
	return ^int64(k)
}

// renumberStims turns stimulators' numbers in order of creation into numbers
// over the sets in order.
func (b *builder) renumberStims() {
	final := make([]int64, b.numStims)
	n := int64(0)
	for _, set := range b.m.Stims {
		for _, k := range b.stimSets[set.Label].number {
			final[k] = n
			n++
		}
	}
	for _, p := range b.m.Projs {
		e := p.(*edges)
		for i, s := range e.source {
			if s < 0 {
				e.source[i] = int32(^final[^s])
			}
		}
	}
}

// placedStim puts a point process, a clamp as a rule, on every cell.
func (b *builder) placedStim(t *spec.StimTarget, src *spec.StimSource, cells []*cell, params map[string]*stimParam) {
	def := b.mechanism(src.Type.S, or(src.Type.Pos, src.Pos), mech.PointProcess, "point process")
	if def == nil {
		return
	}
	table := &ir.PointTable{Label: t.Label, Mech: src.Type.S, Pos: t.Pos}
	type col struct {
		p    *stimParam
		item int // of a list, -1 for the whole
		unit string
	}
	var cols []col
	for _, p := range src.Params {
		unit := b.checkParam(def, p)
		sp := params[p.Name]
		if p.Kind == spec.List {
			for k := range p.Items {
				cols = append(cols, col{sp, k, unit})
				table.Params = append(table.Params, ir.ParamColumn{Name: fmt.Sprintf("%s[%d]", p.Name, k)})
			}
			continue
		}
		cols = append(cols, col{sp, -1, unit})
		table.Params = append(table.Params, ir.ParamColumn{Name: p.Name})
	}
	ti := len(b.m.Points)
	b.m.Points = append(b.m.Points, table)
	for i, c := range cells {
		if c.typ == nil {
			b.failf(diag.BadValue, t.Conds.Pos, "stimTargetParams %q: cell %d is an artificial cell, which takes no %s", t.Label, c.gid, src.Type.S)
			return
		}
		sec := c.typ.fallback()
		name := t.Sec.One
		if t.Sec.IsList {
			if f := t.Sec.Flat(); len(f) == 1 {
				name = f[0]
			} else {
				b.failf(diag.BadValue, t.Sec.Pos, "stimTargetParams %q: a %s goes to one section", t.Label, src.Type.S)
				return
			}
		}
		if k, ok := c.typ.index[name]; ok {
			sec = k
		} else if c.typ.hasList(name) {
			b.failf(diag.BadValue, t.Sec.Pos, "stimTargetParams %q: a %s goes to one section, %q is a list of sections", t.Label, src.Type.S, name)
			return
		} else if name != "" {
			b.compat("sec "+name, t.Sec.Pos, "stimTargetParams %q: cell type %q has no section %q (it has %s): the %s goes to %q, as NetPyNE has it",
				t.Label, c.typ.Name, name, strings.Join(clipList(c.typ.names()), ", "), src.Type.S, c.typ.secs[sec].name)
			if b.rall() {
				b.failHint(diag.UnknownName, t.Sec.Pos, diag.DidYouMean(name, c.typ.names()), "stimTargetParams %q: cell type %q has no section %q (it has %s)",
					t.Label, c.typ.Name, name, strings.Join(clipList(c.typ.names()), ", "))
				return
			}
		}
		loc := .5
		if p := params["loc"]; p != nil {
			loc = p.at(i)
		}
		if !(loc >= 0 && loc <= 1) {
			b.failf(diag.BadValue, t.Loc.Pos, "stimTargetParams %q: loc is %g for cell %d; it runs from 0 to 1", t.Label, loc, c.gid)
			return
		}
		c.stims = append(c.stims, placedStim{t.Label, sec, loc, ti, len(table.Gid)})
		table.Gid = append(table.Gid, c.gid)
		table.Section = append(table.Section, sec)
		table.At = append(table.At, loc)
		for k, cl := range cols {
			x := 0.0
			switch {
			case cl.p.values != nil:
				x = cl.p.values[i]
			case cl.item >= 0:
				x = b.convert(cl.p.value.Items[cl.item], cl.unit)
			default:
				x = b.convert(cl.p.value, cl.unit)
			}
			table.Params[k].Values = append(table.Params[k].Values, x)
		}
	}
}

func (t *cellType) hasList(name string) bool {
	for i := range t.lists {
		if t.lists[i].Name == name {
			return true
		}
	}
	return false
}

func clipList(names []string) []string {
	if len(names) > 12 {
		return append(append([]string(nil), names[:12]...), "…")
	}
	return names
}
