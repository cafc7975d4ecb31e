package hoc

import (
	"math"
	"slices"
)

// matrix is the state of a Matrix: full and row by row, or sparse.
type matrix struct {
	rows, cols int
	x          []float64   // of a full matrix
	sparse     [][]element // of a sparse one, by row, each in the order of columns
	stored     int         // elements in sparse

	lu *pivoted // what solv made last
}

// maxStored is how many elements of a sparse matrix indices may make.
const maxStored = 1 << 22

// element is a stored element of a sparse matrix.
type element struct {
	col int
	x   *float64
}

func newFull(rows, cols int) *matrix {
	return &matrix{rows: rows, cols: cols, x: make([]float64, rows*cols)}
}

// newMatrix is new Matrix([rows[, columns[, type]]]); type 2 is sparse.
func newMatrix(c *call) any {
	rows, cols, kind := 1, 1, 1
	if c.has(0) {
		rows = c.within(0, 1, 1<<20)
	}
	if c.has(1) {
		cols = c.within(1, 1, 1<<20)
	}
	if c.has(2) {
		kind = c.within(2, 1, 3)
	}
	switch {
	case c.in.failed:
	case kind == 2:
		if c.room(rows) {
			return &matrix{rows: rows, cols: cols, sparse: make([][]element, rows)}
		}
	case c.room(rows * cols):
		return newFull(rows, cols)
	}
	return newFull(1, 1)
}

// size is what a Matrix counts as memory.
func (m *matrix) size() int {
	n := cap(m.x) + len(m.sparse)
	for _, row := range m.sparse {
		n += 2 * cap(row)
	}
	if m.lu != nil {
		n += len(m.lu.lu)
	}
	return n
}

// at returns element i, j; one that a sparse matrix does not store is 0.
func (m *matrix) at(i, j int) float64 {
	if m.sparse == nil {
		return m.x[i*m.cols+j]
	}
	if k, ok := m.find(i, j); ok {
		return *m.sparse[i][k].x
	}
	return 0
}

func (m *matrix) find(i, j int) (int, bool) {
	return slices.BinarySearchFunc(m.sparse[i], j, func(e element, j int) int { return e.col - j })
}

// cell is where element i, j is kept from now on.
func (m *matrix) cell(i, j int) *float64 {
	if m.sparse == nil {
		return &m.x[i*m.cols+j]
	}
	k, ok := m.find(i, j)
	if !ok {
		m.stored++
		m.sparse[i] = slices.Insert(m.sparse[i], k, element{j, new(float64)})
	}
	return m.sparse[i][k].x
}

func matrixField(o *Object, name string, subs []int) (place, bool) {
	m := o.native.(*matrix)
	if name != "x" || len(subs) != 2 || subs[0] < 0 || subs[0] >= m.rows || subs[1] < 0 || subs[1] >= m.cols {
		return place{}, false
	}
	if m.stored >= maxStored { // of what an index alone makes, nobody keeps count
		return place{}, false
	}
	return place{k: numPlace, num: m.cell(subs[0], subs[1])}, true
}

func (c *call) matrix() *matrix { return c.o.native.(*matrix) }

// full is the method's Matrix, which must not be sparse.
func (c *call) full() *matrix {
	m := c.matrix()
	if m.sparse != nil && !c.in.failed {
		c.unsupported("%s is not there for a sparse Matrix, in NEURON either", c.name)
	}
	return m
}

// square is the method's Matrix, full and square.
func (c *call) square() *matrix {
	m := c.full()
	if m.rows != m.cols && !c.in.failed {
		c.fail("a Matrix of %d rows and %d columns", m.rows, m.cols)
	}
	c.work(8 * m.rows * m.rows * m.rows)
	return m
}

