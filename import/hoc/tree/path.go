package tree

// Stretch is where a path to the root comes upon a section.
type Stretch struct {
	Sec *Section
	At  float64 // [um] from the section's near end
}

// Climb returns the sections from a place to the root.
func (t *Tree) Climb(s *Section, x float64) []Stretch {
	n := t.At(s, x)
	if n == t.Near(s) && s.TrueParent() != nil {
		s = s.TrueParent()
	}
	var out []Stretch
	for ; s != nil; n, s = t.Near(s), s.TrueParent() {
		out = append(out, Stretch{s, t.fromNear(s, n)})
	}
	return out
}

// FromNear returns how far [um] a node is from the near end of its section, or
// of one that begins at it.
func (t *Tree) FromNear(s *Section, n *Node) float64 { return t.fromNear(s, n) }
