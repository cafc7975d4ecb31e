package tree

import (
	"fmt"
	"slices"
	"sort"

	"github.com/rallsim/rall/internal/random"
	"github.com/rallsim/rall/ir/mech"
	"github.com/rallsim/rall/runtime/vec"
)

// Mechanism is what can be inserted into sections or placed on them: one of
// the catalogue's definitions, or an ion.
type Mechanism struct {
	Name string
	Def  *mech.Def // nil for ions
	Ion  *Ion      // nil but for ions
	Vars []Var     // the values that an instance has, in order
	by   map[string]int
}

// Var is one value of an instance, or an array of them.
type Var struct {
	Name     string // without the mechanism's suffix
	Param    bool   // the user sets it
	State    bool
	Assigned bool // declared as ASSIGNED
	Pointer  bool
	Default  float64
	N        int // elements, 1 for a scalar
	First    int // place of the first element in Inst.P
	Unit     string
}

// Var returns the variable of that name, or nil.
func (m *Mechanism) Var(name string) *Var {
	if i, ok := m.by[name]; ok {
		return &m.Vars[i]
	}
	return nil
}

func (m *Mechanism) add(v Var) {
	if len(m.Vars) > 0 {
		last := &m.Vars[len(m.Vars)-1]
		v.First = last.First + last.N
	}
	if m.by == nil {
		m.by = map[string]int{}
	}
	m.by[v.Name] = len(m.Vars)
	m.Vars = append(m.Vars, v)
}

// size is how many numbers an instance has.
func (m *Mechanism) size() int {
	if len(m.Vars) == 0 {
		return 0
	}
	last := &m.Vars[len(m.Vars)-1]
	return last.First + last.N
}

// Inst is a mechanism in one CV, or one point process.
type Inst struct {
	Mech  *Mechanism
	P     []float64
	Style int // of ions: NEURON's bits (see ion_style)

	Streams map[string]*Stream // what it draws from, by the mechanism's name for them
}

// StyleAnew is the bit of an ion's Style that has its concentrations begin every
// run with the ion's global ones.
const StyleAnew = 4

// Stream is what an instance draws from.
type Stream struct {
	random.Stream
	Random *random.Random // of the program's, which draws from it too; then Stream does not count
	Nth    int            // in the order in which streams were given
}

// NewInst returns an instance with the values that it starts with.
func (m *Mechanism) NewInst() *Inst {
	in := &Inst{Mech: m, P: make([]float64, m.size())}
	for _, v := range m.Vars {
		for k := range v.N {
			in.P[v.First+k] = v.Default
		}
	}
	return in
}

func (in *Inst) clone() *Inst {
	return &Inst{Mech: in.Mech, P: append([]float64(nil), in.P...), Style: in.Style}
}

// Ion is a kind of ion that some mechanism uses.
type Ion struct {
	Name    string
	Valence float64
}

// The values of an instance of an ion, in order.
const (
	IonE = iota
	IonIn
	IonOut
	IonI
	IonG
)

// Mechanisms are all that can be inserted.
type Mechanisms struct {
	by   map[string]*Mechanism
	uses map[*Mechanism][]ionUse
}

type ionUse struct {
	ion       *Mechanism
	conc, rev int // how NEURON promotes the ion: 1 read, 3 (2 for e) written
	writes    int // 0200 the concentration inside, 0400 outside
}

// NewMechanisms makes the mechanisms of a catalogue, and the ions that they
// use.
func NewMechanisms(cat *mech.Catalogue) *Mechanisms {
	ms := &Mechanisms{by: map[string]*Mechanism{}, uses: map[*Mechanism][]ionUse{}}
	for _, ion := range []struct {
		name string
		z    float64
	}{{"na", 1}, {"k", 1}, {"ca", 2}} {
		ms.ion(ion.name, ion.z)
	}
	for _, name := range cat.Names() {
		if def := cat.Get(name); def != nil {
			ms.define(def)
		}
	}
	return ms
}

// Get returns the mechanism of that name, or nil.
func (ms *Mechanisms) Get(name string) *Mechanism { return ms.by[name] }

