// Package swc reads reconstructed morphologies: SWC, lines of id, type, x, y,
// z, radius and parent id with # comments; Neurolucida's ASC; and Blue Brain's
// HDF5.
//
// In: the text of a file. Out: a morph.Morphology whose sections, names,
// points and section lists are those of NEURON's Import3d (see import3d.go for
// its rules), or located errors. Next: spec/build and the façade, which choose
// nseg and paint mechanisms on the sections.
package swc

import (
	"bytes"
	"math"
	"path/filepath"
	"sort"
	"strconv"
	"strings"

	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/morph"
)

// Point is one line of a file. Ids may have gaps; Parent is -1 for a root
// (the format's negative parent). Places and radii are float32 numbers, since
// that is how NEURON reads them, unless they are to be exact.
type Point struct {
	ID, Type int
	X, Y, Z  float64 // [um]
	R        float64 // radius [um]
	Parent   int
	Line     int // from 1
}

// File is the checked content of an SWC file: points in ascending id, each
// parent before its children.
type File struct {
	Name   string
	Points []Point
	Said   Printed // by Import
	exact
}

// maxErrors is how many errors are listed before reading stops.
const maxErrors = 20

// Import reads a file called name, by the end of its name: Neurolucida's .asc,
// Blue Brain's .h5, and SWC otherwise; and imports it, with numbers as Import3d
// rounds them or exactly those of the file. It returns nil if list got an error.
func Import(name string, text []byte, exactly bool, list *diag.List) *morph.Morphology {
	var n *Neurolucida
	switch strings.ToLower(filepath.Ext(name)) {
	case ".asc":
		n = ParseASC(name, text, list)
	case ".h5":
		n = ParseH5(name, text, list)
	default:
		if f := parse(name, text, exact(exactly), list); f != nil {
			return f.Import(list)
		}
		return nil
	}
	if n == nil {
		return nil
	}
	n.exact = exact(exactly)
	return n.Import(list)
}

// Parse reads the text of a file called name. It returns nil if list got an
// error.
func Parse(name string, text []byte, list *diag.List) *File {
	return parse(name, text, false, list)
}

func parse(name string, text []byte, e exact, list *diag.List) *File {
	r := reader{file: &File{Name: name, exact: e}, list: list}
	text = bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))
	eol := []byte{'\n'}
	if !bytes.Contains(text, eol) {
		eol[0] = '\r' // old Macintosh files; NEURON would see one line
	}
	for rest, line := text, 1; len(rest) > 0 && !r.full(); line++ {
		var cur []byte
		cur, rest, _ = bytes.Cut(rest, eol)
		r.line(bytes.TrimSuffix(cur, []byte{'\r'}), line, len(rest) == 0 && !bytes.HasSuffix(text, eol))
	}
	if !r.failed() && len(r.file.Points) == 0 {
		r.errors++
		list.ErrorHint(diag.Syntax, diag.Pos{File: name}, "expected lines of id, type, x, y, z, radius, parent id", "no points")
	}
	if !r.failed() {
		r.tree()
	}
	if r.failed() {
		return nil
	}
	return r.file
}

type reader struct {
	file   *File
	list   *diag.List
	errors int  // found in the text
	thin   bool // a radius of 0 was told of
}

func (r *reader) failed() bool { return r.errors > 0 }
func (r *reader) full() bool   { return r.errors >= maxErrors }

func (r *reader) at(line, col int) diag.Pos {
	return diag.Pos{File: r.file.Name, Line: line, Col: col}
}

// columns are the seven fields of a line; more are left alone.
var columns = [...]string{"id", "type", "x", "y", "z", "radius", "parent id"}

