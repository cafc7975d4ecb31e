package swc

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/morph"
)

// Import cuts the points into sections as NEURON's Import3d does.
//
// Points are taken in order of id. A run of them makes a section, ended by a
// point that has not exactly one child, or whose child is not the next point,
// or is of another type; a section other than the first begins with a copy of
// its parent point. The soma bends these rules: consecutive soma points stay
// together across side branches; a soma of one point (or of three in a form
// that means a sphere) becomes a cylinder as long as wide, along x; branches
// on it take their first diameter from their own second point, and those that
// leave from its inside hang on a wire that is no part of them. Where a file
// breaks the assumptions behind the rules Import3d does strange things, such
// as joining a second root to the first section; they are done here too, and
// reported as repairs.
//
// Sections are numbered within their type and named soma_0, axon_0, dend_0,
// apic_0, … as NetPyNE names Import3d's soma[0], …; they stand in the order of
// their types' numbers. The lists are all, somatic, axonal, basal, apical, and
// dendritic_N or minus_Nset for the types that have no name.
//
// Import returns nil if list got an error. Every section has one CV and
// NEURON's default Ra and cm.
func (f *File) Import(list *diag.List) *morph.Morphology {
	im := &importer{exact: f.exact, p: append([]Point(nil), f.Points...), file: f.Name, list: list}
	im.index()
	im.markBranches()
	im.cut()
	im.dropEmpty()
	m := im.build()
	if !m.Check(list) {
		return nil
	}
	f.Said = im.said
	return m
}

const soma = 1 // the type of a soma's points

// eps is the tolerance of equality in HOC.
const eps = 1e-11

// run is a section in the making.
type run struct {
	id      int       // index of its first own point
	points  []int     // the parent's point (but for the first section), then its own
	d       []float64 // diameters of points [um]
	first   int       // 1 if the parent's point is a wire's end and no part of the section
	parent  *run
	parentX float64
	typ     int
	number  int // within the type
	place   int // in the morphology
	made    int // of all sections that were cut
}

type importer struct {
	p      []Point
	parent []int // index of each point's parent, -1 for roots
	file   string
	list   *diag.List
	exact
	said Printed

	ends     []float64 // a point ends its section unless this is 1
	somaKids []int     // soma points among a soma point's children
	proximal []bool    // the point's section hangs on its parent section's beginning
	threePt  bool      // the soma is three points that mean a sphere
	joinAs   []int     // the section that a point belongs to
	runs     []*run
}

// at is HOC's indexing, where -1 truncates to 0: a root's missing parent is
// read as the first point.
func at(i int) int { return max(i, 0) }

func (im *importer) pos(i int) diag.Pos { return diag.Pos{File: im.file, Line: im.p[i].Line} }

func (im *importer) repaired(i int, format string, args ...any) {
	im.list.Warnf(diag.Repaired, im.pos(i), format, args...)
}

func (im *importer) index() {
	byID := make(map[int]int, len(im.p))
	for i := range im.p {
		byID[im.p[i].ID] = i
	}
	im.parent = make([]int, len(im.p))
	var roots []Line
	for i := range im.p {
		if im.p[i].Parent < 0 {
			roots = append(roots, line("  root at line %d\n", im.p[i].Line))
		}
		im.parent[i] = -1
		if im.p[i].Parent >= 0 {
			im.parent[i] = byID[im.p[i].Parent]
		} else if i > 0 {
			im.repaired(i, "point %d is another root; it was joined to the first section, as in NEURON", im.p[i].ID)
		}
	}
	if len(roots) > 1 {
		im.said.input(Line{Before: "warning ", Name: FileName, After: ": more than one tree:\n"})
		im.said.input(roots...)
		im.said.Err = true
	}
}

// markBranches finds the points that end sections. The sums are Import3d's: a
// child counts 1, one that is not the next point .01 more, one of another
// type .01 more.
func (im *importer) markBranches() {
	n := len(im.p)
	im.ends, im.proximal, im.somaKids = make([]float64, n), make([]bool, n), make([]int, n)
	im.said.Err = im.said.Err || n > 1 && im.p[0].Type != im.p[1].Type
	for i := range im.p {
		p := im.parent[i]
		if p < 0 {
			continue
		}
		im.ends[p]++
		if p != i-1 {
			im.ends[p] += .01
			onWire := p > 1 && im.p[p].Type != soma && im.p[at(im.parent[p])].Type == soma
			onRoot := p == 0 && im.p[p].Type != soma
			if onWire || onRoot {
				im.proximal[i] = true
				im.ends[p] = 1
				im.said.Err = im.said.Err || onWire
			}
		}
		if im.p[p].Type != im.p[i].Type {
			im.ends[p] += .01
		}
	}
	somas := 0
	for i := range im.p {
		if im.p[i].Type != soma {
			continue
		}
		somas++
		if p := im.parent[i]; p >= 0 && im.p[p].Type == soma {
			im.somaKids[p]++
		}
	}
	if somas == 3 {
		im.threePointSoma()
	}
	for i := 0; i < n-1; i++ {
		if im.p[i].Type == soma && im.p[i+1].Type == soma && im.parent[i+1] == i && (i == 0 || im.somaKids[i] <= 1) {
			im.ends[i] = 1
		}
	}
}

