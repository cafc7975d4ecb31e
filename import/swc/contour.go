package swc

import (
	"fmt"
	"math"
	"slices"

	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/morph"
)

// Import makes sections of the parts as NEURON's Import3d does. A soma's
// outline becomes a row of 21 points along the outline's longest axis, as
// thick as the outline is wide there; several outlines that lie on one another
// become a row of circles, one each. Every tree hangs on the middle of the soma whose
// bounding box its first point lies in, else of the nearest, by a wire that
// is no part of it. Sections of one point, or of two at one place, are
// removed.
//
// It returns nil if list got an error.
func (f *Neurolucida) Import(list *diag.List) *morph.Morphology {
	g := &outlines{exact: f.exact, file: f.Name, list: list, notes: slices.Clone(f.notes)}
	g.said.input(f.lines)
	copies := make(map[*part]*part, len(f.parts))
	for i, p := range f.parts {
		q := *p
		q.made = i
		q.x, q.d = slices.Clone(p.x), slices.Clone(p.d)
		g.parts = append(g.parts, &q)
		copies[p] = &q
	}
	for _, p := range g.parts {
		p.parent = copies[p.parent] // nil of nil
	}
	g.said.Sections = len(g.parts)
	g.somata()
	if f.spine > 0 {
		g.said.input(line("%d spines\n", f.spine))
	}
	if g.said.Err {
		g.said.input(Line{Before: "\n", Name: FileName, After: " problems\n\n"})
		g.said.input(g.notes...)
	}
	g.dropEmpty()
	m := g.build()
	if m == nil || !m.Check(list) {
		return nil
	}
	f.Said = g.said
	return m
}

type outlines struct {
	exact
	file  string
	list  *diag.List
	parts []*part
	said  Printed
	notes []Line // which Import3d prints if a tree lies outside
}

func (g *outlines) pos(p *part) diag.Pos { return diag.Pos{File: g.file, Line: p.line} }

// somata brings outlines to the front, joins those that overlap, and hangs the
// trees on them.
func (g *outlines) somata() {
	slices.SortStableFunc(g.parts, func(a, b *part) int {
		switch {
		case a.contour && !b.contour:
			return -1
		case b.contour && !a.contour:
			return 1
		}
		return 0
	})
	var somas, roots []*part
	for _, p := range g.parts {
		switch {
		case p.contour:
			if n := len(somas); n > 0 && overlap(lastOf(somas[n-1]), p) {
				somas[n-1].stack = append(somas[n-1].stack, p)
				p.sub = true
				continue
			}
			somas = append(somas, p)
		case p.parent == nil:
			roots = append(roots, p)
		}
	}
	if len(somas) == 0 {
		return
	}
	for _, s := range somas {
		g.tellStack(s)
	}
	centres := make([][3]float64, len(somas))
	for i, s := range somas {
		x0, y0, x1, y1 := s.box()
		if len(s.stack) > 0 {
			centres[i] = s.stackCentre()
			for _, c := range s.stack {
				a0, b0, a1, b1 := c.box()
				x0, y0, x1, y1 = math.Min(x0, a0), math.Min(y0, b0), math.Max(x1, a1), math.Max(y1, b1)
			}
		} else {
			x0, y0, x1, y1 = x0-.5, y0-.5, x1+.5, y1+.5
			centres[i], _ = circle(s.x)
		}
		in := func(x, lo, hi float64) bool { return float32(x) >= float32(lo) && float32(x) <= float32(hi) }
		roots = slices.DeleteFunc(roots, func(p *part) bool {
			if !in(p.x[0][0], x0, x1) || !in(p.x[0][1], y0, y1) {
				return false
			}
			p.hang(s, centres[i])
			return true
		})
	}
	for _, p := range roots {
		best, dmin := 0, 1e9
		for k, c := range centres {
			if d := distance(p.x[0], c); d < dmin {
				best, dmin = k, d
			}
		}
		g.list.Warnf(diag.Repaired, g.pos(p), "a tree that begins outside of every soma was joined to the middle of the nearest, as in NEURON")
		g.said.Err = true
		g.notes = append(g.notes, line("\nMain branch starting at line %d is outside the soma bounding boxes\n", p.read),
			line("  Making a logical connection to center of nearest soma\n"))
		p.hang(somas[best], centres[best])
	}
}

