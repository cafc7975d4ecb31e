package cable

import (
	"github.com/rallsim/rall/ir/layout"
	"github.com/rallsim/rall/runtime/vec"
)

// Which loops run is vec's level; all give the same bits.

//go:noescape
func assemble512(parent *int32, n int, v, rhs, d, cm, a, b *float64, cfac float64)

//go:noescape
func assemble256(parent *int32, n int, v, rhs, d, cm, a, b *float64, cfac float64)

//go:noescape
func solve512(parent *int32, n int, rhs, d, a, b *float64)

//go:noescape
func solve512x2(parent *int32, n int, rhs, d, a, b *float64, off int)

//go:noescape
func solve256(parent *int32, n int, rhs, d, a, b *float64)

// within proves that a block lies within the columns: the loops in assembly
// do not look. Check has seen that parents come first.
func within(b *layout.Block, n *Nodes) {
	end := b.First + len(b.Parent)*layout.Lanes
	for _, x := range [...][]float64{n.V, n.Rhs, n.D, n.Cm, n.A, n.B} {
		_ = x[b.First:end]
	}
}

func assemble8(b *layout.Block, n *Nodes, cfac float64) {
	if vec.CurrentLevel() == vec.Plain || len(b.Parent) == 0 {
		assemblePlain(b, n, cfac)
		return
	}
	within(b, n)
	i := b.First
	f := assemble256
	if vec.CurrentLevel() == vec.AVX512 {
		f = assemble512
	}
	f(&b.Parent[0], len(b.Parent), &n.V[i], &n.Rhs[i], &n.D[i], &n.Cm[i], &n.A[i], &n.B[i], cfac)
}

func solve8(b *layout.Block, n *Nodes) {
	if vec.CurrentLevel() == vec.Plain || len(b.Parent) == 0 {
		solvePlain(b, n)
		return
	}
	within(b, n)
	i := b.First
	f := solve256
	if vec.CurrentLevel() == vec.AVX512 {
		f = solve512
	}
	f(&b.Parent[0], len(b.Parent), &n.Rhs[i], &n.D[i], &n.A[i], &n.B[i])
}

// solveTwo solves two blocks of one tree together, where that is faster.
func solveTwo(b, c *layout.Block, n *Nodes) bool {
	if vec.CurrentLevel() < vec.AVX512 || b.Lanes != layout.Lanes || c.Lanes != layout.Lanes || len(b.Parent) == 0 ||
		len(b.Parent) != len(c.Parent) || &b.Parent[0] != &c.Parent[0] {
		return false
	}
	within(b, n)
	within(c, n)
	i := b.First
	solve512x2(&b.Parent[0], len(b.Parent), &n.Rhs[i], &n.D[i], &n.A[i], &n.B[i], 8*(c.First-i))
	return true
}
