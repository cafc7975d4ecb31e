package sim

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"sort"

	"github.com/rallsim/rall/internal/random"
	"github.com/rallsim/rall/ir/layout"
	"github.com/rallsim/rall/runtime/cable"
	"github.com/rallsim/rall/runtime/comm"
	"github.com/rallsim/rall/runtime/event"
	"github.com/rallsim/rall/runtime/kernel"
	"github.com/rallsim/rall/runtime/vm"
)

// shortDelay [ms]: events of edges that are longer never come without delay.
const shortDelay = 1e-6

// spikeEpsilon [ms] is what NEURON adds to the time of a threshold crossing.
const spikeEpsilon = 1e-10

// spike is an event of a source, waiting for the exchange.
type spike = comm.Spike

// ionState are the run-time columns of an ion in a group.
type ionState struct {
	def     *layout.Ion
	slots   *layout.IonSlots
	e       []float64 // [mV]
	in, out []float64 // [mM]
	cur, di []float64 // [mA/cm2], and per mV
	renew   [][2]int  // runs of slots that recompute their reversals at every set-up
}

// instances are the run-time columns of one mechanism in a group.
type instances struct {
	lay       *layout.Instances
	set       int // its place in the group
	prog      *kernel.Program
	frame     kernel.Frame
	steady    []bool // columns that only INITIAL and what follows from it changes
	fixed     []bool // columns that nothing changes: they are the layout's, or shared with all that hold one value
	idle      []bool // columns that nobody looks at: they are the group's scratch
	streams   [][]random.Stream
	randoms   [][]*random.Random // in place of streams, where not nil: what others draw from besides
	seq       []int64            // per instance: self-events sent so far; nil if the mechanism sends none
	place     []int32            // per instance: which it is by identity, where seq is not nil
	handle    int32              // queue handle of instance 0, 0 if the mechanism moves no events
	watch     []watchState
	pointers  []pointed
	electrode bool      // its currents are an electrode's
	nothing   []float64 // the weight vector of events that have none
	spread    diffusion
	onto      [][]int32      // the edges of each instance, where the mechanism asks for them
	deliver   kernel.Deliver // of many events; nil: one by one
	abreast   bool           // deliver does some before the network has heard of those before
}

// watchState is a WATCH condition of an instance.
type watchState struct {
	armed bool
	was   bool // the condition held when last looked at
	flag  float64
}

// group is one layout.Group at work. Nobody but the goroutine that steps it
// touches it until the epoch ends.
type group struct {
	sim   *Sim
	lay   *layout.Group
	index int32

	t        float64 // [ms], accumulated
	nodes    cable.Nodes
	pointFac []float64
	runs     map[*int32][]kernel.Run // by the first element of an index
	ions     []ionState
	mechs    []instances
	weights  []float64
	shares   bool   // weights are the layout's values: nobody changes them
	fired    []bool // per detector: above threshold when last looked at
	watched  []*float64
	idle     []float64 // what nobody looks at, written over by whoever computes it
	membrane *membrane // nil: nobody asks for membrane currents
	layers   *layers   // nil: no node has any
	smooth   []smooth  // by play: those that are continuous
	gives    []give
	takes    []take
	parity   int       // of the step, which set of slots is its own
	shared   []float64 // numbers that only POINTERs name
	bulk     bool      // many events may be delivered at once
	later    bool      // own spikes wait for the exchange: nothing is due before
	least    float64   // [ms] the shortest delay

	queue    event.Queue
	arrivals []arrival    // scratch of the exchange
	args     int32        // weight vector in force, -1 none
	stillAt  float64      // [ms] time of the last event without delay
	still    int          // such events since the time last moved
	rearmed  bool         // the delivery under way has armed a WATCH condition
	handles  int32        // queue handles given out
	out      []spike      // since the last exchange
	code     *kernel.Code // that runs
	prints   []printed    // since the last exchange
	records  []recorder
	sample   int     // samples taken
	sampleT  float64 // [ms] time of the next sample
	lastT    float64 // [ms] time of the sample before
	err      *Error
	cellAt   map[[2]int32]*layout.Cell // by block and lane, made when something fails
	halt     bool                      // no more events are handed out
	half     int                       // half steps begun, for the order of what is printed
	clock    *clock                    // nil: nobody wants a profile
	driver   *Handle                   // nil: nobody looks on
	cost     float64                   // [ns] of an epoch, a running mean
}