// threePointSoma recognises NeuroMorpho's convention for a soma that is known
// by its size only: a point with two childless children of its own diameter,
// as far apart as the diameter.
func (im *importer) threePointSoma() {
	p := im.p
	if im.parent[1] != 0 || im.parent[2] != 0 || im.ends[1] != 0 || im.ends[2] != 0 {
		return
	}
	d := 2 * p[0].R
	if math.Abs(2*p[1].R-d) > eps || math.Abs(2*p[2].R-d) > eps {
		return
	}
	long := 0.0
	for _, q := range p[1:3] {
		dx, dy, dz := q.X-p[0].X, q.Y-p[0].Y, q.Z-p[0].Z
		long += math.Sqrt(float64(float64(dx*dx)+float64(dy*dy)) + float64(dz*dz))
	}
	if !(math.Abs(long/d-1) < .01) {
		return
	}
	im.threePt = true
	im.parent[2] = 1
	im.list.Notef(diag.Repaired, im.pos(0), "a soma of three points of one diameter was read as a sphere of that diameter")
}

// cut makes the sections.
func (im *importer) cut() {
	im.joinAs = make([]int, len(im.p))
	start := 0
	for i := range im.p {
		im.joinAs[i] = len(im.runs)
		if i == len(im.p)-1 || im.ends[i] != 1 {
			r := im.section(start, i+1)
			r.made = len(im.runs)
			im.runs = append(im.runs, r)
			start = i + 1
		}
	}
	im.said.Sections = len(im.runs)
}

// section makes the section of points from up to to.
func (im *importer) section(from, to int) *run {
	r := &run{id: from, typ: im.p[from].Type, parentX: 1}
	own := to
	if len(im.runs) == 0 {
		if im.threePt {
			own = from + 1
		}
	} else {
		im.attach(r, from, to)
		r.points = append(r.points, at(im.parent[from]))
	}
	for i := from; i < own; i++ {
		r.points = append(r.points, i)
		if i > from && im.parent[i] != i-1 {
			im.repaired(i, "point %d was joined to point %d, which is not its parent, as in NEURON (point %d is)", im.p[i].ID, im.p[i-1].ID, im.p[at(im.parent[i])].ID)
		}
	}
	for _, i := range r.points {
		r.d = append(r.d, im.p[i].R*2)
	}
	if r.parent != nil {
		if r.parent.typ == soma && r.typ != soma {
			r.d[0] = r.d[1]
		}
		if im.proximal[from] {
			r.parentX = 0
			im.repaired(from, "point %d leaves the first point of a section; it was joined to that section's beginning, as in NEURON", im.p[from].ID)
		}
	}
	return r
}

// attach says where section r, of points from up to to, leaves its parent.
func (im *importer) attach(r *run, from, to int) {
	p := im.parent[from]
	r.parent = im.runs[im.joinAs[at(p)]]
	several := to-from > 1
	onSoma := r.parent.typ == soma
	branch := onSoma && r.typ != soma
	if r.parent == im.runs[0] {
		switch {
		case branch && len(r.parent.d) == 1: // a sphere: from its centre, by a wire
			r.parentX = .5
			if several {
				r.first = 1
			}
			return
		case p == r.parent.id:
			r.parentX = 0
			if r.typ != soma && im.somaKids[p] > 1 {
				r.first = 1
			}
			return
		}
	}
	if !onSoma {
		return
	}
	last := r.parent.id + len(r.parent.d) - 2
	if r.parent.id == 0 {
		last++ // the first section has no parent's point
	}
	if p < last { // from inside the soma
		r.parentX = .5
		if branch && several {
			r.first = 1
		}
	} else if several && im.somaKids[at(p)] > 1 && r.typ != soma {
		r.first = 1
	}
}

// dropEmpty removes sections without length; their children move to their
// parents.
func (im *importer) dropEmpty() {
	gone := map[*run]bool{}
	for k := len(im.runs) - 1; k >= 0; k-- {
		if r := im.runs[k]; r.parent != nil && im.empty(r) {
			last := r.points[len(r.points)-1]
			im.repaired(last, "the section that ends with point %d has no length and was removed", im.p[last].ID)
			gone[r] = true
			var moved []int
			for _, q := range im.runs[k+1:] {
				if q.parent == r && !gone[q] {
					q.parent, q.parentX = r.parent, r.parentX
					moved = append(moved, q.made)
				}
			}
			im.said.removed(r.made, len(r.points)-r.first, im.p[r.id].Line, moved)
		}
	}
	im.runs = slices.DeleteFunc(im.runs, func(r *run) bool { return gone[r] })
}

