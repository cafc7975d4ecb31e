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
		r.row, r.plain = newRow(r.pre), b.isPlain(r)
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
	}
	b.followBack()
	b.pointWithin()
}

// full connects every pair. String functions are evaluated in bulk, one
// parameter after another, source by source.
func (b *builder) full(r *rule) {
	for k, f := range r.funcs {
		if f == nil || !f.rand || b.rall() {
			continue
		}
		r.bulk[k] = make([]float64, 0, len(r.pre)*len(r.post))
		for _, pre := range r.pre {
			for _, post := range r.post {
				r.bulk[k] = append(r.bulk[k], b.eval(f, pre, post, &r.vars, r.stream))
			}
		}
	}
	r.plain = b.isPlain(r)
	all := make([]int32, len(r.pre))
	for i := range all {
		all[i] = int32(i)
	}
	for j, post := range r.post {
		b.onto(r, post, all, j)
		if b.failed {
			return
		}
	}
}

// probability connects a pair when its probability is at least a uniform
// number of its own: the number at the pair's place in one stream, which is
// reached without drawing the others.
func (b *builder) probability(r *rule, preHash, postHash uint32) {
	f := b.compile(r.Probability)
	p := r.Probability.Num
	n := len(r.post)
	u := b.stream(preHash, postHash, uint32(b.s.Cfg.Seeds.Conn)).Stream
	skip := 1 // setting the distribution draws, in NEURON
	if b.rall() {
		u, skip = random.Keyed(b.s.Cfg.Seeds.Conn, "conn pairs\x00"+r.Label), 0
	}
	if f != nil && f.rand {
		b.randomProbability(r, f, u, skip)
		return
	}
	numbers := newStrips(&u, skip, len(r.pre), n)
	sources := make([]int32, len(r.pre))
	for j, post := range r.post {
		x := numbers.reach(j)
		found := 0
		if f == nil {
			for i, u := range x {
				sources[found] = int32(i)
				if p >= u {
					found++
				}
			}
		} else {
			for i, p := range r.row.evaluate(b, f, post) {
				if p < 0 || p > 1 || math.IsNaN(p) {
					b.oddProbability(r, r.pre[i], post, p)
				}
				sources[found] = int32(i)
				if p >= x[i] {
					found++
				}
			}
		}
		b.onto(r, post, sources[:found], -1)
		if b.failed {
			return
		}
	}
}

// randomProbability connects pairs whose probability is itself random: its
// draws go source by source along one stream, connections target by target.
func (b *builder) randomProbability(r *rule, f *pairFunc, u random.Stream, skip int) {
	sources := make([][]int32, len(r.post)) // of every target: indices into r.pre
	u.SetSeq(float64(skip))
	for i, pre := range r.pre {
		for j, post := range r.post {
			p := b.eval(f, pre, post, &r.vars, r.stream)
			if p < 0 || p > 1 || math.IsNaN(p) {
				b.oddProbability(r, pre, post, p)
			}
			if p >= u.Uniform() {
				sources[j] = append(sources[j], int32(i))
			}
		}
		if b.failed {
			return
		}
	}
	for j, post := range r.post {
		b.onto(r, post, sources[j], -1)
		if b.failed {
			return
		}
	}
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
	for _, post := range r.post {
		n := b.number(r, f, values, post, r.Convergence, len(r.pre))
		s := b.stream(preHash, uint32(post.gid), uint32(b.s.Cfg.Seeds.Conn))
		if b.rall() {
			s = b.keyed(b.s.Cfg.Seeds.Conn, "convergence", r.Label, int64(post.gid))
		}
		b.onto(r, post, b.sample(s, n, r.pre, post, true), -1)
		if b.failed {
			return
		}
	}
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
			b.pair(r, pre, r.post[j], -1)
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
		r.bulk[k] = make([]float64, len(r.ConnList))
		for i, ij := range r.ConnList {
			r.bulk[k][i] = last[ij]
		}
	}
	for i, ij := range r.ConnList {
		if ij[0] < 0 || ij[0] >= len(r.pre) || ij[1] < 0 || ij[1] >= len(r.post) {
			b.failf(diag.BadValue, r.Pos, "rule %q: connList[%d] is [%d, %d], but %d cells meet preConds and %d postConds", r.Label, i, ij[0], ij[1], len(r.pre), len(r.post))
			return
		}
		pre, post := r.pre[ij[0]], r.post[ij[1]]
		if pre == post {
			continue
		}
		one := *r
		one.listed(b, i)
		b.pair(&one, pre, post, i)
		if b.failed {
			return
		}
	}
}

// listed picks entry i of the arguments that are lists, one item a pair.
func (r *rule) listed(b *builder, i int) {
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

// pair evaluates a rule's arguments for one pair and connects it. at is the
// pair's place in values evaluated in bulk.
func (b *builder) pair(r *rule, pre, post *cell, at int) {
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
		case r.bulk[k] != nil:
			args[k] = argument{set: true, num: r.bulk[k][at]}
			continue
		}
		if f.rand && !seeded {
			seeded = true
			if b.rall() {
				listed := 0
				if r.Func == spec.FromListConn {
					listed = at // a pair may be listed twice
				}
				s = b.keyed(b.s.Cfg.Seeds.Conn, "pair", r.Label, int64(pre.gid), int64(post.gid), int64(listed))
			} else {
				s = b.stream(uint32(pre.gid), uint32(post.gid), uint32(b.s.Cfg.Seeds.Conn))
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
	for i, label := range labels {
		q := request{label: r.Label, pos: r.Pos, pre: pre, post: post, synMech: label, nth: i, sec: r.Sec, edges: r.edges,
			weightIndex: r.WeightIndex, gap: r.GapJunction, preSec: r.PreSec, preLoc: r.PreLoc, randomSec: b.s.Cfg.ConnRandomSecFromList, uniform: b.s.Cfg.DistributeSynsUniformly}
		if r.ConnRandomSecFromList != nil {
			q.randomSec = *r.ConnRandomSecFromList
		}
		if r.DistributeUniformly != nil {
			q.uniform = *r.DistributeUniformly
		}
		for k := range args {
			q.args[k] = b.forSynMech(args[k], factors[k], i, len(labels), r, argNames[k])
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

// strips holds a rule's uniform numbers for a strip of targets at a time. The
// stream runs along the targets of each source, but rules go target by target:
// a strip is wide enough that few blocks of the generator are made twice, and
// needs no table over all pairs.
type strips struct {
	u          *random.Stream
	skip       int // numbers before the first pair's
	pre, post  int
	from, upTo int // the targets at hand
	x          []float64
}

const stripWidth = 64

func newStrips(u *random.Stream, skip, pre, post int) *strips {
	return &strips{u: u, skip: skip, pre: pre, post: post, x: make([]float64, pre*min(stripWidth, post))}
}

// reach returns the numbers of target j, by source.
func (s *strips) reach(j int) []float64 {
	if j >= s.upTo {
		s.from, s.upTo = j, min(j+stripWidth, s.post)
		n := s.upTo - s.from
		var row [stripWidth]float64
		for i := range s.pre {
			s.u.SetSeq(float64(s.skip + i*s.post + j))
			s.u.Uniforms(row[:n])
			for k, x := range row[:n] {
				s.x[k*s.pre+i] = x
			}
		}
	}
	return s.x[(j-s.from)*s.pre:][:s.pre]
}