// recorder reads one sampled variable.
type recorder struct {
	from   *float64
	factor float64 // of a capacitive current, which is 0 before the first step; 0: from is the variable itself
	index  int     // into Sim.net.Records
	data   []float64
}

func newGroup(s *Sim, i int) *group {
	lay := &s.net.Groups[i]
	n := len(lay.VInit)
	g := &group{sim: s, lay: lay, index: int32(i), runs: map[*int32][]kernel.Run{}}
	g.nodes = cable.Nodes{V: make([]float64, n), Rhs: make([]float64, n), D: make([]float64, n),
		Cm: lay.Cm, A: lay.A, B: lay.B}
	if s.membranes {
		g.membrane = newMembrane(n)
	}
	g.pointFac = make([]float64, n)
	for k, a := range lay.Area {
		g.pointFac[k] = 1.e2 / a
	}
	for k := range lay.Blocks {
		if err := cable.Check(&lay.Blocks[k], &g.nodes); err != nil {
			panic(fmt.Sprintf("BUG: group %d, block %d: %v", i, k, err))
		}
	}
	if g.shares = lay.Edges.Narrow(); g.shares {
		g.weights = lay.Edges.Value
	} else {
		g.weights = make([]float64, lay.Edges.Length)
	}
	g.fired = make([]bool, len(lay.Detectors))
	for k := range lay.Ions {
		sl := &lay.Ions[k]
		m := len(sl.Node)
		ion := ionState{def: &s.net.Ions[sl.Ion], slots: sl, e: make([]float64, m), in: make([]float64, m),
			out: make([]float64, m), cur: make([]float64, m), di: make([]float64, m)}
		for i, st := range sl.Style {
			if st&layout.StepNernst == 0 {
				continue
			}
			if n := len(ion.renew); n > 0 && ion.renew[n-1][1] == i {
				ion.renew[n-1][1]++
			} else {
				ion.renew = append(ion.renew, [2]int{i, i + 1})
			}
		}
		g.ions = append(g.ions, ion)
	}
	for k := range lay.Instances {
		g.mechs = append(g.mechs, g.newInstances(k))
	}
	g.queue.Handles(int(g.handles))
	for k := range g.mechs {
		if p := g.mechs[k].prog; p.Receive != nil && (p.ReceiveInit != nil || kernel.Uses(p, kernel.StoreArg) || kernel.Uses(p, kernel.Edges)) {
			g.ownWeights()
		}
	}
	if g.lay.PointsAtWeights() {
		g.ownWeights()
	}
	e := &lay.Edges
	g.connectQueue()
	least := math.Inf(1)
	for _, d := range e.Delay {
		least = min(least, d)
	}
	g.least = least
	g.later = layout.Steps(least, s.net.Dt) >= s.epoch
	// Events without delay have to be counted.
	g.bulk = least > shortDelay && slices.ContainsFunc(g.mechs, func(m instances) bool { return m.deliver != nil })
	g.layers = g.newLayers()
	g.shared = make([]float64, lay.NumShared)
	g.bind()
	g.smooth = make([]smooth, len(lay.Plays))
	for k := range lay.Plays {
		if p := &lay.Plays[k]; p.Continuous {
			g.smooth[k].to = g.address(p.Var)
			if p.What == layout.Column {
				g.mechs[p.Set].steady[p.Col] = false
			}
		}
	}
	for k := range lay.Detectors {
		d := &lay.Detectors[k]
		if d.Node >= 0 {
			g.watched = append(g.watched, &g.nodes.V[d.Node])
		} else {
			g.watched = append(g.watched, g.mechs[d.Set].look(d.Col, d.Row))
		}
	}
	return g
}