// tellStack says what Import3d says of a soma of several outlines.
func (g *outlines) tellStack(s *part) {
	if len(s.stack) == 0 {
		return
	}
	if odd := oddStack(s); odd != nil {
		g.notes = append(g.notes, odd...)
	}
	l := line("somastack_process %d\n", len(s.stack)+1)
	l.Always = true
	stack := append([]*part{s}, s.stack...)
	for _, c := range stack { // it looks at three points of each
		l.Stack = append(l.Stack, c.x[:3]...)
	}
	g.said.input(l)
	g.said.Create = append(g.said.Create, line("stk_triang_area = %.6g\n", stackArea(stack)))
}

// oddStack says what is wrong with a stack: outlines should each have one z, and
// follow one another upwards or downwards.
func oddStack(s *part) []Line {
	about := func(before, after string, more ...string) []Line {
		out := []Line{{Before: before, Name: Name(s.made), After: after + "\n"}}
		for _, m := range more {
			out = append(out, line("    %s\n", m))
		}
		return out
	}
	level := func(p *part) bool {
		return !slices.ContainsFunc(p.x, func(x [3]float64) bool { return math.Abs(x[2]-p.x[0][2]) > eps })
	}
	const area = "Soma area calculation may be serious in error."
	if !level(s) {
		return about("Soma stack contour ", " does not have constant z value.", area)
	}
	z, up := s.x[0][2], 0
	for j, c := range s.stack {
		step := 1
		switch dz := c.x[0][2] - z; {
		case math.Abs(dz) <= eps:
			return about(fmt.Sprintf("Adjacent contour %d of soma stack ", j), " has same z coordinate and previous.")
		case dz < 0:
			step = -1
		}
		if up != 0 && up != step {
			return about(fmt.Sprintf("Contour %d of the Soma stack ", j), " is not monotonic in z.",
				"Manually edit the neurolucida file and reorder or eliminate some contours.", "Presently the soma surface is nonsense.")
		}
		up, z = step, c.x[0][2]
		if !level(c) {
			return about(fmt.Sprintf("contour %d of the Soma stack ", j), " does not have constant z value.", area)
		}
	}
	return nil
}

func lastOf(s *part) *part {
	if n := len(s.stack); n > 0 {
		return s.stack[n-1]
	}
	return s
}

// hang joins a tree to a soma's centre by a wire.
func (p *part) hang(s *part, at [3]float64) {
	p.parent, p.parentX, p.first = s, .5, 1
	p.x = append([][3]float64{at}, p.x...)
	p.d = append([]float64{.01}, p.d...)
}

func (p *part) box() (x0, y0, x1, y1 float64) {
	x0, y0, x1, y1 = p.x[0][0], p.x[0][1], p.x[0][0], p.x[0][1]
	for _, q := range p.x {
		x0, y0, x1, y1 = math.Min(x0, q[0]), math.Min(y0, q[1]), math.Max(x1, q[0]), math.Max(y1, q[1])
	}
	return x0, y0, x1, y1
}

// overlap says whether the boxes of two outlines meet in the xy plane.
func overlap(a, b *part) bool {
	ax0, ay0, ax1, ay1 := a.box()
	bx0, by0, bx1, by1 := b.box()
	return ax0 <= bx1 && bx0 <= ax1 && ay0 <= by1 && by0 <= ay1
}

func norm(x, y, z float64) float64 {
	return math.Sqrt(float64(float64(x*x)+float64(y*y)) + float64(z*z))
}

func distance(a, b [3]float64) float64 { return norm(a[0]-b[0], a[1]-b[1], a[2]-b[2]) }

// samples is how many points stand for an outline when it is measured.
const samples = 101

