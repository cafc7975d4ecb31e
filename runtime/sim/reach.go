package sim

// reach tells which groups of this rank a source has edges onto.
type reach struct {
	first []int32 // by source
	list  []stretch
}

// stretch is the edges onto a group that one source has.
type stretch struct {
	group int32
	of    int32 // index into the group's Sources
}

func newReach(sources int, groups []*group) *reach {
	r := &reach{first: make([]int32, sources+1)}
	for _, g := range groups {
		for _, src := range g.lay.Edges.Sources {
			r.first[src+1]++
		}
	}
	for i := range sources {
		r.first[i+1] += r.first[i]
	}
	r.list = make([]stretch, r.first[sources])
	next := append([]int32(nil), r.first[:sources]...)
	for _, g := range groups {
		e := &g.lay.Edges
		for k, src := range e.Sources {
			r.list[next[src]] = stretch{g.index, int32(k)}
			next[src]++
		}
	}
	return r
}

func (r *reach) of(source int32) []stretch { return r.list[r.first[source]:r.first[source+1]] }

// arrival is a spike on its way into a group.
type arrival struct {
	spike
	at stretch
}

// fewArrivals is the number up to which one thread hands them out.
const fewArrivals = 64

// arrive hands spikes to the groups that listen.
func (s *Sim) arrive(spikes []spike) {
	n := 0
	for _, sp := range spikes {
		from := s.net.Sources[sp.Source].Group
		for _, x := range s.reach.of(sp.Source) {
			g := s.byIndex[x.group]
			if x.group != from || g.later {
				g.arrivals = append(g.arrivals, arrival{sp, x})
				n++
			}
		}
	}
	work := func(g *group) {
		for _, a := range g.arrivals {
			g.enqueue(a.at, a.Source, a.At)
		}
		g.arrivals = g.arrivals[:0]
	}
	if n > fewArrivals {
		s.each(s.groups, work)
		return
	}
	for _, g := range s.groups {
		work(g)
	}
}