// matrixArg returns argument i, a full Matrix.
func (c *call) matrixArg(i int) *matrix {
	if o := c.obj(i); o != nil {
		if m, ok := o.native.(*matrix); ok {
			if m.sparse != nil {
				c.unsupported("%s takes no sparse Matrix, in NEURON either", c.name)
			}
			return m
		}
	}
	if !c.in.failed {
		c.fail("argument %d is no Matrix", i+1)
	}
	return newFull(1, 1)
}

// becomes makes another matrix of one.
func (m *matrix) becomes(n *matrix) { m.rows, m.cols, m.x = n.rows, n.cols, n.x }

// result stores a new matrix in argument i, if there is one, and returns it.
func (c *call) result(i int, n *matrix) value {
	if c.in.failed {
		return value{}
	}
	if c.has(i) {
		out := c.matrixArg(i)
		if c.in.failed || !c.room(len(n.x)-len(out.x)) && len(n.x) > len(out.x) {
			return value{}
		}
		out.becomes(n)
		return object(*c.args[i].obj)
	}
	if !c.room(len(n.x)) {
		return value{}
	}
	return c.object("Matrix", n)
}

// elsewhere refuses argument i when it is the Matrix itself.
func (c *call) elsewhere(i int) {
	if c.is(i, objKind) && *c.args[i].obj == c.o && !c.in.failed {
		c.fail("it cannot be done in place")
	}
}

// given stores numbers in the Vector of argument i, if there is one, and
// returns it.
func (c *call) given(i int, x []float64) value {
	if c.in.failed {
		return value{}
	}
	if c.has(i) {
		v := c.vector(i)
		if c.in.failed || !c.room(max(0, len(x)-cap(v.x))) {
			return value{}
		}
		v.x = x
		return object(*c.args[i].obj)
	}
	if !c.room(len(x)) {
		return value{}
	}
	return c.object("Vector", &vector{x: x})
}

func (m *matrix) row(i int) []float64 { return m.x[i*m.cols : (i+1)*m.cols] }

// diagonal calls f for the elements of a diagonal in order, with the index that
// Vectors of it have: the row's.
func (m *matrix) diagonal(k int, f func(n, i, j int)) {
	for i, j := max(0, -k), max(0, k); i < m.rows && j < m.cols; i, j = i+1, j+1 {
		f(i, i, j)
	}
}

// line sets elements from a number, or from a Vector as far as it goes.
func (c *call) line(n int, visit func(set func(k int, cell func() *float64))) value {
	var from []float64
	x := 0.0
	if c.is(1, numKind) {
		x = c.num(1)
	} else if from = c.vector(1).x; !c.in.failed && len(from) > n {
		return c.fail("a Vector of %d elements for %d", len(from), n)
	}
	if c.in.failed || c.matrix().sparse != nil && !c.room(2*n) {
		return value{}
	}
	if from != nil && c.matrix().sparse != nil && len(from) < n {
		return c.fail("a Vector of %d elements for %d", len(from), n)
	}
	visit(func(k int, cell func() *float64) {
		switch {
		case c.is(1, numKind):
			*cell() = x
		case k < len(from):
			*cell() = from[k]
		}
	})
	return c.self()
}