func (g *group) newInstances(k int) instances {
	lay := &g.lay.Instances[k]
	prog := g.sim.net.Mechs[lay.Mech].Program
	m := instances{lay: lay, prog: prog}
	m.frame.N = lay.N
	m.fixed = g.fixed(k, prog)
	m.idle = g.idleOf(k, prog)
	m.frame.Columns = make([][]float64, len(lay.Columns))
	for c, from := range lay.Columns {
		switch {
		case m.idle[c]:
			m.frame.Columns[c] = g.idle[:lay.N:lay.N]
		case !m.fixed[c]:
			m.frame.Columns[c] = make([]float64, lay.N)
		case len(from) == lay.N:
			m.frame.Columns[c] = from
		default:
			m.frame.Columns[c] = g.sim.constant(from[0], lay.N)
		}
	}
	m.frame.Uniforms = make([]float64, len(g.sim.net.Mechs[lay.Mech].Uniforms))
	m.frame.Grids = g.sim.net.Mechs[lay.Mech].Grids
	m.frame.Host = host{g, k}
	m.frame.Unread = kernel.Unread(prog)
	m.frame.Same, m.steady = make([]bool, prog.Rows()), kernel.Steady(prog)
	g.makePointers(&m)
	for _, p := range prog.Ports {
		m.electrode = m.electrode || p.Quantity == kernel.StimRhs
		if p.Quantity == kernel.Pointed {
			m.frame.Ports = append(m.frame.Ports, kernel.PortData{Data: m.pointers[p.Pointer].copies, Index: byIdentity(nil, lay.N), First: 0})
			continue
		}
		m.frame.Ports = append(m.frame.Ports, g.port(p, lay))
	}
	for _, row := range kernel.Stores(prog, kernel.Common) {
		g.mechs[lay.CommonSet].steady[row] = false
	}
	for _, s := range lay.Streams {
		m.streams = append(m.streams, make([]random.Stream, len(s)))
	}
	if d := prog.Diffusion; d != nil {
		m.spread = diffusion{lay.Diffusion, make([]float64, lay.N), make([]float64, lay.N), make([]float64, lay.N)}
		for _, first := range []int{d.State, d.Area, d.Volume} {
			clear(m.frame.Unread[first : first+d.N])
		}
	}
	if kernel.Uses(prog, kernel.Edges) {
		m.onto = make([][]int32, lay.N)
		e := &g.lay.Edges
		for s := range e.Sources {
			// NEURON's order of NetCons: by source, then as they were made
			for _, i := range inModelOrder(e, e.First[s], e.First[s+1]) {
				if int(e.Set[i]) == k {
					m.onto[e.Row[i]] = append(m.onto[e.Row[i]], i)
				}
			}
		}
	}
	if prog.Receive != nil {
		if prog.Watches > 0 || kernel.Uses(prog, kernel.Send) || kernel.Uses(prog, kernel.MoveEv) {
			m.seq, m.place = make([]int64, lay.N), make([]int32, lay.N)
			for i, row := range byIdentity(lay.Order, lay.N) {
				m.place[row] = int32(i)
			}
		}
		m.nothing = make([]float64, prog.NArgs)
		if kernel.Uses(prog, kernel.MoveEv) {
			m.handle = g.handles + 1
			g.handles += int32(lay.N)
		}
		m.watch = make([]watchState, lay.N*prog.Watches)
		if d, ok := g.sim.backend.(kernel.Deliverer); ok && len(m.pointers) == 0 {
			m.deliver, m.abreast = d.Deliver(prog)
		}
	}
	m.set = k
	return m
}

// fixed marks the columns of a set of instances that nothing changes in a run.
func (g *group) fixed(set int, prog *kernel.Program) []bool {
	out := kernel.Fixed(prog)
	if g.sim.opt.driven || prog.Diffusion != nil || g.lay.Layers != nil && int(g.lay.Layers.Set) == set {
		clear(out)
	}
	changed := func(v layout.Var) {
		if v.What == layout.Column && int(v.Set) == set {
			out[v.Col] = false
		}
	}
	for k := range g.lay.Plays {
		changed(g.lay.Plays[k].Var)
	}
	for _, t := range g.lay.Takes {
		if t.Pointer < 0 {
			changed(layout.Var{What: layout.Column, Set: t.Set, Col: t.Col})
		}
	}
	for k := range g.lay.Instances {
		in := &g.lay.Instances[k]
		for _, bound := range in.Bound {
			for _, v := range bound {
				if v.Row >= 0 {
					changed(v)
				}
			}
		}
		if in.Common != nil && int(in.CommonSet) == set {
			for _, row := range kernel.Stores(g.sim.net.Mechs[in.Mech].Program, kernel.Common) {
				out[row] = false
			}
		}
	}
	return out
}

