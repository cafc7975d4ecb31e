package build

import (
	"math"
	"slices"

	"github.com/rallsim/rall/internal/random"
	"github.com/rallsim/rall/ir"
	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/mech"
	"github.com/rallsim/rall/ir/morph"
	"github.com/rallsim/rall/spec"
)

// request asks for one connection with its synapses.
type request struct {
	label       string
	pos         diag.Pos
	pre, post   *cell // pre is nil when a stimulator is the source
	stim        *netStim
	synMech     string
	nth         int // place of synMech in the rule's list, for streams of the rall scheme
	sec         spec.Names
	args        [numArgs]argument
	edges       *edges
	plast       *spec.Plast
	tellers     *edges
	weightIndex int
	randomSec   bool
	uniform     bool
	gap         spec.Text  // of a rule with gapJunction
	preSec      spec.Names // of continuous connections
	preLoc      spec.Value
}

// synapse is a synapse on a cell, as recorded traces look for it: a row of
// one of the model's tables.
type synapse struct{ table, row int32 }

// scratch holds what is needed while one connection is made.
type scratch struct {
	spread [numArgs][]float64
	sec    [1]int
	loc    [1]float64
	rows   []ir.Target
	seen   marks
	picked []int32
	values [numArgs][]float64
	others []int32
	rand   random.Random
}

type synKey struct {
	gid   int
	label string
	sec   int
	loc   float64
}

// connectTo makes the synapses and edges of a request.
func (b *builder) connectTo(q *request) {
	n := 1
	if a := q.args[argSynsPerConn]; a.set {
		if a.num != math.Trunc(a.num) || a.num < 0 || a.list != nil {
			b.failf(diag.BadValue, q.pos, "%q: synsPerConn is %g for cell %d; it must be a whole number", q.label, a.num, q.post.gid)
			return
		}
		if a.num > maxEvents {
			b.failf(diag.BadValue, q.pos, "%q: synsPerConn is %g for cell %d; rall makes at most %g", q.label, a.num, q.post.gid, float64(maxEvents))
			return
		}
		n = int(a.num)
	}
	if n == 0 {
		return
	}
	weights, ok1 := b.spread(q, argWeight, n, b.s.Net.DefaultWeight, b.weightScale(q))
	delays, ok2 := b.spread(q, argDelay, n, b.s.Net.DefaultDelay, 1)
	if !ok1 || !ok2 {
		return
	}
	if q.post.typ == nil {
		def := q.post.point.def
		if def.Receive == nil {
			b.failf(diag.BadMech, q.pos, "%q: cell %d is a %s, which receives no events", q.label, q.post.gid, def.Name)
			return
		}
		if args := len(def.Receive.Args); q.weightIndex < 0 || q.weightIndex >= max(args, 1) {
			b.failf(diag.BadValue, q.pos, "%q: weightIndex is %d, but %q has %d weights", q.label, q.weightIndex, def.Name, args)
			return
		}
		if q.plast != nil {
			b.failHint(diag.Unsupported, q.plast.Pos, "give the rule compartmental target cells", "%q: plast changes no weights of connections onto artificial cells, and cell %d is a %s", q.label, q.post.gid, def.Name)
			return
		}
		for i := 0; i < n; i++ {
			b.addEdge(q, b.source(q, i), ir.Target{Gid: q.post.gid, Table: -1}, weights[i], delays[i], q.weightIndex)
		}
		return
	}
	secs := b.targetSections(q)
	if secs == nil {
		return
	}
	if d := q.post.typ.drivenIn(secs); d != nil {
		if n > 1 {
			b.failf(diag.BadValue, q.pos, "%q: synsPerConn is %d, but events go to the point process %q itself (it has vref): one for each connection",
				q.label, n, q.post.typ.Points[d.point].Label)
			return
		}
		if b.s.Cfg.AllowConnsWithWeight0 || weights[0] != 0 {
			index := d.index(q.synMech)
			b.addEdge(q, b.source(q, 0), ir.Target{Gid: q.post.gid, Table: -2, Placed: int32(d.point)}, weights[0], delays[0], index)
			b.plastic(q, secs[0], index)
		}
		return
	}
	at, locs, ok := b.placeSynapses(q, secs, n)
	if !ok {
		return
	}
	label := b.synLabel(q)
	if label == nil {
		return
	}
	for i := 0; i < n; i++ {
		if !(locs[i] >= 0 && locs[i] <= 1) {
			b.failf(diag.BadValue, q.pos, "%q: loc is %g for cell %d; it runs from 0 to 1", q.label, locs[i], q.post.gid)
			return
		}
		s := q.post.typ.secs[at[i]]
		if s.weightNorm != nil {
			k := int(math.RoundToEven(locs[i]*float64(s.sec.NSeg))) - 1
			if k < 0 {
				k += len(s.weightNorm)
			}
			if k < 0 || k >= len(s.weightNorm) {
				b.failf(diag.BadValue, q.pos, "%q: weightNorm of section %q has %d values for nseg %d", q.label, s.name, len(s.weightNorm), s.sec.NSeg)
				return
			}
			weights[i] *= s.weightNorm[k]
		}
	}
	// NetPyNE makes all synapses of a connection, then its NetCons.
	pointer := q.pointer(label)
	rows := b.scratch.rows[:0]
	for i := range n {
		rows = append(rows, b.synapseAt(q, label, at[i], locs[i]))
	}
	b.scratch.rows = rows
	if pointer != nil {
		b.follow(q, label, pointer, rows, at, locs, weights)
		return
	}
	index, ok := b.weightOfSynapse(q, label)
	if !ok {
		return
	}
	for i := 0; i < n; i++ {
		if !b.s.Cfg.AllowConnsWithWeight0 && weights[i] == 0 {
			continue
		}
		b.addEdge(q, b.source(q, i), rows[i], weights[i], delays[i], index)
		b.plastic(q, at[i], index)
	}
}

