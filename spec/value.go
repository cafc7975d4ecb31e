package spec

import (
	"fmt"
	"math"
	"strings"

	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/expr"
	"github.com/rallsim/rall/ir/unit"
)

// byMech is the unit of parameters whose unit only their mechanism knows:
// what is written is kept in Value.Unit.
const byMech = "as the mechanism declares"

// quantity says what a number means and which numbers make sense.
type quantity struct {
	unit   string // "" is dimensionless
	limits []limit
}

// limit refuses numbers on one side of X, or warns of them.
type limit struct {
	below bool // what is below x is meant, else what is above
	equal bool // x itself is meant too
	x     float64
	odd   bool // a warning, not an error
	why   string
}

func (q quantity) with(l ...limit) quantity {
	q.limits = append(q.limits[:len(q.limits):len(q.limits)], l...)
	return q
}

func atLeast(x float64) limit { return limit{below: true, x: x} }
func atMost(x float64) limit  { return limit{x: x} }
func above(x float64) limit   { return limit{below: true, equal: true, x: x} }
func oddBelow(x float64, why string) limit {
	return limit{below: true, x: x, odd: true, why: why}
}
func oddAbove(x float64, why string) limit { return limit{x: x, odd: true, why: why} }

func (l limit) hits(v float64) bool {
	if l.equal && v == l.x {
		return true
	}
	if l.below {
		return v < l.x
	}
	return v > l.x
}

// check reports numbers outside the quantity's limits.
func (d *decoder) check(v float64, pos diag.Pos, q quantity) {
	u := ""
	if q.unit != "" && q.unit != byMech {
		u = " " + q.unit
	}
	if math.IsNaN(v) {
		d.diags.Errorf(diag.BadValue, pos, "NaN is not a value")
		return
	}
	for _, l := range q.limits {
		if !l.hits(v) {
			continue
		}
		side := "at most"
		switch {
		case l.below && l.equal:
			side = "above"
		case l.below:
			side = "at least"
		}
		if l.odd {
			if side == "at most" {
				side = "above"
			} else {
				side = "below"
			}
			d.diags.Add(diag.Diag{Severity: diag.Warning, Code: diag.OddValue, Pos: pos, Hint: l.why,
				Msg: fmt.Sprintf("%g%s is %s %g%s", v, u, side, l.x, u)})
		} else {
			d.diags.ErrorHint(diag.BadValue, pos, l.why, "%g%s: must be %s %g%s", v, u, side, l.x, u)
		}
		return
	}
}

// scope says which names a string function may use.
type scope struct {
	vars   []string
	consts bool // the numbers of netParams too
	noRand bool
}

// In returns the number of a plain quantity in the unit want. A number that
// was written without a unit is one of want.
func (v Value) In(want string) (float64, error) {
	if v.Kind != Number {
		return 0, fmt.Errorf("not a number")
	}
	if v.Unit == "" || v.Unit == want {
		return v.Num, nil
	}
	from, err := unit.Parse(v.Unit)
	if err != nil {
		return 0, err
	}
	to, err := unit.Parse(want)
	if err != nil {
		return 0, err
	}
	x, err := unit.Convert(v.Num, from, to)
	if err != nil {
		return 0, fmt.Errorf("%q is not a unit like %s: give a quantity in %s", v.Unit, want, want)
	}
	return x, nil
}

// notUnits begin what follows a number in an expression.
var notUnits = map[string]bool{"if": true, "else": true, "and": true, "or": true, "not": true, "in": true, "is": true}

// splitQuantity splits "18 mV" into number and unit, and says whether the
// text looks like one at all ("2*x", "1 if x else 0" and "1/x" do not).
func splitQuantity(s string) (v float64, u string, ok bool) {
	v, u, err := unit.Quantity(s)
	if err != nil || u == "" {
		return 0, "", false
	}
	for i, r := range u {
		letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || strings.ContainsRune("µμΩ°%", r)
		if i == 0 && !letter || !letter && !strings.ContainsRune("0123456789 /^-.·²³⁻¹", r) {
			return 0, "", false
		}
	}
	if first, _, _ := strings.Cut(u, " "); notUnits[first] {
		return 0, "", false
	}
	return v, u, true
}

// quantityText reads a text with a unit; ok is false when it is none. The
// result is converted, or keeps its unit when only the mechanism knows.
func (d *decoder) quantityText(n *Node, q quantity) (v Value, ok bool) {
	x, text, ok := splitQuantity(n.Str)
	if !ok {
		return Value{}, false
	}
	v = Value{Kind: Number, Num: x, Pos: n.Pos}
	from, err := unit.Parse(text)
	if err != nil {
		hint := ""
		if q.unit != byMech {
			hint = "give " + wanted(q.unit)
		}
		d.diags.ErrorHint(diag.BadUnit, n.Pos, hint, "%q: %q is not a known unit", n.Str, text)
		return failed(n), true
	}
	if q.unit == byMech {
		v.Unit = text
		return v, true
	}
	to := unit.None
	if q.unit != "" {
		if to, err = unit.Parse(q.unit); err != nil {
			panic("BUG: the table of units holds " + q.unit)
		}
	}
	if v.Num, err = unit.Convert(x, from, to); err != nil {
		d.diags.ErrorHint(diag.BadUnit, n.Pos, "give "+wanted(q.unit), "%q: %s is not a unit like %s", n.Str, text, unitWord(q.unit))
		return failed(n), true
	}
	d.check(v.Num, n.Pos, q)
	return v, true
}

