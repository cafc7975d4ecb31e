package tree

import (
	"fmt"
	"math"

	"github.com/rallsim/rall/ir/morph"
	"github.com/rallsim/rall/runtime/vec"
)

const minLength = 1e-9 // [um]; what NEURON gives a section of no length

// Length returns the section's length [um].
func (s *Section) Length() float64 {
	if s.stale && len(s.Points) > 0 {
		s.length = s.Points[len(s.Points)-1].Arc
	}
	s.length = math.Max(s.length, minLength)
	return s.length
}

// LengthAsIs returns the length [um] as reading the variable L gives it.
func (s *Section) LengthAsIs() float64 { return s.length }

// LengthAt is where the variable L is kept; who changes it there calls SetLength.
func (s *Section) LengthAt() *float64 { return &s.length }

// SetLength changes the length; 3-D points are moved with it.
func (t *Tree) SetLength(s *Section, l float64) {
	if t.constPt3d {
		return
	}
	s.length = l
	s.stretch(l)
	s.stale = true
	t.touch()
}

// stretch moves the points so that the last has arc length l.
func (s *Section) stretch(l float64) {
	if len(s.Points) == 0 {
		return
	}
	p0 := s.Points[0]
	f := l / s.Points[len(s.Points)-1].Arc
	move := func(from, x float32) float32 { return float32(float64(from) + float64(float64(x-from)*f)) }
	for i := range s.Points {
		p := &s.Points[i]
		p.Arc *= f
		p.X, p.Y, p.Z = move(p0.X, p.X), move(p0.Y, p.Y), move(p0.Z, p.Z)
	}
}

// SetRa changes the axial resistivity [ohm cm].
func (t *Tree) SetRa(s *Section, ra float64) {
	s.Ra = ra
	s.stale = true
	t.touch()
}

// Refresh computes the section's geometry if something changed.
func (t *Tree) Refresh(s *Section) error {
	if !s.stale {
		return nil
	}
	return s.compute()
}

// compute is NEURON's nrn_area_ri.
func (s *Section) compute() error {
	n := s.NSeg()
	if len(s.Points) > 0 {
		s.length = s.Points[len(s.Points)-1].Arc
	}
	dx := s.Length() / float64(n)
	before := 0.0
	if len(s.Points) > 1 {
		cvs := make([]morph.CVCable, n)
		morph.Integrate(s.Points, s.Ra, cvs)
		for i, c := range cvs {
			nd := s.Nodes[i]
			nd.Diam = morph.KeptDiam(nd.Diam, c.Diam)
			nd.area = c.Area
			nd.rinv = 1 / (before + c.Near)
			before = c.Far
		}
	} else {
		for i, nd := range s.Nodes[:n] {
			if d := nd.Diam; d <= 0 {
				nd.Diam = 1e-6
				x := (float64(i) + .5) / float64(n)
				if s.ChildX != 0 {
					x = 1 - x
				}
				return fmt.Errorf("the diameter of %s(%.6g) is %g um: expected above 0", s.Name, x, d)
			}
			nd.area = math.Pi * nd.Diam * dx
			half := 1e-2 * s.Ra * (dx / 2) / (math.Pi * nd.Diam * nd.Diam / 4)
			nd.rinv = 1 / (half + before)
			before = half
		}
	}
	s.Nodes[n].area = morph.EndArea
	s.Nodes[n].rinv = 1 / before
	s.stale = false
	return nil
}

// Area returns the membrane area [um2] of the CV at x, 0 at the ends.
func (t *Tree) Area(s *Section, x float64) (float64, error) {
	if x == 0 || x == 1 {
		return 0, nil
	}
	if err := t.Refresh(s); err != nil {
		return 0, err
	}
	return s.Nodes[s.Node(x)].area, nil
}

// Ri returns the axial resistance [MOhm] between the node at x and its parent.
func (t *Tree) Ri(s *Section, x float64) (float64, error) {
	n := t.At(s, x)
	if err := t.Refresh(n.Sec); err != nil {
		return 0, err
	}
	if n.rinv == 0 {
		return 1e30, nil
	}
	return 1 / n.rinv, nil
}

// DiamChanged follows a change of the diameters of a section: its points, if
// it has any, take the diameters of their CVs.
func (t *Tree) DiamChanged(s *Section) {
	s.stale = true
	t.touch()
	if t.constPt3d || len(s.Points) == 0 {
		return
	}
	l := s.Length()
	if math.Abs(l-s.Points[len(s.Points)-1].Arc) > .001 {
		s.stretch(l)
	}
	for i := range s.Points {
		p := &s.Points[i]
		p.D = float32(s.Nodes[s.Node(min(p.Arc/l, 1))].Diam)
	}
}

// Const says whether 3-D points stay as they are whatever is assigned to L
// and diam (NEURON's pt3dconst), and sets it if on is not nil.
func (t *Tree) Const(on *bool) bool {
	was := t.constPt3d
	if on != nil {
		t.constPt3d = *on
	}
	return was
}

// modified follows a change of the points from number i on.
func (t *Tree) modified(s *Section, i int) {
	s.stale = true
	t.touch()
	if len(s.Points) > 0 {
		morph.SetArcs(s.Points, i)
		s.length = s.Points[len(s.Points)-1].Arc
	}
}

// AddPoint adds a 3-D point after the others.
func (t *Tree) AddPoint(s *Section, x, y, z, d float64) error {
	return t.InsertPoint(s, len(s.Points), x, y, z, d)
}