// idleOf marks the columns that need no memory unless somebody looks at them
// (see show): what is computed for users to see, and is the same rows of one
// scratch for all. Who drives a run may look at any time.
func (g *group) idleOf(set int, prog *kernel.Program) []bool {
	out := kernel.Unread(prog)
	if g.sim.opt.driven || prog.Diffusion != nil || g.lay.Layers != nil && int(g.lay.Layers.Set) == set {
		clear(out)
	}
	for c, fixed := range kernel.Fixed(prog) {
		out[c] = out[c] && !fixed
	}
	n := 0
	for k := range g.lay.Instances {
		n = max(n, g.lay.Instances[k].N)
	}
	if g.idle == nil && slices.Contains(out, true) {
		g.idle = make([]float64, n)
	}
	return out
}

// constant returns n times a number, which all columns that hold it share.
func (s *Sim) constant(x float64, n int) []float64 {
	k := math.Float64bits(x)
	all := s.constants[k]
	if len(all) < n {
		all = slices.Repeat([]float64{x}, max(n, 2*len(all)))
		s.constants[k] = all
	}
	return all[:n:n]
}

// inModelOrder returns the edges from lo to hi in their order in the model.
func inModelOrder(e *layout.Edges, lo, hi int32) []int32 {
	list := make([]int32, 0, hi-lo)
	for i := lo; i < hi; i++ {
		list = append(list, i)
	}
	slices.SortFunc(list, func(a, b int32) int { return cmp.Compare(e.Order[a], e.Order[b]) })
	return list
}

// look returns a variable of an instance for somebody who reads it. Variables
// that nobody looks at may not be kept up to date.
func (m *instances) look(col, row int32) *float64 {
	m.show(int(col))
	return &m.frame.Columns[col][row]
}

// show has a column kept up to date.
func (m *instances) show(col int) {
	m.frame.Unread[col] = false
	if m.idle[col] {
		m.idle[col] = false
		m.frame.Columns[col] = make([]float64, m.lay.N)
		m.begin(col)
	}
}

// begin gives a column what the layout says.
func (m *instances) begin(col int) {
	from := m.lay.Columns[col]
	if len(from) == m.lay.N {
		copy(m.frame.Columns[col], from)
		return
	}
	for i := range m.frame.Columns[col] {
		m.frame.Columns[col][i] = from[0]
	}
}

func (g *group) port(p kernel.Port, lay *layout.Instances) kernel.PortData {
	if p.Quantity == kernel.Common {
		g.mechs[lay.CommonSet].show(p.Row)
		f := &g.mechs[lay.CommonSet].frame
		return kernel.PortData{Data: f.Columns[p.Row], Index: lay.Common, First: -1}
	}
	if p.Ion < 0 {
		data := map[kernel.Quantity][]float64{kernel.V: g.nodes.V, kernel.StimRhs: g.membrane.rhsOf(), kernel.StimD: g.membrane.dOf(), kernel.Rhs: g.nodes.Rhs, kernel.D: g.nodes.D,
			kernel.Area: g.lay.Area, kernel.Diam: g.lay.Diam, kernel.PointFac: g.pointFac}[p.Quantity]
		return kernel.PortData{Data: data, Index: lay.Node, First: contiguous(lay.Node), Runs: g.runsOf(lay.Node)}
	}
	ion := &g.ions[lay.IonSet[p.Ion]]
	data := map[kernel.Quantity][]float64{kernel.IonE: ion.e, kernel.IonIn: ion.in, kernel.IonOut: ion.out,
		kernel.IonI: ion.cur, kernel.IonDI: ion.di}[p.Quantity]
	index := lay.Ion[p.Ion]
	return kernel.PortData{Data: data, Index: index, First: contiguous(index), Runs: g.runsOf(index)}
}

// runsOf returns the runs of an index, which every port of it shares.
func (g *group) runsOf(index []int32) []kernel.Run {
	if len(index) == 0 {
		return nil
	}
	runs, ok := g.runs[&index[0]]
	if !ok {
		runs = kernel.FindRuns(index)
		g.runs[&index[0]] = runs
	}
	return runs
}

