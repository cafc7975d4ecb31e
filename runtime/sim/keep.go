package sim

import (
	"errors"
	"hash/fnv"
	"math"

	"github.com/rallsim/rall/ir/layout"
	"github.com/rallsim/rall/runtime/event"
	"github.com/rallsim/rall/runtime/kernel"
)

// Pending is a call of who drives a network that waits in its queue.
type Pending struct {
	At, Sent float64 // [ms]
	Ord      int64
	Caller   Caller
}

// errOther says that what Keep has kept is of another network.
var errOther = errors.New("the state is that of another model, or of this one before sections, mechanisms, point processes or NetCons were added or removed")

// Keep returns what NEURON's SaveState keeps, for the network as it is: time,
// potentials, the columns that state names (all, of mechanisms that receive
// events), concentrations that mechanisms write, weights, which detectors have
// fired, and pending events. Random streams and WATCH conditions
// are not in it.
func (h *Handle) Keep(state func(mech, column int) bool) ([]byte, []Pending) {
	var e encoder
	e.int(h.shape(state))
	e.float(h.T())
	g := h.g
	if g == nil {
		return e.b, nil
	}
	for _, v := range g.nodes.V {
		e.float(v)
	}
	for k := range g.mechs {
		g.mechs[k].keeps(state, func(c int, col []float64) {
			for _, x := range col {
				e.float(x)
			}
		})
	}
	for k := range g.ions {
		if ion := &g.ions[k]; g.writesConc(k) {
			for i := range ion.in {
				e.float(ion.in[i])
				e.float(ion.out[i])
			}
		}
	}
	for _, w := range g.weights {
		e.float(w)
	}
	for _, f := range g.fired {
		e.bool(f)
	}
	var calls []Pending
	for _, ev := range g.queue.All() {
		if ev.Set == hostSet {
			calls = append(calls, Pending{ev.At, ev.Sent, ev.Ord, h.calls[ev.Row]})
			continue
		}
		e.float(ev.At)
		e.float(ev.Sent)
		e.int(ev.Src)
		e.int(ev.Ord)
		e.float(ev.Flag)
		for _, k := range [...]int32{ev.Set, ev.Row, ev.Place, ev.Args, ev.Handle} {
			e.int(int64(k))
		}
		e.bool(ev.Self)
	}
	return e.b, calls
}

// Resume has the network go on from what Keep has returned, with the events of
// then, or with those that there are.
func (h *Handle) Resume(kept []byte, calls []Pending, events bool, state func(mech, column int) bool) error {
	d := decoder{b: kept}
	if d.int() != h.shape(state) {
		return errOther
	}
	t := d.float()
	h.SetT(t)
	g := h.g
	if g == nil {
		return nil
	}
	for i := range g.nodes.V {
		g.nodes.V[i] = d.float()
	}
	for k := range g.mechs {
		m := &g.mechs[k]
		m.keeps(state, func(c int, col []float64) {
			for i := range col {
				switch x := d.float(); {
				case math.Float64bits(x) == math.Float64bits(col[i]):
				case m.prog.Receive != nil:
					g.set(int32(k), int32(c), int32(i), x)
				default:
					col[i] = x
				}
			}
		})
		clear(m.frame.Same)
		m.frame.Uniforms[kernel.UniformT] = t
	}
	for k := range g.ions {
		if ion := &g.ions[k]; g.writesConc(k) {
			for i := range ion.in {
				ion.in[i], ion.out[i] = d.float(), d.float()
			}
		}
	}
	for i := range g.weights {
		g.weights[i] = d.float()
	}
	for i := range g.fired {
		g.fired[i] = d.bool()
	}
	h.caps, h.err = nil, nil
	g.err, g.halt, g.still, g.out = nil, false, 0, g.out[:0]
	if events {
		if err := h.resumeEvents(&d, calls); err != nil {
			return err
		}
	}
	return nil
}

