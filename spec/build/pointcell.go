package build

import (
	"fmt"
	"math"
	"sort"

	"github.com/rallsim/rall/internal/random"
	"github.com/rallsim/rall/ir"
	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/mech"
	"github.com/rallsim/rall/spec"
)

// pointCell is an artificial cell's parameters.
type pointCell struct {
	def    *mech.Def
	params map[string]float64
	stream random.Stream
	train  []float64 // [ms]
	plays  []ir.Play
}

// artificialModel returns the mechanism of a population of artificial cells,
// nil for cells with sections. The model is named by the population, or by
// the cell rule that is called as its cellType.
func (b *builder) artificialModel(p *spec.Pop) *mech.Def {
	name := p.CellModel
	if name.S == "" {
		if r := b.pointRule(p); r != nil {
			name = r.CellModel
		}
	}
	if name.S == "" {
		return nil
	}
	def := b.cat.Get(name.S)
	if def != nil && def.Kind == mech.ArtificialCell {
		return def
	}
	if def != nil && def.Kind == mech.PointProcess && !b.said["point cells "+p.Label] {
		b.said["point cells "+p.Label] = true
		b.diags.Errorf(diag.Unsupported, name.Pos, "population %q: cells of the point process %q without sections are not supported yet", p.Label, name.S)
	}
	return nil // a tag of cells with sections
}

func (b *builder) pointRule(p *spec.Pop) *spec.CellRule {
	for i := range b.s.Net.CellParams {
		if r := &b.s.Net.CellParams[i]; r.Label == p.CellType.S && r.CellModel.S != "" {
			return r
		}
	}
	return nil
}

// makePointCell evaluates an artificial cell's parameters.
func (b *builder) makePointCell(c *cell, p *spec.Pop, def *mech.Def) {
	pp := &p.Point
	if r := b.pointRule(p); r != nil && p.CellModel.S == "" {
		pp = &r.Point
	}
	pc := &pointCell{def: def, params: map[string]float64{}}
	c.point = pc
	seed := int64(pp.Seed.Or(float64(b.s.Cfg.Seeds.Stim)))
	rate := b.cellValue(c, pp.Rate, nil, 0, 0, nil)
	if pp.Rate.Kind == spec.List && len(pp.Rate.Items) == 2 {
		r := b.stream(random.HashStr("point_rate"), uint32(c.gid), uint32(b.s.Cfg.Seeds.Stim))
		if b.rall() {
			r = b.keyed(b.s.Cfg.Seeds.Stim, "point_rate", "", int64(c.gid))
		}
		rate = r.Uniform(pp.Rate.Items[0].Num, pp.Rate.Items[1].Num)
	}
	set := func(name string, v spec.Value) {
		if v.IsSet() {
			pc.params[name] = b.convert(v, b.unitOf(def, name))
			if v.Kind == spec.Function {
				pc.params[name] = b.cellValue(c, v, nil, 0, 0, nil)
			}
		}
	}
	if def.Name == "VecStim" {
		pc.train = b.vecTrain(c, p, pp, rate, seed)
		return
	}
	other := map[string]spec.Param{}
	for _, par := range pp.Other {
		other[par.Name] = par
	}
	// A user's mechanism may have variables of these names.
	own := func(name string) bool {
		v := def.Lookup(name)
		return v >= 0 && def.Vars[v].Param
	}
	for _, key := range pp.Order {
		switch key {
		case "rate":
			if own("rate") {
				pc.params["rate"] = b.convert(spec.Value{Kind: spec.Number, Num: rate, Pos: pp.Rate.Pos}, b.unitOf(def, "rate"))
				continue
			}
			pc.params["interval"] = 1000 / rate
		case "seed":
			if own("seed") {
				set("seed", pp.Seed)
			}
		case "interval":
			set("interval", pp.Interval)
		case "noise":
			set("noise", pp.Noise)
		case "start":
			set("start", pp.Start)
		case "number":
			set("number", pp.Number)
		default:
			if par, ok := other[key]; ok {
				set(key, par.Value)
			}
		}
	}
	if c.entry != nil && len(c.entry.Params) > 0 {
		if len(pc.params) > 0 && !b.rall() {
			b.compat("params of an entry", c.entry.Pos, "the params of an entry of cellsList replace all those of population %q, as NetPyNE has it", p.Label)
			clear(pc.params)
		}
		for _, par := range c.entry.Params {
			set(par.Name, par.Value)
			if par.Name == "rate" && !own("rate") {
				delete(pc.params, "rate")
				pc.params["interval"] = 1000 / b.cellValue(c, par.Value, nil, 0, 0, nil)
			}
		}
	}
	if !pp.RatesPos.IsZero() {
		pc.plays = append(pc.plays, ratesPlay(pp))
		if def.Lookup("interval") < 0 {
			b.diags.Errorf(diag.BadValue, pp.RatesPos, "%q has no interval that rates could change", def.Name)
		}
	}
	names := make([]string, 0, len(pc.params))
	for name := range pc.params {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		pos := p.Pos
		if par, ok := other[name]; ok {
			pos = par.Key
		}
		b.checkParam(def, spec.Param{Name: name, Key: pos})
	}
	if def.Name == "NetStim" {
		if _, ok := pc.params["number"]; !ok {
			pc.params["number"] = 1e9
		}
	}
	pc.stream = b.eventStream(c.gid, seed)
	if b.rall() {
		pc.stream = random.Keyed(seed, "artificial", int64(c.gid))
	}
}

// ratesPlay turns rates [Hz] that change with time into intervals [ms]; a rate
// of 0 is an interval without end.
func ratesPlay(pp *spec.PointParams) ir.Play {
	p := ir.Play{Var: "interval", Times: pp.RateTimes, Values: make([]float64, len(pp.Rates))}
	for i, r := range pp.Rates {
		p.Values[i] = 1e10
		if r > 0 {
			p.Values[i] = 1000 / r
		}
	}
	return p
}

