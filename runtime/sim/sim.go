// Package sim runs a lowered network with NEURON's fixed-step semantics.
//
// In: a layout.Network. Out: spikes and samples, from which the caller makes a
// record.Result. Next: export writes it.
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
	"fmt"
	"io"
	"math"
	"runtime"
	"slices"
	"sort"
	"sync"
	"sync/atomic"

	"github.com/rallsim/rall/ir/layout"
	"github.com/rallsim/rall/runtime/kernel"
	"github.com/rallsim/rall/runtime/record"
	"github.com/rallsim/rall/runtime/vm"
)

// Options are the choices that never change a result.
type Options struct {
	Threads int            // goroutines that step groups; 0: one per processor
	Backend kernel.Backend // nil: the block VM
	Print   io.Writer      // where mechanisms' printf goes; nil: nowhere
}

// Sim is one network at work. Its methods are for one goroutine.
type Sim struct {
	net     *layout.Network
	backend kernel.Backend
	threads int
	groups  []*group
	spikes  []spike // of counted sources, in order
	trains  map[int32][]float64
	steps   int // taken
	pending []spike
	print   printer
}

// New prepares a network; Init must follow.
func New(net *layout.Network, o Options) *Sim {
	s := &Sim{net: net, backend: o.Backend, threads: o.Threads}
	if s.backend == nil {
		s.backend = vm.NewBlock()
	}
	if s.threads <= 0 {
		s.threads = runtime.GOMAXPROCS(0)
	}
	s.print.w = o.Print
	for i := range net.Groups {
		s.groups = append(s.groups, newGroup(s, i))
	}
	for i := range net.Records {
		s.addRecord(i)
	}
	return s
}

func (s *Sim) tables(p *kernel.Program, f *kernel.Frame) { vm.BuildTables(p, f) }

func (s *Sim) addRecord(i int) {
	r := &s.net.Records[i]
	g := s.groups[r.Group]
	var from *float64
	factor := 0.0
	switch r.What {
	case layout.NodeV:
		from = &g.nodes.V[r.Row]
	case layout.NodeICap:
		// The solution stays in rhs: the change of potential in a step.
		from, factor = &g.nodes.Rhs[r.Row], .001*(1/s.net.Dt)*g.nodes.Cm[r.Row]
	case layout.Column:
		from = g.mechs[r.Set].look(r.Col, r.Row)
	case layout.IonE:
		from = &g.ions[r.Set].e[r.Row]
	case layout.IonIn:
		from = &g.ions[r.Set].in[r.Row]
	case layout.IonOut:
		from = &g.ions[r.Set].out[r.Row]
	case layout.IonI:
		from = &g.ions[r.Set].cur[r.Row]
	}
	g.records = append(g.records, recorder{from: from, index: i, factor: factor})
}

// Init sets the network to t = 0 (NEURON's finitialize).
func (s *Sim) Init() error {
	s.spikes, s.steps = nil, 0
	s.trains = map[int32][]float64{}
	total := s.Steps()
	s.each(func(g *group) {
		for k := range g.records {
			if g.records[k].data == nil {
				g.records[k].data = make([]float64, 0, min(s.samples(total), 1<<22))
			}
			g.records[k].data = g.records[k].data[:0]
		}
		g.init()
		// Events at t = 0 act before the currents are set up; samples wait.
		g.sampleT = math.Inf(1)
		g.deliver(0)
		g.setUp()
		g.beforeStep()
		g.sampleT = 0
		g.deliver(0)
	})
	s.exchange()
	return s.failed()
}

// Steps returns the number of steps of the whole run, NEURON's rule.
func (s *Sim) Steps() int {
	return int(s.net.Duration*(1+1e-11)/s.net.Dt + 1e-9)
}

func (s *Sim) samples(steps int) int {
	return int(float64(steps)*s.net.Dt/s.net.RecordStep) + 2
}

// T returns the model time [ms].
func (s *Sim) T() float64 {
	if len(s.groups) == 0 {
		return float64(s.steps) * s.net.Dt
	}
	return s.groups[0].t
}

// Run advances to the end of the run. progress, if not nil, is called at the
// end of every epoch. A cancelled context stops the run at the end of an
// epoch with ctx.Err(); what was computed stays available.
func (s *Sim) Run(ctx context.Context, progress func(t float64)) error {
	total := s.Steps()
	for s.steps < total {
		if err := ctx.Err(); err != nil {
			return err
		}
		n := min(s.net.Epoch, total-s.steps)
		s.each(func(g *group) {
			for i := 0; i < n && g.err == nil; i++ {
				g.step()
			}
			g.checkFinite()
		})
		s.steps += n
		s.exchange()
		if err := s.failed(); err != nil {
			return err
		}
		if progress != nil {
			progress(s.T())
		}
	}
	return nil
}

