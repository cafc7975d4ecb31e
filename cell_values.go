package rall

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/rallsim/rall/analysis/plot"
	"github.com/rallsim/rall/ir"
	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/layout"
	"github.com/rallsim/rall/ir/morph"
	"github.com/rallsim/rall/runtime/kernel"
)

// shape returns the shape of a cell type for a picture.
func (p *Project) shape(t *ir.CellType, by string) (*plot.Cell, error) {
	m := t.Morph
	g := m.Geometry(morph.Offset{})
	shape := g.Shape(true)
	c := &plot.Cell{Title: t.Name}
	var values [][]float64
	if by != "type" {
		var err error
		if values, c.Label, err = p.along(t, by); err != nil {
			return nil, err
		}
	}
	for i := range m.Sections {
		pts, n := shape.Points(i), m.Sections[i].NSeg
		kind, total, arc := kindOf(m, i), 0.0, 0.0
		for k := 1; k < len(pts); k++ {
			total += gap(pts[k-1], pts[k])
		}
		// Discs fill the gaps where what was traced turns, and where a neurite leaves its
		// parent. Elsewhere they would make a section, as a soma, longer than it is.
		traced, joined := len(m.Sections[i].Points) > 1 && m.Sections[i].Drawn == 0, false
		add := func(a, b morph.Point, x float64) {
			s := plot.Stretch{Section: m.Sections[i].Name, Kind: kind, A: [3]float64{a.X, a.Y, a.Z}, B: [3]float64{b.X, b.Y, b.Z},
				DiamA: math.Abs(a.D), DiamB: math.Abs(b.D), Value: math.NaN(), Joined: joined}
			joined = false // a cut is straight
			if values != nil {
				s.Value = values[i][morph.CVAt(n, x)]
			}
			c.Stretches = append(c.Stretches, s)
		}
		for k := 1; k < len(pts); k++ {
			a, b := pts[k-1], pts[k]
			joined = traced && (k > 1 && turns(pts[k-2], a, b) || k == 1 && m.Sections[i].Parent >= 0 && !isSoma(kind))
			d := gap(a, b)
			from, to := 0.0, 1.0
			if total > 0 {
				from, to = arc/total, (arc+d)/total
			}
			arc += d
			// A stretch that goes from one CV to others is cut where their values differ.
			first, last := a, from
			for cv := morph.CVAt(n, from); values != nil && cv < n-1; cv++ {
				end := float64(cv+1) / float64(n)
				if end >= to-1e-9 {
					break
				}
				if values[i][cv] == values[i][cv+1] || end <= last {
					continue
				}
				cut := between(a, b, (end-from)/(to-from))
				add(first, cut, (last+end)/2)
				first, last = cut, end
			}
			add(first, b, (last+to)/2)
		}
	}
	return c, nil
}

func gap(a, b morph.Point) float64 {
	dx, dy, dz := a.X-b.X, a.Y-b.Y, a.Z-b.Z
	return math.Sqrt(float64(dx*dx) + float64(dy*dy) + float64(dz*dz))
}

// turns says whether the way from a over b to c has a bend at b.
func turns(a, b, c morph.Point) bool {
	along := float64((b.X-a.X)*(c.X-b.X)) + float64((b.Y-a.Y)*(c.Y-b.Y)) + float64((b.Z-a.Z)*(c.Z-b.Z))
	return along < float64(.999*gap(a, b)*gap(b, c))
}

// between is the point at a fraction of the way from a to b.
func between(a, b morph.Point, f float64) morph.Point {
	mix := func(u, v float64) float64 { return u + float64((v-u)*f) }
	return morph.Point{X: mix(a.X, b.X), Y: mix(a.Y, b.Y), Z: mix(a.Z, b.Z), D: mix(math.Abs(a.D), math.Abs(b.D))}
}

