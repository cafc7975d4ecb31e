package hoc

import (
	"math"
	"slices"
)

// algebraMethods adds the methods of Matrix that compute.
func algebraMethods(to map[string]method) {
	to["muls"] = func(c *call) value {
		m, a := c.full(), c.num(0)
		n := newFull(m.rows, m.cols)
		for i, x := range m.x {
			n.x[i] = float64(a * x)
		}
		return c.inPlaceOr(1, n)
	}
	to["add"] = func(c *call) value {
		m, b := c.full(), c.matrixArg(0)
		if c.in.failed {
			return value{}
		}
		if m.rows != b.rows || m.cols != b.cols {
			return c.fail("%d by %d and %d by %d elements", m.rows, m.cols, b.rows, b.cols)
		}
		n := newFull(m.rows, m.cols)
		for i, x := range m.x {
			n.x[i] = x + b.x[i]
		}
		return c.inPlaceOr(1, n)
	}
	to["transpose"] = func(c *call) value { return c.result(0, c.full().transposed()) }
	to["bcopy"] = matrixBlock
	to["mulv"] = func(c *call) value {
		m, x := c.matrix(), c.vector(0).x
		if !c.in.failed && len(x) != m.cols {
			return c.fail("%d columns and %d elements", m.cols, len(x))
		}
		c.in.work(2 * (len(m.x) + m.stored))
		y := make([]float64, m.rows)
		for i := range y {
			s := 0.0
			if m.sparse != nil {
				for _, e := range m.sparse[i] {
					s += float64(*e.x * x[e.col])
				}
			} else {
				for j, a := range m.row(i) {
					s += float64(a * x[j])
				}
			}
			y[i] = s
		}
		return c.given(1, y)
	}
	to["mulm"] = func(c *call) value {
		m, b := c.full(), c.matrixArg(0)
		c.elsewhere(1)
		if c.has(1) && !c.in.failed && c.matrixArg(1) == b {
			return c.fail("it cannot be done in place")
		}
		if !c.in.failed && m.cols != b.rows {
			return c.fail("%d columns and %d rows", m.cols, b.rows)
		}
		if !c.afford(m.rows, m.cols, b.cols) {
			return value{}
		}
		return c.result(1, m.times(b))
	}
	to["pow"] = func(c *call) value {
		k := c.within(0, 0, 100)
		c.elsewhere(1)
		m := c.square()
		if c.in.failed {
			return value{}
		}
		return c.result(1, m.power(k))
	}
	to["exp"] = func(c *call) value {
		c.elsewhere(0)
		m := c.square()
		if c.in.failed {
			return value{}
		}
		squares, ok := m.halvings()
		if !ok {
			return c.fail("of a Matrix that is not finite")
		}
		if !c.afford(m.rows*squares, m.rows, m.rows) {
			return value{}
		}
		return c.result(0, m.exponential(squares))
	}
	to["inverse"] = func(c *call) value {
		m := c.square()
		if c.in.failed {
			return value{}
		}
		f := factor(m, false)
		inv := newFull(m.rows, m.rows)
		for j := range m.rows {
			e := make([]float64, m.rows)
			e[j] = 1
			for i, x := range f.solve(e) {
				inv.x[i*m.rows+j] = x
			}
		}
		return c.result(0, inv)
	}
	to["det"] = func(c *call) value {
		m := c.square()
		if c.in.failed {
			return value{}
		}
		d, e := factor(m, false).det(), 0
		for math.Abs(d) >= 10 && !math.IsInf(d, 0) {
			d *= .1
			e++
		}
		for d != 0 && math.Abs(d) < 1 {
			d *= 10
			e--
		}
		c.setNum(0, float64(e))
		return number(d)
	}
	to["solv"] = matrixSolve
	to["symmeig"] = func(c *call) value {
		m, vectors := c.square(), c.matrixArg(0)
		if c.in.failed || !c.room(max(0, len(m.x)-len(vectors.x))) {
			return value{}
		}
		values, q, ok := eigen(m)
		if !ok {
			return c.fail("the eigenvalues were not found: they are real for a symmetric Matrix only")
		}
		vectors.becomes(q)
		return c.object("Vector", &vector{x: values})
	}
	to["svd"] = func(c *call) value {
		m := c.full()
		if !c.afford(8*max(m.rows, m.cols), max(m.rows, m.cols), max(m.rows, m.cols)) {
			return value{}
		}
		u, d, v, ok := singular(m)
		if !ok {
			return c.fail("of a Matrix that is not finite")
		}
		if c.has(1) {
			a, b := c.matrixArg(0), c.matrixArg(1)
			if c.in.failed || !c.room(max(0, len(u.x)-len(a.x))+max(0, len(v.x)-len(b.x))) {
				return value{}
			}
			a.becomes(u.transposed())
			b.becomes(v.transposed())
		}
		return c.object("Vector", &vector{x: d})
	}
}