// circle returns the centre of an outline, the mean of points that are evenly
// spaced along it, and those points. The way along it is measured in the xy
// plane.
func circle(x [][3]float64) (centre [3]float64, even [3][]float64) {
	n := len(x)
	along := make([]float64, n)
	for i := 1; i < n; i++ {
		along[i] = along[i-1] + norm(x[i][0]-x[i-1][0], x[i][1]-x[i-1][1], 0)
	}
	step := along[n-1] / (samples - 1)
	at := make([]float64, samples)
	for i := range at {
		at[i] = float64(float64(i) * step)
	}
	for k := range 3 {
		y := make([]float64, n)
		for i := range y {
			y[i] = x[i][k]
		}
		even[k] = interpolate(at, along, y)
		sum := 0.0
		for _, v := range even[k] {
			sum += v
		}
		centre[k] = sum / samples
	}
	return centre, even
}

// interpolate returns values at the ascending places x of the function that is
// y at the places src, constant before and behind them.
func interpolate(x, src, y []float64) []float64 {
	out := make([]float64, len(x))
	i := 0
	for ; i < len(x) && x[i] <= src[0]; i++ {
		out[i] = y[0]
	}
	for k := 1; k < len(src) && i < len(x); k++ {
		if src[k] <= src[k-1] {
			continue
		}
		for ; i < len(x) && x[i] <= src[k]; i++ {
			t := (x[i] - src[k-1]) / (src[k] - src[k-1])
			out[i] = float64((1-t)*y[k-1]) + float64(t*y[k])
		}
	}
	for ; i < len(x); i++ {
		out[i] = y[len(src)-1]
	}
	return out
}

// stackCentre is the middle of the line through the centres of a stack of
// outlines.
func (p *part) stackCentre() [3]float64 {
	c, _ := circle(p.x)
	centres := [][3]float64{c}
	along := []float64{0}
	for _, q := range p.stack {
		c, _ := circle(q.x)
		along = append(along, along[len(along)-1]+distance(c, centres[len(centres)-1]))
		centres = append(centres, c)
	}
	half := along[len(along)-1] / 2
	if math.Abs(half) <= eps {
		return centres[0]
	}
	k := slices.IndexFunc(along, func(a float64) bool { return a > half+eps })
	t := (half - along[k-1]) / (along[k] - along[k-1])
	for i := range c {
		c[i] = float64(t*centres[k][i]) + float64((1-t)*centres[k-1][i])
	}
	return c
}

// asCircle approximates an outline by a circle: its centre, and the mean of two
// diameters, one of the same length around, one of the points' mean distance.
func (p *part) asCircle() (centre [3]float64, diam float64) {
	around := 0.0
	for i := range p.x {
		around += distance(p.x[i], p.x[(i+1)%len(p.x)])
	}
	centre, even := circle(p.x)
	sum := 0.0
	for i := range even[0] {
		sum += norm(even[0][i]-centre[0], even[1][i]-centre[1], even[2][i]-centre[2])
	}
	return centre, sum/samples + around/(2*math.Pi)
}

// solid returns the points of a soma's section.
func (g *outlines) solid(p *part) (x [][3]float64, d []float64) {
	if len(p.stack) > 0 {
		for _, q := range append([]*part{p}, p.stack...) {
			c, diam := q.asCircle()
			x, d = append(x, c), append(d, diam)
		}
		return x, d
	}
	mean, even := circle(p.x)
	for k := range 3 {
		for i := range even[k] {
			even[k][i] -= mean[k]
		}
	}
	major, minor, ok := axes(even)
	if !ok {
		g.list.Errorf(diag.BadTree, g.pos(p), "the outline of a soma is a line")
		return nil, nil
	}
	along, across := make([]float64, samples), make([]float64, samples)
	for i := range along {
		pt := [3]float64{even[0][i], even[1][i], even[2][i]}
		along[i], across[i] = dot(pt, major), dot(pt, minor)
	}
	turn(along, across)
	low := extreme(along, func(a, b float64) bool { return a < b })
	d1, r1 := slices.Clone(along[:low]), slices.Clone(across[:low])
	slices.Reverse(d1)
	slices.Reverse(r1)
	d2, r2 := slices.Clone(along[low:]), slices.Clone(across[low:])
	d1, r1 = ascending(d1, r1)
	d2, r2 = ascending(d2, r2)
	if len(d1) < 1 || len(d2) < 1 || len(d1)+len(d2) < 4 {
		g.list.Errorf(diag.BadTree, g.pos(p), "the outline of a soma has no inside")
		return nil, nil
	}
	all := slices.Sorted(slices.Values(append(slices.Clone(d1), d2...)))
	from, to := all[1], all[len(all)-2]
	step := (to - from) / 20
	n := int(math.Floor((to-from)/step+1e-11)) + 1
	if !(step > 0) || n < 2 {
		g.list.Errorf(diag.BadTree, g.pos(p), "the outline of a soma has no inside")
		return nil, nil
	}
	at := make([]float64, n)
	for i := range at {
		at[i] = float64(float64(i)*step) + from
	}
	w1, w2 := interpolate(at, d1, r1), interpolate(at, d2, r2)
	for i := range at {
		var q [3]float64
		for k := range q {
			q[k] = float64(major[k]*at[i]) + mean[k]
		}
		x, d = append(x, q), append(d, math.Abs(w1[i]-w2[i]))
	}
	d[0] = (d[0] + d[1]) / 2 // no ends of diameter 0
	d[n-1] = (d[n-1] + d[n-2]) / 2
	return x, d
}

