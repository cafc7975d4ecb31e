// Package sim runs a lowered network with NEURON's fixed-step semantics.
//
// In: a layout.Network. Out: spikes and samples, chunk by chunk to a sink or
// all at the end, from which the caller makes a record.Result. Next: export
// writes it.
//
// Groups are stepped independently for one epoch (at most the shortest delay
// between groups), each on whatever goroutine is free; spikes are exchanged
// when all have arrived. What a group computes depends on the events it is
// given only, and events are ordered by a key of the model's own, so results
// do not depend on the number of threads, on the partition into groups, or on
// the length of epochs.
package sim

import (
	"cmp"
	"context"
	"io"
	"math"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rallsim/rall/ir/layout"
	"github.com/rallsim/rall/runtime/comm"
	"github.com/rallsim/rall/runtime/kernel"
	"github.com/rallsim/rall/runtime/record"
	"github.com/rallsim/rall/runtime/vm"
)

// Options are the choices that never change a result.
type Options struct {
	Threads int            // goroutines that step groups; 0: one per processor
	Backend kernel.Backend // nil: the block VM
	Print   io.Writer      // where mechanisms' printf goes; nil: nowhere
	Comm    comm.Transport // joins the ranks of the run; nil: there is one

	// Sink takes what the run yields as it goes on, all ranks at the same
	// steps, after which the Sim has forgotten it; nil: all is kept, and
	// Events and Reports return it.
	Sink       func(*record.Chunk) error
	FlushEvery time.Duration // wall time between chunks; 0: 2 s

	// Checkpoint is called when the sink holds everything up to this step,
	// on all ranks at the same step: every CheckpointEvery of wall time (0:
	// never), and when the run is stopped.
	Checkpoint      func() error
	CheckpointEvery time.Duration

	Profile bool // keep account of where the time goes

	driven bool // somebody may change any variable
}

const (
	flushEvery  = 2 * time.Second
	bufferBytes = 16 << 20 // what is kept for the sink before it is asked to take it
	epochBytes  = 64 << 20 // the most that an epoch may add to it: epochs are shortened
)

// Sim is one network at work. Its methods are for one goroutine.
type Sim struct {
	net     *layout.Network
	opt     Options
	backend kernel.Backend
	threads int
	comm    comm.Transport
	groups  []*group       // of this rank
	events  []record.Event // of counted sources and recorded stimulators of this rank, since the last chunk
	byIndex []*group       // of the whole network; nil: another rank's
	reach   *reach
	columns []int   // of net.Records that this rank samples, ascending
	steps   int     // taken
	t       float64 // [ms]
	epoch   int     // steps between exchanges
	own     []spike // scratch of exchange
	pending []spike
	prints  []printed // scratch of printOut
	stopped bool      // by a failure, at t

	frames      int64 // samples that the sink has
	flushed     time.Time
	checkpoints time.Time
	slots       [2][]float64         // what couplings hand on, in even and odd steps
	parcels     [2][]byte            // scratch of shareSlots
	constants   map[uint64][]float64 // columns of one value, by its bits
	membranes   bool                 // membrane currents are recorded
	tied        []*group             // those that take one step at a time
	free        []*group             // the others
	anyTied     bool                 // on any rank
	epochs      int                  // for which threads have dealt out the groups
	timer       func() time.Duration // processor time of the calling thread

	spent   struct{ exchange, io, stepping time.Duration } // wall time
	busy    []busy                                         // by thread, since it was last cleared
	stepped []busy                                         // by thread, while stepping
}

