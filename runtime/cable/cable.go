// Package cable assembles and solves the tree matrix of a block of cells.
//
// In: node columns of a layout.Block, with the mechanisms' currents already
// in rhs and their conductances in d. Out: the change of potential of every
// node, in rhs. Next: runtime/sim adds it to v.
//
// The method is Hines' (1984): rows are ordered so that parents come first,
// elimination runs from the leaves to the root and substitution back, without
// fill-in. Coupling coefficients are NEURON's: A(i) is what node i's
// potential adds to its parent's row, B(i) what the parent's adds to row i,
// both negative [mS/cm2]; the equations are scaled so that rhs is a current
// density [mA/cm2].
//
// Blocks of eight lanes run in assembly where the processor has AVX2 or
// AVX-512, with the bits of the loops in Go.
//
// The operations and their order are NEURON's (treeset.cpp, solve.cpp): at
// each node mechanisms first, then capacitance, then the own axial term, then
// those of the children in node order.
package cable

import (
	"fmt"

	"github.com/rallsim/rall/ir/layout"
)

// Nodes are the columns of a group; all have the same length.
type Nodes struct {
	V, Rhs, D []float64
	Cm, A, B  []float64
}

// Check tests that b is a tree in the order that Assemble and Solve need,
// within n. It must be called once before they are: they do not look again.
func Check(b *layout.Block, n *Nodes) error {
	if b.Lanes != 1 && b.Lanes != layout.Lanes {
		return fmt.Errorf("a block of %d lanes", b.Lanes)
	}
	end := b.First + len(b.Parent)*b.Lanes
	for _, x := range [...][]float64{n.V, n.Rhs, n.D, n.Cm, n.A, n.B} {
		if b.First < 0 || end > len(x) {
			return fmt.Errorf("nodes %d to %d of %d", b.First, end, len(x))
		}
	}
	for k, p := range b.Parent {
		if int(p) >= k {
			return fmt.Errorf("node %d stands before its parent %d", k, p)
		}
	}
	return nil
}

// Assemble adds capacitance (cfac = 0.001/dt, or 0.002/dt for second order)
// and the axial terms of block b to d and rhs.
func Assemble(b *layout.Block, n *Nodes, cfac float64) {
	if b.Lanes == layout.Lanes {
		assemble8(b, n, cfac)
		return
	}
	first := b.First
	for k := range b.Parent {
		i := first + k
		n.D[i] += float64(cfac * n.Cm[i])
		p := b.Parent[k]
		if p < 0 {
			continue
		}
		j := first + int(p)
		dv := n.V[j] - n.V[i]
		n.Rhs[i] -= float64(n.B[i] * dv)
		n.Rhs[j] += float64(n.A[i] * dv)
		n.D[i] -= n.B[i]
		n.D[j] -= n.A[i]
	}
}

type lanes = [layout.Lanes]float64

func at(x []float64, i int) *lanes { return (*lanes)(x[i : i+layout.Lanes]) }

func assemblePlain(b *layout.Block, n *Nodes, cfac float64) {
	for k := range b.Parent {
		i := b.First + k*layout.Lanes
		d, cm := at(n.D, i), at(n.Cm, i)
		p := b.Parent[k]
		if p < 0 {
			for l := range d {
				d[l] += float64(cfac * cm[l])
			}
			continue
		}
		j := b.First + int(p)*layout.Lanes
		dj, rj, vj := at(n.D, j), at(n.Rhs, j), at(n.V, j)
		ri, vi, ai, bi := at(n.Rhs, i), at(n.V, i), at(n.A, i), at(n.B, i)
		for l := range d {
			dv := vj[l] - vi[l]
			ri[l] -= float64(bi[l] * dv)
			rj[l] += float64(ai[l] * dv)
			d[l] = d[l] + float64(cfac*cm[l]) - bi[l]
			dj[l] -= ai[l]
		}
	}
}

// SolveAll is Solve for every block.
func SolveAll(blocks []layout.Block, n *Nodes) {
	for k := 0; k < len(blocks); k++ {
		if k+1 < len(blocks) && solveTwo(&blocks[k], &blocks[k+1], n) {
			k++
			continue
		}
		Solve(&blocks[k], n)
	}
}

// Solve eliminates and substitutes block b in place: rhs becomes the change
// of potential. d is overwritten. A cell may have several roots (trees that
// only share a name): each is solved by itself.
func Solve(b *layout.Block, n *Nodes) {
	if b.Lanes == layout.Lanes {
		solve8(b, n)
		return
	}
	first := b.First
	for k := len(b.Parent) - 1; k > 0; k-- {
		if b.Parent[k] < 0 {
			continue
		}
		i, j := first+k, first+int(b.Parent[k])
		p := n.A[i] / n.D[i]
		n.D[j] -= float64(p * n.B[i])
		n.Rhs[j] -= float64(p * n.Rhs[i])
	}
	for k, p := range b.Parent {
		i := first + k
		if p >= 0 {
			n.Rhs[i] -= float64(n.B[i] * n.Rhs[first+int(p)])
		}
		n.Rhs[i] /= n.D[i]
	}
}

func solvePlain(b *layout.Block, n *Nodes) {
	for k := len(b.Parent) - 1; k > 0; k-- {
		if b.Parent[k] < 0 {
			continue
		}
		i, j := b.First+k*layout.Lanes, b.First+int(b.Parent[k])*layout.Lanes
		ai, bi, di, ri := at(n.A, i), at(n.B, i), at(n.D, i), at(n.Rhs, i)
		dj, rj := at(n.D, j), at(n.Rhs, j)
		for l := range ai {
			p := ai[l] / di[l]
			dj[l] -= float64(p * bi[l])
			rj[l] -= float64(p * ri[l])
		}
	}
	for k, p := range b.Parent {
		i := b.First + k*layout.Lanes
		di, ri := at(n.D, i), at(n.Rhs, i)
		if p < 0 {
			for l := range ri {
				ri[l] /= di[l]
			}
			continue
		}
		bi, rj := at(n.B, i), at(n.Rhs, b.First+int(p)*layout.Lanes)
		for l := range bi {
			ri[l] = (ri[l] - float64(bi[l]*rj[l])) / di[l]
		}
	}
}