// afford counts the work of products of i by j by k elements.
func (c *call) afford(i, j, k int) bool {
	if c.in.failed {
		return false
	}
	if j > 0 && k > 0 && i > (1<<50)/j/k {
		c.fail("too large a Matrix")
		return false
	}
	return c.work(2 * i * j * k)
}

// inPlaceOr stores a result in argument i, or in the Matrix itself.
func (c *call) inPlaceOr(i int, n *matrix) value {
	if c.in.failed || c.has(i) {
		return c.result(i, n)
	}
	c.matrix().becomes(n)
	return c.self()
}

// matrixBlock is bcopy(i0, j0, rows, columns[, i1, j1][, out]).
func matrixBlock(c *call) value {
	m := c.full()
	i0, j0 := c.within(0, 0, m.rows-1), c.within(1, 0, m.cols-1)
	rows, cols := c.within(2, 1, m.rows-i0), c.within(3, 1, m.cols-j0)
	i1, j1, next := 0, 0, 4
	if c.is(4, numKind) {
		i1, j1, next = c.within(4, 0, 1<<20), c.within(5, 0, 1<<20), 6
	}
	if c.in.failed {
		return value{}
	}
	out := newFull(rows, cols)
	if c.has(next) {
		to := c.matrixArg(next)
		out = &matrix{rows: to.rows, cols: to.cols, x: slices.Clone(to.x)}
	}
	if c.in.failed || i1+rows > out.rows || j1+cols > out.cols {
		return c.fail("%d by %d elements at %d, %d of %d by %d", rows, cols, i1, j1, out.rows, out.cols)
	}
	for i := range rows {
		copy(out.row(i1 + i)[j1:j1+cols], m.row(i0 + i)[j0:])
	}
	return c.result(next, out)
}

// matrixSolve is solv(b[, x][, whether to use the factors of the last call]).
func matrixSolve(c *call) value {
	m, b := c.matrix(), c.vector(0).x
	out, old := 3, false
	for i := 1; i < min(3, len(c.args)); i++ {
		if c.is(i, numKind) {
			old = math.Trunc(c.num(i)) != 0
		} else {
			out = i
		}
	}
	if c.in.failed {
		return value{}
	}
	if m.rows != m.cols || len(b) != m.cols {
		return c.fail("%d rows, %d columns and %d elements", m.rows, m.cols, len(b))
	}
	if m.lu == nil || !old || m.lu.n != m.rows {
		if !c.afford(m.rows, m.rows, m.rows) || !c.room(m.rows*m.rows) {
			return value{}
		}
		c.in.cells -= m.rows * m.rows // the object's size has it
		c.took -= m.rows * m.rows
		d := m
		if m.sparse != nil {
			d = newFull(m.rows, m.cols)
			for i, row := range m.sparse {
				for _, e := range row {
					d.x[i*m.cols+e.col] = *e.x
				}
			}
		}
		m.lu = factor(d, true)
		if m.sparse != nil && m.lu.rank() < m.rows {
			m.lu = nil
			return c.fail("the Matrix is singular")
		}
	}
	return c.given(out, m.lu.solve(b))
}

func (m *matrix) transposed() *matrix {
	n := newFull(m.cols, m.rows)
	for i := range m.rows {
		for j := range m.cols {
			n.x[j*m.rows+i] = m.x[i*m.cols+j]
		}
	}
	return n
}

func (m *matrix) times(b *matrix) *matrix {
	n := newFull(m.rows, b.cols)
	for i := range m.rows {
		out := n.row(i)
		for k, a := range m.row(i) {
			for j, x := range b.row(k) {
				out[j] += float64(a * x)
			}
		}
	}
	return n
}

func identity(n int) *matrix {
	m := newFull(n, n)
	for i := range n {
		m.x[i*n+i] = 1
	}
	return m
}

// power is a whole power, by squares.
func (m *matrix) power(k int) *matrix {
	out, sq := identity(m.rows), m
	for ; k > 0; k >>= 1 {
		if k&1 != 0 {
			out = out.times(sq)
		}
		if k > 1 {
			sq = sq.times(sq)
		}
	}
	return out
}

// pade are the coefficients of the Padé approximant of exp of order 13.
var pade = [14]float64{64764752532480000, 32382376266240000, 7771770303897600, 1187353796428800, 129060195264000, 10559470521600,
	670442572800, 33522128640, 1323241920, 40840800, 960960, 16380, 182, 1}