// New prepares a network; Init or Restore must follow.
func New(net *layout.Network, o Options) *Sim {
	s := &Sim{net: net, opt: o, backend: o.Backend, threads: o.Threads, comm: o.Comm, constants: map[uint64][]float64{}}
	if s.backend == nil {
		s.backend = vm.NewBlock()
	}
	if s.threads <= 0 {
		s.threads = runtime.GOMAXPROCS(0)
	}
	if s.comm == nil {
		s.comm = comm.One()
	}
	used := max(min(s.threads, len(net.Groups)), 1)
	s.busy, s.stepped = make([]busy, used), make([]busy, used)
	s.timer = threadTime
	if s.opt.FlushEvery <= 0 {
		s.opt.FlushEvery = flushEvery
	}
	s.epoch = net.Epoch
	if n := len(net.Records); n > 0 {
		perStep := float64(8*n) * min(net.Dt/net.RecordStep, 1)
		s.epoch = max(min(s.epoch, int(epochBytes/perStep)), 1)
	}
	if o.Print != nil && slices.ContainsFunc(net.Mechs, func(m layout.Mech) bool { return kernel.Uses(m.Program, kernel.Print) }) {
		s.epoch = min(s.epoch, printSteps)
	}
	s.shorten()
	s.membranes = asksMembrane(net)
	for i := range s.slots {
		s.slots[i] = make([]float64, net.Slots)
	}
	s.byIndex = make([]*group, len(net.Groups))
	for i := range net.Groups {
		s.anyTied = s.anyTied || net.Groups[i].Tied
		if !net.Groups[i].Foreign {
			g := newGroup(s, i)
			if o.Profile {
				g.newClock()
			}
			s.byIndex[i] = g
			s.groups = append(s.groups, g)
			if net.Groups[i].Tied {
				s.tied = append(s.tied, g)
			} else {
				s.free = append(s.free, g)
			}
		}
	}
	s.reach = newReach(len(net.Sources), s.groups)
	for i := range net.Records {
		if g := s.byIndex[net.Records[i].Group]; g != nil {
			s.addRecord(g, i)
			s.columns = append(s.columns, i)
		}
	}
	return s
}

// leastWait is the least number of steps between exchanges for which spikes
// within a group wait as well.
const leastWait = 4

// shorten makes epochs no longer than the delays within groups, if these are not
// very short: what an exchange brings is in order.
func (s *Sim) shorten() {
	if s.comm.Size() > 1 { // all ranks must have one length
		return
	}
	for i := range s.net.Groups {
		for _, d := range s.net.Groups[i].Edges.Delay {
			if n := layout.Steps(d, s.net.Dt); n >= leastWait {
				s.epoch = min(s.epoch, n)
			}
		}
	}
}

func (s *Sim) tables(p *kernel.Program, f *kernel.Frame) { vm.BuildTables(p, f) }

func (s *Sim) addRecord(g *group, i int) {
	r := &s.net.Records[i]
	var from *float64
	factor := 0.0
	switch r.What {
	case layout.NodeICap:
		// The solution stays in rhs: the change of potential in a step.
		from, factor = &g.nodes.Rhs[r.Row], .001*s.cj()*g.nodes.Cm[r.Row]
	default:
		from = g.address(r.Var)
	}
	g.records = append(g.records, recorder{from: from, index: i, factor: factor})
}

// Init sets the network to t = 0 (NEURON's finitialize).
func (s *Sim) Init() error {
	s.events, s.steps, s.t, s.frames, s.stopped = nil, 0, 0, 0, false
	s.each(s.groups, (*group).reset)
	if err := s.shareSlots(0); err != nil {
		return err
	}
	s.each(s.groups, func(g *group) {
		for k := range g.records {
			g.records[k].data = g.records[k].data[:0]
		}
		g.init()
		// Events at t = 0 act before the currents are set up; samples wait.
		g.sampleT = math.Inf(1)
		g.deliver(0)
		g.setUp()
		g.membrane.start(&g.nodes, g.lay.Area)
		g.beforeStep()
		g.sampleT = 0
		g.half++
		g.deliver(0)
	})
	_, err := s.exchange(0)
	return err
}

// Steps returns the number of steps of the whole run, NEURON's rule.
func (s *Sim) Steps() int {
	return int(s.net.Duration*(1+1e-11)/s.net.Dt + 1e-9)
}

// Step returns the number of steps taken.
func (s *Sim) Step() int { return s.steps }

// T returns the model time [ms].
func (s *Sim) T() float64 { return s.t }

// What a rank may ask all ranks to do at the end of an epoch.
const (
	bitStop uint32 = 1 << iota
	bitFlush
	bitCheckpoint
	bitFailed
)

