package morph

import "math"

// SectionGeometry is what a section's cable amounts to. The slices are indexed
// by CV, from arc 0 to arc 1.
type SectionGeometry struct {
	L    float64   // length [um]
	Area []float64 // membrane area [um2]
	Diam []float64 // diameter [um], the mean over the CV
	Near []float64 // axial resistance [MOhm] from the centre towards the root's side
	Far  []float64 // axial resistance [MOhm] from the centre away from the root

	// Where the nodes are in the Geometry's Tree.
	Base     int  // node of the CV nearest the root; the others follow, then the end node
	Attach   int  // node that the near end is joined to
	Reversed bool // the near end is arc 1
}

// Node returns the node at a CV's centre.
func (g *SectionGeometry) Node(cv int) int {
	if g.Reversed {
		cv = len(g.Area) - 1 - cv
	}
	return g.Base + cv
}

// EndNode returns the node of no area at the section's far end.
func (g *SectionGeometry) EndNode() int { return g.Base + len(g.Area) }

// NodeAt returns the node at arc position x: the ends' nodes for 0 and 1,
// else the centre of the CV that holds x.
func (g *SectionGeometry) NodeAt(x float64) int {
	near, far := 0.0, 1.0
	if g.Reversed {
		near, far = 1, 0
	}
	switch x = min(max(x, 0), 1); x {
	case near:
		return g.Attach
	case far:
		return g.EndNode()
	}
	return g.Node(CVAt(len(g.Area), x))
}

// minLength is the length [um] that NEURON gives a section of none.
const minLength = 1e-9

// Pt is a point as NEURON stores it.
type Pt struct {
	X, Y, Z, D float32 // [um]
	Arc        float64 // [um] from the first point
}

// rounded returns the section's points in float32, with arc lengths summed in
// float64 over differences taken in float32.
func (s *Section) rounded(at Offset) []Pt {
	p := make([]Pt, len(s.Points))
	for i, q := range s.Points {
		p[i] = Pt{X: float32(at.X + q.X), Y: float32(at.Y + q.Y), Z: float32(at.Z + q.Z), D: float32(q.D)}
	}
	SetArcs(p, 0)
	if s.Drawn > 0 {
		p[len(p)-1].Arc = s.Drawn
	}
	return p
}

// SetArcs computes the arc lengths of the points from the given one on.
func SetArcs(p []Pt, from int) {
	for i := from; i < len(p); i++ {
		if i == 0 {
			p[0].Arc = 0
			continue
		}
		a, b := &p[i-1], &p[i]
		dx, dy, dz := float64(b.X-a.X), float64(b.Y-a.Y), float64(b.Z-a.Z)
		b.Arc = a.Arc + math.Sqrt(float64(float64(dx*dx)+float64(dy*dy))+float64(dz*dz))
	}
}

// geometry computes the section's cable; the node numbers are left for the
// tree to fill.
func (s *Section) geometry(at Offset) SectionGeometry {
	n := s.NSeg
	v := make([]float64, 4*n)
	g := SectionGeometry{
		Area: v[:n:n], Diam: v[n : 2*n : 2*n], Near: v[2*n : 3*n : 3*n], Far: v[3*n:],
		Reversed: s.Parent >= 0 && s.ChildX == 1,
	}
	if len(s.Points) > 1 {
		s.fromPoints(&g, s.rounded(at))
		return g
	}
	g.L = math.Max(s.L, minLength)
	dx := g.L / float64(n)
	for cv := range n {
		d := pick(s.Diam, cv, DefaultDiam)
		g.Diam[cv] = d
		g.Area[cv] = math.Pi * d * dx
		half := 1e-2 * s.Ra * (dx / 2) / (math.Pi * d * d / 4)
		g.Near[cv], g.Far[cv] = half, half
	}
	return g
}

// fromPoints takes the CVs from the root's side; see the package comment for
// what that does to a section joined by its end 1.
func (s *Section) fromPoints(g *SectionGeometry, p []Pt) {
	n := s.NSeg
	g.L = math.Max(p[len(p)-1].Arc, minLength)
	cvs := make([]CVCable, n)
	Integrate(p, s.Ra, cvs)
	for i, c := range cvs {
		cv := i
		if g.Reversed {
			cv = n - 1 - i
		}
		g.Near[cv], g.Far[cv], g.Area[cv] = c.Near, c.Far, c.Area
		g.Diam[cv] = KeptDiam(pick(s.Diam, cv, DefaultDiam), c.Diam)
	}
}

// KeptDiam returns the diameter [um] of a CV that had one before its points
// gave it another: as in NEURON, they have to differ by more than 1e-9 um.
func KeptDiam(before, points float64) float64 {
	if math.Abs(points-before) <= 1e-9 && points >= 1e-5 {
		return before
	}
	return points
}

// CVCable is what 3-D points make of a CV.
type CVCable struct {
	Diam      float64 // mean diameter [um]
	Area      float64 // membrane area [um2]
	Near, Far float64 // axial resistance [MOhm] of the half nearer the first point, and of the other
}

// Integrate computes area and axial resistance over the diameter as a
// piecewise linear function of arc length, each CV in two halves; out has an
// element for each CV, from the first point on. The cursor (interval j, and
// the place x1, y1 reached) carries over from half to half and CV to CV, as
// NEURON's does, since the order of the sums decides their last bits. There
// are two points or more; ra is in ohm cm.
func Integrate(p []Pt, ra float64, out []CVCable) {
	const tiny = 1e-15
	last := len(p) - 1
	ds := p[last].Arc / float64(len(out))
	j, x1, y1 := 0, p[0].Arc, absD(p[0])
	for i := range out {
		var diam, area float64
		var ri [2]float64
		from := float64(float64(i) * ds)
		for half := range 2 {
			to := from + ds/2
			for {
				var x2, y2 float64
				next := j + 1
				a, b := p[j].Arc, p[j+1].Arc
				if b > to || j+1 == last { // the half ends here; the last interval is extrapolated
					frac := 1.0
					if math.Abs(b-a) >= 1e-10 {
						frac = (to - a) / (b - a)
					}
					x2 = to
					y2 = float64((1-frac)*absD(p[j])) + float64(frac*absD(p[j+1]))
					next = j
				} else {
					x2, y2 = b, absD(p[j+1])
				}
				delta := x2 - x1
				diam += float64((y2 + y1) * delta)
				delta = math.Max(delta, tiny)
				t := y2 * y1 / delta
				if t == 0 {
					t = tiny
				}
				ri[half] += 1 / t
				t = .5 * (y2 - y1)
				t = math.Sqrt(float64(delta*delta) + float64(t*t))
				area += float64((y2 + y1) * t)
				x1, y1 = x2, y2
				if next == j {
					break
				}
				j = next
			}
			from = to
		}
		const mega = 4. * .01
		out[i] = CVCable{
			Near: ri[0] * ra / math.Pi * mega,
			Far:  ri[1] * ra / math.Pi * mega,
			Diam: float64(diam * (.5 / ds)),
			Area: area * .5 * math.Pi,
		}
	}
}

func absD(p Pt) float64 { return math.Abs(float64(p.D)) }