// contiguous returns the first index if the indices count up by one, else -1.
func contiguous(index []int32) int {
	for k, i := range index {
		if i != index[0]+int32(k) {
			return -1
		}
	}
	if len(index) == 0 {
		return -1
	}
	return int(index[0])
}

func (g *group) run(m *instances, c *kernel.Code, t float64) {
	if c == nil || m.frame.N == 0 {
		return
	}
	m.frame.Uniforms[kernel.UniformT] = t
	if g.clock == nil {
		g.runOn(m, c, 0, m.frame.N)
		return
	}
	before := g.clock.to(m.phaseOf(c))
	g.runOn(m, c, 0, m.frame.N)
	g.clock.to(before)
}

// runOn runs code on instances lo to hi, with what their POINTERs name.
func (g *group) runOn(m *instances, c *kernel.Code, lo, hi int) {
	g.code = c
	if g.layers != nil && m.electrode {
		g.layers.inside(g.nodes.V)
		defer g.layers.across(g.nodes.V)
	}
	if len(m.pointers) == 0 {
		g.sim.backend.Run(m.prog, c, &m.frame, lo, hi)
		return
	}
	if !m.writes(c) {
		m.fetch(c, lo, hi)
		g.sim.backend.Run(m.prog, c, &m.frame, lo, hi)
		return
	}
	// Several instances may change one variable: they run one after another.
	for _, row := range m.pointers[0].order {
		if i := int(row); i >= lo && i < hi {
			m.fetch(c, i, i+1)
			g.sim.backend.Run(m.prog, c, &m.frame, i, i+1)
			m.putBack(c, i)
		}
	}
}

// reset begins NEURON's finitialize (numerics item 30): potentials, parameters
// and what is played at t = 0 are there, and handed out.
func (g *group) reset() {
	net := g.sim.net
	g.t, g.err, g.halt, g.args, g.half = 0, nil, false, -1, 0
	g.stillAt, g.still = 0, 0
	g.queue.Clear()
	g.out = g.out[:0]
	if g.driver == nil {
		g.restore()
	}
	for k := range g.fired {
		g.fired[k] = false
	}
	g.sample, g.sampleT, g.lastT = 0, 0, -net.RecordStep
	for k := range g.ions {
		ion := &g.ions[k]
		for i, st := range ion.slots.Style {
			if st&layout.InitConc != 0 {
				ion.in[i], ion.out[i] = ion.def.In0, ion.def.Out0
			}
			if st&layout.InitNernst != 0 {
				ion.e[i] = g.nernst(ion, i)
			}
		}
	}
	for k := range g.mechs {
		m := &g.mechs[k]
		clear(m.frame.Same)
		m.frame.Uniforms[kernel.UniformT] = 0
		m.frame.Uniforms[kernel.UniformDt] = net.Dt
		m.frame.Uniforms[kernel.UniformCelsius] = net.Celsius
		if g.driver == nil { // else they go on
			m.restart()
		}
		clear(m.seq)
		clear(m.watch)
		g.sim.tables(m.prog, &m.frame)
	}
	for k := range g.lay.Plays {
		g.startPlay(k)
	}
	for k := range g.mechs {
		for p := range g.mechs[k].pointers {
			clear(g.mechs[k].pointers[p].copies)
		}
	}
	g.parity = 0
	g.handOut()
}

// restore gives all variables what the layout says.
func (g *group) restore() {
	clear(g.shared)
	copy(g.nodes.V, g.lay.VInit)
	if !g.shares {
		g.lay.Edges.Begin(g.weights)
	}
	for k := range g.ions {
		ion := &g.ions[k]
		copy(ion.e, ion.slots.E)
		copy(ion.in, ion.slots.In)
		copy(ion.out, ion.slots.Out)
		clear(ion.cur)
		copy(ion.cur, ion.slots.I)
	}
	for k := range g.mechs {
		m := &g.mechs[k]
		for c := range m.frame.Columns {
			if !m.fixed[c] && !m.idle[c] {
				m.begin(c)
			}
		}
		copy(m.frame.Uniforms, g.sim.net.Mechs[m.lay.Mech].Uniforms)
	}
}

