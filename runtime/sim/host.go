package sim

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"slices"

	"github.com/rallsim/rall/internal/random"
	"github.com/rallsim/rall/runtime/kernel"
)

// host answers what the instances of one mechanism in one group ask for.
type host struct {
	g   *group
	set int
}

func (h host) now() float64 { return h.g.mechs[h.set].frame.Uniforms[kernel.UniformT] }

func (h host) Draw(row, stream int, kind kernel.DrawKind) float64 {
	s := h.stream(row, stream)
	if r := h.random(row, stream); r != nil { // whatever the C draws where it has a stream of ids
		return r.Repick()
	}
	switch kind {
	case kernel.DrawUniform, kernel.PickUniform:
		return s.Uniform()
	case kernel.DrawNegExp, kernel.PickNegExp:
		return s.NegExp()
	case kernel.DrawNormal:
		return s.Normal()
	case kernel.PickNormal:
		return s.PairedNormal()
	}
	panic(fmt.Sprintf("BUG: draw of kind %d", kind))
}

func (h host) SetSeq(row, stream, id int, x float64) {
	if h.random(row, stream) == nil { // what a program's own Random draws next is the program's affair
		h.stream(row, stream).Set(id, x)
	}
}

// stream returns what an instance draws from.
func (h host) stream(row, stream int) *random.Stream {
	if r := h.random(row, stream); r != nil {
		return &r.Stream
	}
	return &h.g.mechs[h.set].streams[stream][row]
}

// random returns the hoc Random that an instance's stream is, nil if it is none.
func (h host) random(row, stream int) *random.Random {
	if m := &h.g.mechs[h.set]; m.randoms != nil {
		return m.randoms[stream][row]
	}
	return nil
}

func (h host) Train(row, series, i int) float64 {
	if x := h.series(row, series); i >= 0 && i < len(x) {
		return x[i]
	}
	return -1
}

func (h host) TrainLen(row, series int) int { return len(h.series(row, series)) }

func (h host) series(row, k int) []float64 {
	lay := h.g.mechs[h.set].lay
	switch {
	case k < len(lay.Series) && row < len(lay.Series[k]):
		return lay.Series[k][row]
	case k == 0 && row < len(lay.Trains):
		return lay.Trains[row]
	}
	return nil
}

func (h host) EdgeCount(row int) int { return len(h.g.mechs[h.set].onto[row]) }

func (h host) EdgeArgs(row, i int) []float64 {
	m := &h.g.mechs[h.set]
	first := h.g.lay.Edges.Weight[m.onto[row][i]]
	return h.g.weights[first : int(first)+m.prog.NArgs]
}

// ahead says whether an event may be sent for a time; if not, the run fails, as
// in NEURON: events in the past would go on for ever, or come when it is too late.
func (h host) ahead(row int, what, place string, at float64) bool {
	now := h.now()
	if at >= now-spikeEpsilon {
		return true
	}
	h.g.failAt(h.set, row, now, kernel.At(place, fmt.Sprintf("%s for t = %.6g ms, which is past", what, at)))
	return false
}

func (h host) Send(row int, delay, flag float64, place string) {
	if now := h.now(); h.ahead(row, "net_send", place, now+delay) {
		h.g.sendSelf(h.set, row, now+delay, now, flag)
	}
}

func (h host) MoveEvent(row int, at float64, place string) {
	if !h.ahead(row, "net_move", place, at) {
		return
	}
	m := &h.g.mechs[h.set]
	m.seq[row]++
	if !h.g.queue.Move(m.handle+int32(row), at, h.now(), m.seq[row]) {
		h.g.failAt(h.set, row, h.now(), kernel.At(place, "net_move without a pending net_send of flag 1"))
	}
}

func (h host) Emit(row int, at float64, place string) {
	if src := h.g.mechs[h.set].lay.Source; src != nil && h.ahead(row, "net_event", place, at) {
		h.g.emit(src[row], at)
	}
}

func (h host) ArmWatch(row, w int, flag float64, rising bool) {
	m := &h.g.mechs[h.set]
	// The first condition that a delivery arms puts an end to those that
	// earlier deliveries have armed.
	if !h.g.rearmed {
		h.g.rearmed = true
		clear(m.watch[row*m.prog.Watches : (row+1)*m.prog.Watches])
	}
	// A condition that holds already when it is armed waits until it has
	// ceased to hold, as in NEURON.
	st := &m.watch[row*m.prog.Watches+w]
	*st = watchState{armed: true, was: m.frame.Columns[m.prog.WatchCol+w][row] >= 0, flag: flag}
}

func (h host) Printf(row int, format string, args []float64) {
	if h.g.sim.opt.Print == nil {
		return
	}
	vals := make([]any, len(args))
	for i, a := range args {
		vals[i] = a
	}
	m := &h.g.mechs[h.set]
	h.g.prints = append(h.g.prints, printed{h.g.half, h.now(), m.turn(h.g.code), m.lay.Mech, m.lay.Order[row], fmt.Sprintf(format, vals...)})
}

func (h host) Failed(row int, what string) {
	h.g.failAt(h.set, row, h.now(), what)
}

// printed is a text that waits for the end of the epoch. Texts come out in
// one order, whoever has stepped what, which is that of NEURON's one thread: by
// half step, block, time, mechanism and instance.
type printed struct {
	half  int
	t     float64 // [ms]
	turn  int
	mech  int
	order int64 // of the instance
	text  string
}

// turn says which blocks of code come before others in half a step.
func (m *instances) turn(c *kernel.Code) int {
	p := m.prog
	return slices.Index([]*kernel.Code{p.BeforeInit, p.Init, p.ReceiveInit, p.AfterInit, p.Prepare, p.State, p.AfterSolve,
		p.BeforeStep, p.Receive, p.BeforeBreakpoint, p.Current}, c)
}

// printSteps is the longest epoch [steps] of a network that prints.
const printSteps = 64

// printOut prints what the epoch has brought.
func (s *Sim) printOut() {
	all := s.prints[:0]
	for _, g := range s.groups {
		all = append(all, g.prints...)
		clear(g.prints)
		g.prints = g.prints[:0]
	}
	slices.SortStableFunc(all, func(a, b printed) int {
		return cmp.Or(cmp.Compare(a.half, b.half), cmp.Compare(a.turn, b.turn), cmp.Compare(a.t, b.t), cmp.Compare(a.mech, b.mech), cmp.Compare(a.order, b.order))
	})
	end := math.Inf(1) // what comes after a failure was not to be
	if s.stopped {
		end = s.t
	}
	for i := range all {
		if all[i].t > end {
			continue
		}
		io.WriteString(s.opt.Print, all[i].text)
	}
	clear(all)
	s.prints = all
}

var _ kernel.Host = host{}

// restart puts the streams where the layout has them.
func (m *instances) restart() {
	for s := range m.streams {
		copy(m.streams[s], m.lay.Streams[s])
	}
}