// InsertPoint makes a 3-D point number i.
func (t *Tree) InsertPoint(s *Section, i int, x, y, z, d float64) error {
	if err := t.room(0, 1); err != nil {
		return err
	}
	t.allPoints++
	s.Points = append(s.Points, morph.Pt{})
	copy(s.Points[i+1:], s.Points[i:])
	s.Points[i] = morph.Pt{X: float32(x), Y: float32(y), Z: float32(z), D: float32(d)}
	t.modified(s, i)
	return nil
}

// ChangePoint replaces point i.
func (t *Tree) ChangePoint(s *Section, i int, x, y, z, d float64) {
	s.Points[i] = morph.Pt{X: float32(x), Y: float32(y), Z: float32(z), D: float32(d), Arc: s.Points[i].Arc}
	t.modified(s, i)
}

// ChangePointDiam replaces the diameter of point i.
func (t *Tree) ChangePointDiam(s *Section, i int, d float64) {
	s.Points[i].D = float32(d)
	s.stale = true
	t.touch()
}

// RemovePoint removes point i.
func (t *Tree) RemovePoint(s *Section, i int) {
	s.Points = append(s.Points[:i], s.Points[i+1:]...)
	t.allPoints--
	t.modified(s, i)
}

// ClearPoints removes all points.
func (t *Tree) ClearPoints(s *Section) {
	t.allPoints -= len(s.Points)
	s.Points = nil
	t.touch()
}

// SetWire says from which place on its parent the section hangs, nil for none.
func (t *Tree) SetWire(s *Section, at *[3]float32) {
	s.Wire = at
	t.touch()
}

// RefreshAll computes the geometry of every section that needs it.
func (t *Tree) RefreshAll() error {
	for _, s := range t.sections {
		if err := t.Refresh(s); err != nil {
			return err
		}
	}
	return nil
}

// DefineShape draws the sections that have no 3-D points and moves the others
// to where they are connected, as NEURON's define_shape does.
func (t *Tree) DefineShape() error {
	if t.fresh && t.defined == t.shaped {
		return nil
	}
	if err := t.RefreshAll(); err != nil {
		return err
	}
	for i, s := range t.Ordered() {
		x, y, z, dirX, dirY := s.joint(i)
		if len(s.Points) > 0 {
			if s.Parent != nil && !t.constPt3d {
				s.moveTo(x, y, z)
			}
			continue
		}
		if err := t.draw(s, x, y, z, s.heading(dirX, dirY)); err != nil {
			return err
		}
	}
	t.defined, t.fresh = t.shaped, true
	return nil
}

// joint returns where a section joins its parent, and the parent's direction
// there; rank is its place in the order of all sections.
func (s *Section) joint(rank int) (x, y, z, dirX, dirY float32) {
	p := s.Parent
	if p == nil {
		return 0, 0, float32(100 * float64(rank)), 1, 0
	}
	at := s.ParentX
	if p.ChildX != 0 {
		at = 1 - at
	}
	return morph.Joint(p.Points, at)
}

func (s *Section) moveTo(x, y, z float32) {
	from := [3]float32{s.Points[0].X, s.Points[0].Y, s.Points[0].Z}
	if s.Wire != nil {
		from = *s.Wire
		s.Wire = &[3]float32{x, y, z}
	}
	dx, dy, dz := x-from[0], y-from[1], z-from[2]
	for i := range s.Points {
		p := &s.Points[i]
		p.X, p.Y, p.Z = p.X+dx, p.Y+dy, p.Z+dz
	}
}

func (s *Section) heading(dirX, dirY float32) float32 {
	if s.Parent == nil {
		return morph.Heading(true, 0, dirX, dirY, 0, 1)
	}
	n, nth := 0, 0
	for _, c := range s.Parent.children {
		if c == s {
			nth = n
		}
		if c.ParentX == s.ParentX {
			n++
		}
	}
	return morph.Heading(false, s.ParentX, dirX, dirY, nth, n)
}

func (t *Tree) draw(s *Section, x, y, z, angle float32) error {
	n, l := s.NSeg(), s.Length()
	x1 := float32(float64(x) + float64(l*float64(float32(vec.Cos(float64(angle))))))
	y1 := float32(float64(y) + float64(l*float64(float32(vec.Sin(float64(angle))))))
	mix := func(u, v float32, f float64) float64 { return float64(float64(u)*(1-f)) + float64(float64(v)*f) }
	add := func(x, y float64, nd *Node) error { return t.AddPoint(s, x, y, float64(z), nd.Diam) }
	if err := add(float64(x), float64(y), s.Nodes[0]); err != nil {
		return err
	}
	for i, nd := range s.Nodes[:n] {
		f := morph.CVCentre(n, i)
		if err := add(mix(x, x1, f), mix(y, y1, f), nd); err != nil {
			return err
		}
	}
	if err := add(float64(x1), float64(y1), s.Nodes[n-1]); err != nil {
		return err
	}
	s.Points[len(s.Points)-1].Arc = l
	s.length = l
	return nil
}

// Drawn returns the arc length [um] of the last 3-D point if that is not the
// points' own distance, since DefineShape has drawn them; else 0.
func (s *Section) Drawn() float64 {
	if len(s.Points) < 2 {
		return 0
	}
	p := append([]morph.Pt(nil), s.Points...)
	morph.SetArcs(p, 0)
	if l := s.Points[len(p)-1].Arc; l != p[len(p)-1].Arc {
		return l
	}
	return 0
}

// Area returns the membrane area [um2] of the node's CV, as Refresh computed
// it.
func (n *Node) Area() float64 { return n.area }

// Ri returns the axial resistance [MOhm] to the node's parent, 1e30 where there
// is none, as Refresh computed it.
func (n *Node) Ri() float64 {
	if n.rinv == 0 {
		return 1e30
	}
	return 1 / n.rinv
}
