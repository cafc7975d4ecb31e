package kernel

import "math"

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

// Solver is what the Newton and Linear nodes of one instance need, scratch
// that grows to the largest system seen. The zero Solver is ready to use.
type Solver struct {
	jac    []float64 // n*n, row-major
	value  []float64
	high   []float64
	delta  []float64
	rowMax []float64
	perm   []int
}

func (s *Solver) size(n int) {
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

// Newton solves r(x) = 0, starting from x: f computes r from x. What it
// returns is "" or what went wrong; x is then where it stopped.
func (s *Solver) Newton(x, r []float64, steps int, f func()) (failure string) {
	s.size(len(x))
	change := 1.0
	for count := 1; count <= steps; count++ {
		if change > newtonMaxChange {
			s.jacobian(x, r, f)
			for i := range s.value {
				s.value[i] = -s.value[i]
			}
			if !crout(len(x), s.jac, s.rowMax, s.perm) {
				return SingularFailure
			}
		}
		croutSolve(len(x), s.jac, s.value, s.perm, s.delta)
		change = 0
		for i := range x {
			if math.Abs(x[i]) > newtonZero {
				if c := math.Abs(s.delta[i] / x[i]); c > change {
					change = c
				}
			}
			x[i] += s.delta[i]
		}
		f()
		worst := 0.0
		for i := range r {
			s.value[i] = -r[i]
			if d := math.Abs(s.value[i]); d > worst {
				worst = d
			}
		}
		if change <= newtonConverge && worst <= newtonZero {
			return ""
		}
	}
	return NewtonFailure
}

// jacobian leaves dr/dx in jac and the residuals at x in value.
func (s *Solver) jacobian(x, r []float64, f func()) {
	n := len(x)
	for j := range x {
		inc := math.Max(math.Abs(0.02*x[j]), newtonStep)
		x[j] += inc
		f()
		copy(s.high, r)
		x[j] -= 2 * inc
		f()
		for i := range r {
			s.jac[i*n+j] = (s.high[i] - r[i]) / (2 * inc)
		}
		x[j] += inc
		f()
	}
	copy(s.value, r)
}

// Linear solves m·x = b, m row-major, by elimination in the order of the rows;
// x replaces b, and m is used up. A factor of zero takes no work. What it
// returns is "" or what went wrong; b is then of no use.
func (s *Solver) Linear(m, b []float64) (failure string) {
	n := len(b)
	for i := range n {
		row := m[i*n : i*n+n]
		for p := range i {
			if row[p] == 0 {
				continue
			}
			pivot := m[p*n : p*n+n]
			f := row[p] / pivot[p]
			b[i] -= float64(b[p] * f)
			rest := row[p+1:]
			for j, x := range pivot[p+1:] {
				rest[j] -= float64(x * f)
			}
		}
		if math.Abs(row[i]) < luRoundoff {
			return SingularFailure
		}
	}
	for i := n - 1; i >= 0; i-- {
		row, x := m[i*n:i*n+n], b[i]
		for j := i + 1; j < n; j++ {
			x -= float64(row[j] * b[j])
		}
		b[i] = x / row[i]
	}
	return ""
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
