package hoc

import "slices"

// matrix is the state of a Matrix, full and row by row.
type matrix struct {
	rows, cols int
	x          []float64
}

func newMatrix(c *call) any {
	m := &matrix{}
	if c.has(0) {
		m.rows, m.cols = c.within(0, 0, 1<<20), c.within(1, 0, 1<<20)
	}
	if !c.in.failed && c.room(m.rows*m.cols) {
		m.x = make([]float64, m.rows*m.cols)
	} else {
		m.rows, m.cols = 0, 0
	}
	return m
}

func matrixField(o *Object, name string, subs []int) (place, bool) {
	m := o.native.(*matrix)
	if name != "x" || len(subs) != 2 || subs[0] < 0 || subs[0] >= m.rows || subs[1] < 0 || subs[1] >= m.cols {
		return place{}, false
	}
	return place{k: numPlace, num: &m.x[subs[0]*m.cols+subs[1]]}, true
}

func (c *call) matrix() *matrix { return c.o.native.(*matrix) }

func (m *matrix) row(i int) []float64 { return m.x[i*m.cols : (i+1)*m.cols] }

func (m *matrix) col(j int) []float64 {
	out := make([]float64, m.rows)
	for i := range out {
		out[i] = m.x[i*m.cols+j]
	}
	return out
}

func matrixMethods() map[string]method {
	give := func(c *call, x []float64) value {
		if c.isVector(1) {
			c.vector(1).x = x
			return object(*c.args[1].obj)
		}
		if !c.room(len(x)) {
			return value{}
		}
		return c.object("Vector", &vector{x: x})
	}
	// line takes a Vector, or a number for all elements.
	line := func(c *call, n int, set func(k int, x float64)) value {
		for k := range n {
			x := 0.0
			if c.isVector(1) {
				if v := c.vector(1).x; k < len(v) {
					x = v[k]
				}
			} else {
				x = c.num(1)
			}
			set(k, x)
		}
		return c.self()
	}
	elements := func(f func(m *matrix, c *call)) method {
		return func(c *call) value {
			f(c.matrix(), c)
			return c.self()
		}
	}
	return map[string]method{
		"nrow": func(c *call) value { return number(float64(c.matrix().rows)) },
		"ncol": func(c *call) value { return number(float64(c.matrix().cols)) },
		"getval": func(c *call) value {
			m := c.matrix()
			i, j := c.within(0, 0, m.rows-1), c.within(1, 0, m.cols-1)
			if c.in.failed {
				return value{}
			}
			return number(m.x[i*m.cols+j])
		},
		"setval": func(c *call) value {
			m := c.matrix()
			i, j, x := c.within(0, 0, m.rows-1), c.within(1, 0, m.cols-1), c.num(2)
			if !c.in.failed {
				m.x[i*m.cols+j] = x
			}
			return number(x)
		},
		"resize": elements(func(m *matrix, c *call) {
			r, k := c.within(0, 0, 1<<20), c.within(1, 0, 1<<20)
			if c.in.failed || !c.room(r*k) {
				return
			}
			n := &matrix{r, k, make([]float64, r*k)}
			for i := range min(r, m.rows) {
				copy(n.row(i), m.row(i))
			}
			*m = *n
		}),
		"getrow": func(c *call) value {
			m := c.matrix()
			i := c.within(0, 0, m.rows-1)
			if c.in.failed {
				return value{}
			}
			return give(c, slices.Clone(m.row(i)))
		},
		"getcol": func(c *call) value {
			m := c.matrix()
			j := c.within(0, 0, m.cols-1)
			if c.in.failed {
				return value{}
			}
			return give(c, m.col(j))
		},
		"setrow": func(c *call) value {
			m := c.matrix()
			i := c.within(0, 0, m.rows-1)
			if c.in.failed {
				return value{}
			}
			return line(c, m.cols, func(k int, x float64) { m.x[i*m.cols+k] = x })
		},
		"setcol": func(c *call) value {
			m := c.matrix()
			j := c.within(0, 0, m.cols-1)
			if c.in.failed {
				return value{}
			}
			return line(c, m.rows, func(k int, x float64) { m.x[k*m.cols+j] = x })
		},
		"zero": elements(func(m *matrix, c *call) { clear(m.x) }),
		"c": func(c *call) value {
			m := c.matrix()
			if !c.room(len(m.x)) {
				return value{}
			}
			return c.object("Matrix", &matrix{m.rows, m.cols, slices.Clone(m.x)})
		},
		"muls": elements(func(m *matrix, c *call) {
			a := c.num(0)
			for i := range m.x {
				m.x[i] *= a
			}
		}),
		"printf": func(c *call) value {
			m := c.matrix()
			f, end := " %-8.3g", "\n"
			if c.has(0) {
				f = c.str(0)
			}
			if c.has(1) {
				end = c.str(1)
			}
			for i := range m.rows {
				for _, x := range m.row(i) {
					d := &call{in: c.in, fr: c.fr, pos: c.pos, name: c.name, args: []arg{{k: strKind, str: &f}, {k: numKind, x: x}}}
					c.in.print(d.sprintf(0))
				}
				c.in.print(end)
			}
			return number(0)
		},
	}
}