func wanted(u string) string {
	if u == "" {
		return "a plain number"
	}
	return "a quantity in " + u
}

func unitWord(u string) string {
	if u == "" {
		return "that of a plain number"
	}
	return u
}

// failed is what stands for a value that could not be read: it is given, so
// that nobody misses it, and no comparison holds for it.
func failed(n *Node) Value { return Value{Kind: Number, Num: math.NaN(), Pos: n.Pos} }

// value reads a number, a text with a unit, a string function (when s is not
// nil) or, down to that many levels, a list. Null is absent.
func (d *decoder) value(n *Node, q quantity, s *scope, lists int) Value {
	v := Value{Pos: n.Pos}
	switch n.Kind {
	case Null:
		return v
	case Num:
		v.Kind, v.Num = Number, n.Num
		d.check(n.Num, n.Pos, q)
		return v
	case Bool:
		if q.unit == byMech { // a flag of a mechanism
			v.Kind = Number
			if n.Bool {
				v.Num = 1
			}
			return v
		}
	case Str:
		if v, ok := d.quantityText(n, q); ok {
			return v
		}
		if lists > 0 && s != nil && strings.HasPrefix(strings.TrimSpace(n.Str), "[") {
			return d.listText(n, q, s)
		}
		return d.function(n, q, s)
	case Array:
		if lists > 0 {
			v.Kind = List
			for _, it := range n.Items {
				v.Items = append(v.Items, d.value(it, q, s, lists-1))
			}
			return v
		}
	}
	want := "a number"
	if q.unit != "" && q.unit != byMech {
		want += " (in " + q.unit + ")"
	}
	if s != nil {
		want += " or a string function"
	}
	if lists > 0 {
		want += " or a list"
	}
	d.diags.Errorf(diag.BadType, n.Pos, "expected %s, not %s", want, n.Kind)
	return failed(n)
}

// function reads a string function; one without variables and draws is the
// number that it computes.
func (d *decoder) function(n *Node, q quantity, s *scope) Value {
	v := Value{Pos: n.Pos}
	if s == nil {
		// a formula of numbers is still a number
		var quiet diag.List
		if e := expr.Parse(n.Str, n.Pos, &quiet); e != nil {
			if x, ok := e.Const(); ok {
				d.check(x, n.Pos, q)
				v.Kind, v.Num = Number, x
				return v
			}
		}
		want := "a number"
		if q.unit != "" && q.unit != byMech {
			want += " (in " + q.unit + ")"
		}
		d.diags.Errorf(diag.BadType, n.Pos, "expected %s, not the text %q", want, n.Str)
		return failed(n)
	}
	if e := expr.Parse(n.Str, n.Pos, d.diags); e != nil {
		return d.compiled(e, n, q, s)
	}
	return failed(n)
}

// listText reads a list in a string, "[100, 200, uniform(1, 2)]".
func (d *decoder) listText(n *Node, q quantity, s *scope) Value {
	v := Value{Kind: List, Pos: n.Pos}
	for _, e := range expr.ParseList(n.Str, n.Pos, d.diags) {
		v.Items = append(v.Items, d.compiled(e, n, q, s))
	}
	return v
}

// compiled checks the names of a function against its scope.
func (d *decoder) compiled(e *expr.Expr, n *Node, q quantity, s *scope) Value {
	v := Value{Pos: n.Pos}
	var more []string
	if s.consts {
		more = d.constNames
	}
	if !e.Check(s.vars, more, d.diags) {
		return failed(n)
	}
	if e.UsesRand() && s.noRand {
		d.diags.Errorf(diag.Unsupported, n.Pos, "random variates are not supported yet in %q: what stands here must be the same for all cells of a type", n.Str)
		return failed(n)
	}
	d.used(e)
	if x, ok := e.Const(); ok {
		d.check(x, n.Pos, q)
		v.Kind, v.Num = Number, x
		return v
	}
	v.Kind, v.Func = Function, e
	return v
}

// used notes the user's constants that a function reads.
func (d *decoder) used(e *expr.Expr) {
	for _, name := range e.Vars() {
		d.constUsed[name] = true
	}
}

// number reads one number into x.
func (d *decoder) number(n *Node, q quantity, x *float64) {
	if v := d.value(n, q, nil, 0); v.Kind == Number && !math.IsNaN(v.Num) {
		*x = v.Num
	}
}