func matrixMethods() map[string]method {
	m := map[string]method{
		"nrow": func(c *call) value { return number(float64(c.matrix().rows)) },
		"ncol": func(c *call) value { return number(float64(c.matrix().cols)) },
		"getval": func(c *call) value {
			m := c.matrix()
			i, j := c.within(0, 0, m.rows-1), c.within(1, 0, m.cols-1)
			if c.in.failed {
				return value{}
			}
			return number(m.at(i, j))
		},
		"setval": func(c *call) value {
			m := c.matrix()
			i, j, x := c.within(0, 0, m.rows-1), c.within(1, 0, m.cols-1), c.num(2)
			if !c.in.failed && c.room(2) {
				c.in.cells -= 2
				c.took -= 2
				*m.cell(i, j) = x
			}
			return number(x)
		},
		"resize": func(c *call) value {
			m := c.full()
			r, k := c.within(0, 1, 1<<20), c.within(1, 1, 1<<20)
			if c.in.failed || !c.room(max(0, r*k-len(m.x))) {
				return value{}
			}
			n := newFull(r, k)
			for i := range min(r, m.rows) {
				copy(n.row(i), m.row(i))
			}
			m.becomes(n)
			return c.self()
		},
		"getrow": func(c *call) value {
			m := c.full()
			i := c.within(0, 0, m.rows-1)
			if c.in.failed {
				return value{}
			}
			return c.given(1, slices.Clone(m.row(i)))
		},
		"getcol": func(c *call) value {
			m := c.full()
			j := c.within(0, 0, m.cols-1)
			if c.in.failed {
				return value{}
			}
			x := make([]float64, m.rows)
			for i := range x {
				x[i] = m.at(i, j)
			}
			return c.given(1, x)
		},
		"getdiag": func(c *call) value {
			m := c.full()
			k := c.within(0, 1-m.rows, m.cols-1)
			if c.in.failed {
				return value{}
			}
			x := make([]float64, m.rows)
			if c.isVector(1) { // what lies outside of the diagonal stays
				copy(x, c.vector(1).x)
			}
			m.diagonal(k, func(n, i, j int) { x[n] = m.at(i, j) })
			return c.given(1, x)
		},
		"setrow": func(c *call) value {
			m := c.matrix()
			i := c.within(0, 0, m.rows-1)
			return c.line(m.cols, func(set func(int, func() *float64)) {
				for j := range m.cols {
					set(j, func() *float64 { return m.cell(i, j) })
				}
			})
		},
		"setcol": func(c *call) value {
			m := c.matrix()
			j := c.within(0, 0, m.cols-1)
			return c.line(m.rows, func(set func(int, func() *float64)) {
				for i := range m.rows {
					set(i, func() *float64 { return m.cell(i, j) })
				}
			})
		},
		"setdiag": func(c *call) value {
			m := c.matrix()
			k := c.within(0, 1-m.rows, m.cols-1)
			return c.line(m.rows, func(set func(int, func() *float64)) {
				m.diagonal(k, func(n, i, j int) { set(n, func() *float64 { return m.cell(i, j) }) })
			})
		},
		"zero": func(c *call) value {
			m := c.matrix()
			clear(m.x)
			for _, row := range m.sparse {
				for _, e := range row {
					*e.x = 0
				}
			}
			return c.self()
		},
		"ident": func(c *call) value {
			m := c.matrix()
			n := min(m.rows, m.cols)
			if m.sparse != nil && !c.room(2*n) {
				return value{}
			}
			clear(m.x)
			clear(m.sparse)
			m.stored = 0
			for i := range n {
				*m.cell(i, i) = 1
			}
			return c.self()
		},
		"sprowlen": func(c *call) value {
			m := c.matrix()
			i := c.within(0, 0, m.rows-1)
			if c.in.failed {
				return value{}
			}
			if m.sparse == nil {
				return c.unsupported("%s is there for a sparse Matrix only, in NEURON too", c.name)
			}
			return number(float64(len(m.sparse[i])))
		},
		"spgetrowval": func(c *call) value {
			m := c.matrix()
			i := c.within(0, 0, m.rows-1)
			if c.in.failed {
				return value{}
			}
			if m.sparse == nil {
				return c.unsupported("%s is there for a sparse Matrix only, in NEURON too", c.name)
			}
			k := c.within(1, 0, len(m.sparse[i])-1)
			if c.in.failed {
				return value{}
			}
			if c.has(2) {
				c.setNum(2, float64(m.sparse[i][k].col))
			}
			return number(*m.sparse[i][k].x)
		},
		"set": func(c *call) value {
			m := c.matrix()
			for i := range m.rows {
				for j := range m.cols {
					if x := c.num(i*m.cols + j); !c.in.failed {
						*m.cell(i, j) = x
					}
				}
			}
			return c.self()
		},
		"c": func(c *call) value {
			m := c.full()
			n := newFull(m.rows, m.cols)
			copy(n.x, m.x)
			return c.result(0, n)
		},
		"to_vector": func(c *call) value {
			m := c.matrix()
			if !c.room(m.rows * m.cols) {
				return value{}
			}
			c.in.cells -= m.rows * m.cols
			c.took -= m.rows * m.cols
			x := make([]float64, 0, m.rows*m.cols)
			for j := range m.cols {
				for i := range m.rows {
					x = append(x, m.at(i, j))
				}
			}
			return c.given(0, x)
		},
		"from_vector": func(c *call) value {
			m, x := c.matrix(), c.vector(0).x
			if !c.in.failed && len(x) != m.rows*m.cols {
				return c.fail("a Vector of %d elements for %d", len(x), m.rows*m.cols)
			}
			if c.in.failed || m.sparse != nil && !c.room(2*len(x)) {
				return value{}
			}
			for k, a := range x {
				*m.cell(k%m.rows, k/m.rows) = a
			}
			return c.self()
		},
		"printf": func(c *call) value {
			f, end := c.formats(0)
			c.printed(f, end, c.in.print)
			return number(0)
		},
		"fprint": matrixPrint,
		"scanf":  matrixScan,
	}
	algebraMethods(m)
	return m
}

