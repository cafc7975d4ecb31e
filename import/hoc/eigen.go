package hoc

import (
	"math"
	"slices"
)

// Eigenvalues and singular values come in the order and the vectors with the
// signs that NEURON's have, which are those of the Eigen library: reduction to
// Hessenberg form and Francis's QR steps, and two-sided Jacobi rotations. Both
// need no symmetry and no particular shape.

const smallest = 0x1p-1022 // of the normal numbers

// householder returns the reflection 1 - tau v v' that leaves of x its first
// element alone, beta; v[0] is 1.
func householder(x []float64) (v []float64, tau, beta float64) {
	v = make([]float64, len(x))
	v[0] = 1
	tail := sumSquares(x[1:])
	if tail <= smallest {
		return v, 0, x[0]
	}
	beta = math.Sqrt(float64(x[0]*x[0]) + tail)
	if x[0] >= 0 {
		beta = -beta
	}
	for i := 1; i < len(x); i++ {
		v[i] = x[i] / (x[0] - beta)
	}
	return v, (beta - x[0]) / beta, beta
}

// reflectRows applies a reflection to rows from row on, in columns from..to-1.
func (m *matrix) reflectRows(v []float64, tau float64, row, from, to int) {
	for j := from; j < to && tau != 0; j++ {
		s := 0.0
		for i := 1; i < len(v); i++ { // in the order in which the signs come out as there
			s += float64(v[i] * m.x[(row+i)*m.cols+j])
		}
		s += m.x[row*m.cols+j]
		m.x[row*m.cols+j] -= float64(tau * s)
		for i := 1; i < len(v); i++ {
			m.x[(row+i)*m.cols+j] -= float64(tau * v[i] * s)
		}
	}
}

// reflectCols applies one to columns from col on, in rows 0..to-1.
func (m *matrix) reflectCols(v []float64, tau float64, col, to int) {
	for i := 0; i < to && tau != 0; i++ {
		row := m.row(i)[col : col+len(v)]
		s := 0.0
		for j := 1; j < len(v); j++ {
			s += float64(v[j] * row[j])
		}
		s = float64(tau * (s + row[0]))
		row[0] -= s
		for j := 1; j < len(v); j++ {
			row[j] -= float64(s * v[j])
		}
	}
}

// eigen returns the eigenvalues of a matrix that has real ones, and the
// eigenvectors as columns.
func eigen(m *matrix) ([]float64, *matrix, bool) {
	n := m.rows
	scale := 0.0
	for _, x := range m.x {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return nil, nil, false
		}
		scale = max(scale, math.Abs(x))
	}
	values := make([]float64, n)
	q := identity(n)
	if scale < smallest {
		return values, q, true
	}
	t := newFull(n, n)
	for i, x := range m.x {
		t.x[i] = x / scale
	}
	hessenberg(t, q)
	if !schur(t, q) {
		return nil, nil, false
	}
	for i := range n {
		values[i] = t.x[i*n+i] * scale
		for j := range i {
			if t.x[i*n+j] != 0 { // a pair of complex ones
				return nil, nil, false
			}
		}
	}
	return values, q.times(triangularVectors(t)).normalized(), true
}

// triangularVectors are the eigenvectors of an upper triangle.
func triangularVectors(t *matrix) *matrix {
	n := t.rows
	norm := 0.0
	for _, x := range t.x {
		norm += math.Abs(x)
	}
	v := identity(n)
	for k := range n {
		for i := k - 1; i >= 0; i-- {
			s := t.x[i*n+k]
			for j := i + 1; j < k; j++ {
				s += float64(t.x[i*n+j] * v.x[j*n+k])
			}
			d := t.x[i*n+i] - t.x[k*n+k]
			if d == 0 {
				d = 0x1p-52 * norm
			}
			v.x[i*n+k] = -s / d
		}
	}
	return v
}

// normalized gives the columns the length 1.
func (m *matrix) normalized() *matrix {
	for j := range m.cols {
		s := 0.0
		for i := range m.rows {
			s += float64(m.x[i*m.cols+j] * m.x[i*m.cols+j])
		}
		if s > 0 {
			s = math.Sqrt(s)
			for i := range m.rows {
				m.x[i*m.cols+j] /= s
			}
		}
	}
	return m
}