func (r *reader) line(s []byte, line int, last bool) {
	var v [len(columns)]float64
	var cols [len(columns)]int
	n, i := 0, 0
	for n < len(columns) {
		for i < len(s) && blank(s[i]) {
			i++
		}
		if i == len(s) || (n == 0 && s[i] == '#') {
			break
		}
		start := i
		for i < len(s) && !blank(s[i]) {
			i++
		}
		field := string(s[start:i])
		bits := 32
		if n == 0 || n == 1 || n == 6 || bool(r.file.exact) {
			bits = 64
		}
		x, ok := number(field, bits)
		if !ok {
			if len(field) > 30 {
				field = field[:30] + "…"
			}
			r.bad(line, start+1, s, diag.Syntax, "a number", "%s is %q", columns[n], field)
			return
		}
		v[n], cols[n] = x, start+1
		n++
	}
	switch {
	case n == 0:
		return // blank, or a comment
	case n < len(columns):
		hint := "id, type, x, y, z, radius, parent id"
		if last {
			hint += "; the file seems to be cut off here"
		}
		r.bad(line, len(s)+1, s, diag.Syntax, hint, "%d of 7 fields", n)
		return
	}
	p := Point{X: v[2], Y: v[3], Z: v[4], R: v[5], Line: line}
	to := [len(columns)]*int{0: &p.ID, 1: &p.Type, 6: &p.Parent}
	for k := range to {
		if to[k] == nil {
			continue
		}
		if v[k] != math.Trunc(v[k]) || math.Abs(v[k]) > 1<<40 {
			r.bad(line, cols[k], s, diag.BadValue, "a whole number", "%s is %g", columns[k], v[k])
			return
		}
		*to[k] = int(v[k])
	}
	if p.ID < 0 {
		r.bad(line, cols[0], s, diag.BadValue, "0 or more", "id is %d", p.ID)
	}
	if p.R < 0 {
		r.bad(line, cols[5], s, diag.BadValue, "0 um or more", "radius is %g", p.R)
	}
	if p.R == 0 && !r.thin {
		r.thin = true
		r.list.Add(diag.Diag{Severity: diag.Warning, Code: diag.OddValue, Pos: diag.Pos{File: r.file.Name, Line: line, Col: cols[5]}, Source: string(s),
			Hint: "a cable cannot conduct there: give the point the radius of its neighbours", Msg: "radius is 0"})
	}
	p.Parent = max(p.Parent, -1)
	r.file.Points = append(r.file.Points, p)
}

func (r *reader) bad(line, col int, src []byte, code diag.Code, want, format string, args ...any) {
	if len(src) > 200 {
		src = src[:200]
	}
	var l diag.List
	l.Errorf(code, r.at(line, col), format, args...)
	d := l.All()[0]
	d.Hint, d.Source = "expected "+want, string(src)
	r.errors++
	r.list.Add(d)
}

func blank(c byte) bool { return c == ' ' || c == '\t' || c == '\v' || c == '\f' || c == '\r' }

// number reads a decimal number; strconv alone would take 0x1p3, 1_000, inf
// and nan as well.
func number(s string, bits int) (float64, bool) {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c >= '0' && c <= '9', c == '+', c == '-', c == '.', c == 'e', c == 'E':
		default:
			return 0, false
		}
	}
	x, err := strconv.ParseFloat(s, bits)
	return x, err == nil
}

// tree sorts the points by id and checks that every point but the roots has a
// parent with a smaller id, which makes them trees.
func (r *reader) tree() {
	p := r.file.Points
	if !sort.SliceIsSorted(p, func(i, j int) bool { return p[i].ID < p[j].ID }) {
		sort.SliceStable(p, func(i, j int) bool { return p[i].ID < p[j].ID })
		r.list.Warnf(diag.Repaired, diag.Pos{File: r.file.Name}, "ids do not ascend; the lines were sorted by id (NEURON cannot import such a file)")
	}
	byID := make(map[int]int, len(p))
	for i := range p {
		if j, twice := byID[p[i].ID]; twice && !r.full() {
			r.errors++
			r.list.Errorf(diag.Duplicate, r.at(p[i].Line, 1), "id %d is there already, in line %d", p[i].ID, p[j].Line)
			continue
		}
		byID[p[i].ID] = i
	}
	for i := range p {
		q := &p[i]
		if q.Parent < 0 || r.full() {
			continue
		}
		if _, ok := byID[q.Parent]; !ok {
			r.errors++
			r.list.Errorf(diag.BadTree, r.at(q.Line, 1), "point %d has parent %d, but there is no such point", q.ID, q.Parent)
		} else if q.Parent >= q.ID {
			r.errors++
			if n := cycle(p, byID, i); n > 0 {
				r.list.ErrorHint(diag.BadTree, r.at(q.Line, 1), "one of them needs parent -1, or another one", "point %d is its own ancestor, through a cycle of %d points", q.ID, n)
			} else {
				r.list.ErrorHint(diag.BadTree, r.at(q.Line, 1), "renumber the points so that parents come first", "point %d has the larger parent %d", q.ID, q.Parent)
			}
		}
	}
}

// cycle returns how many points lie on the cycle through point i, 0 if i is
// on none.
func cycle(p []Point, byID map[int]int, i int) int {
	j, n := i, 0
	for n <= len(p) && p[j].Parent >= 0 {
		k, ok := byID[p[j].Parent]
		if !ok {
			return 0
		}
		j = k
		n++
		if j == i {
			return n
		}
	}
	return 0
}
