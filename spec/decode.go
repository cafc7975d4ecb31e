package spec

import (
	"fmt"
	"strings"

	"github.com/rallsim/rall/ir/diag"
)

// class says what becomes of a key.
type class uint8

const (
	implemented   class = iota
	changesResult       // known, not implemented: an error unless at its default
	cosmetic            // known, concerns plots, printing or files only: a warning unless at its default
	silent              // known, has no effect here whatever its value
)

// key describes one key of an object of the spec: the tables of these are the
// vocabulary. read is nil for keys that are not implemented. def is the
// default as JSON, "" when there is none.
type key[T any] struct {
	name  string
	class class
	def   string
	unit  string
	form  string // what may be written, for the reference
	doc   string
	read  func(d *decoder, m *Member, t *T)
}

// keyInfo is a key without its reader, for the reference and for Set.
type keyInfo struct {
	name, def, unit, form, doc string
	class                      class
}

func infos[T any](keys []key[T]) []keyInfo {
	out := make([]keyInfo, len(keys))
	for i, k := range keys {
		out[i] = keyInfo{k.name, k.def, k.unit, k.form, k.doc, k.class}
	}
	return out
}

// decoder turns a tree into a Spec.
type decoder struct {
	diags        *diag.List
	isArtificial func(string) bool
	tree         *Node

	constNames []string        // what string functions may read of netParams
	constUsed  map[string]bool // and what they did read
	userConsts []*Member
	mapped     map[string]bool // simConfig keys that netParams.mapping reads
	cellVars   map[string][]string
}

// object checks the kind of n.
func (d *decoder) object(n *Node, what string) bool {
	if n == nil || n.Kind == Null {
		return false
	}
	if n.Kind != Object {
		d.diags.Errorf(diag.BadType, n.Pos, "%s must be an object, not %s", what, n.Kind)
		return false
	}
	return true
}

// each calls f for every labelled entry of a container.
func (d *decoder) each(n *Node, what string, f func(m *Member)) {
	if !d.object(n, what) {
		return
	}
	for _, m := range n.Keys {
		if m.Val.Kind != Object {
			d.diags.Errorf(diag.BadType, m.Val.Pos, "%q of %s must be an object, not %s", m.Key, what, m.Val.Kind)
			continue
		}
		f(m)
	}
}

// fill sets the defaults of a table.
func fill[T any](d *decoder, keys []key[T], t *T) {
	for _, k := range keys {
		if k.class != implemented || k.def == "" {
			continue
		}
		k.read(d, &Member{Key: k.name, Val: defaultNode(k.def)}, t)
	}
}

func defaultNode(json string) *Node {
	var l diag.List
	n := readJSON("default", []byte(json), &l)
	if n == nil {
		panic("BUG: a table holds a default that is not JSON: " + json)
	}
	return n
}

// fields reads the members of n by a table; what it does not hold goes to
// other, or is an error when that is nil. what names the object in messages.
func fields[T any](d *decoder, n *Node, what string, keys []key[T], t *T, other func(m *Member)) {
	if !d.object(n, what) {
		return
	}
	for _, m := range n.Keys {
		if !field(d, m, keys, t) {
			if other != nil {
				other(m)
			} else {
				d.unknown(m, what, infos(keys))
			}
		}
	}
}

// field reads m when the table holds its key.
func field[T any](d *decoder, m *Member, keys []key[T], t *T) bool {
	for i := range keys {
		k := &keys[i]
		if k.name != m.Key {
			continue
		}
		switch k.class {
		case implemented:
			if m.Val.Kind != Null {
				k.read(d, m, t)
			}
		case changesResult:
			if !isDefault(m.Val, k.def) {
				d.diags.Errorf(diag.Unsupported, m.Pos, "%s is not supported yet (%s)", k.name, k.doc)
			}
		case cosmetic:
			if !isDefault(m.Val, k.def) {
				d.diags.Warnf(diag.Ignored, m.Pos, "%s has no effect here (%s)", k.name, k.doc)
			}
		}
		return true
	}
	return false
}

// isDefault says whether n is the default, or empty as the default is.
func isDefault(n *Node, def string) bool {
	if n.Kind == Null {
		return true
	}
	if def == "" {
		return false
	}
	dn := defaultNode(def)
	return dn.same(n) || dn.isEmpty() && n.isEmpty()
}

// unknown reports a key that nothing reads.
func (d *decoder) unknown(m *Member, what string, keys []keyInfo) {
	var names []string
	for _, k := range keys {
		names = append(names, k.name)
	}
	hint := suggest(m.Key, names)
	if hint == "" {
		if len(names) <= 12 {
			hint = "the keys here are " + strings.Join(names, ", ")
		} else {
			hint = "the keys are listed in doc/spec.md"
		}
	}
	d.diags.ErrorHint(diag.UnknownKey, m.Pos, hint, "unknown key %q in %s", m.Key, what)
}

