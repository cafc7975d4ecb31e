package build

import (
	"math"
	"sort"

	"github.com/rallsim/rall/internal/random"
	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/runtime/vec"
	"github.com/rallsim/rall/spec"
)

// pattern makes the event times [ms] of a VecStim's spikePattern.
func (b *builder) pattern(c *cell, p *spec.SpikePattern, seed int64) []float64 {
	r := b.stream(random.HashStr("vecstim_spikePattern"), uint32(c.gid), uint32(seed))
	switch {
	case p.Sync && b.rall():
		r = b.keyed(seed, "spikePattern", b.s.Net.Pops[c.pop].Label)
	case p.Sync:
		r = b.stream(random.HashStr("vecstim_spikePattern"), uint32(seed), 0)
	case b.rall():
		r = b.keyed(seed, "spikePattern", b.s.Net.Pops[c.pop].Label, int64(c.gid))
	}
	switch p.Type {
	case "rhythmic":
		return b.rhythmic(p, r)
	case "evoked":
		n, ok := b.events(p.NumSpikes.Num, p.Pos)
		if !ok {
			return nil
		}
		return positiveSorted(repickNormal(r, n, p.Start.Num, p.StartStd.Or(0)))
	case "gauss":
		return positiveSorted(repickNormal(r, 50, p.Mu.Num, p.Sigma.Num))
	case "poisson":
		return b.poisson(p, r)
	}
	b.diags.Errorf(diag.BadValue, p.Pos, "no spikePattern of type %q: there are rhythmic, evoked, poisson and gauss", p.Type)
	return nil
}

// maxEvents is the largest number of events of one artificial cell.
const maxEvents = 1e6

// events checks a number of events, and takes a negative one for none.
func (b *builder) events(n float64, pos diag.Pos) (int, bool) {
	if !(n <= maxEvents) {
		b.diags.Errorf(diag.BadValue, pos, "%g events for one cell; rall makes at most %g", n, float64(maxEvents))
		return 0, false
	}
	return int(math.Max(n, 0)), true
}

// repickNormal draws n normal numbers; without a variance they are the mean.
func repickNormal(r rng, n int, mean, variance float64) []float64 {
	out := make([]float64, n)
	if variance == 0 {
		for i := range out {
			out[i] = mean
		}
		return out
	}
	r.Normal(mean, variance)
	for i := range out {
		out[i] = r.Repick()
	}
	return out
}

func positiveSorted(t []float64) []float64 {
	kept := t[:0]
	for _, x := range t {
		if x > 0 {
			kept = append(kept, x)
		}
	}
	sort.Float64s(kept)
	return kept
}

func (b *builder) rhythmic(p *spec.SpikePattern, r rng) []float64 {
	start, stop := p.Start.Num, p.Stop.Num
	switch {
	case start == -1:
		start = r.Uniform(p.StartMin.Or(25), p.StartMax.Or(125))
	case p.StartStd.Or(-1) > 0:
		start = r.Normal(start, p.StartStd.Num)
	}
	freq, repeats := p.Freq.Or(0), p.Repeats.Or(1)
	if freq == 0 {
		b.diags.Warnf(diag.NoMatch, p.Pos, "a rhythmic spikePattern without freq makes no events")
		return nil
	}
	var t []float64
	if p.Distribution == "uniform" {
		n, ok := b.events(repeats*freq*(stop-start)/1000, p.Pos)
		if !ok {
			return nil
		}
		r.Uniform(start, stop)
		t = make([]float64, n)
		for i := range t {
			t[i] = r.Repick()
		}
	} else {
		if n, ok := b.events((stop-start)*freq/1000, p.Pos); !ok || n > 0 && repeats*float64(n) > maxEvents {
			b.events(repeats*float64(n), p.Pos)
			return nil
		}
		t = arange(start, stop, 1000/freq)
		if sd := p.FreqStd.Or(0); sd != 0 {
			rep := make([]float64, 0, len(t)*int(repeats))
			for _, x := range t {
				for k := 0; k < int(repeats); k++ {
					rep = append(rep, x)
				}
			}
			for i, d := range repickNormal(r, len(rep), 0, float64(sd*sd)) {
				rep[i] = d + rep[i]
			}
			t = rep
		}
	}
	if p.EventsPerCycle.Or(2) != 1 {
		low := make([]float64, 0, 2*len(t))
		for _, x := range t {
			low = append(low, x-5)
		}
		for _, x := range t {
			low = append(low, x+5)
		}
		t = low
	}
	return positiveSorted(t)
}

// poisson leaves out the first event, as NetPyNE does by mistake.
func (b *builder) poisson(p *spec.SpikePattern, r rng) []float64 {
	stop, f := p.Stop.Num, p.Frequency.Num
	if stop == -1 {
		stop = b.s.Cfg.Duration
	}
	var out []float64
	if !(f > 0) {
		return nil
	}
	if _, ok := b.events((stop-p.Start.Num)*f/1000, p.Pos); !ok {
		return nil
	}
	next := func() float64 { return float64(-1000*vec.Log(1-r.Uniform(0, 1))) / f }
	t := p.Start.Num + next()
	if b.rall() {
		if t < stop {
			out = append(out, t)
		}
	} else {
		b.compat("poisson", p.Pos, "the first event of a poisson spikePattern is lost, as NetPyNE has it")
	}
	for t < stop {
		if t += next(); t < stop {
			out = append(out, t)
		}
	}
	return out
}
