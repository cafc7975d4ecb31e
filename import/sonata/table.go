package sonata

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/rallsim/rall/internal/h5"
	"github.com/rallsim/rall/ir/diag"
)

// table is a population of nodes or edges: elements in rows, whose attributes
// stand in HDF5 groups or, for all of a type, in the CSV. HDF5 wins.
type table struct {
	r      *reader
	pos    diag.Pos // the file, and the group in it
	node   *h5.Node
	n      int
	csv    *csvTable
	row    []int // by element: row of its type in csv, -1 none
	group  []int // by element: into groups
	index  []int // by element: place in its group
	groups []*h5.Node
	used   map[string]bool // dynamics_params that somebody read
	first  int             // elements of the tables before
	rows   []int           // of a part of a table, by element: its row in the file; nil: it is whole
}

func (t *table) at(name string) diag.Pos {
	p := t.pos
	p.Path += "/" + name
	return p
}

func (t *table) errorf(name, format string, args ...any) {
	t.r.diags.Errorf(diag.BadValue, t.at(name), format, args...)
}

// newTable reads what nodes and edges have in common. The type ids say how
// many elements there are.
func (r *reader) newTable(pos diag.Pos, node *h5.Node, what string, csv *csvTable, population string) *table {
	t := &table{r: r, pos: pos, node: node, csv: csv, used: map[string]bool{}}
	typeIDs, ok := t.dataset(node, what+"_type_id", -1)
	if !ok {
		return nil
	}
	if typeIDs == nil {
		t.errorf(what+"_type_id", "the dataset is missing")
		return nil
	}
	t.n = len(typeIDs)
	rows := csv.types(what+"_type_id", population, r.diags)
	t.row = make([]int, t.n)
	for i, id := range typeIDs {
		k, ok := rows[id]
		if !ok {
			k = -1
			if csv != nil && id >= 0 {
				t.errorf(fmt.Sprintf("%s_type_id[%d]", what, i), "type %d is not in %s", id, csv.file)
				return nil
			}
		}
		t.row[i] = k
	}
	if !t.grouping(what) {
		return nil
	}
	return t
}

// dataset reads whole numbers; nil if there is no such dataset. n, if not
// negative, is how many there must be.
func (t *table) dataset(node *h5.Node, name string, n int) ([]int64, bool) {
	d := node.At(strings.Split(name, "/")...)
	if d == nil {
		return nil, true
	}
	if d.Value == nil {
		t.errorf(name, "a group where a dataset is expected")
		return nil, false
	}
	v, err := d.Value.Ints()
	if err != nil {
		t.errorf(name, "%v", err)
		return nil, false
	}
	if n >= 0 && len(v) != n {
		t.errorf(name, "%d values for %d elements", len(v), n)
		return nil, false
	}
	if v == nil {
		v = []int64{}
	}
	return v, true
}

func (t *table) grouping(what string) bool {
	number := map[int64]int{}
	for _, c := range t.node.Children {
		if k, err := strconv.ParseInt(c.Name, 10, 64); err == nil && c.Value == nil {
			number[k] = len(t.groups)
			t.groups = append(t.groups, c)
		}
	}
	ids, ok := t.dataset(t.node, what+"_group_id", t.n)
	index, ok2 := t.dataset(t.node, what+"_group_index", t.n)
	if !ok || !ok2 {
		return false
	}
	if len(t.groups) > 1 && (ids == nil || index == nil) {
		t.errorf(what+"_group_id", "needed, with %s_group_index, where there are several groups", what)
		return false
	}
	t.group, t.index = make([]int, t.n), make([]int, t.n)
	for i := range t.n {
		t.index[i] = i
		if index != nil {
			if index[i] < 0 || index[i] > math.MaxInt32 {
				t.errorf(fmt.Sprintf("%s_group_index[%d]", what, i), "%d is no row of a group", index[i])
				return false
			}
			t.index[i] = int(index[i])
		}
		if ids == nil {
			continue
		}
		g, ok := number[ids[i]]
		if !ok {
			if len(t.groups) == 0 && ids[i] == 0 {
				continue
			}
			t.errorf(fmt.Sprintf("%s_group_id[%d]", what, i), "there is no group %d", ids[i])
			return false
		}
		t.group[i] = g
	}
	return true
}