// each runs f for every group, on up to s.threads goroutines.
func (s *Sim) each(f func(*group)) {
	workers := min(s.threads, len(s.groups))
	if workers <= 1 {
		for _, g := range s.groups {
			f(g)
		}
		return
	}
	var next atomic.Int64
	var wg sync.WaitGroup
	for w := 0; w < workers; w++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for {
				i := int(next.Add(1)) - 1
				if i >= len(s.groups) {
					return
				}
				f(s.groups[i])
			}
		}()
	}
	wg.Wait()
}

// exchange hands the spikes of the epoch to the groups that listen, and
// keeps them.
func (s *Sim) exchange() {
	all := s.pending[:0]
	for _, g := range s.groups {
		all = append(all, g.out...)
	}
	slices.SortStableFunc(all, func(a, b spike) int {
		return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.source, b.source))
	})
	for _, sp := range all {
		src := &s.net.Sources[sp.source]
		for _, g := range s.groups {
			if g.index != src.Group {
				g.enqueue(sp.source, sp.at)
			}
		}
		if src.Count {
			s.spikes = append(s.spikes, sp)
		} else if src.Stim >= 0 && s.net.RecordStim {
			s.trains[sp.source] = append(s.trains[sp.source], sp.at)
		}
	}
	for _, g := range s.groups {
		g.out = g.out[:0]
	}
	s.pending = all
}

func (s *Sim) failed() error {
	for _, g := range s.groups {
		if g.err != nil {
			return g.err
		}
	}
	return nil
}

// Spikes returns the spikes of the network's cells so far.
func (s *Sim) Spikes() []record.Spike {
	out := make([]record.Spike, len(s.spikes))
	for i, sp := range s.spikes {
		out[i] = record.Spike{T: sp.at, Gid: s.net.Sources[sp.source].Gid}
	}
	sort.SliceStable(out, func(i, j int) bool {
		if out[i].T != out[j].T {
			return out[i].T < out[j].T
		}
		return out[i].Gid < out[j].Gid
	})
	return out
}

// Trains returns the recorded trains of the stimulators, in source order,
// those without an event included.
func (s *Sim) Trains() []record.Train {
	var out []record.Train
	for i := range s.net.Sources {
		src := &s.net.Sources[i]
		if src.Stim >= 0 && s.net.RecordStim {
			out = append(out, record.Train{Label: src.Label, Gid: src.Target, T: s.trains[int32(i)]})
		}
	}
	return out
}

// Reports returns the samples so far, one report a label in the order of the
// network's records.
func (s *Sim) Reports() []record.Report {
	if len(s.net.Records) == 0 {
		return nil
	}
	data := make([][]float64, len(s.net.Records))
	n := 0
	for _, g := range s.groups {
		n = max(n, g.sample)
		for _, r := range g.records {
			data[r.index] = r.data
		}
	}
	times := make([]float64, n)
	for k, t := 0, 0.; k < n; k++ {
		times[k] = t
		t += s.net.RecordStep
	}
	var reports []record.Report
	at := map[string]int{}
	var columns [][][]float64
	for i := range s.net.Records {
		r := &s.net.Records[i]
		k, ok := at[r.Label]
		if !ok {
			k = len(reports)
			at[r.Label] = k
			reports = append(reports, record.Report{Label: r.Label, Variable: r.Variable, Unit: r.Unit, Time: times, All: r.All})
			columns = append(columns, nil)
		}
		reports[k].Elements = append(reports[k].Elements, record.Element{Gid: r.Gid, Section: r.Section, SectionID: r.SectionID, Pos: r.Pos})
		columns[k] = append(columns[k], data[i])
	}
	for k := range reports {
		w := len(columns[k])
		reports[k].Data = make([]float64, n*w)
		for e, col := range columns[k] {
			for j, v := range col {
				reports[k].Data[j*w+e] = v
			}
		}
	}
	return reports
}

// checkFinite turns a NaN or an infinity in a potential into an error that
// names the place.
func (g *group) checkFinite() {
	for i, v := range g.nodes.V {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			g.fail("membrane potential is %g at t = %g ms%s", v, g.t, g.nodePlace(int32(i)))
			return
		}
	}
}

// place says where an instance sits.
func (g *group) place(set, row int) string {
	node := g.mechs[set].lay.Node
	if node == nil {
		return ""
	}
	return g.nodePlace(node[row])
}

func (g *group) nodePlace(node int32) string {
	for b := range g.lay.Blocks {
		blk := &g.lay.Blocks[b]
		k := int(node) - blk.First
		if k < 0 || k >= len(blk.Parent)*blk.Lanes {
			continue
		}
		for i := range g.sim.net.Cells {
			c := &g.sim.net.Cells[i]
			if c.Group == g.index && int(c.Block) == b && int(c.Lane) == k%blk.Lanes {
				return fmt.Sprintf(", cell %d, node %d", c.Gid, k/blk.Lanes)
			}
		}
	}
	return ""
}
