package sim

import (
	"github.com/rallsim/rall/ir/layout"
	"github.com/rallsim/rall/runtime/event"
)

// smooth is a play along straight lines (NEURON's VecPlayContinuous): between
// points its value is interpolated at the middle and the end of every step. A
// point counts when its time was delivered as an event; past the one that is
// next the line before it goes on, as it does past the last.
type smooth struct {
	to    *float64 // nil: a play in steps
	upper int      // the point that is next
}

// startPlay sets what is due at t = 0, before INITIAL sees it.
func (g *group) startPlay(k int) {
	p := &g.lay.Plays[k]
	g.smooth[k].upper = 0
	i := 0
	for ; i < len(p.Times) && p.Times[i] <= 0; i++ {
		if p.Continuous {
			g.reach(k, i)
		} else {
			*g.address(p.Var) = p.Values[i]
		}
	}
	g.queuePlay(k, i, 0)
}

// play sets a played variable to its value number i and queues the next one.
func (g *group) play(k, i int) {
	p := &g.lay.Plays[k]
	switch {
	case p.Continuous:
		g.reach(k, i)
	case p.What == layout.Column:
		g.set(p.Set, p.Col, p.Row, p.Values[i])
	default:
		*g.address(p.Var) = p.Values[i]
	}
	g.queuePlay(k, i+1, p.Times[i])
}

// queuePlay queues value number i of a played variable. Such events have no
// instance; their place among simultaneous ones is that of a self-event.
func (g *group) queuePlay(k, i int, now float64) {
	if p := &g.lay.Plays[k]; i < len(p.Times) {
		g.queue.Push(event.Event{At: p.Times[i], Sent: now, Src: event.SelfSource, Ord: int64(i), Set: playSet, Row: int32(k), Place: int32(k), Args: -1})
	}
}

// reach notes that point i of a continuous play has come.
func (g *group) reach(k, i int) {
	p := &g.lay.Plays[k]
	g.smooth[k].upper = min(i+1, len(p.Times)-1)
	g.smoothAt(k, p.Times[i])
}

// playSmooth sets what is played continuously to its values at time t.
func (g *group) playSmooth() {
	for k := range g.smooth {
		if g.smooth[k].to != nil {
			g.smoothAt(k, g.t)
		}
	}
}

func (g *group) smoothAt(k int, t float64) {
	s, p := &g.smooth[k], &g.lay.Plays[k]
	last := 0
	switch {
	case t >= p.Times[s.upper]:
		if last = s.upper; last == 0 {
			*s.to = p.Values[0]
			return
		}
	case t <= p.Times[0]:
		*s.to = p.Values[0]
		return
	default:
		last = s.upper
		for last > 0 && t < p.Times[last-1] {
			last--
		}
	}
	t0, t1, x0, x1 := p.Times[last-1], p.Times[last], p.Values[last-1], p.Values[last]
	if t0 == t1 {
		*s.to = (x0 + x1) / 2
		return
	}
	*s.to = x0 + float64((x1-x0)*((t-t0)/(t1-t0)))
}

// resumePlays finds out from the pending events how far continuous plays are.
func (g *group) resumePlays() {
	for k := range g.smooth {
		g.smooth[k].upper = len(g.lay.Plays[k].Times) - 1
	}
	for _, ev := range g.queue.All() {
		if ev.Set == playSet {
			s := &g.smooth[ev.Row]
			s.upper = min(s.upper, int(ev.Ord))
		}
	}
}