// column gathers one attribute over all groups and the CSV: read reads a
// group's dataset and returns its length, put places one element's value.
// It says whether the attribute is there at all.
func (t *table) column(name string, read func(g int, d *h5.Node) (int, error), put func(i, g, at int), cell func(i int, text string) error) bool {
	there := false
	length := make([]int, len(t.groups))
	for g, node := range t.groups {
		length[g] = -1
		d := node.At(strings.Split(name, "/")...)
		if d == nil || d.Value == nil {
			continue
		}
		n, err := read(g, d)
		if err != nil {
			t.errorf(node.Name+"/"+name, "%v", err)
			return false
		}
		length[g] = n
		there = true
	}
	col := t.csv.column(name)
	there = there || col >= 0
	if !there {
		return false
	}
	for i := range t.n {
		if g := t.group[i]; g < len(t.groups) && length[g] >= 0 {
			if t.index[i] >= length[g] {
				t.errorf(t.groups[g].Name+"/"+name, "%d values; element %d stands at %d", length[g], i, t.index[i])
				return false
			}
			put(i, g, t.index[i])
			continue
		}
		if col < 0 || t.row[i] < 0 {
			continue
		}
		if text := t.csv.rows[t.row[i]][col]; text != "" {
			if err := cell(i, text); err != nil {
				t.r.diags.Errorf(diag.BadValue, t.csv.pos(t.row[i]), "%s: %v", name, err)
				return false
			}
		}
	}
	return true
}

// floats reads a numeric attribute, NaN where it is not given; nil if it is
// given nowhere.
func (t *table) floats(name string) []float64 {
	out := make([]float64, t.n)
	for i := range out {
		out[i] = math.NaN()
	}
	data := make([][]float64, len(t.groups))
	ok := t.column(name,
		func(g int, d *h5.Node) (n int, err error) { data[g], err = d.Value.Floats(); return len(data[g]), err },
		func(i, g, at int) { out[i] = data[g][at] },
		func(i int, text string) (err error) {
			if out[i], err = strconv.ParseFloat(text, 64); err != nil {
				err = fmt.Errorf("%q is no number", text)
			}
			return err
		})
	if !ok {
		return nil
	}
	return out
}

// ints reads a whole-number attribute, none where it is not given; nil if it
// is given nowhere.
func (t *table) ints(name string, none int64) []int64 {
	out := make([]int64, t.n)
	for i := range out {
		out[i] = none
	}
	data := make([][]int64, len(t.groups))
	ok := t.column(name,
		func(g int, d *h5.Node) (n int, err error) { data[g], err = d.Value.Ints(); return len(data[g]), err },
		func(i, g, at int) { out[i] = data[g][at] },
		func(i int, text string) (err error) {
			if out[i], err = strconv.ParseInt(text, 10, 64); err != nil {
				err = fmt.Errorf("%q is no whole number", text)
			}
			return err
		})
	if !ok {
		return nil
	}
	return out
}

// strings reads an attribute of text, "" where it is not given; nil if it is
// given nowhere. Numbers index the group's @library.
func (t *table) strings(name string) []string {
	out := make([]string, t.n)
	data := make([][]string, len(t.groups))
	ok := t.column(name,
		func(g int, d *h5.Node) (int, error) {
			if d.Value.Kind == h5.String {
				s, err := d.Value.Strings()
				data[g] = s
				return len(s), err
			}
			lib := t.groups[g].At("@library", name)
			if lib == nil || lib.Value == nil {
				return 0, fmt.Errorf("expected text, found %s without an @library", d.Value.Kind)
			}
			words, err := lib.Value.Strings()
			if err != nil {
				return 0, err
			}
			index, err := d.Value.Ints()
			if err != nil {
				return 0, err
			}
			data[g] = make([]string, len(index))
			for i, k := range index {
				if k < 0 || int(k) >= len(words) {
					return 0, fmt.Errorf("element %d is %d, beyond the @library", i, k)
				}
				data[g][i] = words[k]
			}
			return len(index), nil
		},
		func(i, g, at int) { out[i] = data[g][at] },
		func(i int, text string) error { out[i] = text; return nil })
	if !ok {
		return nil
	}
	for i, s := range out {
		if s == "NULL" || s == "NONE" {
			out[i] = ""
		}
	}
	return out
}

