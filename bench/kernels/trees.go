//go:build linux

package main

import (
	"github.com/rallsim/rall/ir/layout"
	"github.com/rallsim/rall/runtime/cable"
	"github.com/rallsim/rall/runtime/vec"
)

// trees are blocks of eight branching cells, hh in every node: a soma and fifteen
// branches of four CVs each, as in row hh64 of bench/paired.py but without
// zero-area nodes.
type trees struct {
	parent []int32
	blocks int
	layout []layout.Block
	nodes  cable.Nodes
}

// cfac is 0.001/dt at 0.025 ms.
const cfac = 0.04

func newTrees() *trees {
	t := &trees{parent: []int32{-1}, blocks: 8}
	for branch := range 15 {
		p := int32(0)
		if branch > 0 {
			p = int32(4 * ((branch-1)/2 + 1)) // the last CV of the parent branch
		}
		for range 4 {
			t.parent = append(t.parent, p)
			p = int32(len(t.parent) - 1)
		}
	}
	n := t.size()
	for _, c := range []*[]float64{&t.nodes.Cm, &t.nodes.A, &t.nodes.B} {
		*c = make([]float64, n)
	}
	for i := range n {
		// Between CVs of 25 x 2 um at 100 ohm cm; the soma's area is eight times theirs.
		t.nodes.Cm[i], t.nodes.A[i], t.nodes.B[i] = 1, -0.8, -0.8
		if k := i % (8 * len(t.parent)) / 8; k > 0 && t.parent[k] == 0 {
			t.nodes.A[i] = -0.1
		}
	}
	for b := range t.blocks {
		t.layout = append(t.layout, layout.Block{First: 8 * b * len(t.parent), Lanes: layout.Lanes, Used: layout.Lanes, Parent: t.parent})
	}
	return t
}

func (t *trees) size() int { return 8 * len(t.parent) * t.blocks }

// solve takes the currents to new potentials.
func (t *trees) solve(v, rhs, d []float64) {
	n := t.nodes
	n.V, n.Rhs, n.D = v, rhs, d
	for k := range t.layout {
		cable.Assemble(&t.layout[k], &n, cfac)
	}
	cable.SolveAll(t.layout, &n)
	vec.Add(v, v, rhs)
}
