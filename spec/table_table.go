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
	rows  int // of Y, where it is a list of lists; else -1
	axes  [2]TableAxis
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
	{name: "y", form: "list of numbers, or of such lists", doc: "the values at the points of x; for two arguments a list over z for each x",
		read: func(d *decoder, m *Member, t *FuncTable) {
			t.rows = -1
			if m.Val.Kind != Array || len(m.Val.Items) == 0 || m.Val.Items[0].Kind != Array {
				t.Y = d.numbers(m.Val, plain)
				return
			}
			t.rows = len(m.Val.Items)
			for i, row := range m.Val.Items {
				y := d.numbers(row, plain)
				if i > 0 && len(y)*i != len(t.Y) {
					d.diags.Errorf(diag.BadValue, row.Pos, "row %d has %d values, the first has %d", i, len(y), len(t.Y)/i)
					return
				}
				t.Y = append(t.Y, y...)
			}
		}},
	axisKey("x", "first", 0), evenKey("xRange", "first", 0), axisKey("z", "second", 1), evenKey("zRange", "second", 1),
}

func axisKey(name, which string, i int) key[FuncTable] {
	return key[FuncTable]{name: name, form: "list of numbers", doc: "points of the " + which + " argument, ascending",
		read: func(d *decoder, m *Member, t *FuncTable) {
			a := &t.axes[i]
			a.Points, a.given = d.numbers(m.Val, plain), true
			if !slices.IsSorted(a.Points) || len(slices.Compact(slices.Clone(a.Points))) < len(a.Points) {
				d.diags.Errorf(diag.BadValue, m.Val.Pos, "the points of an argument must ascend")
			}
		}}
}

func evenKey(name, which string, i int) key[FuncTable] {
	return key[FuncTable]{name: name, form: "[from, to]", doc: "the values are given evenly over this stretch of the " + which + " argument",
		read: func(d *decoder, m *Member, t *FuncTable) {
			var ends [2]float64
			d.exactly(m.Val, plain, ends[:])
			t.axes[i].Lo, t.axes[i].Hi, t.axes[i].given = ends[0], ends[1], true
			if !(ends[0] < ends[1]) {
				d.diags.Errorf(diag.BadValue, m.Val.Pos, "the stretch from %g to %g is empty", ends[0], ends[1])
			}
		}}
}

// tables reads tableParams.
func (d *decoder) tables(n *Node) []FuncTable {
	var out []FuncTable
	d.each(n, "tableParams", func(m *Member) {
		t := FuncTable{Name: m.Key, Key: m.Pos, Pos: m.Val.Pos, rows: -1}
		what := ruleName("tableParams", m.Key)
		fields(d, m.Val, what, tableKeys, &t, nil)
		wrong := func(format string, args ...any) { d.diags.Errorf(diag.BadValue, t.Pos, what+": "+format, args...) }
		size := 1
		for _, a := range t.axes {
			if !a.given {
				break
			}
			switch {
			case a.Points != nil:
				size *= len(a.Points)
			case len(t.Axes) == 0 && t.rows > 0:
				size *= t.rows
			case t.rows > 0:
				size *= len(t.Y) / t.rows
			default:
				size *= len(t.Y)
			}
			t.Axes = append(t.Axes, a)
		}
		switch {
		case t.axes[1].given && !t.axes[0].given:
			wrong("z wants an x before it")
		case t.given && (len(t.Axes) > 0 || t.Y != nil):
			wrong("value makes it a constant; x and y give it points")
		case t.given:
			t.Y = []float64{t.value}
		case len(t.Axes) == 0:
			wrong("give value, or y with x or xRange")
		case len(t.Axes) == 2 && t.rows < 0:
			wrong("for two arguments y is a list of lists, one for each x")
		case len(t.Axes) == 1 && t.rows >= 0:
			wrong("for one argument y is a list of numbers")
		case len(t.Y) == 0 || size != len(t.Y):
			wrong("%d values for %d points", len(t.Y), size)
		}
		out = append(out, t)
	})
	return out
}

// Len is the number of points of axis i.
func (t *FuncTable) Len(i int) int {
	if t.Axes[i].Points != nil {
		return len(t.Axes[i].Points)
	}
	switch {
	case t.rows < 0:
		return len(t.Y)
	case i == 0:
		return t.rows
	}
	return len(t.Y) / t.rows
}