// dynamics returns the names of all dynamics_params of the groups, in the
// order of the file, each once, with the first dataset of that name.
func (t *table) dynamics() (names []string, sets []*h5.Node) {
	seen := map[string]bool{}
	for _, g := range t.groups {
		d := g.Child("dynamics_params")
		if d == nil {
			continue
		}
		for _, c := range d.Children {
			if c.Value != nil && !seen[c.Name] {
				seen[c.Name] = true
				names, sets = append(names, c.Name), append(sets, c)
			}
		}
	}
	return names, sets
}

// refuse says of attributes that rall does not do yet that they are not
// supported, where one is given.
func (t *table) refuse(names ...string) {
	for _, name := range names {
		if s := t.csv.column(name); s >= 0 {
			for i := range t.csv.rows {
				if text := t.csv.rows[i][s]; text != "" {
					t.r.unsupported(t.csv.pos(i), "%s %q", name, text)
					break
				}
			}
		}
		for _, g := range t.groups {
			if g.Child(name) != nil {
				t.r.unsupported(t.at(g.Name+"/"+name), "%q", name)
			}
		}
	}
}

// readTables reads an HDF5 file, or lists what is in it, and the CSV that goes
// with it.
func (r *reader) readTables(c *config, v *value, h5Key, csvKey string, list bool) (path string, root *h5.Node, csv *csvTable, ok bool) {
	f := r.object(v, h5Key, csvKey, "populations")
	if f.v == nil {
		return "", nil, nil, false
	}
	path, ok = c.path(f.v.get(h5Key))
	if !ok {
		f.missing(h5Key)
		return "", nil, nil, false
	}
	root, err := r.readHDF5(path, h5.ReadOptions{ListOnly: list})
	if err != nil {
		r.diags.Errorf(diag.FileMissing, f.v.get(h5Key).pos, "%v", err)
		return "", nil, nil, false
	}
	if m, has := root.Attrs["magic"]; has {
		if x, err := m.Ints(); err != nil || len(x) != 1 || x[0] != 0x0A7A {
			r.diags.Errorf(diag.BadValue, diag.Pos{File: path}, "the root attribute magic is not SONATA's (0x0A7A)")
			return "", nil, nil, false
		}
	}
	if p, given := c.path(f.v.get(csvKey)); given {
		src := r.readFile(p, f.v.get(csvKey).pos)
		if src == nil {
			return "", nil, nil, false
		}
		if csv = parseCSV(p, src, r.diags); csv == nil {
			return "", nil, nil, false
		}
	}
	return path, root, csv, true
}

// listed returns the populations of a file that belong to the circuit, with
// their blocks in the config.
func (r *reader) listed(path string, v *value, top *h5.Node, what string) (nodes []*h5.Node, blocks []*value) {
	if top == nil || top.Value != nil {
		r.diags.Errorf(diag.BadValue, diag.Pos{File: path}, "no group /%s", what)
		return nil, nil
	}
	block := fields{v, r.diags}.want("populations", object)
	if block == nil {
		for _, c := range top.Children {
			if c.Value == nil {
				nodes, blocks = append(nodes, c), append(blocks, nil)
			}
		}
		return nodes, blocks
	}
	for _, m := range block.keys {
		c := top.Child(m.key)
		if c == nil || c.Value != nil {
			r.diags.Errorf(diag.UnknownName, m.val.pos, "%s has no population %q", path, m.key)
			continue
		}
		nodes, blocks = append(nodes, c), append(blocks, m.val)
	}
	return nodes, blocks
}