// init goes on from reset up to, and without, the events at t = 0.
func (g *group) init() {
	g.takeIn()
	if g.layers != nil {
		for k := range 2 {
			clear(g.layers.vext[k])
		}
	}
	for k := range g.mechs {
		g.run(&g.mechs[k], g.mechs[k].prog.BeforeInit, 0)
	}
	for k := range g.mechs {
		m := &g.mechs[k]
		g.run(m, m.prog.Init, 0)
		g.wroteConc(m)
	}
	g.initEdges()
	for k := range g.mechs {
		g.run(&g.mechs[k], g.mechs[k].prog.AfterInit, 0)
	}
	for k := range g.mechs {
		m := &g.mechs[k]
		if slices.ContainsFunc(m.prog.Tables, func(t kernel.Table) bool { return len(t.Follow) > 0 }) {
			g.sim.tables(m.prog, &m.frame)
		}
		g.run(m, m.prog.Prepare, 0)
		m.findSame()
	}
}

// findSame marks the columns that hold one value, to the bit, for the whole
// run.
func (m *instances) findSame() {
	for c, steady := range m.steady {
		col := m.frame.Columns[c]
		same := steady && len(col) > 0
		for i := 0; i < len(col) && same; i++ {
			same = math.Float64bits(col[i]) == math.Float64bits(col[0])
		}
		m.frame.Same[c] = same
	}
}

// set changes a variable of an instance, and what is computed from it once.
func (g *group) set(set, col, row int32, x float64) {
	m := &g.mechs[set]
	clear(m.frame.Same)
	m.frame.Columns[col][row] = x
	vm.FollowColumn(m.prog, &m.frame, int(row), int(col))
	if m.prog.Prepare != nil {
		g.runOn(m, m.prog.Prepare, int(row), int(row)+1)
	}
}

// wroteConc renews reversal potentials where a mechanism's INITIAL has set a
// concentration, for the INITIALs that follow.
func (g *group) wroteConc(m *instances) {
	for i, use := range m.prog.Ions {
		if !use.WriteIn && !use.WriteOut {
			continue
		}
		ion := &g.ions[m.lay.IonSet[i]]
		for _, slot := range m.lay.Ion[i] {
			if ion.slots.Style[slot]&layout.InitNernst != 0 {
				ion.e[slot] = g.nernst(ion, int(slot))
			}
		}
	}
}

// ownWeights gives the group weights that it may change, before it has events.
func (g *group) ownWeights() {
	if g.shares {
		g.weights, g.shares = slices.Clone(g.weights), false
		g.connectQueue()
	}
}

// connectQueue tells the queue of the edges.
func (g *group) connectQueue() {
	e := &g.lay.Edges
	x := event.Edges{First: e.First, Delay: e.Delay, Ord: e.Order, Set: e.Set, Row: e.Row, Args: e.Weight, Fixed: !g.sim.opt.driven}
	if g.shares {
		x.Weights = g.weights
	}
	g.queue.Connect(x, .5*g.sim.net.Dt, 2*g.sim.epoch)
}

// initEdges runs NET_RECEIVE's INITIAL for every edge; without one, all
// elements of the weight vector but the first become 0.
func (g *group) initEdges() {
	e := &g.lay.Edges
	if g.shares {
		return
	}
	starts := false
	for k := range e.Row {
		if g.mechs[e.Set[k]].prog.ReceiveInit != nil {
			starts = true
			continue
		}
		w := g.weightsOf(k)
		clear(w[min(1, len(w)):])
	}
	for i := 0; starts && i < len(e.Sources); i++ {
		for _, k := range inModelOrder(e, e.First[i], e.First[i+1]) {
			m := &g.mechs[e.Set[k]]
			if m.prog.ReceiveInit == nil {
				continue
			}
			m.frame.Args, m.frame.Flag = g.weightsOf(int(k)), 0
			g.args = e.Weight[k]
			row := int(e.Row[k])
			g.runOn(m, m.prog.ReceiveInit, row, row+1)
			g.args = -1
		}
	}
}

// step is one fixed step (numerics item 1).
func (g *group) step() {
	g.firstHalf()
	g.secondHalf()
}

// firstHalf takes the potentials to the step's end, and hands them out.
func (g *group) firstHalf() {
	g.half++
	dt := g.sim.net.Dt
	g.clock.to(phaseEvents)
	g.thresholds()
	g.deliver(g.t + float64(.5*dt))
	g.t += .5 * dt
	g.clock.to(phaseCurrent)
	g.playSmooth()
	g.setUp()
	g.clock.to(phaseSolve)
	g.solve()
	g.update()
	g.clock.to(phaseCoupling)
	g.handOut()
	g.clock.to(phaseNone)
}

