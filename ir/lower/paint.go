package lower

import (
	"encoding/binary"
	"math"
	"sort"
	"strconv"
	"strings"

	"github.com/rallsim/rall/ir"
	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/morph"
	"github.com/rallsim/rall/runtime/kernel"
)

// buildType checks a cell type and finds which mechanisms it has where.
func (l *lowering) buildType(t *ir.CellType, known map[string]*structure) *cellType {
	ct := &cellType{CellType: t}
	if !t.Morph.Check(l.diags) {
		return ct
	}
	key := structureKey(t.Morph)
	if ct.structure = known[key]; ct.structure == nil {
		ct.structure = &structure{tree: t.Morph.Geometry(morph.Offset{})}
		for i := range t.Morph.Sections {
			ct.first = append(ct.first, ct.nCV)
			ct.nCV += t.Morph.Sections[i].NSeg
		}
		known[key] = ct.structure
	}
	l.insert(ct)
	return ct
}

// structureKey is the same for morphologies whose sections have the same
// names, CVs and parents: for these the nodes of the tree are the same.
func structureKey(m *morph.Morphology) string {
	var b []byte
	for i := range m.Sections {
		s := &m.Sections[i]
		b = append(append(b, s.Name...), 0)
		for _, k := range []uint64{uint64(s.NSeg), uint64(s.Parent), math.Float64bits(s.ParentX), math.Float64bits(s.ChildX)} {
			b = binary.LittleEndian.AppendUint64(b, k)
		}
	}
	for _, k := range m.ConnectOrder {
		b = binary.LittleEndian.AppendUint64(b, uint64(k))
	}
	return string(b)
}

// insert checks what is painted and counts the CVs of every mechanism.
func (l *lowering) insert(ct *cellType) {
	in := map[int][]bool{} // by mechanism and section
	for i := range ct.Paint {
		p := &ct.Paint[i]
		k := l.mechIndex[p.Mech]
		prog := l.net.Mechs[k].Program
		if prog.Kind != kernel.Density {
			l.diags.Errorf(diag.BadMech, p.Pos, "mechanism %q cannot be inserted into sections: it is no density mechanism", p.Mech)
			continue
		}
		if in[k] == nil {
			in[k] = make([]bool, len(ct.first))
		}
		for _, s := range p.Sections {
			in[k][s] = true
		}
		for j := range p.Params {
			l.columnOf(k, p.Params[j].Name, p.Params[j].Pos)
		}
	}
	for k := range l.net.Mechs {
		if in[k] == nil {
			continue
		}
		m := inserted{mech: k}
		for s, is := range in[k] {
			if is {
				m.cvs += ct.Morph.Sections[s].NSeg
			}
		}
		ct.mechs = append(ct.mechs, m)
	}
}

// measure makes the geometry of a cell, and the values of its type if they are
// not there.
func (l *lowering) measure(c *cell) {
	if c.typ.geom == nil {
		l.typeValues(c.typ)
	}
	c.geom = l.geometry(c)
}

// moved says whether a cell's 3-D points stand where the cell does, so that
// their roundings are its own.
func (l *lowering) moved(c *cell) bool {
	return l.m.Pops[c.pop].Offsets != nil && c.typ.Morph.HasPoints()
}

// geometry returns that of a cell.
func (l *lowering) geometry(c *cell) *morph.Geometry {
	t := c.typ
	switch {
	case l.moved(c):
		return t.Morph.Geometry(l.m.Pops[c.pop].Offsets[c.node])
	case t.geom != nil:
		return t.geom
	case t.tree.Of(t.Morph):
		return t.tree
	}
	return t.Morph.Geometry(morph.Offset{})
}

// forget lets go of a cell's geometry when its columns are filled, and of the
// values of its type behind the last of its cells.
func (l *lowering) forget(c *cell) {
	if c.geom = nil; c.typ.left > 1 {
		c.typ.left--
		return
	}
	c.typ.geom, c.typ.paint, c.typ.ions, c.typ.vinit, c.typ.places = nil, nil, nil, nil, nil
}

// typeValues works out what a type has in every CV.
func (l *lowering) typeValues(ct *cellType) {
	if ct.geom = ct.tree; !ct.geom.Of(ct.Morph) {
		ct.geom = ct.Morph.Geometry(morph.Offset{})
	}
	ct.places, ct.ions = ir.NewPlaces(ct.Morph, ct.geom), map[string]*ionPaint{}
	l.paintMechs(ct)
	l.paintIons(ct)
	ct.vinit = make([]float64, len(ct.geom.Tree.Parent))
	for i := range ct.vinit {
		ct.vinit[i] = l.m.Conditions.VInit
	}
	for _, v := range ct.VInit {
		for _, s := range v.Sections {
			g := &ct.geom.Sections[s]
			for cv := range g.Area {
				ct.vinit[g.Node(cv)] = v.V
			}
			// Setting a section's v sets both its ends too, as in NEURON.
			ct.vinit[g.Attach], ct.vinit[g.EndNode()] = v.V, v.V
		}
	}
}