// weightOfSynapse is the element of a synapse's weights that weight sets.
func (b *builder) weightOfSynapse(q *request, label *spec.SynMech) (int, bool) {
	if q.weightIndex == 0 {
		return 0, true
	}
	if b.s.Cfg.RNG == spec.RNGNetPyNE {
		b.compat("weightIndex "+q.label, q.pos, "%q: weightIndex is %d, but weight sets the first weight of synMech %q, as NetPyNE has it: it takes weightIndex for artificial cells only",
			q.label, q.weightIndex, label.Label)
		return 0, true
	}
	def := b.cat.Get(label.Mod.S)
	if args := len(def.Receive.Args); q.weightIndex < 0 || q.weightIndex >= max(args, 1) {
		b.failf(diag.BadValue, q.pos, "%q: weightIndex is %d, but %q has %d weights", q.label, q.weightIndex, def.Name, args)
		return 0, false
	}
	return q.weightIndex, true
}

// drivenIn returns the point process that takes the events onto a section
// instead of a synapse; of several the last.
func (t *cellType) drivenIn(secs []int) *driven {
	if len(secs) == 1 {
		for i := len(t.driven) - 1; i >= 0; i-- {
			if t.driven[i].sec == secs[0] {
				return &t.driven[i]
			}
		}
	}
	return nil
}

// index is the place of a synaptic mechanism among the weights, 0 for one that
// is not listed.
func (d *driven) index(synMech string) int {
	for i, s := range d.synMechs {
		if s.S == synMech {
			return i
		}
	}
	return 0
}

// source returns the number of synapse i's source: a gid, or a new
// stimulator's.
func (b *builder) source(q *request, i int) int64 {
	if q.stim != nil {
		return b.newStimulator(q, i)
	}
	return int64(q.pre.gid)
}

