package sim

import (
	"fmt"
	"math"

	"github.com/rallsim/rall/internal/random"
	"github.com/rallsim/rall/ir/layout"
	"github.com/rallsim/rall/runtime/event"
	"github.com/rallsim/rall/runtime/kernel"
)

// Handle drives a network step by step for somebody who reads and changes
// variables as he goes, and who wants to be called: whole models in HOC. The
// network is one group; the network is the handle's own, and changes.
//
// Its functions may be called while one of the hooks runs.
type Handle struct {
	// Phase is called three times by Init, with NEURON's numbers of
	// FInitializeHandlers: 0 before INITIAL blocks, 1 behind them, 2 at the
	// end. Sample is called at the end of the
	// initialisation and of every step, before the events of that time; Fired
	// when a source fires, at time at.
	Phase  func(k int) error
	Sample func()
	Fired  func(source int32, at float64)

	s     *Sim
	g     *group
	calls []Caller
	free  []int32
	seq   int64
	now   float64 // [ms] time of the call under way
	in    bool    // a call is under way
	off   map[int32]bool
	after []Caller  // to be called when the step is over
	err   error     // of a call
	caps  []float64 // what ICap tells [mA/cm2]; nil: what the last step has made
}

// What stands for the set of an event that has none: a play's next value, and
// a call.
const (
	playSet = -1
	hostSet = -2
)

// NewHandle prepares a network of one group; Init, Start or GoOn must follow.
func NewHandle(net *layout.Network, o Options) *Handle {
	if len(net.Groups) > 1 {
		panic(fmt.Sprintf("BUG: a handle on %d groups", len(net.Groups)))
	}
	o.Threads, o.driven = 1, true
	h := &Handle{s: New(net, o), off: map[int32]bool{}}
	if len(h.s.groups) == 1 {
		h.g = h.s.groups[0]
		h.g.driver = h
		for k := range h.g.mechs {
			m := &h.g.mechs[k]
			m.restart()
			if m.abreast { // who drives it may hear of every event, and draw from streams
				m.deliver = nil
			}
		}
		h.g.ownWeights()
		h.g.later = false // there is no exchange
		h.g.restore()
	}
	return h
}

// SetStream has an instance draw from s, or from r, if there is one, with
// all others that draw from it. Streams go on when a new run begins.
func (h *Handle) SetStream(set, row int32, stream int, s random.Stream, r *random.Random) {
	m := &h.g.mechs[set]
	m.streams[stream][row] = s
	if m.randoms == nil {
		if r == nil {
			return
		}
		for _, s := range m.streams {
			m.randoms = append(m.randoms, make([]*random.Random, len(s)))
		}
	}
	m.randoms[stream][row] = r
}

// Stream is what SetStream has set, at its position now.
func (h *Handle) Stream(set, row int32, stream int) *random.Stream {
	return &h.g.mechs[set].streams[stream][row]
}

// Init is NEURON's finitialize: every potential becomes v, if set says so; all
// other variables are what they are, until INITIAL blocks change them.
func (h *Handle) Init(set bool, v float64) error {
	s, g := h.s, h.g
	s.events, s.steps, s.t = nil, 0, 0
	if g == nil {
		return h.phases(0, 1, 2)
	}
	h.calls, h.free, h.after = h.calls[:0], h.free[:0], h.after[:0]
	h.err = nil
	g.reset()
	if set {
		for i := range g.nodes.V {
			g.nodes.V[i] = v
		}
	}
	if err := h.phases(0); err != nil {
		return err
	}
	g.handOut()
	g.init()
	if err := h.phases(1); err != nil {
		return err
	}
	g.sampleT = math.Inf(1) // the layout has no records
	g.deliver(0)
	g.setUp()
	g.membrane.start(&g.nodes, g.lay.Area)
	h.caps = make([]float64, len(g.nodes.Rhs))
	g.beforeStep()
	g.observe()
	g.deliver(0)
	g.out = g.out[:0]
	if err := h.stepOver(); err != nil {
		return err
	}
	return h.phases(2)
}