// empty says whether a section's points all lie in one place. NEURON looks at
// sections of two points only, and gives longer ones a length of 1e-9 um and a
// diameter that is not a number.
func (im *importer) empty(r *run) bool {
	pts := r.points[r.first:]
	a := &im.p[pts[0]]
	for _, i := range pts[1:] {
		b := &im.p[i]
		if math.Abs(a.X-b.X) >= eps || math.Abs(a.Y-b.Y) >= eps || math.Abs(a.Z-b.Z) >= eps {
			return false
		}
	}
	return true
}

// BaseName is the name of the sections of a type.
func BaseName(typ int) string {
	switch {
	case typ == soma:
		return "soma"
	case typ == 2:
		return "axon"
	case typ == 3:
		return "dend"
	case typ == 4:
		return "apic"
	case typ < 0:
		return "minus_" + strconv.Itoa(-typ)
	}
	return "dend_" + strconv.Itoa(typ)
}

func sectionName(typ, number int) string { return BaseName(typ) + "_" + strconv.Itoa(number) }

// ListName is the name of the section list of a type.
func ListName(typ int) string {
	switch {
	case typ == soma:
		return "somatic"
	case typ == 2:
		return "axonal"
	case typ == 3:
		return "basal"
	case typ == 4:
		return "apical"
	case typ < 0:
		return "minus_" + strconv.Itoa(-typ) + "set"
	}
	return "dendritic_" + strconv.Itoa(typ)
}

func (im *importer) build() *morph.Morphology {
	count := map[int]int{}
	for _, r := range im.runs {
		r.number = count[r.typ]
		count[r.typ]++
	}
	created := slices.Clone(im.runs)
	slices.SortStableFunc(created, func(a, b *run) int { return cmp.Compare(a.typ, b.typ) })
	m := &morph.Morphology{}
	for i, r := range created {
		r.place = i
	}
	for _, r := range created {
		m.Sections = append(m.Sections, im.finish(r))
		im.said.Made = append(im.said.Made, r.made)
	}
	for _, r := range im.runs {
		if r.parent != nil {
			m.ConnectOrder = append(m.ConnectOrder, r.place)
		}
	}
	types := make([]int, len(created))
	for i, r := range created {
		types[i] = r.typ
	}
	m.Lists = lists(types)
	return m
}

// finish makes r a section of the morphology.
func (im *importer) finish(r *run) morph.Section {
	s := morph.Section{
		Name: sectionName(r.typ, r.number),
		Ra:   morph.DefaultRa, Cm: []float64{morph.DefaultCm}, NSeg: 1,
		Parent: -1, Pos: im.pos(r.id),
	}
	if r.parent != nil {
		s.Parent, s.ParentX = r.parent.place, r.parentX
	}
	if r.first == 1 {
		w := &im.p[r.points[0]]
		s.Wire = &morph.Offset{X: im.printed(w.X), Y: im.printed(w.Y), Z: im.printed(w.Z)}
	}
	for k := r.first; k < len(r.points); k++ {
		q := &im.p[r.points[k]]
		s.Points = append(s.Points, im.point(q.X, q.Y, q.Z, r.d[k]))
	}
	if len(s.Points) == 1 { // a sphere
		q, d := &im.p[r.points[0]], r.d[0]
		s.Points = im.sphere(q.X, q.Y, q.Z, d)
		im.list.Notef(diag.Repaired, im.pos(r.id), "a section of one point was read as a sphere: a cylinder along x as long as wide, %g um", d)
	}
	return s
}

// exact says that numbers are those of the file, and not what Import3d makes of
// them.
type exact bool

// sphere is a point of a diameter, as a cylinder along x.
func (e exact) sphere(x, y, z, d float64) []morph.Point {
	return []morph.Point{e.point(x-d/2, y, z, d), e.point(x, y, z, d), e.point(x+d/2, y, z, d)}
}

// point is a 3-D point as it reaches NEURON: through text of eight digits,
// then rounded to float32.
func (e exact) point(x, y, z, d float64) morph.Point {
	return morph.Point{X: e.printed(x), Y: e.printed(y), Z: e.printed(z), D: e.printed(d)}
}

func (e exact) printed(x float64) float64 {
	y, err := strconv.ParseFloat(strconv.FormatFloat(x, 'g', 8, 64), 64)
	if err != nil || bool(e) {
		return x // overflow: left to the morphology's check
	}
	return float64(float32(y))
}

// lists makes Import3d's section lists of sections of the given types. It
// fills a type's list right after creating the type's sections, with every
// section there is whose name has the type's name in it; so basal gets
// dend_0's sections (type 0) too.
func lists(created []int) []morph.List {
	all := morph.List{Name: "all"}
	for i := range created {
		all.Sections = append(all.Sections, i)
	}
	types := []int{soma, 2, 3, 4}
	for _, t := range created {
		if !slices.Contains(types, t) {
			types = append(types, t)
		}
	}
	out := []morph.List{all}
	for _, typ := range types {
		l := morph.List{Name: ListName(typ)}
		for i, t := range created {
			if t <= typ && strings.Contains(BaseName(t), BaseName(typ)) {
				l.Sections = append(l.Sections, i)
			}
		}
		out = append(out, l)
	}
	return out
}
