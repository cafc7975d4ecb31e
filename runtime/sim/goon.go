package sim

import (
	"math"

	"github.com/rallsim/rall/runtime/event"
	"github.com/rallsim/rall/runtime/kernel"
)

// Moved says where the parts of a network are in another one that is made of
// it: by old number, -1 where there is none.
type Moved struct {
	Row       func(set, row int32) (newSet, newRow int32, ok bool)
	Edges     []int32
	Sources   []int32
	Detectors []int32
	Plays     []int32
}

// GoOn takes over from the handle of an older network, in the middle of a run:
// time, pending events, the states of random streams and conditions, and the
// variables that nobody but mechanisms sees. All others are as the network has
// them.
func (h *Handle) GoOn(old *Handle, m Moved) {
	h.seq, h.now, h.in = old.seq, old.now, old.in
	h.s.steps, h.s.t = old.s.steps, old.s.t
	if h.g == nil || old.g == nil {
		if h.g != nil {
			h.g.t = old.s.t
		}
		return
	}
	g, o := h.g, old.g
	g.t, g.parity, g.sampleT = o.t, o.parity, o.sampleT
	for k, to := range m.Detectors {
		if to >= 0 {
			g.fired[to] = o.fired[k]
		}
	}
	for k := range g.mechs {
		g.mechs[k].restart()
	}
	for set := range o.mechs {
		a := &o.mechs[set]
		for row := range a.frame.N {
			if set2, row2, ok := m.Row(int32(set), int32(row)); ok {
				g.mechs[set2].takeOver(a, row, int(row2))
			}
		}
	}
	h.start()
	edgeAt := map[int32]int{} // by offset of its weights
	for k, at := range o.lay.Edges.Weight {
		edgeAt[at] = k
	}
	for _, ev := range o.queue.All() {
		if ev, ok := h.moveEvent(ev, old, &m, edgeAt); ok {
			g.queue.Push(ev)
		}
	}
	g.resumePlays()
}

// Start has steps follow without an initialisation: at the values that the network
// has, with no event queued, no Vector played, and INITIAL blocks not executed.
func (h *Handle) Start() {
	if h.g == nil {
		return
	}
	h.g.sampleT = math.Inf(1) // the layout has no records
	h.start()
}

// takeOver copies what the layout does not hold of an instance of the same
// mechanism.
func (m *instances) takeOver(a *instances, row, to int) {
	if len(a.frame.Columns) != len(m.frame.Columns) {
		return
	}
	for i, c := range m.prog.Columns {
		for k := m.prog.Row(i); !c.Visible && k < m.prog.Row(i)+max(c.Len, 1); k++ {
			m.frame.Columns[k][to] = a.frame.Columns[k][row]
		}
	}
	for s := range m.streams {
		m.streams[s][to] = a.streams[s][row]
	}
	if m.seq != nil && a.seq != nil {
		m.seq[to] = a.seq[row]
	}
	if w := m.prog.Watches; w == a.prog.Watches {
		copy(m.watch[to*w:(to+1)*w], a.watch[row*w:(row+1)*w])
	}
}

// start gives mechanisms what initialisation computes once of parameters.
func (h *Handle) start() {
	for k := range h.g.mechs {
		m := &h.g.mechs[k]
		m.frame.Uniforms[kernel.UniformT] = h.g.t
		m.frame.Uniforms[kernel.UniformDt] = h.s.net.Dt
		m.frame.Uniforms[kernel.UniformCelsius] = h.s.net.Celsius
		h.s.tables(m.prog, &m.frame)
		h.g.run(m, m.prog.Prepare, h.g.t)
	}
}

func (h *Handle) moveEvent(ev event.Event, old *Handle, m *Moved, edgeAt map[int32]int) (event.Event, bool) {
	switch {
	case ev.Set == hostSet:
		h.calls = append(h.calls, old.calls[ev.Row])
		ev.Row = int32(len(h.calls) - 1)
		return ev, true
	case ev.Set == playSet:
		ev.Row = m.Plays[ev.Row]
		ev.Place = ev.Row
		return ev, ev.Row >= 0
	}
	set, row, ok := m.Row(ev.Set, ev.Row)
	if !ok {
		return ev, false
	}
	ev.Set, ev.Row = set, row
	if place := h.g.mechs[set].place; place != nil {
		ev.Place = place[row]
	}
	if ev.Args >= 0 {
		to := int32(-1)
		if k, known := edgeAt[ev.Args]; known {
			to = m.Edges[k]
		}
		switch {
		case to >= 0:
			e := &h.g.lay.Edges
			ev.Args = e.Weight[to]
			if ev.Src != event.SelfSource {
				ev.Ord = e.Order[to]
			}
		case ev.Self:
			ev.Args = -1
		default:
			return ev, false // with the edge go its events
		}
	}
	if ev.Src != event.SelfSource {
		if ev.Src = int64(m.Sources[ev.Src]); ev.Src < 0 {
			ev.Src = event.SelfSource
		}
	}
	if ev.Handle > 0 {
		ev.Handle = h.g.mechs[set].handle + row
	}
	return ev, true
}
