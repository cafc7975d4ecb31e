package cable

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/rallsim/rall/ir/layout"
)

// forest makes blocks of one lane, and some of eight between them, with columns to solve.
func forest(r *rand.Rand, count, least, most int, mixed bool) ([]layout.Block, *Nodes) {
	var blocks []layout.Block
	size := 2
	for range count {
		b := layout.Block{First: size, Lanes: 1, Parent: randomTree(r, least+r.IntN(most-least+1))}
		if mixed && r.IntN(3) == 0 {
			b.Lanes = layout.Lanes
		}
		size += len(b.Parent) * b.Lanes
		blocks = append(blocks, b)
	}
	n := &Nodes{V: make([]float64, size), Rhs: make([]float64, size), D: make([]float64, size),
		Cm: make([]float64, size), A: make([]float64, size), B: make([]float64, size)}
	for i := range size {
		n.Rhs[i], n.D[i] = r.Float64()-.5, 3+r.Float64()
		n.A[i], n.B[i] = -r.Float64(), -r.Float64()
	}
	return blocks, n
}

// Cells solved side by side have the bits of cells solved one by one.
func TestSingles(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 9))
	for trial := range 300 {
		blocks, n := forest(r, r.IntN(12), 1, 1+r.IntN(30), trial%2 == 1)
		want := &Nodes{V: n.V, Rhs: slices.Clone(n.Rhs), D: slices.Clone(n.D), Cm: n.Cm, A: n.A, B: n.B}
		for k := range blocks {
			Solve(&blocks[k], want)
		}
		SolveAll(blocks, n)
		for i := range n.Rhs {
			if math.Float64bits(n.Rhs[i]) != math.Float64bits(want.Rhs[i]) || n.D[i] != want.D[i] {
				t.Fatalf("trial %d, node %d: %g and %g, want %g and %g", trial, i, n.Rhs[i], n.D[i], want.Rhs[i], want.D[i])
			}
		}
	}
}

func BenchmarkSingles(b *testing.B) {
	for _, way := range []string{"one by one", "side by side"} {
		b.Run(way, func(b *testing.B) {
			blocks, n := forest(rand.New(rand.NewPCG(1, 2)), 80, 30, 70, false)
			for k := range blocks { // mostly unbranched
				for i := range blocks[k].Parent {
					blocks[k].Parent[i] = int32(i - 1)
				}
			}
			rhs, d := slices.Clone(n.Rhs), slices.Clone(n.D)
			b.ResetTimer()
			for b.Loop() {
				copy(n.Rhs, rhs)
				copy(n.D, d)
				if way == "side by side" {
					SolveAll(blocks, n)
					continue
				}
				for k := range blocks {
					Solve(&blocks[k], n)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(n.V)), "ns/CV")
			b.ReportAllocs()
		})
	}
}
