package ir

import (
	"github.com/rallsim/rall/ir/expr"
	"github.com/rallsim/rall/ir/morph"
)

// placeSlots are the variables of a painted value's expression.
var placeSlots = []string{"dist_path", "dist_euclidean", "x", "y", "z", "arc"}

// Places evaluates painted values at the CVs of a cell type whose cell stands
// at the origin.
type Places struct {
	morph *morph.Morphology
	geom  *morph.Geometry
	shape *morph.Shape // made on first use
	progs map[*expr.Expr]*expr.Prog
}

// NewPlaces returns the places of a checked morphology; geom is its geometry
// at the origin.
func NewPlaces(m *morph.Morphology, geom *morph.Geometry) *Places {
	return &Places{morph: m, geom: geom, progs: map[*expr.Expr]*expr.Prog{}}
}

// Value returns v in a CV of a section. An expression knows the CV's centre:
// distances [um] from the middle of the soma, coordinates [um] in the
// morphology's own frame, arc from 0 to 1 along the section. A list must have
// one value per CV.
func (p *Places) Value(v *Value, section, cv int) (float64, error) {
	switch {
	case v.PerCV != nil:
		return v.PerCV[cv], nil
	case v.Expr == nil:
		return v.Num, nil
	}
	prog, ok := p.progs[v.Expr]
	if !ok {
		var err error
		if prog, err = v.Expr.Compile(placeSlots, nil); err != nil {
			return 0, err
		}
		p.progs[v.Expr] = prog
	}
	if p.shape == nil {
		p.shape = p.geom.Shape(false)
	}
	arc := morph.CVCentre(p.morph.Sections[section].NSeg, cv)
	x, y, z := p.shape.At(section, arc)
	return prog.Eval([]float64{p.geom.DistPath(section, arc), p.shape.DistEuclidean(section, arc), x, y, z, arc}, nil), nil
}