func dot(a, b [3]float64) float64 {
	return float64(float64(a[0]*b[0])+float64(a[1]*b[1])) + float64(a[2]*b[2])
}

// extreme returns the place of the first value that is better than all before
// it and not worse than any.
func extreme(x []float64, better func(a, b float64) bool) int {
	k := 0
	for i := range x {
		if better(x[i], x[k]) {
			k = i
		}
	}
	return k
}

// turn rotates the points so that the one farthest along is the first.
func turn(along, across []float64) {
	k := extreme(along, func(a, b float64) bool { return a > b })
	copy(along, append(slices.Clone(along[k:]), along[:k]...))
	copy(across, append(slices.Clone(across[k:]), across[:k]...))
}

// ascending drops points until the first values ascend.
func ascending(d, r []float64) ([]float64, []float64) {
	for j := len(d) - 1; j > 0; j-- {
		if d[j] <= d[j-1]+eps {
			d, r = slices.Delete(d, j, j+1), slices.Delete(r, j, j+1)
			if j != len(d) {
				j++
			}
		}
	}
	return d, r
}

// axes returns the longest axis of a cloud of points around the origin, and
// the direction across it in the xy plane; not ok if there is none.
func axes(x [3][]float64) (major, minor [3]float64, ok bool) {
	var m [3][3]float64
	for i := range 3 {
		for j := i; j < 3; j++ {
			s := 0.0
			for k := range x[i] {
				s += float64(x[i][k] * x[j][k])
			}
			m[i][j], m[j][i] = s, s
		}
	}
	values, vectors := eigen(m)
	hi := extreme(values[:], func(a, b float64) bool { return a > b })
	lo := extreme(values[:], func(a, b float64) bool { return a < b })
	if hi == lo {
		return major, minor, false
	}
	for k := range 3 {
		major[k], minor[k] = vectors[k][hi], vectors[k][3-lo-hi]
	}
	size := []float64{math.Abs(major[0]), math.Abs(major[1]), math.Abs(major[2])}
	if major[extreme(size, func(a, b float64) bool { return a > b })] < 0 {
		for k := range major {
			major[k] = -major[k]
		}
	}
	minor[2] = 0
	length := math.Sqrt(dot(minor, minor))
	if length/(math.Sqrt(dot(major, major))+1e-100) < 1e-6 {
		return major, minor, false
	}
	for k := range minor {
		minor[k] /= length
	}
	return major, minor, true
}

// eigen returns the eigenvalues of a symmetric matrix, and its eigenvectors as
// columns, by Jacobi's rotations.
func eigen(a [3][3]float64) (values [3]float64, v [3][3]float64) {
	for i := range v {
		v[i][i] = 1
	}
	for range 60 {
		off := math.Abs(a[0][1]) + math.Abs(a[0][2]) + math.Abs(a[1][2])
		if off <= 1e-300 || off <= 1e-18*(math.Abs(a[0][0])+math.Abs(a[1][1])+math.Abs(a[2][2])) {
			break
		}
		for p := range 2 {
			for q := p + 1; q < 3; q++ {
				rotate(&a, &v, p, q)
			}
		}
	}
	return [3]float64{a[0][0], a[1][1], a[2][2]}, v
}

