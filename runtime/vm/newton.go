package vm

import "github.com/rallsim/rall/runtime/kernel"

// solveNewton is the Newton node for instance m.k.
func (m *machine) solveNewton(n *kernel.Newton) {
	x, r := m.vectors(len(n.X))
	for i, q := range n.X {
		x[i] = m.regs[q]
	}
	failure := m.solver.Newton(x, r, n.Steps, func() {
		for i, q := range n.X {
			m.regs[q] = x[i]
		}
		m.nodes(n.F)
		for i, q := range n.R {
			r[i] = m.regs[q]
		}
	})
	for i, q := range n.X {
		m.regs[q] = x[i]
	}
	if failure != "" {
		m.f.Host.Failed(m.k, kernel.At(n.Place, failure))
	}
}

// solveLinear is the Linear node: the right-hand side becomes the solution.
func (m *machine) solveLinear(l *kernel.Linear) {
	size := l.N * l.N
	if len(m.system) < size+l.N {
		m.system = make([]float64, size+l.N)
	}
	a, b := m.system[:size], m.system[size:size+l.N]
	for i, r := range l.M {
		a[i] = 0
		if r >= 0 {
			a[i] = m.regs[r]
		}
	}
	for i, r := range l.B {
		b[i] = m.regs[r]
	}
	if failure := m.solver.Linear(a, b); failure != "" {
		m.f.Host.Failed(m.k, kernel.At(l.Place, failure))
		return
	}
	for i, r := range l.B {
		m.regs[r] = b[i]
	}
}

// vectors returns two vectors of n for the system being solved.
func (m *machine) vectors(n int) (a, b []float64) {
	if len(m.system) < 2*n {
		m.system = make([]float64, 2*n)
	}
	return m.system[:n], m.system[n : 2*n]
}