// ofCable are the values along a cell that need no mechanism.
var ofCable = []struct {
	name, label string
	value       func(g *morph.Geometry, s *morph.Section, section, cv int) float64
}{
	{"diam", "diameter (\u00b5m)", func(g *morph.Geometry, s *morph.Section, i, cv int) float64 { return g.Sections[i].Diam[cv] }},
	{"L", "length of the section (\u00b5m)", func(g *morph.Geometry, s *morph.Section, i, cv int) float64 { return g.Sections[i].L }},
	{"area", "area of the CV (\u00b5m\u00b2)", func(g *morph.Geometry, s *morph.Section, i, cv int) float64 { return g.Sections[i].Area[cv] }},
	{"Ra", "Ra (\u03a9 cm)", func(g *morph.Geometry, s *morph.Section, i, cv int) float64 { return s.Ra }},
	{"cm", "cm (\u00b5F/cm\u00b2)", func(g *morph.Geometry, s *morph.Section, i, cv int) float64 { return s.CmAt(cv) }},
	{"distance", "path distance from the soma's middle (\u00b5m)", func(g *morph.Geometry, s *morph.Section, i, cv int) float64 {
		return g.DistPath(i, morph.CVCentre(s.NSeg, cv))
	}},
}

// along returns values along a cell by section and CV, NaN where there is none, with
// what they are and their unit: of the cable (diam, L, area, Ra, cm, distance), the
// potential that a run begins with (v), an ion (ena, cai, nao), or a parameter of a
// mechanism, hh.gnabar or gnabar_hh. They are those that the network of the project
// has in the first cell of the type.
func (p *Project) along(t *ir.CellType, what string) (values [][]float64, label string, err error) {
	values = make([][]float64, len(t.Morph.Sections))
	for i := range t.Morph.Sections {
		values[i] = slices.Repeat([]float64{math.NaN()}, t.Morph.Sections[i].NSeg)
	}
	for _, c := range ofCable {
		if c.name != what {
			continue
		}
		g := t.Morph.Geometry(morph.Offset{})
		for i := range values {
			for cv := range values[i] {
				values[i][cv] = c.value(g, &t.Morph.Sections[i], i, cv)
			}
		}
		return values, c.label, nil
	}
	c := p.firstCell(t)
	if c == nil {
		return nil, "", fmt.Errorf("the model has no cell of type %q", t.Name)
	}
	n := &nodes{c: c, g: &p.Net.Groups[c.Group], net: p.Net, values: values, index: map[string]int{}}
	for i := range t.Morph.Sections {
		n.index[t.Morph.Sections[i].Name] = i
	}
	if what == "v" {
		for i, v := range n.g.VInit {
			n.set(i, v)
		}
		return values, "initial potential (mV)", nil
	}
	if label, ok, err := n.ion(what); ok {
		return values, label, err
	}
	label, err = n.parameter(what)
	return values, label, err
}

// nodes are a cell's nodes in a network, whose values go to its CVs.
type nodes struct {
	c      *layout.Cell
	g      *layout.Group
	net    *layout.Network
	values [][]float64    // by section and CV
	index  map[string]int // of sections
}

// set takes the value of a node of the group, if the node is a CV of the cell.
func (n *nodes) set(node int, x float64) {
	blk := &n.g.Blocks[n.c.Block]
	i := node - blk.First
	if i < 0 || i >= len(blk.Parent)*blk.Lanes || i%blk.Lanes != int(n.c.Lane) {
		return
	}
	where := i / blk.Lanes
	if x := n.c.Places.Pos[where]; x == 0 || x == 1 {
		return // the end of a section
	}
	to := n.values[n.index[n.c.Places.Names[n.c.Places.Section[where]]]]
	to[morph.CVAt(len(to), n.c.Places.Pos[where])] = x
}

