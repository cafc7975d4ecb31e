package cable

import "github.com/rallsim/rall/ir/layout"

// Blocks with extracellular layers. Every node has three unknowns: the change
// of the potential inside, and of those of the two layers outside. The
// membrane lies between the inside and the first layer, so that what flows
// through it is known by the difference of the first two. Blocks of three by
// three are eliminated as the tree's scalars are: coupling to the parent stays
// within a layer, so that the blocks beside the diagonal are diagonal. The
// equations are NEURON's (extcelln.cpp), which gives them to a general sparse
// solver.

// Layers are the columns of a group for its nodes with extracellular space;
// nodes without have Has false.
type Layers struct {
	Has  []bool
	V    [2][]float64 // potentials of the layers [mV]
	A, B [2][]float64 // coupling to the parent, as Nodes.A and B
	G, C [2][]float64 // conductance [S/cm2] and capacitance [uF/cm2] outwards
	E    []float64    // battery [mV]
	Rhs  [2][]float64 // of the layers' equations; then the changes of V
	m    [][9]float64 // the blocks on the diagonal; then their inverses
}

// NewLayers returns columns for n nodes.
func NewLayers(n int) *Layers {
	x := &Layers{Has: make([]bool, n), E: make([]float64, n), m: make([][9]float64, n)}
	for _, p := range []*[2][]float64{&x.V, &x.A, &x.B, &x.G, &x.C, &x.Rhs} {
		p[0], p[1] = make([]float64, n), make([]float64, n)
	}
	return x
}

// AssembleLayers is Assemble for a block with layers. current is what flows
// out through each node's membrane [mA/cm2] and slope its derivative with the
// capacitance, both without electrodes.
func AssembleLayers(b *layout.Block, n *Nodes, x *Layers, current, slope []float64, cfac float64) {
	for k := range b.Parent {
		for l := range b.Lanes {
			i := b.First + k*b.Lanes + l
			d := n.D[i] + float64(cfac*n.Cm[i])
			if !x.Has[i] {
				x.Rhs[0][i], x.Rhs[1][i] = 0, 0
				x.m[i] = [9]float64{d, 0, 0, 0, 1, 0, 0, 0, 1}
				continue
			}
			s := slope[i]
			x.Rhs[0][i], x.Rhs[1][i] = current[i], 0
			x.m[i] = [9]float64{d, -s, 0, -s, s, 0, 0, 0, 0}
		}
	}
	for k, parent := range b.Parent {
		for l := range b.Lanes {
			i := b.First + k*b.Lanes + l
			if parent < 0 {
				continue // the near end of a root has no way to ground
			}
			p := b.First + int(parent)*b.Lanes + l
			x.axial(n, i, p)
			if x.Has[i] {
				x.ground(i, cfac)
			}
		}
	}
}

// axial adds what flows between node i and its parent p, inside and in the
// layers. The potentials inside are those of the membrane plus the first
// layer's.
func (x *Layers) axial(n *Nodes, i, p int) {
	dv := n.V[p] - n.V[i]
	if x.Has[p] {
		dv += x.V[0][p]
	}
	if x.Has[i] {
		dv -= x.V[0][i]
	}
	n.Rhs[i] -= float64(n.B[i] * dv)
	n.Rhs[p] += float64(n.A[i] * dv)
	x.m[i][0] -= n.B[i]
	x.m[p][0] -= n.A[i]
	if !x.Has[i] || !x.Has[p] {
		return // a layer that ends is sealed
	}
	for j := range 2 {
		dv := x.V[j][p] - x.V[j][i]
		x.Rhs[j][i] -= float64(x.B[j][i] * dv)
		x.Rhs[j][p] += float64(x.A[j][i] * dv)
		x.m[i][4*(j+1)] -= x.B[j][i]
		x.m[p][4*(j+1)] -= x.A[j][i]
	}
}