// hessenberg leaves nothing below the first subdiagonal of t; q takes the
// reflections.
func hessenberg(t, q *matrix) {
	n := t.rows
	for k := range n - 1 {
		x := make([]float64, n-k-1)
		for i := range x {
			x[i] = t.x[(k+1+i)*n+k]
		}
		v, tau, beta := householder(x)
		t.reflectRows(v, tau, k+1, k+1, n)
		t.reflectCols(v, tau, k+1, n)
		q.reflectCols(v, tau, k+1, n)
		for i := range x {
			t.x[(k+1+i)*n+k] = 0
		}
		t.x[(k+1)*n+k] = beta
	}
}

// schur makes t triangular, or nearly so where eigenvalues are complex.
func schur(t, q *matrix) bool {
	n := t.rows
	at := func(i, j int) *float64 { return &t.x[i*n+j] }
	norm := 0.0
	for i := range n {
		for j := max(0, i-1); j < n; j++ {
			norm += math.Abs(*at(i, j))
		}
	}
	tiny := max(norm*0x1p-104, smallest)
	shift, iter, total := 0.0, 0, 0
	for hi := n - 1; hi >= 0; {
		lo := hi
		for ; lo > 0; lo-- {
			s := math.Abs(*at(lo-1, lo-1)) + math.Abs(*at(lo, lo))
			if math.Abs(*at(lo, lo-1)) <= max(s*0x1p-52, tiny) {
				break
			}
		}
		switch lo {
		case hi:
			*at(hi, hi) += shift
			if hi > 0 {
				*at(hi, hi-1) = 0
			}
			hi--
			iter = 0
		case hi - 1:
			split(t, q, hi, shift)
			hi -= 2
			iter = 0
		default:
			if total++; total > 40*n {
				return false
			}
			francis(t, q, lo, hi, iter, &shift)
			iter++
		}
	}
	return true
}

// split makes the block of two rows that end with hi triangular, if its eigenvalues are
// real.
func split(t, q *matrix, hi int, shift float64) {
	n := t.rows
	at := func(i, j int) *float64 { return &t.x[i*n+j] }
	p := .5 * (*at(hi-1, hi-1) - *at(hi, hi))
	d := float64(p*p) + float64(*at(hi, hi-1)**at(hi-1, hi))
	*at(hi, hi) += shift
	*at(hi-1, hi-1) += shift
	if d >= 0 {
		z := math.Sqrt(d)
		if p < 0 {
			z = -z
		}
		c, s := givens(p+z, *at(hi, hi-1))
		for j := hi - 1; j < n; j++ {
			a, b := *at(hi-1, j), *at(hi, j)
			*at(hi-1, j), *at(hi, j) = float64(c*a)-float64(s*b), float64(s*a)+float64(c*b)
		}
		t.rotateCols(hi-1, hi, c, s, hi+1)
		q.rotateCols(hi-1, hi, c, s, n)
		*at(hi, hi-1) = 0
	}
	if hi > 1 {
		*at(hi-1, hi-2) = 0
	}
}

// givens is the rotation of (a, b) onto the first axis: c a - s b is its length.
func givens(a, b float64) (c, s float64) {
	switch {
	case b == 0:
		return math.Copysign(1, a), 0
	case a == 0:
		return 0, -math.Copysign(1, b)
	case math.Abs(a) > math.Abs(b):
		t := b / a
		u := math.Copysign(math.Sqrt(1+float64(t*t)), a)
		return 1 / u, -t / u
	}
	t := a / b
	u := math.Copysign(math.Sqrt(1+float64(t*t)), b)
	return -t * (-1 / u), -1 / u
}

// rotateCols turns two columns into c a - s b and s a + c b, in rows 0..to-1.
func (m *matrix) rotateCols(p, q int, c, s float64, to int) {
	for i := range to {
		a, b := m.x[i*m.cols+p], m.x[i*m.cols+q]
		m.x[i*m.cols+p], m.x[i*m.cols+q] = float64(c*a)-float64(s*b), float64(s*a)+float64(c*b)
	}
}

// rotateRows turns two rows into c a - s b and s a + c b.
func (m *matrix) rotateRows(p, q int, c, s float64) {
	above, below := m.x[p*m.cols:(p+1)*m.cols], m.x[q*m.cols:(q+1)*m.cols]
	for i, a := range above {
		b := below[i]
		above[i], below[i] = float64(c*a)-float64(s*b), float64(s*a)+float64(c*b)
	}
}