// Names returns the names of all mechanisms, sorted.
func (ms *Mechanisms) Names() []string {
	var out []string
	for n := range ms.by {
		out = append(out, n)
	}
	sort.Strings(out)
	return out
}

// AddIon returns the ion of that name, made with that charge if it is new.
func (ms *Mechanisms) AddIon(name string, z float64) *Mechanism { return ms.ion(name, z) }

// ion returns the ion of that name.
func (ms *Mechanisms) ion(name string, z float64) *Mechanism {
	if m := ms.by[name+"_ion"]; m != nil {
		return m
	}
	e, in, out := 0.0, 1.0, 1.0
	switch name {
	case "na":
		e, in, out = 50, 10, 140
	case "k":
		e, in, out = -77, 54.4, 2.5
	case "ca":
		in, out = 5e-5, 2
		e = 12.5 * vec.Log(out/in)
	}
	m := &Mechanism{Name: name + "_ion", Ion: &Ion{Name: name, Valence: z}}
	m.add(Var{Name: "e" + name, Param: true, Default: e, N: 1, Unit: "mV"})
	m.add(Var{Name: name + "i", Param: true, Default: in, N: 1, Unit: "mM"})
	m.add(Var{Name: name + "o", Param: true, Default: out, N: 1, Unit: "mM"})
	m.add(Var{Name: "i" + name, N: 1, Unit: "mA/cm2"})
	m.add(Var{Name: "di" + name + "_dv_", N: 1, Unit: "S/cm2"})
	ms.by[m.Name] = m
	return m
}

func (ms *Mechanisms) define(def *mech.Def) {
	m := &Mechanism{Name: def.Name, Def: def}
	for i := range def.Vars {
		v := &def.Vars[i]
		own := v.Storage == mech.Instance && (v.Visible || v.State || v.Param) ||
			v.Storage == mech.IonField && v.Field == mech.Amperage && v.Visible // RANGE ik: its own current
		if !own && v.Storage != mech.Pointer {
			continue
		}
		nv := Var{Name: v.Name, Param: v.Param && !v.State, State: v.State, Assigned: v.Assigned, Pointer: v.Storage == mech.Pointer, N: max(v.Array, 1), Unit: v.Unit}
		if v.Param {
			nv.Default = v.Default
		}
		m.add(nv)
	}
	for _, u := range def.Ions {
		use := ionUse{ion: ms.ion(u.Name, u.Valence)}
		switch {
		case u.Writes[mech.Inside] || u.Writes[mech.Outside]:
			use.conc = 3
		case u.Reads[mech.Inside] || u.Reads[mech.Outside]:
			use.conc = 1
		}
		if u.Writes[mech.Inside] {
			use.writes |= 0200
		}
		if u.Writes[mech.Outside] {
			use.writes |= 0400
		}
		switch {
		case u.Writes[mech.Reversal]:
			use.rev = 3
		case u.Reads[mech.Reversal]:
			use.rev = 1
		}
		ms.uses[m] = append(ms.uses[m], use)
	}
	ms.by[m.Name] = m
}

// Find returns the node's instance of a mechanism, or nil.
func (n *Node) Find(m *Mechanism) *Inst {
	for _, in := range n.Mechs {
		if in.Mech == m {
			return in
		}
	}
	return nil
}

// Has says whether a mechanism is inserted in the section.
func (s *Section) Has(m *Mechanism) bool { return s.Nodes[0].Find(m) != nil }

// Insert puts a density mechanism, and the ions that it uses, into every CV.
func (t *Tree) Insert(s *Section, m *Mechanism) error {
	if m.Def != nil && m.Def.Kind != mech.Density {
		return fmt.Errorf("%s is no density mechanism but a %s", m.Name, m.Def.Kind)
	}
	if s.Has(m) {
		return nil
	}
	t.Changes++
	for _, n := range slices.Backward(s.Nodes[:s.NSeg()]) { // in NEURON's order, which numbers random streams
		t.ions(n, m)
		in := m.NewInst()
		n.Mechs = append(n.Mechs, in)
		t.made(n, in, false)
	}
	return nil
}

