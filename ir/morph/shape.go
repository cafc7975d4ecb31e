package morph

import (
	"math"

	"github.com/rallsim/rall/runtime/vec"
)

// Shape is where the sections lie: the 3-D points as given, and for sections
// without points those that NEURON's define_shape invents from the tree.
type Shape struct {
	secs   [][]Pt
	length []float64 // [um]
	origin int
}

// Shape places every section. Sections without points are drawn as NEURON's
// define_shape draws them: straight on from their parent in the xy plane,
// fanned out where several leave one place. With snap, sections that have
// points are moved to where they join their parents, as define_shape does
// too; without, they stay where they are, which is what NEURON has (and
// NetPyNE's distances use) as long as nobody calls define_shape.
func (g *Geometry) Shape(snap bool) *Shape {
	m := g.m
	sh := &Shape{secs: make([][]Pt, len(m.Sections)), length: make([]float64, len(m.Sections)), origin: m.Origin()}
	nth, twins := g.fans()
	for rank, i := range g.Order {
		s := &m.Sections[i]
		sh.length[i] = g.Sections[i].L
		x, y, z, dirX, dirY := sh.joint(g, i, rank)
		if len(s.Points) > 0 {
			sh.secs[i] = s.rounded(g.at)
			if snap && s.Parent >= 0 {
				p := sh.secs[i]
				x0, y0, z0 := p[0].X, p[0].Y, p[0].Z
				if w := s.Wire; w != nil {
					x0, y0, z0 = float32(g.at.X+w.X), float32(g.at.Y+w.Y), float32(g.at.Z+w.Z)
				}
				dx, dy, dz := x-x0, y-y0, z-z0
				for k := range p {
					p[k].X, p[k].Y, p[k].Z = p[k].X+dx, p[k].Y+dy, p[k].Z+dz
				}
			}
			continue
		}
		sh.secs[i] = g.draw(i, x, y, z, Heading(s.Parent < 0, s.ParentX, dirX, dirY, nth[i], twins[fan{s.Parent, s.ParentX}]))
	}
	return sh
}

// joint returns where section i joins its parent, and the direction of the
// parent there.
func (sh *Shape) joint(g *Geometry, i, rank int) (x, y, z, dirX, dirY float32) {
	s := &g.m.Sections[i]
	if s.Parent < 0 {
		return 0, 0, float32(100 * rank), 1, 0
	}
	at := s.ParentX
	if g.Sections[s.Parent].Reversed {
		at = 1 - at
	}
	return Joint(sh.secs[s.Parent], at)
}

// Joint returns the place [um] at which a section is drawn that leaves another
// one, with points p, at a fraction of the way from its first point to its last;
// and the direction of the parent there, in the precision in which NEURON has
// them.
func Joint(p []Pt, at float64) (x, y, z, dirX, dirY float32) {
	a, b := &p[0], &p[len(p)-1]
	dirX, dirY = b.X-a.X, b.Y-a.Y
	if at < .5 {
		dirX, dirY = -dirX, -dirY
	}
	mix := func(u, v float32) float32 {
		return float32(float64(float64(v)*at) + float64(float64(u)*(1-at)))
	}
	return mix(a.X, b.X), mix(a.Y, b.Y), mix(a.Z, b.Z), dirX, dirY
}

// fan is a place on a parent from which sections leave.
type fan struct {
	parent int
	x      float64
}

// fans counts the sections that leave each place, and ranks each among those
// of its place, in the order in which NEURON lists children.
func (g *Geometry) fans() (nth []int, twins map[fan]int) {
	nth, twins = make([]int, len(g.Sections)), make(map[fan]int)
	for _, i := range g.Order {
		s := &g.m.Sections[i]
		f := fan{s.Parent, s.ParentX}
		nth[i] = twins[f]
		twins[f]++
	}
	return nth, twins
}

// Heading returns the angle [rad] in the xy plane in which a section is drawn
// that leaves its parent at parentX, the nth of the twins that leave one
// place; a root has none, and goes where it is told.
func Heading(root bool, parentX float64, dirX, dirY float32, nth, twins int) float32 {
	var angle float32
	if math.Abs(float64(dirX)) >= 1e-6 || math.Abs(float64(dirY)) >= 1e-6 {
		angle = float32(vec.Atan2(float64(dirY), float64(dirX)))
	}
	if root {
		return angle
	}
	if parentX > 0 && parentX < 1 {
		angle = float32(float64(angle) + math.Pi/2)
	}
	if twins > 1 {
		angle = float32(float64(angle) + (float64(float64(nth)/float64(twins-1)*.8) - .4))
	}
	return angle
}

// draw invents the points of section i: its ends and its CVs' centres.
func (g *Geometry) draw(i int, x, y, z, angle float32) []Pt {
	sg := &g.Sections[i]
	n := len(sg.Area)
	x1 := float32(float64(x) + float64(sg.L*float64(float32(vec.Cos(float64(angle))))))
	y1 := float32(float64(y) + float64(sg.L*float64(float32(vec.Sin(float64(angle))))))
	mix := func(u, v float32, frac float64) float32 {
		return float32(float64(float64(u)*(1-frac)) + float64(float64(v)*frac))
	}
	diam := func(k int) float32 { // of the k-th CV from the root's side
		if sg.Reversed {
			k = n - 1 - k
		}
		return float32(sg.Diam[k])
	}
	p := make([]Pt, n+2)
	p[0] = Pt{X: x, Y: y, Z: z, D: diam(0)}
	for k := range n {
		f := CVCentre(n, k)
		p[k+1] = Pt{X: mix(x, x1, f), Y: mix(y, y1, f), Z: z, D: diam(k)}
	}
	p[n+1] = Pt{X: x1, Y: y1, Z: z, D: diam(n - 1)}
	SetArcs(p, 0)
	p[n+1].Arc = sg.L
	return p
}

// At returns the place [um] of arc position x (0..1) of a section, by linear
// interpolation between the points around it (NetPyNE's posFromLoc; the
// centres of CVs in NEURON's reports of segment coordinates).
func (sh *Shape) At(sec int, x float64) (px, py, pz float64) {
	p := sh.secs[sec]
	s := float64(x * sh.length[sec])
	b := 0
	for b < len(p)-1 && p[b].Arc < s {
		b++
	}
	q := &p[b]
	if b == 0 || q.Arc <= s {
		return float64(q.X), float64(q.Y), float64(q.Z)
	}
	a := &p[b-1]
	t := (s - a.Arc) / (q.Arc - a.Arc)
	mix := func(u, v float32) float64 { return float64(u) + float64(t*(float64(v)-float64(u))) }
	return mix(a.X, q.X), mix(a.Y, q.Y), mix(a.Z, q.Z)
}

// Points returns the 3-D points of a section as NEURON would report them:
// rounded to float32, or invented.
func (sh *Shape) Points(sec int) []Point {
	out := make([]Point, len(sh.secs[sec]))
	for i, p := range sh.secs[sec] {
		out[i] = Point{float64(p.X), float64(p.Y), float64(p.Z), float64(p.D)}
	}
	return out
}
