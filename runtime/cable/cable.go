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
	v, rhs, d, cm, ca, cb := column(b, n.V), column(b, n.Rhs), column(b, n.D), column(b, n.Cm), column(b, n.A), column(b, n.B)
	for k, p := range b.Parent {
		dk := d[k] + float64(cfac*cm[k])
		if p < 0 {
			d[k] = dk
			continue
		}
		dv := v[p] - v[k]
		a, b := ca[k], cb[k]
		rhs[k] -= float64(b * dv)
		d[k] = dk - b
		rhs[p] += float64(a * dv)
		d[p] -= a
	}
}

// column is the block's part of a column of a block of one lane.
func column(b *layout.Block, x []float64) []float64 { return x[b.First:][:len(b.Parent)] }

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

// SolveAll is Solve for every block. Blocks of one lane are solved several at a time.
func SolveAll(blocks []layout.Block, n *Nodes) {
	single := 0
	for k := 0; k < len(blocks); k++ {
		if blocks[k].Lanes == 1 {
			single++
			continue
		}
		if k+1 < len(blocks) && solveTwo(&blocks[k], &blocks[k+1], n) {
			k++
			continue
		}
		Solve(&blocks[k], n)
	}
	if single > 0 {
		solveSingles(blocks, n)
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
	rhs, d, ca, cb := column(b, n.Rhs), column(b, n.D), column(b, n.A), column(b, n.B)
	for k := len(b.Parent) - 1; k > 0; k-- {
		p := b.Parent[k]
		if p < 0 {
			continue
		}
		f := ca[k] / d[k]
		d[p] -= float64(f * cb[k])
		rhs[p] -= float64(f * rhs[k])
	}
	for k, p := range b.Parent {
		r := rhs[k]
		if p >= 0 {
			r -= float64(cb[k] * rhs[p])
		}
		rhs[k] = r / d[k]
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