// weightScale is the global factor that applies to a request's weights.
func (b *builder) weightScale(q *request) float64 {
	if q.stim != nil {
		return b.s.Net.ScaleConnWeightNetStims
	}
	if m, ok := q.post.tags["cellModel"]; ok {
		for _, p := range b.s.Net.ScaleConnWeightModels {
			if p.Name == m.S {
				return p.Num
			}
		}
	}
	return b.s.Net.ScaleConnWeight
}

// spread gives every one of n synapses its weight or delay.
func (b *builder) spread(q *request, k, n int, def, scale float64) ([]float64, bool) {
	a := q.args[k]
	out := slices.Grow(b.scratch.spread[k][:0], n)[:n]
	b.scratch.spread[k] = out
	switch {
	case a.list != nil:
		if len(a.list) != n {
			b.failf(diag.BadValue, q.pos, "%q: %s has %d values for %d synapses", q.label, argNames[k], len(a.list), n)
			return nil, false
		}
		for i := range out {
			out[i] = float64(scale * a.list[i].Num)
		}
	case a.set:
		for i := range out {
			out[i] = float64(scale * a.num)
		}
	default:
		for i := range out {
			out[i] = float64(scale * def)
		}
	}
	return out, true
}

// fallback is the section that NetPyNE takes when none was named, or the
// named one is not there.
func (t *cellType) fallback() int {
	if i, ok := t.index["soma"]; ok {
		return i
	}
	return 0
}

// targetSections resolves sec to sections of the target.
func (b *builder) targetSections(q *request) []int {
	t := q.post.typ
	if q.sec.IsSet() && !q.sec.IsList {
		if i, ok := t.index[q.sec.One]; ok {
			b.scratch.sec[0] = i
			return b.scratch.sec[:]
		}
	}
	var names []string
	if q.sec.IsList {
		names = q.sec.Flat()
	} else if q.sec.IsSet() {
		for i := range t.lists {
			if t.lists[i].Name == q.sec.One {
				for _, s := range t.lists[i].Secs {
					names = append(names, s.S)
				}
			}
		}
		if names == nil {
			b.compat("sec "+q.sec.One, q.sec.Pos, "%q: cell type %q has no section or section list %q: the synapses go to %q, as NetPyNE has it",
				q.label, t.Name, q.sec.One, t.secs[t.fallback()].name)
		}
	}
	if names == nil {
		return []int{t.fallback()}
	}
	var out []int
	for k := 0; k < len(names); k++ {
		i, ok := t.index[names[k]]
		if ok {
			out = append(out, i)
			continue
		}
		if !b.rall() && k+1 < len(names) {
			// NetPyNE takes a missing section out of the list that it walks along.
			b.compat("skipped section", q.sec.Pos, "%q: cell type %q has no section %q: NetPyNE passes over the next in the list, %q, as well",
				q.label, t.Name, names[k], names[k+1])
			k++
		}
	}
	if len(out) == 0 {
		hint := ""
		for _, name := range names {
			if slices.ContainsFunc(t.lists, func(l spec.SecList) bool { return l.Name == name }) {
				hint = name + " is a section list: it stands alone (sec: " + name + "), or list its sections"
			}
		}
		b.failHint(diag.UnknownName, q.sec.Pos, hint, "%q: cell type %q has none of the sections named", q.label, t.Name)
	}
	return out
}

// secStream is NetPyNE's stream for the choice of sections and places: it
// knows neither rule nor seed.
func (b *builder) secStream(q *request) rng {
	pre := 0
	if q.pre != nil {
		pre = q.pre.gid
	}
	if b.rall() {
		if q.stim != nil {
			pre = -1
		}
		return b.keyed(b.s.Cfg.Seeds.Conn, "sections", q.label, int64(q.post.gid), int64(pre), int64(q.nth))
	}
	return b.stream(random.HashStr("connSynMechsSecs"), uint32(q.post.gid), uint32(pre))
}

