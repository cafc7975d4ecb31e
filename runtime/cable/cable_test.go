package cable

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/rallsim/rall/ir/layout"
)

// dense solves the same equations by Gaussian elimination.
func dense(parent []int32, a, b, d, rhs []float64) []float64 {
	n := len(parent)
	m := make([][]float64, n)
	for i := range m {
		m[i] = make([]float64, n+1)
		m[i][i] = d[i]
		m[i][n] = rhs[i]
	}
	for i, p := range parent {
		if p >= 0 {
			m[i][p] += b[i]
			m[p][i] += a[i]
		}
	}
	for k := 0; k < n; k++ {
		best := k
		for i := k + 1; i < n; i++ {
			if math.Abs(m[i][k]) > math.Abs(m[best][k]) {
				best = i
			}
		}
		m[k], m[best] = m[best], m[k]
		for i := k + 1; i < n; i++ {
			f := m[i][k] / m[k][k]
			for j := k; j <= n; j++ {
				m[i][j] -= f * m[k][j]
			}
		}
	}
	x := make([]float64, n)
	for i := n - 1; i >= 0; i-- {
		s := m[i][n]
		for j := i + 1; j < n; j++ {
			s -= m[i][j] * x[j]
		}
		x[i] = s / m[i][i]
	}
	return x
}

// randomTree has parents before children and now and then another root.
func randomTree(r *rand.Rand, n int) []int32 {
	p := make([]int32, n)
	p[0] = -1
	for i := 1; i < n; i++ {
		p[i] = int32(r.IntN(i))
		if r.IntN(20) == 0 {
			p[i] = -1
		}
	}
	return p
}

func TestSolve(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for trial := 0; trial < 50; trial++ {
		for _, lanes := range []int{1, layout.Lanes} {
			n := 1 + r.IntN(30)
			blk := layout.Block{First: 3, Lanes: lanes, Parent: randomTree(r, n)}
			size := blk.First + n*lanes
			nodes := Nodes{V: make([]float64, size), Rhs: make([]float64, size), D: make([]float64, size),
				Cm: make([]float64, size), A: make([]float64, size), B: make([]float64, size)}
			for i := range nodes.V {
				nodes.V[i] = -65 + 20*r.Float64()
				nodes.Rhs[i] = r.Float64() - .5
				nodes.D[i] = r.Float64()
				nodes.Cm[i] = 1
				nodes.A[i], nodes.B[i] = -r.Float64(), -r.Float64()
			}
			const cfac = .04
			want := make([][]float64, lanes)
			for l := range want {
				want[l] = reference(&blk, &nodes, l, cfac)
			}
			Assemble(&blk, &nodes, cfac)
			Solve(&blk, &nodes)
			for l := range want {
				for k, x := range want[l] {
					if got := nodes.Rhs[blk.First+k*lanes+l]; math.Abs(got-x) > 1e-9*(1+math.Abs(x)) {
						t.Fatalf("trial %d, lane %d of %d, node %d: %g, want %g", trial, l, lanes, k, got, x)
					}
				}
			}
		}
	}
}

// reference sets up lane l of a block from the cable equation itself and
// solves it densely.
func reference(blk *layout.Block, n *Nodes, l int, cfac float64) []float64 {
	at := func(x []float64, k int) float64 { return x[blk.First+k*blk.Lanes+l] }
	m := len(blk.Parent)
	a, b, d, rhs := make([]float64, m), make([]float64, m), make([]float64, m), make([]float64, m)
	for k := range blk.Parent {
		d[k] += at(n.D, k) + cfac*at(n.Cm, k)
		rhs[k] += at(n.Rhs, k)
		p := blk.Parent[k]
		if p < 0 {
			continue
		}
		a[k], b[k] = at(n.A, k), at(n.B, k)
		d[k] -= b[k]
		d[p] -= a[k]
		rhs[k] -= b[k] * (at(n.V, int(p)) - at(n.V, k))
		rhs[p] -= a[k] * (at(n.V, k) - at(n.V, int(p)))
	}
	return dense(blk.Parent, a, b, d, rhs)
}