// Run advances to the end of the run. progress, if not nil, is called at the
// end of every epoch. A cancelled context stops the run at the end of an
// epoch, on all ranks, with context.Canceled; what was computed stays
// available.
func (s *Sim) Run(ctx context.Context, progress func(t float64)) error {
	total := s.Steps()
	s.flushed = time.Now()
	s.checkpoints = s.flushed
	for s.steps < total {
		n := min(s.epoch, total-s.steps)
		clear(s.busy)
		start := time.Now()
		if err := s.advance(n); err != nil {
			return err
		}
		stepped := time.Now()
		for k, b := range s.busy {
			s.stepped[k].wall += b.wall
			s.stepped[k].worked += b.worked
		}
		s.spent.stepping += stepped.Sub(start)
		// Accumulated as groups do, halves and all.
		for i := 0; i < n; i++ {
			s.t += float64(.5 * s.net.Dt)
			s.t += float64(.5 * s.net.Dt)
		}
		s.steps += n
		bits, err := s.exchange(s.wishes(ctx))
		exchanged := time.Now()
		s.spent.exchange += exchanged.Sub(stepped)
		if s.steps == total {
			bits |= bitFlush
		}
		if bits&(bitFlush|bitStop|bitCheckpoint|bitFailed) != 0 {
			if ferr := comm.Agree(s.comm, s.flush()); err == nil {
				err = ferr
			}
		}
		if err != nil {
			return err
		}
		if bits&(bitCheckpoint|bitStop) != 0 && s.opt.Checkpoint != nil && s.steps < total {
			if err := comm.Agree(s.comm, s.opt.Checkpoint()); err != nil {
				return err
			}
			s.checkpoints = time.Now()
		}
		s.spent.io += time.Since(exchanged)
		if bits&bitStop != 0 && s.steps < total {
			return context.Canceled
		}
		if progress != nil {
			progress(s.T())
		}
	}
	return nil
}

// wishes are what this rank asks of all. Clocks count on rank 0 alone.
func (s *Sim) wishes(ctx context.Context) uint32 {
	var bits uint32
	if ctx.Err() != nil {
		bits |= bitStop
	}
	if s.opt.Sink == nil {
		return bits
	}
	if s.buffered() > bufferBytes {
		bits |= bitFlush
	}
	if s.comm.Rank() == 0 {
		now := time.Now()
		if now.Sub(s.flushed) >= s.opt.FlushEvery {
			bits |= bitFlush
		}
		if s.opt.CheckpointEvery > 0 && now.Sub(s.checkpoints) >= s.opt.CheckpointEvery {
			bits |= bitCheckpoint
		}
	}
	return bits
}

// buffered returns the bytes that wait for the sink.
func (s *Sim) buffered() int {
	n := 16 * len(s.events)
	for _, g := range s.groups {
		if len(g.records) > 0 {
			n += 8 * len(g.records) * len(g.records[0].data)
		}
	}
	return n
}

// flush gives the sink what has come since it was last given something.
func (s *Sim) flush() error {
	s.flushed = time.Now()
	if s.opt.Sink == nil {
		return nil
	}
	c := &record.Chunk{Steps: int64(s.steps), T: s.t, Frame0: s.frames, Events: s.events, Data: make([][]float64, len(s.columns))}
	data := s.samples()
	for i, k := range s.columns {
		c.Data[i] = data[k]
	}
	if err := s.opt.Sink(c); err != nil {
		return err
	}
	s.frames += int64(c.Frames())
	s.events = s.events[:0]
	for _, g := range s.groups {
		for k := range g.records {
			g.records[k].data = g.records[k].data[:0]
		}
	}
	return nil
}

// Columns returns which of the network's records this rank samples: those of
// the chunks' columns.
func (s *Sim) Columns() []int { return s.columns }

// advance takes n steps. Groups that are tied to others wait for them in the
// middle of every step.
func (s *Sim) advance(n int) error {
	for _, g := range s.groups {
		g.parity = (s.steps + 1) & 1
	}
	measured := s.epochs%measureEvery == 0
	s.epochs++
	work := append(s.tied[:len(s.tied):len(s.tied)], s.free...)
	s.each(work, func(g *group) {
		if measured {
			defer g.measure(s.startTimer())
		}
		if g.lay.Tied {
			g.firstHalf()
			return
		}
		for i := 1; i <= n && g.err == nil; i++ {
			g.step()
			if s.checks(s.steps + i) {
				g.checkFinite()
			}
		}
	})
	if measured {
		byCost(s.tied)
		byCost(s.free)
	}
	if !s.anyTied {
		return nil
	}
	for i := 0; i < n; i++ {
		if err := s.shareSlots((s.steps + 1 + i) & 1); err != nil {
			return err
		}
		s.each(s.tied, func(g *group) {
			g.secondHalf()
			if s.checks(s.steps + i + 1) {
				g.checkFinite()
			}
			if i+1 < n {
				g.firstHalf()
			}
		})
	}
	return nil
}