func (h *Handle) phases(list ...int) error {
	for _, k := range list {
		h.say()
		if h.Phase != nil {
			if err := h.Phase(k); err != nil {
				return err
			}
		}
	}
	return nil
}

// Step takes a step of dt [ms].
func (h *Handle) Step(dt float64) error {
	s, g := h.s, h.g
	if g == nil {
		s.t += float64(.5 * dt)
		s.t += float64(.5 * dt)
		return nil
	}
	h.setDt(dt)
	h.caps = nil
	g.parity = (s.steps + 1) & 1
	g.step()
	g.out = g.out[:0]
	s.steps++
	s.t = g.t
	if g.err == nil {
		g.checkFinite()
	}
	return h.stepOver()
}

// Currents computes all currents at the potentials and states of the moment.
func (h *Handle) Currents() error {
	if h.g == nil {
		return nil
	}
	if h.caps == nil { // the right-hand side of the last step goes
		h.caps = make([]float64, len(h.g.nodes.Rhs))
		for i := range h.caps {
			h.caps[i] = h.stepICap(int32(i))
		}
	}
	h.g.setUp()
	h.say()
	if h.g.err != nil {
		return h.g.err
	}
	return nil
}

// say prints what mechanisms have printed, before others do.
func (h *Handle) say() {
	if h.g != nil && len(h.g.prints) > 0 {
		h.s.printOut()
	}
}

// stepOver calls what waits for the end of the step.
func (h *Handle) stepOver() error {
	h.say()
	switch {
	case h.err != nil:
		return h.err
	case h.g.err != nil:
		return h.g.err
	}
	for len(h.after) > 0 {
		f := h.after[0]
		h.after = h.after[1:]
		if err := f.Call(h.g.t); err != nil {
			return err
		}
	}
	return nil
}

func (h *Handle) setDt(dt float64) {
	if dt != h.s.net.Dt {
		h.s.net.Dt = dt
		h.uniform(kernel.UniformDt, dt)
	}
}

// SetCelsius changes the temperature [degC].
func (h *Handle) SetCelsius(c float64) {
	if c != h.s.net.Celsius {
		h.s.net.Celsius = c
		h.uniform(kernel.UniformCelsius, c)
	}
}

// uniform gives every mechanism a value of a uniform, and has it compute
// anew what it computed from that.
func (h *Handle) uniform(k int, x float64) {
	if h.g == nil {
		return
	}
	for i := range h.g.mechs {
		h.SetUniform(h.g.mechs[i].lay.Mech, k, x)
	}
}

// SetUniform changes a uniform of a mechanism of the network.
func (h *Handle) SetUniform(mech, k int, x float64) {
	h.s.net.Mechs[mech].Uniforms[k] = x
	for other := range h.s.net.Mechs {
		for _, e := range h.s.net.Mechs[other].Externs {
			if e.Mech == mech && e.Of == k {
				h.SetUniform(other, e.Uniform, x)
			}
		}
	}
	if h.g == nil {
		return
	}
	for i := range h.g.mechs {
		m := &h.g.mechs[i]
		if m.lay.Mech != mech {
			continue
		}
		m.frame.Uniforms[k] = x
		clear(m.frame.Same)
		h.s.tables(m.prog, &m.frame)
		if m.prog.Prepare != nil {
			h.g.runOn(m, m.prog.Prepare, 0, m.frame.N)
		}
	}
}

// Uniform returns a uniform of a mechanism as its instances see it.
func (h *Handle) Uniform(mech, k int) float64 {
	if h.g != nil {
		for i := range h.g.mechs {
			if m := &h.g.mechs[i]; m.lay.Mech == mech {
				return m.frame.Uniforms[k]
			}
		}
	}
	return h.s.net.Mechs[mech].Uniforms[k]
}