// A lane's bits are those of the same cell by itself.
func TestLanesEqualSingle(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	const n = 40
	parent := randomTree(r, n)
	wide := layout.Block{Lanes: layout.Lanes, Parent: parent}
	one := layout.Block{Lanes: 1, Parent: parent}
	mk := func(size int) Nodes {
		return Nodes{V: make([]float64, size), Rhs: make([]float64, size), D: make([]float64, size),
			Cm: make([]float64, size), A: make([]float64, size), B: make([]float64, size)}
	}
	w := mk(n * layout.Lanes)
	for _, x := range [][]float64{w.V, w.Rhs, w.D, w.Cm, w.A, w.B} {
		for i := range x {
			x[i] = r.Float64() + .1
		}
	}
	for i := range w.A {
		w.A[i], w.B[i] = -w.A[i], -w.B[i]
	}
	var singles []Nodes
	for l := 0; l < layout.Lanes; l++ {
		s := mk(n)
		for k := 0; k < n; k++ {
			i := k*layout.Lanes + l
			s.V[k], s.Rhs[k], s.D[k], s.Cm[k], s.A[k], s.B[k] = w.V[i], w.Rhs[i], w.D[i], w.Cm[i], w.A[i], w.B[i]
		}
		Assemble(&one, &s, .04)
		Solve(&one, &s)
		singles = append(singles, s)
	}
	Assemble(&wide, &w, .04)
	Solve(&wide, &w)
	for l := range singles {
		for k := 0; k < n; k++ {
			if singles[l].Rhs[k] != w.Rhs[k*layout.Lanes+l] {
				t.Fatalf("lane %d, node %d: %v alone, %v in lanes", l, k, singles[l].Rhs[k], w.Rhs[k*layout.Lanes+l])
			}
		}
	}
}

func BenchmarkSolve(b *testing.B) {
	const n = 64
	r := rand.New(rand.NewPCG(1, 1))
	blk := layout.Block{Lanes: layout.Lanes, Parent: randomTree(r, n)}
	size := n * layout.Lanes
	nodes := Nodes{V: make([]float64, size), Rhs: make([]float64, size), D: make([]float64, size),
		Cm: make([]float64, size), A: make([]float64, size), B: make([]float64, size)}
	for i := range nodes.Cm {
		nodes.Cm[i], nodes.A[i], nodes.B[i], nodes.V[i] = 1, -1, -1, r.Float64()
	}
	b.ReportAllocs()
	for i := 0; i < b.N; i++ {
		clear(nodes.Rhs)
		clear(nodes.D)
		Assemble(&blk, &nodes, .04)
		Solve(&blk, &nodes)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(size), "ns/node")
}

func TestCheck(t *testing.T) {
	tests := []struct {
		b  layout.Block
		ok bool
	}{
		{layout.Block{Lanes: 1, Parent: []int32{-1, 0, 0, -1, 3}}, true},
		{layout.Block{Lanes: 1, First: 5, Parent: []int32{-1, 0, 0, -1, 3, 4}}, false},
		{layout.Block{Lanes: 8, Parent: []int32{-1, 0}}, false},
		{layout.Block{Lanes: 2, Parent: []int32{-1, 0}}, false},
		{layout.Block{Lanes: 1, Parent: []int32{-1, 2, 0}}, false},
		{layout.Block{Lanes: 1, Parent: []int32{0}}, false},
	}
	x := make([]float64, 10)
	for _, c := range tests {
		err := Check(&c.b, &Nodes{x, x, x, x, x, x})
		if (err == nil) != c.ok {
			t.Errorf("%+v: %v", c.b, err)
		}
	}
}

// BenchmarkOneLane times a cell without peers.
func BenchmarkOneLane(b *testing.B) {
	const size = 512
	blk := layout.Block{Lanes: 1, Parent: randomTree(rand.New(rand.NewPCG(1, 2)), size)}
	for k := range blk.Parent { // stretches of a few nodes
		if k%5 != 0 {
			blk.Parent[k] = int32(k - 1)
		}
	}
	x := func(v float64) []float64 {
		out := make([]float64, size)
		for i := range out {
			out[i] = v
		}
		return out
	}
	n := Nodes{V: x(-65), Rhs: x(1), D: x(5), Cm: x(1), A: x(-1), B: x(-1)}
	d, rhs := x(5), x(1)
	for b.Loop() {
		copy(n.D, d)
		copy(n.Rhs, rhs)
		Assemble(&blk, &n, 0.04)
		Solve(&blk, &n)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/size, "ns/CV")
}
