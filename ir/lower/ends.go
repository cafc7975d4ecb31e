package lower

import (
	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/layout"
	"github.com/rallsim/rall/ir/morph"
)

// ends writes where every CV of this rank's cells lies, if anybody wants to know.
func (l *lowering) ends() {
	if !l.opt.Ends && !l.recordsIMem() {
		return
	}
	n := 0
	for _, c := range l.cells {
		if c.typ != nil && !l.foreign(c) {
			n += c.typ.nCV
		}
	}
	v := &l.net.CVs
	for _, col := range []*[]float64{&v.X0, &v.Y0, &v.Z0, &v.X1, &v.Y1, &v.Z1, &v.Diam} {
		*col = make([]float64, 0, n)
	}
	v.Node = make([]int32, 0, n)
	type drawn struct {
		geom  *morph.Geometry
		shape *morph.Shape
	}
	known := map[*cellType]drawn{}
	for i, c := range l.cells {
		l.net.Cells[i].FirstCV = len(v.Node)
		if c.typ == nil || l.foreign(c) {
			continue
		}
		d, ok := known[c.typ]
		if !ok {
			d.geom = l.geometry(c)
			if d.shape = d.geom.Shape(false); !l.moved(c) {
				known[c.typ] = d
			}
		}
		sh := d.shape
		at := l.labOffset(c)
		for s := range d.geom.Sections {
			g := &d.geom.Sections[s]
			m := len(g.Area)
			for cv := range m {
				x, y, z := sh.At(s, float64(cv)/float64(m))
				v.X0, v.Y0, v.Z0 = append(v.X0, x+at.X), append(v.Y0, y+at.Y), append(v.Z0, z+at.Z)
				x, y, z = sh.At(s, float64(cv+1)/float64(m))
				v.X1, v.Y1, v.Z1 = append(v.X1, x+at.X), append(v.Y1, y+at.Y), append(v.Z1, z+at.Z)
				v.Diam = append(v.Diam, g.Diam[cv])
				v.Node = append(v.Node, c.flat(g.Node(cv)))
			}
		}
	}
}

// labOffset is the way from a cell's own frame to the laboratory's, unless its
// 3-D points stand there already.
func (l *lowering) labOffset(c *cell) morph.Offset {
	if l.moved(c) {
		return morph.Offset{}
	}
	p := l.m.Pops[c.pop]
	at := morph.Offset{X: p.X[c.node], Y: p.Y[c.node], Z: p.Z[c.node]}
	if l.m.Conditions.YDown {
		at.Y = -at.Y
	}
	return at
}

// play resolves the variables that are played.
func (l *lowering) play() {
	for i := range l.m.Plays {
		p := &l.m.Plays[i]
		c := l.byGid.get(p.To.Gid)
		if c == nil {
			l.diags.Errorf(diag.UnknownName, p.Pos, "%s: no cell %d", p.Label, p.To.Gid)
			return
		}
		if l.foreign(c) {
			continue
		}
		v, ok := l.resolve(&p.To, c, p.Label, p.Pos)
		if !ok {
			return
		}
		if v.What != layout.Column {
			l.diags.Errorf(diag.BadValue, p.Pos, "%s: %s of cell %d cannot be played: it is no variable of a mechanism", p.Label, p.To.Var, p.To.Gid)
			return
		}
		g := &l.net.Groups[v.group]
		g.Plays = append(g.Plays, layout.Play{Var: v.Var, Times: p.Times, Values: p.Values, Continuous: p.Continuous})
	}
}