// locList returns loc as a list, nil if it is a number or absent.
func (a argument) locList() []float64 {
	if a.list == nil {
		return nil
	}
	out := make([]float64, len(a.list))
	for i, v := range a.list {
		out[i] = v.Num
	}
	return out
}

// placeSynapses gives every synapse its section and place (numerics and
// order of draws as in NetPyNE 1.1.1).
func (b *builder) placeSynapses(q *request, secs []int, n int) (at []int, locs []float64, ok bool) {
	loc := q.args[argLoc]
	list := loc.locList()
	single := .5
	if loc.set {
		single = loc.num
	}
	bad := func(format string, args ...any) ([]int, []float64, bool) {
		b.failf(diag.BadValue, q.pos, "%q: "+format, append([]any{q.label}, args...)...)
		return nil, nil, false
	}
	if n == 1 {
		if q.randomSec && len(secs) > 1 {
			if len(list) > 1 && len(list) != len(secs) {
				return bad("loc has %d values for %d sections", len(list), len(secs))
			}
			b.compat("one section", q.pos, "of several sections NetPyNE picks one by the two gids alone: every rule that connects a pair picks the same place in its list")
			k := int(b.secStream(q).DiscUnif(0, float64(len(secs)-1)))
			switch {
			case len(list) > 1:
				single = list[k]
			case len(list) == 1:
				single = list[0]
			}
			return []int{secs[k]}, []float64{single}, true
		}
		if len(list) > 0 {
			single = list[0]
		}
		b.scratch.loc[0] = single
		return secs[:1], b.scratch.loc[:], true
	}
	switch {
	case len(secs) == 1:
		at = make([]int, n)
		for i := range at {
			at[i] = secs[0]
		}
		if list != nil {
			if len(list) != n {
				return bad("loc has %d values for %d synapses", len(list), n)
			}
			return at, list, true
		}
		if loc.set {
			return bad("one loc for %d synapses: leave it out, or give a list of %d", n, n)
		}
		f := float64(n)
		for i := 0; i < n; i++ {
			locs = append(locs, float64(i)/f+1/f/2)
		}
		return at, locs, true
	case q.uniform:
		if loc.set {
			return bad("loc cannot be given where %d synapses are spread over several sections: leave it out, or set distributeSynsUniformly to false", n)
		}
		at, locs = b.spreadByLength(q, secs, n)
		if at == nil {
			return bad("the sections have no length to spread %d synapses over", n)
		}
		b.compat("1-x", q.pos, "places of synapses that are spread over sections are counted from the far end, as NetPyNE has it")
		if b.rall() {
			for i := range locs {
				locs[i] = 1 - locs[i]
			}
		}
		return at, locs, true
	case q.randomSec:
		if loc.set && list == nil {
			return bad("one loc for %d synapses in random sections: leave it out, or give a list", n)
		}
		r := b.secStream(q)
		for _, k := range b.randInts(r, n, len(secs)) {
			at = append(at, secs[k])
		}
		if list != nil {
			for _, k := range b.randInts(r, n, len(list)) {
				locs = append(locs, list[k])
			}
			return at, locs, true
		}
		r.Uniform(0, 1)
		for i := 0; i < n; i++ {
			locs = append(locs, r.Repick())
		}
		return at, locs, true
	}
	if len(secs) != n {
		return bad("%d sections for %d synapses (connRandomSecFromList is false)", len(secs), n)
	}
	if list == nil {
		for i := 0; i < n; i++ {
			list = append(list, single)
		}
	}
	if len(list) != n {
		return bad("loc has %d values for %d synapses", len(list), n)
	}
	return secs, list, true
}

// randInts draws n integers below top, different ones if there are enough.
func (b *builder) randInts(r rng, n, top int) []int {
	if n <= top {
		return b.unique(r, n, 0, top-1)
	}
	r.DiscUnif(0, float64(top-1))
	out := make([]int, n)
	for i := range out {
		out[i] = int(r.Repick())
	}
	return out
}