// secondHalf takes in what others have handed out and lets the states follow.
func (g *group) secondHalf() {
	g.half++
	g.clock.to(phaseCoupling)
	g.takeIn()
	g.t += .5 * g.sim.net.Dt
	g.playSmooth()
	g.clock.to(phaseEvents)
	for k := range g.mechs {
		m := &g.mechs[k]
		g.run(m, m.prog.State, g.t)
	}
	for k := range g.mechs {
		g.diffuse(&g.mechs[k])
	}
	for k := range g.mechs {
		m := &g.mechs[k]
		g.run(m, m.prog.AfterSolve, g.t)
	}
	g.beforeStep()
	g.observe()
	g.deliver(g.t)
	g.clock.to(phaseNone)
}

// beforeStep runs the BEFORE STEP blocks: at the end of a step, and of the
// initialisation, just before what is recorded is read.
func (g *group) beforeStep() {
	for k := range g.mechs {
		g.run(&g.mechs[k], g.mechs[k].prog.BeforeStep, g.t)
	}
}

// setUp fills rhs and d at time g.t.
func (g *group) setUp() {
	clear(g.nodes.Rhs)
	clear(g.nodes.D)
	g.membrane.clear()
	if g.layers != nil {
		g.layers.load()
	}
	for k := range g.mechs {
		g.run(&g.mechs[k], g.mechs[k].prog.BeforeBreakpoint, g.t)
	}
	for k := range g.ions {
		ion := &g.ions[k]
		clear(ion.cur)
		clear(ion.di)
		ion.renewReversals(g.sim.net.Celsius)
	}
	for k := range g.mechs {
		m := &g.mechs[k]
		g.run(m, m.prog.Current, g.t)
	}
	g.clock.to(phaseSolve)
	cfac := .001 * g.sim.cj()
	g.membrane.collect(&g.nodes, cfac)
	g.assemble(cfac)
	g.clock.to(phaseNone)
}

// thresholds looks at every detector and WATCH condition at the start of a
// step (numerics items 8 and 9).
func (g *group) thresholds() {
	for k := range g.lay.Detectors {
		d := &g.lay.Detectors[k]
		above := *g.watched[k]-d.Threshold > 0
		if above && !g.fired[k] {
			g.emit(d.Source, g.t+spikeEpsilon)
		}
		g.fired[k] = above
	}
	for k := range g.mechs {
		m := &g.mechs[k]
		if m.prog.Watches == 0 {
			continue
		}
		g.run(m, m.prog.Watch, g.t)
		for i := range m.watch {
			w := &m.watch[i]
			if !w.armed {
				continue
			}
			inst, cond := i/m.prog.Watches, i%m.prog.Watches
			now := m.frame.Columns[m.prog.WatchCol+cond][inst] > 0
			if now && !w.was {
				g.sendSelf(k, inst, g.t, g.t, w.flag)
			}
			w.was = now
		}
	}
}

// emit lets a source fire at time at: its edges within the group are queued
// at once where one may be due before the exchange, the others wait for that.
func (g *group) emit(source int32, at float64) {
	if source < 0 {
		return
	}
	g.out = append(g.out, spike{At: at, Source: source})
	if g.driver != nil && g.driver.Fired != nil {
		g.driver.Fired(source, at)
	}
	if g.later {
		return
	}
	for _, r := range g.sim.reach.of(source) {
		if r.group == g.index {
			g.enqueue(r, source, at)
		}
	}
}

// enqueue puts the events of a source's edges onto this group into its queue.
func (g *group) enqueue(r stretch, source int32, at float64) {
	if g.driver == nil {
		g.queue.Spread(r.of, source, at)
		return
	}
	e := &g.lay.Edges
	for k := e.First[r.of]; k < e.First[r.of+1]; k++ {
		if !g.driver.off[k] {
			g.queue.SpreadOver(k, source, at)
		}
	}
}

