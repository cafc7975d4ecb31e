package cable

import "github.com/rallsim/rall/ir/layout"

// Cells without peers. In one cell nearly every operation waits for the one
// before, most of all for its division; so some cells go side by side, and
// each that ends makes room for the next. The operations of a cell are Solve's.

// abreast is how many cells go side by side.
const abreast = 4

// cursor is where the work in one cell has come to.
type cursor struct {
	parent []int32
	first  int // of the cell's nodes
	k      int // of the cell, the next node
	left   int // nodes
}

// row deals out blocks of one lane to cursors, forwards or backwards.
type row struct {
	blocks   []layout.Block
	backward bool
	at       [abreast]cursor
}

// fill gives the cursors that are through a new cell, and returns how many
// nodes all cursors have at least. If cells have run out, ok is false and the cursors that
// have some left go on one by one.
func (r *row) fill() (n int, ok bool) {
	n = -1
	for c := range r.at {
		cur := &r.at[c]
		for cur.left <= 0 {
			for len(r.blocks) > 0 && r.blocks[0].Lanes != 1 {
				r.blocks = r.blocks[1:]
			}
			if len(r.blocks) == 0 {
				return 0, false
			}
			b := &r.blocks[0]
			r.blocks = r.blocks[1:]
			*cur = cursor{parent: b.Parent, first: b.First, left: len(b.Parent)}
			if r.backward {
				cur.k = len(b.Parent) - 1
				cur.left-- // a root has no parent to be added to
			}
		}
		if n < 0 || cur.left < n {
			n = cur.left
		}
	}
	return n, true
}

// went says that all cursors have gone n nodes.
func (r *row) went(n int) {
	for c := range r.at {
		r.at[c].left -= n
		if r.backward {
			r.at[c].k -= n
		} else {
			r.at[c].k += n
		}
	}
}

// solveSingles solves the blocks of one lane.
func solveSingles(blocks []layout.Block, n *Nodes) {
	rhs, d, ca, cb := n.Rhs, n.D, n.A, n.B
	eliminate := func(i, j int) {
		f := ca[i] / d[i]
		d[j] -= float64(f * cb[i])
		rhs[j] -= float64(f * rhs[i])
	}
	r := row{blocks: blocks, backward: true}
	for {
		count, ok := r.fill()
		if !ok {
			break
		}
		p0, p1, p2, p3 := r.at[0].stretch(count, true), r.at[1].stretch(count, true), r.at[2].stretch(count, true), r.at[3].stretch(count, true)
		f0, f1, f2, f3 := r.at[0].first, r.at[1].first, r.at[2].first, r.at[3].first
		i0, i1, i2, i3 := f0+r.at[0].k, f1+r.at[1].k, f2+r.at[2].k, f3+r.at[3].k
		for k := count - 1; k >= 0; k-- {
			if p := p0[k]; p >= 0 {
				eliminate(i0, f0+int(p))
			}
			if p := p1[k]; p >= 0 {
				eliminate(i1, f1+int(p))
			}
			if p := p2[k]; p >= 0 {
				eliminate(i2, f2+int(p))
			}
			if p := p3[k]; p >= 0 {
				eliminate(i3, f3+int(p))
			}
			i0, i1, i2, i3 = i0-1, i1-1, i2-1, i3-1
		}
		r.went(count)
	}
	for c := range r.at {
		cur := &r.at[c]
		for ; cur.left > 0; cur.left-- {
			if p := cur.parent[cur.k]; p >= 0 {
				eliminate(cur.first+cur.k, cur.first+int(p))
			}
			cur.k--
		}
	}
	substitute := func(i, first int, p int32) {
		x := rhs[i]
		if p >= 0 {
			x -= float64(cb[i] * rhs[first+int(p)])
		}
		rhs[i] = x / d[i]
	}
	r = row{blocks: blocks}
	for {
		count, ok := r.fill()
		if !ok {
			break
		}
		p0, p1, p2, p3 := r.at[0].stretch(count, false), r.at[1].stretch(count, false), r.at[2].stretch(count, false), r.at[3].stretch(count, false)
		f0, f1, f2, f3 := r.at[0].first, r.at[1].first, r.at[2].first, r.at[3].first
		i0, i1, i2, i3 := f0+r.at[0].k, f1+r.at[1].k, f2+r.at[2].k, f3+r.at[3].k
		for k := range count {
			substitute(i0+k, f0, p0[k])
			substitute(i1+k, f1, p1[k])
			substitute(i2+k, f2, p2[k])
			substitute(i3+k, f3, p3[k])
		}
		r.went(count)
	}
	for c := range r.at {
		cur := &r.at[c]
		for ; cur.left > 0; cur.left-- {
			substitute(cur.first+cur.k, cur.first, cur.parent[cur.k])
			cur.k++
		}
	}
}

// stretch returns the parents of the next n nodes, in node order.
func (c *cursor) stretch(n int, backward bool) []int32 {
	if backward {
		return c.parent[c.k+1-n : c.k+1][:n]
	}
	return c.parent[c.k : c.k+n][:n]
}
