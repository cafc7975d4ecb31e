package vm

import (
	"math"

	"github.com/rallsim/rall/runtime/kernel"
)

// Newton's iteration as NEURON's derivimplicit runs it (numerics item 5):
// the Jacobian by central differences of 2% of each unknown (at least 1e-6),
// kept while the solution changes by no more than 5%, LU factors by Crout's
// method with implicit equilibration; converged when no unknown changed by
// more than one part in a million and no residual exceeds 1e-8.
const (
	newtonStep      = 1e-6
	newtonConverge  = 1e-6
	newtonZero      = 1e-8
	newtonMaxChange = 0.05
	luRoundoff      = 1e-20
)

// newtonSpace is scratch that grows to the largest system seen.
type newtonSpace struct {
	jac    []float64 // n*n, row-major
	value  []float64
	high   []float64
	delta  []float64
	rowMax []float64
	perm   []int
}

func (s *newtonSpace) size(n int) {
	if cap(s.value) < n {
		s.jac = make([]float64, n*n)
		s.value = make([]float64, n)
		s.high = make([]float64, n)
		s.delta = make([]float64, n)
		s.rowMax = make([]float64, n)
		s.perm = make([]int, n)
	}
	s.jac, s.value, s.high = s.jac[:n*n], s.value[:n], s.high[:n]
	s.delta, s.rowMax, s.perm = s.delta[:n], s.rowMax[:n], s.perm[:n]
}

func (m *machine) solveNewton(n *kernel.Newton) {
	s := &m.newton
	size := len(n.X)
	s.size(size)
	change := 1.0
	for count := 1; count <= n.Steps; count++ {
		if change > newtonMaxChange {
			m.jacobian(n)
			for i := range s.value {
				s.value[i] = -s.value[i]
			}
			if !crout(size, s.jac, s.rowMax, s.perm) {
				m.f.Host.Failed(m.k, singularFailure)
				return
			}
		}
		croutSolve(size, s.jac, s.value, s.perm, s.delta)
		change = 0
		for i, r := range n.X {
			if x := m.regs[r]; math.Abs(x) > newtonZero {
				if c := math.Abs(s.delta[i] / x); c > change {
					change = c
				}
			}
			m.regs[r] += s.delta[i]
		}
		m.nodes(n.F)
		worst := 0.0
		for i, r := range n.R {
			s.value[i] = -m.regs[r]
			if d := math.Abs(s.value[i]); d > worst {
				worst = d
			}
		}
		if change <= newtonConverge && worst <= newtonZero {
			return
		}
	}
	m.f.Host.Failed(m.k, newtonFailure)
}

// jacobian leaves dR/dX in jac and the residuals at X in value.
func (m *machine) jacobian(n *kernel.Newton) {
	s := &m.newton
	size := len(n.X)
	for j, r := range n.X {
		inc := math.Max(math.Abs(0.02*m.regs[r]), newtonStep)
		m.regs[r] += inc
		m.nodes(n.F)
		for i, q := range n.R {
			s.high[i] = m.regs[q]
		}
		m.regs[r] -= 2 * inc
		m.nodes(n.F)
		for i, q := range n.R {
			s.jac[i*size+j] = (s.high[i] - m.regs[q]) / (2 * inc)
		}
		m.regs[r] += inc
		m.nodes(n.F)
	}
	for i, q := range n.R {
		s.value[i] = m.regs[q]
	}
}

// crout factors the n by n matrix a in place; false means singular.
func crout(n int, a, rowMax []float64, perm []int) bool {
	for i := 0; i < n; i++ {
		perm[i] = i
		k := 0
		for j := 1; j < n; j++ {
			if math.Abs(a[i*n+j]) > math.Abs(a[i*n+k]) {
				k = j
			}
		}
		rowMax[i] = a[i*n+k]
	}
	for r := 0; r < n; r++ {
		for i := r; i < n; i++ {
			row := a[perm[i]*n:]
			sum := 0.0
			for k := 0; k < r; k++ {
				sum += float64(row[k] * a[perm[k]*n+r])
			}
			row[r] -= sum
		}
		at, pivot := r, perm[r]
		best := math.Abs(a[pivot*n+r] / rowMax[pivot])
		for i := r + 1; i < n; i++ {
			if e := math.Abs(a[perm[i]*n+r] / rowMax[perm[i]]); e > best {
				at, pivot, best = i, perm[i], e
			}
		}
		perm[at], perm[r] = perm[r], pivot
		if math.Abs(a[pivot*n+r]) < luRoundoff {
			return false
		}
		row := a[pivot*n:]
		for j := r + 1; j < n; j++ {
			sum := 0.0
			for k := 0; k < r; k++ {
				sum += float64(row[k] * a[perm[k]*n+j])
			}
			row[j] = (row[j] - sum) / row[r]
		}
	}
	return true
}

// croutSolve solves with the factors of crout.
func croutSolve(n int, a, b []float64, perm []int, x []float64) {
	for i := 0; i < n; i++ {
		row := a[perm[i]*n:]
		sum := 0.0
		for j := 0; j < i; j++ {
			sum += float64(row[j] * x[j])
		}
		x[i] = (b[perm[i]] - sum) / row[i]
	}
	for i := n - 1; i >= 0; i-- {
		row := a[perm[i]*n:]
		sum := 0.0
		for j := i + 1; j < n; j++ {
			sum += float64(row[j] * x[j])
		}
		x[i] -= sum
	}
}

// solveLinear is the Linear node: the right-hand side becomes the solution.
func (m *machine) solveLinear(l *kernel.Linear) {
	s := &m.newton
	s.size(l.N)
	for i, r := range l.M {
		s.jac[i] = m.regs[r]
	}
	for i, r := range l.B {
		s.value[i] = m.regs[r]
	}
	if !crout(l.N, s.jac, s.rowMax, s.perm) {
		m.f.Host.Failed(m.k, singularFailure)
		return
	}
	croutSolve(l.N, s.jac, s.value, s.perm, s.delta)
	for i, r := range l.B {
		m.regs[r] = s.delta[i]
	}
}
