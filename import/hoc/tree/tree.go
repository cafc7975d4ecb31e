// Package tree holds the sections of a model while HOC commands make and
// change them: what NEURON calls its cable. Sections are created, connected,
// cut into CVs, given 3-D points, mechanisms and ions in any order, and the
// order matters; this package keeps NEURON's rules for it.
//
// In: commands of the interpreter (package hoc). Out: sections with nodes,
// parameters and geometry at any moment. Next: package hoc reads cells off it.
//
// Nodes are kept in NEURON's order, from the root's side, so that a section
// that is joined by its end 1 has its nodes the other way round.
package tree

import (
	"fmt"
	"math"
	"slices"

	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/morph"
)

// Section is an unbranched cable.
type Section struct {
	Owner any      // whoever created it: sections of one owner stand together; nil: the top level
	Base  string   // name without owner and index
	Index int      // in an array of sections
	Name  string   // in full, as NEURON prints it
	Pos   diag.Pos // where it was created
	Morph diag.Pos // in the morphology file that it comes from

	Ra, Rall float64
	length   float64 // [um]

	Parent          *Section
	ParentX, ChildX float64
	children        []*Section // NEURON's order: by distance from this section's root side
	turn            int        // when it was connected, from 1 over the whole tree
	parentNode      *Node      // what the section's near end is joined to
	Nodes           []*Node    // NSeg CVs and the end
	Points          []morph.Pt
	Wire            *[3]float32 // where it hangs on its parent (pt3dstyle)
	stale           bool        // geometry has to be computed anew
	Gone            bool        // deleted
}

// Node is a CV, or a section's end of no area.
type Node struct {
	Sec   *Section
	I     int // place in Sec.Nodes; -1 for the near end of a root
	Diam  float64
	V     float64
	Cm    float64
	ICap  float64 // [mA/cm2] into the capacitance, of a model that is run
	IMem  float64 // [nA] through the membrane, likewise
	Mechs []*Inst
	area  float64
	rinv  float64
	pts   []*Point

	copied []int // how many mechanisms it had whenever it became a copy of another node
}

// Point is a point process: where it sits.
type Point struct {
	Node *Node
	X    float64
	Mech *Inst
}

// Tree is all sections.
type Tree struct {
	sections []*Section
	owned    map[any][]*Section // by owner
	ordered  []*Section         // see Sort
	turn     int
	changed  bool // the topology
	shaped   int  // counts changes of shape
	defined  int  // shaped when DefineShape ran last
	fresh    bool // nothing changed since DefineShape
	Mechs    *Mechanisms

	origin    *Node
	originSec *Section
	constPt3d bool
	CVs       int // nodes in all sections
	allPoints int
	Max       int // limit of CVs and 3-D points in all; 0: none
	Changes   int // counts what makes it another model than before

	Made func(n *Node, in *Inst, copied bool) // called with every instance of a density mechanism that is made, in NEURON's order; nil: not
}

// New returns an empty tree.
func New(m *Mechanisms) *Tree {
	return &Tree{Mechs: m, changed: true, owned: map[any][]*Section{}}
}

// Sections returns all sections in NEURON's order. The slice is the tree's.
func (t *Tree) Sections() []*Section { return t.sections }

// Of returns the sections of an owner, in NEURON's order. The slice is the
// caller's.
func (t *Tree) Of(owner any) []*Section { return slices.Clone(t.owned[owner]) }

// Create makes a section: one CV, no parent.
func (t *Tree) Create(owner any, base string, index int, name string, pos diag.Pos) *Section {
	s := &Section{Owner: owner, Base: base, Index: index, Name: name, Pos: pos, Ra: morph.DefaultRa, Rall: 1, length: morph.DefaultL, stale: true}
	s.Nodes = []*Node{{Sec: s, I: 0, Diam: morph.DefaultDiam, Cm: morph.DefaultCm, V: -65}, {Sec: s, I: 1, V: -65}}
	t.CVs++
	at := len(t.sections)
	if owner != nil && len(t.owned[owner]) > 0 {
		for i := len(t.sections) - 1; i >= 0; i-- {
			if t.sections[i].Owner == owner {
				at = i + 1
				break
			}
		}
	}
	t.sections = slices.Insert(t.sections, at, s)
	t.owned[owner] = append(t.owned[owner], s)
	t.topology()
	return s
}

