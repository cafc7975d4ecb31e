package build

import (
	"github.com/rallsim/rall/internal/random"
	"github.com/rallsim/rall/ir/expr"
	"github.com/rallsim/rall/spec"
)

// rng is a random object like NEURON's: setting a distribution draws.
type rng struct{ *random.Random }

// Draw gives string functions their variates.
func (r rng) Draw(d expr.Dist, a, b float64) float64 {
	switch d {
	case expr.Uniform:
		return r.DrawUniform(a, b)
	case expr.Normal:
		return r.Normal(a, b)
	case expr.LogNormal:
		return r.LogNormal(a, b)
	case expr.NegExp:
		return r.NegExp(a)
	case expr.Poisson:
		return r.Poisson(a)
	case expr.DiscUnif:
		return r.DiscUnif(a, b)
	case expr.Binomial:
		return r.Binomial(a, b)
	case expr.Erlang:
		return r.Erlang(a, b)
	case expr.Geometric:
		return r.Geometric(a)
	case expr.HyperGeo:
		return r.HyperGeo(a, b)
	case expr.Weibull:
		return r.Weibull(a, b)
	}
	panic("BUG: unknown distribution " + d.String())
}

// stream returns NetPyNE's Random123(id1, id2, id3). Random123's global index
// is not in it: NetPyNE sets that when the network is built already, so that
// it reaches NetStims only.
func (b *builder) stream(id1, id2, id3 uint32) rng {
	return rng{random.NewRandom(id1, id2, id3)}
}

// eventStream is the stream of a NetStim.
func (b *builder) eventStream(gid int, seed int64) random.Stream {
	return random.NewIndexed(random.HashStr("NetStim"), uint32(gid), uint32(seed), b.s.Cfg.RandomGlobal)
}

// keyed returns a stream of the rall scheme.
func (b *builder) keyed(seed int64, purpose, label string, entities ...int64) rng {
	r := random.NewRandom(0, 0, 0)
	r.Stream = random.Keyed(seed, purpose+"\x00"+label, entities...)
	return rng{r}
}

func (b *builder) rall() bool { return b.s.Cfg.RNG == spec.RNGRall }

// gids lists the gids of cells, as NetPyNE hashes them.
func gids(cells []*cell) []int {
	out := make([]int, len(cells))
	for i, c := range cells {
		out[i] = c.gid
	}
	return out
}