// rotate makes a[p][q] zero.
func rotate(a, v *[3][3]float64, p, q int) {
	if a[p][q] == 0 {
		return
	}
	th := (a[q][q] - a[p][p]) / (2 * a[p][q])
	t := 1 / (math.Abs(th) + math.Sqrt(float64(th*th)+1))
	if th < 0 {
		t = -t
	}
	c := 1 / math.Sqrt(float64(t*t)+1)
	s := float64(t * c)
	apq := a[p][q]
	a[p][p] -= float64(t * apq)
	a[q][q] += float64(t * apq)
	a[p][q], a[q][p] = 0, 0
	r := 3 - p - q
	arp, arq := a[r][p], a[r][q]
	a[r][p] = float64(c*arp) - float64(s*arq)
	a[p][r] = a[r][p]
	a[r][q] = float64(s*arp) + float64(c*arq)
	a[q][r] = a[r][q]
	for k := range 3 {
		vp, vq := v[k][p], v[k][q]
		v[k][p] = float64(c*vp) - float64(s*vq)
		v[k][q] = float64(s*vp) + float64(c*vq)
	}
}

// dropEmpty removes pieces of trees without length; what hangs on them moves to
// their parents.
func (g *outlines) dropEmpty() {
	for i := len(g.parts) - 1; i >= 0; i-- {
		p := g.parts[i]
		if p.parent == nil {
			continue
		}
		own := p.x[p.first:]
		same := len(own) == 2
		for k := range 3 {
			same = same && math.Abs(own[0][k]-own[len(own)-1][k]) < eps
		}
		if len(own) > 1 && !same {
			continue
		}
		g.list.Warnf(diag.Repaired, g.pos(p), "a branch of %d points that has no length was removed", len(own))
		g.parts = slices.Delete(g.parts, i, i+1)
		var moved []int
		for _, q := range g.parts[i:] {
			if q.parent == p {
				q.parent, q.parentX = p.parent, p.parentX
				moved = append(moved, q.made)
			}
		}
		g.said.removed(p.made, len(own), p.read, moved)
	}
}

// build makes the morphology.
func (g *outlines) build() *morph.Morphology {
	g.parts = slices.DeleteFunc(g.parts, func(p *part) bool { return p.sub })
	count := map[int]int{}
	for _, p := range g.parts {
		p.number = count[p.typ]
		count[p.typ]++
	}
	created := slices.Clone(g.parts)
	slices.SortStableFunc(created, func(a, b *part) int { return a.typ - b.typ })
	m := &morph.Morphology{}
	types := make([]int, len(created))
	for i, p := range created {
		p.place = i
		types[i] = p.typ
	}
	for _, p := range created {
		s := morph.Section{Name: sectionName(p.typ, p.number), Ra: morph.DefaultRa, Cm: []float64{morph.DefaultCm}, NSeg: 1, Parent: -1, Pos: g.pos(p)}
		if p.parent != nil {
			s.Parent, s.ParentX = p.parent.place, p.parentX
		}
		x, d := p.x[p.first:], p.d[p.first:]
		if p.first == 1 {
			s.Wire = &morph.Offset{X: g.printed(p.x[0][0]), Y: g.printed(p.x[0][1]), Z: g.printed(p.x[0][2])}
		}
		if p.contour {
			if x, d = g.solid(p); x == nil {
				return nil
			}
		}
		if len(x) == 1 {
			s.Points = g.sphere(x[0][0], x[0][1], x[0][2], d[0])
		} else {
			for i := range x {
				s.Points = append(s.Points, g.point(x[i][0], x[i][1], x[i][2], d[i]))
			}
		}
		m.Sections = append(m.Sections, s)
		g.said.Made = append(g.said.Made, p.made)
	}
	for _, p := range g.parts {
		if p.parent != nil {
			m.ConnectOrder = append(m.ConnectOrder, p.place)
		}
	}
	m.Lists = lists(types)
	return m
}
