package build

import (
	"fmt"
	"math"
	"slices"

	"github.com/rallsim/rall/internal/random"
	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/spec"
)

// connect applies the connection rules in file order.
func (b *builder) connect() {
	type sets struct{ pre, post uint32 }
	seen := map[sets]string{}
	for i := range b.s.Net.Conns {
		b.failed = false
		r := &rule{ConnRule: &b.s.Net.Conns[i]}
		r.pre = b.matching(&r.Pre)
		if len(r.pre) > 0 {
			r.post = b.matching(&r.Post)
		}
		r.edges = b.newEdges(r.Label)
		if r.Plast != nil {
			r.tellers = b.newTellers(r.Label)
		}
		if len(r.pre) == 0 || len(r.post) == 0 {
			which, conds := "postConds", &r.Post
			if len(r.pre) == 0 {
				which, conds = "preConds", &r.Pre
			}
			b.diags.Warnf(diag.NoMatch, conds.Pos, "connParams rule %q makes no connections: no cell meets its %s", r.Label, which)
			continue
		}
		r.args = [numArgs]spec.Value{r.Weight, r.Delay, r.SynsPerConn, r.Loc}
		for k := range r.args {
			r.funcs[k] = b.compile(r.args[k])
		}
		r.row, r.plain, r.continuous = newRow(r.pre), b.isPlain(r), b.isContinuous(r)
		preHash, postHash := random.HashList(gids(r.pre)), random.HashList(gids(r.post))
		if r.Func == spec.ProbConn {
			if other, ok := seen[sets{preHash, postHash}]; ok {
				b.compat("matrix", r.Pos, "connParams rules %q and %q connect the same cells: NetPyNE draws one random matrix for both, so that they pick correlated pairs", other, r.Label)
			}
			seen[sets{preHash, postHash}] = r.Label
		}
		both := append(gids(r.pre), gids(r.post)...)
		r.stream = b.stream(random.HashStr("conn_"+r.Func.String()), random.HashList(both), uint32(b.s.Cfg.Seeds.Conn))
		if b.rall() {
			r.stream = b.keyed(b.s.Cfg.Seeds.Conn, "conn", r.Label)
		}
		switch r.Func {
		case spec.FullConn:
			b.full(r)
		case spec.ProbConn:
			b.probability(r, preHash, postHash)
		case spec.ConvConn:
			b.convergence(r, preHash)
		case spec.DivConn:
			b.divergence(r, postHash)
		case spec.FromListConn:
			b.fromList(r)
		}
		r.edges.clip()
		if r.tellers != nil {
			r.tellers.clip()
		}
	}
	b.followBack()
	b.pointWithin()
	if b.part != nil {
		b.part.connected = len(b.m.Points)
	}
}

// full connects every pair. String functions that draw do so for one parameter
// after another, source by source.
func (b *builder) full(r *rule) {
	for k, f := range r.funcs {
		if f != nil && f.rand && !b.rall() {
			r.drawn[k] = b.newDrawn(r, f, nil)
		}
	}
	r.plain = b.isPlain(r)
	all := make([]int32, len(r.pre))
	for i := range all {
		all[i] = int32(i)
	}
	b.eachTarget(r, func(j int, post *cell) { b.onto(r, post, all, j) })
}

// probability connects a pair when its probability is at least a uniform
// number of its own: the number at the pair's place in one stream, which is
// reached without drawing the others. A probability that is itself random is
// drawn source by source along another.
func (b *builder) probability(r *rule, preHash, postHash uint32) {
	f := b.compile(r.Probability)
	p := r.Probability.Num
	u := b.stream(preHash, postHash, uint32(b.s.Cfg.Seeds.Conn)).Stream
	skip := 1 // setting the distribution draws, in NEURON
	if b.rall() {
		u, skip = random.Keyed(b.s.Cfg.Seeds.Conn, "conn pairs\x00"+r.Label), 0
	}
	check := func(i, j int, p float64) {
		if p < 0 || p > 1 || math.IsNaN(p) {
			b.oddProbability(r, r.pre[i], r.post[j], p)
		}
	}
	var drawn *drawn
	if f != nil && f.rand {
		if drawn = b.newDrawn(r, f, check); b.failed {
			return
		}
	}
	numbers := newStrips(&u, skip, len(r.pre), len(r.post))
	sources := make([]int32, len(r.pre))
	b.eachTarget(r, func(j int, post *cell) {
		x := numbers.reach(j)
		found := 0
		switch {
		case f == nil:
			for i, u := range x {
				sources[found] = int32(i)
				if p >= u {
					found++
				}
			}
		case drawn != nil:
			for i, p := range drawn.reach(j) {
				sources[found] = int32(i)
				if p >= x[i] {
					found++
				}
			}
		default:
			for i, p := range r.row.evaluate(b, f, post) {
				check(i, j, p)
				sources[found] = int32(i)
				if p >= x[i] {
					found++
				}
			}
		}
		b.onto(r, post, sources[:found], -1)
	})
}