// T returns the model time [ms]; within a call, that of its event.
func (h *Handle) T() float64 {
	switch {
	case h.in:
		return h.now
	case h.g == nil:
		return h.s.t
	}
	return h.g.t
}

// SetT changes the model time [ms].
func (h *Handle) SetT(t float64) {
	h.s.t = t
	if h.g != nil {
		h.g.t = t
	}
}

// Address returns where a variable is, as long as there is the handle.
func (h *Handle) Address(v layout.Var) *float64 { return h.g.address(v) }

// Weight returns an element of the network's weight vectors.
func (h *Handle) Weight(i int32) *float64 { return &h.g.weights[i] }

// ICap returns the current into a node's capacitance [mA/cm2] in the last step,
// 0 before the first.
func (h *Handle) ICap(node int32) float64 {
	if h.caps != nil {
		return h.caps[node]
	}
	return h.stepICap(node)
}

func (h *Handle) stepICap(node int32) float64 {
	return .001 * h.s.cj() * h.g.nodes.Cm[node] * h.g.nodes.Rhs[node]
}

// SetColumn changes a variable of an instance, and what is computed from it.
func (h *Handle) SetColumn(v layout.Var, x float64) { h.g.set(v.Set, v.Col, v.Row, x) }

// SetOff keeps an edge of the network from carrying events, or lets it.
func (h *Handle) SetOff(edge int32, off bool) {
	if off {
		h.off[edge] = true
	} else {
		delete(h.off, edge)
	}
}

// Caller is what an event of who drives the network does.
type Caller interface{ Call(t float64) error }

// Call has f called at time at, in the order of events.
func (h *Handle) Call(at float64, f Caller) {
	if h.g == nil {
		return
	}
	k := int32(len(h.calls))
	if n := len(h.free); n > 0 {
		k, h.free = h.free[n-1], h.free[:n-1]
		h.calls[k] = f
	} else {
		h.calls = append(h.calls, f)
	}
	h.seq++
	h.g.queue.Push(event.Event{At: at, Sent: h.T(), Src: event.SelfSource, Ord: h.seq, Set: hostSet, Row: k, Args: -1})
}

// After has f called at the end of the step, or of the initialisation, in which
// an event at time at is delivered: of the step that ends then, if what rounding
// left of its end is a millionth of a step before, as in NEURON.
func (h *Handle) After(at float64, f Caller) {
	if now := h.T(); at > now {
		at = max(now, at-float64(1e-6*h.s.net.Dt))
	}
	h.Call(at, AtEnd{f})
}

// AtEnd is what waits for the end of the step in which it is called.
type AtEnd struct{ Caller }

func (h *Handle) call(e event.Event) {
	f := h.calls[e.Row]
	h.calls[e.Row] = nil
	h.free = append(h.free, e.Row)
	was, now := h.in, h.now
	h.in, h.now = true, e.At
	h.say()
	var err error
	if end, ok := f.(AtEnd); ok {
		h.after = append(h.after, end.Caller)
	} else {
		err = f.Call(e.At)
	}
	h.in, h.now = was, now
	if err != nil && h.err == nil {
		h.err = err
		h.g.err = &Error{What: "stopped by who drives the model", T: e.At, Gid: -1}
		h.g.halt = true
	}
}

// Send delivers an event to the target of an edge at time at.
func (h *Handle) Send(edge int32, at, flag float64) {
	e := &h.g.lay.Edges
	h.seq++
	h.g.queue.Push(event.Event{At: at, Sent: h.T(), Src: event.SelfSource, Ord: h.seq, Flag: flag, Set: e.Set[edge], Row: e.Row[edge], Args: e.Weight[edge]})
}

// observe tells who drives the group that a step has been taken.
func (g *group) observe() {
	if g.driver != nil && g.driver.Sample != nil {
		g.driver.say()
		g.driver.Sample()
	}
}