// francis takes a QR step with two shifts on rows lo..hi.
func francis(t, q *matrix, lo, hi, iter int, sum *float64) {
	n := t.rows
	at := func(i, j int) *float64 { return &t.x[i*n+j] }
	a, b, ab := *at(hi, hi), *at(hi-1, hi-1), float64(*at(hi, hi-1)**at(hi-1, hi))
	less := func(x float64) {
		*sum += x
		for i := range hi + 1 {
			*at(i, i) -= x
		}
	}
	if iter == 10 {
		less(a)
		s := math.Abs(*at(hi, hi-1)) + math.Abs(*at(hi-1, hi-2))
		a, b, ab = float64(.75*s), float64(.75*s), float64(-.4375*s*s)
	}
	if iter == 30 {
		s := (b - a) / 2
		if s = float64(s*s) + ab; s > 0 {
			s = math.Sqrt(s)
			if b < a {
				s = -s
			}
			s += (b - a) / 2
			less(a - ab/s)
			a, b, ab = .964, .964, .964
		}
	}
	var x []float64
	from := hi - 2
	for ; ; from-- {
		d := *at(from, from)
		r, s := a-d, b-d
		x = []float64{(float64(r*s)-ab) / *at(from+1, from) + *at(from, from+1), *at(from+1, from+1) - d - r - s, *at(from+2, from+1)}
		if from == lo {
			break
		}
		l := *at(from, from-1) * (math.Abs(x[1]) + math.Abs(x[2]))
		r = float64(x[0] * (math.Abs(*at(from-1, from-1)) + math.Abs(d) + math.Abs(*at(from+1, from+1))))
		if math.Abs(l) < 0x1p-52*r {
			break
		}
	}
	for k := from; k < hi; k++ {
		if k > from {
			x = []float64{*at(k, k-1), *at(k+1, k-1)}
			if k < hi-1 {
				x = append(x, *at(k+2, k-1))
			}
		}
		v, tau, beta := householder(x)
		if beta == 0 {
			continue
		}
		switch {
		case k > from:
			*at(k, k-1) = beta
		case k > lo:
			*at(k, k-1) = -*at(k, k-1)
		}
		t.reflectRows(v, tau, k, k, n)
		t.reflectCols(v, tau, k, min(hi, k+3)+1)
		q.reflectCols(v, tau, k, n)
	}
	for i := from + 2; i <= hi; i++ {
		*at(i, i-2) = 0
		if i > from+2 {
			*at(i, i-3) = 0
		}
	}
}

// singular returns the factors of m = u d v', d in descending order.
func singular(m *matrix) (u *matrix, d []float64, v *matrix, ok bool) {
	if m.cols > m.rows {
		v, d, u, ok = singular0(m.transposed(), true)
		return u, d, v, ok
	}
	return singular0(m, false)
}

// singular0 is singular of a matrix that has as many rows as columns or more;
// turned says that the rotations are to be those of the other one.
func singular0(m *matrix, turned bool) (u *matrix, d []float64, v *matrix, ok bool) {
	scale := 0.0
	for _, x := range m.x {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return nil, nil, nil, false
		}
		scale = max(scale, math.Abs(x))
	}
	if scale == 0 {
		scale = 1
	}
	n := m.cols
	w := newFull(m.rows, n)
	for i, x := range m.x {
		w.x[i] = x / scale
	}
	u, v = identity(m.rows), identity(n)
	if m.rows > n {
		w, u, v = columnQR(w)
	}
	if turned {
		w, u, v = w.transposed(), v, u
	}
	u, v = u.transposed(), v.transposed() // the rotations go along rows, which lie together in memory
	jacobi(w, u, v)
	u, v = u.transposed(), v.transposed()
	d = make([]float64, n)
	for i := range d {
		d[i] = math.Abs(w.x[i*n+i]) * scale
		if w.x[i*n+i] < 0 {
			for k := range u.rows {
				u.x[k*u.cols+i] *= -1
			}
		}
	}
	for i := range d {
		k := i
		for j := i; j < n; j++ {
			if d[j] > d[k] {
				k = j
			}
		}
		if d[k] == 0 {
			break
		}
		if k != i {
			d[i], d[k] = d[k], d[i]
			u.swapCols(i, k)
			v.swapCols(i, k)
		}
	}
	if turned {
		u, v = v, u
	}
	return u, d, v, true
}