// integer reads one whole number into x.
func (d *decoder) integer(n *Node, q quantity, x *int) {
	v := d.value(n, q, nil, 0)
	if v.Kind != Number || math.IsNaN(v.Num) {
		return
	}
	if v.Num != math.Trunc(v.Num) || math.Abs(v.Num) > 1<<53 {
		d.diags.Errorf(diag.BadValue, n.Pos, "expected a whole number, not %g", v.Num)
		return
	}
	*x = int(v.Num)
}

// boolean reads true or false; Python's 0 and 1 count.
func (d *decoder) boolean(n *Node, b *bool) {
	switch {
	case n.Kind == Bool:
		*b = n.Bool
	case n.Kind == Num && (n.Num == 0 || n.Num == 1):
		*b = n.Num == 1
	case n.Kind == Str:
		d.diags.ErrorHint(diag.BadType, n.Pos, "write true or false", "expected true or false, not the text %q", n.Str)
	default:
		d.diags.Errorf(diag.BadType, n.Pos, "expected true or false, not %s", n.Kind)
	}
}

// text reads a string.
func (d *decoder) text(n *Node, t *Text) {
	if n.Kind != Str {
		d.diags.Errorf(diag.BadType, n.Pos, "expected a string, not %s", n.Kind)
		return
	}
	*t = Text{S: n.Str, Pos: n.Pos}
}

// oneOf reads a string out of a few.
func (d *decoder) oneOf(n *Node, s *string, among ...string) {
	var t Text
	d.text(n, &t)
	if t.S == "" && n.Kind != Str {
		return
	}
	for _, a := range among {
		if strings.EqualFold(t.S, a) {
			*s = a
			return
		}
	}
	hint := suggest(t.S, among)
	if hint == "" {
		hint = "one of " + strings.Join(among, ", ")
	}
	d.diags.ErrorHint(diag.BadValue, n.Pos, hint, "%q is none of the possible values", t.S)
}

// texts reads a list of strings; a single string counts as one.
func (d *decoder) texts(n *Node) []Text {
	if n.Kind == Str {
		return []Text{{S: n.Str, Pos: n.Pos}}
	}
	if n.Kind != Array {
		d.diags.Errorf(diag.BadType, n.Pos, "expected a list of strings, not %s", n.Kind)
		return nil
	}
	var out []Text
	for _, it := range n.Items {
		var t Text
		d.text(it, &t)
		if it.Kind == Str {
			out = append(out, t)
		}
	}
	return out
}

// names reads a name or nested lists of names.
func (d *decoder) names(n *Node) Names {
	out := Names{Pos: n.Pos}
	switch n.Kind {
	case Null:
	case Str:
		out.One = n.Str
	case Array:
		out.IsList = true
		for _, it := range n.Items {
			out.Items = append(out.Items, d.names(it))
		}
	default:
		d.diags.Errorf(diag.BadType, n.Pos, "expected a name or a list of names, not %s", n.Kind)
	}
	return out
}

// numbers reads a list of numbers.
func (d *decoder) numbers(n *Node, q quantity) []float64 {
	if n.Kind != Array {
		d.diags.Errorf(diag.BadType, n.Pos, "expected a list of numbers, not %s", n.Kind)
		return nil
	}
	out := make([]float64, 0, len(n.Items))
	for _, it := range n.Items {
		x := math.NaN()
		d.number(it, q, &x)
		out = append(out, x)
	}
	return out
}

// exactly reads a list of so many numbers.
func (d *decoder) exactly(n *Node, q quantity, x []float64) bool {
	if n.Kind != Array || len(n.Items) != len(x) {
		what := n.Kind.String()
		if n.Kind == Array {
			what = fmt.Sprintf("%d", len(n.Items))
		}
		d.diags.Errorf(diag.BadType, n.Pos, "expected a list of %d numbers, not %s", len(x), what)
		return false
	}
	for i, it := range n.Items {
		d.number(it, q, &x[i])
	}
	return true
}

// interval reads [lo, hi].
func (d *decoder) interval(n *Node, q quantity, r *Range) {
	var x [2]float64
	if !d.exactly(n, q, x[:]) {
		return
	}
	*r = Range{Set: true, Lo: x[0], Hi: x[1], Pos: n.Pos}
	if x[0] > x[1] {
		d.diags.Errorf(diag.BadValue, n.Pos, "the range [%g, %g] is empty", x[0], x[1])
	}
}

// tag reads what conditions compare.
func (d *decoder) tag(n *Node) (Tag, bool) {
	t := Tag{Pos: n.Pos}
	switch n.Kind {
	case Str:
		t.S = n.Str
	case Num:
		t.N, t.IsNum = n.Num, true
	case Bool:
		t.IsNum = true
		if n.Bool {
			t.N = 1
		}
	default:
		return t, false
	}
	return t, true
}