func nans(n int) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = math.NaN()
	}
	return x
}

func (l *lowering) paintMechs(ct *cellType) {
	byMech := map[int]*painted{}
	for i := range ct.Paint {
		p := &ct.Paint[i]
		k := l.mechIndex[p.Mech]
		m := byMech[k]
		if m == nil {
			m = &painted{mech: k, in: make([]bool, ct.nCV), col: map[int][]float64{}}
			byMech[k] = m
		}
		for _, s := range p.Sections {
			for cv := 0; cv < ct.Morph.Sections[s].NSeg; cv++ {
				m.in[ct.first[s]+cv] = true
			}
		}
		for j := range p.Params {
			par := &p.Params[j]
			col, ok := l.columnOf(k, par.Name, par.Pos)
			if !ok {
				continue
			}
			if m.col[col] == nil {
				m.col[col] = nans(ct.nCV)
			}
			l.setValues(ct, m.col[col], p.Sections, &par.Value)
		}
	}
	for k := range l.net.Mechs {
		m := byMech[k]
		if m == nil {
			continue
		}
		for cv, in := range m.in {
			if in {
				m.cvs = append(m.cvs, cv)
			}
		}
		ct.paint = append(ct.paint, *m)
	}
}

func (l *lowering) paintIons(ct *cellType) {
	for i := range ct.Ions {
		v := &ct.Ions[i]
		ip := ct.ions[v.Ion]
		if ip == nil {
			ip = &ionPaint{nans(ct.nCV), nans(ct.nCV), nans(ct.nCV), nans(ct.nCV)}
			ct.ions[v.Ion] = ip
		}
		to := map[string][]float64{"e": ip.e, "i": ip.in, "o": ip.out, "style": ip.style}[v.What]
		l.setValues(ct, to, v.Sections, &v.Value)
	}
}

// columnOf finds a settable parameter of a mechanism.
func (l *lowering) columnOf(mech int, name string, pos diag.Pos) (int, bool) {
	prog := l.net.Mechs[mech].Program
	base, element := splitIndex(name)
	if c, ok := l.colIndex[mech][base]; ok && element < c.n {
		return c.first + element, true
	}
	var names []string
	for _, c := range prog.Columns {
		if c.Visible {
			names = append(names, c.Name)
		}
	}
	sort.Strings(names)
	for _, u := range prog.Uniforms {
		if u.Name == name {
			l.diags.ErrorHint(diag.BadValue, pos, "set it under globals", "parameter %q of %q is global: it has one value for all instances", name, prog.Mech)
			return 0, false
		}
	}
	l.diags.ErrorHint(diag.UnknownName, pos, diag.DidYouMean(name, names), "mechanism %q has no parameter %q (it has %s)", prog.Mech, name, orNone(names))
	return 0, false
}

// setValues writes a value to the CVs of sections.
func (l *lowering) setValues(ct *cellType, to []float64, sections []int, v *ir.Value) {
	for _, s := range sections {
		n := ct.Morph.Sections[s].NSeg
		if v.PerCV != nil && len(v.PerCV) != n {
			l.diags.Errorf(diag.BadValue, v.Pos, "%d values for section %q, which has nseg %d", len(v.PerCV), ct.Morph.Sections[s].Name, n)
			return
		}
		for cv := 0; cv < n; cv++ {
			x, err := ct.places.Value(v, s, cv)
			if err != nil {
				l.diags.Errorf(diag.UnknownName, v.Pos, "%v", err)
				return
			}
			if v.Expr != nil && (math.IsNaN(x) || math.IsInf(x, 0)) {
				l.diags.Errorf(diag.BadValue, v.Pos, "the expression is %g in CV %d of section %q", x, cv, ct.Morph.Sections[s].Name)
				return
			}
			to[ct.first[s]+cv] = x
		}
	}
}

// splitIndex splits "dur[2]" into its name and element.
func splitIndex(name string) (string, int) {
	if i := strings.IndexByte(name, '['); i > 0 && strings.HasSuffix(name, "]") {
		if k, err := strconv.Atoi(name[i+1 : len(name)-1]); err == nil && k >= 0 {
			return name[:i], k
		}
	}
	return name, 0
}
