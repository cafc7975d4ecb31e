// Package morph holds the morphology of a cell type, sections and 3-D points
// joined into a tree, and the numerics of its discretisation: what NEURON
// derives from the same description, to the last bit.
//
// In: sections as an importer or the spec builder wrote them (import/swc, the
// spec's cellParams). Out: a checked Morphology; its Geometry (area, diameter
// and axial resistance of every CV, and the tree of nodes with the coupling
// coefficients of the cable equation); lambda_f and the rules that choose
// nseg; path and straight-line distances. Next: ir/lower, which lays the nodes
// out in lanes.
//
// # Sections, CVs and nodes
//
// A Section is an unbranched cable addressed by arc 0..1 and cut into NSeg CVs
// of equal length. Each CV has one node at its centre, and each section has
// one more node, of no area, at its far end. The near end has none of its own:
// it is the node that the section is connected to. Only a root section's near
// end is a node, again of no area. So a cell of S sections has
// roots + sum(NSeg+1) nodes.
//
// # Connections
//
// A section's end ChildX (0 or 1) meets its parent at ParentX. Strictly
// inside the parent that is the centre of the CV there, at the parent's far
// end its end node; at the parent's near end it is whatever the parent itself
// is connected to, and so on up the tree. ChildX 1 turns a section around: its
// node nearest the tree's root belongs to its last CV. NEURON integrates 3-D
// points from the root's side in either case, so that such a section's last CV
// gets the first points; so do we.
package morph

import (
	"fmt"
	"math"

	"github.com/rallsim/rall/ir/diag"
)

// Point is a 3-D point with the cable's diameter there. The values are kept as
// they were written; geometry rounds them to float32 as NEURON stores them,
// after the cell's Offset is added.
type Point struct {
	X, Y, Z float64 // [um]
	D       float64 // diameter [um]; a sign is dropped (NEURON marks spines by it)
}

// Offset is a cell's place, added to its 3-D points before they are rounded
// to float32. NetPyNE places cells so (pt3dRelativeToCellLocation, with y
// negated by invertedYCoord), hence two cells of one type may differ in the
// eighth digit of their areas. The zero Offset leaves points where they are.
type Offset struct{ X, Y, Z float64 } // [um]

// Section is one unbranched cable. With two or more Points they are its
// geometry, and L and Diam are ignored but for one detail (see Diam); without
// points it is a row of cylinders.
type Section struct {
	Name   string
	Points []Point
	L      float64 // length [um] of a section without points

	// Diam is the diameter [um], one value or one per CV. Where there are
	// points it may be empty; otherwise a CV's diameter from the points replaces
	// it only if the two differ by more than 1e-9 um, as in NEURON, where the
	// value set before the points were shows through.
	Diam []float64

	// Drawn, if above 0, is the arc length [um] of the last point: NEURON's
	// define_shape gives the points that it draws the section's length, whatever
	// their distance is once they are rounded.
	Drawn float64

	Ra   float64   // axial resistivity [ohm cm]
	Cm   []float64 // membrane capacitance [uF/cm2], one value or one per CV
	NSeg int       // number of CVs

	Parent  int     // index into Morphology.Sections, -1 for a root
	ParentX float64 // where on the parent, 0..1
	ChildX  float64 // which end of this section is joined, 0 or 1

	// Wire is the place [um] on the parent from which the section hangs without
	// touching it (NEURON's pt3dstyle 1): Shape moves the section by what this
	// place moves. Nil: the first point is where the parent is.
	Wire *Offset

	Pos diag.Pos
}

// NEURON's values for what a description leaves out.
const (
	DefaultL    = 100  // [um]
	DefaultDiam = 500  // [um]
	DefaultRa   = 35.4 // [ohm cm]
	DefaultCm   = 1    // [uF/cm2]
	MaxNSeg     = 32767
)

// List is a named list of sections (NEURON's SectionList, NetPyNE's secLists).
type List struct {
	Name     string
	Sections []int // indices into Morphology.Sections, in the list's order
}

// Morphology is a cell type's sections. Parents may stand after their
// children. It is immutable once built: Check reads it, everything else
// expects that Check found no error, and nothing writes to it.
type Morphology struct {
	Sections []Section
	Lists    []List

	// ConnectOrder names the sections that have a parent in the order in which
	// they were connected, nil for their order in Sections. NEURON numbers the
	// nodes by it (a later child comes before an earlier one at the same place),
	// and sums at a branch go in that order.
	ConnectOrder []int
}

