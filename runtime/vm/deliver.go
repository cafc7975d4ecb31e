package vm

import (
	"fmt"
	"slices"

	"github.com/rallsim/rall/runtime/kernel"
)

// Events by the block.
//
// NET_RECEIVE is written for one event, but events that go to different instances
// can be answered side by side, like the instances of any other code: what differs
// from one to the next, their times and weights, becomes a variable. The instances
// that events go to are gathered in a small frame, on which the code runs, and put
// back.

// receiver is a program whose NET_RECEIVE runs for many events at once.
type receiver struct {
	prog   *kernel.Program // as it was, with the time and the weights as further columns
	rows   []int32         // of the columns that the code looks at
	stored []int32         // and of those that it changes
	ports  []int32
	keeps  bool // the code changes weights
	t      int  // the column of times; those of the weights follow
	spare  kernel.Reg
	plan   *plan
}

// newReceiver returns nil where events must be answered one by one: where they
// look at, or change, what does not belong to their own instance.
func newReceiver(p *kernel.Program) *receiver {
	if p.Receive == nil || p.Watches > 0 {
		return nil
	}
	r := &receiver{t: p.Rows()}
	ok := true
	add := func(list *[]int32, from, n int32) {
		for k := from; k < from+n; k++ {
			if !slices.Contains(*list, k) {
				*list = append(*list, k)
			}
		}
	}
	kernel.Walk(p.Receive.Body, func(in *kernel.Instr) {
		switch in.Op {
		case kernel.LoadC:
			add(&r.rows, in.Imm, 1)
		case kernel.LoadCX:
			add(&r.rows, in.Imm, in.Aux)
		case kernel.StoreC, kernel.KeepC:
			add(&r.rows, in.Imm, 1) // lanes without the mask keep what they have
			add(&r.stored, in.Imm, 1)
		case kernel.StoreCX:
			add(&r.rows, in.Imm, in.Aux)
			add(&r.stored, in.Imm, in.Aux)
		case kernel.LoadP:
			add(&r.ports, in.Imm, 1)
		case kernel.StoreArg:
			r.keeps = true
		case kernel.StoreP, kernel.AddP, kernel.StoreU, kernel.AtTime, kernel.GridOp, kernel.ArmWatch, kernel.Edges, kernel.LoadEdge, kernel.StoreEdge:
			ok = false
		case kernel.Lookup:
			ok = ok && !p.Tables[in.Imm].Own()
		}
	})
	if !ok {
		return nil
	}
	prog := *p
	prog.Columns = slices.Clone(p.Columns)
	for k := range 1 + p.NArgs {
		prog.Columns = append(prog.Columns, kernel.Column{Name: fmt.Sprint("event ", k), Len: 1})
	}
	c := *p.Receive
	r.spare = kernel.Reg(c.NumRegs)
	c.Body = r.rewritten(c.Body)
	c.NumRegs += 2 // for kept
	prog.Receive = &c
	r.prog, r.plan = &prog, makePlan(&prog, &c, true)
	return r
}

// rewritten returns code that finds times and weights in columns.
func (r *receiver) rewritten(ns []kernel.Node) []kernel.Node {
	out := slices.Clone(ns)
	for i, n := range out {
		switch n := n.(type) {
		case kernel.Straight:
			n.Instrs = slices.Clone(n.Instrs)
			for k := range n.Instrs {
				in := &n.Instrs[k]
				switch {
				case in.Op == kernel.LoadU && in.Imm == kernel.UniformT:
					in.Op, in.Imm = kernel.LoadC, int32(r.t)
				case in.Op == kernel.LoadFlag: // of an edge's event
					in.Op, in.Value = kernel.Const, 0
				case in.Op == kernel.LoadArg:
					in.Op, in.Imm = kernel.LoadC, int32(r.t)+1+in.Imm
				}
			}
			n.Instrs = r.kept(n.Instrs)
			out[i] = n
		case kernel.Branch:
			n.Then = r.rewritten(n.Then)
			out[i] = n
		case kernel.While:
			n.Cond, n.Body = r.rewritten(n.Cond), r.rewritten(n.Body)
			out[i] = n
		case kernel.Newton:
			n.F = r.rewritten(n.F)
			out[i] = n
		}
	}
	return out
}

// kept returns instructions with weights kept in columns: as they are, where
// the mask says so.
func (r *receiver) kept(ins []kernel.Instr) []kernel.Instr {
	var out []kernel.Instr
	for _, in := range ins {
		if in.Op != kernel.StoreArg {
			out = append(out, in)
			continue
		}
		to := int32(r.t) + 1 + in.Imm
		if in.B >= 0 {
			was, now := r.spare, r.spare+1
			out = append(out, kernel.Instr{Op: kernel.LoadC, Dst: was, A: -1, B: -1, C: -1, Imm: to},
				kernel.Instr{Op: kernel.Select, Dst: now, A: in.B, B: in.A, C: was})
			in.A = now
		}
		out = append(out, kernel.Instr{Op: kernel.KeepC, Dst: -1, A: in.A, B: -1, C: -1, Imm: to})
	}
	return out
}