// spreadByLength puts n synapses at equal distances along sections laid end
// to end. A place is given from the section's far end.
func (b *builder) spreadByLength(q *request, secs []int, n int) (at []int, locs []float64) {
	lengths := b.lengths(q, secs)
	cum := make([]float64, len(lengths))
	total := 0.0
	for i, x := range lengths {
		total += x
		cum[i] = total
	}
	if !(total > 0) {
		return nil, nil
	}
	for i := 0; i < n; i++ {
		step := total / float64(n)
		abs := float64(float64(i)*step) + step/2
		k := 0
		for k < len(cum)-1 && cum[k] < abs {
			k++
		}
		at = append(at, secs[k])
		locs = append(locs, (cum[k]-abs)/lengths[k])
	}
	return at, locs
}

// lengths returns the sections' lengths [um] as NetPyNE sees them: those of
// geom if the first section has an L there, and then sections that have none,
// or a string function, are left out, so that the others move up; else those
// of the cell's own cables.
func (b *builder) lengths(q *request, secs []int) []float64 {
	t := q.post.typ
	var out []float64
	if !b.rall() && t.secs[secs[0]].geomL != lNone {
		for _, s := range secs {
			switch sec := t.secs[s]; sec.geomL {
			case lNumber:
				out = append(out, sec.sec.L)
			case lFunction:
				b.compat("L function", q.pos, "%q: the L of section %q of cell type %q is a string function: NetPyNE leaves it out and puts its synapses elsewhere", q.label, sec.name, t.Name)
			default:
				b.compat("no L", q.pos, "%q: section %q of cell type %q has no L in its geom: NetPyNE puts its synapses elsewhere", q.label, sec.name, t.Name)
			}
		}
		return out
	}
	for _, s := range secs {
		out = append(out, b.cableLength(q.post, s))
	}
	return out
}

// cableLength returns the length [um] of a section of one cell: 3-D points are
// rounded where the cell stands.
func (b *builder) cableLength(c *cell, sec int) float64 {
	t := c.typ
	at := b.offset(c)
	if t.fromFile || at == (morph.Offset{}) || len(t.Morph.Sections[sec].Points) < 2 {
		return t.length(sec)
	}
	if c.lengths == nil {
		c.lengths = make([]float64, len(t.Morph.Sections))
	}
	if c.lengths[sec] == 0 {
		c.lengths[sec] = t.Morph.Sections[sec].Length(at)
	}
	return c.lengths[sec]
}

// synLabel finds the synaptic mechanism of a request.
func (b *builder) synLabel(q *request) *spec.SynMech {
	all := b.s.Net.SynMechs
	if q.synMech == "" {
		if len(all) == 0 {
			b.failf(diag.UnknownName, q.pos, "%q: no synMech is named, and synMechParams has none", q.label)
			return nil
		}
		b.compat("no synMech "+q.label, q.pos, "%q names no synMech: the first, %q, is taken", q.label, all[0].Label)
		return &all[0]
	}
	for i := range all {
		if all[i].Label == q.synMech {
			return &all[i]
		}
	}
	var names []string
	for i := range all {
		names = append(names, all[i].Label)
	}
	b.failHint(diag.UnknownName, q.pos, diag.DidYouMean(q.synMech, names), "%q: no synMech %q", q.label, q.synMech)
	return nil
}

// The variables of synMechParams' string functions.
var synSlots = []string{"post_dist_path", "post_dist_euclidean", "post_x", "post_y", "post_z", "post_xnorm", "post_ynorm", "post_znorm"}