// Rename gives a section another owner and name. Its place in NEURON's order stays.
func (t *Tree) Rename(s *Section, owner any, base string, index int, name string) {
	old := s.Owner
	s.Owner, s.Base, s.Index, s.Name = owner, base, index, name
	if old != owner {
		for _, o := range []any{old, owner} {
			delete(t.owned, o)
		}
		for _, k := range t.sections {
			if k.Owner == old || k.Owner == owner {
				t.owned[k.Owner] = append(t.owned[k.Owner], k)
			}
		}
	}
	t.Changes++
}

func (t *Tree) topology() {
	t.changed = true
	t.touch()
}

// touch notes that geometry or shape changed.
func (t *Tree) touch() {
	t.shaped++
	t.Changes++
	t.fresh = false
}

// Delete removes a section; what was connected to it has no parent then.
func (t *Tree) Delete(s *Section) {
	if s.Gone {
		return
	}
	for len(s.children) > 0 {
		t.Detach(s.children[0])
	}
	t.Detach(s)
	s.Gone = true
	for _, n := range s.Nodes {
		for _, p := range n.pts {
			p.Node = nil
		}
	}
	t.CVs -= s.NSeg()
	t.allPoints -= len(s.Points)
	s.Points = nil
	for i := len(t.sections) - 1; i >= 0; i-- { // the latest go most often
		if t.sections[i] == s {
			t.sections = slices.Delete(t.sections, i, i+1)
			break
		}
	}
	own := t.owned[s.Owner]
	if i := slices.Index(own, s); i >= 0 {
		if t.owned[s.Owner] = slices.Delete(own, i, i+1); len(own) == 1 {
			delete(t.owned, s.Owner)
		}
	}
	t.topology()
}

// NSeg returns the number of CVs.
func (s *Section) NSeg() int { return len(s.Nodes) - 1 }

// Children returns the sections connected to this one.
func (s *Section) Children() []*Section { return s.children }

// Turn tells when the section was connected, against other sections.
func (s *Section) Turn() int { return s.turn }

// fromNear is where a child sits on its parent, from the root's side.
func (s *Section) fromNear() float64 {
	if s.Parent.ChildX != 0 {
		return 1 - s.ParentX
	}
	return s.ParentX
}

// Connect joins end childX of a section to a place on another.
func (t *Tree) Connect(child *Section, childX float64, parent *Section, parentX float64) error {
	if childX != 0 && childX != 1 {
		return fmt.Errorf("%s can only be connected by its end 0 or 1, not by %g", child.Name, childX)
	}
	if !(parentX >= 0 && parentX <= 1) {
		return fmt.Errorf("%s is connected to %g of %s; expected 0 to 1", child.Name, parentX, parent.Name)
	}
	for p := parent; p != nil; p = p.Parent {
		if p == child {
			return fmt.Errorf("connecting %s to %s closes a loop", child.Name, parent.Name)
		}
	}
	if child.Parent != nil {
		child.Parent.drop(child)
	}
	if child.ChildX != childX {
		slices.Reverse(child.children)
		n := child.NSeg()
		slices.Reverse(child.Nodes[:n])
		for i, nd := range child.Nodes[:n] {
			nd.I = i
		}
		child.stale = true
	}
	child.ParentX, child.ChildX, child.Parent = parentX, childX, parent
	t.turn++
	child.turn = t.turn
	x := child.fromNear()
	at := len(parent.children)
	for i, c := range parent.children {
		if x <= c.fromNear() {
			at = i
			break
		}
	}
	parent.children = slices.Insert(parent.children, at, child)
	child.parentNode = nil
	t.topology()
	return nil
}

func (s *Section) drop(child *Section) {
	if i := slices.Index(s.children, child); i >= 0 {
		s.children = slices.Delete(s.children, i, i+1)
	}
}

// Detach cuts a section off its parent.
func (t *Tree) Detach(s *Section) {
	if s.Parent == nil {
		return
	}
	s.Parent.drop(s)
	s.Parent, s.parentNode = nil, nil
	t.topology()
}

// Near returns the node that the section's near end is joined to.
func (t *Tree) Near(s *Section) *Node {
	for sec := s; ; {
		p := sec.Parent
		if p == nil {
			if sec.parentNode == nil {
				sec.parentNode = &Node{Sec: sec, I: -1, V: -65}
			}
			return sec.parentNode
		}
		if x := sec.ParentX; x != p.ChildX {
			if x == 0 || x == 1 {
				return p.Nodes[p.NSeg()]
			}
			return p.Nodes[p.Node(x)]
		}
		sec = p
	}
}