func (h *Handle) resumeEvents(d *decoder, calls []Pending) error {
	g := h.g
	g.queue.Clear()
	h.calls, h.free = h.calls[:0], h.free[:0]
	for d.more() {
		ev := event.Event{At: d.float(), Sent: d.float(), Src: d.int(), Ord: d.int(), Flag: d.float()}
		for _, k := range [...]*int32{&ev.Set, &ev.Row, &ev.Place, &ev.Args, &ev.Handle} {
			*k = int32(d.int())
		}
		ev.Self = d.bool()
		switch {
		case d.bad != "":
			return errors.New(d.bad)
		case ev.Set == playSet && int(uint32(ev.Row)) < len(g.lay.Plays):
		case int(uint32(ev.Set)) < len(g.mechs) && int(uint32(ev.Row)) < g.mechs[ev.Set].lay.N && int(ev.Args) < len(g.weights):
		default:
			return errors.New("an event of what is not there")
		}
		g.queue.Push(ev)
	}
	for _, c := range calls {
		h.seq = max(h.seq, c.Ord)
		h.calls = append(h.calls, c.Caller)
		g.queue.Push(event.Event{At: c.At, Sent: c.Sent, Src: event.SelfSource, Ord: c.Ord, Set: hostSet, Row: int32(len(h.calls) - 1), Args: -1})
	}
	g.resumePlays()
	g.playAgain()
	return nil
}

// playAgain sets what is played in steps to the values that were the last, as
// NEURON's SaveState.restore does.
func (g *group) playAgain() {
	next := make([]int, len(g.lay.Plays))
	for k := range next {
		next[k] = len(g.lay.Plays[k].Times)
	}
	for _, ev := range g.queue.All() {
		if ev.Set == playSet {
			next[ev.Row] = int(ev.Ord)
		}
	}
	for k, i := range next {
		switch p := &g.lay.Plays[k]; {
		case p.Continuous || i == 0 || i > len(p.Values):
		case p.What == layout.Column:
			g.set(p.Set, p.Col, p.Row, p.Values[i-1])
		default:
			*g.address(p.Var) = p.Values[i-1]
		}
	}
}

// keeps calls f with the columns of m that Keep keeps.
func (m *instances) keeps(state func(mech, column int) bool, f func(c int, col []float64)) {
	for c, col := range m.frame.Columns {
		if n := m.lay.N; !m.idle[c] && !m.fixed[c] && len(col) >= n && (m.prog.Receive != nil || state(m.lay.Mech, c)) {
			f(c, col[:n])
		}
	}
}

// writesConc says whether a mechanism writes a concentration of an ion.
func (g *group) writesConc(k int) bool {
	for i := range g.mechs {
		m := &g.mechs[i]
		for j, use := range m.prog.Ions {
			if (use.WriteIn || use.WriteOut) && int(m.lay.IonSet[j]) == k {
				return true
			}
		}
	}
	return false
}

// shape is a number that tells networks apart whose state does not have the same
// parts.
func (h *Handle) shape(state func(mech, column int) bool) int64 {
	sum := fnv.New64a()
	var e encoder
	if g := h.g; g != nil {
		e.int(int64(len(g.nodes.V)))
		for k := range g.mechs {
			m := &g.mechs[k]
			e.b = append(e.b, m.prog.Fingerprint...)
			e.int(int64(m.lay.N))
			for _, n := range m.lay.Node {
				e.int(int64(n))
			}
			m.keeps(state, func(c int, _ []float64) { e.int(int64(c)) })
		}
		for k := range g.ions {
			e.int(int64(len(g.ions[k].in)))
			e.bool(g.writesConc(k))
		}
		for k, row := range g.lay.Edges.Row {
			e.int(int64(g.lay.Edges.Set[k]))
			e.int(int64(row))
		}
		e.int(int64(len(g.weights)))
		e.int(int64(len(g.fired)))
		e.int(int64(len(g.lay.Plays)))
	}
	sum.Write(e.b)
	return int64(sum.Sum64())
}