func (m *matrix) swapCols(i, j int) {
	for k := range m.rows {
		m.x[k*m.cols+i], m.x[k*m.cols+j] = m.x[k*m.cols+j], m.x[k*m.cols+i]
	}
}

// columnQR is m p = q r, columns in the order p: always the longest of what is
// left next. r is square.
func columnQR(m *matrix) (r, q, p *matrix) {
	rows, n := m.rows, m.cols
	a := &matrix{rows: rows, cols: n, x: slices.Clone(m.x)}
	q, p = identity(rows), identity(n)
	for k := range n {
		best, most := k, -1.0
		for j := k; j < n; j++ {
			s := 0.0
			for i := k; i < rows; i++ {
				s += float64(a.x[i*n+j] * a.x[i*n+j])
			}
			if s > most {
				best, most = j, s
			}
		}
		if best != k {
			a.swapCols(k, best)
			p.swapCols(k, best)
		}
		x := make([]float64, rows-k)
		for i := range x {
			x[i] = a.x[(k+i)*n+k]
		}
		v, tau, beta := householder(x)
		a.reflectRows(v, tau, k, k+1, n)
		q.reflectCols(v, tau, k, rows)
		for i := range x {
			a.x[(k+i)*n+k] = 0
		}
		a.x[k*n+k] = beta
	}
	r = &matrix{rows: n, cols: n, x: slices.Clone(a.x[:n*n])}
	return r, q, p
}

// jacobi makes the square w diagonal by rotations from both sides, which the
// rows of u and v take.
func jacobi(w, u, v *matrix) {
	n := w.rows
	at := func(i, j int) *float64 { return &w.x[i*n+j] }
	most := 0.0
	for i := range n {
		most = max(most, math.Abs(*at(i, i)))
	}
	for sweep, done := 0, false; !done && sweep < 100; sweep++ {
		done = true
		for p := 1; p < n; p++ {
			for q := range p {
				if max(math.Abs(*at(p, q)), math.Abs(*at(q, p))) <= max(smallest, 0x1p-51*most) {
					continue
				}
				done = false
				lc, ls, rc, rs := diagonalise(*at(p, p), *at(p, q), *at(q, p), *at(q, q))
				above, below := w.x[p*n:(p+1)*n], w.x[q*n:(q+1)*n]
				for j, a := range above { // from the left, and its reverse on u
					b := below[j]
					above[j], below[j] = float64(lc*a)+float64(ls*b), float64(lc*b)-float64(ls*a)
				}
				u.rotateRows(p, q, lc, -ls)
				w.rotateCols(p, q, rc, rs, n)
				v.rotateRows(p, q, rc, rs)
				most = max(most, math.Abs(*at(p, p)), math.Abs(*at(q, q)))
			}
		}
	}
}

// diagonalise returns the rotations from the left and from the right, as
// cosines and sines, that make a block of 2 by 2 elements diagonal.
func diagonalise(a, b, c, d float64) (lc, ls, rc, rs float64) {
	// Make it symmetric first.
	c1, s1 := 1.0, 0.0
	if t, k := a+d, c-b; math.Abs(k) >= smallest {
		x := t / k
		h := math.Sqrt(1 + float64(x*x))
		s1, c1 = 1/h, x/h
	}
	a, b, d = float64(c1*a)+float64(s1*c), float64(c1*b)+float64(s1*d), float64(c1*d)-float64(s1*b)
	rc, rs = 1, 0
	if y := 2 * math.Abs(b); y >= smallest {
		tau := (a - d) / y
		h := math.Sqrt(float64(tau*tau) + 1)
		t := 0.0
		if tau > 0 {
			t = 1 / (tau + h)
		} else {
			t = 1 / (tau - h)
		}
		sign := 1.0
		if t <= 0 {
			sign = -1
		}
		rc = 1 / math.Sqrt(float64(t*t)+1)
		rs = -sign * math.Copysign(1, b) * math.Abs(t) * rc
	}
	// left = first * transpose of right
	lc = float64(c1*rc) + float64(s1*rs)
	ls = float64(s1*rc) - float64(c1*rs)
	return lc, ls, rc, rs
}