// ground adds what flows from the layers outwards.
func (x *Layers) ground(i int, cfac float64) {
	m := &x.m[i]
	x.Rhs[1][i] -= float64(x.G[1][i] * (x.V[1][i] - x.E[i]))
	f := float64(x.G[0][i] * (x.V[0][i] - x.V[1][i]))
	x.Rhs[0][i] -= f
	x.Rhs[1][i] += f
	g := x.G[0][i] + float64(x.C[0][i]*cfac)
	m[4] += g
	m[8] += g
	m[5] -= g
	m[7] -= g
	m[8] += x.G[1][i] + float64(x.C[1][i]*cfac)
}

// SolveLayers solves a block with layers: n.Rhs becomes the change of the
// potential inside, x.Rhs that of the layers.
func SolveLayers(b *layout.Block, n *Nodes, x *Layers) {
	for l := range b.Lanes {
		for k := len(b.Parent) - 1; k >= 0; k-- {
			i := b.First + k*b.Lanes + l
			m := &x.m[i]
			invert(m)
			r := [3]float64{n.Rhs[i], x.Rhs[0][i], x.Rhs[1][i]}
			if b.Parent[k] < 0 {
				continue
			}
			p := b.First + int(b.Parent[k])*b.Lanes + l
			a, c := x.coupling(n, i, p)
			to := [3]*float64{&n.Rhs[p], &x.Rhs[0][p], &x.Rhs[1][p]}
			for row := range 3 {
				if a[row] == 0 {
					continue
				}
				sum := float64(m[3*row]*r[0]) + float64(m[3*row+1]*r[1]) + float64(m[3*row+2]*r[2])
				*to[row] -= float64(a[row] * sum)
				for col := range 3 {
					x.m[p][3*row+col] -= float64(float64(a[row]*m[3*row+col]) * c[col])
				}
			}
		}
		for k := range b.Parent {
			i := b.First + k*b.Lanes + l
			r := [3]float64{n.Rhs[i], x.Rhs[0][i], x.Rhs[1][i]}
			if b.Parent[k] >= 0 {
				p := b.First + int(b.Parent[k])*b.Lanes + l
				_, c := x.coupling(n, i, p)
				r[0] -= float64(c[0] * n.Rhs[p])
				r[1] -= float64(c[1] * x.Rhs[0][p])
				r[2] -= float64(c[2] * x.Rhs[1][p])
			}
			m := &x.m[i]
			n.Rhs[i] = float64(m[0]*r[0]) + float64(m[1]*r[1]) + float64(m[2]*r[2])
			x.Rhs[0][i] = float64(m[3]*r[0]) + float64(m[4]*r[1]) + float64(m[5]*r[2])
			x.Rhs[1][i] = float64(m[6]*r[0]) + float64(m[7]*r[1]) + float64(m[8]*r[2])
		}
	}
}

// coupling returns the blocks beside the diagonal between node i and its
// parent p: in the parent's rows, and in the node's.
func (x *Layers) coupling(n *Nodes, i, p int) (a, b [3]float64) {
	a[0], b[0] = n.A[i], n.B[i]
	if x.Has[i] && x.Has[p] {
		a[1], b[1] = x.A[0][i], x.B[0][i]
		a[2], b[2] = x.A[1][i], x.B[1][i]
	}
	return a, b
}

// invert replaces a block by its inverse. The blocks are those of a network of
// conductances (off the diagonal nothing is positive, and no row's sum
// negative), for which elimination needs no pivots.
func invert(m *[9]float64) {
	w := [9]float64{0: 1, 4: 1, 8: 1}
	for k := range 3 {
		f := 1 / m[4*k]
		for c := range 3 {
			m[3*k+c] = float64(m[3*k+c] * f)
			w[3*k+c] = float64(w[3*k+c] * f)
		}
		for r := range 3 {
			if r == k || m[3*r+k] == 0 {
				continue
			}
			f := m[3*r+k]
			for c := range 3 {
				m[3*r+c] -= float64(f * m[3*k+c])
				w[3*r+c] -= float64(f * w[3*k+c])
			}
		}
	}
	*m = w
}