// oddProbability tells of one that is none.
func (b *builder) oddProbability(r *rule, pre, post *cell, p float64) {
	switch {
	case pre == post && !b.s.Cfg.AllowSelfConns: // never connected
	case math.IsNaN(p) && b.rall():
		b.failf(diag.BadValue, r.Probability.Pos, "rule %q: the probability of cells %d and %d is not a number", r.Label, pre.gid, post.gid)
	case math.IsNaN(p):
		b.compat("probability "+r.Label, r.Probability.Pos, "rule %q: the probability of some pairs, such as cells %d and %d, is not a number: NetPyNE does not connect them",
			r.Label, pre.gid, post.gid)
	case !b.said["probability "+r.Label]:
		b.said["probability "+r.Label] = true
		b.diags.Add(diag.Diag{Severity: diag.Warning, Code: diag.OddValue, Pos: r.Probability.Pos, Hint: "probabilities run from 0 to 1",
			Msg: fmt.Sprintf("rule %q: the probability of some pairs, such as cells %d and %d, is %.4g", r.Label, pre.gid, post.gid, p)})
	}
}

// unique draws n different integers from lo to hi as NetPyNE does; setting
// the distribution draws and wastes one.
func (b *builder) unique(r rng, n, lo, hi int) []int {
	r.DiscUnif(float64(lo), float64(hi))
	out := make([]int, 0, n)
	seen := &b.scratch.seen
	seen.clear(lo, hi)
	for len(out) < n {
		if x := int(r.Repick()); seen.add(x) {
			out = append(out, x)
		}
	}
	return out
}

// number evaluates convergence or divergence for a cell, rounded half to even
// and kept below the number of candidates.
func (b *builder) number(r *rule, f *pairFunc, values map[*cell]float64, c *cell, v spec.Value, candidates int) int {
	x := v.Num
	if f != nil {
		x = values[c]
	}
	if math.IsNaN(x) {
		b.failf(diag.BadValue, v.Pos, "rule %q: the number of connections of cell %d is not a number", r.Label, c.gid)
		return 0
	}
	return int(max(min(math.RoundToEven(x), float64(candidates-1)), 0))
}

// convergence gives every target a number of sources.
func (b *builder) convergence(r *rule, preHash uint32) {
	f := b.compile(r.Convergence)
	values := map[*cell]float64{}
	if f != nil {
		for _, post := range r.post {
			values[post] = b.eval(f, nil, post, &r.vars, r.stream)
		}
	}
	b.eachTarget(r, func(_ int, post *cell) {
		n := b.number(r, f, values, post, r.Convergence, len(r.pre))
		s := b.stream(preHash, uint32(post.gid), uint32(b.s.Cfg.Seeds.Conn))
		if b.rall() {
			s = b.keyed(b.s.Cfg.Seeds.Conn, "convergence", r.Label, int64(post.gid))
		}
		b.onto(r, post, b.sample(s, n, r.pre, post, true), -1)
	})
}

// divergence gives every source a number of targets.
func (b *builder) divergence(r *rule, postHash uint32) {
	f := b.compile(r.Divergence)
	values := map[*cell]float64{}
	if f != nil {
		for _, pre := range r.pre {
			values[pre] = b.eval(f, pre, nil, &r.vars, r.stream)
		}
	}
	for _, pre := range r.pre {
		n := b.number(r, f, values, pre, r.Divergence, len(r.post))
		s := b.stream(postHash, uint32(pre.gid), uint32(b.s.Cfg.Seeds.Conn))
		if b.rall() {
			s = b.keyed(b.s.Cfg.Seeds.Conn, "divergence", r.Label, int64(pre.gid))
		}
		for _, j := range b.sample(s, n, r.post, pre, false) {
			b.eachPair(r, int(j), func() { b.pair(r, pre, r.post[j], -1, -1) })
		}
		if b.failed {
			return
		}
	}
}