// suggest returns "did you mean …?" for the known name that name resembles.
func suggest(name string, known []string) string {
	if k := resembles(name, known); k != "" {
		return fmt.Sprintf("did you mean %q?", k)
	}
	return ""
}

// resembles returns the known name within two edits of name. Short names
// resemble each other by nature, so they must be closer.
func resembles(name string, known []string) string {
	most := 2
	switch n := len([]rune(name)); {
	case n < 3:
		most = 0 // but for the case of letters
	case n < 6:
		most = 1
	}
	return diag.Nearest(name, known, most)
}

// near returns the known key that a user's own name may have been meant for.
func near(name string, keys []keyInfo) string {
	var names []string
	for _, k := range keys {
		if k.name == name {
			return ""
		}
		names = append(names, k.name)
	}
	return resembles(name, names)
}

// param reads one parameter whose unit q says.
func (d *decoder) param(m *Member, q quantity, s *scope, lists int) Param {
	return Param{Name: m.Key, Key: m.Pos, Value: d.value(m.Val, q, s, lists)}
}

// params reads an object of parameters of one quantity.
func (d *decoder) params(n *Node, what string, q quantity, s *scope, lists int) []Param {
	if !d.object(n, what) {
		return nil
	}
	var out []Param
	for _, m := range n.Keys {
		p := d.param(m, q, s, lists)
		if p.IsSet() {
			out = append(out, p)
		}
	}
	return out
}

// coordKeys are the tags that conditions compare with a range.
var coordKeys = []string{"x", "y", "z", "xnorm", "ynorm", "znorm"}

func isCoord(key string) bool {
	for _, c := range coordKeys {
		if c == key {
			return true
		}
	}
	return false
}

func coordQuantity(key string) quantity {
	if len(key) == 1 {
		return um
	}
	return plain
}

// condStyle is where conditions stand: NetPyNE compares differently there.
type condStyle uint8

const (
	connConds condStyle = iota // lists are sets; coordinates are half-open ranges
	stimConds                  // the same, with cellList
	cellConds                  // lists of numbers are closed ranges, of any tag
)

func (d *decoder) conds(n *Node, what string, style condStyle) Conds {
	c := Conds{Pos: n.Pos}
	if !d.object(n, what) {
		return c
	}
	for _, m := range n.Keys {
		if m.Key == "cellList" && style == stimConds {
			d.cellList(m, &c)
			continue
		}
		if m.Val.Kind == Null {
			d.diags.Errorf(diag.BadType, m.Val.Pos, "a condition on %s needs a value", m.Key)
			continue
		}
		c.Items = append(c.Items, d.cond(m, style))
	}
	return c
}

func (d *decoder) cellList(m *Member, c *Conds) {
	if m.Val.Kind == Str && m.Val.Str == "all" {
		return
	}
	if m.Val.Kind != Array {
		d.diags.Errorf(diag.BadType, m.Val.Pos, "expected a list of indices or \"all\", not %s", m.Val.Kind)
		return
	}
	c.HasCellList = true
	for _, it := range m.Val.Items {
		i := -1
		d.integer(it, plain.with(atLeast(0)), &i)
		if i >= 0 {
			c.CellList = append(c.CellList, i)
		}
	}
}

func (d *decoder) cond(m *Member, style condStyle) Cond {
	c := Cond{Key: m.Key, KeyPos: m.Pos, Pos: m.Val.Pos}
	n := m.Val
	numeric := n.Kind == Array && len(n.Items) > 0 && n.Items[0].Kind == Num
	if isCoord(m.Key) && (style != cellConds || n.Kind == Array) ||
		style == cellConds && numeric && m.Key != "gid" {
		var r Range
		d.interval(n, coordQuantity(m.Key), &r)
		c.Range, c.Lo, c.Hi = true, r.Lo, r.Hi
		return c
	}
	if n.Kind != Array {
		t, ok := d.tag(n)
		if !ok {
			d.diags.Errorf(diag.BadType, n.Pos, "a condition compares with a string, a number or a list, not with %s", n.Kind)
		}
		c.In = []Tag{t}
		return c
	}
	for _, it := range n.Items {
		t, ok := d.tag(it)
		if !ok {
			d.diags.Errorf(diag.BadType, it.Pos, "a list in a condition holds strings or numbers, not %s", it.Kind)
			continue
		}
		c.In = append(c.In, t)
	}
	if len(n.Items) == 0 {
		d.diags.Warnf(diag.NoMatch, n.Pos, "an empty list of %s matches nothing", m.Key)
	}
	return c
}

// ruleName is how messages call the entry label of a container.
func ruleName(container, label string) string { return fmt.Sprintf("%s %q", container, label) }
