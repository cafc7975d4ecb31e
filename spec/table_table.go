package spec

import (
	"slices"

	"github.com/rallsim/rall/ir/diag"
)

// FuncTable is one entry of tableParams: the values of a FUNCTION_TABLE.
type FuncTable struct {
	Name string // NAME_MECHANISM
	Key  diag.Pos
	Axes []TableAxis // none: a constant
	Y    []float64   // a row for each point of the first axis
	Pos  diag.Pos

	value float64
	given bool
	shape []int // of the lists of Y
	axes  []TableAxis
}

// TableAxis are the points of one argument: a list, or (Points is nil) evenly
// from Lo to Hi.
type TableAxis struct {
	Points []float64
	Lo, Hi float64
	given  bool
}

// tableKeys are the keys of an entry of tableParams.
var tableKeys = []key[FuncTable]{
	{name: "value", form: "number", doc: "the function is this everywhere",
		read: func(d *decoder, m *Member, t *FuncTable) {
			t.given = true
			d.number(m.Val, plain, &t.value)
		}},
	{name: "y", form: "list of numbers, or of such lists", doc: "the values at the points of x; for more arguments a list over the next for each point",
		read: func(d *decoder, m *Member, t *FuncTable) { t.Y, t.shape = d.nested(m.Val, nil) }},
	axisKey("x", "first", 0), evenKey("xRange", "first", 0), axisKey("z", "second", 1), evenKey("zRange", "second", 1),
	{name: "axes", form: "list of lists of numbers", doc: "for three arguments and more: their points, ascending; between them the value is that of the point below",
		read: func(d *decoder, m *Member, t *FuncTable) {
			if len(t.axes) > 0 {
				d.diags.Errorf(diag.BadValue, m.Val.Pos, "axes gives the points of all arguments; x and z are given besides")
				return
			}
			if m.Val.Kind != Array {
				d.diags.Errorf(diag.BadType, m.Val.Pos, "expected a list of lists of numbers, not %s", m.Val.Kind)
			}
			for i, n := range m.Val.Items {
				d.points(n, t, i)
			}
		}},
}

// nested reads a list of lists, all of one shape.
func (d *decoder) nested(n *Node, into []float64) ([]float64, []int) {
	if n.Kind != Array || len(n.Items) == 0 || n.Items[0].Kind != Array {
		y := d.numbers(n, plain)
		return append(into, y...), []int{len(y)}
	}
	var shape []int
	for i, row := range n.Items {
		var inner []int
		if into, inner = d.nested(row, into); i == 0 {
			shape = inner
		} else if !slices.Equal(inner, shape) {
			d.diags.Errorf(diag.BadValue, row.Pos, "row %d has %v values, the first has %v", i, inner, shape)
			break
		}
	}
	return into, append([]int{len(n.Items)}, shape...)
}

// axis makes room for argument i, which nothing else may have given.
func (d *decoder) axis(n *Node, t *FuncTable, i int) *TableAxis {
	for len(t.axes) <= i {
		t.axes = append(t.axes, TableAxis{})
	}
	a := &t.axes[i]
	if a.given {
		d.diags.Errorf(diag.BadValue, n.Pos, "the points of argument %d are given twice: by a list and by a stretch", i+1)
	}
	*a = TableAxis{given: true}
	return a
}

func (d *decoder) points(n *Node, t *FuncTable, i int) {
	a := d.axis(n, t, i)
	a.Points = d.numbers(n, plain)
	if !slices.IsSorted(a.Points) || len(slices.Compact(slices.Clone(a.Points))) < len(a.Points) {
		d.diags.Errorf(diag.BadValue, n.Pos, "the points of an argument must ascend")
	}
}

func axisKey(name, which string, i int) key[FuncTable] {
	return key[FuncTable]{name: name, form: "list of numbers", doc: "points of the " + which + " argument, ascending",
		read: func(d *decoder, m *Member, t *FuncTable) { d.points(m.Val, t, i) }}
}

func evenKey(name, which string, i int) key[FuncTable] {
	return key[FuncTable]{name: name, form: "[from, to]", doc: "the values are given evenly over this stretch of the " + which + " argument",
		read: func(d *decoder, m *Member, t *FuncTable) {
			var ends [2]float64
			d.exactly(m.Val, plain, ends[:])
			a := d.axis(m.Val, t, i)
			a.Lo, a.Hi = ends[0], ends[1]
			if !(ends[0] < ends[1]) {
				d.diags.Errorf(diag.BadValue, m.Val.Pos, "the stretch from %g to %g is empty", ends[0], ends[1])
			}
		}}
}

// tables reads tableParams.
func (d *decoder) tables(n *Node) []FuncTable {
	var out []FuncTable
	d.each(n, "tableParams", func(m *Member) {
		t := FuncTable{Name: m.Key, Key: m.Pos, Pos: m.Val.Pos}
		what := ruleName("tableParams", m.Key)
		fields(d, m.Val, what, tableKeys, &t, nil)
		wrong := func(format string, args ...any) { d.diags.Errorf(diag.BadValue, t.Pos, what+": "+format, args...) }
		fits := len(t.Y) > 0
		for i, a := range t.axes {
			if !a.given {
				wrong("z wants an x before it")
				break
			}
			if t.Axes = append(t.Axes, a); i < len(t.shape) && a.Points != nil {
				fits = fits && len(a.Points) == t.shape[i]
			}
		}
		switch {
		case len(t.Axes) < len(t.axes):
		case t.given && (len(t.Axes) > 0 || t.Y != nil):
			wrong("value makes it a constant; x and y give it points")
		case t.given:
			t.Y = []float64{t.value}
		case len(t.Axes) == 0:
			wrong("give value, or y with x or xRange")
		case len(t.Axes) != len(t.shape) && len(t.Axes) == 1:
			wrong("for one argument y is a list of numbers")
		case len(t.Axes) != len(t.shape):
			wrong("for %d arguments y is a list of lists, one for each x, %d deep", len(t.Axes), len(t.Axes))
		case !fits:
			wrong("the values have the shape %v, which is not that of their points", t.shape)
		}
		out = append(out, t)
	})
	return out
}

// Len is the number of points of axis i.
func (t *FuncTable) Len(i int) int { return t.shape[i] }