// each runs f for every one of the groups, on up to s.threads goroutines. A
// goroutine takes the next group when it is done with one.
func (s *Sim) each(groups []*group, f func(*group)) {
	workers := min(s.threads, len(groups))
	var next atomic.Int64
	work := func(thread int) {
		if s.opt.Profile {
			own := s.startTimer()
			defer func() { s.busy[thread].worked += s.stopTimer(own) }()
		}
		start := time.Now()
		for {
			i := int(next.Add(1)) - 1
			if i >= len(groups) {
				break
			}
			f(groups[i])
		}
		s.busy[thread].wall += time.Since(start)
	}
	if workers <= 1 {
		work(0)
		return
	}
	var wg sync.WaitGroup
	for w := range workers {
		wg.Add(1)
		go func() {
			defer wg.Done()
			work(w)
		}()
	}
	wg.Wait()
}

// exchange hands the spikes of the epoch to the groups that listen, keeps
// those of this rank's sources, and tells the ranks of each other's bits.
func (s *Sim) exchange(bits uint32) (uint32, error) {
	own := s.own[:0]
	for _, g := range s.groups {
		own = append(own, g.out...)
		g.out = g.out[:0]
	}
	failed := s.failed()
	if failed != nil {
		bits |= bitFailed
	}
	byTime := func(a, b spike) int {
		return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.Source, b.Source))
	}
	slices.SortStableFunc(own, byTime)
	for _, sp := range own {
		src := &s.net.Sources[sp.Source]
		if src.Count {
			s.events = append(s.events, record.Event{T: sp.At, Source: int64(src.Gid)})
		} else if src.Stim >= 0 && s.net.RecordStim {
			s.events = append(s.events, record.Event{T: sp.At, Source: ^int64(src.Stim)})
		}
	}
	all := append(s.pending[:0], own...)
	var err error
	if s.comm.Size() > 1 {
		all, bits, err = s.comm.Exchange(own, bits, all)
		slices.SortStableFunc(all, byTime)
	}
	s.arrive(all)
	s.own, s.pending = own, all
	if err == nil && bits&bitFailed != 0 {
		err = s.stopAt(failed)
	}
	s.printOut()
	return bits, err
}

// Events returns the spikes of this rank's cells and the events of its
// recorded stimulators since the sink last took them.
func (s *Sim) Events() []record.Event { return s.events }

// samples returns the samples since the sink last took them, by number of
// the network's record; nil for other ranks' records.
func (s *Sim) samples() [][]float64 {
	data := make([][]float64, len(s.net.Records))
	for _, g := range s.groups {
		for _, r := range g.records {
			data[r.index] = r.data
		}
	}
	return data
}

// Outline says what a run of the network will yield: its trains and reports,
// empty.
func Outline(net *layout.Network) *record.Outline {
	o := &record.Outline{RecordStep: net.RecordStep}
	if net.RecordStim {
		for i := range net.Sources {
			if src := &net.Sources[i]; src.Stim >= 0 {
				o.Result.Stims = append(o.Result.Stims, record.Train{Label: src.Label, Gid: src.Target})
			}
		}
	}
	at := map[string]int{}
	for i := range net.Records {
		r := &net.Records[i]
		k, ok := at[r.Label]
		if !ok {
			k = len(o.Columns)
			at[r.Label] = k
			o.Result.Reports = append(o.Result.Reports, record.Report{Label: r.Label, Variable: r.Variable, Unit: r.Unit, All: r.All})
			o.Columns = append(o.Columns, nil)
		}
		rep := &o.Result.Reports[k]
		rep.Elements = append(rep.Elements, record.Element{Gid: r.Gid, Section: r.Section, SectionID: r.SectionID, Pos: r.Pos})
		o.Columns[k] = append(o.Columns[k], i)
	}
	return o
}

// Result makes a result of what a run without a sink has yielded so far, by
// the network's outline or what the caller has made of it (nil: the outline
// as it is).
func (s *Sim) Result(o *record.Outline) (*record.Result, error) {
	if o == nil {
		o = Outline(s.net)
	}
	return o.Collect(s.events, s.samples(), s.t)
}
