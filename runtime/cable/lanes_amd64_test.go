package cable

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/rallsim/rall/ir/layout"
	"github.com/rallsim/rall/runtime/vec"
)

// The loops in assembly give the bits of those in Go, whatever the tree, and
// touch nothing outside their block.
func TestLanesAgree(t *testing.T) {
	defer vec.SetLevel(vec.CurrentLevel())
	if vec.Best() == vec.Plain {
		t.Skip("no AVX2 on this machine")
	}
	r := rand.New(rand.NewPCG(7, 8))
	value := func() float64 {
		switch r.IntN(40) {
		case 0:
			return 0
		case 1:
			return math.Inf(1)
		case 2:
			return math.NaN()
		case 3:
			return 5e-324
		}
		return r.NormFloat64() * math.Ldexp(1, r.IntN(40)-20)
	}
	for trial := range 300 {
		n := 1 + r.IntN(40)
		blk := layout.Block{First: 3 + r.IntN(9), Lanes: layout.Lanes, Parent: randomTree(r, n)}
		if trial%3 == 0 { // a cable with a few branches
			for k := 1; k < n; k++ {
				blk.Parent[k] = int32(k - 1 - min(k-1, r.IntN(8)/6*r.IntN(5)))
			}
		}
		blks := []layout.Block{blk, blk, blk}[:1+trial%4%3]
		size := blk.First
		for k := range blks {
			blks[k].First = size
			size += n*layout.Lanes + k
		}
		size += 5
		var first Nodes
		for _, x := range first.columns() {
			for range size {
				*x = append(*x, value())
			}
		}
		run := func(level vec.Level) Nodes {
			vec.SetLevel(level)
			n := first
			for _, x := range n.columns() {
				*x = append([]float64(nil), *x...)
			}
			for k := range blks {
				Assemble(&blks[k], &n, 0.04)
			}
			SolveAll(blks, &n)
			return n
		}
		want := run(vec.Plain)
		for _, level := range []vec.Level{vec.AVX2, vec.AVX512} {
			if level > vec.Best() {
				if trial == 0 {
					t.Logf("NOT TESTED: this machine has no %v", level)
				}
				continue
			}
			got := run(level)
			for c, x := range got.columns() {
				y := want.columns()[c]
				for i := range *x {
					p, q := (*x)[i], (*y)[i]
					if math.Float64bits(p) != math.Float64bits(q) && (p == p || q == q) {
						t.Fatalf("trial %d, level %v, column %d: entry %d is %g, want %g\n%v", trial, level, c, i, p, q, blk.Parent)
					}
				}
			}
		}
	}
}

func (n *Nodes) columns() [6]*[]float64 {
	return [6]*[]float64{&n.V, &n.Rhs, &n.D, &n.Cm, &n.A, &n.B}
}

func BenchmarkBlock(b *testing.B) {
	defer vec.SetLevel(vec.CurrentLevel())
	const nodes, size = 64, 64 * layout.Lanes
	blk := layout.Block{Lanes: layout.Lanes, Parent: make([]int32, nodes)}
	for k := range blk.Parent {
		blk.Parent[k] = int32(k - 1)
		if k > 0 && k%4 == 1 {
			blk.Parent[k] = int32((k - 1) / 2)
		}
	}
	var n Nodes
	for _, x := range n.columns() {
		for i := range size {
			*x = append(*x, 1+float64(i%7))
		}
	}
	for level := vec.Plain; level <= vec.Best(); level++ {
		vec.SetLevel(level)
		name := level.String()
		b.Run(name+"/assemble", func(b *testing.B) {
			for b.Loop() {
				Assemble(&blk, &n, 0.04)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/size, "ns/CV")
		})
		two := []layout.Block{blk, blk}
		two[0].Parent, two[1].Parent = blk.Parent[:nodes/2], blk.Parent[:nodes/2]
		two[1].First = size / 2
		d, rhs := make([]float64, size), make([]float64, size)
		for i := range d {
			d[i], rhs[i], n.A[i], n.B[i] = 5, float64(i%5), -1, -1
		}
		for _, blocks := range [][]layout.Block{{blk}, two} {
			b.Run(fmt.Sprintf("%s/solve%d", name, len(blocks)), func(b *testing.B) {
				for b.Loop() {
					copy(n.D, d)
					copy(n.Rhs, rhs)
					SolveAll(blocks, &n)
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/size, "ns/CV")
			})
		}
	}
}