// halvings is how often a matrix has to be halved for the approximant; ok is
// false if it is not finite.
func (m *matrix) halvings() (k int, ok bool) {
	n, norm := m.rows, 0.0
	for j := range n {
		s := 0.0
		for i := range n {
			s += math.Abs(m.x[i*n+j])
		}
		norm = max(norm, s)
	}
	if math.IsNaN(norm) || math.IsInf(norm, 0) {
		return 0, false
	}
	for ; norm > 5.371920351148152; norm /= 2 {
		k++
	}
	return k, true
}

// exponential is exp of a matrix: the approximant of what is small enough,
// squared.
func (m *matrix) exponential(squares int) *matrix {
	n := m.rows
	a := newFull(n, n)
	for i, x := range m.x {
		a.x[i] = math.Ldexp(x, -squares)
	}
	odd, even := newFull(n, n), newFull(n, n)
	p, sq := identity(n), a.times(a)
	for k := 0; k < len(pade); k += 2 {
		for i, x := range p.x {
			even.x[i] += float64(pade[k] * x)
			odd.x[i] += float64(pade[k+1] * x)
		}
		p = p.times(sq)
	}
	odd = a.times(odd)
	sum, diff := newFull(n, n), newFull(n, n)
	for i := range sum.x {
		sum.x[i], diff.x[i] = even.x[i]+odd.x[i], even.x[i]-odd.x[i]
	}
	f, out := factor(diff, false), newFull(n, n)
	col := make([]float64, n)
	for j := range n {
		for i := range n {
			col[i] = sum.x[i*n+j]
		}
		for i, x := range f.solve(col) {
			out.x[i*n+j] = x
		}
	}
	for range squares {
		out = out.times(out)
	}
	return out
}

// pivoted is a matrix as a product of triangles, rows and columns in another
// order.
type pivoted struct {
	n          int
	lu         []float64
	rows, cols []int // which one stands at each place
	odd        bool
	complete   bool
}

// factor makes the largest element the pivot: of what is left of the column,
// or (complete) of all that is left.
func factor(m *matrix, complete bool) *pivoted {
	n := m.rows
	f := &pivoted{n: n, complete: complete, lu: slices.Clone(m.x), rows: make([]int, n), cols: make([]int, n)}
	for i := range n {
		f.rows[i], f.cols[i] = i, i
	}
	a := f.lu
	for k := range n {
		pi, pj, best := k, k, -1.0
		last := k
		if complete {
			last = n - 1
		}
		for j := k; j <= last; j++ {
			for i := k; i < n; i++ {
				if x := math.Abs(a[i*n+j]); x > best {
					pi, pj, best = i, j, x
				}
			}
		}
		if pi != k {
			for j := range n {
				a[pi*n+j], a[k*n+j] = a[k*n+j], a[pi*n+j]
			}
			f.rows[pi], f.rows[k] = f.rows[k], f.rows[pi]
			f.odd = !f.odd
		}
		if pj != k {
			for i := range n {
				a[i*n+pj], a[i*n+k] = a[i*n+k], a[i*n+pj]
			}
			f.cols[pj], f.cols[k] = f.cols[k], f.cols[pj]
			f.odd = !f.odd
		}
		if best == 0 {
			continue
		}
		for i := k + 1; i < n; i++ {
			a[i*n+k] /= a[k*n+k]
			l := a[i*n+k]
			if l == 0 {
				continue
			}
			for j := k + 1; j < n; j++ {
				a[i*n+j] -= float64(l * a[k*n+j])
			}
		}
	}
	return f
}

func (f *pivoted) det() float64 {
	d := 1.0
	for i := range f.n {
		d *= f.lu[i*f.n+i]
	}
	if f.odd {
		d = -d
	}
	return d
}

// rank counts the pivots that are more than rounding.
func (f *pivoted) rank() int {
	most, n := 0.0, 0
	for i := range f.n {
		most = max(most, math.Abs(f.lu[i*f.n+i]))
	}
	for i := range f.n {
		if math.Abs(f.lu[i*f.n+i]) > most*0x1p-52*float64(f.n) {
			n++
		}
	}
	return n
}

// solve returns the x of which the matrix makes b. If the pivots were the
// largest of all, those that are zero but for rounding are left out.
func (f *pivoted) solve(b []float64) []float64 {
	n, rank := f.n, f.n
	if f.complete {
		rank = f.rank()
	}
	y := make([]float64, n)
	for i := range n {
		s := b[f.rows[i]]
		for j := range i {
			s -= float64(f.lu[i*n+j] * y[j])
		}
		y[i] = s
	}
	for i := rank - 1; i >= 0; i-- {
		s := y[i]
		for j := i + 1; j < rank; j++ {
			s -= float64(f.lu[i*n+j] * y[j])
		}
		y[i] = s / f.lu[i*n+i]
	}
	x := make([]float64, n)
	for i := range rank {
		x[f.cols[i]] = y[i]
	}
	return x
}