// synapseAt returns a synapse on the target: a new one, or the one that is
// there already when synapses are shared.
func (b *builder) synapseAt(q *request, sm *spec.SynMech, sec int, loc float64) ir.Target {
	maker := b.synMaker(sm, q.pointer(sm) != nil)
	if maker == nil {
		b.failed = true
		return ir.Target{}
	}
	ti := maker.table
	t := b.m.Points[ti]
	key := synKey{q.post.gid, sm.Label, sec, loc}
	if !b.s.Cfg.OneSynPerNetcon {
		if row, ok := b.synAt[key]; ok {
			return ir.Target{Gid: q.post.gid, Table: int32(ti), Row: int32(row)}
		}
	}
	kept := q.post.own || q.post.watched || q.pointer(sm) != nil
	if b.part != nil {
		place := b.made(ti, q.post, sec, loc, 1)
		if kept {
			t.Order = append(room(t.Order, 1), int64(place))
		}
	}
	row := len(t.Gid)
	for i := range sm.Params {
		p := &sm.Params[i]
		x := maker.values[i]
		if p.Kind == spec.Function {
			x = b.evalAt(p.Func, q.post, q.post.typ, sec, loc, synSlots, b.consts, b.cellRand(q.post))
		}
		if kept {
			t.Params[i].Values = append(room(t.Params[i].Values, 1), x)
		}
	}
	if !kept {
		return ir.Target{Gid: q.post.gid, Table: int32(ti), Row: -1}
	}
	t.Gid = append(room(t.Gid, 1), q.post.gid)
	t.Section = append(room(t.Section, 1), sec)
	t.At = append(room(t.At, 1), loc)
	for k := len(sm.Params); k < len(t.Params); k++ {
		t.Params[k].Values = append(t.Params[k].Values, 0) // a continuous connection's weight, yet to come
	}
	if !b.s.Cfg.OneSynPerNetcon {
		b.synAt[key] = row
	}
	if q.post.watched {
		q.post.syns = append(q.post.syns, synapse{int32(ti), int32(row)})
	}
	return ir.Target{Gid: q.post.gid, Table: int32(ti), Row: int32(row)}
}

// synMaker makes the instances of a synaptic mechanism.
type synMaker struct {
	table  int       // of m.Points
	values []float64 // of the parameters that are numbers, in the mechanism's units
}

// synMaker returns the maker of a synaptic mechanism, nil if it is no good.
func (b *builder) synMaker(sm *spec.SynMech, continuous bool) *synMaker {
	if maker, ok := b.synMakers[sm]; ok {
		return maker
	}
	b.synMakers[sm] = nil // so that its errors are told once
	def := b.mechanism(sm.Mod.S, or(sm.Mod.Pos, sm.Pos), mech.PointProcess, "point process")
	if def == nil {
		return nil
	}
	if def.Receive == nil && !continuous {
		b.diags.ErrorHint(diag.BadMech, sm.Mod.Pos, "pointerParams makes a connection continuous", "synMech %q: mechanism %q receives no events (it has no NET_RECEIVE)", sm.Label, sm.Mod.S)
		return nil
	}
	maker := &synMaker{}
	t := &ir.PointTable{Label: sm.Label, Mech: sm.Mod.S, Synapse: true, Pos: sm.Pos}
	for _, p := range sm.Params {
		b.checkParam(def, p)
		t.Params = append(t.Params, ir.ParamColumn{Name: p.Name})
		maker.values = append(maker.values, b.convert(p.Value, b.unitOf(def, p.Name)))
	}
	if continuous && weightOf(def) && !slices.ContainsFunc(sm.Params, func(p spec.Param) bool { return p.Name == weightName }) {
		t.Params = append(t.Params, ir.ParamColumn{Name: weightName})
	}
	b.synMakers[sm] = maker
	maker.table = b.newTable(t)
	return maker
}

func (b *builder) unitOf(def *mech.Def, name string) string {
	if id := def.Lookup(name); id >= 0 {
		return def.Vars[id].Unit
	}
	return ""
}

// convert returns a number in the unit that a mechanism declares for it.
func (b *builder) convert(v spec.Value, unit string) float64 {
	if v.Unit == "" {
		return v.Num
	}
	x, err := v.In(unit)
	if err != nil {
		b.failf(diag.BadUnit, v.Pos, "%v", err)
	}
	return x
}