// TrueParent returns the section that holds the node of s's near end, nil if
// that is a root's own near end.
func (s *Section) TrueParent() *Section {
	for sec := s; sec.Parent != nil; sec = sec.Parent {
		if sec.ParentX != sec.Parent.ChildX {
			return sec.Parent
		}
	}
	return nil
}

// Node returns the place among Nodes of the CV that holds x (0..1).
func (s *Section) Node(x float64) int {
	n := s.NSeg()
	i := int(float64(n) * x)
	if i >= n {
		i = n - 1
	}
	i = max(i, 0)
	if s.ChildX != 0 {
		i = n - i - 1
	}
	return i
}

// At returns the node at x: the ends have their own.
func (t *Tree) At(s *Section, x float64) *Node {
	if x <= 0 || x >= 1 {
		x = min(max(x, 0), 1)
		if s.ChildX != 0 {
			x = 1 - x
		}
		if x == 0 {
			return t.Near(s)
		}
		return s.Nodes[s.NSeg()]
	}
	return s.Nodes[s.Node(x)]
}

// Arc returns where on a section a node is (0..1).
func (s *Section) Arc(n *Node) float64 {
	x := 0.0
	switch {
	case n.Sec != s || n.I < 0:
	case n.I == s.NSeg():
		x = 1
	default:
		x = morph.CVCentre(s.NSeg(), n.I)
	}
	if s.ChildX != 0 {
		return 1 - x
	}
	return x
}

// SetNSeg cuts the section into n CVs. The old nodes go to the new CVs by
// position; those in between are copies of the nearest.
func (t *Tree) SetNSeg(s *Section, n int) error {
	if n > morph.MaxNSeg {
		n = 1 // as NEURON has it
	}
	old := s.NSeg()
	if n < 1 {
		return fmt.Errorf("nseg must be positive, not %d", n)
	}
	if n == old {
		return nil
	}
	if err := t.room(n-old, 0); err != nil {
		return err
	}
	t.CVs += n - old
	nodes := make([]*Node, n+1)
	nodes[n] = s.Nodes[old]
	if old < n {
		for i := range old {
			nodes[int(float64(n)*morph.CVCentre(old, i))] = s.Nodes[i]
		}
		for i := range n {
			if nodes[i] == nil {
				nodes[i] = s.Nodes[int(float64(old)*morph.CVCentre(n, i))].clone()
				t.copied(nodes[i])
			}
		}
	} else {
		used := make([]bool, old)
		for i := range n {
			k := int(float64(old) * morph.CVCentre(n, i))
			nodes[i] = s.Nodes[k]
			used[k] = true
		}
		k := 0
		for i := range n { // no point process is lost
			end := (float64(i) + 1) / float64(n)
			for ; k < old && morph.CVCentre(old, k) <= end; k++ {
				if used[k] {
					continue
				}
				for _, p := range s.Nodes[k].pts {
					p.Node = nodes[i]
					nodes[i].pts = append(nodes[i].pts, p)
				}
				s.Nodes[k].pts = nil
			}
		}
	}
	s.Nodes = nodes
	for i, nd := range nodes {
		nd.I = i
	}
	s.stale = true
	t.topology()
	return nil
}

// copied tells of the instances of a node that is a copy of another, in the
// order in which NEURON makes them.
func (t *Tree) copied(n *Node) {
	if t.Made == nil {
		return
	}
	for _, in := range t.Order(n, &Inst{Mech: &Mechanism{}}, &Inst{Mech: &Mechanism{}}) {
		if in.Mech.Def != nil {
			t.made(n, in, true)
		}
	}
}

func (n *Node) clone() *Node {
	c := &Node{Sec: n.Sec, Diam: n.Diam, Cm: n.Cm, V: n.V}
	for _, m := range n.Mechs {
		c.Mechs = append(c.Mechs, m.clone())
	}
	c.copied = append(slices.Clone(n.copied), len(n.Mechs))
	return c
}

// room says whether CVs and points can be added without passing the limit.
func (t *Tree) room(cvs, points int) error {
	if t.Max > 0 && t.CVs+t.allPoints+cvs+points > t.Max {
		return fmt.Errorf("more than %d CVs and 3-D points", t.Max)
	}
	return nil
}