// sample draws n+1 different partners of self among candidates; the last is a
// spare that stands in if self was drawn. Self itself is left out. In NetPyNE
// sources come back in gid order, targets in the order of their draws.
func (b *builder) sample(s rng, n int, candidates []*cell, self *cell, sorted bool) []int32 {
	draws := b.unique(s, n+1, 0, len(candidates)-1)
	spare := draws[n]
	picked := b.scratch.picked[:0]
	in := &b.scratch.seen
	in.clear(0, len(candidates)-1)
	for _, i := range draws[:n] {
		if candidates[i] == self {
			i = spare
		}
		if in.add(i) {
			picked = append(picked, int32(i))
		}
	}
	if sorted {
		slices.Sort(picked)
	}
	out := picked[:0]
	for _, i := range picked {
		if candidates[i] != self {
			out = append(out, i)
		}
	}
	b.scratch.picked = picked
	return out
}

// fromList connects the listed pairs.
func (b *builder) fromList(r *rule) {
	for k, f := range r.funcs {
		if f == nil || !f.rand || b.rall() {
			continue
		}
		// NetPyNE keeps one value a pair: the last one of a pair listed twice.
		last := map[[2]int]float64{}
		for _, ij := range r.ConnList {
			if ij[0] < len(r.pre) && ij[1] < len(r.post) && ij[0] >= 0 && ij[1] >= 0 {
				last[ij] = b.eval(f, r.pre[ij[0]], r.post[ij[1]], &r.vars, r.stream)
			}
		}
		r.listed[k] = make([]float64, len(r.ConnList))
		for i, ij := range r.ConnList {
			r.listed[k][i] = last[ij]
		}
	}
	lists := r.hasLists()
	for i, ij := range r.ConnList {
		if ij[0] < 0 || ij[0] >= len(r.pre) || ij[1] < 0 || ij[1] >= len(r.post) {
			b.failf(diag.BadValue, r.Pos, "rule %q: connList[%d] is [%d, %d], but %d cells meet preConds and %d postConds", r.Label, i, ij[0], ij[1], len(r.pre), len(r.post))
			return
		}
		pre, post := r.pre[ij[0]], r.post[ij[1]]
		if pre == post {
			continue
		}
		b.eachPair(r, ij[1], func() {
			if !lists {
				b.pair(r, pre, post, i, -1)
				return
			}
			one := *r
			one.entry(b, i)
			b.pair(&one, pre, post, i, -1)
		})
		if b.failed {
			return
		}
	}
}

// hasLists says whether some arguments are lists, one item a pair.
func (r *rule) hasLists() bool {
	for k := range r.args {
		if k != argSynsPerConn && r.args[k].Kind == spec.List {
			return true
		}
	}
	return r.Sec.IsList || r.PreSec.IsList || r.PreLoc.Kind == spec.List
}

// entry picks entry i of the arguments that are lists, one item a pair.
func (r *rule) entry(b *builder, i int) {
	for k := range r.args {
		v := r.args[k]
		if k == argSynsPerConn || v.Kind != spec.List {
			continue
		}
		switch len(v.Items) {
		case len(r.ConnList):
			r.args[k] = v.Items[i]
		case 1:
			r.args[k] = v.Items[0]
		default:
			b.failf(diag.BadValue, v.Pos, "rule %q: %s has %d values for %d pairs of connList", r.Label, argNames[k], len(v.Items), len(r.ConnList))
		}
	}
	c := *r.ConnRule
	of := func(name string, pos diag.Pos, n int) int {
		switch n {
		case len(r.ConnList):
			return i
		case 1:
			return 0
		}
		b.failf(diag.BadValue, pos, "rule %q: %s has %d entries for %d pairs of connList", r.Label, name, n, len(r.ConnList))
		return -1
	}
	for _, x := range []struct {
		name string
		at   *spec.Names
	}{{"sec", &c.Sec}, {"preSec", &c.PreSec}} {
		if x.at.IsList {
			if k := of(x.name, x.at.Pos, len(x.at.Items)); k >= 0 {
				*x.at = x.at.Items[k]
			}
		}
	}
	if c.PreLoc.Kind == spec.List {
		if k := of("preLoc", c.PreLoc.Pos, len(c.PreLoc.Items)); k >= 0 {
			c.PreLoc = c.PreLoc.Items[k]
		}
	}
	r.ConnRule = &c
}