// ion takes the values of a variable of an ion, such as ena or cai, if what is
// one of those that the network has.
func (n *nodes) ion(what string) (label string, ok bool, err error) {
	for i := range n.net.Ions {
		ion := &n.net.Ions[i]
		var of func(s *layout.IonSlots, slot int) float64
		switch what {
		case "e" + ion.Name:
			label, of = "mV", func(s *layout.IonSlots, slot int) float64 { return s.E[slot] }
		case ion.Name + "i":
			label, of = "mM", func(s *layout.IonSlots, slot int) float64 {
				if s.Style[slot]&layout.InitConc != 0 {
					return ion.In0
				}
				return s.In[slot]
			}
		case ion.Name + "o":
			label, of = "mM", func(s *layout.IonSlots, slot int) float64 {
				if s.Style[slot]&layout.InitConc != 0 {
					return ion.Out0
				}
				return s.Out[slot]
			}
		default:
			continue
		}
		for k := range n.g.Ions {
			s := &n.g.Ions[k]
			if s.Ion != i {
				continue
			}
			for slot, node := range s.Node {
				if what[0] == 'e' && s.Style[slot]&layout.InitNernst != 0 {
					return "", true, fmt.Errorf("%s follows from concentrations, by Nernst's equation: colours can go by %[2]si or %[2]so", what, ion.Name)
				}
				n.set(int(node), of(s, slot))
			}
			return what + " (" + label + ")", true, nil
		}
		return "", true, fmt.Errorf("nothing in the cell uses the ion %s", ion.Name)
	}
	return "", false, nil
}

// parameter takes the values of a parameter of a mechanism, MECH.NAME or
// NAME_MECH; an element of an array has its index behind the name, from 0 on.
func (n *nodes) parameter(what string) (label string, err error) {
	var mechs []string
	for k := range n.g.Instances {
		in := &n.g.Instances[k]
		prog := n.net.Mechs[in.Mech].Program
		if in.Node == nil {
			continue
		}
		mechs = append(mechs, prog.Mech)
		name, ok := strings.CutPrefix(what, prog.Mech+".")
		if !ok {
			name, ok = strings.CutSuffix(what, "_"+prog.Mech)
			if ok && !slices.ContainsFunc(prog.Columns, func(c kernel.Column) bool { return c.Name == name }) {
				continue // another mechanism's name may end so too
			}
		}
		if !ok {
			continue
		}
		at, names := 0, []string{}
		for _, col := range prog.Columns {
			for e := range max(col.Len, 1) {
				own := col.Name
				if col.Len > 1 {
					own = fmt.Sprintf("%s[%d]", col.Name, e)
				}
				switch {
				case col.Hidden:
				case own == name && !col.Param:
					return "", fmt.Errorf("%s of %s is no parameter: it has no value before a run", name, prog.Mech)
				case own == name:
					label = name + " of " + prog.Mech
					if unit := strings.NewReplacer("um", "\u00b5m", "uF", "\u00b5F", "cm2", "cm\u00b2", "ohm", "\u03a9").Replace(col.Unit); unit != "" {
						label += " (" + unit + ")"
					}
					for row, node := range in.Node {
						n.set(int(node), in.Value(at+e, row))
					}
					return label, nil
				case col.Param:
					names = append(names, own)
				}
			}
			at += max(col.Len, 1)
		}
		if len(names) == 0 {
			return "", fmt.Errorf("%s has no parameters", prog.Mech)
		}
		return "", fmt.Errorf("%s has no parameter %q%s; it has %s", prog.Mech, name, hint(diag.DidYouMean(name, names)), strings.Join(names, ", "))
	}
	mech, _, dotted := strings.Cut(what, ".")
	if dotted {
		return "", fmt.Errorf("the cell has no mechanism %q%s; it has %s", mech, hint(diag.DidYouMean(mech, mechs)), orNone(mechs))
	}
	known := []string{"type"}
	for _, c := range ofCable {
		known = append(known, c.name)
	}
	known = append(known, "v")
	for i := range n.net.Ions {
		ion := n.net.Ions[i].Name
		known = append(known, "e"+ion, ion+"i", ion+"o")
	}
	return "", fmt.Errorf("colours can go by %s, or a parameter of %s (MECH.NAME), not by %q%s", strings.Join(known, ", "), orNone(mechs), what, hint(diag.DidYouMean(what, known)))
}

func (p *Project) firstCell(t *ir.CellType) *layout.Cell {
	for _, pop := range p.Model.Pops {
		if pop.Type != t || pop.N == 0 {
			continue
		}
		for i := range p.Net.Cells {
			if p.Net.Cells[i].Gid == pop.FirstGid {
				return &p.Net.Cells[i]
			}
		}
	}
	return nil
}