// Index returns the index of the section of that name, or -1.
func (m *Morphology) Index(name string) int {
	for i := range m.Sections {
		if m.Sections[i].Name == name {
			return i
		}
	}
	return -1
}

// List returns the section list of that name and whether there is one.
func (m *Morphology) List(name string) ([]int, bool) {
	for _, l := range m.Lists {
		if l.Name == name {
			return l.Sections, true
		}
	}
	return nil, false
}

// HasPoints says whether any section is given by 3-D points, so that geometry
// depends on the cell's Offset.
func (m *Morphology) HasPoints() bool {
	for i := range m.Sections {
		if len(m.Sections[i].Points) > 0 {
			return true
		}
	}
	return false
}

// pick returns v[cv] of a list of one value or one per CV.
func pick(v []float64, cv int, def float64) float64 {
	switch len(v) {
	case 0:
		return def
	case 1:
		return v[0]
	}
	return v[cv]
}

// CmAt returns the membrane capacitance [uF/cm2] of a CV.
func (s *Section) CmAt(cv int) float64 { return pick(s.Cm, cv, DefaultCm) }

// CVAt returns the number of the CV that holds arc position x (0..1), by
// NEURON's truncation; x = 1 belongs to the last CV.
func CVAt(nseg int, x float64) int {
	i := int(float64(nseg) * x)
	if i >= nseg {
		i = nseg - 1
	}
	return max(i, 0)
}

// CVCentre returns the arc position (0..1) of a CV's centre as NEURON computes
// it for its nodes.
func CVCentre(nseg, cv int) float64 { return (float64(cv) + .5) / float64(nseg) }

// WithNSeg returns a copy of m with the given numbers of CVs (one per section).
// Per-CV diameters and capacitances go to the new CVs by position, as NEURON
// does when nseg is assigned.
func (m *Morphology) WithNSeg(nseg []int) *Morphology {
	c := *m
	c.Sections = append([]Section(nil), m.Sections...)
	for i := range c.Sections {
		s := &c.Sections[i]
		s.Diam = resample(s.Diam, nseg[i])
		s.Cm = resample(s.Cm, nseg[i])
		s.NSeg = nseg[i]
	}
	return &c
}

func resample(v []float64, n int) []float64 {
	if len(v) < 2 || len(v) == n {
		return v
	}
	w := make([]float64, n)
	for i := range w {
		w[i] = v[CVAt(len(v), CVCentre(n, i))]
	}
	return w
}

// Check adds an error to list for everything that makes m no morphology:
// names missing or twice, parents that do not exist, cycles, positions off
// 0..1, lengths, diameters, resistivities and CV counts that are not positive.
// It returns whether m is free of errors.
func (m *Morphology) Check(list *diag.List) bool {
	before := list.Count(diag.Error)
	if len(m.Sections) == 0 {
		list.Errorf(diag.BadTree, diag.Pos{}, "a morphology without sections")
		return false
	}
	seen := make(map[string]int, len(m.Sections))
	for i := range m.Sections {
		s := &m.Sections[i]
		if s.Name == "" {
			list.Errorf(diag.BadValue, s.Pos, "section %d has no name", i)
		} else if j, twice := seen[s.Name]; twice {
			list.Errorf(diag.Duplicate, s.Pos, "section %q is there already (sections %d and %d)", s.Name, j, i)
		}
		seen[s.Name] = i
		m.checkJoin(i, list)
		s.check(list)
	}
	m.checkCycles(list)
	for _, l := range m.Lists {
		for _, i := range l.Sections {
			if i < 0 || i >= len(m.Sections) {
				list.Errorf(diag.UnknownName, diag.Pos{}, "section list %q names section %d of %d", l.Name, i, len(m.Sections))
			}
		}
	}
	m.checkConnectOrder(list)
	return list.Count(diag.Error) == before
}

func (m *Morphology) checkJoin(i int, list *diag.List) {
	s := &m.Sections[i]
	if s.Parent == -1 {
		if s.ChildX != 0 {
			list.Errorf(diag.BadValue, s.Pos, "section %q has no parent, but says that its end %g is joined to one", s.Name, s.ChildX)
		}
		return
	}
	if s.Parent < -1 || s.Parent >= len(m.Sections) {
		list.Errorf(diag.UnknownName, s.Pos, "section %q: there is no section %d to be its parent", s.Name, s.Parent)
	}
	if !(s.ParentX >= 0 && s.ParentX <= 1) {
		list.Errorf(diag.BadValue, s.Pos, "section %q is joined to its parent at %g; expected 0 to 1", s.Name, s.ParentX)
	}
	if s.ChildX != 0 && s.ChildX != 1 {
		list.Errorf(diag.BadValue, s.Pos, "section %q is joined by its position %g; only its ends 0 and 1 can be", s.Name, s.ChildX)
	}
}