// deliver hands out events and takes samples up to time limit, in order. A
// sample is an event that was sent when the sample before it was taken. It goes
// on after a failure, so that the first one of the step is found whoever is in
// the group.
func (g *group) deliver(limit float64) {
	g.queue.Open(limit)
	for !g.halt {
		sampleDue := g.sampleT <= limit
		if g.bulk && g.deliverMany(limit, sampleDue) {
			continue
		}
		if top := g.queue.Next(limit); top != nil {
			if !sampleDue || top.At < g.sampleT || (top.At == g.sampleT && top.Sent < g.lastT) {
				e := g.queue.Pop(top)
				g.standsStill(&e)
				g.receive(&e)
				continue
			}
		}
		if !sampleDue {
			return
		}
		g.takeSample()
	}
}

// deliverMany delivers events of edges that are next, and says whether there
// were any that code for many takes.
func (g *group) deliverMany(limit float64, sampleDue bool) bool {
	at, sent := math.Inf(1), 0.0
	if sampleDue {
		at, sent = g.sampleT, g.lastT
	}
	due := g.queue.Stretch(limit, at, sent)
	if len(due) == 0 {
		return false
	}
	m := &g.mechs[due[0].Set]
	if m.deliver == nil || g.layers != nil && m.electrode {
		return false
	}
	if m.abreast && !g.later { // up to where the first may have brought another about
		end := due[0].At + g.least
		n := sort.Search(len(due), func(i int) bool { return due[i].At >= end })
		due = due[:max(n, 1)]
	}
	before := g.clock.to(m.phaseOf(m.prog.Receive))
	g.code = m.prog.Receive
	weights := g.weights
	if g.shares {
		weights = nil // events carry them
	}
	g.queue.Took(m.deliver(&m.frame, due, weights))
	m.frame.Due = nil
	g.clock.to(before)
	return true
}

// mostAtOnce is how many events without delay may be handed out at one time:
// events that bring about each other would go on for ever.
const mostAtOnce = 1e7

// standsStill fails the run when events without delay never end.
func (g *group) standsStill(e *event.Event) {
	if e.Sent != e.At {
		return
	}
	if e.At != g.stillAt {
		g.stillAt, g.still = e.At, 0
	}
	if g.still++; g.still > mostAtOnce && e.Set >= 0 {
		g.failAt(int(e.Set), int(e.Row), e.At, "events without delay bring about each other without end")
		g.halt = true
	}
}

func (g *group) takeSample() {
	before := g.clock.to(phaseSamples)
	for k := range g.records {
		r := &g.records[k]
		x := *r.from
		if r.factor != 0 {
			x = float64(r.factor * x)
			if g.t == 0 {
				x = 0
			}
		}
		r.data = append(r.data, x)
	}
	g.lastT = g.sampleT
	g.sampleT += g.sim.net.RecordStep
	g.sample++
	g.clock.to(before)
}

// receive runs NET_RECEIVE for one event, with t set to its delivery time.
func (g *group) receive(e *event.Event) {
	switch {
	case e.Set == hostSet:
		g.driver.call(*e)
		return
	case e.Set == playSet:
		g.play(int(e.Row), int(e.Ord))
		return
	}
	m := &g.mechs[e.Set]
	f := &m.frame
	g.args, g.rearmed = e.Args, false
	if e.Args >= 0 {
		f.Args = g.weights[e.Args : int(e.Args)+m.prog.NArgs]
	} else {
		clear(m.nothing)
		f.Args = m.nothing
	}
	f.Flag = e.Flag
	f.Uniforms[kernel.UniformT] = e.At
	before := g.clock.to(m.phaseOf(m.prog.Receive))
	g.runOn(m, m.prog.Receive, int(e.Row), int(e.Row)+1)
	g.clock.to(before)
	g.args = -1
}

// sendSelf queues an event of an instance to itself.
func (g *group) sendSelf(set, row int, at, now, flag float64) {
	m := &g.mechs[set]
	m.seq[row]++
	args := g.args
	if d := m.frame.Due; d != nil {
		args = d.Args
	}
	e := event.Event{At: at, Sent: now, Src: event.SelfSource, Ord: m.seq[row], Flag: flag,
		Set: int32(set), Row: int32(row), Place: m.place[row], Args: args, Self: true}
	if m.handle > 0 && flag == 1 { // NEURON moves no other
		e.Handle = m.handle + int32(row)
	}
	g.queue.Push(e)
}