// Deliver returns code for many deliveries, nil where they go one by one.
func (v *Block) Deliver(p *kernel.Program) (kernel.Deliver, bool) {
	v.mu.Lock()
	r, known := v.receivers[p]
	v.mu.Unlock()
	if !known {
		r = newReceiver(p)
		v.mu.Lock()
		if v.receivers == nil {
			v.receivers = map[*kernel.Program]*receiver{}
		}
		v.receivers[p] = r
		v.mu.Unlock()
	}
	if r == nil {
		return nil, false
	}
	return func(f *kernel.Frame, due []kernel.Delivery, weights []float64) int {
		g, ok := f.Gathered.(*gathered)
		if !ok || g.r != r {
			g = newGathered(r, f)
			f.Gathered = g
		}
		g.asked = false
		for from := 0; from < len(due); {
			part := due[from:]
			part = part[:f.Apart(part)]
			g.deliver(v, part, weights)
			if from += len(part); g.asked {
				return from
			}
		}
		return len(due)
	}, true
}

// gathered are the instances that events go to, and the Host that answers them.
type gathered struct {
	r     *receiver
	all   *kernel.Frame // of all instances
	frame kernel.Frame
	part  []kernel.Delivery
	one   machine
	asked bool
}

func newGathered(r *receiver, f *kernel.Frame) *gathered {
	g := &gathered{r: r, all: f}
	g.frame = kernel.Frame{N: kernel.MostApart, Columns: make([][]float64, r.prog.Rows()), Ports: make([]kernel.PortData, len(f.Ports)), Host: g}
	for _, k := range r.rows {
		g.frame.Columns[k] = make([]float64, kernel.MostApart)
	}
	for k := r.t; k < len(g.frame.Columns); k++ {
		g.frame.Columns[k] = make([]float64, kernel.MostApart)
	}
	for _, k := range r.ports {
		g.frame.Ports[k] = kernel.PortData{Data: f.Ports[k].Data, Index: make([]int32, kernel.MostApart), First: -1}
	}
	return g
}

// deliver answers events to different instances.
func (g *gathered) deliver(v *Block, part []kernel.Delivery, weights []float64) {
	r, all, f := g.r, g.all, &g.frame
	f.Uniforms, f.Tables, f.Grids = all.Uniforms, all.Tables, all.Grids
	for _, k := range r.rows {
		from, to := all.Columns[k], f.Columns[k][:len(part)]
		for i := range to {
			to[i] = from[part[i].Row]
		}
	}
	for _, k := range r.ports {
		from, to := &all.Ports[k], f.Ports[k].Index[:len(part)]
		for i := range to {
			to[i] = int32(from.Place(int(part[i].Row)))
		}
	}
	times := f.Columns[r.t][:len(part)]
	for i := range times {
		times[i] = part[i].At
	}
	args := f.Columns[r.t+1:]
	for k := range args {
		to := args[k][:len(part)]
		for i := range to {
			if weights == nil { // one at the most
				to[i] = part[i].Weight
			} else {
				to[i] = weights[int(part[i].Args)+k]
			}
		}
	}
	g.part = part
	if len(part) <= fewLanes {
		m := &g.one
		m.bind(r.prog, r.plan.code, f)
		copy(m.regs, r.plan.constants)
		for m.k = range part {
			m.nodes(r.plan.lean)
		}
	} else {
		b := v.pool.Get().(*block)
		b.bind(max(v.sizeFor(r.plan.code.NumRegs), min(v.size, kernel.MostApart)), r.plan, r.prog, f, len(part))
		b.one(0, len(part))
		b.unbind()
		v.pool.Put(b)
	}
	for _, k := range r.stored {
		from, to := f.Columns[k][:len(part)], all.Columns[k]
		for i := range from {
			to[part[i].Row] = from[i]
		}
	}
	for k := 0; r.keeps && k < len(args); k++ {
		from := args[k][:len(part)]
		for i := range from {
			weights[int(part[i].Args)+k] = from[i]
		}
	}
}

// row is the instance that lane k stands for.
func (g *gathered) row(k int) int { return int(g.part[k].Row) }

// ask says for which event the Host is asked something.
func (g *gathered) ask(k int) int {
	g.asked = g.all.Ask(&g.part[k])
	return g.row(k)
}

func (g *gathered) Draw(k, stream int, kind kernel.DrawKind) float64 {
	return g.all.Host.Draw(g.row(k), stream, kind)
}
func (g *gathered) SetSeq(k, stream, id int, x float64) {
	g.all.Host.SetSeq(g.row(k), stream, id, x)
}
func (g *gathered) Train(k, series, i int) float64 { return g.all.Host.Train(g.row(k), series, i) }
func (g *gathered) TrainLen(k, series int) int     { return g.all.Host.TrainLen(g.row(k), series) }
func (g *gathered) EdgeCount(k int) int            { return g.all.Host.EdgeCount(g.row(k)) }
func (g *gathered) EdgeArgs(k, i int) []float64    { return g.all.Host.EdgeArgs(g.row(k), i) }
func (g *gathered) Send(k int, delay, flag float64, place string) {
	g.all.Host.Send(g.ask(k), delay, flag, place)
}
func (g *gathered) MoveEvent(k int, at float64, place string) {
	g.all.Host.MoveEvent(g.ask(k), at, place)
}
func (g *gathered) Emit(k int, at float64, place string) { g.all.Host.Emit(g.ask(k), at, place) }
func (g *gathered) ArmWatch(k, w int, flag float64, rising bool) {
	g.all.Host.ArmWatch(g.ask(k), w, flag, rising)
}
func (g *gathered) Printf(k int, format string, args []float64) {
	g.all.Host.Printf(g.ask(k), format, args)
}
func (g *gathered) Failed(k int, what string) { g.all.Host.Failed(g.ask(k), what) }
