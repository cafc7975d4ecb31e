// Package vm runs kernel.Programs without generating machine code. Interp is
// the definition of what a Program computes: one instance after another, one
// instruction after another. Block gives the same bits a block of instances
// at a time and is what simulations use where no generated kernel exists.
//
// In: a Program that kernel.Check accepts and a Frame that fits it. Out: the
// Frame's columns, ports and weight vector, changed. Next: runtime/sim calls
// both through kernel.Backend.
package vm

import (
	"sync"

	"github.com/rallsim/rall/runtime/kernel"
)

// Interp runs instance by instance. The zero Interp is ready to use.
type Interp struct{}

// Name returns "interp".
func (Interp) Name() string { return "interp" }

// Run runs c over instances [lo, hi) of f.
func (Interp) Run(p *kernel.Program, c *kernel.Code, f *kernel.Frame, lo, hi int) {
	m := machines.Get().(*machine)
	m.run(p, c, f, lo, hi)
	m.release()
}

var machines = sync.Pool{New: func() any { return new(machine) }}

// machine executes a Code for one instance at a time.
type machine struct {
	p      *kernel.Program
	c      *kernel.Code
	f      *kernel.Frame
	k      int // instance
	more   int // instances behind k for which a loop runs too
	regs   []float64
	pend   []published
	solver kernel.Solver
	system []float64 // of a Newton or Linear node
	args   []float64 // of a Print
}

// published is a uniform's new value. LoadU sees the value that the uniform
// had when Run began, whatever the order of the instances; the last lane's
// value is published when Run ends.
type published struct {
	imm   int32
	lane  int // instance whose value it is: the highest that stored one
	value float64
}

func (m *machine) release() {
	m.p, m.c, m.f = nil, nil, nil
	machines.Put(m)
}

func (m *machine) bind(p *kernel.Program, c *kernel.Code, f *kernel.Frame) {
	m.p, m.c, m.f = p, c, f
	if cap(m.regs) < c.NumRegs {
		m.regs = make([]float64, c.NumRegs+16)
	}
	m.regs = m.regs[:c.NumRegs]
	m.pend = m.pend[:0]
}

func (m *machine) run(p *kernel.Program, c *kernel.Code, f *kernel.Frame, lo, hi int) {
	m.bind(p, c, f)
	for k := lo; k < hi; k++ {
		m.k = k
		m.nodes(c.Body)
	}
	m.publish()
}

func (m *machine) publish() {
	for _, u := range m.pend {
		m.f.Uniforms[u.imm] = u.value
	}
	m.pend = m.pend[:0]
}

func (m *machine) nodes(ns []kernel.Node) {
	for _, n := range ns {
		switch n := n.(type) {
		case kernel.Straight:
			m.straight(n.Instrs)
		case kernel.Branch:
			if m.regs[n.Mask] != 0 {
				m.nodes(n.Then)
			}
		case kernel.While:
			m.while(&n)
		case kernel.Newton:
			if n.Mask < 0 || m.regs[n.Mask] != 0 {
				m.solveNewton(&n)
			}
		case kernel.Linear:
			if n.Mask < 0 || m.regs[n.Mask] != 0 {
				m.solveLinear(&n)
			}
		}
	}
}

func (m *machine) while(w *kernel.While) {
	for trips := 0; m.regs[w.Mask] != 0; trips++ {
		m.nodes(w.Cond)
		if m.regs[w.Test] == 0 {
			m.regs[w.Mask] = 0
			return
		}
		if trips == w.Limit {
			for i := range m.more + 1 {
				m.f.Host.Failed(m.k+i, w.Failure)
			}
			m.regs[w.Mask] = 0
			return
		}
		m.nodes(w.Body)
	}
}