// checkCycles reports each cycle once. It walks up from every section,
// painting the way; meeting its own paint is a cycle.
func (m *Morphology) checkCycles(list *diag.List) {
	paint := make([]int, len(m.Sections))
	for i := range m.Sections {
		for j := i; j >= 0 && j < len(m.Sections); j = m.Sections[j].Parent {
			if paint[j] == i+1 {
				names := m.Sections[j].Name
				for k := m.Sections[j].Parent; k != j; k = m.Sections[k].Parent {
					names += " -> " + m.Sections[k].Name
				}
				list.ErrorHint(diag.BadTree, m.Sections[j].Pos, "give one of them no parent",
					"sections are each other's parents: %s -> %s", names, m.Sections[j].Name)
				break
			}
			if paint[j] != 0 {
				break
			}
			paint[j] = i + 1
		}
	}
}

func (m *Morphology) checkConnectOrder(list *diag.List) {
	if m.ConnectOrder == nil {
		return
	}
	n, seen := 0, make([]bool, len(m.Sections))
	for _, i := range m.ConnectOrder {
		if i < 0 || i >= len(m.Sections) || m.Sections[i].Parent < 0 || seen[i] {
			list.Errorf(diag.BadTree, diag.Pos{}, "the order of connections names section %d, which has no parent or comes twice", i)
			return
		}
		seen[i] = true
		n++
	}
	for i := range m.Sections {
		if m.Sections[i].Parent >= 0 {
			n--
		}
	}
	if n != 0 {
		list.Errorf(diag.BadTree, diag.Pos{}, "the order of connections leaves out %d sections", -n)
	}
}

func positive(v float64) bool { return v > 0 && !math.IsInf(v, 1) }

func (s *Section) check(list *diag.List) {
	bad := func(format string, args ...any) {
		list.Errorf(diag.BadValue, s.Pos, "section %q: "+format, append([]any{s.Name}, args...)...)
	}
	if s.NSeg < 1 || s.NSeg > MaxNSeg {
		bad("%d CVs; expected 1 to %d", s.NSeg, MaxNSeg)
		return
	}
	if !positive(s.Ra) {
		bad("axial resistivity %g ohm cm; expected more than 0", s.Ra)
	}
	if n := len(s.Cm); n > 1 && n != s.NSeg {
		bad("%d values of cm for %d CVs; expected one, or one per CV", n, s.NSeg)
	}
	for _, c := range s.Cm {
		if !(c >= 0) || math.IsInf(c, 1) {
			bad("membrane capacitance %g uF/cm2; expected 0 or more", c)
		}
	}
	if n := len(s.Diam); n > 1 && n != s.NSeg {
		bad("%d diameters for %d CVs; expected one, or one per CV", n, s.NSeg)
		return
	}
	if len(s.Points) == 0 {
		if !positive(s.L) {
			bad("length %g um; expected more than 0", s.L)
		}
		for _, d := range s.Diam {
			if !positive(d) {
				bad("diameter %g um; expected more than 0", d)
			}
		}
		return
	}
	s.checkPoints(bad)
}

func (s *Section) checkPoints(bad func(string, ...any)) {
	if len(s.Points) == 1 {
		bad("one 3-D point; two are the least that make a cable")
		return
	}
	for i, p := range s.Points {
		for _, v := range [...]float64{p.X, p.Y, p.Z, p.D} {
			if math.IsNaN(v) || math.Abs(v) > 1e30 {
				bad("3-D point %d is (%g, %g, %g), diameter %g", i, p.X, p.Y, p.Z, p.D)
				return
			}
		}
	}
	g := s.geometry(Offset{})
	if g.L <= 1e-9 {
		bad("all of its %d 3-D points lie in one place", len(s.Points))
		return
	}
	for cv, a := range g.Area {
		if !positive(a) {
			bad("the diameter is 0 all along CV %d of %d", cv+1, s.NSeg)
			return
		}
	}
}

// String prints the section as a line of text for dumps.
func (s *Section) String() string {
	return fmt.Sprintf("%s nseg=%d parent=%d(%g) end=%g points=%d", s.Name, s.NSeg, s.Parent, s.ParentX, s.ChildX, len(s.Points))
}