// formats are the formats of elements and of ends of rows.
func (c *call) formats(i int) (f, end string) {
	f, end = " %-8.3g", "\n"
	if c.has(i) {
		f = c.str(i)
	}
	if c.has(i + 1) {
		end = c.str(i + 1)
	}
	return f, end
}

func (c *call) printed(f, end string, say func(string)) {
	m := c.matrix()
	for i := range m.rows {
		for j := range m.cols {
			if c.in.failed {
				return
			}
			d := &call{in: c.in, fr: c.fr, pos: c.pos, name: c.name, args: []arg{{k: strKind, str: &f}, {k: numKind, x: m.at(i, j)}}}
			say(d.sprintf(0))
		}
		say(end)
	}
}

// matrixPrint is fprint([whether to write the size,] file[, format[, end of a row]]).
func matrixPrint(c *call) value {
	head, i := true, 0
	if c.is(0, numKind) {
		head, i = c.within(0, 0, 1) == 1, 1
	}
	to := c.file(i)
	f, end := c.formats(i + 1)
	if c.in.failed {
		return value{}
	}
	if to.out == nil {
		return c.fail("%s is not open for writing", to.name)
	}
	m := c.matrix()
	if head {
		c.put(to, formatG(float64(m.rows), 10)+" "+formatG(float64(m.cols), 10)+"\n")
	}
	c.printed(f, end, func(s string) { c.put(to, s) })
	return number(0)
}

// matrixScan is scanf(file[, rows, columns]).
func matrixScan(c *call) value {
	m, f := c.full(), c.reading(0)
	next := func() float64 {
		if c.in.failed {
			return 0
		}
		x, ok := f.number()
		if !ok {
			c.fail("the end of %s", f.name)
		}
		return x
	}
	var rows, cols float64
	if c.has(1) {
		rows, cols = c.num(1), c.num(2)
	} else {
		rows, cols = math.Trunc(next()), math.Trunc(next())
	}
	if c.in.failed {
		return value{}
	}
	if !(rows >= 1 && rows <= 1<<20 && cols >= 1 && cols <= 1<<20) {
		return c.fail("a Matrix of %g rows and %g columns", rows, cols)
	}
	if !c.room(max(0, int(rows)*int(cols)-len(m.x))) {
		return value{}
	}
	n := newFull(int(rows), int(cols))
	for i := range n.x {
		if n.x[i] = next(); c.in.failed {
			return value{}
		}
	}
	m.becomes(n)
	return number(0)
}