// artificial gathers the columns of a run of artificial cells.
func (b *builder) artificial(cells []*cell) *ir.Artificial {
	a := &ir.Artificial{Mech: cells[0].point.def.Name}
	at := map[string]int{}
	for _, c := range cells {
		for name := range c.point.params {
			at[name] = 0
		}
	}
	names := make([]string, 0, len(at))
	for n := range at {
		names = append(names, n)
	}
	sort.Strings(names)
	def := cells[0].point.def
	for _, n := range names {
		col := ir.ParamColumn{Name: n}
		for _, c := range cells {
			x, ok := c.point.params[n]
			if !ok {
				x = def.Vars[def.Lookup(n)].Default
			}
			col.Values = append(col.Values, x)
		}
		a.Params = append(a.Params, col)
	}
	for i, c := range cells {
		for _, p := range c.point.plays {
			p.Cell = i
			a.Plays = append(a.Plays, p)
		}
		if hasStream(def) {
			a.Streams = append(a.Streams, c.point.stream)
		}
		if def.Name == "VecStim" {
			a.Trains = append(a.Trains, c.point.train)
		}
	}
	return a
}

func hasStream(def *mech.Def) bool {
	for i := range def.Vars {
		if def.Vars[i].Storage == mech.Stream {
			return true
		}
	}
	return false
}

// vecTrain makes the event times [ms] of a VecStim cell, as NetPyNE does.
func (b *builder) vecTrain(c *cell, p *spec.Pop, pp *spec.PointParams, rate float64, seed int64) []float64 {
	var t []float64
	dur := b.s.Cfg.Duration
	switch {
	case pp.Rate.IsSet() || pp.Interval.IsSet():
		interval := pp.Interval.Num
		if pp.Rate.IsSet() {
			interval = 1000 / rate
		}
		noise := pp.Noise.Or(0)
		n := int((1 + float64(1.5*noise)) * dur / interval)
		if n < 0 {
			n = 0
		}
		if n >= 1e4 {
			b.diags.Errorf(diag.BadValue, p.Pos, "population %q: %d events per VecStim cell; NetPyNE makes at most 9999", p.Label, n)
			return nil
		}
		r := b.stream(random.HashStr("vecstim_spkt"), uint32(c.gid), uint32(seed))
		if b.rall() {
			r = b.keyed(seed, "vecstim", "", int64(c.gid))
		}
		t = intervals(r, n, interval, noise, pp.Start.Or(0))
	case pp.Pattern != nil:
		t = b.pattern(c, pp.Pattern, seed)
	case c.entry != nil && c.entry.HasSpkTimes:
		t = append(t, c.entry.SpkTimes...)
	case !pp.SpkTimesPos.IsZero():
		switch {
		case pp.Shared && len(pp.SpkTimes) > 0:
			t = append(t, pp.SpkTimes[0]...)
		case c.index < len(pp.SpkTimes):
			t = append(t, pp.SpkTimes[c.index]...)
		}
	default:
		b.diags.Errorf(diag.BadValue, p.Pos, "population %q: a VecStim needs rate, interval, spkTimes or spikePattern", p.Label)
		return nil
	}
	for i := range pp.Pulses {
		t = append(t, b.pulse(c, &pp.Pulses[i], i, seed)...)
	}
	kept := t[:0]
	for _, x := range t {
		if x = math.Max(x, 0); x <= dur {
			kept = append(kept, x)
		}
	}
	sort.Float64s(kept)
	return kept
}

// intervals returns n event times with intervals of which the part noise is
// negative exponential.
func intervals(r rng, n int, interval, noise, start float64) []float64 {
	t := make([]float64, n)
	fixed := float64((1 - noise) * interval)
	sum := 0.0
	if noise == 0 {
		for i := range t {
			sum += fixed
			t[i] = sum + (start - interval)
		}
		return t
	}
	r.NegExp(noise * interval) // setting the distribution draws, in NEURON
	shift := start - float64(interval*(1-noise))
	for i := range t {
		sum += fixed + r.Repick()
		t[i] = sum + shift
	}
	return t
}

// pulse returns the event times of one entry of pulses.
func (b *builder) pulse(c *cell, p *spec.Pulse, i int, seed int64) []float64 {
	interval := p.Interval.Num
	if !p.Interval.IsSet() {
		rate := p.Rate.Num
		if p.Rate.Kind == spec.List && len(p.Rate.Items) == 2 {
			r := b.stream(random.HashStr(fmt.Sprintf("point_rate_pulse%d", i)), uint32(c.gid), uint32(b.s.Cfg.Seeds.Stim))
			if b.rall() {
				r = b.keyed(b.s.Cfg.Seeds.Stim, "point_rate_pulse", fmt.Sprint(i), int64(c.gid))
			}
			rate = r.Uniform(p.Rate.Items[0].Num, p.Rate.Items[1].Num)
		}
		interval = 1000 / rate
	}
	noise, start, end := p.Noise.Or(0), p.Start.Num, p.End.Num
	n, ok := b.events((1+float64(1.5*noise))*(end-start)/interval, p.Pos)
	if !ok {
		return nil
	}
	r := b.stream(uint32(i), uint32(c.gid), uint32(seed))
	if b.rall() {
		r = b.keyed(seed, "pulse", fmt.Sprint(i), int64(c.gid))
	}
	var out []float64
	for _, x := range intervals(r, n, interval, noise, start) {
		if x = math.Max(x, start); x <= end {
			out = append(out, x)
		}
	}
	return out
}