// pair evaluates a rule's arguments for one pair and connects it. The pair is
// entry i of connList, or of source i and target j of what all pairs draw, else
// -1.
func (b *builder) pair(r *rule, pre, post *cell, i, j int) {
	if pre == post && b.noSelf(post) {
		return
	}
	var args [numArgs]argument
	var s rng
	seeded := false
	for k := range args {
		f := r.funcs[k]
		switch {
		case f == nil:
			args[k] = fixed(r.args[k])
			continue
		case r.listed[k] != nil:
			args[k] = argument{set: true, num: r.listed[k][i]}
			continue
		case r.drawn[k] != nil:
			args[k] = argument{set: true, num: r.drawn[k].reach(j)[i]}
			continue
		}
		if f.rand && !seeded {
			seeded = true
			if b.rall() {
				listed := 0
				if r.Func == spec.FromListConn {
					listed = i // a pair may be listed twice
				}
				s = b.keyed(b.s.Cfg.Seeds.Conn, "pair", r.Label, int64(pre.gid), int64(post.gid), int64(listed))
			} else {
				s = rng{&b.scratch.rand}
				*s.Random = random.Random{Stream: random.New(uint32(pre.gid), uint32(post.gid), uint32(b.s.Cfg.Seeds.Conn))}
			}
		}
		x := b.eval(f, pre, post, &r.vars, s)
		if math.IsNaN(x) || math.IsInf(x, 0) {
			b.failf(diag.BadValue, f.src.Pos, "rule %q: %s is %g for cells %d and %d", r.Label, argNames[k], x, pre.gid, post.gid)
			return
		}
		args[k] = argument{set: true, num: x}
	}
	if r.synMechs == nil {
		if r.synMechs = r.SynMech.Flat(); len(r.synMechs) == 0 {
			r.synMechs = []string{""}
		}
	}
	labels := r.synMechs
	factors := [numArgs][]float64{argWeight: r.WeightFactor, argDelay: r.DelayFactor, argLoc: r.LocFactor}
	for n, label := range labels {
		q := request{label: r.Label, pos: r.Pos, pre: pre, post: post, synMech: label, nth: n, sec: r.Sec, edges: r.edges,
			plast: r.Plast, tellers: r.tellers, weightIndex: r.WeightIndex, gap: r.GapJunction, preSec: r.PreSec, preLoc: r.PreLoc, randomSec: b.s.Cfg.ConnRandomSecFromList, uniform: b.s.Cfg.DistributeSynsUniformly}
		if r.ConnRandomSecFromList != nil {
			q.randomSec = *r.ConnRandomSecFromList
		}
		if r.DistributeUniformly != nil {
			q.uniform = *r.DistributeUniformly
		}
		for k := range args {
			q.args[k] = b.forSynMech(args[k], factors[k], n, len(labels), r, argNames[k])
		}
		b.connectTo(&q)
	}
}

// forSynMech picks the value for synaptic mechanism i of n.
func (b *builder) forSynMech(a argument, factors []float64, i, n int, r *rule, name string) argument {
	switch {
	case n == 1 || !a.set:
		return a
	case a.list != nil:
		if len(a.list) != n {
			b.failf(diag.BadValue, r.Pos, "rule %q: %s has %d values for %d synMechs", r.Label, name, len(a.list), n)
			return argument{}
		}
		return fixed(a.list[i])
	case factors != nil:
		if len(factors) != n {
			b.failf(diag.BadValue, r.Pos, "rule %q: %d factors of %s for %d synMechs", r.Label, len(factors), name, n)
			return argument{}
		}
		a.num *= factors[i]
	}
	return a
}
