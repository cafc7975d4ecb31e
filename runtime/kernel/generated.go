package kernel

// Entry is an entry point as Go code: it runs instances [lo, hi) of the frame
// as a Backend does. The Solver is for the one goroutine that calls.
type Entry func(f *Frame, s *Solver, lo, hi int)

// Generated is a Program as Go code, written from it: what has another
// fingerprint is another Program.
type Generated struct {
	Mech        string
	Fingerprint string
	Entries     map[string]Entry // by the names that Codes gives them, those of tables left out
	Deliver     Deliver          // nil where Receive has to be run event by event
	Tables      []GeneratedTable
}

// Delivery is an event of an edge on its way to an instance.
type Delivery struct {
	At     float64 // [ms]
	Weight float64 // of the edge, where weights never change
	Row    int32   // instance
	Args   int32   // offset of the edge's weight vector
	Set    int32   // which instances of the group
	Spike  uint32  // the queue's number of the spike
}

// Deliver runs Receive for deliveries to instances of one frame, in order, each
// at its time, and returns how many: it stops behind the first that has asked
// the Host for what may change the events to come. Weights is nil where they
// never change, and an edge has one at the most.
type Deliver func(f *Frame, due []Delivery, weights []float64) int

// Deliverer is a Backend that has Delivers of programs.
type Deliverer interface {
	// Deliver returns nil if there is none. If it is abreast, it may run some
	// more deliveries, to other instances, behind one that has asked the Host for
	// something, and asks for several in any order.
	Deliver(p *Program) (d Deliver, abreast bool)
}

// Ask tells the Host which delivery asks it for something.
func (f *Frame) Ask(d *Delivery) bool {
	f.Uniforms[UniformT], f.Due = d.At, d
	return true
}

// Early returns room for n numbers of each of MostApart deliveries, for the
// Deliver that runs on the frame.
func (f *Frame) Early(n int) [][MostApart]float64 {
	if len(f.early) < n {
		f.early = make([][MostApart]float64, n)
	}
	return f.early[:n]
}

// Stride returns a mask of instances for a column that no code changes while a
// Deliver runs: 0 where one value stands for all, else all bits.
func (f *Frame) Stride(column int) int {
	if f.Same != nil && f.Same[column] {
		return 0
	}
	return -1
}

// MostApart is the most that Apart returns.
const MostApart = 64

// Apart returns how many of the first deliveries, one at least, go to instances
// that are all different: these do not see what the others leave.
func (f *Frame) Apart(due []Delivery) int {
	if len(f.seen) != f.N {
		f.seen, f.turn = make([]uint32, f.N), 0
	}
	f.turn++
	if f.turn == 0 {
		clear(f.seen)
		f.turn = 1
	}
	seen, turn := f.seen, f.turn
	due = due[:min(len(due), MostApart)]
	for n := range due {
		r := due[n].Row
		if seen[r] == turn {
			return n
		}
		seen[r] = turn
	}
	return len(due)
}

// GeneratedTable is the code of a table for instance k; out takes the results.
type GeneratedTable struct {
	From, To, Fill func(f *Frame, s *Solver, k int, arg float64, out []float64)
}

// Build is BuildTables with the generated code. p need not have code.
func (g *Generated) Build(p *Program, f *Frame) {
	var s Solver
	BuildTables(p, f, func(f *Frame, i, k int, part TablePart, arg float64, out []float64) {
		t := &g.Tables[i]
		[...]func(*Frame, *Solver, int, float64, []float64){t.From, t.To, t.Fill}[part](f, &s, k, arg, out)
	})
}

// NewFrame lays out n instances of p with the default values, for whoever
// runs kernels without a network. Every port has an element of its own for
// each instance, 0 but for areas [um2], diameters [um] and what scales by an
// area, which are those of a cylinder of 10 um by 10 um.
func NewFrame(p *Program, n int) *Frame {
	f := &Frame{N: n, Args: make([]float64, p.NArgs)}
	for _, g := range p.Grids {
		f.Grids = append(f.Grids, Grid{Name: g.Name})
	}
	for _, c := range p.Columns {
		for range c.Len {
			col := make([]float64, n)
			for i := range col {
				col[i] = c.Default
			}
			f.Columns = append(f.Columns, col)
		}
	}
	for _, u := range p.Uniforms {
		f.Uniforms = append(f.Uniforms, u.Default)
	}
	const pi, diam = 3.141592653589793, 10.0
	for _, q := range p.Ports {
		d := PortData{Data: make([]float64, n)}
		x := map[Quantity]float64{Area: pi * diam * diam, Diam: diam, PointFac: 100 / (pi * diam * diam)}[q.Quantity]
		for i := range d.Data {
			d.Data[i] = x
		}
		f.Ports = append(f.Ports, d)
	}
	return f
}