// made tells of a new instance of a density mechanism.
func (t *Tree) made(n *Node, in *Inst, copied bool) {
	if t.Made != nil {
		t.Made(n, in, copied)
	}
}

// ions puts the ions that a mechanism uses into a node.
func (t *Tree) ions(n *Node, m *Mechanism) {
	for _, u := range t.Mechs.uses[m] {
		in := n.Find(u.ion)
		if in == nil {
			in = u.ion.NewInst()
			n.Mechs = append(n.Mechs, in)
		}
		in.promote(u)
	}
}

// promote is what an ion becomes when a mechanism uses its concentrations and its
// reversal potential so.
func (in *Inst) promote(u ionUse) {
	it := in.Style
	conc := max(u.conc, it&3)
	rev := max(u.rev, it&030>>3)
	if conc > 0 && rev < 2 {
		rev = 2
	}
	it = (it&^0177 | u.writes) + conc + rev<<3
	if conc == 3 {
		it += 4
		if rev == 2 {
			it += 0100
		}
	}
	if conc > 0 && rev == 2 {
		it += 040
	}
	in.Style = it
}

// Uninsert removes a density mechanism from a section; ions stay.
func (t *Tree) Uninsert(s *Section, m *Mechanism) {
	t.Changes++
	for _, n := range s.Nodes {
		for i, in := range n.Mechs {
			if in.Mech == m {
				n.Mechs = append(n.Mechs[:i], n.Mechs[i+1:]...)
				break
			}
		}
	}
}

// PlaceInst makes a point process of a mechanism at x.
func (t *Tree) PlaceInst(m *Mechanism, s *Section, x float64) *Point {
	p := &Point{Mech: m.NewInst()}
	t.Move(p, s, x)
	return p
}

// Move puts a point process elsewhere; the ions that it uses go with it.
func (t *Tree) Move(p *Point, s *Section, x float64) {
	t.Place(p, s, x)
	t.ions(p.Node, p.Mech.Mech)
}

// Order returns the mechanisms of a node in the order in which NEURON keeps
// them: an ion comes after the mechanism that used it last, and what a node had
// when it was copied from another, as nseg grew, it has the other way round. It
// begins with the diameter and the capacitance, which are given.
func (t *Tree) Order(n *Node, diam, cap *Inst) []*Inst {
	order := []*Inst{diam, cap}
	later := func(in *Inst) {
		if i := slices.Index(order, in); i >= 0 {
			order = slices.Delete(order, i, i+1)
		}
		order = append(order, in)
	}
	add := func(in *Inst) {
		later(in)
		for _, u := range t.Mechs.uses[in.Mech] {
			if ion := n.Find(u.ion); ion != nil {
				later(ion)
			}
		}
	}
	copies := n.copied
	turn := func(k int) {
		for len(copies) > 0 && copies[0] <= k {
			had := order
			order = nil
			for _, in := range slices.Backward(had) {
				add(in)
			}
			copies = copies[1:]
		}
	}
	for k, in := range n.Mechs {
		turn(k)
		if in.Mech.Ion == nil || !slices.Contains(order, in) {
			add(in)
		}
	}
	turn(len(n.Mechs))
	for _, p := range n.pts {
		add(p.Mech)
	}
	return order
}

// Points returns the point processes at a node, in the order in which they
// were placed.
func (n *Node) Points() []*Point { return n.pts }

// ImpliedStyle returns the style of an ion as the node's mechanisms make it.
func (t *Tree) ImpliedStyle(n *Node, ion *Mechanism) int {
	in := &Inst{Mech: ion}
	visit := func(m *Mechanism) {
		for _, u := range t.Mechs.uses[m] {
			if u.ion == ion {
				in.promote(u)
			}
		}
	}
	for _, k := range n.Mechs {
		visit(k.Mech)
	}
	for _, p := range n.pts {
		visit(p.Mech.Mech)
	}
	return in.Style
}

// VarAt returns the variable that element k of Inst.P belongs to, or nil.
func (m *Mechanism) VarAt(k int) *Var {
	for i := range m.Vars {
		if v := &m.Vars[i]; k >= v.First && k < v.First+v.N {
			return v
		}
	}
	return nil
}