// Place puts a point process at x of a section.
func (t *Tree) Place(p *Point, s *Section, x float64) {
	t.Changes++
	if p.Node != nil {
		if i := slices.Index(p.Node.pts, p); i >= 0 {
			p.Node.pts = slices.Delete(p.Node.pts, i, i+1)
		}
	}
	p.Node = t.At(s, x)
	p.Node.pts = append(p.Node.pts, p)
	p.X = p.Node.Sec.Arc(p.Node)
	if p.Node.Sec != s { // an end that is another section's node
		p.X = min(max(x, 0), 1)
	}
}

// Displace takes a point process off its section.
func (t *Tree) Displace(p *Point) {
	if p == nil || p.Node == nil {
		return
	}
	t.Changes++
	if i := slices.Index(p.Node.pts, p); i >= 0 {
		p.Node.pts = slices.Delete(p.Node.pts, i, i+1)
	}
	p.Node = nil
}

// Where returns the section and place of a point process, nil if it has none.
func (p *Point) Where() (*Section, float64) {
	if p.Node == nil {
		return nil, 0
	}
	s := p.Node.Sec
	if p.Node.I < 0 {
		if s.ChildX != 0 {
			return s, 1
		}
		return s, 0
	}
	return s, s.Arc(p.Node)
}

// Sort gives every section its place in NEURON's order: roots first, then
// their children, and so on.
func (t *Tree) Sort() {
	if !t.changed {
		return
	}
	t.changed = false
	var out []*Section
	for _, s := range t.sections {
		if s.Parent == nil {
			out = append(out, s)
		}
	}
	for i := 0; i < len(out); i++ {
		out = append(out, out[i].children...)
	}
	t.ordered = out
}

// Ordered returns the sections in the order of Sort.
func (t *Tree) Ordered() []*Section {
	t.Sort()
	return t.ordered
}

// SetOrigin makes the node at x the origin of Distance.
func (t *Tree) SetOrigin(s *Section, x float64) { t.origin, t.originSec = t.At(s, x), s }

// Distance returns the path [um] from the origin to the node at x, 1e20 where
// there is none.
func (t *Tree) Distance(s *Section, x float64) (float64, error) {
	if t.originSec == nil || t.originSec.Gone {
		return 0, fmt.Errorf("distance has no origin: call distance() in a section first")
	}
	return t.path(t.originSec, t.origin, s, t.At(s, x)), nil
}

// depth is the number of sections from here to the root.
func (s *Section) depth() int {
	n := 0
	for ; s != nil; s = s.Parent {
		n++
	}
	return n
}

// after says whether a section is later in the order of Sort than another of the
// same depth in the same tree.
func (s *Section) after(o *Section) bool {
	for s.Parent != o.Parent {
		s, o = s.Parent, o.Parent
	}
	return s.Parent != nil && slices.Index(s.Parent.children, s) > slices.Index(s.Parent.children, o)
}

func (t *Tree) path(s1 *Section, n1 *Node, s2 *Section, n2 *Node) float64 {
	d := 0.0
	climb := func(s **Section, n **Node) {
		d += t.fromNear(*s, *n)
		*n = t.Near(*s)
		*s = (*s).Parent
	}
	// NEURON climbs from the section that is later in the order of Sort, which
	// goes by depth first.
	deep1, deep2 := s1.depth(), s2.depth()
	for deep1 > deep2 {
		climb(&s1, &n1)
		deep1--
	}
	for deep2 > deep1 {
		climb(&s2, &n2)
		deep2--
	}
	for first := s1 != s2 && s1.after(s2); s1 != s2; {
		if first {
			climb(&s1, &n1)
			climb(&s2, &n2)
		} else {
			climb(&s2, &n2)
			climb(&s1, &n1)
		}
	}
	if n1 == n2 {
		return d
	}
	if s1 == nil {
		return 1e20
	}
	return d + math.Abs(t.fromNear(s1, n1)-t.fromNear(s1, n2))
}

func (t *Tree) fromNear(s *Section, n *Node) float64 {
	if n == t.Near(s) {
		return 0
	}
	ratio := 1.0
	if n.I != s.NSeg() {
		ratio = morph.CVCentre(s.NSeg(), n.I)
	}
	return float64(s.Length() * ratio)
}
