package hoc

import (
	"github.com/rallsim/rall/import/hoc/tree"
	"github.com/rallsim/rall/ir/diag"
)

// Table are the values that table_NAME_MECHANISM gave a FUNCTION_TABLE. NEURON
// keeps pointers to the numbers; here they are those of the time of the call.
type Table struct {
	Mech *tree.Mechanism
	Name string
	Axes []TableAxis // none: a constant
	Y    []float64
	Pos  diag.Pos
}

// TableAxis are the points of an argument: Points, or N evenly from Lo to Hi.
type TableAxis struct {
	Points []float64
	Lo, Hi float64
	N      int
}

// installTables names the functions that give the FUNCTION_TABLEs of a
// mechanism their values; those of a point process are methods.
func (in *Interp) installTables(m *tree.Mechanism) {
	for i := range m.Def.Grids {
		s := in.builtin.add("table_" + m.Def.Grids[i].Name + "_" + m.Name)
		s.kind, s.own = ownSym, &builtin{func(c *call) value { return c.table(m, i) }}
	}
}

// table is table_NAME(value), table_NAME(y, x) of two Vectors, or
// table_NAME(&y, n, from, to or &x, …) with the points of each argument.
func (c *call) table(m *tree.Mechanism, i int) value {
	g := m.Def.Grids[i]
	t := &Table{Mech: m, Name: g.Name, Pos: c.fr.pos(c.pos)}
	switch {
	case len(c.args) < 2:
		t.Y = []float64{c.num(0)}
	case c.isVector(0) && c.isVector(1):
		if g.NArgs > 1 {
			return c.fail("two Vectors are for a function of one argument; %s has %d", g.Name, g.NArgs)
		}
		y, x := c.vector(0), c.vector(1)
		if len(y.x) != len(x.x) || len(x.x) == 0 {
			return c.fail("the Vectors have %d and %d elements", len(y.x), len(x.x))
		}
		t.Y, t.Axes = append(t.Y, y.x...), []TableAxis{{Points: append([]float64(nil), x.x...), N: len(x.x)}}
	default:
		at, size := 1, 1
		for range g.NArgs {
			const most = 1 << 24
			a := TableAxis{N: c.within(at, 1, most)}
			if size *= a.N; size > most {
				return c.fail("more than %d values", most)
			}
			if at++; c.is(at, numKind) {
				if a.Lo, a.Hi = c.num(at), c.num(at+1); a.Hi < a.Lo {
					return c.fail("the stretch from %g to %g is empty", a.Lo, a.Hi)
				}
				at++
			} else {
				a.Points = c.run(at, a.N)
			}
			at++
			t.Axes = append(t.Axes, a)
		}
		t.Y = c.run(0, size)
	}
	if c.in.failed {
		return value{}
	}
	if c.in.tables == nil {
		c.in.tables = map[string]*Table{}
	}
	c.in.tables[g.Name+"_"+m.Name] = t
	c.in.changes++
	return number(0)
}

// run returns n numbers from the one on that argument i points to, in a Vector
// or an array.
func (c *call) run(i, n int) []float64 {
	p := c.ref(i)
	if c.in.failed {
		return nil
	}
	from := func(list []float64) []float64 {
		for k := range list {
			if &list[k] == p {
				return append([]float64(nil), list[k:min(k+n, len(list))]...)
			}
		}
		return nil
	}
	var found []float64
	look := func(d *data) {
		if d == nil {
			return
		}
		for _, x := range d.cells {
			if x != nil && found == nil {
				found = from(x.nums)
			}
		}
	}
	look(c.in.topData)
	for _, cl := range c.in.classes {
		for _, o := range cl.objects {
			if v, ok := o.native.(*vector); ok && found == nil {
				found = from(v.x)
			}
			look(o.data)
		}
	}
	if len(found) < n {
		c.fail("argument %d points to %d numbers, and %d are wanted", i+1, len(found), n)
	}
	return found
}
